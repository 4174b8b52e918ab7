"""Damage that the checker must notice. A checker that finds nothing proves nothing until it was seen to find these."""

import copy
import dataclasses
import sys

import verdict

# The second record of the busiest partition: behind the founding, in front of others.
PLACE = 1


def _flip(record, at):
    return record[:at] + bytes([record[at] ^ 1]) + record[at + 1 :]


def _busiest(records):
    return max(records.values(), key=len)


def _altered_byte(records, _):
    of_partition = _busiest(records)
    of_partition[PLACE] = _flip(of_partition[PLACE], len(of_partition[PLACE]) // 2)


def _altered_signature(records, _):
    of_partition = _busiest(records)
    of_partition[PLACE] = _flip(of_partition[PLACE], len(of_partition[PLACE]) - 1)


def _dropped_record(records, _):
    del _busiest(records)[PLACE]


def _swapped_records(records, _):
    of_partition = _busiest(records)
    of_partition[PLACE], of_partition[PLACE + 1] = of_partition[PLACE + 1], of_partition[PLACE]


def _altered_founding(records, _):
    of_partition = _busiest(records)
    of_partition[0] = _flip(of_partition[0], len(of_partition[0]) // 2)


def _cut_off_end(records, _):
    del _busiest(records)[PLACE:]


def _missing_acknowledgement(_, acknowledgements):
    acknowledgements.ok.pop()


def _forged_acknowledgement(_, acknowledgements):
    request, *place = acknowledgements.ok[0]
    acknowledgements.ok.append((request.rsplit("-", 1)[0] + "-1000000", *place))


def _acknowledged_elsewhere(_, acknowledgements):
    request, stream, number, sequence, digest = acknowledgements.ok[0]
    acknowledgements.ok[0] = (request, stream, number, sequence + 1, digest)


def _acknowledged_otherwise(_, acknowledgements):
    request, stream, number, sequence, digest = acknowledgements.ok[0]
    acknowledgements.ok[0] = (request, stream, number, sequence, digest[::-1])


def _other_founding(_, acknowledgements):
    acknowledgements.founding_hash = "00" * 32


CONTROLS = [
    _altered_byte, _altered_signature, _dropped_record, _swapped_records, _altered_founding, _cut_off_end,
    _missing_acknowledgement, _forged_acknowledgement, _acknowledged_elsewhere, _acknowledged_otherwise, _other_founding,
]


def run(records, acknowledgements):
    """0 if each is noticed, and what stands twice is void and harmless."""
    unnoticed = 0
    for control in CONTROLS:
        damaged = copy.deepcopy(records)
        claimed = dataclasses.replace(acknowledgements, ok=list(acknowledgements.ok))
        control(damaged, claimed)
        faults, _ = verdict.judge(damaged, claimed)
        name = control.__name__.strip("_").replace("_", " ")
        print(f"control: {name}: {faults[0] if faults else 'NOT NOTICED'}")
        unnoticed += not faults
    repeated = copy.deepcopy(records)
    _busiest(repeated).append(_busiest(repeated)[PLACE])
    faults, counts = verdict.judge(repeated, acknowledgements)
    print(f"control: a record that lands again is void: {counts['void']} void")
    if faults:
        print(f"a late copy was taken for a fault: {faults[0]}", file=sys.stderr)
        return 1
    return 1 if unnoticed else 0
