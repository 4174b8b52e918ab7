"""What happens to replicas, and to what they send. Each fault is struck, lasts and is healed within one call, which answers
when it was healed."""

import threading
import time

from proxy import Rule
from waiting import PATIENCE_S, contended, flap, until

# A producer is given up after 10 s, and the next one writes soon.
LATE_S = 60
# Less than a server takes for wrong.
CLOCK_S = 50
# One client writes there, to one replica.
ALONE, ITS_LANE = 7, 1


def a_replica_is_killed(run):
    replica = run.dice.choice(run.replicas)
    replica.kill()
    replica.start()
    return time.monotonic_ns()


def a_replica_sleeps_in_mid_record(run, seconds):
    """Its record reaches the broker while it sleeps, or only after it woke, when others have written there."""
    number = run.dice.randrange(len(run.replicas))
    replica, lane = run.replicas[number], run.lanes[number]
    lands_late = run.dice.random() < 0.5
    asleep, awake = threading.Event(), threading.Event()

    def seen(_):
        replica.pause()
        asleep.set()
        if lands_late:
            awake.wait(PATIENCE_S)

    lane.add(Rule("stop", partition=contended(run), seen=seen))
    if not asleep.wait(PATIENCE_S):
        raise TimeoutError(f"replica {replica.name} wrote nothing for {PATIENCE_S} s")
    time.sleep(seconds)
    replica.resume()
    awake.set()
    return time.monotonic_ns()


def frames_are_late_lost_and_doubled(run):
    """At once, to either replica: the chain must not care."""
    rules = [
        Rule("late"),
        Rule("late", partition=contended(run)),
        Rule("behind_next"),
        Rule("behind_next", partition=contended(run)),
        Rule("hold", seconds=run.dice.uniform(1, 9)),
        Rule("hold", seconds=run.dice.uniform(11, 20)),
        Rule("twice"),
        Rule("twice"),
        Rule("close"),
        Rule("swallow"),
    ]
    run.dice.shuffle(rules)
    for rule in rules:
        rule.skip = run.dice.randrange(5)
        run.dice.choice(run.lanes).add(rule)
    run.lanes[ITS_LANE].add(Rule("late", partition=ALONE))
    until("every frame is met", lambda: not any(lane.waits() for lane in run.lanes))
    try:
        until("every frame is passed on or lost", lambda: not any(lane.held for lane in run.lanes), LATE_S)
    except TimeoutError:
        run.release_late_frames()  # Of a partition that this replica has nothing more to write to.
    return time.monotonic_ns()


def a_replica_is_cut_off(run):
    number = run.dice.randrange(len(run.replicas))
    directions = run.dice.choice([(True, True), (True, False), (False, True)])
    lane, namespace = run.lanes[number], run.namespaces[number] if run.namespaces else None
    if namespace:
        namespace.cut(*directions)
    else:
        directions = (True, True)
        lane.cut()
    time.sleep(0.5)  # What was on its way.
    before = lane.requests
    time.sleep(run.dice.uniform(4, 14))
    if directions[0] and lane.requests != before:
        raise RuntimeError(f"replica {run.replicas[number].name} is not cut off: {lane.requests - before} requests came through")
    if namespace:
        namespace.heal()
    else:
        lane.heal()
    run.count("networks cut" if namespace else "lanes cut")
    return time.monotonic_ns()


def a_replicas_network_flaps(run):
    way = run.dice.choice(run.namespaces or run.lanes)
    flap(run, way.cut, way.heal)
    return time.monotonic_ns()


def a_replicas_network_is_slow(run):
    namespace = run.dice.choice(run.namespaces)
    namespace.slow()
    time.sleep(run.dice.uniform(8, 16))
    namespace.fast()
    run.count("networks slowed down")
    return time.monotonic_ns()


def a_clock_jumps(run):
    """A replica that sees it writes nothing until it is right again."""
    run.clock.set(run.dice.choice([3600, -3600, 10 * 365 * 86400, 90, -90]))
    time.sleep(run.dice.uniform(5, 10))
    run.clock.set(0)
    run.count("clocks that jumped")
    return time.monotonic_ns()


def clocks_differ(run):
    """By what may be overlooked: no order depends on it, and no time goes back."""
    for pause in [2] * 3 + [0.1] * 40:
        run.clock.set(run.dice.randrange(-CLOCK_S, CLOCK_S))
        time.sleep(pause)
    run.clock.set(0)
    run.count("clocks that differed")
    return time.monotonic_ns()
