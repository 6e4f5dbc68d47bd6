// SPDX-License-Identifier: GPL-2.0
/* umtt conform: does a controller, or a kernel, keep the rules of the time protocol. */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <ftw.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"
#include "conform/play.h"
#include "lib/util.h"

#define FILES_MAX	512
#define NAME_SIZE	64

static const char conform_help[] =
"usage: umtt conform --exec COMMAND | --socket PATH | --kernel FILE [OPTION]...\n"
"\n"
"Plays transcripts of the time protocol: fake clients against a controller, or a\n"
"fake controller against a kernel. There is one for each rule, and for what clients\n"
"and controllers do that they should not. The result is TAP.\n"
"\n"
"  --exec COMMAND   the controller: a command line for sh, run anew for each transcript.\n"
"                   {socket} and {clients} stand for the socket to make and the clients\n"
"                   to wait for, {options} for what a transcript wants besides\n"
"  --socket PATH    a controller that runs already; transcripts about how it ends and\n"
"                   what it says are skipped. Most want a new one: see --only\n"
"  --kernel FILE    a User-Mode Linux kernel, booted for each transcript on the host's\n"
"                   files, read-only, with busybox as its first program\n"
"  --only PATTERN   the transcripts whose names match (may be given again)\n"
"  --list           their names and what they show\n"
"  --dir DIR        where they are: conform/ beside umtt, or in its source\n"
"  --patience MS    how long to wait for what must come: 5000 ms of host time\n"
"  --help           this text\n"
"\n"
"Exit status: 0 all that was played is as it should be, 1 something is not, or nothing\n"
"was played, 2 called wrongly. conform/README tells how to write a transcript.\n"
"\n"
"  umtt conform --exec 'umtt serve --socket {socket} --clients {clients} {options}'\n"
"  umtt conform --socket /run/user/0/clock --only two-clients\n"
"  umtt conform --kernel build/linux --only 'kernel-broadcast*'\n";

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

static int check(const struct suite *s)
{
	if (!s->list && !!s->exec + !!s->socket + !!s->kernel != 1)
		return usage_error(&cmd_conform, "one of --exec, --socket and --kernel is wanted");
	if (s->kernel && access(s->kernel, X_OK))
		return usage_error(&cmd_conform, "--kernel: %s: %s", s->kernel, strerror(errno));
	return 0;
}

static int parse(int argc, char **argv, struct suite *s)
{
	static const struct option known[] = {
		{ "exec", required_argument, NULL, 'e' },
		{ "socket", required_argument, NULL, 's' },
		{ "kernel", required_argument, NULL, 'k' },
		{ "only", required_argument, NULL, 'o' },
		{ "dir", required_argument, NULL, 'd' },
		{ "patience", required_argument, NULL, 'p' },
		{ "list", no_argument, NULL, 'l' },
		{ }
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", known, NULL)) != -1) {
		switch (option) {
		case 'e':
			s->exec = optarg;
			break;
		case 's':
			s->socket = optarg;
			break;
		case 'k':
			s->kernel = optarg;
			break;
		case 'o':
			if (s->only_count == ARRAY_SIZE(s->only))
				return usage_error(&cmd_conform, "--only: %zu are the most",
						   ARRAY_SIZE(s->only));
			s->only[s->only_count++] = optarg;
			break;
		case 'd':
			snprintf(s->dir, sizeof(s->dir), "%s", optarg);
			break;
		case 'p':
			s->patience = atoi(optarg);
			if (s->patience <= 0)
				return usage_error(&cmd_conform, "--patience: '%s' is no number",
						   optarg);
			break;
		case 'l':
			s->list = true;
			break;
		case ':':
			return usage_error(&cmd_conform, "%s needs a value", argv[optind - 1]);
		default:
			return usage_error(&cmd_conform, "unknown option %s", argv[optind - 1]);
		}
	}
	if (optind < argc)
		return usage_error(&cmd_conform, "'%s' is no option", argv[optind]);
	return check(s);
}

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

static int find_transcripts(struct suite *s)
{
	DIR *dir = opendir(s->dir);
	struct dirent *entry;
	char *dot;

	if (!dir)
		return usage_error(&cmd_conform, "--dir: %s: %s", s->dir, strerror(errno));
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
	return 0;
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

static int conform_run(int argc, char **argv)
{
	static struct suite s = { .patience = 5000 };
	int rc = parse(argc, argv, &s);

	if (rc)
		return rc;
	signal(SIGPIPE, SIG_IGN);
	find_dir(s.dir, sizeof(s.dir));
	rc = find_transcripts(&s);
	if (rc)
		return rc;
	return s.list ? list(&s) : play_all(&s);
}

const struct command cmd_conform = {
	.name = "conform",
	.what = "do a controller, or a kernel, keep the rules of the protocol",
	.help = conform_help,
	.run = conform_run,
};
