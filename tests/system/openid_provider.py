"""An OpenID provider of the tests (openid/provider.mjs), and a person who signs in there."""

import http.client
import json
import os
import pathlib
import signal
import ssl
import subprocess
import urllib.parse

from authority import Authority, ec_key
from harness import Output
from people import Browser, Page

HERE = pathlib.Path(__file__).parent
PASSWORD = "a password of the county"
SECRET = "a secret between both, of the test alone, with % and & and :"


def install():
    """The packages of the provider, as the lockfile names them."""
    subprocess.run([HERE.parent.parent / "ui" / "tools" / "npm-packages", HERE / "openid"], check=True, timeout=300, capture_output=True)


def account(name, groups=(), **claims):
    return {"sub": f"subject-of-{name}", "password": PASSWORD,
            "claims": {"preferred_username": name, "name": f"{name.title()} of the county", "email": f"{name}@county.example", "email_verified": True,
                       "groups": list(groups), **claims}}


class OpenIdProvider:
    """Started and stopped on the same port; its certificate is of an authority of the test."""

    def __init__(self, folder, rhumb_origin, trusted_root=None, **settings):
        install()
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.authority = Authority(self.folder / "authority", "County")
        self.key = ec_key(self.folder / "provider.key")
        self.chain = self.folder / "provider.chain"
        self.certify()
        self.accounts_file = self.folder / "accounts.json"
        self.accounts = {"ann": account("ann", ["planners"]), "bob": account("bob", ["gis-admins"]), "eve": account("eve")}
        self.keep_accounts()
        self.port = 0
        self.trusted_root = trusted_root
        self.settings = {"key": str(self.key), "chain": str(self.chain), "accounts": str(self.accounts_file), "clients": [{
            "client_id": "rhumb", "client_secret": SECRET, "redirect_uris": [f"{rhumb_origin}/login/openid/callback"],
            "post_logout_redirect_uris": [f"{rhumb_origin}/login?out"], "grant_types": ["authorization_code", "refresh_token"],
            "backchannel_logout_uri": f"{rhumb_origin}/login/openid/back-channel", "backchannel_logout_session_required": True}], **settings}
        self.process = None

    def certify(self, dates=()):
        request = self.authority._request(self.key.resolve(), "/CN=localhost")
        leaf = self.authority.sign(request, names="DNS:localhost,IP:127.0.0.1", dates=dates)
        self.chain.write_bytes(leaf.read_bytes() + self.authority.intermediate.read_bytes())

    def keep_accounts(self):
        draft = self.accounts_file.with_suffix(".draft")
        draft.write_text(json.dumps(self.accounts))
        draft.rename(self.accounts_file)

    @property
    def issuer(self):
        return f"https://localhost:{self.port}"

    @property
    def client(self):
        return self.settings["clients"][0]

    def start(self):
        environment = {**os.environ, **({"NODE_EXTRA_CA_CERTS": str(self.trusted_root)} if self.trusted_root else {})}
        self.process = subprocess.Popen([HERE.parent.parent / "ui" / "tools" / "with-node", "node", "provider.mjs", json.dumps({**self.settings, "port": self.port})], cwd=HERE / "openid",
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        self.said, self.log = Output(self.process.stdout), Output(self.process.stderr)
        ready = self.said.find(r"^ready (\d+)$")
        assert ready, f"the provider did not start\n{self.log.text()}"
        self.port = int(ready[1])
        return self

    def command(self, word):
        seen = len(self.said.lines)
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()
        assert self.said.find(f"^done {word}$", 10, since=seen), self.log.text()

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)

    def configuration(self, **more):
        """What stands in Rhumb's configuration; the secret's file is made."""
        secret = self.folder / "secret"
        secret.touch(0o600)
        secret.write_text(SECRET + "\n")
        settings = {"issuer": self.issuer, "client_id": "rhumb", "client_secret_from": f"file:{secret}", "label": "County",
                    "scopes": ["openid", "profile", "email", "groups"], "roots_file": str(self.authority.root), "administrators": ["gis-admins"],
                    "remember_seconds": 1, "time_limit_seconds": 2, **more}
        lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in settings.items())
        return f'[security]\nusers = "county"\nroles = "county"\n\n[[security.provider]]\nname = "county"\nkind = "openid"\n{lines}\n'


class Person(Browser):
    """A browser that goes to the provider and comes back: its cookies there are kept apart from those of Rhumb."""

    def __init__(self, rhumb, provider, **options):
        super().__init__(rhumb, **options)
        self.provider = provider
        self.there = {}

    def ask_there(self, method, url, form=None):
        """A page of the provider, redirects there followed; a Location of somewhere else is given back as it is."""
        context = ssl.create_default_context(cafile=self.provider.authority.root)
        for _ in range(10):
            parts = urllib.parse.urlsplit(urllib.parse.urljoin(self.provider.issuer, url))
            if parts.netloc != f"localhost:{self.provider.port}":
                return None, url
            connection = http.client.HTTPSConnection("localhost", self.provider.port, timeout=30, context=context)
            fields = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.there.items()), "Accept": "text/html"}
            if form is not None:
                fields["Content-Type"] = "application/x-www-form-urlencoded"
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(method, target, None if form is None else urllib.parse.urlencode(form), fields)
            answer = connection.getresponse()
            page = Page(answer.status, [(name.lower(), value) for name, value in answer.getheaders()], answer.read(), url)
            connection.close()
            for name, value in page.headers:
                if name == "set-cookie":
                    key, _, rest = value.partition("=")
                    self.there[key] = rest.partition(";")[0]
            if page.status not in (302, 303):
                return page, url
            method, url, form = "GET", page.field("location"), None
        raise AssertionError("the provider leads in circles")

    def depart(self, to=""):
        """Rhumb's button; gives where the browser is led."""
        page = self.get("/login" + (f"?return={urllib.parse.quote(to)}" if to else ""))
        onward = self.send(page, "/login/openid", follow=False)
        assert onward.status == 200, onward.error
        wait, _, url = onward.field("refresh").partition("; url=")
        assert wait == "0"
        return url

    def pass_provider(self, url, name="ann", password=PASSWORD, **fields):
        """Signs in there; gives the way back to Rhumb."""
        page, url = self.ask_there("GET", url)
        if page is None:
            return url  # signed in there already
        action = page.text.partition('action="')[2].partition('"')[0]
        _, back = self.ask_there("POST", urllib.parse.urljoin(self.provider.issuer, action), {"name": name, "password": password, **fields})
        return back

    def come_back(self, url, follow=True):
        parts = urllib.parse.urlsplit(url)
        return self.get(f"{parts.path}?{parts.query}", follow=follow)

    def sign_in_there(self, name="ann", to="", follow=True):
        return self.come_back(self.pass_provider(self.depart(to), name), follow=follow)
