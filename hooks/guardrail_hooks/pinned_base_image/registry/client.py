"""The registry client: which manifest a tag or a digest names."""

from __future__ import annotations

import hashlib
import json
import threading
import time

from guardrail_hooks.formats.image_reference import DIGEST_LENGTHS, HUB
from guardrail_hooks.pinned_base_image.registry.auth import Login
from guardrail_hooks.pinned_base_image.registry.outcome import NotFound, Passing, RateLimited, Trouble
from guardrail_hooks.pinned_base_image.registry.transport import Transport, base_url
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from guardrail_hooks.pinned_base_image.registry.docker_config import Credentials
    from guardrail_hooks.pinned_base_image.registry.transport import Response

HUB_SERVER = "registry-1.docker.io"
INDEX_TYPES = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
MANIFEST_TYPES = (
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.v2+json",
)
# All four, always: with fewer a registry answers with the digest of one platform, or with an error.
ACCEPT = ", ".join(INDEX_TYPES + MANIFEST_TYPES)
REQUEST_LIMIT = 15.0  # seconds
PAUSES = (0.5, 2.0)  # seconds before another attempt
LONGEST_PAUSE = 10.0  # seconds that a registry may ask for


class Manifest(namedtuple("Manifest", "digest media_type")):
    """What a tag or digest names: its digest, and its media type as the registry gives it."""

    __slots__ = ()
    digest: str
    media_type: str

    @property
    def is_index(self) -> bool:
        """Whether it stands for several platforms."""
        return self.media_type in INDEX_TYPES


class Client:
    """Asks registries. Safe to use from several threads; a registry that answers 429 is not asked again."""

    __slots__ = ("_limited", "_lock", "_logins", "_look_up", "_pauses", "_transport")

    def __init__(
        self,
        look_up: Callable[[str], Credentials | None],
        *,
        request_limit: float = REQUEST_LIMIT,
        pauses: tuple[float, ...] = PAUSES,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._look_up = look_up
        self._transport = Transport(request_limit, context)
        self._pauses = pauses
        self._logins: dict[str, Login] = {}
        self._limited: dict[str, str] = {}
        self._lock = threading.Lock()

    def manifest(self, domain: str, path: str, name: str) -> Manifest:
        """What a tag or a digest names. Raises `NotFound` and `Trouble`."""
        host = host_of(domain)
        response = self._ask("HEAD", host, path, name)
        silent = response.status == 200 and not response.headers.get("Docker-Content-Digest")
        if silent or response.status in (405, 501):
            response = self._ask("GET", host, path, name)
        _check(response, host, path, name)
        media_type = (response.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
        if media_type not in INDEX_TYPES + MANIFEST_TYPES:
            shown = media_type if media_type.isascii() and media_type.isprintable() else "something else"
            raise Trouble(f"{host} answers with {shown or 'no media type'}, which is no image manifest")
        return Manifest(_digest(response, host, name), media_type)

    def children(self, domain: str, path: str, digest: str) -> dict[str, str]:
        """The platforms (`linux/amd64`) of an index by the digest of their manifest. Raises as `manifest` does."""
        host = host_of(domain)
        response = self._ask("GET", host, path, digest)
        _check(response, host, path, digest)
        if hashlib.new(digest.partition(":")[0], response.body).hexdigest() != digest.partition(":")[2]:
            raise Trouble(f"{host} answers with other content than {digest}")
        try:
            listed = json.loads(response.body)["manifests"]
            return {entry["digest"]: _platform(entry) for entry in listed}
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Trouble(f"{host} answers with an index that cannot be read") from None

    def _ask(self, method: str, host: str, path: str, name: str) -> Response:
        """One question, with a login where one is asked for and some attempts. Raises `Trouble`."""
        for pause in (*self._pauses, None):
            if host in self._limited:
                raise RateLimited(self._limited[host])
            try:
                response = self._authorised(method, host, path, f"{base_url(host)}/v2/{path}/manifests/{name}")
                if response.status < 500 or response.status == 501:
                    return response
                raise Passing(f"{host} answers with status {response.status}", _seconds(response))
            except RateLimited as limit:
                self._limited[host] = str(limit)
                raise
            except Passing as trouble:
                if pause is None or trouble.wait > LONGEST_PAUSE:
                    raise
                time.sleep(max(pause, trouble.wait))
        raise AssertionError  # the last pause is None, which ends the loop

    def _authorised(self, method: str, host: str, path: str, url: str) -> Response:
        login = self._login(host)
        response = self._send(method, url, host, login.header(path))
        if response.status == 401:  # no login so far, or a token that has expired meanwhile
            response = self._send(method, url, host, login.answer(path, response))
        return response

    def _send(self, method: str, url: str, host: str, authorisation: str | None) -> Response:
        headers = {"Accept": ACCEPT, **({"Authorization": authorisation} if authorisation else {})}
        response = self._transport.send(method, url, headers)
        if response.status == 429:
            raise RateLimited(_limit(host, response))
        return response

    def _login(self, host: str) -> Login:
        with self._lock:
            if host not in self._logins:
                self._logins[host] = Login(host, self._look_up, self._transport)
            return self._logins[host]


def host_of(domain: str) -> str:
    """The server of a reference's domain. Raises `Trouble` where there is none."""
    if not domain:
        raise Trouble("the reference names no registry that can be asked")
    return HUB_SERVER if domain == HUB else domain


def _check(response: Response, host: str, path: str, name: str) -> None:
    """Raise what stands in the way of reading this answer."""
    if response.status == 404:
        raise NotFound(f"{host} has no {name} in {path}")
    if response.status in (401, 403):
        raise Trouble(f"{host} does not let {path} be read: it does not exist, or `docker login {host}` is needed")
    if response.status != 200:
        raise Trouble(f"{host} answers with status {response.status}")


def _digest(response: Response, host: str, name: str) -> str:
    """The digest of an answer: what its header says, else that of its bytes. Raises `Trouble` where they disagree."""
    said: str | None = response.headers.get("Docker-Content-Digest")
    algorithm = (said or name).partition(":")[0]
    if response.body:
        counted = hashlib.new(algorithm if algorithm in DIGEST_LENGTHS else "sha256", response.body).hexdigest()
        said = said or f"{algorithm if algorithm in DIGEST_LENGTHS else 'sha256'}:{counted}"
        if said.partition(":")[2] != counted:
            raise Trouble(f"{host} answers with a digest that its content does not have")
    if not said or not is_digest(said):
        raise Trouble(f"{host} answers without a digest")
    if ":" in name and said != name:
        raise Trouble(f"{host} answers with another digest than it was asked for")
    return said


def is_digest(text: str) -> bool:
    """Whether a text is a digest of a known algorithm."""
    algorithm, _, digits = text.partition(":")
    return DIGEST_LENGTHS.get(algorithm) == len(digits) and not set(digits) - set("0123456789abcdef")


def _platform(entry: dict[str, object]) -> str:
    """`linux/arm64/v8` of a descriptor."""
    platform = entry.get("platform")
    parts = [platform.get(key) for key in ("os", "architecture", "variant")] if isinstance(platform, dict) else []
    return "/".join(part for part in parts if isinstance(part, str) and part.isascii() and part.isprintable())


def _limit(host: str, response: Response) -> str:
    """What a 429 says."""
    seconds = _seconds(response)
    when = f"try again in {seconds:.0f} s" if seconds else "try again later"
    return f"{host} answers 429, too many requests: {when}, or log in for a higher limit"


def _seconds(response: Response) -> float:
    """How long a registry wants to be left alone: `Retry-After` in seconds or as a date, 0 without it."""
    text = (response.headers.get("Retry-After") or "").strip()
    if text.isascii() and text.isdigit():
        return float(min(int(text[:9]), 86_400))
    from email.utils import parsedate_to_datetime

    try:
        return min(max(parsedate_to_datetime(text).timestamp() - time.time(), 0.0), 86_400.0)
    except (ValueError, TypeError, OverflowError):
        return 0.0
