/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands for a controller that runs: one JSON object a line, and one back.
 *
 *	{"command": "until", "time": 5000000000}
 *	{"ok": true, "now": 5000000000, ...}	or	{"ok": false, "error": "..."}
 *
 * Holds: pause, step and until are answered when nobody runs any more.
 */
#ifndef UMTT_CTL_H
#define UMTT_CTL_H

#include "server.h"

struct ctl_peer;

/**
 * struct ctl - those who give commands
 * @listener: for them
 * @server: what they command
 * @peers: who is connected
 */
struct ctl {
	struct loop_source listener;
	struct server *server;
	struct ctl_peer *peers;
};

int ctl_open(struct ctl *ctl, struct server *server);
void ctl_paused(struct ctl *ctl);
void ctl_close(struct ctl *ctl);

/* Of ctl_answer.c: the answer to one line, with its newline, to be freed; *@wait is set
 * if it is to be sent when nobody runs
 */
char *ctl_answer(struct sim *sim, const char *line, bool *wait);

#endif /* UMTT_CTL_H */
