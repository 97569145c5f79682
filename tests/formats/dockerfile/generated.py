"""Dockerfiles out of the blue: hypothesis strategies for the reader's property tests."""

from __future__ import annotations

from hypothesis import strategies as st

NAMES = ["A", "B", "UID", "TARGETARCH"]
VALUES = ["", "x", "root", "1000", "a.b.c", "foo/bar", "aXbX", "*", "é"]
ROWS = (
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME"
)
KEYWORDS = [*ROWS.split(), "WORKDIR", "FOO"]

names = st.sampled_from(NAMES)
values = st.sampled_from(VALUES)
quoted = st.builds("{0}{1}{0}".format, st.sampled_from(["'", '"']), st.sampled_from(["a", "b c", "$A", r"\"", "#"]))


def _substitutions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    modifiers = st.sampled_from([":-", "-", ":+", "+", "#", "##", "%", "%%", ":?", "?"])
    return st.one_of(
        st.builds("${{{}{}{}}}".format, names, modifiers, inner),
        st.builds("${{{}/{}/{}}}".format, names, inner, inner),
        st.builds("${{{}//{}/{}}}".format, names, inner, inner),
        st.builds("{}{}".format, inner, inner),
    )


plain_words = st.one_of(
    values, names.map("${}".format), names.map("${{{}}}".format), quoted, st.sampled_from(["\\$", "$"])
)
words = st.recursive(plain_words, _substitutions, max_leaves=5)

heredoc_words = st.builds(
    "{}<<{}{}{}".format,
    st.sampled_from(["", "3"]),
    st.sampled_from(["", "-"]),
    st.sampled_from(["", " ", "\t", "  "]),
    st.sampled_from(["EOF", '"EOF"', "'E F'", "E$A", "", "<EOF"]),
)
flags = st.sampled_from(
    [
        "--from=base",
        "--from=$A",
        "--mount=type=bind,from=base,target=/t",
        "--chown=1:1",
        '--x="a b"',
        "--",
        "--link",
        "--platform=linux/amd64",
    ]
)
arrays = st.sampled_from(['["a", "b"]', '["a"] b', "[1]", '["a",', "[ ]", "['a']"])
fragments = st.one_of(
    words,
    heredoc_words,
    flags,
    arrays,
    st.sampled_from(["a=b", "AS", "base", "#", "<<<EOF", "<<A <<B", "CMD", "NONE", "80"]),
)
blanks = st.sampled_from([" ", "  ", "\t", " \t ", "\xa0", " \r"])
continuations = st.sampled_from(
    [" \\\n", "\\\n", " \\ \t\n", " \\\n\n", " \\\n  # a comment\n", " `\n", " \\\\\n", " \\\r\n"]
)
separators = st.one_of(blanks, blanks, blanks, continuations)
ends = st.sampled_from(["\n", "\n", "\n", "\r\n", "\n\n", "\n# a comment\n", "", " \n"])
bodies = st.sampled_from(["EOF\n", "USER root\nEOF\n", "\tx\n\tEOF\n", "E F\n", "A\nB\n", ""])


@st.composite
def instructions(draw: st.DrawFn) -> str:
    keyword = draw(st.sampled_from(KEYWORDS))
    if draw(st.booleans()):
        keyword = keyword.lower()
    parts = [draw(st.sampled_from(["", "", "", "  ", "ONBUILD "])), keyword]
    for fragment in draw(st.lists(fragments, max_size=4)):
        parts += [draw(separators), fragment]
    return "".join([*parts, draw(ends), draw(bodies) if "<<" in "".join(parts) else ""])


directives = st.lists(
    st.sampled_from(
        ["# escape=`", "# escape=\\", "#syntax=a/b:1 c", "# check=skip=all", "# a comment", "", "# Escape = `"]
    ),
    max_size=3,
)


@st.composite
def dockerfiles(draw: st.DrawFn) -> str:
    """A file made of lines that look like a Dockerfile's, seldom one that builds."""
    lead = "".join([line + "\n" for line in draw(directives)])
    start = draw(
        st.sampled_from(["FROM debian:12\n", "FROM debian:12 AS base\n", "ARG A=1\nFROM a:$A\n", "", "\ufeffFROM a\n"])
    )
    return lead + start + "".join(draw(st.lists(instructions(), max_size=6)))


noise = st.text(
    alphabet=st.sampled_from(list("FROMRUNa\n\n\n\r\t \\`\"'$<{}[],=#:-/%?+*\x00\x1c\x85\xa0\ufeffé")), max_size=200
)
