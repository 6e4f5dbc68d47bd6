// SPDX-License-Identifier: GPL-2.0
/*
 * When user space runs, and how much CPU time of the host it uses. A tick is charged to
 * user space or to the kernel as they have used the CPU.
 *
 * With SMP each CPU counts for itself, while a process runs on it.
 */
#include <time.h>
#include <kern_util.h>
#include <os.h>
#include <skas.h>
#include <timetravel.h>
#include "../internal.h"

/* What a signal interrupts now is user space, and the kernel just waits for it. */
static __thread int running;

/* CPU time of user space since the last tick, ns; that of user_pid up to user_base */
static __thread unsigned long long user_ns, user_base;
static __thread int user_pid;

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
 * os_process_cpu() - how much CPU time of the host has a process used?
 * @pid: the process; not positive for one that is gone
 *
 * Context: any.
 * Return: ns, 0 if there is no such process.
 */
unsigned long long os_process_cpu(int pid)
{
	/* a pid of -1 would be the caller's own clock */
	if (pid <= 0)
		return 0;

	/* what clock_getcpuclockid() returns, without its check for existence */
	return cpu_time((~(unsigned int)pid << 3) | 2);
}

/**
 * userspace_running() - does user space run?
 *
 * Context: any.
 * Return: non-zero if it does, and this CPU waits for it.
 */
int userspace_running(void)
{
	return running;
}

/**
 * userspace_count() - count what user space has used
 *
 * Before its process is gone, and its clock with it.
 *
 * Context: any.
 */
void userspace_count(void)
{
	unsigned long long now = os_process_cpu(user_pid);

	if (now > user_base)
		user_ns += now - user_base;
	user_base = now;
}

/**
 * userspace_begin() - user space is about to run
 * @pid: its host process
 *
 * From here on the host's timer stops it. What came before that, in the
 * kernel, may have left something to do: then it stops at once.
 *
 * Context: process.
 */
void userspace_begin(int pid)
{
	if (IS_ENABLED(CONFIG_SMP) || pid != user_pid) {
		userspace_count();
		user_pid = pid;
		user_base = os_process_cpu(pid);
	}

	time_travel_enter_user(pid);
	running = 1;
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

	/* another CPU may be the next to run it */
	if (IS_ENABLED(CONFIG_SMP))
		userspace_count();
}

/**
 * userspace_tick() - whom to charge a tick to
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

	userspace_count();
	/* of this thread, as others work for disks */
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
 * userspace_ticked() - that was a tick, and somebody was charged for it
 *
 * Context: after userspace_tick(), interrupts off.
 */
void userspace_ticked(void)
{
	charged = charging;
	user_ns = 0;
}
