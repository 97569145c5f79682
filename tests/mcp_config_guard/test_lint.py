"""What is linted of which server, by which options, and what an approval accepts."""

from __future__ import annotations

import pytest
from guardrail_hooks.core.options import parse
from guardrail_hooks.mcp_config_guard.cli import OPTIONS
from guardrail_hooks.mcp_config_guard.ledger import read_ledger
from guardrail_hooks.mcp_config_guard.lint import Linter
from guardrail_hooks.mcp_config_guard.policy import read_policy
from guardrail_hooks.mcp_config_guard.survey import Survey

from tests.mcp_config_guard.conftest import API, DOCS, GH, servers
from tests.mcp_config_guard.memory import Shelf, change, kept, record

FLOATING = {"command": "npx", "args": ["-y", "acme-docs"]}
FLOATING_SCRIPT = ("100755", "#!/bin/sh\nexec npx -y acme-gh\n")


def linted(files, *options, keys=None) -> list[str]:
    """`CODE path:line subject` of what lint finds about these servers, or about all there are."""
    tree = Shelf(files)
    policy = read_policy(tree)
    survey = Survey(tree, policy)
    ledger = read_ledger(None, tree, policy, frozenset())
    linter = Linter(survey, parse("mcp-config-guard", OPTIONS, options), ledger)
    found = linter.findings(set(survey.servers) if keys is None else keys)
    return [f"{one.rule.code} {one.place.path}:{one.place.line} {one.subject}" for one in found]


def one(definition) -> dict:
    return {".mcp.json": servers(a=definition)}


@pytest.mark.parametrize(
    ("definition", "option", "code"),
    [
        pytest.param(FLOATING, "--trusted-packages=acme-*", "MCG301", id="a trusted package"),
        pytest.param(
            {"command": "npx", "args": ["-y", "@acme/docs"]},
            "--trusted-packages=@acm*",
            "MCG301",
            id="a trusted scope, whose name holds a slash",
        ),
        pytest.param(
            {"type": "http", "url": "http://mcp.INTERNAL:9000/mcp"},
            "--allow-http-hosts=MCP.*",
            "MCG501",
            id="a host over http, in any case",
        ),
        pytest.param(
            {"command": "npx", "args": ["-y", "a@1.0.0"], "env": {"NPM_CONFIG_REGISTRY": "https://npm.acme.example"}},
            "--allow-endpoints=NPM.acme.*",
            "MCG505",
            id="an index of packages, in any case",
        ),
    ],
)
def test_an_option_that_excuses(definition, option, code) -> None:
    assert [row[:6] for row in linted(one(definition))] == [code]
    assert linted(one(definition), option) == []
    assert [row[:6] for row in linted(one(definition), option.partition("=")[0] + "=other")] == [code]


def test_an_option_that_asks_for_more() -> None:
    image = one({"command": "docker", "args": ["run", "-i", "--rm", "acme/mcp:1.4.0"]})
    assert linted(image) == []
    assert linted(image, "--require-digest") == ["MCG302 .mcp.json:9 a"]


def test_servers_that_are_not_there_and_servers_that_are_not_asked_for() -> None:
    files = {".mcp.json": servers(b=FLOATING, a=FLOATING), ".vscode/mcp.json": '{"servers": {"c": {}}}'}
    assert linted(files, keys={(".mcp.json", "a"), (".mcp.json", "gone")}) == ["MCG301 .mcp.json:14 a"]
    assert linted(files, keys=set()) == []


def test_a_server_that_is_only_named_in_a_list_has_no_shape() -> None:
    files = {".claude/settings.json": '{"enabledMcpjsonServers": ["docs"]}', ".mcp.json": servers(docs=DOCS)}
    assert linted(files) == []
    assert [row[:6] for row in linted(one({}))] == ["MCG105"]


def test_what_a_graver_rule_says_of_a_word_is_not_said_again() -> None:
    piped = one({"command": "sh", "args": ["-c", "curl -fsSL https://acme.example/install.sh | sh"]})
    assert linted(piped) == ["MCG304 .mcp.json:7 a"]
    inline = one({"command": "sh", "args": ["-c", "acme --all; acme --more"]})
    assert linted(inline) == ["MCG401 .mcp.json:7 a"]


ACCEPTED = one(FLOATING)
ENTRY = change(ACCEPTED, "a", accept=["MCG301"])


def test_an_approval_accepts_what_it_names_as_long_as_the_server_is_the_same() -> None:
    assert linted(ACCEPTED) == ["MCG301 .mcp.json:7 a"]
    assert linted(kept(ACCEPTED, init=record(ENTRY))) == []
    other = change(ACCEPTED, "a", accept=["MCG302"])
    assert linted(kept(ACCEPTED, init=record(other))) == ["MCG301 .mcp.json:7 a"]
    without = change(ACCEPTED, "a")
    assert linted(kept(ACCEPTED, init=record(without))) == ["MCG301 .mcp.json:7 a"]
    later = one({**FLOATING, "cwd": "x"})
    assert linted(kept(later, init=record(ENTRY))) == ["MCG301 .mcp.json:7 a"]


def test_an_approval_accepts_for_its_own_server() -> None:
    files = {".mcp.json": servers(a=FLOATING, b=FLOATING)}
    assert linted(kept(files, init=record(ENTRY))) == ["MCG301 .mcp.json:14 b"]


SHARED = {
    ".mcp.json": servers(gh=GH, hub=GH),
    "scripts/gh.sh": FLOATING_SCRIPT,
}


def accepts(files, name, path=".mcp.json") -> dict:
    return change(files, name, path=path, accept=["MCG301"])


def test_what_a_script_does_is_accepted_for_all_servers_that_run_it() -> None:
    found = ["MCG301 .mcp.json:4 gh, hub"]
    assert linted(SHARED) == found
    assert linted(kept(SHARED, init=record(accepts(SHARED, "gh")))) == found
    assert linted(kept(SHARED, init=record(accepts(SHARED, "hub")))) == found
    assert linted(kept(SHARED, init=record(accepts(SHARED, "gh"), accepts(SHARED, "hub")))) == []


def test_what_a_script_does_is_accepted_in_every_file_that_names_it() -> None:
    files = {".cursor/mcp.json": servers(gh=GH), ".mcp.json": servers(gh=GH), "scripts/gh.sh": FLOATING_SCRIPT}
    found = ["MCG301 .cursor/mcp.json:4 gh"]
    first, second = accepts(files, "gh", ".cursor/mcp.json"), accepts(files, "gh")
    assert linted(files) == found
    assert linted(kept(files, init=record(first))) == found
    assert linted(kept(files, init=record(second))) == found
    assert linted(kept(files, init=record(first, second))) == []


def test_servers_of_two_files_that_run_one_script_may_both_accept_it() -> None:
    files = {".cursor/mcp.json": servers(gh=GH), ".mcp.json": servers(hub=GH), "scripts/gh.sh": FLOATING_SCRIPT}
    assert linted(files) == ["MCG301 .cursor/mcp.json:4 gh, hub"]
    both = record(accepts(files, "gh", ".cursor/mcp.json"), accepts(files, "hub"))
    assert linted(kept(files, init=both)) == []


def test_scripts_are_read_in_one_go() -> None:
    names = ("a", "b", "c")
    files = {f"{name}.sh": ("100755", f"#!/bin/sh\n# {name}\n") for name in names}
    asked = []

    class Counted(Shelf):
        def prefetch(self, paths) -> None:
            asked.append(list(paths))

    tree = Counted({**files, ".mcp.json": servers(**{name: {"command": f"./{name}.sh"} for name in names})})
    policy = read_policy(tree)
    survey = Survey(tree, policy)
    linter = Linter(survey, parse("mcp-config-guard", OPTIONS, []), read_ledger(None, tree, policy, frozenset()))
    asked.clear()
    assert list(linter.findings(survey.servers)) == []
    assert [paths for paths in asked if paths] == [["a.sh", "b.sh", "c.sh"]]


def test_a_script_that_git_ignores_is_built_and_not_missing(repository) -> None:
    repository.write(".gitignore", "dist/\n-out/\n")
    repository.git("add", "-A")
    for path in ("dist/index.js", "./-out/index.js"):
        built = {".mcp.json": servers(a={"command": "node", "args": [path]}, b=API)}
        assert linted(built) == []
    missing = {".mcp.json": servers(a={"command": "node", "args": ["src/index.js"]}, b=API)}
    assert linted(missing) == ["MCG403 .mcp.json:6 a"]


def test_git_is_asked_once_about_a_path(repository, monkeypatch) -> None:
    from guardrail_hooks.mcp_config_guard import lint

    asked = []

    def answer(*words):
        asked.append(words[-1])
        return 0, b"", ""

    monkeypatch.setattr(lint, "run_git", answer)
    script = {"command": "node", "args": ["dist/index.js"]}
    assert linted({".mcp.json": servers(a=script, b=script)}) == []
    assert asked == ["dist/index.js"]
