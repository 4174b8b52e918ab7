#!/usr/bin/env bash
# founding_test.sh BUILD, beside a broker (tests/kafka/with_broker.sh): what a container's jobs make, on a real Kafka. A log
# is founded, once, whatever is repeated; two servers join it, take a sample and read it to each other, what is sealed
# included; a revocation reaches them when they join again, also while they run.
set -euo pipefail
build=$(realpath "$1")
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
image=$source_dir/deploy/container
work=$(mktemp -d)
servers=()
stop() {
  for server in "${servers[@]}"; do kill -TERM "$server" 2> /dev/null || true; done
  for server in "${servers[@]}"; do wait "$server" || true; done
  rm -rf "$work"
}
trap stop EXIT
trap 'exit 130' INT TERM
fail() { echo "FAILED: $*" >&2; exit 1; }
step() { echo "-- $*"; }
export PATH=$build/bin:$PATH TWINLEDGER_LOG="kafka://$TWINLEDGER_KAFKA/founding-test?replication=1"
home=$work/founding/home
mkdir "$work/founding" "$work/keyring" "$work"/ledger-{1,2}
join() { TWINLEDGER_DATA_DIR=$work/ledger-$1/data "$image/twinledger-join" "$home" "ledger-$1" > "$work/out" 2>&1; }

step "nobody joins what is not founded"
! join 1 || fail "joined nothing"
grep -q 'run twinledger-found, once' "$work/out" || fail "no remedy: $(cat "$work/out")"
[ ! -e "$work/ledger-1/data" ] || fail "a data directory was made of nothing"

step "founded once"
"$image/twinledger-found" "$home" "$work/keyring" > "$work/out" 2>&1 || fail "$(cat "$work/out")"
pin=$(cat "$home/keys/founding.sha256")
grep -q "$pin" "$work/out" || fail "the founding hash is not told"
[ "$(readlink "$home/keyring")" = "$work/keyring/shared" ] || fail "the keyring is not shared"
find "$home" > "$work/before"
"$image/twinledger-found" "$home" "$work/keyring" > "$work/out" 2>&1 || fail "a repeat: $(cat "$work/out")"
find "$home" > "$work/after"
cmp "$work/before" "$work/after" && [ "$(cat "$home/keys/founding.sha256")" = "$pin" ] || fail "a repeat changed something"
! "$image/twinledger-found" "$work/founding/other" "$work/keyring" > "$work/out" 2>&1 || fail "founded over a log that is there"
# Cut short before the keyring was linked, and before the authority was made: gone on with. The server that was to make it
# left its file of addresses.
rm -r "$home/keyring" "$home/founded" "$home"/identity/*
echo '{}' > "$home/endpoint.json"
! join 1 || fail "joined half a founding"
"$image/twinledger-found" "$home" "$work/keyring" > "$work/out" 2>&1 || fail "going on: $(cat "$work/out")"
[ "$(cat "$home/keys/founding.sha256")" = "$pin" ] && [ -f "$home/identity/ca.pem" ] && [ -f "$home/keyring/epoch-1.keys" ] || fail "not gone on with"

step "two servers"
serve() {
  local folder=$work/ledger-$1/data
  rm -f "$folder/endpoint.json"
  TWINLEDGER_DATA_DIR=$folder TWINLEDGER_LISTEN=127.0.0.1:0 TWINLEDGER_HEALTH_LISTEN=127.0.0.1:0 \
    TWINLEDGER_METRICS_LISTEN=127.0.0.1:0 twinledgerd 2> "$work/ledger-$1/log" &
  servers[$1]=$!
  until [ -f "$folder/endpoint.json" ]; do
    kill -0 "${servers[$1]}" 2> /dev/null || { cat "$work/ledger-$1/log"; fail "server $1 ended"; }
    sleep 0.2
  done
  until twinledger health --probe "$(address "$1" health_listen)" > /dev/null 2>&1; do
    kill -0 "${servers[$1]}" 2> /dev/null || { cat "$work/ledger-$1/log"; fail "server $1 ended"; }
    sleep 0.2
  done
}
address() { sed -nE "s/.*\"$2\": *\"([^\"]+)\".*/\1/p" "$work/ledger-$1/data/endpoint.json"; }
client() {
  local account=$1 server=$2
  shift 2
  twinledger --credentials "$home/identity/clients/$account" --server "$server" "$@"
}
for number in 1 2; do
  join "$number" || fail "join $number: $(cat "$work/out")"
  [ ! -e "$work/ledger-$number/data/identity/ca.key" ] && [ ! -e "$work/ledger-$number/data/keys/recovery.pem" ] || fail "server $number has what only the founding may have"
  serve "$number"
done
client agency-approver "$(address 1 listen),$(address 2 listen)" import councils "$source_dir/tools/sample/councils.csv" > /dev/null
until [ "$(client agency-analyst "$(address 2 listen)" council list -o jsonl | grep -c '"display_name"')" = 78 ]; do
  kill -0 "${servers[2]}" || fail "server 2 ended"
  sleep 0.5
done
# The name is sealed by a key that the first has made, and opened by the second.
client agency-approver "$(address 1 listen)" official create --council wellington-city --office Mayor --display-name "Jo Sealed" > /dev/null
until client agency-approver "$(address 2 listen)" official list --council wellington-city -o jsonl > "$work/officials" && grep -q Mayor "$work/officials"; do
  kill -0 "${servers[2]}" || fail "server 2 ended"
  sleep 0.5
done
grep -q 'Jo Sealed' "$work/officials" || fail "the second server does not read what the first sealed: $(cat "$work/officials")"

step "a revocation, by joining again"
twinledger identity issue --role auditor --data-dir "$home" auditor-9 > /dev/null 2>&1
kill -TERM "${servers[2]}"
wait "${servers[2]}" || fail "server 2 ended with $?"
join 2 || fail "joining again: $(cat "$work/out")"
serve 2
client auditor-9 "$(address 2 listen)" log digest > /dev/null 2>&1 || fail "a new account is not known after joining again"
serial=$(twinledger identity list --data-dir "$home" -o jsonl | jq -r 'select(tostring | contains("auditor-9")) | .serial')
twinledger identity revoke --data-dir "$home" "$serial" > "$work/out" 2>&1 || fail "$(cat "$work/out")"
kill -TERM "${servers[2]}"
wait "${servers[2]}" || fail "server 2 ended with $?"
join 2 || fail "joining again: $(cat "$work/out")"
serve 2
result=0
client auditor-9 "$(address 2 listen)" log digest > "$work/out" 2>&1 || result=$?
[ "$result" = 9 ] || fail "a revoked account: exit $result: $(cat "$work/out")"

step "accounts of servers that run, by joining beside them"
join 1 || fail "joining beside a server: $(cat "$work/out")"
result=0
client auditor-9 "$(address 1 listen)" log digest > "$work/out" 2>&1 || result=$?
[ "$result" = 9 ] || fail "a revoked account: exit $result: $(cat "$work/out")"
twinledger identity issue --role auditor --data-dir "$home" auditor-10 > /dev/null 2>&1
join 1 || fail "joining beside a server: $(cat "$work/out")"
client auditor-10 "$(address 1 listen)" log digest > "$work/out" 2>&1 || fail "a new account is not known after joining: $(cat "$work/out")"
twinledger identity revoke --data-dir "$home" auditor/auditor-10 > "$work/out" 2>&1 || fail "$(cat "$work/out")"
join 1 || fail "joining beside a server: $(cat "$work/out")"
while client auditor-10 "$(address 1 listen)" log digest > "$work/out" 2>&1; do
  kill -0 "${servers[1]}" || fail "server 1 ended"
  sleep 0.5
done
grep -q revoked "$work/out" || fail "a revoked account: $(cat "$work/out")"
echo "founding: two servers on what the jobs made"
