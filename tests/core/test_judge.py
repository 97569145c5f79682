from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from guardrail_hooks import __version__
from guardrail_hooks.core import judge, options
from guardrail_hooks.core.finding import severities, start_of
from guardrail_hooks.core.judge import Court
from guardrail_hooks.core.options import LIST, Option

from tests.core.hooks import BAD_WORD, HOOK, check, run

CONCISE = ("--format", "concise")


def test_silence_when_clean(repository, capfdbinary) -> None:
    repository.commit({"a.txt": "good\n"})
    assert run(capfdbinary, "a.txt") == (0, "", "")


def test_findings_are_sorted_whatever_the_order_of_the_arguments(repository, capfdbinary) -> None:
    repository.commit({"a.txt": "x\nbad poor\n", "b.txt": "bad\n"})
    first = run(capfdbinary, *CONCISE, "b.txt", "a.txt")
    assert first == run(capfdbinary, *CONCISE, "a.txt", "b.txt", "a.txt")
    assert [line.split(" ")[0] for line in first[1].splitlines()] == ["a.txt:2:1:", "a.txt:2:5:", "b.txt:1:1:"]


def test_without_files_every_tracked_file_that_the_hook_is_about_is_judged(repository, capfdbinary) -> None:
    repository.commit({"a.txt": "bad\n", "deep/b.txt": "bad\n", "c.md": "bad\n"})
    repository.write("untracked.txt", "bad\n")
    assert [line.split(":")[0] for line in run(capfdbinary, *CONCISE)[1].splitlines()] == ["a.txt", "deep/b.txt"]


def test_options_can_widen_what_a_hook_is_about(repository, capfdbinary) -> None:
    repository.commit({"a.txt": "bad\n", "c.md": "bad\n"})
    hook = judge.Hook(
        "test-hook",
        prefix="TST",
        about="Reports bad words.",
        rules=HOOK.rules,
        options=(Option("also", LIST, "more endings"), *HOOK.options),
        check=check,
        concerns_with=lambda options: lambda path: path.endswith((".txt", *options.values("also"))),
    )
    for arguments, expected in (((), ["a.txt"]), (("--also", ".md"), ["a.txt", "c.md"])):
        assert judge.main(hook, (*CONCISE, *arguments)) == 1
        assert [line.split(b":")[0].decode() for line in capfdbinary.readouterr()[0].splitlines()] == expected


def test_paths_are_relative_to_the_root_from_any_folder(repository, capfdbinary, monkeypatch) -> None:
    repository.commit({"deep/b.txt": "bad\n"})
    monkeypatch.chdir(repository.path / "deep")
    assert run(capfdbinary, *CONCISE, "b.txt")[1] == 'deep/b.txt:1:1: TST001 the word "bad" is bad\n'


class TestLevels:
    def test_a_warning_alone_passes_and_fails_with_strict(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "poor\n"})
        assert run(capfdbinary, *CONCISE)[:2] == (0, "a.txt:1:1: TST002 poor\n")
        assert run(capfdbinary, *CONCISE, "--strict")[:2] == (1, "a.txt:1:1: TST002 poor\n")

    def test_levels_are_set_by_code_or_by_the_beginning_of_codes(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\npoor\nodd\n"})
        assert run(capfdbinary, "--severity", "TST=off")[:2] == (0, "")
        assert run(capfdbinary, *CONCISE, "--severity=TST=off", "--severity=TST003=error")[:2] == (
            1,
            "a.txt:3:1: TST003 odd {}\n",
        )
        assert run(capfdbinary, "--severity", "TST001=warning")[0] == 0

    def test_a_policy_sets_levels_and_severity_wins_over_it(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "odd\n"})
        assert run(capfdbinary)[0] == 0
        assert run(capfdbinary, "--policy", "hardened")[0] == 1
        assert run(capfdbinary, "--policy", "hardened", "--severity", "TST003=warning")[0] == 0

    @pytest.mark.parametrize(
        ("given", "level"),
        [
            pytest.param([], "warning", id="its own while nobody says anything"),
            pytest.param(["TST002=off"], "warning", id="or speaks of another rule"),
            pytest.param(["TST=error"], "warning", id="or of all rules, to the level that this one has"),
            pytest.param(["TST001=error"], "error", id="that of the rule where somebody names it"),
            pytest.param(["TST001=off", "TST001=error"], "error", id="whatever was said before"),
            pytest.param(["TST=off", "TST001=warning"], "warning", id="any level"),
        ],
    )
    def test_the_level_of_a_milder_case(self, given, level) -> None:
        read = options.parse("test-hook", HOOK.options, [f"--severity={one}" for one in given])
        levels = severities(HOOK.all_rules, {}, read.values("severity")) if given else None
        milder = BAD_WORD.at(start_of("a.txt"), subject="x", word="bad")._replace(severity="warning")
        assert [found.severity for found in Court(HOOK, read, levels, []).settle([milder])] == [level]

    @pytest.mark.parametrize("value", ["TST001", "TST001=fatal", "XYZ=off", "=off"])
    def test_what_is_no_level_is_refused(self, repository, capfdbinary, value) -> None:
        code, out, err = run(capfdbinary, "--severity", value)
        assert (code, out) == (2, "")
        assert err.startswith(f"test-hook: error: --severity {value}: ")


class TestCannotJudge:
    def test_one_line_on_standard_error_and_nothing_on_standard_output(self, repository, capfdbinary) -> None:
        code, out, err = run(capfdbinary, "--format", "json", "/etc/hostname")
        assert (code, out) == (2, "")
        assert err.startswith("test-hook: error: /etc/hostname is outside the repository")
        assert err.count("\n") == 1

    def test_outside_a_repository(self, tmp_path, monkeypatch, capfdbinary) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
        assert run(capfdbinary)[0] == 2
        assert run(capfdbinary, "--help")[0] == 0

    def test_a_defect_of_ours_is_told_in_one_printable_line(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "crash\n"})
        code, out, err = run(capfdbinary)
        assert (code, out) == (2, "")
        assert err.startswith("test-hook: error: internal error, ValueError at hooks.py:")
        assert "crash\\n\\x1b[31m" in err
        assert "Traceback" not in err

    @pytest.mark.parametrize("problem", [MemoryError, RecursionError])
    def test_input_beyond_all_measure(self, repository, capfdbinary, monkeypatch, problem) -> None:
        def explode(*_):
            raise problem

        monkeypatch.setattr(HOOK, "check", explode)
        code, _, err = run(capfdbinary, "x.txt")
        assert code == 2
        assert "the input is too large or nested too deeply" in err

    def test_an_interrupt_is_quiet(self, repository, capfdbinary, monkeypatch) -> None:
        def interrupt(*_):
            raise KeyboardInterrupt

        monkeypatch.setattr(HOOK, "check", interrupt)
        assert run(capfdbinary, "x.txt") == (130, "", "")

    def test_a_reader_that_leaves_early_meets_no_traceback(self, repository) -> None:
        repository.commit({"a.txt": "bad\n" * 20000})
        program = "import sys, tests.core.hooks as h; sys.exit(h.judge.main(h.HOOK))"
        where = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
        environment = {**os.environ, "PYTHONPATH": where}
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen([sys.executable, "-c", program], env=environment, **pipes) as hook:
            hook.stdout.read(100)
            hook.stdout.close()
            assert hook.stderr.read() == b""
        assert hook.returncode == 1


class TestAbout:
    def test_version(self, capfdbinary) -> None:
        assert run(capfdbinary, "--version")[:2] == (0, f"test-hook {__version__}\n")

    def test_list_rules_shows_the_levels_in_force(self, capfdbinary) -> None:
        rows = run(capfdbinary, "--list-rules", "--severity", "TST002=off", "--policy", "hardened")[1].splitlines()
        assert rows[:3] == [
            "TST001  error  bad-word               the word bad",
            "TST002  off    poor-word              poor",
            "TST003  error  odd-word               odd",
        ]
        assert [row.split()[0] for row in rows[4:]] == ["ALW001", "ALW002", "ALW003", "ALW004", "ALW005"]

    @pytest.mark.parametrize("name", ["TST001", "tst001", "bad-word"])
    def test_explain_by_code_or_name(self, capfdbinary, name) -> None:
        code, page, _ = run(capfdbinary, "--explain", name)
        assert code == 0
        for part in (
            "TST001 bad-word (error)",
            "What it does\n",
            "Why is this bad?\n",
            "Example\n    bad\n",
            "Use instead\n",
        ):
            assert part in page
        assert page.endswith("#tst001-bad-word\n")

    def test_explain_says_what_cannot_be_excused(self, capfdbinary) -> None:
        assert "This rule cannot be excused." in run(capfdbinary, "--explain", "TST900")[1]

    def test_explain_of_nothing(self, capfdbinary) -> None:
        assert run(capfdbinary, "--explain", "X1")[2] == (
            "test-hook: error: --explain X1: no such rule; --list-rules shows them all\n"
        )


class TestNewOnly:
    def findings(self, capfdbinary, *arguments: str) -> list[str]:
        code, out, err = run(capfdbinary, *CONCISE, "--new-only", *arguments)
        assert code == int(bool(out)), err
        return [line.split(" ")[0] for line in out.splitlines()]

    def test_old_findings_are_silent_wherever_lines_move(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\n"})
        repository.stage({"a.txt": "new line\nbad\n"})
        assert self.findings(capfdbinary) == []

    def test_a_second_finding_of_the_same_kind_is_new(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\n"})
        repository.stage({"a.txt": "bad\nbad\n"})
        assert self.findings(capfdbinary) == ["a.txt:2:1:"]

    def test_exact_renames_are_followed(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\n", "b.txt": "bad\n"})
        repository.git("mv", "a.txt", "c.txt")
        repository.stage({"d.txt": "bad\n"})
        assert self.findings(capfdbinary) == ["d.txt:1:1:"]

    def test_a_removed_exception_makes_its_finding_new(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "# guardrail: allow[TST001] reviewed by ann\nbad\n"})
        repository.stage({"a.txt": "bad\n"})
        assert self.findings(capfdbinary) == ["a.txt:1:1:"]

    def test_a_clean_checkout_is_compared_with_the_first_parent(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\n"})
        repository.commit({"b.txt": "bad\n"})
        assert self.findings(capfdbinary) == ["b.txt:1:1:"]

    def test_a_touched_file_without_a_change_leaves_the_checkout_clean(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\n"})
        repository.commit({"b.txt": "bad\n"})
        os.utime(repository.path / "a.txt", (1, 1))
        assert self.findings(capfdbinary) == ["b.txt:1:1:"]

    def test_the_first_commit_has_no_base(self, repository, capfdbinary) -> None:
        repository.stage({"a.txt": "bad\n"})
        assert self.findings(capfdbinary) == ["a.txt:1:1:"]
        repository.commit()
        assert self.findings(capfdbinary) == ["a.txt:1:1:"]

    def test_base_names_a_branch_and_means_where_it_was_left(self, repository, capfdbinary) -> None:
        repository.commit({"a.txt": "bad\n", "old.txt": "bad\n"})
        repository.git("checkout", "-q", "-b", "work")
        repository.commit({"b.txt": "bad\n"})
        repository.git("checkout", "-q", "main")
        repository.commit({"old.txt": "good\n"})
        repository.git("checkout", "-q", "work")
        assert self.findings(capfdbinary, "--base", "main") == ["b.txt:1:1:"]

    def test_the_references_of_the_driver(self, repository, capfdbinary, monkeypatch) -> None:
        first = repository.commit({"a.txt": "bad\n"})
        repository.commit({"b.txt": "bad\n"})
        second = repository.commit({"c.txt": "bad\n"})
        monkeypatch.setenv("PRE_COMMIT_FROM_REF", first)
        monkeypatch.setenv("PRE_COMMIT_TO_REF", second)
        assert self.findings(capfdbinary) == ["b.txt:1:1:", "c.txt:1:1:"]

    @pytest.mark.parametrize("remote", ["origin/", ""])
    def test_the_target_branch_that_ci_names(self, repository, capfdbinary, monkeypatch, remote) -> None:
        repository.commit({"a.txt": "bad\n"})
        repository.git("update-ref", f"refs/remotes/{remote}target" if remote else "refs/heads/target", "HEAD")
        repository.commit({"b.txt": "bad\n"})
        repository.commit({"c.txt": "bad\n"})
        monkeypatch.setenv("GITHUB_BASE_REF", "target")
        assert self.findings(capfdbinary) == ["b.txt:1:1:", "c.txt:1:1:"]

    @pytest.mark.parametrize("variable", ["GITHUB_BASE_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA"])
    def test_a_base_that_this_clone_lacks_is_never_a_pass(self, repository, capfdbinary, monkeypatch, variable) -> None:
        repository.commit({"a.txt": "bad\n"})
        monkeypatch.setenv(variable, "f" * 40)
        code, out, err = run(capfdbinary, "--new-only")
        assert (code, out) == (2, "")
        assert "is not in this clone: fetch the history first: `fetch-depth: 0`" in err

    def test_a_shallow_clone_without_the_parent_is_never_a_pass(
        self, repository, capfdbinary, monkeypatch, tmp_path
    ) -> None:
        repository.commit({"a.txt": "bad\n"})
        repository.commit({"b.txt": "bad\n"})
        repository.git("clone", "-q", "--depth", "1", f"file://{repository.path}", str(tmp_path / "shallow"))
        monkeypatch.chdir(tmp_path / "shallow")
        code, out, err = run(capfdbinary, "--new-only")
        assert (code, out) == (2, "")
        assert "this shallow clone lacks: fetch the history first" in err

    def test_all_of_a_first_push_is_new(self, repository, capfdbinary, monkeypatch) -> None:
        repository.commit({"a.txt": "bad\n"})
        repository.commit({"b.txt": "bad\n"})
        monkeypatch.setenv("PRE_COMMIT_REMOTE_NAME", "origin")
        assert self.findings(capfdbinary) == ["a.txt:1:1:", "b.txt:1:1:"]

    @pytest.mark.parametrize("arguments", [("--base=",), ("--base", ""), ("--base=main", "--base=")])
    def test_an_empty_base_is_never_a_pass(self, repository, capfdbinary, arguments) -> None:
        repository.commit({"a.txt": "bad\n"})
        code, out, err = run(capfdbinary, "--new-only", *arguments)
        assert (code, out) == (2, "")
        assert err == "test-hook: error: --base is empty: name a branch, a tag or a commit, or leave it out\n"

    def test_base_alone_is_refused(self, repository, capfdbinary) -> None:
        assert run(capfdbinary, "--base", "main")[2] == "test-hook: error: --base goes with --new-only\n"


def test_the_check_of_memory_needs_no_disk() -> None:
    from guardrail_hooks.core.snapshot import Memory

    none = options.parse("test-hook", HOOK.options, [])
    assert [found.place.line for found in check(Memory({"a.txt": "x\nbad\n"}), ["a.txt"], none)] == [2]


def test_json_is_an_empty_array_when_clean(repository, capfdbinary) -> None:
    repository.commit({"a.txt": "good\n"})
    assert json.loads(run(capfdbinary, "--format", "json")[1]) == []
    assert json.loads(run(capfdbinary, "--format", "gitlab")[1]) == []
    assert json.loads(run(capfdbinary, "--format", "sarif")[1])["runs"][0]["results"] == []


def test_an_action_replaces_the_check(repository, capfdbinary) -> None:
    assert judge.main(
        judge.Hook(
            "acting",
            prefix="TST",
            about="Acts.",
            rules=HOOK.rules,
            options=HOOK.options[:1],
            check=check,
            actions={"directive": lambda options, root: 7},
        ),
        ["--directive"],
    ) == 7  # fmt: skip


@pytest.mark.parametrize("output", ["text", "json"])
def test_a_doubt_ends_a_run_that_found_nothing_else(repository, capfdbinary, output) -> None:
    repository.stage({"a.txt": "poor\ndoubtful\ndoubtful\n"})
    assert judge.main(HOOK, ["--format", output]) == 2
    out, said = capfdbinary.readouterr()
    assert (out, said) == (b"", b"test-hook: error: line 2 is doubtful: write it again\n")


@pytest.mark.parametrize(("text", "arguments"), [("doubtful\nbad\n", []), ("doubtful\npoor\n", ["--strict"])])
def test_a_doubt_does_not_hide_what_was_found(repository, capfdbinary, text, arguments) -> None:
    repository.stage({"a.txt": text})
    assert judge.main(HOOK, ["--format", "concise", *arguments]) == 1
    assert capfdbinary.readouterr()[0].startswith(b"a.txt:2:1: TST00")


def test_an_excused_finding_does_not_hide_a_doubt(repository) -> None:
    repository.stage({"a.txt": "doubtful\n# guardrail: allow[TST001] quoted from the standard\nbad\n"})
    assert judge.main(HOOK, []) == 2
