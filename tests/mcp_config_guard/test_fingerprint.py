"""The fingerprint: every scalar counts, no spelling does."""

from __future__ import annotations

import json

import pytest
from guardrail_hooks.mcp_config_guard.clients import CLIENTS, client_of
from guardrail_hooks.mcp_config_guard.fingerprint import canonical, fingerprint
from guardrail_hooks.mcp_config_guard.servers import read_configuration
from hypothesis import assume, given
from hypothesis import strategies as st

NAMES = st.text(min_size=1).filter(lambda name: not name.startswith("_"))
SCALARS = st.text() | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False)
FIELDS = st.sampled_from(
    ["command", "args", "env", "url", "headers", "type", "disabled", "alwaysAllow", "timeout", "x"]
)
SERVERS = st.dictionaries(
    FIELDS | NAMES,
    SCALARS | st.lists(SCALARS, max_size=4) | st.dictionaries(st.text(), SCALARS, max_size=4),
    min_size=1,
    max_size=6,
)


def print_of(server: object, text: str | None = None, path: str = ".mcp.json", container: str = "mcpServers") -> str:
    raw = (text if text is not None else json.dumps({container: {"s": server}})).encode("utf-8", "surrogatepass")
    client = client_of(path)
    assert client
    found = read_configuration(path, client, raw)
    assert found.problem is None, found.problem
    return fingerprint(found.servers["s"].body)


def scalars(value, path=()):
    """The path of every scalar."""
    if isinstance(value, dict):
        for name in value:
            yield from scalars(value[name], (*path, name))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from scalars(inner, (*path, at))
    else:
        yield path


def changed(value, path, new):
    """A copy with one scalar replaced."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], new)
    return copy


def writable(server) -> bool:
    try:
        json.dumps(server, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@pytest.mark.parametrize(("path", "container"), [(".mcp.json", "mcpServers"), ("opencode.json", "mcp")])
def test_arguments_of_the_wrong_type_count_beside_a_command_line_in_one_list(path, container) -> None:
    odd = [{"command": ["x"], "args": args} for args in ("", None, "--evil", {}, ["y"])]
    odd += [{"command": command} for command in ([], [""], "", ["x"], "x", ["x", "y"], ["x", ["y"]], [["x"]], None, {})]
    odd += [{"command": "x", "args": ["y"]}, {"command": ["x"], "env": {"A": "b"}}]
    odd += [{"command": ["x"], "environment": {"A": "b"}}]
    assert len({print_of(server, path=path, container=container) for server in odd}) == len(odd)


@given(SERVERS, st.data(), SCALARS)
def test_every_scalar_counts(server, data, new) -> None:
    paths = list(scalars(server))
    assume(paths and writable(server))
    path = data.draw(st.sampled_from(paths))
    other = changed(server, path, new)
    assume(json.dumps(other) != json.dumps(server) and writable(other))
    if path[0] == "alwaysAllow" and isinstance(server["alwaysAllow"], list):  # a set: order and repetition do not count
        assume({json.dumps(one) for one in server["alwaysAllow"]} != {json.dumps(one) for one in other["alwaysAllow"]})
    assert print_of(server) != print_of(other)


@given(
    SERVERS, st.sampled_from([None, 1, "\t"]), st.booleans(), st.randoms(), st.sampled_from(["", "// why\n", "/* x */"])
)
def test_no_spelling_counts(server, indent, plain, random, comment) -> None:
    assume(writable(server))
    names = list(server)
    random.shuffle(names)
    shuffled = {name: server[name] for name in names}
    if isinstance(shuffled.get("alwaysAllow"), list):
        shuffled["alwaysAllow"] = random.sample(shuffled["alwaysAllow"], len(shuffled["alwaysAllow"]))
    text = comment + json.dumps({"mcpServers": {"_": {}, "s": shuffled}}, indent=indent, ensure_ascii=plain) + "\r\n"
    assert print_of(server) == print_of(None, text)


@given(SERVERS, st.text(min_size=1), SCALARS)
def test_a_key_with_an_underscore_is_a_comment(server, name, value) -> None:
    assume(writable(server) and writable({name: value}))
    assert print_of({**server, "_" + name: value}) == print_of(server)
    assert print_of({**server, "env": {"_" + name: 1}}) != print_of({**server, "env": {"_" + name: 2}})


WINDSURF, CLINE, ZED = ".codeium/windsurf/mcp_config.json", "cline_mcp_settings.json", ".zed/settings.json"


@pytest.mark.parametrize(
    ("one", "other", "path", "container"),
    [
        (
            {"command": "a"},
            {"command": "a", "args": [], "env": {}, "type": "stdio", "disabled": False, "enabled": True},
            ".mcp.json",
            "mcpServers",
        ),
        ({"url": "https://a"}, {"serverUrl": "https://a"}, WINDSURF, "mcpServers"),
        ({"command": "a", "type": "sse"}, {"command": "a", "transportType": "sse"}, CLINE, "mcpServers"),
        ({"url": "u", "type": "sse"}, {"transport": {"url": "u", "type": "sse"}}, CLINE, "mcpServers"),
        ({"command": "a", "args": ["b"]}, {"command": {"path": "a", "args": ["b"]}}, ZED, "context_servers"),
    ],
)
def test_what_a_client_reads_in_two_forms_means_the_same_to_it_alone(one, other, path, container) -> None:
    assert print_of(one, path=path, container=container) == print_of(other, path=path, container=container)
    if path != ".mcp.json":
        assert print_of(one) != print_of(other)


@pytest.mark.parametrize("path", [".mcp.json", ".cursor/mcp.json", ".gemini/settings.json", "opencode.json"])
@pytest.mark.parametrize("field", ["command", "args", "env", "url", "headers", "type", "disabled"])
@pytest.mark.parametrize("other", ["cmd", "environment", "envs", "uri", "serverUrl", "httpUrl", "transportType", "Env"])
def test_a_field_under_another_name_is_another_server(path, field, other) -> None:
    container = "mcp" if path == "opencode.json" else "mcpServers"
    value = {"command": "x", "args": ["y"], "disabled": True, "type": "sse"}.get(field, "z")
    one, two = ({"description": "d", name: value} for name in (field, other))
    assert print_of(one, path=path, container=container) != print_of(two, path=path, container=container)


def test_clients_with_one_list_mean_the_same() -> None:
    ours = print_of({"type": "local", "command": "npx", "args": ["-y", "a@1.0.0"], "env": {"A": "b"}})
    theirs = {"type": "local", "command": ["npx", "-y", "a@1.0.0"], "environment": {"A": "b"}, "enabled": True}
    assert print_of(theirs, path="opencode.json", container="mcp") == ours


def test_canonical_json_is_json_with_sorted_keys() -> None:
    data = {"b": [1, 2.5, True, None, '\u00e9\n"\\'], "a": {}}
    assert canonical(data) == '{"a":{},"b":[1,2.5,true,null,"\u00e9\\u000a\\"\\\\"]}'
    assert json.loads(canonical(data)) == data


def test_each_client_file_is_found_in_any_folder_and_under_no_other_name() -> None:
    for client in CLIENTS:
        assert client_of(client.suffix) == client
        assert client_of(f"packages/api/{client.suffix}") == client
        assert client_of(f"x{client.suffix}") != client
    for path in ("mcp.json", "config/mcp.json", "server.json", "settings.json", "src/i18n/mcp.json", "config.toml"):
        assert client_of(path) is None
    assert client_of("a/.continue/mcpServers/x.yml").list_of
    assert client_of("team.code-workspace").name == "VS Code"
