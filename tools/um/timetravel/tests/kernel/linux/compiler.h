/* SPDX-License-Identifier: GPL-2.0 */
/* The kernel's names that its end of the link needs. Each read of the page is noticed. */
#ifndef __TESTS_KERNEL_COMPILER_H
#define __TESTS_KERNEL_COMPILER_H

void read_once(void);

#define READ_ONCE(x) ({						\
	__auto_type __value = __atomic_load_n(&(x), __ATOMIC_RELAXED);	\
	read_once();							\
	__value;							\
})
#define WRITE_ONCE(x, value)	__atomic_store_n(&(x), value, __ATOMIC_RELAXED)

#endif /* __TESTS_KERNEL_COMPILER_H */
