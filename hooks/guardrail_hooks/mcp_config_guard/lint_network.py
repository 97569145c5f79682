"""MCG501 to MCG506: where a server and its packages come from over the network."""

from __future__ import annotations

from guardrail_hooks.core.printable import printable
from guardrail_hooks.formats.values import STRING
from guardrail_hooks.mcp_config_guard.references import REFERENCE_INSIDE
from guardrail_hooks.mcp_config_guard.rules import network as rules
from guardrail_hooks.pattern import pattern

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from guardrail_hooks.core.finding import Finding
    from guardrail_hooks.formats.values import Value
    from guardrail_hooks.mcp_config_guard.exhibit import Exhibit

ADDRESS = pattern(r"(?i)\b(https?|wss?)://(?:[^/\s@]*@)?(\[[0-9a-f:.%]+\]|[^/\s:?#\"']+)")
LOOPBACK = pattern(
    r"(?i)localhost|.*\.localhost|127(?:\.[0-9]{1,3}){3}|\[::1\]|\[::ffff:127\.[0-9.]+\]|host\.docker\.internal"
)
WILDCARD = frozenset(
    {
        "0.0.0.0",  # noqa: S104  (a host to look for, nothing is bound)
        "[::]",
        "0",
        "[0:0:0:0:0:0:0:0]",
    }
)
IPV4 = pattern(r"([0-9]{1,3})\.([0-9]{1,3})\.[0-9]{1,3}\.[0-9]{1,3}")
PRIVATE_V6 = pattern(r"(?i)\[(?:f[cd]|fe[89ab]|::1?\]|::ffff:(?:10|127|192\.168|172\.(?:1[6-9]|2[0-9]|3[01]))\.)")
# Services that lend a host name for a while; names as their own documentation gives them.
TUNNELS = (
    "ngrok.io", "ngrok.app", "ngrok.dev", "ngrok-free.app", "ngrok-free.dev", "ngrok.pizza", "trycloudflare.com",
    "loca.lt", "localtunnel.me", "serveo.net", "serveousercontent.com", "localhost.run", "lhr.life", "lhr.rocks",
    "pinggy.link", "pinggy.io", "bore.pub", "telebit.io", "tunnelmole.net", "devtunnels.ms", "webhook.site",
    "requestbin.net", "pipedream.net", "zrok.io", "playit.gg", "packetriot.net", "tunnelto.dev",
)  # fmt: skip
TLS_VARIABLES = {
    "NODE_TLS_REJECT_UNAUTHORIZED": pattern(r"0"),
    "PYTHONHTTPSVERIFY": pattern(r"0"),
    "GIT_SSL_NO_VERIFY": pattern(r"(?i)1|true|yes"),
    "NPM_CONFIG_STRICT_SSL": pattern(r"(?i)false|0|no"),
    "REQUESTS_CA_BUNDLE": pattern(r"\s*"),
    "CURL_CA_BUNDLE": pattern(r"\s*"),
    "UV_INSECURE_HOST": pattern(r".+"),
    "PIP_TRUSTED_HOST": pattern(r".+"),
    "GOINSECURE": pattern(r".+"),
}
TLS_FLAGS = pattern(
    r"--(?:insecure|insecure-skip-tls-verify|skip-tls-verify|tls-skip-verify|skip-ssl-verify|no-check-certificate"
    r"|no-verify-ssl|no-ssl-verify|no-verify-tls|ignore-certificate-errors|ignore-https-errors|disable-tls-verify"
    r"|allow-insecure-host|trusted-host|unsafely-ignore-certificate-errors)(?:=(?!false\b|0\b).*)?"
)
CURL_INSECURE = pattern(r"-[a-jl-zA-Z]*k[a-zA-Z]*")
INDEX_FLAGS = frozenset(
    {"--index-url", "--extra-index-url", "--default-index", "--index", "--registry", "--find-links"}
)
INDEX_VARIABLES = pattern(
    r"(?i)UV_(?:DEFAULT_INDEX|INDEX|INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS)|PIP_(?:INDEX_URL|EXTRA_INDEX_URL|FIND_LINKS)"
    r"|NPM_CONFIG_REGISTRY|YARN_(?:NPM_)?REGISTRY(?:_SERVER)?|BUN_CONFIG_REGISTRY|GOPROXY|NUGET_SOURCE"
)
OFFICIAL = frozenset(
    {"pypi.org", "files.pythonhosted.org", "registry.npmjs.org", "registry.yarnpkg.com", "proxy.golang.org", "jsr.io"}
    | {"npm.jsr.io", "api.nuget.org"}
)


def network(exhibit: Exhibit) -> Iterator[Finding]:
    """Everything about the network of one server."""
    for value in exhibit.urls():
        yield from address(exhibit, value, is_server=True)
    for value in exhibit.values:
        if not value.text.startswith("-") or "=" in value.text:
            yield from address(exhibit, value, is_server=False)
    kind = exhibit.server.get("type") or exhibit.server.get("transportType")
    transport = exhibit.server.get("transport")
    if kind is None and transport is not None:
        kind = transport if transport.kind == STRING else transport.get("type")
    if kind is not None and kind.text == "sse":
        yield exhibit.finding(rules.SSE_TRANSPORT, kind)
    yield from certificates(exhibit)
    yield from indexes(exhibit)


def address(exhibit: Exhibit, value: Value, *, is_server: bool) -> Iterator[Finding]:
    """The hosts that a scalar names."""
    settings = exhibit.settings
    for match in ADDRESS.finditer(value.text) if "://" in value.text else ():
        scheme, host = match[1].lower(), match[2].lower().rstrip(".")
        if REFERENCE_INSIDE.search(match[2]) or (
            any(character in host for character in "<>{}$%*") and not host.startswith("[")
        ):
            continue
        shown = printable(host)
        if host in WILDCARD:
            yield exhibit.finding(rules.UNNAMED_HOST, value, host=shown, what="no destination but a wildcard address")
            continue
        if LOOPBACK.fullmatch(host):
            continue
        allowed = any(glob.fullmatch(host) for glob in settings.allow_http_hosts)
        if scheme in ("http", "ws") and not allowed:
            yield exhibit.finding(rules.PLAIN_HTTP, value, host=shown)
        if what := unnamed(host):
            yield exhibit.finding(rules.UNNAMED_HOST, value, host=shown, what=what)
        hosts = settings.policy.allowed_hosts
        if is_server and hosts and not any(glob.fullmatch(host) for glob in hosts):
            yield exhibit.finding(rules.HOST_NOT_ALLOWED, value, host=shown)
        return


def unnamed(host: str) -> str:
    """What is passing about a host; empty for a name that its owner keeps, and for private addresses."""
    match = IPV4.fullmatch(host)
    if match:
        first, second = int(match[1]), int(match[2])
        private = (
            first in (0, 10, 127)
            or (first, second) in ((192, 168), (169, 254))
            or ((first == 172 and 16 <= second <= 31) or (first == 100 and 64 <= second <= 127))
        )
        return "" if private else "a public IP address, which passes on to the next taker"
    if host.startswith("["):
        return "" if PRIVATE_V6.match(host) else "a public IP address, which passes on to the next taker"
    if any(host == tunnel or host.endswith("." + tunnel) for tunnel in TUNNELS):
        return "a temporary tunnel, whose name passes on to the next taker"
    return ""


def certificates(exhibit: Exhibit) -> Iterator[Finding]:
    """Settings that accept any certificate."""
    assigned = [(member.name, member.value.text, member.value) for member in exhibit.environment()]
    for invocation in exhibit.invocations:
        assigned += [(name, text, exhibit.values[anchor]) for name, text, anchor in invocation.assignments]
    for name, text, value in assigned:
        form = TLS_VARIABLES.get(name.upper())
        if form and form.fullmatch(text):
            yield exhibit.finding(rules.TLS_OFF, value, setting=f"{printable(name)}={printable(text)}")
    for invocation in exhibit.invocations:
        for at, word in enumerate(invocation.words[1:], 1):
            short = invocation.program == "curl" and CURL_INSECURE.fullmatch(word)
            if (word.startswith("--") and TLS_FLAGS.fullmatch(word)) or short:
                yield exhibit.finding(
                    rules.TLS_OFF, exhibit.anchor(invocation, at), setting=printable(word.partition("=")[0])
                )


def indexes(exhibit: Exhibit) -> Iterator[Finding]:
    """Packages from another index than the official one."""
    for invocation in exhibit.invocations:
        words = invocation.words
        for at, word in enumerate(words[1:], 1):
            name, equals, text = word.partition("=")
            short = name == "-i" and invocation.program in ("uvx", "uv", "pip", "pipx")
            if name not in INDEX_FLAGS and not short:
                continue
            where = at if equals else at + 1
            if where < len(words):
                yield from index(exhibit, text if equals else words[where], exhibit.anchor(invocation, where), name)
    for member in exhibit.environment():
        if "://" in member.value.text and INDEX_VARIABLES.fullmatch(member.name):
            yield from index(exhibit, member.value.text, member.value, printable(member.name))


def index(exhibit: Exhibit, text: str, value: Value, setting: str) -> Iterator[Finding]:
    """One index address."""
    for match in ADDRESS.finditer(text) if "://" in text else ():
        host = match[2].lower()
        allowed = any(glob.fullmatch(host) for glob in exhibit.settings.allow_endpoints)
        if host not in OFFICIAL and not REFERENCE_INSIDE.search(match[2]) and not allowed:
            yield exhibit.finding(rules.PACKAGE_INDEX, value, setting=setting, host=printable(host))
            return
