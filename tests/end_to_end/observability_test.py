#!/usr/bin/env python3
"""observability_test.py BIN SOURCE: traces of a server that ran the sample.

One server for all: it takes the sample, a refused command and a repeated one; then each test asks it, or reads what it wrote.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

BIN, SOURCE = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = TRACEPARENT.split("-")[1]


class Server:
    """twinledgerd on a folder of its own, with the sample in it."""

    def __init__(self, work=None, sample=True):
        self.folder = None if work else tempfile.TemporaryDirectory()
        self.work = work or pathlib.Path(self.folder.name)
        self.log = open(self.work / "server.log", "wb")
        self.process = subprocess.Popen(
            [BIN / "twinledgerd", "--data-dir", self.work / "data", "--log-level", "debug", "--listen", "127.0.0.1:0",
             "--health-listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0"], stdout=subprocess.DEVNULL, stderr=self.log)
        unittest.addModuleCleanup(self.process.kill)  # Whatever fails.
        self.endpoint = self._wait_for_endpoint()
        if not sample:
            return
        self.client("--as", "agency-approver", "import", "councils", SOURCE / "tools/sample/councils.csv")
        self.client("--as", "agency-approver", "import", "relationships", SOURCE / "tools/sample/relationships.csv")

    def _wait_for_endpoint(self):
        until = time.monotonic() + 120
        while time.monotonic() < until and self.process.poll() is None:
            try:
                return json.loads((self.work / "data" / "endpoint.json").read_text())
            except (FileNotFoundError, json.JSONDecodeError):
                time.sleep(0.1)
        raise AssertionError((self.work / "server.log").read_text())

    def client(self, *words, exit=0, traceparent=None):
        environment = {"HOME": str(self.work), "PATH": os.environ["PATH"]}
        if traceparent:
            environment["TRACEPARENT"] = traceparent
        done = subprocess.run([BIN / "twinledger", *words], cwd=self.work, env=environment, capture_output=True, text=True,
                              timeout=300)
        assert exit in (None, done.returncode), (words, done.returncode, done.stdout, done.stderr)
        return done

    def lines(self):
        return [json.loads(line) for line in (self.work / "server.log").read_text().splitlines()]

    def stop(self):
        self.process.terminate()
        assert self.process.wait(120) == 0
        self.log.close()
        if self.folder:
            self.folder.cleanup()


class ObservabilityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_one_trace_is_in_the_clients_error_the_servers_log_and_the_commit(self):
        refused = self.server.client("--as", "agency-approver", "council", "create", "wellington-city", "--display-name",
                                     "Another", "--kind", "city", exit=10)
        trace = re.search(r"^trace ([0-9a-f]{32})$", refused.stderr, re.M).group(1)
        told = [line for line in self.server.lines() if line.get("trace_id") == trace]
        self.assertEqual([(line["rpc"], line["level"]) for line in told if line["level"] != "debug"],
                         [("twinledger.registry.v1.RegistryService/CreateCouncil", "info")])
        self.assertNotIn("Another", json.dumps(told))
        commits = self.server.client("--as", "auditor", "log", "replay", "--trace", trace, "-o", "jsonl").stdout.splitlines()
        self.assertEqual([(commit["trace_id"], commit["outcome"]) for commit in map(json.loads, commits)], [(trace, "REFUSED")])

    def test_the_trace_of_whatever_runs_the_client_is_passed_on(self):
        self.server.client("--as", "agency-approver", "council", "create", "traced-council", "--display-name", "Traced",
                           "--kind", "city", traceparent=TRACEPARENT)
        commits = self.server.client("--as", "auditor", "log", "replay", "--trace", TRACE, "-o", "jsonl").stdout.splitlines()
        self.assertEqual([json.loads(commit)["outcome"] for commit in commits], ["DONE"])
        told = [line for line in self.server.lines() if line.get("trace_id") == TRACE]
        self.assertIn("twinledger.registry.v1.RegistryService/CreateCouncil", [line["rpc"] for line in told])

    def test_an_error_for_programs_has_its_trace_in_a_field_of_its_own(self):
        missing = self.server.client("--as", "agency-approver", "council", "get", "no-such-council", "-o", "json", exit=8)
        self.assertRegex(json.loads(missing.stdout)["error"]["trace_id"], r"^[0-9a-f]{32}$")
        nowhere = self.server.client("--as", "agency-approver", "--server", "127.0.0.1:1", "council", "list", "-o", "json", exit=11)
        self.assertIsNone(json.loads(nowhere.stdout)["error"]["trace_id"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
