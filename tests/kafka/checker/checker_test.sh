#!/usr/bin/env bash
# tests/kafka/checker/checker_test.sh WRITERS_TEST: two replicas write to one log, and a checker that shares no code with
# them finds all that they acknowledged, once and in order. Run by with_broker.sh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
acknowledgements=$(mktemp)
trap 'rm -f "$acknowledgements"' EXIT
TWINLEDGER_ACKNOWLEDGEMENTS=$acknowledgements "$1" --gtest_brief=1 \
  --gtest_filter=WritersOnKafkaTest.TwoReplicasOnTheSamePartitionsAnswerEachRequestOnceAndInOrder
# It leaves no bytecode beside the sources.
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 "$here/check.py" "$acknowledgements" --controls
