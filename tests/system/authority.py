"""Authorities of the world outside, for tests: openssl with an intermediate, and GnuTLS's certtool. Made anew each time; no key is kept."""

import pathlib
import subprocess

from harness import openssl

CA = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n"
LEAF = "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n"


def run(*command, data=None):
    """A program that must succeed; gives what it wrote."""
    done = subprocess.run([str(one) for one in command], input=data, capture_output=True, timeout=60)
    assert done.returncode == 0, f"{command}: {done.stderr.decode(errors='replace')}"
    return done.stdout


def ec_key(file):
    run(openssl(), "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", file)
    return file


class Authority:
    """A root, an intermediate below it, and what it signs, all as files of one folder."""

    def __init__(self, folder, name="Example"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.root = self.folder / "root.pem"
        self.intermediate = self.folder / "intermediate.pem"
        self.count = 0
        ec_key(self.folder / "root.key")
        self._extensions(CA)
        run(openssl(), "req", "-x509", "-new", "-key", self.folder / "root.key", "-subj", f"/CN={name} Root", "-days", "3650", "-out", self.root,
            "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        ec_key(self.folder / "intermediate.key")
        self._sign(self._request("intermediate.key", f"/CN={name} Issuing"), "root", self.intermediate, CA.replace("TRUE", "TRUE,pathlen:0"), 1000)

    def _extensions(self, text):
        file = self.folder / "extensions.cnf"
        file.write_text(text)
        return file

    def _request(self, key, subject):
        file = self.folder / "request.csr"
        run(openssl(), "req", "-new", "-key", self.folder / key, "-subj", subject, "-out", file)
        return file

    def _sign(self, request, signer, out, extensions, days, *options):
        run(openssl(), "x509", "-req", "-in", request, "-CA", self.folder / f"{signer}.pem", "-CAkey", self.folder / f"{signer}.key",
            "-extfile", self._extensions(extensions), "-out", out, *(options or ("-days", str(days))))
        return out

    def sign(self, request, days=90, names=None, extra="", dates=()):
        """The answer to a request: its own names, or other ones. `dates`: -not_before and -not_after of openssl."""
        self.count += 1
        if names is None:
            text = run(openssl(), "req", "-in", request, "-noout", "-text").decode()
            names = next(line.strip() for line in text.splitlines() if "DNS:" in line or "IP Address:" in line).replace("IP Address:", "IP:")
        return self._sign(request, "intermediate", self.folder / f"leaf{self.count}.pem", f"{LEAF}subjectAltName={names}\n{extra}", days, *dates)

    def pair(self, name, days=90):
        """A certificate and its key, both made here."""
        key = ec_key(self.folder / f"{name}.key")
        return self.sign(self._request(key.name, f"/CN={name}"), days, f"DNS:{name}"), key


def certtool_authority(folder):
    """The same by GnuTLS: a root alone, that signs leaves. Gives a function that answers requests, and the root's file."""
    folder = pathlib.Path(folder)
    key, root, template = folder / "gnutls.key", folder / "gnutls.pem", folder / "gnutls.cfg"
    run("certtool", "--generate-privkey", "--key-type", "ecdsa", "--outfile", key)
    template.write_text('cn = "GnuTLS Root"\nca\ncert_signing_key\ncrl_signing_key\nexpiration_days = 3650\n')
    run("certtool", "--generate-self-signed", "--load-privkey", key, "--template", template, "--outfile", root)

    def answer(request):
        out = folder / "gnutls-leaf.pem"
        template.write_text("expiration_days = 60\nhonor_crq_extensions\nsigning_key\ntls_www_server\n")
        run("certtool", "--generate-certificate", "--load-request", request, "--load-ca-certificate", root, "--load-ca-privkey", key,
            "--template", template, "--outfile", out)
        return out

    return answer, root


def bundle(out, *files):
    """Several PEM files in one."""
    out.write_bytes(b"".join(pathlib.Path(one).read_bytes() for one in files))
    return out


def fingerprint(file):
    """SHA-256 of the first certificate of a PEM file, as Rhumb writes it."""
    return run(openssl(), "x509", "-in", file, "-noout", "-fingerprint", "-sha256").decode().strip().split("=")[1]


def served(port, name=None, *options):
    """What a client sees at a port of this machine: subject and fingerprint of the leaf, number of certificates."""
    command = [openssl(), "s_client", "-connect", f"127.0.0.1:{port}", "-showcerts", *(["-servername", name] if name else ["-noservername"]), *options]
    done = subprocess.run(command, input=b"", capture_output=True, timeout=20)
    said = done.stdout.decode(errors="replace")
    first = said[said.index("-----BEGIN"): said.index("-----END CERTIFICATE-----") + 26]
    leaf = run(openssl(), "x509", "-noout", "-subject", "-fingerprint", "-sha256", "-nameopt", "RFC2253", data=first.encode()).decode().splitlines()
    return {"subject": leaf[0].split("=", 1)[1], "fingerprint": leaf[1].split("=")[1], "count": said.count("-----BEGIN CERTIFICATE-----"),
            "verified": "Verify return code: 0 (ok)" in said}
