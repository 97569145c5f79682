"""References and placeholders: what stands for a value and is none."""

from __future__ import annotations

from guardrail_hooks.pattern import pattern

# ${X}, ${env:X}, ${input:x}, ${X:-}, $X, %X%, {env:X}, {file:p}, ${{ secrets.X }}, $(command), `command`
_REFERENCE = (
    r"\$\{\{[^}]*\}\}|\$\{[^}]*\}|\$\([^)]*\)|`[^`]*`|\$[A-Za-z_][A-Za-z0-9_]*|%[A-Za-z_][A-Za-z0-9_]*%"
    r"|\{(?:env|file|secret|secrets|vault|input):[^}]*\}|\{\{[^}]*\}\}"
)
REFERENCE = pattern(_REFERENCE)
# Inside a text a reference has a bound, or every opening of one that has no end would be followed through all of it.
REFERENCE_INSIDE = pattern(_REFERENCE.replace("]*", "]{0,500}"))
STORES = ("op://", "vault:", "keyring:", "secret://", "secretref:", "aws-sm://", "gcp-sm://", "bws://", "doppler://")
WITH_DEFAULT = pattern(r"\$\{([A-Za-z_][A-Za-z0-9_]*):?-([^}]*)\}")
PLACEHOLDER = pattern(
    r"(?ix) ^<[^>]*>$ | ^\[[^\]]*\]$ | ^\{[^}]*\}$ | ^\*+$ | ^\.{3,}$ | ^x{4,}$ | ^0+$"
    r" | (?:^|[^a-z])(?:your|my|our|insert|enter|replace|change|paste|add|put|set|fill|provide|use"
    r"|get)(?:[^a-z]|me|this|in|$)"
    r" | placeholder | example | changeme | change-me | dummy | sample | redacted | todo | fixme | tbd\b"
    r" | (?:api|access|secret|private|auth)[ _-]?(?:key|token)[ _-]?(?:here|goes)? $ | (?:key|token"
    r"|secret|password)[ _-]?here"
    r" | ^(?:test|fake|mock|demo|local|dev|none|null|secret|password|token|key|admin|root|postgres|guest)"
    r"(?:[ _-]?(?:key|token|secret|password|only|user|value|mode|123|1234))*$ | \bxxx+ | \.\.\.$ | … "
)


def is_one_reference(text: str) -> bool:
    """Whether a text is `${NAME}` and nothing else, the usual form."""
    return text.startswith("${") and text.endswith("}") and text[2:-1].isidentifier()


def is_reference(text: str) -> bool:
    """Whether a text is nothing but a reference to a value kept elsewhere (a scheme such as `Bearer` may precede)."""
    text = text.strip()
    return text.startswith(STORES) or bool(REFERENCE.fullmatch(text))


def without_references(text: str) -> str:
    """The text with every reference cut out; defaults go with them."""
    return REFERENCE_INSIDE.sub("", text)


def is_placeholder(text: str) -> bool:
    """Whether a text says that a value is still to be filled in."""
    return bool(PLACEHOLDER.search(text)) or len(set(text.strip("-_. "))) <= 2


def starts_with_reference(text: str) -> bool:
    """Whether what matters of an address comes from elsewhere."""
    return text.startswith(("<", *STORES)) or (text[:1] in "$%`{" and bool(REFERENCE.match(text)))
