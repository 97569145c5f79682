"""`--fix` and `--diff`: what is written, and what is left as it is."""

from __future__ import annotations

import json
import os
import re
import subprocess

import pytest
from guardrail_hooks.core import replace
from guardrail_hooks.pinned_base_image import cli, fix

from tests.pinned_base_image.stubs import StubLookups, digest_of

NODE, NGINX = (f"@{digest_of(f'docker.io/library/{name}:latest')}" for name in ("node", "nginx"))
LTS = f"@{digest_of('docker.io/library/node:lts')}"
ACME = f"@{digest_of('registry.example.com:5000/acme/app:latest')}"
HEX = re.compile(r"(sha256:[0-9a-f]{4})[0-9a-f]{60}")


@pytest.fixture(autouse=True)
def stub(monkeypatch) -> StubLookups:
    made = StubLookups()
    monkeypatch.setattr(fix, "Lookups", lambda: made)
    return made


def run(capfdbinary, *arguments: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error, the digests cut short."""
    code = cli.main(arguments)
    out, said = capfdbinary.readouterr()
    return code, HEX.sub(r"\1", out.decode("utf-8", "surrogateescape")), HEX.sub(r"\1", said.decode())


def written(files: dict[str, bytes], repository, *arguments: str) -> dict[str, bytes]:
    """What the files hold after `--fix`, run twice."""
    repository.stage(files)
    assert cli.main(["--fix", *arguments]) == 1
    after = {path: (repository.path / path).read_bytes() for path in files}
    cli.main(["--fix", *arguments])
    assert {path: (repository.path / path).read_bytes() for path in files} == after, "a second run changes nothing"
    return after


PINNED = [
    pytest.param("FROM node\n", f"FROM node:latest{NODE}\n", id="no tag: updaters need one"),
    pytest.param("FROM node:lts\n", f"FROM node:lts{LTS}\n", id="the tag stays"),
    pytest.param("FROM node:lts", f"FROM node:lts{LTS}", id="no line end"),
    pytest.param("FROM node:lts\r\nRUN x\r\n", f"FROM node:lts{LTS}\r\nRUN x\r\n", id="CRLF"),
    pytest.param("\ufeffFROM node:lts\n", f"\ufeffFROM node:lts{LTS}\n", id="byte order mark"),
    pytest.param("# \u00e4\u20ac\nFROM node:lts\n", f"# \u00e4\u20ac\nFROM node:lts{LTS}\n", id="long letters"),
    pytest.param(
        "from  --platform=linux/amd64\tnode:lts  as  Build \n",
        f"from  --platform=linux/amd64\tnode:lts{LTS}  as  Build \n",
        id="platform, AS and blanks",
    ),
    pytest.param('FROM "node:lts"\n', f'FROM "node:lts{LTS}"\n', id="double quotes"),
    pytest.param("FROM 'node:lts' AS x\n", f"FROM 'node:lts{LTS}' AS x\n", id="single quotes"),
    pytest.param("FROM \\\n  node:lts \\\n  AS x\n", f"FROM \\\n  node:lts{LTS} \\\n  AS x\n", id="continued lines"),
    pytest.param("# escape=`\nFROM `\nnode:lts`\n\n", f"# escape=`\nFROM `\nnode:lts{LTS}`\n\n", id="another escape"),
    pytest.param(
        "FROM registry.example.com:5000/acme/app\n",
        f"FROM registry.example.com:5000/acme/app:latest{ACME}\n",
        id="a port is no tag",
    ),
    pytest.param("ARG T=lts\nFROM node:$T\n", f"ARG T=lts{LTS}\nFROM node:$T\n", id="the default of an ARG"),
    pytest.param('ARG T="lts"\nFROM node:${T}\n', f'ARG T="lts{LTS}"\nFROM node:${{T}}\n', id="quotes of an ARG"),
    pytest.param("ARG B=node:lts\nFROM ${B}\n", f"ARG B=node:lts{LTS}\nFROM ${{B}}\n", id="the whole image in an ARG"),
    pytest.param(
        "ARG A=node:lts\nARG B=$A\nFROM $B AS x\n", f"ARG A=node:lts{LTS}\nARG B=$A\nFROM $B AS x\n", id="ARG of ARG"
    ),
    pytest.param(
        "ARG T=lts\nARG I=node:$T\nFROM $I\n", f"ARG T=lts{LTS}\nARG I=node:$T\nFROM $I\n", id="a tag in an ARG"
    ),
    pytest.param("ARG X=1 T=lts Y=2\nFROM node:$T\n", f"ARG X=1 T=lts{LTS} Y=2\nFROM node:$T\n", id="one of several"),
    pytest.param("FROM node:${T:-lts}\n", f"FROM node:${{T:-lts{LTS}}}\n", id="a default on the spot"),
    pytest.param(
        "ARG R=docker.io\nFROM $R/library/node:lts\n", f"ARG R=docker.io\nFROM $R/library/node:lts{LTS}\n",
        id="a variable for the registry: the digest is the same in a mirror",
    ),
    pytest.param("ARG I=node\nFROM $I:lts\n", f"ARG I=node\nFROM $I:lts{LTS}\n", id="a variable for the name"),
    pytest.param(
        "ARG T=lts\nFROM node:$T\nFROM node:$T AS b\n", f"ARG T=lts{LTS}\nFROM node:$T\nFROM node:$T AS b\n",
        id="an ARG for the same image twice",
    ),
    pytest.param(
        "FROM node:lts AS node\nFROM node\nCOPY --from=nginx /a /b\nONBUILD COPY --from=nginx:latest a b\n",
        f"FROM node:lts{LTS} AS node\nFROM node\nCOPY --from=nginx:latest{NGINX} /a /b\n"
        f"ONBUILD COPY --from=nginx:latest{NGINX} a b\n",
        id="stages are no images",
    ),
    pytest.param(
        "FROM node:lts\nRUN --mount=type=bind,from=nginx,target=/x --mount=from=nginx:latest,target=/y \\\n  true\n",
        f"FROM node:lts{LTS}\nRUN --mount=type=bind,from=nginx:latest{NGINX},target=/x"
        f" --mount=from=nginx:latest{NGINX},target=/y \\\n  true\n",
        id="mounts",
    ),
    pytest.param(
        "# syntax=node\n# check=skip=all\nFROM node:lts\n",
        f"# syntax=node:latest{NODE}\n# check=skip=all\nFROM node:lts{LTS}\n",
        id="the frontend",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), PINNED)
def test_dockerfiles(repository, before, after) -> None:
    assert written({"Dockerfile": before.encode()}, repository)["Dockerfile"].decode() == after


COMPOSE = [
    pytest.param("image: node", f"image: node:latest{NODE}", id="plain"),
    pytest.param('image: "node:lts"', f'image: "node:lts{LTS}"', id="double quotes"),
    pytest.param("image: 'node:lts' # why", f"image: 'node:lts{LTS}' # why", id="single quotes and a comment"),
    pytest.param("image:   node:lts   # why", f"image:   node:lts{LTS}   # why", id="a comment"),
    pytest.param("image: ${I:-node:lts}", f"image: ${{I:-node:lts{LTS}}}", id="a default"),
    pytest.param("image: node:${T-lts}", f"image: node:${{T-lts{LTS}}}", id="a default for the tag"),
    pytest.param('image: "node:${T:-lts}"', f'image: "node:${{T:-lts{LTS}}}"', id="a default in quotes"),
    pytest.param("image: node:${T:-${U:-lts}}", f"image: node:${{T:-${{U:-lts{LTS}}}}}", id="a default of a default"),
    pytest.param("image: ${I:-node}:lts", f"image: ${{I:-node}}:lts{LTS}", id="a name"),
    pytest.param("image: ${R:-docker.io}/node:lts", f"image: ${{R:-docker.io}}/node:lts{LTS}", id="a registry"),
    pytest.param("'image' : !!str node:lts", f"'image' : !!str node:lts{LTS}", id="tag and quoted key"),
]


@pytest.mark.parametrize(("before", "after"), COMPOSE)
@pytest.mark.parametrize("frame", ["services:\n  a:\n    %s\n", "\ufeffservices:\r\n  \u00e4:\r\n    %s\r\n    x: y"])
def test_compose_files(repository, before, after, frame) -> None:
    files = {"compose.yaml": (frame % before).encode()}
    assert written(files, repository)["compose.yaml"].decode() == frame % after


def test_flow_style(repository) -> None:
    text = 'services: {a: {image: node:lts}, b: {"image": "nginx", x: [1]}}\n'
    after = text.replace("node:lts", f"node:lts{LTS}").replace('"nginx"', f'"nginx:latest{NGINX}"')
    assert written({"compose.yml": text.encode()}, repository)["compose.yml"].decode() == after


def test_an_anchor_is_written_once(repository) -> None:
    text = "x-i: &i node:lts\nservices:\n  a:\n    image: *i\n  b:\n    image: *i\n"
    after = text.replace("node:lts", f"node:lts{LTS}")
    assert written({"compose.yml": text.encode()}, repository)["compose.yml"].decode() == after


SURFACES = [
    pytest.param(
        "compose.yaml",
        "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM node:lts\n        RUN true\n",
        id="a Dockerfile inside a compose file",
    ),
    pytest.param(
        "compose.yaml",
        "services:\n  a:\n    build: {additional_contexts: {b: docker-image://node:lts}}\n"
        "    volumes:\n      - {type: image, source: node:lts, target: /x}\n",
        id="contexts and volumes",
    ),
    pytest.param(".devcontainer/devcontainer.json", '{\n  // why\n  "image": "node:lts",\n}\n', id="devcontainer"),
    pytest.param(
        "docker-bake.hcl",
        'target "a" {\n  contexts = { b = "docker-image://node:lts" }\n'
        '  dockerfile-inline = "FROM node:lts\\nRUN x"\n}\n',
        id="bake in HCL",
    ),
    pytest.param(
        "docker-bake.json",
        '{"target": {"a": {"contexts": {"b": "docker-image://node:lts"}, "dockerfile-inline": "FROM node:lts\\n"}}}',
        id="bake in JSON",
    ),
    pytest.param(
        "k8s/pod.yaml",
        "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - {name: a, image: node:lts}\n  initContainers:\n"
        "  - name: b\n    image: \"node:lts\"\n",
        id="a pod",
    ),
    pytest.param(
        ".github/workflows/ci.yml",
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    container: node:lts\n    services:\n"
        "      b: {image: node:lts}\n    steps:\n    - uses: docker://node:lts\n",
        id="a workflow",
    ),
    pytest.param(
        ".gitlab-ci.yml",
        "variables: {T: lts}\nimage: node:lts\na:\n  image: {name: node:lts}\n  services: ['node:lts']\n  script: x\n",
        id="GitLab",
    ),
    pytest.param("chart/values.yaml", "image:\n  repository: node\n  tag: lts # why\n", id="the values of a chart"),
    pytest.param("a.container", "[Container]\nImage=node:lts\n", id="a quadlet"),
    pytest.param(".circleci/config.yml", "version: 2.1\njobs: {a: {docker: [{image: node:lts}]}}\n", id="CircleCI"),
    pytest.param("bitbucket-pipelines.yml", "image: node:lts\npipelines: {}\n", id="Bitbucket"),
    pytest.param(
        "azure-pipelines.yml", "resources:\n  containers:\n  - container: a\n    image: node:lts\n", id="Azure"
    ),
]  # fmt: skip


@pytest.mark.parametrize(("path", "text"), SURFACES)
def test_every_surface(repository, path, text) -> None:
    after = written({path: text.encode()}, repository, "--surface", "all")[path].decode()
    if "repository: node" in text:
        assert after == text.replace("tag: lts", f"tag: lts{LTS}")
    else:
        assert after == text.replace("node:lts", f"node:lts{LTS}")


def test_a_number_as_a_tag_is_left_to_a_person(repository, capfdbinary) -> None:
    text = "image:\n  repository: node\n  tag: 1.10\n"
    repository.stage({"values.yaml": text})
    code, out, _ = run(capfdbinary, "--fix", "--surface", "helm", "--policy", "exact")
    assert (repository.path / "values.yaml").read_text() == text
    assert code == 1
    assert ": pinned " not in out


LEFT = [
    pytest.param("ARG V=lts\nFROM node:${V}-slim\n", "win over other values", id="a variable inside the tag"),
    pytest.param("ARG I=de\nFROM no$I\n", "win over other values", id="a variable inside the name"),
    pytest.param("ARG V=lts\nARG F=slim\nFROM node:$V-$F\n", "win over other values", id="two variables in the tag"),
    pytest.param("ARG T=lts\nARG S=\nFROM node:$T$S\n", "no single place", id="an empty variable behind it"),
    pytest.param("ARG T=lts\nFROM node:$T\nARG T\nRUN use $T\n", "no single place", id="an ARG used by a stage"),
    pytest.param(
        "ARG T=latest\nFROM node:$T\nFROM nginx:$T\n", "images that have other digests", id="an ARG of two images"
    ),
    pytest.param(
        "ARG T=latest\nFROM nginx:$T\nFROM exempt:$T\n", "more than this image would change",
        id="an ARG of an image that is exempt",
    ),
    pytest.param(
        "ARG R\nFROM $R/node:latest\n", "this file gives no value to R, --build-arg does", id="no value for a variable"
    ),
    pytest.param("FROM no\\\nde:lts\n", "no single place", id="a reference over two lines"),
    pytest.param("FROM node:l\\ts\n", "not written in one piece", id="an escape inside"),
    pytest.param("FROM missing/app:latest\n", "docker.io has no latest in missing/app", id="not there"),
    pytest.param("FROM unreachable/app\n", "docker.io does not answer in time", id="no answer"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "reason"), LEFT)
def test_what_is_left_to_a_person_is_told_and_still_fails(repository, capfdbinary, text, reason) -> None:
    repository.stage({"Dockerfile": text})
    code, out, said = run(capfdbinary, "--fix", "--allow-image", "*/exempt")
    assert (repository.path / "Dockerfile").read_text() == text
    if reason:
        assert code == 1
        assert reason in said
        assert "pinned-base-image: left as it is: Dockerfile:" in said
        assert "PIN00" in out
        assert ": pinned " not in out


NOT_TOUCHED = [
    pytest.param("FROM node:22.11.0\nFROM scratch\n", [], id="what the policy accepts"),
    pytest.param(f"FROM node{NODE}\nFROM nginx:latest{NGINX}\n", [], id="what has a digest"),
    pytest.param("FROM node:22\n", [], id="a partial version under the default policy"),
    pytest.param(
        "# guardrail: allow[PIN002] built by us every hour\nFROM node:latest\n", [], id="allowed by a comment"
    ),
    pytest.param("FROM node:latest\n", ["--allow", "PIN002:Dockerfile=built by us every hour"], id="allowed by option"),
    pytest.param("FROM node:latest\n", ["--severity", "PIN002=off"], id="a rule that is off"),
    pytest.param("FROM node:latest\n", ["--allow-image", "node"], id="an exempt image"),
    pytest.param("ARG B\nFROM $B\n", [], id="decided outside"),
    pytest.param("FROM {{base}}:latest\n", [], id="a template"),
]


@pytest.mark.parametrize(("text", "arguments"), NOT_TOUCHED)
def test_what_is_no_finding_is_not_touched(repository, capfdbinary, stub, text, arguments) -> None:
    repository.stage({"Dockerfile": text})
    assert run(capfdbinary, "--fix", *arguments) == (0, "", "")
    assert run(capfdbinary, "--diff", *arguments) == (0, "", "")
    assert (repository.path / "Dockerfile").read_text() == text
    assert stub.asked == [], "and no registry is asked"


@pytest.mark.parametrize(
    ("policy", "before", "after"),
    [
        ("exact", "FROM node:22\n", f"FROM node:22@{digest_of('docker.io/library/node:22')}\n"),
        ("digest", "FROM node:22.11.0\n", f"FROM node:22.11.0@{digest_of('docker.io/library/node:22.11.0')}\n"),
    ],
)
def test_the_policy_decides_what_is_pinned(repository, policy, before, after) -> None:
    files = {"Dockerfile": before.encode()}
    assert written(files, repository, "--policy", policy)["Dockerfile"].decode() == after


def test_a_broken_file_is_reported_and_left_alone(repository, capfdbinary) -> None:
    text = "FROM node:latest\nFORM nginx\n"
    repository.stage({"Dockerfile": text})
    code, out, said = run(capfdbinary, "--fix")
    assert code == 1
    assert "PIN900" in out
    assert said == 'pinned-base-image: left as it is: Dockerfile:1: "node:latest": the file cannot be read as a whole\n'
    assert (repository.path / "Dockerfile").read_text() == text


def test_the_list_of_what_was_changed(repository, capfdbinary, stub) -> None:
    repository.stage(
        {"Dockerfile": "FROM node\nFROM nginx:latest\n", "b/compose.yml": "services: {a: {image: node}}\n"}
    )
    code, out, said = run(capfdbinary, "--fix")
    assert (code, said) == (1, "")
    assert out.splitlines() == [
        f"Dockerfile:1: pinned node:latest{NODE[:12]}",
        f"Dockerfile:2: pinned nginx:latest{NGINX[:12]}",
        f"b/compose.yml:1: pinned node:latest{NODE[:12]}",
    ]
    assert sorted(stub.asked) == [("docker.io", f"library/{name}", "latest") for name in ("nginx", "node")]


def test_only_the_files_named(repository, capfdbinary) -> None:
    repository.stage({"a/Dockerfile": "FROM node\n", "b/Dockerfile": "FROM node\n"})
    os.chdir(repository.path / "b")
    assert run(capfdbinary, "--fix", "Dockerfile")[0] == 1
    assert (repository.path / "a/Dockerfile").read_text() == "FROM node\n"
    assert (repository.path / "b/Dockerfile").read_text() == f"FROM node:latest{NODE}\n"


@pytest.mark.parametrize("output", ["json", "sarif", "gitlab", "github"])
def test_the_list_does_not_disturb_machines(repository, capfdbinary, output) -> None:
    repository.stage({"Dockerfile": "FROM node\nFROM missing\n"})
    code, out, said = run(capfdbinary, "--fix", "--format", output)
    assert code == 1
    assert "Dockerfile:1: pinned node:latest" in said
    assert ": pinned " not in out
    if output != "github":
        json.loads(out)


def test_a_diff_that_git_applies(repository, capfdbinary) -> None:
    files = {
        "Dockerfile": "FROM node",
        "sp ace/Dockerfile": "FROM node\r\nRUN x\r\n",
        "\u00fc/Dockerfile": "# \u00e4\nFROM node\n",
        'quo"te\t/Dockerfile': "FROM node\n",
        "latin/Dockerfile": b"# \xe4\nFROM node\n",
        "clean/Dockerfile": "FROM node:22.1.0\n",
    }
    repository.commit(files)
    before = {path: (repository.path / path).read_bytes() for path in files}
    assert cli.main(["--diff"]) == 1
    out, said = capfdbinary.readouterr()
    assert said == b""
    assert {path: (repository.path / path).read_bytes() for path in files} == before, "nothing is written"
    subprocess.run(["git", "apply", "-"], input=out, cwd=repository.path, check=True)
    applied = {path: (repository.path / path).read_bytes() for path in files}
    repository.git("checkout", "-q", ".")
    assert cli.main(["--fix"]) == 1
    assert {path: (repository.path / path).read_bytes() for path in files} == applied != before


def test_a_diff_of_nothing_with_a_finding_left_fails(repository, capfdbinary) -> None:
    repository.stage({"Dockerfile": "FROM missing\n"})
    code, out, said = run(capfdbinary, "--diff")
    assert (code, out) == (1, "")
    assert "docker.io has no latest in library/missing" in said


def test_diff_wins_over_fix(repository, capfdbinary) -> None:
    repository.stage({"Dockerfile": "FROM node\n"})
    code, out, _ = run(capfdbinary, "--fix", "--diff")
    assert code == 1
    assert out.startswith("--- a/Dockerfile\n+++ b/Dockerfile\n")
    assert (repository.path / "Dockerfile").read_text() == "FROM node\n"


@pytest.mark.parametrize("option", ["--fix", "--diff", "--verify"])
def test_new_only_means_nothing_here(repository, capfdbinary, option) -> None:
    repository.commit({"Dockerfile": "FROM node\n"})
    code, out, said = run(capfdbinary, option, "--new-only")
    assert (code, out) == (2, "")
    assert (
        said == f"pinned-base-image: error: {option} does not go with --new-only: name the files to work on instead\n"
    )


def test_a_link_and_what_it_leads_to(repository, capfdbinary) -> None:
    repository.write("real/Dockerfile", "FROM node\n")
    (repository.path / "Dockerfile").symlink_to("real/Dockerfile")
    repository.stage()
    assert run(capfdbinary, "--fix")[0] == 1
    assert (repository.path / "Dockerfile").is_symlink()
    assert (repository.path / "real/Dockerfile").read_text() == f"FROM node:latest{NODE}\n"
    assert run(capfdbinary, "--fix") == (0, "", "")


def test_a_link_out_of_the_repository_is_not_followed(repository, capfdbinary, tmp_path) -> None:
    (tmp_path / "outside").write_text("FROM node\n")
    (repository.path / "Dockerfile").symlink_to(tmp_path / "outside")
    repository.stage()
    code, out, _ = run(capfdbinary, "--fix")
    assert code == 1
    assert "PIN900" in out
    assert (tmp_path / "outside").read_text() == "FROM node\n"


def test_a_read_only_file(repository, capfdbinary) -> None:
    repository.stage({"Dockerfile": "FROM node\n", "b/Dockerfile": "FROM node\n"})
    (repository.path / "Dockerfile").chmod(0o444)
    code, out, said = run(capfdbinary, "--fix")
    assert code == 1
    assert said == "pinned-base-image: left as it is: Dockerfile is read-only\n"
    assert f"b/Dockerfile:1: pinned node:latest{NODE[:12]}\n" in out
    assert "Dockerfile:1:6: PIN001" in out


def test_a_file_that_vanishes_under_way(repository, capfdbinary, stub, monkeypatch) -> None:
    repository.stage({"Dockerfile": "FROM node\n"})
    answer = stub.answer

    def vanish(*question: str):
        (repository.path / "Dockerfile").unlink(missing_ok=True)
        return answer(*question)

    monkeypatch.setattr(stub, "answer", vanish)
    code, out, said = run(capfdbinary, "--fix")
    assert code == 1
    assert "left as it is: Dockerfile cannot be replaced: no such file or directory" in said
    assert "PIN900" in out


def test_a_full_disk(repository, capfdbinary, monkeypatch) -> None:
    repository.stage({"Dockerfile": "FROM node\n"})

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(replace.os, "replace", full)
    code, out, said = run(capfdbinary, "--fix")
    assert code == 1
    assert "left as it is: Dockerfile cannot be replaced: no space left on device" in said
    assert "PIN001" in out
    assert sorted(entry.name for entry in repository.path.iterdir()) == [".git", "Dockerfile"]
