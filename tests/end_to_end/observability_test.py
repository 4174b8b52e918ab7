#!/usr/bin/env python3
"""observability_test.py BIN SOURCE: metrics, dashboard, alerts and traces of a server that ran the sample.

One server for all: it takes the sample, a refused command and a repeated one; then each test asks it, or reads what it wrote.
"""
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request

BIN, SOURCE = (pathlib.Path(argument).resolve() for argument in sys.argv[1:3])
OBSERVABILITY = SOURCE / "deploy" / "observability"
# Present once they were met.
LABELS = {"code", "le", "partition", "reason", "rpc", "service", "stream", "version"}
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = TRACEPARENT.split("-")[1]
CREATE_COUNCIL = "twinledger.registry.v1.RegistryService/CreateCouncil"


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

    def metrics(self):
        with urllib.request.urlopen(f"http://{self.endpoint['metrics_listen']}/metrics", timeout=60) as answer:
            return answer.read().decode()

    def lines_of(self, trace, rpc):
        """What its log tells of a trace, with a line of that call, which is written behind the call's answer."""
        until = time.monotonic() + 60
        while True:
            whole = (self.work / "server.log").read_bytes().rpartition(b"\n")[0]
            told = [line for line in map(json.loads, whole.splitlines()) if line.get("trace_id") == trace]
            if rpc in [line.get("rpc") for line in told]:
                return told
            assert time.monotonic() < until, (trace, rpc, told)
            time.sleep(0.1)

    def stop(self):
        self.process.terminate()
        assert self.process.wait(120) == 0
        self.log.close()
        if self.folder:
            self.folder.cleanup()


def families(metrics):
    return set(re.findall(r"^# TYPE (\S+) ", metrics, re.M))


def names_in(expression):
    """Names of metrics, without what a histogram adds."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) if "seconds_" in name else name
            for name in re.findall(r"\b(twinledger_[a-z_]+)\b", expression)}


def panels(dashboard):
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])


class ObservabilityTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def test_promtool_has_nothing_against_the_metrics(self):
        checked = subprocess.run(["promtool", "check", "metrics"], input=self.server.metrics(), capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stdout + checked.stderr), (0, ""))

    def test_names_are_ours_and_labels_of_a_closed_list(self):
        samples = [line for line in self.server.metrics().splitlines() if line and not line.startswith("#")]
        self.assertGreater(len(samples), 100)
        for sample in samples:
            self.assertRegex(sample, r"^twinledger_[a-z_]+(\{.*\})? \S+$")
            for label, value in re.findall(r'([a-z_]+)="([^"]*)"', sample):
                self.assertIn(label, LABELS, sample)
                # A word, a number, a method: no id, no name of a person, no text.
                self.assertRegex(value, r"^([A-Za-z_]+|[a-z0-9.]+\.[A-Za-z]+/[A-Za-z]+|[0-9.e+-]+|\+Inf)$", sample)
                self.assertNotRegex(value, r"[0-9a-f]{8}-[0-9a-f]{4}", sample)
        self.assertNotIn("wellington", self.server.metrics())

    def test_failures_of_each_method_are_counted_from_zero_on(self):
        for method in ("registry.v1.RegistryService/CreateCouncil", "audit.v1.AuditService/ReplayCommits",
                       "operations.v1.OperationsService/GetHealth"):
            for code in ("DATA_LOSS", "INTERNAL", "UNKNOWN"):
                self.assertIn(f'\ntwinledger_rpc_calls_total{{code="{code}",rpc="twinledger.{method}"}} 0\n', self.server.metrics())

    def test_every_expression_of_the_dashboard_is_of_metrics_that_are_there(self):
        dashboard = json.loads((OBSERVABILITY / "dashboard.json").read_text())
        there = families(self.server.metrics())
        rules = ["groups:", "- name: dashboard", "  rules:"]
        for panel in panels(dashboard):
            for target in panel.get("targets", []):
                names = names_in(target["expr"])
                self.assertTrue(names, target)
                self.assertLessEqual(names, there, panel["title"])
                expression = target["expr"].replace("$__rate_interval", "5m").replace("$instance", ".*")
                rules += ["  - record: panel:target", "    labels: {at: '%s-%s'}" % (panel["id"], target["refId"]),
                          "    expr: " + json.dumps(expression)]
        file = self.server.work / "dashboard_rules.yaml"
        file.write_text("\n".join(rules) + "\n")
        checked = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_the_dashboard_is_what_grafana_takes(self):
        dashboard = json.loads((OBSERVABILITY / "dashboard.json").read_text())
        self.assertIsNone(dashboard["id"])
        self.assertGreaterEqual(dashboard["schemaVersion"], 36)
        self.assertTrue(dashboard["title"] and dashboard["uid"])
        variables = {variable["name"] for variable in dashboard["templating"]["list"]}
        ids = [panel["id"] for panel in panels(dashboard)]
        self.assertEqual(len(ids), len(set(ids)))
        taken = set()
        for panel in panels(dashboard):
            self.assertIn(panel["type"], {"row", "timeseries", "stat"})
            self.assertTrue(panel["title"])
            place = panel["gridPos"]
            cells = {(x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])}
            self.assertLessEqual(place["x"] + place["w"], 24)
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells
            if panel["type"] == "row":
                continue
            self.assertEqual(panel["datasource"], {"type": "prometheus", "uid": "${datasource}"})
            self.assertTrue(panel["targets"])
            for target in panel["targets"]:
                self.assertTrue(target["refId"])
                used = set(re.findall(r"\$(\w+)", target["expr"])) - {"__rate_interval"}
                self.assertLessEqual(used, variables)

    def test_every_alert_is_of_metrics_that_are_there_and_fires_in_a_test_and_has_its_section(self):
        text = (OBSERVABILITY / "alerts.yaml").read_text()
        self.assertLessEqual(names_in(text) - {"twinledger_"}, families(self.server.metrics()))
        alerts = re.findall(r"- alert: (\w+)", text)
        self.assertEqual(len(re.findall(r"runbook_url: docs/operations/alerts\.md#(\w+)", text)), len(alerts))
        sections = re.findall(r"^### (\w+)$", (SOURCE / "docs/operations/alerts.md").read_text(), re.M)
        self.assertEqual(sorted(sections), sorted(alerts))
        cases = (OBSERVABILITY / "alerts_test.yaml").read_text()
        for alert in alerts:
            self.assertIn(f"docs/operations/alerts.md#{alert.lower()}", text)
            self.assertIn(f"- name: {alert} fires\n", cases)
            self.assertIn(f"- name: {alert} does not\n", cases)

    def test_promtool_takes_the_configurations_of_the_guide(self):
        guide = (SOURCE / "docs/operations/alerts.md").read_text()
        configurations = re.findall(r"```\n(scrape_configs:\n.*?)```", guide, re.S)
        self.assertEqual(len(configurations), 2)
        for configuration in configurations:
            self.assertEqual(re.findall(r"job_name: (\w+)", configuration), re.findall(r'absent\(up\{job="(\w+)"',
                             (OBSERVABILITY / "alerts.yaml").read_text()))
            # Debian's promtool knows no Kubernetes.
            text = re.sub(r"kubernetes_sd_configs: .*", "static_configs: []", configuration)
            file = self.server.work / "prometheus.yaml"
            file.write_text(text.replace("[alerts.yaml]", f"[{OBSERVABILITY / 'alerts.yaml'}]"))
            checked = subprocess.run(["promtool", "check", "config", file], capture_output=True, text=True)
            self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_promtool_runs_each_alert_once_where_it_fires_and_once_where_it_does_not(self):
        tested = subprocess.run(["promtool", "test", "rules", OBSERVABILITY / "alerts_test.yaml"], capture_output=True, text=True)
        self.assertEqual(tested.returncode, 0, tested.stdout + tested.stderr)

    def test_one_trace_is_in_the_clients_error_the_servers_log_and_the_commit(self):
        refused = self.server.client("--as", "agency-approver", "council", "create", "wellington-city", "--display-name",
                                     "Another", "--kind", "city", exit=10)
        trace = re.search(r"^trace ([0-9a-f]{32})$", refused.stderr, re.M).group(1)
        told = self.server.lines_of(trace, CREATE_COUNCIL)
        self.assertEqual([(line["rpc"], line["level"]) for line in told if line["level"] != "debug"], [(CREATE_COUNCIL, "info")])
        self.assertNotIn("Another", json.dumps(told))
        commits = self.server.client("--as", "auditor", "log", "replay", "--trace", trace, "-o", "jsonl").stdout.splitlines()
        self.assertEqual([(commit["trace_id"], commit["outcome"]) for commit in map(json.loads, commits)], [(trace, "REFUSED")])

    def test_the_trace_of_whatever_runs_the_client_is_passed_on(self):
        self.server.client("--as", "agency-approver", "council", "create", "traced-council", "--display-name", "Traced",
                           "--kind", "city", traceparent=TRACEPARENT)
        commits = self.server.client("--as", "auditor", "log", "replay", "--trace", TRACE, "-o", "jsonl").stdout.splitlines()
        self.assertEqual([json.loads(commit)["outcome"] for commit in commits], ["DONE"])
        self.server.lines_of(TRACE, CREATE_COUNCIL)

    def test_an_error_for_programs_has_its_trace_in_a_field_of_its_own(self):
        missing = self.server.client("--as", "agency-approver", "council", "get", "no-such-council", "-o", "json", exit=8)
        self.assertRegex(json.loads(missing.stdout)["error"]["trace_id"], r"^[0-9a-f]{32}$")
        nowhere = self.server.client("--as", "agency-approver", "--server", "127.0.0.1:1", "council", "list", "-o", "json", exit=11)
        self.assertIsNone(json.loads(nowhere.stdout)["error"]["trace_id"])

    def test_health_is_explained_and_all_is_well(self):
        told = self.server.client("--as", "operator", "health", "--explain").stdout
        for service in ("registry", "engagement", "risk", "reporting"):
            self.assertIn(f"ok     {service}: serves", told)
        self.assertNotIn("WRONG", told)
        shown = json.loads(self.server.client("--as", "operator", "health", "--explain", "-o", "json").stdout)
        self.assertEqual([row for row in shown["findings"] if row["weight"] == "WRONG"], [])

    def test_health_explains_what_is_wrong_and_tells_it_by_its_exit_code(self):
        with tempfile.TemporaryDirectory() as folder:
            works = [pathlib.Path(folder) / name for name in ("one", "other")]
            for work in works:
                work.mkdir()
                Server(work, sample=False).stop()
            # Writes would be of another log.
            key = pathlib.Path("data/keys/writer-registry.pem")
            shutil.copy(works[1] / key, works[0] / key)
            server = Server(works[0], sample=False)
            until = time.monotonic() + 120
            told = server.client("--as", "operator", "health", "--explain", exit=None)
            while told.returncode != 1 and time.monotonic() < until:  # Until the writers have read their partitions.
                time.sleep(0.1)
                told = server.client("--as", "operator", "health", "--explain", exit=None)
            self.assertEqual(told.returncode, 1)
            self.assertRegex(told.stdout, r"WRONG  registry \(registry/\d\): every write is refused")
            for part in ('lines with "reason":"KEY_NOT_ENROLLED"', "metric   twinledger_writer_key_not_enrolled",
                         "runbook  docs/operations/alerts.md#twinledgerkeynotenrolled", "ok     engagement: serves"):
                self.assertIn(part, told.stdout)
            server.stop()
            server.client("--as", "operator", "--server", "127.0.0.1:1", "health", "--explain", exit=11)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
