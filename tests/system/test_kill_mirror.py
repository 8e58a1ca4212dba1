"""Copies of a certificate for other software, whose writer is ended by kill -9 at any step."""

import shutil
import subprocess

import harness
from installation import end_at_every_step, make_ender, make_world


def pair_of(directory):
    """The certificate and the key of a mirror, which must belong together; None where there are none yet."""
    if not (directory / "fullchain.pem").exists() and not (directory / "privkey.pem").exists():
        return None
    keys = [subprocess.run([harness.openssl(), *arguments], check=True, capture_output=True).stdout
            for arguments in (["x509", "-in", directory / "fullchain.pem", "-noout", "-pubkey"],
                              ["pkey", "-in", directory / "privkey.pem", "-pubout"])]
    assert keys[0] == keys[1]
    assert (directory / "privkey.pem").stat().st_mode & 0o777 == 0o600
    return keys[0]


def test_a_mirror_whose_writer_is_killed_has_the_old_or_the_new_pair_and_is_mended(tmp_path):
    mirror = tmp_path / "mirror"
    hooks = tmp_path / "hooks"
    (tmp_path / "world").mkdir()
    ender, world = make_ender(tmp_path), make_world(tmp_path / "world")
    keep = ["cert", "mirror", "self", "--to", mirror, "--hook", f"echo $RHUMB_CERTIFICATE >> {hooks}"]
    world.must(*keep)
    old = pair_of(mirror)
    assert old
    saved = tmp_path / "saved"
    shutil.copytree(mirror, saved, symlinks=True)

    def prepare(_):
        shutil.rmtree(mirror)
        shutil.copytree(saved, mirror, symlinks=True)
        hooks.write_text("")

    def check(copy):
        assert pair_of(mirror)
        # What is owed is made good by the next command that looks after the mirror.
        copy.must(*keep)
        served = copy.must("cert", "export", "self", "--format", "pem", "--out", "-")
        assert (mirror / "cert.pem").read_text() == served
        if served != (saved / "cert.pem").read_text():
            assert hooks.read_text().startswith("self\n")
        leftovers = [entry.name for entry in mirror.iterdir() if entry.name.startswith(".version-")]
        assert len(leftovers) == 1, leftovers

    end_at_every_step(ender, world, tmp_path / "runs", ["cert", "self-sign", "--name", "self.test", "--as", "self", "--replace"], check,
                      under=tmp_path, prepare=prepare, glance=1)
