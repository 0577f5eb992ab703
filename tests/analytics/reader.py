"""A reader who wants to know: everything published of a round, in all versions, as one system of equations.

Unknown are the answers of each batch of ballots: those of a village and channel that came and went together.
Known is all that the downloads hold, what each village returned, and which batches are empty. It shares no
code with the suppression that it attacks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from analytics.exports import list_rows
from analytics.measures import Measures, tell_measures
from analytics.results import RoundResult
from tests.analytics.counted import Tallied

PRIME = (1 << 61) - 1
Unknown = tuple[int, str, str]
"""A batch by its place, a question and an option."""
Equation = dict[Unknown, int]


@dataclass(frozen=True)
class Batch:
    """Ballots of a village and channel, in the versions from `first` to `last`, and what they say.

    `answers` counts valid ballots by question and option, blanks as `no_answer`.
    """

    village: int
    channel: str
    valid: int
    invalid: int
    against: int
    answers: Mapping[str, Mapping[str, int]]
    first: int = 0
    last: int = 99

    def answered(self, question: str) -> int:
        return sum(count for option, count in self.answers[question].items() if option != "no_answer")


def add_up(batches: Iterable[Batch], version: int) -> Tallied:
    """The tally of a version."""
    found: dict[tuple[int, str, str, str], int] = {}
    for batch in batches:
        if batch.first <= version <= batch.last:
            counts = {("*", "valid"): batch.valid, ("*", "invalid"): batch.invalid}
            counts["*", "any_not_satisfied"] = batch.against
            for question, options in batch.answers.items():
                counts |= {(question, one): n for one, n in options.items() if one != "no_answer"}
            for (question, option), count in counts.items():
                cell = batch.village, batch.channel, question, option
                found[cell] = found.get(cell, 0) + count
    return found


class Reader:
    """Reads the published versions of a result; `weighted` are further rates that were told, by version."""

    def __init__(
        self,
        batches: Sequence[Batch],
        results: Sequence[RoundResult],
        weighted: Mapping[int, Mapping[str, Measures]] | None = None,
    ) -> None:
        self.batches = batches
        self.results = results
        self.weighted = {version: tell_measures(one) for version, one in enumerate(results)}
        self.weighted |= weighted or {}
        self.unknowns = list(self._list_unknowns())
        self.loose = find_null_space(list(self._list_equations()), self.unknowns)

    def _list_unknowns(self) -> Iterator[Unknown]:
        for place, batch in enumerate(self.batches):
            if batch.valid + batch.invalid:
                yield from ((place, "*", one) for one in ("valid", "invalid", "any_not_satisfied"))
                for question, options in batch.answers.items():
                    yield from (
                        (place, question, one) for one in options if self._is_open(batch, question, one)
                    )

    def _is_open(self, batch: Batch, question: str, option: str) -> bool:
        """Whether a batch may hold such answers; where rates are of answers, who gave none is known."""
        of_answers = self.results[0].tables[question].is_of_answers
        return option == "no_answer" or not of_answers or batch.answered(question) > 0

    def _list_equations(self) -> Iterator[Equation]:
        for place, batch in enumerate(self.batches):
            for question, options in batch.answers.items():
                yield {(place, "*", "valid"): -1} | {(place, question, one): 1 for one in options}
        for version, result in enumerate(self.results):
            for village in result.facts.villages:
                yield self._sum(version, village.unit_id, None, ("*", "valid"), ("*", "invalid"))
            for row in list_rows(result):
                if not row["suppressed"]:
                    yield from self._read_row(version, result, row)
            for code, measures in self.weighted[version].items():
                if measures.weighted:
                    yield self._read_weighted(version, code, measures)

    def _sum(
        self, version: int, village: int | None, channel: str | None, *what: tuple[str, str]
    ) -> Equation:
        return {
            (place, *one): 1
            for place, batch in enumerate(self.batches)
            for one in what
            if batch.first <= version <= batch.last
            and village in (None, batch.village)
            and channel in (None, batch.channel)
        }

    def _read_row(self, version: int, result: RoundResult, row: Mapping[str, object]) -> Iterator[Equation]:
        villages = {one.code: one.unit_id for one in result.facts.villages}
        village = villages.get(str(row["village_code"]))
        channel = None if row["channel"] == "all" else str(row["channel"])
        question, option = str(row["question"]), str(row["option"])
        ballots = [("*", "valid"), ("*", "invalid")]
        if option == "returned":
            yield self._sum(version, village, channel, *ballots)
            return
        if option == "any_at_most":
            return
        yield self._sum(version, village, channel, (question, option))
        table = result.tables[question]
        if option == "invalid":
            yield self._sum(version, village, channel, *ballots)
        elif table.is_of_answers:
            chosen = [(question, one) for one, _ in table.options if one != "no_answer"]
            yield self._sum(version, village, channel, *chosen)
        else:
            yield self._sum(version, village, channel, ("*", "valid"))

    def _read_weighted(self, version: int, code: str, measures: Measures) -> Equation:
        """The weighted rate, for a reader who knows how many ballots each village's rate is of."""
        assert measures.weighted is not None
        equation: Equation = {}
        for weight in measures.weighted.weights:
            factor = weight.households * pow(weight.rate.denominator, -1, PRIME)
            satisfied = self._sum(version, int(weight.village), None, (code, "satisfied"))
            equation |= dict.fromkeys(satisfied, factor)
        return equation

    def find_leaks(self, k: int) -> list[str]:
        """Groups of fewer than k ballots of whom an answer follows from what was published."""
        return [
            f"{[self.batches[place] for place in group]}: {question}.{option}"
            for group in self._list_groups(k)
            for question, option in self._list_secrets(group, k)
            if self._is_known(group, question, option)
        ]

    def _list_groups(self, k: int) -> Iterator[tuple[int, ...]]:
        """Every set of batches in which fewer than k ballots are valid."""
        places = [place for place, batch in enumerate(self.batches) if batch.valid + batch.invalid]
        small = [place for place in places if self.batches[place].valid < k]
        for size in range(1, len(small) + 1):
            for group in combinations(small, size):
                if sum(self.batches[place].valid for place in group) < k:
                    yield group

    def _list_secrets(self, group: tuple[int, ...], k: int) -> Iterator[tuple[str, str]]:
        members = [self.batches[place] for place in group]
        valid, invalid = sum(one.valid for one in members), sum(one.invalid for one in members)
        if 0 < valid + invalid < k:
            yield "*", "invalid"
        if 0 < valid < k:
            yield "*", "any_not_satisfied"
        for question, options in members[0].answers.items():
            of_answers = self.results[0].tables[question].is_of_answers
            answered = sum(one.answered(question) for one in members) if of_answers else valid
            for option in options:
                if 0 < (valid if option == "no_answer" else answered) < k:
                    yield question, option

    def _is_known(self, group: tuple[int, ...], question: str, option: str) -> bool:
        places = [
            at for at, (place, *what) in enumerate(self.unknowns)
            if place in group and what == [question, option]
        ]  # fmt: skip
        return bool(places) and all(sum(one[at] for at in places) % PRIME == 0 for one in self.loose)


def find_null_space(equations: Sequence[Equation], unknowns: Sequence[Unknown]) -> list[list[int]]:
    """A basis of what the equations leave open, modulo a prime so large that it hides no dependency."""
    columns = {unknown: at for at, unknown in enumerate(unknowns)}
    reduced: dict[int, dict[int, int]] = {}
    for equation in equations:
        rest = {columns[one]: value % PRIME for one, value in equation.items() if one in columns}
        for pivot in [at for at in rest if at in reduced]:
            _subtract(rest, reduced[pivot], rest.get(pivot, 0))
        if not rest:
            continue
        pivot, lead = next(iter(rest.items()))
        scale = pow(lead, -1, PRIME)
        row = {at: value * scale % PRIME for at, value in rest.items()}
        for other in reduced.values():
            _subtract(other, row, other.get(pivot, 0))
        reduced[pivot] = row
    basis = []
    for free in range(len(unknowns)):
        if free not in reduced:
            vector = [0] * len(unknowns)
            vector[free] = 1
            for pivot, row in reduced.items():
                vector[pivot] = -row.get(free, 0) % PRIME
            basis.append(vector)
    return basis


def _subtract(row: dict[int, int], other: Mapping[int, int], factor: int) -> None:
    if factor:
        for at, value in other.items():
            row[at] = (row.get(at, 0) - factor * value) % PRIME
        for at in [at for at, value in row.items() if not value]:
            del row[at]
