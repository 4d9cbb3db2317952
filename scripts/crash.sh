#!/bin/bash
# Kills a server with SIGKILL while commands write through it, and looks what is left: everything
# that was acknowledged, nothing twice, a whole audit trail. ROUNDS=n for more than the usual 5.
set -euo pipefail
cd "$(dirname "$0")/.."

ASSENT=${ASSENT:-$PWD/target/debug/assent}
ROUNDS=${ROUNDS:-5}
work=$(mktemp -d)
server=
cleanup() {
	[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
	rm -rf "$work"
}
trap cleanup EXIT

"$ASSENT" init --data "$work/data" >/dev/null
for round in $(seq "$ROUNDS"); do
	"$ASSENT" serve --data "$work/data" --listen 127.0.0.1:0 2>"$work/log" &
	server=$!
	for _ in $(seq 200); do
		grep -q '^listening on' "$work/log" && break
		sleep 0.05
	done
	grep -q '^listening on' "$work/log" || { cat "$work/log"; echo "round $round: the server did not start"; exit 1; }
	# Four writers; each notes what was acknowledged, and ends with the server.
	writers=()
	for writer in 1 2 3 4; do
		(
			for n in $(seq 1000); do
				name="r$round-w$writer-n$n"
				kill -0 "$server" 2>/dev/null || exit 0
				"$ASSENT" user create "$name@example.com" --role auditor --data "$work/data" >/dev/null 2>&1 || exit 0
				echo "$name@example.com" >>"$work/acknowledged.$writer"
			done
		) &
		writers+=($!)
	done
	sleep "0.$((RANDOM % 7 + 3))"
	kill -9 "$server"
	wait "$server" 2>/dev/null || true
	server=
	for it in "${writers[@]}"; do wait "$it" || true; done
	"$ASSENT" audit verify --data "$work/data" >/dev/null || { echo "round $round: the audit trail is broken"; exit 1; }
	"$ASSENT" export --entity systemuser --select internalemailaddress --data "$work/data" | sort >"$work/present"
	cat "$work"/acknowledged.* 2>/dev/null | sort >"$work/expected" || true
	lost=$(comm -23 "$work/expected" "$work/present" | wc -l)
	double=$({ grep @ "$work/present" || true; } | uniq -d | wc -l)
	if [ "$lost" != 0 ] || [ "$double" != 0 ]; then
		echo "round $round: $lost acknowledged rows are lost, $double are double"
		exit 1
	fi
	echo "round $round: $(wc -l <"$work/expected") acknowledged, all there, trail whole"
done
[ -s "$work/expected" ] || { echo "nothing was ever acknowledged, so nothing was tested; try ROUNDS=20"; exit 1; }
