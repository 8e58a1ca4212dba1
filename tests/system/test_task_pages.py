"""The commands on the pages of tasks are commands that there are: each is given to the program, on a data directory that is not there."""

import pathlib
import re
import shlex
import subprocess

import pytest

from harness import binary

PAGES = pathlib.Path(__file__).resolve().parents[2] / "docs"


def commands(text):
    """Lines of shell blocks, and commands in the text that are more than the name of one."""
    for block in re.findall(r"```sh\n(.*?)```", text, re.S):
        for line in block.splitlines():
            for part in re.split(r"&&|\||>", line.split("#")[0]):
                if part.strip().startswith("rhumb "):
                    yield part.strip()
    for quoted in re.findall(r"`(rhumb [^`]+)`", re.sub(r"```.*?```", "", text, flags=re.S)):
        if len(quoted.split()) > 3 and not re.search(r"\[|…|--help", quoted):
            yield quoted


def nearby(word):
    """No test asks the names of the examples: an address is one of this machine where nobody answers."""
    return re.sub(r"^(https?)://[^/:]*(:\d+)?", r"\1://localhost:1", word)


def all_commands():
    for page in sorted([*(PAGES / "tasks").glob("*.md"), PAGES / "https.md", PAGES / "trust.md", PAGES / "policy.md"]):
        for command in commands(page.read_text()):
            words = [nearby(word) for word in shlex.split(command)]
            if words[1] != "serve":
                yield pytest.param(words[1:], id=f"{page.name}: {command}")


@pytest.mark.parametrize("words", all_commands())
def test_a_command_of_a_page_is_understood(words, tmp_path):
    (tmp_path / "FOLDER").mkdir()
    done = subprocess.run([binary(), *words, "--data", str(tmp_path / "none")], capture_output=True, text=True, stdin=subprocess.DEVNULL,
                          timeout=20, cwd=tmp_path, start_new_session=True)
    # What it asks for is not there (1), which is what the doctor calls an error (3); but it is no wrong usage (2).
    assert done.returncode in (0, 1, 3 if words[0] == "doctor" else 0), done.stderr


def test_there_are_pages_with_commands():
    assert sum(1 for _ in all_commands()) > 60
