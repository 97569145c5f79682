"""The credentials that `docker login` left: `$DOCKER_CONFIG/config.json` and the helpers it names.

`credHelpers` for the host, then `credsStore`, then `auths`
(https://docs.docker.com/reference/cli/docker/login/#credential-stores).
"""

from __future__ import annotations

import json
import os
import re

from guardrail_hooks.core.process import ProgramMissing, run_program
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HUB_KEY = "https://index.docker.io/v1/"  # under which Docker files what belongs to Docker Hub
HUB_HOSTS = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})
IDENTITY_USER = "<token>"  # the user name with which helpers mark an identity token
_HELPER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_LARGEST = 1024 * 1024  # bytes
_NOT_FOUND = b"credentials not found in native keychain"  # docker/docker-credential-helpers, credentials/error.go


class Credentials(namedtuple("Credentials", "user password identity_token registry_token")):
    """What to log in with. Shows nothing of itself in a message."""

    __slots__ = ()
    user: str
    password: str
    identity_token: str
    registry_token: str

    def __repr__(self) -> str:
        return "Credentials(...)"


class DockerConfig:
    """The configuration of Docker's command line; `tell` is given a line where it is no use."""

    __slots__ = ("_auths", "_helpers", "_store", "_tell")

    def __init__(self, content: bytes, path: str, tell: Callable[[str], None]) -> None:
        self._tell = tell
        try:
            config = json.loads(content) if content.strip() else {}
        except (ValueError, RecursionError):
            config = None
        if not isinstance(config, dict):
            tell(f"{path} is no JSON object: registries are asked anonymously")
            config = {}
        self._auths = _mapping(config.get("auths"))
        self._helpers = _mapping(config.get("credHelpers"))
        self._store = config.get("credsStore")

    def credentials(self, host: str) -> Credentials | None:
        """What to log in with at a registry (`host` or `host:port`), None to ask anonymously."""
        keys = (HUB_KEY, *sorted(HUB_HOSTS)) if host in HUB_HOSTS else (host,)
        helpers = [self._helpers.get(key) for key in keys]
        for helper in (*helpers, self._store):
            if isinstance(helper, str) and helper and (found := self._ask(helper, keys[0])):
                return found
        return self._filed(keys)

    def _ask(self, helper: str, key: str) -> Credentials | None:
        """What a helper program knows. Its protocol: `get`, the server on standard input, JSON or a reason back."""
        program = f"docker-credential-{helper}"
        if not _HELPER.fullmatch(helper):
            self._tell("the Docker configuration names a credential helper that is no program name: left out")
            return None
        try:
            code, out, _ = run_program([program, "get"], key.encode())
        except (ProgramMissing, OSError):
            self._tell(f"{program} cannot be started: asking {_host_of(key)} without it")
            return None
        if code:
            if _NOT_FOUND not in out:
                self._tell(f"{program} failed with exit status {code}: asking {_host_of(key)} without it")
            return None
        try:
            answer = json.loads(out)
            user, secret = answer["Username"], answer["Secret"]
        except (ValueError, KeyError, TypeError, RecursionError):
            self._tell(f"{program} gave no credentials that can be read: asking {_host_of(key)} without it")
            return None
        if not (isinstance(user, str) and isinstance(secret, str) and secret):
            return None
        return Credentials("", "", secret, "") if user == IDENTITY_USER else Credentials(user, secret, "", "")

    def _filed(self, keys: tuple[str, ...]) -> Credentials | None:
        """What stands in the file itself: under the key, else under an address of the same host."""
        hosts = {_host_of(key) for key in keys}
        entries = [self._auths[key] for key in keys if key in self._auths]
        entries += [self._auths[key] for key in sorted(self._auths) if _host_of(key) in hosts]
        for entry in entries:
            if isinstance(entry, dict) and (found := _credentials(entry)):
                return found
        return None


def load(environment: dict[str, str], tell: Callable[[str], None]) -> DockerConfig:
    """The configuration of whoever runs this; an empty one where there is no file."""
    folder = environment.get("DOCKER_CONFIG") or os.path.join(os.path.expanduser("~"), ".docker")
    path = os.path.join(folder, "config.json")
    try:
        with open(path, "rb") as file:
            content = file.read(_LARGEST)
    except FileNotFoundError:
        content = b""
    except OSError as error:
        tell(f"{path} cannot be read ({error.strerror}): registries are asked anonymously")
        content = b""
    return DockerConfig(content, path, tell)


def _credentials(entry: dict[str, object]) -> Credentials | None:
    """The credentials of one entry of `auths`."""
    user, password = _text(entry.get("username")), _text(entry.get("password"))
    packed = _text(entry.get("auth"))
    if packed:
        import binascii

        try:
            decoded = binascii.a2b_base64(packed).decode()
        except ValueError:
            return None
        user, _, password = decoded.partition(":")
        password = password.strip("\0")  # as Docker does, cli/config/configfile, decodeAuth
    identity, registry = _text(entry.get("identitytoken")), _text(entry.get("registrytoken"))
    if (user and password) or identity or registry:
        return Credentials(user, password, identity, registry)
    return None


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _host_of(key: str) -> str:
    """`registry.example.com:5000` of any way to write its address (Docker's ConvertToHostname)."""
    return key.partition("://")[2].partition("/")[0] if "://" in key else key.partition("/")[0]
