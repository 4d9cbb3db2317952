#!/bin/bash
# scripts/need.sh WHAT...: makes sure that tools are there, and says plainly what to do when not.
# Packages of the system are installed only where they are missing and this account is root.
set -euo pipefail

# install NAME REASON: the Debian package, where that is allowed; whether it worked shows in what it brings.
install() {
	[ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1 || return 0
	echo "installing $1 (for $2)" >&2
	export DEBIAN_FRONTEND=noninteractive
	{ apt-get install -y -q "$1" || { apt-get update -q && apt-get install -y -q "$1"; }; } >/dev/null 2>&1 || true
}

# package NAME COMMAND: the Debian package that brings the command.
package() {
	command -v "$2" >/dev/null 2>&1 && return 0
	install "$1" "$2"
	command -v "$2" >/dev/null 2>&1 && return 0
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
		# The embedded database is C.
		package gcc cc
		;;
	lint)
		# Formatting and lints; some installations of Rust lack them.
		for part in fmt clippy; do
			cargo $part --version >/dev/null 2>&1 && continue
			rustup component add ${part/fmt/rustfmt} >&2 || { echo "missing: cargo $part. Install it (rustup component add ${part/fmt/rustfmt}) and start again." >&2; exit 1; }
		done
		;;
	node)
		package nodejs node
		package npm npm
		# Packages of the lock files want it: a module may be required as in older programs.
		node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
			{ echo "too old: node $(node --version). Install 20.19 or newer (https://nodejs.org) and start again." >&2; exit 1; }
		;;
	curl) package curl curl ;;
	postgres)
		# Debian keeps the server's programs out of PATH.
		server() { command -v initdb >/dev/null 2>&1 || [ -n "$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null)" ]; }
		server || install postgresql "a database server for tests"
		server || { echo "missing: a PostgreSQL server. Install it (on Debian: apt-get install postgresql) and start again." >&2; exit 1; }
		;;
	python)
		package python3 python3
		# Debian keeps the part that makes environments by itself.
		environments() { python3 -c 'import ensurepip' >/dev/null 2>&1; }
		environments || install python3-venv "environments of Python"
		environments || { echo "missing: python3-venv. Install it (on Debian: apt-get install python3-venv) and start again." >&2; exit 1; }
		;;
	chromium) [ -x "${CHROMIUM:-}" ] || package chromium chromium ;;
	*)
		echo "scripts/need.sh: unknown: $what" >&2
		exit 2
		;;
	esac
done
