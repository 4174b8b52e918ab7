#!/usr/bin/python3
"""unclean_election.py BUILD: three brokers, of which one lags behind; the two that have all records fail, and somebody who
may alter topics lets the third one lead (`unclean.leader.election.enable`). So records are lost that were acknowledged.

Exit 0 only if each server that has read them ends with 4: one that was there all the while, at once; each that starts, which
says how many are missing; and one that starts when others have written as many anew. A server that never read them serves, since
nothing tells it: but the checker, who knows what was acknowledged, must find them lost.
"""

import argparse
import concurrent.futures
import json
import pathlib
import re
import shutil
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "proxy"))

from confluent_kafka import Consumer, KafkaException, TopicPartition

from cluster import ANSWER_S
from fault_run import PARTITIONS, PREFIX
from scene import Load, play
from waiting import PATIENCE_S, until

TOPIC = f"{PREFIX}.registry"
LAGS, VOTES, AWAY = 1, 2, 3
BEHIND = 40  # Answers to each client that the lagging broker does not have.
DAMAGE = 4


def ends(cluster):
    """{partition: offset} of the registry, once their leaders tell."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        consumer = Consumer({"bootstrap.servers": cluster.brokers, "group.id": "nobody", "log_level": 0})
        try:
            return {n: consumer.get_watermark_offsets(TopicPartition(TOPIC, n), timeout=ANSWER_S)[1] for n in range(PARTITIONS)}
        except KafkaException:
            if time.monotonic() > deadline:
                raise
        finally:
            consumer.close()


def allow_unclean_elections(cluster, allowed):
    cluster.configure(TOPIC, f"unclean.leader.election.enable={str(allowed).lower()}")


def lose_records(cluster):
    """The one that lags leads; of the others one votes and the other is away."""
    for broker in (VOTES, AWAY):
        cluster.kill(broker)
    with concurrent.futures.ThreadPoolExecutor() as both:
        for started in [both.submit(cluster.start, LAGS), both.submit(cluster.start, VOTES, "--controller")]:
            started.result()
    allow_unclean_elections(cluster, True)
    until("the one that lags leads", lambda: cluster.leaders(TOPIC) == {LAGS})


def heal(cluster):
    """All brokers agree again: on what the one that lagged has."""
    allow_unclean_elections(cluster, False)
    cluster.kill(VOTES)
    for broker in (VOTES, AWAY):
        cluster.start(broker)
    until("every copy is in sync", lambda: cluster.in_sync(TOPIC))


def must_end_by_damage(server, words):
    """And say these."""
    until(f"{server.name} ends by itself", lambda: not server.alive())
    code, text = server.end_code(), server.log_file.read_text(errors="replace")
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    told = [line["message" if "message" in line else "msg"] for line in lines if line.get("reason") in ("LOG_DAMAGED", "LOG_LOST")]
    print(f"{server.name} ended with {code}: {told[-1] if told else text[-2000:]}", flush=True)
    if code != DAMAGE or not any(re.search(words, line) for line in told):
        raise RuntimeError(f"{server.name} ended with {code} and does not say {words!r}; its log is {server.log_file}")


def run(scene):
    cluster, client = scene.cluster, scene.client
    client.run("log", "init", "--log", scene.log_address)
    one, two = scene.server("one"), scene.server("two")
    one.start()
    client.run("replica", "create", two.data)
    two.start()

    load = Load(scene, [one, two], "first")
    cluster.kill(LAGS)
    until("the others are in sync without it", lambda: LAGS not in cluster.in_sync_anywhere(TOPIC))
    load.go_on(BEHIND)
    load.end()
    two.end()
    shutil.copytree(two.data, scene.folder / "later")

    before = ends(cluster)
    lose_records(cluster)
    elected = time.monotonic()
    # With one copy of the two that it needs a partition tells nobody where it ends.
    must_end_by_damage(one, "does not have that offset any more")
    print(f"{time.monotonic() - elected:.1f} s behind the election", flush=True)
    heal(cluster)
    lost = {n: before[n] - end for n, end in ends(cluster).items()}
    print(f"records lost of each partition: {lost}", flush=True)
    if not any(lost.values()):
        raise RuntimeError("nothing was lost: a run without that shows nothing")
    faults, _ = scene.judge(load.histories)
    missed = [fault for fault in faults if ": lost, " in fault]
    print(f"the checker misses {len(missed)} requests: {missed[:1]}", flush=True)
    if not missed:
        raise RuntimeError("the checker does not miss what was acknowledged")
    how_many = "|".join(f"the last {count} records that were read here" for count in lost.values() if count)
    for server in (one, two):
        server.launch()
        must_end_by_damage(server, how_many)

    # Whoever never read them has nothing to miss, and writes where they stood.
    three = scene.server("three")
    client.run("replica", "create", three.data)
    three.start()
    again = Load(scene, [three, three], "anew")
    until("as much is written as was lost", lambda: all(end > before[n] for n, end in ends(cluster).items()))
    again.end()
    later = scene.server("later")
    later.launch()
    must_end_by_damage(later, "another record stands there than was accepted")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("build")
    return play(parser.parse_args().build, "unclean", run)


if __name__ == "__main__":
    sys.exit(main())
