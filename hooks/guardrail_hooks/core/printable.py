"""Text that is safe to show: no control characters, no escape sequences, no bidi tricks, no commands, no secrets."""

from __future__ import annotations

from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

# What GitHub's runner obeys: `::NAME` at the beginning of a line, `##[NAME` anywhere in it (actions/runner,
# ActionCommand.cs); below also the logging commands of Azure Pipelines and TeamCity.
NAMES = r"(?:(?:add|remove|set|save|stop|internal)-|(?:start|end)-action|debug|warning|error|notice|(?:end)?group|echo)"
COMMAND = pattern(rf"(?i)\A\s*:(?=:{NAMES})")
# C0 and C1 controls; the soft hyphen; line and paragraph separators; bidi controls (Unicode TR 9); what takes no room
# or looks like a blank (joiners, fillers, shorthand and musical controls); the plane of tags; lone surrogates (bytes
# that were not UTF-8) and what XML does not allow; commands in brackets.
UNPRINTABLE = pattern(
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff\ud800-\udfff]"
    rf"|(?i:(?<=\#\#)\[(?={NAMES})|(?<=\#\#vso)\[|(?<=\#\#teamcity)\[)"
)
SURROGATES = pattern("[\ud800-\udfff]")


def escape(character: str) -> str:
    """A visible ASCII form of one character."""
    number = ord(character)
    if 0xDC80 <= number <= 0xDCFF:
        return f"\\x{number - 0xDC00:02x}"
    if number < 0x100:
        return {"\t": "\\t", "\n": "\\n", "\r": "\\r"}.get(character, f"\\x{number:02x}")
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def is_plain(text: str) -> bool:
    """Whether there is nothing to escape: true of nearly everything, and cheaper than to load and compile a pattern."""
    return text.isascii() and text.isprintable() and "##" not in text and "::" not in text


def printable(text: str) -> str:
    """The text with everything that could mislead a terminal, a reader or a CI service shown as an escape."""
    if is_plain(text):
        return text
    shown = UNPRINTABLE.sub(lambda match: escape(match.group()), text)
    return COMMAND.sub(lambda match: f"{match.group()[:-1]}\\x3a", shown)


def encodable(text: str) -> str:
    """The text for a file that must be Unicode: bytes that were not UTF-8 are shown as escapes."""
    return text if text.isascii() else SURROGATES.sub(lambda match: escape(match.group()), text)


def columns(text: str) -> int:
    """How many columns of a terminal a text takes (Unicode annex 11: wide characters take two, combining ones none)."""
    if text.isascii():
        return len(text)
    from unicodedata import category, east_asian_width

    return sum(
        0 if category(character) in ("Mn", "Me") else 2 if east_asian_width(character) in "WF" else 1
        for character in text
    )


# Vendor documentation of each prefix; where a vendor gives none, the patterns of GitHub's secret scanning partners.
TOKENS = (
    ("a GitHub token", r"gh[pousr]_[A-Za-z0-9]{30,}"),
    ("a GitHub fine-grained token", r"github_pat_[A-Za-z0-9_]{40,}"),
    ("a GitLab token", r"gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[A-Za-z0-9_-]{20,}"),
    ("an Anthropic key", r"sk-ant-[A-Za-z0-9_-]{20,}"),
    ("an OpenAI key", r"sk-(?:proj-|svcacct-|admin-)[A-Za-z0-9_-]{20,}"),
    ("an OpenRouter key", r"sk-or-(?:v1-)?[A-Za-z0-9]{32,}"),
    ("a secret key", r"sk-[A-Za-z0-9]{32,}"),
    ("a Stripe key", r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}"),
    ("an AWS access key", r"(?:AKIA|ASIA)[A-Z2-7]{16}"),
    ("a Google API key", r"AIza[A-Za-z0-9_-]{35}"),
    ("a Google OAuth token", r"ya29\.[A-Za-z0-9_-]{20,}"),
    ("a Google OAuth secret", r"GOCSPX-[A-Za-z0-9_-]{28}"),
    ("a Slack token", r"xox[abeoprs]-[A-Za-z0-9-]{20,}"),
    ("a Slack app token", r"xapp-[0-9]-[A-Za-z0-9-]{20,}"),
    ("a Slack webhook", r"https://hooks\.slack\.com/services/T[A-Z0-9]+/B[A-Z0-9]+/[A-Za-z0-9]{20,}"),
    ("a Hugging Face token", r"hf_[A-Za-z0-9]{30,}"),
    ("an npm token", r"npm_[A-Za-z0-9]{36}"),
    ("a PyPI token", r"pypi-[A-Za-z0-9_-]{50,}"),
    ("a Docker token", r"dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}"),
    ("a DigitalOcean token", r"do[opr]_v1_[a-f0-9]{64}"),
    ("a SendGrid key", r"SG\.[A-Za-z0-9_-]{20,}\.[A-Za-z0-9_-]{30,}"),
    ("a Supabase token", r"sb[ps]_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{20,}"),
    ("a Notion token", r"ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}"),
    ("a Linear key", r"lin_(?:api|oauth)_[A-Za-z0-9]{32,}"),
    ("a Figma token", r"figd_[A-Za-z0-9_-]{35,}"),
    ("a Groq key", r"gsk_[A-Za-z0-9]{40,}"),
    ("a Perplexity key", r"pplx-[A-Za-z0-9]{40,}"),
    ("an xAI key", r"xai-[A-Za-z0-9]{60,}"),
    ("a Tavily key", r"tvly-(?:dev-|prod-)?[A-Za-z0-9]{20,}"),
    ("a Firecrawl key", r"fc-[a-f0-9]{32}"),
    ("an Atlassian token", r"ATATT3[A-Za-z0-9_=-]{100,}"),
    ("a Brave Search key", r"BSA[A-Za-z0-9_-]{24,}"),
    ("a Databricks token", r"dapi[a-f0-9]{32}"),
    ("a Postman key", r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    ("a Sentry token", r"sntry[su]_[A-Za-z0-9_=+/-]{40,}"),
    ("a Vault token", r"hv[sbr]\.[A-Za-z0-9_-]{24,}"),
    ("a Telegram bot token", r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}"),
    ("a JSON web token", r"eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}"),
    ("a private key", r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"),
)
# What one of these must contain to be worth a look.
MARKS = (
    *(f"gh{kind}_" for kind in "pousr"),
    *(f"gl{kind}-" for kind in ("pat", "oas", "dt", "rt", "cbt", "ptt", "ft", "imt", "agent", "soat")),
    *("github_pat_", "sk-", "k_live_", "k_test_", "AKIA", "ASIA", "AIza", "ya29", "GOCSPX", "xox", "xapp"),
    *("hooks.slack", "hf_", "npm_", "pypi-", "dckr_", "_v1_", "SG.", "sbp_", "sbs_", "sb_", "ntn_", "secret_", "lin_"),
    *("figd_", "gsk_", "pplx-", "xai-", "tvly-", "fc-", "ATATT3", "BSA", "dapi", "PMAK", "sntry", "hvs.", "hvb."),
    *("hvr.", ":AA", "eyJ", "PRIVATE KEY"),
)  # fmt: skip
SHAPE = pattern("|".join(f"(?<![A-Za-z0-9_-])(?P<t{at}>{form})" for at, (_, form) in enumerate(TOKENS)))
# Shorter than any real one, for the shortened and the mistyped.
STUMPS = pattern(
    r"(?<![A-Za-z0-9])(?:gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|sk-(?:ant-|proj-)?|AKIA|ASIA|AIza|ya29\.|hf_|npm_|pypi-AgE"
    r"|dckr_[op]at_|do[opr]_v1_|SG\.|eyJ)(?=[A-Za-z_.\-]{0,64}[0-9])[A-Za-z0-9_.\-]{12,}"
)
SECRET_WORDS = (
    "pass",
    "secret",
    "token",
    "key",
    "credential",
    "auth",
    "bearer",
    "basic",
    "sig=",
    "pwd",
    "-pat",
    "nature=",
)
NAMED = (
    r"(?:pass(?:word|wd|phrase)?|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?key|credentials?"
    r"|authorization)[A-Z0-9_-]{0,32}"
)
# A value behind a name that says what it is: quoted, the rest of a YAML line, or one word; never a reference (`$`).
ASSIGNED = pattern(
    rf"(?i){NAMED}['\"]?\s{{0,4}}[:=]\s{{0,4}}(?:\"(?!\$)([^\"]{{4,}})|'(?!\$)([^']{{4,}})"
    r"|(?<=: )(?![\s'\"$<{\[(!&*|>])([^\s,;'\"}\]][^,;'\"#}\]]{3,})|(?![$<{\[(])([^\s'\",;)}\]]{4,}))"
)
# The same behind a flag, as one argument or as the next.
FLAGGED = pattern(
    rf"(?i)--?(?:[A-Z0-9-]{{0,32}}{NAMED}|(?:[A-Z0-9]{{1,32}}-){{0,4}}(?:auth|bearer|pwd|pat|key))['\"]?"
    r"(?:\s{0,4},\s{0,4}|\s{1,4})['\"]?(?![-$<{\[])([^\s'\",;)\]]{4,})"
)
SCHEMES = pattern(r"(?i)\b(?:bearer|basic)\s{1,4}(?=[A-Z_+/=~.-]{0,64}[0-9])([A-Z0-9_+/=~.-]{8,})")
QUERIES = pattern(r"(?i)[?&](?:key|sig|signature|auth|code)=([^&\s'\"#$<{]{4,})")
ADDRESSES = pattern(r"://(?:[^/\s:@'\"]{0,128}:([^/\s@'\"$]{1,1024})|([^/\s:@'\"$]{20,1024}))(?=@)")
NAMING = (  # each with what a text must hold of it, in small letters
    (ASSIGNED, (":", "=")),
    (FLAGGED, ("-",)),
    (SCHEMES, ("bearer", "basic")),
    (QUERIES, ("=",)),
)
STARS = "********"


def secrets(text: str) -> list[tuple[int, int]]:
    """Where a line holds what looks like a secret: start and end of each, in order, apart from each other."""
    return merged([*_tokens(text), *_named(text)])


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same spans in order, with those in one that touch."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _tokens(text: str) -> Iterator[tuple[int, int]]:
    """Tokens by their published forms, but for their first four characters, and passwords in addresses."""
    if any(mark in text for mark in MARKS):
        for form in (SHAPE, STUMPS):
            yield from ((match.start() + 4, match.end()) for match in form.finditer(text))
    if "://" in text and "@" in text:
        yield from (match.span(match.lastindex or 0) for match in ADDRESSES.finditer(text))


def _named(text: str) -> Iterator[tuple[int, int]]:
    """Values that are called secrets."""
    lower = text.lower()
    if any(word in lower for word in SECRET_WORDS):
        for form, marks in NAMING:
            if any(mark in lower for mark in marks):
                yield from (match.span(match.lastindex or 0) for match in form.finditer(text))


def _starred(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with stars in place of these spans."""
    for start, end in reversed(spans):
        text = f"{text[:start]}{STARS}{text[end:]}"
    return text


def without_secrets(text: str) -> str:
    """A line of input with everything that looks like a secret value starred out."""
    return _starred(text, secrets(text))


def without_tokens(text: str) -> str:
    """A sentence of ours with the tokens starred out that it may quote; names of secrets may be spoken of."""
    return _starred(text, merged([*_tokens(text)]))
