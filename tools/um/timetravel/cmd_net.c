// SPDX-License-Identifier: GPL-2.0
/* umtt net: guests exchange packets in simulated time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "lib/options.h"
#include "net/network.h"
#include "net/pcapng.h"

static const char doc[] =
	"An Ethernet switch on simulated time. Each port is a vhost-user socket to which\n"
	"one guest connects, with the kernel argument virtio_uml.device=SOCKET:1. The\n"
	"switch is itself a client of the controller, so that a packet arrives when it\n"
	"should, whatever the host does. Guest N has the address 02:00:00:00:00:N." OPTIONS_HERE
	"Exit status: 0 all guests have come and gone, or it was told to stop by a signal;\n"
	"1 a socket or file could not be made or written, 2 called wrongly, 3 the controller\n"
	"ended before the guests, or broke the protocol.\n"
	"\n"
	"  umtt serve --clients 3 --socket /run/user/0/clock &\n"
	"  umtt net --clock /run/user/0/clock --ports /run/user/0/a,/run/user/0/b &\n"
	"  linux time-travel=ext:1:/run/user/0/clock virtio_uml.device=/run/user/0/a:1 ... &\n"
	"  linux time-travel=ext:2:/run/user/0/clock virtio_uml.device=/run/user/0/b:1 ...\n"
	"\n"
	"  umtt net --clock clock --ports a,b,c --delay 20us --capture lan.pcapng";

enum { OPT_CLOCK = OPTIONS_KEY, OPT_PORTS, OPT_DELAY, OPT_CAPTURE, OPT_ID, OPT_NO_PAGE,
	OPT_STAY };

static const struct argp_option known[] = {
	{ "clock", OPT_CLOCK, "SOCKET", 0, "the controller's socket", 1 },
	{ "ports", OPT_PORTS, "LIST", 0, "sockets to make, one a guest, separated by commas", 2 },
	{ "delay", OPT_DELAY, "TIME", 0,
	  "from port to port: 1ms if not given; ns, us, ms, s are known", 3 },
	{ "capture", OPT_CAPTURE, "FILE", 0,
	  "write what passes each port to FILE (pcapng, in ns since the\n"
	  "start of the simulation)", 4 },
	{ "id", OPT_ID, "N", 0, "ID on the clock, 0 if not given", 5 },
	{ "no-page", OPT_NO_PAGE, NULL, 0, "do without the shared page", 6 },
	{ "stay", OPT_STAY, NULL, 0, "do not end when all guests have come and gone", 7 },
	{ }
};

enum net_status {
	NET_STATUS_LOST = 3,
};

/* A day */
#define DELAY_MAX	(UINT64_C(86400) * 1000000000)

/**
 * struct options - what was asked for
 * @clock: the controller's socket
 * @ports: sockets, separated by commas; cut up later
 * @capture: file to write, or NULL
 * @delay: from port to port, ns
 * @id: on the clock
 * @no_page: do without the shared page
 * @stay: do not end when all guests have gone
 */
struct options {
	const char *clock, *capture;
	char *ports;
	__u64 delay, id;
	bool no_page, stay;
};

/* What fits together. An empty name in the list is one too many, or one forgotten. */
static void check(const struct options *o, const struct argp_state *state)
{
	unsigned int count = 1;
	const char *at;

	if (!o->clock)
		argp_error(state, "--clock is missing: the controller's socket");
	if (!o->ports)
		argp_error(state, "--ports is missing: a socket for each guest");
	for (at = o->ports; *at; at++) {
		count += *at == ',';
		if (*at == ',' && (at == o->ports || !at[1] || at[1] == ','))
			break;
	}
	if (*at || !*o->ports)
		argp_error(state, "--ports: there is an empty name in the list");
	if (count > NET_SWITCH_PORTS)
		argp_error(state, "--ports: %u are the most", NET_SWITCH_PORTS);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case OPT_CLOCK:
		o->clock = value;
		return 0;
	case OPT_PORTS:
		o->ports = value;
		return 0;
	case OPT_DELAY:
		o->delay = options_time(state, key, value, DELAY_MAX, "time up to 1d");
		return 0;
	case OPT_CAPTURE:
		o->capture = value;
		return 0;
	case OPT_ID:
		o->id = options_number(state, key, value, UINT64_MAX, "64-bit number");
		return 0;
	case OPT_NO_PAGE:
		o->no_page = true;
		return 0;
	case OPT_STAY:
		o->stay = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "'%s' is no option", value);
		return 0;
	case ARGP_KEY_END:
		check(o, state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static int open_ports(struct net *net, char *list)
{
	char why[LISTENER_TEXT];
	const char *path;

	net->ports = calloc(NET_SWITCH_PORTS, sizeof(*net->ports));
	if (!net->ports) {
		complain("net: no memory for ports");
		return UMTT_FAILED;
	}
	while ((path = strsep(&list, ","))) {
		if (net_port_open(&net->ports[net->count], path, net->count, why)) {
			complain("net: --ports: %s: %s", path, why);
			return UMTT_FAILED;
		}
		net->count++;
	}
	return 0;
}

static int open_capture(struct net *net, const char *path)
{
	unsigned int i;

	if (!path)
		return 0;
	net->capture_path = path;
	net->capture = fopen(path, "we");
	if (!net->capture)
		goto err;
	if (net_pcapng_begin(net->capture))
		goto err;
	for (i = 0; i < net->count; i++) {
		if (net_pcapng_interface(net->capture, net->ports[i].name))
			goto err;
	}
	return 0;
err:
	complain("net: --capture: %s: %s", path, strerror(errno));
	return UMTT_FAILED;
}

static int run(struct net *net, struct options *o)
{
	int rc = open_ports(net, o->ports);

	if (rc)
		return rc;
	rc = open_capture(net, o->capture);
	if (rc)
		return rc;
	net_switch_init(&net->sw, net->count, o->delay);
	net->stay = o->stay;
	if (clock_client_join(&net->clock, o->clock, o->id, !o->no_page)) {
		complain("net: --clock: %s", net->clock.why);
		return UMTT_FAILED;
	}
	switch (network_run(net)) {
	case NET_DONE:
		return UMTT_OK;
	case NET_LOST:
		return NET_STATUS_LOST;
	default:
		return UMTT_FAILED;
	}
}

static int close_all(struct net *net, int rc)
{
	unsigned int i;

	clock_client_leave(&net->clock);
	net_switch_clear(&net->sw);
	for (i = 0; i < net->count; i++)
		net_port_close(&net->ports[i]);
	free(net->ports);
	if (net->capture && fclose(net->capture) && !rc) {
		complain("net: --capture: %s: %s", net->capture_path, strerror(errno));
		return UMTT_FAILED;
	}
	return rc;
}

/**
 * cmd_net() - umtt net
 * @argc: number of words
 * @argv: the words
 *
 * Return: the exit status.
 */
int cmd_net(int argc, char **argv)
{
	static const struct argp argp = {
		.options = known, .parser = parse, .doc = doc, .children = options_common,
		.args_doc = "--clock SOCKET --ports SOCKET[,SOCKET]...",
	};
	static struct net net;
	struct options o = { .delay = 1000000 };

	options_parse(&argp, argc, argv, &o);
	net.clock.fd = -1;
	return close_all(&net, run(&net, &o));
}
