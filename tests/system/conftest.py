"""Fixtures of the system tests. By hand: RHUMB_BINARY=build/dev/rhumb /usr/bin/python3 -m pytest tests/system"""

import itertools
import pathlib
import signal
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))

import harness  # noqa: E402

SITE = """
[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
"""


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """Shows what the servers of a failed test said."""
    report = (yield).get_result()
    if report.failed:
        servers = getattr(item, "servers", []) + getattr(item.getparent(pytest.Module), "servers", [])
        for number, one in enumerate(servers):
            if one.process is not None:
                report.sections.append((f"server {number}: {one.arguments}", one.transcript()))


def _factory(node, folder):
    made = []
    node.servers = made
    count = itertools.count()

    def make(config=SITE, *arguments, start=True, **options):
        one = harness.Server(folder / f"server{next(count)}", config, arguments, **options)
        made.append(one)
        return one.start() if start else one

    yield make
    crashed = [one for one in made if one.process is not None and one.process.poll() not in (None, 0, 1, 2, 3, -signal.SIGKILL)]
    for one in made:
        if one.process is not None:
            one.kill()
    assert not crashed, "\n".join(f"ended with {one.process.returncode}\n{one.transcript()}" for one in crashed)


@pytest.fixture
def server(request, tmp_path):
    """server(config, *arguments) starts a server; config None: its configuration lives in the store."""
    yield from _factory(request.node, tmp_path)


@pytest.fixture(scope="module")
def shared(request, tmp_path_factory):
    """One server for a whole file of tests that only ask."""
    yield from _factory(request.node, tmp_path_factory.mktemp("shared"))
