"""Firefox warns of a server of the local authority, shows its pages without a warning once the root is installed, and warns again afterwards."""

import pytest

import harness
import machine as machines
from firefox import Firefox

UNKNOWN = "SEC_ERROR_UNKNOWN_ISSUER"
INACTIVE, ACTIVE = 0, 1  # of nsIEnterprisePolicies


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




def administrator_only():
    if not machines.is_administrator():
        pytest.skip("only the administrator may write Firefox's policies")


def test_the_root_by_a_policy_of_the_machine(machine, served):
    administrator_only()
    with Firefox(machine) as browser:
        assert browser.refusal(served.https()) == UNKNOWN

    trust(machine, served, "install", "--store", "firefox-policy")
    with Firefox(machine) as browser:
        assert_shown(browser, served)
        assert browser.of_browser("return Services.policies.status") == ACTIVE

    # The policy has put it into the profile, too; who takes the root out takes it out of both.
    trust(machine, served, "uninstall", "--store", "all")
    with Firefox(machine) as browser:
        assert browser.refusal(served.https()) == UNKNOWN
        assert browser.of_browser("return Services.policies.status") == INACTIVE


def test_a_policy_reaches_profiles_that_are_made_later(machine, served):
    administrator_only()
    trust(machine, served, "install", "--store", "firefox-policy")
    with Firefox(machine) as browser:
        assert_shown(browser, served)


def test_the_bundle_for_firefox(machine, served, tmp_path):
    """Its steps, as its README tells them."""
    administrator_only()
    served.command("trust", "bundle", "--for", "firefox", "--out", tmp_path / "out")
    (policies,) = (tmp_path / "out").rglob("policies.json")
    (root,) = policies.parent.glob("*.crt")
    assert "/etc/firefox/policies/policies.json" in (policies.parent / "README.txt").read_text()
    machine.must("install", "-D", "-m", "644", "-t", "/usr/lib/mozilla/certificates", root)
    machine.must("install", "-D", "-m", "644", "-t", "/etc/firefox/policies", policies)

    with Firefox(machine) as browser:
        assert_shown(browser, served)


def test_a_certificate_that_vouches_for_itself(machine, server):
    """It is trusted one by one: that very certificate is put into the profile."""
    one = server(None, "--https", "0", "--http", "0")
    one.command("cert", "self-sign", "--name", "localhost", "--as", "own", "--site", "Default Web Site")
    own = one.folder / "own.pem"
    one.command("cert", "export", "own", "--format", "pem", "--out", own)
    with Firefox(machine) as browser:
        assert browser.refusal(one.https()) == "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"

    trust(machine, one, "install", "--store", "nss", own)
    with Firefox(machine) as browser:
        assert browser.refusal(one.https()) is None

    trust(machine, one, "uninstall", "--store", "nss", own)
    with Firefox(machine) as browser:
        assert browser.refusal(one.https()) == "MOZILLA_PKIX_ERROR_SELF_SIGNED_CERT"
