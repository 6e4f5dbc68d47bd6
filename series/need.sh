#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Installs the Debian packages that are missing: need.sh GROUP...
#
# Holds afterwards: the programs and files that the groups need are there. When
# they are there already, nothing but their presence is looked at. As root
# it asks apt-get, else sudo; where neither works it says what to install.

# shellcheck source=series/lib.sh
. "$(dirname "$0")/lib.sh"

# package and the command or file that shows that it is there
packages()
{
	local python
	case $1 in
	base)
		echo 'xz-utils xz'
		case ${KSRC:-} in
		'') echo 'apt apt-get
gpgv gpgv
debian-archive-keyring /usr/share/keyrings/debian-archive-keyring.gpg' ;;
		*.zst) echo 'zstd zstd' ;;
		esac ;;
	build)
		packages base
		echo 'gcc gcc
libc6-dev /usr/include/stdio.h
make make
flex flex
bison bison
bc bc
perl perl
patch patch' ;;
	umtt)
		echo 'gcc gcc
libc6-dev /usr/include/stdio.h
make make
pkg-config pkg-config
libjansson-dev /usr/include/jansson.h' ;;
	run)
		echo 'busybox-static busybox
bubblewrap bwrap
python3 python3' ;;
	check)
		echo 'sparse sparse
shellcheck shellcheck
g++ g++
clang-19 clang-19
libclang-rt-19-dev /usr/share/doc/libclang-rt-19-dev
gpg gpg
procps pgrep
man-db man
groff groff
e2fsprogs /usr/sbin/mkfs.ext4
mypy mypy
git git' ;;
	suites)
		# tests are packaged for each version of Python; the link tells which is the usual
		python=$(readlink /usr/bin/python3) || die "python3 comes first: need.sh run suites"
		echo "lib$python-testsuite /usr/lib/$python/test/test_asyncio
stress-ng stress-ng
golang-go go" ;;
	bench)
		echo 'gcc gcc
redis-server redis-server
e2fsprogs /usr/sbin/mkfs.ext4
util-linux taskset' ;;
	series)
		echo 'git git
git-email /usr/lib/git-core/git-send-email
libmailtools-perl /usr/share/perl5/Mail/Address.pm
python3 python3
python3-aiosmtpd /usr/lib/python3/dist-packages/aiosmtpd/__init__.py
clang-19 clang-19
lld-19 ld.lld-19
llvm-19 llvm-ar-19
gcc-multilib /usr/share/doc/gcc-multilib/copyright
sparse sparse' ;;
	docs)
		echo 'python3-sphinx /usr/share/doc/python3-sphinx/copyright
python3 python3' ;;
	*) die "need.sh knows no group '$1'" ;;
	esac
}

missing()
{
	local group package sign
	for group; do
		while read -r package sign; do
			case $sign in
			/*) [ -e "$sign" ] || echo "$package" ;;
			*) command -v "$sign" >/dev/null || echo "$package" ;;
			esac
		done <<<"$(packages "$group")"
	done | sort -u
}

# apt_get INSTALLER...: as root, in one go, without questions
install_packages()
{
	local as_root=$1
	shift
	# a list that cannot be refreshed may still do
	$as_root apt-get -q update || true
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 \
		install --no-install-recommends "$@"
}

lock
list=$(missing "$@" | paste -sd ' ')
[ -n "$list" ] || exit 0
as_root=
if ! command -v apt-get >/dev/null; then
	die "missing here: $list (names of Debian's packages)"
elif [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null || ! { sudo -n true 2>/dev/null || { [ -t 0 ] && sudo -v; }; }; then
		die "packages are missing; as root: apt-get install --no-install-recommends $list"
	fi
	as_root='sudo -n'
fi
# shellcheck disable=SC2086	# a list of words
step packages "installing $list" install_packages "$as_root" $list
left=$(missing "$@" | paste -sd ' ')
[ -z "$left" ] || die "apt-get did not bring what was expected of: $left (see build/log/packages.log)"
