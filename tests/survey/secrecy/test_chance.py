"""The bounds by which the tests of secrecy tell luck from a leak."""

from __future__ import annotations

from itertools import permutations
from random import Random

import pytest

from tests.survey.secrecy.chance import chance_of, suspicious


@pytest.mark.parametrize("size", [1, 3, 5])
def test_the_chance_of_hits_is_that_of_all_permutations(size: int) -> None:
    deals = [sum(at == card for at, card in enumerate(deal)) for deal in permutations(range(size))]
    for hits in range(size + 1):
        assert chance_of([size], hits) == pytest.approx(sum(deal >= hits for deal in deals) / len(deals))


def test_ten_batches_of_ten_give_ten_lucky_hits_and_hardly_ever_thirty() -> None:
    batches = [10] * 10
    assert sum(chance_of(batches, hits) for hits in range(1, 101)) == pytest.approx(10)
    assert 25 < suspicious(batches) <= 30


def test_small_batches_are_told_from_batches_of_ten() -> None:
    """Mixing two by two gives about fifty hits: far beyond what batches of ten allow."""
    luck = Random(7)
    hits = sum(luck.random() < 0.5 for _ in range(50)) * 2
    assert hits >= suspicious([10] * 10)
