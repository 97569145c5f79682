"""Every way to write a published port, and what the engine refuses."""

from __future__ import annotations

import ipaddress

import pytest
from guardrail_hooks.formats.compose.addresses import Address, read_address
from guardrail_hooks.formats.compose.port_syntax import (
    HIGHEST,
    BadPort,
    PublishedPort,
    parse_expose,
    parse_long,
    parse_short,
    write_short,
)
from hypothesis import given
from hypothesis import strategies as st

LOOPBACK = Address(4, 0x7F000001)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("80", (None, 0, 0, 80, 80, "tcp"), id="container only: a random host port"),
        pytest.param("8080:80", (None, 8080, 8080, 80, 80, "tcp"), id="host and container"),
        pytest.param("0080:0080", (None, 80, 80, 80, 80, "tcp"), id="leading zeros are decimal"),
        pytest.param("0:80", (None, 0, 0, 80, 80, "tcp"), id="host port 0 is random"),
        pytest.param("8080:80/UDP", (None, 8080, 8080, 80, 80, "udp"), id="protocols are case-folded"),
        pytest.param("80/", (None, 0, 0, 80, 80, "tcp"), id="an empty protocol is tcp"),
        pytest.param("127.0.0.1:8080:80", (LOOPBACK, 8080, 8080, 80, 80, "tcp"), id="address"),
        pytest.param("127.0.0.1::80", (LOOPBACK, 0, 0, 80, 80, "tcp"), id="address and random port"),
        pytest.param("[::1]:8080:80", (Address(6, 1), 8080, 8080, 80, 80, "tcp"), id="IPv6 in brackets"),
        pytest.param("::1:8080:80", (Address(6, 1), 8080, 8080, 80, 80, "tcp"), id="IPv6 without brackets"),
        pytest.param("[::]:8080:80", (Address(6, 0), 8080, 8080, 80, 80, "tcp"), id="all of IPv6"),
        pytest.param("::::80", (Address(6, 0), 0, 0, 80, 80, "tcp"), id="all of IPv6, random port"),
        pytest.param(":80", (None, 0, 0, 80, 80, "tcp"), id="empty host"),
        pytest.param("8000-8002:80-82", (None, 8000, 8002, 80, 82, "tcp"), id="ranges"),
        pytest.param("8000-8010:80", (None, 8000, 8010, 80, 80, "tcp"), id="pool"),
        pytest.param("3000-3005", (None, 0, 0, 3000, 3005, "tcp"), id="container range"),
        pytest.param("::ffff:127.0.0.1:80:80", (LOOPBACK, 80, 80, 80, 80, "tcp"), id="IPv4 written as IPv6"),
    ],
)
def test_short_syntax(text, expected) -> None:
    assert tuple(parse_short(text))[:6] == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "container port is missing"),
        ("8080:", "container port is missing"),
        ("abc:80", "no port number"),
        ("99999:80", "highest is 65535"),
        ("80:99999999999999999999", "highest is 65535"),
        ("80:80/http", "no protocol"),
        ("80:80/tcp/udp", "no protocol"),
        ("localhost:80:80", "no IP address"),
        ("01.2.3.4:80:80", "no IP address"),
        ("fe80::1%eth0:80:80", "no IP address"),
        ("8002-8000:80-82", "ends before it begins"),
        ("8000-8002:80-81", "differ in length"),
        ("1-2-3:80", "no port number"),
        (" 80:80", "no port number"),
        ("+80:80", "no port number"),
        ("80.5", "no port number"),
        ("\u0661:80", "no port number"),
    ],
)
def test_short_syntax_that_is_refused(text, what) -> None:
    with pytest.raises(BadPort, match=what):
        parse_short(text)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"target": "80", "published": "8080"}, (None, 8080, 8080, 80, 80, "tcp")),
        ({"target": "80"}, (None, 0, 0, 80, 80, "tcp")),
        ({"target": "80", "published": "8000-8010"}, (None, 8000, 8010, 80, 80, "tcp")),
        ({"target": "53", "published": "53", "protocol": "UDP"}, (None, 53, 53, 53, 53, "udp")),
        ({"target": "80", "published": "80", "host_ip": "127.0.0.1"}, (LOOPBACK, 80, 80, 80, 80, "tcp")),
        ({"target": "80", "x-note": "", "name": "web", "mode": "host"}, (None, 0, 0, 80, 80, "tcp")),
    ],
)
def test_long_syntax(fields, expected) -> None:
    assert tuple(parse_long(fields))[:6] == expected


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({}, "'target'"),
        ({"published": "80"}, "'target'"),
        ({"target": "80", "publish": "80"}, "'publish' is no field"),
        ({"target": "80-81"}, "no port number"),
        ({"target": "80", "mode": "both"}, "no mode"),
        ({"target": "80", "host_ip": "localhost"}, "no IP address"),
    ],
)
def test_long_syntax_that_is_refused(fields, what) -> None:
    with pytest.raises(BadPort, match=what):
        parse_long(fields)


def test_expose_is_the_hosts_port_on_the_hosts_network() -> None:
    assert parse_expose("9100/udp") == PublishedPort(None, 9100, 9100, 9100, 9100, "udp", "")


ports = st.integers(1, HIGHEST)
addresses = st.one_of(st.just(""), st.ip_addresses(v=4).map(str), st.ip_addresses(v=6).map(lambda one: f"[{one}]"))


@given(addresses, ports, ports, st.integers(0, 50), st.sampled_from(["tcp", "udp", "sctp"]), st.booleans())
def test_what_is_written_is_read(address, low, target, extra, protocol, pool) -> None:
    high, target_high = low + extra, target if pool else target + extra
    if max(high, target_high) > HIGHEST:
        return
    number = read_address(address.strip("[]")) if address else None
    port = PublishedPort(number, low, high, target, target_high, protocol, "")
    assert parse_short(write_short(port, address)) == port


@given(st.text("0123456789:-/.[]abcdefudptcp ", max_size=30))
def test_any_text_is_read_or_refused(text) -> None:
    try:
        port = parse_short(text)
    except BadPort:
        return
    else:
        assert 0 <= port.low <= port.high <= HIGHEST


@given(st.one_of(st.ip_addresses(), st.text("0123456789abcdef:.", max_size=20)))
def test_addresses_are_read_as_the_standard_library_reads_them(text) -> None:
    try:
        expected = ipaddress.ip_address(str(text))
    except ValueError:
        assert read_address(str(text)) is None
        return
    mapped = getattr(expected, "ipv4_mapped", None)
    expected = mapped or expected
    assert read_address(str(text)) == Address(expected.version, int(expected))


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("0.0.0.0", "10.0.0.5", True),
        ("127.0.0.1", "127.0.0.2", False),
        ("0.0.0.0", "::", False),
        ("::", "::1", True),
        ("::1", "0:0:0:0:0:0:0:1", True),
    ],
)
def test_addresses_that_exclude_one_another(one, other, overlap) -> None:
    first, second = read_address(one), read_address(other)
    assert first is not None
    assert second is not None
    assert first.overlaps(second) is second.overlaps(first) is overlap
