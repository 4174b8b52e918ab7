#!/usr/bin/python3
"""documents_test.py BUILD: what the packages say of the programs is what the programs are.

Manual pages, completions and bills of materials in BUILD/packaging are those of the programs in BUILD; the default settings
are the program's own; programs are linked as hardened.
"""

import gzip
import json
import os
import re
import subprocess
import sys
import unittest

BUILD = os.path.realpath(sys.argv.pop(1))
SOURCES = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))
TOOLS = os.path.join(SOURCES, "tools/packaging")
SERVER = f"{BUILD}/bin/twinledgerd"
CLIENTS = {"server": f"{BUILD}/bin/twinledger", "client": f"{BUILD}/client/twinledger"}
PROGRAMS = [SERVER, *CLIENTS.values()]


def output_of(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, **options).stdout


def version():
    return output_of(SERVER, "--version").strip()


def packed(component, name):
    path = f"{BUILD}/packaging/{component}/{name}"
    opened = gzip.open(path, "rt") if name.endswith(".gz") else open(path, encoding="utf-8")
    with opened as file:
        return file.read()


class Manuals(unittest.TestCase):
    PAGES = [(SERVER, "server", "twinledgerd", "8"), *((path, component, "twinledger", "1") for component, path in CLIENTS.items())]

    def test_each_page_is_what_the_program_says_of_itself(self):
        for program, component, name, section in self.PAGES:
            made = output_of(f"{TOOLS}/man_page.py", program, name, section, version(), f"{TOOLS}/{name}.{section}.notes")
            self.assertEqual(made, packed(component, f"{name}.{section}.gz"), "stale: build the target packages")

    def test_a_reader_finds_each_flag_and_the_formatter_no_fault(self):
        for program, component, name, section in self.PAGES:
            page = packed(component, f"{name}.{section}.gz")
            shown = subprocess.run(["groff", "-man", "-Tascii", "-P-cbou", "-ww", "-rLL=160n"], input=page, capture_output=True,
                                   text=True, check=True)
            self.assertEqual(shown.stderr, "")
            help_text = output_of(program, "--help")
            flags = set(re.findall(r"--[a-z][a-z-]+", help_text))
            self.assertGreater(len(flags), 8)
            self.assertEqual({flag for flag in flags if flag not in shown.stdout}, set())

    def test_every_command_has_its_place(self):
        for component, program in CLIENTS.items():
            page = packed(component, "twinledger.1.gz")
            words = output_of(program, "__complete", "--", "log", "").splitlines()
            commands = ["log " + line.split("\t")[0] for line in words if not line.startswith("-")]
            self.assertIn("log verify", commands)
            for command in commands:
                self.assertIn(f'.SS "{command}"', page)


class Completions(unittest.TestCase):
    def test_each_script_is_the_program_s(self):
        for component, program in CLIENTS.items():
            for shell, name in (("bash", "twinledger"), ("zsh", "_twinledger"), ("fish", "twinledger.fish")):
                self.assertEqual(packed(component, name), output_of(program, "completion", shell))

    def test_bash_completes_a_command(self):
        for component, program in CLIENTS.items():
            script = ("COMP_WORDS=(twinledger log ver); COMP_CWORD=2; source \"$1\"; _twinledger; "
                      "printf '%s\\n' \"${COMPREPLY[@]}\"")
            environment = {**os.environ, "PATH": os.path.dirname(program) + ":" + os.environ["PATH"]}
            said = output_of("bash", "-c", script, "bash", f"{BUILD}/packaging/{component}/twinledger", env=environment)
            self.assertIn("verify", said.split())


class Settings(unittest.TestCase):
    FILE = os.path.join(SOURCES, "deploy/debian/twinledgerd.json")

    def values(self, *arguments):
        bare = {name: value for name, value in os.environ.items() if not name.startswith("TWINLEDGER_")}
        lines = output_of(SERVER, *arguments, "--print-config", env=bare).splitlines()
        return {line.split()[0]: line.split()[1] for line in lines}

    def test_the_file_has_every_setting_with_its_built_in_value(self):
        defaults = self.values()
        with open(self.FILE, encoding="utf-8") as file:
            text = "\n".join(line for line in file if not line.lstrip().startswith("//"))
        self.assertEqual(list(json.loads(text)), list(defaults))
        self.assertEqual(self.values("--config", self.FILE), {**defaults, "data_dir": "/var/lib/twinledger/data"})


class BillOfMaterials(unittest.TestCase):
    LINKED = {"server": [SERVER, CLIENTS["server"]], "client": [CLIENTS["client"]]}

    def documents(self):
        for component, programs in self.LINKED.items():
            yield json.loads(packed(component, "sbom.cdx.json")), programs, f"twinledger-{component}"

    def test_it_is_of_these_programs(self):
        for document, programs, name in self.documents():
            made = json.loads(output_of(f"{TOOLS}/sbom.py", name, version(), *programs))
            self.assertEqual(made, document, "stale: build the target packages")

    def test_it_has_every_library_that_the_loader_maps_and_no_other(self):
        for document, programs, _ in self.documents():
            mapped = set()
            for program in programs:
                # By the loader itself, where the bill asks ldd.
                lines = subprocess.run([program, "--version"], env={**os.environ, "LD_DEBUG": "files"}, capture_output=True,
                                       text=True, check=True).stderr
                mapped |= {os.path.realpath(path) for path in re.findall(r"calling init: (/\S+)", lines)}
            self.assertGreater(len(mapped), 20)
            listed = {file["name"] for item in document["components"] for file in item.get("components", [])}
            self.assertEqual({os.path.basename(path) for path in listed} - {"ld-linux-x86-64.so.2"},
                             {os.path.basename(path) for path in mapped} - {"ld-linux-x86-64.so.2"})

    def test_the_client_has_nothing_of_kafka_nor_rocksdb(self):
        names = {item["name"] for item in json.loads(packed("client", "sbom.cdx.json"))["components"]
                 if item.get("scope") == "required"}
        self.assertFalse({name for name in names if re.search("rocksdb|rdkafka", name)})

    def test_it_fits_the_schema_of_cyclonedx(self):
        checkers = output_of(os.path.join(SOURCES, "tests/deploy/checkers")).strip()
        check = """
import importlib.util, json, os, sys
from jsonschema import Draft7Validator
from referencing import Registry, Resource
folder = os.path.join(os.path.dirname(importlib.util.find_spec("cyclonedx").origin), "schema", "_res")
schemas = {name: json.load(open(os.path.join(folder, file))) for name, file in (
    ("bom-1.5.schema.json", "bom-1.5.SNAPSHOT.schema.json"), ("spdx.schema.json", "spdx.SNAPSHOT.schema.json"),
    ("jsf-0.82.schema.json", "jsf-0.82.SNAPSHOT.schema.json"))}
registry = Registry().with_resources([(schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()])
validator = Draft7Validator(schemas["bom-1.5.schema.json"], registry=registry)
wrong = [error.message for error in validator.iter_errors(json.load(sys.stdin))]
print("\\n".join(wrong))
sys.exit(bool(wrong))
"""
        for document, _, _ in self.documents():
            subprocess.run([f"{checkers}/python", "-c", check], input=json.dumps(document), text=True, check=True)
            document["components"][0]["type"] = "potato"
            refused = subprocess.run([f"{checkers}/python", "-c", check], input=json.dumps(document), text=True, check=False,
                                     capture_output=True)
            self.assertIn("potato", refused.stdout)

    def test_the_pins_of_tools_are_in_it(self):
        excluded = {item["name"] for item in json.loads(packed("server", "sbom.cdx.json"))["components"]
                    if item.get("scope") == "excluded"}
        self.assertLessEqual({"@bufbuild/buf", "kafka_2.13", "kubernetes-validate"}, excluded)


class Hardening(unittest.TestCase):
    def test_programs_are_linked_for_random_places_and_bound_before_they_begin(self):
        for program in PROGRAMS:
            self.assertIn("DYN (Position-Independent Executable file)", output_of("readelf", "-h", program))
            headers = output_of("readelf", "-lW", program)
            self.assertIn("GNU_RELRO", headers)
            stack = next(line for line in headers.splitlines() if "GNU_STACK" in line)
            self.assertNotIn("RWE", stack)
            self.assertRegex(output_of("readelf", "-dW", program), r"FLAGS.*(BIND_)?NOW")
            self.assertIn("__stack_chk_fail", output_of("readelf", "--dyn-syms", "-W", program))


if __name__ == "__main__":
    unittest.main(verbosity=2)
