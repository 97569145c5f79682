"""What change control says: the message, the place and the command to type next, word for word."""

from __future__ import annotations

import pytest
from guardrail_hooks.mcp_config_guard.control import Control
from guardrail_hooks.mcp_config_guard.ledger import read_ledger
from guardrail_hooks.mcp_config_guard.policy import read_policy
from guardrail_hooks.mcp_config_guard.records import TRUST_ROOTS
from guardrail_hooks.mcp_config_guard.rules.control import AGENT, APPROVE
from guardrail_hooks.mcp_config_guard.survey import PROTECTED, Survey

from tests.mcp_config_guard.conftest import API, DOCS, GH, servers
from tests.mcp_config_guard.memory import APPROVALS, Shelf, change, kept, record

WRAPPER = ("100755", "#!/bin/sh\nexec npx -y acme-gh@1.0.0\n")
BOTH = {".mcp.json": servers(docs=DOCS, gh=GH), "scripts/gh.sh": WRAPPER}
NEWER = {**DOCS, "args": ["-y", "acme-docs@4.0.2"]}
CHANGED = {**BOTH, ".mcp.json": servers(docs=NEWER, gh=GH)}
UPGRADE = "args[1]: acme-docs@4.0.1 -> acme-docs@4.0.2"
INIT = " (the first run is init: it records the present state, trust on first use)"


def judged(base, head, *, base_name="HEAD", authors=()):
    """What change control finds between two states of files; without a base, in an audit."""
    base_tree, head_tree = None if base is None else Shelf(base), Shelf(head)
    policy = read_policy(head_tree if base_tree is None else base_tree)
    after = Survey(head_tree, policy)
    before = None if base_tree is None else Survey(base_tree, policy)
    ledger = read_ledger(base_tree, head_tree, policy, frozenset(authors))
    control = Control(ledger, before, after, base_name)
    keys = set(after.servers) | set(ledger.fresh) | set(ledger.chains)
    if before:
        keys |= set(before.servers)
        keys |= {
            (path, PROTECTED) for path in {*base, *head} if after.protects(path) and base.get(path) != head.get(path)
        }
    found = list(control.findings({key for key in keys if key[1] not in TRUST_ROOTS}))
    return found if before else [*found, *control.adoption()]


def told(findings) -> list[tuple[str, str, str, str]]:
    """Code, place, subject and message of each finding."""
    return [
        (one.rule.code, f"{one.place.path}:{one.place.line}:{one.place.column}", one.subject, one.message)
        for one in findings
    ]


def without(files, *paths) -> dict:
    return {path: file for path, file in files.items() if path not in paths}


@pytest.mark.parametrize(
    ("base", "head", "expected", "undo"),
    [
        pytest.param(
            BOTH,
            {**BOTH, ".mcp.json": servers(docs=DOCS, gh=GH, api=API)},
            ("MCG801", ".mcp.json:13:5", "api", 'server "api" was added and nobody approved it'),
            "git checkout HEAD -- .mcp.json",
            id="added",
        ),
        pytest.param(
            {},
            {".mcp.json": servers(docs=DOCS)},
            ("MCG801", ".mcp.json:3:5", "docs", 'server "docs" was added and nobody approved it'),
            "git rm -r --cached -- .mcp.json",
            id="added with its file",
        ),
        pytest.param(
            BOTH,
            {".mcp.json": servers(docs=DOCS)},
            ("MCG802", ".mcp.json:2:3", "gh", 'server "gh" was removed and nobody approved it'),
            "git checkout HEAD -- .mcp.json",
            id="removed",
        ),
        pytest.param(
            {".mcp.json": servers(docs=DOCS)},
            {".mcp.json": '{"mcpServers": '},
            (
                "MCG802",
                ".mcp.json:1:1",
                "docs",
                'server "docs" was removed and nobody approved it (the file can no longer be read)',
            ),
            "git checkout HEAD -- .mcp.json",
            id="lost in a file that is broken",
        ),
        pytest.param(
            BOTH,
            CHANGED,
            ("MCG803", ".mcp.json:3:5", "docs", f'server "docs" was changed and nobody approved it: {UPGRADE}'),
            "git checkout HEAD -- .mcp.json",
            id="changed",
        ),
        pytest.param(
            {"a b/.mcp.json": servers(docs=DOCS)},
            {"a b/.mcp.json": servers(docs={**DOCS, "cwd": "x", "env": {"A": "1"}, "timeout": 3, "trust": True})},
            (
                "MCG803",
                "a b/.mcp.json:3:5",
                "docs",
                (
                    'server "docs" was changed and nobody approved it: '
                    "cwd: added: x; env: added: set (A); timeout: added: 3 and 1 more"
                ),
            ),
            "git checkout HEAD -- 'a b/.mcp.json'",
            id="in four fields",
        ),
        pytest.param(
            {"it's/.mcp.json": servers(docs=DOCS)},
            {"it's/.mcp.json": servers(docs={**DOCS, "cwd": "x", "env": {"A": "1"}, "timeout": 3})},
            (
                "MCG803",
                "it's/.mcp.json:3:5",
                "docs",
                (
                    'server "docs" was changed and nobody approved it: cwd: added: x; '
                    "env: added: set (A); timeout: added: 3"
                ),
            ),
            "git checkout HEAD -- 'it'\\''s/.mcp.json'",
            id="in three fields",
        ),
        pytest.param(
            {"-x/.mcp.json": servers(docs=DOCS)},
            {"-x/.mcp.json": servers(docs={**DOCS, "disabled": True})},
            (
                "MCG804",
                "-x/.mcp.json:3:5",
                "docs",
                'server "docs" was switched off and nobody approved it: disabled: added: true',
            ),
            "git checkout HEAD -- '-x/.mcp.json'",
            id="switched off",
        ),
        pytest.param(
            {".mcp.json": servers(docs={**DOCS, "disabled": True})},
            {".mcp.json": servers(docs=DOCS)},
            (
                "MCG803",
                ".mcp.json:3:5",
                "docs",
                'server "docs" was changed and nobody approved it: disabled: removed: true',
            ),
            "git checkout HEAD -- .mcp.json",
            id="switched on",
        ),
        pytest.param(
            {".mcp.json": servers(docs=DOCS)},
            {".mcp.json": servers(handbook=DOCS)},
            (
                "MCG805",
                ".mcp.json:3:5",
                "handbook",
                'server "docs" was renamed to "handbook" and nobody approved it (docs -> handbook)',
            ),
            "git checkout HEAD -- .mcp.json",
            id="renamed",
        ),
        pytest.param(
            {".claude/settings.json": '{"permissions": {"allow": ["mcp__docs"]}}'},
            {".claude/settings.json": '{"permissions": {"allow": ["mcp__*"]}}'},
            (
                "MCG803",
                ".claude/settings.json:1:2",
                "@permissions",
                (
                    "the permission group in .claude/settings.json was changed and nobody approved it: "
                    "permissions.allow[0]: mcp__docs -> mcp__*"
                ),
            ),
            "git checkout HEAD -- .claude/settings.json",
            id="a group of settings",
        ),
        pytest.param(
            BOTH,
            {},
            (
                "MCG808",
                ".mcp.json:1:1",
                ".mcp.json",
                "the file was deleted and nobody approved it; it held 2 servers: docs, gh",
            ),
            "git checkout HEAD -- .mcp.json",
            id="a file of two",
        ),
        pytest.param(
            {".mcp.json": servers(docs=DOCS)},
            {},
            (
                "MCG808",
                ".mcp.json:1:1",
                ".mcp.json",
                "the file was deleted and nobody approved it; it held 1 server: docs",
            ),
            "git checkout HEAD -- .mcp.json",
            id="a file of one",
        ),
        pytest.param(
            BOTH,
            {**BOTH, "scripts/gh.sh": ("100755", "#!/bin/sh\n")},
            ("MCG806", "scripts/gh.sh:1:1", "gh", 'a script of "gh" was changed and nobody approved it'),
            "git checkout HEAD -- scripts/gh.sh",
            id="a script",
        ),
        pytest.param(
            {**BOTH, ".mcp.json": servers(gh=GH, all={**GH, "args": ["--all"]})},
            {".mcp.json": servers(gh=GH, all={**GH, "args": ["--all"]})},
            ("MCG807", "scripts/gh.sh:1:1", "all, gh", 'a script of "all", "gh" was deleted and nobody approved it'),
            "git checkout HEAD -- scripts/gh.sh",
            id="a script of two that is gone",
        ),
        pytest.param(
            {".mcp.json": servers(gh=GH)},
            {".mcp.json": servers(gh=GH), "scripts/gh.sh": WRAPPER},
            ("MCG806", "scripts/gh.sh:1:1", "gh", 'a script of "gh" was added and nobody approved it'),
            "git rm -r --cached -- scripts/gh.sh",
            id="a script that appears",
        ),
        pytest.param(
            BOTH,
            {**BOTH, "scripts/gh.sh": ("100644", WRAPPER[1])},
            ("MCG807", "scripts/gh.sh:1:1", "gh", 'a script of "gh" has another file mode and nobody approved it'),
            "git checkout HEAD -- scripts/gh.sh",
            id="a script with another mode",
        ),
        pytest.param(
            {**BOTH, "scripts/gh.sh": ("120000", "a.sh"), "scripts/a.sh": WRAPPER, "scripts/b.sh": WRAPPER},
            {**BOTH, "scripts/gh.sh": ("120000", "b.sh"), "scripts/a.sh": WRAPPER, "scripts/b.sh": WRAPPER},
            (
                "MCG807",
                "scripts/gh.sh:1:1",
                "gh",
                'a script of "gh" is a link to another place now and nobody approved it',
            ),
            "git checkout HEAD -- scripts/gh.sh",
            id="a link that is turned",
        ),
    ],
)
def test_a_change_without_approval(base, head, expected, undo) -> None:
    (finding,) = judged(base, head)
    assert told([finding]) == [expected]
    assert finding.fix == f"put it back: {undo}; or, if the owner agrees: {APPROVE}{INIT}. {AGENT}"


def test_servers_of_a_file_that_keeps_other_text_are_told_one_by_one() -> None:
    found = judged(BOTH, {".mcp.json": "{}\n"})
    assert told(found) == [
        ("MCG802", ".mcp.json:1:1", "docs", 'server "docs" was removed and nobody approved it'),
        ("MCG802", ".mcp.json:1:1", "gh", 'server "gh" was removed and nobody approved it'),
    ]


def test_two_deleted_files_are_two_findings() -> None:
    base = {"b/.mcp.json": servers(gh=GH), "a/.mcp.json": servers(docs=DOCS), "c/.mcp.json": servers(docs=DOCS)}
    assert told(judged(base, without(base, "a/.mcp.json", "b/.mcp.json"))) == [
        (
            "MCG808",
            f"{folder}/.mcp.json:1:1",
            f"{folder}/.mcp.json",
            f"the file was deleted and nobody approved it; it held 1 server: {name}",
        )
        for folder, name in (("a", "docs"), ("b", "gh"))
    ]


def test_a_changed_server_and_a_changed_script_are_two_findings() -> None:
    found = judged(BOTH, {**CHANGED, "scripts/gh.sh": ("100755", "#!/bin/sh\n")})
    assert [(one.rule.code, one.subject) for one in found] == [("MCG806", "gh"), ("MCG803", "docs")]


PROTECT = {".mcp-guard/policy.json": '{"version": 1, "protect": ["tools/**"]}\n'}
TOOLS = {**PROTECT, "tools/run.sh": "#!/bin/sh\n", ".mcp.json": servers(run={"command": "./tools/run.sh"})}


@pytest.mark.parametrize(
    ("base", "head", "code", "message", "undo"),
    [
        pytest.param(
            {**PROTECT, "tools/a.py": "1\n"},
            {**PROTECT, "tools/a.py": "2\n"},
            "MCG806",
            "a protected file was changed and nobody approved it",
            "git checkout HEAD -- tools/a.py",
            id="changed",
        ),
        pytest.param(
            PROTECT,
            {**PROTECT, "tools/a.py": "2\n"},
            "MCG806",
            "a protected file was added and nobody approved it",
            "git rm -r --cached -- tools/a.py",
            id="added",
        ),
        pytest.param(
            {**PROTECT, "tools/a.py": "1\n"},
            PROTECT,
            "MCG807",
            "a protected file was deleted and nobody approved it",
            "git checkout HEAD -- tools/a.py",
            id="deleted",
        ),
    ],
)
def test_a_protected_file(base, head, code, message, undo) -> None:
    everything = {path: change(base, PROTECTED, path=path) for path in base if path.startswith("tools/")}
    records = {f"{APPROVALS}/1.json": record(*everything.values())} if everything else {}
    (finding,) = judged({**base, **records}, {**head, **records})
    assert told([finding]) == [(code, "tools/a.py:1:1", "tools/a.py", message)]
    assert finding.fix == f"put it back: {undo}; or, if the owner agrees: {APPROVE}. {AGENT}"


def test_a_protected_file_that_a_server_runs_is_one_finding() -> None:
    records = {f"{APPROVALS}/1.json": record(change(TOOLS, "run"), change(TOOLS, PROTECTED, path="tools/run.sh"))}
    found = judged({**TOOLS, **records}, {**TOOLS, **records, "tools/run.sh": "#!/bin/sh\necho\n"})
    assert told(found) == [
        ("MCG806", "tools/run.sh:1:1", "run", 'a script of "run" was changed and nobody approved it')
    ]


def test_a_protected_file_and_another_script_are_two_findings() -> None:
    server = {".mcp.json": servers(run={"command": "./run.sh"}), "run.sh": "#!/bin/sh\n"}
    base = {**PROTECT, **server, "tools/a.py": "1\n"}
    base[f"{APPROVALS}/1.json"] = record(change(base, "run"), change(base, PROTECTED, path="tools/a.py"))
    found = judged(base, {**base, "run.sh": "#!/bin/sh\necho\n", "tools/a.py": "2\n"})
    assert [(one.rule.code, one.subject) for one in found] == [("MCG806", "run"), ("MCG806", "tools/a.py")]


APPROVED = kept(BOTH, init=record(change(BOTH, "docs"), change(BOTH, "gh")))
UPGRADED = {**APPROVED, **CHANGED}


def upgrade(**more) -> dict:
    """The entry that approves the change of `docs`."""
    return change(CHANGED, "docs", **{"seq": 2, "before": BOTH, "kind": "modified", **more})


def with_record(name, *changes, files=UPGRADED, **fields) -> dict:
    return {**files, f"{APPROVALS}/{name}.json": record(*changes, **fields)}


def test_an_approved_change_is_no_finding() -> None:
    assert judged(APPROVED, with_record("2", upgrade())) == []
    assert judged(with_record("2", upgrade()), with_record("2", upgrade())) == []


def test_where_records_are_kept_nobody_is_sent_to_init() -> None:
    (finding,) = judged(APPROVED, UPGRADED)
    assert told([finding]) == [
        ("MCG803", ".mcp.json:3:5", "docs", f'server "docs" was changed and nobody approved it: {UPGRADE}')
    ]
    assert finding.fix == (f"put it back: git checkout HEAD -- .mcp.json; or, if the owner agrees: {APPROVE}. {AGENT}")


def test_an_undo_names_the_base_of_the_change() -> None:
    (finding,) = judged(APPROVED, UPGRADED, base_name="origin/main")
    assert finding.fix.startswith("put it back: git checkout origin/main -- .mcp.json; or")


def test_an_audit_has_nothing_to_put_back_to() -> None:
    (finding,) = judged(None, UPGRADED, base_name="")
    assert told([finding]) == [
        (
            "MCG803",
            ".mcp.json:3:5",
            "docs",
            'server "docs" was changed and nobody approved it: now args: ["-y","acme-docs@4.0.2"]; now command: npx',
        )
    ]
    assert finding.fix.startswith("put it back: git log -- .mcp.json shows its history; or")


def test_a_change_that_only_the_records_tell_is_named_as_one() -> None:
    found = judged(UPGRADED, UPGRADED)
    assert told(found) == [
        (
            "MCG803",
            ".mcp.json:3:5",
            "docs",
            'server "docs" was changed and nobody approved it: it differs from the approved state',
        )
    ]


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        pytest.param(
            without(APPROVED, *(path for path in APPROVED if path.startswith(".mcp-guard/"))),
            [
                (
                    f"{APPROVALS}:1:1",
                    APPROVALS,
                    "the folder .mcp-guard was deleted, and with it every approval",
                    "put it back: git checkout main -- .mcp-guard",
                )
            ],
            id="the whole folder is gone",
        ),
        pytest.param(
            without(APPROVED, f"{APPROVALS}/init.json"),
            [
                (
                    f"{APPROVALS}:1:1",
                    f"{APPROVALS}/init.json",
                    f"record {APPROVALS}/init.json was deleted; records are append-only",
                    f"put it back: git checkout main -- {APPROVALS}/init.json",
                )
            ],
            id="a record is gone",
        ),
        pytest.param(
            kept(BOTH, init=record(change(BOTH, "docs"), change(BOTH, "gh"), reason="Another one of four words")),
            [
                (
                    f"{APPROVALS}/init.json:1:1",
                    "docs, gh",
                    f"record {APPROVALS}/init.json was edited; records are append-only (concerns docs, gh)",
                    f"put it back: git checkout main -- {APPROVALS}/init.json",
                )
            ],
            id="a reason is rewritten",
        ),
        pytest.param(
            kept(BOTH, init=record(change(BOTH, "docs"), upgrade(path="x"), change(BOTH, "gh"))),
            [
                (
                    f"{APPROVALS}/init.json:1:1",
                    "docs",
                    f"record {APPROVALS}/init.json was edited; records are append-only (concerns docs)",
                    f"put it back: git checkout main -- {APPROVALS}/init.json",
                )
            ],
            id="an entry is put in",
        ),
        pytest.param(
            {**APPROVED, f"{APPROVALS}/init.json": "<<<<<<< HEAD\n"},
            [
                (
                    f"{APPROVALS}/init.json:1:1",
                    f"{APPROVALS}/init.json",
                    f"record {APPROVALS}/init.json was edited; records are append-only",
                    f"put it back: git checkout main -- {APPROVALS}/init.json",
                )
            ],
            id="a record is made illegible",
        ),
        pytest.param(
            {**APPROVED, f"{APPROVALS}/2.json": '{"version": 2}'},
            [
                (
                    f"{APPROVALS}/2.json:1:1",
                    f"{APPROVALS}/2.json",
                    f'{APPROVALS}/2.json is no approval record: "version" must be 1',
                    "resolve the conflict so that each record keeps its own file, or delete this one and approve again",
                )
            ],
            id="a new record is none",
        ),
    ],
)
def test_record_files_that_are_damaged(head, rows) -> None:
    found = judged(APPROVED, head, base_name="main")
    assert told(found) == [("MCG809", place, subject, message) for place, subject, message, _ in rows]
    assert [one.fix for one in found] == [f"{remedy}. {AGENT}" for *_, remedy in rows]


def test_a_deleted_folder_is_told_once_whatever_else_changed_in_it() -> None:
    base = {**APPROVED, ".mcp-guard/allowed_signers": "alice@example.com ssh-ed25519 AAAA\n"}
    assert [one.rule.code for one in judged(base, BOTH)] == ["MCG809"]


def test_a_fork_of_approvals() -> None:
    other = {**BOTH, ".mcp.json": servers(docs={**DOCS, "args": ["-y", "acme-docs@4.0.3"]}, gh=GH)}
    theirs = change(other, "docs", seq=2, before=BOTH, kind="modified")
    head = with_record("ours", upgrade(), files=with_record("theirs", theirs))
    (finding,) = judged(APPROVED, head)
    assert told([finding]) == [
        (
            "MCG809",
            f"{APPROVALS}:1:1",
            "docs",
            'the approvals of server "docs" fork: ours.json, theirs.json approve different states',
        )
    ]
    assert finding.fix == f"have the owner approve the merged state: {APPROVE}. {AGENT}"


def test_an_approval_that_skips_a_step() -> None:
    (finding,) = judged(APPROVED, with_record("later", upgrade(seq=3)))
    assert told([finding]) == [
        (
            "MCG809",
            f"{APPROVALS}:1:1",
            "docs",
            'later.json does not continue the approvals of server "docs": it repeats or skips a step',
        )
    ]
    assert finding.fix == f"delete it and have the owner approve the present state: {APPROVE}. {AGENT}"


def test_a_copy_of_the_last_approval_is_none_of_the_next_change() -> None:
    base = with_record("2", upgrade())
    other = {**BOTH, ".mcp.json": servers(docs={**DOCS, "args": ["-y", "acme-docs@4.0.3"]}, gh=GH)}
    head = with_record("b", upgrade(), files=with_record("a", upgrade(), files={**base, **other}))
    assert [(one.rule.code, one.message) for one in judged(base, head)] == [
        (
            "MCG809",
            'a.json, b.json does not continue the approvals of server "docs": it repeats or skips a step',
        )
    ]


def test_a_first_approval_of_other_content_leaves_the_addition_unapproved() -> None:
    other = {".mcp.json": servers(api={**API, "url": "https://api.example.com/v2"})}
    files = {**APPROVED, ".mcp.json": servers(docs=DOCS, gh=GH, api=API)}
    found = judged(APPROVED, with_record("api", change(other, "api"), files=files))
    assert [(one.rule.code, one.subject) for one in found] == [("MCG803", "api")]


def test_an_approval_of_a_step_that_was_taken_before() -> None:
    gone = {**BOTH, ".mcp.json": servers(gh=GH)}
    removal = change(gone, "docs", seq=2, before=BOTH, kind="removed")
    base = with_record("removal", removal, files={**APPROVED, **gone})
    head = with_record("again", change(BOTH, "docs"), files={**base, **BOTH})
    assert told(judged(base, head)) == [
        (
            "MCG809",
            f"{APPROVALS}:1:1",
            "docs",
            'again.json does not continue the approvals of server "docs": it repeats or skips a step',
        )
    ]


def test_an_approval_of_other_content_leaves_the_change_unapproved() -> None:
    other = {**BOTH, ".mcp.json": servers(docs={**DOCS, "args": ["-y", "acme-docs@9.9.9"]}, gh=GH)}
    head = with_record("2", change(other, "docs", seq=2, before=BOTH, kind="modified"))
    assert [(one.rule.code, one.subject) for one in judged(APPROVED, head)] == [("MCG803", "docs")]


def test_refusals_say_whose_approval_in_which_record() -> None:
    signed = {**APPROVED, ".mcp-guard/policy.json": '{"version": 1, "mode": "signed"}\n'}
    (finding,) = judged(signed, with_record("2", upgrade(), files={**signed, **CHANGED}))
    assert told([finding]) == [
        (
            "MCG810",
            ".mcp.json:3:5",
            "docs",
            'the approval of server "docs" in 2.json does not count: it has no signature',
        )
    ]
    assert finding.fix.startswith(
        "delete the record and have an allowed signer approve: mcp-config-guard approve --server docs --reason"
    )


def test_an_approval_without_a_reason() -> None:
    (finding,) = judged(APPROVED, with_record("2", upgrade(), reason="fix"))
    assert told([finding]) == [
        ("MCG812", ".mcp.json:3:5", "docs", 'the approval of server "docs" in 2.json gives no reason')
    ]


def test_an_approval_by_the_author() -> None:
    strict = {**APPROVED, ".mcp-guard/policy.json": '{"version": 1, "require_second_person": true}\n'}
    head = with_record("2", upgrade(), files={**strict, **CHANGED})
    (finding,) = judged(strict, head, authors=["alice@example.com"])
    assert told([finding]) == [
        (
            "MCG814",
            ".mcp.json:3:5",
            "docs",
            (
                'alice@example.com wrote the change of server "docs" and approved it in 2.json; '
                "the policy wants a second person"
            ),
        )
    ]
    assert judged(strict, head, authors=["bob@example.com"]) == []


def test_two_refused_approvals_of_one_server_are_one_finding() -> None:
    head = with_record("3", upgrade(), files=with_record("2", upgrade(), reason="fix"), reason="wip")
    assert [(one.rule.code, one.message) for one in judged(APPROVED, head)] == [
        ("MCG812", 'the approval of server "docs" in 2.json gives no reason')
    ]


@pytest.mark.parametrize(
    ("entry", "name", "record_name"),
    [
        pytest.param(upgrade(), "docs", "2", id="a change that is not there"),
        pytest.param(
            change(BOTH, "docs", seq=2, before=BOTH, kind="modified"), "docs", "same", id="the state of before"
        ),
        pytest.param(
            change({**BOTH, ".mcp.json": servers(api=API)}, "api"), "api", "api", id="a server that is not there"
        ),
    ],
)
def test_an_approval_in_stock(entry, name, record_name) -> None:
    (finding,) = judged(APPROVED, with_record(record_name, entry, files=APPROVED))
    place = ".mcp.json:3:5" if name == "docs" else ".mcp.json:2:3"
    message = f'{record_name}.json approves a change of server "{name}", which did not change like that'
    assert told([finding]) == [("MCG813", place, name, message)]
    assert finding.severity == "warning"


def test_two_approvals_in_stock_of_one_server_are_one_finding() -> None:
    head = with_record("b", upgrade(), files=with_record("a", upgrade(), files=APPROVED))
    assert [(one.rule.code, one.message) for one in judged(APPROVED, head)] == [
        ("MCG813", 'a.json, b.json approves a change of server "docs", which did not change like that')
    ]


def test_an_approval_in_stock_of_a_protected_file() -> None:
    path = "tools/a.py"
    base = {**PROTECT, path: "1\n"}
    base[f"{APPROVALS}/1.json"] = record(change(base, PROTECTED, path=path))
    entry = change({**base, path: "2\n"}, PROTECTED, path=path, seq=2, before=base, kind="script")
    found = judged(base, with_record("2", entry, files=base))
    message = "2.json approves a change of the protected file tools/a.py, which did not change like that"
    assert told(found) == [("MCG813", "tools/a.py:1:1", PROTECTED, message)]


def test_a_first_approval_of_a_server_that_stood_there_unapproved_is_welcome() -> None:
    base = kept(BOTH, init=record(change(BOTH, "docs")))
    assert judged(base, with_record("gh", change(BOTH, "gh"), files=base)) == []


def test_accepting_findings_of_a_server_is_no_approval_in_stock() -> None:
    entry = change(BOTH, "docs", seq=2, before=BOTH, kind="modified", accept=["MCG301"])
    base = with_record("2", entry, files=APPROVED)
    assert judged(APPROVED, base) == []
    again = change(BOTH, "docs", seq=3, before=BOTH, kind="modified", accept=["MCG301"])
    assert [one.rule.code for one in judged(base, with_record("3", again, files=base))] == ["MCG813"]
    other = change(BOTH, "docs", seq=3, before=BOTH, kind="modified", accept=["MCG302"])
    assert judged(base, with_record("3", other, files=base)) == []


TRUST = {".mcp-guard/policy.json": '{"version": 1, "mode": "record", "exclude": ["**"]}\n'}


def test_the_policy_is_changed() -> None:
    (finding,) = judged(APPROVED, {**APPROVED, **TRUST})
    assert told([finding]) == [
        (
            "MCG811",
            ".mcp-guard/policy.json:1:1",
            "@policy",
            'the policy was changed and nobody whom the base trusts approved it: exclude: added: ["**"]',
        )
    ]
    assert finding.fix == (
        "put it back: git checkout HEAD -- .mcp-guard/policy.json; or, if the owner agrees: " + f"{APPROVE}. {AGENT}"
    )


def test_an_approval_of_the_policy_that_does_not_count_is_told_with_it() -> None:
    policy = ".mcp-guard/policy.json"
    entry = change(BOTH, "docs") | {"path": policy, "server": "@policy", "kind": "policy"}
    found = judged(APPROVED, with_record("2", entry, files={**APPROVED, **TRUST}, reason="fix"))
    assert [(one.rule.code, one.message) for one in found] == [
        (
            "MCG811",
            (
                'the policy was changed and nobody whom the base trusts approved it: exclude: added: ["**"] '
                "(its approval does not count: it gives no reason)"
            ),
        )
    ]
    strict = {**APPROVED, policy: '{"version": 1, "require_second_person": true}\n'}
    found = judged(strict, with_record("2", entry, files={**strict, **TRUST}), authors=["alice@example.com"])
    assert found[0].message.endswith(" (its approval does not count: it is the author's own)")
    signed = {**APPROVED, policy: '{"version": 1, "mode": "signed"}\n'}
    found = judged(signed, with_record("2", entry, files={**signed, **TRUST}))
    assert found[0].message.endswith(" (its approval does not count: it has no signature)")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        pytest.param(1, "1 server stands under no change control: s00", id="one"),
        pytest.param(
            10,
            "10 servers stand under no change control: " + ", ".join(f"s{at:02}" for at in range(10)),
            id="ten",
        ),
        pytest.param(
            11,
            "11 servers stand under no change control: " + ", ".join(f"s{at:02}" for at in range(10)) + ", ...",
            id="eleven",
        ),
    ],
)
def test_an_audit_of_servers_that_nobody_recorded(number, message) -> None:
    files = {".mcp.json": servers(**{f"s{at:02}": DOCS for at in range(number)})}
    found = [one for one in judged(None, files) if one.rule.code == "MCG815"]
    assert told(found) == [("MCG815", f"{APPROVALS}:1:1", APPROVALS, message)]


def test_settings_alone_are_no_servers_that_somebody_had_to_record() -> None:
    found = judged(None, {".claude/settings.json": '{"permissions": {"allow": ["mcp__docs"]}}'})
    assert "MCG815" not in [one.rule.code for one in found]
