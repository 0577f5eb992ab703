"""Slips from plan to paper, on both databases."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from survey.domain.clock import now
from survey.domain.codes import new_slip_code
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.services.slip_changes import void_slips
from survey.services.slip_issuing import (
    BatchQuarantined,
    Order,
    SealedShelf,
    issue_batch,
    list_printed_parts,
    order_again,
)
from survey.services.slip_prints import (
    KEPT_FOR,
    confirm_printed,
    forget_expired,
    open_print,
    seal,
    unseal,
)
from survey.services.slip_status import BatchState, find_twin, list_village_slips
from survey.store.engine import Database
from survey.store.slips import KeptPrint, SlipBatch
from tests.survey.open_rounds import SECRET, OpenRound, open_round
from tests.survey.services.slip_stories import (
    URL,
    Source,
    actions,
    issue,
    line,
    order,
    read_raw,
    repeating,
    states,
)


def test_a_batch_is_recorded_with_what_was_printed(database: Database, opened: OpenRound) -> None:
    batch = issue(database, order(opened, 19))
    assert (batch.first_number, batch.last_number, batch.quarantined_at, batch.printed_at) == (
        1,
        19,
        None,
        None,
    )
    manifest = json.loads(batch.manifest or "")
    assert (manifest["count"], manifest["first"], manifest["last"]) == (19, 1, 19)
    with database.write() as session:
        pdf = open_print(session, SECRET, batch, 1, by=None, at=now())
    [part] = list_printed_parts(batch)
    assert pdf.startswith(b"%PDF-")
    assert (part.first, part.last, part.size) == (1, 19, len(pdf))
    assert part.sha256 == sha256(pdf).hexdigest()
    assert set(states(database).values()) == {("issued", None)}
    assert actions(database) == {"slips.issue": 1, "slips.download": 1}
    with database.read() as session:
        twin = find_twin(session, opened.round_id, batch.unit_id, 1, 19, None)
        assert twin is not None
        assert twin.id == batch.id
        for changed in ((batch.unit_id, 2, 19), (batch.unit_id, 1, 18), (opened.village_ids[1], 1, 19)):
            assert find_twin(session, opened.round_id, *changed, None) is None


def test_more_than_a_thousand_slips_come_in_parts(database: Database) -> None:
    opened = open_round(database, villages=1, households=1008)
    batch = issue(database, Order(opened.round_id, opened.village_ids[0], 1008, per_page=10))
    assert [(part.first, part.last) for part in list_printed_parts(batch)] == [(1, 1000), (1001, 1008)]
    assert line(database, batch).parts == (1, 2)


@pytest.mark.parametrize("count", [0, 41, 20_001])
def test_what_cannot_be_issued_leaves_nothing(database: Database, opened: OpenRound, count: int) -> None:
    with pytest.raises(DomainError):
        issue(database, order(opened, count))
    assert not states(database)
    assert not actions(database)


class _BrokenShelf(SealedShelf):
    def keep(self, session: Session, batch: SlipBatch) -> None:
        super().keep(session, batch)
        raise OSError("the disk is full")


def test_a_print_that_cannot_be_kept_leaves_no_batch(database: Database, opened: OpenRound) -> None:
    with pytest.raises(OSError, match="full"):
        issue_batch(database, SECRET, URL, order(opened, 3), _BrokenShelf(SECRET), by=None, at=now())
    with database.read() as session:
        assert not session.scalar(select(func.count()).select_from(SlipBatch))
        assert not session.scalar(select(func.count()).select_from(KeptPrint))
    assert not states(database)


def test_two_who_issue_at_once_never_share_a_number(database: Database, opened: OpenRound) -> None:
    def try_issue(village: int) -> bool:
        try:
            issue(database, order(opened, 9, village))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as officers:
        done = sum(officers.map(try_issue, [0, 1]))
    assert done >= 1
    assert sorted(states(database)) == list(range(1, 9 * done + 1))


def test_a_batch_with_a_code_twice_is_quarantined(database: Database, opened: OpenRound) -> None:
    code = new_slip_code("AB3")
    shelf = SealedShelf(SECRET)
    with pytest.raises(BatchQuarantined, match="tách riêng"):
        issue_batch(
            database, SECRET, URL, order(opened, 5), shelf, by=None, at=now(), new_code=lambda _tag: code
        )
    assert shelf.parts == [], "nothing may be printed"
    assert not states(database)
    assert actions(database) == {"slips.quarantine": 1}
    with database.read() as session:
        batch = session.scalars(select(SlipBatch)).one()
        assert not session.scalar(select(func.count()).select_from(KeptPrint))
        [village, _] = list_village_slips(session, opened.round_id, now())
        assert find_twin(session, opened.round_id, batch.unit_id, 1, 5, None) is None, "it may be asked again"
    assert batch.quarantined_at
    assert line(database, batch).state is BatchState.QUARANTINED
    assert (village.quarantined, village.live, village.left) == (1, 0, 40)


def test_a_batch_that_repeats_an_earlier_code_is_quarantined(database: Database, opened: OpenRound) -> None:
    source = Source()
    issue(database, order(opened, 3), new_code=source)
    codes = [new_slip_code("AB3"), source.drawn[1], new_slip_code("AB3")]
    with pytest.raises(BatchQuarantined):
        issue(database, order(opened, 3, village=1), new_code=repeating(iter(codes)))
    assert sorted(states(database)) == [1, 2, 3]
    later = issue(database, order(opened, 2))
    assert (later.first_number, later.last_number) == (7, 8), "quarantined numbers are not given again"


def test_a_void_slips_code_is_not_given_again(database: Database, opened: OpenRound) -> None:
    source = Source()
    issue(database, order(opened, 1), new_code=source)
    with database.write() as session:
        void_slips(session, opened.round_id, [1], because="Mất", by=None)
    with pytest.raises(BatchQuarantined):
        issue(database, order(opened, 1), new_code=repeating(iter(source.drawn)))


def test_a_replacement_that_repeats_a_code_voids_nothing(database: Database, opened: OpenRound) -> None:
    source = Source()
    issue(database, order(opened, 2), new_code=source)
    with database.read() as session:
        again = order_again(session, opened.round_id, [1], because="Mất")
    with pytest.raises(BatchQuarantined):
        issue(database, again, new_code=repeating(iter(source.drawn)))
    assert states(database) == {1: ("issued", None), 2: ("issued", None)}


def test_a_print_is_sealed_for_its_batch_and_part() -> None:
    sealed = seal(SECRET, 3, 1, b"%PDF-secret")
    assert b"secret" not in sealed
    assert seal(SECRET, 3, 1, b"%PDF-secret") != sealed
    assert unseal(SECRET, 3, 1, sealed) == b"%PDF-secret"
    for secret, batch, part in ((b"another", 3, 1), (SECRET, 4, 1), (SECRET, 3, 2)):
        with pytest.raises(DomainError, match="hủy lô"):
            unseal(secret, batch, part, sealed)


def test_an_expired_print_is_never_opened_even_while_its_row_is_there(
    database: Database, opened: OpenRound
) -> None:
    batch = issue(database, order(opened, 3))
    end = batch.issued_at + KEPT_FOR
    assert timedelta(hours=24) == KEPT_FOR
    with database.write() as session:
        assert open_print(session, SECRET, batch, 1, by=None, at=end - timedelta(seconds=1))
        with pytest.raises(NotFound, match="hủy lô và phát lại"):
            open_print(session, SECRET, batch, 1, by=None, at=end)
    assert line(database, batch, end).state is BatchState.EXPIRED
    assert forget_expired(database, end - timedelta(seconds=1)) == 0
    assert forget_expired(database, end) == 1
    assert forget_expired(database, end) == 0


def test_what_is_on_paper_is_gone_at_once(database: Database, opened: OpenRound) -> None:
    batch, other = issue(database, order(opened, 3)), issue(database, order(opened, 3))
    for _ in range(2):
        confirm_printed(database, opened.round_id, batch.id, by=None, at=now())
    with database.write() as session:
        with pytest.raises(NotFound):
            open_print(session, SECRET, batch, 1, by=None, at=now())
        assert open_print(session, SECRET, other, 1, by=None, at=now())
    assert line(database, batch).state is BatchState.PRINTED
    assert actions(database)["slips.printed"] == 1


def test_no_byte_of_a_deleted_print_is_left_behind(database: Database, opened: OpenRound) -> None:
    batch = issue(database, order(opened, 3))
    with database.read() as session:
        sealed = session.scalars(select(KeptPrint.sealed)).one()
    mark = sealed[100:160]
    assert mark in read_raw(database), "or this test finds nothing ever"
    confirm_printed(database, opened.round_id, batch.id, by=None, at=now())
    assert mark not in read_raw(database)
