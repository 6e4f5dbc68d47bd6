/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A PID namespace: when its init dies, the kernel kills everybody in it.
 *
 * Holds: whoever joins need not trust those inside to stay in their process group or
 * session, or to be there to be found.
 *
 *	pidns_join() --> fork() --> in the child: pidns_enter()
 */
#ifndef UMTT_PIDNS_H
#define UMTT_PIDNS_H

int pidns_join(void);
int pidns_enter(void);

#endif /* UMTT_PIDNS_H */
