# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154	# top is lib.sh's; the suites are for who sources this
# Kernel sources from Debian's archive, by apt, without root: nothing of the system's apt
# is changed, as sources, lists and cache are below build/apt. Sourced after lib.sh.

# Where they are looked for. The package fits every release. The backports of trixie
# come first: they follow upstream, keep a version for some weeks and have a short list.
# What a suite does not have, or which does not exist yet, the later ones may.
SUITES='trixie-backports forky-backports forky sid'
# for check-bases: what will come
ALL_SUITES="$SUITES experimental"
APT=build/apt
# the tests sign what they make themselves
KEYRING=${TT_KEYRING:-/usr/share/keyrings/debian-archive-keyring.gpg}

# apt COMMAND...: apt-get or apt-cache with nothing of the system's but how to get there
# (proxies, certificates). A file of -c is read last, so what it sets is what counts.
apt() { LC_ALL=C "$1" -c "$top/$APT/apt.conf" "${@:2}"; }

# index_targets OPTION...: of what the system's apt knows, one a line: MIRROR SUITE LABEL
# shellcheck disable=SC2016	# apt's variables
index_targets()
{
	apt-get indextargets "$@" --format '$(SITE) $(RELEASE) $(LABEL)' 'Created-By: Packages' || true
}

# The mirrors that the system's own apt uses for Debian. Before it has fetched their lists,
# nobody knows whose they are: then all, and the signature decides.
mirrors()
{
	{
		index_targets | grep ' Debian$' ||
			index_targets --no-release-info | grep -v -e '-security ' || true
	} | cut -d' ' -f1 | sort -u
}

apt_setup()	# SUITE...
{
	local arch mirror suite
	arch=$(dpkg --print-architecture)
	mkdir -p $APT/lists/partial $APT/cache/archives/partial
	cat >$APT/apt.conf <<-END
		#clear APT::Update;
		#clear APT::Default-Release;
		APT::Sandbox::User "";
		Acquire::Languages "none";
		Dir::Etc::sourcelist "$top/$APT/sources.list";
		Dir::Etc::sourceparts "/dev/null";
		Dir::Etc::preferences "/dev/null";
		Dir::Etc::preferencesparts "/dev/null";
		Dir::State::lists "$top/$APT/lists";
		Dir::State::status "/dev/null";
		Dir::Cache "$top/$APT/cache";
	END
	for mirror in $(mirrors); do
		for suite; do
			echo "deb [arch=$arch target=Packages signed-by=$KEYRING] $mirror $suite main"
		done
	done >$APT/sources.list
}

# update_lists SUITE...: those that do not exist, or are not signed, are left out
update_lists()
{
	apt_setup "$@"
	apt apt-get -q update || true
}

# kernel_sources: PACKAGE VERSION SUITE of each that the lists have, oldest first
kernel_sources()
{
	local names
	names=$(apt apt-cache pkgnames linux-source- | grep -xE 'linux-source-[0-9]+\.[0-9]+') || return 0
	# shellcheck disable=SC2086	# a list of words
	apt apt-cache madison $names | sed -nE 's/^ *([^ ]+) \| +([^ ]+) \| [^ ]+ ([^ ]+)\/main .*/\1 \2 \3/p' |
		sort -u -k2,2V
}

# kernel_of VERSION: that of the kernel in a version of Debian's
kernel_of() { echo "${1%%[-~+]*}"; }

# fetch_source OUT PACKAGE VERSION: its tarball
fetch_source()
{
	local dir=$APT/download
	rm -rf $dir
	mkdir $dir
	(cd $dir && apt apt-get -q download "$2=$3")
	dpkg-deb --fsys-tarfile $dir/*.deb | tar -xO --wildcards "./usr/src/$2.tar.*" >"$1.new"
	rm -r $dir
	mv "$1.new" "$1"
}
