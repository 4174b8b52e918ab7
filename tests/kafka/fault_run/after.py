"""What is asked once the faults are over: rows of both replicas, of a rebuild, of a replica that begins from nothing, and of
an embedded copy of the log; and receipts that are computed again."""

import json
import shutil
import subprocess
import time


PATIENCE_S = 120
# Of each council that engages: load/registry_commands.h.
RELATIONSHIP = "00000000-0000-4000-8000-00000000e9a9"
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
        """[[projection, stream, partition, sequence, digest], ...]"""
        listed = self.run("--as", "operator", "--server", replica.door.address, "projection", "list")
        return sorted([row["projection"], *_row(row, row["digest"])] for row in listed["partitions"])

    def rebuilt(self, replica):
        """The same of a rebuild from the log; nobody writes."""
        rows = []
        for projection in sorted({row[0] for row in self.projections(replica)}):
            compared = self.run("--as", "operator", "--server", replica.door.address, "projection", "rebuild", projection)
            rows += [[projection, *_row(row, row["rebuilt_digest"])] for row in compared["partitions"]]
        return sorted(rows)

    def recomputed(self, replica, subjects):
        """[[receipt, verdict], ...]"""
        return [[row["receipt"], row["verdict"]] for subject in subjects for row in
                self.run("--as", "auditor", "--server", replica.door.address, "risk", "recompute", subject)["receipts"]]

    def is_assessed(self, replica, subject):
        """Whether the last receipt is of what is recorded now."""
        said = self.run("--as", "agency-analyst", "--server", replica.door.address, "risk", "explain", subject)
        receipt = said["receipt"]
        return bool(receipt) and all(receipt[what] == said[what] for what in ("facts_sha256", "pending_retractions"))


def _row(row, digest):
    return row["stream"], int(row["partition"]), int(row["sequence"]), digest


def _await(what, condition):
    """The last thing that it said: what is not so in time is for the checker to say."""
    deadline = time.monotonic() + PATIENCE_S
    while not (so := condition()) and time.monotonic() < deadline:
        time.sleep(0.2)
    if not so:
        print(f"not within {PATIENCE_S} s: {what}", flush=True)


def subjects_of(council):
    return council, f"councils/{council}/relationships/{RELATIONSHIP}"


def await_equal(client, replicas):
    """Rows of each, once they are the same."""
    rows = {}

    def are_equal():
        rows.update({replica.name: client.projections(replica) for replica in replicas})
        return all(its == rows[replicas[0].name] for its in rows.values())

    _await("rows are equal", are_equal)
    return rows


def await_assessed(client, replica, subjects):
    _await("everything is assessed", lambda: all(client.is_assessed(replica, subject) for subject in subjects))


def ask_all(run):
    """What the checker holds against the log (checker/agreement.py)."""
    client, log = run.client, run.log_address
    subjects = [subject for council in run.engaged for subject in subjects_of(council)]
    await_assessed(client, run.replicas[0], subjects)
    await_equal(client, run.replicas)
    rebuilt = {replica.name: client.rebuilt(replica) for replica in run.replicas}

    client.run("replica", "create", run.folder / "fresh")
    fresh = run.make_replica("fresh", log)
    fresh.start()
    run.others.append(fresh)

    exported, copy = run.folder / "exported", run.folder / "copy"
    client.run("log", "export", exported, "--log", log)
    # Keys and identity of the first, and no trace of where its log was.
    for part in ("keys", "keyring", "identity"):
        shutil.copytree(run.replicas[0].data / part, copy / part)
    client.run("log", "import", exported, "--founding-hash", run.founding_hash, data=copy)
    digests = [client.run("log", "digest", "--log", log)["digest"], client.run("log", "digest", data=copy)["digest"]]
    if digests[0] != digests[1]:
        raise RuntimeError(f"the copy of the log has another digest: {digests}")
    embedded = run.make_replica("copy", "embedded")
    embedded.start()
    run.others.append(embedded)
    rows = await_equal(client, [*run.replicas, fresh, embedded])
    recomputed = {replica.name: client.recomputed(replica, subjects) for replica in run.replicas}
    return {"rows": rows, "rebuilt": rebuilt, "recomputed": recomputed}
