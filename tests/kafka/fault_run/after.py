"""What must be equal once the faults are over: both replicas, a rebuild, a replica that begins from nothing, and an
embedded copy of the log."""

import json
import shutil
import subprocess
import time


PATIENCE_S = 120
# `twinledger` ends with it where the log or a server cannot be reached, or does not answer in time: the same command
# again is safe.
UNAVAILABLE = 11


class Client:
    """`twinledger` as an operator of the first replica runs it."""

    def __init__(self, program, data):
        self.repeats = 0
        self._program = program
        self._data = data

    def run(self, *words, data=None):
        """What it prints. What was unavailable is asked for again, for as long as a heal may take on a slow machine."""
        command = [self._program, "--data-dir", data or self._data, "-o", "json", *words]
        deadline = time.monotonic() + PATIENCE_S
        while True:
            done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return json.loads(done.stdout) if done.stdout else None
            what = f"twinledger {' '.join(map(str, words))}: exit {done.returncode}: {done.stdout}{done.stderr}"
            if done.returncode != UNAVAILABLE or time.monotonic() > deadline:
                raise RuntimeError(what)
            print(f"again: {what}", flush=True)
            self.repeats += 1
            time.sleep(1)

    def ask_once(self, replica, *words):
        """(exit code, what it printed) of a question to a replica."""
        command = [self._program, "--data-dir", self._data, "-o", "json", "--as", "agency-analyst",
                   "--server", replica.door.address, *words]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        return done.returncode, done.stdout

    def projections(self, replica):
        """{(projection, stream, partition): (sequence, digest)}"""
        listed = self.run("--as", "operator", "--server", replica.door.address, "projection", "list")
        return {(row["projection"], row["stream"], row["partition"]): (row["sequence"], row["digest"]) for row in listed["partitions"]}


def await_equal(client, replicas):
    """The rows of all of them, once they are the same."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        rows = {replica.name: client.projections(replica) for replica in replicas}
        one = next(iter(rows.values()))
        if all(its == one for its in rows.values()):
            return one
        if time.monotonic() > deadline:
            different = {key: {name: its.get(key) for name, its in rows.items()} for key in one
                         if len({its.get(key) for its in rows.values()}) > 1}
            raise RuntimeError(f"replicas differ, and nothing is written any more: {different}")
        time.sleep(0.2)


def all_equal(run):
    """Raises if they are not."""
    client, first, log = run.client, run.replicas[0], run.log_address
    rows = await_equal(client, run.replicas)
    for replica in run.replicas:
        client.run("--as", "operator", "--server", replica.door.address, "projection", "rebuild", "registry")

    client.run("replica", "create", run.folder / "fresh")
    fresh = run.make_replica("fresh", log)
    fresh.start()
    run.others.append(fresh)

    exported, copy = run.folder / "exported", run.folder / "copy"
    client.run("log", "export", exported, "--log", log)
    # Keys and identity of the first, and no trace of where its log was.
    for part in ("keys", "keyring", "identity"):
        shutil.copytree(first.data / part, copy / part)
    client.run("log", "import", exported, "--founding-hash", run.founding_hash, data=copy)
    digests = [client.run("log", "digest", "--log", log)["digest"], client.run("log", "digest", data=copy)["digest"]]
    if digests[0] != digests[1]:
        raise RuntimeError(f"the copy of the log has another digest: {digests}")
    embedded = run.make_replica("copy", "embedded")
    embedded.start()
    run.others.append(embedded)
    await_equal(client, [*run.replicas, fresh, embedded])
    return len(rows)
