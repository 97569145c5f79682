"""Changelogs are found in a tree's listing by name, in any folder and any case."""

from __future__ import annotations

from guardrail_hooks.changelog_required.ground import _rows_of

OID = "a" * 40
PATHS = (
    "CHANGELOG.md",
    "a/ChangeLog.MD",
    "a/CHANGELOG.md.bak",
    "a/b-CHANGELOG.md",
    "CHANGELOG.md/x",
    "\u0130/changelog.md",
)


def test_names_in_any_case_and_no_others() -> None:
    listing = "".join(f"100644 blob {OID}\t{path}\0" for path in PATHS)
    found = {path: (mode, kind, oid) for mode, kind, oid, path in _rows_of(listing, ("CHANGELOG.md",))}
    assert found == dict.fromkeys(("CHANGELOG.md", "a/ChangeLog.MD", "\u0130/changelog.md"), ("100644", "blob", OID))
