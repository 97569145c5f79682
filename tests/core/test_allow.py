from __future__ import annotations

import json
from importlib import resources

import pytest
from guardrail_hooks.core import allow
from guardrail_hooks.core.finding import CannotJudge, Place
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.core.hooks import BAD_WORD, BROKEN, HOOK, POOR_WORD, run

TODAY = "2026-11-20"


def remark(text: str, line: int = 1, *, disables: str = "") -> allow.Remark:
    return allow.Remark(Place("a.txt", line, 1, line, 10), text, line + 1, line + 1, disables)


def finding(rule=BAD_WORD, line: int = 2, path: str = "a.txt"):
    return rule.at(Place(path, line, 1, line, 4), subject="s", word="bad")


def settled(findings, remarks, silent: frozenset[str] = frozenset()) -> list[str]:
    remaining = allow.settle(
        findings, remarks, program="test-hook", prefix="TST", rules=HOOK.rules, silent=silent, today=TODAY
    )
    return [f"{one.place.line} {one.rule.code}" for one in remaining]


GOOD = "guardrail: allow[TST001] reviewed by the team"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        pytest.param(GOOD, [], id="a reason excuses"),
        pytest.param("guardrail: allow[TST001] until=2026-11-20 reviewed by ann", [], id="the last day still counts"),
        pytest.param("guardrail: allow[TST002, TST001] reviewed by ann", ["1 ALW002"], id="each code must be needed"),
        pytest.param("guardrail:allow[TST001]reviewed by ann", [], id="blanks are free"),
        pytest.param("guardrail: allow[TST001]", ["1 ALW001", "2 TST001"], id="no reason"),
        pytest.param("guardrail: allow[TST001] legacysystem", ["1 ALW001", "2 TST001"], id="one word is no reason"),
        pytest.param("guardrail: allow[TST001] it is ok", ["1 ALW001", "2 TST001"], id="nine characters are none"),
        pytest.param("guardrail: allow[TST001] legacy --- ---", ["1 ALW001", "2 TST001"], id="dashes are no words"),
        pytest.param(
            "guardrail: allow[TST001] until=2026-11-19 seen by ann", ["1 ALW003", "2 TST001"], id="expired yesterday"
        ),
        pytest.param(
            "guardrail: allow[TST001] until=2026-02-31x reviewed", ["1 ALW003", "2 TST001"], id="an end that is no date"
        ),
        pytest.param(
            "guardrail: allow[TST001] until=2999-02-30 seen by ann", ["1 ALW003", "2 TST001"], id="no day of any year"
        ),
        pytest.param(
            "guardrail: allow[TST001] until=2999-02-29 seen by ann", ["1 ALW003", "2 TST001"], id="nor of that year"
        ),
        pytest.param("guardrail: allow[TST001] until=2996-02-29 seen by ann", [], id="a leap day"),
        pytest.param(
            "guardrail: allow[TST001] until=\uff12999-01-01 seen by ann", ["1 ALW003", "2 TST001"], id="other digits"
        ),
        pytest.param(
            "guardrail: allow[TST001] until= 2999-01-01 seen by ann", ["1 ALW003", "2 TST001"], id="an empty end"
        ),
        pytest.param(
            "guardrail: allow[TST001] seen by ann until=2001-01-01", ["1 ALW003", "2 TST001"], id="an end at the end"
        ),
        pytest.param("guardrail: allow[TST001] seen by ann until=2999-01-01", [], id="one that is to come"),
        pytest.param(
            "guardrail: allow[TST001] ann until=2999-01-01", ["1 ALW001", "2 TST001"], id="an end is no reason"
        ),
        pytest.param("guardrail: allow[TST001] seen by ann, not-until=2001-01-01", [], id="another word"),
        pytest.param(
            "guardrail: allow[TST999] reviewed by the team", ["1 ALW004", "2 TST001"], id="no such rule"
        ),
        pytest.param(
            "guardrail: allow[tst001] reviewed by ann", ["1 ALW004", "2 TST001"], id="codes are written in capitals"
        ),
        pytest.param(
            "guardrail: allow[TST900] reviewed by the team", ["1 ALW004", "2 TST001"], id="what cannot be excused"
        ),
        pytest.param("guardrail: allow[ALW002] reviewed by the team", ["1 ALW004", "2 TST001"], id="not the allows"),
        pytest.param("guardrail: allow[TST999]", ["1 ALW004", "2 TST001"], id="unknown comes before reasonless"),
        pytest.param(
            "guardrail: allow[TST001] until=2001-01-01", ["1 ALW003", "2 TST001"], id="expired comes before reasonless"
        ),
        pytest.param("guardrail: allow[PIN002]", ["2 TST001"], id="another hook's codes are that hook's business"),
        pytest.param(
            "guardrail: allow[PIN002,TST001] reviewed by ann", [], id="codes of two hooks may share a comment"
        ),
        pytest.param("guardrail: allow[]", ["2 TST001"], id="no code"),
        pytest.param("see guardrail: allow[TST001] in the docs", ["2 TST001"], id="prose about allow comments"),
        pytest.param("plain comment", ["2 TST001"], id="a comment about something else"),
    ],
)  # fmt: skip
def test_one_comment_above_one_finding(text: str, left: list[str]) -> None:
    assert sorted(settled([finding()], [remark(text)])) == left


def test_a_comment_that_disables_a_directive_excuses_nothing() -> None:
    assert sorted(settled([finding()], [remark(GOOD, disables="# escape=`")])) == ["1 ALW005", "2 TST001"]


def test_an_unused_comment_is_reported() -> None:
    assert settled([], [remark(GOOD)]) == ["1 ALW002"]
    assert settled([finding(line=3)], [remark(GOOD)]) == ["3 TST001", "1 ALW002"]
    assert settled([finding(path="b.txt")], [remark(GOOD)]) == ["2 TST001", "1 ALW002"]


def test_an_exception_for_a_rule_that_is_off_is_not_unused() -> None:
    assert settled([], [remark(GOOD)], silent=frozenset({"TST001"})) == []


def test_an_exception_in_a_file_that_cannot_be_judged_is_not_unused() -> None:
    broken = BROKEN.at(Place("a.txt", 9, 1, 9, 1), subject="s", problem="broken")
    assert settled([broken], [remark(GOOD)]) == ["9 TST900"]
    assert settled([broken], [remark(GOOD, disables="escape")]) == ["1 ALW005", "9 TST900"]
    elsewhere = broken._replace(place=Place("b.txt", 9, 1, 9, 1))
    assert settled([elsewhere], [remark(GOOD)]) == ["9 TST900", "1 ALW002"]


def test_one_comment_excuses_all_findings_of_its_lines() -> None:
    assert settled([finding(), finding(), finding(POOR_WORD)], [remark(GOOD)]) == ["2 TST002"]


def test_two_comments_for_one_finding_are_both_used() -> None:
    second = allow.Remark(Place("a.txt", 2, 5, 2, 9), GOOD, 2, 2, "")
    assert settled([finding()], [remark(GOOD), second]) == []


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_is_read_or_left_alone(reason: str, code: str) -> None:
    exemption = allow.read_exemption(remark(f"guardrail: allow[{code}]{reason}"))
    assert exemption is None or exemption.codes
    assert len(settled([finding()], [remark(f"guardrail: allow[{code}] {reason}")])) <= 2


class TestGrants:
    def test_globs_for_code_path_and_subject(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\nvery bad\n", "deep/b.txt": "bad\n"})
        concise = ("--format", "concise")
        grant = "TST00?:*.txt=generated by the vendor"
        assert run(capfdbinary, *concise, "--allow", grant)[1] == 'deep/b.txt:1:1: TST001 the word "bad" is bad\n'
        assert run(capfdbinary, *concise, "--allow", "TST001:**=generated by the vendor")[:2] == (0, "")
        assert "a.txt:2:6" not in run(capfdbinary, *concise, "--allow", "TST001:**:very*=by = the vendor")[1]

    def test_a_glob_over_all_rules_leaves_out_what_cannot_be_excused(self) -> None:
        grant = allow.read_grant("TST*:**=generated by the vendor", HOOK.all_rules)
        assert grant.covers(finding())
        assert not grant.covers(BROKEN.at(Place("a.txt", 1, 1, 1, 1), subject="s", problem="broken"))

    def test_a_grant_ends_with_its_date_and_says_so(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\n"})
        code, _, err = run(capfdbinary, "--allow", "TST001:**=until=2001-01-01 the migration is on")
        assert code == 1
        assert err == "test-hook: an --allow ended on 2001-01-01 and excuses nothing any more: the migration is on\n"
        assert run(capfdbinary, "--allow", "TST001:**=until=2999-01-01 the migration is on")[0] == 0

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("TST001", "--allow TST001: write it as 'CODE:PATH=reason' or 'CODE:PATH:SUBJECT=reason'"),
            ("TST001:=reason enough here", "write it as"),
            ("TST001:a.txt=short", "--allow TST001:a.txt: give a reason of two words and ten characters at least"),
            ("NO1:a.txt=reason enough here", "--allow NO1:a.txt: no rule NO1; --list-rules shows them all"),
            ("TST9*:a.txt=reason enough here", "--allow TST9*:a.txt: TST900 cannot be excused"),
            ("TST001:a.txt=until=soon reason enough", "until=soon is no date: write until=YYYY-MM-DD"),
            ("TST001:a.txt=reason enough until=2999-04-31", "until=2999-04-31 is no date: write until=YYYY-MM-DD"),
        ],
    )
    def test_a_grant_that_cannot_be_read_is_refused(self, text: str, said: str) -> None:
        with pytest.raises(CannotJudge) as refused:
            allow.read_grant(text, HOOK.all_rules)
        assert said in str(refused.value)


class TestListAllows:
    def test_place_reason_expiry_author_and_date(self, repository, capfdbinary) -> None:
        text = "# guardrail: allow[TST001,TST002] until=2999-01-01 reviewed by ann\nbad\n"
        repository.git("config", "user.name", "x")
        repository.stage({"a.txt": text})
        repository.git("commit", "-q", "-m", "x", GIT_AUTHOR_DATE="2026-02-03T23:59:00Z")
        repository.write(
            "new.txt", "# guardrail: allow[TST001] not yet committed\nbad\n# guardrail: allow[PIN001] other\n"
        )
        code, out, _ = run(
            capfdbinary, "--list-allows", "--allow", "TST002:x=generated by the vendor", "a.txt", "new.txt"
        )
        assert code == 0
        assert out.splitlines() == [
            "PLACE             CODES          UNTIL       WRITTEN BY     ON          REASON",
            "a.txt:1           TST001,TST002  2999-01-01  Ann Author     2026-02-03  reviewed by ann",
            "new.txt:1         TST001         -           not committed  -           not yet committed",
            "--allow TST002:x  TST002         -           command line   -           generated by the vendor",
        ]

    def test_nothing_to_list(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\n"})
        assert run(capfdbinary, "--list-allows") == (0, "", "")
        assert run(capfdbinary, "--list-allows", "--format", "json")[1] == "[]\n"

    def test_what_has_ended_and_what_gives_no_reason(self, repository, capfdbinary) -> None:
        lines = (
            "[TST001] until=2001-01-01 reviewed by ann",
            "[TST001] until=soon reviewed by ann",
            "[TST001]",
            "[TST001] until= reviewed by ann",
        )
        repository.commit({"a.txt": "".join(f"# guardrail: allow{line}\nbad\n" for line in lines)})
        rows = run(capfdbinary, "--list-allows")[1].splitlines()[1:]
        assert [row.split("  ")[2] for row in rows] == ["2001-01-01 (ended)", "soon (no date)", "-", "(no date)"]
        assert rows[2].endswith("(none)")

    def test_many_lines_of_many_authors_with_one_process_per_file(self, repository, capfdbinary) -> None:
        text = ""
        for number, name in enumerate(["Ann Author", "J\u00f8rgen", "Ann Author"], 1):
            text += f"# guardrail: allow[TST001] reviewed in round {number}\nbad\n"
            repository.stage({"a.txt": text})
            repository.git("commit", "-q", "-m", "x", GIT_AUTHOR_NAME=name, GIT_AUTHOR_DATE=f"2026-02-0{number}T12:00Z")
        rows = run(capfdbinary, "--list-allows")[1].splitlines()[1:]
        assert [row.split()[3:-5] for row in rows] == [["Ann", "Author"], ["J\u00f8rgen"], ["Ann", "Author"]]
        assert [row.split()[-5] for row in rows] == ["2026-02-01", "2026-02-02", "2026-02-03"]

    def test_settings_of_the_user_change_nothing(self, repository, capfdbinary, tmp_path) -> None:
        text = "# guardrail: allow[TST001] reviewed by ann\nbad\n"
        repository.commit({"a.txt": text, ".gitattributes": "* diff=x\n"})
        repository.git("config", "diff.x.textconv", f"touch {tmp_path}/started; cat")
        assert "Ann Author" in run(capfdbinary, "--list-allows")[1]
        assert not (tmp_path / "started").exists()
        repository.git("config", "blame.ignoreRevsFile", "nowhere")
        assert "  not known  " in run(capfdbinary, "--list-allows")[1]

    def test_as_json(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "# guardrail: allow[TST001] reviewed by ann\nbad\n"})
        allow_b = "TST001:b.txt=generated by the vendor"
        rows = json.loads(run(capfdbinary, "--list-allows", "--format", "json", "--allow", allow_b)[1])
        schema = json.loads(resources.files("guardrail_hooks.core").joinpath("allows.schema.json").read_text())
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(rows)
        assert [(row["codes"], row["path"], row["line"], row["author"]) for row in rows] == [
            (["TST001"], "a.txt", 1, "Ann Author"),
            (["TST001"], None, None, None),
        ]
        assert rows[1]["argument"] == f"--allow {allow_b}"
