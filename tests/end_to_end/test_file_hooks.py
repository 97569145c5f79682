"""The file hooks under the real drivers: which commits they see, and what they say."""

from __future__ import annotations

import pytest

ROOT_USER = "FROM debian:12.7\nUSER root\n"
CLEAN = "FROM debian:12.7\nUSER 10001\n"
LATEST = "FROM debian:latest\nUSER 10001\n"
HOOKS = ("no-root-dockerfile", "pinned-base-image")


@pytest.fixture
def shop(consumer):
    consumer.configure(*HOOKS)
    consumer.install()
    return consumer


def test_a_staged_file_is_judged_and_the_commit_refused(shop) -> None:
    shop.stage({"Dockerfile": ROOT_USER})
    code, said = shop.try_commit()
    assert code == 1
    assert "Dockerfile:2:6: USR001 the final stage runs as root (USER root)" in said
    assert "PIN" not in said
    assert shop.git("log", "--oneline").count("\n") == 1


def test_a_clean_file_is_committed_without_a_word(shop) -> None:
    shop.stage({"Dockerfile": CLEAN})
    code, said = shop.try_commit()
    assert code == 0, said
    assert said.count("Passed") == 2


def test_only_what_is_staged_counts(shop) -> None:
    shop.stage({"Dockerfile": CLEAN})
    shop.write("Dockerfile", ROOT_USER)
    assert shop.try_commit()[0] == 0
    shop.stage({"Dockerfile": LATEST})
    shop.write("Dockerfile", CLEAN)
    code, said = shop.try_commit()
    assert code == 1
    assert 'Dockerfile:1:6: PIN002 image "debian:latest"' in said
    assert (shop.path / "Dockerfile").read_text() == CLEAN


def test_commit_all_judges_the_temporary_index(shop) -> None:
    shop.commit({"Dockerfile": CLEAN})
    shop.write("Dockerfile", ROOT_USER)
    code, said = shop.try_commit("-a")
    assert code == 1
    assert "USR001" in said


def test_commit_of_one_path_judges_that_path_alone(shop) -> None:
    shop.commit({"Dockerfile": CLEAN, "b/Dockerfile": CLEAN})
    shop.write("Dockerfile", ROOT_USER)
    shop.write("b/Dockerfile", CLEAN + "# a comment\n")
    code, said = shop.try_commit("b/Dockerfile")
    assert code == 0, said
    code, said = shop.try_commit("Dockerfile")
    assert code == 1
    assert "Dockerfile:2:6: USR001" in said


def test_a_deleted_file_is_nobodys_business(shop) -> None:
    shop.commit({"Dockerfile": ROOT_USER})
    shop.git("rm", "-q", "Dockerfile")
    code, said = shop.try_commit()
    assert code == 0, said
    assert said.count("Skipped") == 2


def test_a_renamed_file_is_judged_under_its_new_name(shop) -> None:
    shop.commit({"Dockerfile": ROOT_USER})
    (shop.path / "api").mkdir()
    shop.git("mv", "Dockerfile", "api/Dockerfile")
    code, said = shop.try_commit()
    assert code == 1
    assert "api/Dockerfile:2:6: USR001" in said


def test_all_files_judges_the_whole_tree(shop) -> None:
    shop.commit({"a/Dockerfile": ROOT_USER, "b/Dockerfile": LATEST, "c/app.dockerfile": CLEAN})
    code, said = shop.run("--all-files")
    assert code == 1
    assert "a/Dockerfile:2:6: USR001" in said
    assert "b/Dockerfile:1:6: PIN002" in said
    assert "c/app.dockerfile" not in said


def test_a_range_of_commits_judges_what_it_changed(shop) -> None:
    shop.commit({"old/Dockerfile": ROOT_USER})
    base = shop.git("rev-parse", "HEAD").strip()
    shop.commit({"new/Dockerfile": ROOT_USER})
    code, said = shop.run("--from-ref", base, "--to-ref", "HEAD")
    assert code == 1
    assert "new/Dockerfile:2:6: USR001" in said
    assert "old/Dockerfile" not in said


def test_a_linked_worktree(shop, tmp_path) -> None:
    shop.git("worktree", "add", "-q", str(tmp_path / "linked"))
    (tmp_path / "linked/Dockerfile").write_text(ROOT_USER)
    shop.git("-C", str(tmp_path / "linked"), "add", "-A")
    code, said = shop.try_commit(cwd=tmp_path / "linked")
    assert code == 1
    assert "Dockerfile:2:6: USR001" in said


@pytest.mark.parametrize(
    "name", ["sp ace/Dockerfile", "\u00fcml\u00e4ut/Dockerfile.pr\u00fcfung", "quo'te\"/Dockerfile", "-dash/Dockerfile"]
)
def test_names_that_break_careless_tools(shop, name) -> None:
    shop.stage({name: ROOT_USER})
    code, said = shop.try_commit()
    assert code == 1
    assert f"{name}:2:6: USR001" in said


def test_no_match_costs_nothing_and_says_nothing(shop) -> None:
    shop.stage({"readme.md": "FROM debian:latest\n", "Dockerfile.j2": "FROM {{ base }}\n"})
    code, said = shop.try_commit()
    assert code == 0, said
    assert said.count("(no files to check)") == 2


def test_a_hook_that_cannot_judge_fails_the_commit(consumer) -> None:
    consumer.configure("no-root-dockerfile", no_root_dockerfile=["--policy", "soft"])
    consumer.install()
    consumer.stage({"Dockerfile": CLEAN})
    code, said = consumer.try_commit()
    assert code == 1
    assert "no-root-dockerfile: error: --policy soft: choose one of default, hardened" in said


def test_many_files_split_over_processes_give_the_same_findings(consumer) -> None:
    consumer.environment.pop("PRE_COMMIT_NO_CONCURRENCY")
    consumer.configure("no-root-dockerfile", no_root_dockerfile=["--format", "concise"])
    consumer.commit({f"{number}/Dockerfile": ROOT_USER for number in range(30)})
    code, said = consumer.run("--all-files")
    assert code == 1
    found = sorted(line.strip() for line in said.splitlines() if "USR001" in line)
    assert found == sorted(
        f"{number}/Dockerfile:2:6: USR001 the final stage runs as root (USER root)" for number in range(30)
    )


def test_new_only_at_commit_reports_what_the_commit_adds(consumer) -> None:
    consumer.configure("no-root-dockerfile", no_root_dockerfile=["--new-only"])
    consumer.install()
    consumer.commit({"Dockerfile": ROOT_USER})
    consumer.stage({"Dockerfile": "# moved down\n" + ROOT_USER})
    code, said = consumer.try_commit()
    assert code == 0, said
    consumer.stage({"new/Dockerfile": ROOT_USER})
    code, said = consumer.try_commit()
    assert code == 1
    assert "new/Dockerfile:2:6: USR001" in said


def test_a_push_judges_what_is_pushed(consumer, tmp_path) -> None:
    consumer.configure("no-root-dockerfile")
    consumer.install("pre-push")
    consumer.git("init", "-q", "--bare", str(tmp_path / "remote"))
    consumer.git("remote", "add", "origin", str(tmp_path / "remote"))
    consumer.commit({"Dockerfile": CLEAN})
    assert consumer.call("git", "push", "-q", "origin", "main")[0] == 0
    consumer.commit({"Dockerfile": ROOT_USER})
    code, said = consumer.call("git", "push", "-q", "origin", "main")
    assert code == 1
    assert "Dockerfile:2:6: USR001" in said
