"""What happens to brokers. Each fault is struck, lasts and is healed within one call, which answers when it was healed."""

import json
import time

from after import UNAVAILABLE
from cluster import DISK_OF
from waiting import PATIENCE_S, STOPPED_S, contended, flap, until


def _all_in_sync(run):
    until("every copy is in sync", lambda: run.cluster.in_sync(run.topic))


def a_leading_broker_is_killed(run):
    partition = contended(run)
    broker = run.cluster.await_leader(run.topic, partition)
    run.cluster.kill(broker)
    run.cluster.await_leader(run.topic, partition, other_than=broker)
    run.count("failovers")
    time.sleep(run.dice.uniform(0, 3))
    run.cluster.start(broker)
    healed = time.monotonic_ns()
    _all_in_sync(run)
    return healed


def two_brokers_are_killed(run):
    """Most of the copies: nothing is acknowledged until one of them is back. The past is read; what is the latest, nobody
    can know."""
    killed = run.dice.sample(range(1, 4), 2)
    before = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    for broker in killed:
        run.cluster.kill(broker)
    until("writes stop", lambda: time.monotonic_ns() - run.progress.latest() > STOPPED_S * 1e9)
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
    _all_in_sync(run)
    return healed


def a_broker_hangs(run, seconds):
    broker = run.cluster.await_leader(run.topic, contended(run))
    run.cluster.pause(broker)
    time.sleep(seconds)
    run.cluster.resume(broker)
    healed = time.monotonic_ns()
    _all_in_sync(run)
    return healed


def _links(run):
    """(sender, receiver) of some ways between a leading broker and the others, which it loses for a while."""
    leader = run.cluster.await_leader(run.topic, contended(run))
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
    until("brokers reach each other", lambda: all(reached()))
    _cut_links(run, links)
    if any(reached()):
        raise RuntimeError(f"brokers are not cut from each other: {links}")
    time.sleep(run.dice.uniform(3, 15))
    run.broker_network.heal()
    healed = time.monotonic_ns()
    run.count("networks of brokers cut")
    _all_in_sync(run)
    return healed


def the_network_of_brokers_flaps(run):
    links = _links(run)
    flap(run, lambda: _cut_links(run, links), run.broker_network.heal)
    healed = time.monotonic_ns()
    _all_in_sync(run)
    return healed


def a_brokers_network_is_slow(run):
    broker = run.cluster.await_leader(run.topic, contended(run))
    run.broker_network.slow(broker)
    time.sleep(run.dice.uniform(8, 16))
    run.broker_network.fast(broker)
    healed = time.monotonic_ns()
    run.count("networks slowed down")
    _all_in_sync(run)
    return healed


def a_brokers_disk_is_full(run):
    """It halts, and the others go on without it; where there is room again, it is started as any other."""
    run.disk.fill()
    until("a broker without room for its log halts", lambda: not run.cluster.runs(DISK_OF))
    run.progress.await_all(time.monotonic_ns(), PATIENCE_S)
    run.disk.free()
    run.cluster.start(DISK_OF)
    healed = time.monotonic_ns()
    run.count("disks filled")
    _all_in_sync(run)
    return healed
