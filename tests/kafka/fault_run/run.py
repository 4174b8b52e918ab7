#!/usr/bin/python3
"""run.py BUILD [--seed S] [--minutes M] [--only WORDS]: three brokers, two replicas and constant load, one fault after another in an
order that the seed decides; then everything is compared with everything.

BUILD is a folder of a build; the seed is TWINLEDGER_FAULT_SEED, else a new one. It chooses some of the faults, and each is
struck once; with --minutes all are, in rounds until the time is over; with --only those whose names hold the words. Exit 0 only if nothing was lost, doubled, reordered or made
up, the first answer came soon behind each heal, and each thing that the run is for was seen to happen.
"""

import argparse
import itertools
import os
import pathlib
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "proxy"))

import nemesis
from fault_run import FaultRun

# From the heal of a fault to the first answer, and until every client was answered: promised, and when to give up.
HEAL_S = 30
GIVE_UP_S = 240

# A run in which one of these was not seen shows nothing.
SEEN_ALWAYS = ("failovers", "void for a race", "unknown answered later", "late frames landed", "receipts", "alerts",
               "receipts computed again", "digests compared")
SEEN_IN_LONG_RUNS = ("void for being late", "late and accepted", "receipts raced for", "told of a wrong clock")


def chosen(run, arguments):
    """(name, fault) of a round."""
    if arguments.only:
        return [fault for fault in nemesis.one_of_each(run) if arguments.only in fault[0]]
    return nemesis.one_of_each(run) if arguments.minutes else nemesis.some(run)


def strike_all(run, arguments):
    """(name, seconds to the first answer, seconds until every client was answered) of each fault."""
    healed = []
    deadline = time.monotonic() + arguments.minutes * 60
    rounds = 0
    while rounds == 0 or time.monotonic() < deadline:
        for name, fault in chosen(run, arguments):
            if rounds > 0 and time.monotonic() > deadline:
                break
            begun = time.monotonic()
            first, every = run.progress.await_all(fault(run), GIVE_UP_S)
            healed.append((name, first, every))
            print(f"{time.monotonic() - begun:6.1f} s  {name}: first answer {first:.1f} s behind its heal, every client {every:.1f} s", flush=True)
            run.check_alive()
        rounds += 1
    return healed


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("build")
    parser.add_argument("--seed", type=int, default=os.environ.get("TWINLEDGER_FAULT_SEED") or random.SystemRandom().randrange(1, 10**9))
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--only", help="of a development run: what else it must see is not asked")
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    with FaultRun(arguments.build, arguments.seed) as run:
        run.start_load()
        healed = strike_all(run, arguments)
        begun = [time.monotonic()]
        for step in (run.end_load, run.ask_servers):
            step()
            begun.append(time.monotonic())
        faults, counts = run.judge(controls=not arguments.minutes)
        begun.append(time.monotonic())
    for fault in faults:
        run.fail(f"checker: {fault}")
    for name, first, _ in healed:
        if first > HEAL_S:
            run.fail(f"{name}: the first answer came {first:.1f} s behind its heal, {HEAL_S} are promised")
    seen = () if arguments.only else SEEN_ALWAYS + (SEEN_IN_LONG_RUNS if arguments.minutes else ())
    for what in seen:
        if not counts.get(what):
            run.fail(f"not seen: {what}; a run without it shows nothing")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    print("settled in {:.1f} s, asked in {:.1f} s, judged in {:.1f} s".format(*(end - start for start, end in itertools.pairwise(begun))))
    print(f"{len(healed)} faults; from heal to first answer {max(first for _, first, _ in healed):.1f} s at most, "
          f"to every client's {max(every for *_, every in healed):.1f} s; {run.client.repeats} commands given again")
    return run.conclude()


if __name__ == "__main__":
    sys.exit(main())
