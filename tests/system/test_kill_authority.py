"""The local authority and the master key, changed by programs that are ended by kill -9 at any step: what is found
afterwards is the old or the new, whole, and every key opens."""

import pytest

from installation import Installation, end_at_every_step, make_ender, make_world


class Authority(Installation):
    """An installation of which all is looked at that the authority and the master key touch."""

    def copy(self, data):
        super().copy(data)
        return Authority(data, self.environment["HOME"])

    def state(self):
        state = super().state()
        sealed = self.rows("SELECT substr(sealed_key, 5, 8) FROM certificate WHERE length(sealed_key) > 0"
                           " UNION SELECT substr(sealed_root_key, 5, 8) FROM authority"
                           " UNION SELECT substr(sealed_key, 5, 8) FROM intermediate"
                           " UNION SELECT substr(sealed_key, 5, 8) FROM request"
                           " UNION SELECT substr(sealed_key, 5, 8) FROM client_certificate WHERE length(sealed_key) > 0")
        named = self.rows("SELECT value FROM setting WHERE key = 'master-key'")
        assert len(sealed) == 1, "all is under one key"
        assert named in ([], sealed)
        return {**state,
                "authorities": self.rows("SELECT id, activated IS NOT NULL, retired IS NOT NULL, cross_pem <> '' FROM authority"),
                "intermediates": self.rows("SELECT id, authority, retired IS NOT NULL FROM intermediate"),
                "revoked": self.rows("SELECT serial, reason FROM revocation"),
                "lists": self.rows("SELECT number FROM crl ORDER BY number"),
                "clients": self.rows("SELECT user, length(sealed_key) > 0 FROM client_certificate"),
                "destroyed": self.rows("SELECT id FROM certificate WHERE length(sealed_key) = 0"),
                "is_named": bool(named),
                "changes": self.rows("SELECT what FROM event WHERE what LIKE 'authority.%' OR what LIKE 'master-key.%' ORDER BY id")}

    def check(self):
        """Keys open, the authority signs, the master key can be changed, and nothing of that leaves a file behind."""
        self.check_keys()
        self.must("cert", "issue", "--name", "check.test", "--as", "check")
        self.must("ca", "crl")
        self.must("keys", "rotate")
        self.check_keys()
        assert sorted(file.name for file in self.data.glob("master.key*")) == ["master.key"]


@pytest.fixture(scope="module")
def ender(tmp_path_factory):
    return make_ender(tmp_path_factory.mktemp("ender"))


@pytest.fixture(scope="module")
def signing(tmp_path_factory):
    world = make_world(tmp_path_factory.mktemp("world"))
    one = Authority(world.data, world.environment["HOME"]).copy(tmp_path_factory.mktemp("signing") / "data")
    one.must("cert", "issue", "--name", "printer.test", "--as", "printer")
    one.must("cert", "issue", "--client", "ann", "--keep-key", "--out", one.data.parent / "ann.p12", "--password-env", "PASSWORD")
    return one


COMMANDS = {
    "change the master key": (["keys", "rotate"], 2),
    "revoke": (["cert", "revoke", "printer", "--reason", "keyCompromise"], 3),
    "issue": (["cert", "issue", "--name", "new.test"], 4),
    "renew": (["cert", "renew", "printer"], 4),
    "make the next root known": (["ca", "rotate", "--host", "next.example.com"], 4),
    "rotate at once": (["ca", "rotate", "--now"], 4),
    "renew the intermediate": (["ca", "rotate", "--intermediate"], 4),
    "revoke the intermediate": (["ca", "rotate", "--intermediate", "--revoke", "caCompromise"], 4),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_that_is_killed_leaves_the_old_or_the_new(ender, signing, tmp_path, name):
    arguments, stride = COMMANDS[name]
    end_at_every_step(ender, signing, tmp_path, arguments, Authority.check, stride)


def test_a_server_goes_on_while_the_master_key_is_changed_again_and_again(server):
    running = server(None, "--https", "0", "--http", "0")
    one = Authority(running.data, running.home)
    for _ in range(3):
        one.must("keys", "rotate")
        one.must("cert", "renew", "auto")  # ends well when the server was seen to show it
    one.check_keys()
    assert not [line for line in running.log.lines if "master key" in line]
