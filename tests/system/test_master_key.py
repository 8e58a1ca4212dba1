"""The master key is changed while the server serves: whoever is in stays in, and all that is sealed goes on."""

import re

import pytest

from custom import PASSWORD as COUNTY_PASSWORD
from custom import HttpSample
from harness import wait_until
from people import Browser, one_time_code

PASSWORD = "correct horse battery"

SITE = """
[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]

[[site.location]]
path = "/private"
allow = ["authenticated"]

[[site.location]]
path = "/arcgis"
handler = "gis"
"""


@pytest.fixture
def rhumb(server):
    one = server(SITE, start=False)
    (one.root / "private").mkdir(parents=True)
    (one.root / "private" / "index.html").write_text("<h1>The plan</h1>")
    one.start()
    one.command("user", "add", "ann", "--password-file", "-", data=PASSWORD + "\n")
    return one


def rotate(rhumb):
    """Changes the key, proves that it is another, and waits until the server has it: it would see by itself within a second."""
    before = rhumb.json("keys", "show")["key"]
    rhumb.command("keys", "rotate")
    assert rhumb.json("keys", "show")["key"] != before
    rhumb.reload()


def again_and_again(rhumb):
    """After a change, after another one, and when the server has started anew: everything has to be as it was."""
    rotate(rhumb)
    yield "after a change"
    rotate(rhumb)
    yield "after another one"
    assert rhumb.stop() == 0
    rhumb.start()
    yield "after a start"
    rotate(rhumb)
    yield "after a change of the server that has started anew"


def token_of(rhumb):
    form = ("--data", "username=ann&client=requestip&f=json", "--data-urlencode", f"password={PASSWORD}")
    return rhumb.fetch(rhumb.https("/arcgis/tokens/generateToken"), *form).json()["token"]


def opens(rhumb, token):
    return rhumb.fetch(rhumb.https("/private/"), "--header", f"Authorization: Bearer {token}").status == 200


def test_tokens_from_before_count_and_new_ones_are_made(rhumb):
    tokens = [token_of(rhumb), rhumb.json("token", "issue", "ann")["token"]]
    for when in again_and_again(rhumb):
        assert [opens(rhumb, one) for one in tokens] == [True] * len(tokens), when
        for new in (token_of(rhumb), rhumb.json("token", "issue", "ann")["token"]):
            wait_until(lambda: opens(rhumb, new), what=f"the new token, {when},")
            tokens.append(new)
    rhumb.command("token", "revoke", "--user", "ann", "--yes")
    wait_until(lambda: not any(opens(rhumb, one) for one in tokens), what="the end of all tokens")


def test_who_is_signed_in_stays_so(rhumb):
    ann = Browser(rhumb)
    ann.sign_in("ann", PASSWORD)
    form = ann.get("/login")  # one that was open meanwhile
    for when in again_and_again(rhumb):
        assert ann.user() == "ann", when
        other = Browser(rhumb)
        other.sign_in("ann", PASSWORD)
        assert other.user() == "ann", when
    assert form.status == 200


def test_second_factors_are_asked_for_and_known(rhumb):
    ann = Browser(rhumb)
    ann.sign_in("ann", PASSWORD)
    page = ann.send(ann.get("/account"), "/account/second-factor/begin", password=PASSWORD)
    secret = re.search(r"secret=([A-Z2-7]+)&amp;issuer", page.text)[1]
    rotate(rhumb)  # between the secret and its first code
    page = ann.send(page, "/account/second-factor/confirm", code=one_time_code(secret))
    recovery = re.findall(r"<li>([0-9a-z-]{19})</li>", page.text)
    assert len(recovery) == 10, page.error

    codes = [one_time_code(secret, step_by=1), *recovery[:4]]  # a code of an app counts once, and so it is asked for the first time only
    for when in again_and_again(rhumb):
        other = Browser(rhumb)
        page = other.sign_in("ann", PASSWORD, to="/private/")
        assert page.title == "Enter your code", when
        assert other.send(page, "/login", code="000000").status == 403, when
        page = other.send(page, "/login", code=codes.pop(0))
        assert page.path in ("/private/", "/account") and other.user() == "ann", (when, page.error)


def test_who_is_between_password_and_code_goes_on(rhumb):
    ann = Browser(rhumb)
    ann.sign_in("ann", PASSWORD)
    page = ann.send(ann.get("/account"), "/account/second-factor/begin", password=PASSWORD)
    secret = re.search(r"secret=([A-Z2-7]+)&amp;issuer", page.text)[1]
    page = ann.send(page, "/account/second-factor/confirm", code=one_time_code(secret))
    recovery = re.findall(r"<li>([0-9a-z-]{19})</li>", page.text)
    other = Browser(rhumb)
    page = other.sign_in("ann", PASSWORD)
    rotate(rhumb)
    page = other.send(page, "/login", code=recovery[0])
    assert other.user() == "ann", page.error


def test_secrets_go_on_proving_who_asks(server, tmp_path):
    """A service outside that believes whoever has the secret: with another one it would answer 401, and nobody could sign in."""
    service = HttpSample(tmp_path / "service")
    service.add("carla")
    service.start()
    try:
        kept = service.configuration().replace(f'"file:{service.secret_file}"', '"store:county"')
        assert "store:county" in kept
        rhumb = server(SITE, start=False)
        (rhumb.root / "private").mkdir(parents=True)
        (rhumb.root / "private" / "index.html").write_text("<h1>The plan</h1>")
        rhumb.start()
        rhumb.command("secret", "set", "county", "--value-file", "-", data=service.secret + "\n")
        rhumb.configure(kept + SITE)
        rhumb.reload()
        for when in again_and_again(rhumb):
            carla = Browser(rhumb)
            assert carla.sign_in("carla", COUNTY_PASSWORD, to="/private/").title == "The plan", when
    finally:
        service.close()
