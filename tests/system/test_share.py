"""What other machines are given: bundles, and the page /trust, as their own programs take them."""

import base64
import hashlib
import html
import io
import json
import plistlib
import re
import shutil
import struct
import subprocess
import zipfile
import zlib

import pytest

from harness import wait_until
from sharing import PLATFORMS, SITE, bundles, only, rhumb, root, run_script, tree_of  # noqa: F401: fixtures


# --- The command ---------------------------------------------------------------------------------


def test_all_platforms_have_a_folder_with_a_readme(bundles, root):
    assert sorted(one.name for one in bundles.iterdir()) == sorted(PLATFORMS)
    for platform in PLATFORMS:
        assert root["sha256"] in (bundles / platform / "README.txt").read_text()
    assert b"PRIVATE KEY" not in b"".join(one.read_bytes() for one in bundles.rglob("*") if one.is_file())


def test_one_platform_has_no_folder_of_its_own(rhumb, root, tmp_path):
    facts = rhumb.json("trust", "bundle", "--for", "windows", "--out", tmp_path / "new")

    assert (tmp_path / "new" / f"{root['stem']}.cer").read_bytes() == root["der"]
    assert facts["roots"] == [{"name": facts["roots"][0]["name"], "fingerprint_sha256": root["sha256"]}]
    assert facts["url"] == rhumb.https("/", "localhost").replace("localhost", re.match(r"https://([^:/]+)", facts["url"])[1])
    assert sorted(facts["files"]) == sorted(one.name for one in (tmp_path / "new").iterdir())


def test_other_files_are_not_overwritten_unasked(rhumb, tmp_path):
    (tmp_path / "README.txt").write_text("mine")
    refused = rhumb.command("trust", "bundle", "--for", "ios", "--out", tmp_path, check=False)
    assert refused.returncode == 1 and "README.txt is there already" in refused.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["README.txt"], "nothing was written"

    rhumb.command("trust", "bundle", "--for", "ios", "--out", tmp_path, "--yes")
    assert (tmp_path / "README.txt").read_text() != "mine"
    rhumb.command("trust", "bundle", "--for", "ios", "--out", tmp_path)  # the very same files


def test_a_zip_holds_the_same_files(rhumb, bundles, tmp_path):
    rhumb.command("trust", "bundle", "--for", "linux,windows", "--out", tmp_path / "some.zip")
    with zipfile.ZipFile(tmp_path / "some.zip") as archive:
        assert archive.testzip() is None
        script = archive.getinfo("rhumb-trust/linux/trust-rhumb.sh")
        assert script.external_attr >> 16 == 0o100755
        assert archive.read(script) == (bundles / "linux" / "trust-rhumb.sh").read_bytes()
        assert "rhumb-trust/windows/README.txt" in archive.namelist()


@pytest.mark.parametrize("arguments", [["--out", "x"], ["--for", "beos", "--out", "x"], ["--for", "ios"]])
def test_a_wrong_command_line_is_said_to_be_wrong(rhumb, arguments):
    assert rhumb.command("trust", "bundle", *arguments, check=False).returncode == 2


# --- What each platform reads --------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["macos", "ios"])
def test_the_profile_is_a_property_list_with_the_root_in_it(bundles, root, platform):
    profile = plistlib.loads(only(bundles / platform, "*.mobileconfig").read_bytes())

    assert profile["PayloadType"] == "Configuration" and profile["PayloadVersion"] == 1
    assert profile["PayloadRemovalDisallowed"] is False
    (payload,) = profile["PayloadContent"]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert payload["PayloadContent"] == root["der"]
    assert payload["PayloadUUID"] != profile["PayloadUUID"]
    for one in (profile, payload):
        assert re.fullmatch(r"[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}", one["PayloadUUID"])


def test_the_scripts_for_windows_hold_the_root_and_its_digest(bundles, root):
    folder = bundles / "windows"
    for name in ("trust-rhumb.ps1", "trust-rhumb.bat", "README.txt"):
        data = (folder / name).read_bytes()
        assert data.isascii() and not data.startswith(b"\xef\xbb\xbf")
        assert data.count(b"\r\n") == data.count(b"\n") > 10
    script = (folder / "trust-rhumb.ps1").read_text()
    encoded = re.search(r"Base64 = @'\n(.*?)\n'@", script, re.S)[1]
    assert base64.b64decode(encoded) == root["der"]
    assert f"Sha256 = '{root['sha256']}'" in script
    sha1 = hashlib.sha1(root["der"]).hexdigest()
    assert f'call :root "{root["stem"]}.cer" {root["sha256"].replace(":", "").lower()} {sha1} "' in (folder / "trust-rhumb.bat").read_text()


def test_blocks_and_quotes_of_the_powershell_script_close(bundles):
    """There is no PowerShell here: at least the brackets pair, outside of texts and comments."""
    script = (bundles / "windows" / "trust-rhumb.ps1").read_text()
    bare = re.sub(r"@'\n.*?\n'@", "''", script, flags=re.S)
    bare = re.sub(r"'(?:[^'\n]|'')*'|\"(?:[^\"\n`]|`.)*\"|#[^\n]*", "", bare)
    assert not re.search(r"['\"]", bare), "a text is not closed"
    waiting = []
    for sign in bare:
        if sign in "({[":
            waiting.append(sign)
        elif sign in ")}]":
            assert waiting and waiting.pop() + sign in ("()", "{}", "[]")
    assert not waiting


def test_labels_of_the_batch_files_exist(bundles):
    for file in (bundles / "windows" / "trust-rhumb.bat", bundles / "java" / "trust-rhumb.bat"):
        text = file.read_text()
        labels = set(re.findall(r"^:(\w+)", text, re.M))
        assert set(re.findall(r"goto (\w+)", text)) | set(re.findall(r"call :(\w+)", text)) == labels


def test_the_policy_of_firefox_names_the_certificate_beside_it(bundles, root):
    policies = json.loads((bundles / "firefox" / "policies.json").read_text())["policies"]
    assert policies["Certificates"]["Install"] == [f"{root['stem']}.crt"]
    assert (bundles / "firefox" / f"{root['stem']}.crt").read_text() == root["pem"]


def test_android_gets_the_root_in_der(bundles, root):
    assert (bundles / "android" / f"{root['stem']}.crt").read_bytes() == root["der"]


@pytest.mark.parametrize("script", ["linux/trust-rhumb.sh", "java/trust-rhumb.sh"])
def test_shell_scripts_are_clean(bundles, script):
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    done = subprocess.run(["shellcheck", "--shell=sh", bundles / script], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


# --- The page ------------------------------------------------------------------------------------


def test_the_page_is_there_in_the_clear_where_all_else_is_refused(rhumb):
    assert rhumb.fetch(rhumb.http("/")).status == 403
    for url in (rhumb.http("/trust"), rhumb.http("/trust/"), rhumb.https("/trust")):
        page = rhumb.fetch(url)
        assert page.status == 200 and page.headers["content-type"] == "text/html; charset=utf-8"
        assert "strict-transport-security" not in page.headers


def test_every_file_of_the_bundles_is_at_a_path_of_its_own(rhumb, bundles):
    for file in bundles.rglob("*"):
        if not file.is_file() or file.suffix == ".p12":  # whose salt is another each time
            continue
        got = rhumb.fetch(rhumb.http(f"/trust/{file.relative_to(bundles)}"))
        assert got.status == 200 and got.body == file.read_bytes(), file
    assert rhumb.fetch(rhumb.http("/trust/java/trust-rhumb.p12")).status == 200


def test_each_platform_has_an_archive(rhumb, bundles):
    for platform in PLATFORMS:
        with zipfile.ZipFile(io.BytesIO(rhumb.fetch(rhumb.http(f"/trust/{platform}.zip")).body)) as archive:
            assert archive.testzip() is None
            assert sorted(archive.namelist()) == sorted(f"rhumb-{platform}/{one.name}" for one in (bundles / platform).iterdir())


def test_the_root_is_there_in_each_form_with_its_type(rhumb, root):
    der, crt, pem = (rhumb.fetch(rhumb.http(f"/trust/root.{form}")) for form in ("cer", "crt", "pem"))
    assert der.body == root["der"] and der.headers["content-type"] == "application/x-x509-ca-cert"
    assert crt.text == pem.text == root["pem"] and pem.headers["content-type"] == "application/x-pem-file"
    profile = rhumb.fetch(rhumb.http(f"/trust/ios/{root['stem']}.mobileconfig"))
    assert profile.headers["content-type"] == "application/x-apple-aspen-config" and "content-disposition" not in profile.headers


def test_head_and_conditions_are_heeded(rhumb):
    first = rhumb.fetch(rhumb.http("/trust/root.cer"))
    head = rhumb.fetch(rhumb.http("/trust/root.cer"), "--head")
    assert head.headers["etag"] == first.headers["etag"] and head.headers["content-length"] == str(len(first.body)) and not head.body
    again = rhumb.fetch(rhumb.http("/trust/root.cer"), "--header", f"if-none-match: {first.headers['etag']}")
    assert again.status == 304
    assert rhumb.fetch(rhumb.http("/trust"), "--request", "DELETE").status == 405
    assert rhumb.fetch(rhumb.http("/trust/root.key")).status == 404


def png_of(svg):
    """The code as a picture, eight pixels a module."""
    side = int(re.search(r'viewBox="0 0 (\d+) ', svg)[1])
    rows = [bytearray(b"\xff" * side) for _ in range(side)]
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1", svg):
        rows[int(y)][int(x): int(x) + int(width)] = bytes(int(width))
    scale = 8
    raw = b"".join((b"\0" + b"".join(bytes([one]) * scale for one in row)) * scale for row in rows)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side * scale, side * scale, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")


def test_phones_read_the_address_of_the_page_out_of_the_code(rhumb, tmp_path):
    if not shutil.which("zbarimg"):
        pytest.skip("zbarimg is not installed")
    page = rhumb.fetch(rhumb.http("/trust"), "--header", "host: gis.test:1234").text
    picture = tmp_path / "code.png"
    picture.write_bytes(png_of(re.search(r"<svg class=\"qr\".*?</svg>", page, re.S)[0]))
    done = subprocess.run(["zbarimg", "--quiet", "--raw", picture], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "http://gis.test:1234/trust", done.stderr
    assert done.stdout.strip() in html.unescape(page)


def test_scripts_of_other_origins_may_see_the_check_alone(rhumb):
    check = rhumb.fetch(rhumb.https("/trust/check"), "--header", "origin: http://gis.test")
    assert check.status == 204 and check.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in rhumb.fetch(rhumb.https("/trust")).headers


# --- Over time -----------------------------------------------------------------------------------


def test_while_the_root_is_replaced_both_are_handed_out(server, tmp_path):
    one = server(SITE)
    before = one.fetch(one.http("/trust")).headers["etag"]
    one.command("ca", "rotate")
    wait_until(lambda: one.fetch(one.http("/trust/next.cer")).status == 200, what="the next root on the page")

    page = one.fetch(one.http("/trust"), "--header", f"if-none-match: {before}")
    assert page.status == 200 and "Install both" in page.text
    one.command("trust", "bundle", "--for", "all", "--out", tmp_path)
    assert len(list((tmp_path / "windows").glob("*.cer"))) == 2
    assert len(plistlib.loads(only(tmp_path / "ios", "*.mobileconfig").read_bytes())["PayloadContent"]) == 2
    assert len(json.loads((tmp_path / "firefox/policies.json").read_text())["policies"]["Certificates"]["Install"]) == 2
    anchors, _ = tree_of(tmp_path / "tree", "debian")
    assert run_script(tmp_path / "linux/trust-rhumb.sh", "--root", tmp_path / "tree", "--yes").count("done     ") == 2
    # One of them is lost: that one alone is put back.
    next(anchors.iterdir()).unlink()
    run_script(tmp_path / "tree/usr/sbin/update-ca-certificates")
    again = run_script(tmp_path / "linux/trust-rhumb.sh", "--root", tmp_path / "tree", "--yes")
    assert again.count("already  ") == 1 and again.count("done     ") == 1

    one.command("ca", "rotate", "--activate", "--yes")
    wait_until(lambda: one.fetch(one.http("/trust/next.cer")).status == 404, what="the old root off the page")


def test_a_new_installation_has_the_page(server):
    one = server(None, "--https", 0, "--http", 0)
    assert one.fetch(one.http("/trust")).status == 200
    assert 'handler = "trust"' in one.command("config", "export").stdout
