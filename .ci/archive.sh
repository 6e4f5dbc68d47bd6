# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154	# scratch and copy are of who sources this
# An archive like Debian's of made-up kernels, and a system whose apt uses it. Sourced
# after lib.sh.

archive=$scratch/archive
arch=$(dpkg --print-architecture)

# From now on the system's apt has this archive, and one more that is gone
make_archive()
{
	export GNUPGHOME=$scratch/gpg APT_CONFIG=$scratch/apt.conf TT_KEYRING=$scratch/keyring.gpg
	trap 'gpgconf --kill all; rm -rf "$scratch"' EXIT
	mkdir -m 700 "$GNUPGHOME"
	mkdir -p "$archive/pool" "$scratch/apt-lists/partial"
	gpg --batch --quiet --passphrase '' --quick-gen-key archive@localhost ed25519 sign never &&
		gpg --batch --export >"$TT_KEYRING"
	printf 'deb file:%s system main\n' "$archive" /nonexistent >"$scratch/sources.list"
	cat >"$APT_CONFIG" <<-END
		Dir::Etc::sourcelist "$scratch/sources.list";
		Dir::Etc::sourceparts "-";
		Dir::State::lists "$scratch/apt-lists";
	END
}

# make_tree DIR VERSION: a kernel tree of that version that can be configured and "built".
# Of the base's files it has those that we edit.
make_tree()
{
	local major minor patch
	IFS=. read -r major minor patch <<<"$2"
	mkdir -p "$1"
	our_edits | tar -C build/base -cf - -T - | tar -C "$1" -xf -
	cat >"$1/Makefile" <<-END
		# SPDX-License-Identifier: GPL-2.0
		VERSION = $major
		PATCHLEVEL = $minor
		SUBLEVEL = $patch
		EXTRAVERSION =

		allnoconfig: ; cp \$(KCONFIG_ALLCONFIG) \$(O)/.config
		linux: ; cp /bin/false \$(O)/linux
	END
}

# The package of a version of Debian's, such as 7.3.4-1~bpo13+1, with a file changed if
# there is one to change: its name is in the archive's pool
make_package()	# VERSION [FILE]
{
	local name kernel=${1%%-*} dir=$scratch/package
	name=linux-source-${kernel%.*}
	[ ! -f "$archive/pool/${name}_$1_all.deb" ] || return 0
	rm -rf "$dir"
	mkdir -p "$dir/DEBIAN" "$dir/usr/src"
	make_tree "$scratch/$name" "$kernel"
	[ -z "${2:-}" ] || sed -i 's/^/x/' "$scratch/$name/$2"
	tar -C "$scratch" -cJf "$dir/usr/src/$name.tar.xz" "$name"
	rm -r "${scratch:?}/$name"
	printf '%s\n' "Package: $name" "Version: $1" "Architecture: all" \
		"Maintainer: nobody <nobody@localhost>" "Description: made up" >"$dir/DEBIAN/control"
	dpkg-deb --root-owner-group -b "$dir" "$archive/pool/${name}_$1_all.deb"
}

# publish SUITE VERSION...: the suite has these packages, and no others
publish()
{
	local deb dir=$archive/dists/$1 list=main/binary-$arch/Packages suite=$1 version
	shift
	mkdir -p "$(dirname "$dir/$list")"
	for version; do
		make_package "$version" || return 1
		for deb in "$archive/pool/"*"_${version}_all.deb"; do
			dpkg-deb -f "$deb"
			printf 'Filename: %s\nSize: %s\nSHA256: %s\n\n' "${deb#"$archive/"}" \
				"$(stat -c %s "$deb")" "$(sha256sum <"$deb" | cut -d' ' -f1)"
		done
	done >"$dir/$list.new"
	mv "$dir/$list.new" "$dir/$list"
	printf '%s\n' "Origin: Debian" "Label: Debian" "Suite: $suite" "Codename: $suite" \
		"Date: $(date -Ru)" "Architectures: all $arch" "Components: main" "SHA256:" \
		" $(sha256sum <"$dir/$list" | cut -d' ' -f1) $(stat -c %s "$dir/$list") $list" >"$dir/Release"
	gpg --batch --quiet --yes --clearsign -o "$dir/InRelease" "$dir/Release"
}
