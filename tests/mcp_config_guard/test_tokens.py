"""Forms of tokens: each is known, none is shown, and what only looks like one is left alone."""

from __future__ import annotations

import pytest
from guardrail_hooks.mcp_config_guard.tokens import (
    TOKENS,
    is_secret_name,
    known_token,
    looks_random,
    secret_in_url,
    shown,
)

from tests.mcp_config_guard.conftest import servers

PIECE = "A1b2"
SAMPLES = [
    "gh" + "p_" + "A1" * 18, "github" + "_pat_" + "A1" * 25, "gl" + "pat-" + PIECE * 6, "sk" + "-ant-" + PIECE * 6,
    "sk" + "-proj-" + PIECE * 6, "sk" + "-or-v1-" + "a1b2" * 9, "sk" + "-" + PIECE * 9, "sk" + "_live_" + PIECE * 5,
    "AK" + "IA" + "A2B3" * 4, "AI" + "za" + "A1b2_" * 7, "ya" + "29." + PIECE * 6, "GOC" + "SPX-" + PIECE * 7,
    "xo" + "xb-" + "A1b2-" * 5, "xa" + "pp-1-" + PIECE * 6,
    "https://hooks.slack" + ".com/services/T0A/B0A/" + PIECE * 6,
    "hf" + "_" + PIECE * 8, "np" + "m_" + PIECE * 9, "py" + "pi-" + PIECE * 13, "dckr" + "_pat_" + PIECE * 6,
    "dop" + "_v1_" + "a1b2" * 16, "SG" + "." + PIECE * 6 + "." + PIECE * 8, "sb" + "p_" + "a1b2" * 10,
    "nt" + "n_" + PIECE * 10, "li" + "n_api_" + PIECE * 8, "fi" + "gd_" + PIECE * 9, "gs" + "k_" + PIECE * 10,
    "pp" + "lx-" + PIECE * 10, "xa" + "i-" + PIECE * 16, "tv" + "ly-dev-" + PIECE * 6, "f" + "c-" + "a1b2" * 8,
    "ATA" + "TT3" + PIECE * 26, "BS" + "A" + PIECE * 7, "da" + "pi" + "a1b2" * 8,
    "PM" + "AK-" + "a1b2" * 6 + "-" + "a1b2" * 8 + "a1", "sn" + "trys_" + PIECE * 11, "hv" + "s." + PIECE * 7,
    "123456789" + ":AA" + PIECE * 8 + "A", "ey" + "J" + PIECE * 4 + ".eyJ" + PIECE * 3 + "." + PIECE * 3,
    "-----BEGIN RSA PRIV" + "ATE KEY-----",
]  # fmt: skip


def test_there_is_a_sample_for_every_form() -> None:
    found = {known[0] for sample in SAMPLES if (known := known_token(sample))}
    assert found == {kind for kind, _ in TOKENS}


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample[:6] for sample in SAMPLES])
def test_known_alone_and_in_a_sentence_and_never_shown(sample) -> None:
    for text in (sample, f"Bearer {sample}", f"X={sample} y"):
        assert known_token(text)
    assert sample[4:12] not in shown(sample)


@pytest.mark.parametrize("text", ["gh" + "p_" + "x" * 36, "AKIA" + "IOSFODNN7EXAMPLE", "sk-short", "x" + SAMPLES[0]])
def test_placeholders_and_documented_examples_are_none(text) -> None:
    assert known_token(text) is None


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("API_KEY", True),
        ("apiKey", True),
        ("X-Api-Key", True),
        ("Authorization", True),
        ("DB_PASSWORD", True),
        ("PAT", True),
        ("MAX_TOKENS", False),
        ("KEY_FILE", False),
        ("TOKEN_SHA256", False),
        ("key-fingerprint", False),
        ("TOKEN_LIMIT", False),
        ("PUBLIC_KEY_ID", False),
        ("AUTH_MODE", False),
        ("PATH", False),
        ("KEYBOARD", False),
        ("monkey", False),
        ("author", False),
        ("TOKEN_URL", False),
    ],
)
def test_names_of_secrets(name, secret) -> None:
    assert is_secret_name(name) is secret


@pytest.mark.parametrize("length", [32, 40, 64])
def test_hexadecimal_digits_of_any_length_look_random(length) -> None:
    assert looks_random(("0a7c3e91b5" * 7)[:length])


@pytest.mark.parametrize(
    "text",
    [
        "YOUR_ACME_API_KEY",
        "<your key>",
        "${KEY}",
        "changeme-please-1",
        "config/acme-key.json",
        "https://example.com/x1",
        "4096000000000",
        "123e4567-e89b-12d3-a456-426614174000",
        "main-2026",
        "oauth-client-credentials",
        "xxxxxxxxxxxxxxxx",
    ],
)
def test_what_is_no_secret(text) -> None:
    assert not looks_random(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("postgresql://app:" + "N0tReal99@db.example.com/app", True),
        ("postgresql://postgres:postgres@localhost:5432/app", False),
        ("postgresql://app:${PW}@db.example.com/app", False),
        ("https://example.com/mcp?api_key=" + "Zq7x2Lm9R4tW8vB1nK6p", True),
        ("https://example.com/mcp?api_key=${KEY}", False),
        ("https://example.com/mcp?page=1", False),
    ],
)
def test_secrets_in_addresses(text, found) -> None:
    assert bool(secret_in_url(text)) is found


@pytest.mark.parametrize("form", ["text", "concise", "github", "gitlab", "json", "sarif"])
@pytest.mark.parametrize("shape", ["Bearer {}", "--token={}", "https://h.example/?api_key={}"])
def test_a_secret_in_a_field_that_is_quoted(guarded, form, shape) -> None:
    secret = "q7W" + "x9" * 3 + "Zr4Tb8Lm2"
    guarded.become({".mcp.json": servers(s={"command": "x", "type": shape.format(secret)})})
    code, out = guarded.run("--format", form)
    assert (code, "MCG108" in out, secret[4:] in out) == (1, True, False)


@pytest.mark.parametrize("command", ["status", "log"])
def test_a_token_for_a_name(guarded, command) -> None:
    token = SAMPLES[0]
    guarded.become({".mcp.json": servers(**{token: {"command": "x"}})})
    if command == "log":
        guarded.approve()
    _, out = guarded.run(command)
    assert token[:4] in out
    assert token[4:16] not in out
