// SPDX-License-Identifier: GPL-2.0
/* Where guests come in. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/util.h"
#include "net/door.h"

static void drop_caller(struct net_caller *caller)
{
	struct net_door *door = caller->door;

	loop_remove(door->listener.loop, &caller->source);
	net_vhost_close(&caller->v);
	if (caller->prev)
		caller->prev->next = caller->next;
	else
		door->callers = caller->next;
	if (caller->next)
		caller->next->prev = caller->prev;
	free(caller);
	listener_resume();
}

static void hand_over(struct net_caller *caller)
{
	struct net_door *door = caller->door;
	struct net_vhost v;

	net_vhost_move(&v, &caller->v);
	drop_caller(caller);
	door->joined(door, &v);
}

static void caller_ready(struct loop_source *source, unsigned int events)
{
	struct net_caller *caller = container_of(source, struct net_caller, source);
	enum net_vhost_event event;

	(void)events;
	/* a kick is of a ring that is nowhere yet */
	do
		event = net_vhost_input(&caller->v);
	while (event == NET_VHOST_KICK && !net_vhost_kicked(&caller->v, true));
	if (event == NET_VHOST_IDLE)
		return;
	if (event == NET_VHOST_JOINED) {
		hand_over(caller);
		return;
	}
	if (event != NET_VHOST_GONE)
		complain("net: %s: who has connected %s", caller->door->path, caller->v.conn.why);
	drop_caller(caller);
}

static void admitted(struct listener *listener, int fd, pid_t pid)
{
	struct net_door *door = container_of(listener, struct net_door, listener);
	struct net_caller *caller = calloc(1, sizeof(*caller));
	int err;

	(void)pid;
	if (!caller) {
		complain("net: %s: no memory for who has connected", door->path);
		close(fd);
		return;
	}
	caller->source = (struct loop_source){ .fd = fd, .ready = caller_ready };
	caller->door = door;
	net_vhost_init(&caller->v, door->mac);
	net_vhost_open(&caller->v, fd);
	caller->next = door->callers;
	if (caller->next)
		caller->next->prev = caller;
	door->callers = caller;
	err = loop_add(listener->loop, &caller->source, EPOLLIN);
	if (!err)
		return;
	complain("net: %s: who has connected cannot be heard: %s", door->path, strerror(-err));
	drop_caller(caller);
}

/**
 * net_door_start() - let guests come
 * @door: open, with @joined set
 * @loop: what waits for them
 *
 * Return: 0 or a negative error number.
 */
int net_door_start(struct net_door *door, struct loop *loop)
{
	door->listener.admitted = admitted;
	return listener_start(&door->listener, loop, door->listener.source.fd);
}

/* Another one may have taken its place, if somebody has removed ours */
static void remove_socket(const struct net_door *door)
{
	struct stat st;

	if (!lstat(door->path, &st) && st.st_dev == door->made.st_dev &&
	    st.st_ino == door->made.st_ino)
		unlink(door->path);
}

/**
 * net_door_open() - make a socket for guests
 * @door: to be set up
 * @path: where, a string that stays
 * @mac: the address that a guest is to use
 * @why: %LISTENER_TEXT bytes for what went wrong
 *
 * Return: 0, or -1 with @why.
 */
int net_door_open(struct net_door *door, const char *path, const unsigned char mac[6], char *why)
{
	int fd = listener_listen(path, why);

	*door = (struct net_door){ .path = path, .listener.source.fd = fd };
	if (fd < 0)
		return -1;
	memcpy(door->mac, mac, sizeof(door->mac));
	lstat(path, &door->made);
	return 0;
}

/**
 * net_door_close() - nobody comes in any more, and no socket is left behind
 * @door: a door that was opened
 */
void net_door_close(struct net_door *door)
{
	while (door->callers)
		drop_caller(door->callers);
	if (door->listener.loop)
		listener_stop(&door->listener);
	remove_socket(door);
	close(door->listener.source.fd);
}
