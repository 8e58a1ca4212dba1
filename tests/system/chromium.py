"""Chromium as a person has it, without a window: driven over a pipe by the protocol of its developer tools. It is never told to overlook anything."""

import fcntl
import json
import os
import queue
import shutil
import signal
import subprocess
import threading
import time

import machine as machines

PAGE_SECONDS = 60

# Nothing is asked of anybody but the server under test; whether a page is trusted is left as it is.
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--remote-debugging-pipe")

# The browser reads questions from descriptor 3 and writes answers to descriptor 4.
ON_PIPES = 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"'


def program():
    """Chromium, or the end of the test where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if shutil.which(name):
            return shutil.which(name)
    return machines.skip("Chromium is not installed: apt-get install chromium")


class Fault(Exception):
    """What Chromium answers when it does not do what it was asked for, such as "net::ERR_CERT_AUTHORITY_INVALID"."""


def _pipe():
    """Both ends, with numbers that the browser's own 3 and 4 do not take the place of."""
    ends = []
    for low in os.pipe():
        ends.append(fcntl.fcntl(low, fcntl.F_DUPFD_CLOEXEC, 10))
        os.close(low)
    return ends


class Chromium:
    """One person's Chromium on a machine: `with Chromium(machine) as browser`. `more`: further flags. The profile stays from one time to the next."""

    def __init__(self, machine, *more):
        self.machine = machine
        self.flags = [*FLAGS, f"--user-data-dir={machine.home}/chromium", *more]
        self._count = 0
        self._heard = queue.Queue()

    def __enter__(self):
        theirs_in, self._ours_out = _pipe()
        ours_in, theirs_out = _pipe()
        command = [*self.machine.enter, "bash", "-c", ON_PIPES, "chromium", theirs_in, theirs_out, program(), *self.flags, "about:blank"]
        self._process = subprocess.Popen(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                         start_new_session=True, pass_fds=(theirs_in, theirs_out), env=machines.environment(self.machine.home))
        os.close(theirs_in)
        os.close(theirs_out)
        self._reader = threading.Thread(target=self._read, args=(ours_in,), daemon=True)
        self._reader.start()
        try:
            target = self._ask("Target.createTarget", session=None, url="about:blank")["targetId"]
            self._session = self._ask("Target.attachToTarget", session=None, targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Network", "Runtime"):
                self._ask(f"{domain}.enable")
            self._ask("Network.setCacheDisabled", cacheDisabled=True)
        except BaseException:
            self._kill()
            raise
        return self

    def __exit__(self, *_):
        try:
            self._ask("Browser.close", session=None)
            self._process.wait(30)
        finally:
            self._kill()

    def _kill(self):
        """Ends what is left of the group that was started with it."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self._process.wait(10)
        self._reader.join(10)
        os.close(self._ours_out)

    def _read(self, descriptor):
        """Messages are JSON with a zero byte behind them; None is the end."""
        with os.fdopen(descriptor, "rb") as pipe:
            rest = b""
            while data := pipe.read1(65536):
                *messages, rest = (rest + data).split(b"\0")
                for message in messages:
                    self._heard.put(json.loads(message))
        self._heard.put(None)

    def _next(self, end):
        message = self._heard.get(timeout=max(0.01, end - time.monotonic()))
        assert message is not None, "Chromium ended"
        return message

    def _ask(self, method, session="", events=None, **parameters):
        """The answer; what happens meanwhile is added to `events`."""
        self._count += 1
        question = {"id": self._count, "method": method, "params": parameters}
        if session is not None:
            question["sessionId"] = session or self._session
        os.write(self._ours_out, json.dumps(question).encode() + b"\0")
        end = time.monotonic() + PAGE_SECONDS
        while True:
            message = self._next(end)
            if message.get("id") == self._count:
                if "error" in message:
                    raise Fault(message["error"]["message"])
                return message["result"]
            if events is not None:
                events.append(message)

    def open(self, url):
        """Opens a page. What the server said to it: "status", "protocol", "connectionId" and so on."""
        events = []
        answer = self._ask("Page.navigate", events=events, url=url)
        if answer.get("errorText"):
            raise Fault(answer["errorText"])
        end = time.monotonic() + PAGE_SECONDS
        while not (documents := self._documents(events, answer["loaderId"])):
            events.append(self._next(end))
        return documents[-1]

    @staticmethod
    def _documents(events, loader):
        """The answers that became this page, once it is loaded."""
        names = [one.get("method") for one in events]
        if "Page.loadEventFired" not in names:
            return []
        before = events[: len(names) - names[::-1].index("Page.loadEventFired")]
        return [one["params"]["response"] for one in before
                if one["method"] == "Network.responseReceived" and one["params"]["loaderId"] == loader and one["params"]["type"] == "Document"]

    def of_page(self, expression):
        """What an expression in the page is; promises are awaited."""
        result = self._ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")
