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

for folder in "${folders[@]}"; do
	echo "== $folder"
	(
		cd "$folder"
		npm ci --no-audit --no-fund
		npm test
		if [ -f requirements.txt ]; then
			"$OLDPWD/scripts/need.sh" python
			venv=$OLDPWD/target/clients-python
			[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
			"$venv/bin/pip" install -q -r requirements.txt
			"$venv/bin/python" -m unittest discover -p '*_test.py'
		fi
	)
done
