"""Mutation testing of the checks and of the readers. Run by hand; takes minutes to hours.

    .venv/bin/python tests/mutation/run.py checks                              # the five hooks' checks in full
    .venv/bin/python tests/mutation/run.py readers --sample 300 --seed 8       # a sample of the readers' mutants
    .venv/bin/python tests/mutation/run.py no-root -k 'effective.py:41'        # the mutants of one line
    .venv/bin/python tests/mutation/run.py ports --json FILE                   # then, with more tests, what survived:
    .venv/bin/python tests/mutation/run.py ports --again FILE --tests tests/port_registry_conflict/test_clashes.py

A group (`GROUPS`) is some modules and the tests that speak for them. Its tests are collected and run once, with a note
of which lines each reaches. Then every mutant lives in a fork of that process, where it replaces the code in place, and
meets the tests that reach its line: first those that have killed before, then those that reach most lines for their
time. It is killed by the first test that fails, or by running out of its time. What survives is listed;
`survivors.md` beside this script says why those that are left cannot be told from the original. A mutant whose line no
test reaches survives untried.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import resource
import signal
import sys
import time
import types
from collections import Counter, namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "hooks" / "guardrail_hooks"
LONGEST = 4.0  # CPU seconds of tests for one mutant, by what they took for the original
Group = namedtuple("Group", "modules tests")
Result = namedtuple("Result", "module operator line before after outcome")
KILLED, SURVIVED, UNREACHED, TIMEOUT = "killed", "survived", "unreached", "timeout"

GROUPS = {
    "no-root": Group(
        ["no_root_dockerfile/check.py", "no_root_dockerfile/effective.py", "no_root_dockerfile/accounts.py"],
        ["tests/no_root_dockerfile"],
    ),
    "pinned": Group(
        ["pinned_base_image/check.py", "pinned_base_image/policy.py", "pinned_base_image/tags.py"],
        [
            "tests/pinned_base_image/test_cases.py",
            "tests/pinned_base_image/test_check.py",
            "tests/pinned_base_image/test_tag_advice.py",
            "tests/pinned_base_image/test_tags.py",
            "tests/pinned_base_image/test_verdicts.py",
            "tests/pinned_base_image/surfaces",
        ],
    ),
    "ports": Group(
        [
            "port_registry_conflict/check.py",
            "port_registry_conflict/judgement.py",
            "port_registry_conflict/clashes.py",
            "port_registry_conflict/service_rules.py",
        ],
        ["tests/port_registry_conflict"],
    ),
    "mcp": Group(
        ["mcp_config_guard/examine.py", "mcp_config_guard/control.py", "mcp_config_guard/lint.py"],
        [
            "tests/mcp_config_guard/test_bypass.py",
            "tests/mcp_config_guard/test_cases.py",
            "tests/mcp_config_guard/test_control.py",
            "tests/mcp_config_guard/test_examine.py",
            "tests/mcp_config_guard/test_forging.py",
            "tests/mcp_config_guard/test_lint.py",
        ],
    ),
    "changelog": Group(
        ["changelog_required/run.py", "changelog_required/verdict.py", "changelog_required/lint.py"],
        [
            "tests/changelog_required/test_cases.py",
            "tests/changelog_required/test_fix.py",
            "tests/changelog_required/test_fragments.py",
            "tests/changelog_required/test_lint.py",
            "tests/changelog_required/test_run.py",
            "tests/changelog_required/test_verdicts.py",
            "tests/changelog_required/test_verdicts_in_memory.py",
        ],
    ),
    "readers": Group(
        sorted(str(path.relative_to(PACKAGE)) for path in (PACKAGE / "formats").rglob("*.py")),
        [
            "tests/formats",
            "tests/no_root_dockerfile",
            "tests/pinned_base_image/test_cases.py",
            "tests/pinned_base_image/surfaces",
            "tests/port_registry_conflict/test_cases.py",
            "tests/port_registry_conflict/test_registry_markdown.py",
            "tests/changelog_required/test_entries.py",
            "tests/changelog_required/test_hostile.py",
        ],
    ),
}
CHECKS = ("no-root", "pinned", "ports", "mcp", "changelog")
# Tests that start programs do not see a mutant that lives in this process, or measure the machine.
ELSEWHERE = (
    "readme",
    "diet",
    "console_script",
    "cost",
    "fake_registry",
    "real_registry",
    "nothing_heavy",
    "package_is_whole",
)


class Plugin:
    """Takes pytest's place once the tests are collected."""

    def __init__(self, group: str, given: argparse.Namespace) -> None:
        self.group = GROUPS[group]
        self.given = given
        self.failed = ""
        self.reached: dict[str, dict[int, set[str]]] = {}
        self.breadth: dict[str, Counter[str]] = {}  # how many lines of a module a test reaches
        self.durations: dict[str, float] = {}
        self.killers: Counter[str] = Counter()
        self.results: list[Result] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what cannot see a mutant."""
        items[:] = [item for item in items if not any(word in item.nodeid for word in ELSEWHERE)]
        if self.given.quick:
            from hypothesis import is_hypothesis_test

            slow = [
                item for item in items if "hostile" in item.nodeid or is_hypothesis_test(getattr(item, "obj", None))
            ]
            items[:] = [item for item in items if item not in slow]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        if report.failed:
            self.failed = report.nodeid

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Instead of running the tests: run them once for the record, then for every mutant."""
        items = self.recorded(session.items)
        for module, mutant in self.chosen():
            self.results.append(self.tried(module, mutant, items))
            if self.given.json:
                with self.given.json.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(self.results[-1]._asdict()) + "\n")
            outcome = self.results[-1].outcome
            if outcome not in (KILLED, TIMEOUT):
                before, after = shortened(mutant.before, mutant.after)
                print(f"{outcome} {module}:{mutant.line} {mutant.operator}\n  - {before}\n  + {after}")
            sys.stdout.flush()
        return True

    def recorded(self, items: list[pytest.Item]) -> dict[str, pytest.Item]:
        """Run all tests once, noting their time and the lines they reach; those that pass."""
        import coverage

        files = [str(PACKAGE / module) for module in self.group.modules]
        watch = coverage.Coverage(data_file=None, include=files, config_file=False)
        watch.start()
        passing = {}
        for item in items:
            self.failed = ""
            watch.switch_context(item.nodeid)
            before = time.process_time() + sum(os.times()[2:4])
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
            self.durations[item.nodeid] = time.process_time() + sum(os.times()[2:4]) - before
            if self.failed:
                print(f"left out, fails without a mutant: {self.failed}")
            else:
                passing[item.nodeid] = item
        watch.stop()
        for module, file in zip(self.group.modules, files, strict=True):
            by_line = watch.get_data().contexts_by_lineno(file)
            self.reached[module] = {line: set(names) & passing.keys() for line, names in by_line.items()}
            self.breadth[module] = Counter(name for names in self.reached[module].values() for name in names)
        print(f"{len(passing)} tests, {sum(self.durations.values()):.0f} CPU s")
        return passing

    def chosen(self) -> Iterator[tuple[str, object]]:
        """The mutants to try, a seeded sample where one is asked for."""
        from tests.mutation.mutants import count, mutants

        modules = [one for one in self.group.modules if one in self.given.modules or not self.given.modules]
        sources = {module: (PACKAGE / module).read_text(encoding="utf-8") for module in modules}
        every = [(module, number) for module in modules for number in range(count(sources[module]))]
        print(f"{len(every)} mutants")
        if self.given.sample:
            every = random.Random(self.given.seed).sample(every, self.given.sample)
        alive = like = None
        if self.given.again:
            rows = map(json.loads, self.given.again.read_text(encoding="utf-8").splitlines())
            alive = {_identity(**row) for row in rows if row["outcome"] in (SURVIVED, UNREACHED)}
            like = {identity[1:3] for identity in alive}
        for module in modules:
            for mutant in mutants(sources[module], {number for one, number in every if one == module}, like):
                named = not self.given.k or f"{module}:{mutant.line}".endswith(tuple(self.given.k))
                if named and (alive is None or _identity(module, *mutant[1:5]) in alive):
                    original = mutant._replace(operator="unchanged", tree=ast.parse(sources[module]))
                    yield module, original if self.given.unchanged else mutant

    def tried(self, module: str, mutant: object, items: dict[str, pytest.Item]) -> Result:
        """What becomes of one mutant."""
        report = Result(module, mutant.operator, mutant.line, mutant.before, mutant.after, "")
        names = self.reaching(module, mutant)
        if not names:
            return report._replace(outcome=UNREACHED)
        planned, time_left = [], LONGEST
        own = f"/test_{Path(module).stem}"
        worth = {name: self.breadth[module][name] / max(self.durations[name], 0.001) for name in names}
        for name in sorted(names, key=lambda one: (-min(self.killers[one], 5), own not in one, -worth[one])):
            if self.durations[name] < time_left:
                planned.append(name)
                time_left -= self.durations[name]
        reader, writer = os.pipe()
        child = os.fork()
        if not child:
            os.close(reader)
            self.live(module, mutant, [items[name] for name in planned], writer)
        os.close(writer)
        with os.fdopen(reader) as pipe:
            killer = pipe.read()
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return report._replace(outcome=TIMEOUT)
        if killer:
            self.killers[killer] += 1
        return report._replace(outcome=KILLED if os.WEXITSTATUS(status) else SURVIVED)

    def reaching(self, module: str, mutant: object) -> set[str]:
        """The tests that reach the line of a mutant; all of the module's where it changes what is done at import."""
        lines = self.reached[module]
        functions = [node for node in ast.walk(mutant.tree) if isinstance(node, ast.FunctionDef)]
        if not any(node.body[0].lineno <= mutant.line <= (node.end_lineno or 0) for node in functions):
            return set().union(*lines.values())
        if lines.get(mutant.line):
            return lines[mutant.line]
        around = [line for line in lines if lines[line] and line <= mutant.line]  # in the middle of a statement
        return lines[max(around)] if around else set()

    def live(self, module: str, mutant: object, items: list[pytest.Item], writer: int) -> None:
        """In the fork: put the mutant in place and run the tests until one fails. Does not return."""
        code = 0
        try:
            seconds = int(sum(self.durations[item.nodeid] for item in items) * 3 + 10)
            used = int(time.process_time())
            resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, used + seconds + 1))
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(seconds * 20)
            silent = os.open(os.devnull, os.O_WRONLY)
            os.dup2(silent, 1)
            os.dup2(silent, 2)
            install(module, mutant)
            for item in items:
                self.failed = ""
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if self.failed:
                    os.write(writer, self.failed.encode())
                    code = 1
                    break
        except BaseException:
            code = 1
        os._exit(code)


def _identity(module: str, operator: str, line: int, before: str, after: str, outcome: str = "") -> tuple[str, ...]:
    """What a mutant is known by while its line moves."""
    del line, outcome
    return module, operator, before, after


def shortened(before: str, after: str, most: int = 150) -> tuple[str, str]:
    """Two long lines around their first difference."""
    same = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
    start = max(same - most // 2, 0)
    return before[start : start + most], after[start : start + most]


def install(module: str, mutant: object) -> None:
    """Replace a module's code by a mutant's: functions in place, so that whoever imported them has the mutant too."""
    name = "guardrail_hooks." + module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    old = sys.modules.get(name)
    if old is None:
        old = __import__(name, fromlist=["x"])
    new = {"__name__": name, "__package__": old.__package__, "__file__": old.__file__}
    exec(compile(mutant.tree, old.__file__, "exec"), new)
    statement = next(one for one in mutant.tree.body if one.lineno <= mutant.line <= one.end_lineno)
    if hasattr(statement, "name"):  # a function or a class
        _graft(getattr(old, statement.name), new[statement.name])
        return
    for key, value in new.items():
        was = old.__dict__.get(key)
        if isinstance(value, types.FunctionType | type | types.ModuleType) or key.startswith("__"):
            continue
        if _differs(was, value):
            for other in list(sys.modules.values()):
                if getattr(other, "__name__", "").startswith(("guardrail_hooks", "tests")):
                    for known, held in list(vars(other).items()):
                        if held is was and (known == key or other is old):
                            setattr(other, known, value)


def _graft(old: object, new: object) -> None:
    """Give a function, or all that a class holds, the code of its mutant."""
    if isinstance(old, types.FunctionType):
        old.__code__, old.__defaults__, old.__kwdefaults__ = new.__code__, new.__defaults__, new.__kwdefaults__
    elif isinstance(old, property):
        for part in ("fget", "fset"):
            if getattr(old, part):
                _graft(getattr(old, part), getattr(new, part))
    elif isinstance(old, staticmethod | classmethod):
        _graft(old.__func__, new.__func__)
    elif isinstance(old, type):
        for name, held in vars(new).items():
            own = vars(old).get(name)
            if isinstance(held, types.FunctionType | property | staticmethod | classmethod):
                _graft(own, held)
            elif not name.startswith("__") and not isinstance(held, types.MemberDescriptorType) and own != held:
                setattr(old, name, held)


def _differs(old: object, new: object) -> bool:
    """Whether a mutant's value of a name is another one; patterns are compared by their text."""
    if type(old).__name__ == "_Waiting":
        return (old._text, old._flags) != (new._text, new._flags)
    if hasattr(old, "pattern"):
        return old.pattern != new.pattern or old.flags != new.flags
    return old != new


def main() -> int:
    """Try the mutants of the groups that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("group", nargs="+", help=f"checks, or of: {', '.join(GROUPS)}")
    parser.add_argument("--module", dest="modules", action="append", default=[], help="these modules alone")
    parser.add_argument("--sample", type=int, help="that many mutants of each group, chosen by --seed")
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("-k", action="append", help="the mutants of these lines, as in 'check.py:41'")
    parser.add_argument("--unchanged", action="store_true", help="put the original in each place: none may be killed")
    parser.add_argument("--quick", action="store_true", help="without property tests and hostile input")
    parser.add_argument("--tests", action="append", help="with these tests instead of the group's")
    parser.add_argument("--json", type=Path, help="append the results to this file, a line each")
    parser.add_argument("--again", type=Path, help="only what survived in the results of an earlier --json")
    given = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    for group in CHECKS if given.group == ["checks"] else given.group:
        plugin = Plugin(group, given)
        arguments = ["-o", "addopts=", "-p", "no:terminal", "--import-mode=importlib"]
        pytest.main([*arguments, *(given.tests or GROUPS[group].tests)], plugins=[plugin])
        for module in dict.fromkeys(result.module for result in plugin.results):
            outcomes = Counter(result.outcome for result in plugin.results if result.module == module)
            total = sum(outcomes.values())
            dead = outcomes[KILLED] + outcomes[TIMEOUT]
            print(f"{module}: {dead} of {total} killed ({100 * dead / total:.1f} %), {dict(outcomes)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
