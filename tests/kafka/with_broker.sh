#!/usr/bin/env bash
# tests/kafka/with_broker.sh [--brokers N] COMMAND...: runs a command beside a Kafka of its own, that is gone afterwards
# whatever becomes of the command. It finds:
#   TWINLEDGER_KAFKA         HOST:PORT of the brokers
#   TWINLEDGER_KAFKA_DIR     the cluster's folder, as tools/kafka/kafka wants it, to kill and pause its brokers
#   TWINLEDGER_KAFKA_TOOL    tools/kafka/kafka
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
brokers=1
if [ "${1-}" = --brokers ]; then
  brokers=$2
  shift 2
fi
export TWINLEDGER_KAFKA_TOOL=$root/tools/kafka/kafka
TWINLEDGER_KAFKA_DIR=$(mktemp -d "${TMPDIR:-/tmp}/twinledger-kafka-XXXXXX")
export TWINLEDGER_KAFKA_DIR
down() { "$TWINLEDGER_KAFKA_TOOL" down --purge || true; rm -rf "$TWINLEDGER_KAFKA_DIR"; }
trap down EXIT
trap 'exit 130' INT TERM
"$TWINLEDGER_KAFKA_TOOL" fetch
TWINLEDGER_KAFKA=$("$TWINLEDGER_KAFKA_TOOL" up --brokers "$brokers" --port 0)
export TWINLEDGER_KAFKA
# In the background, so that the end of this script is not held up by the command.
"$@" &
wait $!
