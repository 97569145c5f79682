"""Repositories to measure in: what each hook judges, in every size, deterministic."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

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
COPY <<TEXT /etc/app.conf
port = $PORT
USER root
TEXT

WORKDIR /srv
EXPOSE 80{number}
HEALTHCHECK --interval=30s CMD curl -f http://localhost:80{number}/ || exit 1
USER 10001
ENTRYPOINT ["python", "-m", "service"]
CMD ["--port", "80{number}"]
"""

SERVICE = """\
  {name}:
    image: registry.example.com/acme/{name}:1.4.{minor}
    restart: unless-stopped
    environment:
      LOG_LEVEL: info
      DATABASE_URL: postgres://app@postgres:5432/{name}
    ports:
      - "127.0.0.1:{port}:8000"
    volumes:
      - {name}-data:/var/lib/{name}
    healthcheck:
      test: ["CMD", "curl", "-f", "http://localhost:8000/healthz"]
      interval: 30s
    networks: [backend]
"""

ENTRY = "- **{port}**: {name}\n"
CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- The first thing\n"


def git(folder: Path, *arguments: str) -> None:
    """Run git, as somebody."""
    who = ("-c", "user.name=bench", "-c", "user.email=bench@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def repository(folder: Path, files: dict[str, str], *, commit: bool = False) -> Path:
    """A repository with these files staged, or committed."""
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", folder], check=True)
    write(folder, files)
    if commit:
        git(folder, "commit", "-qm", "Begin")
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    """Write and stage files."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "add", "-A")


def dockerfiles(count: int) -> dict[str, str]:
    """Dockerfiles of 36 lines, clean for both hooks."""
    return {f"services/{n:05}/Dockerfile": DOCKERFILE.format(number=n % 90 + 10) for n in range(count)}


def compose_files(count: int, *, services: int = 3) -> dict[str, str]:
    """Compose files of about 50 lines (three services), each in a folder of its own, every port another."""
    files = {}
    for n in range(count):
        names = [f"svc{n}x{s}" for s in range(services)]
        ports = [10_000 + (n * services + s) % 40_000 for s in range(services)]
        body = "".join(
            SERVICE.format(name=name, port=port, minor=n % 90) for name, port in zip(names, ports, strict=True)
        )
        volumes = "".join(f"  {name}-data:\n" for name in names)
        files[f"stacks/{n:05}/compose.yaml"] = f"services:\n{body}volumes:\n{volumes}networks:\n  backend:\n"
    return files


def port_registry(count: int, *, services: int = 3) -> str:
    """The registry in which every port of `compose_files` is written down."""
    rows = {10_000 + k % 40_000: f"svc{k // services}x{k % services}" for k in range(count * services)}
    lines = "".join(ENTRY.format(port=port, name=name) for port, name in sorted(rows.items()))
    return f"# Ports\n\n## Services (10000-49999)\n{lines}"


def servers(count: int, version: str = "4.0.1") -> str:
    """An MCP configuration with pinned servers."""
    found = {
        f"server-{n}": {"command": "npx", "args": ["-y", f"acme-{n}@{version}"], "env": {"TOKEN": "${TOKEN}"}}
        for n in range(count)
    }
    return json.dumps({"mcpServers": found}, indent=2) + "\n"


def sources(count: int, text: str = "print(1)\n") -> dict[str, str]:
    """Python files."""
    return {f"src/part{n // 100:03}/module{n:05}.py": text for n in range(count)}


def quiet_environment() -> dict[str, str]:
    """The environment of a measured process: byte code may be written and read, and no CI or driver shows through."""
    hidden = ("PYTHONDONTWRITEBYTECODE", "GITHUB_ACTIONS")
    prefixes = ("GIT_", "PRE_COMMIT", "CI_", "GITHUB_")
    return {name: text for name, text in os.environ.items() if name not in hidden and not name.startswith(prefixes)}
