// SPDX-License-Identifier: GPL-2.0
/* lib/loop.c, lib/listener.c and lib/lock.c: who is called, who is let in, and when. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "lib/listener.h"
#include "lib/lock.h"
#include "tap.h"

static struct loop loop;
static struct listener listener;
static char dir[32];
static char path[64], why[LISTENER_TEXT];
static int admitted;

/* One round is enough: what is ready is called in it */
static void stop(struct loop *l)
{
	l->over = true;
}

static int one_round(void)
{
	loop.over = false;
	loop.settle = stop;
	return loop_run(&loop);
}

static bool anything_ready(void)
{
	struct pollfd fd = { .fd = loop.epoll, .events = POLLIN };

	return poll(&fd, 1, 0) > 0;
}

static void count_and_close(struct listener *l, int fd, pid_t pid)
{
	(void)l;
	admitted += pid == getpid();
	close(fd);
}

static int connect_to(const char *where)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(addr.sun_path, where, strlen(where));
	if (!connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return fd;
	close(fd);
	return -1;
}

static int set_up(void)
{
	admitted = 0;
	listener.admitted = count_and_close;
	if (loop_init(&loop))
		return -1;
	return listener_start(&listener, &loop, listener_listen(path, why));
}

static void tear_down(void)
{
	listener_stop(&listener);
	close(listener.source.fd);
	loop_close(&loop);
	unlink(path);
}

static int who_connects_is_handed_over(void)
{
	int a, b;

	expect(!set_up());
	a = connect_to(path);
	b = connect_to(path);
	expect(a >= 0 && b >= 0);
	expect(!one_round() && !one_round() && admitted == 2 && !anything_ready());
	close(a);
	close(b);
	tear_down();
	return 0;
}

#define FEW	64

static int taken[FEW];
static int taken_count;

static void use_up_descriptors(void)
{
	int fd;

	while (taken_count < FEW && (fd = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0)
		taken[taken_count++] = fd;
}

static void give_descriptor_back(void)
{
	close(taken[--taken_count]);
}

static int waits_for_a_descriptor(void)
{
	struct rlimit was, few;
	int client;

	expect(!set_up() && !getrlimit(RLIMIT_NOFILE, &was));
	few = was;
	few.rlim_cur = FEW;
	expect(!setrlimit(RLIMIT_NOFILE, &few));
	client = connect_to(path);
	use_up_descriptors();
	expect(client >= 0 && taken_count);
	expect(!one_round() && !admitted && listener.full);
	/* it does not spin until there is one again, and not after that */
	expect(!anything_ready());
	listener_resume();
	expect(!one_round() && !admitted && listener.full && !anything_ready());
	give_descriptor_back();
	listener_resume();
	expect(!one_round() && admitted == 1 && !anything_ready());
	setrlimit(RLIMIT_NOFILE, &was);
	while (taken_count)
		give_descriptor_back();
	close(client);
	tear_down();
	return 0;
}

static bool there(const char *where)
{
	struct stat st;

	return !lstat(where, &st);
}

/* Like a program that knows nothing of all this */
static int bind_plainly(const char *where)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(addr.sun_path, where, strlen(where));
	return bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ? -1 : fd;
}

/* What is at the path when somebody is about to listen: instead of the C library's */
static enum { NOTHING, SEEN, TAKE_IT } at_listen;
static int taken_by;

int listen(int fd, int backlog)
{
	if (at_listen == NOTHING && there(path))
		at_listen = SEEN;
	if (at_listen == TAKE_IT)
		taken_by = bind_plainly(path);
	return syscall(SYS_listen, fd, backlog);
}

/* Nothing is in the directory but what it is to hold */
static int holds_only(const char *name)
{
	DIR *list = opendir(dir);
	struct dirent *entry;
	int others = 0;

	while ((entry = readdir(list)))
		others += entry->d_name[0] != '.' ? strcmp(entry->d_name, name) :
			strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	closedir(list);
	return !others;
}

static int who_sees_it_can_connect(void)
{
	struct stat st;
	int fd;

	at_listen = NOTHING;
	fd = listener_listen(path, why);
	expect(fd >= 0 && at_listen == NOTHING);
	expect(!lstat(path, &st) && (st.st_mode & 07777) == 0600 && holds_only("socket"));
	close(fd);
	unlink(path);
	return 0;
}

static int stale_socket_is_replaced(void)
{
	int fd = bind_plainly(path), client;

	expect(fd >= 0);
	close(fd);
	fd = listener_listen(path, why);
	client = connect_to(path);
	expect(fd >= 0 && client >= 0 && holds_only("socket"));
	close(client);
	close(fd);
	unlink(path);
	return 0;
}

static int live_socket_is_left_alone(void)
{
	int first = listener_listen(path, why), client;

	expect(first >= 0);
	expect(listener_listen(path, why) == -EADDRINUSE && *why);
	listener_clean_up(path);
	client = connect_to(path);
	expect(client >= 0 && holds_only("socket"));
	close(client);
	close(first);
	unlink(path);
	return 0;
}

static int file_is_left_alone(void)
{
	int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

	expect(fd >= 0);
	close(fd);
	expect(listener_listen(path, why) == -EEXIST && there(path) && holds_only("socket"));
	unlink(path);
	return 0;
}

/* Two that begin at once: one is between looking and listening, in two ways */
static int does_not_race(void)
{
	char lock[sizeof(path) + 8];
	int held, fd;

	snprintf(lock, sizeof(lock), "%s.lock", path);
	held = lock_take(lock);
	expect(held >= 0 && listener_listen(path, why) == -EADDRINUSE && !there(path));
	lock_drop(lock, held);
	at_listen = TAKE_IT;
	fd = listener_listen(path, why);
	at_listen = NOTHING;
	expect(fd == -EEXIST && taken_by >= 0 && there(path) && holds_only("socket"));
	/* it is still the other's */
	expect(!syscall(SYS_listen, taken_by, 1));
	fd = connect_to(path);
	expect(fd >= 0);
	close(fd);
	close(taken_by);
	unlink(path);
	return 0;
}

static int longest_path(void)
{
	struct sockaddr_un addr;
	char deep[sizeof(addr.sun_path)], parent[sizeof(addr.sun_path)];
	int fd, client;

	snprintf(parent, sizeof(parent), "%s/%0*d", dir,
		 (int)(sizeof(deep) - 4 - strlen(dir)), 0);
	strcat(strcpy(deep, parent), "/s");
	expect(strlen(deep) == sizeof(deep) - 1 && !mkdir(parent, 0700));
	fd = listener_listen(deep, why);
	client = connect_to(deep);
	expect(fd >= 0 && client >= 0);
	close(client);
	close(fd);
	/* nothing else is left there */
	expect(!unlink(deep) && !rmdir(parent));
	expect(listener_listen("", why) == -EINVAL);
	return 0;
}

static char order[8];

/**
 * struct named - a source that says when it is called
 * @source: the source
 * @name: what it says
 */
struct named {
	struct loop_source source;
	char name;
};

static void say_name(struct loop_source *source, unsigned int events)
{
	(void)events;
	strncat(order, &container_of(source, struct named, source)->name, 1);
}

static int first_is_called_first(void)
{
	static struct named sources[] = {
		{ { .priority = LOOP_LAST }, 'z' }, { { .priority = LOOP_NORMAL }, 'n' },
		{ { .priority = LOOP_FIRST }, 'a' }, { { .priority = LOOP_NORMAL }, 'n' },
	};
	size_t i;

	expect(!loop_init(&loop));
	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		sources[i].source.fd = eventfd(1, EFD_CLOEXEC);
		sources[i].source.ready = say_name;
		expect(!loop_add(&loop, &sources[i].source, EPOLLIN));
	}
	expect(!one_round() && !strcmp(order, "annz"));
	for (i = 0; i < ARRAY_SIZE(sources); i++)
		close(sources[i].source.fd);
	loop_close(&loop);
	return 0;
}

static unsigned int calls, calls_before_last;

static void count_call(struct loop_source *source, unsigned int events)
{
	(void)events;
	if (source->priority == LOOP_LAST)
		calls_before_last = calls;
	calls++;
}

/* The last one is added first: it is the first that epoll(7) finds */
static int a_crowd_is_called_in_one_round(void)
{
	static struct loop_source crowd[200] = { { .priority = LOOP_LAST } };
	size_t i;

	expect(!loop_init(&loop));
	for (i = 0; i < ARRAY_SIZE(crowd); i++) {
		crowd[i].fd = eventfd(1, EFD_CLOEXEC);
		crowd[i].ready = count_call;
		expect(crowd[i].fd >= 0 && !loop_add(&loop, &crowd[i], EPOLLIN));
	}
	expect(!one_round() && calls == 200 && calls_before_last == 199);
	for (i = 0; i < ARRAY_SIZE(crowd); i++)
		close(crowd[i].fd);
	loop_close(&loop);
	return 0;
}

static const struct tap_case cases[] = {
	{ "who connects is handed over", who_connects_is_handed_over },
	{ "without a descriptor it waits, and does not spin", waits_for_a_descriptor },
	{ "who sees the socket can connect to it", who_sees_it_can_connect },
	{ "a socket that nobody listens at is replaced", stale_socket_is_replaced },
	{ "a socket that somebody listens at is left alone", live_socket_is_left_alone },
	{ "a file is left alone", file_is_left_alone },
	{ "of two that begin at once one is refused", does_not_race },
	{ "the longest path that a socket can have", longest_path },
	{ "sources are called in the order of priorities", first_is_called_first },
	{ "a crowd is called in one round", a_crowd_is_called_in_one_round },
};

int main(void)
{
	int rc;

	snprintf(dir, sizeof(dir), "/tmp/listener.XXXXXX");
	if (!mkdtemp(dir))
		return EXIT_FAILURE;
	snprintf(path, sizeof(path), "%s/socket", dir);
	rc = tap_run(__FILE__, cases, ARRAY_SIZE(cases));
	rmdir(dir);
	return rc;
}
