"""What the tests of deploy/ and k8s/ read: files, the overlays as kubectl renders them, and what the programs in BUILD say of
themselves. BUILD is the first argument of the test that imports it."""

import json
import os
import re
import subprocess
import sys

BUILD = os.path.realpath(sys.argv.pop(1))
SOURCES = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
CHECKERS = subprocess.run([f"{SOURCES}/tests/deploy/checkers"], capture_output=True, text=True, check=True).stdout.strip()
OVERLAYS = ["single", "kafka", "strimzi", "founding", "strimzi/founding", "operator", "strimzi/operator"]
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


def templates_of(resources):
    """Metadata and spec of each pod."""
    return ([item["spec"]["template"] for item in resources if item["kind"] in ("StatefulSet", "Job")] +
            [item for item in resources if item["kind"] == "Pod"])


def pods_of(resources):
    return [template["spec"] for template in templates_of(resources)]


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
