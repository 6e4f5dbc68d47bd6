// SPDX-License-Identifier: GPL-2.0
/*
 * Who is charged for the CPU: two seconds of computing are user time, two seconds of
 * system calls are system time, in whatever way one asks.
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include "tt.h"

#define DURATION	(2 * NS_PER_SEC)
#define TOLERANCE	(DURATION / 20)

static bool stop;

static void on_signal(int sig)
{
	(void)sig;
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
}

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

static void compute(void)
{
	while (!stopped())
		;
}

static size_t copy_bytes;
static char *copy_buffer;

/* Maps the buffer of copy(), which the process of user space on the host does */
static void prepare_copy(void)
{
	const char *size = getenv("TT_COPY");

	copy_bytes = size ? strtoul(size, NULL, 0) : 1 << 20;
	copy_buffer = malloc(copy_bytes);
	memset(copy_buffer, 1, copy_bytes);
}

/* Copies of TT_COPY bytes: large ones spend nearly all of their time in the kernel */
static void copy(void)
{
	int zero = must(open("/dev/zero", O_RDONLY));

	while (!stopped())
		if (read(zero, copy_buffer, copy_bytes) < 0 && errno != EINTR)
			die("read of /dev/zero");
	close(zero);
}

struct usage {
	__u64 user;
	__u64 system;
};

static __u64 tv_ns(struct timeval tv)
{
	return tv.tv_sec * NS_PER_SEC + tv.tv_usec * NS_PER_US;
}

static struct usage of_rusage(int who)
{
	struct rusage usage;

	must(getrusage(who, &usage));
	return (struct usage){ tv_ns(usage.ru_utime), tv_ns(usage.ru_stime) };
}

static __u64 ticks_ns(__u64 ticks)
{
	return ticks * (NS_PER_SEC / sysconf(_SC_CLK_TCK));
}

static struct usage of_times(void)
{
	struct tms tms;

	times(&tms);
	return (struct usage){ ticks_ns(tms.tms_utime), ticks_ns(tms.tms_stime) };
}

/* The two numbers that a line of /proc has for them */
static struct usage of_file(const char *name, const char *format)
{
	unsigned long long user, system;
	FILE *file = fopen(name, "r");

	if (!file || fscanf(file, format, &user, &system) != 2)
		die(name);
	fclose(file);
	return (struct usage){ ticks_ns(user), ticks_ns(system) };
}

static struct usage of_proc_self(void)
{
	return of_file("/proc/self/stat",
		       "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu");
}

static struct usage of_proc_stat(void)
{
	return of_file("/proc/stat", "cpu %llu %*u %llu");
}

static void check(const char *what, struct usage before, struct usage after, bool user)
{
	__s64 computed = after.user - before.user;
	__s64 called = after.system - before.system;
	char name[64];

	snprintf(name, sizeof(name), "%s: user time, ns", what);
	between(name, computed, user ? DURATION - TOLERANCE : 0,
		user ? DURATION + TOLERANCE : TOLERANCE);
	snprintf(name, sizeof(name), "%s: system time, ns", what);
	between(name, called, user ? 0 : DURATION - TOLERANCE,
		user ? TOLERANCE : DURATION + TOLERANCE);
}

static void two_seconds(void (*busy)(void))
{
	struct itimerval two = { .it_value.tv_sec = DURATION / NS_PER_SEC };

	signal(SIGALRM, on_signal);
	must(setitimer(ITIMER_REAL, &two, NULL));
	busy();
}

static void charged(void (*busy)(void), bool user)
{
	struct usage rusage = of_rusage(RUSAGE_SELF), tms = of_times();
	struct usage self = of_proc_self(), all = of_proc_stat();
	__u64 cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
	__u64 thread = clock_ns(CLOCK_THREAD_CPUTIME_ID);

	two_seconds(busy);
	between("CLOCK_PROCESS_CPUTIME_ID, ns", clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu,
		DURATION - TOLERANCE, DURATION + TOLERANCE);
	between("CLOCK_THREAD_CPUTIME_ID, ns", clock_ns(CLOCK_THREAD_CPUTIME_ID) - thread,
		DURATION - TOLERANCE, DURATION + TOLERANCE);
	check("getrusage()", rusage, of_rusage(RUSAGE_SELF), user);
	check("times()", tms, of_times(), user);
	check("/proc/self/stat", self, of_proc_self(), user);
	check("/proc/stat", all, of_proc_stat(), user);
}

static void charged_user(void)
{
	charged(compute, true);
}

static void charged_system(void)
{
	prepare_copy();
	charged(copy, false);
}

/* what time(1) shows */
static void charged_child(void)
{
	struct usage none = of_rusage(RUSAGE_CHILDREN);
	pid_t child = must(fork());

	if (!child) {
		two_seconds(compute);
		_exit(0);
	}
	must(waitpid(child, NULL, 0));
	check("a child", none, of_rusage(RUSAGE_CHILDREN), true);
}

static void compute_loops(__u64 loops)
{
	for (__u64 n = loops * 10000; n; n--)
		__asm__ volatile("");
}

/* less than a ms, so that some of them are not interrupted by the host */
#define LOOPS_ONCE	100

/* a hundred ticks in all, so that one more or less does not count */
#define CHILDREN	1000

static void compute_once(int unused)
{
	(void)unused;
	compute_loops(LOOPS_ONCE);
}

/* The least of several: what the host gave to others in between does not count. */
static __u64 least(void (*work)(int), int fd)
{
	__u64 all = ~0ULL;
	int i;

	for (i = 0; i < 50; i++) {
		__u64 begin = mono(), took;

		work(fd);
		took = mono() - begin;
		if (took < all)
			all = took;
	}

	return all;
}

/*
 * Many that compute for a tenth of a tick, so that most are gone before one comes. Their
 * user time is what they computed, and no less for what it takes to make and to end them,
 * which differs from host to host. Each computed at least as long as the fastest; a fifth
 * may be missing, as they may slow down or be found in the kernel.
 */
static void charged_children(void)
{
	__u64 loops = NS_PER_MS * LOOPS_ONCE / least(compute_once, -1);
	__u64 *took, fastest = ~0ULL, begin;
	int i;

	took = mmap(NULL, sizeof(*took), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (took == MAP_FAILED)
		die("mmap");

	begin = mono();
	for (i = 0; i < CHILDREN; i++) {
		pid_t child = must(fork());

		if (!child) {
			*took = mono();
			compute_loops(loops);
			*took = mono() - *took;
			_exit(0);
		}
		must(waitpid(child, NULL, 0));
		if (*took < fastest)
			fastest = *took;
	}

	between("user time of short processes, ns", of_rusage(RUSAGE_CHILDREN).user,
		CHILDREN * fastest * 80 / 100, mono() - begin + NS_PER_SEC / 100);
}

/* more than the kernel follows at once, and each has several turns between two ticks */
#define RING		16
#define ROUNDS		1000
#define LOOPS_TURN	5

/* as many turns as are long beside the reading of the clock */
#define TURNS_ONCE	20

static void compute_turns(int unused)
{
	(void)unused;
	compute_loops(TURNS_ONCE * LOOPS_TURN);
}

static void take_turns(int from, int to)
{
	char byte;

	while (read(from, &byte, 1) == 1) {
		compute_loops(LOOPS_TURN);
		if (write(to, &byte, 1) != 1)
			die("write to the next");
	}
}

/* Forks what computes whenever a byte arrives, and hands the byte on: returns where it goes */
static int next_in_ring(int from, int first)
{
	int ends[2];

	must(pipe(ends));
	if (!must(fork())) {
		close(first);
		close(ends[0]);
		take_turns(from, ends[1]);
		_exit(0);
	}
	close(from);
	close(ends[1]);
	return ends[0];
}

/*
 * Turns are much shorter than a tick, and the kernel takes about as long to hand over: what
 * is not counted for one of them is missed.
 */
static void charged_turns(void)
{
	__u64 computed = RING * ROUNDS * least(compute_turns, -1) / TURNS_ONCE, begin;
	int i, first[2], last;
	char byte = 0;

	must(pipe(first));
	last = first[0];
	for (i = 0; i < RING; i++)
		last = next_in_ring(last, first[1]);

	begin = mono();
	for (i = 0; i < ROUNDS; i++)
		if (write(first[1], &byte, 1) != 1 || read(last, &byte, 1) != 1)
			die("the ring");
	close(first[1]);
	for (i = 0; i < RING; i++)
		must(wait(NULL));
	between("user time of processes that take turns, ns", of_rusage(RUSAGE_CHILDREN).user,
		computed * 80 / 100, mono() - begin + NS_PER_SEC / 100);
}

/* Half of the time is computing, half is in the kernel, beside a timer of a tick. */
static void copy_once(int zero)
{
	ssize_t got;
	size_t done;

	for (done = 0; done < copy_bytes; done += got > 0 ? got : 0) {
		got = read(zero, copy_buffer, copy_bytes - done);
		if (got < 0 && errno != EINTR)
			die("read of /dev/zero");
	}
}

/* As much of the one as of the other, as the host's clock may run while it does neither */
static void charged_mixed(void)
{
	struct itimerval timer = {
		.it_value.tv_usec = 10000, .it_interval.tv_usec = 10000,
	};
	int zero = must(open("/dev/zero", O_RDONLY));
	__u64 computing, copying, computed = 0, copied = 0;
	struct usage before, after;

	prepare_copy();
	computing = least(compute_once, -1);
	copying = least(copy_once, zero);
	signal(SIGALRM, on_signal);
	must(setitimer(ITIMER_REAL, &timer, NULL));
	before = of_rusage(RUSAGE_SELF);
	while (computed < DURATION / 2) {
		compute_once(-1);
		computed += computing;
		for (; copied < computed; copied += copying)
			copy_once(zero);
	}
	after = of_rusage(RUSAGE_SELF);
	between("user time of who computes for half of it, percent",
		100 * (after.user - before.user) /
		(after.user - before.user + after.system - before.system), 35, 65);
	close(zero);
	free(copy_buffer);
}

/* an interval timer that counts CPU time takes as long as it says */
static void interval(int which, int sig, void (*busy)(void))
{
	struct itimerval two = { .it_value.tv_sec = DURATION / NS_PER_SEC };
	__u64 begin = mono();

	signal(sig, on_signal);
	must(setitimer(which, &two, NULL));
	busy();
	between("it took, ns", mono() - begin, DURATION - TOLERANCE, DURATION + TOLERANCE);
}

static void interval_virtual(void)
{
	interval(ITIMER_VIRTUAL, SIGVTALRM, compute);
}

static void interval_prof(void)
{
	interval(ITIMER_PROF, SIGPROF, compute);
}

static void interval_prof_system(void)
{
	prepare_copy();
	interval(ITIMER_PROF, SIGPROF, copy);
}

/* System calls have some computing between them, which is what this one counts. */
static void interval_virtual_system(void)
{
	struct itimerval timer = { .it_value.tv_usec = 50000 };
	__u64 begin = mono();

	prepare_copy();
	signal(SIGVTALRM, on_signal);
	must(setitimer(ITIMER_VIRTUAL, &timer, NULL));
	copy();
	between("50 ms of computing took, ns", mono() - begin, 50 * NS_PER_MS, 60 * NS_PER_SEC);
}

static void limit(void)
{
	struct rlimit two = { DURATION / NS_PER_SEC, RLIM_INFINITY };
	__u64 begin = mono() - clock_ns(CLOCK_PROCESS_CPUTIME_ID);

	signal(SIGXCPU, on_signal);
	must(setrlimit(RLIMIT_CPU, &two));
	compute();
	between("SIGXCPU came after, ns", mono() - begin,
		DURATION - TOLERANCE, DURATION + TOLERANCE);
}

static const struct tt_test tests[] = {
	{ "user", charged_user },
	{ "system", charged_system },
	{ "child", charged_child },
	{ "children", charged_children },
	{ "turns", charged_turns },
	{ "mixed", charged_mixed },
	{ "virtual", interval_virtual },
	{ "virtual-system", interval_virtual_system },
	{ "prof", interval_prof },
	{ "prof-system", interval_prof_system },
	{ "limit", limit },
	{ }
};

int main(int argc, char **argv)
{
	return tt_main(argc, argv, tests);
}
