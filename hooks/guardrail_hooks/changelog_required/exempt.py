"""Paths whose changes need no entry: presets, globs, and types of files."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from re import Pattern

    from guardrail_hooks.changelog_required.settings import Settings

# Folders, whole names and endings by preset; sets are looked up, so hundreds of rows cost nothing.
FOLDERS = {
    # GitHub Linguist, vendor.yml
    "vendored": frozenset(
        {
            *("vendor", "vendors", "node_modules", "bower_components", "third_party", "third-party", "thirdparty"),
            *("3rdparty", "external_libs", "site-packages", ".venv", "venv", ".yarn", "jspm_packages", "Pods"),
        }
    ),
    # GitHub Linguist, generated.rb; default output folders of build tools
    "generated": frozenset({"__generated__", "__snapshots__", "__pycache__", ".next", ".nuxt", "generated", "dist"}),
    "locks": frozenset[str](),
    "docs": frozenset({"docs", "doc", "documentation"}),
    "tests": frozenset({"tests", "test", "__tests__", "spec", "specs", "testdata", "fixtures", "e2e", "__mocks__"}),
    "ci": frozenset({".github", ".gitlab", ".circleci", ".buildkite", ".azure-pipelines", ".woodpecker", ".teamcity"}),
}
NAMES = {
    "vendored": frozenset[str](),
    "generated": frozenset[str](),
    # the lock files of package managers, by their documentation
    "locks": frozenset(
        {
            *("package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"),
            *("deno.lock", "poetry.lock", "uv.lock", "pdm.lock", "pixi.lock", "Pipfile.lock", "pylock.toml"),
            *("conda-lock.yml", "Cargo.lock", "Gemfile.lock", "composer.lock", "go.sum", "go.work.sum", "mix.lock"),
            *("pubspec.lock", "Podfile.lock", "Package.resolved", "packages.lock.json", "gradle.lockfile"),
            *("flake.lock", ".terraform.lock.hcl", "Chart.lock", "Cartfile.resolved", "rebar.lock", "conan.lock"),
            *("buf.lock", "MODULE.bazel.lock", "devbox.lock", "mise.lock", "paket.lock", "shard.lock"),
        }
    ),
    "docs": frozenset(
        {"LICENSE", "LICENCE", "NOTICE", "AUTHORS", "mkdocs.yml", ".readthedocs.yaml", ".readthedocs.yml"}
    ),
    "tests": frozenset(
        {"tox.ini", "noxfile.py", "conftest.py", "pytest.ini", "jest.config.js", "jest.config.ts", "vitest.config.ts"}
    ),
    "ci": frozenset(
        {
            *(".gitlab-ci.yml", ".travis.yml", "azure-pipelines.yml", "Jenkinsfile", "bitbucket-pipelines.yml"),
            *(".drone.yml", "appveyor.yml", ".appveyor.yml", ".cirrus.yml", ".pre-commit-config.yaml", "codecov.yml"),
            *("renovate.json", ".renovaterc", ".renovaterc.json", "cloudbuild.yaml", ".woodpecker.yml"),
        }
    ),
}
ENDINGS = {
    "vendored": (),
    "generated": (
        *(".min.js", ".min.css", ".js.map", ".css.map", "_pb2.py", "_pb2_grpc.py", "_pb2.pyi", ".pb.go", ".pb.h"),
        *(".pb.cc", ".pb.swift", ".g.dart", ".freezed.dart", ".designer.cs", ".Designer.cs", ".g.cs", ".generated.ts"),
        *(".generated.js", ".generated.go", "_generated.go", "_gen.go", "zz_generated.deepcopy.go", ".snap"),
    ),
    "locks": (),
    "docs": (".md", ".mdx", ".rst", ".adoc", ".asciidoc"),
    "tests": (
        *("_test.py", "_test.go", "_test.rb", "_spec.rb", ".test.js", ".test.ts", ".test.jsx", ".test.tsx"),
        *(
            ".spec.js",
            ".spec.ts",
            ".spec.jsx",
            ".spec.tsx",
            "Test.java",
            "Tests.java",
            "Test.kt",
            "Tests.cs",
            "_test.cc",
        ),
    ),
    "ci": (),
}


class Exemptions:
    """Which paths are exempt."""

    __slots__ = ("_endings", "_folders", "_globs", "_known", "_names", "_only", "_tests", "_types")

    def __init__(self, settings: Settings) -> None:
        presets = [name for name in FOLDERS if name in settings.presets]
        self._folders = frozenset().union(*(FOLDERS[name] for name in presets))
        self._names = frozenset().union(*(NAMES[name] for name in presets))
        self._endings = tuple(ending for name in presets for ending in ENDINGS[name])
        self._tests = re.compile(r"test_.*\.py") if "tests" in presets else None
        self._only = [_compile(glob) for glob in settings.only]
        self._globs = [_read(glob) for glob in settings.exempt]
        self._types = settings.exempt_types
        self._known: dict[str, bool] = {}  # whether a folder is in a preset

    def cover(self, path: str) -> bool:
        """Whether a changed path needs no entry; of several globs the last one that matches decides."""
        if self._only and not any(glob.fullmatch(path) for glob in self._only):
            return True
        folder, _, name = path.rpartition("/")
        exempt = self._known.get(folder)
        if exempt is None:
            exempt = self._known[folder] = bool(folder) and not self._folders.isdisjoint(folder.split("/"))
        exempt = exempt or name in self._names or name.endswith(self._endings)
        if not exempt and self._tests:
            exempt = bool(self._tests.fullmatch(name))
        if not exempt and self._types:
            exempt = self._has_type(name)
        return self._by_globs(path, exempt=exempt) if self._globs else exempt

    def cover_folder(self, folder: str) -> bool:
        """Whether a whole folder is exempt, such as a vendored one: its changelogs are none of this project's."""
        exempt = bool(folder) and not self._folders.isdisjoint(folder.split("/"))
        return self._by_globs(f"{folder}/\0" if folder else "\0", exempt=exempt)

    def _by_globs(self, path: str, *, exempt: bool) -> bool:
        for glob, takes_back in self._globs:
            if glob.fullmatch(path):
                exempt = not takes_back
        return exempt

    def _has_type(self, name: str) -> bool:
        """Whether identify knows a file of this name as one of the types."""
        from identify.identify import tags_from_filename

        return not self._types.isdisjoint(tags_from_filename(name))


def _read(glob: str) -> tuple[Pattern[str], bool]:
    """A glob and whether it takes paths back in."""
    takes_back = glob.startswith("!")
    return _compile(glob.removeprefix("!")), takes_back


def _compile(glob: str) -> Pattern[str]:
    from guardrail_hooks.core.globs import compile_glob

    return compile_glob(glob)
