"""What the public page of a published result shows, read from its files and the round's frozen papers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from analytics.codebook import ISSUED, RETURNED
from analytics.exports import ALL
from analytics.lowest import Lowest, find_lowest
from analytics.measures import Measures, measure
from analytics.public_files import FILE_NAMES, SUMMARY
from analytics.results import build_result
from analytics.summary import Summary, read_summary, write_summary
from analytics.tables import INDEX, Figure
from analytics.uncounted import UncountedPaper
from analytics.weighting import WeightedRate, weigh
from forms.questionnaire import Question
from survey.frames import (
    ANY_NOT_SATISFIED,
    BALLOT,
    INVALID,
    FileLine,
    NotFound,
    RoundFacts,
    Version,
    VillageFacts,
    find_predecessor,
    find_successor,
    list_published_files,
    list_versions,
    min_base,
    read_published_file,
    round_facts,
)
from translations.catalogue import lazy


@dataclass(frozen=True)
class PublicPage:
    """A published result. `version` is None for a round that was published before results were kept.

    `versions` are all published results of the round, the first one first. `successor` and `predecessor`
    are published rounds: the one in this one's place, and the one in whose place this one stands.
    """

    facts: RoundFacts
    summary: Summary
    version: Version | None
    versions: tuple[Version, ...]
    files: Sequence[FileLine]
    successor: int | None
    predecessor: int | None

    @property
    def is_pulse(self) -> bool:
        return self.facts.questionnaire.kind == "pulse"

    @property
    def hidden(self) -> str | None:
        """Why the totals are not told, if they are not."""
        return self.returned().hidden or (self.rate(self.overall).hidden if self.overall else None)

    @property
    def before(self) -> Version | None:
        """The published result that this one replaced."""
        place = self.versions.index(self.version) if self.version else 0
        return self.versions[place - 1] if place else None

    @property
    def after(self) -> Version | None:
        """The published result that stands in this one's place."""
        if self.version is None or self.version is self.versions[-1]:
            return None
        return self.versions[self.versions.index(self.version) + 1]

    @property
    def contents(self) -> tuple[Question, ...]:
        return self.facts.questionnaire.contents

    @property
    def overall(self) -> Question | None:
        return self.facts.questionnaire.overall

    def rate(self, question: Question, *, village: str = ALL) -> Figure:
        """The satisfied of a question, or levels 4 and 5 of a pulse's."""
        option = INDEX if question.type == "likert5" else "satisfied"
        return self.summary.figure(question.code, option, village=village)

    def against(self, question: Question) -> Figure:
        return self.summary.figure(question.code, "not_satisfied")

    def returned(self, village: str = ALL) -> Figure:
        """Ballots that came back, of the households."""
        return self.summary.figure(BALLOT, RETURNED, village=village)

    @property
    def issued(self) -> Figure | None:
        """Households that were handed a form; None where the rules do not test these."""
        return self.summary.figures.get((ALL, ALL, BALLOT, ISSUED))

    @property
    def invalid(self) -> Figure:
        return self.summary.figure(BALLOT, INVALID)

    @property
    def valid(self) -> Figure:
        """Valid ballots, of all that came back."""
        returned, invalid = self.returned(), self.invalid
        if returned.count is None or invalid.count is None:
            return returned
        return Figure(returned.count - invalid.count, returned.count)

    def of_channel(self, channel: str) -> Figure:
        """The valid ballots that came in this way, of all valid ones."""
        found, valid = self.summary.figure(BALLOT, ANY_NOT_SATISFIED, channel=channel), self.valid
        return found if found.hidden or valid.hidden else Figure(found.base, valid.count)

    @property
    def lowest(self) -> Lowest[Question]:
        """The contents of least rate."""
        return find_lowest((question, self.rate(question).share) for question in self.contents)

    @property
    def silent(self) -> list[str]:
        """The villages from which nothing came, counted or not."""
        return [
            one.name
            for one in self.facts.villages
            if self.returned(one.code).count == 0 and one.code not in self.summary.uncounted
        ]

    @property
    def uncounted(self) -> Mapping[str, UncountedPaper]:
        """Paper that came back and is in no figure, by the village's code."""
        told = self.summary.uncounted
        return {
            one.code: UncountedPaper(one.name, told[one.code])
            for one in self.facts.villages
            if one.code in told
        }

    @cached_property
    def measures(self) -> Measures | None:
        """What the overall rate is worth; None where it is hidden or there is none."""
        rate = self.rate(self.overall).share if self.overall else None
        households = self.returned().base
        if self.overall is None or rate is None or households is None or self._is_overfull():
            return None
        test = next((one for one in self.summary.tests if one.what == "overall"), None)
        tested = test is not None and test.passed is not None and not test.commune
        found = measure(
            rate,
            self.against(self.overall).count or 0,
            households,
            test.threshold if test and tested else None,
            test.operator if test else ">=",
            weighted=self._weigh(self.overall),
        )
        return found if found.interval else None

    def _is_overfull(self) -> bool:
        """Whether a village returned more ballots than it has households."""
        found = [self.returned(village.code) for village in self.facts.villages]
        return any((one.count or 0) > (one.base or 0) for one in found)

    def _weigh(self, overall: Question) -> WeightedRate | None:
        """Only where no village is hidden: see `tell_measures`."""
        found: list[tuple[VillageFacts, Figure]] = [
            (village, self.rate(overall, village=village.code)) for village in self.facts.villages
        ]
        if any(figure.hidden for _, figure in found):
            return None
        return weigh(
            (village.name, village.households, figure.share) for village, figure in found if figure.share
        )


def get_public_page(session: Session, round_id: int, number: int | None = None) -> PublicPage:
    """The page of a round's published result of this number, or of the last one.

    Raises:
        NotFound: nothing of the kind was published.
    """
    versions = list_versions(session, round_id)
    version = versions[-1] if versions and number is None else None
    if number is not None:
        version = next((one for one in versions if one.number == number), None)
    facts = round_facts(session, round_id, version.number if version else None)
    if facts.published_at is None or facts.kind == "drill" or (number is not None and version is None):
        raise NotFound(lazy("Không có kết quả này trong số các kết quả đã công bố."))
    return PublicPage(
        facts=facts,
        summary=_read_summary(session, round_id, version),
        version=version,
        versions=tuple(versions),
        files=_list_files(session, round_id, version.number) if version else (),
        successor=find_successor(session, round_id),
        predecessor=find_predecessor(session, round_id),
    )


def _list_files(session: Session, round_id: int, number: int) -> list[FileLine]:
    """What most people want comes first."""
    order = list(FILE_NAMES)
    found = list_published_files(session, round_id, number)
    return sorted(found, key=lambda one: order.index(one.name) if one.name in order else len(order))


def _read_summary(session: Session, round_id: int, version: Version | None) -> Summary:
    if version is None:
        return read_summary(write_summary(build_result(session, round_id, min_base())))
    return read_summary(read_published_file(session, round_id, version.number, SUMMARY))
