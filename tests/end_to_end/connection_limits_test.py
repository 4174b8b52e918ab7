#!/usr/bin/env python3
"""connection_limits_test.py BIN: what one connection may do (docs/operations/limits.md), by frames of HTTP/2 of our own.

A gRPC library keeps to what a server announces, so it never meets the end of it.
"""
import json
import os
import pathlib
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import time
import unittest

BIN = pathlib.Path(sys.argv[1]).resolve()
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
ACK, END_HEADERS = 1, 4
MAX_CONCURRENT_STREAMS, MAX_HEADER_LIST_SIZE = 3, 6
ENHANCE_YOUR_CALM = 11


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """A header field that is not indexed: RFC 7541, 6.2.2, without Huffman's code."""
    return b"\x00" + bytes([len(name)]) + name + bytes([len(value)]) + value


# A call that has begun and says nothing more: static entries for POST and https, then literals.
CALL = (b"\x83\x87" + literal(b":path", b"/twinledger.operations.v1.OperationsService/GetHealth") +
        literal(b":authority", b"127.0.0.1") + literal(b"content-type", b"application/grpc") + literal(b"te", b"trailers"))


class Connection:
    def __init__(self, address, bundle):
        host, port = address.rsplit(":", 1)
        context = ssl.create_default_context(cafile=bundle / "ca.pem")
        context.load_cert_chain(bundle / "cert.pem", bundle / "key.pem")
        context.set_alpn_protocols(["h2"])
        self.socket = context.wrap_socket(socket.create_connection((host, int(port)), 60), server_hostname=host)
        self.socket.settimeout(60)
        self.socket.sendall(PREFACE + frame(SETTINGS, 0, 0))
        self.rest = b""

    def send(self, data):
        self.socket.sendall(data)

    def frames(self):
        """Until the server closes."""
        while True:
            while len(self.rest) >= 9 and len(self.rest) >= 9 + int.from_bytes(self.rest[:3], "big"):
                size = int.from_bytes(self.rest[:3], "big")
                kind, flags, stream = struct.unpack(">BBI", self.rest[3:9])
                payload, self.rest = self.rest[9:9 + size], self.rest[9 + size:]
                yield kind, flags, stream & 0x7FFFFFFF, payload
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return
            if not data:
                return
            self.rest += data

    def settings(self):
        for kind, flags, _, payload in self.frames():
            if kind == SETTINGS and not flags & ACK:
                self.send(frame(SETTINGS, ACK, 0))
                return dict(struct.unpack(">HI", payload[i:i + 6]) for i in range(0, len(payload), 6))
        raise AssertionError("closed without settings")


class ConnectionLimitsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        work = pathlib.Path(cls.folder.name)
        cls.log = open(work / "server.log", "wb")
        cls.server = subprocess.Popen(
            [BIN / "twinledgerd", "--data-dir", work / "data", "--listen", "127.0.0.1:0", "--health-listen", "127.0.0.1:0",
             "--metrics-listen", "127.0.0.1:0"], stdout=subprocess.DEVNULL, stderr=cls.log)
        cls.addClassCleanup(cls.server.kill)
        until = time.monotonic() + 120
        endpoint = work / "data" / "endpoint.json"
        while not endpoint.exists():
            assert time.monotonic() < until and cls.server.poll() is None, (work / "server.log").read_text()
            time.sleep(0.1)
        cls.address = json.loads(endpoint.read_text())["listen"]
        cls.bundle = work / "data" / "identity" / "clients" / "operator"

    @classmethod
    def tearDownClass(cls):
        cls.server.terminate()
        assert cls.server.wait(120) == 0
        cls.log.close()
        cls.folder.cleanup()

    def connect(self):
        connection = Connection(self.address, self.bundle)
        self.addCleanup(connection.socket.close)
        return connection

    def test_a_connection_is_told_how_many_calls_and_metadata_it_may_have(self):
        settings = self.connect().settings()
        self.assertEqual(settings[MAX_CONCURRENT_STREAMS], 100)
        self.assertEqual(settings[MAX_HEADER_LIST_SIZE], 8192)

    def begin_calls(self, count):
        """Streams that the server answered or refused while a ping comes back; None once it closed the connection."""
        connection = self.connect()
        connection.settings()
        # The server's own acknowledgement is behind ours: from now on the announced limit holds.
        connection.send(frame(PING, 0, 0, b"settings"))
        for kind, flags, _, payload in connection.frames():
            if kind == PING and flags & ACK and payload == b"settings":
                break
        connection.send(b"".join(frame(HEADERS, END_HEADERS, 2 * i + 1, CALL) for i in range(count)))
        connection.send(frame(PING, 0, 0, b"all-seen"))
        ended = []
        for kind, flags, stream, payload in connection.frames():
            if kind == PING and flags & ACK and payload == b"all-seen":
                return ended
            if kind == RST_STREAM:
                ended.append(stream)
        return None

    def test_a_hundred_calls_at_once_are_taken_and_one_more_is_not(self):
        self.assertEqual(self.begin_calls(100), [])
        self.assertNotEqual(self.begin_calls(101), [])

    def test_who_pings_all_the_time_is_told_to_calm_down(self):
        connection = self.connect()
        connection.settings()
        for number in range(20):
            connection.send(frame(PING, 0, 0, struct.pack(">Q", number)))
        answers = 0
        for kind, flags, _, payload in connection.frames():
            if kind == PING and flags & ACK:
                answers += 1
            if kind == GOAWAY:
                self.assertEqual(struct.unpack(">I", payload[4:8])[0], ENHANCE_YOUR_CALM)
                self.assertEqual(payload[8:], b"too_many_pings")
                return
        self.fail(f"closed, or never told, after {answers} answers")

    def test_who_says_nothing_in_the_handshake_is_cut_off(self):
        host, port = self.address.rsplit(":", 1)
        began = time.monotonic()
        with socket.create_connection((host, int(port)), 60) as silent:
            silent.settimeout(60)
            self.assertEqual(silent.recv(1), b"")
        self.assertGreater(time.monotonic() - began, 4)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
