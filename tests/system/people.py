"""A browser without scripts, as far as signing in needs one: it keeps cookies, follows redirects, and sends the forms that it is shown."""

import hashlib
import hmac
import html.parser
import http.client
import re
import struct
import time
import urllib.parse
import base64


class Forms(html.parser.HTMLParser):
    """The forms of a page: where they go, what is filled in."""

    def __init__(self, text):
        super().__init__()
        self.forms = []
        self._is_within = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        facts = dict(attributes)
        if tag == "form":
            self.forms.append({"action": facts["action"], "method": facts.get("method", "get"), "fields": {}})
            self._is_within = True
        elif tag == "input" and self._is_within:
            self.forms[-1]["fields"][facts["name"]] = facts.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._is_within = False


class Page:
    """What a browser was shown."""

    def __init__(self, status, headers, body, path):
        self.status = status
        self.headers = headers  # pairs, names in lower case
        self.text = body.decode()
        self.path = path

    def field(self, name):
        return next((value for key, value in self.headers if key == name), None)

    @property
    def title(self):
        return re.search(r"<h1>(.*?)</h1>", self.text, re.S)[1]

    @property
    def error(self):
        found = re.search(r'<p class="error"[^>]*>(.*?)</p>', self.text, re.S)
        return found[1] if found else ""

    def form(self, action):
        return next(form for form in Forms(self.text).forms if form["action"] == action)


class Browser:
    """One person's browser. `address`: where it comes from."""

    def __init__(self, rhumb, address="127.0.0.1", agent="A test's browser"):
        self.rhumb = rhumb
        self.address = address
        self.agent = agent
        self.cookies = {}

    def ask(self, method, path, form=None, headers=None, follow=True):
        connection = http.client.HTTPSConnection("localhost", self.rhumb.https_port, timeout=30, context=self.rhumb.tls_context(),
                                                 source_address=(self.address, 0))
        body = None if form is None else urllib.parse.urlencode(form)
        fields = {"User-Agent": self.agent, "Accept": "text/html", **(headers or {})}
        if self.cookies:
            fields.setdefault("Cookie", "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if form is not None:
            fields["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, fields)
            answer = connection.getresponse()
            page = Page(answer.status, [(name.lower(), value) for name, value in answer.getheaders()], answer.read(), path)
        finally:
            connection.close()
        for name, value in page.headers:
            if name == "set-cookie":
                self._keep(value)
        if follow and page.status == 303:
            return self.ask("GET", page.field("location"))
        return page

    def _keep(self, text):
        pair, *attributes = text.split("; ")
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(attributes) and not any(one.startswith("Domain") for one in attributes)
        name, _, value = pair.partition("=")
        assert name.startswith("__Host-")
        if "Max-Age=0" in attributes:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = value

    def get(self, path, **options):
        return self.ask("GET", path, **options)

    def send(self, page, action, follow=True, headers=None, **filled_in):
        """Fills in the form of that page and sends it."""
        form = page.form(action)
        assert form["method"] == "post"
        return self.ask("POST", action, {**form["fields"], **filled_in}, follow=follow, headers=headers)

    def sign_in(self, user, password, to="", follow=True):
        page = self.get("/login" + (f"?return={urllib.parse.quote(to)}" if to else ""))
        return self.send(page, "/login", user=user, password=password, follow=follow)

    @property
    def session(self):
        return self.cookies.get("__Host-rhumb-session")

    def user(self):
        """Who it is signed in as; None for nobody."""
        page = self.get("/account", follow=False)
        return re.search(r"<dt>User</dt><dd><strong>(.*?)</strong>", page.text)[1] if page.status == 200 else None


def one_time_code(secret, at=None, step_by=0):
    """RFC 6238, by another hand: of a secret in base 32."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int(time.time() if at is None else at) // 30 + step_by)
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
