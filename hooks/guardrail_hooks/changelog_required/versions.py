"""Version numbers: whether one is well formed, and which of two is greater."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Key = tuple[object, ...]

NUMBER = r"(?:0|[1-9]\d*)"
# https://semver.org/spec/v2.0.0.html, items 2, 9 and 10
WORD = rf"(?:{NUMBER}|\d*[A-Za-z-][\w-]*)"
SEMVER = rf"({NUMBER})\.({NUMBER})\.({NUMBER})(?:-({WORD}(?:\.{WORD})*))?(?:\+[\w.-]+)?"
# https://packaging.python.org/en/latest/specifications/version-specifiers/, appendix
PEP440 = (
    r"v?(?:(\d+)!)?(\d+(?:\.\d+)*)(?:[-_.]?(a|b|c|rc|alpha|beta|pre|preview)[-_.]?(\d*))?"
    r"(?:-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?([-_.]?dev[-_.]?(\d*))?(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+)*)?"
)
# https://calver.org: numbers that begin with a year, short or full
CALVER = r"(\d{2}|\d{4})((?:\.\d+){1,3})(?:[-.]?(a|b|rc|dev|alpha|beta)[-.]?(\d*))?"
BEFORE_RELEASE = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}


def _is_number(text: str) -> bool:
    """Whether a text is a number without leading zeros."""
    return text.isdigit() and (text == "0" or text[0] != "0")


def semver_key(text: str) -> Key | None:
    """The sort key of a semantic version, None for anything else (item 11: identifiers, numbers before words)."""
    numbers = text.split(".")
    if len(numbers) == 3 and text.isascii() and all(_is_number(number) for number in numbers):
        return (*(int(number) for number in numbers), 1)  # most are: no pattern is compiled for those
    match = re.fullmatch(SEMVER, text, re.ASCII)
    if not match:
        return None
    release = tuple(int(part) for part in match.groups()[:3])
    if match[4] is None:
        return (*release, 1)
    identifiers = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in match[4].split("."))
    return (*release, 0, identifiers)


def pep440_key(text: str) -> Key | None:
    """The sort key of a Python version, None for anything else."""
    match = re.fullmatch(PEP440, text.lower(), re.ASCII)
    if not match:
        return None
    epoch, numbers, stage, serial, implicit, after, dev, dev_serial = match.groups()
    release = [int(part) for part in numbers.split(".")]
    while len(release) > 1 and not release[-1]:
        release.pop()
    post = -1 if implicit is None and after is None else int(implicit or after or 0)
    unstaged = (-1, 0) if dev and post < 0 else (3, 0)
    before = (BEFORE_RELEASE[stage], int(serial or 0)) if stage else unstaged
    return (int(epoch or 0), tuple(release), before, post, 0 if dev else 1, int(dev_serial or 0))


def calver_key(text: str) -> Key | None:
    """The sort key of a calendar version, None for anything else."""
    match = re.fullmatch(CALVER, text.lower(), re.ASCII)
    if not match:
        return None
    year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
    rest = tuple(int(part) for part in match[2][1:].split("."))
    stage = ("dev", "a", "alpha", "b", "beta", "rc").index(match[3]) if match[3] else 6
    return (year, rest, stage, int(match[4] or 0))


SCHEMES: dict[str, tuple[Callable[[str], Key | None], str]] = {
    "semver": (semver_key, "MAJOR.MINOR.PATCH, such as 1.4.0"),
    "pep440": (pep440_key, "a Python version, such as 1.4 or 1.4.0rc1"),
    "calver": (calver_key, "YEAR.MONTH[.NUMBER], such as 2025.9.1"),
}
