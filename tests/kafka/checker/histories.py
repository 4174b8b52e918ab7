"""Holds a log's records against what many clients were told while faults went on.

A client's file has a line for each thing that happened to it, in its order (tests/support/history.h):
  invoke  REQUEST KEY - NS                  ok REQUEST STREAM/PARTITION/SEQUENCE HASH NS
  refused REQUEST REASON - NS               fail REQUEST REASON - NS             unknown REQUEST REASON - NS
"""

import dataclasses
import pathlib

import receipts
import verdict

DONE, UNCHANGED, REFUSED = 1, 2, 3
# A server's clock may be so wrong, and a second: with a worse one it writes nothing.
CLOCK_NS = 61 * 10**9


@dataclasses.dataclass
class Event:
    kind: str
    request: str
    what: str
    hash: str
    at_ns: int


@dataclasses.dataclass
class Course:
    """What one request went through."""

    client: str
    invoked_ns: int
    answers: list = dataclasses.field(default_factory=list)  # Events.

    @property
    def outcome(self):
        """The first answer that stands for ever, or None."""
        return next((event for event in self.answers if event.kind in ("ok", "refused")), None)


def read(folder):
    """Client -> [Event, ...]."""
    return {
        path.name: [Event(kind, request, what, digest, int(at)) for kind, request, what, digest, at in
                    (line.split() for line in path.read_text(encoding="utf-8").splitlines())]
        for path in sorted(pathlib.Path(folder).iterdir())
    }


def courses_of(histories):
    courses = {}  # In the order of each client's sending.
    for client, events in histories.items():
        for event in events:
            if event.kind == "invoke":
                courses.setdefault(event.request, Course(client, event.at_ns))
            else:
                courses[event.request].answers.append(event)
    return courses


def _position(place):
    return "{}/{}/{}".format(*place)


def _held_against(request, course, place, outcome, faults):
    """One request's answers, and the commit that it has, if it has one."""
    kinds = [event.kind for event in course.answers]
    for event in course.answers:
        if event.kind == "ok" and (place is None or (event.what, event.hash) != (_position(place), place[3])):
            faults.append(f"{request}: lost, it was acknowledged at {event.what} and stands at {place or 'no place'}")
        elif event.kind == "ok" and outcome not in (DONE, UNCHANGED):
            faults.append(f"{request}: acknowledged, and its commit at {event.what} says otherwise: outcome {outcome}")
        elif event.kind == "refused" and (place is None or outcome != REFUSED):
            faults.append(f"{request}: refused ({event.what}), and its commit is {place or 'nowhere'}, outcome {outcome}")
        elif event.kind == "fail" and place is not None:
            faults.append(f"{request}: a ghost, it was not recorded ({event.what}) and stands at {place}")
    if not kinds or kinds[-1] == "unknown":
        faults.append(f"{request}: never settled")


def _orders(courses, places, faults):
    """Requests of one client stand in the order of its sending; and what was answered before another was sent, by
    whomever, stands before it."""
    last = {}  # (client, stream, partition) -> (sequence, request).
    moments = []
    for request, course in courses.items():
        if request not in places:
            continue
        stream, number, sequence, _ = places[request][0]
        before = last.get((course.client, stream, number))
        if before and before[0] >= sequence:
            faults.append(f"{request}: reordered, client {course.client} sent it behind {before[1]}; they stand at {sequence} and {before[0]}")
        last[course.client, stream, number] = (sequence, request)
        moments.append((course.invoked_ns, 1, request))
        if course.outcome:
            moments.append((course.outcome.at_ns, 0, request))
    answered = {}
    for _, is_invoke, request in sorted(moments):
        stream, number, sequence, _ = places[request][0]
        highest = answered.get((stream, number), 0)
        if not is_invoke:
            answered[stream, number] = max(highest, sequence)
        elif sequence <= highest:
            faults.append(f"{request}: stands at {sequence}, before {highest}, which was answered before it was sent")


def moments_of(partitions):
    """Request id -> microseconds since 1970 that the log has of it."""
    return {commit.request_id: commit.record_time for partition in partitions for commit in partition.commits}


def check_moments(moments, courses, wall_ns, faults):
    """What was recorded says a time between its sending and its answer. `wall_ns`: of a monotonic clock that shows 0."""
    for request, course in courses.items():
        if request not in moments or not course.outcome:
            continue
        at = moments[request] * 1000 - wall_ns
        if not course.invoked_ns - CLOCK_NS <= at <= course.outcome.at_ns + CLOCK_NS:
            faults.append(f"{request}: recorded {(at - course.invoked_ns) / 1e9:.1f} s behind its sending, by what the log says")


def judge(records, founding_hash, histories, late):
    """(faults, counts, partitions). `late`: the (stream, partition, offset) of frames that landed after their senders gave
    them up."""
    faults = []
    partitions = verdict.read_partitions(records, founding_hash, faults)
    places = verdict.places_of(partitions, faults)
    outcomes = {commit.request_id: commit.outcome for partition in partitions for commit in partition.commits}
    courses = courses_of(histories)
    for request, course in courses.items():
        _held_against(request, course, places.get(request, [None])[0], outcomes.get(request), faults)
    # What processes ask for is nobody's but theirs: receipts.py.
    of_processes = {request for request, found in places.items() if all(stream == receipts.RISK for stream, *_ in found)}
    for request in sorted(places.keys() - courses.keys() - of_processes):
        faults.append(f"{request}: a ghost, it stands at {places[request]} and nobody sent it")
    _orders(courses, places, faults)

    voids = [(partition, void) for partition in partitions for void in partition.voids]
    for partition, void in voids:
        if not void.explained:
            faults.append(f"{partition.name}: the void record at offset {void.offset} is nobody's: {void.why}")
    answers = [[event.kind for event in course.answers] for course in courses.values()]
    of_late = sum((partition.stream, partition.number, void.offset) in late for partition, void in voids)
    counts = verdict.count(partitions) | {
        "requests": len(courses),
        "acknowledged": sum("ok" in kinds for kinds in answers),
        "refused": sum("refused" in kinds for kinds in answers),
        "told that they are not recorded": sum("fail" in kinds for kinds in answers),
        "told of a wrong clock": sum(event.what == "CLOCK" for course in courses.values() for event in course.answers),
        "unknown answered later": sum("unknown" in kinds and kinds[-1] in ("ok", "refused") for kinds in answers),
        "void for a race": len(voids) - of_late,
        "void for being late": of_late,
        "late and accepted": len(late) - of_late,
    }
    return faults, counts, partitions
