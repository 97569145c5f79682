"""What counts as an entry: words, and nothing but words."""

from __future__ import annotations

import pytest
from guardrail_hooks.changelog_required.entries import written
from guardrail_hooks.changelog_required.log import Log
from guardrail_hooks.changelog_required.released import differences
from guardrail_hooks.changelog_required.settings import COMING
from guardrail_hooks.changelog_required.words import is_placeholder, unexplained, words
from hypothesis import given
from hypothesis import strategies as st

WORD = st.text("abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8).filter(lambda word: word not in PLACEHOLDERS)
PLACEHOLDERS = {"na", "nil", "none", "tba", "tbc", "tbd", "todo", "wip", "xxx", "fixme", "nothing", "changeme"}
ENTRY = st.lists(WORD, min_size=3, max_size=12)
ENTRIES = st.lists(ENTRY, min_size=1, max_size=6, unique_by=tuple)


def log(body: str, style: str = "auto") -> Log:
    return Log("CHANGELOG.md", body.encode(), style, COMING)


def changelog(items: str, released: str = "- First release.\n") -> Log:
    return log(
        f"# Changelog\n\n## [Unreleased]\n\n### Added\n\n{items}\n\n## [1.0.0] - 2025-01-02\n\n### Added\n\n{released}"
    )


@given(ENTRIES, st.data())
def test_layout_markers_and_order_are_no_entry(entries, data) -> None:
    before = "\n".join(f"- {' '.join(entry)}" for entry in entries)
    rows = []
    for entry in data.draw(st.permutations(entries)):
        marker = data.draw(st.sampled_from(["-", "*", "+"]))
        cuts = data.draw(st.lists(st.booleans(), min_size=len(entry), max_size=len(entry)))
        text = "".join(
            word + ("" if at + 1 == len(entry) else "\n  " if cut else data.draw(st.sampled_from([" ", "  "])))
            for at, (word, cut) in enumerate(zip(entry, cuts, strict=True))
        )
        decorated = data.draw(st.sampled_from(["{}", "**{}**", "_{}_", "{}.", "{}  "]))
        rows.append(f"{marker} {decorated.format(text)}")
        rows += [""] * data.draw(st.integers(0, 2))
    found = written(changelog("\n".join(rows)), changelog(before), added_only=False)
    assert not found.entries
    assert not found.placeholders
    assert not found.promoted


@given(ENTRIES, ENTRY, st.integers(0, 6), st.booleans())
def test_a_worded_item_in_an_open_section_is_an_entry(entries, fresh, at, added_only) -> None:
    if fresh in entries:
        return
    rows = [f"- {' '.join(entry)}" for entry in entries]
    after = [*rows[:at], f"- {' '.join(fresh)}", *rows[at:]]
    found = written(changelog("\n".join(after)), changelog("\n".join(rows)), added_only=added_only)
    assert [item.text for item in found.entries] == [" ".join(fresh)]


@given(ENTRIES)
def test_a_released_section_is_the_same_in_any_layout(entries) -> None:
    rows = [f"- {' '.join(entry)}" for entry in entries]
    wrapped = [
        f"* {chr(10).join('  ' * bool(at) + word for at, word in enumerate(entry))}" for entry in reversed(entries)
    ]
    assert not list(differences(changelog("", "\n".join(wrapped)), [changelog("", "\n".join(rows))]))


@pytest.mark.parametrize(
    "text",
    [
        "TODO",
        "tbd",
        "N/A",
        "...",
        "-",
        "[Brief Description]",
        "<what changed>",
        "TODO: later",
        "#123",
        "**TODO**",
        "",
        "None.",
    ],
)
def test_placeholders(text) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "Todo lists can be exported",
        "[Export](https://example.com) to CSV",
        "Not applicable: text only",
        "\u4fee\u590d\u5d29\u6e83",
        "N/A values are shown",
    ],
)
def test_words_are_no_placeholders(text) -> None:
    assert not is_placeholder(text)


def test_a_field_may_answer_none() -> None:
    assert is_placeholder("none")
    assert not is_placeholder("none", answers=True)


def test_words_leave_out_what_says_nothing() -> None:
    assert words("**Export** to `CSV`  <!-- why --> and_so <b>on</b>. ") == "export to csv and_so on"


def test_pieces_and_sequences_of_old_items_are_explained() -> None:
    assert unexplained(["a b", "c"], ["a b. c d"]) == ["a b"]
    assert unexplained(["a b", "c d"], ["a b c d"]) == []
    assert unexplained(["a b c d"], ["c d", "a b"]) == []
    assert unexplained(["a b e"], ["a b"]) == ["a b e"]


def test_an_undated_newest_version_is_open() -> None:
    base = log("# Changelog\n\n## [1.1.0]\n\n- One thing.\n\n## [1.0.0] - 2025-01-02\n\n- First.\n")
    head = log("# Changelog\n\n## [1.1.0]\n\n- One thing.\n- Another thing.\n\n## [1.0.0] - 2025-01-02\n\n- First.\n")
    assert written(head, base, added_only=False).satisfies
    assert not list(differences(head, [base]))


def test_dating_the_newest_version_is_a_release() -> None:
    base = log("# Changelog\n\n## 1.1.0 (unreleased)\n\n- One thing.\n")
    head = log("# Changelog\n\n## 1.1.0 (2025-02-01)\n\n- One thing.\n")
    assert written(head, base, added_only=True).promoted


def test_a_log_without_releases_is_open_as_a_whole() -> None:
    assert written(log("# News\n\nOld.\n\nNew words.\n"), log("# News\n\nOld.\n"), added_only=False).satisfies


def test_another_wording_is_an_entry_unless_only_added_ones_count() -> None:
    base, head = changelog("- Export all rows to CSV."), changelog("- Export all columns to CSV.")
    assert written(head, base, added_only=False).satisfies
    assert not written(head, base, added_only=True).satisfies


RST = """\
Changes
=======

1.1 (unreleased)
----------------

- One.
{new}
1.0 (2025-01-02)
----------------

- First.
{old}"""


def test_restructured_text_has_releases_too() -> None:
    base, head = (
        Log("CHANGES.rst", RST.format(new=new, old=old).encode(), "auto", COMING)
        for new, old in (("", ""), ("- Two words.\n", "- Misfiled words.\n"))
    )
    assert [item.text for item in written(head, base, added_only=False).entries] == ["Two words."]
    assert [(found.kind, found.name) for found in differences(head, [base])] == [("added", "1.0 (2025-01-02)")]
