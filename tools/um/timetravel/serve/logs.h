/* SPDX-License-Identifier: GPL-2.0 */
/* Where the output of what umtt serve starts goes: a directory, and a file for each. */
#ifndef UMTT_LOGS_H
#define UMTT_LOGS_H

#define LOGS_PATH 512

int logs_prepare(const char *dir, unsigned int count);

#endif /* UMTT_LOGS_H */
