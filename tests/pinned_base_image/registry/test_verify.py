"""`--verify` and `--fix` from the command line to the registry and back."""

from __future__ import annotations

import base64
import json
import socket

import pytest
from guardrail_hooks.pinned_base_image import cli, lookups
from guardrail_hooks.pinned_base_image.registry.client import INDEX_TYPES, MANIFEST_TYPES, Client

from tests.pinned_base_image.registry import servers
from tests.pinned_base_image.registry.layouts import digest_of
from tests.pinned_base_image.registry.servers import PASSWORD, USER, Answer, fake_server, real_registry

pytestmark = pytest.mark.network
GONE = "sha256:" + "0" * 64
INDEX = json.dumps({"manifests": []}).encode()


@pytest.fixture(autouse=True)
def impatient(monkeypatch, tmp_path) -> None:
    """Short pauses, and nobody's credentials."""
    monkeypatch.setattr(lookups, "Client", lambda look_up: Client(look_up, request_limit=5, pauses=(0.01,)))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "nobody"))


@pytest.fixture
def run(repository, capfdbinary):
    """Write a Dockerfile, run the hook, and give exit code, standard output and standard error."""

    def start(text: str | None, *arguments: str) -> tuple[int, str, str]:
        if text is not None:
            repository.stage({"Dockerfile": text})
        code = cli.main(arguments)
        out, said = capfdbinary.readouterr()
        return code, out.decode(), said.decode()

    return start


def codes(out: str) -> list[str]:
    """`line CODE` of every finding."""
    heads = [line.split(" ") for line in out.splitlines() if line.startswith("Dockerfile:")]
    return [f"{head[0].split(':')[1]} {head[1]}" for head in heads]


def test_what_still_holds_is_clean(run, registry, layouts) -> None:
    index, arm = layouts.digests["index"], layouts.digests["arm64"]
    text = f"FROM {registry.host}/library/tiny:1.2.3@{index}\nFROM {registry.host}/library/tiny@{arm}\nFROM scratch\n"
    assert run(text, "--verify=fail-closed") == (0, "", "")


def test_an_exact_tag_that_was_pushed_again_is_a_security_finding(run, registry, layouts) -> None:
    registry.push(layouts.first, "library/repushed:1.2.3")
    text = f"FROM {registry.host}/library/repushed:1.2.3@{layouts.digests['index']}\n"
    assert run(text, "--verify") == (0, "", "")
    registry.push(layouts.second, "library/repushed:1.2.3")
    code, out, said = run(None, "--verify")
    assert (code, codes(out), said) == (1, ["1 PIN021"], "")
    assert "security: the exact tag" in out
    assert f"it now is {layouts.moved['index']}, not {layouts.digests['index']}" in out
    assert run(None) == (0, "", ""), "offline there is nothing wrong with it"


def test_a_tag_that_moves_by_design_is_a_warning(run, registry, layouts) -> None:
    registry.push(layouts.second, "library/rolling:1")
    text = f"FROM {registry.host}/library/rolling:1@{layouts.digests['index']}\n"
    registry.push(layouts.first, "library/rolling:0")  # so that the digest exists
    code, out, _ = run(text, "--verify")
    assert (code, codes(out)) == (0, ["1 PIN021"])
    assert "has moved on" in out
    assert "security" not in out
    assert f"write {registry.host}/library/rolling:1@{layouts.moved['index']}" in out
    assert run(None, "--verify", "--strict")[0] == 1
    assert run(None, "--verify", "--severity", "PIN021=off") == (0, "", "")


def test_a_digest_that_does_not_exist(run, registry, layouts) -> None:
    host = registry.host
    code, out, _ = run(
        f"FROM {host}/library/tiny:1.2.3@{GONE}\nFROM {host}/library/tiny@{GONE}\nFROM {host}/no/app:1.2.3@{GONE}\n",
        "--verify",
    )
    assert (code, codes(out)) == (1, ["1 PIN020", "2 PIN020", "3 PIN020"])
    assert f"fix: write {host}/library/tiny:1.2.3@{layouts.digests['index']}, which is what the tag names now" in out
    assert f"is pinned to {GONE}, which {host}/no/app does not have" in out


@pytest.mark.parametrize(("path", "tag"), [("library/tiny", "1.2.3"), ("team/app", "2.0.0")])
def test_the_digest_of_one_platform(run, registry, layouts, client, path, tag) -> None:
    registry.push(layouts.first, "team/app:2.0.0", "--format", "v2s2")
    index = client.manifest(registry.host, path, tag)
    for digest, platform in client.children(registry.host, path, index.digest).items():
        code, out, _ = run(f"FROM {registry.host}/{path}:{tag}@{digest}\n", "--verify")
        assert (code, codes(out)) == (1, ["1 PIN022"])
        assert f"the manifest of one platform ({platform})" in out
        assert f"fix: write {registry.host}/{path}:{tag}@{index.digest}\n" in out


def test_a_platform_of_an_index_that_the_tag_left(run, registry, layouts) -> None:
    registry.push(layouts.first, "library/left:1.2.3")
    registry.push(layouts.second, "library/left:1.2.3")
    code, out, _ = run(f"FROM {registry.host}/library/left:1.2.3@{layouts.digests['arm64']}\n", "--verify")
    assert (code, codes(out)) == (1, ["1 PIN021"])


def test_fix_then_verify(run, registry, layouts, repository) -> None:
    host, index = registry.host, layouts.digests["index"]
    registry.push(layouts.first, "library/tiny:latest")
    repository.write("compose.yaml", f"services:\r\n  a: {{image: '{host}/library/tiny'}}\r\n")
    code, out, said = run(f"FROM {host}/library/tiny:1.2.3\nFROM {host}/no/app:1\n", "--fix", "--policy", "digest")
    assert code == 1
    assert f"Dockerfile:1: pinned {host}/library/tiny:1.2.3@{index}\n" in out
    assert f"compose.yaml:2: pinned {host}/library/tiny:latest@{index}\n" in out
    assert f'left as it is: Dockerfile:2: "{host}/no/app:1": {host} has no 1 in no/app\n' in said
    assert (
        repository.path / "Dockerfile"
    ).read_text() == f"FROM {host}/library/tiny:1.2.3@{index}\nFROM {host}/no/app:1\n"
    assert (repository.path / "compose.yaml").read_bytes().endswith(f"/tiny:latest@{index}'}}\r\n".encode())
    assert run(None, "--verify=fail-closed") == (0, "", "")


def test_fix_with_a_login(run, layouts, tmp_path, monkeypatch) -> None:
    servers.require_programs()
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    with real_registry(tmp_path, servers.basic_auth(tmp_path), f"{USER}:{PASSWORD}") as locked:
        locked.push(layouts.first, "team/private:latest")
        packed = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        (tmp_path / "config.json").write_text(json.dumps({"auths": {locked.host: {"auth": packed}}}))
        code, out, said = run(f"FROM {locked.host}/team/private\n", "--fix")
        assert (code, said) == (1, "")
        assert out == f"Dockerfile:1: pinned {locked.host}/team/private:latest@{layouts.digests['index']}\n"


@pytest.mark.parametrize("option", ["--fix", "--diff", "--verify", "--verify=fail-closed"])
@pytest.mark.parametrize("entry", ["auth", "identitytoken", "registrytoken"])
def test_credentials_are_never_printed(run, tmp_path, monkeypatch, option, entry) -> None:
    secret = "hunter2-hunter2"
    packed = base64.b64encode(f"ann:{secret}".encode()).decode()
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))

    def respond(request):
        if request.path.startswith("/token"):
            return Answer(403, {"X": secret}, secret.encode())
        answer = Answer(401, {"WWW-Authenticate": f'Bearer realm="http://{host}/token?{secret}", Basic realm={secret}'})
        return answer if "Authorization" not in request.headers else Answer(500, {"Location": packed}, packed.encode())

    with fake_server(respond) as (host, seen):
        value = packed if entry == "auth" else secret
        (tmp_path / "config.json").write_text(json.dumps({"auths": {host: {entry: value}}}))
        code, out, said = run(f"FROM {host}/a\nFROM {host}/b:1.2.3@{GONE}\n", option)
        assert code in (1, 2)
        assert len(seen) > 1
        for text in (secret, packed):
            assert text not in out
            assert text not in said


def test_no_answer_is_told_and_passes(run) -> None:
    host = nobody()
    code, out, said = run(f"FROM {host}/a:1.2.3@{GONE}\nFROM {host}/b:1.2.3@{GONE}\n", "--verify")
    assert (code, out) == (0, "")
    assert said == f"pinned-base-image: not verified: {host}/a:1.2.3, {host}/b:1.2.3: {host} refuses the connection\n"


def test_no_answer_fails_closed(run) -> None:
    host = nobody()
    code, out, said = run(f"FROM {host}/a:1.2.3@{GONE}\nFROM {host}/a:1.2.3@{GONE}\n", "--verify=fail-closed")
    assert (code, out) == (2, "")
    assert said.splitlines()[-1] == (
        "pinned-base-image: error: 1 of 1 images could not be verified: see above, and run it again"
    )


def test_a_doubt_does_not_hide_what_was_found(run, registry) -> None:
    text = f"FROM {nobody()}/a:1.2.3@{GONE}\nFROM {registry.host}/library/tiny:1.2.3@{GONE}\n"
    code, out, said = run(text, "--verify=fail-closed")
    assert (code, codes(out)) == (1, ["2 PIN020"])
    assert "not verified" in said


def test_an_excused_finding_does_not_hide_a_doubt(run, registry) -> None:
    text = (
        f"FROM {nobody()}/a:1.2.3@{GONE}\n"
        "# guardrail: allow[PIN020] pulled from the mirror of the lab\n"
        f"FROM {registry.host}/library/tiny:1.2.3@{GONE}\n"
    )
    code, out, said = run(text, "--verify=fail-closed")
    assert (code, out) == (2, "")
    assert said.count("error:") == 1
    assert run(None) == (0, "", ""), "without --verify the comment is not unused"
    assert run(None, "--verify")[0] == 0


def test_a_tag_that_is_gone(run) -> None:
    def respond(request):
        name = request.path.rpartition("/")[2]
        found = {"Docker-Content-Digest": name, "Content-Type": INDEX_TYPES[0]}
        return Answer(200, found) if name.startswith("sha256:") else Answer(404)

    with fake_server(respond) as (host, _):
        code, out, _ = run(f"FROM {host}/a:1.2.3@{GONE}\nFROM {host}/a:lts@{GONE}\n", "--verify")
        assert (code, codes(out)) == (1, ["1 PIN021", "2 PIN021"])
        assert out.count(f"does not exist any more, while {GONE} does") == 2
        assert "pushed again" not in out
        assert out.count("(a warning: fails only with --strict)") == 1


def test_every_distinct_question_is_asked_once(run) -> None:
    manifest = b"{}"

    def respond(request):
        name = request.path.rpartition("/")[2]
        digest = name if ":" in name else digest_of(INDEX)
        kind = MANIFEST_TYPES[0] if name == digest_of(manifest) else INDEX_TYPES[0]
        return Answer(200, {"Docker-Content-Digest": digest, "Content-Type": kind}, INDEX)

    with fake_server(respond) as (host, seen):
        line = f"FROM {host}/a:1.2.3@{digest_of(manifest)}\n"
        code, out, _ = run(line * 5, "--verify")
        assert (code, codes(out)) == (1, [f"{number} PIN021" for number in range(1, 6)])
        asked = [(request.method, request.path.rpartition("/")[2]) for request in seen]
        assert sorted(asked) == sorted([("HEAD", "1.2.3"), ("HEAD", digest_of(manifest)), ("GET", digest_of(INDEX))])


def test_exempt_images_are_not_asked_for(run) -> None:
    with fake_server(lambda request: pytest.fail("asked")) as (host, seen):
        text = f"FROM {host}/a:1.2.3@{GONE}\nFROM {host}/b:1.2.3\nARG X\nFROM $X@{GONE}\n"
        assert run(text, "--verify=fail-closed", "--allow-image", f"{host}/a") == (0, "", "")
        assert seen == []


def test_too_many_requests_are_told_once(run) -> None:
    with fake_server(lambda request: Answer(429, {"Retry-After": "60"})) as (host, seen):
        text = "".join(f"FROM {host}/app{number}:1.2.3@{GONE}\n" for number in range(30))
        code, out, said = run(text, "--verify")
        assert (code, out) == (0, "")
        assert said.count("\n") == 1
        assert f"and 25 more: {host} answers 429, too many requests: try again in 60 s" in said
        assert len(seen) <= 4


def test_an_unknown_mode(run) -> None:
    code, _, said = run("FROM scratch\n", "--verify=strict")
    assert code == 2
    assert said == "pinned-base-image: error: --verify strict: choose one of fail-closed\n"


def nobody() -> str:
    """An address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
