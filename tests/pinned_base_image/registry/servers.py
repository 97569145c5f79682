"""Servers on this machine: a real registry, its token server, and one that answers whatever a test wants."""

from __future__ import annotations

import base64
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

PROGRAMS = ("docker-registry", "skopeo", "htpasswd", "openssl")
USER, PASSWORD = "ann", "correct-horse-battery"
IDENTITY = "identity-of-ann"
SERVICE, ISSUER = "registry.test", "issuer.test"


def require_programs() -> None:
    """Skip, and say so, where the real registry cannot be had."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        pytest.skip(
            f"NO REAL REGISTRY: {', '.join(missing)} missing (Debian: apt-get install docker-registry skopeo"
            " apache2-utils openssl)"
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Answer:
    """What a fake server says to one request."""

    def __init__(self, status: int = 200, headers: dict[str, str] | None = None, body: bytes = b"") -> None:
        self.status = status
        self.headers = headers or {}
        self.body = body


class Seen:
    """A request that a fake server got."""

    def __init__(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body


@contextmanager
def fake_server(
    respond: Callable[[Seen], Answer], tls: tuple[Path, Path] | None = None
) -> Iterator[tuple[str, list[Seen]]]:
    """A server whose every answer the test writes; `host:port` and the requests it got."""
    seen: list[Seen] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            request = Seen(self.command, self.path, dict(self.headers.items()), self.rfile.read(size))
            seen.append(request)
            answer = respond(request)
            self.send_response(answer.status)
            for name, text in answer.headers.items():
                self.send_header(name, text)
            if "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_HEAD = do_POST = do_CONNECT = answer  # noqa: N815  (http.server's own names)

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:  # a client that hangs up is no news
            pass

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def certificate(folder: Path, name: str = "token") -> tuple[Path, Path]:
    """A self-signed certificate for this machine and its key."""
    cert, key = folder / f"{name}.crt", folder / f"{name}.key"
    if not cert.exists():
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
                *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
    return cert, key


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


class TokenServer:
    """The rules of a token server for one registry, with one user."""

    def __init__(self, cert: Path, key: Path, *, open_to_all: bool) -> None:
        self.key = key
        self.der = ssl.PEM_cert_to_DER_cert(cert.read_text())
        self.open_to_all = open_to_all

    def respond(self, request: Seen) -> Answer:
        query = parse_qs(urlsplit(request.path).query)
        if request.method == "POST":
            query = parse_qs(request.body.decode())
            if query.get("grant_type") != ["refresh_token"] or query.get("refresh_token") != [IDENTITY]:
                return Answer(401)
        elif "Authorization" in request.headers:
            pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
            if request.headers["Authorization"] != f"Basic {pair}":
                return Answer(401)
        elif not self.open_to_all:
            return Answer(401)
        token = self.token(query["scope"][0]) if query.get("service") == [SERVICE] else ""
        name = "access_token" if request.method == "POST" else "token"
        return Answer(body=json.dumps({name: token}).encode())

    def token(self, scope: str) -> str:
        """A JSON Web Token as the registry's own documentation describes it."""
        kind, name, actions = scope.split(":")
        access = [{"type": kind, "name": name, "actions": actions.split(",")}]
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": "", "aud": SERVICE, "exp": now + 300, "nbf": now - 10, "iat": now, "jti": "1"}
        header = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(self.der).decode()]}
        signed = f"{_packed(json.dumps(header).encode())}.{_packed(json.dumps({**claims, 'access': access}).encode())}"
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", str(self.key)],
            input=signed.encode(),
            check=True,
            capture_output=True,
            timeout=30,
        ).stdout
        return f"{signed}.{_packed(signature)}"


class Registry:
    """A running docker-registry: its host and port, the credentials to push with."""

    def __init__(self, host: str, credentials: str = "") -> None:
        self.host = host
        self.credentials = credentials

    def push(self, layout: Path, name: str, *options: str) -> None:
        """Push all platforms of a layout under `path:tag`."""
        login = ["--dest-creds", self.credentials] if self.credentials else []
        command = [
            "skopeo",
            "--insecure-policy",
            "copy",
            "--quiet",
            "--all",
            "--dest-tls-verify=false",
            *login,
            *options,
        ]
        subprocess.run(
            [*command, f"oci:{layout}:t", f"docker://{self.host}/{name}"], check=True, capture_output=True, timeout=60
        )

    def delete(self, path: str, digest: str) -> None:
        """Delete a manifest."""
        request = urllib.request.Request(f"http://{self.host}/v2/{path}/manifests/{digest}", method="DELETE")
        with urllib.request.urlopen(request, timeout=10) as answer:
            assert answer.status == 202


@contextmanager
def real_registry(folder: Path, auth: str = "", credentials: str = "") -> Iterator[Registry]:
    """docker-registry on a free port, stopped at the end whatever happens."""
    require_programs()
    for _ in range(3):  # somebody may take the port between looking and starting
        port = free_port()
        config = folder / f"registry-{port}.yml"
        config.write_text(
            "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\n"
            "storage: {inmemory: {}, delete: {enabled: true}}\n"
            f"http: {{addr: '127.0.0.1:{port}', secret: not-one}}\n{auth}"
        )
        with (folder / f"registry-{port}.log").open("wb") as log:
            process = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log, stderr=log)
        try:
            if _answers(process, port):
                yield Registry(f"127.0.0.1:{port}", credentials)
                return
        finally:
            process.kill()
            process.wait(10)
    pytest.fail("docker-registry does not start")


def _answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Whether the registry comes up within ten seconds."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
                connection.sendall(b"GET /v2/ HTTP/1.0\r\n\r\n")
                if connection.recv(16).startswith(b"HTTP/1"):
                    return True
        except OSError:  # noqa: PERF203  (waiting is all it does)
            time.sleep(0.02)
    return False


def basic_auth(folder: Path) -> str:
    """The configuration of a registry that wants a user name and a password."""
    require_programs()
    line = subprocess.run(
        ["htpasswd", "-Bbn", USER, PASSWORD], check=True, capture_output=True, text=True, timeout=30
    ).stdout
    (folder / "htpasswd").write_text(line)
    return f"auth: {{htpasswd: {{realm: test, path: '{folder}/htpasswd'}}}}\n"


def token_auth(realm: str, cert: Path) -> str:
    """The configuration of a registry that wants tokens."""
    token = f"realm: '{realm}', service: {SERVICE}, issuer: {ISSUER}, rootcertbundle: '{cert}'"
    return f"auth: {{token: {{{token}}}}}\n"
