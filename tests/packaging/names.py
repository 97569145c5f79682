"""Names of files as people give them, and the hooks that must be handed each.

They are put together from parts, and none of the parts comes from a pattern: a pattern that is wrong cannot agree with
a list that was made without it.
"""

from __future__ import annotations

from itertools import product

USR, PIN, PRT = "no-root-dockerfile", "pinned-base-image", "port-registry-conflict"
DOCKERFILE, COMPOSE, IMAGES, PORTS, NOBODY = (USR, PIN), (PIN, PRT), (PIN,), (PRT,), ()

FOLDERS = (
    "", "api/", "services/billing/v2/", ".docker/", "docker/linux-amd64/", "sp ace/", "\u00fcbung/\u8cea\u554f/",
    "quo'te\"/", "-dash/", "new\nline/", "trap/Dockerfile/", "trap/compose.yaml/", "trap/templates.j2/", "trap/x.md/",
    "trap/.env/", "docs/", "IMPORTANT/diagrams/", "examples/(a) [b] {c} $d/",
)  # fmt: skip

STEMS = ("Dockerfile", "dockerfile", "DOCKERFILE", "DockerFile", "Containerfile", "containerfile")
WORDS = (
    "dev", "prod", "test", "local", "alpine", "ubuntu-22.04", "cuda12.1", "python3.13-slim", "arm64", "aarch64", "base",
    "build", "builder", "multi_stage", "non-root", "ubi9-minimal.openjdk21", "windows", "WindowsServerCore", "17",
    "8.4", "node20", "php", "python", "golang", "rust", "java", "nginx", "k8s", "ci", "e2e", "gpu", "cpu", "release",
    "debug", "c9s", "api.v2", "sample", "example", "distroless", "x86_64", "fly", "railway", "lambda", "worker",
)  # fmt: skip
ENDINGS_OF_OTHERS = (
    ".j2", ".jinja", ".jinja2", ".tmpl", ".tpl", ".gotmpl", ".template", "-template", "_template", ".erb", ".em", ".in",
    ".mustache", ".hbs", ".md", ".mdx", ".rst", ".txt", ".adoc", ".html", ".pdf", ".png", ".svg", ".ncl",
    ".dockerignore", ".gitignore", ".containerignore", "~", ".bak", ".orig", ".rej", ".swp", ".diff", ".patch",
    ".golden", ".snap", ".json.golden", ".go", "_test.go", ".py", ".js", ".jsx", ".ts", ".tsx", ".clj", ".lua", ".sh",
    ".rb", ".cs", ".kt", ".dart", ".ps1", ".rs", ".tf", ".toml", ".json", ".xml", ".yml", ".yaml", ".lock",
    ".lock.yml", ".approved.txt", ".dev.j2", "-alpine.template", ".windows.tmpl", ".dev.md",
)  # fmt: skip
NO_DOCKERFILES = (
    "mydockerfile", "Dockerfiles", "dockerfilerc", "Dockerfile2", "my-dockerfile", "add_dockerfile_to_table.php",
    "DockerfileParser.cs", "update-dockerfile.sh", "scan-dockerfile.yml", "create_dockerfiles.py", "docker-file",
    "Docker", "dockerfile-lint.config.js", "Makefile", "README.md", ".dockerignore", "docker-entrypoint.sh",
    "hadolint.yaml", "container", "Containers", "Vagrantfile", "Procfile", "Jenkinsfile", "from.txt",
)  # fmt: skip

COMPOSE_NAMES = (
    "compose", "docker-compose", "Compose", "Docker-Compose", "compose.prod", "compose-dev", "compose_test",
    "compose.override", "docker-compose.override", "docker-compose-backend", "docker-compose_ci", "docker-compose.v2.1",
    "docker-compose.network-fix", "acme.docker-compose", "podman-compose", "base-compose", "redis.compose",
    "stack", "docker-stack", "portainer-stack", "monitoring_stack", "stack.prod", "stack-dev",
)  # fmt: skip
NO_COMPOSE = (
    "composer.yaml", "composer.json", "compose.json", "compose.toml", "docker-composed.yml", "decompose.yaml",
    "mycompose.yaml", "compose.yaml.j2", "compose.yml.tmpl", "compose.yml~", "compose.yaml.bak", "compose.yml.md",
    "docker-compose", "docker-compose.yml.example", "docker-compose.sh", "values.yaml", "Chart.yaml", "deploy.yaml",
    "kustomization.yml", "stack.json", "stack.py", "a.yml", ".gitlab-ci.yml", "mkdocs.yml", "compose.py", "compose.go",
)  # fmt: skip

DEVCONTAINERS = ("devcontainer.json", ".devcontainer.json")
BAKES = tuple(
    f"{name}.{kind}"
    for name in ("docker-bake", "docker-bake.override", "docker-bake-dev", "x.docker-bake", "my_docker-bake.ci")
    for kind in ("hcl", "json")
)
NO_IMAGES = (
    "devcontainer.jsonc", "mydevcontainer.json", "devcontainer-feature.json", "devcontainer-lock.json",
    "devcontainer.json.j2", "docker-baked.hcl", "bake.hcl", "docker-bake.yaml", "docker-bake.hcl.tmpl", "main.tf",
    "main.hcl", "package.json", "web.container", ".mcp.json", "mcp.json", "CHANGELOG.md", "docker-bake",
)  # fmt: skip

ENVIRONMENTS = (".env",)
NO_ENVIRONMENTS = (
    ".env.example", ".env.local", ".env.sample", "prod.env", ".envrc", "env", ".env.j2", ".environment", "dotenv",
    ".env-sample", "settings.env",
)  # fmt: skip
REGISTRIES = (
    "PORTS.md", "ports.yaml", "ports.yml", "ports.json", "ports.env", "PortRegistry.md", "port-registry.md",
    "port-registry.yaml", "port-registry.yml", "port-registry.json",
)  # fmt: skip
REGISTRY_FOLDERS = ("", "docs/", "config/", "IMPORTANT/", "IMPORTANT/diagrams/", "IMPORTANT/a/b/")
NO_REGISTRIES = (
    "src/ports.yaml", "docs/network/PORTS.md", "a/docs/ports.md", "ports.py", "port.yaml", "docs/airports.md",
    "docs/ports.md.j2", "config/ports.toml", "docs/port-registry.txt", "portregistry.yaml", "IMPORTANT/ports.md.bak",
    "UNIMPORTANT/ports.md", "docs/ports.md/readme", "ports.md.orig", "reports.md", "config/exports.yaml",
)  # fmt: skip


def _names() -> dict[str, tuple[str, ...]]:
    """Every path with the hooks that are handed a text file of that name."""
    dockerfiles = [*STEMS, ".Dockerfile"]
    dockerfiles += [f"{stem}{mark}{word}" for stem, mark, word in product(("Dockerfile", "dockerfile"), ".-_", WORDS)]
    dockerfiles += [f"Containerfile.{word}" for word in WORDS]
    dockerfiles += [f"{word}.{stem}" for stem, word in product(("Dockerfile", "dockerfile", "Containerfile"), WORDS)]
    others = [f"{stem}{ending}" for stem, ending in product(STEMS, ENDINGS_OF_OTHERS)]
    others += [f"api.Dockerfile{ending}" for ending in ENDINGS_OF_OTHERS]
    composes = [f"{name}.{kind}" for name, kind in product(COMPOSE_NAMES, ("yml", "yaml", "YAML"))]
    kinds = (
        (DOCKERFILE, dockerfiles),
        (NOBODY, [*others, *NO_DOCKERFILES, *NO_COMPOSE, *NO_IMAGES, *NO_ENVIRONMENTS]),
        (COMPOSE, composes),
        (IMAGES, [*DEVCONTAINERS, *BAKES]),
        (PORTS, ENVIRONMENTS),
    )
    made: dict[str, tuple[str, ...]] = {}
    for hooks, names in kinds:
        for number, name in enumerate(names):
            # Each name at the root and in two folders of the list, so that every folder meets every kind of name.
            for folder in ("", FOLDERS[number % len(FOLDERS)], FOLDERS[(7 * number + 3) % len(FOLDERS)]):
                made[folder + name] = hooks
    made |= {folder + name: PORTS for folder, name in product(REGISTRY_FOLDERS, REGISTRIES)}
    return made | dict.fromkeys(NO_REGISTRIES, NOBODY)


NAMES = _names()

# identify takes the word of the name Dockerfile for these, prek since 0.4.1 that of the ending.
BINARY_BY_ENDING = ("Dockerfile.jar", "Dockerfile.war", "Dockerfile.exe", "Dockerfile.so")
