// SPDX-License-Identifier: GPL-2.0
/* umtt net: guests exchange packets in simulated time. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "net/network.h"
#include "net/pcapng.h"

static const char net_help[] =
"usage: umtt net --clock SOCKET --ports SOCKET[,SOCKET]... [OPTION]...\n"
"\n"
"An Ethernet switch on simulated time. Each port is a vhost-user socket to which\n"
"one guest connects, with the kernel argument virtio_uml.device=SOCKET:1. The\n"
"switch is itself a client of the controller, so that a packet arrives when it\n"
"should, whatever the host does. Guest N has the address 02:00:00:00:00:N.\n"
"\n"
"  --clock SOCKET    the controller's socket\n"
"  --ports LIST      sockets to make, one a guest, separated by commas\n"
"  --delay TIME      from port to port: 1ms if not given; ns, us, ms, s are known\n"
"  --capture FILE    write what passes each port to FILE (pcapng, in ns since the\n"
"                    start of the simulation)\n"
"  --id N            ID on the clock, 0 if not given\n"
"  --no-page         do without the shared page\n"
"  --stay            do not end when all guests have come and gone\n"
"  --help            this text\n"
"\n"
"Exit status: 0 all guests have come and gone, or it was told to stop by a signal;\n"
"1 a socket or file could not be made or written, 2 called wrongly, 3 the controller\n"
"ended before the guests, or broke the protocol.\n"
"\n"
"  umtt serve --clients 3 --socket /run/user/0/clock &\n"
"  umtt net --clock /run/user/0/clock --ports /run/user/0/a,/run/user/0/b &\n"
"  linux time-travel=ext:1:/run/user/0/clock virtio_uml.device=/run/user/0/a:1 ... &\n"
"  linux time-travel=ext:2:/run/user/0/clock virtio_uml.device=/run/user/0/b:1 ...\n"
"\n"
"  umtt net --clock clock --ports a,b,c --delay 20us --capture lan.pcapng\n";

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

static int check(const struct options *o)
{
	if (!o->clock)
		return usage_error(&cmd_net, "--clock is missing: the controller's socket");
	if (!o->ports)
		return usage_error(&cmd_net, "--ports is missing: a socket for each guest");
	return 0;
}

static int parse(int argc, char **argv, struct options *o)
{
	static const struct option known[] = {
		{ "clock", required_argument, NULL, 'c' },
		{ "ports", required_argument, NULL, 'p' },
		{ "delay", required_argument, NULL, 'd' },
		{ "capture", required_argument, NULL, 'w' },
		{ "id", required_argument, NULL, 'i' },
		{ "no-page", no_argument, NULL, 'n' },
		{ "stay", no_argument, NULL, 's' },
		{ }
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "+:", known, NULL)) != -1) {
		switch (option) {
		case 'c':
			o->clock = optarg;
			break;
		case 'p':
			o->ports = optarg;
			break;
		case 'd':
			if (parse_time(optarg, &o->delay) || o->delay > DELAY_MAX)
				return usage_error(&cmd_net, "--delay: '%s' is no time up to 1d",
						   optarg);
			break;
		case 'w':
			o->capture = optarg;
			break;
		case 'i':
			if (parse_number(optarg, UINT64_MAX, &o->id))
				return usage_error(&cmd_net, "--id: '%s' is no 64-bit number",
						   optarg);
			break;
		case 'n':
			o->no_page = true;
			break;
		case 's':
			o->stay = true;
			break;
		case ':':
			return usage_error(&cmd_net, "%s needs a value", argv[optind - 1]);
		default:
			return usage_error(&cmd_net, "unknown option %s", argv[optind - 1]);
		}
	}
	if (optind < argc)
		return usage_error(&cmd_net, "'%s' is no option", argv[optind]);
	return check(o);
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
		if (!*path)
			return usage_error(&cmd_net, "--ports: there is an empty name in the list");
		if (net->count == NET_SWITCH_PORTS)
			return usage_error(&cmd_net, "--ports: %u are the most", NET_SWITCH_PORTS);
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

static int net_run(int argc, char **argv)
{
	static struct net net;
	struct options o = { .delay = 1000000 };
	int rc = parse(argc, argv, &o);

	if (rc)
		return rc;
	net.clock.fd = -1;
	return close_all(&net, run(&net, &o));
}

const struct command cmd_net = {
	.name = "net",
	.what = "packets between guests, in simulated time",
	.help = net_help,
	.run = net_run,
};
