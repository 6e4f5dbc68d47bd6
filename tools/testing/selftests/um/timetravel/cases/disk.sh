# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154 # see lib.sh; strings are the guest's
# Disks: time stands still while the host reads and writes, whatever comes of it.

# Functions for the guest: others that have timers, and what time it is in ns
DISK_LIB='
	# as much may be dirty as there is memory: nobody is made to wait by a timer
	echo 90 >/proc/sys/vm/dirty_ratio
	echo 80 >/proc/sys/vm/dirty_background_ratio
	others() { sleep 100000 & (while :; do sleep 0.3; done) & }
	now() { date +%s%N; }
	began() { begin=$(now); }
	# what passed, and what holds time
	ended()
	{
		end=$(now)
		echo "passed $((end - begin))"
		echo "held $(cat /sys/kernel/time_travel/held)"
	}
	'

# disk_guest [OPTION]... COMMANDS: the guest, with that. Nothing is held in the end.
disk_guest()
{
	local commands=${*: -1}
	GUEST_TIMEOUT=120
	guest --append "time-travel-start=$START" "${@:1:$#-1}" "$DISK_LIB $commands"
	same "what holds time in the end" "$(sed -n 's/^held //p' out | sort -u)" 0
}

passed() { sed -n 's/^passed //p' out; }

# no_time: nothing but what programs that start and read clocks cost. In basic, no
# more than the host took for all of it.
no_time()
{
	local ns
	ns=$(passed)
	if [ "$MODE" = inf-cpu ]; then
		between "simulated time that passed, ns" "$ns" 0 10000000
	else
		between "simulated time that passed, ns" "$ns" 0 $((host_ms * 1000000))
	fi
}

# 64 MiB each way, while others have timers
disk_traffic()
{
	rm -f disk
	truncate -s 64M disk
	disk_guest --append "ubd0=$PWD/disk" '
		set -e
		others; began
		dd if=/dev/zero of=/dev/ubda bs=1M count=64 oflag=direct status=none
		dd if=/dev/ubda of=/dev/null bs=1M count=64 iflag=direct status=none
		ended'
	good
}

# The same through a file system and the page cache
ext4_traffic()
{
	if [ ! -e image ]; then
		truncate -s 128M image
		mkfs.ext4 -q -F image >mkfs 2>&1 || { bad "mkfs.ext4 failed:"; show mkfs; return; }
	fi
	cp --sparse=always image disk
	disk_guest --append "ubd0=$PWD/disk" --mem 256M '
		set -e
		mkdir /tmp/disk
		mount -t ext4 -o noinit_itable /dev/ubda /tmp/disk
		others; began
		dd if=/dev/zero of=/tmp/disk/file bs=1M count=64 conv=fsync status=none
		echo 3 >/proc/sys/vm/drop_caches
		dd if=/tmp/disk/file of=/dev/null bs=1M status=none
		ended
		umount /tmp/disk'
	good
}

# takes_no_time WHAT: as often as it takes to see that it is always the same
takes_no_time()
{
	local run first=''
	for ((run = 0; run < RUNS; run++)); do
		"$1"
		no_time
		[ -n "$first" ] || first=$(passed)
		same "simulated ns that passed in run $((run + 1)), as in the first" \
			"$(passed)" "$first"
		[ "$MODE" = inf-cpu ] || { first=''; [ $run -lt 2 ] || break; }
	done
}

disk_traffic_takes_no_time() { takes_no_time disk_traffic; }
long_case "inf-cpu basic" disk_traffic_takes_no_time

ext4_traffic_takes_no_time() { takes_no_time ext4_traffic; }
long_case "inf-cpu basic" ext4_traffic_takes_no_time

# What becomes of the data is seen in the image: discarded blocks are holes
discard_and_write_zeroes_take_no_time()
{
	head -c 16777216 /dev/urandom >disk
	cp disk before
	disk_guest --append "ubd0=$PWD/disk" '
		set -e
		others; began
		blkdiscard -o 4M -l 4M /dev/ubda
		blkdiscard -z -o 8M -l 4M /dev/ubda
		dd if=/dev/ubda bs=1M skip=4 count=8 iflag=direct status=none | tr -d "\\0" | wc -c
		dd if=/dev/zero of=/dev/ubda bs=4k count=1 oflag=direct conv=fsync,notrunc \
			status=none
		ended'
	good
	no_time
	same "bytes that are not zero" "$(head -n 1 out)" 0
	cmp -n 4M -i 12M disk before || bad "what was not discarded is another"
	cmp -n 8M -i 4M disk /dev/zero || bad "the image is not zero where it was discarded"
}
tt_case "inf-cpu basic" discard_and_write_zeroes_take_no_time

# A flush for each of 256 writes
flushes_take_no_time()
{
	truncate -s 16M disk
	disk_guest --append "ubd0=$PWD/disk" '
		set -e
		others; began
		dd if=/dev/zero of=/dev/ubda bs=64k count=256 oflag=direct,dsync status=none
		ended'
	good
	no_time
}
tt_case "inf-cpu basic" flushes_take_no_time

# synced FAIL DISK...: what is done on the host when a guest syncs its disk, by a library
# between the kernel and libc
synced()
{
	SYNCS_FAIL=$1 LD_PRELOAD=$PROGRAMS/syncs.so guest --writable "$PWD" --append "ubd0=$2" '
		dd if=/dev/zero of=/dev/ubda bs=64k count=1 conv=fsync status=none'
}

fsync_reaches_the_disk_of_the_host()
{
	truncate -s 1M disk
	synced '' "$PWD/disk"
	good
	has log "^host: $PWD/disk is synced$"
	# writes go to the COW file only
	synced '' "$PWD/cow,$PWD/disk"
	good
	has log "^host: $PWD/cow is synced$"
	has_not log "^host: $PWD/disk is synced$"
}
tt_case "inf-cpu off" fsync_reaches_the_disk_of_the_host

fsync_fails_if_it_fails_on_the_host()
{
	truncate -s 1M disk
	synced fail "$PWD/disk"
	exits 1
	has err 'fsync failed.*Input/output error'
}
tt_case "inf-cpu off" fsync_fails_if_it_fails_on_the_host

# Four disks, each with a reader, a writer and a full queue of write-back
deep_queues_on_many_disks_take_no_time()
{
	local n disks=()
	for n in 0 1 2 3; do
		truncate -s 32M disk$n
		disks+=(--append "ubd$n=$PWD/disk$n")
	done
	disk_guest --mem 512M "${disks[@]}" '
		set -e
		others; began
		for d in a b c d; do
			dd if=/dev/zero of=/dev/ubd$d bs=1M count=16 conv=notrunc,fsync \
				status=none &
			all="$all $!"
			dd if=/dev/ubd$d of=/dev/null bs=64k skip=256 iflag=direct status=none &
			all="$all $!"
			dd if=/dev/zero of=/dev/ubd$d bs=4k count=256 seek=4096 oflag=direct \
				conv=notrunc status=none &
			all="$all $!"
		done
		wait $all
		ended'
	good
	no_time
}
long_case "inf-cpu basic" deep_queues_on_many_disks_take_no_time

# Time goes on after an error
errors='
	wrote=0
	dd if=/dev/zero of=/dev/ubda bs=1M count=8 oflag=direct conv=notrunc \
		status=none 2>/tmp/err || wrote=$?
	echo "dd $wrote $(cat /tmp/err)"
	ended
	sleep 20'

errors_of_the_host_release_time()
{
	truncate -s 8M disk
	# read-only
	disk_guest --append "ubd0r=$PWD/disk" "others; began; $errors"
	good
	no_time
	has out '^dd [1-9]'
	# shorter than it was when the guest began
	truncate -s 8M disk
	(
		while [ ! -e begun/now ]; do sleep 0.1; done
		truncate -s 1M disk
		touch begun/go
	) &
	mkdir begun
	disk_guest --append "ubd0=$PWD/disk" --writable "$PWD/begun" "
		others; >'$PWD/begun/now'
		while [ ! -e '$PWD/begun/go' ]; do sleep 0.01; done
		began
		dd if=/dev/ubda of=/dev/null bs=1M iflag=direct status=none
		$errors"
	wait
	good
	no_time
}
tt_case "inf-cpu basic" errors_of_the_host_release_time

# The image is on a file system of 2 MiB
a_full_host_releases_time()
{
	cat >full.sh <<-'END'
		set -e
		mount -t tmpfs -o size=2M tmpfs "$1"
		truncate -s 16M "$1/disk"
		shift
		exec "$@"
	END
	mkdir full
	local guest_run=$GUEST_RUN
	printf '#!/bin/sh\nexec unshare --mount --map-root-user sh %q %q %q "$@"\n' \
		"$PWD/full.sh" "$PWD/full" "$guest_run" >in-full
	chmod +x in-full
	GUEST_RUN=$PWD/in-full
	disk_guest --append "ubd0=$PWD/full/disk" "others; began; $errors"
	GUEST_RUN=$guest_run
	good
	no_time
	has out '^dd [1-9]'
}
tt_case "inf-cpu basic" a_full_host_releases_time

# A disk is asked to go while it is busy, which it may not, and when it is not
a_disk_is_removed_only_when_idle()
{
	truncate -s 64M disk0 disk1
	mkdir talk
	"$PYTHON" "$here/mconsole.py" "$PWD" talk >said 2>&1 &
	TMPDIR=$PWD disk_guest --append "ubd0=$PWD/disk0" --append "ubd1=$PWD/disk1" \
		--writable "$PWD/talk" --env "TALK=$PWD/talk" '
		ask() {
			echo "$1" >$TALK/new; mv $TALK/new $TALK/ask
			while [ ! -e $TALK/answer ]; do sleep 0.01; done
			cat $TALK/answer; rm $TALK/answer
		}
		others; began
		(exec 9</dev/ubdb
		while [ ! -e /tmp/stop ]; do
			dd if=/dev/zero of=/dev/ubdb bs=64k count=512 oflag=direct \
				conv=notrunc status=none
		done) &
		sleep 0.01
		ask "remove ubd1"
		: >/tmp/stop
		wait $!
		ask "remove ubd1"
		[ -e /dev/ubdb ] || echo gone
		ask "config ubd1=$TALK/../disk1"
		dd if=/dev/ubdb of=/dev/null bs=1M iflag=direct status=none && echo back
		ended
		sleep 20'
	wait
	good
	same "what happened" "$(head -n 5 out | paste -sd ,)" "error,done,gone,done,back"
	[ "$failed" = 0 ] || show said
}
tt_case "inf-cpu basic" a_disk_is_removed_only_when_idle

# stop_disks SECONDS: the host's half of the disks, when talk/ready is there
stop_disks()
{
	local child parent stop=()
	until [ -e talk/ready ]; do sleep 0.05; done
	# what the kernel does not trace are its own threads on the host
	parent=$(pgrep -f "^$KERNEL .*ubd0=$PWD/disk" | head -n 1)
	for child in $(pgrep -P "$parent"); do
		grep -qs '^TracerPid:[[:space:]]0$' "/proc/$child/status" &&
			stop+=("$child")
	done
	kill -STOP "${stop[@]}"
	touch talk/go
	sleep "$1"
	kill -CONT "${stop[@]}"
}

# More requests than the kernel's queue to its thread on the host has room for, so that
# the last disks get none in at first.
more_requests_than_fit_are_all_done()
{
	local n disks=()
	for n in 0 1 2 3 4 5 6 7; do
		truncate -s 16M disk$n
		disks+=(--append "ubd$n=$PWD/disk$n")
	done
	mkdir talk
	stop_disks 3 &
	guest --mem 512M "${disks[@]}" --writable "$PWD/talk" --env "TALK=$PWD/talk" '
		: >$TALK/ready
		until [ -e $TALK/go ]; do sleep 0.1; done
		python3 -c "
import mmap, os, threading
def read(disk, block):
    fd = os.open(\"/dev/ubd\" + disk, os.O_RDONLY | os.O_DIRECT)
    os.preadv(fd, [mmap.mmap(-1, 4096)], 8192 * block)
threads = [threading.Thread(target=read, args=(disk, block))
           for disk in \"abcdefgh\" for block in range(60)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(threads))"'
	wait
	good
	has out '^480$'
}
long_case "inf-cpu basic off" more_requests_than_fit_are_all_done

# hung SECONDS GUEST SCRIPT: the host's half of the disk is stopped while SCRIPT runs
hung()
{
	truncate -s 16M disk
	mkdir talk
	stop_disks "$1" &
	"$2" --append "ubd0=$PWD/disk" --writable "$PWD/talk" --env "TALK=$PWD/talk" "
		: >\$TALK/ready
		until [ -e \$TALK/go ]; do sleep 0.1; done
		$3"
	wait
	good
}

# for longer than the kernel's patience
a_host_that_hangs_is_named()
{
	hung 12 disk_guest '
		others; began
		dd if=/dev/ubda of=/dev/null bs=1M iflag=direct status=none
		ended
		dmesg | grep "has held time"'
	no_time
	has out 'ubda has held time for 1[0-9] s of host time: [0-9]+ requests'
}
slow_case "inf-cpu basic" a_host_that_hangs_is_named

a_host_that_hangs_is_named_while_others_compute()
{
	hung 22 guest '
		while :; do :; done & busy=$!
		dd if=/dev/ubda of=/dev/null bs=1M iflag=direct status=none & read=$!
		sleep 21
		dmesg | grep "has held time"
		wait $read
		kill $busy'
	has out 'ubda has held time for [12][0-9] s of host time: [0-9]+ requests'
}
slow_case "basic" a_host_that_hangs_is_named_while_others_compute
