"""Villages that no rate speaks of: nothing came from them, or paper that was not counted in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from translations.catalogue import gettext
from translations.numbers import format_count


@dataclass(frozen=True, slots=True)
class UncountedPaper:
    """A village whose paper came back and is in no confirmed sheet.

    `ballots` are the slips that came back with it: who took part, not what they answered. None where no slip
    says how many, or where they are too few to be told.
    """

    village: str
    ballots: int | None


def tell_uncounted(village: str, ballots: int | None, least: int) -> UncountedPaper:
    """As whoever may read of no fewer than `least` ballots may know it."""
    return UncountedPaper(village, ballots if ballots and ballots >= least else None)


def say_without(names: Sequence[str]) -> str:
    """From which villages nothing came; nothing where something came from all."""
    if not names:
        return ""
    return gettext(
        "Không có phiếu, nên không có tỷ lệ và không được suy đoán thay: %(names)s.", names=", ".join(names)
    )


def say_uncounted(papers: Sequence[UncountedPaper]) -> str:
    """From which villages paper came that is in no figure; nothing where there is none."""
    if not papers:
        return ""
    return gettext(
        "Có phiếu giấy thu về nhưng chưa kiểm xong, không tính: %(villages)s.",
        villages=", ".join(map(_name, papers)),
    )


def _name(paper: UncountedPaper) -> str:
    if paper.ballots is None:
        return paper.village
    return gettext("%(village)s (%(n)s phiếu)", village=paper.village, n=format_count(paper.ballots))


def write_uncounted(paper: UncountedPaper) -> str:
    """The same of one village, in its row of a table."""
    if paper.ballots is None:
        return gettext("có phiếu giấy thu về chưa kiểm xong, không tính")
    return gettext("có %(n)s phiếu giấy thu về chưa kiểm xong, không tính", n=format_count(paper.ballots))
