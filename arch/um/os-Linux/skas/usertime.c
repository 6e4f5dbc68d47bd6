// SPDX-License-Identifier: GPL-2.0
/*
 * Whether user space runs, and how much CPU time of the host it uses. Ticks are charged
 * to user space and to the kernel in proportion.
 *
 * With SMP, each CPU counts what a process uses while it runs on that CPU.
 */
#include <time.h>
#include <kern_util.h>
#include <os.h>
#include <skas.h>
#include <timetravel.h>
#include "../internal.h"

/* The kernel only waits for user space: that is what a signal interrupts. */
static __thread int running;

/* CPU time of user space that has been counted since the last tick, ns */
static __thread unsigned long long user_ns;

/*
 * A process that runs, or has run since the last tick: it is counted up to @base, ns.
 * Unused if @pid is zero.
 */
struct runner {
	int pid;
	unsigned long long base;
};

/*
 * Reading the clock of a process is a system call of the host, so that it is not done
 * whenever another one runs: those that take turns between two ticks are few.
 */
#define RUNNERS	8

static __thread struct runner runners[RUNNERS];

/* the one that runs, or ran last, and where the next one comes */
static __thread unsigned int latest, next;

/* what the last tick left uncharged, ns, and the kernel's CPU time at that tick */
struct charge {
	long long rest;
	unsigned long long kernel_base;
};

/* after the last tick, and after the one that is about to come */
static __thread struct charge charged, charging;

static unsigned long long cpu_time(clockid_t clock)
{
	struct timespec used;

	if (clock_gettime(clock, &used))
		return 0;

	return (unsigned long long)used.tv_sec * UM_NSEC_PER_SEC + used.tv_nsec;
}

/**
 * os_process_cpu() - CPU time of the host that a process has used
 * @pid: the process; zero or negative for one that is gone
 *
 * Context: any.
 * Return: ns, 0 if there is no such process.
 */
unsigned long long os_process_cpu(int pid)
{
	/* a pid of -1 would be the caller's own clock */
	if (pid <= 0)
		return 0;

	/* as clock_getcpuclockid(), which also checks for existence */
	return cpu_time((~(unsigned int)pid << 3) | 2);
}

/**
 * userspace_running() - check whether user space runs
 *
 * Context: any.
 * Return: non-zero if it does, and this CPU waits for it.
 */
int userspace_running(void)
{
	return running;
}

static void count(struct runner *runner)
{
	unsigned long long now = os_process_cpu(runner->pid);

	if (now > runner->base) {
		user_ns += now - runner->base;
		runner->base = now;
	} else {
		/* has not run since the last tick, or is gone */
		runner->pid = 0;
	}
}

static void count_all(void)
{
	int i;

	for (i = 0; i < RUNNERS; i++) {
		if (runners[i].pid)
			count(&runners[i]);
	}
}

static struct runner *find(int pid)
{
	int i;

	if (runners[latest].pid == pid)
		return &runners[latest];

	for (i = 0; i < RUNNERS; i++) {
		if (runners[i].pid == pid)
			return &runners[i];
	}

	return NULL;
}

static void remember(int pid)
{
	struct runner *runner = find(pid);

	if (!runner) {
		/* has been there for longer than the others */
		runner = &runners[next++ % RUNNERS];
		if (runner->pid)
			count(runner);
		/* a tick may come in between */
		runner->pid = 0;
		runner->base = os_process_cpu(pid);
		runner->pid = pid;
	}

	latest = runner - runners;
}

/**
 * userspace_forget() - count a process of user space for the last time
 * @pid: its host process
 *
 * Context: any, before the process is gone and its clock with it, or before another CPU
 * runs it.
 */
void userspace_forget(int pid)
{
	struct runner *runner = find(pid);

	if (!runner)
		return;

	count(runner);
	runner->pid = 0;
}

/**
 * userspace_begin() - user space is about to run
 * @pid: its host process
 *
 * From here on the host's timer stops it. If an interrupt that came before has left work
 * to do, it stops at once.
 *
 * Context: process.
 */
void userspace_begin(int pid)
{
	int enabled;

	remember(pid);

	/*
	 * An alarm in between would disarm the guard's timer, and not be taken for one
	 * that interrupts user space: nothing would stop it any more.
	 */
	enabled = um_set_signals_trace(0);
	time_travel_enter_user(pid);
	time_travel_user_begin();
	running = 1;
	um_set_signals_trace(enabled);

	if (uml_user_work_pending())
		os_alarm_process(pid);
}

/**
 * userspace_end() - user space has stopped
 *
 * Context: process.
 */
void userspace_end(void)
{
	running = 0;
	time_travel_user_end();

	/* another CPU may be the next to run it */
	if (IS_ENABLED(CONFIG_SMP))
		userspace_forget(runners[latest].pid);
}

/**
 * userspace_tick() - decide whom to charge a tick to
 * @tick_ns: length of a tick, ns
 *
 * User space and the kernel have shared the CPU of the host since the last tick.
 * The remainder is carried over to the next.
 *
 * Context: before what may be a tick, interrupts off. If it was one,
 * userspace_ticked() has to be called after it.
 * Return: non-zero if it is user space.
 */
int userspace_tick(unsigned long long tick_ns)
{
	unsigned long long kernel;

	count_all();
	/* this thread only: helper threads work for disks */
	charging.kernel_base = cpu_time(CLOCK_THREAD_CPUTIME_ID);
	charging.rest = charged.rest;
	kernel = charging.kernel_base - charged.kernel_base;

	if (user_ns)
		charging.rest += tick_ns * user_ns / (user_ns + kernel);
	if (2 * charging.rest < (long long)tick_ns)
		return 0;

	charging.rest -= tick_ns;
	return 1;
}

/**
 * userspace_ticked() - it was a tick, and was charged
 *
 * Context: after userspace_tick(), interrupts off.
 */
void userspace_ticked(void)
{
	charged = charging;
	user_ns = 0;
}
