"""What the processes of risk have recorded of engagements, held against the engagements: each change is assessed, no
input twice, and each receipt follows the one before it. Written from proto/twinledger/*/events/v1, without the engine."""

import dataclasses
import itertools

import wire

ENGAGEMENT, RISK = "engagement", "risk"
PROCESS = "service/risk"  # The account of all of them.
DONE, REFUSED = 1, 3
BASELINE = 1
# Of EngagementEvent, and of RiskEvent.
SUBMITTED, AMENDED, RETRACTED, VERIFIED, RETURNED = range(10, 15)
ASSESSED, ALERTED = 10, 11


def _signed(number):
    """A sint32."""
    return (number >> 1) ^ -(number & 1)


@dataclasses.dataclass
class Receipt:
    event: str  # "risk/3/17.0"
    council: str
    relationship: str  # Empty: of the council itself.
    positions: dict  # (stream, partition) -> sequence.
    day: int
    rules: tuple  # Digest of the rule set, versions of engine and extraction.
    said: tuple  # What another receipt must say otherwise: facts, band, records, retractions that wait.
    band: int
    r: int
    previous: str
    alert: tuple | None = None  # (from band, to band, day, r)

    @property
    def subject(self):
        return self.council, self.relationship

    @property
    def name(self):
        return f"{self.event} of {self.council}/{self.relationship}"

    @property
    def input(self):
        return self.subject, self.day, self.rules, tuple(sorted(self.positions.items()))


def _text(message, number):
    return wire.one(message, number, b"").decode()


def _receipt(data, event):
    message = wire.fields(data)
    positions = {}
    for entry in message.get(3, []):
        position = wire.fields(entry)
        positions[_text(position, 1), wire.one(position, 2, 0)] = wire.one(position, 3, 0)
    rules = _text(message, 6), wire.one(message, 7, 0), wire.one(message, 25, 0)
    band = wire.one(message, 15, 0)
    return Receipt(
        event=event, council=_text(message, 1), relationship=_text(message, 2), positions=positions,
        day=_signed(wire.one(message, 4, 0)), rules=rules,
        said=(_text(message, 8), band, wire.one(message, 16, 0), wire.one(message, 27, 0), tuple(message.get(26, [])), rules),
        band=band, r=wire.one(message, 13, 0), previous=_text(message, 24))


def _alert(data):
    message = wire.fields(data)
    subject = _text(message, 1), _text(message, 2)
    return subject, tuple([wire.one(message, 4, 0), wire.one(message, 5, 0), _signed(wire.one(message, 6, 0)), wire.one(message, 7, 0)])


@dataclasses.dataclass
class Recorded:
    """What the log has of engagements and of risk."""

    receipts: dict = dataclasses.field(default_factory=dict)  # Subject -> [Receipt, ...], in order.
    recorders: dict = dataclasses.field(default_factory=dict)  # Position of a commit of risk -> account.
    stray: list = dataclasses.field(default_factory=list)  # Positions of alerts that stand beside no receipt.
    # Council -> (stream, partition), sequence of the last commit that changed what is scored of it, or which of its
    # retractions wait. Whoever records in a run gives every version a value that no other has.
    due: dict = dataclasses.field(default_factory=dict)
    commits: dict = dataclasses.field(default_factory=dict)  # (stream, partition, sequence) -> its council if it was done.
    refused: int = 0  # Of risk.
    voids: int = 0

    def all_receipts(self):
        return itertools.chain(*self.receipts.values())


def _read_risk(partition, commit, recorded):
    place = f"{partition.name}/{commit.sequence}"
    recorded.recorders[place] = commit.actor
    recorded.refused += commit.outcome == REFUSED
    receipt = None
    for index, data in enumerate(commit.events):
        event = wire.fields(data)
        if ASSESSED in event:
            receipt = _receipt(event[ASSESSED][-1], f"{place}.{index}")
            recorded.receipts.setdefault(receipt.subject, []).append(receipt)
        elif ALERTED in event:
            subject, alert = _alert(event[ALERTED][-1])
            if receipt is None or receipt.subject != subject:
                recorded.stray.append(place)
            else:
                receipt.alert = alert


def _read_engagement(partition, commit, pending, recorded):
    for data in commit.events:
        ((kind, (inner, *_)),) = wire.fields(data).items()
        message = wire.fields(inner)
        record = _text(message, 1), _text(message, 2)
        settled = kind in (VERIFIED, RETURNED) and record in pending
        if kind == RETRACTED:
            pending.add(record)
        elif settled:
            pending.remove(record)
        if settled or kind in (SUBMITTED, AMENDED, RETRACTED):
            recorded.due[record[0]] = (partition.stream, partition.number), commit.sequence


def read(partitions):
    recorded, pending = Recorded(), set()
    for partition in partitions:
        recorded.voids += len(partition.voids) if partition.stream == RISK else 0
        for commit in partition.commits:
            done = commit.outcome == DONE and not commit.control
            recorded.commits[partition.stream, partition.number, commit.sequence] = commit.key if done else None
            if commit.control:
                continue
            if partition.stream == RISK:
                _read_risk(partition, commit, recorded)
            elif partition.stream == ENGAGEMENT:
                _read_engagement(partition, commit, pending, recorded)
    return recorded


def _follows(before, receipt, faults):
    if receipt.previous != (before.event if before else ""):
        faults.append(f"{receipt.name}: made after {receipt.previous or 'nothing'}, and stands behind {before.event if before else 'nothing'}")
    if before is None:
        return
    if receipt.day < before.day:
        faults.append(f"{receipt.name}: of an older day than {before.event}")
    if any(receipt.positions.get(place, 0) < sequence for place, sequence in before.positions.items()):
        faults.append(f"{receipt.name}: of older positions than {before.event}")
    if receipt.said == before.said:
        faults.append(f"{receipt.name}: says what {before.event} says")


def _alerted(before, receipt, faults):
    band = before.band if before else BASELINE
    due = (band, receipt.band, receipt.day, receipt.r) if band != receipt.band else None
    if receipt.alert != due:
        faults.append(f"{receipt.name}: its alert is {receipt.alert}, and due is {due}")


def _rests_on(receipt, commits, faults):
    """What it says to have read of engagements is a commit of its council."""
    for place, sequence in receipt.positions.items():
        key = commits.get((*place, sequence))
        if key is None or place[0] == ENGAGEMENT and key != ("council", receipt.council):
            faults.append(f"{receipt.name}: rests on {place[0]}/{place[1]}/{sequence}, which is nothing of its council's")


def _missing(recorded, faults):
    for council, (place, sequence) in recorded.due.items():
        last = [receipts[-1] for subject, receipts in recorded.receipts.items() if subject[0] == council]
        if len(last) < 2:
            faults.append(f"{council}: {len(last)} subjects have a receipt, and it engages with a partner")
        for receipt in last:
            if receipt.positions.get(place, 0) < sequence:
                faults.append(f"{receipt.name}: the last one, and what was recorded at {place[0]}/{place[1]}/{sequence} has none")


def judge(recorded, faults):
    """Counts of what was judged."""
    for place, account in recorded.recorders.items():
        if account != PROCESS:
            faults.append(f"{place}: recorded by {account!r}, and not by a process of risk")
    for place in recorded.stray:
        faults.append(f"{place}: an alert without its receipt")
    for receipts in recorded.receipts.values():
        inputs = {}
        for before, receipt in zip([None, *receipts], receipts):
            first = inputs.setdefault(receipt.input, receipt)
            if first is not receipt:
                faults.append(f"{receipt.name}: a second receipt of the input of {first.event}")
            _follows(before, receipt, faults)
            _alerted(before, receipt, faults)
            _rests_on(receipt, recorded.commits, faults)
    _missing(recorded, faults)
    return {
        "engaging councils": len(recorded.due),
        "receipts": sum(1 for _ in recorded.all_receipts()),
        "alerts": sum(receipt.alert is not None for receipt in recorded.all_receipts()),
        "receipts raced for": recorded.refused + recorded.voids,
    }
