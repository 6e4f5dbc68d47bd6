/* SPDX-License-Identifier: GPL-2.0 */
/* As compiler.h */
#ifndef __TESTS_KERNEL_ATOMIC_H
#define __TESTS_KERNEL_ATOMIC_H

#include <stdbool.h>
#include <linux/compiler.h>

typedef int atomic_t;

#define atomic_inc_return(v)	__atomic_add_fetch(v, 1, __ATOMIC_SEQ_CST)

/* Others may write at any time, so that it can fail once more each time. */
#define try_cmpxchg64(p, old, new) ({						\
	read_once();								\
	__atomic_compare_exchange_n(p, old, new, false, __ATOMIC_SEQ_CST,	\
				    __ATOMIC_SEQ_CST);				\
})

#endif /* __TESTS_KERNEL_ATOMIC_H */
