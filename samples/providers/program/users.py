#!/usr/bin/python3
"""A custom provider for Rhumb as a program: users and roles in a SQLite database, passwords as scrypt hashes.

Rhumb starts it and asks; each question is a line of JSON on standard input, each answer one on standard output.
Needs nothing but Python 3.9. To begin with something of your own, change the statements in the class Staff.

    users.py add staff.db ann --full-name "Ann O'Hara" --role planners       asks for a password
    users.py remove staff.db ann
    users.py answer staff.db                                                 what Rhumb runs
"""

import argparse
import contextlib
import getpass
import hashlib
import hmac
import json
import os
import pathlib
import sqlite3
import sys
import time

TABLES = """
CREATE TABLE IF NOT EXISTS person (name TEXT PRIMARY KEY COLLATE NOCASE, full_name TEXT NOT NULL DEFAULT '', email TEXT NOT NULL DEFAULT '',
                                   salt BLOB NOT NULL, hash BLOB NOT NULL, created INTEGER NOT NULL, password_changed INTEGER NOT NULL,
                                   disabled INTEGER);
CREATE TABLE IF NOT EXISTS holder (role TEXT NOT NULL COLLATE NOCASE, person TEXT NOT NULL COLLATE NOCASE, PRIMARY KEY (role, person));
"""
SHOWN = "name, full_name, email, created, password_changed, disabled"


def hash_of(password, salt):
    return hashlib.scrypt(password.encode(), salt=salt, n=1 << 14, r=8, p=1)


class Staff:
    def __init__(self, file, is_writable=False):
        mode = "rwc" if is_writable else "ro"
        self.base = sqlite3.connect(f"{pathlib.Path(file).absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
        self.base.row_factory = sqlite3.Row

    def rows(self, statement, *values):
        return [dict(row) for row in self.base.execute(statement, values)]

    def find(self, name):
        return next(iter(self.rows(f"SELECT {SHOWN} FROM person WHERE name = ?", name)), None)

    def sign_in(self, name, password):
        kept = next(iter(self.rows("SELECT salt, hash FROM person WHERE name = ?", name)), None)
        # A name that nobody has takes as long as a wrong password.
        given = hash_of(password, kept["salt"] if kept else b"nobody's")
        user = self.find(name)
        if not kept or not user:
            return {"outcome": "no_such_user"}
        is_right = hmac.compare_digest(given, kept["hash"])
        outcome = "wrong_password" if not is_right else "disabled" if user["disabled"] else "accepted"
        return {"outcome": outcome, "user": user}

    def list_users(self, contains, after, count):
        return self.rows(f"SELECT {SHOWN} FROM person WHERE name > ? AND instr(lower(name || ' ' || full_name), lower(?)) > 0 "
                         "ORDER BY name LIMIT ?", after, contains, count)

    def roles_of(self, name):
        return [row["role"] for row in self.rows("SELECT role FROM holder WHERE person = ? ORDER BY role", name)]

    def list_roles(self):
        roles = {}
        for row in self.rows("SELECT role, person FROM holder ORDER BY role, person"):
            roles.setdefault(row["role"], []).append(row["person"])
        return [{"name": role, "users": users} for role, users in roles.items()]


def answer(staff, question):
    ask = question["ask"]
    if ask == "hello":
        can = ["hello", "find", "sign_in", "list_users", "roles_of", "list_roles"]
        return {"contract": 1, "software": "sample program", "can": can}
    if ask == "find":
        return {"user": staff.find(question["user"])}
    if ask == "sign_in":
        return staff.sign_in(question["user"], question["password"])
    if ask == "list_users":
        return {"users": staff.list_users(question["contains"], question["after"], question["count"])}
    if ask == "roles_of":
        return {"roles": staff.roles_of(question["user"])}
    if ask == "list_roles":
        return {"roles": staff.list_roles()}
    return {"error": {"kind": "unsupported", "message": f"this provider does not answer {ask}"}}


def answer_all(arguments):
    staff = None
    for line in sys.stdin:  # ends when Rhumb ends, or needs it no longer
        question = json.loads(line)
        try:
            staff = staff or Staff(arguments.file)
            said = answer(staff, question)
        except sqlite3.Error as fault:
            staff = None
            said = {"error": {"kind": "unavailable", "message": f"{arguments.file}: {fault}"[:400]}}
        print(json.dumps({"id": question["id"], **said}), flush=True)


def add(arguments):
    password = getpass.getpass() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    salt, now = os.urandom(16), int(time.time())
    with contextlib.closing(Staff(arguments.file, is_writable=True).base) as base:
        base.executescript(TABLES)
        base.execute("BEGIN IMMEDIATE")
        base.execute("INSERT INTO person (name, full_name, email, salt, hash, created, password_changed) VALUES (?, ?, ?, ?, ?, ?, ?) "
                     "ON CONFLICT (name) DO UPDATE SET full_name = excluded.full_name, email = excluded.email, salt = excluded.salt, "
                     "hash = excluded.hash, password_changed = excluded.password_changed",
                     (arguments.name, arguments.full_name, arguments.email, salt, hash_of(password, salt), now, now))
        base.execute("DELETE FROM holder WHERE person = ?", (arguments.name,))
        base.executemany("INSERT INTO holder (role, person) VALUES (?, ?)", [(role, arguments.name) for role in arguments.role])
        base.execute("COMMIT")


def remove(arguments):
    with contextlib.closing(Staff(arguments.file, is_writable=True).base) as base:
        base.execute("BEGIN IMMEDIATE")
        base.execute("DELETE FROM person WHERE name = ?", (arguments.name,))
        base.execute("DELETE FROM holder WHERE person = ?", (arguments.name,))
        base.execute("COMMIT")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(required=True)
    adding = verbs.add_parser("add", help="add somebody, or give him another password")
    adding.add_argument("file")
    adding.add_argument("name")
    adding.add_argument("--full-name", default="")
    adding.add_argument("--email", default="")
    adding.add_argument("--role", action="append", default=[])
    adding.set_defaults(run=add)
    removing = verbs.add_parser("remove", help="remove somebody, with all roles")
    removing.add_argument("file")
    removing.add_argument("name")
    removing.set_defaults(run=remove)
    answering = verbs.add_parser("answer", help="answer Rhumb's questions")
    answering.add_argument("file")
    answering.set_defaults(run=answer_all)
    arguments = parser.parse_args()
    arguments.run(arguments)


if __name__ == "__main__":
    main()
