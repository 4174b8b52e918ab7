#!/usr/bin/python3
"""manifests_test.py BUILD: what k8s/ and the scripts of deploy/ say is well formed, is safe, and is of the programs in BUILD;
and docs/operations/install.md is of both.

No engine and no cluster: overlays are rendered by kubectl and held against the schemas of Kubernetes, scripts are read by
shellcheck; every setting, flag, port, path and image that they name is looked up where it is defined.
"""

import json
import os
import re
import unittest

from manifests import (
    BUILD, CHECKERS, DATA_DIR, DEFAULTS, FIRST_PORT, HEALTH_PORT, METRICS_PORT, OVERLAYS, PORTS, Program, RENDERED,
    RESOURCES, SOURCES, VARIABLES, containers_of, pods_of, run, settings_of, templates_of, text_of, version,
    yaml_of)


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
            for pod in templates_of(RESOURCES[overlay] + RESOURCES["founding"] + RESOURCES["operator"]):
                self.assertLessEqual(deny["podSelector"]["matchLabels"].items(), pod["metadata"]["labels"].items())
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

    def test_metrics_are_scraped_where_the_server_tells_them(self):
        guide = text_of("docs/operations/alerts.md")
        (port,) = re.findall(r"__meta_kubernetes_pod_container_port_name\], regex: (\w+)", guide)
        (namespace,) = re.findall(r"role: pod, namespaces: \{names: \[(\w+)\]", guide)
        for overlay in ("single", "kafka", "strimzi"):
            server = next(item for item in RESOURCES[overlay] if item["kind"] == "StatefulSet")
            self.assertEqual(server["metadata"]["namespace"], namespace)
            named = [item["containerPort"] for item in server["spec"]["template"]["spec"]["containers"][0]["ports"] if item["name"] == port]
            self.assertEqual(named, [METRICS_PORT])
        self.assertIn("`twinledger.io/metrics=allowed`", guide)

    def test_no_overlay_but_the_one_for_it_founds(self):
        for overlay in ("single", "kafka", "strimzi"):
            self.assertFalse([item for item in RESOURCES[overlay] if item["kind"] in ("Job", "Pod")])
            self.assertNotIn("twinledger-found\n", RENDERED[overlay])

    def test_an_operator_has_what_the_founding_has(self):
        for prefix in ("", "strimzi/"):
            (founding,), (operator,) = templates_of(RESOURCES[prefix + "founding"]), templates_of(RESOURCES[prefix + "operator"])
            self.assertEqual(founding["metadata"]["labels"], operator["metadata"]["labels"])
            mounts = [pod["spec"]["containers"][0]["volumeMounts"] for pod in (founding, operator)]
            self.assertEqual([mount for mount in mounts[1] if mount not in mounts[0]], [{"name": "out", "mountPath": "/out"}])
            self.assertEqual([mount for mount in mounts[0] if mount not in mounts[1]], [])
            self.assertIn("activeDeadlineSeconds", operator["spec"])

    def test_each_name_that_a_pod_refers_to_is_there_or_is_told_of(self):
        told = {"twinledger-kafka", "ledger-cluster-ca-cert", "twinledger-server", "twinledger-founder"}
        for overlay in ("single", "kafka", "strimzi"):
            there = {(item["kind"], item["metadata"]["name"]) for item in RESOURCES[overlay]}
            prefix = "strimzi/" if overlay == "strimzi" else ""
            beside = RESOURCES[prefix + "founding"] + RESOURCES[prefix + "operator"] if overlay != "single" else []
            for pod in pods_of(RESOURCES[overlay] + beside):
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
    COMMANDS = [line for block in re.findall(r"```\n(.*?)```", TEXT, re.S) for line in block.replace("\\\n", " ").splitlines()]

    def test_each_folder_and_package_that_it_names_is_there(self):
        for path in set(re.findall(r"\b(?:k8s|deploy|docs)/[\w./-]*[\w-]", self.TEXT)):
            self.assertTrue(os.path.exists(os.path.join(SOURCES, path)), path)
        for name in set(re.findall(r"build/release/packages/(\S+\.deb)", self.TEXT)):
            self.assertTrue(os.path.exists(f"{BUILD}/packages/{name}"), name)
        self.assertEqual(set(re.findall(r"twinledger-server:[\w.]+", self.TEXT)), {f"twinledger-server:{version()}"})

    def test_commands_of_ours_are_the_programs(self):
        ours = [re.search(r"(?:^|-u twinledger |--entrypoint | -- |sh -c ')(twinledgerd? .*)", line) for line in self.COMMANDS]
        ours = [found[1].replace("twinledger found ", "twinledger ").strip("'").split() for found in ours if found]
        self.assertEqual(len(ours), 9)
        ours += [words.split() for words in re.findall(r"`(twinledger [a-z][^`]*--[^`]*)`", self.TEXT)]
        self.assertGreater(len(ours), 9)
        for words in ours:
            self.assertEqual(Program.wrong_flags([word for word in words if word != "-o"]), [], words)

    def test_what_engines_and_clusters_are_told_is_in_the_manifests(self):
        (compose,) = yaml_of(re.sub(r"\$\{[^}]*\}", "0", text_of("deploy/compose/compose.yaml")))
        named = {word for line in self.COMMANDS if line.startswith("docker compose")
                 for word in re.findall(r"\b(?:kafka-\d|found|join-\d|ledger-\d)\b", line)}
        self.assertEqual(len(named), 8)
        self.assertLessEqual(named, set(compose["services"]))
        jobs = {item["metadata"]["name"] for item in RESOURCES["founding"]}
        self.assertLessEqual(set(re.findall(r"job/([\w-]+)", self.TEXT)), jobs)
        pods = {item["metadata"]["name"] for item in RESOURCES["operator"]} | {"twinledger-0"}  # The first of the set.
        asked = set(re.findall(r"kubectl (?:exec -n twinledger |cp twinledger/)([\w-]+)", self.TEXT))
        self.assertEqual(asked | set(re.findall(r"pod/([\w-]+)", self.TEXT)), pods)
        folders = {mount["mountPath"] for overlay in ("single", "operator") for container in containers_of(RESOURCES[overlay])
                   for mount in container["volumeMounts"]}
        for path in re.findall(r"kubectl cp [\w/-]+:(/\S+)", self.TEXT):
            self.assertTrue(any(path.startswith(folder + "/") for folder in folders), path)
        for label in re.findall(r"`(twinledger\.io/\w+)=(\w+)`", self.TEXT):
            self.assertIn(f"{label[0]}: {label[1]}", RENDERED["kafka"])
        secret = next(line for line in self.COMMANDS if "create secret" in line)
        namespace = next(line for line in self.COMMANDS if line == "kubectl apply -f k8s/base/namespace.yaml")
        self.assertLess(self.COMMANDS.index(namespace), self.COMMANDS.index(secret))
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
