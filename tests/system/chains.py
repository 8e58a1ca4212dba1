"""Certificates with something wrong with them, made by openssl; and what other programs say to them."""

import pathlib
import subprocess

from harness import openssl

CA = ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign", "subjectKeyIdentifier=hash")
LEAF = ("basicConstraints=CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=serverAuth", "subjectKeyIdentifier=hash")
BY = ("authorityKeyIdentifier=keyid",)
PAST = ("-not_before", "20200101000000Z", "-not_after", "20200201000000Z")
FUTURE = ("-not_before", "20900101000000Z", "-not_after", "20900201000000Z")


def run(*command, data=None):
    done = subprocess.run([str(one) for one in command], input=data, capture_output=True, timeout=60)
    assert done.returncode == 0, f"{command}: {done.stderr.decode(errors='replace')}"
    return done.stdout


def replaced(extensions, *changes):
    """The extensions with some of them said otherwise; "name=" leaves one out."""
    names = [one.split("=")[0] for one in changes]
    kept = [one for one in extensions if one.split("=")[0] not in names]
    return tuple(kept + [one for one in changes if not one.endswith("=")])


class Workshop:
    """Makes certificates in a folder. One is known by the name of its files: NAME.pem, NAME.key."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def key(self, name, kind=("-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256")):
        file = self.folder / f"{name}.key"
        if not file.exists():
            run(openssl(), "genpkey", *kind, "-out", file)
        return file

    def make(self, name, subject, extensions, signer=None, key=None, dates=("-days", "90"), digest="-sha256", kind=None):
        """A certificate signed by `signer`, or by itself. `key`: the name whose key it has, when not its own."""
        own = self.key(key or name, kind) if kind else self.key(key or name)
        request, texts = self.folder / f"{name}.csr", self.folder / f"{name}.cnf"
        run(openssl(), "req", "-new", "-key", own, "-subj", subject, "-out", request)
        texts.write_text("\n".join(extensions) + "\n")
        above = ("-CA", self.folder / f"{signer}.pem", "-CAkey", self.key(signer)) if signer else ("-signkey", own)
        run(openssl(), "x509", "-req", "-in", request, *above, "-extfile", texts, *dates, digest, "-out", self.folder / f"{name}.pem")
        return name

    def bundle(self, file, names):
        """Several in one file."""
        path = self.folder / file
        path.write_text("".join((self.folder / f"{name}.pem").read_text() for name in names))
        return path


def openssl_accepts(leaf, roots, others, name):
    """openssl verify, as strict as it can be."""
    command = [openssl(), "verify", "-x509_strict", "-auth_level", "2", "-purpose", "sslserver", "-no-CApath", "-no-CAstore", "-CAfile", roots]
    if others:
        command += ["-untrusted", others]
    if name:
        command += ["-verify_ip" if name[0].isdigit() else "-verify_hostname", name]
    return subprocess.run([str(one) for one in [*command, leaf]], capture_output=True, timeout=60).returncode == 0


def certtool_accepts(leaf, roots, others, name):
    """certtool --verify: leaf and others in one file."""
    chain = pathlib.Path(leaf).with_suffix(".chain")
    chain.write_text(pathlib.Path(leaf).read_text() + (pathlib.Path(others).read_text() if others else ""))
    command = ["certtool", "--verify", "--load-ca-certificate", roots, "--infile", chain, "--verify-purpose", "1.3.6.1.5.5.7.3.1", "--verify-profile", "medium"]
    if name:
        command += ["--verify-hostname", name]
    return subprocess.run([str(one) for one in command], capture_output=True, timeout=60).returncode == 0
