"""A network of its own for each replica: a namespace whose only way out leads to the brokers, and that can be cut in
either direction without either end being told."""

import concurrent.futures
import ctypes
import os
import socket
import subprocess

CLONE_NEWNET = 0x40000000
# A card that nobody has: what is sent to it is lost.
NOWHERE = "02:00:00:00:00:01"


def _ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


def why_not():
    """Why no namespace can be made here, or None."""
    name = f"tl-probe-{os.getpid()}"
    try:
        _ip("netns", "add", name)
        try:
            Namespace.link(name, f"tlp{os.getpid()}", "10.213.255.1", "10.213.255.2")
            _ip("link", "delete", f"tlp{os.getpid()}")
        finally:
            _ip("netns", "delete", name)
    except FileNotFoundError:
        return "there is no `ip` (package iproute2)"
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
        self.link(self.name, self._wire, self.host, self._inside)
        # A socket belongs to the namespace of the thread that made it.
        self._thread = concurrent.futures.ThreadPoolExecutor(1, initializer=self._enter)

    @staticmethod
    def link(name, wire, host, inside):
        _ip("link", "add", wire, "type", "veth", "peer", "name", "brokers", "netns", name)
        _ip("address", "add", f"{host}/30", "dev", wire)
        _ip("link", "set", wire, "up")
        _ip("-n", name, "address", "add", f"{inside}/30", "dev", "brokers")
        _ip("-n", name, "link", "set", "brokers", "up")
        _ip("-n", name, "link", "set", "lo", "up")

    def _enter(self):
        with open(f"/run/netns/{self.name}", encoding="utf-8") as file:
            if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), CLONE_NEWNET) != 0:
                raise OSError(ctypes.get_errno(), "setns")

    def command(self, words):
        return ["nsenter", f"--net=/run/netns/{self.name}", "--", *words]

    def socket(self):
        return self._thread.submit(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM)).result()

    def cut(self, to_brokers, from_brokers):
        if to_brokers:
            _ip("-n", self.name, "neighbour", "replace", self.host, "lladdr", NOWHERE, "dev", "brokers", "nud", "permanent")
        if from_brokers:
            _ip("neighbour", "replace", self._inside, "lladdr", NOWHERE, "dev", self._wire, "nud", "permanent")

    def heal(self):
        for words in (("-n", self.name, "neighbour", "flush", "dev", "brokers", "nud", "permanent"),
                      ("neighbour", "flush", "dev", self._wire, "nud", "permanent")):
            _ip(*words)

    def remove(self):
        self._thread.shutdown()
        _ip("netns", "delete", self.name)  # And with it its wire.
