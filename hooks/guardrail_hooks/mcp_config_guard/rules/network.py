"""Rules about the network that a server talks to."""

from __future__ import annotations

from guardrail_hooks.core.finding import Rule

PLAIN_HTTP = Rule(
    "MCG501",
    "plain-http",
    summary="an unencrypted address beyond this machine",
    message="{host} is reached over plain http: everybody on the way can read and change what is said",
    fix="use https://; or, for a host of your own network: --allow-http-hosts {host}",
    what="Reports http:// addresses in `url` fields and arguments, except to this machine.",
    why="Whoever stands in between reads the tokens and writes the tool answers.",
    bad='{"mcpServers": {"docs": {"type": "http", "url": "http://docs.example.com/mcp"}}}\n',
    good='{"mcpServers": {"docs": {"type": "http", "url": "https://docs.example.com/mcp"}}}\n',
    options="`--allow-http-hosts HOST` names hosts that may be reached over http.",
)
SSE_TRANSPORT = Rule(
    "MCG502",
    "sse-transport",
    severity="warning",
    summary="the transport that streamable HTTP replaced",
    message="server {server} uses the sse transport, which the protocol replaced in March 2025",
    fix='ask the vendor for the streamable HTTP address and write "type": "http"',
    what='Reports `"type": "sse"`.',
    why="Clients and vendors are switching it off.",
    bad='{"mcpServers": {"docs": {"type": "sse", "url": "https://docs.example.com/sse"}}}\n',
    good='{"mcpServers": {"docs": {"type": "http", "url": "https://docs.example.com/mcp"}}}\n',
    references=("https://modelcontextprotocol.io/specification/2025-03-26/basic/transports",),
)
TLS_OFF = Rule(
    "MCG503",
    "certificate-checks-off",
    summary="a setting that switches off the check of certificates",
    message="{setting} switches off the check of certificates",
    fix="remove it; give the program the certificate of your authority instead",
    what="Reports variables and flags that make a program accept any certificate.",
    why="https without the check protects against nobody.",
    bad='{"mcpServers": {"docs": {"command": "docs-server", "env": {"NODE_TLS_REJECT_UNAUTHORIZED": "0"}}}}\n',
    good='{"mcpServers": {"docs": {"command": "docs-server", "env": {"NODE_EXTRA_CA_CERTS": "certs/ca.pem"}}}}\n',
)
UNNAMED_HOST = Rule(
    "MCG504",
    "raw-address-or-tunnel",
    severity="warning",
    summary="a public IP address, a wildcard address, or a temporary tunnel",
    message="{host} is {what}",
    fix="use a host name that its owner keeps",
    what="Reports public IP literals, 0.0.0.0 and [::] as destinations, and hosts of tunnel services.",
    why="The name of a tunnel and the lease of an address pass on to the next taker, and the server with it.",
    bad='{"mcpServers": {"docs": {"type": "http", "url": "https://ab12.ngrok-free.app/mcp"}}}\n',
    good='{"mcpServers": {"docs": {"type": "http", "url": "https://docs.example.com/mcp"}}}\n',
)
PACKAGE_INDEX = Rule(
    "MCG505",
    "package-index",
    severity="warning",
    summary="packages from another index than the official one",
    message="{setting} takes packages from {host}",
    fix="leave it out, or say why with an allow comment or in the approval",
    what="Reports flags and variables that redirect pip, uv, npm or go to another index.",
    why="Whoever runs the index decides what the package contains.",
    bad='{"mcpServers": {"kit": {"command": "uvx",\n'
    '  "args": ["--index-url", "https://pypi.example.com/simple", "kit==1.0"]}}}\n',
    good='{"mcpServers": {"kit": {"command": "uvx", "args": ["kit==1.0"]}}}\n',
    options="`--allow-endpoints HOST` names hosts that are yours.",
)
HOST_NOT_ALLOWED = Rule(
    "MCG506",
    "host-not-allowed",
    summary="a host that the policy does not list",
    message="{host} is not among the allowed_hosts of .mcp-guard/policy.json",
    fix="use a listed host, or have the owner add it to the policy and approve that change",
    what="Reports hosts of addresses outside `allowed_hosts`, once that list is not empty.",
    why="The owners decided where data may go.",
    bad='{"mcpServers": {"docs": {"type": "http", "url": "https://elsewhere.example.net/mcp"}}}\n',
    good='{"mcpServers": {"docs": {"type": "http", "url": "https://docs.example.com/mcp"}}}\n',
)
RULES = (PLAIN_HTTP, SSE_TRANSPORT, TLS_OFF, UNNAMED_HOST, PACKAGE_INDEX, HOST_NOT_ALLOWED)
