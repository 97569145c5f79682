"""What the official frontend refuses: its words, and the place.

Every message was compared with BuildKit's own (frontend/dockerfile, August 2026).
"""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile import MAX_PROBLEMS, MAX_SIZE, read

SYMBOLS = "name can't start with a number or contain symbols"


def problems(content: str) -> list[str]:
    return [f"{one.span.line}:{one.span.column} {one}" for one in read(content.encode()).problems]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("", "1:1 the Dockerfile cannot be empty", id="empty"),
        pytest.param("# a\n", "1:1 file with no instructions", id="comments only"),
        pytest.param("ARG A\n", "1:1 dockerfile contains no stages to build", id="arguments only"),
        pytest.param(
            "ARG A\nRUN x\nUSER y\nFROM a\n", "2:1 no build stage in current context", id="before the first FROM"
        ),
        pytest.param("FROM a\nRUN <<A\nx\n", "2:1 unterminated heredoc", id="a here-document without end"),
        pytest.param("FROM a\nRUN <<A <<B\nA\nx\n", "2:1 unterminated heredoc", id="the second one"),
        pytest.param(
            "# escape=x\nFROM a\n", r"1:10 invalid escape token 'x' does not match ` or \ ".strip(), id="escape token"
        ),
        pytest.param(
            "# escape=` \n# Escape=`\nFROM a\n", "2:10 only one escape parser directive can be used", id="twice"
        ),
    ],
)
def test_file(content, expected):
    assert problems(content) == [expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param("FOO bar", "1 unknown instruction: FOO (did you mean FROM?)", id="unknown"),
        pytest.param("usr x", "1 unknown instruction: usr (did you mean user?)", id="unknown, in its own case"),
        pytest.param("EOFX", "1 unknown instruction: EOFX", id="unknown, like none"),
        pytest.param(
            "F\x00ROM a", "1 unknown instruction: F\\x00ROM (did you mean FROM?)", id="with a control character"
        ),
        pytest.param("X" * 100, f"1 unknown instruction: {'X' * 80}...", id="cut when long"),
        pytest.param("FROM", "1 FROM requires either one or three arguments", id="FROM alone"),
        pytest.param("FROM a b", "1 FROM requires either one or three arguments", id="FROM with two words"),
        pytest.param("FROM a # b", "1 FROM requires either one or three arguments", id="FROM with a comment"),
        pytest.param(
            "FROM a AS 1b",
            '11 invalid name for build stage: "1b", name can\'t start with a number or contain symbols',
            id="a stage name",
        ),
        pytest.param("FROM --foo=x a", "6 unknown flag: --foo", id="a flag FROM has not"),
        pytest.param(
            "FROM --platfrom=x a", "6 unknown flag: --platfrom (did you mean platform?)", id="a flag misspelt"
        ),
        pytest.param("ENV", "1 ENV requires at least one argument", id="ENV alone"),
        pytest.param("ENV a", "1 ENV must have two arguments", id="ENV with a name"),
        pytest.param(
            "ENV a=b c",
            '9 Syntax error - can\'t find = in "c". Must be of the form: name=value',
            id="ENV with a name behind a pair",
        ),
        pytest.param("ENV =b", "5 ENV names can not be blank", id="ENV without a name"),
        pytest.param(
            "LABEL a=b c", '11 Syntax error - can\'t find = in "c". Must be of the form: name=value', id="LABEL"
        ),
        pytest.param("ENV --x a=b", "5 unknown flag: --x", id="ENV with a flag"),
        pytest.param("LABEL --x a=b", "7 unknown flag: --x", id="LABEL with a flag"),
        pytest.param("ENV a=b =c", "9 ENV names can not be blank", id="a second pair without a name"),
        pytest.param("LABEL ''=c d= =e", "15 LABEL names can not be blank", id="quotes are a name"),
        pytest.param("LABEL", "1 LABEL requires at least one argument", id="LABEL alone"),
        pytest.param("ARG a =b", "7 ARG names can not be blank", id="a second argument without a name"),
        pytest.param("ARG", "1 ARG requires at least one argument", id="ARG alone"),
        pytest.param("ARG =b", "5 ARG names can not be blank", id="ARG without a name"),
        pytest.param("USER", "1 USER requires exactly one argument", id="USER alone"),
        pytest.param("WORKDIR", "1 WORKDIR requires exactly one argument", id="WORKDIR alone"),
        pytest.param("STOPSIGNAL", "1 STOPSIGNAL requires exactly one argument", id="STOPSIGNAL alone"),
        pytest.param("MAINTAINER", "1 MAINTAINER requires exactly one argument", id="MAINTAINER alone"),
        pytest.param(
            "COPY a",
            "1 COPY requires at least two arguments, but only one was provided. Destination could not be determined",
            id="COPY to nowhere",
        ),
        pytest.param(
            'ADD ["a"]',
            "1 ADD requires at least two arguments, but only one was provided. Destination could not be determined",
            id="ADD to nowhere",
        ),
        pytest.param(
            "COPY a <<b\nb", "8 COPY cannot accept a heredoc as a destination", id="COPY into a here-document"
        ),
        pytest.param("ADD --from=a b c", "5 unknown flag: --from", id="a flag that only COPY has"),
        pytest.param("COPY --from a b", "6 missing a value on flag: --from", id="a flag without its value"),
        pytest.param(
            "COPY --link=x a b", "13 expecting boolean value for flag --link, not: x", id="a flag that is yes or no"
        ),
        pytest.param("COPY --link= a b", "6 missing a value on flag: --link", id="a flag that is neither"),
        pytest.param("COPY --chown=a --chown=b c d", "16 duplicate flag specified: --chown", id="a flag given twice"),
        pytest.param("USER --x y", "6 unknown flag: --x", id="a flag where there are none"),
        pytest.param(
            "CMD [1]",
            "5 when using JSON array syntax, arrays must be comprised of strings only",
            id="numbers in an array",
        ),
        pytest.param(
            'RUN ["a", null]',
            "5 when using JSON array syntax, arrays must be comprised of strings only",
            id="null in an array",
        ),
        pytest.param("USER --x=1 y", "6 unknown flag: --x", id="a flag with a value where there are none"),
        pytest.param("WORKDIR --x y", "9 unknown flag: --x", id="of WORKDIR"),
        pytest.param("MAINTAINER --x y", "12 unknown flag: --x", id="of MAINTAINER"),
        pytest.param("CMD --x y", "5 unknown flag: --x", id="of CMD"),
        pytest.param("ENTRYPOINT --x y", "12 unknown flag: --x", id="of ENTRYPOINT"),
        pytest.param("EXPOSE --x 80", "8 unknown flag: --x", id="of EXPOSE"),
        pytest.param('SHELL --x ["y"]', "7 unknown flag: --x", id="of SHELL"),
        pytest.param("VOLUME --x /y", "8 unknown flag: --x", id="of VOLUME"),
        pytest.param("RUN --x y", "5 unknown flag: --x", id="of RUN"),
        pytest.param("ONBUILD --x RUN y", "9 unknown flag: --x", id="of ONBUILD"),
        pytest.param("HEALTHCHECK --x CMD y", "13 unknown flag: --x", id="of HEALTHCHECK"),
        pytest.param(
            "HEALTHCHECK --start-periot=1s CMD y",
            "13 unknown flag: --start-periot (did you mean start-period?)",
            id="a flag of HEALTHCHECK misspelt",
        ),
        pytest.param("FROM --platform a", "6 missing a value on flag: --platform", id="a platform without its value"),
        pytest.param("FROM --platform=a --platform=b c", "19 duplicate flag specified: --platform", id="two platforms"),
        pytest.param("FROM a AS é", f'11 invalid name for build stage: "é", {SYMBOLS}', id="a stage beyond ASCII"),
        pytest.param("FROM a AS _b", f'11 invalid name for build stage: "_b", {SYMBOLS}', id="a stage with a line"),
        pytest.param("FROM a AT b", "1 FROM requires either one or three arguments", id="FROM with another word"),
        pytest.param("FROM a AS b c", "1 FROM requires either one or three arguments", id="FROM with four words"),
        pytest.param("COPY --link=1 a b", "13 expecting boolean value for flag --link, not: 1", id="a number"),
        pytest.param('VOLUME ["/a", "\\t "]', "8 VOLUME specified can not be an empty string", id="VOLUME of blanks"),
        pytest.param("ADD a b <<E\nE", "9 ADD cannot accept a heredoc as a destination", id="ADD into a here-document"),
        pytest.param("healthcheck none x", "1 HEALTHCHECK NONE takes no arguments", id="in small letters"),
        pytest.param("HEALTHCHECK foo x", '13 Unknown type "FOO" in HEALTHCHECK (try CMD)', id="told in capitals"),
        pytest.param(
            "HEALTHCHECK --interval CMD x", "13 missing a value on flag: --interval", id="an interval without its value"
        ),
        pytest.param(
            "HEALTHCHECK --interval=1s --start-interval=x CMD y",
            '44 time: invalid duration "x"',
            id="the second of two durations",
        ),
        pytest.param(
            "HEALTHCHECK --start-period=1us CMD x",
            '28 Interval "start-period" cannot be less than 1ms',
            id="a start too short",
        ),
        pytest.param("RUN --network y", "5 missing a value on flag: --network", id="a network without its value"),
        pytest.param("RUN --network= y", '5 invalid network mode ""', id="an empty one"),
        pytest.param("RUN --network=none --security= y", '20 security "" is not valid', id="an empty security mode"),
        pytest.param("RUN --device= y", "5 failed to parse csv devices: EOF", id="an empty device"),
        pytest.param("ONBUILD MAINTAINER x", "9 MAINTAINER isn't allowed as an ONBUILD trigger", id="as a trigger"),
        pytest.param("SHELL sh", "1 SHELL requires the arguments to be in JSON form", id="SHELL as text"),
        pytest.param("SHELL []", "1 SHELL requires at least one argument", id="SHELL of nothing"),
        pytest.param("VOLUME", "1 VOLUME requires at least one argument", id="VOLUME alone"),
        pytest.param('VOLUME [""]', "8 VOLUME specified can not be an empty string", id="VOLUME of nothing"),
        pytest.param("EXPOSE", "1 EXPOSE requires at least one argument", id="EXPOSE alone"),
        pytest.param("ONBUILD", "1 ONBUILD requires at least one argument", id="ONBUILD alone"),
        pytest.param(
            "ONBUILD ONBUILD RUN x", "9 Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed", id="ONBUILD twice"
        ),
        pytest.param("ONBUILD FROM x", "9 FROM isn't allowed as an ONBUILD trigger", id="FROM as a trigger"),
        pytest.param("ONBUILD ENV x", "9 ENV must have two arguments", id="a trigger that cannot be taken apart"),
        pytest.param("HEALTHCHECK", "1 HEALTHCHECK requires at least one argument", id="HEALTHCHECK alone"),
        pytest.param("HEALTHCHECK FOO x", '13 Unknown type "FOO" in HEALTHCHECK (try CMD)', id="a check of no type"),
        pytest.param("HEALTHCHECK CMD", "1 Missing command after HEALTHCHECK CMD", id="a check of nothing"),
        pytest.param("HEALTHCHECK NONE x", "1 HEALTHCHECK NONE takes no arguments", id="no check of something"),
        pytest.param(
            "HEALTHCHECK --interval=5 CMD x", '24 time: missing unit in duration "5"', id="a bare number of seconds"
        ),
        pytest.param("HEALTHCHECK --timeout=x CMD x", '23 time: invalid duration "x"', id="no duration"),
        pytest.param(
            "HEALTHCHECK --timeout=1us CMD x", '23 Interval "timeout" cannot be less than 1ms', id="too short"
        ),
        pytest.param(
            "HEALTHCHECK --retries=x CMD x", '23 strconv.ParseInt: parsing "x": invalid syntax', id="no number"
        ),
        pytest.param("HEALTHCHECK --retries=-1 CMD x", "23 --retries cannot be negative (-1)", id="less than none"),
        pytest.param(
            "HEALTHCHECK --retries=9999999999 CMD x",
            '23 strconv.ParseInt: parsing "9999999999": value out of range',
            id="too many",
        ),
        pytest.param("RUN --network=x y", '15 invalid network mode "x"', id="a network that is none"),
        pytest.param("RUN --security=x y", '16 security "x" is not valid', id="a security mode that is none"),
        pytest.param(
            "RUN --mount=from=$X y",
            "13 'from' doesn't support variable expansion, define alias stage instead",
            id="a variable in a mount",
        ),
        pytest.param("RUN --mount= y", "5 failed to parse csv mounts: EOF", id="an empty mount"),
        pytest.param(
            "RUN --mount=a'\"'b y",
            '13 failed to parse csv mounts: parse error on line 1, column 2: bare " in non-quoted-field',
            id="a quote in a mount",
        ),
        pytest.param("RUN --device=a,b y", "14 invalid field 'b' must be a key=value pair", id="two devices in one"),
    ],
)
def test_instruction(line, expected):
    assert problems(f"FROM a\n{line}\n") == [f"2:{expected}"]


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("USER a b", id="USER takes the rest of the line"),
        pytest.param("RUN", id="RUN of nothing"),
        pytest.param("CMD", id="CMD of nothing"),
        pytest.param("ENTRYPOINT []", id="ENTRYPOINT of nothing takes it away"),
        pytest.param("ARG --x y", id="nobody looks at the flags of ARG"),
        pytest.param("STOPSIGNAL --x 9", id="nor of STOPSIGNAL"),
        pytest.param("ONBUILD FOO x", id="a trigger is looked at when it fires"),
        pytest.param("HEALTHCHECK --x NONE", id="nor are flags where there is no check"),
        pytest.param("HEALTHCHECK --interval=1h30m2.5s --retries=+3 CMD x", id="a long duration"),
        pytest.param("HEALTHCHECK --interval=0 CMD x", id="zero needs no unit"),
        pytest.param("COPY --exclude=a --exclude=b c d", id="a flag that may be repeated"),
        pytest.param("ENV a b=c", id="the old form"),
        pytest.param('CMD ["a"] b', id="an array with text behind it is text"),
        pytest.param("CMD ['a']", id="single quotes are no JSON"),
        pytest.param("CMD [NaN]", id="nor is NaN"),
        pytest.param("FROM a aS B-1_2.x", id="a stage name"),
        pytest.param("COPY --link=TRUE --parents=false a b", id="flags that are yes or no, in any case"),
        pytest.param("COPY --link a b", id="or just given"),
        pytest.param("ADD --keep-git-dir --unpack=false --exclude=x a b", id="flags of ADD"),
        pytest.param("COPY --chown= a b", id="an empty value"),
        pytest.param("COPY -- --x b", id="no flag behind two dashes"),
        pytest.param("COPY a<<b c", id="no here-document"),
        pytest.param("COPY a b<<c", id="nor as a destination"),
        pytest.param("RUN --network=host --security=insecure --mount=target=/x --mount=target=/y z", id="flags of RUN"),
        pytest.param("HEALTHCHECK --interval= --retries= CMD x", id="empty values"),
        pytest.param('HEALTHCHECK CMD ["x"]', id="a check in JSON"),
        pytest.param("HEALTHCHECK NONE", id="no check"),
        pytest.param("LABEL a b c", id="the old form of LABEL"),
        pytest.param("VOLUME a b", id="two volumes"),
        pytest.param("ONBUILD HEALTHCHECK --interval=1 CMD x", id="a trigger's flags are looked at when it fires"),
        pytest.param("RUN --mount=type=$X,target=$Y z", id="variables elsewhere in a mount"),
        pytest.param("RUN --device=vendor.com/class=gpu,required y", id="a device"),
    ],
)
def test_not_refused(line):
    assert problems(f"FROM a\n{line}\n") == []


def test_the_instruction_of_a_problem_can_be_found():
    dockerfile = read(b"FROM debian:12 # base\nFOO\n")
    first, second = dockerfile.instructions
    assert str(dockerfile.refused[first]) == "FROM requires either one or three arguments"
    assert first.trailing_comment is not None
    assert tuple(first.trailing_comment.span) == (1, 16, 1, 17)
    assert second.trailing_comment is None
    assert dockerfile.stages[0].base.image == "debian:12", "the rest is read as far as it goes"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("ARG A\nRUN x\nCOPY a\nFROM a\n", ["2:1 no build", "3:1 COPY requires"], id="only the first"),
        pytest.param("USER\nRUN x\n", ["1:1 USER requires", "2:1 no build"], id="that has no fault of its own"),
        pytest.param("FROM\nRUN x\n", ["1:1 FROM requires"], id="a FROM with a fault is one"),
        pytest.param("# check=a\n# check=b\nRUN x\n", ["2:9 only one", "3:1 no build"], id="in the order of the file"),
        pytest.param("ARG A\nARG B", ["2:1 dockerfile contains"], id="no stage: the last instruction"),
        pytest.param("ARG\n", ["1:1 ARG requires"], id="which is not told beside another fault"),
    ],
)
def test_several(content, expected):
    found = problems(content)
    assert len(found) == len(expected)
    assert all(one.startswith(start) for one, start in zip(found, expected, strict=True)), found


def test_a_file_that_is_no_dockerfile_is_not_read_to_the_end():
    dockerfile = read(b"x\n" * 1000)
    assert len(dockerfile.problems) == MAX_PROBLEMS
    assert len(dockerfile.instructions) == MAX_PROBLEMS


def test_a_file_beyond_all_measure_is_not_read():
    assert read(b"FROM a\n" + b"#" * 60_000 + b"\n").problems == ()
    assert read(b"FROM a\n" + (b"#" * 49 + b"\n") * 4999 + b"#" * 43).problems == (), "the largest that is"
    found = read(b"FROM a\n" * (MAX_SIZE // 7 + 1))
    assert [str(problem) for problem in found.problems] == ["file is larger than 250000 bytes"]
    assert [tuple(problem.span) for problem in found.problems] == [(1, 1, 1, 1)]
    assert found.stages == ()
