"""Which contents are told as those of least satisfaction: one rule for all pages and papers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from analytics.indicators import Share
from translations.catalogue import gettext
from translations.numbers import format_count

MOST_NAMED = 3
_Content = TypeVar("_Content")


@dataclass(frozen=True, slots=True)
class Lowest(Generic[_Content]):
    """`named` are the contents of least rate, the least first; `tied` more have the rate of the last one."""

    named: tuple[_Content, ...]
    tied: int

    def say_tied(self) -> str:
        """What stands after the last one that is named; nothing where no other has its rate."""
        if not self.tied:
            return ""
        return gettext("và %(n)s nội dung khác cùng tỷ lệ", n=format_count(self.tied))


def find_lowest(
    contents: Iterable[tuple[_Content, Share | None]], most: int = MOST_NAMED
) -> Lowest[_Content]:
    """Of contents with their rates, None where it may not be told; those with which every ballot is satisfied
    are not among them, however few are left."""
    rates = [(share.value, content) for content, share in contents if share and share.value is not None]
    ordered = sorted([one for one in rates if one[0] < 1], key=lambda one: one[0])
    named, others = ordered[:most], ordered[most:]
    return Lowest(tuple(content for _, content in named), sum(rate == named[-1][0] for rate, _ in others))
