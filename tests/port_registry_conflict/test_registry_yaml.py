"""YAML, JSON and dotenv registries, the schema, and the export into the canonical form."""

from __future__ import annotations

import json
from pathlib import Path

import guardrail_hooks.port_registry_conflict as package
import pytest
from guardrail_hooks.port_registry_conflict.export import export_yaml
from guardrail_hooks.port_registry_conflict.registries import read_registry
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

SCHEMA = json.loads((Path(package.__file__).parent / "ports.schema.json").read_text())
CANONICAL = """\
version: 1
ranges: {core: {from: 10000, to: 10099}, spare: {from: 10050, to: 10099, parent: core, reserved: true}}
ports:
  10000: {service: postgres, container: acme-postgres, target: 5432, range: core}
  10002-10003: {service: neo4j}
  53/udp: {service: dns, status: active}
aliases: {pg: postgres}
deny: [22, 3306]
"""


def rows(text: str, path: str = "ports.yaml") -> list[tuple[str, str, tuple[str, ...]]]:
    """The allocations as (ports, name, ids)."""
    return [(str(row.ports), row.name, row.ids) for row in read_registry(path, text.encode()).allocations]


def validated(text: str) -> list[str]:
    """What the schema has against a document; keys of JSON are texts."""
    document = json.loads(json.dumps(YAML(typ="safe", pure=True).load(text)))
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_the_canonical_form() -> None:
    assert validated(CANONICAL) == []
    registry = read_registry("ports.yaml", CANONICAL.encode())
    assert rows(CANONICAL) == [
        ("10000", "postgres", ("postgres", "acme-postgres")),
        ("10002-10003", "neo4j", ("neo4j",)),
        ("53", "dns", ("dns",)),
    ]
    first, _, dns = registry.allocations
    assert (first.target, first.section.title, dns.protocols, dns.place.line) == (5432, "core", ("udp",), 6)
    assert [str(row.ports) for row in registry.reservations] == ["10050-10099"]
    assert registry.aliases == {"pg": "postgres"}
    assert [str(ports) for ports in registry.deny] == ["22", "3306"]


@pytest.mark.parametrize(
    "text",
    [
        "version: 2\nports: {}",
        "ports: {}",
        "version: 1\nports: {0: {service: a}}",
        "version: 1\nports: {80: {}}",
        "version: 1\nports: {80/http: {service: a}}",
        "version: 1\nports: {80: {service: a, status: gone}}",
        "version: 1\nports: {80: {service: a, port: 1}}",
        "version: 1\nports: {}\ndeny: [70000]",
    ],
)
def test_what_the_schema_refuses(text) -> None:
    assert validated(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("web: 8080\napi: 8081\n", [("8080", "web"), ("8081", "api")], id="flat"),
        pytest.param("ports:\n  grafana: 3000\n", [("3000", "grafana")], id="names under ports"),
        pytest.param(
            "core:\n  neo4j: {browser: 1, bolt: 2}\ntotal: 28\n",
            [("1", "neo4j browser"), ("2", "neo4j bolt")],
            id="nested",
        ),
        pytest.param("mon:\n  9090: {service: prometheus}\n", [("9090", "prometheus")], id="port keys in a section"),
        pytest.param("ports: {8080: web}", [("8080", "web")], id="port to name"),
        pytest.param("web: {host_port: 8080, container_port: 80, protocol: tcp}", [("8080", "web")], id="record"),
        pytest.param("services:\n- {name: web, port: 8080}\n", [("8080", "web")], id="list of records"),
        pytest.param(
            "a: {1: {service: x}}\nmigration_required: {2: {current: y}}\nknown_conflicts: []", [("1", "x")], id="talk"
        ),
        pytest.param("accounts: {8080: {service: discounts}}", [("8080", "discounts")], id="no false friends of count"),
    ],
)
def test_forms(text, expected) -> None:
    assert [(ports, name) for ports, name, _ in rows(text)] == expected


def test_json() -> None:
    assert rows('{"ports": {"3001": {"service": "web", "internal_port": 3000}}}', "ports.json") == [
        ("3001", "web", ("web",))
    ]


def test_every_key_is_kept_when_one_is_written_twice() -> None:
    assert [row[:2] for row in rows("ports:\n  80: {service: a}\n  80: {service: b}\n")] == [("80", "a"), ("80", "b")]


@pytest.mark.parametrize(
    "text", ["a: {range: [1, 9]}", "a: {from: 1, to: 9}", "a: {start: 1, end: 9}", "a: 1-9", "a: [1, 9]"]
)
def test_spellings_of_ranges(text) -> None:
    (section,) = read_registry("ports.yaml", f"port_ranges:\n  {text}\nx: {{80: {{service: b}}}}\n".encode()).sections
    assert (section.title, section.range_text) == ("a", "1-9")


def test_dotenv() -> None:
    text = "# ports\nWEB_PORT=8080\nexport DB_HOST_PORT='5432'\nWEB_CONTAINER_PORT=80\nRETRIES=3\nBAD_PORT=70000\n"
    registry = read_registry("config/ports.env", text.encode())
    assert [(str(row.ports), row.name, row.place.line) for row in registry.allocations] == [
        ("8080", "web", 2),
        ("5432", "db", 3),
    ]
    assert [fault.place.line for fault in registry.faults] == [6]
    assert registry.variables["RETRIES"] == "3"


MARKDOWN = """\
# Ports

## Core (10000-10099)
- **10000**: PostgreSQL (Database)
- **10001**: Redis (acme-redis) - PLANNED
- **10002-10003**: core/neo4j
- 53/udp: dns
- **10050-10099**: Reserved for "later"
### Inner (10010-10019)
- 10010: a: b
## Summary
| Port | Service | Container | Container Port |
|---|---|---|---|
| 10000 | PostgreSQL | acme-postgres | 5432 |
| 9000 | on | | |
"""


def test_the_export_is_canonical_and_loses_nothing() -> None:
    registry = read_registry("PORTS.md", MARKDOWN.encode())
    text = export_yaml(registry)
    assert validated(text) == []
    again = read_registry("ports.yaml", text.encode())
    assert again.faults == []
    assert {(row.ports, row.protocols, row.status, row.target) for row in again.allocations} >= {
        (row.ports, row.protocols, row.status, row.target) for row in registry.allocations if row.target is None
    }
    assert {row.ports for row in again.reservations} == {row.ports for row in registry.reservations}
    assert "acme-postgres" in next(row.ids for row in again.allocations if row.ports.low == 10000)
    assert export_yaml(again).count("\n") >= len(again.allocations)


names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20)


@given(st.lists(st.tuples(st.integers(1, 65535), names), max_size=8, unique_by=lambda pair: pair[0]))
def test_any_name_survives_the_export(pairs) -> None:
    text = "ports:\n" + "".join(f"  {port}: {{service: {json.dumps(name)}}}\n" for port, name in pairs)
    registry = read_registry("ports.yaml", text.encode())
    again = read_registry("ports.yaml", export_yaml(registry).encode())
    assert [(row.ports, row.name) for row in again.allocations] == sorted(
        (row.ports, row.name) for row in registry.allocations
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("services: &s\n  again: *s\n  web: 80\n", id="a section in itself"),
        pytest.param("services:\n- &s {web: 80, more: [*s]}\n", id="an item in itself"),
        pytest.param("reserved: &r {low: *r}\nservices: {web: 80}\n", id="a reservation in itself"),
        pytest.param(
            "hosts:\n  a0: &a0 {x: 1}\n"
            + "".join(f"  a{n}: &a{n} {{x: *a{n - 1}}}\n" for n in range(1, 3000))
            + "services: {web: 80, y: *a2999}\n",
            id="aliases of aliases",
        ),
        pytest.param(
            "ranges:\n"
            + "".join(f"  r{n}: {{from: 1, to: 9, parent: r{n + 1}}}\n" for n in range(3000))
            + "services: {web: 80}\n",
            id="parents of parents",
        ),
    ],
)
def test_what_leads_back_to_itself_or_far_away_is_read_once(text) -> None:
    assert ("80", "web") in [row[:2] for row in rows(text)]
