"""MCG701 to MCG703: characters nobody sees, names that pass for others, text that speaks to the model."""

from __future__ import annotations

from guardrail_hooks.core.printable import escape, printable
from guardrail_hooks.mcp_config_guard.rules import hidden as rules
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.values import Value
    from guardrail_hooks.mcp_config_guard.exhibit import Exhibit
    from guardrail_hooks.mcp_config_guard.servers import Configuration

# Unicode: Default_Ignorable_Code_Point and Bidi_Control without what emoji and some scripts need, and C0/C1 controls.
INVISIBLE = pattern(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2028\u2029\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
BIDI = pattern("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
TAG = pattern("[\U000e0000-\U000e007f]")
# Letters of scripts in which joiners change the word: Arabic, Syriac, N'Ko, Indic scripts, Sinhala, Tibetan, Mongolian.
JOINING = pattern("[\u0600-\u07ff\u0840-\u109f\u1780-\u18af\u0f00-\u0fff]")
EMOJI = pattern("[\u00a9\u00ae\u2190-\u2bff\u3030\u303d\u3297\u3299\ufe0f\U0001f000-\U0001faff\u20e3]")
FLAG_OF_REGION = pattern("\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{2,6}\U000e007f")
PROMPT = (
    (pattern(r"(?i)<\s*(?:important|system|instructions?|secret|hidden)\s*>"), "a tag of instructions"),
    (
        pattern(
            r"(?i)\b(?:do not|don't|never)\s+(?:tell|inform|mention(?: this)? to|notify|show|reveal (?:this )?to|alert)"
            r"\s+(?:\w+\s+)?(?:the\s+)?users?\b"
        ),
        "secrecy from the user",
    ),
    (pattern(r"(?i)\bwithout\s+(?:asking|telling|informing|notifying)\s+(?:the\s+)?users?\b"), "secrecy from the user"),
    (
        pattern(
            r"(?i)\b(?:ignore|disregard|forget|override)\s+(?:all\s+|any\s+|the\s+|your\s+)*"
            r"(?:previous|prior|above|earlier|other|existing)\s+(?:instructions|rules|prompts|messages)"
        ),
        "overriding instructions",
    ),
    (
        pattern(
            r"(?i)\bbefore\s+(?:using|calling|running|any)\s+(?:\w+\s+)?(?:other\s+)?tools?\b.*"
            r"\b(?:read|send|call|run|fetch|open)\b"
        ),
        "orders to use other tools",
    ),
    (
        pattern(r"(?i)(?:~|/home/\w+|\$HOME)/\.(?:ssh|aws|gnupg|config/gcloud|kube)/|\bid_(?:rsa|ed25519)\b"),
        "secret files",
    ),
    (
        pattern(r"(?i)\byou (?:must|should) (?:always|never|first)\b.*\b(?:tool|user|file|send)\b"),
        "orders to the model",
    ),
)  # fmt: skip
# Letters that look like a Latin letter (Unicode TR 39, confusables.txt), Cyrillic, Greek and Armenian.
LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u051b\u051d\u0432\u043a\u043c\u043d\u0442\u0433"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0408\u0405\u0423"
    "\u03bf\u03b1\u03bd\u03c1\u03b9\u03ba\u03c5\u03c7\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7"
    "\u0585\u057d\u0578\u0570\u0261\u0131",
    "aeopcyxijshdqwbkmhtr"
    "ABEKMHOPCTXIJSY"
    "oavpikuxABEZHIKMNOPTYX"
    "ounhgi",
)  # fmt: skip
MIXING = ("CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "LISU")


def hidden(exhibit: Exhibit) -> Iterator[Finding]:
    """Hidden and prompt-like text in one server."""
    server = exhibit.server
    if server.value is None:
        return
    if what := invisible(server.name):
        yield exhibit.finding(rules.HIDDEN_TEXT, server.key, where="the server's name", what=what)
    for value, where in _texts(server.value, ""):
        if what := invisible(value.text):
            yield exhibit.finding(rules.HIDDEN_TEXT, value, where=where, what=what)
    commands = {id(value) for value in exhibit.values}
    if server.is_pseudo:
        return
    for value in server.value.strings():
        if id(value) in commands or len(value.text) < 20 or " " not in value.text:
            continue
        what = next((said for form, said in PROMPT if form.search(value.text)), "")
        if what:
            yield exhibit.finding(rules.PROMPT_LIKE_TEXT, value, where="this text", what=what)


def _texts(value: Value, path: str) -> Iterator[tuple[Value, str]]:
    """Every string and key below a value, and how to speak of it."""
    if value.text:
        yield value, f'"{printable(path)}"' if path else "the value"
    for member in value.members:
        inner = f"{path}.{member.name}" if path else member.name
        if not member.name.isascii():
            yield member.key, "a key"
        yield from _texts(member.value, inner)
    for at, element in enumerate(value.values):
        yield from _texts(element, f"{path}[{at}]")


def invisible(text: str) -> str:
    """What is hidden in a text, by code point; empty where nothing is."""
    if text.isascii() and text.isprintable():
        return ""
    text = FLAG_OF_REGION.sub("", text)
    for match in INVISIBLE.finditer(text):
        before, after = text[: match.start()][-1:], text[match.end() : match.end() + 1]
        character = match.group()
        if character in "\u200c\u200d" and JOINING.match(before) and (not after or JOINING.match(after)):
            continue
        if character == "\u200d" and EMOJI.match(before) and EMOJI.match(after):
            continue
        if "\ufe00" <= character <= "\ufe0e" and before and not before.isascii():
            continue
        if character in "\u200e\u200f" and JOINING.search(text):
            continue
        kind = (
            "a bidirectional control"
            if BIDI.match(character)
            else "a tag character"
            if TAG.match(character)
            else ("an invisible character")
        )
        return f"{kind} ({escape(character)})" if escape(character)[:1] == "\\" else kind
    return ""


def confusable_names(configuration: Configuration) -> Iterator[Finding]:
    """Server names that mix scripts or look like another name of the file."""
    names = [name for name, server in configuration.servers.items() if server.is_defined]
    if all(name.isascii() for name in names):
        return
    from unicodedata import normalize

    skeletons: dict[str, str] = {}
    for name in sorted(names, key=lambda name: not name.isascii()):
        skeleton = normalize("NFKC", name).translate(LOOKALIKES).casefold()
        other = skeletons.setdefault(skeleton, name)
        problem = ""
        if not name.isascii():
            if other != name:
                problem = f'looks like "{printable(other)}"'
            elif mixed := mixed_scripts(name):
                problem = f"mixes Latin with look-alike letters ({mixed})"
            elif normalize("NFKC", name) != normalize("NFC", name) and normalize("NFKC", name).isascii():
                problem = f'is written with look-alikes of "{printable(normalize("NFKC", name))}"'
        if problem:
            server = configuration.servers[name]
            yield rules.CONFUSABLE_NAME.at(
                configuration.place(server.key), subject=name, name=f'"{printable(name)}"', problem=problem
            )


def mixed_scripts(name: str) -> str:
    """The script whose letters stand among Latin ones in one name; empty where none do."""
    from unicodedata import name as name_of

    scripts = {name_of(letter, "").split(" ")[0] for letter in name if letter.isalpha()}
    found = sorted(scripts & set(MIXING)) if "LATIN" in scripts else []
    return found[0].title() if found else ""
