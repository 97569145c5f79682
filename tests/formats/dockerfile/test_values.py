"""Values that the official frontend refuses once variables are expanded, and those at the edge that it takes."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile import read, values

DIGEST = "sha256:" + "a" * 64
OCTAL = "invalid chmod parameter: '{}'. it should be octal string and between 0 and 07777"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("8080:80", ""),
        ("80-81:80-81", ""),
        ("80-81:80", ""),
        ("1.2.3.4:80:80", ""),
        ("[::1]:80:80", ""),
        (":80", ""),
        ("[::1:80:80", "invalid IP address: [::1"),
        ("[fe80::1%a]:1:1", "invalid IP address: [fe80::1%a]"),
        ("x:80:80", "invalid IP address: x"),
        ("a:80", "invalid hostPort: a"),
        ("80-79", "invalid containerPort: 80-79"),
        ("65536", "invalid containerPort: 65536"),
        ("80-82:80-81", "invalid ranges specified for container and host Ports: 80-81 and 80-82"),
        ("100-101:80-90", "invalid ranges specified for container and host Ports: 80-90 and 100-101"),
        ("80:", 'invalid port: "80:": no port specified'),
        ("80/icmp", 'invalid port: "80/icmp": invalid proto: icmp'),
    ],
)
def test_ports(text, reason) -> None:
    assert values.port_refused(text) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [("7777", ""), ("0", ""), ("u+x", ""), ("10000", OCTAL.format("10000")), ("8", OCTAL.format("8"))],
)
def test_modes(text, reason) -> None:
    assert values.chmod_refused(text) == reason


@pytest.mark.parametrize(
    ("checksum", "sources", "reason"),
    [
        (DIGEST, ["http://a/b"], ""),
        (DIGEST, ["https://a/b"], ""),
        (DIGEST, ["git://a/b"], ""),
        ("any commit", ["https://a/b.git"], ""),
        ("any commit", ["https://a/b.git?x#y"], ""),
        (DIGEST, ["file"], "checksum requires HTTP(S) or Git sources"),
        (DIGEST, ["a", "b"], "checksum can't be specified for multiple sources"),
        ("x", ["https://a/b"], "invalid checksum digest format"),
        ("sha256:AA", ["https://a/b"], "invalid checksum digest length"),
        ("sha256:" + "A" * 64, ["https://a/b"], "invalid checksum digest format"),
        ("md5:" + "a" * 32, ["https://a/b"], "unsupported digest algorithm"),
    ],
)
def test_checksums(checksum, sources, reason) -> None:
    assert values.checksum_refused(checksum, sources) == reason


@pytest.mark.parametrize("text", ["0", "-0", "1ms", "1m", "1h", "+1s", "1s1ms", "60s"])
def test_durations(text) -> None:
    assert values.interval_refused("interval", text) == ""


@pytest.mark.parametrize("text", ["0.5ms", "999us", "-1s", "-2h"])
def test_durations_below_a_millisecond(text) -> None:
    assert values.interval_refused("timeout", text) == 'Interval "timeout" cannot be less than 1ms'


@pytest.mark.parametrize(
    ("text", "reason"),
    [("5", 'missing unit in duration "5"'), ("x", 'invalid duration "x"'), ("", 'invalid duration ""')],
)
def test_what_is_no_duration(text, reason) -> None:
    assert values.interval_refused("interval", text) == f"time: {reason}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0", ""),
        ("3", ""),
        ("2147483647", ""),
        ("-1", "--retries cannot be negative (-1)"),
        ("x", 'strconv.ParseInt: parsing "x": invalid syntax'),
        ("2147483648", 'strconv.ParseInt: parsing "2147483648": value out of range'),
    ],
)
def test_retries(text, reason) -> None:
    assert values.retries_refused(text) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("linux", ""),
        ("amd64", ""),
        ("linux/arm64/v8", ""),
        ("linux/*", '"linux/*": wildcards not yet supported: invalid argument'),
        ("foo", '"foo": unknown operating system or architecture: invalid argument'),
        ("a/b/c/d", '"a/b/c/d": cannot parse platform specifier: invalid argument'),
    ],
)
def test_platforms(text, reason) -> None:
    assert values.platform_refused(text) == reason


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        ("RUN --mount=type=cache,target=/x,uid=4294967295,mode=37777777777 y", []),
        ("RUN --mount=type=cache,target=/x,uid=4294967296 y", ["invalid value 4294967296 for uid"]),
        ("RUN --mount=type=cache,target=/x,mode=40000000000 y", ["invalid value 40000000000 for mode"]),
        ("RUN --mount=type=tmpfs,target=/x,size=1m y", []),
        ("RUN --mount=type=tmpfs,target=/x,size=abc y", ["invalid value for size: abc"]),
        ("RUN --mount=type=cache,target=/ y", ['invalid mount target "/"']),
        ('RUN --mount="",target=/x y', ["invalid field '' must be a key=value pair"]),
        ("COPY --FROM=x a b", ["unknown flag: --FROM"]),
        (f"COPY --checksum={DIGEST} a b c", ["unknown flag: --checksum"]),
        (f"ADD --checksum={DIGEST} $A b c", []),
    ],
)
def test_flags(line, reasons) -> None:
    file = read(f"FROM a\nARG A\n{line}\n".encode())
    assert [str(problem) for problem in (*file.problems, *file.stage_problems)] == reasons
