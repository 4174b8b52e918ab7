#!/usr/bin/env bash
# tests/kafka/with_broker.sh [--brokers 3] COMMAND...: runs a command beside a Kafka of its own, of one broker or three,
# that is gone afterwards whatever becomes of the command or of this script. It finds:
#   TWINLEDGER_KAFKA         HOST:PORT of each broker
#   TWINLEDGER_KAFKA_BROKERS how many there are
#   TWINLEDGER_KAFKA_TLS     the same where client certificates are demanded
#   TWINLEDGER_KAFKA_SASL    the same where a password is demanded
#   TWINLEDGER_KAFKA_DIR     the cluster's folder, as tools/kafka/kafka wants it to kill and pause brokers; certificates
#                            are in tls/
#   TWINLEDGER_KAFKA_TOOL    tools/kafka/kafka
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
export TWINLEDGER_KAFKA_BROKERS=1
if [ "${1-}" = --brokers ]; then
  TWINLEDGER_KAFKA_BROKERS=$2
  shift 2
fi
export TWINLEDGER_KAFKA_TOOL=$root/tools/kafka/kafka
TWINLEDGER_KAFKA_DIR=$(mktemp -d "${TMPDIR:-/tmp}/twinledger-kafka-XXXXXX")
export TWINLEDGER_KAFKA_DIR
down() { "$TWINLEDGER_KAFKA_TOOL" down --purge; rm -rf "$TWINLEDGER_KAFKA_DIR"; }
trap down EXIT
trap 'exit 130' INT TERM
# If this script is killed, its end of the pipe is closed all the same.
exec 3> >(setsid -f bash -c 'cat; "$TWINLEDGER_KAFKA_TOOL" down --purge; rm -rf "$TWINLEDGER_KAFKA_DIR"' > /dev/null 2>&1)
"$TWINLEDGER_KAFKA_TOOL" up --port 0 --tls --brokers "$TWINLEDGER_KAFKA_BROKERS" > /dev/null 3>&-
eval "$("$TWINLEDGER_KAFKA_TOOL" env)"
export TWINLEDGER_KAFKA=$KAFKA_BOOTSTRAP TWINLEDGER_KAFKA_TLS=$KAFKA_BOOTSTRAP_TLS TWINLEDGER_KAFKA_SASL=$KAFKA_BOOTSTRAP_SASL
# In the background, so that a signal ends this script at once.
"$@" 3>&- &
wait $!
