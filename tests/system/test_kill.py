"""Changes of certificates that are ended by kill -9 at any step: what is found afterwards is the old or the new, whole, and
never a half."""

import pytest

from installation import Installation, end_at_every_step, make_ender, make_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def ender(tmp_path_factory):
    return make_ender(tmp_path_factory.mktemp("ender"))


COMMANDS = {
    "install": (["cert", "install", "ANSWER:maps", "--offline"], 1),
    "import": (["cert", "import", "ANSWER:pair", "--offline"], 2),
    "renew": (["cert", "renew", "self"], 2),
    "self-sign": (["cert", "self-sign", "--name", "self.test", "--as", "self", "--replace"], 3),
    "request": (["cert", "request", "--name", "new.test"], 3),
    "cancel": (["cert", "cancel", "maps"], 3),
    "remove": (["cert", "remove", "self", "--even-if-used"], 3),
    "restore": (["cert", "restore", "gone"], 3),
    "purge": (["cert", "purge", "gone"], 3),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed_leaves_the_old_or_the_new(ender, world, tmp_path, name):
    arguments, stride = COMMANDS[name]
    arguments = [world.answers[word[7:]] if word.startswith("ANSWER:") else word for word in arguments]
    end_at_every_step(ender, world, tmp_path, arguments, Installation.check_keys, stride)
