"""This machine as one may change it: a mount namespace of its own, gone with the test; the machine itself stays as it is."""

import os
import pathlib
import re
import shlex
import signal
import subprocess

import pytest

# What trust stores, their tools and the hooks of these write to.
FOLDERS = ("/etc", "/usr", "/opt", "/var/lib", "/var/log")

# Overlays: all may be changed. What was mounted below such a folder (as containers do with /etc/hosts) stays visible.
AS_ROOT = r"""
set -e
stage=$1
shift
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$stage"
for folder; do
    name=$(echo "$folder" | tr / _)
    mkdir -p "$stage/$name/upper" "$stage/$name/work" "$stage/$name/merged"
    mount -t overlay overlay -o "lowerdir=$folder,upperdir=$stage/$name/upper,workdir=$stage/$name/work" "$stage/$name/merged"
    cut -d ' ' -f 5 /proc/self/mountinfo | grep "^$folder/" | while read -r inner; do
        mount --rbind "$inner" "$stage/$name/merged${inner#"$folder"}"
    done
    mount --rbind "$stage/$name/merged" "$folder"
done
echo ready
exec cat
"""

# Who is no administrator is one of copies only: of the folders of the system's own store. Hooks of other packages would want more.
AS_USER = r"""
set -e
stage=$1
mount -t tmpfs -o mode=755 tmpfs "$stage"
mkdir "$stage/hooks"
cp -R -P --preserve=mode /etc/ssl/certs "$stage/certs"
cp -R -P --preserve=mode /usr/local/share/ca-certificates "$stage/added"
mount --bind "$stage/certs" /etc/ssl/certs
mount --bind "$stage/added" /usr/local/share/ca-certificates
mount --bind "$stage/hooks" /etc/ca-certificates/update.d
echo ready
exec cat
"""


def skip(reason):
    """Ends the test as skipped; where everything has to run, as failed."""
    if os.environ.get("CI"):
        pytest.fail(f"this has to run here, but {reason}")
    pytest.skip(reason)


def environment(home, **more):
    """What a person has who has set nothing up: no settings about certificates or proxies of who runs the tests."""
    kept = {name: value for name, value in os.environ.items() if re.match(r"(A|UB|T|L)SAN_OPTIONS$", name)}
    return {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "HOME": str(home), **kept, **more}


def is_administrator():
    return os.geteuid() == 0


def folders():
    return [one for one in FOLDERS if os.path.isdir(one)]


class Person:
    """Somebody with a home of their own, and the programs of this machine."""

    def __init__(self, folder):
        self.home = folder / "home"
        self.home.mkdir(parents=True)

    def run(self, *command, seconds=120, **more):
        return subprocess.run(list(map(str, command)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace", timeout=seconds, env=environment(self.home, **more))

    def must(self, *command, **more):
        done = self.run(*command, **more)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
        return done.stdout


class Namespace:
    """A mount namespace that lives until close(), made by `script`: a shell script that gets `stage`, a directory, and what is `given`, says "ready"
    and waits. Programs that are started through it see what it mounted. `more`: kinds of namespaces beside ("--net")."""

    def __init__(self, folder, script, given=(), more=()):
        self.home = pathlib.Path(folder) / "home"
        self.stage = pathlib.Path(folder) / "stage"
        for made in (self.home, self.stage):
            made.mkdir(parents=True)
        kinds = ["--mount"] if is_administrator() else ["--mount", "--user", "--map-root-user"]
        self._holder = subprocess.Popen(["unshare", *kinds, *more, "sh", "-c", script, "machine", str(self.stage), *given], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(self.home))
        if self._holder.stdout.readline() != "ready\n":
            self._holder.kill()
            skip(f"there is no namespace to be had for a machine that may be changed: {self._holder.communicate(timeout=10)[1]}")
        kinds = ["--mount"] if is_administrator() else ["--user", "--preserve-credentials", "--mount"]
        self.enter = ["nsenter", "--target", str(self._holder.pid), *kinds, *more, "--"]

    def wrapped(self, program):
        """A script that runs the program in here, as whoever runs the script."""
        script = self.stage.parent / pathlib.Path(program).name
        script.write_text(f"#!/bin/sh\nexec {shlex.join([*self.enter, str(program)])} \"$@\"\n")
        script.chmod(0o755)
        return str(script)

    def run(self, *command, seconds=120, **more):
        """Runs a program to its end; `more` is for its environment. What it says stands together in `stdout`."""
        return subprocess.run([*self.enter, *map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors="replace", timeout=seconds, env=environment(self.home, **more))

    def must(self, *command, **more):
        done = self.run(*command, **more)
        assert done.returncode == 0, f"{command}: {done.returncode}\n{done.stdout}"
        return done.stdout

    def start(self, *command, **more):
        """Starts a program that goes on, in a group of its own, so that its children can be ended with it."""
        return subprocess.Popen([*self.enter, *map(str, command)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
                                env=environment(self.home, **more))

    def close(self):
        """The namespace ends with the last process in it."""
        self._holder.send_signal(signal.SIGKILL)
        self._holder.communicate(timeout=10)


class Machine(Namespace):
    """This machine: the folders above are as they were, and may be changed."""

    def __init__(self, folder):
        if is_administrator():
            super().__init__(folder, AS_ROOT, folders())
        else:
            super().__init__(folder, AS_USER)
