"""The ports that services of one file want, against every port written down."""

from __future__ import annotations

import pytest
from guardrail_hooks.port_registry_conflict.cli import HOOK
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import verdicts
from tests.differential import brute_force, ports

ADDRESSES = st.sampled_from(["", "0.0.0.0", "127.0.0.1", "127.0.0.2", "[::]", "[::1]"])
PROTOCOLS = st.sampled_from(["", "/tcp", "/UDP", "/sctp"])
LOW = st.integers(80, 90)


@st.composite
def entries(draw: st.DrawFn) -> str:
    """One entry of `ports`."""
    low, size = draw(LOW), draw(st.integers(0, 3))
    host = str(low) if not size else f"{low}-{low + size}"
    target = "1" if not size else f"1-{1 + size}"
    if draw(st.booleans()):
        default = draw(st.sampled_from([host, f"${{P:-{host}}}"])) if not size else host
        address = draw(ADDRESSES)
        return f"'{address}{':' if address else ''}{default}:{target}{draw(PROTOCOLS)}'"
    if draw(st.integers(0, 4)) == 0:
        return "'80'"
    address, protocol = draw(ADDRESSES).strip("[]"), draw(st.sampled_from(["tcp", "udp"]))
    return f"{{target: 1, published: '{low}', protocol: {protocol}" + (f", host_ip: '{address}'}}" if address else "}")


@st.composite
def files(draw: st.DrawFn) -> str:
    """A plain Compose file."""
    text = "services:\n"
    for name in "abc"[: draw(st.integers(1, 3))]:
        text += f"  {name}:\n    image: x/{name}\n    ports: [{', '.join(draw(st.lists(entries(), max_size=3)))}]\n"
        text += draw(st.sampled_from(["", "    profiles: [x]\n", "    profiles: [y]\n", "    scale: 0\n"]))
    return text


@given(files(), st.sampled_from(["", "P=85\n"]))
@settings(max_examples=60)
def test_ports_wanted_twice(text, env) -> None:
    found = verdicts.findings(HOOK, {"compose.yaml": text, ".env": env}, "--scope", "file", "compose.yaml")
    messages = [one.message for one in found if one.rule.code == "PRT001"]
    mine = brute_force.expand(port for message in messages for port in ports.wanted(message))
    assert mine == brute_force.clashes(text.encode(), env.encode())


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("services: {a: {extends: b}}\n", id="extends"),
        pytest.param("services: {a: {ports: ['${P}:1']}}\n", id="no value"),
        pytest.param("services: {a: {ports: ['80-81:1']}}\n", id="a pool"),
        pytest.param("a: [\n", id="no YAML"),
    ],
)
def test_what_is_not_plain(text) -> None:
    with pytest.raises(brute_force.NotPlain):
        brute_force.clashes(text.encode())
