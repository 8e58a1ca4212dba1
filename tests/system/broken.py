"""Servers that are wrong in one way, or well, for the doctor: openssl s_server, gnutls-serv, and sockets that say what they are told to."""

import json
import socket
import subprocess
import threading

from chains import BY, CA, LEAF, Workshop, replaced, run
from harness import Output, binary, free_port, openssl

NAME = "localhost"
RSA = ("-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")

# What Mozilla's guideline 6.0 says, in openssl's words.
GOOD_GROUPS = "X25519MLKEM768:X25519:P-256:P-384"
GOOD_CIPHERS = ("ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
                "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305")


class Chains(Workshop):
    """A root, an intermediate and leaves below them, made anew: chain(...) gives files for a server."""

    def __init__(self, folder):
        super().__init__(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.make("root", "/CN=Broken Root", CA, dates=("-days", "3650"))
        self.make("intermediate", "/CN=Broken Issuing", replaced(CA, "basicConstraints=critical,CA:TRUE,pathlen:0") + BY, signer="root",
                  dates=("-days", "1000"))
        self.roots = self.folder / "root.pem"

    def leaf(self, name, *changes, names=f"DNS:{NAME},IP:127.0.0.1", signer="intermediate", subject="/", **options):
        """A leaf; `changes` as of chains.replaced()."""
        extensions = (f"subjectAltName=critical,{names}",) if names else ()
        return self.make(name, subject, replaced(LEAF + BY + extensions, *changes), signer=signer, **options)

    def served(self, name, *others, key=None):
        """Options for a server that shows the leaf `name`, and then `others`."""
        others = others or ("intermediate",)
        return Files(self.folder / f"{name}.pem", self.key(key or name),
                     self.bundle(f"{name}.others.pem", others) if others != (None,) else None,
                     self.bundle(f"{name}.chain.pem", [name, *(one for one in others if one)]))


class Files:
    """What a server is given: leaf, key, the others, and leaf and others in one."""

    def __init__(self, leaf, key, others, chain):
        self.leaf, self.key, self.others, self.chain = leaf, key, others, chain


def ocsp(chains, leaf, state):
    """A response about a leaf, of the intermediate, which holds it for good (V), revoked (R), or does not know it (None)."""
    serial = run(openssl(), "x509", "-in", chains.folder / f"{leaf}.pem", "-noout", "-serial").decode().strip().split("=")[1]
    index = chains.folder / f"{leaf}.index"
    revoked = "261001120000Z,keyCompromise" if state == "R" else ""
    index.write_text(f"{state}\t401231235959Z\t{revoked}\t{serial}\tunknown\t/CN={leaf}\n" if state else "")
    request, response = chains.folder / f"{leaf}.req", chains.folder / f"{leaf}.resp"
    issuer = chains.folder / "intermediate.pem"
    run(openssl(), "ocsp", "-issuer", issuer, "-cert", chains.folder / f"{leaf}.pem", "-no_nonce", "-reqout", request)
    run(openssl(), "ocsp", "-index", index, "-rsigner", issuer, "-rkey", chains.folder / "intermediate.key", "-CA", issuer,
        "-reqin", request, "-respout", response, "-ndays", "3")
    return response


class Program:
    """A server that is a program, ended by its number."""

    def __init__(self, command, ready):
        self.process = subprocess.Popen([str(one) for one in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        stdin=subprocess.DEVNULL, text=True, errors="replace")
        self.output = Output(self.process.stdout)
        self.said = self.output.find(ready, 20)
        if not self.said:
            self.end()
            raise AssertionError(f"{command[0]} did not start: {self.output.text()}")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        self.process.kill()
        self.process.wait(10)


class OpenSsl(Program):
    """openssl s_server of the OpenSSL that Rhumb uses, as the guideline says unless told otherwise."""

    def __init__(self, files, *options, ciphers=GOOD_CIPHERS, groups=GOOD_GROUPS, at="127.0.0.1:0"):
        command = [openssl(), "s_server", "-www", "-accept", at, "-cert", files.leaf, "-key", files.key,
                   "-cipher", ciphers, "-groups", groups, "-no_ticket"]
        if files.others:
            command += ["-cert_chain", files.others]
        super().__init__([*command, *options], r"^ACCEPT(?: \S+:(\d+))?")
        self.port = int(self.said[1] or at.rpartition(":")[2])  # one that was asked for is not told


class GnuTls(Program):
    """gnutls-serv, for what OpenSSL has no more. It knows no post-quantum groups."""

    def __init__(self, files, priority, *options):
        self.port = free_port()
        super().__init__(["gnutls-serv", "--http", "--disable-client-cert", "-p", self.port, "--x509certfile", files.chain, "--x509keyfile", files.key,
                          "--priority", priority, *options], r"listening on IPv4 0\.0\.0\.0|HTTP Server listening on IPv4")


class Raw:
    """Answers whatever comes with the same bytes; None: with nothing, and does not hang up."""

    def __init__(self, answer, greets=False):
        self.answer, self.greets = answer, greets
        self.held = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.answer is None:
                self.held.append(client)
                continue
            with client:
                client.settimeout(5)
                try:
                    if not self.greets:
                        client.recv(4096)
                    client.sendall(self.answer)
                    client.shutdown(socket.SHUT_WR)
                    while client.recv(4096):
                        pass
                except OSError:
                    pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Wakes accept(), which closing alone does not.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(10)
        for one in self.held:
            one.close()


class Diagnosis:
    """What `rhumb doctor --json` said."""

    def __init__(self, done):
        self.code = done.returncode
        assert done.stdout, f"rhumb doctor: {done.returncode}\n{done.stderr}"
        self.report = json.loads(done.stdout)

    @property
    def findings(self):
        return [finding for one in self.report["examined"] for finding in one["findings"]]

    def ids(self, *severities):
        return sorted({one["id"] for one in self.findings if not severities or one["severity"] in severities})

    def finding(self, identifier):
        return next(one for one in self.findings if one["id"] == identifier)

    def clients(self):
        return [client for one in self.report["examined"] for client in one["clients"]]

    def seen(self, what):
        return next((seen["value"] for one in self.report["examined"] for seen in one["seen"] if seen["what"] == what), None)


# Runs a program that sees another file as /etc/hosts: $1, then the program.
WITH_HOSTS = """mount --bind "$1" /etc/hosts && shift && exec "$@" """


def doctor(target, *options, home="/nonexistent", hosts=None, seconds=60):
    """Runs the doctor on a server. Without a home, no user's stores are asked; `hosts` is a file for /etc/hosts."""
    command = [binary(), "doctor", str(target), "--json", *map(str, options)]
    if hosts:
        command = ["unshare", "--map-root-user", "--mount", "sh", "-c", WITH_HOSTS, "sh", str(hosts), *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds,
                          stdin=subprocess.DEVNULL, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(home)})
    return Diagnosis(done)
