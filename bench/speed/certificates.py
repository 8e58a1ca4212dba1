"""A chain like that of Rhumb's local authority for the servers that it is measured beside: root, intermediate, leaf, all P-256."""

import pathlib
import subprocess

EXTENSIONS = """\
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[intermediate]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[leaf]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
subjectAltName = DNS:localhost, DNS:bench.internal, IP:127.0.0.1, IP:::1
"""


def make_chain(folder):
    """Writes chain.pem (leaf, intermediate) and key.pem into `folder`."""
    folder = pathlib.Path(folder)
    (folder / "extensions.cnf").write_text(EXTENSIONS)
    issuer = None
    for name in ("root", "intermediate", "leaf"):
        run(folder, "openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{name}.key")
        run(folder, "openssl", "req", "-new", "-key", f"{name}.key", "-subj", f"/CN=Bench {name}", "-out", f"{name}.csr")
        signer = ["-CA", f"{issuer}.pem", "-CAkey", f"{issuer}.key"] if issuer else ["-signkey", f"{name}.key"]
        run(folder, "openssl", "x509", "-req", "-in", f"{name}.csr", *signer, "-days", "90", "-sha256",
            "-extfile", "extensions.cnf", "-extensions", name, "-out", f"{name}.pem")
        issuer = name
    chain = (folder / "leaf.pem").read_text() + (folder / "intermediate.pem").read_text()
    (folder / "chain.pem").write_text(chain)
    (folder / "leaf.key").rename(folder / "key.pem")


def run(folder, *command):
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
