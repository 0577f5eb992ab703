"""The blank ballot comes from what an open round has frozen."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pypdfium2 as pdfium
import pytest
import zxingcpp
from sqlalchemy import update

from survey.domain.clock import now, today
from survey.domain.codes import parse_code
from survey.domain.errors import Conflict, DomainError
from survey.printing.ballot_layout import Ballot
from survey.services.adoptions import adopt, rule_set_version
from survey.services.blank_ballots import build_ballot
from survey.services.documents import record_document
from survey.services.rounds import get_round
from survey.services.slip_issuing import Order, find_per_page, order_again
from survey.services.slip_prints import open_print
from survey.services.snapshots import questionnaire_of, read_snapshot
from survey.store.engine import Database
from survey.store.rounds import Round
from survey.store.staff import Staff
from survey.store.units import Unit
from tests.survey.open_rounds import SECRET, OpenRound, open_round
from tests.survey.services.slip_stories import URL, issue


def build(database: Database, opened: OpenRound) -> Ballot:
    with database.read() as session:
        return build_ballot(session, get_round(session, opened.round_id))


def adopt_both(database: Database, opened: OpenRound) -> None:
    with database.write() as session:
        snapshot = read_snapshot(session, session.get_one(Round, opened.round_id))
        assert snapshot.rules
        person = Staff(username="a", display_name="A", password_hash="x", created_at=now())
        session.add(person)
        session.flush()
        document = record_document(session, "1", today(), "MTTQ", "Mẫu phiếu", by=person.id)
        unit, rules = session.get_one(Unit, opened.commune_id), snapshot.rules
        adopt(
            session, unit, "questionnaire", "xa-ntm", snapshot.questionnaire.version, document, by=person.id
        )
        adopt(session, unit, "rule_set", rules.key, rule_set_version(rules), document, by=person.id)


def test_the_ballot_is_the_frozen_one_and_a_draft_until_both_papers_are_adopted(database: Database) -> None:
    opened = open_round(database, last_on=today() + timedelta(days=3))
    ballot = build(database, opened)
    with database.read() as session:
        assert ballot.questionnaire == questionnaire_of(session, opened.round_id)
    assert (ballot.commune, ballot.about) == ("Xã Quảng Điền", "Lấy ý kiến hài lòng")
    assert (ballot.last_on, ballot.contact) == (today() + timedelta(days=3), "Ban công tác Mặt trận thôn")
    assert ballot.mark == "DỰ THẢO"
    adopt_both(database, opened)
    assert build(database, opened).mark == ""


def test_a_drill_says_that_it_is_one(database: Database) -> None:
    ballot = build(database, open_round(database, kind="drill"))
    assert ballot.mark == "CHẠY THỬ – DỰ THẢO"
    assert "không tính vào kết quả" in ballot.about


def test_neither_a_pulse_nor_a_closed_round_has_a_ballot(database: Database) -> None:
    pulse = open_round(database, kind="pulse")
    with pytest.raises(DomainError, match="không dùng phiếu giấy"):
        build(database, pulse)
    with database.write() as session:
        session.execute(update(Round).values(kind="drill", last_on=today(), closed_at=now()))
    with pytest.raises(Conflict, match="khi đợt đang mở"):
        build(database, pulse)


def test_ballots_with_slips_are_a_batch_like_any_other(database: Database) -> None:
    opened = open_round(database)
    batch = issue(database, Order(opened.round_id, opened.village_ids[0], 3, per_page=1))
    with database.write() as session:
        pdf = open_print(session, SECRET, batch, 1, by=None, at=now())
    images = [page.render(scale=150 / 72).to_pil().convert("L") for page in pdfium.PdfDocument(BytesIO(pdf))]
    urls = [barcode.text for image in images for barcode in zxingcpp.read_barcodes(image)]
    assert len(images) == 6, "nineteen questions take both sides of a sheet"
    assert [url.partition(f"{URL}/")[0] for url in urls] == [""] * 3
    entries = [opened.entry(database, parse_code(url.removeprefix(f"{URL}/"))) for url in urls]
    assert {entry.village.unit_id for entry in entries} == {opened.village_ids[0]}
    assert find_per_page(batch) == 1
    with database.read() as session:
        again = order_again(session, opened.round_id, [2], because="Rách", per_page=find_per_page(batch))
    assert (again.count, again.per_page) == (1, 1)
