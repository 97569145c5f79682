"""One HTTP request, bounded in time and size: TLS but for this machine itself, redirects without credentials."""

from __future__ import annotations

import http.client
import ssl
import time
import urllib.error
import urllib.request
from urllib.parse import urljoin, urlsplit

from guardrail_hooks import __version__
from guardrail_hooks.pinned_base_image.registry.outcome import Passing, Trouble
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from email.message import Message
    from urllib.parse import SplitResult

LARGEST = 4 * 1024 * 1024  # bytes of an answer; the distribution specification's own bound for manifests
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
AGENT = f"guardrail-hooks/{__version__} (pinned-base-image)"


class Response(namedtuple("Response", "status headers body")):
    """An answer: status, headers, and the whole body (empty for HEAD)."""

    __slots__ = ()
    status: int
    headers: Message
    body: bytes


class Transport:
    """Sends requests. `limit` is the time in seconds for one, redirects included; `context` says whom TLS trusts."""

    __slots__ = ("_direct", "_limit", "_outside")

    def __init__(self, limit: float, context: ssl.SSLContext | None = None) -> None:
        self._limit = limit
        # No handler for redirects or errors: every answer comes back as it is. The usual proxy variables count, but
        # not for this machine itself.
        self._outside = urllib.request.OpenerDirector()
        self._outside.add_handler(urllib.request.ProxyHandler())
        self._outside.add_handler(urllib.request.HTTPSHandler(context=context or ssl.create_default_context()))
        self._direct = urllib.request.OpenerDirector()
        self._direct.add_handler(urllib.request.HTTPHandler())

    def send(self, method: str, url: str, headers: dict[str, str], body: bytes | None = None) -> Response:
        """Send a request and follow redirects. Raises `Trouble`, as `Passing` where another attempt may help."""
        deadline = time.monotonic() + self._limit
        start = urlsplit(url)
        for _ in range(MOST_REDIRECTS + 1):
            response = self._once(method, url, headers, body, deadline)
            location = response.headers.get("Location")
            if response.status not in REDIRECTS or not location:
                return response
            if body is not None:
                raise Trouble(f"{start.netloc} redirects a login")
            try:
                target = urlsplit(urljoin(url, location))
                same = _origin(target) == _origin(urlsplit(url))
            except ValueError:
                raise Trouble(f"{start.netloc} redirects to something that is no address") from None
            if not _may_follow(start, target):
                raise Trouble(f"{start.netloc} redirects to an address without TLS")
            if not same:
                headers = {name: text for name, text in headers.items() if name != "Authorization"}
            url = target.geturl()
        raise Trouble(f"{start.netloc} redirects in a circle")

    def _once(self, method: str, url: str, headers: dict[str, str], body: bytes | None, deadline: float) -> Response:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        opener = self._direct if parts.scheme == "http" else self._outside
        request = urllib.request.Request(  # noqa: S310  (http and https only, see base_url and _may_follow)
            url, data=body, headers={"User-Agent": AGENT, **headers}, method=method
        )
        try:
            _origin(parts)  # refuses a port that cannot be, where the system would take another one
            with opener.open(request, timeout=max(deadline - time.monotonic(), 0.001)) as answer:
                return Response(answer.status, answer.headers, _whole(answer, host, deadline))
        except ssl.SSLCertVerificationError as error:
            raise Trouble(_untrusted(host, error)) from None
        except urllib.error.URLError as error:
            if isinstance(error.reason, ssl.SSLCertVerificationError):
                raise Trouble(_untrusted(host, error.reason)) from None
            raise Passing(_unreachable(host, error.reason)) from None
        except (OSError, http.client.HTTPException) as error:
            raise Passing(_unreachable(host, error)) from None
        except (
            ValueError,
            OverflowError,
        ):  # a header or an address that cannot be sent; the text may hold what must not be shown
            raise Trouble(f"{host} cannot be asked: the request would be malformed") from None


def base_url(host: str) -> str:
    """The address of a registry: plain HTTP for this machine itself, TLS for all others."""
    return f"{'http' if is_loopback(urlsplit(f'//{host}').hostname) else 'https'}://{host}"


def is_loopback(name: str | None) -> bool:
    """Whether a host name is this machine's: `localhost`, 127.0.0.0/8 or ::1."""
    if not name:
        return False
    numbers = name.split(".")
    if len(numbers) == 4 and all(part.isascii() and part.isdigit() and int(part) < 256 for part in numbers):
        return numbers[0] == "127"
    return name.lower() == "localhost" or name == "::1"


def _may_follow(start: SplitResult, target: SplitResult) -> bool:
    """Whether a redirect stays as safe as the request was: plain HTTP leads nowhere but from here to here."""
    if target.scheme == "http":
        return start.scheme == "http" and is_loopback(target.hostname)
    return target.scheme == "https" and bool(target.hostname)


def _origin(parts: SplitResult) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or (443 if parts.scheme == "https" else 80)


def _whole(answer: http.client.HTTPResponse, host: str, deadline: float) -> bytes:
    """The body of an answer, bounded."""
    chunks, size = [], 0
    while chunk := answer.read1(1 << 16):
        size += len(chunk)
        if size > LARGEST:
            raise Trouble(f"{host} answers with more than {LARGEST} bytes")
        if time.monotonic() > deadline:
            raise Passing(f"{host} does not finish its answer in time")
        chunks.append(chunk)
    return b"".join(chunks)


def _untrusted(host: str, error: ssl.SSLCertVerificationError) -> str:
    return f"the certificate of {host} is not trusted ({error.verify_message}); SSL_CERT_FILE names more authorities"


def _unreachable(host: str, reason: object) -> str:
    """Why there is no answer, without anything that the request held."""
    import socket

    if isinstance(reason, TimeoutError):
        return f"{host} does not answer in time"
    if isinstance(reason, socket.gaierror):
        return f"the address of {host} is not known"
    if isinstance(reason, ConnectionRefusedError):
        return f"{host} refuses the connection"
    if isinstance(reason, ssl.SSLError):
        return f"no TLS connection to {host} ({reason.reason or 'handshake failed'})"
    if str(reason).startswith("Tunnel connection failed"):
        return f"the proxy does not let a connection to {host} through"
    if isinstance(reason, OSError) and reason.strerror:
        return f"no connection to {host} ({reason.strerror.lower()})"
    return f"no usable answer from {host} ({type(reason).__name__})"
