"""Backups of the store: made while a server works, checked, restored; also when they are killed at any step."""

import contextlib
import json
import os
import pathlib
import signal
import sqlite3
import stat
import subprocess
import threading

import pytest

import harness
from installation import Installation, end_at_every_step, make_ender, make_world

PASSWORD = "a password of a test"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return make_world(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="module")
def ender(tmp_path_factory):
    return make_ender(tmp_path_factory.mktemp("ender"))


@pytest.fixture
def one(world, tmp_path):
    return world.copy(tmp_path / "data")


@pytest.fixture
def password(tmp_path):
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    return file


def rows(file, query):
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)) as database:
        return database.execute(query).fetchall()


def names(installation):
    return [name for name, in installation.rows("SELECT name FROM certificate WHERE archived IS NULL ORDER BY name")]


def test_a_backup_is_one_file_for_its_owner_and_says_what_is_not_in_it(one, tmp_path):
    file = tmp_path / "one.backup"
    said = one.must("backup", "create", "--out", file)
    assert "master key" in said and str(one.data / "master.key") in said and "geographic data" in said
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "one.backup"]


def test_a_backup_into_a_folder_says_when(one, tmp_path):
    (tmp_path / "backups").mkdir()
    made = json.loads(one.must("backup", "create", "--out", tmp_path / "backups", "--json"))
    assert pathlib.Path(made["file"]).parent == tmp_path / "backups"
    assert pathlib.Path(made["file"]).match("rhumb-2*T*Z.backup")
    assert made["has_master_key"] is False and len(made["needs_master_keys"]) == 1


def test_the_list_knows_all_and_sees_which_are_gone(one, tmp_path):
    for number in (1, 2):
        one.must("backup", "create", "--out", tmp_path / f"{number}.backup")
    (tmp_path / "1.backup").unlink()
    listed = json.loads(one.must("backup", "list", "--json"))
    assert [(pathlib.Path(row["file"]).name, row["is_there"]) for row in listed] == [("2.backup", True), ("1.backup", False)]
    assert "no longer there" in one.must("backup", "list")


def test_nobody_can_read_keys_or_the_password_out_of_it(one, tmp_path, password):
    file = tmp_path / "one.backup"
    one.must("backup", "create", "--out", file, "--with-master-key", "--password-file", password)
    inside = file.read_bytes()
    for secret in (b"PRIVATE KEY", PASSWORD.encode(), (one.data / "master.key").read_bytes().strip(),
                   bytes.fromhex((one.data / "master.key").read_text().strip())):
        assert secret not in inside


def test_a_password_without_the_key_is_wrong_usage_and_a_key_without_a_password_asks(one, tmp_path, password):
    assert one.run("backup", "create", "--out", tmp_path / "x", "--password-file", password).returncode == 2
    refused = one.run("backup", "create", "--out", tmp_path / "x", "--with-master-key")
    assert refused.returncode == 1 and "--password-file" in refused.stderr
    assert not (tmp_path / "x").exists()


def test_it_is_not_written_over_a_file_unasked(one, tmp_path):
    (tmp_path / "mine").write_text("mine")
    done = subprocess.run([harness.binary(), "backup", "create", "--out", tmp_path / "mine", "--data", one.data], capture_output=True,
                          text=True, env=one.environment, stdin=subprocess.DEVNULL, timeout=30)
    assert done.returncode == 3 and "--yes" in done.stderr
    assert (tmp_path / "mine").read_text() == "mine"


def test_check_tells_what_it_is_and_whether_its_key_is_here(one, world, tmp_path, password):
    file = tmp_path / "one.backup"
    one.must("backup", "create", "--out", file, "--with-master-key", "--password-file", password)
    facts = json.loads(one.must("backup", "check", file, "--json"))
    assert facts["has_master_key"] and facts["is_key_at_hand"] and facts["certificates"] == len(names(one))
    assert "All its private keys open" in one.must("backup", "check", file, "--password-file", password)
    (one.data / "master.key").unlink()
    assert json.loads(one.must("backup", "check", file, "--json"))["is_key_at_hand"] is False
    password.write_text("another\n")
    assert one.run("backup", "check", file, "--password-file", password).returncode == 3


@pytest.mark.parametrize("damage", ["cut", "zeroed", "letter", "trigger", "newer"])
def test_check_and_restore_refuse_what_is_not_good_and_change_nothing(one, tmp_path, damage):
    file = tmp_path / "one.backup"
    one.must("backup", "create", "--out", file)
    if damage == "cut":
        os.truncate(file, file.stat().st_size // 2)
    elif damage == "zeroed":
        with open(file, "r+b") as stream:
            stream.seek(4096 * 3)
            stream.write(bytes(4096 * 2))
    elif damage == "letter":
        file.write_text("Dear Sir or Madam")
    else:
        with contextlib.closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA user_version = 1000" if damage == "newer" else
                             "CREATE TRIGGER evil AFTER INSERT ON event BEGIN DELETE FROM certificate; END")
            database.commit()
    before = one.state()
    for verb in ("check", "restore"):
        refused = one.run("backup", verb, file)
        assert refused.returncode == 3, refused.stdout + refused.stderr
        assert {"newer": "newer Rhumb", "trigger": "evil"}.get(damage, "damaged") in refused.stderr
        # The remedy is one for backups, and not for the store.
        assert ("use that one" if damage == "newer" else "take another backup") in refused.stderr, refused.stderr
        assert "in the store" not in refused.stderr, refused.stderr
    assert one.state() == before
    assert not list(one.data.glob("before-*")) and not list(one.data.glob("restore*"))


def test_a_backup_that_an_older_program_made_is_brought_up_to_date(one, tmp_path):
    """As it was before backups were remembered."""
    file = tmp_path / "old.backup"
    one.must("backup", "create", "--out", file)
    known = rows(file, "PRAGMA user_version")[0][0]
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.executescript("DROP TABLE secret; DROP TABLE known_person; DROP TABLE event_chain; DROP TRIGGER event_is_never_removed; DROP INDEX event_by_time; DROP TABLE token_key; DROP TABLE token_revocation; DROP TABLE session; DROP TABLE second_factor; DROP TABLE recovery_code; DROP TABLE role_member; DROP TABLE role; DROP TABLE user; DROP TABLE backup; PRAGMA user_version = 4")
    assert "older Rhumb" in one.must("backup", "check", file)
    one.must("backup", "restore", file)
    assert one.rows("PRAGMA user_version") == [(known,)]
    assert one.rows("SELECT count(*) FROM backup") == [(0,)]
    one.check_keys()


def test_restore_brings_back_what_was_and_keeps_what_is(one, tmp_path):
    file = tmp_path / "one.backup"
    one.must("backup", "create", "--out", file)
    was = names(one)
    one.must("cert", "self-sign", "--name", "later.test", "--as", "later")
    said = one.must("backup", "restore", file)
    assert names(one) == was
    kept, = one.data.glob("before-restore-*")
    assert str(kept) in said and stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert ("later",) in rows(kept / "rhumb.db", "SELECT name FROM certificate")
    assert [path.name for path in kept.iterdir()] == ["rhumb.db"]
    assert one.rows("SELECT what FROM event ORDER BY id DESC LIMIT 1") == [("backup.restored",)]
    one.check_keys()


def test_restore_asks_before_it_takes_the_place_of_something(one, tmp_path):
    file = tmp_path / "one.backup"
    one.must("backup", "create", "--out", file)
    done = subprocess.run([harness.binary(), "backup", "restore", file, "--data", one.data], capture_output=True, text=True,
                          env=one.environment, stdin=subprocess.DEVNULL, timeout=30, start_new_session=True)
    assert done.returncode == 1 and "--yes" in done.stderr
    assert not list(one.data.glob("before-*"))


def test_a_new_machine_serves_from_a_backup_with_its_key(server, tmp_path, password):
    old = server(None, "--https", "0", "--http", "0")
    root = pathlib.Path(old.root_file()).read_text()
    file = tmp_path / "one.backup"
    old.command("backup", "create", "--out", file, "--with-master-key", "--password-file", password)
    old.stop()

    new = server(None, "--https", "0", "--http", "0", start=False)
    new.command("backup", "restore", file, "--password-file", password, "--yes")
    assert stat.S_IMODE(new.data.stat().st_mode) == 0o700
    assert stat.S_IMODE((new.data / "master.key").stat().st_mode) == 0o600
    assert (new.data / "master.key").read_text() == (old.data / "master.key").read_text()
    new.start()
    assert pathlib.Path(new.root_file()).read_text() == root
    assert new.fetch(new.https("/arcgis/rest/info?f=json")).status == 200


def test_a_restore_that_would_not_open_is_refused_and_says_which_key_it_needs(one, tmp_path):
    file = tmp_path / "one.backup"
    key = json.loads(one.must("backup", "create", "--out", file, "--json"))["needs_master_keys"][0]
    other = Installation(tmp_path / "other", tmp_path)
    refused = other.run("backup", "restore", file)
    assert refused.returncode == 3 and key in refused.stderr and "--accept-loss" in refused.stderr
    assert not (other.data / "rhumb.db").exists() and not (other.data / "master.key").exists()

    other.must("backup", "restore", file, "--accept-loss")
    assert "put back the master key" in other.run("cert", "list").stderr.lower()
    other.must("keys", "rotate", "--accept-loss")
    other.must("ca", "rotate", "--now")
    other.must("cert", "list")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_root_restores_belongs_to_whom_the_data_directory_belongs_to(one, tmp_path, password):
    file = tmp_path / "one.backup"
    one.must("backup", "create", "--out", file, "--with-master-key", "--password-file", password)
    other = Installation(tmp_path / "other", tmp_path)
    other.data.mkdir(0o700)
    os.chown(other.data, 12345, 12346)
    for _ in range(2):  # into nothing, and over something
        other.must("backup", "restore", file, "--password-file", password)
        assert {(path.stat().st_uid, path.stat().st_gid) for path in other.data.rglob("*")} == {(12345, 12346)}, list(other.data.rglob("*"))


def test_no_restore_under_a_running_server(server, tmp_path):
    one = server()
    file = tmp_path / "one.backup"
    one.command("backup", "create", "--out", file)
    refused = one.command("backup", "restore", file, "--yes", check=False)
    assert refused.returncode == 3 and str(one.process.pid) in refused.stderr
    assert one.is_running() and not list(one.data.glob("before-*"))


def test_backups_while_a_server_and_commands_change_the_store(server, tmp_path):
    """Each is one state of the store, though others write without a pause."""
    one = server(None, "--https", "0", "--http", "0")
    is_over = threading.Event()
    made = []

    def change():
        while not is_over.is_set():
            made.append(one.command("cert", "self-sign", "--name", f"n{len(made)}.test").returncode)

    worker = threading.Thread(target=change)
    worker.start()
    try:
        for number in range(6):
            file = tmp_path / f"{number}.backup"
            one.command("backup", "create", "--out", file)
            assert rows(file, "PRAGMA foreign_key_check") == []
            # A certificate and its event come in one transaction: both are there, or neither.
            certificates = rows(file, "SELECT count(*) FROM certificate WHERE origin = 'self-signed'")
            assert certificates == rows(file, "SELECT count(*) FROM event WHERE what = 'certificate.self-signed' OR "
                                              "(what = 'certificate.added' AND detail LIKE 'self-signed%')"), \
                rows(file, "SELECT what, detail FROM event")
    finally:
        is_over.set()
        worker.join()
    assert made and set(made) == {0}


def test_a_full_disk_leaves_no_half_a_backup(one, tmp_path):
    def small():
        import resource
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (32768, 32768))

    (tmp_path / "out").mkdir()
    done = subprocess.run([harness.binary(), "backup", "create", "--out", tmp_path / "out" / "x", "--data", one.data], capture_output=True,
                          text=True, env=one.environment, stdin=subprocess.DEVNULL, timeout=30, preexec_fn=small)
    assert done.returncode == 1 and "full" in done.stderr, done.stderr
    assert list((tmp_path / "out").iterdir()) == []


def end_create_at(ender, one, file, number):
    return one.run("backup", "create", "--out", file,
                   environment={"LD_PRELOAD": str(ender), "END_UNDER": str(file.parent), "END_BEFORE": str(number),
                                "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})


def test_a_backup_that_is_killed_is_whole_or_not_there(ender, one, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    file = folder / "one.backup"
    killed = 0
    for number in range(1, 400):
        file.unlink(missing_ok=True)
        done = end_create_at(ender, one, file, number)
        if file.exists():
            assert one.run("backup", "check", file).returncode == 0, number
        if done.returncode == 0:
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        killed += 1
    else:
        raise AssertionError("it never came to its end")
    assert killed > 10
    # What a killed one has left does not stay.
    assert [path.name for path in folder.iterdir()] == ["one.backup"]


@pytest.mark.parametrize("with_key", [False, True], ids=["same key", "other key"])
def test_a_restore_that_is_killed_leaves_the_old_or_the_backup(ender, world, tmp_path, password, with_key):
    source = world.copy(tmp_path / "source")
    source.must("cert", "self-sign", "--name", "in-the-backup.test", "--as", "in-the-backup")
    if with_key:
        source.must("keys", "rotate")
    file = tmp_path / "one.backup"
    source.must("backup", "create", "--out", file, "--with-master-key", "--password-file", password)
    arguments = ["backup", "restore", file, *(["--password-file", password] if with_key else [])]

    def check(copy):
        copy.check_keys()
        # Nothing is in the way of the next attempt, and nothing is lost.
        for kept in copy.data.glob("before-restore-*"):
            assert rows(kept / "rhumb.db", "PRAGMA integrity_check") == [("ok",)]

    folder = tmp_path / "copies"
    folder.mkdir()
    end_at_every_step(ender, world, folder, arguments, check, stride=4 if with_key else 3, glance=12)


def test_a_killed_restore_is_done_again(ender, world, tmp_path, password):
    source = world.copy(tmp_path / "source")
    source.must("keys", "rotate")
    file = tmp_path / "one.backup"
    source.must("backup", "create", "--out", file, "--with-master-key", "--password-file", password)
    for number in (5, 15, 25):
        copy = world.copy(tmp_path / f"copy{number}")
        killed = copy.run("backup", "restore", file, "--password-file", password,
                          environment={"LD_PRELOAD": str(ender), "END_UNDER": str(copy.data), "END_BEFORE": str(number),
                                       "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"})
        assert killed.returncode == -signal.SIGKILL
        copy.must("backup", "restore", file, "--password-file", password)
        copy.check_keys()
        assert not (copy.data / "restore.part").exists()
