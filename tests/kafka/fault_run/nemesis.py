"""The faults of a run. Each is struck, lasts and is healed within one call, which answers when it was healed."""

import functools
import json
import threading
import time

from after import UNAVAILABLE
from proxy import Rule

# Of what a fault waits for, on a machine that is slow.
PATIENCE_S = 120
# A producer is given up after 10 s, and the next one writes soon.
LATE_S = 60
# Writes stop once nothing was answered for so long; what landed before is still found in the log for a while.
STOPPED_S = 4
# A network that comes and goes: each state lasts so long.
FLAP_S = 0.1
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


def two_brokers_are_killed(run):
    """Most of the copies: nothing is acknowledged until one of them is back. The past is read; what is the latest, nobody
    can know."""
    killed = run.dice.sample(range(1, 4), 2)
    before = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    for broker in killed:
        run.cluster.kill(broker)
    _until("writes stop", lambda: time.monotonic_ns() - run.progress.latest() > STOPPED_S * 1e9)
    for replica in run.replicas:
        question = ("council", "list", "--limit", "1")
        code, past = run.client.ask_once(replica, *question, "--as-of", before)
        if code != 0 or not json.loads(past):
            raise RuntimeError(f"replica {replica.name} does not tell of the past: exit {code}: {past}")
        code, latest = run.client.ask_once(replica, *question, "--timeout", "5s")
        if code != UNAVAILABLE:
            raise RuntimeError(f"replica {replica.name} takes what it has for the latest: exit {code}: {latest}")
    run.count("quorums lost")
    run.cluster.start(killed[0])
    healed = time.monotonic_ns()
    time.sleep(run.dice.uniform(0, 3))
    run.cluster.start(killed[1])
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


def a_replicas_network_flaps(run):
    way = run.dice.choice(run.namespaces or run.lanes)
    _flap(run, way.cut, way.heal)
    return time.monotonic_ns()


def _flap(run, cut, heal):
    end = time.monotonic() + run.dice.uniform(5, 12)
    try:
        while time.monotonic() < end:
            cut()
            time.sleep(FLAP_S)
            heal()
            time.sleep(FLAP_S)
    finally:
        heal()
    run.count("networks flapped")


def _links(run):
    """(sender, receiver) of some ways between a leading broker and the others, which it loses for a while."""
    leader = run.cluster.await_leader(run.topic, _contended(run))
    others = [broker for broker in run.broker_network.names if broker != leader]
    others = run.dice.choice([others, others[:1], others[1:]])
    to, back = run.dice.choice([(True, True), (True, False), (False, True)])
    return [link for other in others for link in [(leader, other)] * to + [(other, leader)] * back]


def _cut_links(run, links):
    for link in links:
        run.broker_network.cut(*link)


def brokers_are_cut_from_each_other(run):
    """Clients reach all of them: also a leader that does not know that another was made one."""
    links = _links(run)
    reached = lambda: [run.broker_network.reaches(sender, to, run.cluster.port(to)) for sender, to in links]
    _until("brokers reach each other", lambda: all(reached()))
    _cut_links(run, links)
    if any(reached()):
        raise RuntimeError(f"brokers are not cut from each other: {links}")
    time.sleep(run.dice.uniform(3, 15))
    run.broker_network.heal()
    healed = time.monotonic_ns()
    run.count("networks of brokers cut")
    _until("every copy is in sync", lambda: run.cluster.in_sync(run.topic))
    return healed


def the_network_of_brokers_flaps(run):
    links = _links(run)
    _flap(run, lambda: _cut_links(run, links), run.broker_network.heal)
    healed = time.monotonic_ns()
    _until("every copy is in sync", lambda: run.cluster.in_sync(run.topic))
    return healed


# Without these a run shows nothing of what it is for.
ALWAYS = (a_leading_broker_is_killed, frames_are_late_lost_and_doubled)
# So many more, in a run that strikes only some: with the longest of them it takes some 200 s.
SOME = 7


def one_of_each(run):
    """(name, fault) of each that can be struck here."""
    faults = [
        *ALWAYS,
        *(functools.partial(a_broker_hangs, seconds=seconds) for seconds in (1, 3, 8, 40)),
        a_replica_is_killed,
        functools.partial(a_replica_sleeps_in_mid_record, seconds=30),
        a_replica_is_cut_off,
        two_brokers_are_killed,
        a_replicas_network_flaps,
        *([brokers_are_cut_from_each_other, the_network_of_brokers_flaps] if run.broker_network else []),
    ]
    run.dice.shuffle(faults)
    return [(_name(fault), fault) for fault in faults]


def some(run):
    """The same of as many as a short run has time for."""
    faults = one_of_each(run)
    always = [fault for fault in faults if fault[1] in ALWAYS]
    others = [fault for fault in faults if fault[1] not in ALWAYS][:SOME]
    chosen = always + others
    run.dice.shuffle(chosen)
    return chosen


def _name(fault):
    if isinstance(fault, functools.partial):
        return f"{_name(fault.func)} for {fault.keywords['seconds']} s"
    return fault.__name__.replace("_", " ")
