/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Commands for a controller that runs: one JSON object a line, and one back.
 *
 *	{"command": "until", "time": 5000000000}
 *	{"ok": true, "now": 5000000000, ...}	or	{"ok": false, "error": "..."}
 *
 * Holds: pause, step and until are answered when nobody runs any more. A broadcast is not
 * done before all clients have answered most of what they were told before. The next
 * command is read when the one before is answered.
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
void control_room(struct control *ctl);
void control_close(struct control *ctl);

/*
 * Of commands.c: does a command need room with all clients; and the answer to one line, with
 * its newline, to be freed: *@wait is set if it is to be sent when nobody runs
 */
bool commands_tell_all(const char *line);
char *commands_answer(struct sim *sim, const char *line, bool *wait);

#endif /* UMTT_CONTROL_H */
