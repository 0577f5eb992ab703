"""The result of a round: counters made into indicators, and every figure passed through suppression.

Whoever shows or writes a figure takes it from a `QuestionTable`, which gives none that is hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import pandas as pd
from sqlalchemy.orm import Session

from analytics.disclosure import Cell, Position, Suppression, compute_totals, suppress
from analytics.indicators import (
    ContentCounts,
    CountsDisagree,
    OfficialResult,
    Share,
    VillageCounts,
    compute_result,
)
from analytics.pulse import LEVELS, LevelCounts, PulseResult, compute_pulse
from forms.questionnaire import Question, Questionnaire
from forms.wording import NO_TEXT, Text
from survey.frames import (
    ANY_NOT_SATISFIED,
    BALLOT,
    INVALID,
    VALID,
    DomainError,
    RoundFacts,
    RoundState,
    VillageFacts,
    count_untold,
    round_facts,
    tally_frame,
)
from translations.catalogue import lazy

NO_ANSWER = "no_answer"
INDEX = "index"
"""Stands in `option` for levels 4 and 5 together."""
_FAVOURABLE: Mapping[str, tuple[str, ...]] = {
    "satisfaction2": ("satisfied",),
    "satisfaction3": ("satisfied",),
    "likert5": ("4", "5"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A count of a base, as it may be told: both are None where `hidden` says why ('base', 'complement')."""

    count: int | None
    base: int | None
    hidden: str | None = None

    @property
    def share(self) -> Share | None:
        return None if self.count is None or self.base is None else Share(self.count, self.base)


@dataclass(frozen=True)
class QuestionTable:
    """One question's counts in all published shapes.

    `bases` are by (village, channel): what rates are of. `options` are codes with their labels, in the
    order of the questionnaire; `is_of_answers` says that bases leave the blanks out.
    """

    code: str
    type: str
    text: Text
    options: tuple[tuple[str, Text], ...]
    is_of_answers: bool
    bases: Mapping[Cell, int]
    counts: Mapping[tuple[Cell, str], int]
    suppression: Suppression

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
        """The ballots that chose one of `options` at a position; without options those of the rate."""
        position = (village, channel)
        hidden = self.suppression.reason(*position)
        if hidden:
            return Figure(None, None, hidden)
        wanted = options or _FAVOURABLE.get(self.type, ())
        count = sum(self._count_at.get((position, option), 0) for option in wanted)
        return Figure(count, self._base_at.get(position, 0))


@dataclass(frozen=True)
class RoundResult:
    """What a round found. Exactly one of `official` (two or three levels) and `pulse` (five) is set.

    `tables` is by question code, `BALLOT` first; `returned` by village, whatever the channel. `channels`
    are those through which ballots came; `untold` counts the last ballots of a pulse, too few to mix.
    """

    facts: RoundFacts
    min_base: int
    tables: Mapping[str, QuestionTable]
    returned: Mapping[int, int]
    channels: tuple[str, ...]
    official: OfficialResult | None
    pulse: PulseResult | None
    untold: int = 0

    @property
    def is_provisional(self) -> bool:
        """Whether the round still runs: then only its totals are told, which move by k ballots."""
        return self.facts.state is RoundState.OPEN

    @property
    def contents(self) -> list[QuestionTable]:
        return [self.tables[question.code] for question in self.facts.questionnaire.contents]

    @property
    def overall(self) -> QuestionTable | None:
        question = self.facts.questionnaire.overall
        return self.tables[question.code] if question else None

    @property
    def other_questions(self) -> list[QuestionTable]:
        """What was counted beside the rated contents."""
        rated = {question.code for question in self.facts.questionnaire.rated}
        return [table for code, table in self.tables.items() if code not in rated and code != BALLOT]

    def list_extremes(self, codes: tuple[str, ...]) -> list[QuestionTable]:
        """The contents of these codes whose figure may be told."""
        return [self.tables[code] for code in codes if self.tables[code].suppression.shown()]


def build_result(session: Session, round_id: int, min_base: int) -> RoundResult:
    """Compute a round's result from its counters.

    Raises:
        NotFound, ResultNotReady: there is none to read.
        DomainError: the counters contradict each other.
    """
    facts = round_facts(session, round_id)
    counts = _Counts(facts, tally_frame(session, round_id))
    tables = {BALLOT: counts.ballot_table(min_base)}
    for question in facts.questionnaire.questions:
        table = counts.question_table(question, min_base)
        if table is not None:
            tables[question.code] = table
    try:
        is_pulse = facts.questionnaire.kind == "pulse"
        official = None if is_pulse else _compute_official(facts, counts)
        pulse = _compute_pulse(facts, counts) if is_pulse else None
    except CountsDisagree as problem:
        message = lazy("Số đếm của đợt này mâu thuẫn (%(detail)s).", detail=str(problem))
        raise DomainError(message) from problem
    returned = {village.unit_id: counts.returned(village.unit_id) for village in facts.villages}
    untold = 0 if facts.state is RoundState.OPEN else count_untold(session, round_id)
    return RoundResult(facts, min_base, tables, returned, counts.channels, official, pulse, untold)


class _Counts:
    """The tally frame, addressable; blanks are what is left of the valid ballots."""

    def __init__(self, facts: RoundFacts, frame: pd.DataFrame) -> None:
        self.rules = facts.rules
        self.found: dict[tuple[Cell, str, str], int] = {
            ((int(unit), str(channel)), str(question), str(option)): int(count)
            for unit, channel, question, option, count in frame[
                ["unit_id", "channel", "question", "option", "count"]
            ].itertuples(index=False)
        }
        self.cells = list(dict.fromkeys(cell for cell, _, _ in self.found))
        self.channels = tuple(sorted({str(channel) for _, channel in self.cells}))

    def get(self, cell: Cell, question: str, option: str) -> int:
        return self.found.get((cell, question, option), 0)

    def of_village(self, unit_id: int, question: str, option: str) -> int:
        return sum(self.get(cell, question, option) for cell in self.cells if cell[0] == unit_id)

    def returned(self, unit_id: int) -> int:
        return self.of_village(unit_id, BALLOT, VALID) + self.of_village(unit_id, BALLOT, INVALID)

    def ballot_table(self, min_base: int) -> QuestionTable:
        bases = {cell: self.get(cell, BALLOT, VALID) for cell in self.cells}
        counts = {(cell, ANY_NOT_SATISFIED): self.get(cell, BALLOT, ANY_NOT_SATISFIED) for cell in self.cells}
        options = ((ANY_NOT_SATISFIED, NO_TEXT),)
        return QuestionTable(BALLOT, "", NO_TEXT, options, False, bases, counts, suppress(bases, min_base))

    def question_table(self, question: Question, min_base: int) -> QuestionTable | None:
        """The table of a question that is counted; None for free words."""
        options = self._list_options(question)
        if not options:
            return None
        of_valid = question.type == "multiple" or self._is_of_valid(question)
        counts: dict[tuple[Cell, str], int] = {}
        bases: dict[Cell, int] = {}
        for cell in self.cells:
            valid = self.get(cell, BALLOT, VALID)
            chosen = {code: self.get(cell, question.code, code) for code, _ in options}
            answered = chosen["answered"] if question.type == "number" else sum(chosen.values())
            if question.type not in ("multiple", "number"):
                chosen[NO_ANSWER] = valid - answered
            bases[cell] = valid if of_valid else answered
            counts |= {(cell, code): count for code, count in chosen.items()}
        if question.type not in ("multiple", "number"):
            options += ((NO_ANSWER, NO_TEXT),)
        hidden = suppress(bases, min_base)
        return QuestionTable(
            question.code, question.type, question.text, options, not of_valid, bases, counts, hidden
        )

    def _list_options(self, question: Question) -> tuple[tuple[str, Text], ...]:
        if question.type == "number":
            return (("answered", NO_TEXT), ("sum", NO_TEXT))
        return tuple((option.code, option.label) for option in question.options)

    def _is_of_valid(self, question: Question) -> bool:
        """Whether rates are of all valid ballots, as the rules say for the official measure."""
        official = question.type in ("satisfaction2", "satisfaction3")
        return official and (self.rules is None or self.rules.denominator == "valid")


def _compute_official(facts: RoundFacts, counts: _Counts) -> OfficialResult:
    codes = [question.code for question in facts.questionnaire.rated]
    overall = _get_overall(facts.questionnaire)
    villages = [_count_village(village, counts, codes) for village in facts.villages]
    return compute_result(codes, overall, villages, facts.rules)


def _get_overall(questionnaire: Questionnaire) -> str:
    if questionnaire.overall is None:
        raise DomainError(lazy("Mẫu phiếu của đợt này không có câu đánh giá chung."))
    return questionnaire.overall.code


def _count_village(village: VillageFacts, counts: _Counts, codes: list[str]) -> VillageCounts:
    valid = counts.of_village(village.unit_id, BALLOT, VALID)
    invalid = counts.of_village(village.unit_id, BALLOT, INVALID)
    return VillageCounts(
        village=village.unit_id,
        households=village.households,
        returned=valid + invalid,
        valid=valid,
        invalid=invalid,
        any_not_satisfied=counts.of_village(village.unit_id, BALLOT, ANY_NOT_SATISFIED),
        contents={code: _count_content(village.unit_id, counts, code, valid) for code in codes},
        issued=village.issued,
        commune=village.commune_code,
    )


def _count_content(unit_id: int, counts: _Counts, code: str, valid: int) -> ContentCounts:
    satisfied, against, neither = (
        counts.of_village(unit_id, code, option) for option in ("satisfied", "not_satisfied", "no_opinion")
    )
    return ContentCounts(satisfied, against, neither, valid - satisfied - against - neither)


def _compute_pulse(facts: RoundFacts, counts: _Counts) -> PulseResult:
    ballots = sum(counts.get(cell, BALLOT, VALID) for cell in counts.cells)
    questions: dict[str, LevelCounts] = {}
    for question in facts.questionnaire.rated:
        first, second, third, fourth, fifth = (
            sum(counts.get(cell, question.code, str(level)) for cell in counts.cells)
            for level in range(1, LEVELS + 1)
        )
        answers = first + second + third + fourth + fifth
        questions[question.code] = LevelCounts((first, second, third, fourth, fifth), ballots - answers)
    return compute_pulse(questions, ballots)


def threshold_of(result: RoundResult, code: str) -> Fraction | None:
    """The threshold that the frozen rules set for a content, None where they set none."""
    rules, overall = result.facts.rules, result.overall
    if rules is None:
        return None
    return rules.overall_threshold if overall and code == overall.code else rules.content_threshold
