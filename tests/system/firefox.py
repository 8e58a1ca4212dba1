"""Firefox as a person has it, without a window: driven by Marionette, the protocol that is built into it. It is never told to overlook anything."""

import base64
import configparser
import json
import os
import pathlib
import re
import shutil
import signal
import socket

import harness
import machine as machines

START_SECONDS = 90
PAGE_SECONDS = 60

# The port is chosen by the system; no first pages, no questions, and nothing asked of anybody but the server under test.
SETTINGS = {
    "marionette.port": 0,
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutConfig.showWarning": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "browser.tabs.warnOnClose": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "ui.prefersReducedMotion": 1,
}


def program():
    """Firefox, or the end of the test where there is none."""
    for name in ("firefox-esr", "firefox"):
        if shutil.which(name):
            return shutil.which(name)
    return machines.skip("Firefox is not installed: apt-get install firefox-esr")


class Fault(Exception):
    """What Firefox answers when it does not do what it was asked for. `kind` is a word of WebDriver, such as "insecure certificate"."""

    def __init__(self, kind, message):
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class Marionette:
    """The protocol: messages are JSON behind their length, answers come in the order of the questions."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), PAGE_SECONDS)
        self._bytes = b""
        self._count = 0
        greeting = self._read()
        assert greeting["marionetteProtocol"] == 3, greeting

    def _read(self):
        while b":" not in self._bytes:
            self._more()
        length, _, self._bytes = self._bytes.partition(b":")
        while len(self._bytes) < int(length):
            self._more()
        message, self._bytes = self._bytes[: int(length)], self._bytes[int(length):]
        return json.loads(message)

    def _more(self):
        data = self._socket.recv(65536)
        assert data, "Firefox closed the connection"
        self._bytes += data

    def ask(self, command, **parameters):
        self._count += 1
        message = json.dumps([0, self._count, command, parameters]).encode()
        self._socket.sendall(b"%d:%s" % (len(message), message))
        kind, number, fault, result = self._read()
        assert (kind, number) == (1, self._count)
        if fault:
            raise Fault(fault["error"], fault["message"])
        return result

    def close(self):
        self._socket.close()


class Firefox:
    """One person's Firefox on a machine: `with Firefox(machine) as browser`. The profile stays from one time to the next."""

    def __init__(self, machine):
        self.machine = machine
        self.profile = find_profile(machine.home) or make_profile(machine)

    def __enter__(self):
        port_file = self.profile / "MarionetteActivePort"
        port_file.unlink(missing_ok=True)
        self._process = self.machine.start(program(), "--headless", "--no-remote", "--profile", self.profile, "--marionette",
                                           "--remote-allow-system-access", MOZ_CRASHREPORTER_DISABLE="1")
        self._said = harness.Output(self._process.stdout)
        try:
            self._marionette = Marionette(harness.wait_until(lambda: self._port(port_file), START_SECONDS, "the start of Firefox"))
            self._marionette.ask("WebDriver:NewSession", capabilities={"alwaysMatch": {"acceptInsecureCerts": False}})
            self._marionette.ask("WebDriver:SetTimeouts", pageLoad=PAGE_SECONDS * 1000)
        except BaseException:
            self._kill()
            print(self._said.text())
            raise
        return self

    def __exit__(self, *_):
        try:
            self._marionette.ask("Marionette:Quit", flags=["eAttemptQuit"])
            self._process.wait(30)
        finally:
            self._marionette.close()
            self._kill()

    def _port(self, file):
        assert self._process.poll() is None, f"Firefox ended: {self._said.text()}"
        return int(file.read_text()) if file.exists() and file.read_text().isdigit() else None

    def _kill(self):
        """Ends what is left of the group that was started with it."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait(10)

    def refusal(self, url):
        """Opens a page. None: it is shown. Else the code of Firefox's warning, such as "SEC_ERROR_UNKNOWN_ISSUER"."""
        try:
            self._marionette.ask("WebDriver:Navigate", url=url)
        except Fault as fault:
            if fault.kind != "insecure certificate":
                raise
            return self.of_page("return document.getFailedCertSecurityInfo().errorCodeString")
        return None

    def of_page(self, script, *arguments):
        """What a script in the page returns."""
        return self._marionette.ask("WebDriver:ExecuteScript", script=script, args=list(arguments))["value"]

    def of_page_later(self, script, *arguments):
        """What a script in the page gives to the function that is its last argument."""
        return self._marionette.ask("WebDriver:ExecuteAsyncScript", script=script, args=list(arguments))["value"]

    def of_browser(self, script):
        """What a script in the browser itself returns."""
        self._marionette.ask("Marionette:SetContext", value="chrome")
        try:
            return self._marionette.ask("WebDriver:ExecuteScript", script=script, args=[])["value"]
        finally:
            self._marionette.ask("Marionette:SetContext", value="content")

    def picture(self, file):
        """Writes what the page looks like, all of it, as PNG."""
        shown = self._marionette.ask("WebDriver:TakeScreenshot", full=True)["value"]
        pathlib.Path(file).write_bytes(base64.b64decode(shown))


def find_profile(home):
    """The profile that Firefox's own list names, wherever this release keeps it."""
    for base in (home / ".mozilla/firefox", home / ".config/mozilla/firefox"):
        listing = configparser.ConfigParser()
        if not listing.read(base / "profiles.ini"):
            continue
        for section in listing.sections():
            if re.match(r"Profile\d+$", section):
                return base / listing[section]["Path"]
    return None


def make_profile(machine):
    """Has Firefox itself make a profile, in a place of its choice."""
    machine.must(program(), "--headless", "--no-remote", "-CreateProfile", "ann", MOZ_CRASHREPORTER_DISABLE="1")
    profile = find_profile(machine.home)
    assert profile, f"Firefox made no profile in {machine.home}"
    lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in SETTINGS.items()]
    (profile / "user.js").write_text("".join(lines))
    return profile
