"""A directory of the tests' own: OpenLDAP's slapd on free ports, in a temporary directory, as whoever runs the tests, ended by its process id.

    with Slapd(folder) as directory:
        directory.urls, directory.roots_file, directory.provider() …

By hand, or for another program: slapd.py FOLDER prints where it is as one line of JSON and runs until its standard
input ends.
"""

import base64
import hashlib
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

from postgresql import Authority

START_SECONDS = 30
PROGRAM = pathlib.Path("/usr/sbin/slapd")
SUFFIX = "dc=example,dc=org"
PEOPLE = f"ou=people,{SUFFIX}"
GROUPS = f"ou=groups,{SUFFIX}"
ADMINISTRATOR = f"cn=admin,{SUFFIX}"
ADMINISTRATOR_PASSWORD = "the administrator of the directory"
SERVICE = f"cn=rhumb,{SUFFIX}"
SERVICE_PASSWORD = "what rhumb searches with"

SETTINGS = """include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
include /etc/ldap/schema/nis.schema
{schema}
modulepath /usr/lib/ldap
moduleload back_mdb
moduleload ppolicy
pidfile {folder}/slapd.pid
TLSCertificateFile {folder}/server.pem
TLSCertificateKeyFile {folder}/server.key
sizelimit unlimited
database mdb
suffix "{suffix}"
rootdn "{administrator}"
rootpw "{administrator_password}"
directory {folder}/data
maxsize 268435456
dbnosync
index objectClass,uid,member,memberUid eq
{index}
overlay ppolicy
ppolicy_default "cn=policy,{suffix}"
access to attrs=userPassword by anonymous auth by * none
access to * by dn="{service}" read by self read by * none
{more}
"""

# A small part of Active Directory's attributes, under numbers for experiments (RFC 4512 section 4.1: 2.25 is for anybody).
SCHEMA_OF_ACTIVE_DIRECTORY = """
attributetype ( 2.25.1.1 NAME 'sAMAccountName' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 2.25.1.2 NAME 'userPrincipalName' EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
attributetype ( 2.25.1.3 NAME 'userAccountControl' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 2.25.1.4 NAME 'accountExpires' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 2.25.1.5 NAME 'pwdLastSet' EQUALITY integerMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.27 SINGLE-VALUE )
attributetype ( 2.25.1.6 NAME 'whenCreated' EQUALITY generalizedTimeMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.24 SINGLE-VALUE )
attributetype ( 2.25.1.7 NAME 'objectCategory' EQUALITY caseIgnoreMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15 SINGLE-VALUE )
objectclass ( 2.25.1.20 NAME 'user' SUP inetOrgPerson STRUCTURAL MUST ( sAMAccountName )
  MAY ( userPrincipalName $ userAccountControl $ accountExpires $ pwdLastSet $ whenCreated $ objectCategory ) )
objectclass ( 2.25.1.21 NAME 'group' SUP top STRUCTURAL MUST ( cn $ sAMAccountName ) MAY ( member $ description ) )
"""


def is_there():
    return PROGRAM.exists()


def hashed(password):
    """{SSHA} of RFC 2307's family, as directories keep passwords."""
    salt = os.urandom(8)
    return "{SSHA}" + base64.b64encode(hashlib.sha1(password.encode() + salt).digest() + salt).decode()


def entry(name, *classes, **attributes):
    """One entry as LDIF (RFC 2849); values in base64, so that they may be anything."""
    lines = [f"dn:: {base64.b64encode(name.encode()).decode()}", *(f"objectClass: {one}" for one in classes)]
    for attribute, values in attributes.items():
        for value in values if isinstance(values, (list, tuple)) else [values]:
            value = value if isinstance(value, bytes) else str(value).encode()
            lines.append(f"{attribute}:: {base64.b64encode(value).decode()}")
    return "\n".join(lines) + "\n"


def person(user, password=None, name=None, base=PEOPLE, **attributes):
    secret = {"userPassword": hashed(password)} if password is not None else {}
    return entry(name or f"uid={user},{base}", "inetOrgPerson", uid=user, **{"cn": f"Full name of {user}", "sn": user, **secret, **attributes})


def group(role, *members, base=GROUPS, **attributes):
    return entry(f"cn={role},{base}", "groupOfNames", cn=role, member=[one if "=" in one else f"uid={one},{PEOPLE}" for one in members], **attributes)


def frame():
    """What everything else hangs below."""
    return [
        entry(SUFFIX, "dcObject", "organization", o="Example", dc="example"),
        entry(PEOPLE, "organizationalUnit", ou="people"),
        entry(GROUPS, "organizationalUnit", ou="groups"),
        entry(SERVICE, "applicationProcess", "simpleSecurityObject", cn="rhumb", userPassword=hashed(SERVICE_PASSWORD)),
        entry(f"cn=policy,{SUFFIX}", "device", "pwdPolicy", cn="policy", pwdAttribute="userPassword", pwdLockout="TRUE", pwdMaxFailure="0"),
    ]


def crowd(count, password):
    """So many people who all have one password, in departments, which are in one another."""
    secret = hashed(password)
    people = [entry(f"uid=user{i:05},{PEOPLE}", "inetOrgPerson", uid=f"user{i:05}", cn=f"Person {i}", sn=f"{i}", mail=f"user{i:05}@example.org",
                    userPassword=secret) for i in range(count)]
    departments = [group(f"department{d}", *(f"user{i:05}" for i in range(d, count, 100))) for d in range(min(100, count))]
    divisions = [group(f"division{d}", *(f"cn=department{i},{GROUPS}" for i in range(d, len(departments), 10))) for d in range(min(10, len(departments)))]
    return people + departments + divisions + [group("everybody", *(f"cn=division{d},{GROUPS}" for d in range(len(divisions))))]


class Slapd:
    """One directory. `entries`: of entry(), person(), group(), crowd(); the frame is always there."""

    def __init__(self, folder, entries=(), schema="", more="", index="", days=(-1, 10), address="127.0.0.1"):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "data").mkdir()
        # A copy: where AppArmor has rules for slapd, they are for its usual path.
        shutil.copy(PROGRAM, self.folder / "slapd")
        self.authority = Authority(self.folder)
        self.roots_file = self.authority.root
        self.authority.issue("server", address=address, days=days)
        self.plain_port, self.port = self._free_port(), self._free_port()
        self.process = None
        self.renewals = 0
        facts = {"schema": f"include {self.folder}/more.schema" if schema else "", "folder": self.folder, "suffix": SUFFIX,
                 "administrator": ADMINISTRATOR, "administrator_password": ADMINISTRATOR_PASSWORD, "service": SERVICE, "more": more,
                 "index": index}
        (self.folder / "more.schema").write_text(schema)
        (self.folder / "slapd.conf").write_text(SETTINGS.format(**facts))
        (self.folder / "entries.ldif").write_text("\n".join([*frame(), *entries]))
        done = subprocess.run([self.folder / "slapd", "-T", "add", "-q", "-f", self.folder / "slapd.conf", "-l", self.folder / "entries.ldif"],
                              capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr

    @staticmethod
    def _free_port():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    @property
    def url(self):
        return f"ldaps://localhost:{self.port}"

    @property
    def plain_url(self):
        return f"ldap://localhost:{self.plain_port}"

    def start(self):
        self.process = subprocess.Popen(
            [self.folder / "slapd", "-d", "0", "-f", self.folder / "slapd.conf", "-h", f"ldap://127.0.0.1:{self.plain_port}/ ldaps://127.0.0.1:{self.port}/"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=(self.folder / "log").open("a"))
        end = time.monotonic() + START_SECONDS
        while True:
            assert self.process.poll() is None, f"slapd ended with {self.process.returncode}: {(self.folder / 'log').read_text()}"
            assert time.monotonic() < end, "slapd does not begin"
            try:
                for port in (self.plain_port, self.port):
                    socket.create_connection(("127.0.0.1", port), 1).close()
                return self
            except OSError:
                time.sleep(0.02)

    def kill(self):
        """Like a power cut."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGCONT)
            self.process.kill()
            self.process.wait(START_SECONDS)

    def hang(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.kill()

    def renew(self, **options):
        """Another certificate; counts after kill() and start()."""
        self.renewals += 1
        name = f"server{self.renewals}"
        self.authority.issue(name, **options)
        for ending in ("pem", "key"):
            (self.folder / f"{name}.{ending}").replace(self.folder / f"server.{ending}")

    def _tool(self, program, *arguments, data=None):
        done = subprocess.run([program, "-x", "-H", f"ldap://127.0.0.1:{self.plain_port}", "-D", ADMINISTRATOR, "-w", ADMINISTRATOR_PASSWORD, *arguments],
                              input=data, capture_output=True, text=True, timeout=30, env={**os.environ, "LDAPNOINIT": "1"})
        assert done.returncode == 0, done.stderr
        return done.stdout

    def add(self, *entries):
        self._tool("ldapadd", data="\n".join(entries))

    def change(self, name, *changes):
        """change(NAME, "replace: mail", "mail: ann@example.org")"""
        self._tool("ldapmodify", data="\n".join([f"dn:: {base64.b64encode(name.encode()).decode()}", "changetype: modify", *changes]) + "\n")

    def set_password(self, user, password):
        self.change(f"uid={user},{PEOPLE}", "replace: userPassword", f"userPassword: {hashed(password)}")

    def remove(self, name):
        self._tool("ldapdelete", name)

    def provider(self, name="county", kind="ldap", urls=None, **settings):
        """[[security.provider]] of this directory; settings of None are left out."""
        facts = {"urls": urls or [self.url], "roots_file": str(self.roots_file), "bind_dn": SERVICE, "password_from": f"store:{name}",
                 "user_base": PEOPLE, "group_base": GROUPS, "remember_seconds": 2, "time_limit_seconds": 2, **settings}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in facts.items() if value is not None]
        return "\n".join(["[[security.provider]]", f'name = "{name}"', f'kind = "{kind}"', *lines]) + "\n"


if __name__ == "__main__":
    password = "a password of the crowd"
    with Slapd(sys.argv[1], crowd(10_000, password)) as directory:
        print(json.dumps({"url": directory.url, "plain_url": directory.plain_url, "roots_file": str(directory.roots_file), "bind_dn": SERVICE,
                          "bind_password": SERVICE_PASSWORD, "user_base": PEOPLE, "group_base": GROUPS, "users": 10_000, "first": "user00000",
                          "password": password, "pid": directory.process.pid}), flush=True)
        sys.stdin.read()
