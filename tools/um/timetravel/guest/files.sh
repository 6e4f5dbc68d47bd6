# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # guest-run's variables
# The private directory, by which a guest learns what to do. Sourced by guest-run.
#
# init says which files there are.

quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

# As fstab wants it
fstab_name()
{
	local name=${1//\\/\\134}
	name=${name// /\\040}
	printf '%s' "${name//$'\t'/\\011}"
}

# covered DIR: a tmpfs of the guest hides it
covered()
{
	case $1 in
	/tmp/* | /run/* | /var/tmp/* | /dev/shm/*) return 0 ;;
	esac
	return 1
}

share_line()	# DIR ro|rw
{
	printf '%s\n' "$1" >>"$tmp/mkdirs"
	printf 'none %s hostfs %s,%s 0 0\n' "$(fstab_name "$1")" "$2" "$(fstab_name "$1")" \
		>>"$tmp/fstab2"
}

write_mounts()
{
	local dir
	local -A rw=()
	{
		echo 'proc /proc proc defaults 0 0'
		echo 'sysfs /sys sysfs defaults 0 0'
		echo 'tracefs /sys/kernel/tracing tracefs defaults 0 0'
		echo 'devpts /dev/pts devpts gid=5,mode=620,ptmxmode=666 0 0'
		for dir in /tmp /run /var/tmp; do
			# a link leads to one that is mounted, or nowhere good
			[ ! -d $dir ] || [ -L $dir ] || echo "tmpfs $dir tmpfs mode=1777 0 0"
		done
		echo 'tmpfs /dev/shm tmpfs mode=1777 0 0'
		printf 'none /dev/guest hostfs rw,%s 0 0\n' "$tmp"
	} >"$tmp/fstab"
	for dir in "${writables[@]}"; do
		[ ! -d "$dir" ] || [ "$dir" = / ] || rw[$dir]=1
	done
	# what is mounted already is not mounted again
	for dir in "$PWD" "${shares[@]}"; do
		dir=$(realpath "$dir")
		[ -n "${rw[$dir]:-}" ] || ! covered "$dir" || share_line "$dir" ro
	done
	for dir in "${!rw[@]}"; do
		share_line "$dir" rw
	done
}

write_run()
{
	local var
	printf 'cd -- '
	quoted "$(pwd -P)"
	printf ' || exit 125\nexec %s env -i' "$busybox"
	for var in "${envs[@]}"; do
		case $var in
		*=*) ;;
		*) [ -n "${!var+set}" ] || continue; var=$var=${!var} ;;
		esac
		printf ' '
		quoted "$var"
	done
	[ $# -gt 1 ] || printf ' /bin/sh -c'
	for var; do
		printf ' '
		quoted "$var"
	done
	echo
}

# The guest's output is of the kind that ours is
write_conf()
{
	local size out=pipe err=pipe stty=-opost nosuid=
	[ -z "$shell" ] || stty=sane
	if [ -t 1 ]; then
		out='tty'
		size=$(stty size 2>/dev/null <&1)
		[[ $size =~ ^[1-9] ]] || size='24 80'
		stty="$stty rows ${size% *} cols ${size#* }"
	fi
	[ ! -t 2 ] || err='tty'
	[ ! /proc/self/fd/1 -ef /proc/self/fd/2 ] || err=out
	# what would be set-user-ID root is not, where root's files look like nobody's
	[ "$(stat -c %u /)" != "$(id -u)" ] && nosuid=1
	printf "BUSYBOX=%s OUT=%s ERR=%s STTY='%s' INTERACTIVE=%s NOSUID=%s\n" \
		"$busybox" $out $err "$stty" "$shell" "$nosuid" >"$tmp/conf"
}
