"""The client against Debian's docker-registry, with images that skopeo pushed."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
import urllib.request

import pytest
from guardrail_hooks.pinned_base_image.registry.client import ACCEPT, INDEX_TYPES, MANIFEST_TYPES, Client
from guardrail_hooks.pinned_base_image.registry.docker_config import load
from guardrail_hooks.pinned_base_image.registry.outcome import NotFound, Trouble

from tests.pinned_base_image.registry import servers
from tests.pinned_base_image.registry.servers import IDENTITY, PASSWORD, USER, TokenServer, fake_server, real_registry

pytestmark = pytest.mark.network
OCI_INDEX, DOCKER_LIST = INDEX_TYPES


def test_a_tag_names_the_index_not_a_platform(registry, layouts, client) -> None:
    found = client.manifest(registry.host, "library/tiny", "1.2.3")
    assert found == (layouts.digests["index"], OCI_INDEX)
    assert found.is_index


def test_a_docker_manifest_list_names_its_own_digest(registry, layouts, client) -> None:
    found = client.manifest(registry.host, "team/app", "2.0")
    assert found.media_type == DOCKER_LIST
    request = urllib.request.Request(f"http://{registry.host}/v2/team/app/manifests/2.0", headers={"Accept": ACCEPT})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert found.digest == "sha256:" + hashlib.sha256(answer.read()).hexdigest()


def test_fewer_types_would_give_the_digest_of_a_platform(registry, client) -> None:
    """Why all four media types are sent."""
    request = urllib.request.Request(
        f"http://{registry.host}/v2/team/app/manifests/2.0", headers={"Accept": MANIFEST_TYPES[1]}, method="HEAD"
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers["Docker-Content-Digest"] != client.manifest(registry.host, "team/app", "2.0").digest


def test_a_digest_that_exists(registry, layouts, client) -> None:
    arm = layouts.digests["arm64"]
    assert client.manifest(registry.host, "library/tiny", arm) == (arm, MANIFEST_TYPES[0])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param("library/tiny", "9.9.9", id="a tag that does not exist"),
        pytest.param("library/tiny", "sha256:" + "0" * 64, id="a digest that does not exist"),
        pytest.param("library/nothing", "1.2.3", id="a repository that does not exist"),
    ],
)
def test_what_does_not_exist(registry, client, path, name) -> None:
    with pytest.raises(NotFound, match=f"has no {name} in {path}"):
        client.manifest(registry.host, path, name)


def test_children_are_the_platforms_of_an_index(registry, layouts, client) -> None:
    digests = layouts.digests
    assert client.children(registry.host, "library/tiny", digests["index"]) == {
        digests["amd64"]: "linux/amd64",
        digests["arm64"]: "linux/arm64",
    }


def test_a_moved_tag(registry, layouts, client) -> None:
    registry.push(layouts.first, "library/moving:1.2.3")
    assert client.manifest(registry.host, "library/moving", "1.2.3").digest == layouts.digests["index"]
    registry.push(layouts.second, "library/moving:1.2.3")
    assert client.manifest(registry.host, "library/moving", "1.2.3").digest == layouts.moved["index"]
    assert client.manifest(registry.host, "library/moving", layouts.digests["index"]).digest == layouts.digests["index"]


def test_a_deleted_digest(registry, layouts, client) -> None:
    registry.push(layouts.second, "library/gone:1")
    registry.delete("library/gone", layouts.moved["index"])
    with pytest.raises(NotFound):
        client.manifest(registry.host, "library/gone", layouts.moved["index"])


@pytest.fixture(scope="module")
def locked(tmp_path_factory, layouts):
    """A registry that wants a user name and a password."""
    folder = tmp_path_factory.mktemp("locked")
    with real_registry(folder, servers.basic_auth(folder), f"{USER}:{PASSWORD}") as running:
        running.push(layouts.first, "team/private:1.0")
        yield running


def configured(folder, config, tell=lambda note: None) -> Client:
    """A client that reads this as Docker's configuration."""
    (folder / "config.json").write_text(json.dumps(config))
    read = load({"DOCKER_CONFIG": str(folder)}, tell)
    return Client(read.credentials, request_limit=5, pauses=(0.01,))


def helper(folder, monkeypatch, name: str, script: str) -> None:
    """A credential helper on PATH."""
    program = folder / f"docker-credential-{name}"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def auth_of(user: str = USER, password: str = PASSWORD) -> str:
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def test_basic_login_from_auths(locked, layouts, tmp_path) -> None:
    client = configured(tmp_path, {"auths": {locked.host: {"auth": auth_of()}}})
    assert client.manifest(locked.host, "team/private", "1.0").digest == layouts.digests["index"]


def test_basic_login_without_credentials_says_what_to_run(locked, client) -> None:
    with pytest.raises(Trouble, match=f"asks for a login: run `docker login {locked.host}`"):
        client.manifest(locked.host, "team/private", "1.0")


def test_wrong_credentials_are_trouble_and_are_not_shown(locked, tmp_path) -> None:
    config = {"auths": {locked.host: {"auth": auth_of(password="hunter2-hunter2")}}}
    client = configured(tmp_path, config)
    with pytest.raises(Trouble) as trouble:
        client.manifest(locked.host, "team/private", "1.0")
    assert f"`docker login {locked.host}` is needed" in str(trouble.value)
    assert "hunter2" not in str(trouble.value)


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(lambda host: {"credHelpers": {host: "one"}, "credsStore": "broken"}, id="the host's own helper"),
        pytest.param(lambda host: {"credsStore": "one"}, id="the store for all hosts"),
        pytest.param(
            lambda host: {"credHelpers": {host: "empty"}, "auths": {host: {"auth": auth_of()}}},
            id="a helper that has nothing, then auths",
        ),
        pytest.param(
            lambda host: {"credsStore": "missing", "auths": {f"http://{host}/v1/": {"auth": auth_of()}}},
            id="a helper that is not installed, then auths under an old address",
        ),
    ],
)
def test_credential_helpers(locked, layouts, tmp_path, monkeypatch, config) -> None:
    answer = json.dumps({"ServerURL": locked.host, "Username": USER, "Secret": PASSWORD})
    helper(tmp_path, monkeypatch, "one", f"""[ "$1" = get ] && [ "$(cat)" = "{locked.host}" ] && echo '{answer}'""")
    helper(tmp_path, monkeypatch, "empty", "echo 'credentials not found in native keychain'; exit 1")
    helper(tmp_path, monkeypatch, "broken", "exit 3")
    notes: list[str] = []
    client = configured(tmp_path, config(locked.host), notes.append)
    assert client.manifest(locked.host, "team/private", "1.0").digest == layouts.digests["index"]
    assert not any(PASSWORD in note for note in notes)


@pytest.fixture(scope="module")
def tokens(tmp_path_factory, layouts):
    """A registry that wants tokens of a server that wants a login; the registry and what the token server got."""
    servers.require_programs()
    folder = tmp_path_factory.mktemp("tokens")
    cert, key = servers.certificate(folder)
    with (
        fake_server(TokenServer(cert, key, open_to_all=False).respond) as (token_host, asked),
        real_registry(folder, servers.token_auth(f"http://{token_host}/token", cert), f"{USER}:{PASSWORD}") as running,
    ):
        running.push(layouts.first, "team/app:1.0")
        yield running, asked


def test_a_token_for_a_user(tokens, layouts, tmp_path) -> None:
    registry, asked = tokens
    client = configured(tmp_path, {"auths": {registry.host: {"auth": auth_of()}}})
    assert client.manifest(registry.host, "team/app", "1.0").digest == layouts.digests["index"]
    assert "scope=repository%3Ateam%2Fapp%3Apull" in asked[-1].path
    count = len(asked)
    client.manifest(registry.host, "team/app", layouts.digests["amd64"])
    assert len(asked) == count, "a token serves the whole repository"


def test_a_token_for_an_identity(tokens, layouts, tmp_path) -> None:
    registry, asked = tokens
    client = configured(tmp_path, {"auths": {registry.host: {"identitytoken": IDENTITY}}})
    assert client.manifest(registry.host, "team/app", "1.0").digest == layouts.digests["index"]
    assert asked[-1].method == "POST"
    assert b"grant_type=refresh_token" in asked[-1].body
    assert IDENTITY not in asked[-1].path


def test_a_helper_that_gives_an_identity_token(tokens, layouts, tmp_path, monkeypatch) -> None:
    registry, asked = tokens
    answer = json.dumps({"ServerURL": registry.host, "Username": "<token>", "Secret": IDENTITY})
    helper(tmp_path, monkeypatch, "cloud", f"echo '{answer}'")
    client = configured(tmp_path, {"credHelpers": {registry.host: "cloud"}})
    assert client.manifest(registry.host, "team/app", "1.0").digest == layouts.digests["index"]
    assert asked[-1].method == "POST"


def test_a_registry_token(tokens, layouts, tmp_path) -> None:
    registry, asked = tokens
    cert, key = next((cert, cert.with_suffix(".key")) for cert in tmp_path.parent.glob("tokens*/token.crt"))
    token = TokenServer(cert, key, open_to_all=True).token("repository:team/app:pull")
    count = len(asked)
    client = configured(tmp_path, {"auths": {registry.host: {"registrytoken": token}}})
    assert client.manifest(registry.host, "team/app", "1.0").digest == layouts.digests["index"]
    assert len(asked) == count


def test_a_token_server_that_refuses(tokens, tmp_path, client) -> None:
    registry, _ = tokens
    with pytest.raises(Trouble, match="gives no token without a login"):
        client.manifest(registry.host, "team/app", "1.0")
    wrong = configured(tmp_path, {"auths": {registry.host: {"identitytoken": "hunter2-hunter2"}}})
    with pytest.raises(Trouble, match="refuses the credentials stored") as trouble:
        wrong.manifest(registry.host, "team/app", "1.0")
    assert "hunter2" not in str(trouble.value)


def test_tokens_for_everybody_as_docker_hub_gives_them(tmp_path, layouts, client) -> None:
    servers.require_programs()
    cert, key = servers.certificate(tmp_path)
    with (
        fake_server(TokenServer(cert, key, open_to_all=True).respond) as (token_host, asked),
        real_registry(
            tmp_path, servers.token_auth(f"http://{token_host}/token?a=b", cert), f"{USER}:{PASSWORD}"
        ) as running,
    ):
        running.push(layouts.first, "library/tiny:1")
        asked.clear()
        assert client.manifest(running.host, "library/tiny", "1").digest == layouts.digests["index"]
        assert [request.method for request in asked] == ["GET"]
        assert asked[0].path.startswith("/token?a=b&service=registry.test&scope=")
        assert "Authorization" not in asked[0].headers
