# ruff: noqa: E501  (tables of texts read better in one line each)
"""The services of one Compose document: what each binds, where that stands, and what is wrong with it."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats import yaml_nodes
from guardrail_hooks.formats.compose.addresses import Address
from guardrail_hooks.formats.compose.services import Entry, Names, Reader, Service
from guardrail_hooks.formats.place import Malformed
from hypothesis import given
from hypothesis import strategies as st


def read(text: str, **variables: str) -> tuple[Reader, list[Service]]:
    yaml = yaml_nodes.read(text.encode())
    reader = Reader("c.yaml", yaml, variables)
    return reader, [service for root in yaml.documents for service in reader.services(root)]


def shown(entry: Entry) -> str:
    """A port as `line:column [origin] address:low-high:target-target/protocol text (unknown parts)`."""
    port = entry.port
    place = "{}:{}-{}:{}".format(*entry.span)
    origin = "{}:{}-{}:{}".format(*entry.origin[1])
    address = f"{port.address.family}/{port.address.number}:" if port.address else ""
    ports = f"{port.low}-{port.high}:{port.target_low}-{port.target_high}/{port.protocol}{port.mode and '/'}{port.mode}"
    unknown = f" ({', '.join(sorted(entry.unknown))})" if entry.unknown else ""
    return f"{place} {'' if place == origin else f'[{origin}] '}{address}{ports} {entry.text}{unknown}"


def troubles(reader: Reader) -> list[str]:
    return [f"{one.kind} {one.span.line}:{one.span.column} {one.entry}: {one.what}" for one in reader.troubles]


def ports(text: str, **variables: str) -> tuple[list[str], list[str]]:
    """What the entries of one list of ports bind, and what is wrong with them."""
    reader, (service,) = read(f"services: {{a: {{ports: [{text}]}}}}", **variables)
    assert all(entry.path == entry.origin[0] == "c.yaml" for entry in service.ports.values)
    return [shown(entry) for entry in service.ports.values], troubles(reader)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("80", "1:24-1:26 0-0:80-80/tcp 80", id="a number"),
        pytest.param("'1:2'", "1:24-1:29 1-1:2-2/tcp 1:2", id="a pair"),
        pytest.param("'1-2:3-4/UDP'", "1:24-1:37 1-2:3-4/udp 1-2:3-4/UDP", id="ranges"),
        pytest.param("'0.0.0.1:5:6'", "1:24-1:37 4/1:5-5:6-6/tcp 0.0.0.1:5:6", id="an address"),
        pytest.param("'[::2]:5:6'", "1:24-1:35 6/2:5-5:6-6/tcp [::2]:5:6", id="an address in brackets"),
        pytest.param("'0.0.0.1::6'", "1:24-1:36 4/1:0-0:6-6/tcp 0.0.0.1::6", id="an address and any port"),
        pytest.param("'$A:6'", "1:24-1:30 7-7:6-6/tcp $A:6", id="a variable"),
        pytest.param("{target: 1}", "1:24-1:35 0-0:1-1/tcp 1", id="long syntax with a target alone: all of it"),
        pytest.param("{target: 1, published: 2}", "1:36-1:48 2-2:1-1/tcp 2", id="long syntax: what is published"),
        pytest.param("{published: '2-3', target: 1, protocol: sctp, mode: host}", "1:25-1:41 2-3:1-1/sctp/host 2-3", id="all of it"),
        pytest.param("{published: 2, target: 1, host_ip: 0.0.0.1, x-a: {b: c}, name: null}", "1:25-1:37 4/1:2-2:1-1/tcp 2", id="fields that say nothing"),
        pytest.param("{published: $A, target: 1}", "1:25-1:38 7-7:1-1/tcp 7", id="a variable in long syntax"),
        pytest.param("{target: 1, published: ''}", "1:36-1:49 0-0:1-1/tcp 1", id="an empty one is any"),
    ],
)  # fmt: skip
def test_entry(text, expected) -> None:
    assert ports(text, A="7") == ([expected], [])


@pytest.mark.parametrize(
    ("text", "entries", "told"),
    [
        pytest.param("'$X:6'", ["1:24-1:30 0-0:6-6/tcp $X:6 (host)"], ["unresolved 1:24 $X:6: X has no value"], id="the host port"),
        pytest.param("'5:$X'", ["1:24-1:30 5-5:5-5/tcp 5:$X (target)"], ["unresolved 1:24 5:$X: X has no value"], id="the container port: that of the host stands in"),
        pytest.param("'$X:$Y'", ["1:24-1:31 0-0:1-1/tcp $X:$Y (host, target)"], ["unresolved 1:24 $X:$Y: X, Y have no value"], id="both"),
        pytest.param("'$X:5:6'", [f"1:24-1:32 0/{int.from_bytes(b'${X}', 'big')}:5-5:6-6/tcp $X:5:6 (address)"], ["unresolved 1:24 $X:5:6: X has no value"], id="the address"),
        pytest.param("'1.2.3.4:$X:6'", ["1:24-1:38 4/16909060:0-0:6-6/tcp 1.2.3.4:$X:6 (host)"], ["unresolved 1:24 1.2.3.4:$X:6: X has no value"], id="the port of an address"),
        pytest.param("$X", [], ["unresolved 1:24 $X: X has no value"], id="all there is"),
        pytest.param("'$X:70000'", [], ["unresolved 1:24 $X:70000: X has no value", "invalid 1:24 $X:70000: 70000 is no port number: the highest is 65535"], id="beside a port that cannot be"),
        pytest.param("'${E}'", [], ["unresolved 1:24 ${E}: nothing is left of it, and Compose refuses an empty entry"], id="nothing"),
        pytest.param("'${X:-5'", [], ['invalid 1:24 ${X:-5: "${X" is not closed by "}"'], id="a brace that is not closed"),
        pytest.param("'{{ x }}:5'", [], ["unresolved 1:24 {{ x }}:5: a template fills it in"], id="a template"),
        pytest.param("'{% x %}'", [], ["unresolved 1:24 {% x %}: a template fills it in"], id="a statement"),
        pytest.param("'<%= x %>:5'", [], ["unresolved 1:24 <%= x %>:5: a template fills it in"], id="another template"),
        pytest.param("22:22", ["1:24-1:29 22-22:22-22/tcp 22:22"], ["base-60 1:24 22:22: 1342"], id="a number to base sixty"),
        pytest.param("1:02:3", [], ["base-60 1:24 1:02:3: 3723", "invalid 1:24 1:02:3: '1' is no IP address, and the engine accepts nothing else"], id="of three digits"),
        pytest.param("22:60", ["1:24-1:29 22-22:60-60/tcp 22:60"], [], id="sixty is no digit"),
        pytest.param("'22:22'", ["1:24-1:31 22-22:22-22/tcp 22:22"], [], id="nor is a text a number"),
        pytest.param("x", [], ["invalid 1:24 x: 'x' is no port number"], id="no number"),
        pytest.param("''", [], ["invalid 1:24 : the container port is missing"], id="an empty text"),
        pytest.param("null", [], ["invalid 1:24 it: the entry is empty"], id="nothing at all"),
        pytest.param("[80]", [], ["invalid 1:24 it: a list inside the list"], id="a list"),
        pytest.param("{published: 1}", [], ["invalid 1:25 1: the field 'target' (the container port) is missing"], id="long syntax without a target"),
        pytest.param("{}", [], ["invalid 1:24 it: the field 'target' (the container port) is missing"], id="an empty mapping"),
        pytest.param("{target: 1, foo: 2}", [], ["invalid 1:24 1: 'foo' is no field of a port: write app_protocol, host_ip, mode, name, protocol, published, target"], id="a field that is none"),
        pytest.param("{target: [1]}", [], ["invalid 1:24 target: the field 'target' holds no text"], id="a field that holds a list"),
        pytest.param("{target: 1, published: '{{ x }}'}", [], ["unresolved 1:36 {{ x }}: a template fills it in"], id="a template in long syntax"),
        pytest.param("{target: 1, published: $X}", ["1:36-1:49 0-0:1-1/tcp ${X} (host)"], ["unresolved 1:36 ${X}: X has no value"], id="a variable in long syntax"),
        pytest.param("{target: $X, published: 5}", ["1:37-1:49 5-5:1-1/tcp 5 (target)"], ["unresolved 1:37 5: X has no value"], id="as its target"),
        pytest.param("{target: 1, published: 5, host_ip: $X}", [f"1:36-1:48 0/{int.from_bytes(b'${X}', 'big')}:5-5:1-1/tcp 5 (address)"], ["unresolved 1:36 5: X has no value"], id="as its address"),
        pytest.param("{target: 1, published: 70000}", [], ["invalid 1:36 70000: 70000 is no port number: the highest is 65535"], id="a port that cannot be"),
        pytest.param("{target: 1, mode: swarm}", [], ["invalid 1:24 1: 'swarm' is no mode: write host or ingress"], id="a mode that is none"),
    ],
)  # fmt: skip
def test_trouble(text, entries, told) -> None:
    assert ports(text, E="") == (entries, told)


def test_an_address_without_a_value_meets_itself_and_all_addresses() -> None:
    _, (service,) = read("services: {a: {ports: ['$X:1:2', '$X:3:4', '$Y:1:2', '1:2']}}")
    one, same, other, every = (entry.port.address for entry in service.ports.values)
    assert one.overlaps(same)
    assert not one.overlaps(other)
    assert every is None
    assert one.family not in (4, 6), "so that no address that is written meets it"


def test_the_host_part_is_kept_as_far_as_it_is_known() -> None:
    text = "services: {a: {ports: ['$X:1', '5$X:1', 5:1, '1', {target: 1, published: $X}, {target: 1, published: 7}, {target: 1}]}}"
    _, (service,) = read(text)
    assert [entry.host for entry in service.ports.values] == ["${X}", "5${X}", "5", "", "${X}", "7", ""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("ports: [1]", ("", 1), id="a list"),
        pytest.param("ports: !override [1]", ("!override", 1), id="a list that replaces"),
        pytest.param("ports: !reset [1]", ("!reset", 0), id="a list that takes away"),
        pytest.param("ports: !reset null", ("!reset", 0), id="or nothing that does"),
        pytest.param("ports:", ("", 0), id="nothing"),
        pytest.param("image: b", ("", 0), id="no ports"),
    ],
)
def test_change(text, expected) -> None:
    reader, (service,) = read(f"services: {{a: {{{text}}}}}")
    assert (service.ports.tag, len(service.ports.values)) == expected
    assert reader.troubles == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("'80:80'", ["invalid 1:23 80:80: 'ports' must be a list"], id="a text"),
        pytest.param("{a: 1}", ["invalid 1:23 it: 'ports' must be a list"], id="a mapping"),
    ],
)
def test_ports_that_are_no_list(text, told) -> None:
    reader, (service,) = read(f"services: {{a: {{ports: {text}}}}}")
    assert (service.ports.values, troubles(reader)) == ((), told)


ALIASES = """\
x-p: &p ['1:1']
x-e: &e '2:2'
x-s: &s {ports: ['3:3']}
services:
  a: {ports: *p}
  b: {ports: [*e]}
  c: *s
  d: {<<: *s}
  e: {ports: [{target: 4, published: *e}]}
"""


def test_what_an_alias_brings_is_blamed_on_where_it_is_used() -> None:
    reader, services = read(ALIASES)
    assert [shown(entry) for service in services for entry in service.ports.values] == [
        "5:7-5:12 [1:10-1:15] 1-1:1-1/tcp 1:1",
        "6:7-6:12 [2:9-2:14] 2-2:2-2/tcp 2:2",
        "7:3-7:4 [3:18-3:23] 3-3:3-3/tcp 3:3",
        "8:7-8:9 [3:18-3:23] 3-3:3-3/tcp 3:3",
    ]
    assert troubles(reader) == ["invalid 9:15 2:2: '2:2' is no port number"]
    assert [tuple(service.span)[:2] for service in services] == [(5, 3), (6, 3), (7, 3), (8, 3), (9, 3)]


def test_long_syntax_on_lines_stands_at_what_is_published_or_at_its_first_field() -> None:
    _, (service,) = read(
        "services:\n  a:\n    ports:\n      - target: 1\n        published: 2\n      - name: x\n        target: 3\n"
    )
    assert [shown(entry) for entry in service.ports.values] == ["5:9-5:21 2-2:1-1/tcp 2", "6:9-6:13 0-0:3-3/tcp 3"]


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        pytest.param("container_name: b", "container_name", "b", id="a name"),
        pytest.param("container_name: '${A}-$X'", "container_name", "7-${X}", id="with variables"),
        pytest.param("container_name: !reset b", "container_name", "", id="taken away"),
        pytest.param("container_name: null", "container_name", None, id="nothing"),
        pytest.param("container_name: [b]", "container_name", None, id="a list"),
        pytest.param("network_mode: host", "network_mode", "host", id="a network"),
        pytest.param("profiles: [a, $A, null]", "profiles", Names("", ("a", "7")), id="profiles"),
        pytest.param("profiles: []", "profiles", Names("", ()), id="an empty list"),
        pytest.param("profiles: null", "profiles", Names("", ()), id="none"),
        pytest.param("profiles: !reset [a]", "profiles", Names("!reset", ()), id="profiles that are reset"),
        pytest.param(
            "profiles: !override [a]", "profiles", Names("!override", ("a",)), id="profiles that are replaced"
        ),
        pytest.param("scale: 2", "copies", 2, id="copies"),
        pytest.param("scale: $A", "copies", 7, id="as many as a variable says"),
        pytest.param("scale: 2, deploy: {replicas: 3}", "copies", 3, id="deploy says more"),
        pytest.param("deploy: {replicas: 0}", "copies", 0, id="none at all"),
        pytest.param("scale: 999999999", "copies", 999999999, id="many"),
        pytest.param("scale: 1000000000", "copies", None, id="more than there can be"),
        pytest.param("scale: \\u0662", "copies", None, id="no digit"),
        pytest.param("scale: -1", "copies", None, id="fewer than none"),
        pytest.param("scale: ''", "copies", None, id="an empty text"),
        pytest.param("deploy: x", "copies", None, id="no mapping"),
        pytest.param("image: b:$A", "source", "b:7", id="an image"),
        pytest.param("image: b, build: .", "source", "b", id="an image that is built"),
        pytest.param("build: ./$A", "source", "build ./7 Dockerfile", id="a folder"),
        pytest.param("build: {context: c, dockerfile: D}", "source", "build c D", id="a folder and a file"),
        pytest.param("build: {dockerfile: D}", "source", "build . D", id="a file alone"),
        pytest.param("build: {}", "source", "build . Dockerfile", id="neither"),
        pytest.param("ports: []", "source", None, id="nothing said"),
        pytest.param("ports: []", "tag", "", id="no tag"),
    ],
)
def test_fields(text, field, expected) -> None:
    _, (service,) = read(f"services: {{a: {{{text}}}}}".encode().decode("unicode_escape"), A="7")
    assert getattr(service, field) == expected
    assert (service.name, service.path, service.files) == ("a", "c.yaml", ("c.yaml",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("extends: b", ("b", "", (1, 16)), id="by name"),
        pytest.param("extends: {service: b}", ("b", "", (1, 16)), id="in long form"),
        pytest.param("extends: {service: $A, file: c}", ("7", "c", (1, 16)), id="of a file"),
        pytest.param("extends: {file: c}", ("", "c", (1, 16)), id="without a name"),
        pytest.param("extends: !reset b", None, id="taken away"),
        pytest.param("extends: null", None, id="nothing"),
        pytest.param("extends: ''", None, id="an empty name"),
        pytest.param("image: b", None, id="none"),
    ],
)
def test_extends(text, expected) -> None:
    _, (service,) = read(f"services: {{a: {{{text}}}}}", A="7")
    found = service.extends
    assert (found and (found.service, found.file, found.span[:2])) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("[80, '81-82', 83/udp]", ["80-80/tcp", "81-82/tcp", "83-83/udp"], id="ports"),
        pytest.param("[$A, $X, x, [1], null, '{{ x }}']", ["7-7/tcp"], id="what is none is left out and never told"),
        pytest.param("80", [], id="no list"),
    ],
)
def test_expose(text, expected) -> None:
    reader, (service,) = read(f"services: {{a: {{expose: {text}}}}}", A="7")
    found = [entry.port for entry in service.expose.values]
    assert [f"{port.low}-{port.high}/{port.protocol}" for port in found] == expected
    assert all((port.low, port.high) == (port.target_low, port.target_high) for port in found)
    assert reader.troubles == []


def test_what_is_merged_by() -> None:
    _, (service,) = read("services: {a: {ports: ['1:2', {target: 2, published: 1}, '1:2/udp', '1:3', '0.0.0.0:1:2']}}")
    first, same, *others, everywhere = (entry.key for entry in service.ports.values)
    assert first == same == everywhere
    assert first not in others
    assert len(set(others)) == 2
    assert service.ports.values[4].port.address == Address(4, 0)


@pytest.mark.parametrize("text", ["", "a", "services:", "services: []", "services: {a: }", "[services]"])
def test_documents_that_bind_nothing(text) -> None:
    reader, services = read(text)
    assert [service.ports.values for service in services] == [()] * ("a" in text and "{" in text)
    assert reader.troubles == []


WORDS = st.sampled_from(
    ["80", "'1:2'", "22:22", "$X", "'${X'", "{target: 1}", "[1]", "null", "*p", "!reset []", "'{{ x }}'", "{}", "&p 1"]
)
FIELDS = st.sampled_from(["ports", "expose", "extends", "build", "deploy", "profiles", "scale", "<<", "image"])


@given(st.lists(st.tuples(FIELDS, WORDS, st.booleans()), max_size=5))
def test_any_service_is_read(rows) -> None:
    body = "".join(f"    {name}: {f'[{word}]' if listed else word}\n" for name, word, listed in rows)
    text = f"x: &p '5:5'\nservices:\n  a:\n{body}"
    try:
        reader, services = read(text)
    except Malformed:
        return
    last = text.count("\n") + 1
    for service in services:
        for entry in (*service.ports.values, *service.expose.values):
            assert 1 <= entry.span.line <= last
            assert 0 <= entry.port.low <= entry.port.high <= 65535
    assert all(trouble.what and trouble.entry is not None for trouble in reader.troubles)
