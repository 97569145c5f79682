"""The fuzzing targets hold for their seeds, whole and damaged; the fuzzer itself is run by hand (`run.py`)."""

from __future__ import annotations

import random

import pytest

from tests.fuzz.targets import TARGETS

MOST = 40  # seeds of one target


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_hold(name) -> None:
    chance = random.Random(name)
    seeds = list(TARGETS[name].seeds())
    assert seeds
    for seed in chance.sample(seeds, min(MOST, len(seeds))):
        TARGETS[name].check(seed)
        at, words = chance.randrange(len(seed) + 1), TARGETS[name].words
        TARGETS[name].check(seed[:at] + chance.choice(words) + seed[at + chance.randrange(3) :])
