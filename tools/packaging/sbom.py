#!/usr/bin/python3
"""sbom.py NAME VERSION PROGRAM...: a software bill of materials, CycloneDX 1.5, of programs of one package.

What they link, and what that links, as this machine's dpkg knows it, with the hash of each library's file. Tools that
only build or test are listed with the scope "excluded": pinned versions from npm, Maven and PyPI.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as xml

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "../.."))


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def libraries_of(program):
    """The files that the loader would map, the loader among them."""
    lines = output_of("ldd", program).splitlines()
    missing = [line.strip() for line in lines if "not found" in line]
    if missing:
        sys.exit(f"sbom: {program}: {'; '.join(missing)}")
    return sorted({os.path.realpath(match[0]) for line in lines if (match := re.search(r"/\S+", line))})


def packages_of(paths):
    """Debian's package of each library. dpkg knows a file below /usr/lib by the name it was packed with, perhaps below /lib."""
    names = {name: path for path in paths for name in (path, path.removeprefix("/usr"))}
    found = subprocess.run(["dpkg", "-S", *names], capture_output=True, text=True, check=False)
    packages = {names[name]: package for package, name in (line.split(": ") for line in found.stdout.splitlines())}
    strangers = sorted(set(paths) - set(packages))
    if strangers:
        sys.exit(f"sbom: {', '.join(strangers)}: no Debian package has it")
    return packages


def component_of(package, paths):
    form = "${Package}\n${Version}\n${Architecture}\n${source:Package}\n${source:Version}\n${Maintainer}"
    name, version, architecture, source, source_version, maintainer = output_of("dpkg-query", "-Wf", form, package).split("\n")
    purl = f"pkg:deb/debian/{name}@{version}?arch={architecture}&distro=debian-12".replace("+", "%2B")
    files = [{"type": "file", "name": path,
              "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(open(path, "rb").read()).hexdigest()}]} for path in paths]
    return {"type": "library", "bom-ref": purl, "supplier": {"name": maintainer}, "name": name, "version": version,
            "scope": "required", "purl": purl, "components": files,
            "properties": [{"name": "debian:source", "value": f"{source} {source_version}"}]}


def tool(purl, name, version):
    return {"type": "application", "bom-ref": purl, "name": name, "version": version, "scope": "excluded", "purl": purl}


def pinned_tools():
    lint = open(os.path.join(ROOT, "tools/lint"), encoding="utf-8").read()
    buf = re.search(r"^buf_version=(\S+)$", lint, re.M)[1]
    yield tool(f"pkg:npm/%40bufbuild/buf@{buf}", "@bufbuild/buf", buf)
    pom = xml.parse(os.path.join(ROOT, "tools/kafka/pom.xml"))
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    properties = {item.tag.split("}")[1]: item.text for item in pom.findall("m:properties/*", space)}
    for dependency in pom.findall(".//m:dependency", space):
        group, artifact, version = (dependency.find(f"m:{part}", space).text for part in ("groupId", "artifactId", "version"))
        version = re.sub(r"\$\{(.*)\}", lambda match: properties[match[1]], version)
        yield tool(f"pkg:maven/{group}/{artifact}@{version}", artifact, version)
    pins = open(os.path.join(ROOT, "tests/deploy/requirements.txt"), encoding="utf-8").read()
    for name, version in re.findall(r"^([A-Za-z0-9-]+)==(\S+)", pins, re.M):
        yield tool(f"pkg:pypi/{name}@{version}", name, version)


def main():
    name, version, *programs = sys.argv[1:]
    subject = f"pkg:generic/{name}@{version}"
    paths = {}
    depends = []
    linked = {program: libraries_of(program) for program in programs}
    package_of = packages_of({path for libraries in linked.values() for path in libraries})
    for program, libraries in linked.items():
        for path in libraries:
            paths.setdefault(package_of[path], set()).add(path)
        depends.append((os.path.basename(program), {package_of[path] for path in libraries}))
    components = {package: component_of(package, sorted(files)) for package, files in sorted(paths.items())}
    inside = [{"type": "application", "bom-ref": f"{subject}#{program}", "name": program, "version": version,
               "hashes": [{"alg": "SHA-256", "content": hashlib.sha256(open(path, "rb").read()).hexdigest()}]}
              for path, (program, _) in zip(programs, depends)]
    tools = list(pinned_tools())
    graph = [{"ref": subject, "dependsOn": [item["bom-ref"] for item in inside]}]
    graph += [{"ref": f"{subject}#{program}", "dependsOn": sorted(components[package]["bom-ref"] for package in packages)}
              for program, packages in depends]
    print(json.dumps({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json", "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": subject, "name": name, "version": version}},
        "components": inside + list(components.values()) + tools,
        "dependencies": graph}, indent=1, sort_keys=False))


main()
