"""The five-level index of a pulse round: another measure than the official rate, never mixed with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analytics.indicators import CountsDisagree, Share

LEVELS = 5
_FAVOURABLE = 4


@dataclass(frozen=True, slots=True)
class LevelCounts:
    """Answers to one five-level question, from level 1 (worst) to level 5 (best), and the blanks."""

    levels: tuple[int, int, int, int, int]
    no_answer: int = 0

    @property
    def answers(self) -> int:
        return sum(self.levels)

    @property
    def index(self) -> Share:
        """Levels 4 and 5 of the answers (the way of SIPAS)."""
        return Share(sum(self.levels[_FAVOURABLE - 1 :]), self.answers)


@dataclass(frozen=True, slots=True)
class PulseResult:
    """`questions`: the index of each; `pooled`: of all their answers together, not a mean of indices."""

    ballots: int
    questions: Mapping[str, Share]
    pooled: Share


def compute_pulse(questions: Mapping[str, LevelCounts], ballots: int) -> PulseResult:
    """The index per five-level question and pooled; raises `CountsDisagree` where a sum is off."""
    for code, found in questions.items():
        if min(*found.levels, found.no_answer) < 0:
            raise CountsDisagree(f"{code}: a count is negative")
        if found.answers + found.no_answer != ballots:
            raise CountsDisagree(f"{code}: {found.answers} answers + {found.no_answer} blanks ≠ {ballots}")
    indices = {code: found.index for code, found in questions.items()}
    favourable = sum(share.numerator for share in indices.values())
    answers = sum(share.denominator for share in indices.values())
    return PulseResult(ballots, indices, Share(favourable, answers))
