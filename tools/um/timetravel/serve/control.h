/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands for a controller that runs: one JSON object a line, and one back.
 *
 *	{"command": "until", "time": 5000000000}
 *	{"ok": true, "now": 5000000000, ...}	or	{"ok": false, "error": "..."}
 *
 * Holds: pause, step and until are answered when nobody runs any more.
 */
#ifndef UMTT_CONTROL_H
#define UMTT_CONTROL_H

#include "serve/server.h"

struct control_peer;

/**
 * struct control - those who give commands
 * @listener: for them
 * @server: what they command
 * @peers: who is connected
 */
struct control {
	struct listener listener;
	struct server *server;
	struct control_peer *peers;
};

int control_open(struct control *ctl, struct server *server);
void control_paused(struct control *ctl);
void control_close(struct control *ctl);

/* Of commands_answer.c: the answer to one line, with its newline, to be freed; *@wait is set
 * if it is to be sent when nobody runs
 */
char *commands_answer(struct sim *sim, const char *line, bool *wait);

#endif /* UMTT_CONTROL_H */
