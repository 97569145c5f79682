"""What people run: `init`, `status`, `approve` and `log`."""

from __future__ import annotations

import os
import time

from guardrail_hooks.core import judge
from guardrail_hooks.core import options as opts
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.git import find_root, resolve_commit, run_git
from guardrail_hooks.core.options import FLAG, LIST, VALUE, Option
from guardrail_hooks.core.printable import printable, without_tokens
from guardrail_hooks.core.snapshot import Commit
from guardrail_hooks.mcp_config_guard.approve import Approval, Draft
from guardrail_hooks.mcp_config_guard.records import is_reason, read_record, record_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from guardrail_hooks.core.options import Options

REASON = Option("reason", VALUE, "why, in fifteen characters or more (else $MCP_APPROVE_REASON)", metavar="TEXT")
ACCEPT = Option(
    "accept", LIST, "accept this lint finding of the servers, as long as they stay as they are", metavar="CODE"
)
SIGN = Option("sign", VALUE, "sign the record with this ssh key", metavar="KEY")
BASE = Option("base", VALUE, "the commit whose policy and signers are trusted (default: HEAD)", metavar="REF")
HELP = Option("help", FLAG, "print this page")
TABLES = {
    "init": (REASON, ACCEPT, SIGN, HELP),
    "approve": (
        Option("server", LIST, "approve changes of this server only", metavar="NAME"),
        REASON,
        ACCEPT,
        SIGN,
        BASE,
        HELP,
    ),
    "status": (BASE, HELP),
    "log": (Option("server", LIST, "show the history of this server only", metavar="NAME"), HELP),
}
ABOUT = {
    "init": "Record the present state of all MCP servers as approved (trust on first use).",
    "approve": "Show what changed about MCP servers since it was approved last, ask for their names, and write "
    "a record. "
    "Without .mcp-guard this is init; with nothing pending it does nothing.",
    "status": "Show what is pending: every difference between the approved state and the files.",
    "log": "Show who approved what, when and why.",
}
ADD = "git add .mcp-guard"


def run(command: str, arguments: Sequence[str]) -> int:
    """Run one subcommand; its exit code. Raises `CannotJudge`."""
    table = TABLES[command]
    options = opts.parse(f"mcp-config-guard {command}", table, arguments)
    if options.given("help"):
        judge.put(opts.help_page(f"mcp-config-guard {command}", ABOUT[command], "[OPTION ...]", table))
        return judge.CLEAN
    if options.files:
        raise CannotJudge(f"{options.files[0]}: {command} takes no file names; --help shows what it takes")
    root = find_root()
    if command == "log":
        return log(root, options)
    draft = Draft(root, options.value("base") if command != "init" else "")
    if command == "status":
        return status(draft)
    if command == "init":
        if draft.is_kept:
            raise CannotJudge("there are approval records already: use approve for what changed since")
        return approve(draft, options, first=True)
    return approve(draft, options, first=not draft.is_kept)


def status(draft: Draft) -> int:
    """Print what is pending; exit 1 where something is."""
    if not draft.is_kept:
        judge.put("no approval records yet; mcp-config-guard init --reason '<why>' records the present state:\n")
    items = draft.pending([])
    lines = (printable(without_tokens(line)) + "\n" for line in draft.described(items))
    judge.put("".join(lines) or "nothing is pending\n")
    return judge.FAILED if items else judge.CLEAN


def approve(draft: Draft, options: Options, *, first: bool) -> int:
    """Show, ask, and write one record."""
    servers = (
        options.values("server") if "server" in {option.name for option in TABLES["approve"]} and not first else []
    )
    accept = acceptable(options.values("accept"))
    items = draft.pending(servers)
    unchanged = draft.unchanged(servers) if accept and not first else []
    if servers:
        known = {item.key[1] for item in items} | {item.was for item in items} | {key[1] for key in unchanged}
        named = known | {name for item in items for name in draft.users(item)}
        for server in servers:
            if server not in named:
                raise CannotJudge(f'nothing is pending for server "{server}"; mcp-config-guard status shows what is')
    if not items and not unchanged:
        judge.put("nothing is pending\n")
        return judge.CLEAN
    reason = options.value("reason") or os.environ.get("MCP_APPROVE_REASON", "")
    if not is_reason(reason):
        raise CannotJudge(
            "give a reason of fifteen characters or more that says why: --reason '<why>' or MCP_APPROVE_REASON='<why>'"
        )
    if draft.policy.signed and not options.value("sign") and not first:
        raise CannotJudge(
            "the policy wants signed approvals: run mcp-config-guard approve --reason '<why>' --sign ~/.ssh/<key>"
        )
    by = author()
    approval = Approval(draft, items, unchanged, accept, reason=reason, by=by)
    with Terminal() as talk:
        talk.show("")  # a driver has left the cursor behind the hook's name
        if first:
            talk.show("first use: this trusts the present state as it is, and everybody's word for it")
        for line in draft.described(items):
            talk.show(line)
        for key in unchanged:
            talk.show(f"accept {', '.join(accept)} for {key[1]} in {key[0]}")
        talk.show(f"reason: {printable(reason)}")
        talk.show(f"approved by: {printable(by)}")
        names = approval.names()
        everything = f"all {len(names)}"
        is_enough = first and len(names) > 1
        either = f"type `{everything}`, or" if is_enough else "type"
        talk.show(f"{either} all of these names, separated by blanks:")
        listed = " ".join(printable(name) for name in names)
        talk.show(listed)
        answer = talk.ask()
        is_match = names_match(answer, names) or names_match(answer, [printable(name) for name in names])
        if not is_match and not (is_enough and answer == everything):
            raise CannotJudge(f"the names do not match, so nothing was approved: start again and {either} {listed}")
        path = approval.write(options.value("sign"), first=first)
        talk.show(f"wrote {path}; now: {ADD}")
    return judge.CLEAN


def names_match(answer: str, names: list[str]) -> bool:
    """Whether an answer names exactly these, in any order; a name may hold blanks itself."""
    if " ".join(answer.split()) == " ".join(" ".join(names).split()):
        return True
    words = [word for word in answer.replace(",", " ").split() if word]
    return sorted(words) == sorted(names)


def acceptable(codes: list[str]) -> list[str]:
    """The codes to accept. Raises `CannotJudge` for one that no rule has or that cannot be accepted."""
    from guardrail_hooks.mcp_config_guard.rules.every import RULES

    known = {rule.code: rule for rule in RULES}
    for code in codes:
        if code not in known:
            raise CannotJudge(f"--accept {code}: no such rule; mcp-config-guard --list-rules shows them all")
        if not known[code].allowable:
            raise CannotJudge(f"--accept {code}: {known[code].name} can never be accepted; mend it")
    return sorted(set(codes))


def author() -> str:
    """The mail address of whoever approves, as git knows it."""
    code, out, _ = run_git("var", "GIT_COMMITTER_IDENT")
    mail = out.decode("utf-8", "replace").partition("<")[2].partition(">")[0]
    if code or not mail:
        raise CannotJudge("git does not know who you are: git config user.email you@example.com")
    return mail


class Terminal:
    """The terminal of the person in front of it, whatever standard input and output are. Raises `CannotJudge`."""

    __slots__ = ("_descriptor",)

    def __enter__(self) -> Terminal:  # noqa: PYI034  (typing.Self is not in Python 3.10)
        try:
            self._descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        except OSError:
            raise CannotJudge(
                "no terminal: an approval is a person's decision, run it in a terminal "
                "(an automated agent must stop and ask the user)"
            ) from None
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def show(self, line: str) -> None:
        """Write one line, safe to be shown."""
        data = printable(without_tokens(line)).encode() + b"\n"
        while data:
            data = data[os.write(self._descriptor, data) :]

    def ask(self) -> str:
        """Read one line."""
        answer = b""
        while not answer.endswith(b"\n"):
            part = os.read(self._descriptor, 4096)
            if not part:
                raise CannotJudge("the terminal was closed: nothing was approved")
            answer += part
        return answer.decode("utf-8", "replace").strip()


def log(root: str, options: Options) -> int:
    """Print the approvals on record, oldest first."""
    from guardrail_hooks.core.snapshot import WorkTree
    from guardrail_hooks.formats.place import Malformed
    from guardrail_hooks.mcp_config_guard.approve import Overlay

    tree = Overlay(WorkTree(root), Commit("HEAD") if resolve_commit("HEAD") else Commit(""))
    wanted = options.values("server")
    lines = []
    for name in sorted(record_names(tree)):
        try:
            record = read_record(tree, name)
        except Malformed as problem:
            judge.tell(f"mcp-config-guard log: {name} is no approval record: {problem}")
            continue
        entries = [entry for entry in record.entries if not wanted or {entry.server, entry.was} & set(wanted)]
        if not entries:
            continue
        signed = " (signed)" if tree.has(record.path + ".sig") else ""
        lines.append(f"{record.at} {record.by}{signed}: {record.reason}")
        for entry in entries:
            was = f" (was {entry.was})" if entry.was else ""
            accepted = f", accepts {', '.join(entry.accept)}" if entry.accept else ""
            lines.append(f"  {entry.kind} {entry.server}{was} in {entry.path}{accepted}")
            lines += [f"    {line}" for line in entry.summary]
    judge.put("".join(printable(without_tokens(line)) + "\n" for line in lines) or "no approvals on record\n")
    return judge.CLEAN


def now() -> str:
    """The present time as records write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
