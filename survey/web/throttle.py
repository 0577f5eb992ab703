"""Sign-in throttled, in memory: wrong passwords count, by hashed address and by hashed name.

An address is never kept: what stands in the memory is a keyed hash, and the key is drawn anew
every day. Each server process counts on its own.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import cast

from flask import Flask, current_app
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from survey.domain.codes import keyed_hash
from translations.catalogue import lazy

TOO_MANY = lazy("Đã gõ sai nhiều lần. Xin chờ ít phút rồi làm lại.")
_DAY = 24 * 3600.0

PER_ADDRESS_AND_NAME = parse("6 per 5 minutes")
"""Who mistypes their own password waits five minutes, whatever others do."""
PER_NAME = parse("40 per hour")
"""Guesses at one name from many places."""
PER_ADDRESS = parse("60 per 10 minutes")
"""Guesses at many names from one place; an office behind one address stays below it."""


class RotatingHash:
    """A keyed hash whose key lives for a day in this process, and nowhere else."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._draw()

    def _draw(self) -> None:
        self._key, self._born = secrets.token_bytes(32), self._clock()

    def __call__(self, purpose: str, *parts: str) -> str:
        if self._clock() - self._born > _DAY:
            self._draw()
        return keyed_hash(self._key, purpose, *parts).hex()


def network_of(address: str | None) -> str:
    """An IPv4 address, or the /64 that an IPv6 household gets; `-` for what is neither."""
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return "-"
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return parsed.packed[:8].hex()
    return str(getattr(parsed, "ipv4_mapped", None) or parsed)


class SignInThrottle:
    """Counts failed sign-ins of one process."""

    def __init__(self) -> None:
        self.storage = MemoryStorage()
        self._limiter = MovingWindowRateLimiter(self.storage)
        self._hash = RotatingHash()

    def _limits(self, address: str | None, username: str) -> list[tuple[RateLimitItem, str]]:
        place, name = network_of(address), username.strip().lower()
        return [
            (PER_ADDRESS_AND_NAME, self._hash("both", place, name)),
            (PER_NAME, self._hash("name", name)),
            (PER_ADDRESS, self._hash("address", place)),
        ]

    def wait_seconds(self, address: str | None, username: str) -> int:
        """0 when this sign-in may be tried, else the seconds until one may."""
        waits = [
            self._limiter.get_window_stats(item, key).reset_time - time.time()
            for item, key in self._limits(address, username)
            if not self._limiter.test(item, key)
        ]
        return max(1, round(max(waits))) if waits else 0

    def count_failure(self, address: str | None, username: str) -> None:
        for item, key in self._limits(address, username):
            self._limiter.hit(item, key)

    def forgive(self, address: str | None, username: str) -> None:
        """Forget the typing mistakes of someone who then knew their password."""
        item, key = self._limits(address, username)[0]
        self._limiter.clear(item, key)


def install(app: Flask) -> None:
    app.extensions["survey.sign_in_throttle"] = SignInThrottle()


def sign_in_throttle() -> SignInThrottle:
    return cast(SignInThrottle, current_app.extensions["survey.sign_in_throttle"])
