#!/usr/bin/python3
"""check_histories.py RUN_JSON [--controls]: reads the topics of a fault run, recomputes chain and signatures, and
compares with every client's own record, and with what servers said once the faults were over. Shares no code with the
product. Prints its counts as JSON; exit 0: nothing lost, doubled, reordered, unsettled or never asked for, every void record
is explained, and what processes of risk followed from it is there, once.

With --controls it then forges its input in memory, in each way that it must notice, and fails unless it does.

RUN_JSON: {"brokers", "prefix", "founding_hash", "wall_ns": when the clients' clock showed 0, "histories": FOLDER, "late": [[stream, partition, offset], ...],
"told": [what agreement.py holds against the log, of servers that have the same projections, ...]}
"""

import argparse
import collections
import copy
import json
import pathlib
import sys

sys.dont_write_bytecode = True  # Beside the sources.

import agreement
import forgeries
import histories
import receipts
import topics
import verdict

STREAMS = ("audit", "engagement", "registry", "risk")
SAMPLE = 500  # Records.


def _some(told, kind):
    """The events of a client that has one of that kind, and its place among them."""
    for events in told.values():
        for place, event in enumerate(events):
            if event.kind == kind:
                return events, place
    raise LookupError(f"no client has {kind!r} in its history")


def _acknowledged_elsewhere(_, told, __):
    events, place = _some(told, "ok")
    stream, number, sequence = events[place].what.split("/")
    events[place].what = f"{stream}/{number}/{int(sequence) + 1}"


def _acknowledged_otherwise(_, told, __):
    events, place = _some(told, "ok")
    events[place].hash = events[place].hash[::-1]


def _acknowledged_as_refused(_, told, __):
    events, place = _some(told, "ok")
    events[place].kind = "refused"


def _ghost_of_a_failure(_, told, __):
    events, place = _some(told, "ok")
    events[place].kind = "fail"


def _ghost_of_nobody(_, told, __):
    events, place = _some(told, "ok")
    request = events[place].request
    events[:] = [event for event in events if event.request != request]


def _left_open(_, told, __):
    events, place = _some(told, "ok")
    events[place].kind = "unknown"
    request = events[place].request
    events[place + 1 :] = [event for event in events[place + 1 :] if event.request != request]


def _sent_in_another_order(_, told, __):
    # Of what the busiest client sent to one partition, the first is said to have been sent last.
    events = max(told.values(), key=len)
    places = [(event.what.rsplit("/", 1)[0], event.request) for event in events if event.kind == "ok"]
    first = next(request for partition, request in places if sum(other == partition for other, _ in places) > 1)
    moved = [event for event in events if event.request == first]
    for event in moved:
        event.at_ns += events[-1].at_ns
    events[:] = [event for event in events if event.request != first] + moved


def _lost_record(records, _, place):
    del records[place[0]][place[1]]


def _altered_record(records, _, place):
    record = bytearray(records[place[0]][place[1]])
    record[len(record) // 2] ^= 1
    records[place[0]][place[1]] = bytes(record)


def _strangers_record(records, _, place):
    records[place[0]].append(b"of nobody")


CONTROLS = [
    _acknowledged_elsewhere, _acknowledged_otherwise, _acknowledged_as_refused, _ghost_of_a_failure, _ghost_of_nobody,
    _left_open, _sent_in_another_order, _lost_record, _altered_record, _strangers_record,
]


def _sample(records, run, told):
    """The beginning of the registry's busiest partition, and what was told of its requests: every forgery is judged anew."""
    key = max((key for key in records if key[0] == "registry"), key=lambda key: len(records[key]))
    records = {key: records[key][:SAMPLE]}
    (partition,) = verdict.read_partitions(records, run["founding_hash"], [])
    requests = {commit.request_id for commit in partition.commits}
    told = {client: [event for event in events if event.request in requests] for client, events in told.items()}
    return partition, records, told


def run_controls(records, run, told, late):
    """How many forgeries were noticed; the others are named."""
    partition, records, told = _sample(records, run, told)
    faults, *_ = histories.judge(records, run["founding_hash"], told, late)
    if faults:
        raise RuntimeError(f"the sample is at fault before it is forged: {faults[0]}")
    # An accepted record behind the founding: whatever is done to a void one matters to nobody.
    voids = {void.offset for void in partition.voids}
    place = (partition.stream, partition.number), next(offset for offset in range(1, partition.next_offset) if offset not in voids)
    noticed = 0
    for control in CONTROLS:
        forged_records, forged = {key: list(its) for key, its in records.items()}, copy.deepcopy(told)
        control(forged_records, forged, place)
        faults, *_ = histories.judge(forged_records, run["founding_hash"], forged, late)
        noticed += bool(faults)
        if not faults:
            print(f"the checker is blind: it did not notice{control.__name__.replace('_', ' ')}", file=sys.stderr)
    return noticed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("run")
    parser.add_argument("--controls", action="store_true")
    arguments = parser.parse_args()
    run = json.loads(pathlib.Path(arguments.run).read_text(encoding="utf-8"))
    records = topics.read_topics(run["brokers"], run["prefix"], STREAMS)
    told = histories.read(run["histories"])
    late = {tuple(place) for place in run["late"]}
    faults, counts, partitions = histories.judge(records, run["founding_hash"], told, late)
    courses = histories.courses_of(told)
    histories.check_moments(histories.moments_of(partitions), courses, run["wall_ns"], faults)
    recorded = receipts.read(partitions)
    counts |= receipts.judge(recorded, faults)
    events = {receipt.event for receipt in recorded.all_receipts()}
    agreed = collections.Counter()
    for of_servers in run["told"]:
        agreed.update(agreement.judge(of_servers, partitions, events, faults))
    counts |= agreed
    for fault in faults:
        print(fault, file=sys.stderr)
    unnoticed = 0
    if arguments.controls and not faults:
        of_log = run_controls(records, run, told, late)
        of_services, all_of_services = forgeries.run(partitions, recorded, courses, run)
        counts["forgeries noticed"] = of_log + of_services
        unnoticed = len(CONTROLS) + all_of_services - counts["forgeries noticed"]
    print(json.dumps(counts))
    return 1 if faults or unnoticed else 0


if __name__ == "__main__":
    sys.exit(main())
