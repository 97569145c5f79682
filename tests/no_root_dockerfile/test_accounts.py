"""Which names mean root."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile import Value, read
from guardrail_hooks.no_root_dockerfile.accounts import accounts_with_uid_0, is_numeric, is_root, is_windows_account
from guardrail_hooks.no_root_dockerfile.effective import scripts
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "value", ["root", "0", "00", "+0", "-0", "0:0", "root:app", "0:1000", "root # why", " root ", "", ":", ":0"]
)
def test_root_on_any_system(value) -> None:
    assert is_root(value, windows=False)


@pytest.mark.parametrize(
    "value",
    ["1000", "1000:0", "app:root", "Root", "rooted", "nonroot", "10", "0x0", "app root", "system", "+", "0-0", "X0"],
)
def test_not_root_on_linux(value) -> None:
    assert not is_root(value, windows=False)


@pytest.mark.parametrize(
    "value",
    [
        "ContainerAdministrator",
        "containeradministrator",
        "Administrator",
        "SYSTEM",
        "NT AUTHORITY\\SYSTEM",
        ".\\Administrator",
    ],
)
def test_privileged_on_windows(value) -> None:
    assert is_root(value, windows=True)


def test_container_administrator_exists_on_windows_alone() -> None:
    assert is_root("ContainerAdministrator", windows=False)
    assert not is_root("Administrator", windows=False)
    assert not is_root("ContainerUser", windows=True)


@pytest.mark.parametrize(
    ("value", "numeric"), [("1000", True), ("1000:app", True), ("app", False), ("app:1000", False)]
)
def test_numbers(value, numeric) -> None:
    assert is_numeric(value) is numeric


@pytest.mark.parametrize(
    ("value", "windows"),
    [
        pytest.param("ContainerUser", True, id="the account of Windows base images"),
        pytest.param(" containeradministrator ", True, id="in any case"),
        pytest.param("NT AUTHORITY\\LocalService", True, id="a domain in front"),
        pytest.param("app", False, id="an account that may be Linux's"),
    ],
)
def test_accounts_of_windows(value, windows) -> None:
    assert is_windows_account(value) is windows


@pytest.mark.parametrize(
    ("script", "names"),
    [
        pytest.param("useradd -o -u 0 boss", {"boss"}, id="short options"),
        pytest.param("useradd -ou 0 boss", {"boss"}, id="bundled options"),
        pytest.param("useradd -u0 -o boss", {"boss"}, id="glued value"),
        pytest.param("useradd --non-unique --uid=0 boss", {"boss"}, id="long options with equals sign"),
        pytest.param("useradd --non-unique --uid 0 boss", {"boss"}, id="long options with blank"),
        pytest.param("useradd -o -u 0 -g 0 -d /root -s /bin/sh 'boss'", {"boss"}, id="values are not names"),
        pytest.param("adduser -D -u 0 boss", {"boss"}, id="busybox"),
        pytest.param("adduser -S -u 0 -G wheel boss", {"boss"}, id="busybox: -S takes no value"),
        pytest.param("usermod -o -u 0 boss", {"boss"}, id="usermod"),
        pytest.param("apk add x && adduser -u 00 boss; adduser app", {"boss"}, id="one command of several"),
        pytest.param("echo 'boss:x:0:0::/root:/bin/sh' >> /etc/passwd", {"boss"}, id="a line for the password file"),
        pytest.param('useradd -o -u "0" "boss"', {"boss"}, id="quotes around a word"),
        pytest.param("useradd -c 'The Boss' -o -u 0 boss", {"boss"}, id="blanks inside quotes"),
        pytest.param('adduser --disabled-password --gecos "" --uid 0 boss', {"boss"}, id="an empty value"),
        pytest.param("adduser -u 0 boss wheel", {"boss"}, id="busybox: a group behind the name"),
        pytest.param("usermod -v 1-2 -u 0 boss", {"boss"}, id="an option that is not known"),
        pytest.param("useradd -ou0 boss", {"boss"}, id="bundled, with the value glued"),
        pytest.param("(useradd -o -u 0 boss)", {"boss"}, id="a subshell"),
        pytest.param("useradd -o -u 0 boss >/dev/null 2>&1", {"boss"}, id="redirections are no names"),
        pytest.param("useradd -Gsu0 -u 5 boss", set(), id="a group that looks like an option"),
        pytest.param("useradd -o -u 0 -- boss", {"boss"}, id="behind the end of the options"),
        pytest.param("sudo /usr/sbin/useradd -o -u 0 boss", {"boss"}, id="through sudo, with its folder"),
        pytest.param("sh -ec 'useradd -o -u 0 boss'", {"boss"}, id="in another shell"),
        pytest.param("X=$(useradd -o -u 0 boss)", {"boss"}, id="in a substitution"),
        pytest.param("N=0; useradd -o -u $N boss", {"boss"}, id="an id in a variable"),
        pytest.param("export N=0 && useradd -o -u ${N:-5} boss", {"boss"}, id="that is exported"),
        pytest.param("useradd -o -u $N boss", set(), id="a variable without a value"),
        pytest.param("useradd boss && usermod -ou 0 boss", {"boss"}, id="changed afterwards"),
        pytest.param("useradd -ou 0 boss; usermod -u 1000 boss", set(), id="and back"),
        pytest.param("useradd -ou 0 a; usermod -l b a", {"b"}, id="renamed"),
        pytest.param("usermod -l boss root", {"boss"}, id="root under another name"),
        pytest.param("useradd -ou 0 boss; userdel boss; useradd boss", set(), id="removed and made anew"),
        pytest.param("adduser -u 0 boss && deluser boss sudo", {"boss"}, id="out of a group alone"),
        pytest.param("adduser -u 0 boss && adduser boss sudo", {"boss"}, id="into a group"),
        pytest.param("newusers <<E\nboss:pw:0:0::/root:/bin/sh\nE", {"boss"}, id="newusers"),
        pytest.param("N=1; echo boss:x:$N:0::/: >>/etc/passwd", set(), id="a line with a variable"),
        pytest.param("echo 'useradd -o -u 0 boss'", set(), id="what is printed is not done"),
        pytest.param("# useradd -o -u 0 boss", set(), id="a comment"),
        pytest.param("cat <<E >x\nuseradd -ou 0 boss\nE", set(), id="a script that is written"),
        pytest.param("adduser ann tz0", set(), id="a group whose name ends with 0"),
        pytest.param("echo 'root:x:0:0::/root:/bin/sh' > /etc/passwd", set(), id="root itself is no news"),
        pytest.param("useradd -u 1000 app", set(), id="an ordinary account"),
        pytest.param("useradd -g 0 -u 1001 app", set(), id="group 0 alone"),
        pytest.param("useradd -u 10 app", set(), id="0 is not a part of a number"),
        pytest.param("echo useradds -u 0 boss", set(), id="another word"),
        pytest.param("useradd -u 0", set(), id="no name"),
    ],
)
def test_accounts_made_with_uid_0(script, names) -> None:
    assert accounts_with_uid_0([script]) == names


def test_a_script_sees_its_variables() -> None:
    values = {"UID": Value("0"), "NAME": Value("boss")}
    for script in ('useradd -o -u "$UID" ${NAME}', "useradd -ou$UID $NAME", 'echo "$NAME:x:${UID}:0:" >>/etc/passwd'):
        assert accounts_with_uid_0([(script, values.get)]) == {"boss"}, script
        assert accounts_with_uid_0([(script, {"NAME": Value("boss")}.get)]) == set(), script


@pytest.mark.parametrize(
    ("run", "names"),
    [
        pytest.param('RUN ["useradd", "-o", "-u", "0", "boss"]', {"boss"}, id="JSON"),
        pytest.param('RUN ["sh", "-c", "useradd -ou 0 boss"]', {"boss"}, id="a shell in JSON"),
        pytest.param("RUN <<E\nuseradd -o -u 0 boss\nE", {"boss"}, id="a script"),
        pytest.param("RUN <<-'E'\n\tuseradd -o -u 0 boss\n\tE", {"boss"}, id="a script between quotes, with tabs"),
        pytest.param("RUN bash <<E\nuseradd -o -u 0 boss\nE", {"boss"}, id="a script for a shell"),
        pytest.param("RUN <<E /bin/sh -e\nuseradd -o -u 0 boss\nE", {"boss"}, id="in front of it"),
        pytest.param("RUN cat <<E >/x\nuseradd -o -u 0 boss\nE", set(), id="a file"),
        pytest.param("RUN cat <<E >>/etc/passwd\nboss:x:0:0::/:/bin/sh\nE", {"boss"}, id="lines of the password file"),
        pytest.param("RUN true <<E && useradd -o -u 0 boss\nx\nE", {"boss"}, id="a command behind it"),
        pytest.param("RUN useradd \\\n  # why\n  -o -u 0 \\\n  boss", {"boss"}, id="a comment in between"),
    ],
)
def test_what_run_executes(run, names) -> None:
    (stage,) = read(f"FROM debian:12\n{run}\n".encode()).stages
    assert accounts_with_uid_0(scripts(stage)) == names


@given(st.text())
def test_any_script_is_read(script) -> None:
    accounts_with_uid_0([script, f"useradd -u 0 {script}", f"{script} passwd 0"])


@given(st.text(), st.booleans())
def test_any_value_has_a_verdict(value, windows) -> None:
    assert is_root(value, windows=windows) in (True, False)


@pytest.mark.parametrize(
    ("script", "accounts"),
    [
        pytest.param("adduser -u 0 boss staff && deluser boss", "", id="a removed account"),
        pytest.param("useradd -u 0 boss && deluser boss staff", "boss", id="an account taken out of a group alone"),
        pytest.param("useradd -u 0 -o -- boss", "boss", id="a name behind the end of the options"),
        pytest.param("useradd -ou0 boss; usermod boss", "boss", id="a change of nothing"),
        pytest.param("groupmod -l boss root; useradd -u 0 chief", "chief", id="the name of a group"),
        pytest.param("useradd -u 5 boss; usermod --uid 0 -l chief boss", "chief", id="another name and id"),
        pytest.param("usermod -l boss nobody; useradd -u 0 chief", "chief", id="another name of an unknown account"),
        pytest.param("useradd boss -u", "", id="an option without its value"),
        pytest.param("useradd --uid 0 $NAME", "$NAME", id="a name that nobody knows"),
    ],
)
def test_what_commands_do_to_accounts(script, accounts) -> None:
    assert " ".join(sorted(accounts_with_uid_0([script]))) == accounts


def test_accounts_that_were_there_before() -> None:
    boss = frozenset({"boss"})
    assert accounts_with_uid_0(["echo"], boss) == boss
    assert accounts_with_uid_0(["usermod -u 7 boss"], boss) == frozenset()
