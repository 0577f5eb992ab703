"""What the papers of a round are written from, read once, so that none of them holds the database.

The figures of villages are complete, for papers that are signed; what is posted takes its own from the
`QuestionTable`s of `result`, which give none that is hidden.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from itertools import groupby
from operator import add

from sqlalchemy.orm import Session

from analytics.indicators import ContentCounts, OfficialResult, Share, VillageResult
from analytics.results import RoundResult, build_result
from analytics.tables import Counts
from analytics.uncounted import UncountedPaper
from forms.questionnaire import Question
from survey.frames import (
    ANY_NOT_SATISFIED,
    ANY_UNSURE,
    BALLOT,
    CHANNELS,
    INVALID,
    VALID,
    ActionLine,
    Conflict,
    CountedTheme,
    HandedOut,
    PaperFacts,
    RecordedSheet,
    RoundFacts,
    RoundState,
    VillageFacts,
    count_texts,
    count_themes,
    list_actions,
    list_shown_reasons,
    read_paper_facts,
    tally_frame,
)
from translations.catalogue import lazy

NO_OPINION = "no_opinion"
PAPER = "paper"
MOST_SHOWN = 30
"""Texts of one question in a paper."""


@dataclass(frozen=True)
class VillageFigures:
    """Everything that one village's ballots say, over all channels.

    `coverage` is of ballots that came back, `issued` of forms handed out where the rules test these.
    `by_channel` holds valid and invalid ballots, every channel named; `rates` are by question code. From
    `any_least` to `any_most` ballots hold a *chưa hài lòng*. `sheet` is its confirmed paper sheet.
    """

    facts: VillageFacts
    handed_out: HandedOut
    coverage: Share
    issued: Share | None
    by_channel: Mapping[str, tuple[int, int]]
    contents: Mapping[str, ContentCounts]
    rates: Mapping[str, Share]
    any_least: int
    any_most: int
    sheet: RecordedSheet | None

    @property
    def valid(self) -> int:
        return sum(valid for valid, _ in self.by_channel.values())

    @property
    def invalid(self) -> int:
        return sum(invalid for _, invalid in self.by_channel.values())

    @property
    def returned(self) -> int:
        return self.valid + self.invalid


def sum_rates(villages: Iterable[VillageFigures], code: str) -> Share:
    """A content's rate over villages, derived from their counts."""
    return sum_shares(village.rates[code] for village in villages)


def sum_shares(shares: Iterable[Share]) -> Share:
    """A rate over villages, of which there is at least one."""
    return reduce(add, shares)


@dataclass(frozen=True)
class Voices:
    """What residents wrote: how many texts and themes by question, texts that were moderated to be shown,
    and the published actions that answer them."""

    texts: Mapping[str, int]
    themes: tuple[CountedTheme, ...]
    shown: Mapping[str, Sequence[str]]
    actions: tuple[ActionLine, ...]

    def most_named(self, n: int) -> list[tuple[str, int]]:
        """The themes that most texts name, over all questions."""
        named: Counter[str] = Counter()
        for theme in self.themes:
            named[theme.name] += theme.texts
        return named.most_common(n)


@dataclass(frozen=True)
class Material:
    """A closed round's result with all that its papers say about it."""

    result: RoundResult
    official: OfficialResult
    villages: tuple[VillageFigures, ...]
    voices: Voices
    more: PaperFacts
    closed_at: datetime

    @property
    def facts(self) -> RoundFacts:
        return self.result.facts

    @property
    def contents(self) -> tuple[Question, ...]:
        """The contents one by one, the overall question last."""
        questionnaire = self.facts.questionnaire
        return (*questionnaire.contents, *([questionnaire.overall] if questionnaire.overall else []))

    @property
    def rates(self) -> Mapping[str, Share]:
        """The whole area's rates by question code."""
        return {**self.official.contents, self.contents[-1].code: self.official.overall}

    @property
    def has_no_opinion(self) -> bool:
        """Whether the ballot has a third answer."""
        return any(NO_OPINION in question.option_codes for question in self.contents)

    @property
    def communes(self) -> list[tuple[str, list[VillageFigures]]]:
        """The villages under the names of their communes, one commune unless the area is larger."""
        by_commune = groupby(self.villages, lambda one: (one.facts.commune_code, one.facts.commune))
        return [(name, list(members)) for (_, name), members in by_commune]

    @property
    def uncounted(self) -> list[UncountedPaper]:
        """Paper that is in no figure, with all its numbers."""
        return list(self.result.find_uncounted(1).values())


def read_material(session: Session, round_id: int, min_base: int, number: int | None = None) -> Material:
    """Of a closed round's standing result, or of its result of this number.

    Raises:
        NotFound, ResultNotReady: there is none.
        Conflict: the round still runs, or counts no households.
    """
    result = build_result(session, round_id, min_base, number=number)
    facts = result.facts
    if result.official is None:
        raise Conflict(lazy("Đợt phản hồi thường xuyên không có hồ sơ để ký."))
    if facts.state is RoundState.OPEN or facts.closed_at is None:
        raise Conflict(lazy("Đóng đợt rồi mới lập được hồ sơ."))
    more = read_paper_facts(session, round_id, number)
    counts = Counts(tally_frame(session, round_id, number), facts.rules)
    villages = tuple(
        _count_village(village, found, facts, counts, more)
        for village, found in zip(facts.villages, result.official.villages, strict=True)
    )
    return Material(result, result.official, villages, _read_voices(session, round_id), more, facts.closed_at)


def _read_voices(session: Session, round_id: int) -> Voices:
    return Voices(
        texts=count_texts(session, round_id),
        themes=tuple(count_themes(session, round_id)),
        shown=list_shown_reasons(session, round_id, limit=MOST_SHOWN),
        actions=tuple(list_actions(session, round_id)),
    )


def _count_village(
    village: VillageFacts, found: VillageResult, facts: RoundFacts, counts: Counts, more: PaperFacts
) -> VillageFigures:
    unit_id, questionnaire = village.unit_id, facts.questionnaire
    valid = counts.of_village(unit_id, BALLOT, VALID)
    least = counts.of_village(unit_id, BALLOT, ANY_NOT_SATISFIED)
    overall = {questionnaire.overall.code: found.overall} if questionnaire.overall else {}
    return VillageFigures(
        facts=village,
        handed_out=more.handed_out[unit_id],
        coverage=found.coverage,
        issued=found.issued,
        by_channel={
            channel: (
                counts.get((unit_id, channel), BALLOT, VALID),
                counts.get((unit_id, channel), BALLOT, INVALID),
            )
            for channel in CHANNELS
        },
        contents={
            question.code: _count_content(counts, unit_id, question.code, valid)
            for question in questionnaire.rated
        },
        rates={**found.contents, **overall},
        any_least=least,
        any_most=least + counts.of_village(unit_id, BALLOT, ANY_UNSURE),
        sheet=facts.sheets.get(unit_id),
    )


def _count_content(counts: Counts, unit_id: int, code: str, valid: int) -> ContentCounts:
    satisfied, against, neither = (
        counts.of_village(unit_id, code, option) for option in ("satisfied", "not_satisfied", NO_OPINION)
    )
    return ContentCounts(satisfied, against, neither, valid - satisfied - against - neither)
