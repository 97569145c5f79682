"""What is said of one service or file by itself, word for word."""

from __future__ import annotations

import pytest
from guardrail_hooks.port_registry_conflict.cli import HOOK

from tests.verdicts import findings

FORM = "write it as '[ADDRESS:]HOST:CONTAINER[/PROTOCOL]', for example '127.0.0.1:8080:80'"
NAME = "correct the path or the name; the service's own ports are checked all the same"
PORTLESS = "delete 'ports' (the container's ports are the host's already; 'expose' documents them), or network_mode"
VALUE = "give the variable a value in .env beside the file, or a default: ${NAME:-8080}"
PROXY = "publish a range of host ports, or only the container port, and let a proxy reach the copies"


def service(*lines: str) -> str:
    """A file of one service."""
    return "services:\n  a:\n" + "".join(f"    {line}\n" for line in lines)


@pytest.mark.parametrize(
    ("file", "told"),
    [
        pytest.param(
            service("ports: ['x:80']"),
            ("PRT302 3:13", "'x:80' is no port mapping: 'x' is no port number", FORM),
            id="an entry that is none",
        ),
        pytest.param(
            service("ports: [{}]"),
            ("PRT302 3:13", "an entry is no port mapping: the field 'target' (the container port) is missing", FORM),
            id="an entry without a name",
        ),
        pytest.param(
            service("ports: [22:22]"),
            ("PRT304 3:13", "22:22 without quotes is the number 1342 to a YAML 1.1 reader", 'quote it: "22:22"'),
            id="a number to base 60",
        ),
        pytest.param(
            service("extends: {file: gone.yaml, service: x}"),
            ("PRT303 3:5", "'gone.yaml' cannot be resolved: gone.yaml is not there", NAME),
            id="a file that is not there",
        ),
        pytest.param(
            service("extends: {service: x}"),
            ("PRT303 3:5", "'x' cannot be resolved: compose.yaml has no service 'x'", NAME),
            id="a service that is not there",
        ),
        pytest.param(
            service("extends: {file: ../x.yaml, service: x}"),
            ("PRT303 3:5", "'../x.yaml' cannot be resolved: it lies outside the repository", NAME),
            id="a file outside",
        ),
        pytest.param(
            service("ports: ['${P}:1']"),
            ("PRT303 3:13", "'${P}:1' cannot be resolved: P has no value", VALUE),
            id="a variable without a value",
        ),
        pytest.param(
            service("ports: [{target: 80, published: '${P}'}]"),
            ("PRT303 3:26", "'${P}' cannot be resolved: P has no value", VALUE),
            id="a field without a value",
        ),
        pytest.param(
            service("ports: [{target: 80, published: [1]}]"),
            ("PRT302 3:26", "'published' is no port mapping: the field 'published' holds no text", FORM),
            id="a field that is no text",
        ),
        pytest.param(
            service("ports: [{target: null, published: 1}]"),
            ("PRT302 3:28", "'1' is no port mapping: the field 'target' (the container port) is missing", FORM),
            id="a field that is null",
        ),
        pytest.param(
            service("ports: [[1]]"),
            ("PRT302 3:13", "an entry is no port mapping: a list inside the list", FORM),
            id="a list in the list",
        ),
        pytest.param(
            service("extends: {file: '${X}.yaml', service: b}"),
            ("PRT303 3:5", "'${X}.yaml' cannot be resolved: a variable in its path has no value", VALUE),
            id="a path without a value",
        ),
        pytest.param(
            "include: ['${X}/a.yaml', 'git:x', 'oci:y', 'https://z', 'a.git#b', 'github.com/x/y', 'git@x:y']\n",
            ("PRT303 1:11", "'${X}/a.yaml' cannot be resolved: a variable in its path has no value", VALUE),
            id="what is included from elsewhere is left alone",
        ),
        pytest.param(
            service("network_mode: host", "container_name: b", "ports: ['80:1', '81:2']"),
            (
                "PRT004 5:13",
                "'b' uses network_mode: host, so Compose rejects its 'ports'",
                PORTLESS,
            ),
            id="ports on the host's network",
        ),
        pytest.param(
            service("network_mode: host", "scale: 2", "ports: ['80:1']"),
            ("PRT004 5:13", "'a' uses network_mode: host, so Compose rejects its 'ports'", PORTLESS),
            id="copies there have no ports to publish",
        ),
        pytest.param(
            service("scale: 2", "container_name: b", "ports: ['80:1']"),
            ("PRT003 5:13", "'b' asks for 2 copies but publishes the fixed host port 80/tcp", PROXY),
            id="two copies on one port",
        ),
        pytest.param(
            service("scale: 2", "ports: ['80-81:1-2']"),
            ("PRT003 4:13", "'a' asks for 2 copies but publishes the fixed host port 80-81/tcp", PROXY),
            id="a range that each copy takes whole",
        ),
        pytest.param(
            service("scale: 3", "ports: ['80-81:1/udp']"),
            ("PRT003 4:13", "'a' asks for 3 copies but offers only the host ports 80-81/udp", PROXY),
            id="more copies than ports in the pool",
        ),
    ],
)
def test_one_thing_is_wrong(file, told) -> None:
    (one,) = findings(HOOK, {"compose.yaml": file})
    assert (f"{one.rule.code} {one.place.line}:{one.place.column}", one.message, one.fix) == told


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(("scale: 2", "ports: ['80-81:1']"), id="a pool with a port for each"),
        pytest.param(("scale: 3", "ports: ['1']"), id="any free port"),
        pytest.param(("scale: 1", "ports: ['80:1']"), id="one copy"),
        pytest.param(("network_mode: host", "scale: 3", "expose: ['80']"), id="no ports of its own"),
    ],
)
def test_copies_that_find_a_port(lines) -> None:
    assert findings(HOOK, {"compose.yaml": service(*lines)}) == []


def test_every_fixed_port_of_copies_is_told() -> None:
    file = service("deploy: {replicas: 3}", "ports:", "- '80-82:1'", "- '4'", "- '90:2'", "- '91:3'")
    assert [one.place.line for one in findings(HOOK, {"compose.yaml": file})] == [7, 8]


def test_a_swarm_balances_copies_unless_it_is_told_otherwise() -> None:
    ports = "ports: ['80:1', {target: 2, published: 81, mode: host}, {target: 3, published: 82, mode: ingress}]"
    (one,) = findings(HOOK, {"stack.yml": service("deploy: {replicas: 3}", ports)})
    assert one.subject == "a 81/tcp"


@pytest.mark.parametrize(
    ("entry", "shown"),
    [("x" * 56 + ":80", "x" * 56 + ":80"), ("x" * 57 + ":80", "x" * 57 + ":80"), ("x" * 58 + ":80", "x" * 57 + "...")],
)
def test_a_long_entry_is_cut_to_sixty_characters(entry, shown) -> None:
    (one,) = findings(HOOK, {"compose.yaml": service(f"ports: ['{entry}']")})
    assert one.message.startswith(f"'{shown}' is no port mapping")


def test_an_include_of_what_is_not_there() -> None:
    (one,) = findings(HOOK, {"compose.yaml": "include: [gone.yaml]\n"})
    assert (one.rule.code, one.place.path) == ("PRT301", "gone.yaml")
    assert "it is included by compose.yaml:1 and does not exist" in one.message
    assert one.fix == "create the file, or delete the include"


def test_a_file_that_is_no_yaml() -> None:
    (one,) = findings(HOOK, {"compose.yaml": "services: {a: {ports: [\n"})
    assert (one.rule.code, one.place.line) == ("PRT301", 2)
    assert one.fix == "correct the file: `docker compose config` names the same fault"


def test_a_port_is_compared_though_its_target_is_not_known() -> None:
    file = service("ports: [{target: '${T}', published: 8080}]") + "  b:\n    ports: ['8080:81']\n"
    assert [one.rule.code for one in findings(HOOK, {"compose.yaml": file})] == ["PRT303", "PRT001"]


@pytest.mark.parametrize("entry", ["'${IP}:8080:80'", "{target: 80, published: 8080, host_ip: '${IP}'}"])
def test_an_address_without_a_value_may_be_any(entry) -> None:
    file = service(f"ports: [{entry}]") + "  b:\n    ports: ['127.0.0.1:8080:81']\n"
    assert [one.rule.code for one in findings(HOOK, {"compose.yaml": file})] == ["PRT303"]


def test_a_service_that_another_file_lacks() -> None:
    files = {
        "compose.yaml": service("extends: {file: x.yaml, service: c}"),
        "x.yaml": service("image: x").replace("a:", "b:"),
    }
    (one,) = findings(HOOK, files)
    assert one.message == "'c' cannot be resolved: x.yaml has no service 'c'"
