"""Guessed codes, counted in memory: only well-formed codes that do not exist, by hashed network.

A known code is always answered, whatever was tried from its address: a village often shares one. What is put
off is the answer to unknown codes, so that people who try their luck are asked to stop. That does not bound a
determined guesser, who can tell 429 from 200; against him stand the 40 random bits of a code (SECURITY.md has
the arithmetic, a test computes it). No thread sleeps, each server process counts on its own, and nothing is
ever written down.
"""

from __future__ import annotations

import time
from math import ceil
from typing import cast

from flask import current_app
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from survey.web.throttle import RotatingHash, network_of
from translations.catalogue import lazy

_NAME = "survey.guess_throttle"
GUESSES = parse("20 per 10 minutes")
"""Unknown codes that an address may ask for; mistyped ones fail their check character and don't count."""
TOO_MANY_GUESSES = lazy("Từ nơi này đã gõ nhiều mã không có. Xin chờ ít phút, hoặc hỏi người phát thẻ.")


class GuessThrottle:
    """Counts unknown codes of one process."""

    def __init__(self) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._hash = RotatingHash()

    def count_unknown(self, address: str | None) -> int:
        """Count an unknown code; 0, or the seconds for which this address shall wait with the next one."""
        key = self._hash("guess", network_of(address))
        if self._limiter.hit(GUESSES, key):
            return 0
        return max(1, ceil(self._limiter.get_window_stats(GUESSES, key).reset_time - time.time()))


def guess_throttle() -> GuessThrottle:
    """The throttle of the running app, made when the first unknown code comes."""
    if _NAME not in current_app.extensions:
        current_app.extensions.setdefault(_NAME, GuessThrottle())
    return cast(GuessThrottle, current_app.extensions[_NAME])
