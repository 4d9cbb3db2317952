#!/bin/bash
# scripts/postgres.sh COMMAND...: runs a command with a database server of its own, which is gone
# afterwards. The command finds its URL in ASSENT_TEST_POSTGRES. The server listens on a socket in a
# new folder only, and does not wait for the disk, which a test has no need of.
set -euo pipefail
cd "$(dirname "$0")/.."
scripts/need.sh postgres

# The newest that is a server: the folder of a version may hold the programs of its clients alone.
initdb=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
programs=$(dirname "${initdb:-$(command -v initdb)}")
place=$(mktemp -d)
# The server refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
	chown postgres "$place"
	as=(setpriv --reuid postgres --regid postgres --init-groups)
fi
cleanup() {
	(cd / && "${as[@]}" "$programs/pg_ctl" stop -D "$place/data" -m immediate >/dev/null 2>&1) || true
	rm -rf "$place"
}
trap cleanup EXIT
(
	cd /
	"${as[@]}" "$programs/initdb" -D "$place/data" -U assent --auth trust --encoding UTF8 --locale C.UTF-8 --no-sync >/dev/null
	cat >>"$place/data/postgresql.conf" <<-CONF
		listen_addresses = ''
		unix_socket_directories = '$place'
		unix_socket_permissions = 0777
		fsync = off
		synchronous_commit = off
		full_page_writes = off
		max_connections = 300
		shared_buffers = 256MB
		autovacuum_naptime = 10s
	CONF
	chmod 755 "$place"
	"${as[@]}" "$programs/pg_ctl" start -D "$place/data" -l "$place/log" -w >/dev/null
	"$programs/psql" -q -h "$place" -U assent -d postgres -c 'CREATE DATABASE test' -c '\c test' -c 'CREATE EXTENSION citext'
) || { echo "the database server did not start:"; cat "$place/log" 2>/dev/null; exit 1; }
ASSENT_TEST_POSTGRES="postgres://assent@$(sed 's|/|%2F|g' <<<"$place")/test" "$@"
