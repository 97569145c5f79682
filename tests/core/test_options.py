from __future__ import annotations

import pytest
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.core.options import FLAG, LIST, OPTIONAL, VALUE, Option, help_page, parse

TABLE = (
    Option("list", FLAG, "print the list"),
    Option("policy", VALUE, "how strict", choices=("default", "hardened"), default="default"),
    Option("target", LIST, "stages to judge", metavar="NAME"),
    Option("verify", OPTIONAL, "check digests", choices=("fail-closed",), group="network"),
)


def test_values_follow_a_blank_or_an_equals_sign() -> None:
    options = parse("hook", TABLE, ["--policy", "hardened", "--target=a", "--target", "b=c", "Dockerfile"])
    assert options.value("policy") == "hardened"
    assert options.values("target") == ["a", "b=c"]
    assert options.files == ["Dockerfile"]
    assert not options.given("list")


def test_the_last_value_wins_and_the_default_serves_otherwise() -> None:
    assert parse("hook", TABLE, ["--policy=default", "--policy=hardened"]).value("policy") == "hardened"
    assert parse("hook", TABLE, []).value("policy") == "default"


def test_an_optional_value_is_taken_only_after_an_equals_sign() -> None:
    options = parse("hook", TABLE, ["--verify", "fail-closed"])
    assert (options.given("verify"), options.value("verify"), options.files) == (True, "", ["fail-closed"])
    assert parse("hook", TABLE, ["--verify=fail-closed"]).value("verify") == "fail-closed"


def test_everything_after_two_dashes_is_a_file() -> None:
    assert parse("hook", TABLE, ["--", "--list", "-x"]).files == ["--list", "-x"]


def test_a_file_that_begins_with_a_dash_is_a_file_when_it_exists(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "-odd").touch()
    assert parse("hook", TABLE, ["-odd", "-"]).files == ["-odd", "-"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--polcy", "x"], "unknown option --polcy (did you mean --policy?); hook --help shows them all"),
        (["-x"], "unknown option -x; hook --help shows them all"),
        (["--policy"], "--policy needs a value: --policy default|hardened"),
        (["--policy", "soft"], "--policy soft: choose one of default, hardened"),
        (["--policy="], "--policy : choose one of default, hardened"),
        (["--verify=later"], "--verify later: choose one of fail-closed"),
        (["--list=yes"], "--list takes no value"),
    ],
)
def test_what_the_table_does_not_know_is_refused_with_the_remedy(arguments: list[str], said: str) -> None:
    with pytest.raises(CannotJudge) as refused:
        parse("hook", TABLE, arguments)
    assert str(refused.value) == said


def test_help_puts_everyday_options_first_and_fits_a_terminal() -> None:
    page = help_page("hook", "About " + "words " * 40, "[OPTION ...] [FILE ...]", TABLE)
    assert page.startswith("usage: hook [OPTION ...] [FILE ...]\n\nAbout words")
    assert page.index("--policy") < page.index("network:") < page.index("--verify[=fail-closed]")
    assert "  --target NAME             stages to judge\n" in page
    assert "(default: default)" in page
    assert max(len(line) for line in page.splitlines()) <= 80
