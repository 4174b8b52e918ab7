"""Brokers, servers and load of a script that strikes what it strikes in an order of its own."""

import asyncio
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import after
from cluster import Cluster
from fault_run import CHECKER, PREFIX, READY_S, SETTLE_S
from progress import Progress
from replica import Replica
from waiting import PATIENCE_S

CLIENTS = 8
SEED = 1  # Of each load: another one would name the partners otherwise, which are there.


class Load:
    """Constant, to all of these servers, until it is ended: then every request is settled."""

    def __init__(self, scene, servers, name, engaged=(), engagement_servers=()):
        folder = scene.folder
        self.histories = folder / f"histories-{name}"
        self.histories.mkdir()
        command = [scene.build / "tests/kafka_fault_load", "--credentials", folder / "one/identity/clients/agency-approver",
                   "--history", self.histories, "--seed", SEED, "--clients", CLIENTS]
        for flag, values in (("--server", [server.door.address for server in servers]), ("--engaged", engaged),
                             ("--engagement-server", [server.door.address for server in engagement_servers])):
            for value in values:
                command += [flag, value]
        self._process = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._process.stdout.readline() != b"ready\n":
            raise RuntimeError("the load did not begin")
        self.progress = Progress(self.histories, CLIENTS + len(engaged))
        self.progress.await_all(0, READY_S)

    def go_on(self, answers):
        """Until each client has had so many more."""
        for _ in range(answers):
            self.progress.await_all(time.monotonic_ns(), PATIENCE_S)

    def end(self):
        self._process.stdin.close()
        if self._process.wait(SETTLE_S) != 0:
            raise RuntimeError("a request stays open")


class Scene:
    def __init__(self, build, folder):
        self.build, self.folder = build, folder
        self.cluster = Cluster(folder / "kafka")
        self.log_address = f"kafka://{self.cluster.brokers}/{PREFIX}"
        self.client = after.Client(build / "bin/twinledger", folder / "one")
        self.servers = []
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def server(self, name, services=None):
        one = Replica(name, self.build / "bin/twinledgerd", self.folder / name, self.log_address, services=services)
        asyncio.run_coroutine_threadsafe(one.door.open(), self._loop).result()
        self.servers.append(one)
        return one

    def judge(self, histories, told=()):
        """(faults, counts) of the checker."""
        facts = {"brokers": self.cluster.brokers, "prefix": PREFIX, "late": [], "histories": str(histories), "told": told,
                 "founding_hash": (self.folder / "one/keys/founding.sha256").read_text().strip(),
                 "wall_ns": time.time_ns() - time.monotonic_ns()}
        (self.folder / "run.json").write_text(json.dumps(facts))
        done = subprocess.run([CHECKER, self.folder / "run.json"], capture_output=True, text=True, check=False)
        if not done.stdout:
            raise RuntimeError(f"the checker: {done.stderr}")
        return done.stderr.splitlines(), json.loads(done.stdout)

    def close(self):
        for server in self.servers:
            if server.alive():
                server.kill()
        self.cluster.down()


def play(build, name, script):
    """The exit code of a script that is given a scene; what it made is gone behind it, unless it failed."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"twinledger-{name}-"))
    scene = Scene(pathlib.Path(build).resolve(), folder)
    try:
        script(scene)
    except Exception as error:
        print(f"FAILED: {type(error).__name__}: {error}\nhistories and the logs of brokers and servers are kept in {folder}", file=sys.stderr)
        return 1
    finally:
        scene.close()
    shutil.rmtree(folder)
    return 0
