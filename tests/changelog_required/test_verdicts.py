"""Single verdicts that are easy to get wrong: moves, deletions, waivers, merges, ranges, and what is linted."""

from __future__ import annotations

import pytest
from guardrail_hooks.changelog_required.cli import HOOK
from guardrail_hooks.core import judge

from tests.end_to_end.test_changelog_required import BASE, ENTRY, LOG, MISFILED


@pytest.fixture
def project(scene):
    """A project with a changelog."""
    scene.repository.commit({"CHANGELOG.md": BASE, "src/app.py": "x = 1\n"})
    return scene


def staged(scene, files, *arguments, **environment) -> list[tuple]:
    scene.repository.stage(files)
    return scene.run(*arguments, **environment).found()


def test_a_misfiled_entry_is_told_beside_a_good_one(project) -> None:
    both = LOG.format(new="- Export to TSV.\n", old="- Import from TSV.\n")
    assert staged(project, {"src/app.py": "2", "CHANGELOG.md": both}) == [("CHG104", "CHANGELOG.md")]


def test_a_misfiled_entry_alone_is_one_finding(project) -> None:
    assert staged(project, {"src/app.py": "2", "CHANGELOG.md": MISFILED}) == [("CHG104", "CHANGELOG.md")]
    judged = project.run()
    assert judged.rows[0]["fix"] == "move the line to `## Unreleased` (line 3), then `git add CHANGELOG.md`"


def test_history_may_be_free(project) -> None:
    assert staged(project, {"CHANGELOG.md": MISFILED}, "--released=free") == []


def test_a_version_at_level_three_is_no_release(scene) -> None:
    text = "# Changelog\n\n## Unreleased\n\n### Added\n\n- Words.\n\n### [1.0.0] - 2025-01-02\n\n- First.\n"
    scene.repository.commit({"CHANGELOG.md": text})
    rows = scene.run("--style=keepachangelog", committing=False).rows
    assert [(row["code"], row["line"]) for row in rows] == [("CHG301", 9)]


def test_a_changelog_that_moves_takes_its_history_along(scene) -> None:
    scene.repository.commit({"docs/CHANGELOG.md": BASE, "docs/a.md": "1", "src/app.py": "1"})
    scene.repository.git("mv", "docs/CHANGELOG.md", "CHANGELOG.md")
    assert staged(scene, {"src/app.py": "2"}) == [("CHG103", "CHANGELOG.md")]
    assert staged(scene, {"CHANGELOG.md": ENTRY}) == []


def test_a_new_changelog_is_not_another_one_that_was_deleted(scene) -> None:
    other = "# Docs\n\n## [Unreleased]\n\n## [2.0.0] - 2025-03-04\n\n### Added\n\n- Pages.\n- More pages.\n"
    scene.repository.commit({"docs/CHANGELOG.md": other, "CHANGELOG.md": BASE, "scripts/a.py": "1"})
    scene.repository.git("rm", "-q", "docs/CHANGELOG.md")
    assert staged(scene, {"scripts/CHANGELOG.md": ENTRY, "scripts/a.py": "2"}) == []


DAYS = "# Changelog\n\n## 2025-08-11\n\n- Pages.\n\n## 2025-08-10\n\n- Words.\n\n## 2025-08-11\n\n- Tables.\n"


def test_a_day_that_has_several_sections_is_open_in_all(scene) -> None:
    scene.repository.commit({"CHANGELOG.md": DAYS, "a.py": "1"})
    assert staged(scene, {"a.py": "2", "CHANGELOG.md": DAYS.replace("Pages.\n", "Pages.\n- Charts.\n")}) == []
    again = DAYS.replace("## 2025-08-10", "## 2025-08-11\n\n- Lists.\n\n## 2025-08-10")
    assert staged(scene, {"CHANGELOG.md": again}) == []
    below = DAYS.replace("Words.\n", "Words.\n- Letters.\n")
    assert staged(scene, {"CHANGELOG.md": below}) == [("CHG104", "CHANGELOG.md")]


def test_an_entry_headed_by_day_and_time_is_one(scene) -> None:
    old = "## [2025-08-19 16:00] - Tables\n\n- Tables of the guide.\n"
    scene.repository.commit({"CHANGELOG.md": f"# Changelog\n\n{old}", "a.py": "1"})
    new = "## [2025-08-20 18:50] - Pages\n\n- Pages of the guide.\n\n"
    assert staged(scene, {"a.py": "2", "CHANGELOG.md": f"# Changelog\n\n{new}{old}"}) == []


def test_entries_of_one_day_under_headings_of_their_own_are_told_apart(scene) -> None:
    entry = "## [2025-08-08] - [v{}] - [Docs] - {}\n\n- What was changed: {}\n\n"
    old = entry.format("59", "Pages", "pages of the guide") + entry.format("58", "Words", "words of the guide")
    scene.repository.commit({"CHANGELOG.md": f"# Changelog\n\n{old}", "a.py": "1"})
    new = entry.format("60", "Tables", "tables of the guide")
    assert staged(scene, {"a.py": "2", "CHANGELOG.md": f"# Changelog\n\n{new}{old}"}) == []
    altered = old.replace("words of", "letters of")
    assert staged(scene, {"CHANGELOG.md": f"# Changelog\n\n{new}{altered}"}) == [("CHG107", "CHANGELOG.md")]


RULE18 = "# Changelog\n\n## Change History\n\n"


def test_entries_of_one_second_are_told_apart(scene) -> None:
    entry = "### 2025-08-16 {}:00 UTC - {}\n**Who**: A. B.\n**What**: {}\n\n"
    old = entry.format("19:15", "Pages of the guide", "pages written")
    old += entry.format("23:30", "Words of the guide", "words chosen")
    scene.repository.commit({"CHANGELOG.md": RULE18 + old, "a.py": "1"})
    new = entry.format("23:30", "Tables of the guide", "tables drawn")
    assert staged(scene, {"a.py": "2", "CHANGELOG.md": RULE18 + new + old}, "--lint=off") == []
    altered = old.replace("chosen", "weighed")
    assert staged(scene, {"CHANGELOG.md": RULE18 + new + altered}, "--lint=off") == [("CHG107", "CHANGELOG.md")]


def test_blank_lines_between_signs_are_layout(scene) -> None:
    entry = "### 2025-08-16 {}:00 UTC - Version {} - Docs - PATCH - Speed\n**What**: {}\n\n"
    text = RULE18 + entry.format("23:30", "1.1.1", "new") + entry.format("19:15", "1.1.0", "replies in <5ms\nload > 3")
    scene.repository.commit({"CHANGELOG.md": text, "a.py": "1"})
    assert staged(scene, {"CHANGELOG.md": text.replace("<5ms\n", "<5ms\n\n")}, "--lint=off") == []
    assert staged(scene, {"CHANGELOG.md": text.replace("<5ms", "<6ms")}, "--lint=off") == [("CHG107", "CHANGELOG.md")]


def test_a_changelog_renamed_in_its_folder_is_the_same(scene) -> None:
    names = ["--changelog=CHANGELOG.md", "--changelog=HISTORY.md"]
    scene.repository.commit({"HISTORY.md": BASE, "a.py": "1"})
    scene.repository.git("mv", "HISTORY.md", "CHANGELOG.md")
    assert staged(scene, {"a.py": "2"}, *names) == [("CHG103", "CHANGELOG.md")]
    assert staged(scene, {"CHANGELOG.md": MISFILED}, *names) == [("CHG104", "CHANGELOG.md")]


def test_an_entry_further_up_serves_where_that_is_accepted(project) -> None:
    project.repository.commit({"lib/CHANGELOG.md": BASE, "lib/a.py": "1"})
    change = {"lib/a.py": "2", "CHANGELOG.md": ENTRY}
    assert staged(project, change) == [("CHG101", "lib/CHANGELOG.md")]
    assert staged(project, change, "--accept-ancestor") == []


def test_vendored_changelogs_are_nobodys_business(project) -> None:
    assert staged(project, {"vendor/x/CHANGELOG.md": "<<<<<<< HEAD\n", "vendor/x/a.c": "1"}) == []
    project.repository.commit()
    assert project.run(committing=False).found() == []
    project.repository.git("rm", "-q", "vendor/x/CHANGELOG.md")
    assert project.run().found() == []


def test_types_of_files_are_known_by_identify(project) -> None:
    change = {"notes/guide.md": "words\n", "logo.svg": "<svg/>"}
    assert staged(project, change, "--exempt-types=markdown,svg") == []
    assert staged(project, change, "--exempt-types=markdown") == [("CHG101", "CHANGELOG.md")]


def test_a_deleted_link_is_a_change(project) -> None:
    (project.repository.path / "link").symlink_to("src/app.py")
    project.repository.commit()
    project.repository.git("rm", "-q", "link")
    assert project.run().found() == [("CHG101", "CHANGELOG.md")]


def test_line_ends_of_many_files_are_no_change(project) -> None:
    project.repository.commit({f"src/{number}.txt": "a\r\nb\r\n" for number in range(300)})
    change = {f"src/{number}.txt": "a\nb\n" for number in range(300)}
    assert staged(project, change) == []
    assert staged(project, {"src/7.txt": "a\nc\n"}) == [("CHG101", "CHANGELOG.md")]
    assert project.run().rows[0]["message"].startswith("1 file changed in this repository (src/7.txt)")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        pytest.param("Mend\n\nChangelog: none (only a comment)\n", [], id="a reason"),
        pytest.param("Mend\n\nchangelog: None: only a comment\n", [], id="another spelling"),
        pytest.param("Mend\n\nChangelog: none\n", ["CHG101", "CHG110"], id="no reason"),
        pytest.param("Mend\n\nChangelog: none (typo)\n", ["CHG101", "CHG110"], id="one word"),
        pytest.param("Mend\n\nNo Changelog: none (in prose) here.\n", ["CHG101"], id="prose"),
        pytest.param("squash! Mend\n", [], id="a squash"),
        pytest.param("# comment\n\nfixup! Mend\n", [], id="a fixup below a comment"),
        pytest.param("Mend fixup! in prose\n", ["CHG101"], id="no fixup"),
    ],
)
def test_waivers_of_messages(project, tmp_path, message, expected) -> None:
    (tmp_path / "message").write_text(message)
    found = staged(project, {"src/app.py": "2"}, str(tmp_path / "message"))
    assert sorted(code for code, _ in found) == expected
    assert all(path == "COMMIT_EDITMSG" for code, path in found if code == "CHG110")


@pytest.mark.parametrize("message", ["fixup! Mend\n", "Mend\n\nChangelog: none (only a comment)\n"])
def test_no_waiver_where_the_project_allows_none(project, tmp_path, message) -> None:
    (tmp_path / "message").write_text(message)
    assert ("CHG101", "CHANGELOG.md") in staged(project, {"src/app.py": "2"}, "--no-skip", str(tmp_path / "message"))


def test_a_waiver_is_printed_and_excuses_no_edit_of_history(project) -> None:
    project.repository.stage({"src/app.py": "2", "CHANGELOG.md": MISFILED.replace("First", "Very first")})
    judged = project.run(CHANGELOG_SKIP="nothing to see")
    assert judged.found() == [("CHG107", "CHANGELOG.md")]
    project.repository.stage({"CHANGELOG.md": BASE})
    judged = project.run(CHANGELOG_SKIP="nothing to see")
    assert (judged.found(), judged.err) == ([], "changelog-required: waived by CHANGELOG_SKIP: nothing to see\n")


def test_bots_need_no_entry_unless_that_is_switched_off(project) -> None:
    project.repository.stage({"src/app.py": "2"})
    bot = {"GIT_AUTHOR_NAME": "dependabot[bot]"}
    assert project.run(**bot).found() == []
    for argument in ("--exempt-author=", "--exempt-author=renovate.*", "--no-skip"):
        assert project.run(argument, **bot).found() == [("CHG101", "CHANGELOG.md")]
    assert project.run("--exempt-author=.*@bots.example.com", GIT_AUTHOR_EMAIL="a@bots.example.com").found() == []


def test_each_commit_of_a_range(project) -> None:
    first = project.repository.git("rev-parse", "HEAD").strip()
    project.repository.commit({"src/app.py": "2"}, message="Forget it")
    project.repository.commit({"src/app.py": "3", "CHANGELOG.md": ENTRY}, message="Write it down")
    project.repository.commit({"src/app.py": "4"}, message="Waive it\n\nChangelog: none (no visible effect)")
    assert project.run(f"--base={first}", committing=False).found() == []
    judged = project.run(f"--base={first}", "--per-commit", committing=False)
    assert judged.found() == [("CHG101", "CHANGELOG.md")]
    assert "Forget it" in judged.rows[0]["message"]
    assert "waived by commit" in judged.err


def test_a_merge_may_be_asked_for_an_entry(project) -> None:
    project.repository.git("checkout", "-q", "-b", "side")
    project.repository.commit({"src/app.py": "2"})
    project.repository.git("checkout", "-q", "main")
    project.repository.commit({"other": "1"})
    project.repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
    assert project.run().found() == []
    assert project.run("--on-merge=check").found() == [("CHG101", "CHANGELOG.md")]


def test_what_theirs_brings_is_not_linted_as_new(project) -> None:
    project.repository.git("checkout", "-q", "-b", "side")
    project.repository.commit({"CHANGELOG.md": BASE.replace("### Added", "### Improvements", 1)})
    project.repository.git("checkout", "-q", "main")
    project.repository.commit({"other": "1"})
    project.repository.git("merge", "-q", "--no-ff", "--no-commit", "side")
    assert project.run().found() == []


def test_unreadable_links_are_told_as_such(scene) -> None:
    (scene.repository.path / "CHANGELOG.md").symlink_to("../elsewhere")
    scene.repository.commit({"a": "1"})
    scene.repository.stage({"a": "2"})
    assert "leaves the repository" in scene.run().rows[0]["message"]


def test_allow_comments_in_markdown(project) -> None:
    allow = "<!-- guardrail: allow[CHG308] the word of our customers -->"
    text = BASE.replace("### Added", f"{allow}\n### Improvements", 1)
    assert staged(project, {"CHANGELOG.md": text}) == []
    assert staged(project, {"CHANGELOG.md": text.replace("### Improvements", "### Added")}) == [
        ("ALW002", "CHANGELOG.md")
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--map", "a/**"], "write it as 'GLOB=PATH'"),
        (["--map", "a/**=notes/{name}.md"], "has to stand in the glob"),
        (["--exempt-preset", "all"], "choose from vendored"),
        (["--exempt-author", "("], "no regular expression"),
        (["--require-fields", "Whom"], "choose from Who"),
        (["--changelog", "docs/CHANGELOG.md"], "--map names other places"),
        (["--now", "yesterday"], "write it as 2025-12-01T12:00:00Z"),
        (["no-such-file"], "no commit message to read (no such file or directory)"),
        (["a", "b"], "pass_filenames: false"),
    ],
)
def test_bad_options(project, arguments, says) -> None:
    judged = project.run(*arguments)
    assert judged.code == 2
    assert says in judged.err
    assert len(judged.err.splitlines()) == 1


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.code) for rule in HOOK.rules])
def test_every_rule_explains_itself(rule, capsys, repository) -> None:
    assert judge.main(HOOK, ["--explain", rule.code]) == 0
    assert rule.name in capsys.readouterr().out


def test_this_repository_keeps_its_own_changelog(scene, monkeypatch, capfd) -> None:
    from tests.readme import ROOT

    monkeypatch.chdir(ROOT)
    assert judge.main(HOOK, ["--exempt=examples/**", "--lint=file"]) == 0, capfd.readouterr().out


def test_what_is_gone_is_put_back_from_the_commit_before(project) -> None:
    project.repository.git("rm", "-q", "CHANGELOG.md")
    (row,) = staged(project, {"src/app.py": "2"}) and project.run().rows
    assert row["code"] == "CHG106"
    assert "HEAD -- CHANGELOG.md" in row["fix"]


@pytest.mark.parametrize(("base", "shown"), [((), "HEAD"), (("--base", "main"), "main")])
def test_a_released_section_is_compared_with_what_it_was(project, base, shown) -> None:
    altered = {"CHANGELOG.md": BASE.replace("First release", "First words")}
    if base:
        project.repository.git("checkout", "-q", "-b", "topic")
        project.repository.commit(altered)
    else:
        project.repository.stage(altered)
    (row,) = project.run(*base, committing=not base).rows
    assert (row["code"], row["message"]) == ("CHG107", "released 1.0.0 - 2025-01-02 was altered")
    assert f"`git diff {shown} -- CHANGELOG.md` shows it" in row["fix"]


@pytest.mark.parametrize("arguments", [(), ("--lint=off",)], ids=["linted", "not linted"])
def test_an_entry_in_a_changelog_that_was_no_text_before_either_cannot_be_read(scene, arguments) -> None:
    scene.repository.commit({"CHANGELOG.md": BASE.encode("utf-16"), "src/app.py": "1"})
    written = {"src/app.py": "2", "CHANGELOG.md": ENTRY.encode("utf-16")}
    assert staged(scene, written, *arguments) == [("CHG206", "CHANGELOG.md")]
