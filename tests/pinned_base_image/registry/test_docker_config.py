"""Docker's configuration: which credentials count for which host."""

from __future__ import annotations

import base64
import json
import os

import pytest
from guardrail_hooks.pinned_base_image.registry import docker_config
from guardrail_hooks.pinned_base_image.registry.docker_config import Credentials, DockerConfig, load
from hypothesis import given
from hypothesis import strategies as st

HOST = "registry.example.com:5000"
HUB = "registry-1.docker.io"
PASSWORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


def packed(user: str, password: str) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def reading(config: object, notes: list[str] | None = None) -> DockerConfig:
    content = config if isinstance(config, bytes) else json.dumps(config).encode()
    return DockerConfig(content, "config.json", (notes if notes is not None else []).append)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        pytest.param({"auth": packed("ann", "pw")}, ("ann", "pw", "", ""), id="auth"),
        pytest.param({"auth": packed("ann", "p:w")}, ("ann", "p:w", "", ""), id="a colon in the password"),
        pytest.param({"auth": packed("ann", "pw\0\0")}, ("ann", "pw", "", ""), id="padding, as Docker strips it"),
        pytest.param({"username": "ann", "password": "pw"}, ("ann", "pw", "", ""), id="in the clear"),
        pytest.param({"auth": packed("ann", ""), "identitytoken": "t"}, ("ann", "", "t", ""), id="identity token"),
        pytest.param({"registrytoken": "t"}, ("", "", "", "t"), id="registry token"),
        pytest.param({}, None, id="an entry without anything, as helpers leave it"),
        pytest.param({"auth": "%%%"}, None, id="no base64"),
        pytest.param({"auth": base64.b64encode(b"\xff:\xff").decode()}, None, id="no text"),
        pytest.param({"auth": 7}, None, id="no string"),
        pytest.param("ann", None, id="no object"),
    ],
)
def test_entries(entry, expected) -> None:
    assert reading({"auths": {HOST: entry}}).credentials(HOST) == expected


@pytest.mark.parametrize(
    "key", [HOST, f"https://{HOST}", f"https://{HOST}/v1/", f"http://{HOST}/v2/", f"{HOST}/", f"{HOST}/team/app"]
)
def test_ways_to_write_a_host(key) -> None:
    assert reading({"auths": {key: {"auth": packed("ann", "pw")}}}).credentials(HOST) == ("ann", "pw", "", "")


@pytest.mark.parametrize("key", ["https://index.docker.io/v1/", "docker.io", "index.docker.io", HUB, f"https://{HUB}"])
def test_ways_to_write_docker_hub(key) -> None:
    assert reading({"auths": {key: {"auth": packed("ann", "pw")}}}).credentials(HUB) == ("ann", "pw", "", "")


@pytest.mark.parametrize("other", ["registry.example.com", "example.com:5000", "evil-registry.example.com:5000"])
def test_credentials_stay_with_their_host(other) -> None:
    assert reading({"auths": {other: {"auth": packed("ann", "pw")}}}).credentials(HOST) is None


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}\.example(:[0-9]{2,4})?", fullmatch=True), st.tuples(PASSWORDS, PASSWORDS), max_size=4
    )
)
def test_every_host_gets_its_own(known) -> None:
    known = {host: (user.replace(":", ""), password) for host, (user, password) in known.items()}
    config = reading({"auths": {host: {"auth": packed(*pair)} for host, pair in known.items()}})
    for host, (user, password) in known.items():
        assert config.credentials(host) == ((user, password, "", "") if user else None)
    assert config.credentials("nobody.example.org") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["auths", "credHelpers", "HttpHeaders"]), JSON), JSON)
def test_any_json_is_read(config, entry) -> None:
    config.setdefault("auths", {HOST: entry})
    found = reading(config).credentials(HOST)
    assert found is None or isinstance(found, Credentials)


@given(st.binary(max_size=60))
def test_any_bytes_are_read(content) -> None:
    assert reading(content).credentials(HOST) is None


@pytest.mark.parametrize("content", [b"[]", b"{", b"7", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_told(content) -> None:
    notes: list[str] = []
    assert reading(content, notes).credentials(HOST) is None
    assert notes == ["config.json is no JSON object: registries are asked anonymously"]


def test_no_file_is_no_news(tmp_path) -> None:
    notes: list[str] = []
    assert load({"DOCKER_CONFIG": str(tmp_path)}, notes.append).credentials(HOST) is None
    assert notes == []


def test_the_home_folder_is_the_default(tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker/config.json").write_text(json.dumps({"auths": {HOST: {"auth": packed("ann", "pw")}}}))
    assert load({}, lambda note: None).credentials(HOST) == ("ann", "pw", "", "")


def test_a_folder_in_its_place_is_told(tmp_path) -> None:
    (tmp_path / "config.json").mkdir()
    notes: list[str] = []
    load({"DOCKER_CONFIG": str(tmp_path)}, notes.append)
    assert notes == [f"{tmp_path}/config.json cannot be read (Is a directory): registries are asked anonymously"]


@pytest.fixture
def helper(tmp_path, monkeypatch):
    """Put a credential helper on PATH; what it writes to `log` is what it was asked."""

    def put(name: str, script: str) -> None:
        program = tmp_path / f"docker-credential-{name}"
        program.write_text(f'#!/bin/sh\ncat > "{tmp_path}/log"\n{script}\n')
        program.chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path) + os.pathsep + os.environ["PATH"])
    return put


def test_a_helper_is_asked_for_docker_hub_by_its_old_address(helper, tmp_path) -> None:
    helper("one", 'echo \'{"Username":"ann","Secret":"pw"}\'')
    assert reading({"credsStore": "one"}).credentials(HUB) == ("ann", "pw", "", "")
    assert (tmp_path / "log").read_text() == "https://index.docker.io/v1/"


@pytest.mark.parametrize(
    ("script", "note"),
    [
        pytest.param("echo 'hunter2' ; exit 1", "failed with exit status 1: asking", id="it fails"),
        pytest.param("echo 'hunter2'", "gave no credentials that can be read: asking", id="it says no JSON"),
        pytest.param("echo '[\"hunter2\"]'", "gave no credentials that can be read: asking", id="it says no object"),
        pytest.param("echo 'credentials not found in native keychain'; exit 1", None, id="it has none"),
        pytest.param('echo \'{"Username":"","Secret":""}\'', None, id="it gives nothing"),
    ],
)
def test_helpers_that_are_no_help(helper, script, note) -> None:
    helper("one", script)
    notes: list[str] = []
    assert reading({"credHelpers": {HOST: "one"}}, notes).credentials(HOST) is None
    assert notes == ([] if note is None else [f"docker-credential-one {note} {HOST} without it"])


@pytest.mark.parametrize("name", ["../evil", "a/b", "a b", "-x", ".", "a\nb"])
def test_a_helper_is_a_plain_program_name(monkeypatch, name) -> None:
    monkeypatch.setattr(docker_config, "run_program", lambda *_: pytest.fail("started"))
    notes: list[str] = []
    assert reading({"credsStore": name}, notes).credentials(HOST) is None
    assert len(notes) == 1


def test_credentials_do_not_show_themselves() -> None:
    assert "hunter2" not in f"{Credentials('ann', 'hunter2', 'hunter2', 'hunter2')!r}"
    assert "hunter2" not in f"{Credentials('ann', 'hunter2', 'hunter2', 'hunter2')}"
