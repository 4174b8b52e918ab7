"""The faults of a run. Each is struck, lasts and is healed within one call, which answers when it was healed."""

import functools
import threading
import time

from proxy import Rule

# Of what a fault waits for, on a machine that is slow.
PATIENCE_S = 120
# A producer is given up after 10 s, and the next one writes soon.
LATE_S = 60
# Both replicas write to the partitions before this one all the time.
CONTENDED = 2
# One client writes there, to one replica.
ALONE, ITS_LANE = 7, 1


def _until(what, condition, limit_s=PATIENCE_S):
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {limit_s} s")
        time.sleep(0.1)


def _contended(run):
    return run.dice.randrange(CONTENDED)


def a_leading_broker_is_killed(run):
    partition = _contended(run)
    broker = run.cluster.await_leader(run.topic, partition)
    run.cluster.kill(broker)
    run.cluster.await_leader(run.topic, partition, other_than=broker)
    run.count("failovers")
    time.sleep(run.dice.uniform(0, 3))
    run.cluster.start(broker)
    healed = time.monotonic_ns()
    _until("every copy is in sync", lambda: run.cluster.in_sync(run.topic))
    return healed


def a_broker_hangs(run, seconds):
    broker = run.cluster.await_leader(run.topic, _contended(run))
    run.cluster.pause(broker)
    time.sleep(seconds)
    run.cluster.resume(broker)
    healed = time.monotonic_ns()
    _until("every copy is in sync", lambda: run.cluster.in_sync(run.topic))
    return healed


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

    lane.add(Rule("stop", partition=_contended(run), seen=seen))
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
        Rule("late", partition=_contended(run)),
        Rule("behind_next"),
        Rule("behind_next", partition=_contended(run)),
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
    _until("every frame is met", lambda: not any(lane.waits() for lane in run.lanes))
    try:
        _until("every frame is passed on or lost", lambda: not any(lane.held for lane in run.lanes), LATE_S)
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


def one_of_each():
    """(name, fault) of each."""
    faults = [
        a_leading_broker_is_killed,
        *(functools.partial(a_broker_hangs, seconds=seconds) for seconds in (1, 3, 8, 40)),
        a_replica_is_killed,
        functools.partial(a_replica_sleeps_in_mid_record, seconds=30),
        frames_are_late_lost_and_doubled,
        a_replica_is_cut_off,
    ]
    return [(_name(fault), fault) for fault in faults]


def _name(fault):
    if isinstance(fault, functools.partial):
        return f"{_name(fault.func)} for {fault.keywords['seconds']} s"
    return fault.__name__.replace("_", " ")
