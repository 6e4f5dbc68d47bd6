// SPDX-License-Identifier: GPL-2.0
/* Tests of waiting for the host inside an interrupt handler, with devices that are sockets. */
#include <kunit/test.h>
#include <linux/interrupt.h>
#include <irq_kern.h>
#include <os.h>
#include <shared/timetravel.h>

/* longer than any host takes to deliver a signal, ns */
#define PATIENCE	(10 * (u64)NSEC_PER_SEC)

/**
 * struct device - a device, and who simulates it
 * @fds: the device's end, the other end
 * @irq: its interrupt
 * @interrupts: how many were handled
 * @on_irq: done in each. Optional
 */
struct device {
	int fds[2];
	int irq;
	unsigned int interrupts;
	void (*on_irq)(void);
};

static struct device kicked, calling, silent;

static irqreturn_t device_interrupt(int irq, void *data)
{
	struct device *dev = data;
	char c;

	os_read_file(dev->fds[0], &c, 1);
	dev->interrupts++;
	if (dev->on_irq)
		dev->on_irq();
	return IRQ_HANDLED;
}

static void device_raise(struct device *dev)
{
	os_write_file(dev->fds[1], "", 1);
}

static void device_add(struct kunit *test, struct device *dev)
{
	*dev = (struct device){ };
	KUNIT_ASSERT_EQ(test, os_pipe(dev->fds, 1, 1), 0);
	KUNIT_ASSERT_EQ(test, os_set_fd_block(dev->fds[0], 0), 0);
	dev->irq = um_request_irq(UM_IRQ_ALLOC, dev->fds[0], IRQ_READ,
				  device_interrupt, 0, "kunit", dev);
	KUNIT_ASSERT_GE(test, dev->irq, 0);
}

static void device_remove(struct device *dev)
{
	um_free_irq(dev->irq, dev);
	os_close_file(dev->fds[0]);
	os_close_file(dev->fds[1]);
}

static int wait_test_init(struct kunit *test)
{
	device_add(test, &kicked);
	device_add(test, &calling);
	device_add(test, &silent);
	return 0;
}

static void wait_test_exit(struct kunit *test)
{
	device_remove(&kicked);
	device_remove(&calling);
	device_remove(&silent);
}

static int waited, seen;

static void other_calls_during_a_wait(void)
{
	device_raise(&calling);
	waited = os_wait_readable(silent.fds, 1, PATIENCE);
	seen = os_take_sigio();
	if (seen)
		mark_sigio_pending();
}

/* A kick that waits for its answer in a handler, while another device calls */
static void wait_in_a_handler_hears_other_devices(struct kunit *test)
{
	kicked.on_irq = other_calls_during_a_wait;
	device_raise(&kicked);
	KUNIT_EXPECT_EQ(test, kicked.interrupts, 1);
	KUNIT_EXPECT_EQ(test, waited, -EINTR);
	KUNIT_EXPECT_NE(test, seen, 0);
	/* noted during the wait, and handled after the handler */
	KUNIT_EXPECT_EQ(test, calling.interrupts, 1);
}

static void the_awaited_answers(void)
{
	device_raise(&silent);
	do {
		os_take_sigio();
		waited = os_wait_readable(silent.fds, 1, PATIENCE);
	} while (waited == -EINTR);
	mark_sigio_pending();
}

static void wait_in_a_handler_ends_with_the_answer(struct kunit *test)
{
	kicked.on_irq = the_awaited_answers;
	device_raise(&kicked);
	KUNIT_EXPECT_EQ(test, kicked.interrupts, 1);
	KUNIT_EXPECT_EQ(test, waited, 0);
}

static struct kunit_case wait_cases[] = {
	KUNIT_CASE(wait_in_a_handler_hears_other_devices),
	KUNIT_CASE(wait_in_a_handler_ends_with_the_answer),
	{}
};

static struct kunit_suite wait_suite = {
	.name = "time_travel_wait",
	.init = wait_test_init,
	.exit = wait_test_exit,
	.test_cases = wait_cases,
};

kunit_test_suite(wait_suite);
