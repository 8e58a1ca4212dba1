"""Where apt gets Debian from: what apt_suites.py reads out of a machine's configuration, and what it makes of it."""

import apt_suites

ONE_LINE = """\
# deb http://commented.example/debian bookworm main
deb [arch=amd64 signed-by=/etc/key.gpg check-valid-until=no] http://mirror.example/debian/ bookworm main contrib # near
deb-src http://sources.example/debian bookworm main
deb http://mirror.example/debian-security bookworm-security main
deb https://download.docker.example/linux/debian bookworm stable
"""

DEB822 = """\
# the mirrors
Types: deb deb-src
URIs: mirror+file:/etc/apt/mirrors/debian.list
# a comment in the midst
Suites: bookworm bookworm-updates
 bookworm-backports
Components: main non-free
Trusted: yes

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb
URIs: http://a.example/debian-security
 http://b.example/debian-security
Suites: bookworm-security
Components: main
Check-Valid-Until: no
"""


def uris(entries, suite):
    return [entry.uri for entry in entries if entry.suite == suite]


def test_one_line_entries_are_read_with_the_options_that_matter():
    entries = apt_suites.parse_one_line(ONE_LINE)

    assert uris(entries, "bookworm") == ["http://mirror.example/debian/", "https://download.docker.example/linux/debian"]
    assert entries[0].components == ("main", "contrib")
    assert entries[0].options == (("Check-Valid-Until", "no"),)


def test_deb822_entries_are_read_over_folded_fields_and_comments():
    entries = apt_suites.parse_deb822(DEB822)

    assert uris(entries, "bookworm") == ["mirror+file:/etc/apt/mirrors/debian.list"]
    assert uris(entries, "bookworm-backports") == ["mirror+file:/etc/apt/mirrors/debian.list"]
    assert uris(entries, "bookworm-security") == ["http://a.example/debian-security", "http://b.example/debian-security"]


def test_a_disabled_paragraph_is_left_out():
    assert "http://off.example/debian" not in uris(apt_suites.parse_deb822(DEB822), "bookworm")


def test_another_suite_is_asked_of_the_same_mirrors_and_of_no_other_vendor():
    entries = apt_suites.sources_of(apt_suites.parse_one_line(ONE_LINE), "bookworm", "trixie")

    assert uris(entries, "trixie") == ["http://mirror.example/debian/"]
    assert uris(entries, "trixie-security") == ["http://mirror.example/debian-security"]


def test_a_machine_that_says_stable_is_understood():
    entries = apt_suites.parse_one_line("deb http://mirror.example/debian oldstable main\n")

    assert uris(apt_suites.sources_of(entries, "bookworm", "trixie"), "trixie") == ["http://mirror.example/debian"]


def test_a_compact_disc_is_no_mirror():
    entries = apt_suites.parse_one_line("deb cdrom:[Debian_12]/ bookworm main\n")

    assert apt_suites.sources_of(entries, "bookworm", "trixie") == []


def test_a_mirror_that_is_named_twice_is_asked_once():
    entries = apt_suites.parse_one_line("deb http://m.example/debian bookworm main\n" * 2)

    assert len(apt_suites.sources_of(entries, "bookworm", "trixie")) == 1


def test_trust_comes_from_the_archive_s_own_keys_whatever_the_machine_says():
    entries = apt_suites.sources_of(apt_suites.parse_deb822(DEB822), "bookworm", "trixie")

    text = apt_suites.to_deb822(entries)

    assert "Trusted" not in text
    assert text.count("Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg") == len(entries)
    assert "Types: deb-src\n" in text and "Check-Valid-Until: no\n" in text


def test_both_kinds_of_files_are_read_from_the_folder(tmp_path):
    (tmp_path / "sources.list").write_text("deb http://one.example/debian bookworm main\n")
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / "two.sources").write_text(DEB822)
    (parts / "three.list").write_text("deb http://three.example/debian bookworm main\n")
    (parts / "four.list.save").write_text("deb http://four.example/debian bookworm main\n")

    found = uris(apt_suites.read_apt(tmp_path), "bookworm")

    assert found == ["http://one.example/debian", "http://three.example/debian", "mirror+file:/etc/apt/mirrors/debian.list"]


def test_no_mirror_is_an_error_that_says_what_to_add(tmp_path, capsys):
    assert apt_suites.main(["bookworm", "trixie", str(tmp_path)]) == 1

    message = capsys.readouterr().err
    assert "bookworm" in message and "sources.list" in message
