#!/usr/bin/env bash
# documents_test.sh BIN DOCUMENT: runs, in order, every line of the document's `sh` code blocks, against a server with the
# sample in it. The expected exit code is 0, or N if the line ends with "# exit N".
set -euo pipefail
bin=$1
document=$(realpath "$2")
source_dir=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
cd "$work"
export XDG_DATA_HOME="$work/share"  # Of the user who runs this nothing is used or changed.
mkdir tools
ln -s "$source_dir/tools/sample" tools/sample
"$bin/twinledgerd" --data-dir data --listen 127.0.0.1:0 --health-listen 127.0.0.1:0 --metrics-listen 127.0.0.1:0 2> server.log &
server=$!
stop() {
  kill -TERM "$server" 2> /dev/null || true
  wait "$server" || true
  rm -rf "$work"
}
trap stop EXIT
twinledger() { "$bin/twinledger" "$@"; }
until [ -f data/endpoint.json ]; do
  kill -0 "$server" || { cat server.log; exit 1; }
  sleep 0.1
done
twinledger --as agency-approver import councils tools/sample/councils.csv
twinledger --as agency-approver import relationships tools/sample/relationships.csv
FOUNDING_HASH=$(cat data/keys/founding.sha256)
export FOUNDING_HASH

commands=0
failed=0
while IFS= read -r line; do
  expected=0
  [[ "$line" =~ \#\ exit\ ([0-9]+) ]] && expected=${BASH_REMATCH[1]}
  commands=$((commands + 1))
  result=0
  eval "$line" > out.txt 2> err.txt || result=$?
  [ "$result" -eq "$expected" ] && continue
  failed=$((failed + 1))
  echo "FAILED, exit $result instead of $expected: $line"
  tail -n 5 out.txt err.txt
done < <(awk '/^```/ { code = $0 == "```sh"; next } code' "$document")
echo "$commands commands of $(basename "$document"), $failed failed"
[ "$commands" -gt 0 ] && [ "$failed" -eq 0 ]
