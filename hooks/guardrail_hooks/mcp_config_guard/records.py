"""Approval records: one file per approval in `.mcp-guard/approvals`, and the chains that they form.

A chain belongs to one (path, server). `seq` counts up, `before` equals the previous `after`. Two branches that approve
different states of one server fork its chain; a later record that names the other end in `merges` joins it again.
"""

from __future__ import annotations

from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats.jsonc import parse
from guardrail_hooks.formats.place import Malformed, Span
from guardrail_hooks.formats.source import decode
from guardrail_hooks.formats.values import ARRAY, OBJECT, STRING
from guardrail_hooks.mcp_config_guard.fingerprint import VERSION
from guardrail_hooks.mcp_config_guard.guard_files import APPROVALS, read_own
from guardrail_hooks.mcp_config_guard.survey import GONE, State
from guardrail_hooks.pattern import pattern
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.formats.values import Value
    from guardrail_hooks.mcp_config_guard.survey import Key

LARGEST = 1 << 22  # bytes; the first record of a large repository lists all its scripts
KINDS = frozenset(
    {"added", "modified", "removed", "disabled", "enabled", "renamed", "script", "signers", "policy", "gate"}
)
DIGITS = 64  # of SHA-256 in hexadecimal
SHORTEST_REASON, FEWEST_WORDS = 15, 2
EMPTY_REASONS = pattern(
    r"(?i)(?:update[sd]?|fix(?:e[sd])?|wip|change[sd]?|tmp|temp|test(?:ing|s)?|asdf|misc|todo|stuff|cleanup|clean up"
    r"|approved?|ok(?:ay)?|lgtm|because|reasons?|no reason|none|needed|required|as (?:requested|discussed)|x+|[.\-_ ]+"
    r"|(?:the |mcp |server |servers |config(?:uration)? |please |just |some |minor )*"
    r"(?:update[sd]?|fix(?:e[sd])?|wip|change[sd]?|cleanup)(?: (?:the|mcp|server|servers|config"
    r"|configuration|it|this))*)"
)
# Every word that the pattern knows, so that a reason with another one need not be held against it.
EMPTY_WORDS = frozenset(
    {"update", "updates", "updated", "fix", "fixes", "fixed", "wip", "change"}
    | {"changes", "changed", "tmp", "temp", "test", "tests", "testing", "asdf"}
    | {"misc", "todo", "stuff", "cleanup", "clean", "up", "approve", "approved"}
    | {"ok", "okay", "lgtm", "because", "reason", "reasons", "no", "none"}
    | {"needed", "required", "as", "requested", "discussed", "the", "mcp", "server"}
    | {"servers", "config", "configuration", "please", "just", "some", "minor", "it"}
    | {"this"}
)


class Entry(namedtuple("Entry", "path server kind seq before after was was_seq scripts accept merges record summary")):
    """One approved change. `before` and `after` are fingerprints, None for "does not exist"."""

    __slots__ = ()
    path: str
    server: str
    kind: str
    seq: int
    before: str | None
    after: str | None
    was: str
    was_seq: int
    scripts: dict[str, dict[str, str]]
    accept: tuple[str, ...]
    merges: tuple[str | None, ...]
    record: str
    summary: tuple[str, ...]

    @property
    def key(self) -> Key:
        """What the entry speaks of."""
        return self.path, self.server

    @property
    def state(self) -> State:
        """The state that the entry approves."""
        return GONE if self.after is None else State(self.after, self.scripts)


class Record(namedtuple("Record", "name at by reason entries raw")):
    """One record file as read; `raw` are its exact bytes, which a signature covers."""

    __slots__ = ()
    name: str
    at: str
    by: str
    reason: str
    entries: list[Entry]
    raw: bytes

    @property
    def path(self) -> str:
        """Where the record stands."""
        return f"{APPROVALS}/{self.name}"


def record_names(tree: Tree) -> list[str]:
    """The names of all record files of a tree."""
    prefix = APPROVALS + "/"
    return [
        path[len(prefix) :]
        for path in tree.entries()
        if path.startswith(prefix) and path.endswith(".json") and "/" not in path[len(prefix) :]
    ]


def is_print(text: str) -> bool:
    """Whether a text is a fingerprint."""
    digits = text.removeprefix(VERSION)
    return text.startswith(VERSION) and len(digits) == DIGITS and not digits.strip("0123456789abcdef")


def is_time(text: str) -> bool:
    """Whether a text is a time as records write it: what is no time can neither be verified nor put in order."""
    return "".join("0" if character in "0123456789" else character for character in text) == "0000-00-00T00:00:00Z"


def is_reason(text: str) -> bool:
    """Whether a reason says anything: fifteen characters, two words, and not only words that say nothing."""
    words = text.split()
    stripped = " ".join(words)
    speaks = sum(1 for word in words if any(character.isalpha() for character in word)) >= FEWEST_WORDS
    if not speaks or len(stripped) < SHORTEST_REASON:
        return False
    if any(word.isalpha() and word.strip("xX") and word.lower() not in EMPTY_WORDS for word in words):
        return True
    return not EMPTY_REASONS.fullmatch(stripped.rstrip(".!"))


def read_record(tree: Tree, name: str) -> Record:
    """One record. Raises `Malformed` for a file that is no record."""
    nowhere = Span(1, 1, 1, 1)
    try:
        raw = read_own(tree, f"{APPROVALS}/{name}")
    except Unreadable as problem:
        raise Malformed(str(problem), nowhere) from None
    if len(raw) > LARGEST:
        raise Malformed(f"{len(raw)} bytes are too many for a record", nowhere)
    document = parse(decode(raw))
    root = document.root
    if document.notes or document.commas or root.kind != OBJECT:
        raise Malformed("a record is one JSON object without comments", nowhere)
    names = [member.name for member in root.members]
    if len(set(names)) < len(names):
        raise Malformed("a key stands twice", nowhere)
    version = root.get("version")
    if version is None or version.scalar != 1:
        raise Malformed('"version" must be 1', nowhere)
    texts = []
    for field in ("at", "by", "reason"):
        value = root.get(field)
        if value is None or value.kind != STRING:
            raise Malformed(f'"{field}" is missing', nowhere)
        texts.append(value.text)
    changes = root.get("changes")
    if changes is None or changes.kind != ARRAY or not changes.values:
        raise Malformed('"changes" is missing', nowhere)
    at, by, reason = texts
    if not is_time(at):
        raise Malformed('"at" must be a time such as 2026-11-20T16:15:00Z', nowhere)
    return Record(name, at, by, reason, [_entry(value, name) for value in changes.values], raw)


def _entry(value: Value, record: str) -> Entry:
    """One change of a record. Raises `Malformed`."""
    nowhere = Span(1, 1, 1, 1)
    data = value.plain()
    names = [member.name for member in value.members]
    if not isinstance(data, dict) or len(set(names)) < len(names):
        raise Malformed("a change is an object with every key once", nowhere)
    path, server, kind = (data.get(name) for name in ("path", "server", "kind"))
    seq, before, after = (data.get(name) for name in ("seq", "before", "after"))
    was, was_seq, merges = data.get("was", ""), data.get("was_seq", 0), data.get("merges", [])
    accept, summary = data.get("accept", []), data.get("summary", [])
    if not isinstance(path, str) or not isinstance(server, str) or not isinstance(kind, str) or kind not in KINDS:
        raise Malformed('a change needs "path", "server" and a known "kind"', nowhere)
    if not isinstance(seq, int) or isinstance(seq, bool) or seq < 1 or not isinstance(was_seq, int):
        raise Malformed('"seq" must count from 1', nowhere)
    for print_ in (before, after):
        if print_ is not None and not (isinstance(print_, str) and is_print(print_)):
            raise Malformed('"before" and "after" must be fingerprints or null', nowhere)
    if not isinstance(was, str) or not isinstance(merges, list) or not isinstance(accept, list):
        raise Malformed('"was" must be a name, "merges" and "accept" lists', nowhere)
    return Entry(
        path,
        server,
        kind,
        seq,
        before if isinstance(before, str) else None,
        after if isinstance(after, str) else None,
        was,
        was_seq,
        _scripts(value.get("scripts")),
        tuple(code for code in accept if isinstance(code, str)),
        tuple(merged if isinstance(merged, str) else None for merged in merges),
        record,
        tuple(line for line in summary if isinstance(line, str)) if isinstance(summary, list) else (),
    )


def _scripts(value: Value | None) -> dict[str, dict[str, str]]:
    """The files of a change. Raises `Malformed`."""
    scripts: dict[str, dict[str, str]] = {}
    for member in value.members if value else ():
        mode, digest = member.value.get("mode"), member.value.get("sha256")
        if mode is None or digest is None:
            raise Malformed(f'script "{member.name}" needs "mode" and "sha256"', Span(1, 1, 1, 1))
        scripts[member.name] = {"mode": mode.text, "sha256": digest.text}
    return scripts


def links(entries: Iterable[Entry]) -> Iterator[Entry]:
    """The entries as links of chains: a renaming ends one chain and extends another."""
    for entry in entries:
        if entry.kind == "renamed" and entry.was:
            yield entry._replace(before=None)
            yield entry._replace(server=entry.was, seq=entry.was_seq, after=None, scripts={}, accept=(), merges=())
        else:
            yield entry


class Chain:
    """All links of one (path, server), and where they lead.

    `ends` are the links that nothing follows, one for each different state; `loose` are links that continue nothing.
    """

    __slots__ = ("ends", "links", "loose")

    def __init__(self, chain: Iterable[Entry], *, may_begin_anywhere: bool) -> None:
        """Join the links. What is no server of its own (signers, policy, the gate) may begin with any state."""
        self.links: list[Entry] = []
        self.loose: list[Entry] = []
        for link in sorted(chain, key=lambda link: (link.seq, link.record)):
            begins = link.seq == 1 and (link.before is None or may_begin_anywhere)
            if begins or any(_follows(link, earlier) for earlier in self.links):
                self.links.append(link)
            else:
                self.loose.append(link)
        ends = [link for link in self.links if not any(_replaces(later, link) for later in self.links)]
        self.ends: list[Entry] = []
        for end in ends:
            twin = next((other for other in self.ends if other.state == end.state), None)
            if twin is None:
                self.ends.append(end)

    @property
    def seq(self) -> int:
        """The highest number used so far."""
        return max((link.seq for link in (*self.links, *self.loose)), default=0)

    @property
    def is_forked(self) -> bool:
        """Whether the chain ends in different states."""
        return len(self.ends) > 1

    @property
    def end(self) -> Entry | None:
        """The last link; None for an empty chain."""
        return max(self.ends, key=lambda link: link.seq, default=None)

    @property
    def state(self) -> State:
        """The approved state."""
        return self.end.state if self.end else GONE


def _follows(link: Entry, earlier: Entry) -> bool:
    """Whether a link continues an earlier one."""
    return link.seq == earlier.seq + 1 and link.before == earlier.after


def _replaces(later: Entry, link: Entry) -> bool:
    """Whether a later link makes this one history."""
    return _follows(later, link) or (later.seq > link.seq and link.after in later.merges)


def chains(records: Iterable[Record]) -> dict[Key, Chain]:
    """The chains of all (path, server) that these records speak of."""
    found: dict[Key, list[Entry]] = {}
    for record in records:
        for link in links(record.entries):
            found.setdefault(link.key, []).append(link)
    return {key: Chain(group, may_begin_anywhere=key[1] in TRUST_ROOTS) for key, group in found.items()}


TRUST_ROOTS = frozenset({"@signers", "@policy", "@gate"})
