"""Digests written into files of many shapes: the file reads as before, plus the digests."""

from __future__ import annotations

import re
from functools import partial

import dockerfile
import pytest
from guardrail_hooks.formats.image_reference import parse
from guardrail_hooks.pinned_base_image.edits import Pin, apply, insertion, pinned
from guardrail_hooks.pinned_base_image.uses import HOLE
from hypothesis import given
from hypothesis import strategies as st

from tests.pinned_base_image.stubs import digest_of, uses_in

INSERTED = re.compile(rb"(?::latest)?@sha256:[0-9a-f]{64}")
NAMES = st.sampled_from(["node", "docker.io/library/node", "ghcr.io/acme/app", "localhost:5000/a/b_c", "team/app-x"])
TAGS = st.sampled_from(["", ":lts", ":22", ":22.11.0-alpine3.20", ":main", ":v1"])
BREAKS = st.sampled_from(["\n", "\r\n"])
QUOTES = st.sampled_from(["", '"', "'"])


@st.composite
def dockerfiles(draw) -> bytes:
    """A Dockerfile whose images are literal, in ARGs, in defaults, in flags, and in stages."""
    lines = [draw(st.sampled_from(["# syntax=docker/dockerfile:1", "# \u00e4\u20ac", "", "\t# x"]))]
    arguments = []
    for number in range(draw(st.integers(0, 3))):
        value = draw(st.one_of(st.tuples(NAMES, TAGS).map("".join), TAGS.map(lambda tag: tag[1:])))
        if arguments and draw(st.booleans()):
            value += draw(st.sampled_from(["${%s}", "$%s", "-${%s}", ":$%s"])) % draw(st.sampled_from(arguments))
        quote = draw(QUOTES) if "$" not in value else ""
        lines.append(f"ARG A{number}={quote}{value}{quote}")
        arguments.append(f"A{number}")
    for number in range(draw(st.integers(1, 4))):
        image = draw(NAMES) + draw(TAGS)
        if draw(st.booleans()):
            name = draw(st.sampled_from([*arguments, "X"]))
            shape = [
                "$%s",
                "${%s}",
                "node:${%s}",
                "node:22-${%s}",
                "node:${%s}-slim",
                "$%s/node:lts",
                "${%s:-node:lts}",
            ]
            image = draw(st.sampled_from([*shape, "node:${%s:-lts}", "node:lts${%s:-}", "${%s}:lts"])) % name
        quote, blank = draw(QUOTES), draw(st.sampled_from([" ", "  ", "\t", " \\\n  "]))
        platform = draw(st.sampled_from(["", "--platform=$BUILDPLATFORM "]))
        alias = draw(st.sampled_from(["", f" AS s{number}", f"\tas node{number}"]))
        lines.append(f"FROM{blank}{platform}{quote}{image}{quote}{alias}")
        source = draw(st.sampled_from([*(f"s{earlier}" for earlier in range(number)), draw(NAMES) + draw(TAGS)]))
        lines += draw(
            st.lists(
                st.sampled_from(
                    [
                        "RUN echo FROM node:lts",
                        f"COPY --from={source} /a /b",
                        f"ONBUILD COPY --from={source} /a /b",
                        f"RUN --mount=type=bind,from={source},target=/x true",
                        "RUN <<EOF\nFROM node:lts\nEOF",
                        *(f"ARG {name}" for name in arguments),
                    ]
                ),
                max_size=2,
            )
        )
    text = "\n".join(lines).replace("\n", draw(BREAKS)) + draw(st.sampled_from(["", "\n"]))
    return (draw(st.sampled_from(["", "\ufeff"])) + text).encode()


@st.composite
def projects(draw) -> bytes:
    """A compose file with images in every style of YAML."""
    services = []
    for number in range(draw(st.integers(1, 4))):
        image = draw(NAMES) + draw(TAGS)
        if draw(st.booleans()):
            shape = [
                "${V:-node:lts}",
                "node:${V:-lts}",
                "node:${V-lts}",
                "node:${V:-}",
                "${R:-a.io}/node",
                "n:${A:-1}${B:-2}",
            ]
            image = draw(
                st.sampled_from([*shape, "node:lts${S:-}", "${N:-node}:lts", "node:${V:-${W:-lts}}", "$V", "a$$b"])
            )
        quote = draw(QUOTES)
        anchor = draw(st.sampled_from(["", "", f"&i{number} "]))
        written = f"{anchor}{quote}{image}{quote}"
        style = draw(st.sampled_from(["block", "flow", "alias", "folded", "built"]))
        if style == "flow" and (quote or "{" not in image):
            services.append(f'  s{number}: {{"image": {written}, x: [1]}}')
        elif style == "folded":
            services.append(f"  s{number}:\n    image: >-\n      {image}\n    \u00e4: b")
        elif style == "built":
            services.append(f"  s{number}:\n    build: .\n    image: {written}")
        else:
            services.append(f"  s{number}:\n    image: {written} # \u20ac\n    environment: [IMAGE=node:lts]")
            if anchor and style == "alias":
                services.append(f"  t{number}: {{image: *i{number} }}")
    text = "\n".join(["services:", *services]).replace("\n", draw(BREAKS)) + draw(st.sampled_from(["", "\n"]))
    return (draw(st.sampled_from(["", "\ufeff"])) + text).encode()


def pins_for(uses) -> list[Pin]:
    """A digest for every use that has none."""
    known = [use for use in uses if HOLE not in use.resolved and not use.refused and "@" not in use.resolved]
    out = []
    for use in known:
        try:
            reference = parse(use.resolved)
        except ValueError:
            continue
        out.append(Pin(use, insertion(reference, digest_of(reference.canonical))))
    return out


def check_edit(path: str, content: bytes) -> None:
    """Write digests wherever they can be written, and read the result."""
    read = partial(uses_in, path)
    before = read(content)
    if before is None:
        return
    pins = pins_for(before)
    new, done, refused = pinned(content, pins, read)
    assert len(done) + len(refused) == len(pins)
    after = read(new)
    assert after is not None
    wanted = {(pin.use.span, pin.use.role): pin.resolved for pin in done}
    assert [use.resolved for use in after] == [wanted.get((use.span, use.role), use.resolved) for use in before]
    rest = new
    for end, text in sorted({(pin.use.end, pin.text) for pin in done}):
        assert rest[end : end + len(text)] == text.encode()
        rest = rest[:end] + rest[end + len(text) :]
    assert rest == content, "nothing but the digests"
    again, done_again, _ = pinned(new, pins_for(after), read)
    assert (again, done_again) == (new, []), "a second run changes nothing"


@given(dockerfiles())
def test_dockerfiles(content) -> None:
    check_edit("Dockerfile", content)


@given(projects())
def test_compose_files(content) -> None:
    check_edit("compose.yaml", content)


@given(dockerfiles())
def test_the_official_parser_reads_the_result(content) -> None:
    before = uses_in("Dockerfile", content)
    if before is None:
        return
    new, _, _ = pinned(content, pins_for(before), partial(uses_in, "Dockerfile"))
    old_commands, commands = (dockerfile.parse_string(text.decode()) for text in (content, new))
    assert [(one.cmd, one.start_line, INSERTED.sub(b"", "\0".join(one.value).encode())) for one in commands] == [
        (one.cmd, one.start_line, "\0".join(one.value).encode()) for one in old_commands
    ]


@given(st.binary(max_size=200), st.lists(st.integers(0, 220), max_size=4))
def test_bytes_behind_the_end_and_any_order(content, ends) -> None:
    """`apply` keeps every byte, whatever the offsets."""
    (use,) = uses_in("Dockerfile", b"FROM node\n") or ()
    new = apply(content, [Pin(use._replace(end=end), "@") for end in ends])
    assert new.count(b"@") == content.count(b"@") + len(set(ends))
    assert new.replace(b"@", b"") == content.replace(b"@", b"")


def test_a_reader_that_sees_more_than_the_digest_stops_the_edit() -> None:
    content = b"FROM node\nFROM nginx\n"
    uses = uses_in("Dockerfile", content)
    assert uses

    def read(text: bytes):
        found = uses_in("Dockerfile", text)
        return found[:1] if text != content and b"nginx:latest@" in text else found

    new, done, refused = pinned(content, pins_for(uses), read)
    assert [pin.use.resolved for pin in done] == ["node"]
    assert [reason for _, reason in refused] == ["more than this image would change"]
    assert new.startswith(b"FROM node:latest@sha256:")
    assert new.endswith(b"\nFROM nginx\n")


@pytest.mark.parametrize("count", [200])
def test_many_images_that_cannot_be_pinned_cost_few_readings(count) -> None:
    """The ones that do harm are found by halving, not one by one."""
    content = b"".join(b"FROM a%d\n" % number for number in range(count))
    uses = uses_in("Dockerfile", content)
    assert uses
    readings = []

    def read(text: bytes):
        readings.append(text)
        found = uses_in("Dockerfile", text)
        return found[:-1] if b"a7:latest" in text else found

    _, done, _ = pinned(content, pins_for(uses), read)
    assert len(done) == count - 1
    assert len(readings) < 30
