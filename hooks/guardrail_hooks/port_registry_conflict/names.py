"""Whether a name in the registry means a service of a Compose file.

People write `Kong API Gateway (Proxy)`, `core/kong-gateway` or `acme-kong` for the service `kong`. Tried in this order:
an explicit id (decides both ways), the tail of a path, the name without separators, a significant word.
"""

from __future__ import annotations

from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from guardrail_hooks.port_registry_conflict.registry import Allocation

_SEPARATORS = pattern(r"[\W_]+")
_PATH = pattern(r"[\w.@-]+(?:/[\w.@-]+)+")
_ID = pattern(r"[a-z][a-z0-9]*(?:[-_.][a-z0-9]+)*")
# Words that say what kind of thing a service is and not which one; any two services may share them.
NOISE = frozenset((
    "a", "agent", "agents", "an", "and", "api", "app", "application", "bridge", "container", "coordinator",
    "daemon", "data", "default", "docker", "engine", "for", "framework", "gateway", "grpc", "http", "https",
    "instance", "interface", "local", "main", "management", "manager", "of", "on", "orchestrator", "platform",
    "port", "ports", "primary", "protocol", "server", "service", "services", "stack", "system", "tcp", "the", "udp",
    "ui", "web",
))  # fmt: skip
# A companion of a service is a service of its own: `redis-exporter` is not `redis`.
COMPANIONS = frozenset((
    "backup", "commander", "exporter", "express", "init", "insight", "insights", "migrate", "migration",
    "migrations", "migrator", "operator", "replica", "seed", "sidecar", "slave", "test", "tests",
))  # fmt: skip
_NAME_END = pattern(
    r"(?<![ \t])(?:[ \t]+[(\[]|[ \t]+[-\u2010-\u2014][ \t]+|[ \t]*[\u2190-\u2bff\U0001f000-\U0001faff])"
)
_PARENTHESES = pattern(r"\(([^()]*)\)")
ENOUGH = 0.5  # of the weight of a service's words must be found in the registry's name


class Owner(namedtuple("Owner", "names prefixes")):
    """Who binds a port: all its names (container, service, aliases), and the prefixes its project puts before names."""

    __slots__ = ()
    names: tuple[str, ...]
    prefixes: frozenset[str]


def squash(text: str) -> str:
    """The text in lower case without separators: `Agent Zero` and `agent-zero` are one."""
    return _SEPARATORS.sub("", text).lower()


def words(text: str) -> list[str]:
    """The words of a name in lower case, in order."""
    return [word for word in _SEPARATORS.split(text.lower()) if word]


def bare_name(text: str) -> str:
    """The name at the beginning of an entry, without parentheses and state."""
    end = _NAME_END.search(text)
    return (text[: end.start()] if end else text).strip() or text.strip()


def split_name(text: str) -> tuple[str, str]:
    """The name at the beginning of an entry with the parentheses right behind it, and the rest."""
    end = _NAME_END.search(text)
    if not end:
        return text, ""
    inside = _PARENTHESES.match(text, end.end() - 1) if text[end.end() - 1] == "(" else None
    at = inside.end() if inside else end.start()
    return text[:at], text[at:]


def significant(text: str) -> frozenset[str]:
    """The words of a name that tell it from others; all of them where none does."""
    found = words(text)
    return frozenset(word for word in found if word not in NOISE and not word.isdigit()) or frozenset(found)


def looks_like_id(text: str) -> bool:
    """Whether a text in parentheses is a name of a container: lower-case words joined by `-` or `_`."""
    return bool(_ID.fullmatch(text)) and ("-" in text or "_" in text)


def looks_like_name(text: str) -> bool:
    """Whether a text could be the name of a service or container: one lower-case word, or several joined."""
    return bool(_ID.fullmatch(text))


def tail(text: str) -> str:
    """The last part of a path name such as `core/neo4j`, else the text itself."""
    return text.rpartition("/")[2] if _PATH.fullmatch(text) else text


def common_prefixes(names: Iterable[str]) -> frozenset[str]:
    """The first words that a project puts before its containers' names: shared by half of them, and by three."""
    parts = [words(name) for name in names]
    counts: dict[str, int] = {}
    for part in parts:
        if len(part) > 1:
            counts[part[0]] = counts.get(part[0], 0) + 1
    alone = {part[0] for part in parts if len(part) == 1}
    return frozenset(
        word for word, count in counts.items() if count >= 3 and 2 * count >= len(parts) and word not in alone
    )


class Matcher:
    """Answers whether an allocation is meant for an owner, for one registry. `aliases` are two names of one service."""

    __slots__ = ("_aliases", "_frequencies", "_is_known", "_words")

    def __init__(
        self, allocations: Iterable[Allocation], aliases: Iterable[tuple[str, str]], is_known: Callable[[str], bool]
    ) -> None:
        self._aliases: dict[str, list[str]] = {}
        for one, other in aliases:
            self._aliases.setdefault(one.casefold(), []).append(other)
            self._aliases.setdefault(other.casefold(), []).append(one)
        self._is_known = is_known
        self._words: dict[str, frozenset[str]] = {}
        self._frequencies: dict[str, int] = {}
        for name in dict.fromkeys(allocation.name for allocation in allocations):
            for word in self._significant(name):
                self._frequencies[word] = self._frequencies.get(word, 0) + 1

    def means(self, allocation: Allocation, owner: Owner) -> bool:
        """Whether the allocation is for this owner."""
        names = self._names(owner)
        if allocation.ids:
            folded = {name.casefold() for name in names}
            return any(found.casefold() in folded for found in allocation.ids)
        if allocation.hints:
            if any(hint in names for hint in allocation.hints):
                return True
            if any(self._is_known(hint) for hint in allocation.hints):
                return False
        return self._resembles(allocation.name, names, owner.prefixes)

    def _names(self, owner: Owner) -> list[str]:
        """The owner's names with what they are also known as."""
        return [*owner.names, *(alias for name in owner.names for alias in self._aliases.get(name.casefold(), ()))]

    def _resembles(self, title: str, names: Iterable[str], prefixes: frozenset[str]) -> bool:
        """Whether a name as people write it means one of the owner's names."""
        name = tail(bare_name(title))
        exact = {squash(name), "".join(word for word in words(name) if word not in NOISE)} - {""}
        for own in names:
            bare = _without_prefix(words(own), prefixes)
            if squash(own) in exact or "".join(bare) in exact:
                return True
            core = "".join(word for word in bare if word not in NOISE)
            if core and core in exact:
                return True
        return any(self._score(title, _without_prefix(words(own), prefixes)) >= ENOUGH for own in names)

    def _score(self, title: str, own: list[str]) -> float:
        """The share of the owner's words, weighted by their rarity in the registry, that the name holds.

        Words in parentheses count, but never alone: `(Database)` describes many.
        """
        mine = [word for word in own if word not in NOISE and not word.isdigit()]
        theirs = self._significant(title)
        if not mine:  # a service called `web` or `api`: the name must begin so
            return 1.0 if own and own == words(tail(bare_name(title)))[: len(own)] else 0.0
        described = frozenset(words(title))
        if COMPANIONS & set(mine) != COMPANIONS & theirs:
            return 0.0
        total = shared = 0.0
        meets = False
        for word in mine:
            weight = 1.0 / max(1, self._frequency(word))
            total += weight
            if any(_akin(word, other) for other in theirs):
                shared += weight
                meets = meets or word not in COMPANIONS
            elif word in described:
                shared += weight
        return shared / total if meets else 0.0

    def _significant(self, name: str) -> frozenset[str]:
        found = self._words.get(name)
        if found is None:
            found = self._words[name] = significant(tail(bare_name(name)))
        return found

    def _frequency(self, word: str) -> int:
        """How many names of the registry hold the word."""
        return sum(count for other, count in self._frequencies.items() if _akin(word, other))


def _without_prefix(parts: list[str], prefixes: frozenset[str]) -> list[str]:
    """The words of an owner's name without its project's prefix; never none."""
    return parts[1:] if len(parts) > 1 and parts[0] in prefixes else parts


def _akin(one: str, other: str) -> bool:
    """Whether two words are one: equal, or one the beginning of the other (`postgres`, `postgresql`)."""
    if one == other:
        return True
    short, long = (one, other) if len(one) < len(other) else (other, one)
    if len(short) < 4 or not long.startswith(short):
        return False
    return len(short) >= 6 or len(short) >= 0.6 * len(long)
