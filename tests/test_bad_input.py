"""Hostile input: every file hook survives it, and never passes what it cannot read."""

from __future__ import annotations

import importlib
import json
import os

import pytest
from guardrail_hooks.core import judge

HOOKS = {
    # hook: the name of a file that it reads, the beginning of one, and its code for what cannot be read
    "no_root_dockerfile": ("Dockerfile", b"FROM debian:12\nUSER 1000\n", "USR900"),
    "pinned_base_image": ("Dockerfile", b"FROM debian:12\n", "PIN900"),
    "pinned_base_image/compose": ("compose.yaml", b"services:\n  a:\n    image: x:1\n", "PIN900"),
}
DEEP = 100_000
MUST_BE_FOUND, MAY_BE_CLEAN = True, False
CONTENTS = {
    # name: how it is made from a good beginning, and whether a finding must come of it
    "NUL bytes alone": (lambda good: b"\0" * 5000, MUST_BE_FOUND),
    "NUL bytes behind a good beginning": (lambda good: good + b"\0" * 5000, MAY_BE_CLEAN),
    "invalid UTF-8": (lambda good: good + b"# \xff\xfe\n", MAY_BE_CLEAN),
    "UTF-16 with a mark": (lambda good: good.decode().encode("utf-16"), MUST_BE_FOUND),
    "UTF-16 without a mark": (lambda good: good.decode().encode("utf-16-le"), MUST_BE_FOUND),
    "a byte order mark": (lambda good: b"\xef\xbb\xbf" + good, MAY_BE_CLEAN),
    "CRLF": (lambda good: good.replace(b"\n", b"\r\n"), MAY_BE_CLEAN),
    "CR": (lambda good: good.replace(b"\n", b"\r"), MAY_BE_CLEAN),
    "a line of 10 MB": (lambda good: good + b"# " + b"x" * 10_000_000, MAY_BE_CLEAN),
    "a value of 10 MB": (lambda good: good.rstrip() + b"x" * 10_000_000, MUST_BE_FOUND),
    "deep brackets": (lambda good: good + b"z: " + b"[" * DEEP, MUST_BE_FOUND),
    "deep braces": (lambda good: good + b"z: " + b"{a: " * DEEP, MUST_BE_FOUND),
    "deep blocks": (lambda good: good + b"".join(b" " * n + b"a:\n" for n in range(1500)), MUST_BE_FOUND),
    "deep defaults": (lambda good: good + b"ARG A=" + b"${A:-" * DEEP, MAY_BE_CLEAN),
    "deep dashes": (lambda good: good + b"z:\n " + b"- " * DEEP + b"\n", MUST_BE_FOUND),
    "nothing but blanks": (lambda good: b" \n\t\n" * 1000, MAY_BE_CLEAN),
    "random bytes": (lambda good: bytes(range(256)) * 100, MUST_BE_FOUND),
}


def run(name: str, path: str, capfdbinary) -> tuple[int, list[dict], str]:
    """Run a hook on one file: exit code, findings, standard error."""
    hook = importlib.import_module(f"guardrail_hooks.{name.partition('/')[0]}.cli").HOOK
    capfdbinary.readouterr()
    code = judge.main(hook, ["--format", "json", "--", path])
    out, err = capfdbinary.readouterr()
    assert b"Traceback" not in err
    assert b"internal error" not in err
    findings = json.loads(out) if code != 2 else []
    if code == 2:
        assert out == b""
        assert err.count(b"\n") == 1
    return code, findings, err.decode()


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("name", HOOKS)
def test_contents(repository, capfdbinary, name, content) -> None:
    path, good, unreadable = HOOKS[name]
    make, found = CONTENTS[content]
    repository.commit({path: make(good)})
    code, findings, _ = run(name, path, capfdbinary)
    assert code in (0, 1)
    if found:
        assert unreadable in {one["code"] for one in findings}
    for one in findings:
        assert one["path"] == path
        assert 1 <= one["line"] <= make(good).count(b"\n") + make(good).count(b"\r") + 2


@pytest.mark.parametrize("name", HOOKS)
def test_an_empty_file(repository, capfdbinary, name) -> None:
    path, _, unreadable = HOOKS[name]
    repository.commit({path: b""})
    _, findings, _ = run(name, path, capfdbinary)
    assert [one["code"] for one in findings] == ([unreadable] if path == "Dockerfile" else [])


def make_folder(path) -> None:
    path.mkdir()


def make_loop(path) -> None:
    path.symlink_to(path.name)


def make_link_out(path) -> None:
    path.symlink_to("/etc/hostname")


def make_dangling(path) -> None:
    path.symlink_to("nowhere")


def make_fifo(path) -> None:
    os.mkfifo(path)


def make_nothing(path) -> None:
    """The file was deleted between listing and reading."""


@pytest.mark.parametrize("make", [make_folder, make_loop, make_link_out, make_dangling, make_fifo, make_nothing])
@pytest.mark.parametrize("name", HOOKS)
def test_what_is_no_readable_file(repository, capfdbinary, name, make) -> None:
    path, _, unreadable = HOOKS[name]
    repository.commit()
    make(repository.path / path)
    code, findings, _ = run(name, path, capfdbinary)
    assert code == 1
    assert [(one["code"], one["line"], one["column"]) for one in findings] == [(unreadable, 1, 1)]
    assert path in findings[0]["message"]


@pytest.mark.parametrize("name", HOOKS)
def test_a_file_that_may_not_be_read(repository, capfdbinary, name, monkeypatch) -> None:
    path, good, unreadable = HOOKS[name]
    repository.commit({path: good})
    real = os.open

    def refuse(name, *arguments, **options):
        if str(name).endswith(path):
            raise PermissionError(13, "Permission denied")
        return real(name, *arguments, **options)

    monkeypatch.setattr(os, "open", refuse)
    code, findings, _ = run(name, path, capfdbinary)
    assert code == 1
    assert [one["code"] for one in findings] == [unreadable]
    assert findings[0]["message"] == f"{path} cannot be read: permission denied"


@pytest.mark.parametrize("name", HOOKS)
def test_aliases_that_multiply(repository, capfdbinary, name) -> None:
    path, good, _ = HOOKS[name]
    bomb = b"a0: &a0 [x]\n" + b"".join(
        b"a%d: &a%d [%s]\n" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 40)
    )
    repository.commit({path: good + bomb})
    assert run(name, path, capfdbinary)[0] in (0, 1)
