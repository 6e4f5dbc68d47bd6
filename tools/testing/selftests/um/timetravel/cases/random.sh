# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# Random numbers of the host, which has none at times.

# The host's /dev/random is a pipe, in which there is something now and then: the kernel
# has to wait for most of what it reads.
a_host_without_entropy_is_waited_for_each_time()
{
	local feeder guest_run=$GUEST_RUN seconds=600
	[ "$MODE" != off ] || seconds=1
	mkfifo random
	exec 9<>random
	while :; do
		head -c 16 /dev/urandom >&9
		sleep 0.05
	done &
	feeder=$!
	printf '#!/bin/sh\nexec unshare --mount --map-root-user sh -c %q sh "$@"\n' \
		"mount --bind '$PWD/random' /dev/random && exec '$guest_run' \"\$@\"" >in-random
	chmod +x in-random
	GUEST_RUN=$PWD/in-random
	guest --env "SECONDS_AFTER=$seconds" '
		for i in 1 2 3 4 5; do
			dd if=/dev/hwrng bs=8 count=1 status=none | wc -c
		done
		sleep $SECONDS_AFTER
		echo slept'
	GUEST_RUN=$guest_run
	kill $feeder
	exec 9>&-
	good
	same "bytes that came" "$(paste -sd ' ' out)" "8 8 8 8 8 slept"
}
tt_case "inf-cpu basic off" a_host_without_entropy_is_waited_for_each_time
