// SPDX-License-Identifier: GPL-2.0
/* What a guest can ask of its network device, and what it gets for it. */
#include <assert.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/vhost/req.h"

#define BIT(n)			(UINT64_C(1) << (n))

/* Features: of the device, of the transport, of this protocol */
#define F_NET_MAC		BIT(5)
#define F_PROTOCOL_FEATURES	BIT(30)
#define F_VERSION_1		BIT(32)
#define OFFERED			(F_NET_MAC | F_PROTOCOL_FEATURES | F_VERSION_1)

#define PF_REPLY_ACK		BIT(3)
#define PF_BACKEND_REQ		BIT(5)
#define PF_CONFIG		BIT(9)
#define PF_INBAND		BIT(14)
/* Without these the guest would not stand still until it has an answer */
#define PF_NEEDED		(PF_REPLY_ACK | PF_BACKEND_REQ | PF_INBAND)
#define PF_OFFERED		(PF_NEEDED | PF_CONFIG)

/* Of the number of a ring that comes with a descriptor */
#define VRING_INDEX_MASK	0xff

enum request {
	GET_FEATURES		= 1,
	SET_FEATURES		= 2,
	SET_OWNER		= 3,
	RESET_OWNER		= 4,
	SET_MEM_TABLE		= 5,
	SET_VRING_NUM		= 8,
	SET_VRING_ADDR		= 9,
	SET_VRING_BASE		= 10,
	GET_VRING_BASE		= 11,
	SET_VRING_KICK		= 12,
	SET_VRING_CALL		= 13,
	SET_VRING_ERR		= 14,
	GET_PROTOCOL_FEATURES	= 15,
	SET_PROTOCOL_FEATURES	= 16,
	GET_QUEUE_NUM		= 17,
	SET_VRING_ENABLE	= 18,
	SET_BACKEND_REQ_FD	= 21,
	GET_CONFIG		= 24,
	SET_CONFIG		= 25,
	VRING_KICK		= 35,
	REQUESTS
};

static_assert(NET_VHOST_FDS == NET_MEM_REGIONS, "a descriptor for each region of memory");

struct vring_state {
	uint32_t index, num;
};

struct vring_addr {
	uint32_t index, flags;
	uint64_t desc, used, avail, log;
};

struct mem_table {
	uint32_t count, padding;
	struct {
		uint64_t guest, size, user, offset;
	} regions[NET_MEM_REGIONS];
};

struct config {
	uint32_t offset, size, flags;
	unsigned char data[];
};

#define refuse(v, ...)	net_vhost_refuse(&(v)->conn, __VA_ARGS__)

static int answer_u64(struct net_vhost *v, uint64_t value)
{
	return net_vhost_answer(&v->conn, &value, sizeof(value));
}

static uint64_t get_u64(const struct net_vhost *v)
{
	uint64_t value;

	memcpy(&value, v->conn.msg.payload, sizeof(value));
	return value;
}

static struct net_ring *get_ring(struct net_vhost *v, uint32_t index)
{
	if (index < NET_VHOST_RINGS)
		return &v->rings[index];
	refuse(v, "names ring %u; there are %u", index, NET_VHOST_RINGS);
	return NULL;
}

static struct net_ring *get_state(struct net_vhost *v, struct vring_state *state)
{
	memcpy(state, v->conn.msg.payload, sizeof(*state));
	return get_ring(v, state->index);
}

static int get_features(struct net_vhost *v)
{
	return answer_u64(v, OFFERED);
}

static int set_features(struct net_vhost *v)
{
	uint64_t features = get_u64(v);

	if (features & ~OFFERED)
		return refuse(v, "wants features %#llx, which were not offered",
			      (unsigned long long)(features & ~OFFERED));
	if (!(features & F_VERSION_1))
		return refuse(v, "does not speak virtio 1");
	v->features = features;
	return 0;
}

static int nothing(struct net_vhost *v)
{
	(void)v;
	return 0;
}

static int get_protocol_features(struct net_vhost *v)
{
	return answer_u64(v, PF_OFFERED);
}

static int set_protocol_features(struct net_vhost *v)
{
	uint64_t features = get_u64(v);

	if (features & ~PF_OFFERED)
		return refuse(v, "wants protocol features %#llx, which were not offered",
			      (unsigned long long)(features & ~PF_OFFERED));
	if ((features & PF_NEEDED) != PF_NEEDED)
		return refuse(v, "does without in-band notifications, which are needed");
	v->protocol = features;
	return 0;
}

static int get_queue_num(struct net_vhost *v)
{
	return answer_u64(v, 1);
}

static void rings_moved(struct net_vhost *v)
{
	unsigned int i;

	for (i = 0; i < NET_VHOST_RINGS; i++)
		net_ring_moved(&v->rings[i]);
}

/* The descriptors that were taken over are no longer in v->conn.fds */
static int set_mem_table(struct net_vhost *v)
{
	struct mem_table table = { 0 };
	struct net_mem_region region;
	uint32_t i, size = v->conn.msg.header.size;

	memcpy(&table, v->conn.msg.payload, size < sizeof(table) ? size : sizeof(table));
	if (size < 8 || !table.count || table.count > NET_MEM_REGIONS ||
	    size < 8 + table.count * sizeof(table.regions[0]) || table.count != v->conn.fd_count)
		return refuse(v, "%u regions of memory in %u bytes, with %u descriptors",
			      table.count, size, v->conn.fd_count);
	net_mem_clear(&v->mem);
	for (i = 0; i < table.count; i++) {
		region.guest = table.regions[i].guest;
		region.user = table.regions[i].user;
		region.size = table.regions[i].size;
		region.offset = table.regions[i].offset;
		region.fd = v->conn.fds[i];
		if (net_mem_add(&v->mem, &region))
			break;
	}
	v->conn.fd_count -= i;
	memmove(v->conn.fds, v->conn.fds + i, v->conn.fd_count * sizeof(v->conn.fds[0]));
	rings_moved(v);
	if (i < table.count)
		return refuse(v, "region %u of its memory is empty or wraps around", i);
	return 0;
}

static int set_vring_num(struct net_vhost *v)
{
	struct vring_state state;
	struct net_ring *ring = get_state(v, &state);

	if (!ring)
		return -1;
	if (net_ring_set_num(ring, state.num))
		return refuse(v, "ring of %u entries; a power of two up to %u is wanted",
			      state.num, NET_RING_MAX);
	return 0;
}

static int set_vring_addr(struct net_vhost *v)
{
	struct vring_addr addr;
	struct net_ring_addr user;
	struct net_ring *ring;

	memcpy(&addr, v->conn.msg.payload, sizeof(addr));
	ring = get_ring(v, addr.index);
	if (!ring)
		return -1;
	user.desc = addr.desc;
	user.avail = addr.avail;
	user.used = addr.used;
	if (net_ring_set_addr(ring, &user))
		return refuse(v, "ring %u is not aligned, not in memory, or has no size",
			      addr.index);
	return 0;
}

static int set_vring_base(struct net_vhost *v)
{
	struct vring_state state;
	struct net_ring *ring = get_state(v, &state);

	if (!ring)
		return -1;
	if (net_ring_set_base(ring, state.num))
		return refuse(v, "ring %u is to begin at %u, which is no index",
			      state.index, state.num);
	return 0;
}

static int get_vring_base(struct net_vhost *v)
{
	struct vring_state state;
	struct net_ring *ring = get_state(v, &state);

	if (!ring)
		return -1;
	net_ring_enable(ring, false);
	state.num = ring->next;
	return net_vhost_answer(&v->conn, &state, sizeof(state));
}

/* Descriptors to kick and to call with are not used in this form of the protocol */
static int set_vring_fd(struct net_vhost *v)
{
	return get_ring(v, get_u64(v) & VRING_INDEX_MASK) ? 0 : -1;
}

static int set_vring_enable(struct net_vhost *v)
{
	struct vring_state state;
	struct net_ring *ring = get_state(v, &state);

	if (!ring)
		return -1;
	if (state.num > 1)
		return refuse(v, "enables ring %u with %u; 0 or 1 is wanted", state.index,
			      state.num);
	net_ring_enable(ring, state.num);
	return 0;
}

static int set_backend_req_fd(struct net_vhost *v)
{
	socklen_t len = sizeof(int);
	int type;

	if (v->conn.fd_count != 1)
		return refuse(v, "request channel with %u descriptors, not 1",
			      v->conn.fd_count);
	if (getsockopt(v->conn.fds[0], SOL_SOCKET, SO_TYPE, &type, &len) || type != SOCK_STREAM)
		return refuse(v, "request channel is no stream socket");
	if (v->conn.call_fd >= 0)
		close(v->conn.call_fd);
	v->conn.call_fd = v->conn.fds[0];
	v->conn.fd_count = 0;
	v->conn.answer_got = 0;
	return 0;
}

static int get_config(struct net_vhost *v)
{
	unsigned char space[NET_VHOST_PAYLOAD] = { 0 };
	struct net_vhost_msg msg = v->conn.msg;
	const uint32_t room = NET_VHOST_PAYLOAD - sizeof(struct config);
	struct config config;

	if (msg.header.size < sizeof(config))
		return refuse(v, "asks for configuration in %u bytes; %zu are the least",
			      msg.header.size, sizeof(config));
	memcpy(&config, msg.payload, sizeof(config));
	if (config.size > room || config.offset > room - config.size ||
	    msg.header.size != sizeof(config) + config.size)
		return refuse(v, "asks for %u bytes of configuration at %u, in %u",
			      config.size, config.offset, msg.header.size);
	memcpy(space, v->config, sizeof(v->config));
	memcpy(msg.payload + sizeof(config), space + config.offset, config.size);
	return net_vhost_answer(&v->conn, msg.payload, msg.header.size);
}

/* The guest may write what it likes there; it changes nothing */
static int set_config(struct net_vhost *v)
{
	(void)v;
	return 0;
}

static int vring_kick(struct net_vhost *v)
{
	struct vring_state state;

	if (!get_state(v, &state))
		return -1;
	v->kick = state.index;
	v->kicked = true;
	return 0;
}

#define ANY	UINT32_MAX

/* With `answers` the function has sent the answer itself, or will */
static const struct handler {
	int (*handle)(struct net_vhost *v);
	uint32_t size;
	bool answers;
} handlers[REQUESTS] = {
	[GET_FEATURES]		= { get_features, 0, true },
	[SET_FEATURES]		= { set_features, 8, false },
	[SET_OWNER]		= { nothing, 0, false },
	[RESET_OWNER]		= { nothing, 0, false },
	[SET_MEM_TABLE]		= { set_mem_table, ANY, false },
	[SET_VRING_NUM]		= { set_vring_num, sizeof(struct vring_state), false },
	[SET_VRING_ADDR]	= { set_vring_addr, sizeof(struct vring_addr), false },
	[SET_VRING_BASE]	= { set_vring_base, sizeof(struct vring_state), false },
	[GET_VRING_BASE]	= { get_vring_base, sizeof(struct vring_state), true },
	[SET_VRING_KICK]	= { set_vring_fd, 8, false },
	[SET_VRING_CALL]	= { set_vring_fd, 8, false },
	[SET_VRING_ERR]		= { set_vring_fd, 8, false },
	[GET_PROTOCOL_FEATURES]	= { get_protocol_features, 0, true },
	[SET_PROTOCOL_FEATURES]	= { set_protocol_features, 8, false },
	[GET_QUEUE_NUM]		= { get_queue_num, 0, true },
	[SET_VRING_ENABLE]	= { set_vring_enable, sizeof(struct vring_state), false },
	[SET_BACKEND_REQ_FD]	= { set_backend_req_fd, 0, false },
	[GET_CONFIG]		= { get_config, ANY, true },
	[SET_CONFIG]		= { set_config, ANY, false },
	[VRING_KICK]		= { vring_kick, sizeof(struct vring_state), true },
};

/**
 * net_vhost_acknowledge() - answer a request that has no answer of its own
 * @v: the connection; the request is in @v->conn.msg
 * @ok: it was done
 *
 * Nothing is said if the guest did not ask for an answer.
 *
 * Return: 0, or -1 with @v->why.
 */
int net_vhost_acknowledge(struct net_vhost *v, bool ok)
{
	if (!(v->conn.msg.header.flags & NET_VHOST_NEED_REPLY))
		return 0;
	return answer_u64(v, !ok);
}

/**
 * net_vhost_request() - do what the guest asks for, and answer it
 * @v: the connection; the request is in @v->conn.msg, whole
 *
 * A kick is only noted, and answered later by net_vhost_acknowledge().
 *
 * Return: 0, or -1 with @v->why.
 */
int net_vhost_request(struct net_vhost *v)
{
	const struct net_vhost_header *header = &v->conn.msg.header;
	const struct handler *h;
	int rc;

	h = header->request < REQUESTS ? &handlers[header->request] : NULL;
	/* what is not known may be an extension, and is only said not to be done */
	if (!h || !h->handle)
		return net_vhost_acknowledge(v, false);
	if (h->size != ANY && header->size != h->size)
		rc = refuse(v, "request %u has %u bytes; %u are wanted", header->request,
			    header->size, h->size);
	else
		rc = h->handle(v);
	if (rc || h->answers)
		return rc;
	return net_vhost_acknowledge(v, true);
}
