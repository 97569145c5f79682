"""What the official frontend refuses in the expanded values of an instruction, in its own words.

Follows BuildKit, `frontend/dockerfile/dockerfile2llb/convert*.go`, and the readers it uses: containerd/platforms for
`FROM --platform`, moby/sys/signal for STOPSIGNAL. The functions called `..._refused` return the reason, empty if the
value is accepted.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.dockerfile.wording import quoted, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from guardrail_hooks.formats.dockerfile.instructions import Instruction, Word
    from guardrail_hooks.formats.dockerfile.words import Expansion

# Patterns are compiled where they are first needed: most files need none of them.
_NUMBER = r"[+-]?[0-9]{1,18}\Z"  # strconv.Atoi
_DURATION = r"[+-]?(?:(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:ns|us|\u00b5s|\u03bcs|ms|s|m|h))+\Z"
_DURATION_PART = r"([0-9.]+)([a-z\u00b5\u03bc]+)"
_SECONDS = {"ns": 1e-9, "us": 1e-6, "\u00b5s": 1e-6, "\u03bcs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_OCTAL = r"[0-7]+\Z"
_OS = r"([A-Za-z0-9_-]+)(?:\([A-Za-z0-9_.%-]*(?:\+[A-Za-z0-9_.%-]+)*\))?\Z"
_OS_PATTERN = r"^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$"
_SPECIFIER = r"[A-Za-z0-9_.-]+\Z"
_CHECKSUM = r"[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[A-Za-z0-9=_-]+\Z"  # go-digest


def _table(*rows: str) -> frozenset[str]:
    return frozenset(" ".join(rows).split())


_DIGEST_LENGTHS = {"sha256": 64, "sha384": 96, "sha512": 128}  # go-digest, algorithm.go
_LOWER_HEX = r"[0-9a-f]+\Z"

# containerd/platforms, database.go: names that may stand alone, aliases of its normalisation included.
_SYSTEMS = _table(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux macos nacl netbsd openbsd plan9 solaris windows zos"
)
_ARCHITECTURES = _table(
    "386 aarch64 amd64 amd64p32 arm arm64 arm64be armbe armel armhf i386 loong64 mips mips64 mips64le mips64p32",
    "mips64p32le mipsle ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm x86-64 x86_64",
)
_PROTOCOLS = frozenset({"", "tcp", "udp", "sctp"})
_SIGNALS = _table(  # moby/sys/signal, signal_linux.go
    "ABRT ALRM BUS CHLD CLD CONT FPE HUP ILL INT IO IOT KILL PIPE POLL PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP",
    "TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ RTMIN RTMAX",
    *[f"RTMIN+{number}" for number in range(1, 16)],
    *[f"RTMAX-{number}" for number in range(1, 15)],
)


def judge(
    instruction: Instruction, words: Sequence[Expansion | None], flags: Mapping[str, Expansion | None]
) -> Iterator[tuple[str, Word]]:
    """Yield what is refused in the expanded words and flags of an instruction, and where.

    A value that depends on a variable nobody gave is left alone.
    """
    known = [None if word is None or word.missing else word.text for word in words]
    if instruction.keyword in ("ADD", "COPY"):
        yield from _judge_sources(instruction, known[:-1], flags)
        return
    for word, text in zip(instruction.words, known, strict=True):
        reason = ""
        if text is None:
            continue
        if instruction.keyword == "STOPSIGNAL":
            reason = signal_refused(text)
        elif instruction.keyword == "EXPOSE":
            reason = next(filter(None, map(port_refused, text.split())), "")
        elif instruction.keyword == "VOLUME" and not text:
            reason = "VOLUME specified can not be an empty string"
        if reason:
            yield reason, word


def _judge_sources(
    instruction: Instruction, texts: Sequence[str | None], flags: Mapping[str, Expansion | None]
) -> Iterator[tuple[str, Word]]:
    sources = [text for text in texts if text is not None and not text.startswith("<<")]
    if instruction.keyword == "COPY" and (reason := copy_refused(sources)):
        yield reason, instruction.words[0]
    for flag in instruction.flags:
        value = flags.get(flag.name)
        if not value or not value.text or value.missing:
            continue
        reason = ""
        if flag.name == "chmod":
            reason = chmod_refused(value.text)
        elif flag.name == "checksum" and len(sources) == len(texts):
            reason = checksum_refused(value.text, sources)
        if reason:
            yield reason, flag.value_word


def platform_refused(text: str) -> str:
    """Judge the value of `FROM --platform=`."""
    invalid = "invalid argument"
    if "*" in text:
        return f"{quoted(text)}: wildcards not yet supported: {invalid}"
    parts = text.split("/", 3)
    system = re.match(_OS, parts[0])
    if not system:
        must = f"OSAndVersion specifier component must match {quoted(_OS_PATTERN)}"
        return f"{quoted(parts[0])} is an invalid OS component of {quoted(text)}: {must}: {invalid}"
    for part in parts[1:]:
        if not re.match(_SPECIFIER, part):
            must = f"platform specifier component must match {quoted('^[A-Za-z0-9_.-]+$')}"
            return f"{quoted(part)} is an invalid component of {quoted(text)}: {must}: {invalid}"
    if len(parts) > 3:
        return f"{quoted(text)}: cannot parse platform specifier: {invalid}"
    if len(parts) == 1 and system[1].lower() not in _SYSTEMS and text.lower() not in _ARCHITECTURES:
        return f"{quoted(text)}: unknown operating system or architecture: {invalid}"
    return ""


def signal_refused(text: str) -> str:
    """Judge the argument of STOPSIGNAL."""
    known = int(text) != 0 if re.match(_NUMBER, text) else text.upper().removeprefix("SIG") in _SIGNALS
    return "" if known else f"invalid signal: {shown(text)}"


def port_refused(text: str) -> str:
    """Judge one argument of EXPOSE, `[ip:][public:]private[/protocol]`."""
    parts = text.rsplit(":", 2)
    port, _, protocol = parts[-1].partition("/")
    if not port:
        return f"invalid port: {quoted(text)}: no port specified"
    if protocol.lower() not in _PROTOCOLS:
        return f"invalid port: {quoted(text)}: invalid proto: {shown(protocol)}"
    address = parts[0] if len(parts) == 3 else ""
    if address and not _is_address(address):
        return f"invalid IP address: {shown(address)}"
    container = _port_range(port)
    if container is None:
        return f"invalid containerPort: {shown(port)}"
    host = parts[-2] if len(parts) > 1 else ""
    if not host:
        return ""
    public = _port_range(host)
    if public is None:
        return f"invalid hostPort: {shown(host)}"
    if container[0] != container[1] and container[1] - container[0] != public[1] - public[0]:
        return f"invalid ranges specified for container and host Ports: {shown(port)} and {shown(host)}"
    return ""


def _is_address(text: str) -> bool:
    import ipaddress

    if text.startswith("[") and text.endswith("]"):
        text = text[1:-1]
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return "%" not in text


def _port_range(text: str) -> tuple[int, int] | None:
    start, dash, end = text.partition("-")
    ports = [int(port) for port in (start, end if dash else start) if re.match(_NUMBER, port)]
    if len(ports) != 2 or not 0 <= ports[0] <= ports[1] <= 65535:
        return None
    return ports[0], ports[1]


def chmod_refused(text: str) -> str:
    """Judge the value of `--chmod=` where it is a number; symbolic modes are left to the build."""
    if not text[:1].isdigit() or (re.match(_OCTAL, text) and int(text, 8) <= 0o7777):
        return ""
    return f"invalid chmod parameter: '{shown(text)}'. it should be octal string and between 0 and 07777"


def copy_refused(sources: Sequence[str]) -> str:
    """Judge the sources of COPY, which takes nothing from the network."""
    for source in sources:
        if source.startswith(("http://", "https://")):
            return "source can't be a git ref for COPY" if _is_git(source) else "source can't be a URL for COPY"
    return ""


def checksum_refused(checksum: str, sources: Sequence[str]) -> str:
    """Judge `ADD --checksum=` beside the sources of the instruction."""
    if len(sources) != 1:
        return "checksum can't be specified for multiple sources"
    url = sources[0].startswith(("http://", "https://"))
    if not url and not sources[0].startswith(("git://", "ssh://", "git@")) and not _is_git(sources[0]):
        return "checksum requires HTTP(S) or Git sources"
    return "" if _is_git(sources[0]) or not url else _digest_refused(checksum)


def _digest_refused(text: str) -> str:
    if not re.match(_CHECKSUM, text):
        return "invalid checksum digest format"
    algorithm, _, digits = text.partition(":")
    length = _DIGEST_LENGTHS.get(algorithm)
    if length is None:
        return "unsupported digest algorithm"
    if len(digits) != length:
        return "invalid checksum digest length"
    return "" if re.match(_LOWER_HEX, digits) else "invalid checksum digest format"


def _is_git(source: str) -> bool:
    """Whether a URL names a repository: its path ends in `.git` (dfgitutil/git_ref.go)."""
    return source.partition("#")[0].partition("?")[0].endswith(".git")


def interval_refused(name: str, text: str) -> str:
    """Judge a duration of HEALTHCHECK, by Go's time.ParseDuration."""
    if text.lstrip("+-") == "0" and len(text) < 3:
        return ""
    if text[-1:] in "smh" and text.isascii() and text[:-1].isdigit():
        return ""
    if not re.match(_DURATION, text):
        unitless = text.lstrip("+-").replace(".", "", 1).isdigit()
        return f"time: {'missing unit in' if unitless else 'invalid'} duration {quoted(text)}"
    seconds = sum(float(number) * _SECONDS[unit] for number, unit in re.findall(_DURATION_PART, text))
    if seconds >= 1e-9 and (text[0] == "-" or seconds < 1e-3):
        return f"Interval {quoted(name)} cannot be less than 1ms"
    return ""


def retries_refused(text: str) -> str:
    """Judge `HEALTHCHECK --retries=`, by Go's strconv.ParseInt for 32 bits."""
    if not re.match(r"[+-]?[0-9]+\Z", text):
        return f"strconv.ParseInt: parsing {quoted(text)}: invalid syntax"
    if not re.match(_NUMBER, text) or not -(2**31) <= int(text) < 2**31:
        return f"strconv.ParseInt: parsing {quoted(text)}: value out of range"
    return f"--retries cannot be negative ({int(text)})" if int(text) < 0 else ""
