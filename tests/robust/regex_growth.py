#!/usr/bin/env python3
"""How the time of every regular expression of the suite grows with hostile text of 1 to 100 KB.

Run it with the environment of the tests: `.venv/bin/python tests/robust/regex_growth.py` (about five minutes;
`--quick` for the screen that the suite runs, `-k TEXT` for the patterns whose place contains TEXT). It collects the
patterns from the source: what `pattern(...)`, `re.compile(...)` and `re.METHOD(...)` are given, those that are made at
run time, and the `files:` of the manifest. From the structure of each it makes strings that keep its loops busy and
then fail, and applies it to them by the methods that the source applies it by. A table gives the time at 1, 10 and
100 KB and the exponent of the fit; the exit code is 1 when one grows faster than it may.
"""

from __future__ import annotations

import argparse
import ast
import functools
import importlib
import itertools
import math
import re
import signal
import sys
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

try:
    from re import _parser as parser
except ImportError:  # Python 3.10
    import sre_parse as parser

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "hooks" / "guardrail_hooks"
METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")
REGULAR = frozenset(f"re.{method}" for method in (*METHODS, "compile"))
ENDINGS = ("", "\0", "!", "\n", "x", " ")
# Characters and seconds of the screen: a linear pattern takes a tenth of the time, a quadratic one ten times.
SCREEN, SUSPECT = 4000, 0.004
QUICK_SCREEN, QUICK_SUSPECT = 2000, 0.0015
SIZES = (1000, 3200, 10_000, 32_000, 100_000)
STEEPEST, LONGEST = 1.6, 0.05  # an exponent counts where the longest text takes so many seconds
LIMIT = 1.0  # seconds for one text, then it is given up

PATH = "a path: no file that can be checked out has a name of more than 255 bytes, and that is where the loops stay"
ROWS = "what git itself lists, where every row has its end"
# Patterns that grow faster, by the place and how they begin: the longest text that they meet, and why.
BOUNDED: dict[tuple[str, str], tuple[int, str]] = {
    (".pre-commit-hooks.yaml", ""): (1000, PATH),
    ("formats/compose/__init__.py", ""): (1000, PATH),
    ("formats/file_names.py", ""): (1000, PATH),
    ("changelog_required/exempt.py", "test_"): (1000, PATH),
    ("pinned_base_image/surfaces/opted.py", ""): (1000, PATH),
    ("core/globs.py", "(?=(?P<folders"): (1000, PATH),
    ("changelog_required/ground.py", r"(\d{6})"): (1000, ROWS),
    ("mcp_config_guard/references.py", r"\$\{([A-Za-z_]"): (1000, "a text that is cut behind its last brace"),
    ("formats/dockerfile/values.py", "([0-9.]+)"): (1000, "only what the whole duration was matched by before"),
}
# What users write as a regular expression on their own command line is theirs.
THEIRS = ("changelog_required/settings.py", "port_registry_conflict/settings.py", "pattern.py")
# Where a pattern is reached by another name than its own: the methods it is used by.
REACHED = {
    ("mcp_config_guard/lint_secrets.py", "ASSIGNED"): {"fullmatch"},
    ("mcp_config_guard/lint_secrets.py", "HEADER_ARGUMENT"): {"fullmatch"},
    ("mcp_config_guard/lint_secrets.py", "SCHEME"): {"match", "sub"},
    ("changelog_required/exempt.py", "_tests"): {"fullmatch"},
    ("mcp_config_guard/lint_supply.py", "PIPED"): {"finditer"},
    ("mcp_config_guard/lint_supply.py", "RUN"): {"search"},
    ("core/globs.py", ""): {"fullmatch"},
    ("changelog_required/governing.py", ""): {"fullmatch"},
    ("formats/image_reference.py", "_DOMAIN"): {"fullmatch"},
    ("formats/yaml_text.py", "before_comment"): {"match"},
    ("formats/yaml_text.py", "blank_lines"): {"match"},
}


class Found(NamedTuple):
    """A pattern: where it stands, its text, its flags, and the methods that it is used by."""

    place: str
    text: str | bytes
    flags: int
    methods: frozenset[str]

    def compiled(self) -> re.Pattern:
        return re.compile(self.text, self.flags)


class TooSlow(Exception):
    """A text took longer than `LIMIT`."""


# Collecting


def modules() -> Iterator[tuple[str, Path]]:
    """Every module of the package with its file."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


@functools.cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """What of a module's source has to do with patterns."""
    kinds = ast.Call | ast.Attribute | ast.Assign | ast.AnnAssign
    return tuple(node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, kinds))


def in_source() -> Iterator[tuple[str, str, ast.Call, object]]:
    """Each call that makes or applies a pattern: its place, the method, the call, and its module."""
    for name, path in modules():
        module = importlib.import_module(name)
        for node in nodes(path):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            place = f"{path.relative_to(PACKAGE)}:{node.lineno}"
            if isinstance(node.func, ast.Name) and node.func.id == "pattern":
                yield place, "compile", node, module
            elif isinstance(node.func, ast.Attribute) and ast.unparse(node.func) in REGULAR:
                yield place, ast.unparse(node.func).removeprefix("re."), node, module


def uses() -> dict[int, set[str]]:
    """By the identity of a pattern that a global holds: the methods that are called on it anywhere in the package."""
    found: dict[int, set[str]] = {}
    for name, path in modules():
        module = importlib.import_module(name)
        for node in nodes(path):
            if not isinstance(node, ast.Attribute) or node.attr not in METHODS:
                continue
            holder: object = module
            if isinstance(node.value, ast.Attribute):
                holder = getattr(module, getattr(node.value.value, "id", ""), None)
            held = getattr(holder, getattr(node.value, "attr", "") or getattr(node.value, "id", ""), None)
            if held is not None:
                found.setdefault(id(held), set()).add(node.attr)
    return found


def names_of_calls(path: Path) -> dict[tuple[int, int], str]:
    """By the position of a call: the name that its value is assigned to."""
    named = {}
    for node in nodes(path):
        if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Call):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            name = target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            named[node.value.lineno, node.value.col_offset] = name
    return named


def held_by(scope: dict[str, object]) -> Iterator[tuple[str, object]]:
    """The patterns that the globals of a module hold, in tables as well, with the names of the globals."""

    def inside(value: object, depth: int) -> Iterator[object]:
        if isinstance(value, re.Pattern) or type(value).__name__ == "_Waiting":
            yield value
        elif isinstance(value, dict | list | tuple) and depth:
            for one in value.values() if isinstance(value, dict) else value:
                yield from inside(one, depth - 1)

    for name, value in scope.items():
        for one in inside(value, 3):
            yield name, one


def made_at_run_time() -> list[tuple[str, str | bytes, int]]:
    """The patterns that the package compiles from something else than a constant: place, text, flags.

    Everything that makes one is called here with something that it may be given.
    """
    made: list[tuple[str, str | bytes, int]] = []
    real = {method: getattr(re, method) for method in ("compile", "search", "findall")}

    def recording(method: str) -> Callable[..., object]:
        def record(text: str | bytes, *rest: object, **more: object) -> object:
            frame = sys._getframe(1)
            path = Path(frame.f_code.co_filename)
            if PACKAGE in path.parents and path.name != "pattern.py" and isinstance(text, str | bytes):
                flags = rest[0] if method == "compile" and rest else more.get("flags", 0)
                made.append((f"{path.relative_to(PACKAGE)}:{frame.f_lineno}", text, int(flags)))  # type: ignore[call-overload]
            return real[method](text, *rest, **more)

        return record

    for method in real:
        setattr(re, method, recording(method))
    try:
        make()
    finally:
        for method, function in real.items():
            setattr(re, method, function)
    return made


def make() -> None:
    """Call what makes patterns."""
    from guardrail_hooks.changelog_required import fragment_tools, governing
    from guardrail_hooks.core.globs import compile_glob
    from guardrail_hooks.core.snapshot import Memory
    from guardrail_hooks.formats import yaml_nodes
    from guardrail_hooks.formats.binders import FILES
    from guardrail_hooks.formats.dockerfile import patterns
    from guardrail_hooks.formats.image_reference import parse
    from guardrail_hooks.pinned_base_image import elsewhere
    from guardrail_hooks.pinned_base_image.surfaces import in_yaml
    from guardrail_hooks.pinned_base_image.uses import Surfaces
    from guardrail_hooks.port_registry_conflict import surfaces

    for glob in ("**/*.md", "*a*", "**/a/**/b/**", "a?[b-d]*{e,f}", "***", "**/a*b*/**/c*/*"):
        compile_glob(glob)
        compile_glob(glob, crossing=True)
    governing._compile("packages/{name}/**/src")
    fragment_tools._line_of("kind: x", "kind")
    list(patterns._parts(["*", "=a", "?", "*", "=b"], "ab"))
    for text in ("a: b", "a: \u2028b"):
        yaml_nodes.read(text.encode())
    for name, module in list(sys.modules.items()):
        if name.startswith(in_yaml.__package__ + ".") and hasattr(module, "KEYS"):
            list(in_yaml.read_images(b"a: b", module.KEYS, lambda *_: iter(())))
    references = elsewhere.Elsewhere(Memory({}), Surfaces({}, include_built=False))
    list(references._references(parse("redis:7"), "version"))
    everywhere = Namespace(surfaces=frozenset(FILES), excludes=lambda path: False)
    list(surfaces.surface_paths(Memory({"a.yaml": b""}), [], everywhere))
    surfaces.concerns_surface("a.container", everywhere)


def collect() -> tuple[list[Found], list[str]]:
    """All patterns, and the places of calls whose pattern is not known."""
    found: dict[tuple[str | bytes, int], Found] = {}
    unknown = []
    used = uses()
    named = {path: names_of_calls(path) for _, path in modules()}

    def keep(place: str, text: str | bytes, flags: int, methods: set[str]) -> None:
        key = text, flags & ~re.UNICODE.value
        if key in found:
            methods = methods | found[key].methods
            place = found[key].place
        found[key] = Found(place, text, flags, frozenset(methods))

    for place, method, call, module in in_source():
        scope = vars(module) | {"re": re}
        try:
            text = eval(compile(ast.Expression(call.args[0]), place, "eval"), scope)
            words = {word.arg: word.value for word in call.keywords}
            at = {"sub": 4, "subn": 4, "split": 3}.get(method, 2 if method != "compile" else 1)
            option = call.args[at] if len(call.args) > at else words.get("flags")
            flags = int(eval(compile(ast.Expression(option), place, "eval"), scope)) if option else 0
        except NameError:
            unknown.append(place)
            continue
        if isinstance(text, re.Pattern):
            text, flags = text.pattern, text.flags
        elif not isinstance(text, str | bytes):
            text, flags = text._text, text._flags
        if method == "compile":
            file = place.rpartition(":")[0]
            name = named[PACKAGE / file].get((call.lineno, call.col_offset), "")
            known = REACHED.get((file, name)) or used.get(id(getattr(module, name, None)))
            keep(place, text, flags, known or set(METHODS))
        else:
            keep(place, text, flags, {method})
    made = made_at_run_time()
    for place, text, flags in made:
        file, _, line = place.rpartition(":")
        name = next((name for (number, _), name in named[PACKAGE / file].items() if number == int(line)), "")
        known = REACHED.get((file, name)) or REACHED.get((file, ""))
        keep(place, text, flags, known or {"fullmatch", "match", "search"})
    held = {}
    for name, path in modules():
        for owner, one in held_by(vars(importlib.import_module(name))):
            place = str(path.relative_to(PACKAGE))
            text, flags = (one.pattern, one.flags) if isinstance(one, re.Pattern) else (one._text, one._flags)
            held[place, owner] = text, flags
            known = REACHED.get((place, owner)) or used.get(id(one)) or set(METHODS)
            if (text, flags & ~re.UNICODE.value) not in found:
                keep(f"{place}:{owner}", text, flags, known)
    with_tables = {place for place, _ in held}
    known = {place.rpartition(":")[0] for place, _, _ in made} | set(THEIRS) | with_tables
    unknown = [place for place in unknown if place.rpartition(":")[0] not in known]
    from ruamel.yaml import YAML

    for hook in YAML(typ="safe").load(ROOT / ".pre-commit-hooks.yaml"):
        if "files" in hook:
            keep(f".pre-commit-hooks.yaml {hook['id']}", hook["files"], 0, {"search"})
    return sorted(found.values(), key=lambda one: one.place), unknown


# Attacking


def example(tree: object, variant: int = 0) -> str:
    """A short string that a part of a pattern matches; the variant chooses among alternatives."""
    out = ""
    for kind, value in tree:  # type: ignore[attr-defined]
        name = str(kind)
        if name == "LITERAL":
            out += chr(value)
        elif name == "NOT_LITERAL":
            out += "b" if value == ord("a") else "a"
        elif name == "ANY":
            out += "a"
        elif name == "IN":
            options = members(value)
            out += options[variant % len(options)] if options else ""
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            out += example(value[2], variant) * max(value[0], variant % 2 if value[1] else 0)
        elif name == "SUBPATTERN":
            out += example(value[-1], variant)
        elif name == "ATOMIC_GROUP":
            out += example(value, variant)
        elif name == "BRANCH":
            out += example(value[1][variant % len(value[1])], variant)
        elif name == "GROUPREF":
            out += "a"
    return out


COMMON = [*"a0Z_- \t\n\r.:/'\"\\=,;<>()[]{}#*`$@|~!+&\0", "\u00e9", "\u2028"]
CATEGORIES = {
    "CATEGORY_DIGIT": "07",
    "CATEGORY_NOT_DIGIT": "a -",
    "CATEGORY_SPACE": " \t\n",
    "CATEGORY_NOT_SPACE": "a0-",
    "CATEGORY_WORD": "a0_",
    "CATEGORY_NOT_WORD": " -.",
}


def members(items: list) -> list[str]:
    """Some characters of a set: for a negated one, common ones that it does not name."""
    negated = bool(items) and str(items[0][0]) == "NEGATE"
    chosen: list[str] = []
    inside: Callable[[str], bool]
    spans: list[tuple[int, int]] = []
    categories: list[str] = []
    for kind, value in items:
        name = str(kind)
        if name == "LITERAL":
            chosen.append(chr(value))
            spans.append((value, value))
        elif name == "RANGE":
            chosen += [chr(value[0]), chr(value[1])]
            spans.append(value)
        elif name == "CATEGORY":
            chosen += CATEGORIES[str(value)]
            categories.append(str(value))
    if not negated:
        return list(dict.fromkeys(chosen))
    tests = {"DIGIT": str.isdigit, "SPACE": str.isspace, "WORD": lambda c: c.isalnum() or c == "_"}

    def inside(character: str) -> bool:
        if any(low <= ord(character) <= high for low, high in spans):
            return True
        for category in categories:
            test = tests[category.rpartition("_")[2]]
            if test(character) != ("NOT" in category):
                return True
        return False

    return [character for character in COMMON if not inside(character)][:6]


def loops(tree: object, before: str = "", variant: int = 0) -> Iterator[tuple[str, object]]:
    """Every loop without a small bound: a string that leads to it, and what it repeats."""
    for kind, value in tree:  # type: ignore[attr-defined]
        name = str(kind)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            if value[1] > 60:
                yield before, value[2]
            yield from loops(value[2], before, variant)
        elif name == "SUBPATTERN":
            yield from loops(value[-1], before, variant)
        elif name == "ATOMIC_GROUP":
            yield from loops(value, before, variant)
        elif name == "BRANCH":
            for branch in value[1]:
                yield from loops(branch, before, variant)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from loops(value[1], before, variant)
        before += example([(kind, value)], variant)


def alphabet(tree: object) -> list[str]:
    """The characters that a pattern speaks of, a few of each set."""
    found: list[str] = []
    for kind, value in tree:  # type: ignore[attr-defined]
        name = str(kind)
        if name in ("LITERAL", "NOT_LITERAL"):
            found.append(chr(value))
        elif name == "IN":
            found += members(value)[:4]
        elif name == "ANY":
            found.append("a")
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            found += alphabet(value[2])
        elif name == "SUBPATTERN":
            found += alphabet(value[-1])
        elif name == "ATOMIC_GROUP":
            found += alphabet(value)
        elif name == "BRANCH":
            for branch in value[1]:
                found += alphabet(branch)
        elif name in ("ASSERT", "ASSERT_NOT"):
            found += alphabet(value[1])
    return list(dict.fromkeys(found))


def attacks(one: Found, *, pairs: bool) -> Iterator[tuple[str, str, str]]:
    """Beginning, what is repeated, and end of hostile strings."""
    text = one.text if isinstance(one.text, str) else one.text.decode("latin-1")
    tree = parser.parse(text, one.flags & ~re.LOCALE.value)
    letters = alphabet(tree)
    seen = set()
    pumps: list[tuple[str, str]] = []
    for before, body in itertools.chain(loops(tree), loops(tree, variant=1)):
        for variant in range(4 if pairs else 2):
            piece = example(body, variant)
            pumps += [(before, piece), ("", before + piece), ("", piece), (before, before + piece), ("", before)]
    pumps += [("", letter) for letter in letters[: 24 if pairs else 12]]
    beginnings = list(dict.fromkeys(example(tree, variant) for variant in range(3)))
    pumps += [("", beginning) for beginning in beginnings]
    pumps += [(beginning, letter) for beginning in beginnings[:1] for letter in letters[: 12 if pairs else 6]]
    if pairs:
        pumps += [("", first + second) for first, second in itertools.permutations(letters[:10], 2)]
    for before, piece in pumps:
        for ending in ENDINGS if pairs else ENDINGS[1:3]:
            if piece and (before, piece, ending) not in seen:
                seen.add((before, piece, ending))
                yield before, piece, ending


def hostile(attack: tuple[str, str, str], size: int) -> str:
    """The text of an attack, of about this size."""
    before, piece, ending = attack
    return before + piece * (size // len(piece)) + ending


def seconds(one: Found, compiled: re.Pattern, text: str, clock: Callable[[], float] = time.perf_counter) -> float:
    """The time that the slowest of a pattern's methods takes on a text. Raises `TooSlow`.

    What is short is measured by the finer clock, what is long by one that others on the machine do not disturb.
    """
    subject: str | bytes = text if isinstance(one.text, str) else text.encode("utf-8")
    slowest = 0.0
    scans = one.methods & {"findall", "finditer", "split", "sub", "subn"}
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT * 3)
    try:
        for method in ({"finditer"} if scans else set()) | (one.methods & {"fullmatch", "match", "search"}):
            begin = clock()
            if method == "finditer":
                for _ in compiled.finditer(subject):
                    pass
            else:
                getattr(compiled, method)(subject)
            slowest = max(slowest, clock() - begin)
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    return slowest


def give_up(*_: object) -> None:
    raise TooSlow


def worst(one: Found, *, quick: bool) -> tuple[float, tuple[str, str, str]]:
    """The slowest attack at the size of the screen."""
    compiled = one.compiled()
    slowest, attack = 0.0, ("", "a", "")
    for candidate in attacks(one, pairs=not quick):
        try:
            for size in (40, QUICK_SCREEN if quick else SCREEN):  # what is exponential shows at once
                took = seconds(one, compiled, hostile(candidate, size))
        except TooSlow:
            return math.inf, candidate
        if took > slowest:
            slowest, attack = took, candidate
            if quick and slowest > 2 * QUICK_SUSPECT:
                break
    return slowest, attack


class Growth(NamedTuple):
    """The exponent of the fit, and the seconds by size; infinite where it was given up."""

    exponent: float
    times: dict[int, float]

    @property
    def is_too_steep(self) -> bool:
        return self.exponent > STEEPEST and max(self.times.values()) > LONGEST


def growth(one: Found, attack: tuple[str, str, str]) -> Growth:
    """How the time grows with the size of an attack."""
    compiled = one.compiled()
    times: dict[int, float] = {}
    for size in SIZES:
        text = hostile(attack, size)
        try:
            clock = time.process_time if size > 2000 else time.perf_counter
            times[size] = min(seconds(one, compiled, text, clock) for _ in range(3)) or 1e-7
        except TooSlow:
            times[size] = math.inf
        if times[size] > LIMIT:
            break
    points = [(math.log(size), math.log(took)) for size, took in times.items() if 5e-5 < took < math.inf]
    if len(points) < 2:
        return Growth(math.inf if math.inf in times.values() else 0.0, times)
    middle = sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points)
    slope = sum((x - middle[0]) * (y - middle[1]) for x, y in points) / sum((x - middle[0]) ** 2 for x, _ in points)
    return Growth(slope, times)


def is_bounded(one: Found, attack: tuple[str, str, str]) -> bool:
    """Whether the longest text that a pattern ever meets takes no time to speak of."""
    for (place, beginning), (longest, _) in BOUNDED.items():
        if one.place.startswith(place) and str(one.text).startswith(beginning):
            text = hostile(attack, longest)
            return min(seconds(one, one.compiled(), text) for _ in range(5)) < LONGEST
    return False


def is_superlinear(one: Found, attack: tuple[str, str, str]) -> bool:
    """Whether four times the text takes more than eight times as long."""
    compiled = one.compiled()
    try:
        short, long = (
            min(seconds(one, compiled, hostile(attack, size)) for _ in range(3))
            for size in (QUICK_SCREEN // 4, QUICK_SCREEN)
        )
    except TooSlow:
        return True
    return long > 8 * short


def too_steep(found: list[Found], *, quick: bool, tell: Callable[[str], None] = lambda line: None) -> list[str]:
    """The patterns that grow too fast, as lines; `tell` gets the line of every pattern."""
    signal.signal(signal.SIGVTALRM, give_up)
    failures = []
    for one in found:
        slowest, attack = worst(one, quick=quick)
        if quick and (slowest < QUICK_SUSPECT or is_bounded(one, attack) or not is_superlinear(one, attack)):
            continue
        measured = growth(one, attack)
        times = " ".join(f"{measured.times.get(size, math.inf) * 1000:9.2f}" for size in (1000, 10_000, 100_000))
        shown = tuple(part if len(part) < 25 else part[:25] + "..." for part in attack)
        line = f"{measured.exponent:5.2f} {times}  {one.place}  {shown!r}"
        tell(line)
        if measured.is_too_steep and not is_bounded(one, attack):
            failures.append(line)
    return failures


def main() -> int:
    """Measure all patterns; 1 when one grows too fast or is not known."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="the screen alone, with fewer strings")
    options.add_argument("-k", default="", metavar="TEXT", help="only patterns whose place contains it")
    given = options.parse_args()
    found, unknown = collect()
    found = [one for one in found if given.k in one.place]
    print(f"{len(found)} patterns\n  exp    1 KB ms  10 KB ms 100 KB ms  place, attack (beginning, repeated, end)")
    failures = too_steep(found, quick=given.quick, tell=print)
    for place in unknown:
        print(f"not known, let make() make it: {place}")
    print(f"{len(failures)} of {len(found)} grow too fast, {len(unknown)} are not known")
    for line in failures:
        print(line)
    return 1 if failures or unknown else 0


if __name__ == "__main__":
    sys.exit(main())
