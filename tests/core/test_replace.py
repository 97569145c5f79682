"""Replacing what a file holds."""

from __future__ import annotations

import errno
import os
import stat

import pytest
from guardrail_hooks.core.replace import NotReplaced, replace_content


@pytest.fixture
def file(tmp_path):
    made = tmp_path / "folder/Dockerfile"
    made.parent.mkdir()
    made.write_bytes(b"old\r\n")
    made.chmod(0o640)
    return made


def alone(file) -> bool:
    """Whether nothing was left behind."""
    return [entry.name for entry in file.parent.iterdir()] == [file.name]


def refused(path) -> str:
    with pytest.raises(NotReplaced) as caught:
        replace_content(str(path), b"old\r\n", b"new")
    return str(caught.value)


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o664])
def test_content_changes_and_mode_stays(file, mode) -> None:
    file.chmod(mode)
    replace_content(str(file), b"old\r\n", b"new\r\n")
    assert file.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(file.stat().st_mode) == mode
    assert alone(file)


def test_readers_of_the_old_file_keep_it(file) -> None:
    with file.open("rb") as reader:
        replace_content(str(file), b"old\r\n", b"new")
        assert reader.read() == b"old\r\n"


def test_a_link_stays_a_link(file, tmp_path) -> None:
    link = tmp_path / "link"
    link.symlink_to("folder/Dockerfile")
    replace_content(str(link), b"old\r\n", b"new")
    assert link.is_symlink()
    assert file.read_bytes() == b"new"
    assert alone(file)


def test_the_owner_stays(file) -> None:
    if os.geteuid():
        pytest.skip("only the superuser can give a file away")
    os.chown(file, 12345, 12345)
    replace_content(str(file), b"old\r\n", b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (12345, 12345)


def test_a_name_of_the_greatest_length(tmp_path) -> None:
    file = tmp_path / ("x" * 255)
    file.write_bytes(b"old\r\n")
    replace_content(str(file), b"old\r\n", b"new")
    assert file.read_bytes() == b"new"


def test_a_read_only_file_is_left_alone(file) -> None:
    file.chmod(0o444)
    assert refused(file) == "is read-only"
    assert file.read_bytes() == b"old\r\n"


def test_a_file_that_changed_meanwhile_is_left_alone(file) -> None:
    file.write_bytes(b"newer")
    assert refused(file) == "has changed meanwhile"
    assert file.read_bytes() == b"newer"


def test_a_file_that_vanished(file) -> None:
    file.unlink()
    assert refused(file) == "cannot be replaced: no such file or directory"
    assert not file.exists()


def test_a_link_that_leads_nowhere(tmp_path) -> None:
    (tmp_path / "link").symlink_to("nowhere")
    assert refused(tmp_path / "link") == "cannot be replaced: no such file or directory"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder(tmp_path) -> None:
    assert refused(tmp_path) == "is not a regular file"


def test_a_fifo_does_not_block(tmp_path) -> None:
    os.mkfifo(tmp_path / "fifo")
    assert refused(tmp_path / "fifo") == "is not a regular file"


@pytest.mark.parametrize("step", ["fsync", "replace", "chmod"])
def test_a_full_disk_leaves_the_file_and_nothing_else(file, monkeypatch, step) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, step, full)
        assert refused(file) == "cannot be replaced: no space left on device"
    assert file.read_bytes() == b"old\r\n"
    assert alone(file)


def test_an_interruption_leaves_the_file_and_nothing_else(file, monkeypatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            replace_content(str(file), b"old\r\n", b"new")
    assert file.read_bytes() == b"old\r\n"
    assert alone(file)
