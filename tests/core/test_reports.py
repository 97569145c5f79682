"""What each format makes of the same findings."""

from __future__ import annotations

import json

import pytest

from tests.core.hooks import run

ADDRESS = "https://github.com/guardrail-hooks/guardrail-hooks"


class TestText:
    def test_place_excerpt_fix_and_docs(self, repository, capfdbinary) -> None:
        repository.commit({"a b.txt": "fine\n  very bad here\n"})
        assert run(capfdbinary)[1] == (
            'a b.txt:2:8: TST001 the word "bad" is bad\n'
            "  2 |   very bad here\n"
            "    |        ^^^ here\n"
            "  fix: write `good`\n"
            f"  docs: {ADDRESS}#tst001-bad-word\n\n"
        )

    def test_findings_are_apart_and_warnings_say_that_they_are(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\npoor\n"})
        blocks = run(capfdbinary)[1].split("\n\n")
        assert len(blocks) == 3
        assert blocks[1].endswith("#tst002-poor-word (a warning: fails only with --strict)")
        assert blocks[2] == ""

    def test_nothing_of_the_input_reaches_the_terminal_unescaped(self, repository, capfdbinary) -> None:
        repository.commit({"a\x1b[2J.txt": "\u202ebad\x1b]0;title\x07 bad\n"})
        _, out, _ = run(capfdbinary)
        assert "\x1b" not in out
        assert "\x07" not in out
        assert "\u202e" not in out
        assert out.startswith("a\\x1b[2J.txt:1:")

    def test_carets_stay_under_the_place_behind_escaped_characters(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "\t\x01 bad\n"})
        excerpt, carets = run(capfdbinary)[1].splitlines()[1:3]
        assert excerpt.index("bad") == carets.index("^^^")

    def test_secrets_on_the_line_are_starred_out_and_the_carets_still_fit(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "PASSWORD=hunter2hunter2 bad\n"})
        excerpt, carets = run(capfdbinary)[1].splitlines()[1:3]
        assert "hunter2" not in excerpt
        assert excerpt.index("bad") == carets.index("^^^")

    def test_a_long_line_is_cut_around_the_place(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "x" * 5000 + " bad " + "y" * 5000})
        _, excerpt, carets = run(capfdbinary)[1].splitlines()[:3]
        assert len(excerpt) < 150
        assert excerpt.count("...") == 2
        assert excerpt.index("bad") == carets.index("^^^")

    @pytest.mark.parametrize("content", [b"bad\xff\r\n", b"\xef\xbb\xbfbad\r\n", b"bad"])
    def test_line_ends_and_bytes_of_any_kind(self, repository, capfdbinary, content) -> None:
        repository.commit({"a.txt": content})
        code, out, err = run(capfdbinary, "--severity", "TST=error")
        assert err == ""
        assert code in (0, 1)
        assert "\r" not in out

    def test_colour_only_on_a_terminal_that_wants_it(self, repository, capfdbinary, monkeypatch) -> None:
        repository.commit({"a.txt": "bad\n"})
        assert "\x1b" not in run(capfdbinary)[1]
        monkeypatch.setattr("sys.stdout.isatty", lambda: True)
        monkeypatch.setenv("TERM", "xterm")
        assert run(capfdbinary)[1].startswith("\x1b[1ma.txt:1:1:\x1b[0m \x1b[31mTST001\x1b[0m the word")
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b" not in run(capfdbinary)[1]
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("TERM", "dumb")
        assert "\x1b" not in run(capfdbinary)[1]


def test_concise_is_the_first_line_alone(repository, capfdbinary) -> None:
    repository.commit({"a.txt": "bad\npoor\n"})
    assert run(capfdbinary, "--format", "concise")[1] == (
        'a.txt:1:1: TST001 the word "bad" is bad\na.txt:2:1: TST002 poor\n'
    )


def test_json_has_every_key_and_null_for_what_is_not_known(repository, capfdbinary) -> None:
    repository.commit({"a.txt": "bad\npoor\n"})
    first, second = json.loads(run(capfdbinary, "--format", "json")[1])
    assert first == {
        "code": "TST001",
        "rule": "bad-word",
        "severity": "error",
        "path": "a.txt",
        "line": 1,
        "column": 1,
        "end_line": 1,
        "end_column": 4,
        "message": 'the word "bad" is bad',
        "subject": "bad",
        "fix": "write `good`",
        "docs": f"{ADDRESS}#tst001-bad-word",
    }
    assert (second["severity"], second["fix"]) == ("warning", None)


class TestGitHub:
    def test_an_annotation_repeats_place_and_code(self, repository, capfdbinary) -> None:
        repository.commit({"a,b:c.txt": "bad\n"})
        assert run(capfdbinary, "--format", "github")[1] == (
            "::error file=a%2Cb%3Ac.txt,line=1,endLine=1,col=1,endColumn=4,title=TST001 bad-word::"
            'a,b:c.txt:1:1: TST001 the word "bad" is bad%0Afix: write `good`%0A'
            f"docs: {ADDRESS}#tst001-bad-word\n"
        )

    def test_it_is_chosen_by_itself_on_github_actions_unless_a_format_is_named(
        self, repository, capfdbinary, monkeypatch
    ) -> None:
        repository.commit({"a.txt": "poor\n"})
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        assert run(capfdbinary)[1].startswith("::warning file=a.txt,")
        assert run(capfdbinary, "--format", "text")[1].startswith("a.txt:1:1: ")


def test_gitlab_fingerprints_survive_moved_lines_and_are_unique(repository, capfdbinary) -> None:
    repository.commit({"a.txt": "bad\nbad\n"})
    before = json.loads(run(capfdbinary, "--format", "gitlab")[1])
    repository.write("a.txt", "moved\nbad\nbad\n")
    after = json.loads(run(capfdbinary, "--format", "gitlab")[1])
    assert [one["fingerprint"] for one in before] == [one["fingerprint"] for one in after]
    assert len({one["fingerprint"] for one in before}) == 2
    assert before[0] | {"fingerprint": ""} == {
        "description": 'TST001 the word "bad" is bad; fix: write `good`',
        "check_name": "TST001 bad-word",
        "fingerprint": "",
        "severity": "major",
        "location": {"path": "a.txt", "lines": {"begin": 1, "end": 1}},
    }


class TestSarif:
    def test_one_run_with_every_rule(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "good\n"})
        report = json.loads(run(capfdbinary, "--format", "sarif")[1])
        (only,) = report["runs"]
        assert report["version"] == "2.1.0"
        assert only["results"] == []
        rules = only["tool"]["driver"]["rules"]
        assert [rule["id"] for rule in rules][:4] == ["TST001", "TST002", "TST003", "TST900"]
        assert all(rule["help"]["text"] and rule["helpUri"] for rule in rules)
        assert rules[2]["defaultConfiguration"] == {"level": "none", "enabled": False}

    def test_a_result_points_to_its_rule_and_place(self, repository, capfdbinary) -> None:
        repository.commit({"sp ace/\u00fc#.txt": "\u00fcber bad\n"})
        (result,) = json.loads(run(capfdbinary, "--format", "sarif")[1])["runs"][0]["results"]
        assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("TST001", 0, "error")
        location = result["locations"][0]["physicalLocation"]
        assert location["artifactLocation"] == {"uri": "sp%20ace/%C3%BC%23.txt", "uriBaseId": "SRCROOT"}
        assert location["region"] == {"startLine": 1, "startColumn": 6, "endLine": 1, "endColumn": 9}

    def test_identity_survives_moved_lines(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\n"})
        before = json.loads(run(capfdbinary, "--format", "sarif")[1])["runs"][0]["results"]
        repository.write("a.txt", "moved\nbad\n")
        after = json.loads(run(capfdbinary, "--format", "sarif")[1])["runs"][0]["results"]
        assert before[0]["partialFingerprints"] == after[0]["partialFingerprints"]
