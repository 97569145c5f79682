"""MCG301 to MCG305: what a server fetches when it starts."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable, without_secrets
from guardrail_hooks.core.snapshot import Unreadable
from guardrail_hooks.mcp_config_guard.packages import IMAGE, PACKAGE, SOURCE, Fetch, fetches
from guardrail_hooks.mcp_config_guard.rules import supply as rules
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from re import Pattern

    from guardrail_hooks.core.finding import Finding, Rule
    from guardrail_hooks.mcp_config_guard.exhibit import Exhibit, Settings
    from guardrail_hooks.mcp_config_guard.survey import Survey

INTERPRETER = (
    r"(?:(?:/usr)?/bin/)?(?:env\s+)?(?:ba|z|da|k|a)?sh\b|python[0-9.]*\b|node\b|perl\b|ruby\b|php\b|bun\b|deno\b"
)
DOWNLOAD = r"\b(?:curl|wget|fetch|http|aria2c)\b"
DECODE = r"\b(?:base64\s+(?:-d|-D|--decode)|xxd\s+-r|openssl\s+(?:enc|base64)\b[^|;]{0,300}\s-d)\b"
FETCHING = (
    "curl",
    "wget",
    "fetch",
    "http",
    "aria2c",
    "base64",
    "xxd",
    "openssl",
    "iwr",
    "irm",
    "invoke",
    "powershell",
    "download",
)
FLAGS = r"(?:-\S+\s+){0,50}"
FETCH = r"\b(?:iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)\b"


def flow(begin: str, stop: str, end: str) -> Pattern[str]:
    """What finds `end` behind `begin` with no `stop` between them, in one pass over a text (see `flows`)."""
    return pattern(f"(?P<begin>{begin})|(?P<end>{end})|(?P<stop>{stop})")


PIPED = (
    (flow(DOWNLOAD, r"[;&\n]", rf"\|\s*(?:sudo\s+{FLAGS})?(?:{INTERPRETER})"), "a download"),
    (flow(DECODE, r"[;&\n]", rf"\|\s*(?:sudo\s+)?(?:{INTERPRETER})"), "decoded text"),
    (flow(rf"(?:\beval\s+|(?:{INTERPRETER})\s+{FLAGS}-[a-z]*[ce]\s+)[\"']?(?:\$\(|`)", "[)`]", DECODE), "decoded text"),
    (
        flow(
            rf"(?i:{FETCH}|\b(?:curl|wget)\b)",
            r"[;\n]",
            r"(?i:\|\s*(?:iex|invoke-expression)\b)",
        ),
        "a download",
    ),
    (
        flow(
            r"(?i:\b(?:iex|invoke-expression)\b[\s(&{\"']*)",
            r"[;\n]",
            rf"(?i:{FETCH}|\bnew-object\s+net\.webclient\b)",
        ),
        "a download",
    ),
    (
        flow(
            r"(?i:\bpowershell(?:\.exe)?\b)",
            r"[|;\n]",
            r"(?i:\s-e(?:nc(?:odedcommand)?)?\s+[A-Za-z0-9+/=]{20,})",
        ),
        "encoded text",
    ),
)
RUN = (
    (
        pattern(rf"(?:{INTERPRETER}|\bsource|(?:^|[;&|\s])\.)\s+{FLAGS}<\(\s*(?:{DOWNLOAD}|{DECODE})"),
        "a download",
    ),
    (
        pattern(rf"(?:\beval\s+|(?:{INTERPRETER})\s+{FLAGS}-[a-z]*[ce]\s+)[\"']?(?:\$\(|`)\s*{DOWNLOAD}"),
        "a download",
    ),
)


def supply(exhibit: Exhibit) -> Iterator[Finding]:
    """What the command line of a server fetches, one finding per scalar."""
    seen: set[tuple[str, int]] = set()
    for invocation in exhibit.invocations:
        for fetch in fetches(invocation):
            problem = judged(fetch, exhibit.settings)
            if problem is None or (problem[0].code == "MCG301" and is_local(fetch, exhibit)):
                continue
            anchor = exhibit.anchor(invocation, fetch.at)
            if (problem[0].code, id(anchor)) in seen:
                continue
            seen.add((problem[0].code, id(anchor)))
            fields = {"more": "", **problem[1]}
            yield exhibit.finding(problem[0], anchor, **fields)


def judged(fetch: Fetch, settings: Settings) -> tuple[Rule, dict[str, str]] | None:
    """The rule that a fetch breaks, with its fields; None where it is fine."""
    text = printable(without_secrets(fetch.text))
    name = printable(without_secrets(fetch.name))
    allowed = settings.policy.allowed_packages
    if allowed and not _is_local_path(fetch) and not any(glob.fullmatch(fetch.name) for glob in allowed):
        return rules.PACKAGE_NOT_ALLOWED, {"package": name}
    if fetch.kind == SOURCE and not fetch.pinned:
        return rules.UNPINNED_SOURCE, {"source": text}
    if fetch.kind == PACKAGE and not fetch.pinned:
        if any(glob.fullmatch(fetch.name) for glob in settings.trusted_packages):
            return None
        separator = "==" if fetch.runner in ("uvx", "uv tool run", "uv run", "pipx run") else "@"
        return rules.UNPINNED_PACKAGE, {
            "runner": fetch.runner,
            "package": text,
            "pinned": f"{name}{separator}<version>",
        }
    if fetch.kind == IMAGE:
        if not fetch.pinned:
            latest = ":latest" in fetch.text
            return rules.MUTABLE_IMAGE, {
                "image": text,
                "image_name": name,
                "problem": "floats with the tag latest" if latest else "has no tag, which means latest",
            }
        if settings.require_digest and "@" not in fetch.text and "$" not in fetch.text:
            return rules.MUTABLE_IMAGE, {"image": text, "image_name": name, "problem": "has no digest"}
    return None


def _is_local_path(fetch: Fetch) -> bool:
    """Whether what is fetched lies on this machine."""
    return fetch.text.startswith((".", "/", "~", "file:")) or "$" in fetch.text


def is_local(fetch: Fetch, exhibit: Exhibit) -> bool:
    """Whether npx finds the package among the project's own dependencies, where the lock file pins it."""
    if fetch.runner not in ("npx", "bunx", "bun x", "npm exec", "npm x") or "@" in fetch.text[1:]:
        return False
    return any(depends_on(fetch.name, base, exhibit.survey) for base in exhibit.survey.follower.bases(exhibit.server))


def depends_on(name: str, folder: str, survey: Survey) -> bool:
    """Whether the package.json of a folder lists a dependency."""
    path = f"{folder}package.json"
    if path not in survey.tree.entries():
        return False
    from guardrail_hooks.formats.jsonc import parse
    from guardrail_hooks.formats.place import Malformed
    from guardrail_hooks.formats.source import decode

    try:
        raw = survey.tree.read(path)
        if name.encode() not in raw or len(raw) > 1 << 20:
            return False
        root = parse(decode(raw)).root
    except (Unreadable, Malformed):
        return False
    groups = [root.get(group) for group in ("dependencies", "devDependencies", "optionalDependencies")]
    return any(group.get(name) is not None for group in groups if group)


def piped(text: str) -> str:
    """What a shell text runs without being looked at; empty where it runs nothing of the kind."""
    lower = text.lower()
    if not any(word in lower for word in FETCHING):
        return ""
    found = next((what for form, what in PIPED if flows(form, text)), "")
    return found or next((what for form, what in RUN if form.search(text)), "")


def flows(form: Pattern[str], text: str) -> bool:
    """Whether a flow's end follows its beginning."""
    begun = False
    for match in form.finditer(text):
        if begun and match.lastgroup == "end":
            return True
        if match.lastgroup != "end":
            begun = match.lastgroup == "begin"
    return False


def piped_into_shell(exhibit: Exhibit) -> Iterator[Finding]:
    """Downloads and decoded text that go straight into an interpreter."""
    if exhibit.server.value is None:
        return
    scalars = list(exhibit.server.value.strings()) if exhibit.server.is_pseudo else list(exhibit.values)
    helper = exhibit.server.get("headersHelper")
    if helper is not None:
        scalars.append(helper)
    for value in scalars:
        what = piped(value.text)
        if what:
            yield exhibit.finding(rules.PIPED_INTO_SHELL, value, what=what, more="")
    if not any(piped(word) for word in exhibit.words) and (what := piped(" ".join(exhibit.words))) == "encoded text":
        yield exhibit.finding(rules.PIPED_INTO_SHELL, exhibit.values[-1], what=what, more="")
