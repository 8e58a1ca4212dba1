"""The doctor on an installation: each test breaks one thing, and the doctor names that and nothing else."""

import contextlib
import json
import os
import pathlib
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time

import pytest

import harness

DAY = 86400


class Examined:
    """What `rhumb doctor` says of this installation itself: the first of what it examined."""

    def __init__(self, done):
        self.code = done.returncode
        assert self.code in (0, 3), done.stderr
        self.all = json.loads(done.stdout)
        self.findings = self.all["examined"][0]["findings"]

    def ids(self):
        return sorted(finding["id"] for finding in self.findings)

    def the(self, id):
        return next(finding for finding in self.findings if finding["id"] == id)


# Notes that depend on the machine that runs the tests, and on who does.
OF_THE_MACHINE = {"machine.user.root", "machine.limit.descriptors", "machine.core.dumps", "clock.unsynchronised", "trust.root.missing",
                  "openssl.no-post-quantum"}


def examine(server, *before, seconds=60):
    command = [*before, harness.binary(), "doctor", "--json", "--seconds", str(seconds), "--data", str(server.data)]
    return Examined(subprocess.run(command, capture_output=True, text=True, timeout=120, env=server.environment,
                                   stdin=subprocess.DEVNULL, start_new_session=True))


def broken(server, *before, seconds=60):
    """Findings beyond those of the machine."""
    examined = examine(server, *before, seconds=seconds)
    return examined, [id for id in examined.ids() if id not in OF_THE_MACHINE]


@contextlib.contextmanager
def store_of(server):
    with contextlib.closing(sqlite3.connect(server.data / "rhumb.db", timeout=10)) as store:
        yield store
        store.commit()


@pytest.fixture
def one(server):
    return server(None, "--https", "0", "--http", "0")


def site_at(port, more=""):
    return f'[[site]]\nbindings = ["https://127.0.0.1:{port}"]\n{more}\n'


def faults(examined):
    """Errors and warnings about all that was examined."""
    return [finding for one in examined.all["examined"] for finding in one["findings"] if finding["severity"] != "note"]


def test_a_fresh_installation_is_healthy(one):
    examined = examine(one)
    assert faults(examined) == []
    assert set(examined.ids()) <= OF_THE_MACHINE
    assert examined.all["examined"][0]["unfinished"] == []


def as_nobody():
    os.setgid(65534)
    os.setuid(65534)


@pytest.mark.skipif(os.geteuid() != 0, reason="the test above runs as a user already")
def test_a_fresh_installation_of_a_user_is_healthy():
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        home = pathlib.Path(folder) / "home"
        home.mkdir()
        os.chown(home, 65534, 65534)
        probe = subprocess.run([harness.binary(), "--version"], capture_output=True, preexec_fn=as_nobody)
        if probe.returncode != 0:
            pytest.skip("the program, or its libraries, are where another user cannot read them")
        one = harness.Server(folder, None, ["--https", "0", "--http", "0"], limits=as_nobody, data=home / "data")
        try:
            one.start()
            done = subprocess.run([harness.binary(), "doctor", "--json", "--data", one.data], capture_output=True, text=True, timeout=120,
                                  env=one.environment, preexec_fn=as_nobody, stdin=subprocess.DEVNULL)
            examined = Examined(done)
            assert faults(examined) == []
            assert "machine.user.root" not in examined.ids()
        finally:
            one.kill()


def test_it_changes_nothing(one):
    def state():
        return sorted((path.relative_to(one.data), path.stat().st_mode, path.stat().st_size) for path in one.data.rglob("*")
                      if path.suffix != ".log" and "-wal" not in path.name and "-shm" not in path.name)

    one.stop()
    before = state()
    examine(one)
    assert state() == before


@pytest.mark.parametrize("mode, id, severity", [(0o755, "store.directory.readable", "warning"),
                                                (0o777, "store.directory.writable", "error")])
def test_a_data_directory_that_is_open_to_others(one, mode, id, severity):
    one.data.chmod(mode)
    examined, ids = broken(one)
    assert ids == [id] and examined.the(id)["severity"] == severity
    subprocess.run(examined.the(id)["command"], shell=True, check=True)
    assert broken(one)[1] == []


@pytest.mark.parametrize("name", ["rhumb.db", "master.key"])
def test_secrets_that_others_can_read(one, name):
    (one.data / name).chmod(0o644)
    examined, ids = broken(one)
    assert ids == ["store.file.readable"] and examined.code == 3
    assert examined.the(ids[0])["about"] == str(one.data / name)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_store_that_belongs_to_another_user(one):
    one.stop()
    os.chown(one.data, 12345, 12345)
    _, ids = broken(one)
    assert ids == ["machine.server.stopped", "store.owner.other"]


def test_a_server_that_does_not_run(one):
    one.stop()
    examined, ids = broken(one)
    assert ids == ["machine.server.stopped"] and examined.code == 3
    assert "serve" in examined.the(ids[0])["command"] and str(one.data) in examined.the(ids[0])["command"]


def listen(port=0):
    taken = socket.create_server(("127.0.0.1", port))
    return taken, taken.getsockname()[1]


def test_a_port_that_another_program_has_before_the_start(server):
    port = harness.free_port()
    one = server(site_at(port))
    one.stop()
    taken, _ = listen(port)
    with taken:
        examined, ids = broken(one)
    assert ids == ["port.taken"]
    finding = examined.the("port.taken")
    assert f"process {os.getpid()}" in finding["sentence"] and "python" in finding["sentence"] and str(port) in finding["sentence"]
    assert str(os.getpid()) in finding["command"] or "systemctl" in finding["command"]


def test_a_port_that_another_program_has_while_it_runs(server):
    one = server(site_at(0))
    taken, port = listen()
    with taken:
        one.configure(site_at(port))
        assert one.log.find("cannot be served", 10)
        examined, ids = broken(one)
        assert ids == ["port.taken"]
        assert "older configuration" in examined.the("port.taken")["sentence"]
    one.reload()
    assert broken(one)[1] == []


def test_a_port_that_takes_a_privilege(server):
    start = int(pathlib.Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    if start < 100 or not shutil.which("setpriv"):
        pytest.skip("there are no privileged ports here, or no setpriv")
    one = server(site_at(0))
    one.stop()
    one.configure(site_at(99))
    drop = ["setpriv", "--bounding-set=-net_bind_service", "--inh-caps=-net_bind_service"] if os.geteuid() == 0 else []
    examined, ids = broken(one, *drop)
    assert ids == ["port.privileged"]
    assert "cap_net_bind_service" in examined.the(ids[0])["command"]


def test_an_address_that_the_machine_does_not_have(server):
    one = server(site_at(0))
    one.stop()
    one.configure('[[site]]\nbindings = ["https://203.0.113.77:8443"]\n')
    assert broken(one)[1] == ["port.no-address"]


def test_a_configuration_that_cannot_be_read(server):
    one = server(site_at(0))
    one.configure("[[site]]\nbindings = 5\n")
    assert one.log.find("is not good", 10)
    examined, ids = broken(one)
    assert ids == ["machine.configuration.faulty"]
    assert "rhumb.toml" in examined.the(ids[0])["sentence"] and "config check" in examined.the(ids[0])["command"]


def test_a_server_that_does_not_take_the_configuration(server):
    one = server(site_at(0))
    one.signal(signal.SIGSTOP)
    try:
        one.configure(site_at(0, 'host_names = ["maps.test"]'))
        examined, ids = broken(one, seconds=8)
        assert ids == ["machine.configuration.waiting"]
        assert examined.the(ids[0])["command"] == f"kill -HUP {one.process.pid}"
    finally:
        one.signal(signal.SIGCONT)
    assert one.log.find("is served$", 10)
    assert broken(one)[1] == []


def test_a_certificate_that_the_configuration_names_and_nobody_has(server):
    one = server(site_at(0, 'certificate = "gone"'))
    examined, ids = broken(one)
    assert ids == ["cert.named.missing"]
    assert "gone" in examined.the(ids[0])["sentence"]


def test_a_certificate_that_is_for_another_host_is_told_before_the_start_too(server):
    one = server(site_at(harness.free_port()))
    one.command("cert", "self-sign", "--name", "other.test", "--as", "other")
    one.configure(site_at(harness.free_port(), 'host_names = ["maps.test"]\ncertificate = "other"'))
    one.stop()
    examined, ids = broken(one)
    assert ids == ["cert.named.not-for-host", "machine.server.stopped"]
    assert "maps.test" in examined.the("cert.named.not-for-host")["sentence"]


def test_renewal_that_fails(one):
    with store_of(one) as store:
        store.execute("UPDATE certificate SET renewal_failures = 4, renewal_last_error = 'no room' WHERE name = 'auto'")
    examined, ids = broken(one)
    assert ids == ["cert.renewal.failing"]
    assert "no room" in examined.the(ids[0])["sentence"] and "cert renew auto" in examined.the(ids[0])["command"]


def test_a_request_that_waits_for_long(one):
    one.command("cert", "request", "--name", "maps.test", "--out", one.folder / "request.pem")
    assert broken(one)[1] == []
    with store_of(one) as store:
        store.execute(f"UPDATE request SET created = created - {100 * DAY}")
    assert broken(one)[1] == ["cert.request.old"]


def test_a_revocation_list_that_has_run_out(one):
    one.command("ca", "crl")
    with store_of(one) as store:
        changed = store.execute(f"UPDATE crl SET next_update = {int(time.time()) - 60}").rowcount
    assert changed >= 1
    assert set(broken(one)[1]) == {"revocation.own.outdated"}


def test_backups_that_are_missing_or_old(one):
    with store_of(one) as store:
        store.execute(f"UPDATE authority SET created = created - {30 * DAY}")
    examined, ids = broken(one)
    assert ids == ["backup.none"]
    subprocess.run(examined.the("backup.none")["command"], shell=True, check=True, cwd=one.folder, env=one.environment)
    assert list(one.folder.glob("rhumb-*.backup"))
    assert broken(one)[1] == []
    with store_of(one) as store:
        store.execute(f"UPDATE backup SET time = time - {10 * DAY}")
    assert broken(one)[1] == ["backup.old"]


def test_a_mirrored_key_that_everybody_can_read(one):
    folder = one.folder / "mirror"
    one.command("cert", "mirror", "auto", "--to", folder)
    assert broken(one)[1] == []
    (folder / "privkey.pem").chmod(0o644)
    examined, ids = broken(one)
    assert ids == ["store.mirror.readable"] and examined.code == 3
    subprocess.run(examined.the(ids[0])["command"], shell=True, check=True)
    assert broken(one)[1] == []


def test_a_mirror_that_could_not_be_written(one):
    one.command("cert", "mirror", "auto", "--to", one.folder / "mirror")
    with store_of(one) as store:
        store.execute("UPDATE mirror SET last_error = 'the directory is gone'")
    assert broken(one)[1] == ["store.mirror.failing"]


def test_a_master_key_that_is_gone_is_told_and_none_is_made(one):
    (one.data / "master.key").rename(one.folder / "kept")
    examined, ids = broken(one)
    assert ids == ["store.key.missing"] and examined.code == 3
    assert not (one.data / "master.key").exists()
    refused = one.command("cert", "list", check=False)
    assert refused.returncode == 1 and "master key" in refused.stderr
    assert not (one.data / "master.key").exists()
    (one.folder / "kept").rename(one.data / "master.key")
    assert broken(one)[1] == []


def test_a_master_key_that_systemd_gives_to_the_server_alone(server):
    """Who types `rhumb doctor` into a shell has no credential of the service."""
    one = server(None, "--https", "0", "--http", "0", start=False)
    credentials = one.folder / "credentials"
    credentials.mkdir()
    (credentials / "rhumb.master-key").write_text("cd" * 32 + "\n")
    (credentials / "rhumb.master-key").chmod(0o600)
    mine = one.environment
    one.environment = {**mine, "CREDENTIALS_DIRECTORY": str(credentials)}
    one.start()
    one.environment = mine
    examined, ids = broken(one)
    assert ids == [] and examined.all["examined"][0]["unfinished"] == []
    assert len(examined.all["examined"]) > 1
    assert not (one.data / "master.key").exists()


def test_a_master_key_that_is_damaged(one):
    (one.data / "master.key").write_text("0123\n")
    assert broken(one)[1] == ["store.key.unreadable"]


def test_a_master_key_of_another_store(one):
    (one.data / "master.key").write_text("ab" * 32 + "\n")
    examined, ids = broken(one)
    assert ids == ["store.key.other"]
    assert "the certificate «auto»" in examined.the(ids[0])["sentence"]


@pytest.mark.parametrize("blob, id", [("x'2d2d2d2d2d'", "store.key.plain"), ("CAST(substr(sealed_key, 1, 24) || zeroblob(100) AS BLOB)", "store.key.damaged")])
def test_a_key_that_is_not_sealed_or_damaged(one, blob, id):
    one.command("cert", "self-sign", "--name", "self.test", "--as", "self")
    with store_of(one) as store:
        store.execute(f"UPDATE certificate SET sealed_key = {blob} WHERE name = 'self'")
    assert broken(one)[1] == [id]


def test_a_store_that_is_damaged(one):
    one.stop()
    with store_of(one) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = store.execute("SELECT rootpage FROM sqlite_master WHERE name = 'certificate_name_in_use'").fetchone()[0]
    with open(one.data / "rhumb.db", "r+b") as stream:
        stream.seek((page - 1) * 4096)
        stream.write(b"\xa5" * 64)
    examined, ids = broken(one)
    assert ids == ["store.damaged"] and examined.code == 3
    assert "backup restore" in examined.the(ids[0])["command"]


@pytest.mark.parametrize("change, id", [
    ("PRAGMA user_version = 1000", "store.schema.newer"),
    ("DROP TABLE secret; DROP TABLE known_person; DROP TABLE event_chain; DROP TRIGGER event_is_never_removed; DROP INDEX event_by_time; DROP TABLE token_key; DROP TABLE token_revocation; DROP TABLE session; DROP TABLE second_factor; DROP TABLE recovery_code; DROP TABLE role_member; DROP TABLE role; DROP TABLE user; PRAGMA user_version = 5", "store.schema.older"),
])
def test_a_store_of_another_version(one, change, id):
    one.stop()
    with store_of(one) as store:
        store.executescript(change)
    assert broken(one)[1] == [id]
    with store_of(one) as store:
        assert store.execute("PRAGMA user_version").fetchone()[0] in (1000, 5)


def test_something_in_the_store_that_rhumb_did_not_put_there(one):
    with store_of(one) as store:
        store.execute("CREATE TABLE notes (text)")
    examined, ids = broken(one)
    assert ids == ["store.schema.strange"] and "notes" in examined.the(ids[0])["sentence"]


def test_a_clock_that_went_back(one):
    with store_of(one) as store:
        store.execute(f"UPDATE certificate SET created = created + {3 * DAY} WHERE name = 'auto'")
    assert broken(one)[1] == ["clock.behind"]


def few_descriptors():
    resource.setrlimit(resource.RLIMIT_NOFILE, (300, 300))


def large_cores():
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def test_a_server_that_may_hardly_open_files(server):
    one = server(None, "--https", "0", "--http", "0", limits=few_descriptors)
    assert broken(one)[1] == ["machine.limit.few-descriptors"]


def test_a_server_whose_memory_would_go_to_a_file(server):
    hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
    if hard != resource.RLIM_INFINITY and os.geteuid() != 0:
        pytest.skip("core dumps cannot be allowed here")
    one = server(None, "--https", "0", "--http", "0", limits=large_cores)
    assert "machine.core.dumps" in examine(one).ids()


def test_a_program_that_was_replaced_while_it_runs(server, monkeypatch):
    copy = pathlib.Path(tempfile.mkdtemp()) / "rhumb"
    try:
        shutil.copy(harness.binary(), copy)
        share = os.environ.get("RHUMB_SHARE") or str(pathlib.Path(harness.binary()).resolve().parent)
        with monkeypatch.context() as patch:
            patch.setenv("RHUMB_BINARY", str(copy))
            one = server(None, "--https", "0", "--http", "0", environment={"RHUMB_SHARE": share})
        copy.unlink()
        examined, ids = broken(one)
        assert ids == ["machine.program.replaced"] and str(copy) in examined.the(ids[0])["sentence"]
    finally:
        shutil.rmtree(copy.parent)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 64 MiB and 400 files."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m,nr_inodes=400", "none", folder], capture_output=True)
    if mounted.returncode != 0:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def fill(folder, left):
    free = os.statvfs(folder)
    with open(folder / "filler", "wb") as stream:
        stream.write(bytes(free.f_bavail * free.f_frsize - left))


@pytest.mark.parametrize("left, id", [(5 << 20, "machine.disk.nearly-full"), (1 << 20, "machine.disk.full")])
def test_a_crowded_disk(server, small_disk, left, id):
    one = server(None, "--https", "0", "--http", "0", data=small_disk / "data")
    assert broken(one)[1] == []
    fill(small_disk, left)
    examined, ids = broken(one)
    assert ids == [id] and str(small_disk) in examined.the(id)["about"]
    (small_disk / "filler").unlink()
    assert broken(one)[1] == []


@pytest.mark.parametrize("left, id", [(15, "machine.inodes.nearly-full"), (4, "machine.inodes.full")])
def test_a_disk_that_takes_no_more_files(server, small_disk, left, id):
    one = server(None, "--https", "0", "--http", "0", data=small_disk / "data")
    assert broken(one)[1] == []
    number = 0
    while os.statvfs(small_disk).f_favail > left:
        (small_disk / f"file{number}").touch()
        number += 1
    assert broken(one)[1] == [id]


def test_a_retired_root_that_is_still_trusted(one):
    if not shutil.which("certutil"):
        pytest.skip("certutil is missing")
    one.command("trust", "install", "--store", "nss")
    one.command("ca", "rotate", "--now", "--yes")
    examined, ids = broken(one)
    assert ids == ["trust.root.retired"]
    subprocess.run(examined.the(ids[0])["command"], shell=True, check=True, env=one.environment)
    assert broken(one)[1] == []
