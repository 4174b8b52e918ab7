"""What servers said once the faults were over, held against each other and against the log: rows of every projection, and
receipts that were computed again.

  rows        {server: [[projection, stream, partition, sequence, digest], ...]}
  rebuilt     {server: the same, of a rebuild from the log}
  recomputed  {server: [[receipt, verdict], ...]}
"""

MATCH = "MATCH"


def _rows(listed):
    return {tuple(row[:3]): tuple(row[3:]) for row in listed}


def _compared(told, tips, faults):
    (first, one), *others = told["rows"].items()
    one = _rows(one)
    for server, listed in others:
        rows = _rows(listed)
        for key in sorted(one.keys() | rows.keys()):
            if rows.get(key) != one.get(key):
                faults.append(f"{'/'.join(map(str, key))}: {first} has {one.get(key)}, and {server} {rows.get(key)}")
    for (projection, stream, number), (sequence, _) in one.items():
        if (stream, number) in tips and sequence != tips[stream, number]:
            faults.append(f"{projection} has read {stream}/{number} to {sequence}, which ends at {tips[stream, number]}")
    for server, listed in told["rebuilt"].items():
        for key, row in _rows(listed).items():
            if row != one.get(key):
                faults.append(f"{'/'.join(map(str, key))}: {first} has {one.get(key)}, and a rebuild at {server} {row}")
        if _rows(listed).keys() != one.keys():
            faults.append(f"{server} has not rebuilt all that {first} has")


def judge(told, partitions, receipts, faults):
    """`receipts`: the events of all that stand in the log. Counts."""
    _compared(told, {(partition.stream, partition.number): partition.sequence for partition in partitions}, faults)
    for server, listed in told["recomputed"].items():
        verdicts = dict(listed)
        for event in sorted(receipts - verdicts.keys()):
            faults.append(f"{event}: stands in the log, and {server} has not computed it again")
        for event, verdict in verdicts.items():
            if event not in receipts:
                faults.append(f"{event}: {server} computed it again, and it stands nowhere")
            elif verdict != MATCH:
                faults.append(f"{event}: computed again by {server} it is another: {verdict}")
    return {
        "digests compared": sum(map(len, [*told["rows"].values(), *told["rebuilt"].values()])),
        "receipts computed again": sum(map(len, told["recomputed"].values())),
    }
