"""Logging in at a registry: Basic, and Bearer with the tokens of a token server."""

from __future__ import annotations

import base64
import json
import re
import threading
from urllib.parse import urlencode, urlsplit

from guardrail_hooks.pinned_base_image.registry.challenge import challenges
from guardrail_hooks.pinned_base_image.registry.outcome import Passing, RateLimited, Trouble
from guardrail_hooks.pinned_base_image.registry.transport import is_loopback

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from guardrail_hooks.pinned_base_image.registry.challenge import Challenge
    from guardrail_hooks.pinned_base_image.registry.docker_config import Credentials
    from guardrail_hooks.pinned_base_image.registry.transport import Response, Transport

CLIENT = "guardrail-hooks"
_BEARER_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750, section 2.1


class Login:
    """How requests to one registry are authorised. Nothing is sent before the registry asks for it."""

    __slots__ = ("_credentials", "_given", "_host", "_known", "_lock", "_look_up", "_transport")

    def __init__(self, host: str, look_up: Callable[[str], Credentials | None], transport: Transport) -> None:
        self._host = host
        self._look_up = look_up
        self._transport = transport
        self._credentials: Credentials | None = None
        self._known = False
        self._given: dict[str, str] = {}
        self._lock = threading.Lock()

    def header(self, path: str) -> str | None:
        """What to send as `Authorization` with a request for a repository, None before a challenge was answered."""
        return self._given.get(path)

    def answer(self, path: str, response: Response) -> str:
        """What to send after this 401. Raises `Trouble` where there is no way to log in."""
        asked = list(challenges(response.headers.get_all("WWW-Authenticate") or ()))
        with self._lock:  # a credential helper may ask a person, so it is asked once
            if not self._known:
                self._credentials = self._look_up(self._host)
                self._known = True
        header = self._given[path] = self._authorisation(path, asked)
        return header

    def _authorisation(self, path: str, asked: list[Challenge]) -> str:
        known = self._credentials
        if known and known.registry_token:
            return f"Bearer {_checked(known.registry_token, self._host)}"
        for challenge in asked:
            if challenge.scheme == "bearer" and challenge.parameters.get("realm"):
                return f"Bearer {self._token(path, challenge.parameters)}"
        if not any(challenge.scheme == "basic" for challenge in asked):
            raise Trouble(f"{self._host} asks for a login of a kind that is not known")
        if known is None or not known.password:
            raise Trouble(f"{self._host} asks for a login: run `docker login {self._host}`")
        return _basic(known)

    def _token(self, path: str, parameters: dict[str, str]) -> str:
        """A token that lets this repository be read (distribution: Token Authentication Specification, OAuth2)."""
        realm = parameters["realm"]
        try:
            parts = urlsplit(realm)
        except ValueError:
            parts = None
        if parts is None or " " in parts.netloc or not parts.netloc.isprintable():
            raise Trouble(f"{self._host} names a token server that is no address")
        local = is_loopback(parts.hostname)
        if not parts.hostname or (parts.scheme != "https" and not (parts.scheme == "http" and local)):
            raise Trouble(f"{self._host} names a token server without TLS")
        if local and not is_loopback(urlsplit(f"//{self._host}").hostname):
            raise Trouble(f"{self._host} names a token server on this machine")
        query = {
            "service": parameters.get("service", ""),
            "scope": parameters.get("scope") or f"repository:{path}:pull",
        }
        query = {name: text for name, text in query.items() if text}
        known = self._credentials
        if known and known.identity_token:
            form = {"grant_type": "refresh_token", "client_id": CLIENT, "refresh_token": known.identity_token, **query}
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            response = self._transport.send("POST", realm, headers, urlencode(form).encode())
        else:
            headers = {"Authorization": _basic(known)} if known and known.password else {}
            url = f"{realm}{'&' if parts.query else '?'}{urlencode(query)}"
            response = self._transport.send("GET", url, headers)
        return self._read(response, parts.netloc.rpartition("@")[2])

    def _read(self, response: Response, server: str) -> str:
        """The token of a token server's answer."""
        if response.status in (400, 401, 403):
            known = self._credentials
            problem = "refuses the credentials stored" if known else "gives no token without a login"
            raise Trouble(f"{server} {problem} for {self._host}: run `docker login {self._host}`")
        if response.status == 429:
            raise RateLimited(f"{server} answers 429, too many requests")
        if response.status != 200:
            kind = Passing if response.status >= 500 else Trouble
            raise kind(f"{server} gives no token (status {response.status})")
        try:
            answer = json.loads(response.body)
            token = answer.get("token") or answer.get("access_token")
        except (ValueError, AttributeError, RecursionError):
            token = None
        return _checked(token, server)


def _basic(credentials: Credentials) -> str:
    pair = f"{credentials.user}:{credentials.password}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _checked(token: object, server: str) -> str:
    """A token as it may stand in a header. Raises `Trouble` for anything else, without showing it."""
    if not isinstance(token, str) or not _BEARER_TOKEN.fullmatch(token):
        raise Trouble(f"{server} gives no token that can be used")
    return token
