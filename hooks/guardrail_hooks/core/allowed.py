"""`--list-allows`: every exception, for those who review them. `allows.schema.json` beside this describes the JSON."""

from __future__ import annotations

import os
import time

from guardrail_hooks.core.allow import is_date, read_exemption
from guardrail_hooks.core.git import find_root, run_git
from guardrail_hooks.core.table import aligned

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from guardrail_hooks.core.allow import Exemption, Grant, Remark
    from guardrail_hooks.core.options import Options

    Row = dict[str, object]

NOT_COMMITTED, NOT_KNOWN, COMMAND_LINE = "not committed", "not known", "command line"
HEAD = ("PLACE", "CODES", "UNTIL", "WRITTEN BY", "ON", "REASON")


def list_allows(remarks: Iterable[Remark], grants: list[Grant], prefix: str, options: Options) -> str:
    """All exceptions for rules with this prefix, as a table or (`--format json`) as one array."""
    told = [*_comments(remarks, prefix), *_arguments(options.values("allow"), grants)]
    if options.value("format") == "json":
        from guardrail_hooks.core.encode import encode

        return encode([row for row, _ in told], indent=2) + "\n"
    today = time.strftime("%Y-%m-%d", time.gmtime())
    return aligned([HEAD, *(_cells(row, who, today) for row, who in told)]) if told else ""


def _comments(remarks: Iterable[Remark], prefix: str) -> Iterator[tuple[Row, str]]:
    """The allow comments among the remarks in order of their places, and in words who wrote each."""
    by_path: dict[str, dict[int, Exemption]] = {}
    for remark in remarks:
        exemption = read_exemption(remark)
        if exemption and any(code.upper().startswith((prefix, "ALW")) for code in exemption.codes):
            by_path.setdefault(remark.place.path or "", {})[remark.place.line] = exemption
    for path in sorted(by_path):
        written = _blame(path, sorted(by_path[path]))
        for line, exemption in sorted(by_path[path].items()):
            author, date = (None, None) if written is None else written.get(line, (None, None))
            row = {
                "codes": list(exemption.codes),
                "path": path,
                "line": line,
                "reason": exemption.reason,
                "until": exemption.until,
                "author": author,
                "date": date,
                "argument": None,
            }
            yield row, author or (NOT_KNOWN if written is None else NOT_COMMITTED)


def _arguments(texts: list[str], grants: list[Grant]) -> Iterator[tuple[Row, str]]:
    """What `--allow` excuses."""
    for text, grant in zip(texts, grants, strict=True):
        nowhere = dict.fromkeys(("path", "line"))
        unknown = dict.fromkeys(("author", "date"))
        row = {"codes": [text.partition(":")[0]], **nowhere, "reason": grant.reason, "until": grant.until or None}
        yield {**row, **unknown, "argument": f"--allow {text}"}, COMMAND_LINE


def _blame(path: str, lines: list[int]) -> dict[int, tuple[str, str]] | None:
    """Who last wrote each of the lines, and on which UTC date; lines that are not committed are left out.

    None where git does not tell, as with `blame.ignoreRevsFile` set to a file that is not there.
    """
    here = os.path.relpath(os.path.join(find_root(), path))  # git blame knows no pathspec magic
    ranges = [f"-L{line},{line}" for line in lines]
    code, out, _ = run_git("blame", "--porcelain", "--no-textconv", *ranges, "--", here)
    if code:
        return None if run_git("cat-file", "-e", f"HEAD:{path}")[0] == 0 else {}
    authors: dict[str, tuple[str, str]] = {}
    found: dict[int, tuple[str, str]] = {}
    commit, line, author = "", 0, ""
    for row in out.decode("utf-8", "replace").split("\n"):
        key, _, value = row.partition(" ")
        if row.startswith("\t"):  # the line itself closes its block; a commit is described where it is met first
            if commit in authors and commit.strip("0"):
                found[line] = authors[commit]
        elif len(key) >= 40 and len(numbers := value.split(" ")) >= 2:
            commit, line = key, int(numbers[1])
        elif key == "author":
            author = value
        elif key == "author-time":
            authors[commit] = author, time.strftime("%Y-%m-%d", time.gmtime(int(value)))
    return found


def _cells(row: Row, who: str, today: str) -> tuple[str, ...]:
    """One exception as a row of the table."""
    codes, until = row["codes"], "-" if row["until"] is None else str(row["until"])
    assert isinstance(codes, list)
    if row["until"] is not None and not (is_date(until) and until >= today):
        until = f"{until} (ended)" if is_date(until) else f"{until} (no date)".lstrip()
    place = f"{row['path']}:{row['line']}"
    if row["argument"]:
        target = str(row["argument"]).removeprefix("--allow ").partition("=")[0]
        place = f"--allow {target}"
    return place, ",".join(codes), until, who, str(row["date"] or "-"), str(row["reason"] or "(none)")
