"""Markdown registries as people write them."""

from __future__ import annotations

import pytest
from guardrail_hooks.port_registry_conflict.registry_markdown import read_markdown
from hypothesis import given
from hypothesis import strategies as st


def rows(text: str) -> list[tuple[str, str, int]]:
    """The allocations as (ports, name, line)."""
    return [(str(row.ports), row.name, row.place.line) for row in read_markdown("PORTS.md", text).allocations]


def one(text: str):
    """The only allocation of a text."""
    (row,) = read_markdown("PORTS.md", text).allocations
    return row


@pytest.mark.parametrize(
    ("line", "ports", "name"),
    [
        ("- 8080: web", "8080", "web"),
        ("* **8080**: web", "8080", "web"),
        ("+ `8080` - web", "8080", "web"),
        ("- **8080:** web", "8080", "web"),
        ("-\t8080:\tweb", "8080", "web"),
        ("    - 8080 -> web", "8080", "web"),
        ("- 8080 \u2192 web", "8080", "web"),
        ("- 8080 \u2014 web", "8080", "web"),
        ("- 8080 | web", "8080", "web"),
        ("- [x] 8080: web", "8080", "web"),
        ("1. 8080: web", "8080", "web"),
        ("- Port 8080: web", "8080", "web"),
        ("- 8080 (tcp): web", "8080", "web"),
        ("- 8000-8003: web", "8000-8003", "web"),
        ("- 8000\u20138003: web", "8000-8003", "web"),
        ("- [8080](http://localhost:8080): web", "8080", "web"),
        ("- 8080: [Web UI](https://example.com)", "8080", "Web UI"),
        ("- 8080: Kong API Gateway (Proxy) - PLANNED", "8080", "Kong API Gateway (Proxy)"),
        ("- 8080: web \U0001f504 RUNNING (no health status)", "8080", "web"),
    ],
)
def test_list_items(line, ports, name) -> None:
    assert rows(f"# Ports\n{line}\n") == [(ports, name, 2)]


@pytest.mark.parametrize(
    "line",
    [
        "- 172.20.0.10: PostgreSQL",
        "- 172.20.0.0/16: network",
        "- 172.20.0.41-49: reserved addresses",
        "- 2025-08-19: verified",
        "- 2025-08: verified",
        "- 1.2.3: released",
        "- 24 running containers",
        "- 12:30: meeting",
        "- Rule 11: ports follow this file",
        "- ~~8080: web~~",
        "<!-- - 8080: web -->",
        "> quoted text about 8080: web",
        "8080: prose is no list",
        "- 123456: too long for a port",
        "- 8000-8099: available",
    ],
)
def test_what_allocates_nothing(line) -> None:
    assert rows(f"# Ports\n- 1: x\n{line}\n") == [("1", "x", 2)]


@pytest.mark.parametrize(
    ("line", "ports", "target"),
    [
        ("- 8080:80: web", "8080", 80),
        ("- 8080->80: web", "8080", 80),
        ("- **8080:80** - web", "8080", 80),
        ("- 80 \u2192 8080 | web", "80", 8080),
    ],
)
def test_a_list_item_with_the_container_port(line, ports, target) -> None:
    row = one(line)
    assert (str(row.ports), row.name, row.target) == (ports, "web", target)


def test_headings_that_are_underlined() -> None:
    text = (
        "Core (10000-10099)\n---\n- 10000: web\n\nTools (20000-20099)\n=====\n- 20000: x\n- 20001: y\n---\n- 20002: z\n"
    )
    found = read_markdown("PORTS.md", text).allocations
    assert [(row.name, row.section.title, row.section.range_text) for row in found] == [
        ("web", "Core", "10000-10099"),
        *((name, "Tools", "20000-20099") for name in "xyz"),
    ]


def test_fences_and_comments_over_several_lines() -> None:
    text = "# P\n```yaml\n- 1: a\n```\n<!--\n- 2: b\n-->\n~~~\n- 3: c\n```\n- 4: d\n~~~\n- 5: e\n"
    assert rows(text) == [("5", "e", 13)]


@pytest.mark.parametrize(
    ("line", "protocols"),
    [
        ("- 53/udp: dns", ("udp",)),
        ("- 53/tcp+udp: dns", ("tcp", "udp")),
        ("- 53 (UDP): dns", ("udp",)),
        ("- 53: d", ()),
    ],
)
def test_protocols(line, protocols) -> None:
    assert one(line).protocols == protocols


@pytest.mark.parametrize(
    ("text", "ids", "hints"),
    [
        ("Postgres Exporter (acme-postgres-exporter)", ("acme-postgres-exporter",), ()),
        ("PostgreSQL (Database)", (), ()),
        ("Neo4j (http/bolt)", (), ()),
        ("FAISS (faiss)", (), ("faiss",)),
        ("Jaeger (6 ports, acme-jaeger)", ("acme-jaeger",), ()),
    ],
)
def test_ids_in_parentheses(text, ids, hints) -> None:
    row = one(f"- 8080: {text}")
    assert (row.ids, row.hints) == (ids, hints)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Loki (Logging) - PLANNED", "planned"),
        ("Loki (acme-loki) **NOT DEPLOYED** (no container)", "planned"),
        ("Ollama (LLM) - CRITICAL PORT - **HOST SERVICE (Not Dockerized)**", "host"),
        ("Exporter (acme-exporter) - NOT FOUND (removed)", "retired"),
        ("Web [DEPRECATED - see 8081]", "retired"),
        ("SMTP (external)", "external"),
        ("External API", "active"),
        ("Web (acme-web) **[RESERVED - CRITICAL]**", "active"),
    ],
)
def test_states(text, status) -> None:
    assert one(f"- 8080: {text}").status == status


def test_the_state_of_a_heading_is_that_of_its_entries() -> None:
    assert one("## Monitoring (9000-9099) [PLANNED - NOT YET DEPLOYED]\n- 9000: grafana\n").status == "planned"


@pytest.mark.parametrize(
    ("heading", "ranges"),
    [
        ("## Core (10000-10099)", ["10000-10099"]),
        ("## External (12000+)", ["12000+"]),
        ("## Old (Ports 8000-8099) \u2705", ["8000-8099"]),
        ("## MCP (11090-11199) - Added 2025-08-16", ["11090-11199"]),
        ("## Two (1000-1099, 2000-2099)", ["1000-1099, 2000-2099"]),
        ("## 3000-3099 Frontend", ["3000-3099"]),
        ("## Frontend - 3000-3099", ["3000-3099"]),
        ("## Frontend \u2014 3000\u20133099", ["3000-3099"]),
        ("## Summary (Verified 2025-08-19)", []),
        ("## Layer (172.20.0.50-59)", []),
        ("## Plan (2024-2025)", []),
        ("## Services (11 services)", []),
    ],
)
def test_ranges_of_headings(heading, ranges) -> None:
    found = [section.range_text for section in read_markdown("PORTS.md", heading).sections if section.ranges]
    assert found == ranges


def test_a_table() -> None:
    text = (
        "| Service | Container Port | Host Port | Container | Status |\n|---|---:|---:|---|---|\n"
        "| Grafana | 3000 | **3100** | `acme-grafana` | planned |\n| Web | - | 9000, 9443 | | |\n"
        "| Stdio | | Host network | | |\n| Kafka | | 3000/3001 | | |\n"
    )
    found = read_markdown("PORTS.md", text).allocations
    assert [(str(row.ports), row.name, row.target, row.status) for row in found] == [
        ("3100", "Grafana", 3000, "planned"),
        ("9000", "Web", None, "active"),
        ("9443", "Web", None, "active"),
        ("3000", "Kafka", None, "active"),
        ("3001", "Kafka", None, "active"),
    ]
    assert found[0].ids == ("acme-grafana",)
    assert found[0].place[:3] == ("PORTS.md", 3, 20)


def test_a_table_of_mappings_and_protocols() -> None:
    text = "| Port(s) | Protocol | Name |\n|---|---|---|\n| 8080:80 | TCP | web |\n| 53->5353 | TCP/UDP | dns |\n"
    found = read_markdown("PORTS.md", text).allocations
    assert [(str(r.ports), r.target, r.protocols) for r in found] == [
        ("8080", 80, ("tcp",)),
        ("53", 5353, ("tcp", "udp")),
    ]


@pytest.mark.parametrize(
    "head", ["Host Port(s)", "Port (host)", "External Port(s)", "Public Port", "Port No.", "port_mapping"]
)
def test_names_of_the_column_of_ports(head) -> None:
    text = f"| Service | {head} |\n|---|---|\n| web | 8080 / 8081 |\n"
    assert rows(text) == [("8080", "web", 3), ("8081", "web", 3)]


def test_a_table_of_ranges_allocates_nothing() -> None:
    registry = read_markdown("PORTS.md", "| Range | Purpose |\n|---|---|\n| **10000-10099** | Core |\n")
    assert registry.allocations == []
    assert [(section.title, section.range_text) for section in registry.sections] == [("Core", "10000-10099")]


def test_a_table_without_ports_is_none_of_our_business() -> None:
    assert rows("- 1: x\n\n| Server | Protocol |\n|---|---|\n| files | STDIO |\n") == [("1", "x", 1)]


def test_names_first_when_nothing_else_is_there() -> None:
    assert rows("# Ports\n- **Grafana**: 3000\n- web -> 8080, 8081\n") == [
        ("3000", "Grafana", 2),
        ("8080", "web", 3),
        ("8081", "web", 3),
    ]
    assert rows("- 80: a\n- retries: 300\n") == [("80", "a", 1)]


@pytest.mark.parametrize(
    ("text", "allocated"),
    [
        pytest.param("- 100-199: Core\n## Core (100-199)\n- 101: a", ["101"], id="equals a heading's range"),
        pytest.param("- 100+: Core\n- 101: a", ["101"], id="open"),
        pytest.param("- 100-199: Core\n- 101: a", ["101"], id="holds entries of others"),
        pytest.param("- 100-101: neo4j\n- 102: a", ["100-101", "102"], id="an allocation of two ports"),
        pytest.param("- 100-101: neo4j\n- 100: neo4j", ["100-101", "100"], id="holds its own summary"),
    ],
)
def test_range_items_declare_or_allocate(text, allocated) -> None:
    assert [ports for ports, _, _ in rows(text)] == allocated


def test_reservations() -> None:
    registry = read_markdown("PORTS.md", "- 100-199: Reserved for core\n- 200: x (reserved)\n")
    assert [str(row.ports) for row in registry.reservations] == ["100-199"]
    assert [str(row.ports) for row in registry.allocations] == ["200"]


@given(st.text("#-*|`~<!>0123456789 :()abc\n\r\t+/\u2013", max_size=300))
def test_any_text_is_read(text) -> None:
    read_markdown("PORTS.md", text)


@given(st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", "\ufeff"]))
def test_line_ends_do_not_matter(end, bom) -> None:
    text = "# P\n## Core (100-199)\n- 100: a (acme-a)\n\n| Port | Name |\n|---|---|\n| 101 | b |\n"
    assert rows((bom + text).replace("\n", end).removeprefix("\ufeff")) == [("100", "a (acme-a)", 3), ("101", "b", 7)]
