"""What Compose merges before anything is bound: override files, extends, include, anchors, variables, profiles."""

from __future__ import annotations

import pytest
from guardrail_hooks.core.finding import CannotJudge
from guardrail_hooks.port_registry_conflict.cli import HOOK

from tests import verdicts


def found(files, *arguments) -> list[str]:
    """Findings as `CODE path:line`."""
    return [f"{one.rule.code} {one.place.path}:{one.place.line}" for one in verdicts.findings(HOOK, files, *arguments)]


def service(name: str, *lines: str) -> str:
    """A service with these lines."""
    return f"  {name}:\n    image: acme/{name}:1\n" + "".join(f"    {line}\n" for line in lines)


def file(*services: str) -> str:
    """A Compose file of these services."""
    return "services:\n" + "".join(services)


WEB = service("web", 'ports: ["8080:80"]')
API = service("api", 'ports: ["8080:81"]')
PROD = service("b", "profiles: [prod]", 'ports: ["8080:81"]')
DEV = service("a", "extends: base", "profiles: [dev]", 'ports: ["8080:80"]')


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        pytest.param(
            {"compose.yaml": file(WEB), "compose.override.yaml": file(WEB)}, [], id="the same entry is merged into one"
        ),
        pytest.param(
            {"compose.yaml": file(WEB), "compose.override.yml": file(service("web", "ports: !reset []"), API)},
            [],
            id="reset in the override file",
        ),
        pytest.param(
            {"compose.yaml": file(WEB), "docker-compose.yml": file(API), "compose.override.yaml": file(API)},
            ["PRT001 compose.override.yaml:4"],
            id="the override file goes with the preferred name",
        ),
        pytest.param(
            {"compose.yaml": file(WEB, service("b", "extends: {service: web}"))},
            ["PRT001 compose.yaml:7"],
            id="extends in the same file",
        ),
        pytest.param(
            {"compose.yaml": file(WEB, service("b", "extends: web"))},
            ["PRT001 compose.yaml:7"],
            id="extends, short form",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("b", "extends: {file: base/x.yaml, service: mid}"), API),
                "base/x.yaml": file(service("mid", "extends: {file: y.yaml, service: web}")),
                "base/y.yaml": file(WEB),
            },
            ["PRT001 compose.yaml:7"],
            id="extends through files, each relative to its own",
        ),
        pytest.param(
            {"compose.yaml": file(service("b", "extends: {file: ../../x.yaml, service: a}"))},
            ["PRT303 compose.yaml:4"],
            id="extends out of the repository",
        ),
        pytest.param(
            {"compose.yaml": file(service("b", "extends: {service: gone}"))},
            ["PRT303 compose.yaml:4"],
            id="extends a service that is not there",
        ),
        pytest.param(
            {
                "dev.compose.yml": file(service("b", "extends: {file: base.compose.yml, service: web}")),
                "base.compose.yml": file(WEB),
            },
            [],
            id="a base that others extend is no stack of its own",
        ),
        pytest.param(
            {"compose.yaml": "include: [db.yaml]\n" + file(WEB)}, ["PRT301 db.yaml:1"], id="a missing included file"
        ),
        pytest.param(
            {
                "compose.yaml": "include: [b.compose.yaml]\n" + file(WEB),
                "b.compose.yaml": "include: [compose.yaml]\n" + file(service("x")),
            },
            ["PRT301 compose.yaml:3"],
            id="a circle of includes",
        ),
        pytest.param(
            {
                "compose.yaml": "include:\n- {path: db/x.yaml, env_file: prod.env}\n" + file(WEB),
                "db/x.yaml": file(service("db", 'ports: ["${PORT:-1}:80"]')),
                "prod.env": "PORT=8080\n",
                "db/.env": "PORT=2\n",
            },
            ["PRT001 compose.yaml:6"],
            id="the env file of an include",
        ),
        pytest.param(
            {
                "compose.yaml": "include: [db/x.yaml]\n" + file(WEB),
                "db/x.yaml": file(service("db", 'ports: ["${PORT:-1}:80"]')),
                ".env": "PORT=8080\n",
                "db/.env": "PORT=2\n",
            },
            ["PRT001 compose.yaml:5"],
            id="the including project's variables win",
        ),
        pytest.param(
            {
                "compose.yaml": "x-a: &a {ports: ['1:1']}\nx-b: &b {ports: ['2:2']}\nservices:\n  a: {<<: [*b, *a]}\n"
                "  c: {ports: ['2:1']}\n"
            },
            ["PRT001 compose.yaml:5"],
            id="the first of several merged mappings wins",
        ),
        pytest.param(
            {"compose.yaml": "x-p: &p '1:1'\nservices:\n  a: {ports: [*p]}\n  b: {ports: [*p]}\n"},
            ["PRT001 compose.yaml:4"],
            id="an aliased entry",
        ),
        pytest.param(
            {"compose.yaml": file(service("a", "ports:", "- target: 80", "  published: 8080"), WEB)},
            ["PRT001 compose.yaml:9"],
            id="long syntax",
        ),
        pytest.param(
            {"compose.yaml": file(WEB, service("a", "ports:", "- target: 80", "  protocol: tcp", "  published: 8080"))},
            ["PRT001 compose.yaml:10"],
            id="long syntax stands at published",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("web", "container_name: acme-web", 'ports: ["1:1"]')),
                "prod.compose.yml": file(service("web", 'ports: ["1:2"]')),
            },
            [],
            id="an overlay that leaves out the container's name",
        ),
        pytest.param(
            {
                "a-compose.yml": file(WEB, service("k", 'ports: ["9092:1", "9093:1"]')),
                "b-compose.yml": file(API, service("k", 'ports: ["9092:1", "9093:1"]')),
            },
            [],
            id="two variants of one stack",
        ),
        pytest.param(
            {
                "a-compose.yml": file(WEB, service("k", 'ports: ["9092:1"]')),
                "b-compose.yml": file(API, service("k", 'ports: ["9092:1"]')),
            },
            ["PRT002 b-compose.yml:4"],
            id="two files that share a service",
        ),
        pytest.param({"compose.yaml": file(WEB), "docker-compose.test.yml": file(API)}, [], id="a stack for tests"),
        pytest.param(
            {"stack.yml": file(service("a", "deploy: {replicas: 3}", 'ports: ["80:80"]'))},
            [],
            id="the swarm balances copies",
        ),
        pytest.param(
            {
                "docker-compose.swarm.yml": file(
                    service("a", "deploy: {replicas: 3}", "ports: [{target: 80, published: 80, mode: ingress}]")
                )
            },
            [],
            id="ingress mode is written for the swarm, whatever the file is called",
        ),
        pytest.param(
            {
                "stack.yml": file(
                    service("a", "deploy: {replicas: 3}", "ports: [{target: 80, published: 80, mode: host}]")
                )
            },
            ["PRT003 stack.yml:5"],
            id="not in host mode",
        ),
        pytest.param({"stack.yaml": "resolver: lts\nports: [\n"}, [], id="a stack of another tool"),
        pytest.param(
            {"compose.yaml": file(service("a", 'ports: ["${IP}:80:80", "${IP}:80:81"]'))},
            ["PRT303 compose.yaml:4", "PRT001 compose.yaml:4", "PRT303 compose.yaml:4"],
            id="the same unknown address",
        ),
        pytest.param(
            {"compose.yaml": file(service("a", 'ports: ["${IP}:80:80", "${OTHER}:80:81"]'))},
            ["PRT303 compose.yaml:4"] * 2,
            id="different unknown addresses",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("web", "profiles: [dev]", 'ports: ["8080:80"]'), PROD),
                "compose.override.yaml": "services:\n  web:\n    profiles: [prod]\n",
            },
            ["PRT001 compose.yaml:9"],
            id="profiles of an override file are added",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("web", "profiles: [dev]", 'ports: ["8080:80"]'), PROD),
                "compose.override.yaml": "services:\n  web:\n    profiles: []\n",
            },
            [],
            id="an empty list of profiles adds none",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("web", "profiles: [dev]", 'ports: ["8080:80"]'), PROD),
                "compose.override.yaml": "services:\n  web:\n    profiles: !reset []\n",
            },
            ["PRT001 compose.yaml:9"],
            id="profiles are reset",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("web", "profiles: [prod]", 'ports: ["8080:80"]'), PROD),
                "compose.override.yaml": "services:\n  web:\n    profiles: !override [dev]\n",
            },
            [],
            id="profiles are replaced",
        ),
        pytest.param(
            {"compose.yaml": file(service("base", "profiles: [prod]"), DEV, PROD)},
            [],
            id="the base of extends does not switch on what has profiles of its own",
        ),
        pytest.param(
            {"compose.yaml": file(service("base", "profiles: [prod]"), DEV.replace("    profiles: [dev]\n", ""), PROD)},
            ["PRT001 compose.yaml:12"],
            id="profiles are inherited",
        ),
        pytest.param(
            {"compose.yaml": file(WEB, API), "compose.override.yaml": "services:\n  web:\n    scale: 0\n"},
            [],
            id="an override file without ports switches a service off",
        ),
        pytest.param(
            {"compose.yaml": file(WEB, API), "compose.override.yaml": "services:\n  web: !reset null\n"},
            [],
            id="an override file without ports drops a service",
        ),
        pytest.param(
            {"compose.yaml": file(WEB), "compose.override.yaml": "services:\n  web:\n    deploy: {replicas: 3}\n"},
            ["PRT003 compose.yaml:4"],
            id="an override file without ports asks for copies",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("web", "container_name: acme-front")),
                "compose.override.yaml": 'services:\n  web:\n    ports: ["8080:80"]\n',
                "PORTS.md": "- 8080: Shop (acme-front)\n",
            },
            [],
            id="a file without ports names the container that an override file publishes",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("b", "extends: {file: base.compose.yml, service: web}"), API),
                "base.compose.yml": file(service("web")),
            },
            [],
            id="extends a file without ports",
        ),
        pytest.param(
            {
                "compose.yaml": "include:\n- path: [a-compose.yml, b-compose.yml]\n" + file(API),
                "a-compose.yml": file(WEB),
                "b-compose.yml": "services:\n  web:\n    scale: 0\n",
            },
            [],
            id="files that are included together, one without ports",
        ),
        pytest.param(
            {
                "compose.yaml": "include:\n- {path: sub/compose.yaml, project_directory: .}\n" + file(API),
                "sub/compose.yaml": "include: [db.yaml]\n" + file(service("x")),
                "db.yaml": file(WEB),
            },
            ["PRT001 compose.yaml:6"],
            id="includes start from the project's folder",
        ),
        pytest.param(
            {
                "compose.yaml": file(WEB),
                "compose.override.yaml": file(service("web", 'ports: ["0.0.0.0:8080:80"]')),
            },
            [],
            id="no address is merged with all of IPv4",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("web", 'ports: ["8000-8002:8000-8002", "8006:8006", "8007:8007"]')),
                "compose.override.yaml": file(
                    service("web", 'ports: ["8001:8001", "8002-8004:8002-8004", "8005-8008:8005-8008"]')
                ),
            },
            [],
            id="ranges are merged port by port",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("web", 'ports: ["8000-8002:8000-8002"]')),
                "compose.override.yaml": file(
                    service("web", 'ports: ["8002-8004:8002-8004"]'), service("b", 'ports: ["8003:1"]')
                ),
            },
            ["PRT001 compose.override.yaml:7"],
            id="what an override file adds to a range counts",
        ),
        pytest.param(
            {
                "compose.yaml": file(service("web", 'ports: ["8000-8002:8000-8002"]')),
                "compose.override.yaml": file(service("web", 'ports: ["8001:9001"]')),
            },
            ["PRT001 compose.override.yaml:4"],
            id="a port of a range with another container port",
        ),
        pytest.param(
            {"stack.yml": '{"services": {"a": {"ports": ["80:80"]},\n "b": {"ports": ["80:81"]}}}'},
            ["PRT001 stack.yml:2"],
            id="a stack in braces",
        ),
        pytest.param(
            {"stack.yml": "\ufeff" + file(WEB, API)}, ["PRT001 stack.yml:7"], id="a stack behind a byte order mark"
        ),
        pytest.param(
            {"stack.yml": ("version: '3'\n" + file(WEB, API)).replace("\n", "\r")},
            ["PRT001 stack.yml:8"],
            id="a stack with old line ends",
        ),
    ],
)
def test_projects(files, expected) -> None:
    named = [path for path in files if "compose" in path or "stack" in path]
    assert found(files, *named) == expected


def test_profiles_together() -> None:
    text = file(service("a", "profiles: [x]", 'ports: ["1:1"]'), service("b", "profiles: [y]", 'ports: ["1:1"]'))
    assert found({"compose.yaml": text}) == []
    assert found({"compose.yaml": text}, "--profiles", "together") == ["PRT001 compose.yaml:9"]


def test_scope_file_leaves_the_folder_alone() -> None:
    files = {"compose.yaml": file(WEB), "x.compose.yml": file(API)}
    assert found(files) == ["PRT002 x.compose.yml:4"]
    assert found(files, "--scope", "file") == []


def test_env_file() -> None:
    files = {"compose.yaml": file(WEB, service("b", 'ports: ["${P:-1}:1"]')), ".env": "P=2\n", "prod.env": "P=8080\n"}
    assert found(files) == []
    assert found(files, "--env-file", "prod.env") == ["PRT001 compose.yaml:7"]
    assert found(files, "--env-file", "prod.env", "prod.env") == ["PRT001 compose.yaml:7"]
    with pytest.raises(CannotJudge, match=r"gone\.env does not exist"):
        found(files, "--env-file", "gone.env", "compose.yaml")


def test_variables_that_change_report_the_files_that_use_them() -> None:
    files = {"compose.yaml": file(WEB, service("b", 'ports: ["${P:-1}:1"]')), ".env": "P=8080\n", "a/.env": ""}
    assert found(files, ".env") == ["PRT001 compose.yaml:7"]
    assert found(files, "a/.env") == []


@pytest.mark.parametrize(
    "includer",
    [
        pytest.param('{include: [db/compose.yml], services: {web: {ports: ["8080:80"]}}}', id="in braces"),
        pytest.param("\ufeff" + "include: [db/compose.yml]\n" + file(WEB), id="behind a byte order mark"),
        pytest.param(("x-a: 1\ninclude: [db/compose.yml]\n" + file(WEB)).replace("\n", "\r"), id="old line ends"),
        pytest.param("? include\n: [db/compose.yml]\n" + file(WEB), id="a key with a question mark"),
    ],
)
def test_an_includer_is_found_however_it_is_written(includer) -> None:
    files = {"compose.yaml": includer, "db/compose.yml": file(API)}
    assert [text.partition(":")[0] for text in found(files, "db/compose.yml")] == ["PRT001 compose.yaml"]


def test_an_included_file_reports_its_includer() -> None:
    files = {"compose.yaml": "include: [db/compose.yaml]\n" + file(WEB), "db/compose.yaml": file(API)}
    assert found(files, "db/compose.yaml") == ["PRT001 compose.yaml:5"]


@pytest.mark.parametrize(
    "aliases", [["front=shop"], ["shop=front"], ["front=bar", "front=shop"], ["bar=front,Shop=front"]]
)
def test_aliases_are_two_names_of_one_service(aliases) -> None:
    files = {"compose.yaml": file(service("front", 'ports: ["8080:80"]')), "PORTS.md": "- 8080: shop\n"}
    assert found(files, *(f"--aliases={one}" for one in aliases), "compose.yaml") == []
    assert found(files, "--aliases=front=bar", "compose.yaml") == ["PRT102 compose.yaml:4"]


def test_min_port_and_deny() -> None:
    files = {"compose.yaml": file(service("a", 'ports: ["80:80", "3306:1"]'))}
    assert found(files, "--min-port", "1024", "--deny", "22,3300-3310") == ["PRT104 compose.yaml:4"] * 2


def test_registries_are_a_union() -> None:
    files = {"compose.yaml": file(WEB, service("b", 'ports: ["1:1"]')), "a.md": "- 8080: web\n", "b.md": "- 1: b\n"}
    assert found(files, "--registry", "a.md", "--registry", "b.md", "compose.yaml") == []
    assert found(files, "--registry", "a.md", "compose.yaml") == ["PRT101 compose.yaml:7"]


def test_protocols_in_the_registry() -> None:
    files = {"compose.yaml": file(service("dns", 'ports: ["53:53/udp", "53:53"]')), "PORTS.md": "- 53/udp: dns\n"}
    assert found(files, "compose.yaml") == ["PRT106 compose.yaml:4"]


KIND = """\
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
name: dev
nodes:
- role: control-plane
  extraPortMappings:
  - containerPort: 30080
    hostPort: 8080
"""
KUBERNETES = """\
apiVersion: v1
kind: Service
metadata: {name: shop}
spec:
  ports:
  - port: 80
    nodePort: 8080
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  template:
    spec:
      containers:
      - name: a
        ports: [{containerPort: 1, hostPort: 8080, protocol: TCP}]
"""
DEVCONTAINER = """\
{
  // a comment
  "name": "dev",
  "appPort": [8080, "9000:80",],
  "forwardPorts": ["db:5432"]
}
"""
QUADLET = "[Container]\nImage=acme/a:1\nPublishPort=127.0.0.1:8080:80\nPublishPort=70000:1\n"
ALSO = {
    "kind.yaml": KIND,
    "k8s.yaml": KUBERNETES,
    ".devcontainer/devcontainer.json": DEVCONTAINER,
    "app.container": QUADLET,
}


@pytest.mark.parametrize(
    ("name", "path", "expected"),
    [
        ("kind", "kind.yaml", ["PRT101 kind.yaml:8"]),
        ("kubernetes", "k8s.yaml", ["PRT101 k8s.yaml:7", "PRT101 k8s.yaml:17"]),
        (
            "devcontainer",
            ".devcontainer/devcontainer.json",
            [f"PRT101 .devcontainer/devcontainer.json:{n}" for n in (4, 4, 5)],
        ),
        ("quadlet", "app.container", ["PRT101 app.container:3", "PRT302 app.container:4"]),
    ],
)
def test_further_surfaces(name, path, expected) -> None:
    files = {path: ALSO[path], "PORTS.md": "- 1: x\n"}
    assert [one for one in found(files, "--also", name, path) if "PRT00" not in one] == expected
    assert found(files, path) == []


def test_further_surfaces_share_the_folder() -> None:
    files = {"compose.yaml": file(WEB), "kind.yaml": ALSO["kind.yaml"]}
    assert found(files, "--also", "kind", "kind.yaml") == ["PRT002 kind.yaml:8"]
    assert found(files, "--also", "kind", "compose.yaml") == ["PRT002 kind.yaml:8"]


def test_a_broken_manifest_is_told_only_when_asked_for() -> None:
    files = {"k8s.yaml": "a: [\nnodePort: 1\n"}
    assert found(files, "--also", "kubernetes", "k8s.yaml") == ["PRT301 k8s.yaml:3"]
    assert found(files, "k8s.yaml") == []
