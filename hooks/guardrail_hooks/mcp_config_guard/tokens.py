"""Which literals are secrets: tokens of a published form, and what looks like one without.

Nothing here ever returns a secret in full.
"""

from __future__ import annotations

from itertools import pairwise

from guardrail_hooks.core.printable import MARKS, SHAPE, TOKENS
from guardrail_hooks.mcp_config_guard.references import is_placeholder, without_references
from guardrail_hooks.pattern import pattern

SHORTEST = 20
# Examples that vendors print in their documentation.
DOCUMENTED = frozenset(
    {"AKIAIOSFODNN7EXAMPLE", "AKIAI44QH8DHBEXAMPLE", "ASIAIOSFODNN7EXAMPLE"}  # AWS: "AWS security credentials"
    | {"sk_test_" + "4eC39HqLyjWDarjtT1zdp7dc", "sk_test_" + "BQokikJOvBiI2HlWgH4olfQ2"}  # Stripe: "API reference"
    | {
        ".".join(
            (
                "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9",
                "eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ",
                "SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            )
        )
    }  # jwt.io
)  # fmt: skip
NAME_PARTS = pattern(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
SECRET_NAME = pattern(
    r"(?:^|_)(?:api_?key|access_?key|private_?key|client_?secret|secret|token|password|passwd|passphrase|pwd|credential"
    r"|auth|authorization|bearer|pat|key)s?(?:_|$)|(?:apikey|token|secret|password)$"
)
SECRET_WORDS = ("key", "token", "secret", "pass", "pwd", "cred", "auth", "bearer", "pat")
PLAIN_NAME = pattern(
    r"(?i)(?:_|-|^)(?:file|path|dir|folder|url|uri|host|name|id|limit|count|max|min|ttl|timeout|type|mode|env|var|region"
    r"|enabled?|scope|scopes|algorithm|format|prefix|endpoint|header|length|size|expiry|issuer|audience|public"
    r"|hash|digest|checksum|fingerprint|commit|sha|sha1|sha256|sha512)s?$"
    r"|^(?:max|min|num|public)_|_env_var$|public[_-]?key|^x-?request-?id$"
)
JOINTS = pattern(r"[_\-.]")
REPEATED = pattern(r"(.)\1{11,}")
BASE64 = pattern(r"[A-Za-z0-9+/]{32,}={0,2}")
CLASSES = (pattern(r"[a-z]"), pattern(r"[A-Z]"), pattern(r"[0-9]"), pattern(r"[^A-Za-z0-9]"))
UUID = pattern(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
NUMBER = pattern(r"[-+]?[0-9][0-9.,_]*[a-zA-Z%]{0,3}")
PATH = pattern(r"(?:[.~]{0,2}/|[A-Za-z]:[\\/])[^\s]*|[\w.-]+(?:/[\w.@-]+)+|[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,5}")
WORDS = pattern(r"[A-Za-z]+(?:[ _.:/-]+[A-Za-z]+)*")
IN_URL = pattern(r"([A-Za-z][A-Za-z0-9+.-]{0,30})://([^/\s:@'\"]*):([^/\s@'\"]+)@([^/\s:?#'\"]*)")
QUERY = pattern(r"[?&]([A-Za-z0-9_.-]+)=([^&#\s'\"]+)")
QUERY_SECRET = pattern(
    r"(?i)^(?:api[_-]?key|apikey|key|token|access[_-]?token|auth[_-]?token|auth|secret|password|passwd|pwd|client[_-]?secret"
    r"|sig|signature|x-api-key|exaapikey|tavilyapikey|profile_key)$|(?:api[_-]?key|secret|token|password)$"
)
LOOPBACK = pattern(r"(?i)localhost|.*\.localhost|127(?:\.[0-9]+){3}|\[?::1\]?|host\.docker\.internal|")
WEAK = frozenset(
    {"postgres", "password", "root", "admin", "mysql", "mongo", "guest", "test", "secret", "user", "pass", "example"}
    | {"redis", "rabbitmq", "minio", "minioadmin", "changeme", "dev", "local", "neo4j", "pw", "123456", "passwd"}
)


def known_token(text: str) -> tuple[str, str] | None:
    """The kind of a token that a text holds, and the token; None for documented examples and placeholders."""
    if len(text) < SHORTEST or not any(mark in text for mark in MARKS):
        return None
    for match in SHAPE.finditer(text):
        token = match.group()
        kind = TOKENS[int(str(match.lastgroup)[1:])][0]
        if token in DOCUMENTED or is_repetition(token):
            continue
        return kind, token
    return None


def is_repetition(token: str) -> bool:
    """Whether the body of a token is one character over and over."""
    body = JOINTS.split(token)[-1] or token
    tail = token[4:]
    return (
        len(set(body)) <= 1
        or any(len(set(part)) <= 1 for part in (tail, tail.lstrip("_-")))
        or bool(REPEATED.search(token))
    )


def shown(secret: str) -> str:
    """What may be said of a secret: its length, and its first characters, four at most and a quarter of it."""
    head = secret[: min(4, len(secret) // 4)]
    visible = "".join(character if character.isascii() and character.isprintable() else "?" for character in head)
    return f'{len(secret)} characters, begins "{visible}"' if visible else f"{len(secret)} characters"


def is_secret_name(name: str) -> bool:
    """Whether a field, variable, header or flag is named for a secret."""
    lower = name.lower()
    if not any(word in lower for word in SECRET_WORDS):
        return False
    parts = "_".join(NAME_PARTS.findall(name)).lower()
    return bool(SECRET_NAME.search(parts)) and not PLAIN_NAME.search(name)


def looks_random(text: str) -> bool:
    """Whether a literal has the look of a secret: long, of mixed classes, of high entropy, and nothing else."""
    text = text.strip()
    if len(text) < 12 or any(character.isspace() for character in text) or without_references(text) != text:
        return False
    if is_placeholder(text) or UUID.fullmatch(text) or NUMBER.fullmatch(text):
        return False
    if PATH.fullmatch(text) and not BASE64.fullmatch(text):
        return False
    if "://" in text or (WORDS.fullmatch(text) and not _is_mixed_case(text)):
        return False
    classes = sum(bool(form.search(text)) for form in CLASSES)
    return classes >= 2 and entropy(text) > 3.0


def _is_mixed_case(text: str) -> bool:
    """Whether letters change case in the middle of words more than names do."""
    changes = sum(one.islower() and other.isupper() for one, other in pairwise(text))
    return changes > len(text) // 6


def entropy(text: str) -> float:
    """Shannon entropy in bits per character."""
    counts = [text.count(character) for character in set(text)]
    from math import log2  # a shared library, and most runs meet nothing to be measured

    return -sum(count / len(text) * log2(count / len(text)) for count in counts)


def secret_in_url(text: str) -> str | None:
    """The password or key that an address or connection string holds; None for references and weak local defaults."""
    if "://" not in text:
        return None
    for _, user, password, host in IN_URL.findall(text) if "@" in text else ():
        rest = without_references(password)
        if rest != password or is_placeholder(password) or is_marker(password):
            continue
        weak = password.lower() in WEAK or password == user
        if weak and (LOOPBACK.fullmatch(host) or "." not in host):
            continue
        if weak and password.lower() in ("password", "pass", "passwd", "secret", "pw", "example", "user"):
            continue
        return str(password)
    for name, value in QUERY.findall(text) if "=" in text else ():
        literal = QUERY_SECRET.search(name) and without_references(value) == value
        if not literal or is_placeholder(value) or is_marker(value):
            continue
        if looks_random(value) or (len(value) >= 20 and not NUMBER.fullmatch(value)):
            return str(value)
    return None


def is_marker(text: str) -> bool:
    """Whether a text is marked as something to be filled in."""
    return text[:1] in "<[{%$" or (text.isupper() and bool(WORDS.fullmatch(text)) and ("_" in text or len(text) < 12))
