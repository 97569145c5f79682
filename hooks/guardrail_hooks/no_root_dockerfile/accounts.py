"""Accounts: which user names mean root, and which accounts a build creates with user id 0."""

from __future__ import annotations

import re

from guardrail_hooks.no_root_dockerfile.executed import base_name, shell_commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from guardrail_hooks.formats.dockerfile.words import Lookup

# The runtime reads a numeric user with Go's strconv.Atoi, base 10 with an optional sign (moby/sys/user).
NUMBER = r"[+-]?[0-9]+"
ZERO = r"[+-]?0+"
# Windows containers: ContainerAdministrator, the local Administrator and SYSTEM are privileged
# (learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-security).
WINDOWS_ONLY = frozenset({"containeradministrator"})
PRIVILEGED_NAMES = WINDOWS_ONLY | {"administrator", "administrators", "system", "localsystem"}

ACCOUNT_LINE = r"(?<![\w.-])([A-Za-z_][\w.-]{0,31}):[^:\s]{0,128}:([+-]?\d{1,10}):\d{1,10}:"
VARIABLE = r"\$(?:\{(\w{1,64})\}|(\w{1,64}))"
# A sign that somebody may get user id 0: without one no command is looked at.
SUSPICIOUS = r"""(?:-[A-Za-z]{0,16}u|--uid)[\s=\\"']*[+-]?[0$]|:[+-]?0+:|:\$|usermod\s[^;&|\n]{0,200}\broot\b"""
# Options of useradd, adduser (Debian, busybox) and usermod whose value is a word of its own: shadow-utils useradd(8),
# usermod(8); busybox adduser usage; Debian adduser(8).
TAKES_VALUE = frozenset({
    "-b", "-c", "-d", "-e", "-f", "-g", "-G", "-h", "-k", "-K", "-l", "-L", "-p", "-r", "-R", "-s", "-S", "-u", "-Z",
    "--base-dir", "--comment", "--home", "--home-dir", "--expiredate", "--inactive", "--gid", "--groups", "--skel",
    "--key", "--login", "--password", "--root", "--shell", "--uid", "--selinux-user", "--ingroup", "--gecos",
    "--firstuid", "--lastuid", "--conf", "--prefix", "--add-subuids", "-P",
})  # fmt: skip
LONG = {"u": "uid", "l": "login"}
MAKES = frozenset({"useradd", "adduser"})
REMOVES = frozenset({"userdel", "deluser"})
PROGRAMS = MAKES | REMOVES | {"usermod"}
FLAGS_OF = {"useradd": frozenset({"-r", "-l"}), "adduser": frozenset({"-S", "-r"}), "usermod": frozenset({"-L"})}


def user_part(value: str) -> str:
    """The user of a USER value such as `app:app` or `1000:0`: its first word, up to the colon."""
    words = value.split(None, 1)
    return words[0].partition(":")[0] if words else ""


def is_root(value: str, *, windows: bool, created: Iterable[str] = ()) -> bool:
    """Whether a USER value means root; `created` are the names that the build gave user id 0."""
    account = value.strip().rpartition("\\")[2].lower()
    if account in WINDOWS_ONLY or (windows and account in PRIVILEGED_NAMES):
        return True
    user = user_part(value)
    return user in ("", "root") or (user.strip("+-0") == "" and re.fullmatch(ZERO, user) is not None) or user in created


def is_numeric(value: str) -> bool:
    """Whether the user is given as a number."""
    return re.fullmatch(NUMBER, user_part(value)) is not None


def is_windows_account(value: str) -> bool:
    """Whether a user exists in Windows containers alone, which know no numbers."""
    return "\\" in value or value.strip().lower() in ("containeruser", *WINDOWS_ONLY)


def accounts_with_uid_0(
    scripts: Iterable[str | tuple[str, Lookup]], before: frozenset[str] = frozenset()
) -> frozenset[str]:
    """The names of the accounts that have user id 0 after these shell scripts, in their order.

    A script may come with the variables it sees. `before` are the names that had it before.
    """
    known = [(one, _nothing) if isinstance(one, str) else one for one in scripts]
    if not before and not any(re.search(SUSPICIOUS, script) for script, _ in known):
        return before
    return frozenset(name for name, uid in account_ids(known, dict.fromkeys(before, "0")).items() if has_uid_0(uid))


def has_uid_0(uid: str) -> bool:
    """Whether a user id as written is that of root."""
    return re.fullmatch(ZERO, uid) is not None


def _nothing(_name: str) -> None:
    """The variables of a script that sees none."""


def account_ids(scripts: Iterable[tuple[str, Lookup]], before: Mapping[str, str]) -> dict[str, str]:
    """The accounts that these scripts leave, but for root, with the user id written for each (or nothing)."""
    ids = {"root": "0", **before}
    for script, variables in scripts:
        if "user" in script:
            for words in shell_commands(script, variables):
                at = next((at for at, word in enumerate(words) if base_name(word) in PROGRAMS), None)
                if at is not None:
                    _carry_out(base_name(words[at]), words[at + 1 :], ids)
        if "passwd" in script or "newusers" in script:
            text = _filled_in(script, variables)
            ids.update((match[1], match[2]) for match in re.finditer(ACCOUNT_LINE, text))
    ids.pop("root", None)
    return ids


def _filled_in(text: str, variables: Lookup) -> str:
    """A text with the values of its variables; one without a value stays as it is written."""

    def fill(found: re.Match[str]) -> str:
        value = variables(found[1] or found[2])
        return value.text if value else found[0]

    return re.sub(VARIABLE, fill, text) if "$" in text else text


def _carry_out(program: str, words: list[str], ids: dict[str, str]) -> None:
    """What one command does to the accounts."""
    options, names = _parsed(program, words)
    if not names:
        return
    name = names[0] if program in ("adduser", "deluser") else names[-1]  # behind the name stands a group
    uid = options.get("uid", "")
    if program in REMOVES and (program != "deluser" or len(names) == 1):
        ids.pop(name, None)
    elif program in MAKES and (uid or name not in ids):
        ids[name] = uid
    elif program == "usermod" and (uid or "login" in options):
        before = ids.pop(name, "")
        ids[options.get("login") or name] = uid or before


def _parsed(program: str, words: list[str]) -> tuple[dict[str, str], list[str]]:
    """The options `uid` and `login` of a command, and its other words."""
    options: dict[str, str] = {}
    names: list[str] = []
    flags = FLAGS_OF.get(program, frozenset())
    waiting = iter(words)
    for word in waiting:
        if word == "--":
            names += waiting
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            if name in TAKES_VALUE and not equals:
                value = next(waiting, "")
            options[name[2:]] = value
        elif not word.startswith("-") or word == "-":
            names.append(word)
        else:
            for at, letter in enumerate(word[1:], 2):  # bundled flags such as -ou 0; a value ends them
                if f"-{letter}" in TAKES_VALUE and f"-{letter}" not in flags:
                    options[LONG.get(letter, letter)] = word[at:] or next(waiting, "")
                    break
    return options, names
