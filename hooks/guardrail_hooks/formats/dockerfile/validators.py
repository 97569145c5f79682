"""What the official frontend refuses in a single instruction, in its own words.

Follows BuildKit, `frontend/dockerfile/instructions/parse.go` and `bflag.go`: arguments and flags of each instruction.
What needs variables or other stages to be judged is in stages.py.
"""

from __future__ import annotations

import re

from guardrail_hooks.formats.dockerfile.directives import SPACE
from guardrail_hooks.formats.dockerfile.instructions import KEYWORDS
from guardrail_hooks.formats.dockerfile.wording import did_you_mean, quoted, shown
from guardrail_hooks.formats.place import Malformed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from guardrail_hooks.formats.dockerfile.instructions import Flag, Instruction

_STAGE_NAME = r"[a-z][a-z0-9\-_.]*\Z"  # parse.go, validStageName

# parse.go and commands_run*.go: the flags of each instruction. Repeated: may be given several times.
_BOOLEAN, _STRING, _REPEATED = "boolean", "string", "repeated"
_FLAGS: dict[str, dict[str, str]] = {
    "ADD": {
        "chown": _STRING,
        "chmod": _STRING,
        "link": _BOOLEAN,
        "keep-git-dir": _BOOLEAN,
        "checksum": _STRING,
        "unpack": _BOOLEAN,
        "exclude": _REPEATED,
    },
    "COPY": {
        "chown": _STRING,
        "from": _STRING,
        "chmod": _STRING,
        "link": _BOOLEAN,
        "exclude": _REPEATED,
        "parents": _BOOLEAN,
    },
    "FROM": {"platform": _STRING},
    "HEALTHCHECK": {
        "interval": _STRING,
        "timeout": _STRING,
        "start-period": _STRING,
        "start-interval": _STRING,
        "retries": _STRING,
    },
    "RUN": {"mount": _REPEATED, "network": _STRING, "security": _STRING, "device": _REPEATED},
}
_NETWORKS = frozenset({"default", "none", "host"})  # commands_runnetwork.go
_SECURITY = frozenset({"insecure", "sandbox"})  # commands_runsecurity.go


def check(instruction: Instruction) -> Malformed | None:
    """Return what the frontend refuses in this instruction, whatever stands around it."""
    try:
        _check(instruction)
    except Malformed as error:
        return error
    return None


def _check(instruction: Instruction) -> None:
    check_keyword = _CHECKS.get(instruction.keyword)
    if check_keyword is None:
        hint = did_you_mean(instruction.written, KEYWORDS, case_sensitive=False)
        raise Malformed(f"unknown instruction: {shown(instruction.written)}{hint}", instruction.span)
    check_keyword(instruction)


def _check_trigger(trigger: Instruction) -> None:
    if trigger.keyword == "ONBUILD":
        raise Malformed("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", trigger.span)
    if trigger.keyword in ("MAINTAINER", "FROM"):
        raise Malformed(f"{trigger.keyword} isn't allowed as an ONBUILD trigger", trigger.span)


def _check_flags(instruction: Instruction) -> None:
    if not instruction.flags:
        return
    known = _FLAGS.get(instruction.keyword, {})
    seen: set[str] = set()
    for flag in instruction.flags:
        if flag.word.text == "--":
            return
        kind = known.get(flag.name)
        if kind is None:
            hint = did_you_mean(flag.name, known, case_sensitive=True)
            raise Malformed(f"unknown flag: --{shown(flag.name)}{hint}", flag.span)
        if flag.name in seen and kind is not _REPEATED:
            raise Malformed(f"duplicate flag specified: --{flag.name}", flag.span)
        seen.add(flag.name)
        if kind is _BOOLEAN:
            _check_boolean(flag)
        elif flag.value is None:
            raise Malformed(f"missing a value on flag: --{flag.name}", flag.span)


def _check_boolean(flag: Flag) -> None:
    if flag.value == "":
        raise Malformed(f"missing a value on flag: --{flag.name}", flag.span)
    if flag.value is not None and flag.value.lower() not in ("true", "false"):
        message = f"expecting boolean value for flag --{flag.name}, not: {shown(flag.value)}"
        raise Malformed(message, flag.value_span)


def _at_least_one(instruction: Instruction) -> None:
    if not instruction.words:
        raise Malformed(f"{instruction.keyword} requires at least one argument", instruction.span)


def _exactly_one(instruction: Instruction) -> None:
    if len(instruction.words) != 1:
        raise Malformed(f"{instruction.keyword} requires exactly one argument", instruction.span)


def _one_argument(instruction: Instruction) -> None:
    _exactly_one(instruction)
    _check_flags(instruction)


def _check_names(instruction: Instruction) -> None:
    if instruction.keyword != "ARG":
        _check_flags(instruction)
    _at_least_one(instruction)
    names = instruction.words if instruction.keyword == "ARG" else instruction.words[::2]
    if any(not name.text or name.text[0] == "=" for name in names):
        blank = next(pair for pair in instruction.pairs if not pair.name)
        raise Malformed(f"{instruction.keyword} names can not be blank", blank.word.span)


def _check_copy(instruction: Instruction) -> None:
    if len(instruction.words) < 2:
        message = "requires at least two arguments, but only one was provided. Destination could not be determined"
        raise Malformed(f"{instruction.keyword} {message}", instruction.span)
    _check_flags(instruction)
    destination = instruction.words[-1]
    if "<<" in destination.text and _is_heredoc(destination.text):
        raise Malformed(f"{instruction.keyword} cannot accept a heredoc as a destination", destination.span)


def _is_heredoc(word: str) -> bool:
    from guardrail_hooks.formats.dockerfile.heredocs import heredoc_word

    return heredoc_word(word) is not None


def _check_expose(instruction: Instruction) -> None:
    _at_least_one(instruction)
    _check_flags(instruction)


def _check_from(instruction: Instruction) -> None:
    words = instruction.words
    if len(words) == 3 and words[1].text.lower() == "as":
        if not re.match(_STAGE_NAME, words[2].text.lower()):
            message = "name can't start with a number or contain symbols"
            raise Malformed(f"invalid name for build stage: {quoted(words[2].text)}, {message}", words[2].span)
    elif len(words) != 1:
        raise Malformed("FROM requires either one or three arguments", instruction.span)
    _check_flags(instruction)


def _check_health(instruction: Instruction) -> None:
    _at_least_one(instruction)
    kind = instruction.words[0].text.upper()
    if kind == "NONE":
        if len(instruction.words) > 1:
            raise Malformed("HEALTHCHECK NONE takes no arguments", instruction.span)
        return
    _check_flags(instruction)
    if kind != "CMD":
        message = f"Unknown type {quoted(kind)} in HEALTHCHECK (try CMD)"
        raise Malformed(message, instruction.words[0].span)
    if len(instruction.words) < 2:
        raise Malformed("Missing command after HEALTHCHECK CMD", instruction.span)
    from guardrail_hooks.formats.dockerfile.values import interval_refused, retries_refused

    for flag in instruction.flags:
        if flag.value:
            reason = retries_refused(flag.value) if flag.name == "retries" else interval_refused(flag.name, flag.value)
            if reason:
                raise Malformed(reason, flag.value_span)


def _check_onbuild(instruction: Instruction) -> None:
    if instruction.trigger is None:
        raise Malformed("ONBUILD requires at least one argument", instruction.span)
    _check_flags(instruction)
    _check_trigger(instruction.trigger)


def _check_run(instruction: Instruction) -> None:
    if not instruction.flags:
        return
    from guardrail_hooks.formats.dockerfile.mounts import check_device, check_mount_sources

    _check_flags(instruction)
    for flag in instruction.flags:
        value = flag.value or ""
        if flag.name == "mount":
            check_mount_sources(value, flag.value_span)
        elif flag.name == "network" and value not in _NETWORKS:
            raise Malformed(f"invalid network mode {quoted(value)}", flag.value_span)
        elif flag.name == "security" and value not in _SECURITY:
            raise Malformed(f"security {quoted(value)} is not valid", flag.value_span)
        elif flag.name == "device":
            check_device(value, flag.value_span)


def _check_shell(instruction: Instruction) -> None:
    _check_flags(instruction)
    _at_least_one(instruction)
    if not instruction.json:
        raise Malformed("SHELL requires the arguments to be in JSON form", instruction.span)


def _check_volume(instruction: Instruction) -> None:
    _at_least_one(instruction)
    _check_flags(instruction)
    for word in instruction.words:
        if not word.text.strip(SPACE):
            raise Malformed("VOLUME specified can not be an empty string", word.span)


_CHECKS: dict[str, Callable[[Instruction], None]] = {
    "ADD": _check_copy,
    "ARG": _check_names,
    "CMD": _check_flags,
    "COPY": _check_copy,
    "ENTRYPOINT": _check_flags,
    "ENV": _check_names,
    "EXPOSE": _check_expose,
    "FROM": _check_from,
    "HEALTHCHECK": _check_health,
    "LABEL": _check_names,
    "MAINTAINER": _one_argument,
    "ONBUILD": _check_onbuild,
    "RUN": _check_run,
    "SHELL": _check_shell,
    "STOPSIGNAL": _exactly_one,  # the frontend never looks at its flags
    "USER": _one_argument,
    "VOLUME": _check_volume,
    "WORKDIR": _one_argument,
}
