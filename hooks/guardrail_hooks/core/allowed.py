"""`--list-allows`: every exception, for those who review them."""

from __future__ import annotations

import os
import time

from guardrail_hooks.core.allow import read_exemption
from guardrail_hooks.core.git import find_root, run_git
from guardrail_hooks.core.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.allow import Grant, Remark
    from guardrail_hooks.core.options import Options


def list_allows(remarks: Iterable[Remark], grants: list[Grant], prefix: str, options: Options) -> str:
    """All exceptions for rules with this prefix, as lines or (`--format json`) as one array."""
    rows: list[dict[str, object]] = sorted(_comments(remarks, prefix), key=lambda row: (str(row["path"]), row["line"]))
    for text, grant in zip(options.values("allow"), grants, strict=True):
        row = dict.fromkeys(("path", "line", "author", "date"))
        rows.append(
            {**row, "codes": [text.partition(":")[0]], "reason": grant.reason, "until": grant.until or None}
            | {"argument": f"--allow {text}"}
        )
    if options.value("format") == "json":
        import json

        return json.dumps(rows, indent=2) + "\n"
    return "".join(_line(row) for row in rows)


def _comments(remarks: Iterable[Remark], prefix: str) -> Iterator[dict[str, object]]:
    """The allow comments among the remarks, with who wrote them when."""
    for remark in remarks:
        exemption = read_exemption(remark)
        if exemption and any(code.startswith(prefix) for code in exemption.codes):
            author, date = _blame(remark.place.path or "", remark.place.line)
            yield {
                "codes": list(exemption.codes),
                "path": remark.place.path,
                "line": remark.place.line,
                "reason": exemption.reason,
                "until": exemption.until or None,
                "author": author,
                "date": date,
                "argument": None,
            }


def _blame(path: str, line: int) -> tuple[str | None, str | None]:
    """Who last wrote a line, and on which UTC date; nothing for a line that is not committed."""
    here = os.path.relpath(os.path.join(find_root(), path))  # git blame knows no pathspec magic
    code, out, _ = run_git("blame", "--porcelain", "-L", f"{line},{line}", "--", here)
    if code:
        return None, None
    fields = dict(row.partition(" ")[::2] for row in out.decode("utf-8", "replace").splitlines()[1:])
    if out.startswith(b"0" * 40):
        return None, None
    return fields.get("author"), time.strftime("%Y-%m-%d", time.gmtime(int(fields.get("author-time", "0"))))


def _line(row: dict[str, object]) -> str:
    """One exception as a line of text."""
    codes = row["codes"]
    assert isinstance(codes, list)
    place = f"{row['path']}:{row['line']}" if row["path"] else row["argument"]
    written = f"{row['author']}, {row['date']}" if row["author"] else "not committed" if row["path"] else "command line"
    until = f" until {row['until']}" if row["until"] else ""
    return printable(f"{place}: {','.join(codes)}{until}: {row['reason']} ({written})") + "\n"
