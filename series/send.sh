#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Shows who gets what of build/series, and the call that sends it, one a topic; with
# SEND=1 sends it.
#
# Arguments go to git send-email. Without SEND=1 it is told to send nothing. Each topic
# is a thread of its own, and they are not sent together: the next one is on top of
# what was taken.

# shellcheck source=series/lib.sh
. "$(dirname "$0")/lib.sh"

topics=(build/series/[0-9]-"${TOPIC-}")
[ -n "${TOPIC-}" ] || topics=(build/series/[0-9]-*)
[ -d "${topics[0]}" ] || die "there are no mail files in ${topics[0]}: 'make series' makes them"
[ "${SEND:-}" != 1 ] || [ -n "${TOPIC-}" ] || die "one topic is sent at a time: name it by TOPIC"

send()	# DIR GIT-SEND-EMAIL-ARGUMENT...
{
	local mails=("$1"/*.patch) mail call
	shift
	for mail in "${mails[@]}"; do
		printf '%s\n' "$(basename "$mail")"
		series/recipients to "$mail" | sed 's/^/    To: /'
		series/recipients cc "$mail" | sed 's/^/    Cc: /'
	done

	call=(git send-email --to-cmd='series/recipients to' --cc-cmd='series/recipients cc'
		--suppress-cc=self --thread --no-chain-reply-to --confirm=never "$@")
	[ "${SEND:-}" = 1 ] || call+=(--dry-run)
	call+=("${mails[@]}")
	echo
	printf '%q ' "${call[@]}"
	echo
	echo
	"${call[@]}"
}

for topic in "${topics[@]}"; do
	send "$topic" "$@"
done
[ "${SEND:-}" = 1 ] ||
	echo "Nothing was sent: that was a dry run. 'make send TOPIC=NAME SEND=1' sends."
