"""`results verify`: what of the given files holds, and what differs from what."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from analytics.exports import list_rows, write_cell
from analytics.results import RoundResult, Told, compute_round
from analytics.summary import write_summary
from analytics.verification.figures import (
    compare_entries,
    compare_plain,
    compare_rows,
    find_open_sums,
    find_wrong_totals,
    key_of,
    shorten,
)
from analytics.verification.given import Given, Kind, Row
from analytics.verification.verdicts import find_wrong_verdict
from survey.frames import DomainError, Record, facts_of_record, frame_of


@dataclass
class Report:
    """What one file was held against. `notes` say what could not be checked, and why."""

    given: Given
    held: list[str] = field(default_factory=list)
    differs: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def hold(self, what: str, problems: Iterable[str]) -> None:
        """Put down that all holds against `what`, or the first problems."""
        found = shorten(problems)
        self.differs += found
        if not found:
            self.held.append(what)


def verify_files(files: Sequence[Given]) -> list[Report]:
    """Hold each file against its own sums, the hashes beside it and the other files."""
    reports = [Report(one) for one in files]
    for report in reports:
        _check_itself(report)
        _check_hash(report, files)
        _check_others(report, files)
        _check_verdict(report, files)
        _check_record(report, [one for one in files if one.record])
    return reports


def _check_itself(report: Report) -> None:
    given = report.given
    if given.kind in (Kind.DATA_SET, Kind.TABLE):
        report.hold("its own sums", find_open_sums(given.rows))
    if given.kind is Kind.SUMMARY:
        told = {
            key_of(row): (int(row["count"]), int(row["base"])) if row["count"] else None for row in given.rows
        }
        report.hold("its own sums", find_wrong_totals(told))
    if given.record:
        report.hold("its own sums", _find_contradictions(given.record))


def _find_contradictions(record: Record) -> Iterator[str]:
    try:
        _compute(record)
    except DomainError as problem:
        yield str(problem)


def _compute(record: Record, min_base: int = 1, earlier: Sequence[Record] = ()) -> RoundResult:
    told = [Told(one.number, one.sha256, frame_of(one)) for one in earlier]
    return compute_round(facts_of_record(record), frame_of(record), min_base, earlier=told)


def _check_hash(report: Report, files: Sequence[Given]) -> None:
    given = report.given
    if given.kind is Kind.SUMS:
        report.hold("the files that it names", _find_other_hashes(given, files))
    elif given.sums is not None and given.name in given.sums:
        listed = given.sums[given.name]
        problems = [] if listed == given.sha256 else [f"SHA256SUMS says {listed}"]
        report.hold("SHA256SUMS beside it", problems)


def _find_other_hashes(given: Given, files: Sequence[Given]) -> Iterator[str]:
    for one in files:
        listed = (given.sums or {}).get(one.name)
        if listed and one.sums in (None, given.sums) and listed != one.sha256:
            yield f"{one.name}: {listed} is listed, the file has {one.sha256}"


def _check_others(report: Report, files: Sequence[Given]) -> None:
    """A table, codebook or summary against the data set of the same result."""
    given = report.given
    if given.kind not in (Kind.TABLE, Kind.CODEBOOK, Kind.SUMMARY):
        return
    if sets := _find_matching(report, [one for one in files if one.kind is Kind.DATA_SET]):
        report.hold("the data set", _find_least([list(_compare(given, one)) for one in sets]))


def _find_matching(report: Report, others: Sequence[Given]) -> list[Given]:
    """Those of the same result, or that may be; where there are none, it is noted which results they tell."""
    given = report.given
    found = [one for one in others if _may_match(given, one)]
    if not found:
        report.notes += [
            f"it tells result {given.number}, {one.name} tells result {one.number}: they were not compared"
            for one in others
            if one.round_id == given.round_id
        ]
    return found


def _check_verdict(report: Report, files: Sequence[Given]) -> None:
    """The tests and the verdict of a summary against its figures, and those of the data set beside it."""
    given = report.given
    if given.summary is None:
        return
    rows = [one.rows for one in files if one.kind is Kind.DATA_SET and _may_match(given, one)]
    problems = list(find_wrong_verdict(given.summary, rows[0] if rows else ()))
    if given.summary.tests or problems:
        report.hold("its verdict, judged again from its figures", problems)
    elif given.summary.verdict:
        report.notes.append("the verdict was not judged again: no test of it is told")


def _find_least(found: list[list[str]]) -> list[str]:
    """A file that does not say which result it tells is held against the likest."""
    return min(found, key=len)


def _may_match(given: Given, other: Given) -> bool:
    return given.round_id == other.round_id and given.number in (None, other.number)


def _compare(given: Given, data_set: Given) -> Iterator[str]:
    if given.kind is Kind.CODEBOOK:
        yield from compare_entries(given.entries, data_set.entries, data_set.name)
        return
    keys = {key_of(row) for row in given.rows}
    others = [row for row in data_set.rows if given.kind is Kind.TABLE or key_of(row) in keys]
    yield from compare_rows(given.rows, others, data_set.name)
    for name in ("record_sha256", "supersedes", "min_base") if given.kind is Kind.SUMMARY else ():
        yield from compare_plain(given.plain[name], data_set.plain[name], data_set.name, name)


def _check_record(report: Report, records: Sequence[Given]) -> None:
    """A published file against the full record of the same result."""
    given = report.given
    if given.record or given.kind in (Kind.METHOD, Kind.SUMS):
        return
    found = _find_matching(report, records)
    if not found:
        return
    if "record_sha256" not in given.head:
        report.hold("the record's counts", _find_least([list(_compare_told(given, one)) for one in found]))
        return
    whole = found[0]
    report.hold("the record's hash", _find_other_record(given, whole))
    if given.kind is not Kind.CODEBOOK:
        _check_figures(report, whole, records)


def _find_other_record(given: Given, whole: Given) -> Iterator[str]:
    if given.head.get("record_sha256") != whole.sha256:
        yield f"record_sha256 is {given.head.get('record_sha256')}, {whole.name} has {whole.sha256}"


def _check_figures(report: Report, whole: Given, records: Sequence[Given]) -> None:
    given = report.given
    by_hash = {one.sha256: one.record for one in records}
    wanted = [str(one["record_sha256"]) for one in given.head["supersedes"]]
    earlier = [by_hash[one] for one in wanted if one in by_hash]
    if len(earlier) < len(wanted):
        report.notes.append("what is hidden was not computed again: a record of an earlier result is missing")
        report.hold("the record's counts", _compare_told(given, whole))
        return
    assert whole.record is not None  # only records are passed on
    try:
        result = _compute(whole.record, given.head["min_base"], [one for one in earlier if one])
    except DomainError as problem:
        report.differs.append(f"{whole.name}: {problem}")
        return
    if given.kind is Kind.SUMMARY:
        made = json.loads(write_summary(result))
        problems = compare_plain(dict(given.plain), made, "the record")
    else:
        problems = compare_rows(given.rows, _write_rows(result), "the record")
    report.hold("every figure, computed again from the record, and what is hidden", problems)


def _compare_told(given: Given, whole: Given) -> Iterator[str]:
    """Only what is told, where it cannot be known what had to be hidden."""
    assert whole.record is not None  # only records are passed on
    try:
        others = _write_rows(_compute(whole.record))
    except DomainError as problem:
        yield f"{whole.name}: {problem}"
        return
    told = [row for row in given.rows if row["count"]]
    keys = {key_of(row) for row in told}
    yield from compare_rows(told, [row for row in others if key_of(row) in keys], "the record")


def _write_rows(result: RoundResult) -> list[Row]:
    return [{name: write_cell(value) for name, value in row.items()} for row in list_rows(result)]
