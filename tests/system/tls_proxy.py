"""A proxy that ends TLS: what came to it goes on in the clear, with the fields that tell of the client."""

import contextlib
import http.client
import http.server
import ssl
import subprocess
import threading

import harness


class TlsProxy:
    """Listens on a port of https and on one of http, and asks the server behind it from 127.0.0.2. `rhumb` may be one that a Browser is given."""

    def __init__(self, rhumb, folder, fields=None):
        self.rhumb = rhumb
        self.certificate, key = folder / "proxy.pem", folder / "proxy.key"
        subprocess.run([harness.openssl(), "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out",
                        self.certificate, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
                       check=True, capture_output=True, timeout=30)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.servers = [self._serve(scheme, fields or forwarded) for scheme in ("https", "http")]
        self.servers[0].socket = context.wrap_socket(self.servers[0].socket, server_side=True)
        self.https_port, self.http_port = (one.server_address[1] for one in self.servers)
        self.threads = [threading.Thread(target=one.serve_forever, args=(0.05,), daemon=True) for one in self.servers]
        for thread in self.threads:
            thread.start()

    def _serve(self, scheme, fields):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Forwarder)
        server.rhumb, server.scheme, server.fields, server.daemon_threads = self.rhumb, scheme, fields, True
        return server

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for one in self.servers:
            one.shutdown()
            one.server_close()
        for thread in self.threads:
            thread.join(10)

    def tls_context(self):
        return ssl.create_default_context(cafile=str(self.certificate))

    def ask(self, method, target, fields=None, body=None, scheme="https", host=None):
        """An answer, as a program gets it."""
        connection = (http.client.HTTPSConnection("localhost", self.https_port, timeout=30, context=self.tls_context()) if scheme == "https"
                      else http.client.HTTPConnection("localhost", self.http_port, timeout=30))
        with contextlib.closing(connection):
            connection.request(method, target, body, {**({"Host": host} if host else {}), **(fields or {})})
            answer = connection.getresponse()
            return harness.Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


def forwarded(scheme, client):
    return {"X-Forwarded-For": client, "X-Forwarded-Proto": scheme}


class Forwarder(http.server.BaseHTTPRequestHandler):
    """Sets its own fields in the place of the client's, as a proxy must."""

    def forward(self):
        own = self.server.fields(self.server.scheme, self.client_address[0])
        dropped = {name.lower() for name in own} | {"connection"}
        fields = [(name, value) for name, value in self.headers.items() if name.lower() not in dropped] + list(own.items())
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.rhumb.http_port, timeout=30, source_address=("127.0.0.2", 0))
        with contextlib.closing(upstream):
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in fields:
                upstream.putheader(name, value)
            upstream.endheaders(body or None)
            answer = upstream.getresponse()
            content = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_HEAD = do_POST = forward  # noqa: N815

    def log_message(self, *_):
        pass
