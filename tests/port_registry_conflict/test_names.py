"""Which names of the registry mean which service."""

from __future__ import annotations

import pytest
from guardrail_hooks.port_registry_conflict.names import Matcher, Owner, common_prefixes, squash
from guardrail_hooks.port_registry_conflict.registry_markdown import read_markdown

REGISTRY = """\
- 1: PostgreSQL (Database)
- 2: Redis (Cache)
- 3: Postgres Exporter (System Metrics)
- 4: Redis Exporter
- 5: Node Exporter
- 6: Agent Zero (Coordinator)
- 7: Kong API Gateway (Proxy)
- 8: Kong Admin API
- 9: core/neo4j (bolt/http)
- 10: GPT Engineer
- 11: Frontend UI (Streamlit/JARVIS)
- 12: Loki log aggregation (acme-loki)
- 13: FAISS vector service (faiss)
- 14: MCP Files Bridge
- 15: MCP GitHub Bridge
- 16: monitoring/metrics/prometheus
- 17: Web UI
"""
ALLOCATIONS = read_markdown("PORTS.md", REGISTRY).allocations


def homes(*names: str, prefixes=(), aliases=None, known=()) -> list[int]:
    """The ports that are meant for an owner of these names."""
    matcher = Matcher(ALLOCATIONS, (aliases or {}).items(), lambda name: name in known)
    owner = Owner(names, frozenset(prefixes))
    return [row.ports.low for row in ALLOCATIONS if matcher.means(row, owner)]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["postgres"], [1], id="the beginning of a word"),
        pytest.param(["acme-postgres", "postgres"], [1], id="any of the owner's names"),
        pytest.param(["postgres-exporter"], [3], id="a companion is a service of its own"),
        pytest.param(["redis"], [2], id="and its master is not the companion"),
        pytest.param(["node-exporter"], [5], id="words that many share weigh little"),
        pytest.param(["agentzero"], [6], id="separators do not matter"),
        pytest.param(["gpt-engineer"], [10], id="case does not matter"),
        pytest.param(["kong"], [7, 8], id="several ports"),
        pytest.param(["neo4j"], [9], id="the tail of a path"),
        pytest.param(["prometheus"], [16], id="a long path"),
        pytest.param(["metrics"], [], id="not the folders of a path"),
        pytest.param(["jarvis-frontend"], [11], id="words in parentheses help"),
        pytest.param(["database"], [], id="but do not decide"),
        pytest.param(["acme-loki"], [12], id="an id in parentheses"),
        pytest.param(["loki"], [], id="which decides both ways"),
        pytest.param(["faiss"], [13], id="a single word in parentheses"),
        pytest.param(["mcp-github"], [15], id="the rare word decides"),
        pytest.param(["web"], [17], id="a word that is noise elsewhere"),
        pytest.param(["kafka"], [], id="nobody"),
    ],
)
def test_homes(names, expected) -> None:
    assert homes(*names) == expected


def test_the_projects_prefix_is_dropped() -> None:
    assert homes("acme-redis", prefixes=["acme"]) == [2]


def test_aliases() -> None:
    assert homes("pg", aliases={"PG": "postgresql"}) == [1]


def test_a_word_in_parentheses_decides_against_others_when_such_a_service_exists() -> None:
    assert homes("vector", known=["faiss"]) == []
    assert homes("vector-service") == [13]


def test_prefixes_that_half_of_the_names_share() -> None:
    assert common_prefixes(["acme-db", "acme-web", "acme_api", "redis"]) == {"acme"}
    assert common_prefixes(["acme-db", "acme-web"]) == set()
    assert common_prefixes(["redis", "redis-exporter", "redis-ui", "redis-x"]) == set()


def test_squash() -> None:
    assert squash("Agent_Zero-2 (x)") == "agentzero2x"
