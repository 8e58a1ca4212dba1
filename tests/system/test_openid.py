"""OpenID Connect against a real provider: there and back, roles, keys, refusals, what is gone, and signing out."""

import re
import sqlite3
import time
import urllib.parse

import pytest


from harness import free_port, wait_until
from openid_provider import SECRET, OpenIdProvider, Person
from people import Browser

LOCAL = "a password of this server"

SITE = """
[[site]]
bindings = ["https://127.0.0.1:{port}"]

[[site.location]]
path = "/plans"
allow = ["role:planners"]

[[site.location]]
path = "/arcgis"
handler = "gis"
"""


class Both:
    """A Rhumb whose users are at a provider."""

    def __init__(self, make, folder, more=None, **settings):
        port = free_port()
        self.site = SITE.format(port=port)
        self.rhumb = make(self.site, start=False)
        self.rhumb.https_port = port
        self.rhumb.root.mkdir(parents=True, exist_ok=True)
        (self.rhumb.root / "plans").mkdir()
        (self.rhumb.root / "plans" / "index.html").write_text("<h1>The plan</h1>")
        self.rhumb.start()
        self.rhumb.command("user", "add", "root", "--role", "administrators", "--password-file", "-", data=LOCAL + "\n")
        self.provider = OpenIdProvider(folder / "provider", f"https://localhost:{port}", self.rhumb.root_file(), **settings).start()
        self.configure(**(more or {}))

    def configure(self, **more):
        self.rhumb.configure(self.provider.configuration(**more) + self.site)
        self.rhumb.reload()

    def person(self, **options):
        return Person(self.rhumb, self.provider, **options)

    def put_back(self, minutes):
        """As if the provider had said all that it said so long before."""
        with sqlite3.connect(self.rhumb.data / "rhumb.db") as store:
            store.execute("UPDATE known_person SET checked = checked - ?", (minutes * 60,))
        # The memory is forgotten with the change of the store, which is noticed within a second.
        time.sleep(0.6)


@pytest.fixture(scope="module")
def both(shared, tmp_path_factory):
    one = Both(shared, tmp_path_factory.mktemp("openid"))
    yield one
    one.provider.kill()


@pytest.fixture
def own(server, tmp_path):
    """One for a single test, which breaks it."""
    made = []

    def make(more=None, **settings):
        made.append(Both(server, tmp_path, more, **settings))
        return made[-1]

    yield make
    for one in made:
        one.provider.kill()


def test_a_person_signs_in_at_the_provider_and_comes_to_where_she_was_going(both):
    ann = both.person()
    page = ann.get("/plans/?a=b%20c")
    assert page.title == "Sign in" and "Sign in with County" in page.text
    page = ann.sign_in_there(to="/plans/?a=b%20c")
    assert (page.status, page.path, page.title) == (200, "/plans/?a=b%20c", "The plan")
    assert ann.user() == "ann"
    assert "__Host-rhumb-journey" not in ann.cookies
    account = ann.get("/account").text
    assert "planners" in account and "Second factor" not in account and 'name="old"' not in account


def test_roles_are_those_that_the_provider_says(both):
    eve = both.person()
    page = eve.sign_in_there("eve", "/plans/")
    assert page.status == 403 and eve.user() == "eve"
    listed = both.rhumb.json("role", "list")
    assert "planners" in str(listed)


def test_the_page_that_leads_on_has_no_form_and_says_where(both):
    ann = both.person()
    page = ann.send(ann.get("/login"), "/login/openid", follow=False)
    url = page.field("refresh").partition("url=")[2]
    assert f'href="{url.replace("&", "&amp;")}"' in page.text and "Go on to County" in page.text
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256" and "openid" in asked["scope"].split()
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", asked[name]) for name in ("state", "nonce", "code_challenge"))
    assert "form-action 'self'" in page.field("content-security-policy")
    assert page.field("cache-control") == "no-store"


def test_local_administrators_sign_in_here(both):
    root = Browser(both.rhumb)
    page = root.sign_in("root", LOCAL)
    assert (page.path, root.user()) == ("/account", "root")
    assert "Second factor" in page.text
    page = root.get("/logout")
    assert "County" not in page.text


def test_a_password_of_the_provider_lets_nobody_in_here(both):
    someone = Browser(both.rhumb)
    both.person().sign_in_there("ann")
    for name in ("ann", "nobody"):
        page = someone.sign_in(name, "a password of the county")
        assert page.status == 403 and someone.session is None


def test_who_is_called_like_a_local_administrator_is_nobody(both):
    both.provider.accounts["other"] = {**both.provider.accounts["eve"], "sub": "subject-of-other",
                                       "claims": {**both.provider.accounts["eve"]["claims"], "preferred_username": "ROOT"}}
    both.provider.keep_accounts()
    other = both.person()
    page = other.sign_in_there("other")
    assert page.status == 403 and "local administrator" in page.error and other.session is None


@pytest.mark.parametrize("name, words", [("a/b", "cannot be one here"), ("", "does not say your name"), ("x" * 200, "cannot be one here")])
def test_a_name_that_cannot_be_one_here_is_told_of(both, name, words):
    both.provider.accounts["odd"] = {**both.provider.accounts["eve"], "sub": "subject-of-odd",
                                     "claims": {**both.provider.accounts["eve"]["claims"], "preferred_username": name}}
    both.provider.keep_accounts()
    odd = both.person()
    page = odd.sign_in_there("odd")
    assert page.status == 403 and words in page.error and odd.session is None


def test_nobody_gets_the_name_of_somebody_else(both):
    both.person().sign_in_there("eve")
    both.provider.accounts["eve2"] = {**both.provider.accounts["eve"], "sub": "another-subject"}
    both.provider.keep_accounts()
    second = both.person()
    page = second.sign_in_there("eve2")
    assert page.status == 403 and "somebody else" in page.error.lower() and second.session is None
    assert both.person().sign_in_there("eve").status == 200


def test_an_answer_counts_once_and_in_its_own_browser(both):
    ann, eve = both.person(), both.person()
    back = ann.pass_provider(ann.depart())
    page = eve.come_back(back, follow=False)  # a browser that has begun nothing
    assert page.status == 403 and eve.session is None
    eve.depart()
    page = eve.come_back(back, follow=False)  # one that has begun something else
    assert page.status == 403 and eve.session is None
    kept = dict(ann.cookies)
    assert ann.come_back(back, follow=False).status == 303
    ann.cookies = kept
    page = ann.come_back(back, follow=False)
    assert page.status == 403 and "sign in again" in page.error.lower()


def test_another_issuer_in_the_answer_is_refused(both):
    ann = both.person()
    back = ann.pass_provider(ann.depart())
    assert "iss=" in back
    other = re.sub(r"iss=[^&]*", "iss=" + urllib.parse.quote("https://evil.example", safe=""), back)
    page = ann.come_back(other, follow=False)
    assert page.status == 403 and "another provider" in page.error and ann.session is None


@pytest.mark.parametrize("query", ["", "code=x", "code=x&state=y", "state=&code=x", "code=a&code=b&state=s", "%zz=1", "error=access_denied", "&" * 100])
def test_answers_that_nobody_gave_are_refused(both, query):
    ann = both.person()
    ann.depart()
    page = ann.get("/login/openid/callback?" + query, follow=False)
    assert page.status == 403 and ann.session is None


def test_who_leaves_at_the_provider_is_told_so(both):
    ann = both.person()
    page = ann.come_back(ann.pass_provider(ann.depart(), leave="yes"))
    assert page.status == 403 and "access_denied" in page.error


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/login/openid/callback?code=1"])
def test_signing_in_there_leads_nowhere_else(both, elsewhere):
    ann = both.person()
    page = ann.send(ann.get("/login"), "/login/openid", follow=False, **{"return": elsewhere})
    back = ann.pass_provider(page.field("refresh").partition("url=")[2])
    assert ann.come_back(back, follow=False).field("location") == "/account"


def test_a_departure_needs_a_form_of_ours(both):
    someone = both.person()
    for page in (someone.ask("POST", "/login/openid", {"form_secret": "x"}, follow=False),
                 someone.send(someone.get("/login"), "/login/openid", headers={"Origin": "https://evil.example"}, follow=False)):
        assert page.status == 403 and page.field("refresh") is None
    assert someone.get("/login/openid", follow=False).field("location") == "/login"


def test_a_session_gives_tokens_without_a_password(both):
    ann = both.person()
    assert "Sign in with County" in ann.get("/arcgis/tokens/").text
    page = ann.sign_in_there(to="/arcgis/tokens/")
    assert "You are signed in as <strong>ann</strong>" in page.text and 'name="password"' not in page.text
    page = ann.send(page, "/arcgis/tokens/generateToken", client="none", f="html")
    token = re.search(r"<textarea[^>]*>(.*?)</textarea>", page.text)[1]
    answer = both.rhumb.fetch(both.rhumb.https("/plans/"), "-H", f"Authorization: Bearer {token}")
    assert answer.status == 200
    stranger = both.person()
    refused = stranger.ask("POST", "/arcgis/tokens/generateToken", {"client": "none", "f": "json"})
    assert "token" not in refused.text.partition("error")[0]


def test_keys_may_change_while_they_are_used(both):
    assert both.person().sign_in_there("ann").status == 200
    both.provider.command("rotate")
    assert both.person().sign_in_there("ann").status == 200


def test_signing_out_here_and_there(both):
    ann = both.person()
    ann.sign_in_there("ann")
    page = ann.get("/account")
    page = ann.send(page, "/logout")  # asked where, for the form does not say
    assert "Sign out here and of County" in page.text and ann.session
    page = ann.send(page, "/logout", follow=False, where="everywhere")
    url = page.field("refresh").partition("url=")[2]
    assert ann.session is None and "id_token" not in url and "/session/end?" in url
    shown, _ = ann.ask_there("GET", url)
    assert shown.status == 200
    # Here alone: the provider still knows her, and no name is asked for.
    ann = both.person()
    ann.sign_in_there("ann")
    assert ann.send(ann.get("/logout"), "/logout", where="here").path == "/login?out"
    assert ann.user() is None
    back = ann.pass_provider(ann.depart(), password="not asked for")
    assert ann.come_back(back).status == 200 and ann.user() == "ann"


def end_session_there(person):
    """At the provider's own page: yes, out."""
    page, _ = person.ask_there("GET", "/session/end")
    action = re.search(r'action="([^"]+)"', page.text)[1]
    secret = re.search(r'name="xsrf" value="([^"]+)"', page.text)[1]
    return person.ask_there("POST", action, {"xsrf": secret, "logout": "yes"})


def test_who_signs_out_there_is_out_here(both):
    ann, other = both.person(), both.person()
    ann.sign_in_there("ann")
    other.sign_in_there("eve")
    assert ann.user() == "ann"
    shown, _ = end_session_there(ann)
    assert shown.status == 200, shown.text
    wait_until(lambda: ann.user() is None, what="the end of the session")
    assert other.user() == "eve"


@pytest.mark.parametrize("form", [{}, {"logout_token": "x"}, {"logout_token": "a.b.c"}, {"logout_token": "eyJhbGciOiJub25lIn0.e30."}])
def test_farewells_of_others_end_nothing(both, form):
    ann = both.person()
    ann.sign_in_there("ann")
    page = Browser(both.rhumb).ask("POST", "/login/openid/back-channel", form)
    assert page.status == 400 and "invalid_request" in page.text
    assert ann.user() == "ann"


def test_nothing_secret_is_in_the_log_or_in_the_trail(both):
    ann = both.person()
    back = ann.pass_provider(ann.depart())
    code = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]
    ann.come_back(back)
    ann.come_back(back)
    told = both.rhumb.log.text() + both.rhumb.command("audit", "list", check=False).stdout
    assert code not in told and SECRET not in told and "came by" in told
    with sqlite3.connect(both.rhumb.data / "rhumb.db") as store:
        (sealed,) = store.execute("SELECT sealed FROM known_person WHERE name = 'ann'").fetchone()
    assert b"refresh" not in sealed and sealed.startswith(b"RHS\x01")


def test_the_provider_is_asked_anew_and_what_it_says_counts(own):
    both = own()
    ann = both.person()
    assert ann.sign_in_there("ann", "/plans/").status == 200
    both.provider.accounts["ann"]["claims"]["groups"] = []
    both.provider.keep_accounts()
    both.put_back(20)
    assert wait_until(lambda: ann.get("/plans/").status == 403, what="the loss of the role")
    assert ann.user() == "ann"
    both.provider.accounts["ann"]["claims"]["groups"] = ["planners"]
    both.provider.keep_accounts()
    both.put_back(20)
    assert wait_until(lambda: ann.get("/plans/").status == 200, what="the role")


def test_who_is_removed_there_is_out_and_begins_anew_when_he_is_back(own):
    both = own()
    ann = both.person()
    ann.sign_in_there("ann", "/plans/")
    gone = both.provider.accounts.pop("ann")
    both.provider.keep_accounts()
    both.put_back(20)
    wait_until(lambda: ann.user() is None, what="the end")
    assert "disabled" in both.rhumb.command("user", "list").stdout
    both.provider.accounts["ann"] = gone
    both.provider.keep_accounts()
    time.sleep(1.1)  # sessions are told apart by the second
    again = both.person()
    assert again.sign_in_there("ann", "/plans/").status == 200
    assert ann.user() is None, "the session of before stays over"


def test_without_a_refresh_token_somebody_counts_for_a_while_alone(own):
    both = own()
    both.provider.kill()
    both.provider.client["grant_types"] = ["authorization_code"]
    both.provider.start()
    ann = both.person()
    assert ann.sign_in_there("ann", "/plans/").status == 200
    both.put_back(20)
    wait_until(lambda: ann.user() is None, what="the end")
    assert ann.sign_in_there("ann", "/plans/").status == 200


def test_claims_that_are_at_userinfo_alone_are_asked_for(own):
    both = own(bare_id_tokens=True)
    ann = both.person()
    assert ann.sign_in_there("ann", "/plans/").status == 200


@pytest.mark.parametrize("algorithm", ["ES256", "PS256"])
def test_other_signatures_count_too(own, algorithm):
    both = own(algorithm=algorithm)
    both.provider.kill()
    both.provider.client["id_token_signed_response_alg"] = algorithm
    both.provider.start()
    assert both.person().sign_in_there("ann", "/plans/").status == 200


@pytest.mark.parametrize("way", ["killed", "hung", "keys"])
def test_a_provider_that_is_gone_lets_nobody_in_and_hurts_nobody_else(own, way):
    both = own()
    known, ann = both.person(), both.person()
    known.sign_in_there("eve")
    back = ann.pass_provider(ann.depart())
    if way == "killed":
        both.provider.kill()
    elif way == "hung":
        both.provider.pause()
    else:
        both.provider.command("hang")
        both.provider.command("rotate")
        back = ann.pass_provider(ann.depart())
    began = time.monotonic()
    page = ann.come_back(back, follow=False)
    assert page.status == 503 and page.field("retry-after") and ann.session is None
    assert time.monotonic() - began < 20
    # Who is known goes on, for what was said still counts; the local administrator comes in.
    assert known.user() == "eve"
    root = Browser(both.rhumb)
    root.sign_in("root", LOCAL)
    assert root.user() == "root"
    if way == "hung":
        both.provider.resume()
    elif way == "killed":
        both.provider.start()
    if way != "keys":
        wait_until(lambda: both.person().get("/login").status == 200 and _comes_in(both), 60, "the provider's return")


def _comes_in(both):
    person = both.person()
    page = person.send(person.get("/login"), "/login/openid", follow=False)
    if page.status != 200:
        return False
    return person.come_back(person.pass_provider(page.field("refresh").partition("url=")[2])).status == 200


def test_an_expired_certificate_and_a_wrong_secret_are_told(own):
    both = own()
    assert both.person().sign_in_there("ann").status == 200
    secret = both.provider.folder / "secret"
    secret.write_text("another\n")
    both.configure(connections=3)
    secret.write_text("another\n")
    both.rhumb.configure((both.rhumb.folder / "rhumb.toml").read_text().replace("connections = 3", "connections = 2"))
    both.rhumb.reload()
    ann = both.person()
    page = ann.sign_in_there("ann")
    assert page.status == 503 and ann.session is None
    assert both.rhumb.log.find("invalid_client", 5)
    assert SECRET not in both.rhumb.log.text() and "another" not in both.rhumb.log.text()
    both.provider.kill()
    both.provider.certify(("-not_before", "20200101000000Z", "-not_after", "20210101000000Z"))
    both.provider.start()
    both.configure(connections=5)
    page = both.person().send(both.person().get("/login"), "/login/openid", follow=False)
    someone = both.person()
    page = someone.send(someone.get("/login"), "/login/openid", follow=False)
    assert page.status == 503 and page.field("refresh") is None
    assert both.rhumb.log.find("expired", 5)
