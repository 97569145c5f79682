"""Versions compare as their schemes say; stamps are read without a library."""

from __future__ import annotations

import datetime

import pytest
from guardrail_hooks.changelog_required import stamps
from guardrail_hooks.changelog_required.versions import SCHEMES
from guardrail_hooks.core.finding import CannotJudge
from hypothesis import given
from hypothesis import strategies as st

ORDERED = {
    "semver": [
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
    ],
    "pep440": [
        "1.0.dev1",
        "1.0a1.dev1",
        "1.0a1",
        "1.0b2",
        "1.0rc1",
        "1.0",
        "1.0.post1.dev1",
        "1.0.post1",
        "1.1",
        "1!0.1",
    ],
    "calver": ["2024.12", "2025.1.0", "2025.2.0.dev1", "2025.2.0", "2025.10.0"],
}


@pytest.mark.parametrize("scheme", ORDERED)
def test_order(scheme) -> None:
    keys = [SCHEMES[scheme][0](version) for version in ORDERED[scheme]]
    assert None not in keys
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("scheme", "version"),
    [
        ("semver", "1.0"),
        ("semver", "1.02.0"),
        ("semver", "1.0.0-01"),
        ("semver", "v1.0.0"),
        ("semver", "1.0.0\n"),
        ("semver", "\u0661.0.0"),
        ("pep440", "1.0-x"),
        ("pep440", ""),
        ("calver", "1.2.3"),
    ],
)
def test_no_version(scheme, version) -> None:
    assert SCHEMES[scheme][0](version) is None


def test_equal_versions_have_equal_keys() -> None:
    assert SCHEMES["pep440"][0]("1.0") == SCHEMES["pep440"][0]("1.0.0")
    assert SCHEMES["semver"][0]("1.0.0+a") == SCHEMES["semver"][0]("1.0.0+b")


@given(st.dates())
def test_days(date) -> None:
    assert stamps.day_number(date.isoformat()) == (date - datetime.date(1970, 1, 1)).days


@given(st.datetimes(min_value=datetime.datetime(1970, 1, 1)))
def test_seconds(moment) -> None:
    moment = moment.replace(microsecond=0)
    expected = moment.replace(tzinfo=datetime.timezone.utc).timestamp()
    assert stamps.seconds(moment.strftime("%Y-%m-%d %H:%M:%S UTC").zfill(23)) == expected
    assert stamps.seconds(moment.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20)) == expected


@pytest.mark.parametrize("text", ["2025-02-30", "2025-13-01", "2025-1-1", "", "2025-02-29", "\u0662025-01-01"])
def test_no_day(text) -> None:
    assert stamps.day_number(text) is None


@pytest.mark.parametrize(
    "text", ["2025-09-02", "2025-09-02 10:00 UTC", "2025-09-02 24:00:00 UTC", "2025-09-02 10:00:00 +0200"]
)
def test_no_stamp(text) -> None:
    assert stamps.seconds(text) is None


def test_durations() -> None:
    assert stamps.read_duration("max-age", "2d") == 172800
    assert stamps.read_duration("max-age", "") is None
    with pytest.raises(CannotJudge, match="--max-age soon: write a number and a unit"):
        stamps.read_duration("max-age", "soon")
