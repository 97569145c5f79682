"""Ports that files other than Compose's bind on the host, each with its place."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.binders import FILES, read_binders
from guardrail_hooks.formats.place import Malformed


def bound(path: str, text: str) -> list[str]:
    """What is bound, as `line:column owner low-high>target/protocol`, or with its fault."""
    return [
        f"{one.span.line}:{one.span.column} {one.owner} {one.low}-{one.high}>{one.target}/{one.protocol}"
        + (f" {one.fault}" if one.fault else "")
        for one in read_binders(path, text.encode(), FILES)
    ]


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - ports:\n    - {hostPort: 80}\n"
JOB = "apiVersion: batch/v1\nkind: CronJob\nspec: {jobTemplate: {spec: {template: {spec: {initContainers: [%s]}}}}}\n"


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        pytest.param("k.yaml", POD, ["7:18 web 80-80>0/tcp"], id="a pod"),
        pytest.param(
            "k.yaml",
            JOB % "{ports: [{hostPort: 81, containerPort: 8, protocol: UDP}]}",
            ["3:84 cronjob 81-81>8/udp"],
            id="a container far below",
        ),
        pytest.param(
            "k.yaml",
            "apiVersion: v1\nkind: Service\nspec: {ports: [{port: 1}, {nodePort: 30080}, {nodePort: 0}]}\n",
            ["3:38 service 30080-30080>0/tcp"],
            id="a service",
        ),
        pytest.param(
            "k.yaml",
            "apiVersion: v1\nkind: List\nitems:\n- kind: Service\n  spec: {ports: [{nodePort: 1}]}\n"
            "- kind: Service\n  spec: {ports: [{nodePort: 2}]}\n",
            ["5:29 service 1-1>0/tcp", "7:29 service 2-2>0/tcp"],
            id="a list, in its order",
        ),
        pytest.param(
            "k.yaml",
            POD.replace("80", "70000"),
            ["7:18 web 0-0>0/tcp 70000 is no port number: the highest is 65535"],
            id="a port that cannot be",
        ),
        pytest.param(
            "kind.yml",
            "kind: Cluster\nname: dev\nnodes:\n- extraPortMappings:\n"
            "  - {hostPort: 80, containerPort: 8080}\n  - {hostPort: 0}\n",
            ["5:16 dev 80-80>8080/tcp"],
            id="a kind cluster",
        ),
        pytest.param(
            ".devcontainer/devcontainer.json",
            '{\n"appPort": [3000, "8080:80/udp", "x"], // a comment, "forwardPorts": [1]\n'
            '"forwardPorts": ["db:5432",],}\n',
            [
                "2:13 devcontainer 3000-3000>3000/tcp",
                "2:19 devcontainer 8080-8080>80/udp",
                "2:34 devcontainer 0-0>0/tcp 'x' is no port number",
                "3:18 devcontainer 5432-5432>5432/tcp",
            ],
            id="a development container",
        ),
        pytest.param(
            "devcontainer.json", '{"name": "a", "appPort": 80}', ["1:26 a 80-80>80/tcp"], id="one with a name"
        ),
        pytest.param(
            "devcontainer.json",
            '{\r// a comment ends at any line break\r"appPort": [true, null, [1], 80]}',
            ["3:30 devcontainer 80-80>80/tcp"],
            id="line breaks of another age, and values that are no port",
        ),
        pytest.param(
            "q/web.container",
            "[Container]\nPublishPort=8080:80\nPublishPort=80\n PublishPort = 1:2:3:4 \nPublishPort=%i:80\n",
            [
                "2:13 web 8080-8080>80/tcp",
                "4:16 web 0-0>0/tcp '1:2' is no IP address, and the engine accepts nothing else",
            ],
            id="a quadlet",
        ),
        pytest.param(
            "q.pod", "PodName=p\r\nPublishPort=1:2\r\n", ["2:13 p 1-1>2/tcp"], id="one with a name of its own"
        ),
        pytest.param(
            "q.container",
            "\rX PublishPort=1:2\r PublishPort=3:4\t\r",
            ["3:14 q 3-3>4/tcp"],
            id="line ends of another age",
        ),
        pytest.param("README.md", "PublishPort=1:2\nhostPort: 1\n", [], id="any other file"),
    ],
)
def test_ports_of(path, text, expected) -> None:
    assert bound(path, text) == expected


def test_a_unit_over_a_megabyte_is_refused() -> None:
    with pytest.raises(Malformed, match="at most 1,048,576 are read"):
        bound("a.container", "PublishPort=1:1" + "x" * 1024 * 1024)


def test_a_list_that_holds_itself_is_read_once() -> None:
    service = "- {kind: Service, spec: {ports: [{nodePort: 1}]}}\n"
    text = f"apiVersion: v1\nkind: List\nitems: &all\n- {{kind: List, items: *all}}\n{service}"
    assert bound("k.yaml", text) == ["5:45 service 1-1>0/tcp"]


def test_lists_of_lists_cost_no_more_than_their_text() -> None:
    chain = "".join(f"a{n}: &a{n} {{kind: List, items: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 3000))
    service = "a0: &a0 {kind: Service, spec: {ports: [{nodePort: 1}]}}\n"
    assert len(bound("k.yaml", f"{service}{chain}apiVersion: v1\nkind: List\nitems: [*a2999]\n")) == 1
