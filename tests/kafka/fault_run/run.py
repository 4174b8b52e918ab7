#!/usr/bin/python3
"""run.py BUILD [--seed S] [--minutes M]: three brokers, two replicas and constant load, one fault after another in an
order that the seed decides; then everything is compared with everything.

BUILD is a folder of a build; the seed is TWINLEDGER_FAULT_SEED, else a new one. It chooses some of the faults, and each is
struck once; with --minutes all are, in rounds until the time is over. Exit 0 only if nothing was lost, doubled, reordered or made
up, the first answer came soon behind each heal, and each thing that the run is for was seen to happen.
"""

import argparse
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
SEEN_ALWAYS = ("failovers", "void for a race", "unknown answered later", "late frames landed")
SEEN_IN_LONG_RUNS = ("void for being late", "late and accepted")


def strike_all(run, minutes):
    """(name, seconds to the first answer, seconds until every client was answered) of each fault."""
    healed = []
    deadline = time.monotonic() + minutes * 60
    rounds = 0
    while rounds == 0 or time.monotonic() < deadline:
        faults = nemesis.one_of_each(run) if minutes else nemesis.some(run)
        for name, fault in faults:
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
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    with FaultRun(arguments.build, arguments.seed) as run:
        run.start_load()
        healed = strike_all(run, arguments.minutes)
        run.end_load()
        equal = run.compare()
        faults, counts = run.judge(controls=not arguments.minutes)
    for fault in faults:
        run.fail(f"checker: {fault}")
    for name, first, _ in healed:
        if first > HEAL_S:
            run.fail(f"{name}: the first answer came {first:.1f} s behind its heal, {HEAL_S} are promised")
    seen = SEEN_ALWAYS + (SEEN_IN_LONG_RUNS if arguments.minutes else ())
    for what in seen:
        if not counts.get(what):
            run.fail(f"not seen: {what}; a run without it shows nothing")
    print(", ".join(f"{count} {what}" for what, count in counts.items()))
    print(f"{len(healed)} faults; from heal to first answer {max(first for _, first, _ in healed):.1f} s at most, "
          f"to every client's {max(every for *_, every in healed):.1f} s; {equal} digests equal in replicas, rebuild, "
          f"fresh replica and embedded copy; {run.client.repeats} commands given again")
    return run.conclude()


if __name__ == "__main__":
    sys.exit(main())
