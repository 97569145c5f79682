"""Values that the official frontend refuses once variables are expanded, and those at the edge that it takes."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile import read, values
from hypothesis import given
from hypothesis import strategies as st

DIGEST = "sha256:" + "a" * 64
# A millisecond, and less than one, in every unit of Go's time package.
EXACTLY = ["1000000ns", "1000us", "1000\u00b5s", "1000\u03bcs", "1.ms", ".001s", "0.0000167m", "0.00000028h"]
JUST_BELOW = ["999999ns", "999\u00b5s", "999\u03bcs", ".9ms", "0.0009s", "0.0000166m", "0.00000027h"]
SYSTEM = (
    "OSAndVersion specifier component must match "
    r'"^([A-Za-z0-9_-]+)(?:\\(([A-Za-z0-9_.%-]*)((?:\\+[A-Za-z0-9_.%-]+)*)\\))?$"'
)
COMPONENT = 'platform specifier component must match "^[A-Za-z0-9_.-]+$"'
# The names on both ends of the tables of moby/sys/signal, however they are written.
SIGNALS = ["9", "15", "-1", "ABRT", "sigtrap", "SIGTSTP", "RTMIN+1", "RTMIN+15", "RTMAX-1", "RTMAX-14", "SIGRTMAX"]
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


@pytest.mark.parametrize("text", ["0", "+0", "-0", "0s", "1ms", "1m", "1h", "+1s", "1s1ms", "60s", *EXACTLY])
def test_durations(text) -> None:
    assert values.interval_refused("interval", text) == ""


@pytest.mark.parametrize("text", ["0.5ms", "999us", "-1s", "-2h", "-1.5s", *JUST_BELOW])
def test_durations_below_a_millisecond(text) -> None:
    assert values.interval_refused("timeout", text) == 'Interval "timeout" cannot be less than 1ms'


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("5", 'missing unit in duration "5"'),
        ("-5.5", 'missing unit in duration "-5.5"'),
        ("5.5.5", 'invalid duration "5.5.5"'),
        ("X0", 'invalid duration "X0"'),
        ("+-5", 'missing unit in duration "+-5"'),
        ("00", 'missing unit in duration "00"'),
        ("x", 'invalid duration "x"'),
        ("s", 'invalid duration "s"'),
        ("1d", 'invalid duration "1d"'),
        ("1s 1s", 'invalid duration "1s 1s"'),
        ("\u0661s", 'invalid duration "\u0661s"'),
        ("", 'invalid duration ""'),
    ],
)
def test_what_is_no_duration(text, reason) -> None:
    assert values.interval_refused("interval", text) == f"time: {reason}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("0", ""),
        ("3", ""),
        ("2147483647", ""),
        ("+3", ""),
        ("-1", "--retries cannot be negative (-1)"),
        ("-2147483648", "--retries cannot be negative (-2147483648)"),
        ("-2147483649", 'strconv.ParseInt: parsing "-2147483649": value out of range'),
        ("9" * 30, f'strconv.ParseInt: parsing "{"9" * 30}": value out of range'),
        ("1.5", 'strconv.ParseInt: parsing "1.5": invalid syntax'),
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
        ("LINUX", ""),
        ("Arm64", ""),
        ("x86_64", ""),
        *[(name, "") for name in ("aix", "zos", "386", "mips64p32", "mips64p32le", "s390x")],
        ("foo/bar", ""),
        ("windows(10.0.17763)", ""),
        ("windows(10.0+a+b)/amd64", ""),
        ("arm64(1)", '"arm64(1)": unknown operating system or architecture: invalid argument'),
        ("linux(1", f'"linux(1" is an invalid OS component of "linux(1": {SYSTEM}: invalid argument'),
        ("/amd64", f'"" is an invalid OS component of "/amd64": {SYSTEM}: invalid argument'),
        ("linux/", f'"" is an invalid component of "linux/": {COMPONENT}: invalid argument'),
        ("linux/a b/c", f'"a b" is an invalid component of "linux/a b/c": {COMPONENT}: invalid argument'),
        ("a/b/c/d", '"a/b/c/d": cannot parse platform specifier: invalid argument'),
    ],
)
def test_platforms(text, reason) -> None:
    assert values.platform_refused(text) == reason


@pytest.mark.parametrize("text", SIGNALS)
def test_signals(text) -> None:
    assert values.signal_refused(text) == ""


@pytest.mark.parametrize(
    "text", ["0", "+0", "", "SIG", "SIGSIGKILL", "RTMIN+16", "RTMAX-15", "RTMIN+0", "9.5", "KILL "]
)
def test_what_is_no_signal(text) -> None:
    assert values.signal_refused(text) == f"invalid signal: {text}"


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        (["a", "b"], ""),
        (["git@a:b.git"], ""),
        (["a", "http://b"], "source can't be a URL for COPY"),
        (["https://a/b"], "source can't be a URL for COPY"),
        (["https://a/b.git"], "source can't be a git ref for COPY"),
        (["https://a/b.git?x#y"], "source can't be a git ref for COPY"),
        (["https://a/b?x=.git"], "source can't be a URL for COPY"),
    ],
)
def test_sources_of_copy(sources, reason) -> None:
    assert values.copy_refused(sources) == reason


@pytest.mark.parametrize(
    ("line", "reasons"),
    [
        ("EXPOSE 80 $A x", ["4:14 invalid containerPort: x"]),
        ("EXPOSE $B", ["4:8 invalid containerPort: x"]),
        ("EXPOSE 80 81", []),
        ("STOPSIGNAL $A", []),
        ("STOPSIGNAL $B", ["4:12 invalid signal: x"]),
        ("VOLUME /a $C", ["4:11 VOLUME specified can not be an empty string"]),
        ("VOLUME $A", []),
        ("COPY a http://b /c", ["4:6 source can't be a URL for COPY"]),
        ("COPY a http://b", []),
        ("COPY a <<http://b /c\nhttp://b", []),
        ("ADD a http://b /c", []),
        ("COPY --chmod=9 a /c", [f"4:14 {OCTAL.format('9')}"]),
        ("COPY --chmod=$B a /c", []),
        ("COPY --chmod=$A a /c", []),
        ("COPY --chown=9 --chmod=7777 a /c", []),
        ("ADD --checksum=x http://a /c", ["4:16 invalid checksum digest format"]),
        ("ADD --checksum=x http://a $A /c", []),
        ("ADD --checksum=x http://a b /c", ["4:16 checksum can't be specified for multiple sources"]),
        ("ADD --checksum=$A http://a /c", []),
    ],
)
def test_where_a_value_is_refused(line, reasons) -> None:
    found = read(f"FROM a\nARG A\nENV B=x C=\n{line}\n".encode()).stage_problems
    assert [f"{one.span.line}:{one.span.column} {one}" for one in found] == reasons


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


@given(st.text("0123456789smhu.+-/:[]*()aXwindows \u00b5", max_size=20))
def test_any_value_is_judged_in_one_line(text) -> None:
    for refused in (
        values.platform_refused,
        values.signal_refused,
        values.port_refused,
        values.chmod_refused,
        values.retries_refused,
        lambda text: values.interval_refused("a", text),
        lambda text: values.copy_refused([text]),
        lambda text: values.checksum_refused(text, ["https://a/b"]),
    ):
        assert refused(text).isprintable()


@given(st.integers(0, 10**12), st.sampled_from([("ns", 10**6), ("us", 1000), ("ms", 1), ("s", 0)]))
def test_durations_of_whole_numbers(number, unit) -> None:
    name, least = unit
    assert (values.interval_refused("a", f"{number}{name}") == "") == (number == 0 or number >= least)


@given(*[st.integers(-2, 65_600)] * 4)
def test_ports_are_those_of_an_engine(low, high, target, target_high) -> None:
    reason = values.port_refused(f"{low}-{high}:{target}-{target_high}")
    sound = all(0 <= first <= last <= 65_535 for first, last in ((low, high), (target, target_high)))
    fits = target == target_high or target_high - target == high - low
    assert (reason == "") == (sound and fits)
