# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# Days of what a small server does, see days.py: all of it on time, and nothing in the
# kernel's log.

# days_of_work DAYS
days_of_work()
{
	local late=0
	[ "$MODE" = inf-cpu ] || late=$(late "$MODE")
	truncate -s 64M disk
	mkfs.ext4 -q -F disk >mkfs 2>&1 || { bad "mkfs.ext4 failed:"; show mkfs; return; }
	GUEST_TIMEOUT=600
	guest --append "ubd0=$PWD/disk" --env "TT_LATE=$late" --writable "$PWD" "
		set -e
		mkdir /tmp/disk
		mount -t ext4 /dev/ubda /tmp/disk
		dmesg >'$PWD/log'
		'$PYTHON' '$here/days.py' $1 /tmp/disk
		dmesg | tail -n +\$((\$(wc -l <'$PWD/log') + 1)) >'$PWD/said'
		umount /tmp/disk"
	good
	same "what the kernel said" "$(cat said)" ""
	e2fsck -fn disk >fsck 2>&1 || { bad "e2fsck finds something:"; show fsck; }
	echo "# $1 days ($MODE) in $((host_ms / 1000)) s: $(cat out)" >&2
}

a_day_of_work_is_on_time() { days_of_work 1; }
long_case "inf-cpu basic" a_day_of_work_is_on_time

thirty_days_of_work_are_on_time() { days_of_work 30; }
slow_case "inf-cpu basic" thirty_days_of_work_are_on_time
