"""Holding files against what a database keeps: the bytes that it published, and its records."""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from analytics.public_files import CODEBOOK, DATA, METHOD, SUMMARY, SUMS, TABLE
from analytics.verification.figures import compare_entries, compare_plain, compare_rows
from analytics.verification.given import Given, Kind, read_given
from analytics.verification.verify import Report
from survey.frames import (
    DomainError,
    find_published_file,
    find_record,
    find_result,
    list_versions,
    read_published_file,
    read_record_text,
    round_facts,
)

_NAMES = {
    Kind.DATA_SET: DATA,
    Kind.TABLE: TABLE,
    Kind.CODEBOOK: CODEBOOK,
    Kind.SUMMARY: SUMMARY,
    Kind.METHOD: METHOD,
    Kind.SUMS: SUMS,
}


def hold_against_database(session: Session, report: Report) -> None:
    """Add to the report what the database knows of a file."""
    given = report.given
    if given.record:
        _hold_record(session, report, given)
        return
    kept = find_published_file(session, given.sha256)
    if kept:
        report.held.append(f"the database: published as {kept[2]} of result {kept[1]} of round {kept[0]}")
    elif given.round_id is None or not _is_known(session, given):
        report.notes.append("the database does not know it")
    else:
        _hold_published(session, report, given)


def _is_known(session: Session, given: Given) -> bool:
    """Whether the file speaks of a round of this database, and not of another one's with the same id."""
    try:
        facts = round_facts(session, given.round_id or 0)
    except DomainError:
        return False
    if given.record:
        return facts.tag == given.record.round.tag
    codes = {facts.unit_code, *(village.commune_code for village in facts.villages)}
    return given.head["tag"] == facts.tag if "tag" in given.head else given.head["commune_code"] in codes


def _hold_published(session: Session, report: Report, given: Given) -> None:
    round_id = given.round_id or 0
    numbers = [version.number for version in list_versions(session, round_id)]
    if not numbers:
        report.notes.append(f"nothing of round {round_id} is published in the database")
        return
    name = _NAMES[given.kind]
    number, kept, problems = min(
        (_compare(session, given, number, name) for number in numbers if given.number in (None, number)),
        key=lambda found: len(found[2]),
        default=(None, given, []),
    )
    if number is None:
        report.differs.append(f"result {given.number} of round {round_id} is not published in the database")
        return
    what = f"these are not the bytes of {name} of result {number}, whose SHA-256 is {kept.sha256}"
    report.differs.append(what)
    report.hold("", problems or ["its figures are those of the published one; only the writing differs"])


def _compare(session: Session, given: Given, number: int, name: str) -> tuple[int, Given, list[str]]:
    """What differs from the published file of this name, whose result has this number."""
    kept = read_given(name, read_published_file(session, given.round_id or 0, number, name))
    whose = "the published one"
    problems = [
        *compare_rows(given.rows, kept.rows, whose),
        *compare_entries(given.entries, kept.entries, whose),
        *compare_plain(_head_of(given), _head_of(kept), whose),
    ]
    return number, kept, problems


def _head_of(given: Given) -> dict[str, object]:
    return {name: value for name, value in given.plain.items() if name not in ("rows", "codebook")}


def _hold_record(session: Session, report: Report, given: Given) -> None:
    kept = find_result(session, given.sha256)
    if kept:
        report.held.append(f"the database: the record of result {kept[1]} of round {kept[0]}")
        return
    round_id, number = given.round_id or 0, given.number or 0
    if not _is_known(session, given) or find_record(session, round_id, number) is None:
        report.notes.append("the database does not know it")
        return
    text = read_record_text(session, round_id, number)
    report.differs.append(f"this is not the record of result {number} of round {round_id} in the database")
    report.hold("", compare_plain(dict(given.plain), json.loads(text), "the database"))
