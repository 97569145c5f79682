# ruff: noqa: E501  (tables of texts read better in one line each)
"""Ports that files other than Compose's bind on the host, each with its place."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.binders import DEVCONTAINER, FILES, KIND, KUBERNETES, QUADLET, read_binders
from guardrail_hooks.formats.compose.addresses import Address
from guardrail_hooks.formats.place import Malformed


def bound(path: str, text: str) -> list[str]:
    """What is bound, as `line:column owner low-high>target/protocol`, or with its fault."""
    assert all(one.scope == "" for one in read_binders(path, text.encode(), FILES))
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
        pytest.param("README.md", "PublishPort=1:2\nhostPort: 1\n", [], id="any other file"),
        pytest.param(
            "k.yaml",
            "apiVersion: v1\nspec: {containers: [{ports: [{hostPort: 1}]}, {ports: [{hostPort: 2}, {hostPort: ''}]}, {}]}\n",
            ["2:41 manifest 1-1>0/tcp", "2:67 manifest 2-2>0/tcp"],
            id="a manifest without kind and name, several containers",
        ),
        pytest.param("k.yaml", POD.replace("{name: web}", "{}"), ["7:18 pod 80-80>0/tcp"], id="named after its kind"),
        pytest.param("k.yaml", POD.replace("apiVersion", "version"), [], id="no manifest"),
        pytest.param(
            "k.yaml", "---\n" + POD + "---\n" + POD, ["8:18 web 80-80>0/tcp", "16:18 web 80-80>0/tcp"], id="two"
        ),
        pytest.param(
            "k.yaml",
            POD.replace("hostPort: 80", "hostPort: 80, containerPort: x"),
            ["7:18 web 0-0>0/tcp 'x' is no port number"],
            id="a container port that is none",
        ),
        pytest.param(
            "k.yaml",
            POD.replace("hostPort: 80", "hostPort: 80, protocol: x"),
            ["7:18 web 0-0>0/tcp 'x' is no protocol: write tcp, udp or sctp"],
            id="a protocol that is none",
        ),
        pytest.param(
            "k.yaml",
            POD.replace("hostPort: 80", "hostPort: 80, hostIP: x"),
            ["7:18 web 0-0>0/tcp 'x' is no IP address, and the engine accepts nothing else"],
            id="an address that is none",
        ),
        pytest.param(
            "k.yaml",
            "apiVersion: v1\nkind: Service\nspec: {containers: [{ports: [{hostPort: 1}]}], ports: [{nodePort: x}, {port: 2}]}\n",
            ["3:67 service 0-0>0/tcp 'x' is no port number"],
            id="a service has no containers",
        ),
        pytest.param(
            "k.yaml",
            "apiVersion: v1\nkind: Pod\nspec: {ports: [{nodePort: 1}], x: {containers: [{ports: [{hostPort: 1}]}]}}\n",
            [],
            id="and a pod no node ports; containers stand where they belong",
        ),
        pytest.param(
            "k.yaml", "apiVersion: v1\nkind: List\nitems: {}\nspec: hostPort:1\n# hostPort: 1", [], id="odd ends"
        ),
        pytest.param("kind.yml", "kind: Cluster\n# extraPortMappings\n", [], id="a kind cluster without nodes"),
        pytest.param(
            "kind.yml",
            "kind: Cluster\nnodes:\n- extraPortMappings: [{hostPort: 1, protocol: udp, listenAddress: 127.0.0.1}]\n"
            "- {}\n- extraPortMappings: [{containerPort: 2}, {hostPort: ''}, {hostPort: 70000}]\n",
            [
                "3:34 kind 1-1>0/udp",
                "5:70 kind 0-0>0/tcp 70000 is no port number: the highest is 65535",
            ],
            id="a kind cluster without a name",
        ),
        pytest.param(
            "kind.yml", "kind: Pod\nnodes: [{extraPortMappings: [{hostPort: 1}]}]\n", [], id="of another kind"
        ),
        pytest.param(
            "devcontainer.json",
            '{"forwardPorts": [80, "81", "x:82", "y", "", 70000], "appPort": ["83", "84:85", "86-87:88-89"]}',
            [
                "1:66 devcontainer 83-83>83/tcp",
                "1:72 devcontainer 84-84>85/tcp",
                "1:81 devcontainer 86-87>88/tcp",
                "1:19 devcontainer 80-80>80/tcp",
                "1:23 devcontainer 81-81>81/tcp",
                "1:29 devcontainer 82-82>82/tcp",
                "1:37 devcontainer 0-0>0/tcp 'y' is no port number",
                "1:46 devcontainer 0-0>0/tcp 70000 is no port number: the highest is 65535",
            ],
            id="all forms of a development container",
        ),
        pytest.param("devcontainer.json", '{"name": "", "appPort": "127.0.0.1::80"}', [], id="any port"),
        pytest.param(
            "q.kube",
            "ContainerName = a\nPodName=b\n PublishPort=5:6/udp\t\nPublishPort=${X}:1\n#PublishPort=7:8\nPublishPort=\n",
            ["3:14 a 5-5>6/udp"],
            id="a quadlet's first name, and lines that bind nothing",
        ),
        pytest.param(
            "q.pod",
            "PublishPort=x\nPublishPort=1:2\n",
            ["1:13 q 0-0>0/tcp 'x' is no port number", "2:13 q 1-1>2/tcp"],
            id="a port behind one that cannot be",
        ),
        pytest.param("a/b.c.container", "PublishPort=1-2:3-4", ["1:13 b.c 1-2>3/tcp"], id="or that of its file"),
    ],
)
def test_ports_of(path, text, expected) -> None:
    assert bound(path, text) == expected


def test_addresses_and_scopes() -> None:
    text = POD.replace("hostPort: 80", "hostPort: 80, hostIP: 127.0.0.1")
    (one,) = read_binders("k.yaml", text.encode(), FILES)
    assert one.address == Address(4, 0x7F000001)
    assert (one.scope, one.text, tuple(one.span)) == ("", "80", (7, 18, 7, 20))
    (two,) = read_binders("k.yaml", POD.encode(), FILES)
    assert two.address is None
    kind = b"kind: Cluster\nnodes: [{extraPortMappings: [{hostPort: 1, listenAddress: 127.0.0.1}]}]\n"
    assert [found.address for found in read_binders("k.yaml", kind, FILES)] == [Address(4, 0x7F000001)]
    dev = b'{"appPort": "127.0.0.1:8:9"}'
    (three,) = read_binders("devcontainer.json", dev, FILES)
    assert (three.address, three.text, tuple(three.span)) == (Address(4, 0x7F000001), "127.0.0.1:8:9", (1, 13, 1, 28))
    (four,) = read_binders("q.container", b"PublishPort=127.0.0.1:8:9", FILES)
    assert (four.address, four.text, tuple(four.span)) == (Address(4, 0x7F000001), "127.0.0.1:8:9", (1, 13, 1, 26))


@pytest.mark.parametrize(
    ("path", "text", "way"),
    [
        ("k.yaml", POD, KUBERNETES),
        ("kind.yaml", "kind: Cluster\nnodes: [{extraPortMappings: [{hostPort: 1}]}]\n", KIND),
        ("devcontainer.json", '{"appPort": 1}', DEVCONTAINER),
        ("q.pod", "PublishPort=1:1", QUADLET),
    ],
)
def test_ways_that_are_not_wanted(path, text, way) -> None:
    assert len(list(read_binders(path, text.encode(), {way}))) == 1
    assert list(read_binders(path, text.encode(), FILES.keys() - {way})) == []


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.yaml", "hostPort: ["), ("a.yaml", "extraPortMappings: ["), ("devcontainer.json", '{"appPort": ')],
)
def test_what_cannot_be_read(path, text) -> None:
    with pytest.raises(Malformed):
        bound(path, text)


@pytest.mark.parametrize(
    ("path", "text"),
    [("a.yaml", "port: ["), ("a.yaml", "myhostPorts: ["), ("devcontainer.json", "{"), ("a.pod", "\xff")],
)
def test_what_binds_nothing_is_not_read(path, text) -> None:
    assert list(read_binders(path, text.encode("latin-1"), FILES)) == []


def test_a_list_that_holds_itself_is_read_once() -> None:
    service = "- {kind: Service, spec: {ports: [{nodePort: 1}]}}\n"
    text = f"apiVersion: v1\nkind: List\nitems: &all\n- {{kind: List, items: *all}}\n{service}"
    assert bound("k.yaml", text) == ["5:45 service 1-1>0/tcp"]


def test_lists_of_lists_cost_no_more_than_their_text() -> None:
    chain = "".join(f"a{n}: &a{n} {{kind: List, items: [{', '.join([f'*a{n - 1}'] * 9)}]}}\n" for n in range(1, 3000))
    service = "a0: &a0 {kind: Service, spec: {ports: [{nodePort: 1}]}}\n"
    assert len(bound("k.yaml", f"{service}{chain}apiVersion: v1\nkind: List\nitems: [*a2999]\n")) == 1
