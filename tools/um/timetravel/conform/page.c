// SPDX-License-Identifier: GPL-2.0
/* The shared page, as an actor of a transcript sees and writes it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "conform/conform.h"

/**
 * conform_uses_page() - has the client said that it uses the page
 * @a: an actor
 *
 * Return: true if it has.
 */
bool conform_uses_page(const struct conform_actor *a)
{
	return a->page && sizeof(*a->page) +
		(a->slot + 1) * sizeof(a->page->clients[0]) <= a->page_size &&
		a->page->clients[a->slot].capa & UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
}

/**
 * conform_map() - use the page that came with the last message
 * @t: the transcript
 * @a: who
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_map(struct conform *t, struct conform_actor *a)
{
	struct stat st;

	if (a->fd_count < 1 || fstat(a->fds[0], &st))
		return conform_fail(t, "%s was given no page", a->name);
	if ((uint64_t)st.st_size < sizeof(*a->page) +
	    (a->slot + 1) * sizeof(a->page->clients[0]))
		return conform_fail(t, "the page has %lld bytes, and no slot %u",
				    (long long)st.st_size, a->slot);
	a->page = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, a->fds[0], 0);
	if (a->page == MAP_FAILED) {
		a->page = NULL;
		return conform_fail(t, "the page cannot be mapped: %s", strerror(errno));
	}
	a->page_size = st.st_size;
	if (a->page->version != UM_TIMETRAVEL_SCHEDSHM_VERSION)
		return conform_fail(t, "the page has version %u; %u is wanted", a->page->version,
				    UM_TIMETRAVEL_SCHEDSHM_VERSION);
	a->page->clients[a->slot].capa |= UM_TIMETRAVEL_SCHEDSHM_CAP_TIME_SHARE;
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
static uint64_t field_value(struct conform *t, const struct conform_actor *a, const char *word,
			    bool *ok)
{
	unsigned int i;

	for (i = 0; i < t->actor_count; i++) {
		if (!strcmp(t->actors[i].name, word))
			return t->actors[i].slot;
	}
	return conform_time(a, word, ok);
}

/**
 * conform_field() - write to the page, or look at it
 * @t: the transcript
 * @a: who does; fields of a slot are those of its own, or SLOT.FIELD's
 * @name: of the field
 * @value: what to write, or must be there
 * @set: write
 *
 * Return: 0, or -1 with @t->why.
 */
int conform_field(struct conform *t, struct conform_actor *a, const char *name,
		  const char *value, bool set)
{
	const char *dot = strchr(name, '.');
	unsigned int slot = dot ? strtoul(name, NULL, 0) : a->slot;
	uint64_t want, have = 0;
	const struct field *f;
	bool ok = true;
	char *at;

	if (!a->page)
		return conform_fail(t, "%s has no page", a->name);
	for (f = fields; f < fields + ARRAY_SIZE(fields); f++) {
		if (!strcmp(f->name, dot ? dot + 1 : name))
			break;
	}
	want = field_value(t, a, value, &ok);
	if (f == fields + ARRAY_SIZE(fields) || !ok)
		return conform_fail(t, "'%s' is no field, or '%s' no value", name, value);
	at = (char *)a->page + f->offset;
	if (f->in_slot)
		at += sizeof(*a->page) + slot * sizeof(a->page->clients[0]);
	if (at + f->size > (char *)a->page + a->page_size)
		return conform_fail(t, "there is no slot %u", slot);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (set)
		memcpy(at, &want, f->size);
	else
		memcpy(&have, at, f->size);
	if (set || have == want)
		return 0;
	return conform_fail(t, "%s of the page is %llu; %llu is wanted", name,
			    (unsigned long long)have, (unsigned long long)want);
}
