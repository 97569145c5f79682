"""Which words of a logical line start a here-document.

Follows BuildKit, `heredocsFromLine` and `ParseHeredoc` in `frontend/dockerfile/parser/parser.go`: `<<WORD`, `<<-WORD`,
blanks after `<<`, a number before it, quotes around the word, several on one line; not `<<<`.
"""

from __future__ import annotations

import re

from .words import BadSubstitution, split_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_HEREDOC = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)\Z")


def heredocs_on(line: str) -> Iterator[tuple[str, bool, bool]]:
    """Yield name, whether its body is expanded, and whether leading tabs go, for each here-document of the line."""
    try:
        words = split_words(line, raw=True)
    except BadSubstitution:
        return
    for word in words:
        heredoc = heredoc_word(word)
        if heredoc:
            yield heredoc


def heredoc_word(word: str) -> tuple[str, bool, bool] | None:
    """Read one word as the start of a here-document: (name, expand, chomp), or None if it is none."""
    match = _HEREDOC.match(word) if "<<" in word else None
    if match is None or not match[2]:
        return None
    try:
        names = split_words(match[2], raw=False)
        quoted = split_words(match[2], raw=True)
    except BadSubstitution:
        return None
    if len(names) != 1 or len(quoted) != 1:
        return None
    return names[0], _quotes(names[0]) == _quotes(quoted[0]), bool(match[1])


def _quotes(word: str) -> int:
    return word.count("'") + word.count('"')
