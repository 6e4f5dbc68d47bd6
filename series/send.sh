#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Shows who gets what of build/series, and the call that sends it; with SEND=1 sends it.
#
# Arguments go to git send-email. Without SEND=1 it is told to send nothing.

# shellcheck source=series/lib.sh
. "$(dirname "$0")/lib.sh"

mails=(build/series/*.patch)
[ -f "${mails[0]}" ] || die "there are no mail files in build/series: 'make series' makes them"
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
[ "${SEND:-}" = 1 ] || echo "Nothing was sent: that was a dry run. 'make send SEND=1' sends."
