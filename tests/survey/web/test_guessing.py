"""How many guesses an address may make, and how far they lead."""

from __future__ import annotations

import time

import pytest

from survey.domain.codes import ALPHABET, TAG_LENGTH, new_slip_code
from survey.web.guessing import GUESSES, GuessThrottle

CODES = len(ALPHABET) ** (len(new_slip_code("ABC").text) - TAG_LENGTH - 1)
"""Slip codes of a round whose tag is known, check characters right."""
PER_SECOND = GUESSES.amount / GUESSES.get_expiry()
YEAR = 365 * 24 * 3600
LONGEST_ROUND = 30 * 24 * 3600


def test_a_code_has_forty_random_bits() -> None:
    assert CODES == 2**40


@pytest.mark.parametrize(("slips", "years"), [(3_000, 348), (10_000, 104)])
def test_one_address_at_the_allowed_rate_needs_a_century_for_its_first_live_slip(slips, years) -> None:
    assert int(CODES / slips / PER_SECOND / YEAR) == years


def test_a_thousand_addresses_hardly_find_one_slip_of_a_commune_in_a_whole_round() -> None:
    tried = 1_000 * PER_SECOND * LONGEST_ROUND
    assert 0.2 < 3_000 * tried / CODES < 0.3


def test_even_without_any_throttle_a_busy_server_gives_away_no_percent_of_the_slips() -> None:
    """A known code is always answered, so what a guesser can try ends only at what the server can answer.

    A thousand answers a second, day and night, find the same share of any round's slips: under 0.25 percent.
    """
    assert 1_000 * LONGEST_ROUND / CODES < 0.0025


def test_after_twenty_unknown_codes_an_address_waits_and_no_other_does() -> None:
    throttle = GuessThrottle()
    assert [throttle.count_unknown("203.0.113.7") for _ in range(20)] == [0] * 20
    assert 0 < throttle.count_unknown("203.0.113.7") <= 600
    assert throttle.count_unknown("203.0.113.8") == 0


def test_the_households_of_one_ipv6_network_are_one_address() -> None:
    throttle = GuessThrottle()
    for number in range(20):
        throttle.count_unknown(f"2001:db8::{number:x}")
    assert throttle.count_unknown("2001:db8::ffff") > 0
    assert throttle.count_unknown("2001:db8:0:1::1") == 0


def test_waiting_lasts_no_longer_for_knocking_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window moves: ten minutes after the first guesses there is room again."""
    throttle, start = GuessThrottle(), time.time()
    for _ in range(30):
        throttle.count_unknown("203.0.113.7")
    monkeypatch.setattr(time, "time", lambda: start + 601)
    assert throttle.count_unknown("203.0.113.7") == 0


def test_no_address_stands_in_the_memory() -> None:
    throttle = GuessThrottle()
    throttle.count_unknown("203.0.113.7")
    kept = repr(vars(throttle._limiter.storage))
    assert "guess" not in kept
    assert "203.0.113" not in kept
