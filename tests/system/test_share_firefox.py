"""The check of the page /trust in Firefox: it tells what it can, and no more."""

import pytest

import harness
import machine as machines
from firefox import Firefox

SITE = """
[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]

[[site.location]]
path = "/trust"
handler = "trust"
"""


@pytest.fixture
def machine(tmp_path):
    one = machines.Machine(tmp_path / "machine")
    yield one
    one.close()


@pytest.fixture(scope="module")
def served(shared):
    return shared(SITE)


def check(browser, url):
    """What the page says to this browser: yes, no or perhaps."""
    assert browser.refusal(url) is None
    return harness.wait_until(lambda: browser.of_page("return document.getElementById('check').dataset.state"), 30, "the check")


def wave_through(browser, url):
    """What a person does who accepts the risk."""
    assert browser.refusal(url) == "SEC_ERROR_UNKNOWN_ISSUER"
    browser.of_page_later("document.addCertException(true).then(arguments[0])")


def test_the_check_follows_the_root(machine, served):
    with Firefox(machine) as browser:
        assert check(browser, served.http("/trust")) == "no"
        assert browser.of_page("return document.querySelector('details.device').id") == "firefox"

    machine.must(harness.binary(), "trust", "install", "--store", "nss", "--data", served.data)
    with Firefox(machine) as browser:
        assert check(browser, served.http("/trust")) == "yes"
        assert check(browser, served.https("/trust")) == "yes"


def test_a_warning_that_was_waved_through_is_not_taken_for_trust(machine, served):
    with Firefox(machine) as browser:
        wave_through(browser, served.https("/trust"))
        assert check(browser, served.https("/trust")) in ("no", "perhaps")
        assert check(browser, served.http("/trust")) == "perhaps"
