# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What came of a guest, in words. Sourced by guest-run.

# plural N WORD
plural() { if [ "$1" = 1 ]; then printf '%s %s' "$1" "$2"; else printf '%s %ss' "$1" "$2"; fi; }

# in_words CENTISECONDS: "1 day 2 hours", "0.05 s"; the two largest units
in_words()
{
	local left=$(($1 / 100)) unit size n words=
	for unit in day:86400 hour:3600 minute:60; do
		size=${unit#*:}
		n=$((left / size)) left=$((left % size))
		[ $n = 0 ] || words="$words $(plural $n "${unit%:*}")"
		[[ $words != *\ *\ *\ * ]] || break
	done
	[ -n "$words" ] || words=" $(seconds "$1")"
	printf '%s' "${words# }"
}

# With two decimals below a minute, with one above
seconds()
{
	if [ "$1" -ge 6000 ]; then
		printf "%d.%d s" $(($1 / 100)) $(($1 % 100 / 10))
	else
		printf "%d.%02d s" $(($1 / 100)) $(($1 % 100))
	fi
}

# summary BEFORE AFTER KIND MICROSECONDS: uptimes in the guest, which time it has, the host's
summary()
{
	local guest_time=$((10#${2/./} - 10#${1/./})) words exact
	words=$(in_words $guest_time)
	exact=$(seconds $guest_time)
	[ "$words" = "$exact" ] && exact= || exact=" ($exact)"
	printf '%s of %s time%s in %s of host time\n' "$words" "$3" "$exact" \
		"$(seconds $(($4 / 10000)))" >&2
}

# cause LOG STATUS: why a kernel ended that ran no command, in one line
cause()
{
	local line
	if line=$(grep -m 1 '^bwrap: ' "$1"); then
		printf 'no namespaces to run it in (%s); %s' "$line" "$(what_helps)"
		return
	fi
	if line=$(grep -m 1 -o 'Kernel panic - not syncing: .*' "$1"); then
		printf '%s' "$line"
		return
	fi
	line=$(grep -m 1 -o 'ptrace: [A-Z].*' "$1") || line=$(grep '[^[:space:]]' "$1" | tail -n 1)
	case $line in
	*[Pp]trace* | *SECCOMP* | *seccomp*)
		printf 'the host does not let it run user processes (%s); see --seccomp' "$line" ;;
	*) printf '%s' "${line:-the kernel ended with status $2}" ;;
	esac
}
