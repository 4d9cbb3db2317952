#!/bin/bash
# scripts/npm.sh FOLDER: installs what the folder's lock file names, where that has not been done since it changed.
set -euo pipefail
cd "$1"
[ -f node_modules/.package-lock.json ] && [ ! package-lock.json -nt node_modules/.package-lock.json ] && exit 0
# Older ones leave out the native parts of the bundler, which are optional packages by name only.
if [ "$(npm --version | cut -d. -f1)" -ge 11 ]; then npm=(npm); else npm=(npx --yes npm@11); fi
"${npm[@]}" ci --no-audit --no-fund
# Its time says when; npm leaves it as it is where nothing was missing.
touch node_modules/.package-lock.json
