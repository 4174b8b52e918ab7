"""Networks that can be cut in either direction without either end being told: one of its own for each replica, whose only
way out leads to the brokers, and one that the brokers have among themselves."""

import concurrent.futures
import ctypes
import os
import socket
import subprocess

CLONE_NEWNET = 0x40000000
# Of a network that is slow, with what it keeps before it loses.
SLOW = ("tbf", "rate", "1mbit", "burst", "16kb", "latency", "1s")
# A card that nobody has: what is sent to it is lost.
NOWHERE = "02:00:00:00:00:01"


def _ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def _lose(sender, receiver, card):
    """What is sent from a namespace ((), for the one that this runs in) to an address is lost from here on."""
    _ip(*sender, "neighbour", "replace", receiver, "lladdr", NOWHERE, "dev", card, "nud", "permanent")


def _lose_nothing(sender, card):
    _ip(*sender, "neighbour", "flush", "dev", card, "nud", "permanent")


def _slow(sender, card):
    """What a card of a namespace sends goes at 1 Mbit/s from here on."""
    subprocess.run(["tc", *sender, "qdisc", "replace", "dev", card, "root", *SLOW], check=True, capture_output=True, text=True)


def _as_fast_as_it_can(sender, card):
    subprocess.run(["tc", *sender, "qdisc", "delete", "dev", card, "root"], check=True, capture_output=True, text=True)


def _plug(name, wire, card, address):
    """A wire from here into a namespace, where its end has an address."""
    _ip("link", "add", wire, "type", "veth", "peer", "name", card, "netns", name)
    _ip("link", "set", wire, "up")
    _ip("-n", name, "address", "add", address, "dev", card)
    _ip("-n", name, "link", "set", card, "up")
    _ip("-n", name, "link", "set", "lo", "up")


def why_not():
    """Why no namespaces can be made here, or None."""
    name, wire = f"tl-probe-{os.getpid()}", f"tlp{os.getpid()}"
    try:
        _ip("netns", "add", name)
        try:
            _plug(name, wire, "probe", "10.213.255.2/30")
            _slow((), wire)
            _ip("link", "delete", wire)
            _ip("link", "add", wire, "type", "bridge")
            _ip("link", "delete", wire)
        finally:
            _ip("netns", "delete", name)
    except FileNotFoundError as error:
        return f"there is no `{error.filename}` (package iproute2)"
    except subprocess.CalledProcessError as error:
        return error.stderr.strip() or str(error)
    return None


class Namespace:
    """Two ends of a wire: `host` is what the replica connects to, `inside` its own address."""

    def __init__(self, number):
        self.name = f"tl-faults-{os.getpid()}-{number}"
        self.host = f"10.213.{os.getpid() % 250}.{4 * number + 1}"
        self._inside = f"10.213.{os.getpid() % 250}.{4 * number + 2}"
        self._wire = f"tlf{os.getpid()}n{number}"
        _ip("netns", "add", self.name)
        _plug(self.name, self._wire, "brokers", f"{self._inside}/30")
        _ip("address", "add", f"{self.host}/30", "dev", self._wire)
        # A socket belongs to the namespace of the thread that made it.
        self._thread = concurrent.futures.ThreadPoolExecutor(1, initializer=self._enter)

    def _enter(self):
        with open(f"/run/netns/{self.name}", encoding="utf-8") as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    def command(self, words):
        return ["nsenter", f"--net=/run/netns/{self.name}", "--", *words]

    def socket(self):
        return self._thread.submit(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)).result()

    def cut(self, to_brokers=True, from_brokers=True):
        if to_brokers:
            _lose(("-n", self.name), self.host, "brokers")
        if from_brokers:
            _lose((), self._inside, self._wire)

    def heal(self):
        _lose_nothing(("-n", self.name), "brokers")
        _lose_nothing((), self._wire)

    def slow(self):
        """In both directions."""
        _slow(("-n", self.name), "brokers")
        _slow((), self._wire)

    def fast(self):
        _as_fast_as_it_can(("-n", self.name), "brokers")
        _as_fast_as_it_can((), self._wire)

    def remove(self):
        self._thread.shutdown()
        _ip("netns", "delete", self.name)  # And with it its wire.


class BrokerNetwork:
    """A namespace for each broker, all on one bridge, and this one on it too. Brokers are numbered from 1."""

    def __init__(self, brokers):
        subnet = f"10.214.{os.getpid() % 250}"
        self.bridge = f"tlf{os.getpid()}b"
        self.names = {n: f"tl-faults-{os.getpid()}-broker-{n}" for n in range(1, brokers + 1)}
        self._addresses = {n: f"{subnet}.{n}" for n in self.names}
        _ip("link", "add", self.bridge, "type", "bridge")
        _ip("address", "add", f"{subnet}.254/24", "dev", self.bridge)
        _ip("link", "set", self.bridge, "up")
        for n, name in self.names.items():
            _ip("netns", "add", name)
            wire = f"{self.bridge}{n}"
            _plug(name, wire, "cluster", f"{self._addresses[n]}/24")
            _ip("link", "set", wire, "master", self.bridge)

    def flags(self):
        """As tools/kafka/kafka wants them."""
        return [word for n, name in self.names.items() for word in ("--network", f"{name}={self._addresses[n]}")]

    def cut(self, sender, receiver):
        """In this direction alone. Whoever is not a broker reaches both."""
        _lose(("-n", self.names[sender]), self._addresses[receiver], "cluster")

    def reaches(self, sender, receiver, port):
        """Whether one can connect to the other: for that both directions are needed."""
        connect = f"exec 3<> /dev/tcp/{self._addresses[receiver]}/{port}"
        command = ["nsenter", f"--net=/run/netns/{self.names[sender]}", "--", "timeout", "1", "bash", "-c", connect]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def heal(self):
        for name in self.names.values():
            _lose_nothing(("-n", name), "cluster")

    def slow(self, broker):
        """What it sends, to whomever."""
        _slow(("-n", self.names[broker]), "cluster")

    def fast(self, broker):
        _as_fast_as_it_can(("-n", self.names[broker]), "cluster")

    def remove(self):
        for name in self.names.values():
            _ip("netns", "delete", name)
        _ip("link", "delete", self.bridge)
