"""Several command lines that change certificates at once: no change is lost, and whoever comes too late is told."""

import concurrent.futures
import json

import pytest

from installation import make_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("world"))


def at_once(copy, commands):
    with concurrent.futures.ThreadPoolExecutor(len(commands)) as pool:
        return list(pool.map(lambda arguments: copy.run(*arguments), commands))


def test_command_lines_at_once_lose_no_change(world, tmp_path):
    copy = world.copy(tmp_path / "data")
    done = at_once(copy, [["cert", "install", world.answers["maps"], "--offline"], ["cert", "install", world.answers["other"], "--offline"],
                          ["cert", "import", world.answers["pair"], "--offline"], ["cert", "request", "--name", "a.test"],
                          ["cert", "request", "--name", "b.test"], ["cert", "restore", "gone"]])
    assert [one.returncode for one in done] == [0] * 6, [one.stderr for one in done]
    listed = {one["name"] for one in json.loads(copy.must("cert", "list", "--json"))}
    assert {"maps", "other", "import.test", "gone", "self"} <= listed
    assert copy.rows("SELECT name FROM request WHERE answered IS NULL ORDER BY name") == [("a.test",), ("b.test",)]
    copy.state()
    copy.check_keys()


def test_one_of_several_command_lines_that_change_the_same_certificate_at_once_wins_and_the_others_are_told(world, tmp_path):
    copy = world.copy(tmp_path / "data")
    same = ["cert", "install", world.answers["maps"], "--offline"]
    done = at_once(copy, [same] * 5)
    assert sorted(one.returncode for one in done)[0] == 0
    assert sum(one.returncode == 0 for one in done) == 1, [one.stderr for one in done]
    for one in done:
        assert one.returncode == 0 or "installed already" in one.stderr or "somebody else" in one.stderr, one.stderr
    assert copy.rows("SELECT count(*) FROM certificate WHERE name = 'maps'") == [(1,)]

    replace = ["cert", "self-sign", "--name", "self.test", "--as", "self", "--replace"]
    done = at_once(copy, [replace] * 5)
    won = sum(one.returncode == 0 for one in done)
    assert won >= 1
    for one in done:
        assert one.returncode == 0 or "somebody else" in one.stderr, one.stderr
    assert copy.rows("SELECT count(*) FROM certificate WHERE name = 'self'") == [(1 + won,)]
    assert copy.rows("SELECT count(*) FROM certificate WHERE name = 'self' AND archived IS NULL") == [(1,)]
    assert copy.rows("SELECT count(*) FROM certificate WHERE name = 'self' AND archived IS NOT NULL AND replaced_by IS NULL") == [(0,)]
    copy.check_keys()
