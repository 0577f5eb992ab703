"""One question's counts in all published shapes, and the suppression that every figure passes through.

Whoever shows or writes a figure takes it from a `QuestionTable`, which gives none that is hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import pandas as pd

from analytics.disclosure import Cell, Position, Suppression, compute_totals
from analytics.disclosure_changes import suppress_versions
from analytics.indicators import Rules, Share
from forms.questionnaire import Question
from forms.wording import NO_TEXT, Text
from survey.frames import ANY_NOT_SATISFIED, ANY_UNSURE, BALLOT, INVALID, VALID

NO_ANSWER = "no_answer"
ANY_AT_MOST = "any_at_most"
"""Stands in `option` for the most ballots that may hold a *chưa hài lòng*, where only totals are known."""
INDEX = "index"
"""Stands in `option` for levels 4 and 5 together."""
_OFFICIAL = ("satisfaction2", "satisfaction3")
"""Types of which the rules ask something."""
_FAVOURABLE: Mapping[str, tuple[str, ...]] = {
    "satisfaction2": ("satisfied",),
    "satisfaction3": ("satisfied",),
    "likert5": ("4", "5"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of a base, as it may be told: both are None where `hidden` says why.

    The reasons are those of `analytics.disclosure`: 'base', 'complement', 'difference'. `threshold` is what
    the rules ask of the rate, None where they ask nothing.
    """

    count: int | None
    base: int | None
    hidden: str | None = None
    threshold: Fraction | None = field(default=None, compare=False)

    @property
    def share(self) -> Share | None:
        if self.count is None or self.base is None:
            return None
        return Share(self.count, self.base, self.threshold)


@dataclass(frozen=True)
class QuestionTable:
    """One question's counts in all published shapes.

    `bases` are by (village, channel): what rates are of. `options` are codes with their labels, in the
    order of the questionnaire; `is_of_answers` says that bases leave the blanks out. `threshold` is what the
    rules ask of the rate.
    """

    code: str
    type: str
    text: Text
    options: tuple[tuple[str, Text], ...]
    is_of_answers: bool
    bases: Mapping[Cell, int]
    counts: Mapping[tuple[Cell, str], int]
    suppression: Suppression
    threshold: Fraction | None = None

    @cached_property
    def _base_at(self) -> dict[Position, int]:
        return compute_totals(self.bases) or {(None, None): 0}

    @cached_property
    def _count_at(self) -> dict[tuple[Position, str], int]:
        found: dict[tuple[Position, str], int] = defaultdict(int)
        for ((village, channel), option), count in self.counts.items():
            for position in ((village, channel), (village, None), (None, channel), (None, None)):
                found[position, option] += count
        return found

    def figure(self, *options: str, village: int | None = None, channel: str | None = None) -> Figure:
        """The ballots that chose one of `options` at a position; without options those of the rate.

        Invalid ballots are of all that came back.
        """
        position = (village, channel)
        hidden = self.suppression.reason(*position)
        if hidden:
            return Figure(None, None, hidden)
        favourable = _FAVOURABLE.get(self.type, ())
        wanted = options or favourable
        count = sum(self._count_at.get((position, option), 0) for option in wanted)
        base = self._base_at.get(position, 0)
        if options == (INVALID,):
            return Figure(count, base + count)
        return Figure(count, base, threshold=self.threshold if wanted == favourable else None)


class Counts:
    """A tally frame, addressable; blanks are what is left of the valid ballots.

    `earlier` are the frames of versions of the same result that were published before, the oldest first:
    no table gives a small group away by what changed since.
    """

    def __init__(
        self, frame: pd.DataFrame, rules: Rules | None, earlier: Sequence[pd.DataFrame] = ()
    ) -> None:
        self.rules = rules
        self.earlier = tuple(Counts(one, rules) for one in earlier)
        self.found: dict[tuple[Cell, str, str], int] = {
            ((int(unit), str(channel)), str(question), str(option)): int(count)
            for unit, channel, question, option, count in frame[
                ["unit_id", "channel", "question", "option", "count"]
            ].itertuples(index=False)
        }
        self.cells = list(dict.fromkeys(cell for cell, _, _ in self.found))
        self.channels = tuple(sorted({str(channel) for _, channel in self.cells}))
        self._suppressed: dict[object, Suppression] = {}

    def get(self, cell: Cell, question: str, option: str) -> int:
        return self.found.get((cell, question, option), 0)

    def of_village(self, unit_id: int, question: str, option: str) -> int:
        return sum(self.get(cell, question, option) for cell in self.cells if cell[0] == unit_id)

    def returned(self, unit_id: int) -> int:
        return self.of_village(unit_id, BALLOT, VALID) + self.of_village(unit_id, BALLOT, INVALID)

    def ballot_table(self, rated: Sequence[QuestionTable], min_base: int) -> QuestionTable:
        """The table of the ballots as a whole, beside the `rated` contents of the official measure.

        It hides what any of them hides: where only one content has a *chưa hài lòng*, the ballots with at
        least one are that content's.
        """
        hidden = dict(self._suppress(None, min_base).hidden)
        for table in rated:
            hidden = {**table.suppression.hidden, **hidden}
        counts: dict[tuple[Cell, str], int] = {}
        for cell in self.cells:
            least = self.get(cell, BALLOT, ANY_NOT_SATISFIED)
            counts[cell, ANY_NOT_SATISFIED] = least
            counts[cell, ANY_AT_MOST] = least + self.get(cell, BALLOT, ANY_UNSURE)
            counts[cell, INVALID] = self.get(cell, BALLOT, INVALID)
        codes = (ANY_NOT_SATISFIED, ANY_AT_MOST, INVALID) if rated else (INVALID,)
        options = tuple((code, NO_TEXT) for code in codes)
        bases = self._bases(None)
        return QuestionTable(BALLOT, "", NO_TEXT, options, False, bases, counts, Suppression(hidden))

    def question_table(self, question: Question, min_base: int) -> QuestionTable | None:
        """The table of a question that is counted; None for free words."""
        options = _list_options(question)
        if not options:
            return None
        has_blanks = question.type not in ("multiple", "number")
        counts: dict[tuple[Cell, str], int] = {}
        for cell in self.cells:
            chosen = {code: self.get(cell, question.code, code) for code, _ in options}
            if has_blanks:
                chosen[NO_ANSWER] = self.get(cell, BALLOT, VALID) - sum(chosen.values())
            counts |= {(cell, code): count for code, count in chosen.items()}
        return QuestionTable(
            code=question.code,
            type=question.type,
            text=question.text,
            options=(*options, (NO_ANSWER, NO_TEXT)) if has_blanks else options,
            is_of_answers=not self._is_of_valid(question),
            bases=self._bases(question),
            counts=counts,
            suppression=self._suppress(question, min_base),
            threshold=self._threshold_of(question),
        )

    def _threshold_of(self, question: Question) -> Fraction | None:
        if self.rules is None or question.type not in _OFFICIAL:
            return None
        return self.rules.overall_threshold if question.overall else self.rules.content_threshold

    def _bases(self, question: Question | None) -> dict[Cell, int]:
        """What the rates of a question, or of the ballots as a whole, are of."""
        if question is None or self._is_of_valid(question):
            return {cell: self.get(cell, BALLOT, VALID) for cell in self.cells}
        counted = ("answered",) if question.type == "number" else question.option_codes
        return {cell: sum(self.get(cell, question.code, code) for code in counted) for cell in self.cells}

    def _is_of_valid(self, question: Question) -> bool:
        """Whether rates are of all valid ballots, as the rules say for the official measure."""
        if question.type in _OFFICIAL:
            return self.rules is None or self.rules.denominator == "valid"
        return question.type == "multiple"

    def _suppress(self, question: Question | None, min_base: int) -> Suppression:
        """Rates are told beside blanks, and valid ballots beside those that came back: three bases."""
        versions: list[tuple[dict[Cell, int], ...]] = []
        for one in (*self.earlier, self):
            valid, base = one._bases(None), one._bases(question)
            returned = {cell: count + one.get(cell, BALLOT, INVALID) for cell, count in valid.items()}
            versions.append((valid, returned, base))
        kinds = list(zip(*versions, strict=True))
        kinds = [kind for place, kind in enumerate(kinds) if kind not in kinds[:place]]
        key = min_base, tuple(tuple(tuple(bases.items()) for bases in kind) for kind in kinds)
        if key not in self._suppressed:
            self._suppressed[key] = suppress_versions(list(zip(*kinds, strict=True)), min_base)
        return self._suppressed[key]


def _list_options(question: Question) -> tuple[tuple[str, Text], ...]:
    if question.type == "number":
        return (("answered", NO_TEXT), ("sum", NO_TEXT))
    return tuple((option.code, option.label) for option in question.options)
