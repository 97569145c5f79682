"""The command line of no-root-dockerfile."""

from __future__ import annotations

from guardrail_hooks.core import allow, judge
from guardrail_hooks.core.finding import CannotJudge, Place, start_of
from guardrail_hooks.core.globs import compile_glob
from guardrail_hooks.core.options import FLAG, LIST, VALUE, Option
from guardrail_hooks.core.snapshot import Unreadable, WorkTree
from guardrail_hooks.formats.dockerfile import Dockerfile, read
from guardrail_hooks.formats.file_names import is_dockerfile
from guardrail_hooks.no_root_dockerfile import rules
from guardrail_hooks.no_root_dockerfile.check import Settings, check
from guardrail_hooks.no_root_dockerfile.effective import Globs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.core.options import Options
    from guardrail_hooks.core.snapshot import Tree

JUDGED = "what is judged"
OPTIONS = (
    Option(
        "policy",
        VALUE,
        "judge the last stage, or (hardened) every stage that can be delivered, more strictly",
        choices=("default", "hardened"),
        default="default",
    ),
    Option("target", LIST, "judge the stage that you build with --target (repeatable)", metavar="NAME"),
    Option(
        "nonroot-base", LIST, "base images that do not run as root: docker.io/library/x, ghcr.io/me/*", metavar="GLOB"
    ),
    Option("root-base", LIST, "base images that do run as root", metavar="GLOB"),
    Option("build-arg", LIST, "a value that your build passes", metavar="NAME=VALUE"),
    Option("list", FLAG, "print every stage with its user and the line that decides it (text or json), and stop"),
)


def settings_of(options: Options) -> Settings:
    """The settings that the command line asks for. Raises `CannotJudge`."""
    return Settings(
        options.value("policy") == "hardened",
        frozenset(name.lower() for name in options.values("target")),
        Globs(
            [compile_glob(glob, crossing=True) for glob in options.values("nonroot-base")],
            [compile_glob(glob, crossing=True) for glob in options.values("root-base")],
        ),
        dict(build_args(options.values("build-arg"))),
    )


def build_args(given: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Names and values of `--build-arg`. Raises `CannotJudge` for one without a value."""
    for text in given:
        name, equals, value = text.partition("=")
        if not (name and equals):
            raise CannotJudge(f"--build-arg {text}: write it as NAME=VALUE (the environment is never read)")
        yield name, value


def examine(tree: Tree, paths: Sequence[str], options: Options) -> Iterator[Finding | allow.Remark]:
    """Findings and comments of every file named."""
    settings = settings_of(options)
    for path in paths:
        try:
            content = tree.read(path)
        except Unreadable as reason:
            yield rules.INVALID_DOCKERFILE.at(
                start_of(path),
                subject="unreadable",
                problem=f"{path} {reason}",
                fix="name a regular file of this repository, or leave this one out with `exclude:`",
            )
            continue
        dockerfile = read(content, build_args=settings.build_args)
        yield from check(dockerfile, path, settings)
        if allow.MARK in content:
            for comment in dockerfile.comments:
                yield allow.Remark(
                    Place(path, *comment.span), comment.text, comment.first, comment.last, comment.disables
                )


def list_users(options: Options, root: str) -> int:
    """`--list`: who runs what, as text or json."""
    from guardrail_hooks.no_root_dockerfile import listing

    settings = settings_of(options)
    tree = WorkTree(root)
    rows = list(listing.rows(_readable(tree, judge.named_or_all(HOOK, options, tree), settings), settings))
    if options.value("format") == "json":
        from guardrail_hooks.core.encode import encode

        judge.put(encode(rows, indent=2) + "\n")
    else:
        judge.put(listing.as_text(rows))
    return judge.CLEAN


def _readable(tree: Tree, paths: Sequence[str], settings: Settings) -> Iterator[tuple[str, Dockerfile]]:
    """The Dockerfiles that can be read, with their paths; the others are named on standard error."""
    for path in paths:
        try:
            dockerfile = read(tree.read(path), build_args=settings.build_args)
        except Unreadable as reason:
            judge.tell(f"{HOOK.name}: {path} {reason}")
            continue
        if dockerfile.problems:
            judge.tell(f"{HOOK.name}: {path}: {dockerfile.problems[0]}")
            continue
        yield path, dockerfile


def policy_levels(options: Options) -> Mapping[str, str]:
    """The levels that `--policy hardened` raises."""
    return {"USR004": "error", "USR005": "error"} if options.value("policy") == "hardened" else {}


HOOK = judge.Hook(
    "no-root-dockerfile",
    prefix="USR",
    about=(
        "Says which user each image really runs as, and refuses root without a written, reviewed reason. Without FILE "
        "every tracked Dockerfile is judged."
    ),
    rules=rules.RULES,
    options=OPTIONS,
    check=examine,
    concerns=is_dockerfile,
    policy=policy_levels,
    actions={"list": list_users},
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the hook; the exit code."""
    return judge.main(HOOK, arguments)
