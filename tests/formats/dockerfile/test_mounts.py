# ruff: noqa: E501  (tables of texts read better in one line each)
"""`RUN --mount=` and `RUN --device=`: fields, and what BuildKit refuses in them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from guardrail_hooks.formats.dockerfile import read
from guardrail_hooks.formats.dockerfile.mounts import BadFields, fields_of
from hypothesis import given
from hypothesis import strategies as st

CSV = "parse error on line 1, column"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a", [("a", None, 0, 1)], id="a key alone"),
        pytest.param("a=b", [("a", "b", 2, 3)], id="a value"),
        pytest.param("A=B", [("a", "B", 2, 3)], id="keys in any case"),
        pytest.param("a=b=c", [("a", "b=c", 2, 5)], id="a sign in a value"),
        pytest.param("a=", [("a", "", 2, 2)], id="an empty value"),
        pytest.param("a=b,cd=e", [("a", "b", 2, 3), ("cd", "e", 7, 8)], id="two fields"),
        pytest.param("a,,b", [("a", None, 0, 1), ("", None, 2, 2), ("b", None, 3, 4)], id="an empty field"),
        pytest.param('"a=b"', [("a", "b", 0, 5)], id="quotes: the stretch is that of all of it"),
        pytest.param('"a=b,c",d=e', [("a", "b,c", 0, 7), ("d", "e", 10, 11)], id="a comma in quotes"),
        pytest.param('"a=""b"""', [("a", '"b"', 0, 9)], id="doubled quotes"),
        pytest.param('a,"b"', [("a", None, 0, 1), ("b", None, 2, 5)], id="quotes at the end"),
    ],
)
def test_fields(text, expected) -> None:
    assert [tuple(field) for field in fields_of(text)] == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "EOF", id="nothing"),
        pytest.param('a"b', f'{CSV} 2: bare " in non-quoted-field', id="a quote in a field"),
        pytest.param('ab,c"', f'{CSV} 5: bare " in non-quoted-field', id="in a later one"),
        pytest.param('"ab', f'{CSV} 2: extraneous or missing " in quoted-field', id="a quote that is not closed"),
        pytest.param('"a"b', f'{CSV} 3: extraneous or missing " in quoted-field', id="text behind a quote"),
        pytest.param('a,"b"c', f'{CSV} 5: extraneous or missing " in quoted-field', id="in a later field"),
    ],
)
def test_no_fields(text, reason) -> None:
    with pytest.raises(BadFields) as caught:
        fields_of(text)
    assert str(caught.value) == reason


def refused(flag: str) -> str:
    """What is refused in `RUN FLAG x`; it always stands at the value."""
    dockerfile = read(f"FROM a\nARG EMPTY=\nARG NONE\nRUN {flag} x\n".encode())
    found = [*dockerfile.problems, *dockerfile.stage_problems]
    assert len(found) < 2
    assert all((one.span.line, one.span.column) == (4, flag.index("=") + 6) for one in found)
    return str(found[0]) if found else ""


@pytest.mark.parametrize(
    ("mount", "reason"),
    [
        pytest.param("target=/a", "", id="a mount without a type is a bind"),
        pytest.param("type=bind,src=a,dst=/a,rw", "", id="short names"),
        pytest.param("type=BIND,source=a,destination=/a,readwrite=true", "", id="long names"),
        pytest.param("type=cache,target=/a,ro=F,readonly=0,id=x,sharing=PRIVATE,mode=755,gid=1", "", id="a cache"),
        pytest.param("type=tmpfs,target=/a,size=64", "", id="tmpfs"),
        pytest.param("type=tmpfs,target=/a,size=+1.5 GiB", None, id="a size with a blank, which ends the flag"),
        pytest.param("type=tmpfs,target=/a,size=.5kb", "", id="half of one"),
        pytest.param("type=tmpfs,target=/a,size=1.tb", "", id="a point and no digits"),
        pytest.param("type=tmpfs,target=/a,size=1bb", "invalid value for size: 1bb", id="no unit"),
        pytest.param("type=tmpfs,target=/a,size=-1", "invalid value for size: -1", id="less than none"),
        pytest.param("type=secret,id=a,env=B,required,uid=1,gid=2,mode=0400", "", id="a secret"),
        pytest.param("type=secret,target=/a", "", id="a secret with a target"),
        pytest.param("type=secret,src=/a", "", id="or with a source"),
        pytest.param("type=ssh,required=false,id=a", "", id="ssh"),
        pytest.param("from=a", "", id="a stage"),
        pytest.param("type=$NONE,foo", "", id="what only the build knows"),
        pytest.param("type=foo", 'unsupported mount type "foo"', id="a type"),
        pytest.param("type=Cach", 'unsupported mount type "Cach" (did you mean cache?)', id="a type misspelt"),
        pytest.param("type=$EMPTY", 'unsupported mount type ""', id="an empty type"),
        pytest.param("target", "invalid field 'target' must be a key=value pair", id="a key without a value"),
        pytest.param("type=ssh,foo", "invalid field 'foo' must be a key=value pair", id="one that is not known"),
        pytest.param("xyzzy=1", "unexpected key 'xyzzy' in 'xyzzy=1'", id="a key"),
        pytest.param("tarket=1", "unexpected key 'tarket' in 'tarket=1' (did you mean target?)", id="a key misspelt"),
        pytest.param("destinatoin=1", "unexpected key 'destinatoin' in 'destinatoin=1' (did you mean destination?)", id="another"),
        pytest.param("required", "unexpected key 'required' for mount type 'bind'", id="required of a bind"),
        pytest.param("type=cache,required=1", "unexpected key 'required' for mount type 'cache'", id="of a cache"),
        pytest.param("required,type=ssh", "unexpected key 'required' for mount type 'bind'", id="before the type"),
        pytest.param("size=1", "unexpected key 'size' for mount type 'bind'", id="the size of a bind"),
        pytest.param("size=1,type=tmpfs", "unexpected key 'size' for mount type 'bind'", id="before its type"),
        pytest.param("ro=yes", "invalid value for ro: yes", id="neither yes nor no"),
        pytest.param("type=ssh,required=", "invalid value for required: ", id="nothing"),
        pytest.param(
            "type=cache,sharing=lock", 'unsupported sharing value "lock" (did you mean locked?)', id="sharing misspelt"
        ),
        pytest.param("type=cache,mode=8", "invalid value 8 for mode", id="no octal number"),
        pytest.param("type=cache,uid=-1", "invalid value -1 for uid", id="no user"),
        pytest.param("type=cache,gid=4294967296", "invalid value 4294967296 for gid", id="a group too high"),
        pytest.param("mode=1", 'mode not allowed for "bind" type mounts', id="the mode of a bind"),
        pytest.param("type=tmpfs,gid=1", 'gid not allowed for "tmpfs" type mounts', id="the group of tmpfs"),
        pytest.param("mode=1,uid=1", 'mode not allowed for "bind" type mounts', id="the first of two"),
        pytest.param("type=secret,id=a,from=b", "secret mount should not have a from", id="a secret from a stage"),
        pytest.param("type=secret,id=a,sharing=shared", "secret mount should not define sharing", id="a shared secret"),
        pytest.param("type=secret", "invalid secret mount. one of source, target required", id="a secret of nothing"),
        pytest.param("type=secret,src=a,id=b", "both source and id can't be set", id="a secret of two things"),
        pytest.param("target=/", 'invalid mount target "/"', id="over everything"),
        pytest.param("type=tmpfs,target=//", 'invalid mount target "/"', id="however it is written"),
        pytest.param("type=ssh,target=/", "", id="a socket is not"),
        pytest.param("target=a", "", id="a path that is not absolute"),
        pytest.param("sharing=shared", "invalid cache sharing set for bind mount", id="sharing of a bind"),
        pytest.param("type=ssh,sharing=locked", "invalid cache sharing set for ssh mount", id="of ssh"),
        pytest.param("from=a$", "", id="a dollar at the end"),
        pytest.param("from=$", "", id="a dollar alone"),
        pytest.param("target=/a,FROM=$X", "'from' doesn't support variable expansion, define alias stage instead", id="a stage in a variable"),
    ],
)  # fmt: skip
def test_mount(mount, reason) -> None:
    if reason is None:
        assert refused(f"--mount='{mount}'") == ""
    else:
        assert refused(f"--mount={mount}") == reason


@pytest.mark.parametrize(
    ("device", "reason"),
    [
        pytest.param("a.com/b=c", "", id="a device, which holds a sign"),
        pytest.param("name=a,required=1", "", id="by name"),
        pytest.param("a,required", "", id="required"),
        pytest.param("required,a", "", id="in any order"),
        pytest.param("a=b,c", "invalid field 'c' must be a key=value pair", id="two devices"),
        pytest.param("name=a,name=b", "device name already set to a", id="two names"),
        pytest.param("a,name=b", "device name already set to a", id="a device and a name"),
        pytest.param("a,required=yes", "invalid value for required: yes", id="neither yes nor no"),
        pytest.param("a,b=c", "unexpected key 'b' in 'b=c'", id="a key"),
        pytest.param("a,nane=c", "unexpected key 'nane' in 'nane=c' (did you mean name?)", id="a key misspelt"),
    ],
)
def test_device(device, reason) -> None:
    assert refused(f"--device={device}") == reason


@given(st.text('a=,"A $', max_size=30))
def test_fields_stand_in_order_inside_the_text(text) -> None:
    with suppress(BadFields):
        ends = -1
        for field in fields_of(text):
            assert ends < field.start <= field.end <= len(text)
            assert field.value is None or '"' in text or text[field.start : field.end] == field.value
            ends = field.end
