"""One run of the hook: which change is judged, what it touches, and everything there is to say about it."""

from __future__ import annotations

import os

from guardrail_hooks.core.allow import MARK, Remark
from guardrail_hooks.core.finding import CannotJudge, Place
from guardrail_hooks.core.git import Library, git, run_git
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.core.situation import AUDIT, INDEX, MERGE, NOTHING, RANGE, find_situation, judges_commits
from guardrail_hooks.core.snapshot import LINK, Commit, Index, prefetch_together
from guardrail_hooks.mcp_config_guard.clients import may_be_client, may_be_folder
from guardrail_hooks.mcp_config_guard.guard_files import CONFIGURATION, FOLDER, POLICY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.options import Options
    from guardrail_hooks.core.situation import Situation
    from guardrail_hooks.core.snapshot import Tree
    from guardrail_hooks.mcp_config_guard.ledger import Ledger
    from guardrail_hooks.mcp_config_guard.policy import Policy
    from guardrail_hooks.mcp_config_guard.servers import Configuration
    from guardrail_hooks.mcp_config_guard.survey import Key, Survey

    Stream = Iterable[Finding | Remark]

NO_TREE = Commit("")
LIKELY = (FOLDER, ".mcp.json")  # where either stands, servers will be read; a guess for speed, which decides nothing


def examine(options: Options, root: str) -> tuple[Stream, Tree]:
    """The findings and comments of one run, and the tree they stand in. Raises `CannotJudge`."""
    if options.files:
        raise CannotJudge(
            f"{options.files[0]}: this hook judges the whole change and takes no file names; "
            "set pass_filenames: false, as its manifest does"
        )
    index = Index()
    if not judges_commits():
        index.start()
    try:
        meanwhile = load_readers if any(os.path.lexists(os.path.join(root, name)) for name in LIKELY) else None
        change = find_situation(root, base=options.value("base"), meanwhile=meanwhile)
    except CannotJudge:
        index.stop()
        raise
    if change.kind == NOTHING:
        index.stop()
        return (), NO_TREE
    head: Tree = index if change.head == INDEX else Commit(change.head)
    if not concerns(change, head, options):
        return (), head
    return judge(change, head, options), head


def load_readers() -> None:
    """Load what reads servers, where they are likely to be read."""
    import guardrail_hooks.mcp_config_guard.survey  # noqa: F401  (the reading of it is the work)


def concerns(change: Situation, head: Tree, options: Options) -> bool:
    """Whether anything of this hook's business is in the trees at all. By names alone, so that it costs nothing."""
    if any(is_hint(difference.path) for difference in change.changes):
        return True
    if options.given("extra-file"):
        return True
    return any(is_hint(path) for path in head.entries() if path != CONFIGURATION)


def is_hint(path: str) -> bool:
    """Whether a path may be a client file, or belongs to the guard itself."""
    return path.startswith(FOLDER) or path == CONFIGURATION or may_be_client(path) or may_be_folder(path)


def judge(change: Situation, head_tree: Tree, options: Options) -> Iterator[Finding | Remark]:
    """Change control and lint of one change."""
    library = Library()
    library.start()  # git gets ready while our own modules are loaded
    from guardrail_hooks.mcp_config_guard.policy import read_policy
    from guardrail_hooks.mcp_config_guard.survey import Survey, earlier_tree

    changed = {difference.path for difference in change.changes}
    base_tree = None if change.kind == AUDIT else earlier_tree(head_tree, change.changes)
    needed = [path for path in head_tree.entries() if path == POLICY or may_be_client(path)]
    if base_tree is None or any(is_hint(path) for path in changed):
        needed += [path for path in head_tree.entries() if path.startswith(FOLDER)]
    prefetch_together(library, (head_tree, needed), (base_tree or NO_TREE, (path for path in changed if is_hint(path))))
    library.close()
    trusted = base_tree if base_tree is not None and _is_kept(base_tree) else head_tree
    policy = read_policy(trusted)
    head = Survey(head_tree, policy)
    base = Survey(base_tree, policy, known=head) if base_tree is not None else None
    extra = options.given("extra-file") or options.given("root-aliases")
    if not (head.servers or (base and base.servers) or head.configurations or extra or _is_guarded(change, head_tree)):
        return
    if base is not None:
        keys = touched(change, base, head)
    else:
        keys = set(head.servers)
        head.prefetch_scripts(keys)
    gate = head_tree.entries().get(CONFIGURATION)
    own = any(path.startswith(FOLDER) or path == CONFIGURATION for path in changed)
    own = own or (gate is not None and gate.mode == LINK)  # what stands behind the link may be what changed
    files = changed | rewritten(base, head) if base else set(head.configurations)
    if base is not None and not (keys or own or extra or files & head.configurations.keys()):
        return
    ledger = None
    if base is None or keys or own:
        from guardrail_hooks.mcp_config_guard.control import Control
        from guardrail_hooks.mcp_config_guard.records import TRUST_ROOTS

        ledger = _ledger(change, policy, base_tree, head_tree)
        control = Control(ledger, base, head, change.base)
        control_keys = keys | set(ledger.fresh) if base else _recorded(ledger, head)
        yield from control.findings({key for key in control_keys if key[1] not in TRUST_ROOTS})
        if base is None:
            yield from control.adoption()
    governed = head
    if extra:
        lint_policy = read_policy(trusted)
        lint_policy.root_aliases = [*policy.root_aliases, *options.values("root-aliases")]
        lint_policy.extra_files = [*policy.extra_files, *map(compile_glob, options.values("extra-file"))]
        head = Survey(head_tree, lint_policy)
        if base_tree is not None:
            base = Survey(base_tree, lint_policy, known=head)
            keys |= touched(change, base, head)
        else:
            keys = set(head.servers)
        files = changed | rewritten(base, head) if base else set(head.configurations)
    paths = files | {path for path, _ in keys}
    if paths & head.configurations.keys():
        from guardrail_hooks.mcp_config_guard.lint_files import file_findings

        yield from file_findings(paths, head)
    if keys:
        from guardrail_hooks.mcp_config_guard.lint import Linter

        ledger = ledger or _ledger(change, policy, base_tree, head_tree)
        yield from Linter(head, options, ledger, governed).findings(keys)
    for path in sorted(paths):
        if configuration := head.configurations.get(path):
            yield from remarks(configuration, {key[1] for key in keys if key[0] == path}, whole=base is None)


def _ledger(change: Situation, policy: Policy, base: Tree | None, head: Tree) -> Ledger:
    """What is approved, judged by what the base trusts."""
    from guardrail_hooks.mcp_config_guard.ledger import read_ledger

    by_others = policy.require_second_person and base is not None
    return read_ledger(base, head, policy, frozenset(_authors(change)) if by_others else frozenset())


def _is_kept(tree: Tree) -> bool:
    """Whether a tree has a folder of the guard."""
    return any(path.startswith(FOLDER) for path in tree.entries())


def _is_guarded(change: Situation, head: Tree) -> bool:
    """Whether the guard's own files are in play."""
    return _is_kept(head) or any(
        difference.path.startswith(FOLDER) or difference.path == CONFIGURATION for difference in change.changes
    )


def _recorded(ledger: Ledger, head: Survey) -> set[Key]:
    """In an audit: everything that is on record or should be; nothing where no records are kept."""
    from guardrail_hooks.mcp_config_guard.survey import PROTECTED

    if not ledger.is_kept:
        return set()
    on_record = {key for key in ledger.chains if head.governs(key)}
    return on_record | set(head.servers) | {(path, PROTECTED) for path in head.protected()}


def touched(change: Situation, base: Survey, head: Survey) -> set[Key]:
    """The servers and protected files whose entry or scripts differ between base and head."""
    from guardrail_hooks.mcp_config_guard.survey import PROTECTED

    keys = set(base.servers) | set(head.servers)
    head.prefetch_scripts(keys)
    base.prefetch_scripts(keys)
    found = {key for key in keys if base.differs(head, key) or base.script_entries(key) != head.script_entries(key)}
    return found | {(item.path, PROTECTED) for item in change.changes if head.protects(item.path)}


def rewritten(base: Survey, head: Survey) -> set[str]:
    """The configurations that have another text than in the base: behind a link, no change of theirs tells so."""
    found = set()
    for path, configuration in head.configurations.items():
        earlier = base.configurations.get(path)
        if configuration is not earlier and (earlier is None or texts_differ(configuration, earlier)):
            found.add(path)
    return found


def texts_differ(one: Configuration, other: Configuration) -> bool:
    """Whether two readings of a file are of another text; what cannot be read has none."""
    texts = [found.document.text if found.document else None for found in (one, other)]
    return texts[0] != texts[1]


def _authors(change: Situation) -> Iterator[str]:
    """Who wrote the change: the author of the commit in the making, or of the commits of the range."""
    if change.kind == RANGE:
        out = git("log", "-z", "--format=%ae", change.span, "--")
        yield from (email.lower() for email in out.decode("utf-8", "replace").split("\0") if email)
        return
    named = os.environ.get("GIT_AUTHOR_EMAIL", "")
    if not named:
        _, out, _ = run_git("var", "GIT_AUTHOR_IDENT")
        named = out.partition(b"<")[2].partition(b">")[0].decode("utf-8", "replace")
    yield named.lower()
    if change.kind == MERGE:
        for parent in change.parents:
            out = git("log", "-z", "--format=%ae", f"HEAD..{parent}", "--")
            yield from (email.lower() for email in out.decode("utf-8", "replace").split("\0") if email)


def remarks(configuration: Configuration, names: set[str], *, whole: bool) -> Iterator[Remark]:
    """The comments of a file that may hold allow comments, but for those of servers that are not judged this time."""
    document = configuration.document
    if document is None or MARK.decode() not in document.text:
        return
    quiet = []
    for name, server in configuration.servers.items():
        if name not in names and server.value is not None and not whole:
            first, last = configuration.place(server.key).line, configuration.place(server.value).end_line
            quiet.append((first, last))
    for comment in document.comments():
        inside = any(first <= comment.last and comment.first <= last for first, last in quiet)
        if MARK.decode() in comment.text and not inside:
            place = Place(configuration.path, *comment.span)
            yield Remark(place, comment.text, comment.first, comment.last, comment.disables)
