"""The scripts of tools/ as a person runs them, with copies of what they look at."""

import os
import pathlib
import subprocess

TOOLS = pathlib.Path(__file__).resolve().parent.parent
OPENSSL = f"source {TOOLS}/openssl --help >/dev/null"  # its functions, in a shell of ours


def run(*command, **environment):
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, **{key: str(value) for key, value in environment.items()}},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def packages_file(tmp_path, text):
    path = tmp_path / "packages.txt"
    path.write_text(text)
    return path


def test_install_lists_what_is_missing_of_the_named_sections_only(tmp_path):
    packages = packages_file(tmp_path, "[build]\nbash\nno-such-a\n\n# why\n[test]\nno-such-b\ncoreutils\n[bench]\nno-such-c\n")

    listed = run(TOOLS / "install", "--list", "build", "test", RHUMB_PACKAGES=packages)

    assert listed.stdout.split() == ["no-such-a", "no-such-b"]


def test_install_is_content_with_any_of_several(tmp_path):
    packages = packages_file(tmp_path, "[build]\nno-such-a | bash\nno-such-b | no-such-c\n")

    listed = run(TOOLS / "install", "--list", RHUMB_PACKAGES=packages)

    assert listed.stdout.split() == ["no-such-b"]


def test_install_takes_the_first_of_several_that_apt_offers_however_much_apt_says_of_it(tmp_path):
    packages = packages_file(tmp_path, "[build]\nno-such-a | no-such-b | no-such-c\n")
    apt_cache = tmp_path / "apt-cache"
    apt_cache.write_text(
        '#!/bin/sh\n[ "$2" != no-such-a ] || exit 0\necho "  Candidate: 1.0"\nyes "  Version table:" | head -n 20000\n'
    )
    apt_cache.chmod(0o755)

    listed = run(TOOLS / "install", "--list", RHUMB_PACKAGES=packages, PATH=f"{tmp_path}:{os.environ['PATH']}")

    assert listed.stdout.split() == ["no-such-b"]


def test_install_starts_no_server_and_leaves_the_machines_policy_as_it_was(tmp_path):
    system = tmp_path / "system"
    (system / "usr/sbin").mkdir(parents=True)
    policy = system / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\necho before; exit 104\n")
    policy.chmod(0o755)
    programs = tmp_path / "programs"
    programs.mkdir()
    fakes = {
        "dpkg-query": "",
        "sudo": '[ "$1" != -n ] || shift; exec "$@"',
        "apt-get": f"""for service in slapd postgresql@15-main ssh; do
            {policy} $service start >>{tmp_path}/said; echo "$service $?" >>{tmp_path}/said
        done; cat {system}/etc/postgresql-common/createcluster.d/* >>{tmp_path}/said; exit $APT_CODE""",
    }
    for name, text in fakes.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    packages = packages_file(tmp_path, "[test]\nslapd\npostgresql\n")
    for code in (0, 100):
        (tmp_path / "said").write_text("")
        done = run(TOOLS / "install", "test", RHUMB_PACKAGES=packages, RHUMB_SYSTEM=system, RHUMB_INSTALL_LOG=tmp_path / "log", APT_CODE=code,
                   PATH=f"{programs}:{os.environ['PATH']}")

        assert (done.returncode == 0) == (code == 0), done.stderr
        assert (tmp_path / "said").read_text().splitlines()[:5] == [
            "slapd 101", "postgresql@15-main 101", "before", "ssh 104", "create_main_cluster = false"]
        assert policy.read_text() == "#!/bin/sh\necho before; exit 104\n"
        assert [path.name for path in policy.parent.iterdir()] == ["policy-rc.d"]
        assert list((system / "etc/postgresql-common/createcluster.d").iterdir()) == []


def test_install_names_the_sections_when_it_does_not_know_one(tmp_path):
    packages = packages_file(tmp_path, "[build]\nbash\n[test]\n")

    refused = run(TOOLS / "install", "tset", RHUMB_PACKAGES=packages)

    assert refused.returncode == 2
    assert "no section tset" in refused.stderr and "build test" in refused.stderr


def test_install_needs_nothing_when_nothing_is_missing(tmp_path):
    packages = packages_file(tmp_path, "[build]\nbash\n")

    done = run(TOOLS / "install", "build", RHUMB_PACKAGES=packages)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_line_of_the_packages_is_in_a_section_and_in_its_order():
    sections = {}
    for line in (TOOLS / "packages.txt").read_text().splitlines():
        if line.startswith("["):
            section = sections.setdefault(line, [])
        elif line and not line.startswith("#"):
            section.append(line)

    assert list(sections) == ["[build]", "[test]", "[bench]", "[check]"]
    for section, lines in sections.items():
        assert lines == sorted(lines), f"{section} of tools/packages.txt is not sorted"
        assert len(lines) == len(set(lines)), f"{section} of tools/packages.txt names a package twice"


def test_openssl_where_prints_system_when_that_is_asked_for(tmp_path):
    answer = run(TOOLS / "openssl", "--where", RHUMB_OPENSSL="system", RHUMB_CACHE=tmp_path)

    assert (answer.returncode, answer.stdout) == (0, "system\n")


def made_copy(cache, name, stamp=None):
    """A folder that looks like a finished copy; with the stamp that the script itself would write, or with `stamp`."""
    folder = cache / name
    folder.mkdir()
    recipe = run("bash", "-c", f"{OPENSSL}; recipe {folder}", RHUMB_CACHE=cache, RHUMB_OPENSSL="").stdout
    (folder / "rhumb-stamp").write_text(recipe if stamp is None else stamp)
    return folder


def where(cache):
    # As on a machine whose own OpenSSL is too old, whatever this one's is.
    return run("bash", "-c", f"{OPENSSL}; find_made", RHUMB_CACHE=cache)


def test_openssl_prefers_the_newest_finished_copy(tmp_path):
    made_copy(tmp_path, "openssl-3.5.9-1.deb13u1")
    newest = made_copy(tmp_path, "openssl-3.5.10-1.deb13u1")
    made_copy(tmp_path, "openssl-3.5.11-1.deb13u1", stamp="")

    assert where(tmp_path).stdout == f"{newest}\n"


def test_openssl_does_not_take_a_copy_that_was_made_for_another_place(tmp_path):
    other = made_copy(tmp_path, "openssl-3.5.9-1.deb13u1")
    other.rename(tmp_path / "openssl-3.5.10-1.deb13u1")

    answer = where(tmp_path)

    assert (answer.returncode, answer.stdout) == (1, "")


def test_openssl_says_which_option_it_does_not_know():
    refused = run(TOOLS / "openssl", "--were")

    assert refused.returncode == 2
    assert "--were" in refused.stderr and "--where" in refused.stderr


def step(tmp_path, command):
    return run("bash", "-c", f"set -euo pipefail; source {TOOLS}/lib.sh; {command}", log=tmp_path / "deep" / "log")


def test_a_step_that_fails_shows_its_output_its_log_and_its_code(tmp_path):
    failed = step(tmp_path, 'step "the work" "$log" sh -c "echo the reason; exit 7"')

    assert failed.returncode == 7
    assert "the reason" in failed.stderr and str(tmp_path / "deep" / "log") in failed.stderr


def test_a_step_that_succeeds_keeps_its_output_to_the_log(tmp_path):
    done = step(tmp_path, 'step "the work" "$log" echo talk')

    assert (done.returncode, done.stdout, done.stderr) == (0, "rhumb: the work …\n", "")
    assert "talk" in (tmp_path / "deep" / "log").read_text()


def test_a_log_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "deep").write_text("a file where a folder should be")

    failed = step(tmp_path, 'step "the work" "$log" true')

    assert failed.returncode == 1
    assert str(tmp_path / "deep" / "log") in failed.stderr
