#!/bin/bash
# Tests with a package-lock.json of their own: clients of other makers, and the public pages in a
# browser. Each folder is installed from its lock file and tested with `npm test`; one with a
# requirements.txt too has tests in Python beside.
set -euo pipefail
cd "$(dirname "$0")/.."

found=$(find . \( -name node_modules -o -name target \) -prune -o -name package-lock.json -print | sort)
[ -n "$found" ] || { echo "no package-lock.json in this tree: the client tests are missing"; exit 1; }
mapfile -t folders < <(xargs -n1 dirname <<<"$found")
scripts/need.sh node
if ! command -v curl >/dev/null 2>&1; then scripts/need.sh curl; fi
if printf '%s\n' "${folders[@]}" | grep -q pages; then scripts/need.sh chromium; fi
ASSENT=${ASSENT:-$PWD/target/debug/assent}
[ -x "$ASSENT" ] || make --no-print-directory debug
export ASSENT

# What tests make for a while lies in one folder, and goes with it however they end; so do their servers.
TMPDIR=$(mktemp -d)
export TMPDIR
running=
cleanup() {
	[ -z "$running" ] || kill "$running" 2>/dev/null || true
	[ -z "$running" ] || wait "$running" 2>/dev/null || true
	rm -rf "$TMPDIR"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# within SECONDS COMMAND...: a command that takes longer has failed, with all that it started.
within() {
	timeout --kill-after=20 "$@" &
	running=$!
	local code=0
	wait "$running" || code=$?
	running=
	[ "$code" != 124 ] || echo "FAILED: ${*:2} took more than $1 seconds"
	return "$code"
}

root=$PWD
for folder in "${folders[@]}"; do
	echo "== $folder"
	cd "$root/$folder"
	within 900 "$root/scripts/npm.sh" .
	within 900 npm test
	if [ -f requirements.txt ]; then
		"$root/scripts/need.sh" python
		venv=$root/target/clients-python
		# One whose making was interrupted has no pip.
		"$venv/bin/python" -m pip --version >/dev/null 2>&1 || python3 -m venv --clear "$venv"
		within 600 "$venv/bin/python" -m pip install -q -r requirements.txt
		within 600 "$venv/bin/python" -m unittest discover -p '*_test.py'
	fi
done
