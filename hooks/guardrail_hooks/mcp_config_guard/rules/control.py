"""Rules of change control: nothing about a server changes without an approval. None of them can be excused."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

AGENT = "If you are an automated agent: stop and ask the user; do not write approval files yourself"
APPROVE = (
    "MCP_APPROVE_REASON='<why, in a sentence>' pre-commit run mcp-config-approve --hook-stage manual"
    " && git add .mcp-guard"
)
UNDO_OR_APPROVE = "put it back: {undo}; or, if the owner agrees: " + APPROVE + "{init}. " + AGENT
WHY = (
    "A server runs code with the rights of everybody who opens the repository, and agents rely on the servers that are "
    "there. Sweeping changes have lost servers, replaced commands behind an approved name, and nobody noticed."
)
BAD = "$ git commit -m 'Clean up'        # .mcp.json changed as well\n"
GOOD = (
    "$ MCP_APPROVE_REASON='Upgrade docs to the version reviewed in ticket 41' \\\n"
    "    pre-commit run mcp-config-approve --hook-stage manual\n$ git add .mcp-guard\n$ git commit\n"
)


def _rule(code: str, name: str, summary: str, message: str, what: str, **more: str) -> Rule:
    """A rule of change control: always an error unless said otherwise, never to be excused."""
    return Rule(
        code,
        name,
        allowable=False,
        fixed=True,
        severity=more.get("severity", "error"),
        summary=summary,
        message=message,
        fix=more.get("fix", UNDO_OR_APPROVE),
        what=what,
        why=more.get("why", WHY),
        bad=more.get("bad", BAD),
        good=more.get("good", GOOD),
    )


ADDED = _rule(
    "MCG801",
    "unapproved-addition",
    "a server that nobody approved",
    "{thing} was added and nobody approved it",
    "Reports a server, a group of settings or a listed server that is not among the approved ones.",
)
REMOVED = _rule(
    "MCG802",
    "unapproved-removal",
    "an approved server that is gone",
    "{thing} was removed and nobody approved it{how}",
    "Reports a server that was there and no longer is: deleted, renamed beyond recognition, commented out, or lost "
    "with a file that cannot be read any more.",
)
CHANGED = _rule(
    "MCG803",
    "unapproved-change",
    "a server whose configuration is not the approved one",
    "{thing} was changed and nobody approved it: {summary}",
    "Reports any change of meaning in a server. White space, comments, key order and escapes are none.",
)
DISABLED = _rule(
    "MCG804",
    "unapproved-disabling",
    "a server that was switched off",
    "{thing} was switched off and nobody approved it: {summary}",
    "Reports a server that is disabled by its own entry or by a list in a settings file.",
)
RENAMED = _rule(
    "MCG805",
    "unapproved-renaming",
    "a server under another name",
    'server "{was}" was renamed to "{server}" and nobody approved it ({was} -> {server})',
    "Reports a server that is gone while the same body stands under a new name of the same file.",
)
SCRIPT_CHANGED = _rule(
    "MCG806",
    "unapproved-script-change",
    "a wrapper or script that a server runs was changed",
    "{users} was {changed} and nobody approved it",
    "Reports a changed or newly appearing file that a server runs, through links and `source`, and any change below "
    "the `protect` globs of the policy.",
)
SCRIPT_GONE = _rule(
    "MCG807",
    "unapproved-script-removal",
    "a script was deleted, lost its executable bit, or a link was turned elsewhere",
    "{users} {changed} and nobody approved it",
    "Reports a script that a server runs and that is gone, has another mode, or is a link to another place.",
)
FILE_DELETED = _rule(
    "MCG808",
    "unapproved-file-deletion",
    "a configuration file with approved servers is gone",
    "the file was deleted and nobody approved it; it held {count}: {names}",
    "Reports the deletion of a whole configuration file, once.",
)
RECORDS_BROKEN = _rule(
    "MCG809",
    "broken-approval-records",
    "approval records that were edited, deleted, forked, or that continue nothing",
    "{problem}",
    "Reports records that differ from the base (they are append-only), that are no records, that approve different "
    "states of one server, or that repeat an earlier approval.",
    fix="{remedy}. " + AGENT,
    why="The records are the only account of who decided what. An account that can be rewritten is none.",
    bad="$ vi .mcp-guard/approvals/20261120T161500Z-docs-modified-3f9a.json\n",
    good="$ git checkout HEAD -- .mcp-guard/approvals\n",
)
SIGNATURE_REFUSED = _rule(
    "MCG810",
    "refused-signature",
    "an approval whose signature is missing or does not count",
    "the approval of {thing} in {record} does not count: {problem}",
    "In signed mode, reports approvals without a signature by an allowed signer of the base, over exactly these bytes, "
    "in the namespace mcp-config-guard, inside the signer's validity. Without ssh-keygen nothing is verified, and "
    "nothing passes.",
    fix="delete the record and have an allowed signer approve: "
    "mcp-config-guard approve --server {server} --reason '<why>' --sign ~/.ssh/<key> && git add .mcp-guard. " + AGENT,
    why="In signed mode an approval is worth its signature.",
)
TRUST_ROOT = _rule(
    "MCG811",
    "unapproved-trust-change",
    "the policy, the allowed signers or the hook's own entry was changed",
    "{what} was changed and nobody whom the base trusts approved it: {summary}",
    "Reports changes of `.mcp-guard/policy.json`, `.mcp-guard/allowed_signers` and of this hook's entry in "
    "`.pre-commit-config.yaml` without an approval that the base accepts, and a policy that cannot be read.",
    why="A change that brings its own key, lowers the mode or removes the hook would approve itself.",
)
NO_REASON = _rule(
    "MCG812",
    "approval-without-reason",
    "an approval that does not say why",
    "the approval of {thing} in {record} gives no reason",
    "Reports approvals with a reason of less than fifteen characters, or with one that says nothing.",
    fix="delete the record and approve again with a reason: " + APPROVE + ". " + AGENT,
    why="The reason is what a reviewer reads next year.",
)
NEEDLESS = _rule(
    "MCG813",
    "approval-without-change",
    "an approval of something that did not change",
    "{record} approves a change of {thing}, which did not change like that",
    "Reports a new record for a server whose state is the same in base and head.",
    severity="warning",
    fix="delete the record, or commit the change that it approves. " + AGENT,
    why="An approval in stock covers a change that nobody sees coming.",
)
OWN_APPROVAL = _rule(
    "MCG814",
    "own-approval",
    "an approval by the author of the change",
    "{by} wrote the change of {thing} and approved it in {record}; the policy wants a second person",
    "With `require_second_person`, reports approvals whose `by` is an author of the change.",
    fix="delete the record and have somebody else approve: mcp-config-guard approve --server {server} --reason '<why>'"
    " && git add .mcp-guard. " + AGENT,
    why="Four eyes were asked for.",
)
NO_RECORDS = _rule(
    "MCG815",
    "no-approval-records",
    "servers without any approval record",
    "{count} under no change control: {names}",
    "In an audit, reports once that a repository with servers has no `.mcp-guard` folder.",
    fix="record the present state (trust on first use): " + APPROVE + ". " + AGENT,
    bad="$ ls .mcp-guard\nls: cannot access '.mcp-guard'\n",
    good="$ mcp-config-guard init --reason 'State reviewed by the platform team'\n",
)
RULES = (
    ADDED, REMOVED, CHANGED, DISABLED, RENAMED, SCRIPT_CHANGED, SCRIPT_GONE, FILE_DELETED, RECORDS_BROKEN,
    SIGNATURE_REFUSED, TRUST_ROOT, NO_REASON, NEEDLESS, OWN_APPROVAL, NO_RECORDS,
)  # fmt: skip
