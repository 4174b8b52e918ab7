#!/usr/bin/python3
"""compose_test.py BUILD: what deploy/compose and the Dockerfile say is well formed, is safe, and is of the programs in BUILD.

No engine: compose.yaml is read as the specification has it, the Dockerfile by hadolint; every setting, flag, port, path and
image that they name is looked up where it is defined.
"""

import json
import os
import re
import subprocess
import tempfile
import unittest

from manifests import (
    BUILD, CHECKERS, DATA_DIR, FIRST_PORT, HEALTH_PORT, OVERLAYS, PORTS, Program, RESOURCES, SOURCES, VARIABLES,
    containers_of, run, settings_of, text_of, version, yaml_of)


class Compose(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        text = text_of("deploy/compose/compose.yaml")
        example = dict(line.split("=", 1) for line in text_of("deploy/compose/.env.example").splitlines() if line and line[0] != "#")
        cls.used = set(re.findall(r"\$\{([A-Z_0-9]+)", text))
        cls.example = example
        (cls.file,) = yaml_of(re.sub(r"\$\{([A-Z_0-9]+)[^}]*\}", lambda match: example[match[1]], text))
        cls.servers = {name: service for name, service in cls.file["services"].items() if "twinledger-server" in service["image"]}

    def test_the_specification_takes_it(self):
        check = ("import json, sys, compose_spec\nread = compose_spec.PyCompose.from_json(sys.stdin.read())\nread.validate()\n"
                 "read.to_spec()\nprint(len(read.services))")
        said = run(f"{CHECKERS}/python", "-c", check, input=json.dumps(self.file))
        self.assertEqual(said.stdout.strip(), str(len(self.file["services"])), said.stderr)
        wrong = json.loads(json.dumps(self.file))
        wrong["services"]["ledger-1"]["networks"].append("nowhere")
        self.assertNotEqual(run(f"{CHECKERS}/python", "-c", check, input=json.dumps(wrong)).returncode, 0)

    def test_the_example_has_what_is_used_and_no_secret(self):
        self.assertEqual(self.used, set(self.example))
        self.assertFalse([name for name in self.example if re.search("PASSWORD|SECRET|KEY", name)])

    def test_three_brokers_and_two_servers_with_all_services(self):
        brokers = [name for name, service in self.file["services"].items() if "KAFKA_NODE_ID" in service.get("environment", {})]
        self.assertEqual(len(brokers), 3)
        for name in ("ledger-1", "ledger-2"):
            self.assertNotIn("TWINLEDGER_SERVICES", self.servers[name]["environment"])
            self.assertEqual(self.servers[name]["depends_on"]["join" + name[-2:]], {"condition": "service_completed_successfully"})
            self.assertTrue(self.servers[name]["ports"][0].endswith(f":{FIRST_PORT}"))

    def test_what_serves_comes_back_with_its_host(self):
        lasting = {name: service.get("restart") for name, service in self.file["services"].items() if "healthcheck" in service}
        del lasting["rights"]  # A job on a broker's image, whose check is switched off.
        self.assertEqual(lasting, dict.fromkeys(("kafka-1", "kafka-2", "kafka-3", "ledger-1", "ledger-2"), "unless-stopped"))

    def test_what_only_bash_knows_is_asked_of_bash(self):
        tests = {name: service["healthcheck"]["test"] for name, service in self.file["services"].items()
                 if "test" in service.get("healthcheck", {})}
        self.assertEqual({name for name, test in tests.items() if any("/dev/tcp" in word for word in test)},
                         {"kafka-1", "kafka-2", "kafka-3"})
        for name, test in tests.items():
            if any("/dev/tcp" in word for word in test):
                self.assertEqual(test[:3], ["CMD", "bash", "-c"], name)

    def test_servers_are_confined(self):
        for name, service in self.servers.items():
            self.assertIs(service["read_only"], True, name)
            self.assertEqual(service["user"], "10001:10001")
            self.assertEqual(service["cap_drop"], ["ALL"])
            self.assertEqual(service["security_opt"], ["no-new-privileges:true"])
            self.assertEqual(service["ulimits"]["core"], 0)
        self.assertIs(self.file["networks"]["log"]["internal"], True)

    def test_nothing_that_starts_by_itself_founds(self):
        for name, service in self.servers.items():
            if "twinledger-found" in service.get("entrypoint", []):
                self.assertEqual(service["profiles"], ["founding"], name)

    def test_settings_and_commands_are_the_programs(self):
        for service in self.servers.values():
            self.assertLessEqual(set(service["environment"]), VARIABLES)
            log = settings_of(service["environment"])["log"][1]
            for path in re.findall(r"location=/run/secrets/([^&]+)", log):
                self.assertIn(path, service["secrets"])
        for name in ("ledger-1", "ledger-2"):
            kind, *words = self.servers[name]["healthcheck"]["test"]
            self.assertEqual(kind, "CMD")
            self.assertEqual(Program.wrong_flags(words), [])
            self.assertIn(f"127.0.0.1:{HEALTH_PORT}", words)

    @staticmethod
    def make_secrets(folder, *prefix):
        return run(*prefix, f"{SOURCES}/deploy/compose/make-secrets", folder)

    def assert_certified(self, folder):
        for name, usage in (("broker", "sslserver"), ("server", "sslclient")):
            checked = run("openssl", "verify", "-purpose", usage, "-CAfile", f"{folder}/ca.pem", f"{folder}/{name}.pem")
            self.assertEqual(checked.returncode, 0, checked.stderr)

    def test_secrets_are_the_files_that_the_script_makes(self):
        folder = f"{BUILD}/compose-secrets"
        subprocess.run(["rm", "-rf", folder], check=True)
        made = self.make_secrets(folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        for secret in self.file["secrets"].values():
            self.assertTrue(os.path.isfile(f"{folder}/{os.path.basename(secret['file'])}"), secret)
        self.assert_certified(folder)
        for name, account in (("server.key", 10001), ("broker.pem", 1000)):
            status = os.stat(f"{folder}/{name}")
            self.assertEqual((status.st_uid, status.st_mode & 0o777), (account, 0o600), name)

        # Again: certificates by the same CA.
        def bytes_of(name):
            with open(f"{folder}/{name}", "rb") as file:
                return file.read()
        before = {name: bytes_of(name) for name in ("ca.pem", "ca.key", "broker.pem", "server.pem", "server.key")}
        renewed = self.make_secrets(folder)
        self.assertEqual(renewed.returncode, 0, renewed.stderr)
        self.assertEqual({name for name in before if bytes_of(name) == before[name]}, {"ca.pem", "ca.key"})
        self.assert_certified(folder)
        self.assertEqual(set(os.listdir(folder)), set(before))
        for missing in ("ca.key", "ca.pem"):
            os.rename(f"{folder}/{missing}", f"{folder}/offline")
            refused = self.make_secrets(folder)
            self.assertEqual(refused.returncode, 1, "made over half a CA")
            self.assertIn(f"{missing} is not there: bring it back", refused.stderr)
            os.rename(f"{folder}/offline", f"{folder}/{missing}")

    def test_keys_that_a_container_cannot_read_are_told_with_the_remedy(self):
        with tempfile.TemporaryDirectory() as folder:
            os.chown(folder, 65534, 65534)
            made = self.make_secrets(folder, "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
            self.assertEqual(made.returncode, 1)
            self.assertIn(f"sudo chown 10001:10001 {folder}/server.key; sudo chown 1000:1000 {folder}/broker.pem", made.stderr)
            self.assert_certified(folder)


class Image(unittest.TestCase):
    TEXT = text_of("deploy/container/Dockerfile")

    def test_hadolint_has_nothing_to_say(self):
        said = run(f"{CHECKERS}/hadolint", "--failure-threshold", "info", f"{SOURCES}/deploy/container/Dockerfile")
        self.assertEqual((said.returncode, said.stdout), (0, ""), said.stderr)

    def test_the_last_stage_installs_the_server_s_package_and_nothing_else(self):
        last = self.TEXT.rsplit("\nFROM ", 1)[1]
        self.assertTrue(last.startswith("debian:bookworm-slim\n"))
        installed = re.findall(r"apt-get install (.*?) &&", last)
        self.assertEqual(installed, ["-y --no-install-recommends /packages/twinledger-server_*.deb"])
        self.assertIn("\nUSER 10001:10001\n", last)

    def test_settings_ports_and_paths_are_the_server_s(self):
        given = dict(re.findall(r"(TWINLEDGER_[A-Z_]+)=(\S+)", self.TEXT))
        self.assertLessEqual(set(given), VARIABLES)
        self.assertEqual(settings_of(given)["data_dir"][1], DATA_DIR)
        self.assertEqual({int(port) for port in re.findall(r"\nEXPOSE (.*)", self.TEXT)[0].split()}, PORTS)
        words = json.loads(re.findall(r"\nHEALTHCHECK .*CMD (\[.*\])", self.TEXT)[0])
        self.assertEqual(Program.wrong_flags(words), [])
        self.assertIn(f"127.0.0.1:{HEALTH_PORT}", words)
        for paths in re.findall(r"\nCOPY (?!--from)(?:--\S+ )?(.*)", self.TEXT):
            for path in paths.split()[:-1]:
                self.assertTrue(os.path.exists(os.path.join(SOURCES, path)), path)
                self.assertTrue(any(path == kept or path.startswith(kept + "/") for kept in
                                    re.findall(r"^!(\S+)", text_of(".dockerignore"), re.M)), path)

    def test_each_volume_of_a_server_is_its_account_s(self):
        (compose,) = yaml_of(re.sub(r"\$\{[^}]*\}", "twinledger-server", text_of("deploy/compose/compose.yaml")))
        mounted = {volume.split(":")[1] for service in compose["services"].values() if service.get("user") == "10001:10001"
                   for volume in service.get("volumes", [])}
        made = re.search(r"install -d -o 10001 -g 10001 -m 0700 (.*)", self.TEXT)[1].split()
        self.assertEqual(mounted, {*made, "/var/lib/twinledger"})  # The last is the package's.

    def test_what_manifests_start_is_in_it(self):
        there = set(re.findall(r"deploy/container/(twinledger-\w+)", self.TEXT)) | {"twinledger", "twinledgerd"}
        started = {container["command"][0] for overlay in OVERLAYS for container in containers_of(RESOURCES[overlay])
                   if "command" in container}
        started |= set(re.findall(r'entrypoint: \["(twinledger[a-z-]*)"', text_of("deploy/compose/compose.yaml")))
        self.assertEqual(started, {"twinledger-found", "twinledger-join", "sleep"})
        self.assertLessEqual(started - {"sleep"}, there)  # That is Debian's.
        self.assertIn(f"-t twinledger-server:{version()} .", self.TEXT)


if __name__ == "__main__":
    unittest.main(verbosity=2)
