"""News fragments and the configuration of their tools, whatever they hold."""

from __future__ import annotations

import json

import pytest
from guardrail_hooks.changelog_required import fragment_config, fragments, packages
from guardrail_hooks.changelog_required.cli import HOOK
from guardrail_hooks.changelog_required.fragment_tools import Changie, Pattern, Reno, Scriv, Towncrier
from guardrail_hooks.changelog_required.settings import Settings
from guardrail_hooks.core import options
from hypothesis import given, settings
from hypothesis import strategies as st

TEXTS = st.text(st.sampled_from(list("ab-:#*_[]{}<!>\"'|\n\t .")), max_size=30) | st.text(max_size=20)
CONTENTS = st.binary(max_size=40) | TEXTS.map(str.encode)
NAMES = st.lists(
    st.sampled_from([*"a1+.~-_", "feature", ".md", ".rst", "README", "template"]), min_size=1, max_size=5
).map("".join)
ENTRY = "A sentence that tells readers what is new.\n"
WORKSPACE = packages.Workspace({"package.json": b'{"name": "acme"}', "p/q/package.json": b'{"name": "q"}'}, ["p/*"])
KINDS = {
    "towncrier": (Towncrier({}), "newsfragments/12.feature.md", ENTRY),
    "scriv": (Scriv({}), "changelog.d/20250101_a.rst", f"Added\n-----\n\n- {ENTRY}"),
    "changie": (Changie({}), ".changes/unreleased/Added-1.yaml", f"kind: Added\nbody: {ENTRY}"),
    "reno": (Reno({}), "releasenotes/notes/a-1234567890abcdef.yaml", f"features:\n  - {ENTRY}"),
    "changesets": (packages.Changesets(b"{}", WORKSPACE), ".changeset/a.md", f'---\n"q": patch\n---\n\n{ENTRY}'),
    "beachball": (
        packages.Beachball("change", WORKSPACE),
        "change/q-1.json",
        json.dumps({"type": "patch", "comment": ENTRY, "packageName": "q"}),
    ),
    "a pattern": (Pattern("news/*.md"), "news/12.md", ENTRY),
}  # fmt: skip
EACH = pytest.mark.parametrize("name", KINDS)
FEW = settings(max_examples=30)
SETTINGS = Settings(options.parse(HOOK.name, HOOK.options, []))


def is_well_told(fault: fragments.Fault | None, text: str) -> bool:
    return fault is None or (
        1 <= fault.line <= text.count("\n") + text.count("\r") + 2 and bool(fault.problem) and bool(fault.how)
    )


@EACH
def test_a_good_fragment_is_good(name) -> None:
    kind, path, text = KINDS[name]
    assert kind.owns(path)
    assert kind.is_candidate(path)
    for content in (text, text.replace("\n", "\r\n"), "\ufeff" + text, text.rstrip("\n")):
        assert fragments.fault_of(kind, path, "100644", content.encode()) is None, content


@EACH
@FEW
@given(content=CONTENTS, mode=st.sampled_from(["100644", "100755", "120000"]))
def test_a_fragment_may_hold_anything(name, content, mode) -> None:
    kind, path, _ = KINDS[name]
    fault = fragments.fault_of(kind, path, mode, content)
    assert is_well_told(fault, content.decode("utf-8", "replace"))
    if not content.strip() or mode == "120000":
        assert fault is not None
    text = content.decode("utf-8", "replace")
    covered = kind.covers(text)
    assert covered is None or all(isinstance(package, str) for package in covered)


@EACH
@FEW
@given(data=st.data())
def test_a_good_fragment_with_a_piece_out_or_in_is_read_or_refused(name, data) -> None:
    kind, path, text = KINDS[name]
    at, to = sorted(data.draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    damaged = text[:at] + data.draw(TEXTS) + text[to:]
    assert is_well_told(fragments.fault_of(kind, path, "100644", damaged.encode("utf-8", "replace")), damaged)


@EACH
@FEW
@given(names=st.lists(NAMES, min_size=1, max_size=3))
def test_the_name_of_a_fragment_may_be_anything(name, names) -> None:
    kind, path, text = KINDS[name]
    other = "/".join([path.rpartition("/")[0], *names])
    if kind.is_candidate(other):
        assert is_well_told(fragments.fault_of(kind, other, "100644", text.encode()), text)
    assert kind.advice()


CONFIGURATIONS = st.sampled_from(sorted(fragment_config.FILES))
WORDS = [
    "[tool.towncrier]\n", "[[tool.towncrier.type]]\n", 'directory = "news"\n', "[tool.scriv]\n", "[scriv]\n",
    "format = md\n",
    "changesDir: a\n", "unreleasedDir: [b]\n", "notesdir: 1\n", "sections: {a: b}\n", '{"beachball": {"changeDir": 1}}',
    "{}",
    '{"ignore": ["q", 1]}', "type = 1\n", "section = [1]\n", "package = 1\n", "ignore = 1\n", "\0", "[",
]  # fmt: skip
CONFIGURED = st.lists(st.sampled_from(WORDS), max_size=4).map(lambda words: "".join(words).encode()) | CONTENTS


@FEW
@given(files=st.dictionaries(CONFIGURATIONS, CONFIGURED, max_size=3), manifest=CONFIGURED)
def test_the_configuration_may_hold_anything(files, manifest) -> None:
    kind = fragment_config.detect(SETTINGS, files, lambda: {"package.json": manifest, "pnpm-workspace.yaml": manifest})
    if kind is None:
        return
    assert kind.folder
    assert all(isinstance(package, str) for package in kind.owed(["a.py", "p/q/b.py"]))
    assert is_well_told(fragments.fault_of(kind, f"{kind.folder}/1.feature.md", "100644", b"Words.\n"), "Words.\n")
