"""Guard MCP servers: no change, removal or disabling without an approval on record, and nothing dangerous in them.

The hook judges the commit in the making, a range, or (with nothing staged) the whole tree. Approvals are files in
`.mcp-guard/approvals`, one per decision, chained per server and bound to the exact content; policy and signers are
read from the base, so that a change cannot approve itself. Besides that, the configurations are linted: shape, secrets,
unpinned code, dangerous execution, network, consent settings, hidden text. Nothing in a configuration is ever executed
or fetched; the only programs started are git and, for signatures, ssh-keygen.
"""
