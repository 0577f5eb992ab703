"""Slips void, issued again, and given back on paper, on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from survey.domain.clock import now
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.services.slip_changes import void_slips
from survey.services.slip_issuing import (
    order_again,
)
from survey.services.slip_prints import (
    open_print,
)
from survey.services.slip_returns import ReturnedSlips, return_slips, undo_return
from survey.services.slip_status import BatchState, list_village_slips
from survey.services.submit import Outcome
from survey.store.ballots import Box
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.staff import AuditEvent
from tests.survey.open_rounds import SECRET, OpenRound
from tests.survey.services.slip_stories import (
    Source,
    actions,
    answer,
    issue,
    line,
    order,
    states,
    take_back,
)


def test_a_lost_slip_is_void_and_another_takes_its_place(database: Database, opened: OpenRound) -> None:
    source = Source()
    issue(database, order(opened, 40), new_code=source)
    answer(database, source.drawn[0])
    with database.read() as session:
        again = order_again(session, opened.round_id, [1, 2, 3], because=" Mất  thẻ ")
    assert (again.count, tuple(again.replacing)) == (2, (2, 3))
    batch = issue(database, again, new_code=source)
    assert (batch.first_number, batch.last_number) == (41, 42)
    assert {number: states(database)[number][0] for number in (1, 2, 3, 41)} == {
        1: "used", 2: "void", 3: "void", 41: "issued",
    }  # fmt: skip
    assert answer(database, source.drawn[1]) is Outcome.SLIP_VOID
    assert answer(database, source.drawn[-1]) is Outcome.RECORDED
    with database.read() as session:
        void = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "slips.void")).one()
    assert json.loads(void) == {"asked": 2, "voided": 2, "numbers": "2–3", "because": "Mất thẻ"}
    assert actions(database)["slips.issue"] == 2


def test_a_batch_voided_whole_can_no_longer_be_printed(database: Database, opened: OpenRound) -> None:
    batch, other = issue(database, order(opened, 4)), issue(database, order(opened, 4))
    with database.write() as session:
        void_slips(session, opened.round_id, [1, 2, 3, 4, 5], because="Mất", by=None)
    with database.write() as session:
        with pytest.raises(NotFound):
            open_print(session, SECRET, batch, 1, by=None, at=now())
        assert open_print(session, SECRET, other, 1, by=None, at=now())
    assert line(database, batch).state is BatchState.VOID


def test_a_slip_used_while_its_replacement_is_drawn_stays_used(database: Database, opened: OpenRound) -> None:
    source = Source()
    issue(database, order(opened, 3), new_code=source)
    with database.read() as session:
        again = order_again(session, opened.round_id, [1, 2], because="Mất")
    answer(database, source.drawn[0])
    with pytest.raises(Conflict, match="vừa được dùng"):
        issue(database, again)
    assert states(database) == {1: ("used", "online"), 2: ("issued", None), 3: ("issued", None)}


@pytest.mark.parametrize(
    ("numbers", "because", "sentence"),
    [
        ([1, 99], "Mất", "không có thẻ số 99"),
        ([1, 6], "Mất", "từng thôn một"),
        ([2], "Mất", "không còn thẻ nào để phát lại"),
        ([1], " ", "lý do"),
        ([], "Mất", "số thẻ"),
    ],
)
def test_what_cannot_be_issued_again_is_told(database, opened, numbers, because, sentence) -> None:
    issue(database, order(opened, 5))
    issue(database, order(opened, 5, village=1))
    with database.write() as session:
        void_slips(session, opened.round_id, [2], because="Hỏng", by=None)
    with database.read() as session, pytest.raises(DomainError, match=sentence):
        order_again(session, opened.round_id, numbers, because=because)


def test_slips_that_came_back_are_told_apart(database: Database, opened: OpenRound) -> None:
    source = Source()
    issue(database, order(opened, 8), new_code=source)
    for position, channel in enumerate(("online", "assisted", "phone")):
        assert answer(database, source.drawn[position], channel) is Outcome.RECORDED
    with database.write() as session:
        void_slips(session, opened.round_id, [4], because="Mất", by=None)
    first = take_back(database, opened, [1, 2, 3, 4, 5, 6, 77])
    assert first == ReturnedSlips((5, 6), (), (1, 2, 3), (4,), (77,))
    again = take_back(database, opened, [6, 7, 77])
    assert again == ReturnedSlips((7,), (6,), (), (), (77,))
    assert states(database)[1] == ("used", "online")
    assert states(database)[7] == ("used", "paper")
    with database.read() as session:
        [village, _] = list_village_slips(session, opened.round_id, now())
        detail = session.scalars(
            select(AuditEvent.detail).where(AuditEvent.action == "slips.return").order_by(AuditEvent.id)
        ).first()
    assert village.used == {"online": 3, "paper": 3}
    assert (village.issued, village.void) == (1, 1)
    assert json.loads(detail or "") == {"asked": 7, "counted": 2, "answered": 3, "numbers": "5–6"}


def test_online_after_paper_is_refused_and_not_counted(database: Database, opened: OpenRound) -> None:
    source = Source()
    issue(database, order(opened, 1), new_code=source)
    take_back(database, opened, [1])
    assert answer(database, source.drawn[0]) is Outcome.HOUSEHOLD_RECORDED
    with database.read() as session:
        assert not session.scalar(select(func.count()).select_from(Box))


def test_paper_and_phone_at_the_same_moment_count_once(database: Database, opened: OpenRound) -> None:
    source = Source()
    issue(database, order(opened, 24), new_code=source)

    def send(position: int) -> bool:
        return answer(database, source.drawn[position]) is Outcome.RECORDED

    with ThreadPoolExecutor(4) as people:
        paper = people.submit(take_back, database, opened, list(range(24, 0, -1)))
        online = list(people.map(send, range(24)))
    returned = paper.result()
    assert [number in returned.counted for number in range(1, 25)] == [not sent for sent in online]
    assert [number in returned.answered for number in range(1, 25)] == online
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Box)) == sum(online)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"closed_at": now()}, "đang mở"),
        ({"starts_on": now().date() + timedelta(days=3)}, "chưa bắt đầu"),
        ({"kind": "pulse"}, "không dùng thẻ"),
    ],
)
def test_slips_come_back_to_an_open_round_only(database, opened, change, sentence) -> None:
    issue(database, order(opened, 1))
    with database.write() as session:
        session.execute(update(Round).values(change))
    with pytest.raises(DomainError, match=sentence):
        take_back(database, opened, [1])
    assert states(database) == {1: ("issued", None)}


def test_slips_that_still_wait_to_be_printed_cannot_have_come_back(database, opened) -> None:
    issue(database, order(opened, 3))
    with database.write() as session:
        returned = return_slips(session, opened.round_id, [1, 2, 9], by=None, at=now())
    assert (returned.counted, returned.waiting, returned.unknown) == ((), (1, 2), (9,))
    assert set(states(database).values()) == {("issued", None)}


def test_a_return_is_undone_and_answers_sent_another_way_stay(database, opened) -> None:
    source = Source()
    issue(database, order(opened, 3), new_code=source)
    answer(database, source.drawn[0])
    take_back(database, opened, [1, 2])
    with database.write() as session:
        assert undo_return(session, opened.round_id, [1, 2, 3], because="Nhầm số", by=None) == (2,)
    assert states(database) == {1: ("used", "online"), 2: ("issued", None), 3: ("issued", None)}
    assert answer(database, source.drawn[1]) is Outcome.RECORDED
    assert actions(database)["slips.undo_return"] == 1
    with database.write() as session, pytest.raises(DomainError, match="Chưa có gì thay đổi"):
        undo_return(session, opened.round_id, [3], because="Nhầm", by=None)
