#!/usr/bin/env python3
"""check.py ACKNOWLEDGEMENTS [--controls]: reads a log's topics, recomputes chain and signatures, and compares with what
was acknowledged. Shares no code with the product; only the Kafka client beneath, librdkafka, is the same, and what it
delivers is held against the chain. Exit 0: nothing lost, doubled, reordered or never asked for.

With --controls it then damages its input in memory, in each way that it must notice, and fails unless it does.

A file of acknowledgements:
  log BROKERS PREFIX FOUNDING_HASH
  ok REQUEST_ID STREAM PARTITION SEQUENCE COMMIT_HASH    (REQUEST_ID is CLIENT-NUMBER)
"""

import argparse
import sys

import controls
import topics
import verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("acknowledgements")
    parser.add_argument("--controls", action="store_true")
    arguments = parser.parse_args()
    acknowledgements = topics.read_acknowledgements(arguments.acknowledgements)
    streams = sorted({stream for _, stream, *_ in acknowledgements.ok})
    records = topics.read_topics(acknowledgements.brokers, acknowledgements.prefix, streams)
    faults, counts = verdict.judge(records, acknowledgements)
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 1
    return controls.run(records, acknowledgements) if arguments.controls else 0


if __name__ == "__main__":
    sys.exit(main())
