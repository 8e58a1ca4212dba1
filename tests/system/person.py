"""A person at a terminal: sees what a command shows, and types."""

import os
import pty
import re
import select
import signal
import termios
import time

from harness import binary


class Person:
    """Runs a command with a terminal of its own, as standard input and controlling terminal."""

    def __init__(self, rhumb, *arguments, seconds=90):
        self.seen = ""
        self._unread = ""
        self._end = time.monotonic() + seconds
        words = [binary(), *map(str, arguments), "--data", str(rhumb.data)]
        self._process, self._terminal = pty.fork()
        if self._process == 0:
            os.execve(words[0], words, rhumb.environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)
        os.close(self._terminal)

    def _read(self):
        """More of what is shown; False at the end."""
        ready, _, _ = select.select([self._terminal], [], [], max(0, self._end - time.monotonic()))
        assert ready, f"nothing more is shown; so far:\n{self.seen}"
        try:
            data = os.read(self._terminal, 4096).decode(errors="replace")
        except OSError:  # Linux says so when the other end has gone
            data = ""
        self.seen += data
        self._unread += data
        return bool(data)

    def wait_for(self, pattern):
        """Reads until it is shown."""
        while not re.search(pattern, self._unread):
            assert self._read(), f"«{pattern}» is not shown, but:\n{self.seen}"
        self._unread = self._unread[re.search(pattern, self._unread).end():]

    def _is_echoing(self):
        return bool(termios.tcgetattr(self._terminal)[3] & termios.ECHO)

    def type(self, text):
        # What is typed before the terminal has gone silent is thrown away.
        if re.search(r"(not shown|once more)[^\n]*$", self.seen):
            end = time.monotonic() + 5
            while self._is_echoing() and time.monotonic() < end:
                time.sleep(0.005)
        os.write(self._terminal, text.encode())

    def answer(self, pattern, text):
        """Waits for a question, and answers it."""
        self.wait_for(f"{pattern}[^\n]*[:\\]] $")
        self.type(text + "\n")

    def end(self):
        """Reads to the end, and gives the exit code."""
        while self._read():
            pass
        _, status = os.waitpid(self._process, 0)
        self._process = 0
        return os.waitstatus_to_exitcode(status)
