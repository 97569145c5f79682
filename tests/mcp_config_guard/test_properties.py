"""Records and wrapper scripts, whatever they hold: read or refused, in any order, never out of the tree."""

from __future__ import annotations

import json

import pytest
from guardrail_hooks.core.snapshot import Memory
from guardrail_hooks.formats.place import Malformed
from guardrail_hooks.mcp_config_guard.fingerprint import VERSION
from guardrail_hooks.mcp_config_guard.guard_files import APPROVALS
from guardrail_hooks.mcp_config_guard.policy import read_policy
from guardrail_hooks.mcp_config_guard.records import KINDS, Chain, Entry, chains, is_reason, links, read_record
from guardrail_hooks.mcp_config_guard.scripts import Scripts
from guardrail_hooks.mcp_config_guard.survey import GONE, Survey
from hypothesis import assume, given, settings
from hypothesis import strategies as st

FEW = settings(max_examples=40)
PRINTS = [VERSION + digit * 64 for digit in "0123"]
STATES = st.sampled_from([None, *PRINTS])
TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
CHANGES = st.fixed_dictionaries(
    {
        "path": TEXTS, "server": TEXTS, "kind": st.sampled_from(sorted(KINDS)), "seq": st.integers(1, 5),
        "before": STATES, "after": STATES,
    },
    optional={
        "was": TEXTS, "was_seq": st.integers(0, 5), "accept": st.lists(TEXTS, max_size=2),
        "merges": st.lists(STATES, max_size=2), "summary": st.lists(TEXTS, max_size=2),
        "scripts": st.dictionaries(TEXTS, st.fixed_dictionaries({"mode": TEXTS, "sha256": TEXTS}), max_size=2),
    },
)  # fmt: skip
MANY = st.lists(CHANGES, min_size=1, max_size=3)
TIMES = st.datetimes().map(lambda time: f"{time.replace(microsecond=0).isoformat()}Z")
BODIES = st.fixed_dictionaries({"version": st.just(1), "at": TIMES, "by": TEXTS, "reason": TEXTS, "changes": MANY})
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS | st.sampled_from(PRINTS),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=3,
)


def record_of(content: bytes | str):
    return read_record(Memory({f"{APPROVALS}/a.json": content}), "a.json")


@FEW
@given(BODIES)
def test_a_record_is_read_as_it_was_written(body) -> None:
    text = json.dumps(body)
    record = record_of(text)
    assert (record.at, record.by, record.reason, record.raw) == (body["at"], body["by"], body["reason"], text.encode())
    for entry, change in zip(record.entries, body["changes"], strict=True):
        assert {name: getattr(entry, name) for name in ("path", "server", "kind", "seq", "before", "after")} == {
            name: change[name] for name in ("path", "server", "kind", "seq", "before", "after")
        }
        assert (entry.was, entry.was_seq) == (change.get("was", ""), change.get("was_seq", 0))
        assert [list(part) for part in (entry.accept, entry.merges, entry.summary)] == [
            change.get(name, []) for name in ("accept", "merges", "summary")
        ]
        assert entry.scripts == change.get("scripts", {})


@FEW
@given(BODIES, st.data())
def test_a_record_with_a_value_of_another_kind_is_read_or_refused(body, data) -> None:
    target = data.draw(st.sampled_from([body, body["changes"][0]]))
    target[data.draw(st.sampled_from(sorted(target)))] = data.draw(ANYTHING)
    try:
        record = record_of(json.dumps(body))
    except Malformed:
        return
    assert all(isinstance(text, str) for text in (record.at, record.by, record.reason))
    for entry in record.entries:
        assert entry.kind in KINDS
        assert entry.seq >= 1
        assert {entry.before, entry.after} <= {None, *PRINTS}
        assert all(isinstance(one, str) for one in (entry.path, entry.server, entry.was, *entry.accept, *entry.summary))


@FEW
@given(BODIES, st.data())
def test_a_record_that_was_cut_or_spoiled_is_no_record(body, data) -> None:
    text = json.dumps(body).encode()
    at = data.draw(st.integers(0, len(text) - 1))
    for damaged in (text[:at], text[:at] + b"\0" + text[at:], text + text, b"// a word\n" + text):
        with pytest.raises(Malformed):
            record_of(damaged)


@given(st.binary(max_size=60))
def test_bytes_are_a_record_or_refused(content) -> None:
    with pytest.raises(Malformed):
        record_of(content)


ENTRIES = st.builds(
    lambda server, kind, seq, before, after, was, merges, record: Entry(
        ".mcp.json", server, kind, seq, before, after, was, 1, {}, (), tuple(merges), record, ()
    ),
    st.sampled_from(["a", "b", "@policy"]), st.sampled_from(["added", "modified", "removed", "renamed"]),
    st.integers(1, 4), STATES, STATES, st.sampled_from(["", "a", "b"]), st.lists(STATES, max_size=1),
    st.sampled_from(["r1", "r2", "r3"]),
)  # fmt: skip


@FEW
@given(st.lists(ENTRIES, max_size=6), st.data())
def test_a_chain_is_the_same_in_whatever_order_its_links_were_read(entries, data) -> None:
    found = list(links(entries))
    # Files are named apart: two links with one number and one name would have no order of their own.
    assume(len({(link.seq, link.record) for link in found}) == len(found))
    one, other = (Chain(order, may_begin_anywhere=False) for order in (found, data.draw(st.permutations(found))))
    assert (one.links, one.loose, one.ends, one.state) == (other.links, other.loose, other.ends, other.state)
    assert len(one.links) + len(one.loose) == len(found)
    assert one.is_forked == (len({end.after for end in one.ends}) > 1)
    assert bool(one.ends) == bool(one.links)
    assert one.seq == max((link.seq for link in found), default=0)


@FEW
@given(st.lists(STATES, min_size=1, max_size=6))
def test_a_chain_without_gaps_ends_where_its_last_link_does(states) -> None:
    steps = [
        Entry(".mcp.json", "a", "modified", seq, before, after, "", 0, {}, (), (), f"r{seq}", ())
        for seq, (before, after) in enumerate(zip([None, *states], states, strict=False), 1)
    ]
    chain = Chain(steps, may_begin_anywhere=False)
    assert (chain.links, chain.loose, chain.is_forked) == (steps, [], False)
    assert chain.state.fingerprint == states[-1]
    without = Chain(steps[1:], may_begin_anywhere=False)
    assert not [link for link in without.links if link.seq == 2 and link.before is not None]
    assert (without.state == GONE) or without.links


@given(st.lists(ENTRIES, max_size=5))
def test_every_entry_speaks_for_its_own_server(entries) -> None:
    from guardrail_hooks.mcp_config_guard.records import Record

    found = chains([Record("r1", "", "", "", entries, b"")])
    assert found.keys() <= {(entry.path, name) for entry in entries for name in (entry.server, entry.was)}
    assert {entry.key for entry in entries} <= found.keys()


@given(TEXTS | st.text("aA wip.fx!-", max_size=40))
def test_words_around_a_reason_do_not_matter(text) -> None:
    assert is_reason(text) == is_reason(f"  {text} ") == is_reason(text.replace(" ", "  "))
    assert not is_reason(text) or len(" ".join(text.split())) >= 15


LINES = [
    "#!/bin/sh", "#!/usr/bin/env bash", "set -e", ". ./lib.sh", "source ./lib.sh", "exec ./run.sh", "./run.sh",
    '. "$(dirname "$0")/lib.sh"', 'DIR=$(cd "$(dirname "$0")" && pwd)', '. "$DIR/lib.sh"', "python3 tool.py",
    "node ../outside.js", ". /etc/profile", "eval \"$X\"", "exec npx -y acme@1.0.0", "bash -c './run.sh'", "./a.sh",
    "cd sub && ./more.sh", "ln -s a b", "", "# ./run.sh", "if true; then ./run.sh; fi", "cat <<E", "E", "x=`./run.sh`",
]  # fmt: skip
SCRIPTS = st.lists(st.sampled_from(LINES), max_size=6).map("\n".join) | st.text(
    st.sampled_from("./a$(){}\"'`\\ \n;|&<>sh#~="), max_size=30
)
SERVED = json.dumps({"mcpServers": {"s": {"command": "./a.sh", "args": ["--x", "tool.py"]}}})


def followed(files: dict[str, str | bytes]) -> Scripts:
    tree = Memory({".mcp.json": SERVED, **files})
    return Survey(tree, read_policy(tree)).scripts((".mcp.json", "s"))


@FEW
@given(st.fixed_dictionaries({"a.sh": SCRIPTS, "lib.sh": SCRIPTS, "run.sh": SCRIPTS, "tool.py": st.just("pass\n"),
                              "sub/more.sh": SCRIPTS}))  # fmt: skip
def test_scripts_are_followed_within_the_tree(files) -> None:
    found = followed(files)
    assert {"a.sh", "tool.py"} <= found.files.keys() <= files.keys()
    assert found.shells.keys() <= found.files.keys()
    assert found.named.keys() <= found.files.keys()
    assert all(found.shells[path] == files[path] for path in found.shells)
    more = followed({**files, "README.md": "./other.sh\n", "src/other.sh": "#!/bin/sh\n"})
    assert (more.files, more.shells, more.unfollowed) == (found.files, found.shells, found.unfollowed)
    less = {path: text for path, text in files.items() if path in found.files}
    assert followed(less).files == found.files


@FEW
@given(SCRIPTS)
def test_what_a_script_runs_does_not_depend_on_a_final_newline(text) -> None:
    assume("\\" not in text)
    beside = {"lib.sh": "", "run.sh": "", "tool.py": "", "sub/more.sh": ""}
    assert followed({**beside, "a.sh": text}).files.keys() == followed({**beside, "a.sh": text + "\n"}).files.keys()


@given(st.binary(max_size=60))
def test_a_script_may_hold_anything(content) -> None:
    assert "a.sh" in followed({"a.sh": content}).files
