"""Which host ports two services of a Compose file want, found by writing every port down.

Straight from compose-spec (05-services.md, `ports`), on what ruamel.yaml loads, and with nothing of our readers: short
and long syntax, ranges, protocols, addresses, `${NAME}` with `:-` and `-`, profiles, copies and host networking. Files
with anything else (`extends`, `include`, tags, nested variables, several documents) are not plain.
"""

from __future__ import annotations

import ipaddress
import re
import warnings
from collections.abc import Iterable
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

LARGEST = 20_000  # bytes
PROTOCOLS = ("tcp", "udp", "sctp")


class NotPlain(Exception):
    """A file that brute force does not understand; the text says why."""


def expand(texts: Iterable[str]) -> set[str]:
    """`8000-8002/tcp` as each of its ports."""
    found = set()
    for text in texts:
        ports, _, protocol = text.partition("/")
        low, high = _numbers(ports)
        found |= {f"{port}/{protocol}" for port in range(low, high + 1)}
    return found


def clashes(content: bytes, env: bytes = b"") -> set[str]:
    """The host ports, as `8080/tcp`, that more than one binding wants. Raises `NotPlain`."""
    bindings = list(_bindings(_load(content), _variables(env)))
    found = set()
    for at, (service, profiles, addresses, port, protocol) in enumerate(bindings):
        for other, others, wanted, number, another in bindings[:at]:
            if (number, another) != (port, protocol) or not addresses & wanted:
                continue
            if service != other and profiles and others and not profiles & others:
                continue
            found.add(f"{port}/{protocol}")
    return found


def _load(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST:
        raise NotPlain("large files")
    text = content.decode("utf-8", "replace")
    if re.search(r"(?m)\bextends\s*:|^include\s*:|!reset|!override|\{\{|^---", text):
        raise NotPlain("files with extends, include, tags, templates or several documents")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an anchor that is set again
            root = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, AssertionError) as error:
        raise NotPlain("files that ruamel.yaml does not load") from error
    if not isinstance(root, dict) or not isinstance(root.get("services"), dict):
        raise NotPlain("files without services")
    return root["services"]


def _variables(env: bytes) -> dict[str, str]:
    found = {}
    for line in env.decode("utf-8", "replace").splitlines():
        if match := re.match(r"\s*(?:export\s+)?(\w+)\s*=\s*(.*?)\s*$", line):
            if re.search(r"[$'\"#\\]", match[2]):
                raise NotPlain("env files with more than names and values")
            found[match[1]] = match[2]
    if "COMPOSE_FILE" in found or "COMPOSE_PROFILES" in found:
        raise NotPlain("env files with more than names and values")
    return found


def _filled(value: object, variables: dict[str, str]) -> str:
    text = str(value)
    if "$$" in text:
        raise NotPlain("dollar signs")

    def fill(match: re.Match[str]) -> str:
        name, operator, default = match[1] or match[4], match[2], match[3]
        known = variables.get(name)
        if known is None or (not known and operator == ":-"):
            if operator is None:
                raise NotPlain("variables without a value")
            return default or ""
        return known

    filled = re.sub(r"\$\{(\w+)(?:(:?-)([^${}]*))?\}|\$(\w+)", fill, text)
    if "$" in filled:
        raise NotPlain("other expressions")
    return filled


def _numbers(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    if not re.fullmatch(r"\d{1,5}(-\d{1,5})?", text) or not int(low) <= int(high or low) <= 65535:
        raise NotPlain("invalid ports")
    return int(low), int(high or low)


def _sockets(text: str) -> set[str]:
    """What an address stands for: one, all of IPv4, all of IPv6, or all of both; as names."""
    if not text:
        return {"all", "4", "6"}
    try:
        address = ipaddress.ip_address(text.strip("[]"))
    except ValueError as error:
        raise NotPlain("invalid ports") from error
    if int(address) == 0:
        return {"all", str(address.version)}
    return {f"one {address}"}


def _overlap(sockets: list[tuple[Any, ...]]) -> Iterable[tuple[Any, ...]]:
    """Replace single addresses by sets that meet those of `all addresses`."""
    singles = {(one, 6 if ":" in one else 4) for row in sockets for one in row[2] if one.startswith("one ")}
    for service, profiles, names, port, protocol in sockets:
        met = set(names) - {"all"}
        for version in (4, 6):
            if str(version) in names:
                met |= {one for one, family in singles if family == version}
        yield service, profiles, met, port, protocol


def _bindings(services: dict[str, Any], variables: dict[str, str]) -> Iterable[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for name, service in services.items():
        if not isinstance(service, dict):
            continue
        deploy = service.get("deploy")
        copies = deploy.get("replicas") if isinstance(deploy, dict) and "replicas" in deploy else service.get("scale")
        if str(copies) == "0" or _filled(service.get("network_mode") or "", variables) == "host":
            if "expose" in service and str(copies) != "0":
                raise NotPlain("host networking with expose")
            continue
        profiles = frozenset(map(str, service.get("profiles") or ()))
        entries = service.get("ports") or []
        if not isinstance(entries, list):
            raise NotPlain("invalid ports")
        for entry in entries:
            rows += ((name, profiles, *one) for one in _entry(entry, variables))
    return list(_overlap(rows))


def _entry(entry: object, variables: dict[str, str]) -> Iterable[tuple[set[str], int, str]]:
    """Every address, port and protocol of an entry."""
    if isinstance(entry, dict):
        fields = {key: _filled("" if value is None else value, variables) for key, value in entry.items()}
        host, container, address = fields.get("published", ""), fields.get("target", ""), fields.get("host_ip", "")
        protocol = (fields.get("protocol") or "tcp").lower()
    else:
        text, slash, protocol = _filled("" if entry is None else entry, variables).partition("/")
        protocol = protocol.lower() if slash else "tcp"
        *front, container = text.split(":")
        host = front.pop() if front else ""
        address = ":".join(front)
    if protocol not in PROTOCOLS:
        raise NotPlain("invalid ports")
    first, last = _numbers(container)
    if not host or host == "0":
        return
    low, high = _numbers(host)
    if high - low != last - first:
        raise NotPlain("pools and invalid ranges")
    for port in range(low, high + 1):
        yield _sockets(address), port, protocol
