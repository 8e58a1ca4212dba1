"""How long who signed in with a browser stays so: without use, and in all; by a clock that the tests move."""

import pytest

from clock import Clock
from people import Browser

PASSWORD = "correct horse battery"

CONFIG = """
[security.sessions]
idle_minutes = {idle}
absolute_hours = {absolute}

[[site]]
bindings = ["http://127.0.0.1:0", "https://127.0.0.1:0"]
"""


@pytest.fixture
def clock(tmp_path):
    return Clock(tmp_path)


@pytest.fixture
def serve(server, clock):
    """serve(idle=…, absolute=…): a server that runs by the clock, with a user."""

    def make(idle=30, absolute=12):
        one = server(CONFIG.format(idle=idle, absolute=absolute), environment=clock.environment)
        one.command("user", "add", "ann", "--password-file", "-", data=PASSWORD + "\n")
        return one

    return make


def signed_in(rhumb):
    ann = Browser(rhumb)
    ann.sign_in("ann", PASSWORD)
    assert ann.user() == "ann"
    return ann


def test_who_does_nothing_for_so_long_is_out(serve, clock):
    ann = signed_in(serve(idle=30))
    clock.move(29)
    assert ann.user() == "ann", "and this was a use"
    clock.move(29 + 29)
    assert ann.user() == "ann"
    clock.move(29 + 29 + 31)
    assert ann.user() is None


def test_each_browser_has_a_time_of_its_own(serve, clock):
    rhumb = serve(idle=30)
    quiet, busy = signed_in(rhumb), signed_in(rhumb)
    clock.move(20)
    assert busy.user() == "ann"
    clock.move(40)
    assert (quiet.user(), busy.user()) == (None, "ann")


def test_after_the_longest_time_everybody_has_to_sign_in_again(serve, clock):
    ann = signed_in(serve(idle=50, absolute=1))
    clock.move(40)
    assert ann.user() == "ann"
    clock.move(59)
    assert ann.user() == "ann"
    clock.move(61)
    assert ann.user() is None, "however busy she was"
    page = ann.sign_in("ann", PASSWORD)
    assert page.status == 200 and ann.user() == "ann"


def test_what_is_left_of_a_page_leads_back_after_signing_in_again(serve, clock):
    rhumb = serve(idle=30)
    ann = signed_in(rhumb)
    account = ann.get("/account")
    clock.move(31)
    answer = ann.send(account, "/account/password", old=PASSWORD, new="an entirely new one", again="an entirely new one")
    assert answer.path.startswith("/login") and "Sign in" in answer.text
    ann.sign_in("ann", PASSWORD)
    assert ann.user() == "ann", "the password is the one before"


def test_shorter_times_count_for_who_is_signed_in_already(serve, clock):
    rhumb = serve(idle=30)
    ann = signed_in(rhumb)
    rhumb.configure(CONFIG.format(idle=5, absolute=12))
    rhumb.reload()
    clock.move(4)
    assert ann.user() == "ann"
    clock.move(10)
    assert ann.user() is None


@pytest.mark.parametrize("idle, absolute", [(60, 12), (60, 1)], ids=["without use", "in all"])
def test_times_go_on_while_the_server_does_not_run(serve, clock, idle, absolute):
    rhumb = serve(idle=idle, absolute=absolute)
    ann, other = signed_in(rhumb), signed_in(rhumb)
    assert rhumb.stop() == 0
    clock.move(59)
    rhumb.start()
    assert ann.user() == "ann"
    assert rhumb.stop() == 0
    clock.move(61)
    rhumb.start()
    assert other.user() is None


def test_sessions_that_are_over_are_listed_no_more_and_leave_the_store(serve, clock):
    rhumb = serve(idle=30)
    signed_in(rhumb)
    assert len(rhumb.json("session", "list")) == 1
    clock.move(31)
    assert rhumb.json("session", "list") == []
