"""YAML as values with places."""

from __future__ import annotations

import pytest
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.formats.yaml_values import parse


def test_scalars_by_the_core_schema_and_merges_followed() -> None:
    document = parse(b"a: &x {b: 1, c: 'yes'}\nd: {<<: *x, b: 2}\ne: [1.5, true, ~, yes, '1']\nf: *x\n")
    assert document.root.plain() == {
        "a": {"b": 1, "c": "yes"},
        "d": {"b": 2, "c": "yes"},
        "e": [1.5, True, None, "yes", "1"],
        "f": {"b": 1, "c": "yes"},
    }
    member = document.root.members[1]
    assert document.span(member.key.start, member.key.end)[:2] == (2, 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"a: [",
        b"# nothing",
        b"\xff\xfea",
        b"a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        + b"".join(b"a%d: &a%d [%s]\n" % (n, n, b",".join([b"*a%d" % (n - 1)] * 9)) for n in range(1, 9)),
    ],
)
def test_what_cannot_be_read_is_malformed(raw) -> None:
    with pytest.raises(Malformed):
        parse(raw)


def test_a_file_of_comments_is_refused_at_its_beginning() -> None:
    with pytest.raises(Malformed, match=r"^the file is empty$") as caught:
        parse(b"# nothing\n")
    assert tuple(caught.value.span) == (1, 1, 1, 1)
