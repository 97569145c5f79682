"""Wrapper scripts as people write them: what they run is followed, or said to be out of reach."""

from __future__ import annotations

import pytest
from guardrail_hooks.core.snapshot import Memory
from guardrail_hooks.mcp_config_guard.policy import Policy
from guardrail_hooks.mcp_config_guard.scripts import Scripts
from guardrail_hooks.mcp_config_guard.survey import Survey

from tests.mcp_config_guard.conftest import servers

IMPLEMENTATION = "lib/wrap/impl.sh"


def scripts_of(body: str, server: dict | None = None) -> Scripts:
    """What a server runs whose wrapper is `lib/wrap/run.sh` with this body."""
    files = {
        ".mcp.json": servers(s=server or {"command": "./lib/wrap/run.sh"}),
        "lib/wrap/run.sh": "#!/bin/bash\n" + body,
        IMPLEMENTATION: "#!/bin/sh\nexit\n",
        "lib/wrap/plain": f". {IMPLEMENTATION}\n",
        "lib/wrap/server.js": "1",
        "lib/wrap/server.py": "1",
    }
    return Survey(Memory(files), Policy()).scripts((".mcp.json", "s"))


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('cd "$(dirname "$0")"\nexec ./impl.sh\n', id="to its own folder, then beside it"),
        pytest.param('cd "$(dirname "$0")" && exec ./impl.sh\n', id="the same in one line"),
        pytest.param(
            'DIR="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"\ncd "$DIR"\n. ./impl.sh\n',
            id="to its own folder by a variable",
        ),
        pytest.param('cd "$(dirname "$0")/.."\nexec wrap/impl.sh\n', id="above its own folder"),
        pytest.param("cd lib/wrap\nexec ./impl.sh\n", id="to a folder by name"),
        pytest.param('pushd "$(dirname "$0")" >/dev/null\n./impl.sh\n', id="pushd"),
        pytest.param('read -r a <<< "x y"\nexec lib/wrap/impl.sh\n', id="behind a here-string"),
        pytest.param('cat <<<foo\nsource "$(dirname "$0")/impl.sh"\n', id="behind a here-string without a blank"),
        pytest.param(
            'SELF="$(readlink -f "$0")"\nDIR="$(dirname "$SELF")"\nexec "$DIR/impl.sh"\n',
            id="its own file in a variable",
        ),
        pytest.param('exec "${BASH_SOURCE%/*}/impl.sh"\n', id="script-path-parts"),
        pytest.param('if true; then "$(dirname "$0")"/impl.sh; fi\n', id="if"),
        pytest.param('main() {\n  "$(dirname "$0")/impl.sh" "$@"\n}\nmain\n', id="function"),
        pytest.param('exec -a name "$(dirname "$0")/impl.sh"\n', id="exec-a"),
        pytest.param('ROOT=$(git rev-parse --show-toplevel)\nexec "$ROOT/lib/wrap/impl.sh"\n', id="git-root"),
        pytest.param('exec env A=b bash "$(dirname "$0")/impl.sh"\n', id="env"),
        pytest.param('exec env -S "bash lib/wrap/impl.sh"\n', id="env-s"),
        pytest.param("bash < lib/wrap/impl.sh\n", id="stdin"),
        pytest.param("bash -s < lib/wrap/impl.sh\n", id="bash-s"),
        pytest.param('eval "bash lib/wrap/impl.sh"\n', id="eval"),
        pytest.param('trap "lib/wrap/impl.sh" EXIT\n', id="trap"),
        pytest.param('bash -c "cd lib/wrap && ./impl.sh"\n', id="nested-c"),
        pytest.param("(cd lib/wrap && ./impl.sh)\n", id="subshell"),
        pytest.param('f() { local d; d=$(dirname "$0"); "$d/impl.sh"; }\n', id="local"),
        pytest.param('readonly D="$(cd "$(dirname "$0")" >/dev/null 2>&1 && pwd -P)"\n"$D/impl.sh"\n', id="readonly"),
        pytest.param("echo | xargs lib/wrap/impl.sh\n", id="xargs"),
        pytest.param("while :; do lib/wrap/impl.sh; done\n", id="while"),
        pytest.param("case $1 in\n  a) lib/wrap/impl.sh ;;\n  *) exit 1 ;;\nesac\n", id="case"),
        pytest.param("! lib/wrap/impl.sh\n", id="and-bang"),
        pytest.param("true | lib/wrap/impl.sh\n", id="pipe"),
        pytest.param("lib/wrap/impl.sh &\nwait\n", id="background"),
        pytest.param("bash <<'EOF'\nlib/wrap/impl.sh\nEOF\n", id="heredoc-script"),
        pytest.param("D=`dirname $0`\n$D/impl.sh\n", id="backtick"),
        pytest.param("exec $(dirname $0)/impl.sh\n", id="dirname-no-quotes"),
        pytest.param("exec bash lib/wrap/plain\n", id="bash-no-suffix"),
        pytest.param("source lib/wrap/plain\n", id="source-no-suffix"),
        pytest.param('exec "${IMPL:-lib/wrap/impl.sh}"\n', id="default-var"),
        pytest.param('D="$(dirname "$0")/../wrap"\n. "$D/impl.sh"\n', id="dot-in-path"),
        pytest.param("exec \\\n  lib/wrap/impl.sh \\\n  --x\n", id="line-continuation"),
        pytest.param("exec lib/wrap/impl.sh\r\n", id="crlf"),
        pytest.param("nice -n 5 ionice -c3 lib/wrap/impl.sh\n", id="nice"),
        pytest.param("timeout 30 lib/wrap/impl.sh\n", id="timeout"),
        pytest.param("sudo -E lib/wrap/impl.sh\n", id="sudo"),
    ],
)
def test_what_is_followed(body) -> None:
    assert IMPLEMENTATION in scripts_of(body).files


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ('cd "$(dirname "$0")" || exit 1\nexec node server.js\n', "lib/wrap/server.js"),
        ('python3 "$(dirname "$0")/server.py"\n', "lib/wrap/server.py"),
        ('exec uv --directory "$(dirname "$0")" run server.py\n', "lib/wrap/server.py"),
        ("exec uv run --directory lib/wrap server.py\n", "lib/wrap/server.py"),
        ('exec node --enable-source-maps "$(dirname "$0")/server.js"\n', "lib/wrap/server.js"),
    ],
)
def test_programs_beside_the_wrapper(body, path) -> None:
    assert path in scripts_of(body).files


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('for f in lib/wrap/*.sh; do . "$f"; done\n', "lib/wrap/run.sh:2: $f"),
        ('cd "$WORK"\n\n./start.sh\n./start.sh\n', "lib/wrap/run.sh:4: ./start.sh"),
        ('"${TOOL:?}/x.sh"\n', "lib/wrap/run.sh:2: ${TOOL:?}/x.sh"),
    ],
)
def test_what_is_out_of_reach_is_said(body, said) -> None:
    scripts = scripts_of(body)
    assert list(scripts.files) == ["lib/wrap/run.sh"]
    assert said in scripts.unfollowed
    assert len(set(scripts.unfollowed)) == len(scripts.unfollowed)


def test_a_folder_that_may_have_been_left_again_counts_beside_the_first() -> None:
    files = {
        ".mcp.json": servers(s={"command": "./run.sh"}),
        "run.sh": "#!/bin/sh\n(cd a && ./x.sh)\n./x.sh\ncd b/c\n./y.sh\n",
        "a/x.sh": "",
        "x.sh": "",
        "a/b/c/y.sh": "",
        "b/c/y.sh": "",
    }
    found = Survey(Memory(files), Policy()).scripts((".mcp.json", "s")).files
    assert sorted(found) == ["a/b/c/y.sh", "a/x.sh", "b/c/y.sh", "run.sh", "x.sh"]


@pytest.mark.parametrize(
    "server",
    [
        {"command": "bash", "args": ["-c", "cd lib/wrap && ./impl.sh"]},
        {"command": "sh", "args": ["-c", "cd lib; cd wrap; exec ./impl.sh --x"]},
        {"command": "bash", "args": ["lib/wrap/plain"]},
        {"command": "bash", "args": ["-c", "source lib/wrap/plain"]},
        {"command": "env", "args": ["-S", "bash lib/wrap/plain"]},
        {"command": "env", "args": ["-i", "--split-string=bash lib/wrap/plain", "x"]},
        {"command": "bash", "args": ["-c", "bash -c 'cd lib/wrap && . ./impl.sh'"]},
    ],
)
def test_command_lines(server) -> None:
    assert IMPLEMENTATION in scripts_of("", server).files
