"""Ways to spoil what services recorded and said, each of which the rule that is for it must notice. What was read of the log
is spoilt, and not its bytes: those are signed, and another rule would notice."""

import copy
import dataclasses
import sys

import agreement
import histories
import receipts
import verdict


def _longest(recorded):
    return max(recorded.receipts.values(), key=len)


def _in_the_middle(recorded):
    of_subject = _longest(recorded)
    return of_subject[len(of_subject) // 2]


def _append(recorded, **changes):
    of_subject = _longest(recorded)
    last = of_subject[-1]
    of_subject.append(dataclasses.replace(last, event="risk/0/0.0", previous=last.event, alert=None, **changes))


def _one_input_twice(recorded):
    _append(recorded, said=("other facts",))


def _nothing_changed(recorded):
    _append(recorded, day=_longest(recorded)[-1].day + 1)


def _after_another(recorded):
    _in_the_middle(recorded).previous = "risk/0/0.0"


def _older_day(recorded):
    _in_the_middle(recorded).day -= 1


def _older_positions(recorded):
    receipt = _in_the_middle(recorded)
    receipt.positions = {place: 1 for place in receipt.positions}


def _made_up_position(recorded):
    receipt = _in_the_middle(recorded)
    receipt.positions = {place: 10**9 for place in receipt.positions}


def _alert_lost(recorded):
    next(receipt for receipt in recorded.all_receipts() if receipt.alert).alert = None


def _alert_made_up(recorded):
    receipt = next(receipt for receipt in recorded.all_receipts() if not receipt.alert)
    receipt.alert = (receipt.band, receipt.band + 1, receipt.day, receipt.r)


def _alert_alone(recorded):
    recorded.stray.append("risk/0/1")


def _receipt_lost(recorded):
    # Of the last ones, those of what was recorded last.
    council, (place, sequence) = next(iter(recorded.due.items()))
    for subject in [subject for subject in recorded.receipts if subject[0] == council]:
        kept = [receipt for receipt in recorded.receipts[subject] if receipt.positions[place] < sequence]
        recorded.receipts[subject] = kept


def _never_assessed(recorded):
    council = next(iter(recorded.due))
    recorded.receipts = {subject: its for subject, its in recorded.receipts.items() if subject[0] != council}


def _by_a_stranger(recorded):
    recorded.recorders[next(iter(recorded.recorders))] = "agency-approver"


OF_RECEIPTS = {
    _one_input_twice: "a second receipt of the input",
    _nothing_changed: "says what",
    _after_another: "made after",
    _older_day: "of an older day",
    _older_positions: "of older positions",
    _made_up_position: "rests on",
    _alert_lost: "its alert is",
    _alert_made_up: "its alert is",
    _alert_alone: "an alert without",
    _receipt_lost: "has none",
    _never_assessed: "subjects have a receipt",
    _by_a_stranger: "not by a process",
}


def _last(told, part):
    return list(told[part].values())[-1]


def _another_digest(told):
    _last(told, "rows")[0][4] = "00"


def _a_row_less(told):
    _last(told, "rows").pop()


def _read_too_little(told):
    for listed in told["rows"].values():
        listed[0][3] -= 1


def _rebuilt_otherwise(told):
    _last(told, "rebuilt")[0][4] = "00"


def _not_rebuilt(told):
    _last(told, "rebuilt").pop()


def _computed_otherwise(told):
    _last(told, "recomputed")[0][1] = "MISMATCH"


def _not_computed(told):
    _last(told, "recomputed").pop()


def _computed_from_nothing(told):
    _last(told, "recomputed").append(["risk/0/0.0", agreement.MATCH])


OF_AGREEMENT = {
    _another_digest: "has",
    _a_row_less: "None",
    _read_too_little: "which ends at",
    _rebuilt_otherwise: "a rebuild at",
    _not_rebuilt: "has not rebuilt",
    _computed_otherwise: "it is another",
    _not_computed: "has not computed it again",
    _computed_from_nothing: "stands nowhere",
}


def _recorded_before_the_one_in_front(commits):
    commits[-1] = dataclasses.replace(commits[-1], record_time=commits[-2].record_time - 1)


def _recorded_twice(commits):
    commits.append(dataclasses.replace(commits[-1], sequence=commits[-1].sequence + 1))


OF_COMMITS = {
    _recorded_before_the_one_in_front: "was recorded before",
    _recorded_twice: "doubled",
}


def _recorded_too_early(moments, request):
    moments[request] -= 3_600_000_000


def _recorded_too_late(moments, request):
    moments[request] += 3_600_000_000


OF_MOMENTS = {
    _recorded_too_early: "by what the log says",
    _recorded_too_late: "by what the log says",
}


def _judge_moments(partitions, courses, wall_ns, control):
    faults, moments = [], histories.moments_of(partitions)
    control(moments, next(request for request, course in courses.items() if request in moments and course.outcome))
    histories.check_moments(moments, courses, wall_ns, faults)
    return faults


def _judge_commits(partition, control):
    faults = []
    spoilt = dataclasses.replace(partition, commits=list(partition.commits))
    control(spoilt.commits)
    verdict.check_times(spoilt, faults)
    verdict.places_of([spoilt], faults)
    return faults


def run(partitions, recorded, courses, facts):
    """(how many were noticed, how many there are); the others are named."""
    noticed = 0
    events = {receipt.event for receipt in recorded.all_receipts()}
    for controls in (OF_RECEIPTS, OF_AGREEMENT, OF_COMMITS, OF_MOMENTS):
        for control, phrase in controls.items():
            faults = []
            if controls is OF_RECEIPTS:
                spoilt = copy.deepcopy(recorded)
                control(spoilt)
                receipts.judge(spoilt, faults)
            elif controls is OF_AGREEMENT:
                spoilt = copy.deepcopy(facts["told"][0])
                control(spoilt)
                agreement.judge(spoilt, partitions, events, faults)
            elif controls is OF_MOMENTS:
                faults = _judge_moments(partitions, courses, facts["wall_ns"], control)
            else:
                faults = _judge_commits(max(partitions, key=lambda one: len(one.commits)), control)
            seen = any(phrase in fault for fault in faults)
            noticed += seen
            if not seen:
                print(f"the checker is blind: it did not notice{control.__name__.replace('_', ' ')}", file=sys.stderr)
    return noticed, len(OF_RECEIPTS) + len(OF_AGREEMENT) + len(OF_COMMITS) + len(OF_MOMENTS)
