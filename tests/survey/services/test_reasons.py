"""Moderation: what is shown was decided by somebody, is blacked out, and is what the public gets."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from sqlalchemy import insert, select, update

from survey.domain.errors import Conflict
from survey.domain.redaction import COVER
from survey.frames import list_shown_reasons as told_publicly
from survey.services.reasons import (
    Decision,
    InvalidTexts,
    count_moderation,
    list_reasons,
    list_shown_reasons,
    moderate,
)
from survey.services.rounds import get_round
from survey.store.ballots import Reason
from survey.store.engine import Database
from survey.store.staff import AuditEvent
from tests.survey.open_rounds import OpenRound
from tests.survey.services.reason_stories import WRITTEN, close, find_id, read_rows, write


@pytest.fixture
def closed(database: Database, opened: OpenRound) -> OpenRound:
    write(database, opened.round_id, *WRITTEN)
    close(database, opened)
    return opened


def decide(database: Database, round_id: int, beginning: str, decision: Decision, seen="new") -> int:
    reason_id = find_id(database, round_id, beginning)
    with database.write() as session:
        return moderate(session, get_round(session, round_id), {reason_id: decision}, seen=seen, by=None)


def test_nothing_is_public_before_somebody_has_decided(database: Database, closed: OpenRound) -> None:
    with database.read() as session:
        assert list_shown_reasons(session, closed.round_id) == {}
        assert count_moderation(session, closed.round_id) == {
            "q02": {"new": 3}, "q16": {"new": 1}, "y_kien": {"new": 1},
        }  # fmt: skip


def test_what_is_shown_is_the_edited_text_without_the_number(database: Database, closed: OpenRound) -> None:
    edited = "Đường lầy lội, gọi tôi 0912 345 678 nhé"
    assert decide(database, closed.round_id, "Đường lầy", Decision("shown", edited)) == 1
    decide(database, closed.round_id, "duong", Decision("shown", "duong hu hong"))
    decide(database, closed.round_id, "Mong", Decision("hidden"))
    with database.read() as session:
        for tell in (list_shown_reasons, told_publicly):
            told = tell(session, closed.round_id)
            assert {code: set(texts) for code, texts in told.items()} == {
                "q02": {f"Đường lầy lội, gọi tôi {COVER} nhé", "duong hu hong"}
            }
        assert len(list_shown_reasons(session, closed.round_id, limit=1)["q02"]) == 1


def test_the_original_stays_as_it_was_written(database: Database, closed: OpenRound) -> None:
    decide(database, closed.round_id, "Đường lầy", Decision("shown", "Đường lầy"))
    assert read_rows(database, closed.round_id)["Đường lầy, gọi tôi 0912 345 678"] == ("shown", "Đường lầy")


def test_a_shown_text_can_be_hidden_and_shown_again(database: Database, closed: OpenRound) -> None:
    decide(database, closed.round_id, "Mong", Decision("shown", "Mong xã quan tâm"))
    decide(database, closed.round_id, "Mong", Decision("hidden"), seen="shown")
    with database.read() as session:
        assert list_shown_reasons(session, closed.round_id) == {}
        round_ = get_round(session, closed.round_id)
        (line,), _ = list_reasons(session, round_, "q02", "hidden", limit=10)
        assert line.proposed == "Mong xã quan tâm"
    decide(database, closed.round_id, "Mong", Decision("shown", line.proposed), seen="hidden")
    with database.read() as session:
        assert list_shown_reasons(session, closed.round_id) == {"q02": ["Mong xã quan tâm"]}


def test_what_somebody_else_has_decided_meanwhile_stays(database: Database, closed: OpenRound) -> None:
    decide(database, closed.round_id, "Mong", Decision("hidden"))
    assert decide(database, closed.round_id, "Mong", Decision("shown", "Mong xã quan tâm")) == 0
    assert read_rows(database, closed.round_id)["Mong xã quan tâm"] == ("hidden", None)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2501, "0912 345 678"])
def test_a_text_with_nothing_to_show_is_refused_and_nothing_written(
    database: Database, closed: OpenRound, text: str
) -> None:
    good, bad = (find_id(database, closed.round_id, one) for one in ("Mong", "duong"))
    decisions = {good: Decision("shown", "Mong"), bad: Decision("shown", text)}
    with pytest.raises(InvalidTexts) as found, database.write() as session:
        moderate(session, get_round(session, closed.round_id), decisions, seen="new", by=None)
    assert set(found.value.problems) == {bad}
    assert {state for state, _ in read_rows(database, closed.round_id).values()} == {"new"}


@pytest.mark.parametrize("text", ["Anh Hùng cán bộ xã hách dịch", "Anh Hùng hách dịch", "Gặp chị Lan"])
def test_what_still_reads_like_a_name_is_shown_only_when_somebody_says_it_is_none(
    database: Database, closed: OpenRound, text: str
) -> None:
    with pytest.raises(InvalidTexts) as found:
        decide(database, closed.round_id, "Anh", Decision("shown", text))
    (problem,) = found.value.problems.values()
    assert COVER in str(problem)
    assert read_rows(database, closed.round_id)["Anh Hùng cán bộ xã hách dịch"] == ("new", None)
    assert decide(database, closed.round_id, "Anh", Decision("shown", text, names_nobody=True)) == 1


def test_a_text_whose_name_was_covered_needs_no_more(database: Database, closed: OpenRound) -> None:
    assert decide(database, closed.round_id, "Anh", Decision("shown", f"Anh {COVER} hách dịch")) == 1


def test_pages_follow_the_random_ids(database: Database, closed: OpenRound) -> None:
    write_many = [
        {"round_id": closed.round_id, "id": uuid4(), "question": "q05", "text": str(n), "moderation": "new"}
        for n in range(25)
    ]
    with database.write() as session:
        session.execute(insert(Reason), write_many)
    pages, after = [], None
    with database.read() as session:
        round_ = get_round(session, closed.round_id)
        while True:
            lines, after = list_reasons(session, round_, "q05", "new", after=after, limit=10)
            pages.append([line.id for line in lines])
            if after is None:
                break
    assert [len(page) for page in pages] == [10, 10, 5]
    seen = [one for page in pages for one in page]
    assert seen == sorted(row["id"] for row in write_many)  # type: ignore[type-var]


def test_a_line_tells_what_is_private_and_that_it_may_name_somebody(
    database: Database, closed: OpenRound
) -> None:
    with database.read() as session:
        round_ = get_round(session, closed.round_id)
        (named,), _ = list_reasons(session, round_, "y_kien", "new", limit=5)
        assert named.may_name
        lines, _ = list_reasons(session, round_, "q02", "new", limit=5)
        (numbered,) = [line for line in lines if line.private]
        (private,) = numbered.private
        assert numbered.text[private.start : private.end] == "0912 345 678"
        assert numbered.proposed == f"Đường lầy, gọi tôi {COVER}"
        assert not numbered.may_name


def test_an_open_round_keeps_its_reasons_shut(database: Database, opened: OpenRound) -> None:
    write(database, opened.round_id, ("q02", "Đường lầy"))
    with database.write() as session:
        round_ = get_round(session, opened.round_id)
        with pytest.raises(Conflict):
            list_reasons(session, round_, "q02", "new", limit=5)
        with pytest.raises(Conflict):
            moderate(session, round_, {}, seen="new", by=None)
        with pytest.raises(Conflict):
            list_shown_reasons(session, opened.round_id)


def test_the_log_knows_totals_and_never_a_text(database: Database, closed: OpenRound) -> None:
    decide(database, closed.round_id, "Đường lầy", Decision("shown", "Đường lầy lội"))
    with database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.round_id == closed.round_id)).all()
    details = {event.action: json.loads(event.detail) for event in events}
    assert details["reasons.moderate"] == {"shown": 1, "hidden": 0}
    assert details["themes.count"] == {"texts": 5}
    assert not [event for event in events if "lầy" in event.detail]


@pytest.mark.parametrize(
    ("moderation", "shown_text"), [("shown", None), ("shown", ""), ("new", "chưa ai xem"), ("public", "x")]
)
def test_the_database_refuses_a_shown_text_that_nobody_could_have_decided(
    database: Database, closed: OpenRound, moderation: str, shown_text: str | None
) -> None:
    values = {"moderation": moderation, "shown_text": shown_text}
    with pytest.raises(Conflict), database.write() as session:
        session.execute(update(Reason).where(Reason.round_id == closed.round_id).values(values))
