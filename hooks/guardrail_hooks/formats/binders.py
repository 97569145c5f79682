"""Files other than Compose's that bind host ports, read for the ports alone.

kind `extraPortMappings` (kind.x-k8s.io/v1alpha4), Kubernetes `hostPort` and `nodePort`, `appPort` and `forwardPorts` of
dev containers (containers.dev/implementors/json_reference), and `PublishPort` of Podman quadlets (podman-systemd.unit).
"""

from __future__ import annotations

import re

from guardrail_hooks.formats import jsonc, yaml_nodes
from guardrail_hooks.formats.compose.nodes import fields, items, text_of
from guardrail_hooks.formats.compose.port_syntax import (
    BadPort,
    parse_short,
    read_host_address,
    read_port,
    read_protocol,
)
from guardrail_hooks.formats.source import decode
from guardrail_hooks.formats.values import NUMBER, STRING
from guardrail_hooks.row import namedtuple

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from guardrail_hooks.formats.compose.addresses import Address
    from guardrail_hooks.formats.compose.nodes import Field
    from guardrail_hooks.formats.place import Span
    from guardrail_hooks.formats.yaml_nodes import Node, Yaml

KIND, KUBERNETES, DEVCONTAINER, QUADLET = "kind", "kubernetes", "devcontainer", "quadlet"
FILES = {
    KIND: r"(?i)\.ya?ml$",
    KUBERNETES: r"(?i)\.ya?ml$",
    DEVCONTAINER: r"(^|/)\.?devcontainer\.json$",
    QUADLET: r"\.(container|pod|kube)$",
}
# What a file must hold before it is parsed.
MARKS = {
    KIND: b"extraPortMappings",
    KUBERNETES: b"Port",
    DEVCONTAINER: b"Port",
    QUADLET: b"PublishPort",
}
_KUBERNETES = re.compile(rb"\b(?:nodePort|hostPort)[\"']?[ \t]*:")
_QUADLET_LINE = re.compile(r"PublishPort[ \t]*=[ \t]*(?![ \t])([^\r\n]*)")


class Bound(namedtuple("Bound", "owner scope low high target protocol address span text fault")):
    """Host ports that a file binds.

    `scope` tells parts of a file apart that do not share a host, such as the nodes of a kind cluster; `target` is the
    container port (0: not known). `fault` is a clause about ports that cannot be, else empty.
    """

    __slots__ = ()
    owner: str
    scope: str
    low: int
    high: int
    target: int
    protocol: str
    address: Address | None
    span: Span
    text: str
    fault: str


def read_binders(path: str, content: bytes, wanted: Container[str]) -> Iterator[Bound]:
    """The host ports that a file binds in the wanted ways. Raises `Malformed`."""
    if DEVCONTAINER in wanted and re.search(FILES[DEVCONTAINER], path) and MARKS[DEVCONTAINER] in content:
        yield from _devcontainer(content)
    elif QUADLET in wanted and re.search(FILES[QUADLET], path) and MARKS[QUADLET] in content:
        yield from _quadlet(path, content)
    elif re.search(FILES[KIND], path):
        is_kind = KIND in wanted and MARKS[KIND] in content
        is_kubernetes = KUBERNETES in wanted and _KUBERNETES.search(content) is not None
        if is_kind or is_kubernetes:
            yaml = yaml_nodes.read(content)
            for root in yaml.documents:
                top = fields(root)
                if is_kind and _text(top, "kind") == "Cluster":
                    yield from _kind(yaml, top)
                elif is_kubernetes and "apiVersion" in top:
                    yield from _manifests(yaml, root)


def _text(found: Mapping[str, Field], name: str) -> str:
    """The text of a field, empty where there is none."""
    return text_of(found[name].value) or "" if name in found else ""


def _bound(
    owner: str, yaml: Yaml, field: Field, found: Mapping[str, Field], target: str, address: str, scope: str = ""
) -> Bound:
    """One host port that is written in a field of its own."""
    text = text_of(field.value) or ""
    span = yaml.span(field.value)
    try:
        port = read_port(text)
        protocol = read_protocol(_text(found, "protocol"))
        goal = read_port(target) if target else 0
        return Bound(owner, scope, port, port, goal, protocol, read_host_address(address), span, text, "")
    except BadPort as bad:
        return Bound(owner, scope, 0, 0, 0, "tcp", None, span, text, str(bad))


def _kind(yaml: Yaml, top: Mapping[str, Field]) -> Iterator[Bound]:
    """The port mappings of a kind cluster's nodes."""
    owner = _text(top, "name") or "kind"
    for node in items(top["nodes"].value) if "nodes" in top else ():
        mappings = fields(node).get("extraPortMappings")
        for mapping in items(mappings.value) if mappings else ():
            found = fields(mapping)
            if "hostPort" in found and _text(found, "hostPort") not in ("", "0"):
                yield _bound(
                    owner, yaml, found["hostPort"], found, _text(found, "containerPort"), _text(found, "listenAddress")
                )


def _manifests(yaml: Yaml, root: Node) -> Iterator[Bound]:
    """The ports of a manifest and of those that it lists; an alias is followed once."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node.target) in seen:
            continue
        seen.add(id(node.target))
        top = fields(node)
        if _text(top, "kind") == "List" and "items" in top:
            waiting += reversed(items(top["items"].value))
        yield from _manifest(yaml, top)


def _manifest(yaml: Yaml, top: Mapping[str, Field]) -> Iterator[Bound]:
    """The node ports of a service, and the host ports of a workload's containers."""
    metadata = fields(top["metadata"].value) if "metadata" in top else {}
    owner = _text(metadata, "name") or _text(top, "kind").lower() or "manifest"
    is_service = _text(top, "kind") == "Service"
    spec = fields(top["spec"].value) if "spec" in top else {}
    if is_service:
        for port in items(spec["ports"].value) if "ports" in spec else ():
            found = fields(port)
            if "nodePort" in found and _text(found, "nodePort") not in ("", "0"):
                yield _bound(owner, yaml, found["nodePort"], found, "", "")
        return
    waiting: list[tuple[Node, int]] = [(field.value, 0) for name, field in top.items() if name == "spec"]
    while waiting:
        node, depth = waiting.pop()
        for name, field in fields(node).items():
            if name in ("containers", "initContainers"):
                yield from _containers(yaml, field.value, owner)
            elif name in ("template", "spec", "jobTemplate") and depth < 8:
                waiting.append((field.value, depth + 1))


def _containers(yaml: Yaml, node: Node, owner: str) -> Iterator[Bound]:
    """The host ports of containers."""
    for container in items(node):
        ports = fields(container).get("ports")
        for port in items(ports.value) if ports else ():
            found = fields(port)
            if "hostPort" in found and _text(found, "hostPort") not in ("", "0"):
                target = _text(found, "containerPort")
                yield _bound(owner, yaml, found["hostPort"], found, target, _text(found, "hostIP"))


def _devcontainer(content: bytes) -> Iterator[Bound]:
    """`appPort` and `forwardPorts`, each one port or a list of them."""
    document = jsonc.parse(decode(content))
    name = document.root.get("name")
    owner = name.text if name and name.text else "devcontainer"
    for field in ("appPort", "forwardPorts"):
        value = document.root.get(field)
        for port in (value.values or [value]) if value else ():
            text = port.text if port.kind == STRING else document.text[port.start : port.end]
            if port.kind in (STRING, NUMBER):
                yield from _dev_port(owner, document.span(port.start, port.end), text, publishes=field == "appPort")


def _dev_port(owner: str, span: Span, text: str, *, publishes: bool) -> Iterator[Bound]:
    """One port of a dev container: a number (the same on both sides), a mapping, or `service:port`."""
    if not text:
        return
    try:
        if text.isdigit():
            port = read_port(text)
            yield Bound(owner, "", port, port, port, "tcp", None, span, text, "")
        elif publishes:
            spec = parse_short(text)
            if not spec.is_random:
                yield Bound(
                    owner, "", spec.low, spec.high, spec.target_low, spec.protocol, spec.address, span, text, ""
                )
        else:
            port = read_port(text.rpartition(":")[2])
            yield Bound(owner, "", port, port, port, "tcp", None, span, text, "")
    except BadPort as bad:
        yield Bound(owner, "", 0, 0, 0, "tcp", None, span, text, str(bad))


def _quadlet(path: str, content: bytes) -> Iterator[Bound]:
    """`PublishPort=` lines of a unit."""
    source = decode(content)
    if len(content) > yaml_nodes.LARGEST:
        raise source.too_large(len(content), yaml_nodes.LARGEST)
    owner = path.rpartition("/")[2].rpartition(".")[0]
    name = re.search(r"(?m)^[ \t]*(?:ContainerName|PodName)[ \t]*=[ \t]*(\S+)", source.text)
    owner = name[1] if name else owner
    for match in _QUADLET_LINE.finditer(source.text):
        line = source.lines[source.line(match.start()) - 1]
        written = match[1].rstrip(" \t")
        if source.text[line : match.start()].strip(" \t") or not written or "%" in written or "$" in written:
            continue
        span = source.span(match.start(1), match.start(1) + len(written))
        try:
            spec = parse_short(written)
        except BadPort as bad:
            yield Bound(owner, "", 0, 0, 0, "tcp", None, span, written, str(bad))
            continue
        if not spec.is_random:
            yield Bound(owner, "", spec.low, spec.high, spec.target_low, spec.protocol, spec.address, span, written, "")
