"""Firefox warns of a server of the local authority, shows its pages without a warning once the root is installed, and warns again afterwards."""

import pytest

import harness
import machine as machines
from firefox import Firefox

UNKNOWN = "SEC_ERROR_UNKNOWN_ISSUER"


@pytest.fixture
def machine(tmp_path):
    one = machines.Machine(tmp_path / "machine")
    yield one
    one.close()


@pytest.fixture(scope="module")
def served(shared):
    one = shared()
    (one.root / "index.html").write_text("<!doctype html><title>Harbour</title><p>Moored.")
    return one


def trust(machine, server, *verb):
    return machine.must(harness.binary(), "trust", *verb, "--data", server.data)


def assert_shown(browser, server):
    """The page is there, without a warning, and Firefox counts it as secure."""
    assert browser.refusal(server.https()) is None
    assert browser.of_page("return document.title") == "Harbour"
    assert browser.of_page("return window.isSecureContext") is True
    assert browser.of_browser("return gBrowser.selectedBrowser.securityUI.secInfo.overridableErrorCategory") == 0


def test_the_root_in_a_profile(machine, served):
    with Firefox(machine) as browser:
        assert browser.refusal(served.https()) == UNKNOWN

    said = trust(machine, served, "install", "--store", "nss")
    assert "Firefox" in said
    with Firefox(machine) as browser:
        assert_shown(browser, served)

    trust(machine, served, "uninstall", "--store", "nss")
    with Firefox(machine) as browser:
        assert browser.refusal(served.https()) == UNKNOWN


