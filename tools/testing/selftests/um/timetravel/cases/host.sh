# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2016,SC2153,SC2154,SC2317 # see lib.sh
# What guests may do to the host, and what guest-run says where the host does not let it.

# What a guest tries that wants to write to the host's DIR
attack='
	busybox mount -o remount,rw / || echo no remount
	mkdir /tmp/again
	busybox mount -t hostfs -o rw none /tmp/again || echo no second mount
	for top in "" /tmp/again; do
		echo changed >$top$DIR/file
		echo new >$top$DIR/new
		mkdir $top$DIR/directory
		rm -f $top$DIR/file
		mv $top$DIR/file $top$DIR/moved
		chmod 777 $top$DIR/file
		busybox ln $top$DIR/file $top$DIR/link
	done
	echo tried'

# attacked DIR: it is as it was
attacked()
{
	good
	has out '^tried$'
	has_not out '^no '
	has err 'Read-only file system'
	same "files of the host" "$(ls "$1")" file
	same "content of the host's file" "$(cat "$1/file")" kept
	same "mode of the host's file" "$(stat -c %a "$1/file")" 644
}

prepare_victim()
{
	umask 022
	mkdir "$1"
	echo kept >"$1/file"
}

the_host_is_read_only()
{
	prepare_victim victim
	# the guest has a tmpfs where the directory of the test is
	guest --share "$PWD" --env "DIR=$PWD/victim" "busybox mount -o remount,rw '$PWD'; $attack"
	attacked victim
}
tt_case "inf-cpu" the_host_is_read_only

# as_user COMMAND...: by an ordinary user, if it is root who runs the tests
as_user()
{
	[ "$(id -u)" = 0 ] || { "$@"; return; }
	setpriv --reuid 65534 --regid 65534 --clear-groups env HOME=/ TMPDIR=/tmp "$@"
}

user_may_run()
{
	as_user unshare --user true && as_user test -x "$KERNEL" && as_user test -x "$GUEST_RUN"
}

the_host_is_read_only_for_users()
{
	local guest_run=$GUEST_RUN
	user_may_run ||
		{ skip "users may have no namespaces here, or not read the kernel"; return; }
	chmod 711 ..
	# the user writes what is root's here
	chmod 777 .
	umask 0
	as_user sh -c 'umask 022; mkdir victim; echo kept >victim/file'
	as_user_run() { as_user "$guest_run" "$@"; }
	GUEST_RUN=as_user_run
	guest --share "$PWD" --env "DIR=$PWD/victim" "busybox mount -o remount,rw '$PWD'; $attack"
	attacked victim
	# root's programs are root's, also where root's files look like nobody's
	guest 'mount -t tmpfs none /tmp && id -u'
	good
	same "user" "$(cat out)" 0
}
tt_case "inf-cpu" the_host_is_read_only_for_users

only_what_is_named_is_writable()
{
	prepare_victim victim
	prepare_victim named
	guest --share "$PWD" --writable "$PWD/named" --writable "$PWD/victim/file" \
		--env "DIR=$PWD" '
		busybox mount -o remount,rw "$DIR"
		echo changed >$DIR/named/file
		echo new >$DIR/named/new
		echo new >$DIR/victim/new || echo not there
		echo changed >$DIR/victim/file
		echo tried'
	good
	same "output" "$(paste -sd , out)" 'not there,tried'
	same "files of the host" "$(cat named/file named/new victim/file | paste -sd ,)" \
		'changed,new,changed'
	[ ! -e victim/new ] || bad "victim/new was made"
}
tt_case "inf-cpu" only_what_is_named_is_writable

disks_are_writable_unless_they_are_read_only()
{
	truncate -s 1M first second
	guest --append "ubd0=$PWD/first ubd1r=$PWD/second" '
		echo mark | dd of=/dev/ubda conv=notrunc,fsync status=none
		echo mark | dd of=/dev/ubdb conv=notrunc,fsync status=none || echo refused'
	good
	has out '^refused$'
	same "the disk" "$(head -c 4 first)" mark
	same "the read-only disk" "$(tr -d '\0' <second)" ''
	guest --append "ubd0=$PWD/none" true
	exits 2
	has err '^guest-run: ubd0: there is no file .*/none .*--writable'
}
tt_case "inf-cpu" disks_are_writable_unless_they_are_read_only

# processes_of DIR: those of the host that have it for their working directory, or whose
# guest lives in it
processes_of()
{
	find /proc/[0-9]*/cwd -lname "$1" 2>/dev/null
	grep -lsFf <(printf 'GUEST_DIR=%s/\n' "$1") /proc/[0-9]*/cmdline 2>/dev/null
}

# run_in_life OPTION... COMMAND: guest-run in the background, in a directory of its own
run_in_life()
{
	mkdir -p life
	(cd life && TMPDIR=$PWD exec "$GUEST_RUN" --kernel "$KERNEL" --time-travel "$MODE" \
		--seccomp "$SECCOMP" --timeout 60 "$@" >../out 2>../err) &
}

# nothing_lives WHEN: of that. What dies may take a moment to.
nothing_lives()
{
	local left end=$((SECONDS + 5))
	while left=$(processes_of "$PWD/life"); [ -n "$left" ] && [ $SECONDS -lt $end ]; do
		sleep 0.01
	done
	[ -z "$left" ] || bad "left behind $1: $left"
}

# At each moment of its life, as far as a second and a half has them
nothing_is_left_after_sigkill()
{
	local pid seconds
	for seconds in 0.005 0.01 0.015 0.02 0.025 0.03 0.04 0.05 0.1 0.3 1.5; do
		run_in_life 'sleep 1000'
		pid=$!
		sleep "$seconds"
		kill -KILL $pid
		wait $pid 2>/dev/null
		nothing_lives "after $seconds s"
		rm -rf life
	done
}
tt_case "off" nothing_is_left_after_sigkill

# A signal that may be handled leaves no file either
nothing_is_left_after_sigterm()
{
	local pid
	run_in_life 'echo up; sleep 1000'
	pid=$!
	until grep -qs up out || ! kill -0 $pid 2>/dev/null; do sleep 0.02; done
	kill -TERM $pid
	wait $pid
	status=$?
	exits 143
	same "files" "$(ls life)" ''
	nothing_lives "after SIGTERM"
}
tt_case "off" nothing_is_left_after_sigterm

# one_line REGEX: guest-run said why it could not start a guest
one_line()
{
	exits 125
	[ "$(wc -l <err)" = 1 ] || { bad "want one line on standard error, got:"; show err; }
	has err "^guest-run: .*$1"
}

no_namespaces_is_one_line()
{
	local guest_run=$GUEST_RUN
	without_namespaces()
	{
		unshare --user --map-root-user sh -c '
			echo 0 >/proc/sys/user/max_user_namespaces
			exec setpriv --bounding-set=-sys_admin --inh-caps=-all "$@"' \
			sh "$guest_run" "$@"
	}
	GUEST_RUN=without_namespaces
	guest true
	one_line 'no namespaces .*sysctl user.max_user_namespaces is 0'
}
long_case "any" no_namespaces_is_one_line

no_bwrap_is_one_line()
{
	local program guest_run=$GUEST_RUN
	mkdir bin
	for program in bash busybox dirname env readlink realpath; do
		ln -s "$(command -v $program)" bin/
	done
	without_bwrap() { env PATH="$PWD/bin" "$guest_run" "$@"; }
	GUEST_RUN=without_bwrap
	guest true
	one_line 'bwrap is missing .*bubblewrap'
}
long_case "any" no_bwrap_is_one_line

a_host_without_ptrace_and_seccomp_is_one_line()
{
	local kind guest_run=$GUEST_RUN
	for kind in off on auto; do
		SECCOMP=$kind
		refusing() { "$PYTHON" "$here/refuse.py" ptrace,seccomp "$guest_run" "$@"; }
		GUEST_RUN=refusing
		guest true
		one_line '(ptrace|seccomp|SECCOMP)'
	done
}
long_case "inf-cpu" a_host_without_ptrace_and_seccomp_is_one_line

one_of_ptrace_and_seccomp_is_enough()
{
	local call guest_run=$GUEST_RUN
	SECCOMP=auto
	for call in ptrace seccomp; do
		refusing() { "$PYTHON" "$here/refuse.py" "$call" "$guest_run" "$@"; }
		GUEST_RUN=refusing
		guest 'echo fine'
		good
		same "output without $call" "$(cat out)" fine
	done
}
long_case "inf-cpu" one_of_ptrace_and_seccomp_is_enough

a_shell_has_job_control()
{
	"$PYTHON" "$here/shell.py" "$GUEST_RUN" --kernel "$KERNEL" --time-travel "$MODE" \
		--seccomp "$SECCOMP" --timeout "$GUEST_TIMEOUT" >out 2>err
	status=$?
	exits 0
	local want='terminal /dev/tty1 of 24 80,time-travel-pace=1000,interrupted 130'
	want+=',stopped and continued,status 7,terminal restored'
	same "output" "$(paste -sd , out)" "$want"
}
tt_case "inf-cpu basic" a_shell_has_job_control

wrong_options_are_refused()
{
	local args
	for args in '--seccomp maybe' '--writable /no/such' '--share /no/such' '--mem much' \
		'--seccomp'; do
		# shellcheck disable=SC2086	# a list of words
		"$GUEST_RUN" --kernel "$KERNEL" $args >out 2>err
		status=$?
		exits 2
		same "lines on standard error with $args" "$(wc -l <err)" 1
		has err "^guest-run: ${args%% *}"
	done
}
long_case "any" wrong_options_are_refused
