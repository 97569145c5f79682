"""What each format makes of the same findings."""

from __future__ import annotations

import json
import re
from urllib.parse import unquote

import pytest
from guardrail_hooks.core.encode import encode, encode_readable
from guardrail_hooks.core.finding import Place, Rule, start_of
from guardrail_hooks.core.printable import columns
from guardrail_hooks.core.report import as_json, github, gitlab, sarif, text
from guardrail_hooks.core.snapshot import Memory
from hypothesis import given
from hypothesis import strategies as st

from tests.core.hooks import BAD_WORD, HOOK, run

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

    @pytest.mark.parametrize(
        ("before", "after", "dots"),
        [
            pytest.param(5000, 5000, 2, id="both ends"),
            pytest.param(5000, 0, 1, id="the beginning alone"),
            pytest.param(0, 5000, 1, id="the end alone"),
            pytest.param(20, 30, 0, id="what fits is shown whole"),
            pytest.param(10_000_000, 10_000_000, 2, id="twenty million characters"),
        ],
    )
    def test_a_long_line_is_cut_around_the_place(self, repository, capfdbinary, before, after, dots) -> None:
        repository.commit({"a.txt": "x" * before + " bad " + "y" * after})
        _, excerpt, carets = run(capfdbinary)[1].splitlines()[:3]
        assert len(excerpt) <= 78
        assert excerpt.count("...") == dots
        assert excerpt.index("bad") == carets.index("^^^")

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("\u65e5\u672c\u8a9e", id="wide characters"),
            pytest.param("e\u0301e\u0301", id="combining characters"),
            pytest.param("\U0001f433", id="emoji"),
            pytest.param("\uff21\uff22", id="full width forms"),
            pytest.param("\u65e5" * 400, id="a long line of wide characters"),
        ],
    )
    def test_carets_stand_in_the_columns_of_the_terminal(self, repository, capfdbinary, text) -> None:
        repository.commit({"a.txt": f"{text} bad {text}\n"})
        excerpt, carets = run(capfdbinary)[1].splitlines()[1:3]
        assert columns(excerpt[: excerpt.index("bad")]) == carets.index("^^^")
        assert columns(excerpt) <= 78

    def test_tabs_are_blanks_unless_they_are_what_is_wrong(self) -> None:
        def excerpt(line: str, start: int, end: int) -> list[str]:
            finding = BAD_WORD.at(Place("a", 1, start, 1, end), subject="s", word="bad", fix="")
            return text.write([finding], Memory({"a": line}), excerpts=True, colour=False).splitlines()[1:3]

        assert excerpt("\tbad\there", 2, 5) == ["  1 |   bad  here", "    |   ^^^"]
        assert excerpt("a\tb", 2, 3) == ["  1 | a\\tb", "    |  ^^"]

    def test_a_place_of_several_lines_is_marked_to_the_end_of_the_first(self) -> None:
        finding = BAD_WORD.at(Place("a", 1, 3, 3, 2), subject="s", word="bad", label="here")
        told = text.write([finding], Memory({"a": "x bad\nmore\ny\n"}), excerpts=True, colour=False)
        assert told.splitlines()[1:3] == ["  1 | x bad", "    |   ^^^ here"]

    @pytest.mark.parametrize(
        ("column", "end", "marked"),
        [pytest.param(4, 4, 3, id="behind the line"), pytest.param(900, 901, 3, id="far behind the line")],
    )
    def test_a_place_behind_the_line_has_one_caret(self, column, end, marked) -> None:
        finding = BAD_WORD.at(Place("a", 1, column, 1, end), subject="s", word="bad")
        told = text.write([finding], Memory({"a": "bad\n"}), excerpts=True, colour=False)
        assert told.splitlines()[1:3] == ["  1 | bad", "    | " + " " * marked + "^"]

    def test_a_secret_that_is_cut_is_starred_out_all_the_same(self, repository, capfdbinary) -> None:
        token = "gh" + "p_" + "A1b2C3d4" * 5
        repository.commit({"a.txt": f"{'x' * 300} {token} {'y' * 20} bad {'z' * 60} PASSWORD={'q' * 400}\n"})
        excerpt, carets = run(capfdbinary)[1].splitlines()[1:3]
        assert "C3d4" not in excerpt
        assert "qq" not in excerpt
        assert excerpt.index("bad") == carets.index("^^^")

    def test_what_a_rule_calls_secret_is_hidden_in_every_excerpt_of_its_lines(self) -> None:
        rule = Rule("TST005", "s", secret=True, summary="s", message="m", what="w", why="y")
        tree = Memory({"a": 'x: ["--of", "abc def",\n "gh\nij", bad]\n'})
        places = [Place("a", 1, 13, 1, 22), Place("a", 2, 2, 3, 4)]
        findings = [rule.at(place, subject="s") for place in places]
        findings += [BAD_WORD.at(Place("a", line, 1, line, 2), subject="s", word="bad", fix="") for line in (1, 3)]
        findings.append(BAD_WORD.at(Place("b", 1, 1, 1, 2), subject="s", word="bad", fix=""))
        told = text.write(findings, tree, excerpts=True, colour=False)
        assert [line for line in told.splitlines() if " | " in line and "^" not in line] == [
            '  1 | x: ["--of", "********",',
            '  2 |  "********',
            '  1 | x: ["--of", "********",',
            '  3 | ********", bad]',
        ]

    def test_no_ci_service_takes_an_excerpt_or_a_path_for_a_command(self, repository, capfdbinary) -> None:
        repository.commit({"::add-mask::bad.txt": "##[add-mask]good bad\n", "  ::error::.txt": "##vso[task.x]y bad"})
        out = run(capfdbinary)[1]
        assert "##[" not in out
        assert "##vso[" not in out
        assert not [line for line in out.splitlines() if line.lstrip().startswith("::")]

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

    def test_columns_are_left_out_where_the_lines_differ(self) -> None:
        finding = BAD_WORD.at(Place("a", 1, 5, 2, 3), subject="s", word="bad")
        assert github.write([finding]).startswith("::error file=a,line=1,endLine=2,title=TST001 bad-word::a:1:5: ")

    def test_what_is_no_file_has_no_place(self) -> None:
        finding = BAD_WORD.at(start_of(None), subject="SOME_VARIABLE", word="100%\r\n")
        assert github.write([finding]) == (
            '::error title=TST001 bad-word::SOME_VARIABLE: TST001 the word "100%25\\r\\n" is bad%0A'
            f"fix: write `good`%0Adocs: {ADDRESS}#tst001-bad-word\n"
        )

    @given(st.text(), st.text(), st.text())
    def test_the_runner_reads_back_what_was_meant(self, path, word, subject) -> None:
        finding = BAD_WORD.at(Place(path or None, 1, 1, 1, 2), subject=subject or "s", word=word)
        told = github.write([finding])
        assert told.count("\n") == 1
        name, properties, data = read_command("  " + told.rstrip("\n"))
        assert name == "error"
        assert properties.get("file", "") == (text.printable(path))
        assert properties["title"] == "TST001 bad-word"
        assert data.split("\n")[0] == text.head(finding)

    def test_it_is_chosen_by_itself_on_github_actions_unless_a_format_is_named(
        self, repository, capfdbinary, monkeypatch
    ) -> None:
        repository.commit({"a.txt": "poor\n"})
        monkeypatch.setenv("GITHUB_ACTIONS", "true")
        assert run(capfdbinary)[1].startswith("::warning file=a.txt,")
        assert run(capfdbinary, "--format", "text")[1].startswith("a.txt:1:1: ")


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """A line as GitHub's runner reads it (actions/runner, ActionCommand.cs, TryParseV2)."""
    line = line.lstrip()
    assert line.startswith("::")
    head, data = line[2:].split("::", 1)
    name, _, listed = head.partition(" ")
    properties = dict(pair.split("=", 1) for pair in listed.strip().split(",") if pair)
    for escape, plain in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r"), ("%25", "%")):
        properties = {key: value.replace(escape, plain) for key, value in properties.items()}
        data = data if escape in ("%2C", "%3A") else data.replace(escape, plain)
    return name, properties, data


class TestEncoding:
    @given(st.recursive(st.none() | st.integers() | st.text(), st.lists))
    def test_what_is_unicode_comes_back_as_it_was(self, value) -> None:
        told = encode(value)
        assert told.isascii()
        if "\\ud" not in json.dumps(value):
            assert json.loads(told) == value

    @given(st.text(st.characters(categories=["Cs", "Lu", "Po"])))
    def test_there_are_no_lone_surrogates(self, value) -> None:
        json.loads(encode(value)).encode("utf-8")

    def test_bytes_that_were_not_utf_8_are_spelt_out_and_emoji_stay(self) -> None:
        assert json.loads(encode("\udcff \\udcff \U0001f433")) == "\\xff \\udcff \U0001f433"

    def test_no_ci_service_takes_it_for_a_command(self) -> None:
        assert encode(["##[add-mask]x"]) == '["##\\u005badd-mask]x"]'
        assert json.loads(encode("##[add-mask]x ##vso[y]")) == "##[add-mask]x ##vso[y]"

    @given(st.dictionaries(st.text(), st.text()))
    def test_for_people_letters_stay_and_what_misleads_is_escaped(self, value) -> None:
        told = encode_readable(value)
        assert json.loads(told) == value
        assert all(text.printable(line) == line for line in told.split("\n"))
        assert encode_readable("\u00fc") == '"\u00fc"'


ODD = [
    pytest.param("a b/\u00fc%#?:[]\\.txt", id="characters that mean something in an address"),
    pytest.param("caf\udce9.txt", id="bytes that are not UTF-8"),
    pytest.param("new\nline\t\x1b.txt", id="control characters"),
    pytest.param("\U0001f433\u202e.txt", id="bidi and emoji"),
    pytest.param("-dash", id="a dash"),
    pytest.param(None, id="no file"),
]


@pytest.mark.parametrize("path", ODD)
def test_every_format_survives_odd_paths_and_empty_texts(path) -> None:
    findings = [
        BAD_WORD.at(start_of(path), subject="subject \udcff", message="{word}", fix=fix, word=word)
        for fix in ("", "{word}")
        for word in ("", "odd \udcff \x1b[2J \u202e %0A {0} ]")
    ]
    for told in (as_json.write(findings), gitlab.write(findings), sarif.write(HOOK, findings)):
        json.dumps(json.loads(told), ensure_ascii=False).encode("utf-8")
    results = json.loads(sarif.write(HOOK, findings))["runs"][0]["results"]
    addresses = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in results}
    name = "subject \udcff" if path is None else path
    shown = name.replace("\udcff", r"\xff").replace("\udce9", r"\xe9")
    assert {unquote(address, errors="strict") for address in addresses} == {
        name.replace("\udcff", r"\xff").replace("\udce9", r"\xe9")
    }
    assert all(re.fullmatch(r"(?:[A-Za-z0-9_.~/-]|%[0-9A-F]{2})+", address) for address in addresses)
    places = [issue["location"]["path"] for issue in json.loads(gitlab.write(findings))]
    assert places == [shown] * 4
    for told in (text.write(findings, Memory({}), excerpts=True, colour=False), github.write(findings)):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\udc80-\udcff]", told)


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
