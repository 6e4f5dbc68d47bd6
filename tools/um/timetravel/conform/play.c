// SPDX-License-Identifier: GPL-2.0
/* Transcripts: their language. conform/README says what each line means. */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "conform/conform.h"
#include "lib/util.h"

/**
 * conform_fail() - say what is not as it should be
 * @t: the transcript
 * @format: as printf()
 *
 * Return: -1.
 */
int conform_fail(struct conform *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->why, sizeof(t->why), format, args);
	va_end(args);
	return -1;
}

/**
 * conform_actor() - find an actor, or let it enter
 * @t: the transcript
 * @name: its name
 *
 * Return: the actor, or NULL with @t->why if there are too many.
 */
struct conform_actor *conform_actor(struct conform *t, const char *name)
{
	struct conform_actor *a;

	for (a = t->actors; a < t->actors + t->actor_count; a++) {
		if (!strcmp(a->name, name))
			return a;
	}
	if (t->actor_count == CONFORM_ACTORS || strlen(name) >= sizeof(a->name)) {
		conform_fail(t, "%s is one actor too many, or its name too long", name);
		return NULL;
	}
	t->actor_count++;
	memset(a, 0, sizeof(*a));
	memcpy(a->name, name, strlen(name) + 1);
	a->fd = -1;
	a->request = WIRE_NEVER;
	return a;
}

/* --- lines that begin with a small letter are not about one actor */

static int the_clients(struct conform *t, const struct conform_words *w)
{
	t->clients = strtoul(w->at[1], NULL, 0);
	return 0;
}

static int the_options(struct conform *t, const struct conform_words *w)
{
	if (!t->exec || !strstr(t->exec, "{options}")) {
		snprintf(t->skip, sizeof(t->skip), "the controller cannot be given '%s'", w->at[1]);
		return 0;
	}
	snprintf(t->options, sizeof(t->options), "%s", w->at[1]);
	return 0;
}

static int the_init(struct conform *t, const struct conform_words *w)
{
	size_t len = strlen(t->init);

	if (len + strlen(w->at[1]) + 2 > sizeof(t->init))
		return conform_fail(t, "init is too long");
	sprintf(t->init + len, "%s\n", w->at[1]);
	return 0;
}

/* offer [none|one|two] [version=N] [len=N] [slot=N] [start=N] */
static int the_offer(struct conform *t, const struct conform_words *w)
{
	static const char *const counts[] = { "none", "one", "two" };
	const struct {
		const char *name;
		uint32_t *value;
	} numbers[] = {
		{ "version", &t->offer.version }, { "len", &t->offer.len },
		{ "slot", &t->offer.slot },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		if (conform_is(w, 1, counts[i]))
			t->offer.count = i;
	}
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (conform_option(w, 2, numbers[i].name))
			*numbers[i].value = strtoul(conform_option(w, 2, numbers[i].name), NULL, 0);
	}
	if (conform_option(w, 2, "start"))
		t->offer.start = strtoull(conform_option(w, 2, "start"), NULL, 0);
	return 0;
}

static bool is_started(struct conform *t)
{
	if (t->program.pid)
		return true;
	snprintf(t->skip, sizeof(t->skip), "what a controller says and how it ends is not seen");
	return false;
}

static int it_says(struct conform *t, const struct conform_words *w)
{
	return is_started(t) ? conform_said(t, w->at[1], t->patience) : 0;
}

static int it_never_says(struct conform *t, const struct conform_words *w)
{
	conform_listen_to(&t->program);
	if (!strstr(t->program.said, w->at[1]))
		return 0;
	return conform_fail(t, "it said '%s'", w->at[1]);
}

/* exit N|orderly */
static int it_exits(struct conform *t, const struct conform_words *w)
{
	int want = atoi(w->at[1]), status = t->program.status;

	if (!is_started(t))
		return 0;
	if (conform_ended(t))
		return -1;
	status = t->program.status;
	if (WIFSIGNALED(status))
		return conform_fail(t, "it was ended by signal %d", WTERMSIG(status));
	if (!conform_is(w, 1, "orderly") && WEXITSTATUS(status) == want)
		return 0;
	if (!conform_is(w, 1, "orderly"))
		return conform_fail(t, "its exit status is %d; %d is wanted", WEXITSTATUS(status),
				    want);
	if (strstr(t->program.said, "Kernel panic"))
		return conform_fail(t, "the kernel panicked");
	return conform_said(t, "reboot: Power down", 0);
}

static int it_lives(struct conform *t, const struct conform_words *w)
{
	(void)w;
	conform_listen_to(&t->program);
	return t->program.ended ? conform_fail(t, "it has ended") : 0;
}

static int pause_ms(struct conform *t, const struct conform_words *w)
{
	(void)t;
	usleep(strtoul(w->at[1], NULL, 0) * 1000);
	return 0;
}

static int kill_it(struct conform *t, const struct conform_words *w)
{
	(void)w;
	return t->program.pid ? kill(t->program.pid, SIGKILL) : 0;
}

static int nothing(struct conform *t, const struct conform_words *w)
{
	(void)t;
	(void)w;
	return 0;
}

static const struct {
	const char *name;
	unsigned int words;
	int (*run)(struct conform *t, const struct conform_words *w);
} lines[] = {
	{ "test", 2, nothing }, { "of", 2, nothing }, { "clients", 2, the_clients },
	{ "options", 2, the_options }, { "init", 2, the_init }, { "offer", 2, the_offer },
	{ "says", 2, it_says }, { "never-says", 2, it_never_says }, { "exit", 2, it_exits },
	{ "lives", 1, it_lives }, { "pause", 2, pause_ms }, { "kill", 1, kill_it },
};

static int play_words(struct conform *t, const struct conform_words *w)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (conform_is(w, 0, lines[i].name) && w->count >= lines[i].words)
			return lines[i].run(t, w);
	}
	if (w->at[0][0] < 'A' || w->at[0][0] > 'Z')
		return conform_fail(t, "'%s' begins no line", w->at[0]);
	/* the first actor to enter finds a controller, if it is ours to start */
	if (t->exec && !t->program.pid && conform_start_controller(t))
		return -1;
	return conform_act(t, w);
}

static int play_lines(struct conform *t, FILE *file)
{
	struct conform_words words;
	char line[1024];

	while (fgets(line, sizeof(line), file)) {
		t->line++;
		if (conform_split(t, line, &words))
			return -1;
		if (words.count && play_words(t, &words))
			return -1;
		if (*t->skip)
			return 0;
	}
	return 0;
}

/**
 * conform_play() - play a transcript
 * @t: the transcript: path, what is tested, and directory are set
 *
 * Return: 0, with @t->skip if it cannot be played here, or -1 with @t->why.
 */
int conform_play(struct conform *t)
{
	FILE *file = fopen(t->path, "re");
	unsigned int i;
	int rc;

	if (!file)
		return conform_fail(t, "%s", strerror(errno));
	t->listener = -1;
	t->program.out = -1;
	t->clients = 1;
	t->offer.count = 2;
	t->offer.slot = 1;
	rc = play_lines(t, file);
	fclose(file);
	conform_listen_to(&t->program);
	conform_end_program(&t->program);
	for (i = 0; i < t->actor_count; i++)
		conform_close(&t->actors[i]);
	if (t->listener >= 0)
		close(t->listener);
	return rc;
}

/**
 * conform_read_head() - what a transcript is about
 * @path: the transcript
 * @for_kernel: where to put whether it tests a kernel, not a controller
 * @title: where to put what it shows
 * @size: room for that
 *
 * Return: 0, or -1 if it is no transcript.
 */
int conform_read_head(const char *path, bool *for_kernel, char *title, size_t size)
{
	FILE *file = fopen(path, "re");
	char line[1024], what[32] = "";

	*title = '\0';
	if (!file)
		return -1;
	while (fgets(line, sizeof(line), file) && (!*what || !*title)) {
		if (sscanf(line, "of %31s", what) == 1)
			continue;
		if (!strncmp(line, "test ", 5))
			snprintf(title, size, "%.*s", (int)strcspn(line + 5, "\n"), line + 5);
	}
	fclose(file);
	*for_kernel = !strcmp(what, "kernel");
	return *title && (*for_kernel || !strcmp(what, "controller")) ? 0 : -1;
}
