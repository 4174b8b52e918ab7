#!/usr/bin/python3
"""control.py BUILD: the checker is shown a server that is wrong. It takes "the tail does not show it" for "it is not in
the log" and tells the client so; then the frame lands. Exit 0 only if that made a ghost and the checker named it.
"""

import argparse
import os
import pathlib
import random
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "proxy"))

from fault_run import FaultRun
from proxy import Rule

PATIENCE_S = 120
ATTEMPTS = 3  # A machine that is too slow lets the call run into its deadline first.


def client_was_told(run):
    """Whether the only client was told that a request whose frame is on its way is not recorded, and ended."""
    run.lanes[0].add(Rule("late", skip=10))
    deadline = time.monotonic() + PATIENCE_S
    while run.lanes[0].waits():
        if time.monotonic() > deadline:
            raise TimeoutError(f"nothing was written for {PATIENCE_S} s")
        time.sleep(0.1)
    return run.load_ends_within(40)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("build")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1, 10**9))
    arguments = parser.parse_args()
    print(f"seed {arguments.seed}", flush=True)
    os.environ["TWINLEDGER_PLANTED_BUG"] = "tail-is-final"
    with FaultRun(arguments.build, arguments.seed, "tests/twinledgerd_with_bugs") as run:
        run.start_load(clients=1, flags=["--until-fail"], engaged=False)
        for _ in range(ATTEMPTS):
            told = client_was_told(run)
            if told:
                break
        run.release_late_frames()
        faults, _ = run.judge()
    print("\n".join(faults))
    if not told:
        run.fail("the server never told its client that a held request is not recorded")
    if not any("a ghost, it was not recorded" in fault for fault in faults):
        run.fail("the checker did not find the ghost")
    return run.conclude()


if __name__ == "__main__":
    sys.exit(main())
