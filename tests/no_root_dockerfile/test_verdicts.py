"""Verdicts beyond the labelled cases: positions, messages, fixes, and what is listed."""

from __future__ import annotations

import json

import pytest
from guardrail_hooks.core import judge
from guardrail_hooks.no_root_dockerfile.cli import HOOK

from tests.verdicts import findings, places


def found(dockerfile: str | bytes, *arguments: str) -> list[str]:
    return places(findings(HOOK, {"Dockerfile": dockerfile}, *arguments))


def said(dockerfile: str, *arguments: str) -> tuple[str, str]:
    (one,) = findings(HOOK, {"Dockerfile": dockerfile}, *arguments)
    return one.message, one.fix or ""


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        pytest.param("FROM debian:12\nUSER root\n", ["2:6 USR001"], id="the value is marked"),
        pytest.param("FROM debian:12\n  user   0:0\n", ["2:10 USR001"], id="wherever it stands"),
        pytest.param("FROM debian:12\nUSER \\\n  root\n", ["2:1 USR001"], id="on the instruction when it is below"),
        pytest.param("FROM --platform=linux/amd64 debian:12 AS x\n", ["1:29 USR002"], id="the base image is marked"),
        pytest.param("FROM debian:12\nONBUILD USER root\nUSER app\n", [], id="a trigger is for others"),
        pytest.param("FROM debian:12\nUSER root\nUSER app\n", [], id="the last one wins"),
        pytest.param("FROM mycorp/x:1\nUSER $A\n", [], id="a variable that the base may set"),
        pytest.param("FROM scratch\nUSER $A\nCMD x\n", ["2:6 USR001"], id="which scratch cannot"),
        pytest.param("FROM scratch\nCOPY a /\nUSER root\n", ["3:6 USR001"], id="root written down on an artifact"),
        pytest.param("FROM ${BASE}\n", ["1:6 USR003"], id="a base that nobody can know"),
        pytest.param("FROM Not/A/Reference\nUSER 1\n", [], id="whatever the base, USER decides"),
        pytest.param("FROM Not/A/Reference\n", ["1:6 USR003"], id="nothing is known of what is no image"),
        pytest.param("FROM debian:12\nUSER SYSTEM\n", [], id="an account of Windows is a plain name on Linux"),
        pytest.param("FROM --platform=windows me/x:1\nUSER SYSTEM\n", ["2:6 USR001"], id="Windows by its platform"),
        pytest.param("FROM me/nanoserver-app:1\nUSER SYSTEM\n", ["2:6 USR001"], id="Windows by its name"),
        pytest.param(
            "FROM --platform=windows/amd64 golang:1\nUSER SYSTEM\n", ["2:6 USR001"], id="the platform before the table"
        ),
        pytest.param("FROM scratch\nCOPY a /\nENTRYPOINT []\n", [], id="an empty ENTRYPOINT starts nothing"),
        pytest.param("FROM scratch\nCOPY a /\nCMD []\n", [], id="nor does an empty CMD"),
        pytest.param(
            "FROM debian:12\nEXPOSE x\nFROM debian:12\nUSER 1\n", [], id="an error in a stage that is not built"
        ),
        pytest.param(
            "FROM debian:12 AS a\nEXPOSE x\nFROM a\nUSER 1\n", ["2:8 USR900"], id="an error in a stage that is"
        ),
        pytest.param(
            "FROM debian:12 AS a\nENV U=1\nARG U=0\nFROM a\nUSER $U\n", [], id="ENV of the stage below, over its ARG"
        ),
    ],
)
def test_default_policy(dockerfile, expected) -> None:
    assert found(dockerfile) == expected


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        pytest.param("FROM mycorp/x:1\nUSER $A\n", ["2:6 USR004"], id="a variable that only the base can set"),
        pytest.param("FROM mycorp/x:1\nUSER ${A:-1000}\n", [], id="a default of its own"),
        pytest.param("FROM debian:12 AS a\nUSER 1\nFROM debian:12\nUSER 2\n", [], id="two deliverables, both fine"),
        pytest.param("FROM debian:12 AS a\nFROM debian:12\nCOPY --from=a / /\nUSER 2\n", [], id="a stage copied from"),
        pytest.param("FROM debian:12 AS a\nFROM debian:12\nUSER 2\n", ["1:6 USR002"], id="a stage that could be built"),
        pytest.param('FROM debian:12\nUSER a\nCMD ["/usr/bin/sudo", "x"]\n', ["3:1 USR005"], id="sudo as the command"),
        pytest.param("FROM debian:12\nUSER a\nENTRYPOINT exec sudo -u b x\n", ["3:1 USR005"], id="sudo in shell form"),
        pytest.param('FROM debian:12\nUSER a\nENTRYPOINT ["sh","-c","sudo x"]\n', ["3:1 USR005"], id="sudo in a shell"),
        pytest.param('FROM debian:12\nUSER a\nENTRYPOINT ["x"]\nCMD ["sudo"]\n', [], id="sudo as a mere argument"),
        pytest.param('FROM debian:12\nUSER a\nCMD ["sudoku"]\n', [], id="another program"),
        pytest.param(
            'FROM debian:12\nUSER a\nENTRYPOINT ["sh","-ec","sudo x"]\n', ["3:1 USR005"], id="a shell with options"
        ),
        pytest.param('FROM debian:12\nUSER a\nENTRYPOINT ["sh","x.sh"]\n', [], id="a shell with a file"),
        pytest.param(
            'FROM debian:12\nUSER a\nENTRYPOINT []\nCMD ["sudo"]\n', ["4:1 USR005"], id="CMD of an empty ENTRYPOINT"
        ),
        pytest.param("FROM debian:12\nUSER a\nCMD A=1 'sudo' x\n", ["3:1 USR005"], id="behind a variable, quoted"),
        pytest.param("FROM debian:12\nEXPOSE x\nFROM a\nUSER 1\n", ["2:8 USR900"], id="an error in any deliverable"),
    ],
)
def test_hardened_policy(dockerfile, expected) -> None:
    assert found(dockerfile, "--policy", "hardened") == expected


class TestTarget:
    FILE = "FROM debian:12 AS prod\nUSER app\nFROM debian:12 AS Test\nUSER root\n"

    def test_named_stages_are_judged_in_any_case(self) -> None:
        assert found(self.FILE, "--target", "prod") == []
        assert found(self.FILE, "--target", "TEST") == ["4:6 USR001"]
        assert found(self.FILE, "--target", "prod", "--target", "test") == ["4:6 USR001"]

    def test_a_stage_can_be_named_by_its_number(self) -> None:
        assert found(self.FILE, "--target", "0") == []

    def test_a_file_without_that_stage_is_judged_by_its_last(self) -> None:
        assert found(self.FILE, "--target", "elsewhere") == ["4:6 USR001"]


class TestBases:
    def test_declared_by_canonical_or_familiar_name_with_or_without_tag(self) -> None:
        for glob in ("mycorp/*", "docker.io/mycorp/x", "mycorp/x:1", "docker.io/*"):
            assert found("FROM mycorp/x:1\n", "--nonroot-base", glob) == [], glob
        assert found("FROM mycorp/x:1\n", "--nonroot-base", "mycorp/x:2") == ["1:6 USR003"]

    def test_without_tag_and_digest_the_tag_is_latest(self) -> None:
        assert found("FROM mycorp/x\n", "--nonroot-base", "mycorp/x:latest") == []
        for glob in ("mycorp/x:latest", "mycorp/x:?*"):
            assert found(f"FROM mycorp/x@sha256:{'a' * 64}\n", "--nonroot-base", glob) == ["1:6 USR003"]

    def test_a_declared_base_may_still_be_windows(self) -> None:
        file = "FROM mycorp/servercore:1\nUSER Administrator\n"
        assert found(file, "--nonroot-base", "mycorp/*") == ["2:6 USR001"]

    def test_nothing_is_known_of_the_accounts_of_a_declared_base(self) -> None:
        remedy = "create an account and end the stage with it, for example `USER 10001:10001`"
        assert said("FROM mycorp/x:1\n", "--root-base", "mycorp/*")[1] == remedy
        assert said("FROM mycorp/x:1\nUSER 0\n", "--nonroot-base", "mycorp/*")[1] == remedy

    def test_declared_as_root(self) -> None:
        assert found("FROM mycorp/x:1\n", "--root-base", "mycorp/*") == ["1:6 USR002"]

    def test_the_command_line_knows_better_than_the_table(self) -> None:
        assert found("FROM debian:12\n", "--nonroot-base", "docker.io/library/debian") == []
        assert found("FROM nginxinc/nginx-unprivileged:1.27\n", "--root-base", "nginxinc/*") == ["1:6 USR002"]

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            pytest.param("USER $APP_UID", [], id="plain"),
            pytest.param("USER ${APP_UID:-0}", [], id="a default that is not needed"),
            pytest.param("USER ${APP_UID:+root}", ["2:6 USR001"], id="an alternative that is taken"),
            pytest.param("ENV U=$APP_UID\nUSER $U", [], id="through another variable"),
            pytest.param("ARG APP_UID=0\nUSER $APP_UID", ["3:6 USR001"], id="hidden by an argument"),
            pytest.param("ARG APP_UID=0\nFROM a\nUSER $APP_UID", [], id="in the stage of the argument alone"),
        ],
    )
    def test_a_variable_that_the_base_is_known_to_set(self, lines, expected) -> None:
        file = f"FROM mcr.microsoft.com/dotnet/aspnet:8.0 AS a\n{lines}\n"
        assert found(file, "--policy", "hardened") == expected

    @pytest.mark.parametrize(
        ("user", "variable"),
        [
            pytest.param("$X", "X", id="the value itself"),
            pytest.param("${X:+app}", "X", id="an alternative"),
            pytest.param("${X+app}", "X", id="an alternative to no value at all"),
            pytest.param("${X-}", "X", id="an empty default"),
            pytest.param("${X:?set it}", "X", id="a value that must be given"),
            pytest.param("$V", "X", id="through ENV"),
            pytest.param("$W", "X", id="an alternative through ENV"),
            pytest.param("${E:-$X}", "X", id="the default of an empty one"),
            pytest.param("$X:root", "X", id="before a group"),
        ],
    )
    def test_a_user_that_only_the_base_can_give(self, user, variable) -> None:
        file = f"FROM mycorp/x:1\nENV E= V=$X W=${{X:+w}}\nUSER {user}\n"
        assert found(file) == []
        assert found(file, "--policy", "hardened") == ["3:6 USR004"]
        assert f"${{{variable}:-10001}}" in said(file, "--policy", "hardened")[1]

    @pytest.mark.parametrize("user", ["$E", "${E:+$X}", "${X:+}", "${X##*}", ":$X", "${X:-root}", "${X:+$E}", "''"])
    def test_a_user_that_no_base_can_give(self, user) -> None:
        assert found(f"FROM mycorp/x:1\nENV E=\nUSER {user}\n") == ["3:6 USR001"]

    @pytest.mark.parametrize(
        ("file", "expected"),
        [
            pytest.param("ARG U=app\nFROM debian:12\nUSER $U\n", ["3:6 USR001"], id="an argument above FROM"),
            pytest.param("FROM debian:12\nUSER $U\nARG U=app\n", ["2:6 USR001"], id="one that comes too late"),
            pytest.param("FROM debian:12\nARG U\nUSER $U\n", ["3:6 USR001"], id="one without a value"),
            pytest.param("FROM debian:12\nUSER $U\n", [], id="a variable that the file never sets"),
            pytest.param("ARG U=app\nFROM mycorp/x:1\nUSER $U\n", [], id="a base that may set it"),
            pytest.param("ARG SOLR_UID=1\nFROM solr:9\nUSER $SOLR_UID\n", [], id="an official image that sets users"),
        ],
    )
    def test_a_variable_of_the_file_that_does_not_reach_user(self, file, expected) -> None:
        assert found(file) == expected

    def test_the_argument_that_does_not_reach_user_is_named(self) -> None:
        assert said("ARG U=app\nFROM debian:12\nUSER $U\n")[1].startswith("repeat `ARG U` below the FROM")
        assert said("ARG U=root\nFROM debian:12\nUSER $U\n")[1].startswith("add `RUN useradd")


class TestMessages:
    def test_the_stage_and_the_value_are_named(self) -> None:
        assert said("FROM debian:12 AS run\nUSER 0:0\n")[0] == 'final stage "run" runs as root (USER 0:0)'
        assert said("FROM debian:12\nARG U=0\nUSER $U\n")[0] == "the final stage runs as root (USER $U is 0)"

        assert said("FROM scratch\nARG U\nUSER $U\nCMD x\n")[0] == (
            "the final stage runs as root (USER $U is nothing, which is root)"
        )

    @pytest.mark.parametrize("written", ['"root"', "0:$", "'0'"])
    def test_a_value_without_variables_is_named_as_written(self, written) -> None:
        assert said(f"FROM debian:12\nUSER {written}\n")[0] == f"the final stage runs as root (USER {written})"

    def test_a_stage_that_is_not_the_last_is_named_as_such(self) -> None:
        file = "FROM debian:12 AS tool\nFROM debian:12\nUSER 2\n"
        assert said(file, "--policy", "hardened")[0].startswith('stage "tool" has no USER')

    @pytest.mark.parametrize(
        ("dockerfile", "label", "end"),
        [
            pytest.param("FROM debian:12\nUSER root\n", "set here", (2, 10), id="a USER"),
            pytest.param("FROM debian:12\nUSER \\\n root\n", "set here", (2, 1), id="a value on another line"),
            pytest.param("FROM debian:12\n", "runs as root", (1, 15), id="a base that is root"),
            pytest.param("FROM me/x:1\n", "user not known", (1, 12), id="a base that is not known"),
        ],
    )
    def test_what_is_marked_is_said_beside_it(self, dockerfile, label, end) -> None:
        (one,) = findings(HOOK, {"Dockerfile": dockerfile})
        assert (one.label, (one.place.end_line, one.place.end_column)) == (label, end)

    def test_a_name_is_refused_with_a_number_to_use(self) -> None:
        assert said("FROM debian:12\nUSER app\n", "--severity", "USR006=error") == (
            'the final stage runs as "app", a name: Kubernetes runAsNonRoot needs a number',
            "give the account a fixed id and name that: USER 10001",
        )

    def test_the_chain_that_leads_to_root_is_named(self) -> None:
        message, _ = said("FROM debian:12 AS base\nFROM base AS run\n")
        assert message == 'final stage "run" has no USER and its base image runs as root: run <- base <- debian:12'

    @pytest.mark.parametrize(
        ("dockerfile", "remedy"),
        [
            pytest.param(
                "FROM debian:12\nUSER app\nRUN x\nUSER root\n", "`USER app` again", id="back to the earlier user"
            ),
            pytest.param("FROM debian:12\nRUN useradd -r -u 7 svc\n", "`USER svc`", id="the account that it creates"),
            pytest.param("FROM node:22\nCOPY . .\n", "`USER node`", id="an account of the base image"),
            pytest.param("FROM node:22\nCOPY . .\n", "`COPY --chown=node`", id="and who owns the files"),
            pytest.param("FROM alpine:3.20\n", "adduser -S -G app -u 10001 app", id="Alpine"),
            pytest.param("FROM debian:12\n", "useradd --system --uid 10001 app", id="Debian"),
            pytest.param("FROM gcr.io/distroless/static:latest\n", "`USER nonroot`", id="distroless"),
            pytest.param("FROM scratch\nCMD x\n", "`USER 10001:10001`", id="scratch"),
            pytest.param("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n", "`USER ContainerUser`", id="Windows"),
            pytest.param("FROM me/x:1\nUSER root\n", "for example `USER 10001:10001`", id="nothing known"),
            pytest.param("FROM debian:12\nUSER a{b}\nUSER root\n", "`USER a{b}` again", id="braces in a name"),
            pytest.param(
                "FROM debian:12\nRUN useradd -o -u 0 boss\nUSER boss\nUSER root\n", "`USER 10001`", id="no root by name"
            ),
            pytest.param(
                "FROM debian:12\nRUN useradd -ou 0 boss && useradd app >/x\n", "`USER app`", id="the account with an id"
            ),
            pytest.param(
                "FROM debian:12\nARG N=svc\nRUN adduser $N && adduser $N sudo\n", "`USER svc`", id="by a variable"
            ),
            pytest.param("FROM debian:12\nRUN useradd app && userdel app\n", "`USER 10001`", id="one that is gone"),
            pytest.param(
                "FROM --platform=windows golang:1\n", "`USER ContainerUser`", id="the Windows variant of an image"
            ),
        ],
    )
    def test_the_fix_fits_the_image(self, dockerfile, remedy) -> None:
        assert remedy in said(dockerfile)[1]

    def test_an_unknown_base_says_how_to_declare_it(self) -> None:
        assert "--nonroot-base 'ghcr.io/me/x:1'" in said("FROM ghcr.io/me/x:1\n")[1]
        digest = f"@sha256:{'a' * 64}"
        assert "--nonroot-base 'ghcr.io/me/x:1'" in said(f"FROM ghcr.io/me/x:1{digest} AS a\nFROM a AS b\n")[1]


class TestBadInput:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            pytest.param(b"", ["1:1 USR900"], id="empty"),
            pytest.param(b"\xff\xfeF\0R\0O\0M\0", ["1:1 USR900"], id="UTF-16"),
            pytest.param(b"\0" * 1000, ["1:1 USR900"], id="NUL bytes"),
            pytest.param(b"\xef\xbb\xbfFROM debian:12\r\nUSER root\r\n", ["2:6 USR001"], id="BOM and CRLF"),
            pytest.param(b"FROM debian:12\nLABEL a=\xff\nUSER root\n", ["3:6 USR001"], id="not UTF-8"),
        ],
    )
    def test_bytes_of_any_kind(self, content, expected) -> None:
        assert found(content) == expected

    def test_what_cannot_be_read_is_a_finding(self, repository, capfdbinary) -> None:
        repository.commit()
        (repository.path / "Dockerfile").symlink_to("/etc/hostname")
        (repository.path / "folder.dockerfile").mkdir()
        capfdbinary.readouterr()
        assert judge.main(HOOK, ["--format", "concise", "Dockerfile", "folder.dockerfile", "gone/Dockerfile"]) == 1
        assert capfdbinary.readouterr().out.decode().splitlines() == [
            "Dockerfile:1:1: USR900 Dockerfile is a link to a place outside the repository",
            "folder.dockerfile:1:1: USR900 folder.dockerfile is a folder",
            "gone/Dockerfile:1:1: USR900 gone/Dockerfile does not exist",
        ]


class TestList:
    FILE = 'FROM debian:12 AS base\nUSER app\nFROM base AS run\nCMD ["x"]\nFROM me/x:1\n'

    def test_users_that_base_images_decide(self, repository, capfdbinary) -> None:
        bases = ("a/root:$V", "b/user:1", "scratch", "debian:12", "$W", "c/x:1")
        file = "ARG V=1\n" + "".join(f"FROM {base}\n" for base in bases) + "USER $A\n"
        repository.commit({"Dockerfile": file})
        capfdbinary.readouterr()
        assert judge.main(HOOK, ["--list", "--format=json", "--root-base", "a/*", "--nonroot-base", "b/*"]) == 0
        rows = json.loads(capfdbinary.readouterr().out)
        assert [(row["user"], row["root"], row["chain"][-1]) for row in rows] == [
            ("root", True, "a/root:1"),
            ("an unprivileged user", False, "b/user:1"),
            ("root", True, "scratch"),
            ("root", True, "debian:12"),
            (None, None, "$W"),
            (None, None, "c/x:1"),
        ]

    def test_as_text(self, repository, capfdbinary) -> None:
        repository.commit({"Dockerfile": self.FILE, "bad/Dockerfile": "RUN x\n"})
        capfdbinary.readouterr()
        assert judge.main(HOOK, ["--list"]) == 0
        out, err = capfdbinary.readouterr()
        assert out.decode().splitlines() == [
            "Dockerfile:1  base     app        base <- debian:12  line 2: USER app (not judged)",
            "Dockerfile:3  run      app        run <- base <- debian:12  line 2: USER app (not judged)",
            "Dockerfile:5  stage-2  not known  stage-2 <- me/x:1  line 5: FROM me/x:1",
        ]
        assert err.decode().startswith("no-root-dockerfile: bad/Dockerfile: ")

    def test_as_json(self, repository, capfdbinary) -> None:
        repository.commit({"Dockerfile": self.FILE})
        capfdbinary.readouterr()
        assert judge.main(HOOK, ["--list", "--format", "json"]) == 0
        rows = json.loads(capfdbinary.readouterr().out)
        assert rows[1] == {
            "path": "Dockerfile",
            "stage": "run",
            "line": 3,
            "chain": ["run", "base", "debian:12"],
            "user": "app",
            "root": False,
            "decided_by": {"line": 2, "instruction": "USER app"},
            "judged": False,
        }
        assert (rows[2]["user"], rows[2]["root"], rows[2]["judged"]) == (None, None, True)


@pytest.mark.parametrize("value", ["NAME", "=x", ""])
def test_a_build_argument_without_a_value_is_refused(repository, capfdbinary, value) -> None:
    repository.commit({"Dockerfile": "FROM debian:12\n"})
    capfdbinary.readouterr()
    assert judge.main(HOOK, ["--build-arg", value]) == 2
    assert b"write it as NAME=VALUE" in capfdbinary.readouterr().err


def test_what_is_known_of_one_base_is_not_taken_for_another() -> None:
    file = (
        "FROM mcr.microsoft.com/dotnet/aspnet:8.0 AS a\nUSER $APP_UID\n"
        "FROM mycorp/x:1 AS b\nUSER $APP_UID\nFROM debian:12\nENV U=${APP_UID:+app}\nUSER $U\n"
    )
    assert found(file, "--policy", "hardened") == ["4:6 USR004", "7:6 USR004"]


def test_many_stages_are_judged_in_one_go() -> None:
    """Each stage that waits for its base, or makes an account, would else be read once more for every other."""
    waiting = "FROM mycorp/x:1\nUSER $X\n" * 500
    assert found(waiting, "--policy", "hardened") == [f"{2 * line}:6 USR004" for line in range(1, 501)]
    making = "FROM debian:12 AS s0\n" + "".join(
        f"FROM s{at} AS s{at + 1}\nRUN useradd -o -u 0 b\nFROM s{at + 1}\nUSER b\n" for at in range(200)
    )
    assert found(making, "--policy", "hardened") == [f"{4 * at + 5}:6 USR001" for at in range(200)]
