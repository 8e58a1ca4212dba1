"""The cases of x509-limbo through the command line. The library is asked in tests/limbo, whose verdicts.txt counts here, too."""

import json
import os
import pathlib
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness import binary

HERE = pathlib.Path(__file__).resolve()
DATA = pathlib.Path(os.environ.get("RHUMB_LIMBO") or HERE.parents[3] / "shared" / "data" / "limbo-core.json")
USUAL_TIME = "2026-11-01"


def read_verdicts():
    """id -> the verdict to the letter."""
    lines = (HERE.parents[1] / "limbo" / "verdicts.txt").read_text().splitlines()
    return {line.split()[0]: line.split()[1] for line in lines if line and not line.startswith("#")}


def judge(case, folder):
    """What the command answers: "accepted", or the id of the refusal."""
    folder.mkdir()

    def write(name, texts):
        file = folder / name
        file.write_text("\n".join(texts))
        return str(file)

    command = [binary(), "cert", "verify", "--json", "--roots", write("roots.pem", case["trusted_certs"]), "--time", case["validation_time"] or USUAL_TIME]
    if case["untrusted_intermediates"]:
        command += ["--intermediates", write("intermediates.pem", case["untrusted_intermediates"])]
    if case["crls"]:
        command += ["--crl", write("crls.pem", case["crls"])]
    if case["max_chain_depth"] is not None:
        command += ["--depth", str(case["max_chain_depth"])]
    if case["validation_kind"] == "CLIENT":
        command += ["--usage", "client"]
    if case["expected_peer_name"]:
        command += ["--name", case["expected_peer_name"]["value"]]
    for name in case["expected_peer_names"]:
        command += ["--email", name["value"]]
    command.append(write("leaf.pem", [case["peer_certificate"]]))
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode in (0, 3), f"{case['id']}: {done.returncode}: {done.stderr}"
    facts = json.loads(done.stdout)
    assert (done.returncode == 0) == (facts["verdict"] == "good")
    return "accepted" if done.returncode == 0 else facts["refusal"]["id"]


@pytest.mark.skipif(not DATA.exists(), reason="the cases are not here; tests/limbo/README.md says where they come from")
def test_the_command_judges_as_the_library_does(tmp_path):
    cases = json.loads(DATA.read_text())["testcases"]
    with ThreadPoolExecutor(2) as pool:
        verdicts = dict(pool.map(lambda one: (one[1]["id"], judge(one[1], tmp_path / str(one[0]))), enumerate(cases)))
    assert verdicts == read_verdicts()
