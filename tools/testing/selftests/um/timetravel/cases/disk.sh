# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# Disks: time stands still while the host reads and writes.

# the simulated time that 64 MiB take each way, while others have timers
disk_traffic()
{
	truncate -s 64M disk
	guest --append "ubd0=$PWD/disk time-travel-start=0" '
		set -e
		sleep 100000 &
		(while :; do sleep 0.3; done) &
		read -r begin rest </proc/uptime
		dd if=/dev/zero of=/dev/ubda bs=1M count=64 oflag=direct status=none
		dd if=/dev/ubda of=/dev/null bs=1M count=64 iflag=direct status=none
		read -r end rest </proc/uptime
		cat /sys/kernel/time_travel/held
		echo "$begin $end"'
	good
}

disk_traffic_takes_no_time()
{
	local run begin end
	for run in 1 2 3; do
		disk_traffic
		{ read -r held; read -r begin end; } <out
		same "held in the end" "$held" 0
		between "centiseconds that passed" \
			$(($(centiseconds "$end") - $(centiseconds "$begin"))) 0 1
	done
}
tt_case "inf-cpu" disk_traffic_takes_no_time

disk_traffic_takes_what_the_host_takes()
{
	local begin end
	disk_traffic
	{ read -r held; read -r begin end; } <out
	between "centiseconds that passed" \
		$(($(centiseconds "$end") - $(centiseconds "$begin"))) 0 $((host_ms / 10 + 30))
}
tt_case "basic" disk_traffic_takes_what_the_host_takes
