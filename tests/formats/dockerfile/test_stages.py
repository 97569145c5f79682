"""Stages as a build sees them: bases, variables, users, commands, and who takes what from whom."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.dockerfile import Dockerfile, Stage, read


def parsed(content: str, **build_args: str) -> Dockerfile:
    return read(content.encode(), build_args=build_args)


def stages(content: str, **build_args: str) -> tuple[Stage, ...]:
    return parsed(content, **build_args).stages


def bases(content: str, **build_args: str) -> list[str]:
    """Images by name, stages as `-> number`, what only the caller decides as `?`."""
    out = []
    for stage in stages(content, **build_args):
        base = stage.base
        out.append(f"-> {base.stage.index}" if base.stage else base.image if base.resolved else "?")
    return out


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("FROM a:1", ["a:1"], id="an image"),
        pytest.param("FROM a AS b\nFROM b", ["a", "-> 0"], id="a stage"),
        pytest.param("FROM a AS Build\nFROM build", ["a", "-> 0"], id="names are stored in lower case"),
        pytest.param("FROM a AS Build\nFROM Build", ["a", "Build"], id="and looked up as they are written"),
        pytest.param("FROM nginx AS nginx", ["nginx"], id="a stage is not its own base"),
        pytest.param("FROM b\nFROM a AS b", ["b", "a"], id="a later stage is an image"),
        pytest.param("FROM a AS x\nFROM b AS x\nFROM x", ["a", "b", "-> 1"], id="the last of two names"),
        pytest.param("FROM a\nFROM 0", ["a", "0"], id="a number is an image"),
        pytest.param("FROM scratch AS scratch\nFROM scratch", ["scratch", "-> 0"], id="even scratch can be a stage"),
        pytest.param("FROM a AS b\nFROM b:latest", ["a", "b:latest"], id="a name with a tag is an image"),
        pytest.param("ARG V=8\nFROM a AS b-8\nFROM b-${V}", ["a", "-> 0"], id="a name with a variable"),
        pytest.param("FROM a AS b-amd64\nFROM b-$TARGETARCH", ["a", "-> 0"], id="the platform it is built for"),
        pytest.param("ARG V\nFROM a:$V", ["?"], id="an argument without a value"),
        pytest.param("FROM a:$V", ["?"], id="an argument that is not declared"),
        pytest.param("FROM a\nARG V=1\nFROM a:$V", ["a", "?"], id="one that is declared in a stage"),
        pytest.param("ARG V=1\nARG W=$V.2\nFROM a:$W", ["a:1.2"], id="an argument made of another"),
        pytest.param("ARG V=1\nARG V=2\nFROM a:$V", ["a:2"], id="an argument given twice"),
        pytest.param("ARG V=1\nARG V\nFROM a:$V", ["a:1"], id="declared again without a default, it keeps its value"),
        pytest.param("ARG A=$B\nFROM a:$A", ["?"], id="an argument made of one that is missing"),
        pytest.param("ARG A=${B:-1}\nFROM a:$A", ["a:1"], id="or of its default"),
        pytest.param("FROM ${X:?name it}", ["?"], id="an argument that the caller must give"),
        pytest.param("ARG v=1\nFROM a:$V", ["?"], id="names are told apart by case"),
        pytest.param("FROM --platform=linux/arm64 a", ["a"], id="a flag is no image"),
        pytest.param("FROM a b", ["a"], id="what can be read of a refused FROM"),
        pytest.param("FROM", [], id="nothing of an empty one"),
    ],
)
def test_base(content, expected):
    assert bases(content) == expected


def test_build_arguments_replace_defaults():
    content = "ARG V=1 W=2\nFROM a:$V.$W.$TARGETARCH AS x\nARG V\nARG U=u\nUSER $U-$V"
    assert bases(content, V="9", TARGETARCH="arm64") == ["a:9.2.arm64"]
    assert user(content, V="9", U="z") == "z-9"


@pytest.mark.parametrize(
    ("content", "image", "resolved"),
    [
        pytest.param("FROM a:1", "a:1", True, id="an image"),
        pytest.param("FROM a AS b\nFROM b", "", True, id="a stage is no image"),
        pytest.param("FROM ${X:?name it}", "", False, id="nothing of what the caller must give"),
        pytest.param("FROM a:$X-b", "a:-b", False, id="what is left without a variable"),
        pytest.param("ARG X=\nFROM $X", "", False, id="an empty one"),
        pytest.param("FROM ${}", "", False, id="one that cannot be expanded"),
        pytest.param("FROM scratch", "scratch", True, id="the empty image"),
    ],
)
def test_image_of_the_base(content, image, resolved):
    base = stages(content)[-1].base
    assert (base.image, base.resolved, base.scratch) == (image, resolved, image == "scratch")


@pytest.mark.parametrize(
    ("content", "platform", "missing"),
    [
        pytest.param("FROM a", None, None, id="none"),
        pytest.param("FROM --platform= a", None, None, id="an empty one"),
        pytest.param("FROM --platform=linux/arm64 a", "linux/arm64", set(), id="as written"),
        pytest.param("FROM --platform=$BUILDPLATFORM a", "linux/amd64", set(), id="the machine's"),
        pytest.param("FROM --platform=$P a", "", {"P"}, id="the caller's"),
        pytest.param("FROM --platform=${P:?} a", "", {"P"}, id="the caller's, required"),
    ],
)
def test_platform(content, platform, missing):
    found = stages(content)[-1].platform
    assert (found and found.text, found and found.missing) == (platform, missing)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("FROM a", ("", "stage-0", None), id="no name"),
        pytest.param("FROM a AS Build", ("build", "build", "Build"), id="a name, and as it is written"),
        pytest.param("FROM a as b", ("b", "b", "b"), id="in small letters"),
        pytest.param("FROM a b c", ("", "stage-0", None), id="another word than AS"),
    ],
)
def test_name(content, expected):
    (stage,) = stages(content)
    assert (stage.name, stage.title, stage.alias and stage.alias.text) == expected


@pytest.mark.parametrize(
    ("content", "build_args", "name", "expected"),
    [
        pytest.param("ENV X=1", {}, "X", ("ENV", "X", "1", (2, 7)), id="ENV"),
        pytest.param("ENV X 1", {}, "X", ("ENV", "X", "1", (2, 7)), id="the old form"),
        pytest.param("ARG X=1", {}, "X", ("ARG", "X", "1", (2, 7)), id="ARG"),
        pytest.param("ARG X=1", {"X": "2"}, "X", ("build-arg", "X", "2", None), id="the caller's"),
        pytest.param("ARG X", {"X": "2"}, "X", ("build-arg", "X", "2", None), id="the caller's alone"),
        pytest.param("ARG X", {"X": ""}, "X", ("build-arg", "X", "", None), id="an empty one of the caller's"),
        pytest.param("ARG TARGETOS", {}, "TARGETOS", ("platform", "TARGETOS", "linux", None), id="predefined"),
        pytest.param(
            "ARG TARGETSTAGE", {}, "TARGETSTAGE", ("platform", "TARGETSTAGE", "default", None), id="the stage"
        ),
        pytest.param(
            "ARG TARGETOS", {"TARGETOS": "x"}, "TARGETOS", ("build-arg", "TARGETOS", "x", None), id="replaced"
        ),
        pytest.param("ARG BUILDKIT_SBOM_SCAN_STAGE=1", {}, "BUILDKIT_SBOM_SCAN_STAGE", None, id="never in a stage"),
        pytest.param("ARG X", {}, "X", None, id="no value"),
        pytest.param("ENV X=${Y:?}", {}, "X", ("ENV", "X", "", (2, 7)), id="a value that the caller must give"),
        pytest.param("ENV X=${}", {}, "X", None, id="one that cannot be expanded"),
        pytest.param("ENV ${}=1 X=2", {}, "X", ("ENV", "X", "2", (2, 13)), id="beside a name that cannot"),
    ],
)
def test_what_gave_a_variable_its_value(content, build_args, name, expected):
    value = stages(f"FROM a\n{content}\n", **build_args)[0].scope.view().get(name)
    if value is None:
        assert expected is None
        return
    definition = value.definition
    place = definition.word.span[:2] if definition.word else None
    assert (definition.kind, definition.name, value.text, place) == expected
    assert (definition.instruction is None) == (definition.kind == "platform")


def test_all_variables_of_a_stage():
    content = "ARG TARGETARCH=z\nFROM a AS b\nENV B=1 A=2\nFROM b\nENV A=3\nARG C\nARG TARGETARCH\n"
    first, second = stages(content)
    assert [(name, value.text) for name, value in first.scope.view().items()] == [("A", "2"), ("B", "1")]
    assert [(name, value.text) for name, value in second.scope.view().items()] == [
        ("A", "3"),
        ("B", "1"),
        ("TARGETARCH", "z"),
    ]
    assert [name for name, _ in second.steps[0].scope.items()] == ["A", "B"]


def user(content: str, **build_args: str) -> str | None:
    found = stages(content, **build_args)[-1].user
    return found.text if found else None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("FROM a", None, id="none"),
        pytest.param("FROM a\nUSER x\nUSER y", "y", id="the last"),
        pytest.param("FROM a\nUSER 'x'\"y\"z", "xyz", id="without its quotes"),
        pytest.param("FROM a\nUSER x y", "x y", id="the whole line"),
        pytest.param("FROM a AS b\nUSER x\nFROM b", "x", id="the one of the stage below"),
        pytest.param("FROM a AS b\nUSER x\nFROM a", None, id="not that of another"),
        pytest.param("FROM a AS b\nUSER x\nFROM b\nUSER y", "y", id="its own before that"),
        pytest.param("FROM a\nONBUILD USER x", None, id="a trigger does not fire where it stands"),
        pytest.param("FROM a AS b\nONBUILD USER x\nFROM b", "x", id="but in the stage above"),
        pytest.param("FROM a AS b\nONBUILD USER x\nFROM b\nUSER y", "y", id="before the stage's own instructions"),
        pytest.param("FROM a AS b\nONBUILD USER x\nFROM b AS c\nFROM c", "x", id="what it set is inherited"),
        pytest.param("FROM a AS b\nONBUILD USER x\nFROM b AS c\nUSER y\nFROM c", "y", id="it fires once only"),
        pytest.param("FROM a AS b\nONBUILD USER $U\nFROM b", "", id="with the variables of the stage it fires in"),
        pytest.param("FROM a AS b\nARG U=x\nONBUILD USER $U\nFROM b", "x", id="which has those of its base"),
        pytest.param("FROM a\nENV U=x\nUSER $U", "x", id="ENV"),
        pytest.param("FROM a\nARG U=x\nUSER $U", "x", id="ARG"),
        pytest.param("FROM a\nARG U=x\nENV U=y\nUSER $U", "y", id="ENV after ARG"),
        pytest.param("FROM a\nENV U=y\nARG U=x\nUSER $U", "x", id="ARG after ENV"),
        pytest.param("FROM a\nENV U=y\nARG U\nUSER $U", "y", id="ARG without a default sets nothing"),
        pytest.param("FROM a\nUSER $U\nARG U=x", "", id="too early"),
        pytest.param("ARG U=x\nFROM a\nUSER $U", "", id="a global argument is not seen"),
        pytest.param("ARG U=x\nFROM a\nARG U\nUSER $U", "x", id="until it is declared"),
        pytest.param("ARG U=x\nFROM a\nARG U=y\nUSER $U", "y", id="with a default of its own, or not"),
        pytest.param("FROM a AS b\nARG U=x\nFROM b\nUSER $U", "x", id="the arguments of the base are"),
        pytest.param("FROM a\nARG U=x\nFROM b\nUSER $U", "", id="those of another stage are not"),
        pytest.param("FROM a\nENV A=x\nENV A=y B=$A\nUSER $B", "x", id="a line of ENV sees what was before"),
        pytest.param("FROM a\nARG A=x\nARG A=y B=$A\nUSER $B", "y", id="a line of ARG sees itself"),
        pytest.param("FROM a\nENV A x y\nUSER $A", "x y", id="the old form of ENV"),
        pytest.param("FROM a\nENV N=A\nENV $N=x\nUSER $A", "x", id="a name made of a variable"),
        pytest.param("FROM a\nARG TARGETARCH\nUSER $TARGETARCH", "amd64", id="a predefined argument, declared"),
        pytest.param("FROM a\nUSER $TARGETARCH", "", id="or not"),
        pytest.param("FROM a\nARG TARGETOS=x\nUSER $TARGETOS", "x", id="a default hides it"),
        pytest.param("FROM a AS c\nARG TARGETSTAGE\nUSER $TARGETSTAGE", "c", id="the name of the last stage"),
        pytest.param("# escape=`\nFROM a\nUSER a`$b\\c", "a$b\\c", id="the escape token"),
    ],
)
def test_user(content, expected):
    assert user(content) == expected


def test_the_user_knows_where_it_was_decided():
    (stage, above) = stages("FROM a AS b\nONBUILD USER \\\n  x\nFROM b\n")
    assert stage.user is None
    assert above.user is not None
    assert above.user.instruction.keyword == "USER"
    assert (above.user.instruction.first, tuple(above.user.word.span)) == (2, (3, 3, 3, 4))
    assert [link.index for link in above.chain] == [1, 0]


@pytest.mark.parametrize(
    ("content", "missing"),
    [
        pytest.param("FROM a\nUSER $U", {"U"}, id="the base may set it"),
        pytest.param("FROM a\nARG U\nUSER $U", {"U"}, id="or the caller"),
        pytest.param("FROM a\nENV V=$U\nUSER $V", {"U"}, id="through another variable"),
        pytest.param("FROM a\nENV V=$U\nUSER ${V:-x}", set(), id="a default makes up for it"),
        pytest.param("FROM a\nENV U=\nUSER $U", set(), id="empty is not missing"),
    ],
)
def test_a_user_that_the_file_does_not_decide(content, missing):
    found = stages(content)[-1].user
    assert found is not None
    assert found.expansion.missing == missing


def commands(content: str) -> tuple[object, object, object]:
    stage = stages(content)[-1]
    return tuple(
        [word.text for word in one.words] if one else None for one in (stage.entrypoint, stage.command, stage.shell)
    )


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("FROM a", (None, None, None), id="of the base image"),
        pytest.param('FROM a\nENTRYPOINT ["x", "y"]', (["x", "y"], None, None), id="the array"),
        pytest.param("FROM a\nCMD x y", (None, ["x y"], None), id="shell text is one word"),
        pytest.param('FROM a\nSHELL ["x"]', (None, None, ["x"]), id="the shell"),
        pytest.param(
            "FROM a AS b\nCMD x\nFROM b\nENTRYPOINT y", (["y"], None, None), id="ENTRYPOINT resets what is inherited"
        ),
        pytest.param("FROM a AS b\nFROM b\nCMD x\nENTRYPOINT y", (["y"], ["x"], None), id="not what the stage has set"),
        pytest.param(
            "FROM a AS b\nENTRYPOINT x\nFROM b\nENTRYPOINT []", ([], None, None), id="an empty one takes it away"
        ),
    ],
)
def test_commands(content, expected):
    assert commands(content) == expected


def uses(content: str) -> list[tuple[str, str, object, tuple[int, int]]]:
    """Of every stage: kind, text, number of the stage it names, line and column."""
    return [
        (use.kind, use.text, use.stage and use.stage.index, use.span[:2])
        for stage in stages(content)
        for use in stage.uses
    ]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("FROM a\nCOPY --from=i:1 x y", [("COPY", "i:1", None, (2, 13))], id="an image"),
        pytest.param("FROM a AS B\nFROM c\nCOPY --from=b x y", [("COPY", "b", 0, (3, 13))], id="a stage"),
        pytest.param("FROM a AS b\nFROM c\nCOPY --from=B x y", [("COPY", "B", 0, (3, 13))], id="in whatever case"),
        pytest.param("FROM a\nFROM c\nCOPY --from=0 x y", [("COPY", "0", 0, (3, 13))], id="by number"),
        pytest.param("FROM a\nFROM c\nCOPY --from=+0 x y", [("COPY", "+0", 0, (3, 13))], id="with a sign"),
        pytest.param(
            "FROM a\nFROM c\nRUN --mount=from=0 x", [("RUN", "0", None, (3, 18))], id="mounts know no numbers"
        ),
        pytest.param(
            "FROM a AS b\nRUN --mount=type=bind,FROM=i x", [("RUN", "i", None, (2, 28))], id="keys in any case"
        ),
        pytest.param(
            "FROM a\nRUN --mount=from=i,target=/i --mount=from=j x",
            [("RUN", "i", None, (2, 18)), ("RUN", "j", None, (2, 43))],
            id="two mounts",
        ),
        pytest.param("FROM a\nRUN --mount=type=cache,target=/x y", [], id="a mount of nothing"),
        pytest.param("FROM a\nRUN x --mount=from=i", [], id="text behind the first word"),
        pytest.param("FROM a\nCOPY \\\n --from=i x y", [("COPY", "i", None, (3, 9))], id="on another line"),
        pytest.param("FROM a\nONBUILD COPY --from=i x y", [("COPY", "i", None, (2, 21))], id="behind ONBUILD"),
        pytest.param("FROM a\nADD --from=i x y", [], id="ADD has no such flag"),
        pytest.param('FROM a\nRUN --mount=type=bind,"from=i" x', [("RUN", "i", None, (2, 13))], id="a quoted field"),
    ],
)
def test_uses(content, expected):
    assert uses(content) == expected


def test_a_trigger_is_listed_where_it_stands_and_where_it_fires():
    first, second, third = stages("FROM a AS t\nFROM a AS b\nONBUILD COPY --from=t x y\nFROM b\n")
    assert [(use.onbuild, use.fired) for use in second.uses] == [(True, False)]
    assert [(use.onbuild, use.fired) for use in third.uses] == [(True, True)]
    assert first.consumers == [2], "only where it fires it takes anything"


@pytest.mark.parametrize(
    ("content", "span"),
    [
        pytest.param("FROM a\nCOPY --from=i:1 x y", (2, 13, 2, 16), id="the value of a flag"),
        pytest.param("FROM a\nRUN --mount=type=bind,from=ab,ro x", (2, 28, 2, 30), id="a field of a mount"),
        pytest.param('FROM a\nRUN --mount=type=bind,"from=i" x', (2, 13, 2, 31), id="a quoted one: the whole mount"),
        pytest.param("FROM a\nRUN --mount=type=bind,\\\nfrom=ab x", (3, 6, 3, 8), id="on another line"),
    ],
)
def test_where_a_use_stands(content, span):
    (use,) = stages(content)[0].uses
    assert tuple(use.span) == span


def test_where_the_value_of_an_argument_stands():
    (pair,) = parsed("ARG a=bc\nFROM x\n").instructions[0].pairs
    assert pair.value is not None
    assert (tuple(pair.value.span), tuple(pair.word.span)) == ((1, 7, 1, 9), (1, 5, 1, 9))


def test_more_steps_than_any_file_has_are_refused():
    enough = "ARG" + " a" * 20_000 + "\nFROM b\n"
    assert parsed(enough).stage_problems == ()
    (problem,) = parsed(f"{enough}USER c\n").stage_problems
    assert (str(problem), tuple(problem.span)) == ("more than 20000 build steps", (1, 1, 1, 1))


def test_more_text_than_any_file_has_is_refused():
    def file(times: int) -> str:
        return "FROM a\nENV A=" + "x" * 40_000 + "\n" + "LABEL" + ' a="$A"' * times + "\n"

    assert parsed(file(198)).stage_problems == ()
    (problem,) = parsed(file(201)).stage_problems
    assert (str(problem), tuple(problem.span)) == ("variables expand to more than 8000000 characters", (1, 1, 1, 1))


def test_a_file_without_stages_builds_the_default_one():
    value = parsed("ARG A=$TARGETSTAGE\n").graph.scope.view().get("A")
    assert value is not None
    assert value.text == "default"


def test_consumers():
    content = "FROM a AS x\nFROM x AS y\nFROM b\nCOPY --from=x i j\nRUN --mount=from=y z\n"
    assert [stage.consumers for stage in stages(content)] == [[1, 2], [2], []]


def test_steps_carry_the_variables_they_see():
    content = 'FROM a\nARG U=0\nRUN useradd -o -u "$U" boss\nENV U=1\nRUN <<EOF\nuseradd -u $U app\nEOF\n'
    runs = [step for step in stages(content)[0].steps if step.instruction.keyword == "RUN"]
    assert [step.instruction.script for step in runs] == [
        'useradd -o -u "$U" boss',
        "<<EOF\nuseradd -u $U app\n",
    ]
    assert [getattr(step.scope.get("U"), "text", None) for step in runs] == ["0", "1"]


def test_a_long_chain_of_stages_keeps_its_variables():
    content = "FROM a AS s0\nENV FIRST=1\n" + "".join(f"FROM s{n} AS s{n + 1}\nENV E{n}={n}\n" for n in range(120))
    scope = stages(content)[-1].scope.view()
    assert [getattr(scope.get(name), "text", None) for name in ("FIRST", "E0", "E119", "E120")] == [
        "1",
        "0",
        "119",
        None,
    ]


def problems(content: str) -> list[str]:
    found = parsed(content)
    assert found.problems == ()
    return [f"{one.span.line}:{one.span.column} {one}" for one in found.stage_problems]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("FROM ${}", '1:6 failed to process "${}": syntax error: bad substitution', id="FROM"),
        pytest.param(
            "ARG A='x\nFROM a",
            '1:7 failed to process "\'x": unexpected end of statement while looking for matching single-quote',
            id="ARG",
        ),
        pytest.param(
            "FROM a\nENV A=${{x}}", '2:7 failed to process "${{x}}": syntax error: bad substitution', id="ENV"
        ),
        pytest.param("FROM a\nUSER ${x", "2:6 failed to process \"${x\": syntax error: missing '}'", id="USER"),
        pytest.param(
            "FROM a\nCOPY it's /x",
            '2:6 failed to process "it\'s": unexpected end of statement while looking for matching single-quote',
            id="COPY",
        ),
        pytest.param(
            "FROM a\nCOPY <<E /x\n${}\nE",
            '2:1 failed to process "${}\\n": syntax error: bad substitution',
            id="a here-document",
        ),
        pytest.param(
            "FROM a\nCOPY --from=$X a b",
            "2:13 variable expansion is not supported for --from, "
            "define a new stage with FROM using ARG from global scope as a workaround",
            id="a variable in --from",
        ),
        pytest.param("FROM a\nCOPY --from=1 a b", "2:13 invalid stage index 1", id="a number too high"),
        pytest.param("FROM a\nCOPY --from=-1 a b", "2:13 invalid stage index -1", id="a number too low"),
        pytest.param(
            "FROM a AS b\nCOPY --from=b a b",
            "2:13 circular dependency detected on stage: b",
            id="a stage that takes from itself",
        ),
        pytest.param(
            "FROM a AS b\nCOPY --from=1 a b\nFROM a\nCOPY --from=b a b",
            "4:13 circular dependency detected on stage: b",
            id="stages that take from each other",
        ),
        pytest.param(
            "FROM a\nCOPY --from=b a b\nFROM a AS b",
            '2:13 cannot copy from stage "b", it needs to be defined before current stage "stage-0"',
            id="a stage that comes later",
        ),
        pytest.param(
            "FROM a\nRUN --mount=from=b a\nFROM a AS b",
            '2:18 cannot mount from stage "b", stage needs to be defined before current command',
            id="a mount of one",
        ),
        pytest.param(
            "FROM a AS b\nONBUILD FOO x\nFROM b",
            "2:9 unknown instruction: FOO (did you mean FROM?)",
            id="a trigger, once it fires",
        ),
        pytest.param(
            "FROM --platform=foo a",
            '1:17 failed to parse platform foo: "foo": unknown operating system or architecture: invalid argument',
            id="a platform",
        ),
        pytest.param(
            "ARG P=\nFROM --platform=$P a", "2:17 empty platform value from expression $P", id="an empty platform"
        ),
        pytest.param("FROM a\nEXPOSE 80/foo", '2:8 invalid port: "80/foo": invalid proto: foo', id="a protocol"),
        pytest.param("FROM a\nEXPOSE 80 x", "2:11 invalid containerPort: x", id="a port"),
        pytest.param("FROM a\nEXPOSE 3-1", "2:8 invalid containerPort: 3-1", id="a range backwards"),
        pytest.param("FROM a\nSTOPSIGNAL FOO", "2:12 invalid signal: FOO", id="a signal"),
        pytest.param("FROM a\nENV E=\nVOLUME $E", "3:8 VOLUME specified can not be an empty string", id="a volume"),
        pytest.param(
            "FROM a\nADD --chmod=999 a b",
            "2:13 invalid chmod parameter: '999'. it should be octal string and between 0 and 07777",
            id="a mode",
        ),
        pytest.param(
            "FROM a\nADD --checksum=x a b", "2:16 checksum requires HTTP(S) or Git sources", id="the checksum of a file"
        ),
        pytest.param("FROM a\nCOPY --from=2 a b\nFROM b", "2:13 invalid stage index 2", id="the number of no stage"),
        pytest.param(
            "FROM a AS c\nFROM a AS b\nCOPY --from=c a b\nCOPY --from=b a b",
            "4:13 circular dependency detected on stage: b",
            id="a circle behind a sound step",
        ),
        pytest.param(
            "FROM a\nFROM a\nCOPY --from=2 a b\nFROM a\nCOPY --from=1 a b",
            "5:13 circular dependency detected on stage: stage-1",
            id="a circle of stages without names",
        ),
        pytest.param(
            "FROM a AS b\nONBUILD COPY --from=$X c d\nFROM b",
            "2:21 variable expansion is not supported for --from, "
            "define a new stage with FROM using ARG from global scope as a workaround",
            id="a trigger that fires",
        ),
        pytest.param(
            "FROM a AS b\nONBUILD COPY --from=c x y\nFROM b\nFROM a AS c",
            '2:21 cannot copy from stage "c", it needs to be defined before current stage "stage-1"',
            id="a trigger that fires too early",
        ),
        pytest.param("FROM a\nCOPY https://x/y b", "2:6 source can't be a URL for COPY", id="COPY from the network"),
        pytest.param("FROM a\nRUN --mount=type=foo x", '2:13 unsupported mount type "foo"', id="a mount type"),
        pytest.param("FROM a\nRUN --mount=type=bind,xyz=1 x", "2:13 unexpected key 'xyz' in 'xyz=1'", id="a mount key"),
        pytest.param(
            "FROM a\nRUN --mount=type=secret x",
            "2:13 invalid secret mount. one of source, target required",
            id="a secret of nothing",
        ),
        pytest.param(
            "FROM a\nRUN --mount=type=tmpfs,target=/x,uid=1 y",
            '2:13 uid not allowed for "tmpfs" type mounts',
            id="keys that do not fit",
        ),
    ],
)
def test_refused(content, expected):
    assert problems(content) == [expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param('FROM ""', ['1:6 base name ("") should not be blank'], id="quotes alone"),
        pytest.param("ARG E=\nFROM $E", ["2:6 base name ($E) should not be blank"], id="an empty argument"),
        pytest.param("ARG E=\nFROM ${E:-a}", [], id="with a default"),
        pytest.param("FROM $E", [], id="an argument that the caller must give"),
    ],
)
def test_a_base_without_a_name(content, expected):
    assert problems(content) == expected


def test_a_base_that_the_caller_names():
    assert not parsed("ARG E=\nFROM $E", E="a").stage_problems


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("FROM ${X:?required}", id="a value the caller must give"),
        pytest.param("FROM --platform=$P a", id="a platform the caller must give"),
        pytest.param("FROM a\nEXPOSE $PORT", id="a port the base may set"),
        pytest.param("FROM a\nONBUILD COPY --from=$X a b", id="a trigger that does not fire"),
        pytest.param("FROM a\nRUN echo '${}' it's", id="shell text is the shell's"),
        pytest.param("FROM a\nCOPY <<'E' /x\n${}\nE", id="a quoted here-document"),
        pytest.param("FROM a\nEXPOSE 80 443/TCP 1-3/udp 127.0.0.1:1:2", id="ports"),
        pytest.param("FROM a\nSTOPSIGNAL sigrtmin+3", id="a signal"),
        pytest.param("FROM --platform=windows(10.0.17763)/amd64 a", id="a platform with a version"),
        pytest.param("FROM a\nRUN --mount=type=cache,sharing=locked,mode=0755,uid=1,target=/x y", id="a mount"),
        pytest.param("FROM a\nADD --chmod=u+x a b", id="a symbolic mode"),
        pytest.param("FROM a AS b\nFROM a\nCOPY --from=b x y\nCOPY --from=0 x y\nRUN --mount=from=b z", id="uses"),
        pytest.param("FROM a AS b\nONBUILD COPY --from=c x y\nFROM a AS c", id="a trigger that never fires"),
        pytest.param("FROM a\nCOPY --from=b$ x y", id="a dollar that is text"),
        pytest.param("FROM a\nCOPY --from= x y", id="an empty --from"),
        pytest.param("FROM a\nRUN --mount=from=$ x", id="a dollar alone"),
        pytest.param("FROM a\nWORKDIR $X/${Y:-z}", id="a folder"),
        pytest.param("FROM a\nLABEL a=$X", id="a label"),
    ],
)
def test_not_refused(content):
    assert problems(content) == []


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param("FROM a AS b\nENV U=x\nARG U=y\nFROM b\nUSER $U", "x", id="ENV of the image below, over its ARG"),
        pytest.param("FROM a AS b\nENV U=x\nARG U=y\nARG U=z\nFROM b\nUSER $U", "x", id="over several"),
        pytest.param("FROM a AS b\nENV U=x\nARG U=y\nENV U=z\nFROM b\nUSER $U", "z", id="the last ENV"),
        pytest.param(
            "FROM a AS b\nENV U=x\nFROM b AS c\nARG U=y\nFROM c\nUSER $U", "x", id="and of the one below that"
        ),
        pytest.param("FROM a AS b\nENV U=x\nARG U=y\nFROM b\nARG U=z\nUSER $U", "z", id="until ARG hides it again"),
        pytest.param(
            "FROM a AS b\nENV U=x\nARG U=y\nONBUILD USER $U\nFROM b", "x", id="before the triggers of the image fire"
        ),
    ],
)
def test_a_stage_begins_with_the_environment_of_its_base(content, expected):
    """BuildKit, `dispatchStages`: the image's Env is set anew where a stage begins."""
    assert user(content) == expected


def test_what_stages_begin_with_counts_as_steps():
    hiding = "".join(f"ENV A{at}=1\nARG A{at}=2\n" for at in range(200))
    content = f"FROM a AS s\n{hiding}" + "FROM s\n" * 200
    assert problems(content) == ["1:1 more than 20000 build steps"]


def test_variables_of_the_external_base_image():
    """`stages_with` reads the stages once more with what the base image is known to set."""
    content = (
        "FROM a AS b\nENV V=${U:-none}\nFROM b\nUSER $V-$U-${N:+n}\nFROM scratch\nUSER $U\nFROM a\nARG U=y\nUSER $U"
    )
    found = parsed(content)
    known = found.stages_with(lambda stage: {}.get if stage.base.scratch else {"U": "x", "N": ""}.get)
    assert [stage.user.text if stage.user else None for stage in known] == [None, "x-x-", "", "y"]
    assert [stage.user.text if stage.user else None for stage in found.stages] == [None, "none--", "", "y"]


def test_an_argument_hides_what_the_base_image_sets_in_its_stage_alone():
    known = parsed("FROM a AS b\nARG U=y\nUSER $U\nFROM b\nUSER $U").stages_with(lambda _: {"U": "x"}.get)
    assert [stage.user.text if stage.user else None for stage in known] == ["y", "x"]


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        pytest.param("FROM a\nEXPOSE x\nFROM b\n", False, id="a stage that the last does not need"),
        pytest.param("FROM a\nCOPY --from=c x y\nFROM b\nFROM d AS c\n", False, id="that takes files too early"),
        pytest.param("FROM a AS x\nONBUILD USER\nFROM x\nFROM b\n", False, id="where a broken trigger fires"),
        pytest.param("FROM a AS x\nEXPOSE x\nFROM x\n", True, id="the stage below"),
        pytest.param("FROM a AS x\nEXPOSE x\nFROM b\nCOPY --from=0 i j\n", True, id="a stage that files come from"),
        pytest.param("FROM a AS x\nEXPOSE x\nFROM b\nONBUILD COPY --from=0 i j\n", False, id="for other builds"),
        pytest.param("FROM a AS x\nEXPOSE x\nFROM b AS y\nRUN --mount=from=x z\nFROM y\n", True, id="from further off"),
        pytest.param("FROM ${\nFROM b\n", True, id="every FROM is looked at"),
        pytest.param("FROM a\nCOPY --from=7 x y\nFROM b\n", True, id="and every --from"),
    ],
)
def test_what_is_refused_is_refused_where_a_build_gets_to(content, refused):
    found = parsed(content)
    assert found.problems == ()
    assert found.stage_problems != ()
    assert bool(found.problems_of(found.stages[-1:])) is refused
