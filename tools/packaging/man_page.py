#!/usr/bin/python3
"""man_page.py PROGRAM NAME SECTION VERSION [NOTES]: the manual page of a program, from what its --help says.

Commands of a program that has them follow, each with its own help. NOTES is a file of roff that stands at the end: files,
exit codes, what is written elsewhere.
"""

import re
import subprocess
import sys


def help_of(program, words):
    result = subprocess.run([program, *words, "--help"], capture_output=True, text=True, check=True)
    return result.stdout.replace(program, program.rsplit("/", 1)[-1])


def parts_of(text):
    """What stands under each of the headings of a help text; under "" what has no heading."""
    parts = {}
    heading = ""
    for line in text.splitlines():
        if re.fullmatch(r"[A-Z][a-z]+:", line):
            heading = line[:-1]
        elif line and not line.startswith(" "):
            heading = ""
            parts.setdefault(heading, []).append(line)
        elif line:
            parts.setdefault(heading, []).append(line)
    return parts


def rows_of(lines):
    """Words and their explanations; an explanation may begin on the line after."""
    rows = []
    for line in lines:
        match = re.fullmatch(r"  (\S.*?)(?:\s{2,}(\S.*))?", line)
        if match:
            rows.append([match[1], match[2] or ""])
        else:
            rows[-1][1] = (rows[-1][1] + " " + line.strip()).strip()
    return rows


def roff(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def tagged(rows):
    return [line for words, meaning in rows for line in (".TP", f".B {roff(words)}", roff(meaning))]


def examples(lines):
    return [".EX", *(roff(line[2:]) for line in lines), ".EE"]


def body_of(parts, heading):
    lines = []
    for title, rows in (("Positionals", "ARGUMENTS"), ("Options", "OPTIONS")):
        kept = [row for row in rows_of(parts.get(title, [])) if heading == ".SH" or row[0] != "-h,--help"]
        if kept:
            lines += [f"{heading} {rows}"] if heading == ".SH" else []
            lines += tagged(kept)
    return lines


def commands_of(program, words, parts):
    lines = []
    for name, _ in rows_of(parts.get("Subcommands", [])):
        path = [*words, name]
        inner = parts_of(help_of(program, path))
        lines += [f'.SS "{roff(" ".join(path))}"', roff(said_of(inner)[0])]
        if "Subcommands" not in inner:
            lines += body_of(inner, ".SS")
            lines += [".PP", *examples(inner["Examples"])]
        lines += commands_of(program, path, inner)
    return lines


def said_of(parts):
    said = [line for line in parts[""] if not line.startswith(("Usage:", "Options of every"))]
    usage = [line.removeprefix("Usage: ") for line in parts[""] if line.startswith("Usage:")]
    return said[0], usage[0]


def main():
    program, name, section, version = sys.argv[1:5]
    notes = open(sys.argv[5], encoding="utf-8").read().splitlines() if len(sys.argv) > 5 else []
    parts = parts_of(help_of(program, []))
    said, usage = said_of(parts)
    said = said.removeprefix(name + ": ")
    page = [f'.TH {name.upper()} {section} "" "Twinledger {version}"',
            ".SH NAME", f"{name} \\- {roff(said[0].lower() + said[1:].rstrip('.'))}",
            ".SH SYNOPSIS", f".B {roff(usage.split()[0])}", roff(" ".join(usage.split()[1:])),
            *body_of(parts, ".SH")]
    commands = commands_of(program, [], parts)
    if commands:
        page += [".SH COMMANDS", *commands]
    page += [".SH EXAMPLES", *examples(parts["Examples"]), *notes]
    print("\n".join(page))


main()
