#!/usr/bin/env python3
"""Fails when a file under src/ does not keep to src/layers.txt.

    check_layers.py [REPOSITORY]

Checked: a module names only modules listed above it (so there are no cycles); every folder under src/ is a module; a file
includes only its own module and those that its module may include, and only libraries that its module may include; what it
includes is there; every header says `#pragma once` before anything else.
"""

import pathlib
import re
import sys

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^">]+)')
SOURCES = {".h", ".cc"}


def read_layers(text: str) -> tuple[dict[str, set[str]], dict[str, set[str]], list[str]]:
    """The modules with what each may include, the libraries' header prefixes with who may, and faults of the text."""
    modules: dict[str, set[str]] = {}
    owners: dict[str, set[str]] = {}
    faults = []
    for number, line in enumerate(text.splitlines(), 1):
        name, colon, rest = line.partition("#")[0].partition(":")
        name, below = name.strip(), rest.split()
        if not colon:
            continue
        if name.startswith("<"):
            owners[name.strip("<>")] = set(below)
            continue
        faults += [f"src/layers.txt:{number}: {name} names {b}, which is not above it" for b in below if b not in modules]
        if name in modules:
            faults.append(f"src/layers.txt:{number}: {name} stands there twice")
        modules[name] = set(below)
    for prefix, allowed in owners.items():
        faults += [f"src/layers.txt: <{prefix}> names {a}, which is no module" for a in sorted(allowed - modules.keys())]
    return modules, owners, faults


def check_file(path: pathlib.Path, src: pathlib.Path, modules: dict[str, set[str]], owners: dict[str, set[str]]) -> list[str]:
    """The faults of one source file."""
    shown = path.relative_to(src.parent)
    module = path.relative_to(src).parts[0]
    text = path.read_text(encoding="utf-8")
    faults = []
    if path.suffix == ".h" and not first_code_line(text).startswith("#pragma once"):
        faults.append(f"{shown}: a header begins with #pragma once")
    for number, line in enumerate(text.splitlines(), 1):
        found = INCLUDE.match(line)
        if not found:
            continue
        kind, header = found.groups()
        if kind == '"':
            target = header.split("/")[0]
            if target in modules and target != module and target not in modules[module]:
                faults.append(f"{shown}:{number}: {module} may not include {target}")
            elif not (src / header).is_file():
                faults.append(f'{shown}:{number}: there is no src/{header}; "…" is for our own headers, from src/ on')
            continue
        for prefix, allowed in owners.items():
            if header.startswith(prefix) and module not in allowed:
                faults.append(f"{shown}:{number}: only {', '.join(sorted(allowed))} may include <{prefix}…>")
    return faults


def first_code_line(text: str) -> str:
    """The first line that is neither empty nor a `//` comment."""
    return next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("//")), "")


def check(repository: pathlib.Path) -> tuple[int, list[str]]:
    """How many modules there are, and every fault."""
    src = repository / "src"
    modules, owners, faults = read_layers((src / "layers.txt").read_text(encoding="utf-8"))
    for folder in sorted(entry.name for entry in src.iterdir() if entry.is_dir()):
        if folder not in modules:
            faults.append(f"src/{folder}: no such module in src/layers.txt; give it a line on its floor")
    for path in sorted(src.rglob("*")):
        if path.suffix in SOURCES and path.relative_to(src).parts[0] in modules:
            faults += check_file(path, src, modules, owners)
    return len(modules), faults


def main(arguments: list[str]) -> int:
    repository = pathlib.Path(arguments[0]) if arguments else pathlib.Path(__file__).resolve().parent.parent
    count, faults = check(repository)
    print("\n".join(faults) or f"layers: {count} modules keep to their floors")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
