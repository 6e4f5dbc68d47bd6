# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # $tmp is guest-run's
# What of the host a guest may touch. Sourced by guest-run.
#
# The kernel runs below bwrap, in a mount namespace that has the host's files read-only but
# for those that were named, and in a pid namespace, which ends with its first process.

# What root can do with files. With CAP_SYS_ADMIN it could make them writable again.
FILE_CAPABILITIES=(chown dac_override dac_read_search fowner fsetid)
CAP_SYS_ADMIN=21	# the number of its bit
# What the kernel keeps in the file that is its memory, beside the guest's
MEMORY_SLACK=$((16 << 20))

# bytes SIZE: 128M as a number
bytes()
{
	local n=${1%[KkMmGg]}
	case $1 in
	*[Kk]) n=$((n << 10)) ;;
	*[Mm]) n=$((n << 20)) ;;
	*[Gg]) n=$((n << 30)) ;;
	esac
	echo "$n"
}

# below FILE DIR: FILE is DIR, or in it
below() { [[ $1 = "$2" || $1 = "${2%/}"/* ]]; }

may_be_written()	# FILE
{
	local dir
	for dir in "${writables[@]}"; do
		! below "$1" "$dir" || return 0
	done
	return 1
}

# add_disks WORD...: the images that ubd0=FILE and its like name are to be written, those
# of ubd0r=FILE are not. Of a COW file and the image below it, the first one is written.
add_disks()
{
	local word flags name file
	for word; do
		[[ $word =~ ^ubd([0-9]+|[a-z])([a-z]*)=([^,:]+) ]] || continue
		flags=${BASH_REMATCH[2]} name=${BASH_REMATCH[3]}
		file=$(realpath -m -- "$name")
		if [[ ! -e $file ]] && ! may_be_written "$file"; then
			bad "${word%%=*}: there is no file $name" \
				"(to make one, name its directory with --writable)"
		fi
		# a device can only be opened where it is bound as one
		[[ $flags = *r* && ! -b $file ]] || [ ! -e "$file" ] || writables+=("$file")
	done
}

has_sys_admin()
{
	local name value
	while read -r name value; do
		[ "$name" = CapEff: ] && return $((!(0x$value >> CAP_SYS_ADMIN & 1)))
	done </proc/self/status
	return 1
}

# Where something is mounted over parts of /proc, as in many containers, the host may
# refuse a new one. A kernel in the pid namespace of the host ends as well, as it dies with
# its parent.
may_mount_proc()
{
	local dir
	while read -r _ dir _; do
		if [[ $dir = /proc/* ]]; then
			"${confine[@]}" --ro-bind / / --unshare-pid --proc /proc true 2>/dev/null
			return
		fi
	done </proc/self/mounts
}

# set_confine: $confine becomes the command that runs another one so. $tmp is ours, and has
# a file system in memory of its own for the guest's memory.
set_confine()
{
	local file capability limit=()
	confine=(bwrap --die-with-parent)
	if has_sys_admin; then
		# setpriv takes the rest out of the bounding set as well: where exec would raise
		# capabilities the host resets the personality, for which UML executes itself
		# again and again
		confine+=(--cap-drop ALL)
		for capability in setpcap "${FILE_CAPABILITIES[@]}"; do
			confine+=(--cap-add "CAP_${capability^^}")
		done
		limit=(setpriv "--bounding-set=-all$(printf ',+%s' "${FILE_CAPABILITIES[@]}")")
	else
		confine+=(--unshare-user)
	fi
	may_mount_proc && confine+=(--unshare-pid) && set -- --proc /proc
	if may_be_written /; then confine+=(--bind / /); else confine+=(--ro-bind / /); fi
	confine+=(--dev /dev --ro-bind-try /dev/shm /dev/shm "$@")
	for file in "${writables[@]}"; do
		if [ "$file" = / ]; then
			continue
		elif [ -d "$file" ] || [ -f "$file" ]; then
			confine+=(--bind "$file" "$file")
		else
			confine+=(--dev-bind "$file" "$file")
		fi
	done
	mkdir "$tmp/memory"
	confine+=(--bind "$tmp" "$tmp" --size $(($(bytes "$mem") + MEMORY_SLACK))
		--tmpfs "$tmp/memory" -- "${limit[@]}")
}

# what_helps: after bwrap could not make the namespaces
what_helps()
{
	local name value
	for name in user/max_user_namespaces=0 kernel/unprivileged_userns_clone=0 \
		kernel/apparmor_restrict_unprivileged_userns=1; do
		read -r value 2>/dev/null <"/proc/sys/${name%=*}" || continue
		[ "$value" = "${name#*=}" ] || continue
		name=${name%=*}
		echo "sysctl ${name//\//.} is $value"
		return
	done
	echo "in a container, docker's --privileged helps"
}
