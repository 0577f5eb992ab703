"""The result of a round: counters made into indicators, and every figure passed through suppression."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
from sqlalchemy.orm import Session

from analytics.disclosure import BASE
from analytics.indicators import (
    ContentCounts,
    CountsDisagree,
    OfficialResult,
    Share,
    Test,
    Verdict,
    VillageCounts,
    compute_result,
)
from analytics.lowest import Lowest, find_lowest
from analytics.pulse import LEVELS, LevelCounts, PulseResult, compute_pulse
from analytics.tables import Counts, Figure, QuestionTable
from analytics.uncounted import UncountedPaper, tell_uncounted
from forms.questionnaire import Questionnaire
from survey.frames import (
    ANY_NOT_SATISFIED,
    ANY_UNSURE,
    BALLOT,
    INVALID,
    VALID,
    DomainError,
    RoundFacts,
    RoundState,
    VillageFacts,
    count_untold,
    find_record,
    frame_of,
    list_versions,
    round_facts,
    tally_frame,
)
from translations.catalogue import lazy


@dataclass(frozen=True)
class Told:
    """A recorded result of the same round that was told before: its number, record and tally frame."""

    number: int
    record_sha256: str
    frame: pd.DataFrame


@dataclass(frozen=True)
class RoundResult:
    """What a round found. Exactly one of `official` (two or three levels) and `pulse` (five) is set.

    `tables` is by question code, `BALLOT` first; `returned` by village, whatever the channel. `channels`
    are those through which ballots came; `untold` counts the last ballots of a pulse, too few to mix.
    `earlier` was told before, the oldest first: what would give a small group away beside it is hidden.
    """

    facts: RoundFacts
    min_base: int
    tables: Mapping[str, QuestionTable]
    returned: Mapping[int, int]
    channels: tuple[str, ...]
    official: OfficialResult | None
    pulse: PulseResult | None
    untold: int = 0
    earlier: tuple[Told, ...] = ()

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

    @property
    def told_verdict(self) -> Verdict | None:
        """The verdict where there is one to be told: one on fewer than k ballots is what those few said."""
        if self.official is None or self.tables[BALLOT].suppression.reason() == BASE:
            return None
        return self.official.verdict

    @property
    def silent(self) -> list[str]:
        """The names of the villages from which nothing came, counted or not."""
        came = self.facts.uncounted or {}
        villages = self.facts.villages
        return [one.name for one in villages if not self.returned[one.unit_id] and one.unit_id not in came]

    def find_uncounted(self, least: int) -> dict[int, UncountedPaper]:
        """Paper that is in no figure by village, and how much where it is at least so many ballots."""
        came = self.facts.uncounted or {}
        return {
            one.unit_id: tell_uncounted(one.name, came[one.unit_id], least)
            for one in self.facts.villages
            if one.unit_id in came
        }

    @property
    def highest_contents(self) -> list[QuestionTable]:
        """The contents of greatest rate that may be told; none where all have the same."""
        official = self.official
        if official is None or official.highest == official.lowest:
            return []
        return [self.tables[code] for code in official.highest if self.tables[code].suppression.shown()]

    def find_returned(self, village: VillageFacts | None = None) -> Figure:
        """Ballots that came back of the households, as they may be told, of a village or of all."""
        rules, villages = self.facts.rules, [village] if village else self.facts.villages
        if hidden := self.tables[BALLOT].suppression.reason(village.unit_id if village else None):
            return Figure(None, None, hidden)
        return Figure(
            sum(self.returned[one.unit_id] for one in villages),
            sum(one.households for one in villages),
            threshold=rules.returned_share if rules else None,
        )

    def find_issued(self) -> Figure | None:
        """Households that were handed a form, of all; None where the rules do not test these.

        A form says nothing, but where what came back is hidden nothing is told beside it.
        """
        issued = self.official.issued if self.official else None
        if issued is None:
            return None
        hidden = self.find_returned().hidden
        return Figure(None, None, hidden) if hidden else _tell(issued)

    def find_figure(self, test: Test) -> Figure:
        """What a test of the verdict looked at, as it may be told; a commune's if all its villages' may."""
        if test.is_of_coverage:
            return _tell(test.share)
        table = self.overall if test.what == "overall" else self.tables[test.question]
        assert table is not None  # an official result has an overall question
        villages = [one.unit_id for one in self.facts.villages if one.commune_code == test.commune]
        for village in villages if test.commune else ():
            hidden = table.suppression.reason(village)
            if hidden:
                return Figure(None, None, hidden)
        return _tell(test.share) if test.commune else table.figure()

    @property
    def lowest_contents(self) -> Lowest[QuestionTable]:
        """The contents of least rate that may be told."""
        return find_lowest((table, table.figure().share) for table in self.contents)


def _tell(share: Share) -> Figure:
    return Figure(share.numerator, share.denominator, threshold=share.threshold)


def build_result(
    session: Session,
    round_id: int,
    min_base: int,
    *,
    number: int | None = None,
    told: Sequence[int] | None = None,
) -> RoundResult:
    """Compute a round's result from its counters, or from its record of this number.

    `told` are the numbers of results that may be held beside this one, unless given the published ones.

    Raises:
        NotFound, ResultNotReady: there is none to read.
        DomainError: the counters contradict each other.
    """
    facts = round_facts(session, round_id, number)
    untold = 0 if facts.state is RoundState.OPEN else count_untold(session, round_id)
    frame = tally_frame(session, round_id, number)
    return compute_round(facts, frame, min_base, earlier=_list_earlier(session, facts, told), untold=untold)


def _list_earlier(session: Session, facts: RoundFacts, told: Sequence[int] | None) -> list[Told]:
    if facts.record is None or facts.record.number == 1:
        return []
    if told is None:
        told = [version.number for version in list_versions(session, facts.id)]
    records = [find_record(session, facts.id, one) for one in told if one < facts.record.number]
    return [Told(one.number, one.sha256, frame_of(one)) for one in records if one]


def compute_round(
    facts: RoundFacts,
    frame: pd.DataFrame,
    min_base: int,
    *,
    earlier: Sequence[Told] = (),
    untold: int = 0,
) -> RoundResult:
    """Compute a round's result from what was counted, as a frame of tallies; knows no database.

    Raises:
        DomainError: the counters contradict each other.
    """
    counts = Counts(frame, facts.rules, [one.frame for one in earlier])
    is_pulse = facts.questionnaire.kind == "pulse"
    tables = _make_tables(facts.questionnaire, counts, min_base)
    try:
        official = None if is_pulse else _compute_official(facts, counts)
        pulse = _compute_pulse(facts, counts) if is_pulse else None
    except CountsDisagree as problem:
        message = lazy("Số đếm của đợt này mâu thuẫn (%(detail)s).", detail=str(problem))
        raise DomainError(message) from problem
    returned = {village.unit_id: counts.returned(village.unit_id) for village in facts.villages}
    return RoundResult(
        facts, min_base, tables, returned, counts.channels, official, pulse, untold, tuple(earlier)
    )


def _make_tables(questionnaire: Questionnaire, counts: Counts, min_base: int) -> dict[str, QuestionTable]:
    found = {one.code: counts.question_table(one, min_base) for one in questionnaire.questions}
    tables = {code: table for code, table in found.items() if table is not None}
    official = () if questionnaire.kind == "pulse" else questionnaire.rated
    rated = [tables[question.code] for question in official]
    return {BALLOT: counts.ballot_table(rated, min_base), **tables}


def _compute_official(facts: RoundFacts, counts: Counts) -> OfficialResult:
    codes = [question.code for question in facts.questionnaire.rated]
    overall = _get_overall(facts.questionnaire)
    villages = [_count_village(village, counts, codes) for village in facts.villages]
    return compute_result(codes, overall, villages, facts.rules)


def _get_overall(questionnaire: Questionnaire) -> str:
    if questionnaire.overall is None:
        raise DomainError(lazy("Mẫu phiếu của đợt này không có câu đánh giá chung."))
    return questionnaire.overall.code


def _count_village(village: VillageFacts, counts: Counts, codes: list[str]) -> VillageCounts:
    valid = counts.of_village(village.unit_id, BALLOT, VALID)
    invalid = counts.of_village(village.unit_id, BALLOT, INVALID)
    return VillageCounts(
        village=village.unit_id,
        households=village.households,
        returned=valid + invalid,
        valid=valid,
        invalid=invalid,
        any_not_satisfied=counts.of_village(village.unit_id, BALLOT, ANY_NOT_SATISFIED),
        any_unsure=counts.of_village(village.unit_id, BALLOT, ANY_UNSURE),
        contents={code: _count_content(village.unit_id, counts, code, valid) for code in codes},
        issued=village.issued,
        commune=village.commune_code,
    )


def _count_content(unit_id: int, counts: Counts, code: str, valid: int) -> ContentCounts:
    satisfied, against, neither = (
        counts.of_village(unit_id, code, option) for option in ("satisfied", "not_satisfied", "no_opinion")
    )
    return ContentCounts(satisfied, against, neither, valid - satisfied - against - neither)


def _compute_pulse(facts: RoundFacts, counts: Counts) -> PulseResult:
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
