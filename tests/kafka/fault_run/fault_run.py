"""What a run has: brokers, lanes, replicas, load; and what is left of it when it fails."""

import asyncio
import collections
import hashlib
import itertools
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

import after
import clock
import disk
import network
from cluster import TOOL, Cluster
from progress import Progress
from proxy import LATE, Lane
from replica import Replica

CHECKER = pathlib.Path(__file__).resolve().parents[1] / "checker/check_histories.py"
PREFIX = "twinledger"
BROKERS = 3
REPLICAS = 2
PARTITIONS = 8
# Councils that record gifts: one in each of the first partitions, to which all write.
ENGAGED = 4
READY_S = 180
SETTLE_S = 300


def _free_ports(host, number):
    """The first of a lane's ports, in a row: lanes may share an address, and the kernel gives none of these to outgoing
    connections."""
    while True:
        first = random.SystemRandom().randrange(11000 + 4000 * number, 15000 + 4000 * number - BROKERS)
        try:
            for port in range(first, first + BROKERS):
                with socket.socket() as probe:
                    probe.bind((host, port))
            return first
        except OSError:
            continue


def council_of(partition):
    """One that the log keeps there."""
    for number in itertools.count():
        name = f"engaged-{number}"
        if int.from_bytes(hashlib.sha256(b"council\0" + name.encode()).digest()[:8], "big") % PARTITIONS == partition:
            return name


class FaultRun:
    """Made by `with`: all that it started is gone behind it, and its folder too unless it failed."""

    def __init__(self, build, seed, program="bin/twinledgerd"):
        build = pathlib.Path(build).resolve()
        self.dice = random.Random(seed)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="twinledger-faults-"))
        self.topic = f"{PREFIX}.registry"
        self.namespaces = []
        self.broker_network = None
        self.disk = self.clock = None
        self.engaged = [council_of(partition) for partition in range(ENGAGED)]
        self.others = []  # Replicas that were made to be compared with.
        self._program = build / program
        self._clock_library = build / "tests/libmoved_clock.so"
        self._load_program = build / "tests/kafka_fault_load"
        self._seed = seed
        self._counts = collections.Counter()
        self._failures = []
        self._load = None
        self._told = None
        self.client = after.Client(build / "bin/twinledger", self.folder / "one")
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()

    def __enter__(self):
        try:
            self._make()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def _make(self):
        reason = network.why_not()
        if reason:
            print(f"NO NETWORK NAMESPACES HERE ({reason}): REPLICAS ARE CUT OFF IN THE RELAY INSTEAD, AND BROKERS ARE NOT "
                  "CUT FROM EACH OTHER", flush=True)
        hosts = []
        for number in range(REPLICAS):
            if not reason:
                self.namespaces.append(network.Namespace(number))
            hosts.append(self.namespaces[number].host if not reason else "127.0.0.1")
        if not reason:
            self.broker_network = network.BrokerNetwork(BROKERS)
        self._make_disk_and_clock()
        self._guard()
        ports = [_free_ports(host, number) for number, host in enumerate(hosts)]
        self.cluster = Cluster(self.folder / "kafka", [f"{host}:{port}" for host, port in zip(hosts, ports)],
                               self.broker_network, self.disk)
        self.log_address = f"kafka://{self.cluster.brokers}/{PREFIX}"
        self.client.run("log", "init", "--log", self.log_address)
        self.founding_hash = (self.folder / "one/keys/founding.sha256").read_text().strip()
        self.lanes, self.replicas = [], []
        for number, (host, port, behind) in enumerate(zip(hosts, ports, self.cluster.behind)):
            name = ("one", "two")[number]
            lane = Lane(name, host, port, behind, self._loop)
            self._on_loop(lane.listen())
            self.lanes.append(lane)
            if number > 0:
                self._issue()
                self.client.run("replica", "create", self.folder / name)
            relayed = ",".join(f"{host}:{port + n}" for n in range(BROKERS))
            replica = self.make_replica(name, f"kafka://{relayed}/{PREFIX}", self.namespaces[number] if self.namespaces else None,
                                        self.clock if number > 0 else None)
            self.replicas.append(replica)
            replica.start()

    def _issue(self):
        """Accounts of the councils that engage: who records, and who checks that."""
        for council, role in itertools.product(self.engaged, ("officer", "approver")):
            self.client.run("identity", "issue", f"{council}-{role}", "--role", f"council-{role}", "--council", council)

    def _make_disk_and_clock(self):
        reason = disk.why_not()
        if reason:
            print(f"NO DISK CAN BE MOUNTED HERE ({reason}): THAT OF A BROKER IS NOT FILLED", flush=True)
        else:
            self.disk = disk.Disk(self.folder / "disk", self.folder / "disk.mounted")
        self.clock = clock.Clock(self._clock_library, self.folder / "clock")

    def make_replica(self, name, log_address, namespace=None, its_clock=None):
        replica = Replica(name, self._program, self.folder / name, log_address, namespace, its_clock)
        self._on_loop(replica.door.open())
        return replica

    def _on_loop(self, step):
        return asyncio.run_coroutine_threadsafe(step, self._loop).result()

    def _guard(self):
        """Clears up if this process is killed: then its end of the pipe is closed. Servers die with it by themselves."""
        brokers = self.broker_network
        names = " ".join([*(namespace.name for namespace in self.namespaces), *(brokers.names.values() if brokers else [])])
        reading, self._guarding = os.pipe()
        subprocess.Popen(
            ["setsid", "bash", "-c",
             'cat; "$0" down --dir "$1"; for name in $2; do ip netns delete "$name"; done; ip link delete "$3"; umount --lazy "$4"',
             TOOL, self.folder / "kafka", names, brokers.bridge if brokers else "", self.disk.place if self.disk else ""],
            stdin=reading, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(reading)

    def start_load(self, clients=8, flags=(), engaged=True):
        histories = self.folder / "histories"
        histories.mkdir()
        command = [self._load_program, "--credentials", self.folder / "one/identity/clients/agency-approver",
                   "--history", histories, "--seed", self._seed, "--clients", clients, *flags]
        for replica in self.replicas:
            command += ["--server", replica.door.address]
        for council in self.engaged if engaged else []:
            command += ["--engaged", council]
        with open(self.folder / "load.log", "wb") as log:
            self._load = subprocess.Popen(list(map(str, command)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
        if self._load.stdout.readline() != b"ready\n":
            raise RuntimeError(f"the load did not begin: {(self.folder / 'load.log').read_text()}")
        self.progress = Progress(histories, clients + (len(self.engaged) if engaged else 0))
        self.progress.await_all(0, READY_S)

    def end_load(self):
        """Every request is settled behind it, or it has failed."""
        self._load.stdin.close()
        if self._load.wait(SETTLE_S) != 0:
            self.fail(f"the load: {(self.folder / 'load.log').read_text()}")
        self.await_landed()

    def load_ends_within(self, seconds):
        try:
            return self._load.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return False

    def check_alive(self):
        for replica in self.replicas:
            if not replica.alive() or replica.stopped_by_damage():
                raise RuntimeError(f"replica {replica.name} ended or found damage; its log is {replica.log_file}")
        if self._load.poll() is not None:
            raise RuntimeError(f"the load ended: {(self.folder / 'load.log').read_text()}")

    def count(self, what):
        self._counts[what] += 1

    def ask_servers(self):
        """For the checker to judge."""
        self._told = after.ask_all(self)

    def release_late_frames(self):
        for lane in self.lanes:
            self._on_loop(lane.release_all())

    def await_landed(self):
        """Until a broker has answered every frame that was passed on late."""
        deadline = time.monotonic() + SETTLE_S
        while any(lane.held or lane.unanswered for lane in self.lanes):
            if time.monotonic() > deadline:
                raise TimeoutError("a frame that was held is not answered")
            time.sleep(0.1)

    def judge(self, controls=False):
        """(faults, counts): what the checker finds wrong, and what it and the run counted."""
        self.await_landed()
        journal = [entry for lane in self.lanes for entry in lane.journal]
        late = [entry for entry in journal if entry.action in LATE and entry.error == 0]
        facts = {
            "brokers": self.cluster.brokers, "prefix": PREFIX, "founding_hash": self.founding_hash,
            "wall_ns": time.time_ns() - time.monotonic_ns(),
            "histories": str(self.folder / "histories"),
            "told": [self._told] if self._told else [],
            "late": [[entry.topic[len(PREFIX) + 1 :], entry.partition, entry.offset] for entry in late],
        }
        (self.folder / "run.json").write_text(json.dumps(facts))
        (self.folder / "journal.json").write_text(json.dumps([vars(entry) for entry in journal], indent=1))
        command = [CHECKER, self.folder / "run.json", *(["--controls"] if controls else [])]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
        if not done.stdout:
            raise RuntimeError(f"the checker: {done.stderr}")
        counts = json.loads(done.stdout) | self._counts
        counts |= {"late frames landed": len(late), "frames that met a rule": len(journal)}
        return done.stderr.splitlines() if done.returncode != 0 else [], counts

    def fail(self, why):
        self._failures.append(why)

    def conclude(self):
        for failure in self._failures:
            print(f"FAILED: {failure}", file=sys.stderr)
        if self._failures:
            print(f"seed {self._seed}; histories, journal and the logs of brokers and replicas are kept in {self.folder}", file=sys.stderr)
            return 1
        shutil.rmtree(self.folder)
        return 0

    def __exit__(self, kind, error, _):
        if self._load and self._load.poll() is None:
            self._load.kill()
        for replica in [*getattr(self, "replicas", []), *self.others]:
            if replica.alive():
                replica.resume()
                replica.kill()
        if hasattr(self, "cluster"):
            self.cluster.down()
        for made in [*self.namespaces, self.broker_network, self.disk]:
            if made:
                made.remove()
        self.namespaces, self.broker_network, self.disk = [], None, None
        if kind is not None:
            self.fail(f"{kind.__name__}: {error}")
            self.conclude()
        return False
