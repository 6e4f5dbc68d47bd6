// SPDX-License-Identifier: GPL-2.0
/* umtt conform: does a controller, or a kernel, keep the rules of the time protocol. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "conform/play.h"
#include "lib/options.h"
#include "lib/util.h"

#define FILES_MAX	512
#define NAME_SIZE	64

static const char doc[] =
	"Plays transcripts of the time protocol: fake clients against a controller, or a\n"
	"fake controller against a kernel. There is one for each rule, and for what clients\n"
	"and controllers do that they should not. The result is TAP." OPTIONS_HERE
	"Exit status: 0 all that was played is as it should be, 1 something is not, or nothing\n"
	"was played, 2 called wrongly. conform/README tells how to write a transcript.\n"
	"\n"
	"  umtt conform --exec 'umtt serve --socket {socket} --clients {clients} {options}'\n"
	"  umtt conform --socket /run/user/0/clock --only two-clients\n"
	"  umtt conform --kernel build/linux --only 'kernel-broadcast*'";

enum { OPT_EXEC = OPTIONS_KEY, OPT_SOCKET, OPT_KERNEL, OPT_ONLY, OPT_LIST, OPT_DIR,
	OPT_PATIENCE };

static const struct argp_option options[] = {
	{ "exec", OPT_EXEC, "COMMAND", 0,
	  "the controller: a command line for sh, run anew for each\n"
	  "transcript. {socket} and {clients} stand for the socket to make\n"
	  "and the clients to wait for, {options} for what a transcript\n"
	  "wants besides", 1 },
	{ "socket", OPT_SOCKET, "PATH", 0,
	  "a controller that runs already; transcripts about how it ends\n"
	  "and what it says are skipped. Most want a new one: see --only", 2 },
	{ "kernel", OPT_KERNEL, "FILE", 0,
	  "a User-Mode Linux kernel, booted for each transcript on the\n"
	  "host's files, read-only, with busybox as its first program", 3 },
	{ "only", OPT_ONLY, "PATTERN", 0,
	  "the transcripts whose names match (may be given again)", 4 },
	{ "list", OPT_LIST, NULL, 0, "their names and what they show", 5 },
	{ "dir", OPT_DIR, "DIR", 0, "where they are: conform/ beside umtt, or in its source", 6 },
	{ "patience", OPT_PATIENCE, "MS", 0,
	  "how long to wait for what must come: 5000 ms of host time", 7 },
	{ }
};

/**
 * struct suite - what is to be played
 * @exec: the controller's command line
 * @socket: a controller's socket
 * @kernel: a kernel
 * @dir: where the transcripts are
 * @only: patterns
 * @only_count: how many
 * @list: only show what there is
 * @patience: ms of host time
 * @names: of the transcripts
 * @count: how many
 */
struct suite {
	const char *exec, *socket, *kernel;
	char dir[512];
	const char *only[16];
	unsigned int only_count;
	bool list;
	int patience;
	char names[FILES_MAX][NAME_SIZE];
	unsigned int count;
};

/* Beside the program, or in the source that it was built from */
static void find_dir(char *dir, size_t size)
{
	static const char *const places[] = {
		"conform", "../tools/um/timetravel/conform", "../../tools/um/timetravel/conform",
	};
	char self[256];
	struct stat st;
	ssize_t n;
	size_t i;

	if (*dir)
		return;
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	if (strrchr(self, '/'))
		*strrchr(self, '/') = '\0';
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		snprintf(dir, size, "%s/%s", self, places[i]);
		if (!stat(dir, &st))
			return;
	}
}

static bool chosen(const struct suite *s, const char *name)
{
	unsigned int i;

	for (i = 0; i < s->only_count; i++) {
		if (!fnmatch(s->only[i], name, 0))
			return true;
	}
	return !s->only_count;
}

static void file_of(const struct suite *s, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/%s.tt", s->dir, name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void find_transcripts(struct suite *s, const struct argp_state *state)
{
	DIR *dir = opendir(s->dir);
	struct dirent *entry;
	char *dot;

	if (!dir) {
		argp_error(state, "--dir: %s: %s", s->dir, strerror(errno));
		return;
	}
	while ((entry = readdir(dir)) && s->count < FILES_MAX) {
		dot = strrchr(entry->d_name, '.');
		if (!dot || strcmp(dot, ".tt") || dot - entry->d_name >= NAME_SIZE)
			continue;
		*dot = '\0';
		if (chosen(s, entry->d_name))
			memcpy(s->names[s->count++], entry->d_name, dot - entry->d_name + 1);
	}
	closedir(dir);
	qsort(s->names, s->count, NAME_SIZE, by_name);
}

/* What fits together */
static void check(struct suite *s, const struct argp_state *state)
{
	if (!s->list && !!s->exec + !!s->socket + !!s->kernel != 1)
		argp_error(state, "one of --exec, --socket and --kernel is wanted");
	if (s->kernel && access(s->kernel, X_OK))
		argp_error(state, "--kernel: %s: %s", s->kernel, strerror(errno));
	find_dir(s->dir, sizeof(s->dir));
	find_transcripts(s, state);
}

static void add_pattern(struct suite *s, const char *pattern, const struct argp_state *state)
{
	if (s->only_count == ARRAY_SIZE(s->only))
		argp_error(state, "--only: %zu are the most", ARRAY_SIZE(s->only));
	else
		s->only[s->only_count++] = pattern;
}

static void set_dir(struct suite *s, const char *dir, const struct argp_state *state)
{
	if ((size_t)snprintf(s->dir, sizeof(s->dir), "%s", dir) >= sizeof(s->dir))
		argp_error(state, "--dir: this has %zu bytes, %zu are the most", strlen(dir),
			   sizeof(s->dir) - 1);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	static const char ms[] = "number of ms, 1 or more";
	struct suite *s = state->input;

	switch (key) {
	case OPT_EXEC:
		s->exec = value;
		return 0;
	case OPT_SOCKET:
		s->socket = value;
		return 0;
	case OPT_KERNEL:
		s->kernel = value;
		return 0;
	case OPT_ONLY:
		add_pattern(s, value, state);
		return 0;
	case OPT_LIST:
		s->list = true;
		return 0;
	case OPT_DIR:
		set_dir(s, value, state);
		return 0;
	case OPT_PATIENCE:
		s->patience = options_number(state, key, value, INT_MAX, ms);
		if (!s->patience)
			options_refuse(state, key, value, ms);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is no option", value);
		return 0;
	case ARGP_KEY_END:
		check(s, state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int list(const struct suite *s)
{
	char path[640], title[256];
	bool for_kernel;
	unsigned int i;

	for (i = 0; i < s->count; i++) {
		file_of(s, s->names[i], path, sizeof(path));
		if (!play_read_head(path, &for_kernel, title, sizeof(title)))
			printf("%-28s %-10s %s\n", s->names[i],
			       for_kernel ? "kernel" : "controller", title);
	}
	return UMTT_OK;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void print_said(const struct play *t)
{
	const char *at = t->program.said, *end;
	unsigned int lines = 0;

	for (end = at + strlen(at); end > at && lines < 12; end--)
		lines += end[-1] == '\n';
	while (*end) {
		printf("#   %.*s\n", (int)strcspn(end, "\r\n"), end);
		end += strcspn(end, "\n");
		end += *end == '\n';
	}
}

/* Returns whether it is as it should be */
static bool play_one(const struct suite *s, const char *path, const char *name, const char *title,
		     unsigned int number)
{
	static struct play t;
	bool ok;

	memset(&t, 0, sizeof(t));
	t.path = path;
	t.program.exec = s->exec;
	t.program.kernel = s->kernel;
	t.patience = s->patience;
	snprintf(t.dir, sizeof(t.dir), "/tmp/conform.XXXXXX");
	if (!mkdtemp(t.dir)) {
		printf("not ok %u - %s: %s\n# %s: %s\n", number, name, title, t.dir,
		       strerror(errno));
		return false;
	}
	if (s->socket)
		snprintf(t.socket, sizeof(t.socket), "%s", s->socket);
	else
		snprintf(t.socket, sizeof(t.socket), "%s/clock", t.dir);
	ok = !play_transcript(&t);
	printf("%sok %u - %s: %s%s%s\n", ok ? "" : "not ", number, name, title,
	       *t.verdict.skip ? " # SKIP " : "", t.verdict.skip);
	if (!ok) {
		printf("# %s:%u: %s\n", path, t.line, t.verdict.why);
		print_said(&t);
	}
	fflush(stdout);
	nftw(t.dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return ok;
}

static int play_all(const struct suite *s)
{
	char path[640], title[256];
	unsigned int i, number = 0, bad = 0;
	bool for_kernel;

	puts("TAP version 13");
	for (i = 0; i < s->count; i++) {
		file_of(s, s->names[i], path, sizeof(path));
		if (play_read_head(path, &for_kernel, title, sizeof(title))) {
			printf("not ok %u - %s: no transcript\n", ++number, s->names[i]);
			bad++;
		} else if (for_kernel == !!s->kernel) {
			bad += !play_one(s, path, s->names[i], title, ++number);
		}
	}
	printf("1..%u\n", number);
	return bad || !number ? UMTT_FAILED : UMTT_OK;
}

/**
 * cmd_conform() - umtt conform
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_conform(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options, .parser = parse, .doc = doc, .children = options_common,
		.args_doc = "--exec COMMAND | --socket PATH | --kernel FILE",
	};
	static struct suite s = { .patience = 5000 };

	options_parse(&argp, argc, argv, &s);
	signal(SIGPIPE, SIG_IGN);
	return s.list ? list(&s) : play_all(&s);
}
