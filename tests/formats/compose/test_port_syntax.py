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
        ("", "the container port is missing"),
        ("8080:", "the container port is missing"),
        ("/tcp", "the container port is missing"),
        ("abc:80", "'abc' is no port number"),
        ("99999:80", "99999 is no port number: the highest is 65535"),
        ("80:65536", "65536 is no port number: the highest is 65535"),
        ("80:99999999999999999999", "999999999999 is no port number: the highest is 65535"),
        ("80:80/http", "'http' is no protocol: write tcp, udp or sctp"),
        ("80:80/tcp/udp", "'tcp/udp' is no protocol: write tcp, udp or sctp"),
        ("localhost:80:80", "'localhost' is no IP address, and the engine accepts nothing else"),
        ("01.2.3.4:80:80", "'01.2.3.4' is no IP address, and the engine accepts nothing else"),
        ("[1.2.3.4:80:80", "'[1.2.3.4' is no IP address, and the engine accepts nothing else"),
        ("fe80::1%eth0:80:80", "'fe80::1%eth0' is no IP address, and the engine accepts nothing else"),
        ("8002-8000:80-82", "the range 8002-8000 ends before it begins"),
        ("8000-8002:80-81", "the ranges 8000-8002 and 80-81 differ in length"),
        ("80:80-81", "the ranges 80 and 80-81 differ in length"),
        ("1-2-3:80", "'2-3' is no port number"),
        ("1-:80", "a port number is missing"),
        ("-1:80", "a port number is missing"),
        (" 80:80", "' 80' is no port number"),
        ("+80:80", "'+80' is no port number"),
        ("80.5", "'80.5' is no port number"),
        ("\u0661:80", "'\u0661' is no port number"),
    ],
)
def test_short_syntax_that_is_refused(text, what) -> None:
    with pytest.raises(BadPort) as caught:
        parse_short(text)
    assert str(caught.value) == what


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
        ({}, "the field 'target' (the container port) is missing"),
        ({"published": "80"}, "the field 'target' (the container port) is missing"),
        ({"target": ""}, "the field 'target' (the container port) is missing"),
        (
            {"target": "80", "publish": "80", "x": ""},
            "'publish' is no field of a port: write app_protocol, host_ip, mode, name, protocol, published, target",
        ),
        ({"target": "80-81"}, "'80-81' is no port number"),
        ({"target": "80", "mode": "both"}, "'both' is no mode: write host or ingress"),
        ({"target": "80", "protocol": "x"}, "'x' is no protocol: write tcp, udp or sctp"),
        (
            {"target": "80", "host_ip": "localhost"},
            "'localhost' is no IP address, and the engine accepts nothing else",
        ),
    ],
)
def test_long_syntax_that_is_refused(fields, what) -> None:
    with pytest.raises(BadPort) as caught:
        parse_long(fields)
    assert str(caught.value) == what


@pytest.mark.parametrize("mode", ["", "host", "ingress"])
def test_mode(mode) -> None:
    assert parse_long({"target": "80", "mode": mode}).mode == mode


@pytest.mark.parametrize(
    ("text", "random", "pool", "targets"),
    [
        pytest.param("80", True, False, [80, 80], id="any port"),
        pytest.param("1:80", False, False, [80, 80], id="one port"),
        pytest.param("1-2:80", False, True, [80, 80], id="one of several"),
        pytest.param("1-2:80-81", False, False, [80, 81], id="a range"),
    ],
)
def test_what_a_port_is(text, random, pool, targets) -> None:
    port = parse_short(text)
    assert (port.is_random, port.is_pool) == (random, pool)
    assert [port.target_low, port.target_high] == targets


@pytest.mark.parametrize(
    ("text", "address", "written"),
    [
        ("80", "", "80"),
        ("0080/tcp", "", "80"),
        ("1:80/UDP", "", "1:80/udp"),
        ("1-2:80-81", "", "1-2:80-81"),
        ("127.0.0.1:1:80", "127.0.0.1", "127.0.0.1:1:80"),
        ("[::1]::80/sctp", "[::1]", "[::1]::80/sctp"),
    ],
)
def test_written(text, address, written) -> None:
    assert write_short(parse_short(text), address) == written


@pytest.mark.parametrize(
    ("text", "what"), [("x", "'x' is no port number"), ("1/x", "'x' is no protocol: write tcp, udp or sctp")]
)
def test_expose_that_is_none(text, what) -> None:
    with pytest.raises(BadPort) as caught:
        parse_expose(text)
    assert str(caught.value) == what


@pytest.mark.parametrize(
    ("text", "family", "number"),
    [
        ("0.0.0.0", 4, 0),
        ("255.249.199.99", 4, 0xFFF9C763),
        ("1:2:3:4:5:6:7:8", 6, 0x00010002000300040005000600070008),
        ("1::", 6, 1 << 112),
        ("::1:0:0", 6, 1 << 32),
        ("::1.2.3.4", 6, 0x01020304),
        ("1::1.2.3.4", 6, (1 << 112) + 0x01020304),
        ("1:2:3:4:5:6:1.2.3.4", 6, 0x00010002000300040005000601020304),
        ("::FFFF:1.2.3.4", 4, 0x01020304),
        ("::ffff:102:304", 4, 0x01020304),
        ("::fffe:1.2.3.4", 6, 0xFFFE01020304),
        ("1::ffff:1.2.3.4", 6, (1 << 112) + 0xFFFF01020304),
    ],
)
def test_addresses(text, family, number) -> None:
    assert read_address(text) == Address(family, number)


@pytest.mark.parametrize(
    "text",
    [
        *("", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "a.b.c.d", "localhost"),
        *(":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:2:3:4::5:6:7:8", "12345::", "g::"),
        *("1.2.3.4::", "::1.2.3.4:5", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.256", "fe80::1%eth0", ":1::", "1::2:"),
    ],
)
def test_what_is_no_address(text) -> None:
    assert read_address(text) is None


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
