#!/bin/bash
# Tests with a package-lock.json of their own: clients of other makers, and the application in the
# browser. Each folder is installed from its lock file and tested with `npm test`.
set -euo pipefail
cd "$(dirname "$0")/.."

mapfile -t folders < <(git ls-files -co --exclude-standard '*package-lock.json' | grep -v node_modules | xargs -r -n1 dirname)
if [ ${#folders[@]} = 0 ]; then
	echo "no client tests in this tree"
	exit 0
fi
scripts/need.sh node
if ! command -v curl >/dev/null 2>&1; then scripts/need.sh curl; fi
ASSENT=${ASSENT:-$PWD/target/debug/assent}
[ -x "$ASSENT" ] || make --no-print-directory debug
export ASSENT

for folder in "${folders[@]}"; do
	echo "== $folder"
	(
		cd "$folder"
		npm ci --no-audit --no-fund
		npm test
	)
done
