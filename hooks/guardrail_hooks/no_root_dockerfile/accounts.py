"""Accounts: which user names mean root, and which accounts a build creates with user id 0."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# The runtime reads a numeric user with Go's strconv.Atoi, base 10 with an optional sign (moby/sys/user).
NUMBER = r"[+-]?[0-9]+"
ZERO = r"[+-]?0+"
# Windows containers: ContainerAdministrator, the local Administrator and SYSTEM are privileged
# (learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-security).
WINDOWS_ONLY = frozenset({"containeradministrator"})
PRIVILEGED_NAMES = WINDOWS_ONLY | {"administrator", "administrators", "system", "localsystem"}

COMMANDS = r"[;&|\n]+"
WORD = r"""(?:"[^"]*"|'[^']*'|\S)+"""
MAKES_ACCOUNT = r"\b(?:useradd|adduser|usermod)\b"
ACCOUNT_LINE = r"(?<![\w.-])([A-Za-z_][\w.-]{0,31}):[^:\s]{0,128}:0+:\d+:"
# Options of useradd, adduser (Debian, busybox) and usermod whose value is a word of its own: shadow-utils useradd(8),
# usermod(8); busybox adduser usage; Debian adduser(8).
TAKES_VALUE = frozenset({
    "-b", "-c", "-d", "-e", "-f", "-g", "-G", "-h", "-k", "-K", "-l", "-L", "-p", "-r", "-R", "-s", "-S", "-u", "-Z",
    "--base-dir", "--comment", "--home", "--home-dir", "--expiredate", "--inactive", "--gid", "--groups", "--skel",
    "--key", "--login", "--password", "--root", "--shell", "--uid", "--selinux-user", "--ingroup", "--gecos",
    "--firstuid", "--lastuid", "--conf", "--prefix", "--add-subuids",
})  # fmt: skip
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


def accounts_with_uid_0(scripts: Iterable[str]) -> frozenset[str]:
    """The names of accounts that shell commands create with, or change to, user id 0."""
    return frozenset(name for script in scripts for name in _root_accounts(script))


def _root_accounts(script: str) -> Iterator[str]:
    """The names in one script."""
    if "0" not in script:
        return
    if "useradd" in script or "adduser" in script or "usermod" in script:
        for command in re.split(COMMANDS, script):
            if made := re.search(MAKES_ACCOUNT, command):
                words = re.findall(WORD, command[made.end() :])
                yield from _account_of(made.group(), [re.sub("[\"']", "", word) for word in words])
    if "passwd" in script:
        yield from (match[1] for match in re.finditer(ACCOUNT_LINE, script) if match[1] != "root")


def _account_of(command: str, words: list[str]) -> Iterator[str]:
    """The account that one useradd, adduser or usermod gives user id 0, if it does."""
    uid, names = "", []
    flags = FLAGS_OF[command]
    waiting = iter(words)
    for word in waiting:
        name, equals, value = word.partition("=")
        if name == "--uid" or word == "-u":
            uid = value if equals else next(waiting, "")
        elif word.startswith("-u") and word[2:].isdigit():
            uid = word[2:]
        elif re.fullmatch(r"-[A-Za-z]+u", word):
            uid = next(waiting, "")  # bundled flags such as -ou 0
        elif word.startswith("-"):
            if word in TAKES_VALUE and word not in flags:
                next(waiting, "")
        else:
            names.append(word)
    if uid and re.fullmatch(ZERO, uid) and names:
        yield names[0] if command == "adduser" else names[-1]  # behind the name, adduser takes a group
