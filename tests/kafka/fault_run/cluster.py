"""The brokers of a run, by tools/kafka/kafka."""

import pathlib
import shlex
import subprocess
import time

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

TOOL = pathlib.Path(__file__).resolve().parents[3] / "tools/kafka/kafka"
PATIENCE_S = 120
ANSWER_S = 3
# The broker whose data can be on a disk of their own.
DISK_OF = 3


class Cluster:
    """Three brokers, in a network of theirs if there is one, one with a disk of its own if there is one; `behind` is where
    each lane's relay finds them."""

    def __init__(self, folder, vias=(), network=None, disk=None):
        self.folder = folder
        self.network = network
        if disk:
            of_broker = folder / f"broker-{DISK_OF}"
            of_broker.mkdir(parents=True)
            (of_broker / "data").symlink_to(f"{disk.place}/data")
        flags = [word for via in vias for word in ("--via", via)] + (network.flags() if network else [])
        self._tool("up", "--brokers", "3", "--port", "0", *flags)
        settings = dict(line.split("=", 1) for line in shlex.split(self._tool("env")))
        self.brokers = settings["KAFKA_BOOTSTRAP"]
        self.behind = [
            [(host, int(port)) for host, port in (address.split(":") for address in settings[f"KAFKA_BEHIND_VIA_{n + 1}"].split(","))]
            for n in range(len(vias))
        ]

    def _tool(self, *words):
        # What it starts must not keep a pipe of ours open: brokers write to files.
        done = subprocess.run([TOOL, *words, "--dir", self.folder], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"tools/kafka/kafka {' '.join(words)}: {done.stderr}")
        return done.stdout

    def _partitions(self, topic):
        """Empty while no broker answers. A client of its own each time: one that has met a broker keeps to it, and waits
        for it when it is dead."""
        try:
            admin = AdminClient({"bootstrap.servers": self.brokers, "log_level": 0})
            return admin.list_topics(topic, timeout=ANSWER_S).topics[topic].partitions
        except KafkaException:
            return {}

    def await_leader(self, topic, partition, other_than=None):
        """The number of the broker."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            partitions = self._partitions(topic)
            if partitions and partitions[partition].leader not in (-1, other_than):
                return partitions[partition].leader
            if time.monotonic() > deadline:
                raise TimeoutError(f"partition {partition} of {topic} has no new leader within {PATIENCE_S} s")
            time.sleep(0.1)

    def in_sync(self, topic):
        """Whether every partition has all of its copies."""
        partitions = self._partitions(topic).values()
        return bool(partitions) and all(len(partition.isrs) == len(partition.replicas) for partition in partitions)

    def leaders(self, topic):
        """Of all of its partitions."""
        return {partition.leader for partition in self._partitions(topic).values()}

    def in_sync_anywhere(self, topic):
        """Brokers with all records of a partition; every broker while none tells."""
        partitions = self._partitions(topic).values()
        return {broker for partition in partitions for broker in partition.isrs} if partitions else {1, 2, 3}

    def configure(self, topic, setting):
        self._tool("configs", "--alter", "--entity-type", "topics", "--entity-name", topic, "--add-config", setting)

    def port(self, broker):
        return self.brokers.split(",")[broker - 1].rsplit(":", 1)[1]

    def runs(self, broker):
        try:
            pid = (self.folder / f"broker-{broker}/pid").read_text().strip()
            state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        except FileNotFoundError:
            return False
        return state != "Z"

    def kill(self, broker):
        self._tool("kill", str(broker))

    def start(self, broker, *flags):
        self._tool("start", str(broker), *flags)

    def pause(self, broker):
        self._tool("pause", str(broker))

    def resume(self, broker):
        self._tool("resume", str(broker))

    def down(self):
        """Leaves the logs of the brokers, for who looks at a failure."""
        self._tool("down")
