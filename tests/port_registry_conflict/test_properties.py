"""What must not matter does not, and clashes are those that a brute force finds."""

from __future__ import annotations

from itertools import pairwise

import pytest
from guardrail_hooks.port_registry_conflict.cli import HOOK
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import verdicts

LOW, HIGH = 8000, 8012
ADDRESSES = ["", "127.0.0.1", "127.0.0.2", "0.0.0.0", "[::]", "[::1]"]


def found(files, *arguments) -> list[tuple[str, str, int, str]]:
    """Findings as (code, path, line, message)."""
    return [
        (one.rule.code, one.place.path, one.place.line, one.message)
        for one in verdicts.findings(HOOK, files, *arguments)
    ]


@st.composite
def entries(draw) -> tuple[str, str, int, int, int]:
    """An entry in short syntax with its address, protocol, first and last host port, and the number of targets."""
    low = draw(st.integers(LOW, HIGH))
    high = draw(st.integers(low, min(low + 3, HIGH)))
    pool = draw(st.booleans())
    address, protocol = draw(st.sampled_from(ADDRESSES)), draw(st.sampled_from(["tcp", "udp"]))
    return address, protocol, low, high, 1 if pool else high - low + 1


def written(entry) -> str:
    """The entry as a Compose file writes it."""
    address, protocol, low, high, targets = entry
    host = f"{low}-{high}" if high > low else str(low)
    target = "80" if targets == 1 else f"80-{79 + targets}"
    return f"{address + ':' if address else ''}{host}:{target}/{protocol}"


projects = st.lists(st.lists(entries(), min_size=1, max_size=3), min_size=1, max_size=4)


def compose(services, names=None) -> str:
    """A Compose file with these entries."""
    text = "services:\n"
    for number, rows in enumerate(services):
        text += f"  {(names or {}).get(number, f's{number}')}:\n    image: acme/s:1\n    ports:\n"
        text += "".join(f'      - "{written(row)}"\n' for row in rows)
    return text


def meet(one: str, other: str) -> bool:
    """Whether two addresses exclude one another, by a table."""
    if not one or not other or one == other:
        return True
    four = {"127.0.0.1", "127.0.0.2", "0.0.0.0"}
    if (one in four) != (other in four):
        return False
    return "0.0.0.0" in (one, other) or "[::]" in (one, other)


def expected(services) -> set[tuple[str, int]]:
    """The (code, line) of every entry that an earlier one is in the way of, found port by port."""
    out = set()
    seen: list[tuple[str, str, set[int], bool]] = []
    line = 1
    for rows in services:
        line += 3
        for address, protocol, low, high, targets in rows:
            line += 1
            numbers, pool = set(range(low, high + 1)), high > low and targets == 1
            for other, protocol2, others, pool2 in seen:
                if protocol == protocol2 and meet(address, other) and numbers & others:
                    out.add(("PRT005" if pool or pool2 else "PRT001", line))
            seen.append((address, protocol, numbers, pool))
    return out


@settings(max_examples=150)
@given(projects)
def test_clashes_are_those_of_a_brute_force(services) -> None:
    assert {(code, line) for code, _, line, _ in found({"compose.yaml": compose(services)})} == expected(services)


REGISTRY = "# P\n## A (8000-8012)\n- 8000: s0\n- 8001-8002: s1\n- 8010-8012: Reserved\n"
trees = st.fixed_dictionaries(
    {
        "compose.yaml": projects.map(compose),
        "docker-compose.tools.yml": projects.map(lambda one: compose(one, {0: "tool"})),
        "other/compose.yaml": projects.map(compose),
    }
)


@settings(max_examples=40)
@given(trees, st.booleans())
def test_the_order_of_the_names_does_not_matter(tree, has_registry) -> None:
    files = {**tree, **({"PORTS.md": REGISTRY} if has_registry else {})}
    names = sorted(files)
    assert found(files, *names) == found(files, *reversed(names)) == found(files)


@settings(max_examples=40)
@given(trees, st.booleans())
def test_splitting_the_names_over_runs_does_not_matter(tree, has_registry) -> None:
    files = {**tree, **({"PORTS.md": REGISTRY} if has_registry else {})}
    together = found(files, *tree)
    apart = {finding for name in tree for finding in found(files, name)}
    assert apart == set(together)


@settings(max_examples=30)
@given(trees, st.sampled_from(["\r\n", "\r"]), st.booleans())
def test_line_ends_and_byte_order_marks_do_not_matter(tree, end, bom) -> None:
    files = {**tree, "PORTS.md": REGISTRY}
    other = {name: ("\ufeff" if bom else "") + text.replace("\n", end) for name, text in files.items()}
    assert found(other) == found(files)


@settings(max_examples=30)
@given(projects)
def test_unrelated_services_do_not_matter(services) -> None:
    text = compose(services)
    more = text + '  unrelated:\n    image: acme/u:1\n    ports: ["9999:80"]\n'
    strip = [(code, line) for code, _, line, _ in found({"compose.yaml": more})]
    assert strip == [(code, line) for code, _, line, _ in found({"compose.yaml": text})]


@settings(max_examples=30)
@given(projects)
def test_subjects_do_not_move_with_the_lines(services) -> None:
    text = compose(services)
    moved = "# a comment\n\n" + text
    subjects = [one.subject for one in verdicts.findings(HOOK, {"compose.yaml": text})]
    assert [one.subject for one in verdicts.findings(HOOK, {"compose.yaml": moved})] == subjects


@settings(max_examples=60)
@given(st.lists(entries(), max_size=4), st.text("- 80:tcp{}[]&*!|>'\"\n", max_size=60))
def test_any_text_behind_a_valid_file_is_judged(rows, tail) -> None:
    text = compose([rows] if rows else []) + tail
    assert all(code.startswith("PRT") for code, *_ in found({"compose.yaml": text}))


@pytest.mark.parametrize("count", [400])
def test_a_long_file_is_not_compared_pair_by_pair(count) -> None:
    services = [[("", "tcp", 1 + 100 * n % 60000, 1 + 100 * n % 60000, 1)] for n in range(count)]
    lines = [line for _, _, line, _ in found({"compose.yaml": compose(services)})]
    assert all(one < other for one, other in pairwise(lines))
