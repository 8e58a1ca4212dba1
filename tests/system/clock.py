"""The time of day as a program under test is told it; how it measures what passes stays right."""

import os
import pathlib

import machine as machines


def preloading(library, **more):
    return {"LD_PRELOAD": str(library), "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0", **more}


def telling_another_time(**how):
    """The environment for it; `how`: what libfaketime reads."""
    library = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
    if not library:
        machines.skip("libfaketime is not installed: apt-get install faketime")
    return preloading(library, FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1", **how)


class Clock:
    """A clock that a test moves while programs run by it."""

    def __init__(self, folder):
        self._file = pathlib.Path(folder) / "time"
        self.move(0)

    @property
    def environment(self):
        """For programs that are to run by it."""
        return telling_another_time(FAKETIME_TIMESTAMP_FILE=str(self._file), FAKETIME_NO_CACHE="1")

    def move(self, minutes):
        """It is so many minutes ahead from now on."""
        draft = self._file.with_suffix(".draft")
        draft.write_text(f"+{minutes * 60}\n")
        draft.rename(self._file)
