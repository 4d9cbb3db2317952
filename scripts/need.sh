#!/bin/bash
# scripts/need.sh WHAT...: makes sure that tools are there, and says plainly what to do when not.
# Packages of the system are installed only where they are missing and this account is root.
set -euo pipefail

# package NAME COMMAND: the Debian package that brings the command.
package() {
	command -v "$2" >/dev/null 2>&1 && return 0
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
		echo "installing $1 (for $2)" >&2
		if { DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$1" || { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$1"; }; } >/dev/null 2>&1 \
			&& command -v "$2" >/dev/null 2>&1; then
			return 0
		fi
	fi
	echo "missing: $2. Install it (on Debian: apt-get install $1) and start again." >&2
	return 1
}

for what in "$@"; do
	case $what in
	rust)
		if ! command -v cargo >/dev/null 2>&1 && [ -x "$HOME/.cargo/bin/cargo" ]; then
			echo "cargo is in $HOME/.cargo/bin, which is not in PATH; add it: . \"$HOME/.cargo/env\"" >&2
			exit 1
		fi
		if ! command -v cargo >/dev/null 2>&1; then
			echo "missing: Rust. Install it from https://rustup.rs (version $(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml) or newer), then start again." >&2
			exit 1
		fi
		# Formatting and lints; some installations of Rust lack them.
		for part in fmt clippy; do
			cargo $part --version >/dev/null 2>&1 && continue
			rustup component add ${part/fmt/rustfmt} >&2 || { echo "missing: cargo $part. Install it (rustup component add ${part/fmt/rustfmt}) and start again." >&2; exit 1; }
		done
		# The embedded database is C.
		package gcc cc
		;;
	node)
		package nodejs node
		package npm npm
		;;
	curl) package curl curl ;;
	postgres)
		# Debian keeps the server's programs out of PATH.
		[ -n "$(find /usr/lib/postgresql -maxdepth 3 -name initdb 2>/dev/null)" ] || package postgresql initdb || [ -n "$(find /usr/lib/postgresql -maxdepth 3 -name initdb 2>/dev/null)" ] || exit 1
		;;
	chromium) [ -x "${CHROMIUM:-}" ] || package chromium chromium ;;
	*)
		echo "scripts/need.sh: unknown: $what" >&2
		exit 2
		;;
	esac
done
