#!/usr/bin/python3
"""manifests_test.py BUILD: what deploy/ and k8s/ say is well formed, is safe, and is of the programs in BUILD.

No engine and no cluster: overlays are rendered by kubectl and held against the schemas of Kubernetes, compose.yaml is read
as the specification has it, the Dockerfile by hadolint, scripts by shellcheck; every setting, flag, port, path and image that
they name is looked up where it is defined.
"""

import json
import os
import re
import subprocess
import sys
import unittest

BUILD = os.path.realpath(sys.argv.pop(1))
SOURCES = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
CHECKERS = subprocess.run([f"{SOURCES}/tests/deploy/checkers"], capture_output=True, text=True, check=True).stdout.strip()
OVERLAYS = ["single", "kafka", "strimzi", "founding", "strimzi/founding"]
DATA_DIR = "/var/lib/twinledger/data"


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def text_of(path):
    with open(os.path.join(SOURCES, path), encoding="utf-8") as file:
        return file.read()


def yaml_of(text):
    """By the checkers' own reader of YAML, as JSON: the system's Python has none."""
    read = run(f"{CHECKERS}/python", "-c", "import json, sys, yaml; print(json.dumps(list(yaml.safe_load_all(sys.stdin))))", input=text)
    if read.returncode != 0:
        raise AssertionError(read.stderr)
    return [document for document in json.loads(read.stdout) if document]


def settings_of(environment):
    """What the server makes of variables: name to value. Fails where it would end with a wrong setting."""
    shown = run(f"{BUILD}/bin/twinledgerd", "--print-config", env={"PATH": "/usr/bin:/bin", **environment})
    if shown.returncode != 0:
        raise AssertionError(shown.stderr)
    return {line.split()[0]: line.split() for line in shown.stdout.splitlines()}


DEFAULTS = settings_of({})
VARIABLES = {"TWINLEDGER_" + key.upper() for key in DEFAULTS}
PORTS = {int(DEFAULTS[key][1].rsplit(":", 1)[1]) for key in ("listen", "health_listen", "metrics_listen")}
FIRST_PORT, HEALTH_PORT, METRICS_PORT = (int(DEFAULTS[key][1].rsplit(":", 1)[1]) for key in ("listen", "health_listen", "metrics_listen"))


def rendered(overlay):
    shown = run(f"{CHECKERS}/kubectl", "kustomize", f"{SOURCES}/k8s/{overlay}")
    if shown.returncode != 0:
        raise AssertionError(f"{overlay}: {shown.stderr}")
    return shown.stdout


RENDERED = {overlay: rendered(overlay) for overlay in OVERLAYS}
RESOURCES = {overlay: yaml_of(text) for overlay, text in RENDERED.items()}


def pods_of(resources):
    return [item["spec"]["template"]["spec"] for item in resources if item["kind"] in ("StatefulSet", "Job")]


def containers_of(resources):
    return [container for pod in pods_of(resources) for container in pod.get("initContainers", []) + pod["containers"]]


def version():
    return run(f"{BUILD}/bin/twinledgerd", "--version").stdout.strip()


class Program:
    """The flags that a command line of ours may have."""

    @staticmethod
    def wrong_flags(words):
        program, *rest = words
        if program not in ("twinledger", "twinledgerd"):
            return [f"{program} is no program of ours"]
        path = []
        for word in rest:
            if program == "twinledgerd" or not re.fullmatch(r"[a-z]+", word):
                break
            path.append(word)
        helped = None
        while helped is None or (helped.returncode != 0 and path):
            if helped is not None:
                path.pop()  # A word that was no command but its argument.
            helped = run(f"{BUILD}/bin/{program}", *path, "--help")
        known = set(re.findall(r"--[a-z][a-z-]+", helped.stdout + run(f"{BUILD}/bin/{program}", "--help").stdout))
        return [word for word in rest if word.startswith("--") and word not in known]


class Kubernetes(unittest.TestCase):
    def test_every_overlay_fits_the_schemas(self):
        # Strimzi's kinds have none here: they are held against docs/operations/kafka.md below.
        for overlay in OVERLAYS:
            known = [item for item in RESOURCES[overlay] if not item["apiVersion"].startswith("kafka.strimzi.io/")]
            path = f"{BUILD}/rendered-{overlay.replace('/', '-')}.yaml"
            with open(path, "w", encoding="utf-8") as file:
                file.write("\n---\n".join(json.dumps(item) for item in known))
            checked = run(f"{CHECKERS}/kubernetes-validate", "--strict", path)
            said = checked.stdout + checked.stderr
            self.assertEqual((checked.returncode, said.count(" passed for resource ")), (0, len(known)), said)

    def test_a_wrong_field_is_found(self):
        item = next(item for item in RESOURCES["single"] if item["kind"] == "StatefulSet")
        item = json.loads(json.dumps(item))
        item["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
        path = f"{BUILD}/rendered-wrong.json"
        with open(path, "w", encoding="utf-8") as file:
            json.dump(item, file)
        self.assertNotEqual(run(f"{CHECKERS}/kubernetes-validate", "--strict", path).returncode, 0)

    def test_pods_are_restricted(self):
        for overlay in OVERLAYS:
            for pod in pods_of(RESOURCES[overlay]):
                security = pod["securityContext"]
                self.assertTrue(security["runAsNonRoot"])
                self.assertGreater(security["runAsUser"], 0)
                self.assertEqual(security["seccompProfile"], {"type": "RuntimeDefault"})
                self.assertEqual(security["fsGroupChangePolicy"], "OnRootMismatch")
                self.assertIs(pod["automountServiceAccountToken"], False)
                self.assertIs(pod["enableServiceLinks"], False)
                for container in pod.get("initContainers", []) + pod["containers"]:
                    inner = container["securityContext"]
                    self.assertIs(inner["allowPrivilegeEscalation"], False)
                    self.assertIs(inner["readOnlyRootFilesystem"], True)
                    self.assertEqual(inner["capabilities"], {"drop": ["ALL"]})
                    self.assertIn("memory", container["resources"]["limits"])
                    self.assertIn("cpu", container["resources"]["requests"])
        namespace = next(item for item in RESOURCES["single"] if item["kind"] == "Namespace")
        self.assertEqual(namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"], "restricted")

    def test_what_is_not_allowed_is_denied(self):
        for overlay in ("single", "kafka", "strimzi"):
            policies = {item["metadata"]["name"]: item["spec"] for item in RESOURCES[overlay] if item["kind"] == "NetworkPolicy"}
            deny = policies["deny-by-default"]
            self.assertEqual(deny["policyTypes"], ["Ingress", "Egress"])
            self.assertNotIn("ingress", deny)
            self.assertNotIn("egress", deny)
            for pod in (item for item in RESOURCES[overlay] + RESOURCES["founding"] if item["kind"] in ("StatefulSet", "Job")):
                labels = pod["spec"]["template"]["metadata"]["labels"]
                self.assertLessEqual(deny["podSelector"]["matchLabels"].items(), labels.items(), pod["metadata"]["name"])
            opened = {port["port"] for policy in policies.values() for rule in policy.get("ingress", []) for port in rule["ports"]}
            self.assertEqual(opened, {FIRST_PORT, METRICS_PORT})

    def test_probes_ask_where_the_server_answers_them(self):
        for overlay in ("single", "kafka", "strimzi"):
            server = next(item for item in RESOURCES[overlay] if item["kind"] == "StatefulSet")
            container = server["spec"]["template"]["spec"]["containers"][0]
            ports = {port["name"]: port["containerPort"] for port in container["ports"]}
            self.assertEqual(set(ports.values()), PORTS)
            self.assertEqual(container["readinessProbe"]["grpc"]["port"], HEALTH_PORT)
            self.assertEqual(ports[container["livenessProbe"]["tcpSocket"]["port"]], HEALTH_PORT)
            self.assertGreaterEqual(server["spec"]["template"]["spec"]["terminationGracePeriodSeconds"],
                                    int(DEFAULTS["drain_seconds"][1]) + 30)
            self.assertEqual({item["kind"] for item in RESOURCES[overlay]} & {"PodDisruptionBudget"}, {"PodDisruptionBudget"})

    def test_no_overlay_but_the_one_for_it_founds(self):
        for overlay in ("single", "kafka", "strimzi"):
            self.assertFalse([item for item in RESOURCES[overlay] if item["kind"] == "Job"])
            self.assertNotIn("twinledger-found\n", RENDERED[overlay])

    def test_each_name_that_a_pod_refers_to_is_there_or_is_told_of(self):
        told = {"twinledger-kafka", "ledger-cluster-ca-cert", "twinledger-server", "twinledger-founder"}
        for overlay in ("single", "kafka", "strimzi"):
            there = {(item["kind"], item["metadata"]["name"]) for item in RESOURCES[overlay]}
            job = RESOURCES["strimzi/founding" if overlay == "strimzi" else "founding"] if overlay != "single" else []
            for pod in pods_of(RESOURCES[overlay] + job):
                for volume in pod.get("volumes", []):
                    if "persistentVolumeClaim" in volume:
                        self.assertIn(("PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]), there)
                    secrets = [volume["secret"]["secretName"]] if "secret" in volume else []
                    secrets += [source["secret"]["name"] for source in volume.get("projected", {}).get("sources", [])]
                    self.assertLessEqual(set(secrets), told)
                for container in pod["containers"]:
                    for source in container.get("envFrom", []):
                        self.assertIn(("ConfigMap", source["configMapRef"]["name"]), there)

    def test_settings_are_the_server_s_and_are_taken_by_it(self):
        for overlay in OVERLAYS:
            maps = {item["metadata"]["name"]: item["data"] for item in RESOURCES[overlay] if item["kind"] == "ConfigMap"}
            for container in containers_of(RESOURCES[overlay]):
                given = {entry["name"]: entry["value"] for entry in container.get("env", []) if "value" in entry}
                for source in container.get("envFrom", []):
                    given |= maps.get(source["configMapRef"]["name"], {})
                self.assertLessEqual(set(given), VARIABLES)
                settings = settings_of(given)
                if container["name"] == "twinledgerd":
                    self.assertEqual(settings["data_dir"][1], DATA_DIR)
                    self.assertEqual({int(settings[key][1].rsplit(":", 1)[1]) for key in ("listen", "health_listen", "metrics_listen")},
                                     PORTS)
                    mounts = {mount["mountPath"] for mount in container["volumeMounts"]}
                    self.assertIn(os.path.dirname(DATA_DIR), mounts)
                    for path in re.findall(r"location=([^&]+)", given.get("TWINLEDGER_LOG", "")):
                        self.assertIn(os.path.dirname(path), mounts)

    def test_images_are_the_one_that_is_built_with_its_version(self):
        for overlay in OVERLAYS:
            self.assertEqual({container["image"] for container in containers_of(RESOURCES[overlay])}, {f"twinledger-server:{version()}"})


class Strimzi(unittest.TestCase):
    def table(self, heading):
        section = text_of("docs/operations/kafka.md").split(f"## {heading}\n")[1].split("\n## ")[0]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line.startswith("|")][2:]

    def test_topics_are_as_the_document_wants_them(self):
        topics = [item for item in RESOURCES["strimzi"] if item["kind"] == "KafkaTopic"]
        streams = set(re.findall(r"--stream VALUE +(.*) \[all\]", run(f"{BUILD}/bin/twinledger", "log", "replay", "--help").stdout)[0]
                      .replace(" or ", ", ").split(", "))
        self.assertEqual({topic["metadata"]["name"] for topic in topics}, {f"twinledger.{stream}" for stream in streams})
        wanted = {}
        for names, value, _ in self.table("What the topics must be like"):
            for name in re.findall(r"`([a-z.]+)`", names):
                if "." in name and "flush" not in name:
                    wanted[name] = re.search(r"-?\d+|[a-z]+", value.split(":")[0].strip("`").replace("most of the copies", "2")
                                             .replace("at least ", ""))[0]
        self.assertEqual(len(wanted), 7)
        for topic in topics:
            self.assertEqual(topic["spec"]["partitions"], 8)
            self.assertEqual(topic["spec"]["replicas"], 3)
            self.assertEqual({name: str(value).lower() for name, value in topic["spec"]["config"].items()}, wanted)

    def test_users_have_the_rights_of_the_document(self):
        rows = self.table("Rights")
        servers = set(re.findall(r"`(\w+)`", rows[0][1]))
        founders = servers | set(re.findall(r"`(\w+)`", rows[1][1]))
        users = {item["metadata"]["name"]: item["spec"] for item in RESOURCES["strimzi"] if item["kind"] == "KafkaUser"}
        for name, rights in (("twinledger-server", servers), ("twinledger-founder", founders)):
            (rule,) = users[name]["authorization"]["acls"]
            self.assertEqual(set(rule["operations"]), rights)
            self.assertEqual(rule["resource"], {"type": "topic", "name": "twinledger.", "patternType": "prefix"})
            self.assertEqual(users[name]["authentication"], {"type": "tls"})
        self.assertEqual(len(founders), 5)


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

    def test_secrets_are_the_files_that_the_script_makes(self):
        folder = f"{BUILD}/compose-secrets"
        subprocess.run(["rm", "-rf", folder], check=True)
        made = run(f"{SOURCES}/deploy/compose/make-secrets", folder)
        self.assertEqual(made.returncode, 0, made.stderr)
        for secret in self.file["secrets"].values():
            self.assertTrue(os.path.isfile(f"{folder}/{os.path.basename(secret['file'])}"), secret)
        for name, usage in (("broker", "sslserver"), ("server", "sslclient")):
            checked = run("openssl", "verify", "-purpose", usage, "-CAfile", f"{folder}/ca.pem", f"{folder}/{name}.pem")
            self.assertEqual(checked.returncode, 0, checked.stderr)
        self.assertEqual(os.stat(f"{folder}/server.key").st_mode & 0o777, 0o600)
        self.assertNotEqual(run(f"{SOURCES}/deploy/compose/make-secrets", folder).returncode, 0, "made anew over what was there")


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
        self.assertEqual(started, {"twinledger-found", "twinledger-join"})
        self.assertLessEqual(started, there)
        self.assertIn(f"-t twinledger-server:{version()} .", self.TEXT)


class Scripts(unittest.TestCase):
    def scripts(self):
        tracked = run("git", "-C", SOURCES, "ls-files", "-z").stdout.split("\0")
        for path in filter(None, tracked):
            if os.path.isfile(f"{SOURCES}/{path}"):
                with open(f"{SOURCES}/{path}", "rb") as file:
                    if re.match(rb"#!.*(/sh|bash)$", file.readline().rstrip()):
                        yield path

    def test_shellcheck_has_nothing_to_say(self):
        scripts = list(self.scripts())
        self.assertGreater(len(scripts), 15)
        # SC1007: `voters=` in a list of local variables is meant.
        said = run("shellcheck", "-S", "warning", "-e", "SC1007", *scripts, cwd=SOURCES)
        self.assertEqual(said.returncode, 0, said.stdout)

    def test_flags_in_scripts_of_the_image_are_the_programs(self):
        lines = [line for path in ("found", "join") for line in
                 text_of(f"deploy/container/twinledger-{path}").replace("\\\n", " ").splitlines() if not line.startswith("#")]
        commands = [re.findall(r"(?:^|exec |[ ;])(twinledgerd? .*)", line) for line in lines if "echo" not in line]
        commands = [found[0].rstrip(" &").replace('"', "").split() for found in commands if found]
        self.assertEqual(len(commands), 4)
        for words in commands:
            self.assertEqual(Program.wrong_flags(words), [], words)
        unit = re.search(r"^ExecStart=/usr/bin/(.*)", text_of("deploy/debian/twinledgerd.service"), re.M)[1].split()
        self.assertEqual(Program.wrong_flags(unit), [])
        self.assertEqual(Program.wrong_flags(["twinledger", "log", "init", "--data-folder"]), ["--data-folder"])


class Guide(unittest.TestCase):
    TEXT = text_of("docs/operations/install.md")
    COMMANDS = [line for block in re.findall(r"```\n(.*?)```", TEXT, re.S) for line in block.splitlines()]

    def test_each_folder_and_package_that_it_names_is_there(self):
        for path in set(re.findall(r"\b(?:k8s|deploy|docs)/[\w./-]*[\w-]", self.TEXT)):
            self.assertTrue(os.path.exists(os.path.join(SOURCES, path)), path)
        for name in set(re.findall(r"build/release/packages/(\S+\.deb)", self.TEXT)):
            self.assertTrue(os.path.exists(f"{BUILD}/packages/{name}"), name)
        self.assertEqual(set(re.findall(r"twinledger-server:[\w.]+", self.TEXT)), {f"twinledger-server:{version()}"})

    def test_commands_of_ours_are_the_programs(self):
        ours = [re.search(r"(?:^|-u twinledger |--entrypoint )(twinledgerd? .*)", line) for line in self.COMMANDS]
        ours = [found[1].replace("twinledger found ", "twinledger ").split() for found in ours if found]
        self.assertEqual(len(ours), 2)
        ours += [words.split() for words in re.findall(r"`(twinledger [a-z][^`]*--[^`]*)`", self.TEXT)]
        self.assertGreater(len(ours), 2)
        for words in ours:
            self.assertEqual(Program.wrong_flags([word for word in words if word != "-o"]), [], words)

    def test_what_engines_and_clusters_are_told_is_in_the_manifests(self):
        (compose,) = yaml_of(re.sub(r"\$\{[^}]*\}", "0", text_of("deploy/compose/compose.yaml")))
        named = {word for line in self.COMMANDS if line.startswith("docker compose")
                 for word in re.findall(r"\b(?:kafka-\d|found|ledger-\d)\b", line)}
        self.assertEqual(len(named), 4)
        self.assertLessEqual(named, set(compose["services"]))
        jobs = {item["metadata"]["name"] for item in RESOURCES["founding"]}
        self.assertLessEqual(set(re.findall(r"job/([\w-]+)", self.TEXT)), jobs)
        for label in re.findall(r"`(twinledger\.io/\w+)=(\w+)`", self.TEXT):
            self.assertIn(f"{label[0]}: {label[1]}", RENDERED["kafka"])
        secret = next(line for line in self.COMMANDS if "create secret" in line)
        for path in re.findall(r"/run/kafka/([\w.]+)", RENDERED["kafka"]):
            self.assertIn(f"--from-file {path}", secret)


class Words(unittest.TestCase):
    def test_nothing_floats(self):
        for path in filter(None, run("git", "-C", SOURCES, "ls-files", "deploy", "k8s").stdout.split("\n")):
            text = text_of(path)
            self.assertNotIn(":latest", text, path)
            self.assertNotIn("localhost", text, path)


if __name__ == "__main__":
    unittest.main(verbosity=2)
