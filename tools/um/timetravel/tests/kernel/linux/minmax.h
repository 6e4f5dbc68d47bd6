/* SPDX-License-Identifier: GPL-2.0 */
#ifndef __TESTS_KERNEL_MINMAX_H
#define __TESTS_KERNEL_MINMAX_H

#define max(a, b) ({			\
	__auto_type __a = (a);		\
	__auto_type __b = (b);		\
	__a > __b ? __a : __b;		\
})

#endif /* __TESTS_KERNEL_MINMAX_H */
