"""A round from its draft to its opening, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, func, select, update

from survey.domain.clock import end_of_day, now, today
from survey.domain.errors import Conflict, DomainError
from survey.domain.working_days import last_working_day
from survey.services.closing import close_round
from survey.services.opening import open_round
from survey.services.rounds import (
    edit_round,
    get_round,
    list_rounds,
    supersede_round,
)
from survey.services.snapshots import read_snapshot
from survey.services.submit import Outcome
from survey.store.engine import Database
from survey.store.rounds import Round, RoundState
from survey.store.staff import AuditEvent
from survey.store.units import HouseholdCount
from tests.survey.publishing import publish
from tests.survey.services.communes import (
    Commune,
    add_commune,
    draft,
    issue,
    opened,
    rules_key,
    send,
)


def test_a_round_goes_from_draft_to_published(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 5)
    assert [send(database, issued, position) for position in range(4)] == [Outcome.RECORDED] * 4
    end = end_of_day(today() + timedelta(days=10)) + timedelta(hours=24)
    with pytest.raises(DomainError, match="16,00"):  # four of twenty-five households
        close_round(database, round_id, by=None, at=end)
    recount = close_round(database, round_id, by=None, at=end, despite="Bão lũ")
    assert (recount.responses, recount.boxed, recount.ledger, recount.differences) == (4, 0, 4, ())
    publish(database, round_id)
    with database.read() as session:
        assert get_round(session, round_id).state is RoundState.PUBLISHED
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == [
        "round.create",
        "document.record",
        "round.authorise",
        "round.open",
        "slips.issue",
        "round.close",
        "themes.count",
        "result.record",
        "document.record",
        "round.attach_scan",
        "round.publish",
    ]


def test_opening_freezes_papers_and_households(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with database.write() as session:
        session.execute(update(HouseholdCount).values(households=999))
    with database.read() as session:
        round_ = get_round(session, round_id)
        snapshot = read_snapshot(session, session.get_one(Round, round_id))
        assert [households for _code, _name, households in snapshot.villages] == [20, 5]
        assert [village.households for village in round_.villages] == [20, 5]
        assert len(round_.snapshot_sha256 or "") == 64
        assert snapshot.questionnaire.languages == {"vi", "en"}
        assert snapshot.rules is not None


def test_an_official_round_needs_its_document_and_this_years_households(
    database: Database, commune: Commune
) -> None:
    round_id = draft(database, commune)
    with database.write() as session:
        session.execute(update(HouseholdCount).values(year=today().year - 1))
    with database.write() as session, pytest.raises(DomainError) as problem:
        open_round(session, get_round(session, round_id), by=None, at=now())
    assert "văn bản" in str(problem.value)
    assert "Thôn 1, Thôn 2" in str(problem.value)


def test_a_drill_opens_without_document_on_last_years_households(
    database: Database, commune: Commune
) -> None:
    with database.write() as session:
        session.execute(update(HouseholdCount).values(year=today().year - 1))
    round_id = opened(database, commune, "drill")
    with database.read() as session:
        assert get_round(session, round_id).state is RoundState.OPEN


def test_a_pulse_round_needs_neither_rules_nor_last_day_nor_households(
    database: Database, commune: Commune
) -> None:
    with database.write() as session:
        session.execute(delete(HouseholdCount))
    round_id = opened(database, commune, "pulse", last_on=None)
    assert close_round(database, round_id, by=None, at=now()).agrees


def test_an_official_round_is_for_communes_of_type_xa_only(database: Database) -> None:
    phuong = add_commune(database, "Phường")
    with pytest.raises(DomainError, match="phường"):
        draft(database, phuong)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last_on": None}, "ngày cuối"),
        ({"last_on": date(2020, 1, 1)}, "từ ngày bắt đầu"),
        ({"rule_set_key": "hd78-xa-2017"}, "không có hiệu lực"),
        ({"rule_set_key": "hd90-huyen-2021"}, "không cùng cấp"),
        ({"rule_set_key": None}, "bộ quy định"),
        ({"questionnaire_key": "phan-hoi"}, "không dùng cho"),
        ({"questionnaire_key": "nothing"}, "nothing"),
        ({"title": "  "}, "tên đợt"),
        ({"contact": ""}, "điện thoại"),
        ({"grace_hours": 999}, "240"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(
    database: Database, commune: Commune, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(DomainError) as problem:
        draft(database, commune, **changes)  # type: ignore[arg-type]
    assert words in str(problem.value)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 0


def test_collection_may_not_outlast_the_working_days_of_the_rules(
    database: Database, commune: Commune
) -> None:
    limit = last_working_day(today(), 20)
    draft(database, commune, last_on=limit)
    with pytest.raises(DomainError, match="20 ngày làm việc"):
        draft(database, commune, last_on=limit + timedelta(days=1))


def test_an_open_round_can_no_longer_be_edited(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with database.write() as session, pytest.raises(Conflict):
        edit_round(
            session,
            get_round(session, round_id),
            title="Khác",
            questionnaire_key="xa-ntm",
            rule_set_key=rules_key(),
            starts_on=today(),
            last_on=today(),
            contact="Ai",
            by=None,
        )


def test_a_superseded_round_is_kept_beside_its_correction(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    close_round(database, round_id, by=None, at=now(), despite="Thử")
    with database.write() as session:
        corrected = supersede_round(session, get_round(session, round_id), "Phát nhầm mẫu", by=None)
        assert corrected.state is RoundState.DRAFT
    with database.read() as session:
        old = get_round(session, round_id)
        assert (old.state, old.superseded_because) == (RoundState.SUPERSEDED, "Phát nhầm mẫu")
        assert [one.id for one in list_rounds(session, [commune.id])] == [corrected.id, round_id]
        assert get_round(session, corrected.tag.lower()).supersedes_id == round_id
