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

#include "conform/acts.h"
#include "conform/play.h"
#include "conform/words.h"

/* --- lines that begin with a small letter are not about one actor */

static int the_clients(struct play *t, const struct words *w)
{
	t->program.clients = strtoul(w->at[1], NULL, 0);
	return 0;
}

__printf(2, 3)
static int skip(struct play *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(t->verdict.skip, sizeof(t->verdict.skip), format, args);
	va_end(args);
	return 0;
}

static int the_options(struct play *t, const struct words *w)
{
	if (!t->program.exec || !strstr(t->program.exec, "{options}"))
		return skip(t, "the controller cannot be given '%s'", w->at[1]);
	snprintf(t->program.options, sizeof(t->program.options), "%s", w->at[1]);
	return 0;
}

static int the_init(struct play *t, const struct words *w)
{
	size_t len = strlen(t->program.init);

	if (len + strlen(w->at[1]) + 2 > sizeof(t->program.init))
		return verdict_fail(&t->verdict, "init is too long");
	sprintf(t->program.init + len, "%s\n", w->at[1]);
	return 0;
}

/* offer [none|one|two] [version=N] [len=N] [slot=N] [start=N] */
static int the_offer(struct play *t, const struct words *w)
{
	static const char *const counts[] = { "none", "one", "two" };
	const struct {
		const char *name;
		uint32_t *value;
	} numbers[] = {
		{ "version", &t->fake.offer.version }, { "len", &t->fake.offer.len },
		{ "slot", &t->fake.offer.slot },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(counts); i++) {
		if (words_is(w, 1, counts[i]))
			t->fake.offer.count = i;
	}
	for (i = 0; i < ARRAY_SIZE(numbers); i++) {
		if (words_option(w, 2, numbers[i].name))
			*numbers[i].value = strtoul(words_option(w, 2, numbers[i].name), NULL, 0);
	}
	if (words_option(w, 2, "start"))
		t->fake.offer.start = strtoull(words_option(w, 2, "start"), NULL, 0);
	return 0;
}

static bool is_started(struct play *t)
{
	if (t->program.pid)
		return true;
	skip(t, "what a controller says and how it ends is not seen");
	return false;
}

static int it_says(struct play *t, const struct words *w)
{
	return is_started(t) ? program_said(&t->program, w->at[1], t->patience) : 0;
}

static int it_never_says(struct play *t, const struct words *w)
{
	program_listen(&t->program);
	if (!strstr(t->program.said, w->at[1]))
		return 0;
	return verdict_fail(&t->verdict, "it said '%s'", w->at[1]);
}

/* exit N|orderly */
static int it_exits(struct play *t, const struct words *w)
{
	int want = atoi(w->at[1]), status = t->program.status;

	if (!is_started(t))
		return 0;
	if (program_await_end(&t->program))
		return -1;
	status = t->program.status;
	if (WIFSIGNALED(status))
		return verdict_fail(&t->verdict, "it was ended by signal %d", WTERMSIG(status));
	if (!words_is(w, 1, "orderly") && WEXITSTATUS(status) == want)
		return 0;
	if (!words_is(w, 1, "orderly"))
		return verdict_fail(&t->verdict, "its exit status is %d; %d is wanted",
				    WEXITSTATUS(status), want);
	if (strstr(t->program.said, "Kernel panic"))
		return verdict_fail(&t->verdict, "the kernel panicked");
	return program_said(&t->program, "reboot: Power down", 0);
}

static int it_lives(struct play *t, const struct words *w)
{
	(void)w;
	program_listen(&t->program);
	return t->program.ended ? verdict_fail(&t->verdict, "it has ended") : 0;
}

static int pause_ms(struct play *t, const struct words *w)
{
	(void)t;
	usleep(strtoul(w->at[1], NULL, 0) * 1000);
	return 0;
}

static int kill_it(struct play *t, const struct words *w)
{
	(void)w;
	return t->program.pid ? kill(t->program.pid, SIGKILL) : 0;
}

static int nothing(struct play *t, const struct words *w)
{
	(void)t;
	(void)w;
	return 0;
}

static const struct {
	const char *name;
	unsigned int words;
	int (*run)(struct play *t, const struct words *w);
} lines[] = {
	{ "test", 2, nothing }, { "of", 2, nothing }, { "clients", 2, the_clients },
	{ "options", 2, the_options }, { "init", 2, the_init }, { "offer", 2, the_offer },
	{ "says", 2, it_says }, { "never-says", 2, it_never_says }, { "exit", 2, it_exits },
	{ "lives", 1, it_lives }, { "pause", 2, pause_ms }, { "kill", 1, kill_it },
};

static int play_words(struct play *t, const struct words *w)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		if (words_is(w, 0, lines[i].name) && w->count >= lines[i].words)
			return lines[i].run(t, w);
	}
	if (w->at[0][0] < 'A' || w->at[0][0] > 'Z')
		return verdict_fail(&t->verdict, "'%s' begins no line", w->at[0]);
	/* the first actor to enter finds a controller, if it is ours to start */
	if (t->program.exec && !t->program.pid && program_start_controller(&t->program))
		return -1;
	return acts_play(t, w);
}

static int play_lines(struct play *t, FILE *file)
{
	struct words words;
	char line[1024];

	while (fgets(line, sizeof(line), file)) {
		t->line++;
		if (words_split(&t->verdict, line, &words))
			return -1;
		if (words.count && play_words(t, &words))
			return -1;
		if (*t->verdict.skip)
			return 0;
	}
	return 0;
}

static void set_up(struct play *t)
{
	t->program.socket = t->socket;
	t->program.dir = t->dir;
	t->program.verdict = &t->verdict;
	t->program.out = -1;
	t->program.clients = 1;
	t->fake.listener = -1;
	t->fake.offer.count = 2;
	t->fake.offer.slot = 1;
}

/**
 * play_transcript() - play a transcript
 * @t: the transcript: path, what is tested, and directory are set
 *
 * Return: 0, with @t->verdict.skip if it cannot be played here, or -1 with @t->verdict.why.
 */
int play_transcript(struct play *t)
{
	FILE *file = fopen(t->path, "re");
	int rc;

	if (!file)
		return verdict_fail(&t->verdict, "%s", strerror(errno));
	set_up(t);
	rc = play_lines(t, file);
	fclose(file);
	program_listen(&t->program);
	program_end(&t->program);
	cast_leave(&t->cast);
	fake_controller_close(&t->fake);
	return rc;
}

/**
 * play_read_head() - what a transcript is about
 * @path: the transcript
 * @for_kernel: where to put whether it tests a kernel, not a controller
 * @title: where to put what it shows
 * @size: room for that
 *
 * Return: 0, or -1 if it is no transcript.
 */
int play_read_head(const char *path, bool *for_kernel, char *title, size_t size)
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
