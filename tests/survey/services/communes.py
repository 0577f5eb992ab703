"""A commune with villages and households, and its rounds through the real services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from forms.answers import Submission
from forms.resident import new_submission_key
from survey.domain.clock import now, today
from survey.domain.rule_sets import list_rule_sets
from survey.services.documents import record_document
from survey.services.entry import find_entry
from survey.services.opening import open_round
from survey.services.rounds import (
    create_round,
    get_round,
    record_authorisation,
)
from survey.services.slips import IssuedBatch, issue_slips
from survey.services.submit import Outcome, submit
from survey.store.engine import Database
from survey.store.units import HouseholdCount, Unit
from tests.survey.open_rounds import SECRET

MIN_BASE = 3
ANSWERS = Submission(answers={"q01": "satisfied", "q19": "not_satisfied"}, texts={"q19": "Đường hẹp"})


@dataclass(frozen=True)
class Commune:
    id: int
    village_ids: tuple[int, ...]


def add_commune(database: Database, type_: str = "Xã", code: str = "19867") -> Commune:
    common = {"valid_from": date(2020, 1, 1), "search_name": ""}
    with database.write() as session:
        unit = Unit(code=code, name=f"{type_} Quảng Điền", level="commune", type=type_, **common)
        session.add(unit)
        session.flush()
        villages = [
            Unit(
                code=f"{code}.{number}",
                name=f"Thôn {number}",
                level="village",
                type="Thôn",
                parent_id=unit.id,
                **common,
            )
            for number in (1, 2)
        ]
        session.add_all(villages)
        session.flush()
        session.add_all(
            HouseholdCount(unit_id=village.id, year=today().year, households=households)
            for village, households in zip(villages, (20, 5), strict=True)
        )
        return Commune(unit.id, tuple(village.id for village in villages))


def rules_key() -> str:
    return list_rule_sets(today(), "xa")[0].key


def draft(database: Database, commune: Commune, kind: str = "official", **changes: object) -> int:
    """The id of a new draft that starts today."""
    typed: dict[str, object] = {
        "title": "Lấy ý kiến năm nay",
        "questionnaire_key": "phan-hoi" if kind == "pulse" else "xa-ntm",
        "rule_set_key": None if kind == "pulse" else rules_key(),
        "starts_on": today(),
        "last_on": today() + timedelta(days=10),
        "contact": "Bà Hoa, 0234 000 000",
        **changes,
    }
    with database.write() as session:
        unit = session.get_one(Unit, commune.id)
        return create_round(session, unit, kind, by=None, **typed).id  # type: ignore[arg-type]


def opened(database: Database, commune: Commune, kind: str = "official", **changes: object) -> int:
    round_id = draft(database, commune, kind, **changes)
    with database.write() as session:
        round_ = get_round(session, round_id)
        if kind == "official":
            document = record_document(session, "45/MTTQ", today(), "MTTQ thành phố", "Cho phép", by=None)
            record_authorisation(session, round_, document, by=None)
        open_round(session, round_, by=None, at=now())
    return round_id


def issue(database: Database, round_id: int, unit_id: int, count: int) -> IssuedBatch:
    with database.write() as session:
        return issue_slips(session, SECRET, round_id, unit_id, count, by=None)


def send(database: Database, issued: IssuedBatch, position: int, at: datetime | None = None) -> Outcome:
    with database.read() as session:
        entry = find_entry(session, SECRET, issued.slips[position].code)
    assert entry is not None
    key = new_submission_key()
    return submit(
        database, SECRET, entry, key, ANSWERS, channel="online", at=at or now(), min_base=MIN_BASE
    ).outcome
