"""The words of an entry: what remains when white space, markup, case and final punctuation are taken away."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MARKUP = str.maketrans("", "", "*`~\\")
HIDDEN = r"<!--.*?(?:-->|$)|<(?![a-z]+:|[^<>\s]*@)/?[A-Za-z][^<>]*>"
ADDRESS = r"<([a-z]+:[^<>\s]*|[^<>\s]*@[^<>\s]*)>"
UNDERSCORES = r"(?<!\w)_+|_+(?!\w)"
FINAL = " .,;:!"
TARGET = r"\]\([^()]*\)"  # where a link leads

# What people write where an entry should stand.
PLACEHOLDERS = frozenset(
    {
        *("todo", "to do", "tbd", "tba", "tbc", "to be done", "to be defined", "to be determined", "to be written"),
        *("n/a", "n.a", "na", "none", "nil", "not applicable", "nothing", "fixme", "xxx", "wip", "changeme"),
        *("placeholder", "coming soon", "your change here", "describe your change", "describe your changes"),
        "lorem ipsum",
    }
)
PROMISES = ("todo:", "todo(", "fixme:", "fixme(", "tbd:", "xxx:")
# A field may say that there is nothing to say about, or name an issue: `Related Changes: none`, or `#12`.
ANSWERS = frozenset({"none", "nil", "nothing"})
BRACKETS = {"[": "]", "<": ">", "{": "}"}


def words(text: str) -> str:
    """The words of an entry, separated by single blanks."""
    if "<" in text and (">" in text or "<!--" in text):
        text = re.sub(HIDDEN, " ", text)
        text = re.sub(ADDRESS, r"\1", text)
    text = text.translate(MARKUP)
    if "_" in text:
        text = re.sub(UNDERSCORES, "", text)
    return " ".join(text.casefold().split()).rstrip(FINAL)


def is_placeholder(text: str, *, answers: bool = False) -> bool:
    """Whether an entry (or, with `answers`, the value of a field) says nothing yet."""
    plain = text.strip()
    said = words(text)
    shown = re.sub(TARGET, "]", said) if "](" in said else said
    if not any(character.isalpha() or (answers and character.isdigit()) for character in shown):
        return True
    if said in PLACEHOLDERS:
        return not (answers and said in ANSWERS)
    if said.startswith(PROMISES):
        return True
    opening, inner = plain[:1], plain.rstrip(FINAL)
    closing = BRACKETS.get(opening)
    if not closing or inner[-1:] != closing:
        return False
    while inner[:1] == opening and inner[-1:] == closing:
        inner = inner[1:-1].strip()
    return opening not in inner and closing not in inner


def unexplained(new: Collection[str], gone: Collection[str]) -> list[str]:
    """The items of `new` that are more than a piece, or a sequence, of items in `gone`.

    Rewrapping, and blank lines that part or join paragraphs, move words between items without saying anything.
    """
    if not gone or not new:
        return list(new)
    pieces = [f" {item} " for item in gone]
    ordered = sorted(gone, key=len, reverse=True)
    return [
        item for item in new if not any(f" {item} " in piece for piece in pieces) and not _is_made_of(item, ordered)
    ]


def _is_made_of(item: str, parts: Iterable[str]) -> bool:
    """Whether an item is nothing but a sequence of these parts; final punctuation may stand between them."""
    rest = item
    parts = [part for part in parts if part]
    while rest:
        part = next((part for part in parts if rest.startswith(part) and rest[len(part) :][:1] in ("", *FINAL)), None)
        if part is None:
            return False
        rest = rest[len(part) :].lstrip(FINAL)
    return True


def is_edit(new: str, old: str) -> bool:
    """Whether an item is another wording of an older one: at least half of their words are the same."""
    one, other = set(new.split()), set(old.split())
    return 2 * len(one & other) >= max(len(one), len(other))
