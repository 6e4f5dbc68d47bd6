# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# How guests end, and what they leave.

exit_status_is_that_of_the_command()
{
	guest true
	exits 0
	guest 'sleep 5; exit 3'
	exits 3
	guest 'kill -9 $$'
	exits 137
	same "standard error" "$(cat err)" ""
}
tt_case "inf-cpu basic" exit_status_is_that_of_the_command

the_command_may_be_interrupted()
{
	guest 'timeout -s INT 5 sh -c "sleep 1000"; grep SigIgn: /proc/self/status'
	good
	has out 'SigIgn:.*0000000000000000$'
	guest 'kill -INT $$; sleep 1000'
	exits 130
}
tt_case "inf-cpu" the_command_may_be_interrupted

poweroff_ends_the_guest()
{
	local seconds=1000
	[ "$MODE" != off ] || seconds=0.1
	guest "sleep $seconds; poweroff -f; sleep 1000000"
	exits 0
	fast 1000
}
tt_case "inf-cpu basic off" poweroff_ends_the_guest

# bare COMMAND [ARG OF KERNEL]...: without guest-run; init sleeps, and then runs busybox's COMMAND
bare()
{
	local busybox
	busybox=$(command -v busybox)
	printf '#!%s sh\n' "$busybox" >init
	printf "$busybox %s\n" 'sleep 1000' "$1" >>init
	chmod +x init
	kernel mem=64M umid=bare uml_dir="$PWD/" root=none rootfstype=hostfs rootflags=/ ro \
		init="$PWD/init" con=null con0=null,fd:1 time-travel=inf-cpu "${@:2}"
	exits 0
}

# as guest-run gives init the word noreboot
reboot_ends_a_guest_that_may_not_reboot()
{
	bare 'reboot -f' noreboot
	has out 'reboot: Restarting system'
	between "boots" "$(grep -c 'Linux version' out)" 1 1
}
tt_case "inf-cpu" reboot_ends_a_guest_that_may_not_reboot

# There is little on the host's stack then, and the kernel replaces PATH
environment_may_be_empty()
{
	local kernel=$KERNEL variable
	for variable in '' PATH=/bin HOME=/; do
		printf '#!/bin/sh\nexec env -i %s "%s" "$@"\n' "$variable" "$kernel" >with
		chmod +x with
		KERNEL=$PWD/with bare 'poweroff -f'
		has out 'reboot: Power down'
	done
}
tt_case "inf-cpu" environment_may_be_empty

# 1 MiB of random data on a new file system, unmounted or not
disk_is_written_read_and_clean()
{
	truncate -s 32M disk
	mkfs.ext4 -q -F disk >mkfs 2>&1 || { bad "mkfs.ext4 failed:"; show mkfs; return; }
	head -c 1048576 /dev/urandom >data
	guest --append "ubd0=$PWD/disk" --share "$PWD" "
		set -e
		mkdir /tmp/disk
		mount -t ext4 /dev/ubda /tmp/disk
		cp '$PWD/data' /tmp/disk/data
		sleep 60
		sync
		echo 3 >/proc/sys/vm/drop_caches
		cmp '$PWD/data' /tmp/disk/data
		umount /tmp/disk
		mount -t ext4 -o ro /dev/ubda /tmp/disk
		cmp '$PWD/data' /tmp/disk/data
		umount /tmp/disk"
	good
	e2fsck -fn disk >fsck 2>&1 || { bad "e2fsck finds something:"; show fsck; }
}
tt_case "inf-cpu basic" disk_is_written_read_and_clean

disk_is_written_on_real_time()
{
	truncate -s 16M disk
	mkfs.ext4 -q -F disk >mkfs 2>&1 || { bad "mkfs.ext4 failed:"; show mkfs; return; }
	guest --append "ubd0=$PWD/disk" '
		set -e
		mkdir /tmp/disk
		mount -t ext4 /dev/ubda /tmp/disk
		cp /bin/sh /tmp/disk/
		sync
		cmp /bin/sh /tmp/disk/sh
		umount /tmp/disk'
	good
	e2fsck -fn disk >fsck 2>&1 || { bad "e2fsck finds something:"; show fsck; }
}
tt_case "off" disk_is_written_on_real_time

each_boot_is_like_the_other()
{
	local first='' run
	for run in 1 2 3; do
		guest --append "time-travel-start=$START" '
			cat /proc/uptime
			date +%s.%N; sleep 0.1; date +%s.%N; sleep 10000 & sleep 3.3; date +%s.%N
			wait; date +%s.%N; date >/tmp/x; stat -c %z /tmp/x; cat /proc/uptime'
		good
		[ -n "$first" ] || first=$(cat out)
		same "readings of run $run" "$(cat out)" "$first"
	done
	has out '^1700010000\.'
}
tt_case "inf-cpu" each_boot_is_like_the_other

end_of_time_is_told()
{
	local max
	GUEST_TIMEOUT=3000
	kernel mem=64M time-travel-start=99999999999999999999
	max=$(grep -oE '[0-9]{12,}' err | tail -n 1)
	guest --append "time-travel-start=$max" 'date +%s; sleep 86400; date +%s'
	good
	same "date" "$(paste -sd ' ' out)" "$((max / NS + 1)) $((max / NS + 86401))"
	guest --append "time-travel-start=$((max + 1))" true
	exits 125
	guest --append "time-travel-start=$max" --append time-travel-idle-limit=0 \
		'sleep 5000000000'
	exits 125
	has err 'time-travel: simulated time ends [0-9]+ s after boot'
}
slow_case "inf-cpu" end_of_time_is_told
