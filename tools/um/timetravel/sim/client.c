// SPDX-License-Identifier: GPL-2.0
/* One client: what it may say when, and which answers it owes. */
#include <errno.h>
#include <stdlib.h>

#include "sim/client.h"
#include "lib/util.h"

/* What is known to the protocol; anything else is CLIENT_UNKNOWN in all states */
static const enum client_verdict verdicts[][CLIENT_STATES] = {
	[UM_TIMETRAVEL_ACK] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_FINE, CLIENT_FINE },
	[UM_TIMETRAVEL_START] = {
		CLIENT_FINE, CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_BROKEN },
	[UM_TIMETRAVEL_REQUEST] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_FINE, CLIENT_FINE },
	[UM_TIMETRAVEL_WAIT] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_FINE, CLIENT_ODD },
	[UM_TIMETRAVEL_GET] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_FINE, CLIENT_FINE },
	[UM_TIMETRAVEL_UPDATE] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_FINE, CLIENT_ODD },
	[UM_TIMETRAVEL_RUN] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_ODD, CLIENT_ODD },
	[UM_TIMETRAVEL_FREE_UNTIL] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_ODD, CLIENT_ODD },
	[UM_TIMETRAVEL_GET_TOD] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_FINE, CLIENT_FINE },
	[UM_TIMETRAVEL_BROADCAST] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_FINE, CLIENT_FINE },
	[UM_TIMETRAVEL_LEAVE] = {
		CLIENT_BROKEN, CLIENT_BROKEN, CLIENT_FINE, CLIENT_FINE },
};

static const char *what_is_wrong(const struct client *client, __u32 op)
{
	if (client->state == CLIENT_CONNECTED)
		return "the first message is to be START";
	if (op == UM_TIMETRAVEL_START)
		return "START comes once";
	if (client->state == CLIENT_JOINING)
		return "nothing may be said before START is answered";
	if (!wire_from_client(op))
		return "only a controller says so";
	return "only the client that runs says so";
}

/**
 * client_check() - may the client say this now
 * @client: the client
 * @msg: what it says
 * @why: set if it may not: what is wrong
 *
 * Whether an ACK is one that it owes is for client_paid() to say.
 *
 * Return: what to do with the message.
 */
enum client_verdict client_check(const struct client *client,
				 const struct um_timetravel_msg *msg, const char **why)
{
	enum client_verdict verdict;

	if (!wire_op_known(msg->op))
		return CLIENT_UNKNOWN;
	verdict = verdicts[msg->op][client->state];
	if (verdict != CLIENT_FINE)
		*why = what_is_wrong(client, msg->op);
	if (msg->op == UM_TIMETRAVEL_WAIT && client_owes(client, UM_TIMETRAVEL_RUN)) {
		*why = "RUN is to be answered first";
		return CLIENT_BROKEN;
	}
	if (msg->op == UM_TIMETRAVEL_BROADCAST && client->broadcast_left) {
		*why = "the BROADCAST before it is not answered yet";
		return CLIENT_BROKEN;
	}
	return verdict;
}

/**
 * client_to_sim() - a time that a client sent
 * @client: the client
 * @time: in ns, as it counts
 *
 * Return: the controller's time, %WIRE_NEVER at most.
 */
__u64 client_to_sim(const struct client *client, __u64 time)
{
	__u64 offset = client->page ? 0 : client->offset;

	if (time >= WIRE_NEVER - offset)
		return WIRE_NEVER;
	return time + offset;
}

/**
 * client_from_sim() - a time to be sent to a client
 * @client: the client
 * @time: the controller's, in ns
 *
 * Return: as the client counts, from 0 to %WIRE_NEVER.
 */
__u64 client_from_sim(const struct client *client, __u64 time)
{
	__u64 offset = client->page ? 0 : client->offset;

	if (time >= WIRE_NEVER)
		return WIRE_NEVER;
	return time > offset ? time - offset : 0;
}

static int grow(struct client *client)
{
	unsigned int i, room = client->due_room ? 2 * client->due_room : 4;
	struct client_due *due = malloc(room * sizeof(*due));

	if (!due)
		return -ENOMEM;
	for (i = 0; i < client->due_count; i++)
		due[i] = client->due[(client->due_first + i) & (client->due_room - 1)];
	free(client->due);
	client->due = due;
	client->due_room = room;
	client->due_first = 0;
	return 0;
}

/**
 * client_owe() - the client is to answer something
 * @client: the client
 * @due: what
 *
 * Return: 0 or -ENOMEM.
 */
int client_owe(struct client *client, const struct client_due *due)
{
	unsigned int end;

	if (client->due_count == client->due_room && grow(client))
		return -ENOMEM;
	end = (client->due_first + client->due_count) & (client->due_room - 1);
	client->due[end] = *due;
	client->due_count++;
	client->frees_due += due->op == UM_TIMETRAVEL_FREE_UNTIL;
	return 0;
}

/**
 * client_paid() - an ACK has come
 * @client: the client
 * @seq: the ACK's sequence number
 * @due: set to what it answers
 *
 * Return: whether it is the oldest answer that is due.
 */
bool client_paid(struct client *client, __u32 seq, struct client_due *due)
{
	if (!client->due_count)
		return false;
	*due = client->due[client->due_first];
	if (due->seq != seq)
		return false;
	client->due_first = (client->due_first + 1) & (client->due_room - 1);
	client->due_count--;
	client->frees_due -= due->op == UM_TIMETRAVEL_FREE_UNTIL;
	return true;
}

/**
 * client_owes() - is an answer to such a message due
 * @client: the client
 * @op: what the message said
 *
 * Return: whether it is.
 */
bool client_owes(const struct client *client, __u32 op)
{
	unsigned int i;

	for (i = 0; i < client->due_count; i++)
		if (client->due[(client->due_first + i) & (client->due_room - 1)].op == op)
			return true;
	return false;
}

/**
 * client_doing() - what a client does, for people
 * @client: the client
 *
 * Return: a word.
 */
const char *client_doing(const struct client *client)
{
	static const char *const names[CLIENT_STATES] = {
		"connected", "joining", "running", "waiting" };

	return names[client->state];
}

/**
 * client_free() - nothing more will come from this client
 * @client: the client
 */
void client_free(struct client *client)
{
	free(client->due);
	client->due = NULL;
	client->due_room = 0;
	client->due_count = 0;
}
