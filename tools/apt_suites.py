#!/usr/bin/env python3
"""Where this machine's apt gets Debian from, said again for the sources of another suite.

    apt_suites.py HERE THERE [FOLDER]

Reads the apt configuration in FOLDER (/etc/apt), finds the mirrors of suite HERE and of its security suite, and prints
them as deb822 source entries (`Types: deb-src`) of suite THERE and of its security suite. The options that say how to
reach a mirror are kept; whether to trust it is not: the Debian archive's own keys must have signed what it serves.
"""

import dataclasses
import pathlib
import re
import sys

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
STABLE_NAMES = {"stable", "oldstable"}  # what a machine's configuration may call its suite instead
KEPT = {"check-valid-until": "Check-Valid-Until", "by-hash": "By-Hash", "inrelease-path": "InRelease-Path"}
REMOTE = re.compile(r"^(https?|ftp|file|copy|tor\+https?|mirror(\+[a-z]+)?):", re.IGNORECASE)


@dataclasses.dataclass(frozen=True)
class Entry:
    """One mirror with one of its suites, as apt's configuration has it."""

    uri: str
    suite: str
    components: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()


def parse_one_line(text: str) -> list[Entry]:
    """The entries of a `sources.list`: `deb [option=value …] URI suite component…`."""
    entries = []
    for line in text.splitlines():
        found = re.match(r"\s*deb\s+(?:\[([^\]]*)\]\s*)?(\S+)\s+(\S+)\s*([^#]*)", line)
        if not found:
            continue
        options, uri, suite, components = found.groups()
        pairs = (option.partition("=") for option in (options or "").split())
        kept = tuple((KEPT[key.lower()], value) for key, _, value in pairs if key.lower() in KEPT)
        entries.append(Entry(uri, suite, tuple(components.split()), kept))
    return entries


def parse_deb822(text: str) -> list[Entry]:
    """The entries of a `*.sources` file: paragraphs of `Field: value`, a field going on where a line is indented."""
    entries = []
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for paragraph in re.split(r"\n\s*\n", "\n".join(lines)):
        fields = {}
        for found in re.finditer(r"^([\w-]+)[ \t]*:((?:.*)(?:\n[ \t].*)*)", paragraph, re.MULTILINE):
            fields[found[1].lower()] = " ".join(found[2].split())
        if fields.get("enabled", "yes").lower() in ("no", "false", "0", "off", "without", "disable"):
            continue
        if "deb" not in fields.get("types", "").split():
            continue
        kept = tuple((KEPT[key], fields[key]) for key in sorted(KEPT.keys() & fields.keys()))
        components = tuple(fields.get("components", "").split())
        entries += [
            Entry(uri, suite, components, kept)
            for uri in fields.get("uris", "").split()
            for suite in fields.get("suites", "").split()
        ]
    return entries


def read_apt(folder: pathlib.Path) -> list[Entry]:
    """Every entry that apt would read in `folder`, in its order."""
    entries = []
    main = folder / "sources.list"
    if main.is_file():
        entries += parse_one_line(main.read_text(errors="replace"))
    parts = folder / "sources.list.d"
    for part in sorted(parts.iterdir()) if parts.is_dir() else ():
        if part.suffix == ".list":
            entries += parse_one_line(part.read_text(errors="replace"))
        elif part.suffix == ".sources":
            entries += parse_deb822(part.read_text(errors="replace"))
    return entries


def sources_of(entries: list[Entry], here: str, there: str) -> list[Entry]:
    """The same mirrors with the suite `there` in place of `here`; those of the security suite come last."""
    main_names = {here} | STABLE_NAMES
    security_names = {f"{name}{end}" for name in main_names for end in ("-security", "/updates")}
    found = {}
    for names, suite in ((main_names, there), (security_names, f"{there}-security")):
        for entry in entries:
            if entry.suite in names and "main" in entry.components and REMOTE.match(entry.uri):
                found.setdefault((entry.uri.rstrip("/"), suite), dataclasses.replace(entry, suite=suite))
    return list(found.values())


def to_deb822(entries: list[Entry], keyring: str = KEYRING) -> str:
    """The text of a `*.sources` file that offers the sources of `entries`."""
    return "\n".join(
        f"Types: deb-src\nURIs: {entry.uri}\nSuites: {entry.suite}\nComponents: main\n"
        + "".join(f"{key}: {value}\n" for key, value in entry.options)
        + f"Signed-By: {keyring}\n"
        for entry in entries
    )


def main(arguments: list[str]) -> int:
    here, there = arguments[:2]
    folder = pathlib.Path(arguments[2] if len(arguments) > 2 else "/etc/apt")
    found = sources_of(read_apt(folder), here, there)
    if not any(entry.suite == there for entry in found):
        print(
            f"{folder}: no entry for the suite {here} with the component main, so there is no mirror to get {there}'s "
            f"sources from. Add Debian's mirror to {folder}/sources.list.",
            file=sys.stderr,
        )
        return 1
    print(to_deb822(found), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
