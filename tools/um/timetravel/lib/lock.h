/* SPDX-License-Identifier: GPL-2.0 */
/* Files that one process at a time can have locked. */
#ifndef UMTT_LOCK_H
#define UMTT_LOCK_H

int lock_take(const char *path);
void lock_drop(const char *path, int fd);

#endif /* UMTT_LOCK_H */
