"""The command line of pinned-base-image."""

from __future__ import annotations

from guardrail_hooks.core import allow, judge
from guardrail_hooks.core.finding import CannotJudge, Finding, Place, start_of
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.core.options import FLAG, LIST, OPTIONAL, VALUE, Option
from guardrail_hooks.core.snapshot import Unreadable, WorkTree
from guardrail_hooks.formats.file_names import is_template
from guardrail_hooks.formats.place import Comment, Malformed
from guardrail_hooks.pinned_base_image import rules
from guardrail_hooks.pinned_base_image.check import check
from guardrail_hooks.pinned_base_image.consistency import Pins, check_pin
from guardrail_hooks.pinned_base_image.elsewhere import Elsewhere
from guardrail_hooks.pinned_base_image.policy import Policy, read_rules
from guardrail_hooks.pinned_base_image.surfaces import reader_of
from guardrail_hooks.pinned_base_image.tags import POLICIES
from guardrail_hooks.pinned_base_image.uses import OPT_IN, ImageUse, Surfaces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from guardrail_hooks.core.options import Options
    from guardrail_hooks.core.snapshot import Tree

    Watch = Callable[[str, ImageUse, Sequence[Finding]], None]
    Judged = Callable[[Tree, Sequence[str], Options, Watch | None], Iterator[Finding | allow.Remark]]

DIGESTS = "digests, the only options that use the network"
OPTIONS = (
    Option(
        "policy",
        VALUE,
        "what must be written: not latest, some version, an exact version, or a digest",
        choices=POLICIES,
        default="version",
    ),
    Option("rule", LIST, "another policy for some images (the last match wins)", metavar="'GLOB=POLICY'"),
    Option("allow-image", LIST, "images that are exempt: ghcr.io/me/*, nginx:*", metavar="GLOB"),
    Option("build-arg", LIST, "a value that your build passes", metavar="NAME=VALUE"),
    Option(
        "surface",
        LIST,
        "more files to read: see the README for the `files:` that hands them over",
        metavar="|".join((*OPT_IN, "all")),
    ),
    Option(
        "list",
        OPTIONAL,
        "print every image that is pulled, as text, JSON (--format json) or CycloneDX",
        choices=("text", "json", "sbom"),
    ),
    Option("include-built", FLAG, "judge the image of compose services that are built as well"),
    Option("fix", FLAG, "write the digest behind every tag that the policy refuses (asks registries)", group=DIGESTS),
    Option("diff", FLAG, "print what --fix would write as a unified diff, and write nothing", group=DIGESTS),
    Option(
        "verify",
        OPTIONAL,
        "check that digests exist and tags still name them (asks registries); fail-closed: fail where none answers",
        choices=("fail-closed",),
        group=DIGESTS,
    ),
)
# Which codes a policy reaches: an allow comment for one beyond is not unused.
BEYOND = {
    "no-latest": frozenset({"PIN003", "PIN004", "PIN005"}),
    "version": frozenset({"PIN004", "PIN005"}),
    "exact": frozenset({"PIN005"}),
    "digest": frozenset[str](),
}
VERIFIED = frozenset({"PIN020", "PIN021", "PIN022"})


def policy_of(options: Options) -> Policy:
    """The policy that the command line asks for. Raises `CannotJudge`."""
    return Policy(
        options.value("policy"),
        list(read_rules(options.values("rule"))),
        [compile_glob(glob, crossing=True) for glob in options.values("allow-image")],
    )


def surfaces_of(options: Options) -> Surfaces:
    """What the surfaces must know. Raises `CannotJudge`."""
    build_args = {}
    for text in options.values("build-arg"):
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise CannotJudge(f"--build-arg {text}: write it as NAME=VALUE (the environment is never read)")
        build_args[name] = value
    return Surfaces(build_args, options.given("include-built"), frozenset(_opted(options.values("surface"))))


def _opted(given: Sequence[str]) -> Iterator[str]:
    """The surfaces that `--surface` names. Raises `CannotJudge`."""
    for text in given:
        for name in text.split(","):
            if name != "all" and name not in OPT_IN:
                raise CannotJudge(f"--surface {text}: name some of {', '.join(OPT_IN)}, separated by commas, or all")
            yield from OPT_IN if name == "all" else (name,)


def examine(tree: Tree, paths: Sequence[str], options: Options) -> Iterator[Finding | allow.Remark | CannotJudge]:
    """Findings and comments of every file named; with `--verify`, what registries say as well."""
    if not options.given("verify"):
        yield from judged(tree, paths, options)
        return
    from guardrail_hooks.pinned_base_image.fix import refuse_new_only
    from guardrail_hooks.pinned_base_image.verify import Verifier

    refuse_new_only(options, "--verify")
    verifier = Verifier(policy_of(options), options.value("verify"))
    yield from judged(tree, paths, options, verifier.note)
    yield from verifier.findings()


def judged(
    tree: Tree, paths: Sequence[str], options: Options, watch: Watch | None = None
) -> Iterator[Finding | allow.Remark]:
    """Findings and comments of every file named, offline. `watch` is shown every use with what was found on it."""
    policy, surfaces = policy_of(options), surfaces_of(options)._replace(edits=watch is not None)
    elsewhere = Elsewhere(tree, surfaces)
    pins = Pins(tree, paths, surfaces)
    passed: set[tuple[str, str]] = set()  # references and roles that were found right: the same bases are used again
    for path in paths:
        reader = reader_of(path, surfaces)
        if reader is None:
            continue
        try:
            content = tree.read(path)
        except Unreadable as reason:
            yield rules.INVALID_FILE.at(
                start_of(path),
                subject="unreadable",
                problem=f"{path} {reason}",
                fix="name a regular file of this repository, or leave this one out with `exclude:`",
            )
            continue
        for item in reader(content, path, surfaces):
            if isinstance(item, Finding):
                yield item
            elif isinstance(item, Malformed):
                yield rules.INVALID_FILE.at(Place(path, *item.span), subject=str(item), problem=item)
            elif isinstance(item, Comment):
                yield allow.Remark(Place(path, *item.span), item.text, item.first, item.last, item.disables)
            else:
                known = (item.resolved, item.role) in passed and not (item.verdict or item.refused)
                found = () if known else tuple(check(item, path, policy, elsewhere))
                if not (known or found or item.refused or item.is_open or is_template(path)):
                    passed.add((item.resolved, item.role))
                if watch:
                    watch(path, item, found)
                yield from found
                yield from check_pin(item, path, policy, pins)


def concerns_with(options: Options) -> Callable[[str], bool]:
    """Which files may hold images by their names, on the surfaces in force."""
    surfaces = surfaces_of(options)
    return lambda path: reader_of(path, surfaces) is not None


def list_images(options: Options, root: str) -> int:
    """`--list`: everything that is pulled, as text, JSON or a bill of materials."""
    from guardrail_hooks.pinned_base_image import listing

    tree = WorkTree(root)
    rows = listing.rows(_listed(tree, judge.named_or_all(HOOK, options, tree), surfaces_of(options)))
    form = options.value("list") or options.value("format")
    if form in ("json", "sbom"):
        from guardrail_hooks.core.encode import encode

        told = list(rows) if form == "json" else listing.as_sbom(rows)
        judge.put(encode(told, indent=2) + "\n")
    else:
        judge.put(listing.as_text(rows))
    return judge.CLEAN


def _listed(tree: WorkTree, paths: Sequence[str], surfaces: Surfaces) -> Iterator[tuple[str, ImageUse]]:
    """The uses of every file in order; what cannot be read is named on standard error."""
    for path in paths:
        reader = reader_of(path, surfaces)
        if reader is None:
            continue
        try:
            items = list(reader(tree.read(path), path, surfaces))
        except Unreadable as reason:
            judge.tell(f"{HOOK.name}: {path} {reason}")
            continue
        for problem in (item for item in items if isinstance(item, Malformed)):
            judge.tell(f"{HOOK.name}: {path}:{problem.span.line}: {problem}")
        for use in sorted((item for item in items if isinstance(item, ImageUse)), key=lambda use: use.span):
            yield path, use


def unreached(options: Options) -> frozenset[str]:
    """The codes that no policy in force reaches."""
    policies = {options.value("policy"), *(text.rpartition("=")[2] for text in options.values("rule"))}
    beyond = frozenset.intersection(*(BEYOND.get(policy, frozenset()) for policy in policies))
    return beyond if options.given("verify") else beyond | VERIFIED


def fix(options: Options, root: str) -> int:
    """Do `--fix`."""
    from guardrail_hooks.pinned_base_image import fix

    return fix.fix(HOOK, judged, options, root)


def diff(options: Options, root: str) -> int:
    """Do `--diff`."""
    from guardrail_hooks.pinned_base_image import fix

    return fix.diff(HOOK, judged, options, root)


HOOK = judge.Hook(
    "pinned-base-image",
    prefix="PIN",
    about=(
        "Judges every image that a build or a compose project would pull, offline: nothing latest, untagged or "
        "floating. Without FILE every tracked Dockerfile and compose file is judged."
    ),
    rules=rules.RULES,
    options=OPTIONS,
    check=examine,
    concerns_with=concerns_with,
    unreached=unreached,
    actions={"list": list_images, "diff": diff, "fix": fix},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the hook; the exit code."""
    return judge.main(HOOK, arguments)
