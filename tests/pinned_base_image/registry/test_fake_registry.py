"""What a real registry cannot be made to do: limits, redirects, broken TLS, slow and wrong answers."""

from __future__ import annotations

import base64
import gc
import hashlib
import json
import shutil
import socket
import ssl
import threading
import time

import pytest
from guardrail_hooks.pinned_base_image.registry.client import ACCEPT, INDEX_TYPES, MANIFEST_TYPES, Client
from guardrail_hooks.pinned_base_image.registry.docker_config import Credentials
from guardrail_hooks.pinned_base_image.registry.outcome import NotFound, RateLimited, Trouble
from guardrail_hooks.pinned_base_image.registry.transport import LARGEST, base_url, is_loopback

from tests.pinned_base_image.registry.servers import Answer, certificate, fake_server

pytestmark = pytest.mark.network
BODY = b'{"schemaVersion": 2}'
DIGEST = f"sha256:{hashlib.sha256(BODY).hexdigest()}"
SECRET = "hunter2-hunter2"
FOUND = Answer(200, {"Docker-Content-Digest": DIGEST, "Content-Type": INDEX_TYPES[0]}, BODY)


def client_with(credentials: Credentials | None = None, **options) -> Client:
    return Client(lambda host: credentials, **{"request_limit": 2, "pauses": (0.01, 0.01), **options})


def ask(client: Client, host: str, name: str = "1.2"):
    return client.manifest(host, "team/app", name)


def trouble(client: Client, host: str, name: str = "1.2") -> str:
    with pytest.raises(Trouble) as caught:
        ask(client, host, name)
    assert SECRET not in str(caught.value)
    return str(caught.value)


def test_one_head_request_with_all_four_types(client) -> None:
    with fake_server(lambda request: FOUND) as (host, seen):
        assert ask(client, host) == (DIGEST, INDEX_TYPES[0])
        assert [(request.method, request.path) for request in seen] == [("HEAD", "/v2/team/app/manifests/1.2")]
        assert seen[0].headers["Accept"] == ACCEPT
        assert set(ACCEPT.split(", ")) == {*INDEX_TYPES, *MANIFEST_TYPES}
        assert "Authorization" not in seen[0].headers


@pytest.mark.parametrize("status", [405, 501])
def test_head_is_not_allowed(client, status) -> None:
    with fake_server(lambda request: Answer(status) if request.method == "HEAD" else FOUND) as (host, _):
        assert ask(client, host).digest == DIGEST


def test_no_digest_in_the_answer_so_its_bytes_are_counted(client) -> None:
    with fake_server(lambda request: Answer(200, {"Content-Type": INDEX_TYPES[1]}, BODY)) as (host, seen):
        assert ask(client, host).digest == DIGEST
        assert [request.method for request in seen] == ["HEAD", "GET"]


SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+prettyjws"
OTHER = "sha256:" + "1" * 64


@pytest.mark.parametrize(
    ("head", "get", "name", "said"),
    [
        pytest.param(
            {}, {"Docker-Content-Digest": OTHER}, "1.2", "a digest that its content does not have", id="other content"
        ),
        pytest.param({"Docker-Content-Digest": "sha256:short"}, {}, "1.2", "without a digest", id="a broken digest"),
        pytest.param(
            {"Docker-Content-Digest": DIGEST}, {}, OTHER, "another digest than it was asked for", id="another image"
        ),
        pytest.param(
            {"Docker-Content-Digest": DIGEST, "Content-Type": "text/html; charset=utf-8"}, {}, "1.2",
            "answers with text/html, which is no image manifest", id="a login page",
        ),
        pytest.param(
            {"Docker-Content-Digest": DIGEST, "Content-Type": SCHEMA_1}, {}, "1.2", "which is no image manifest",
            id="a manifest of the first schema",
        ),
        pytest.param(
            {"Docker-Content-Digest": DIGEST, "Content-Type": ""}, {}, "1.2", "answers with no media type", id="no type"
        ),
    ],
)  # fmt: skip
def test_answers_that_are_not_believed(client, head, get, name, said) -> None:
    def respond(request):
        return Answer(200, {"Content-Type": INDEX_TYPES[0], **(head if request.method == "HEAD" else get)}, BODY)

    with fake_server(respond) as (host, _):
        assert said in trouble(client, host, name)


def test_nothing_to_count(client) -> None:
    with fake_server(lambda request: Answer(200, {"Content-Type": INDEX_TYPES[0]})) as (host, _):
        assert "without a digest" in trouble(client, host)


def test_children_must_have_the_digest_they_are_asked_for(client) -> None:
    with fake_server(lambda request: FOUND) as (host, _), pytest.raises(Trouble, match="other content than sha256:0"):
        client.children(host, "team/app", "sha256:" + "0" * 64)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"manifests": [{}]}', b'{"manifests": 7}', b"\xff", b"[" * 100_000])
def test_an_index_that_cannot_be_read(client, body) -> None:
    digest = f"sha256:{hashlib.sha256(body).hexdigest()}"
    answer = Answer(200, {"Content-Type": INDEX_TYPES[0]}, body)
    with fake_server(lambda request: answer) as (host, _), pytest.raises(Trouble, match="cannot be read"):
        client.children(host, "team/app", digest)


def test_too_many_requests_stop_everything_at_that_registry(client) -> None:
    with fake_server(lambda request: Answer(429, {"Retry-After": "77"})) as (host, seen):
        assert (
            trouble(client, host)
            == f"{host} answers 429, too many requests: try again in 77 s, or log in for a higher limit"
        )
        with pytest.raises(RateLimited):
            ask(client, host, "other")
        assert len(seen) == 1


def test_a_date_to_try_again(client) -> None:
    with fake_server(lambda request: Answer(429, {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"})) as (host, _):
        assert "try again in 86400 s" in trouble(client, host)


@pytest.mark.parametrize("header", ["", "soon", "-1", "1e9", "\xb2"])
def test_nonsense_to_try_again(client, header) -> None:
    with fake_server(lambda request: Answer(429, {"Retry-After": header})) as (host, _):
        assert "try again later" in trouble(client, host)


def test_passing_trouble_is_tried_again() -> None:
    answers = [Answer(503), Answer(502), FOUND]
    with fake_server(lambda request: answers.pop(0)) as (host, seen):
        assert ask(client_with(), host).digest == DIGEST
        assert len(seen) == 3


def test_lasting_trouble_is_told_after_three_attempts() -> None:
    with fake_server(lambda request: Answer(500)) as (host, seen):
        assert trouble(client_with(), host) == f"{host} answers with status 500"
        assert len(seen) == 3


def test_a_registry_that_wants_a_long_rest_is_left_alone() -> None:
    with fake_server(lambda request: Answer(503, {"Retry-After": "600"})) as (host, seen):
        trouble(client_with(), host)
        assert len(seen) == 1


def test_what_does_not_exist_is_not_asked_for_twice() -> None:
    with fake_server(lambda request: Answer(404)) as (host, seen):
        with pytest.raises(NotFound):
            ask(client_with(), host)
        assert len(seen) == 1


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening
        host = f"127.0.0.1:{taken.getsockname()[1]}"
        assert trouble(client_with(), host) == f"{host} refuses the connection"


def test_a_port_that_cannot_be() -> None:
    assert "cannot be asked" in trouble(client_with(), "127.0.0.1:99999")


@pytest.mark.parametrize("sent", [b"", b"HTTP/1.1 200 OK\r\n", b"nonsense\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Le"])
def test_an_answer_that_stops_in_the_middle(sent) -> None:
    with raw_server(sent) as host:
        assert host in trouble(client_with(pauses=()), host)


def test_a_slow_answer_has_its_limit() -> None:
    started = time.monotonic()
    with raw_server(b"HTTP/1.1 200 OK\r\n", hold=5) as host:
        assert trouble(client_with(request_limit=0.3, pauses=()), host) == f"{host} does not answer in time"
    assert time.monotonic() - started < 4


def test_a_large_answer_has_its_limit(client) -> None:
    answer = Answer(200, {"Content-Type": INDEX_TYPES[0]}, b" " * (LARGEST + 1))
    with fake_server(lambda request: answer) as (host, _):
        assert trouble(client, host) == f"{host} answers with more than {LARGEST} bytes"


class raw_server:  # noqa: N801  (used like a function)
    """A server that sends some bytes and hangs up, after a while."""

    def __init__(self, sent: bytes, hold: float = 0) -> None:
        self.sent, self.hold = sent, hold
        self.done = threading.Event()
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self) -> None:
        while not self.done.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                connection.recv(4096)
                connection.sendall(self.sent)
                self.done.wait(self.hold)

    def __enter__(self) -> str:
        self.thread.start()
        return f"127.0.0.1:{self.socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self.done.set()
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join(5)


ANN = Credentials("ann", SECRET, "", "")
BASIC = f"Basic {base64.b64encode(f'ann:{SECRET}'.encode()).decode()}"
WANTS_BASIC = Answer(401, {"WWW-Authenticate": 'Basic realm="x"'})


def guarded(respond):
    """A server that wants Basic before it answers."""
    return lambda request: respond(request) if request.headers.get("Authorization") == BASIC else WANTS_BASIC


def test_a_redirect_to_another_host_gets_no_credentials() -> None:
    with fake_server(lambda request: FOUND) as (other, seen):
        there = guarded(lambda request: Answer(307, {"Location": f"http://{other}/blob"}))
        with fake_server(there) as (host, asked):
            assert ask(client_with(ANN), host).digest == DIGEST
        assert [request.headers.get("Authorization") for request in asked] == [None, BASIC]
        assert [(request.path, "Authorization" in request.headers) for request in seen] == [("/blob", False)]
        assert seen[0].headers["Accept"] == ACCEPT
        assert seen[0].method == "HEAD"


def test_a_redirect_on_the_same_host_keeps_them() -> None:
    def respond(request):
        return FOUND if request.path == "/elsewhere" else Answer(302, {"Location": "/elsewhere"})

    with fake_server(guarded(respond)) as (host, asked):
        assert ask(client_with(ANN), host).digest == DIGEST
        assert asked[-1].headers["Authorization"] == BASIC


@pytest.mark.parametrize(
    ("location", "said"),
    [
        ("http://registry.example.com/", "redirects to an address without TLS"),
        ("file:///etc/passwd", "redirects to an address without TLS"),
        ("ftp://registry.example.com/", "redirects to an address without TLS"),
        ("https://[::1", "redirects to something that is no address"),
        ("https://registry.example.com:port/", "redirects to something that is no address"),
        ("https:///nowhere", "redirects to an address without TLS"),
        ("/again", "redirects in a circle"),
    ],
)
def test_redirects_that_are_not_followed(client, location, said) -> None:
    with fake_server(lambda request: Answer(301, {"Location": location})) as (host, seen):
        assert said in trouble(client, host)
        assert len(seen) <= 6


def bearer(realm: str, scope: str = "") -> Answer:
    return Answer(401, {"WWW-Authenticate": f'Bearer realm="{realm}",service="s"{scope}'})


def test_a_token_server_without_a_scope_is_asked_for_this_repository() -> None:
    def respond(request):
        if request.path.startswith("/token"):
            return Answer(body=b'{"access_token": "abc"}')
        return FOUND if request.headers.get("Authorization") == "Bearer abc" else bearer(f"http://{host}/token")

    with fake_server(respond) as (host, seen):
        assert ask(client_with(), host).digest == DIGEST
        assert seen[1].path == "/token?service=s&scope=repository%3Ateam%2Fapp%3Apull"


def test_an_expired_token_is_renewed_once() -> None:
    given = iter(["one", "two", "three"])
    valid = ["one"]

    def respond(request):
        if request.path.startswith("/token"):
            return Answer(body=json.dumps({"token": next(given)}).encode())
        return FOUND if request.headers.get("Authorization") == f"Bearer {valid[0]}" else bearer(f"http://{host}/token")

    with fake_server(respond) as (host, seen):
        client = client_with()
        ask(client, host)
        valid[0] = "two"
        assert ask(client, host, "other").digest == DIGEST
        valid[0] = "none"
        assert "does not let team/app be read" in trouble(client, host)
        assert len(seen) == 3 + 3 + 3


@pytest.mark.parametrize(
    ("realm", "said"),
    [
        ("http://auth.example.com/token", "names a token server without TLS"),
        ("file:///etc/passwd", "names a token server without TLS"),
        ("https:///token", "names a token server without TLS"),
        ("https://auth[example.com/token", "names a token server that is no address"),
        ("https://auth\x1f.example.com/token", "names a token server that is no address"),
        ("https://auth .example.com/token", "names a token server that is no address"),
    ],
)
def test_token_servers_that_get_no_credentials(realm, said) -> None:
    with fake_server(lambda request: bearer(realm)) as (host, _):
        assert said in trouble(client_with(ANN), host)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"token": 7}', b'{"token": ""}', b'{"token": "a\\r\\nb"}', b'{"token": "\xc3\xa4"}', b"\xff"],
)
def test_tokens_that_cannot_be_used(client, body) -> None:
    def respond(request):
        return Answer(body=body) if request.path.startswith("/token") else bearer(f"http://{host}/token")

    with fake_server(respond) as (host, _):
        assert trouble(client, host) == f"{host} gives no token that can be used"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (401, "gives no token without a login"),
        (429, "429"),
        (404, "gives no token (status 404)"),
        (500, "(status 500)"),
    ],
)
def test_token_servers_that_fail(client, status, said) -> None:
    def respond(request):
        return Answer(status) if request.path.startswith("/token") else bearer(f"http://{host}/token")

    with fake_server(respond) as (host, _):
        assert said in trouble(client, host)


def test_an_identity_token_is_not_sent_along_a_redirect() -> None:
    with fake_server(lambda request: pytest.fail("asked")) as (other, seen):

        def respond(request):
            moved = Answer(307, {"Location": f"http://{other}/token"})
            return moved if request.path.startswith("/token") else bearer(f"http://{host}/token")

        with fake_server(respond) as (host, _):
            assert "redirects a login" in trouble(client_with(Credentials("", "", SECRET, "")), host)
        assert seen == []


@pytest.mark.parametrize("header", ["Digest realm=x", "Negotiate", "", "Bearer service=x"])
def test_logins_of_another_kind(header) -> None:
    with fake_server(lambda request: Answer(401, {"WWW-Authenticate": header})) as (host, _):
        assert "a kind that is not known" in trouble(client_with(ANN), host)


def test_a_registry_that_forbids(client) -> None:
    with fake_server(lambda request: Answer(403)) as (host, _):
        assert "does not let team/app be read" in trouble(client, host)


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    if not shutil.which("openssl"):
        pytest.skip("NO TLS SERVER: openssl missing")
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def not_loopback(monkeypatch):
    """This machine counts as any other: TLS it must be."""
    monkeypatch.setattr("guardrail_hooks.pinned_base_image.registry.transport.is_loopback", lambda name: False)
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_tls_with_a_certificate_that_is_trusted(certified, not_loopback) -> None:
    context = ssl.create_default_context(cafile=str(certified[0]))
    with fake_server(lambda request: FOUND, certified) as (host, seen):
        assert ask(client_with(context=context), host).digest == DIGEST
        assert len(seen) == 1


def test_a_certificate_that_is_not_trusted_gets_no_second_attempt(certified, not_loopback) -> None:
    with fake_server(lambda request: FOUND, certified) as (host, seen):
        said = trouble(client_with(ANN), host)
        assert said.startswith(f"the certificate of {host} is not trusted (")
        assert seen == []


def test_no_tls_is_never_plain_http(not_loopback) -> None:
    with fake_server(lambda request: FOUND) as (host, seen):
        assert f"no TLS connection to {host}" in trouble(client_with(pauses=()), host)
        assert seen == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_usual_proxy_counts_and_sees_no_credentials(not_loopback, monkeypatch) -> None:
    with fake_server(lambda request: Answer(403)) as (proxy, seen):
        monkeypatch.setenv("https_proxy", f"http://{proxy}")
        said = trouble(client_with(ANN, pauses=()), "registry.example.com")
        assert said == "the proxy does not let a connection to registry.example.com through"
        assert [(request.method, request.path) for request in seen] == [("CONNECT", "registry.example.com:443")]
        assert "Authorization" not in seen[0].headers
    gc.collect()  # Python 3.10 leaves the answer of a proxy that refuses to the garbage collector, with a warning


def test_this_machine_is_asked_without_a_proxy(client, monkeypatch) -> None:
    with fake_server(lambda request: pytest.fail("asked")) as (proxy, seen), fake_server(lambda _: FOUND) as (host, _):
        monkeypatch.setenv("http_proxy", f"http://{proxy}")
        monkeypatch.delenv("no_proxy", raising=False)
        assert ask(client, host).digest == DIGEST
        assert seen == []


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("localhost", "http://localhost"),
        ("localhost:5000", "http://localhost:5000"),
        ("127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("127.8.9.10", "http://127.8.9.10"),
        ("[::1]:5000", "http://[::1]:5000"),
        ("registry-1.docker.io", "https://registry-1.docker.io"),
        ("127.example.com", "https://127.example.com"),
        ("127.0.0.1.example.com", "https://127.0.0.1.example.com"),
        ("localhost.example.com:80", "https://localhost.example.com:80"),
        ("10.0.0.1:5000", "https://10.0.0.1:5000"),
        ("[fe80::1]:5000", "https://[fe80::1]:5000"),
        ("128.0.0.1", "https://128.0.0.1"),
        ("127.0.0.300", "https://127.0.0.300"),
    ],
)
def test_plain_http_is_for_this_machine_alone(host, url) -> None:
    assert base_url(host) == url


@pytest.mark.parametrize("name", [None, "", "127.0.0", "0x7f.0.0.1", "LOCALHOST.", "127.0.0.1\u0661"])
def test_names_that_only_look_like_this_machine(name) -> None:
    assert not is_loopback(name)


def test_a_reference_without_a_registry() -> None:
    with pytest.raises(Trouble, match="names no registry"):
        client_with().manifest("", "a_b.com/app", "1")
