"""Systems of other families of distributions, as directories that one can chroot into: the programs are this machine's own (by an overlay), while
directories, names and settings are those of the family. Roots are gathered by the real p11-kit, set to the sources that the family has built into it;
the scripts around it are stand-ins that make of them the files that the family's own documentation names."""

import dataclasses
import pathlib

import machine as machines

# Beside the directory of the other system, the machine itself may be changed as well: what goes astray does no harm, and is seen.
AS_TREE = machines.AS_ROOT.replace("echo ready", r"""
mkdir "$stage/tree" "$stage/tree/upper" "$stage/tree/work" "$stage/system"
mount -t overlay overlay -o "lowerdir=/,upperdir=$stage/tree/upper,workdir=$stage/tree/work" "$stage/system"
mount --rbind /proc "$stage/system/proc"
mount --rbind /dev "$stage/system/dev"
echo ready""")

# What Debian has, and others have not.
OF_DEBIAN = ("etc/ssl/certs", "etc/ca-certificates", "etc/ca-certificates.conf", "etc/debian_version", "etc/pki", "usr/local/share/ca-certificates",
             "usr/sbin/update-ca-certificates", "usr/share/pki", "usr/share/p11-kit/modules", "var/lib/ca-certificates")

P11_KIT = """module: p11-kit-trust.so
priority: 1
trust-policy: yes
x-init-reserved: paths='{}'
"""

SCRIPT = """#!/bin/sh
set -e
extract() {{ trust extract --overwrite --filter=ca-anchors --purpose=server-auth "$@"; }}
{}"""

FEDORA = SCRIPT.format("""case ${1:-extract} in extract) ;; *) echo "usage: update-ca-trust [extract]" >&2; exit 1 ;; esac
to=/etc/pki/ca-trust/extracted
extract --comment --format=pem-bundle $to/pem/tls-ca-bundle.pem
extract --format=pem-directory-hash $to/pem/directory-hash
extract --format=openssl-bundle $to/openssl/ca-bundle.trust.crt
extract --format=java-cacerts $to/java/cacerts
""")

ARCH = SCRIPT.format("""to=/etc/ca-certificates/extracted
extract --comment --format=pem-bundle $to/tls-ca-bundle.pem
extract --format=openssl-bundle $to/ca-bundle.trust.crt
extract --format=pem-directory-hash $to/cadir
""")

SUSE = SCRIPT.format("""to=/var/lib/ca-certificates
extract --comment --format=pem-bundle $to/ca-bundle.pem
extract --format=pem-directory-hash $to/pem
extract --format=java-cacerts $to/java-cacerts
""")


@dataclasses.dataclass(frozen=True)
class Family:
    """`sources`: what p11-kit reads there, the first for the distribution's roots. `links`: names that programs know → where it really is."""

    name: str
    os_release: str
    sources: tuple
    anchors: str
    bundle: str
    extracted: tuple
    scripts: dict
    links: dict


FAMILIES = (
    Family("Fedora", 'ID=fedora\nVERSION_ID="43"\n', ("/usr/share/pki/ca-trust-source", "/etc/pki/ca-trust/source"),
           "etc/pki/ca-trust/source/anchors", "etc/pki/tls/certs/ca-bundle.crt",
           tuple(f"etc/pki/ca-trust/extracted/{kind}" for kind in ("pem", "openssl", "java")), {"usr/bin/update-ca-trust": FEDORA},
           {"etc/pki/tls/certs/ca-bundle.crt": "../../ca-trust/extracted/pem/tls-ca-bundle.pem", "etc/ssl/certs": "../pki/tls/certs"}),
    Family("RHEL", 'ID="rhel"\nID_LIKE="fedora"\nVERSION_ID="9.6"\n', ("/usr/share/pki/ca-trust-source", "/etc/pki/ca-trust/source"),
           "etc/pki/ca-trust/source/anchors", "etc/pki/tls/certs/ca-bundle.crt",
           tuple(f"etc/pki/ca-trust/extracted/{kind}" for kind in ("pem", "openssl", "java")), {"usr/bin/update-ca-trust": FEDORA},
           {"etc/pki/tls/certs/ca-bundle.crt": "../../ca-trust/extracted/pem/tls-ca-bundle.pem", "etc/ssl/certs": "../pki/tls/certs"}),
    Family("Arch", "ID=arch\nBUILD_ID=rolling\n", ("/usr/share/ca-certificates/trust-source", "/etc/ca-certificates/trust-source"),
           "etc/ca-certificates/trust-source/anchors", "etc/ssl/certs/ca-certificates.crt", ("etc/ca-certificates/extracted",),
           {"usr/libexec/p11-kit/trust-extract-compat": ARCH, "usr/bin/update-ca-trust": ARCH},
           {"etc/ssl/certs/ca-certificates.crt": "../../ca-certificates/extracted/tls-ca-bundle.pem"}),
    Family("SUSE", 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\nVERSION_ID="15.6"\n', ("/usr/share/pki/trust", "/etc/pki/trust"),
           "usr/share/pki/trust/anchors", "etc/ssl/ca-bundle.pem", ("var/lib/ca-certificates",), {"usr/sbin/update-ca-certificates": SUSE},
           {"etc/ssl/ca-bundle.pem": "../../var/lib/ca-certificates/ca-bundle.pem", "etc/ssl/certs": "../../var/lib/ca-certificates/pem"}),
)


class System(machines.Namespace):
    """A system of a family below `root`. Programs started by run() see it as a directory; those by run_inside() are in it."""

    def __init__(self, folder, family=None):
        if not machines.is_administrator():
            machines.skip("only the administrator may change the root directory, as images of other systems want it")
        super().__init__(folder, AS_TREE, machines.folders())
        self.root = self.stage / "system"
        self.family = family
        if family:
            self._become(family)

    def run_inside(self, *command, **more):
        return self.run("chroot", self.root, *command, **more)

    def must_inside(self, *command, **more):
        return self.must("chroot", self.root, *command, **more)

    def _become(self, family):
        """Works by a script, for only the namespace sees the directory."""
        lines = ["set -e", f"cd '{self.root}'", "rm -rf " + " ".join(OF_DEBIAN)]
        directories = [family.anchors, *family.extracted, "etc/ssl", "usr/share/p11-kit/modules"]
        directories += [f"{source[1:]}/anchors" for source in family.sources]
        files = {"etc/os-release": family.os_release, **family.scripts,
                 "usr/share/p11-kit/modules/p11-kit-trust.module": P11_KIT.format(":".join(reversed(family.sources)))}
        lines += [f"mkdir -p '{one}'" for one in directories]
        lines += ["rm -f etc/os-release"]
        for file, text in files.items():
            lines += [f"mkdir -p '{pathlib.PurePath(file).parent}'", f"cat >'{file}' <<'END-OF-FILE'\n{text}END-OF-FILE"]
        lines += [f"chmod 755 '{file}'" for file in family.scripts]
        for name, target in family.links.items():
            lines += [f"mkdir -p '{pathlib.PurePath(name).parent}'", f"ln -s '{target}' '{name}'"]
        # Some roots of the distribution, so that it is seen whether they stay.
        lines += [f"cp /usr/share/ca-certificates/mozilla/ISRG*.crt '{family.sources[0][1:]}/anchors/'"]
        self.must("sh", "-c", "\n".join(lines))
        self.must_inside("/" + next(iter(family.scripts)))

    def bundle(self):
        """The roots that programs of this system read, in PEM."""
        return self.must("cat", self.root / self.family.bundle)
