#!/bin/bash
# The README's story from the first import to the restored backup, with the seconds of each step. On real
# input where ../shared/data is there, else (and it says so) on the examples. ASSENT names the binary.
set -euo pipefail
cd "$(dirname "$0")/.."

ASSENT=${ASSENT:-$PWD/target/debug/assent}
[ -x "$ASSENT" ] || make --no-print-directory debug
command -v curl >/dev/null 2>&1 || scripts/need.sh curl
file=../shared/data/adventureworks/ProspectiveBuyer.csv
if [ ! -f "$file" ]; then
	echo "SKIPPED: $file is not there; the story runs on examples/prospects.csv"
	file=examples/prospects.csv
fi
work=$(mktemp -d)
export ASSENT__DATA="$work/data"
server=
cleanup() {
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$work"
}
trap cleanup EXIT

step() { # step NAME COMMAND...: runs it, shows its last line and how long it took
	local name=$1 begin end
	shift
	begin=$(date +%s%N)
	"$@" >"$work/out" 2>&1 || { cat "$work/out"; echo "FAILED: $name"; exit 1; }
	end=$(date +%s%N)
	printf '%7.3f s  %-28s %s\n' "$(((end - begin) / 1000000))e-3" "$name" "$(tail -n 1 "$work/out")"
}
same() { [ "$2" = "$3" ] || { echo "FAILED: $1: wanted $3, got $2"; exit 1; }; }
import() { "$ASSENT" import "$file" --entity contact --mapping examples/prospects.toml "$@"; }
number() { import --json | sed -n "s/^ *\"$1\": \([0-9]*\).*/\1/p"; }

"$ASSENT" demo --data "$ASSENT__DATA" --prepare-only --contacts 50 >/dev/null 2>&1
"$ASSENT" demo --data "$ASSENT__DATA" --listen 127.0.0.1:0 2>"$work/log" &
server=$!
for _ in $(seq 600); do
	if grep -q '^listening on' "$work/log" || ! kill -0 "$server" 2>/dev/null; then break; fi
	sleep 0.05
done
grep -q '^listening on' "$work/log" || { cat "$work/log"; echo "FAILED: the server did not start"; exit 1; }
base=$(sed -n 's/^listening on //p' "$work/log")

step "dry run" import --dry-run --json
step "import" import --json
person=$("$ASSENT" export --entity contact --select emailaddress1 --order "lastname asc" \
	--filter "emailaddress1 ne null and not startswith(assent_externalid,'demo')" | sed -n 2p | tr -d '\r')
form=$(curl -s "$base/p/garden-letter" | grep -o '/f/[0-9a-f-]*' | head -n 1)
step "a visitor says yes" curl -sf -o /dev/null --data-urlencode "emailaddress1=$person" -d msgdpr_gdprconsent=587030004 "$base$form"
same "consent before the button" "$("$ASSENT" consent show "$person" | head -n 1)" none
link=$("$ASSENT" export --entity assent_outgoingmail --select assent_text --filter "assent_to eq '$person'" --json | grep -o "$base/confirm/[A-Za-z0-9_-]*" | head -n 1)
step "and presses the button" curl -sf -o /dev/null -X POST "$link"
same "consent after it" "$("$ASSENT" consent show "$person" | head -n 1)" marketing
step "count a segment" "$ASSENT" segment count "emailaddress1 ne null and msgdpr_gdprconsent ge 587030004"
step "make it live" "$ASSENT" segment create "Prospects who allow marketing" --filter "emailaddress1 eq '$person' and msgdpr_gdprconsent ge 587030004" --live
step "start a journey" "$ASSENT" journey create Greeting --tiles examples/journey.json --minimum-consent marketing --live
step "ask why" "$ASSENT" consent why "$person" Greeting
step "backup while running" "$ASSENT" backup "$work/before.db"
for kind in access erasure; do
	request=$("$ASSENT" request open --email "$person" --type $kind 2>/dev/null)
	step "$kind: plan" "$ASSENT" request plan "$request"
	step "$kind: approve" "$ASSENT" request approve "$request"
	step "$kind: run" "$ASSENT" request run "$request" --out "$work/answers"
done
same "suppressed by the next import" "$(number suppressed)" 1
step "verify the audit trail" "$ASSENT" audit verify
kill "$server"
wait "$server" || { cat "$work/log"; echo "FAILED: the server did not end well"; exit 1; }
server=
step "restore the old backup" "$ASSENT" restore "$work/before.db" --replace
if "$ASSENT" consent show "$person" >/dev/null 2>&1; then
	echo "FAILED: the restored store knows the person"
	exit 1
fi
echo "the story held, on $file"
