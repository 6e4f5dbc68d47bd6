// SPDX-License-Identifier: GPL-2.0
/* The shared page, as an actor of a transcript sees and writes it. */
#include <stdlib.h>
#include <string.h>

#include "conform/page.h"

/**
 * page_of_actor() - use the page that came with the last message
 * @a: who
 *
 * Return: 0, or -1 with @a->verdict.
 */
int page_of_actor(struct actor *a)
{
	char why[PAGE_TEXT];

	if (a->fd_count < 1)
		return verdict_fail(a->verdict, "%s was given no page", a->name);
	page_unmap(&a->view);
	if (page_map(&a->view, a->fds[UM_TIMETRAVEL_SHARED_MEMFD], a->view.slot, why))
		return verdict_fail(a->verdict, "%s was given no good page: %s", a->name, why);
	page_join(&a->view, UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE);
	return 0;
}

/* Name, place and size; and is it of a slot */
struct field {
	const char *name;
	size_t offset, size;
	bool in_slot;
};

static const struct field fields[] = {
	{ "version", offsetof(struct um_timetravel_schedshm, version), 4, false },
	{ "len", offsetof(struct um_timetravel_schedshm, len), 4, false },
	{ "free_until", offsetof(struct um_timetravel_schedshm, free_until), 8, false },
	{ "current_time", offsetof(struct um_timetravel_schedshm, current_time), 8, false },
	{ "running_id", offsetof(struct um_timetravel_schedshm, running_id), 2, false },
	{ "max_clients", offsetof(struct um_timetravel_schedshm, max_clients), 2, false },
	{ "capa", offsetof(union um_timetravel_schedshm_client, capa), 4, true },
	{ "flags", offsetof(union um_timetravel_schedshm_client, flags), 4, true },
	{ "req_time", offsetof(union um_timetravel_schedshm_client, req_time), 8, true },
	{ "name", offsetof(union um_timetravel_schedshm_client, name), 8, true },
};

/* The name of an actor stands for its slot */
static uint64_t field_value(const struct actor *a, struct cast *cast, const char *word, bool *ok)
{
	const struct actor *named = cast_find(cast, word);

	return named ? named->view.slot : actor_time(a, word, ok);
}

/* Fields of a slot are those of the actor's own, or SLOT.FIELD's */
static const struct field *find_field(const struct actor *a, const char *name, unsigned int *slot)
{
	const char *dot = strchr(name, '.');
	const struct field *f;

	*slot = dot ? strtoul(name, NULL, 0) : a->view.slot;
	for (f = fields; f < fields + ARRAY_SIZE(fields); f++) {
		if (!strcmp(f->name, dot ? dot + 1 : name))
			return f;
	}
	return NULL;
}

/* Where it is, or NULL with what is wrong in @a->verdict */
static char *field_at(struct actor *a, const struct field *f, unsigned int slot)
{
	char *at = (char *)a->view.page + f->offset;

	if (!f->in_slot)
		return at;
	if (slot >= (a->view.size - page_bytes(0)) / sizeof(a->view.page->clients[0])) {
		verdict_fail(a->verdict, "there is no slot %u", slot);
		return NULL;
	}
	return at + page_bytes(slot);
}

static int play_field(struct actor *a, struct cast *cast, const char *name, const char *value,
		      bool set)
{
	uint64_t want, have = 0;
	const struct field *f;
	unsigned int slot;
	bool ok = true;
	char *at;

	if (!a->view.page)
		return verdict_fail(a->verdict, "%s has no page", a->name);
	f = find_field(a, name, &slot);
	want = field_value(a, cast, value, &ok);
	if (!f || !ok)
		return verdict_fail(a->verdict, "'%s' is no %s", f ? value : name,
				    f ? "value" : "field");
	at = field_at(a, f, slot);
	if (!at)
		return -1;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (set)
		memcpy(at, &want, f->size);
	else
		memcpy(&have, at, f->size);
	if (set || have == want)
		return 0;
	return verdict_fail(a->verdict, "%s of the page is %llu; %llu is wanted", name,
			    (unsigned long long)have, (unsigned long long)want);
}

/**
 * page_set_field() - write to the page
 * @a: who does
 * @cast: whose names stand for their slots
 * @name: of the field
 * @value: what to write
 *
 * Return: 0, or -1 with @a->verdict.
 */
int page_set_field(struct actor *a, struct cast *cast, const char *name, const char *value)
{
	return play_field(a, cast, name, value, true);
}

/**
 * page_see_field() - look at the page
 * @a: who does
 * @cast: whose names stand for their slots
 * @name: of the field
 * @value: what must be there
 *
 * Return: 0, or -1 with @a->verdict.
 */
int page_see_field(struct actor *a, struct cast *cast, const char *name, const char *value)
{
	return play_field(a, cast, name, value, false);
}
