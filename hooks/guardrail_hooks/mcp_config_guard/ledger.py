"""The approvals of a tree: records read, verified against the base, and joined into chains."""

from __future__ import annotations

from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.mcp_config_guard.guard_files import APPROVALS, FOLDER, SIGNERS, read_own
from guardrail_hooks.mcp_config_guard.records import Chain, Entry, Record, chains, is_reason, read_record, record_names
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.mcp_config_guard.policy import Policy
    from guardrail_hooks.mcp_config_guard.survey import Key

UNSIGNED, REASONLESS, OWN = "unsigned", "reasonless", "own"
EDITED, DELETED, INVALID = "edited", "deleted", "invalid"


class Damage(namedtuple("Damage", "kind path servers detail")):
    """A record file that cannot stand as it is: what happened to it, and the servers that are concerned."""

    __slots__ = ()
    kind: str
    path: str
    servers: tuple[str, ...]
    detail: str


class Refusal(namedtuple("Refusal", "why entry record problem")):
    """An entry of a new record that does not count, and why."""

    __slots__ = ()
    why: str
    entry: Entry
    record: Record
    problem: str


class Ledger:
    """What is approved.

    `chains` by (path, server), `fresh` the entries that the change itself brings, `refused` those of them that do not
    count, `damages` what is wrong with the files. `is_kept` tells whether the tree or its base keeps records at all.
    """

    __slots__ = ("base_chains", "chains", "damages", "fresh", "is_kept", "refused", "wiped")

    def __init__(self) -> None:
        self.chains: dict[Key, Chain] = {}
        self.base_chains: dict[Key, Chain] = {}
        self.fresh: dict[Key, list[Entry]] = {}
        self.refused: dict[Key, list[Refusal]] = {}
        self.damages: list[Damage] = []
        self.is_kept = False
        self.wiped = False

    def chain(self, key: Key) -> Chain:
        """The chain of one (path, server); an empty one where nothing is on record."""
        return self.chains.get(key) or Chain((), may_begin_anywhere=False)


def keeps_records(tree: Tree) -> bool:
    """Whether a tree has a `.mcp-guard` folder."""
    return any(path.startswith(FOLDER) for path in tree.entries())


def read_ledger(base: Tree | None, head: Tree, policy: Policy, authors: frozenset[str]) -> Ledger:
    """The approvals of the head, judged by what the base trusts; without a base, by what the head says."""
    ledger = Ledger()
    known = record_names(base) if base else []
    names = record_names(head)
    ledger.is_kept = keeps_records(head) or (base is not None and keeps_records(base))
    ledger.wiped = base is not None and keeps_records(base) and not keeps_records(head)
    if not ledger.is_kept:
        return ledger
    head.prefetch(f"{APPROVALS}/{name}{suffix}" for name in names for suffix in ("", ".sig"))
    if base:
        base.prefetch(f"{APPROVALS}/{name}" for name in known)
    old = list(_old_records(base, head, known, ledger)) if base else []
    new = []
    for name in names:
        if name in known:
            continue
        try:
            new.append(read_record(head, name))
        except Malformed as problem:
            ledger.damages.append(Damage(INVALID, f"{APPROVALS}/{name}", (), str(problem)))
    ledger.base_chains = chains(old)
    counted = list(_counted(new, base, head, policy, authors, ledger))
    ledger.chains = chains([*old, *counted]) if counted else ledger.base_chains
    if base is not None:
        for record in counted:
            for entry in record.entries:
                ledger.fresh.setdefault(entry.key, []).append(entry)
                if entry.was:
                    ledger.fresh.setdefault((entry.path, entry.was), []).append(entry)
    return ledger


def _old_records(base: Tree, head: Tree, known: Iterable[str], ledger: Ledger) -> Iterator[Record]:
    """The records of the base, which count whatever the head made of them; damage is noted."""
    before, after = base.entries(), head.entries()
    for name in known:
        path = f"{APPROVALS}/{name}"
        try:
            record = read_record(base, name)
        except Malformed:
            record = None
        if not ledger.wiped:
            for suffix in ("", ".sig"):
                old, new = before.get(path + suffix), after.get(path + suffix)
                if old is None or old == new:
                    continue
                servers = _concerned(record, head, name) if new and not suffix else ()
                kind = DELETED if new is None else EDITED
                ledger.damages.append(Damage(kind, path + suffix, servers, ""))
                break
        if record:
            yield record


def _concerned(record: Record | None, head: Tree, name: str) -> tuple[str, ...]:
    """The servers whose entries differ between two versions of a record."""
    if record is None:
        return ()
    try:
        other = read_record(head, name)
    except Malformed:
        return ()
    if (record.by, record.at, record.reason) != (other.by, other.at, other.reason):
        both = [*record.entries, *other.entries]
    else:
        both = [entry for entry in record.entries if entry not in other.entries]
        both += [entry for entry in other.entries if entry not in record.entries]
    return tuple(dict.fromkeys(entry.server for entry in both))


def _counted(
    records: list[Record], base: Tree | None, head: Tree, policy: Policy, authors: frozenset[str], ledger: Ledger
) -> Iterator[Record]:
    """The new records that count; the others are noted as refused, with the first thing that is wrong."""
    trusted = base if base is not None else head
    signers = b""
    if policy.signed:
        try:
            signers = read_own(trusted, SIGNERS)
        except Unreadable:
            signers = b""
    since = _switched_to_signed(records, head) if policy.signed and base is None else ""
    bootstrap = base is not None and not keeps_records(base)
    for record in records:
        refusal = None
        signature = _signature(head, record)
        is_due = base is not None or record.at > since or signature is not None
        if policy.signed and not bootstrap and is_due:
            from guardrail_hooks.mcp_config_guard.signatures import problem_of

            problem = problem_of(
                record.raw, signature, by=record.by, signers=signers, at=record.at, now=base is not None
            )
            if problem:
                refusal = (UNSIGNED, problem)
        if refusal is None and not is_reason(record.reason):
            refusal = (REASONLESS, "")
        if refusal is None and policy.require_second_person and record.by.lower() in authors:
            refusal = (OWN, "")
        if refusal is None:
            yield record
            continue
        for entry in record.entries:
            ledger.refused.setdefault(entry.key, []).append(Refusal(refusal[0], entry, record, refusal[1]))


def _signature(head: Tree, record: Record) -> bytes | None:
    """The signature beside a record."""
    try:
        return read_own(head, record.path + ".sig")
    except Unreadable:
        return None


def _switched_to_signed(records: list[Record], head: Tree) -> str:
    """In an audit: the time from which records must be signed, which is that of the first signed one.

    Records from before the switch were approved under `record`, when nobody could sign.
    """
    signed = [record.at for record in records if head.has(record.path + ".sig")]
    return min(signed, default="9999")
