"""What faults wait for, and where they strike."""

import time

# Of what a fault waits for, on a machine that is slow.
PATIENCE_S = 120
# Writes stop once nothing was answered for so long; what landed before is still found in the log for a while.
STOPPED_S = 4
# A network that comes and goes: each state lasts so long.
FLAP_S = 0.1
# Both replicas write to the partitions before this one all the time.
CONTENDED = 2


def until(what, condition, limit_s=PATIENCE_S):
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {limit_s} s")
        time.sleep(0.1)


def contended(run):
    return run.dice.randrange(CONTENDED)


def flap(run, cut, heal):
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
