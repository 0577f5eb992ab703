"""The words that spread a round: who, until when, where, what is not asked, whom to call."""

from __future__ import annotations

import re

import pytest

from survey.domain.clock import now
from survey.domain.codes import CodeKind, parse_code
from survey.domain.errors import Conflict
from survey.services.rounds import get_round
from survey.services.sharing import SharingKit, build_kit, join_messages
from survey.store.engine import Database
from survey.store.rounds import Round
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.services.communes import add_commune, draft
from translations.catalogue import use_locale
from translations.dates import format_date
from translations.spoken import list_abbreviations, spell_date

PUBLIC_URL = "https://khaosat.example.vn"
SYLLABLES_A_MINUTE = 180


def build(database: Database, round_id: int, **changes: object) -> SharingKit:
    with database.write() as session:
        round_ = get_round(session, round_id)
        for name, value in changes.items():
            setattr(round_, name, value)
        return build_kit(session, PUBLIC_URL, round_)


def last_day(database: Database, opened: OpenRound) -> Round:
    with database.read() as session:
        return get_round(session, opened.round_id)


def test_each_village_has_a_message_with_its_own_poster(database: Database) -> None:
    opened = open_round(database, villages=2, slips=3)
    kit = build(database, opened.round_id, contact="Bà Hoa, 0234 000 111")
    round_ = last_day(database, opened)
    assert round_.last_on is not None
    for message, unit_id in zip(kit.messages, opened.village_ids, strict=True):
        assert message.url == f"{PUBLIC_URL}/{opened.posters[unit_id].grouped}"
        assert message.village.upper() in message.text
        for words in (
            message.url,
            f"hết ngày {format_date(round_.last_on)}",
            "mỗi hộ một người",
            "Không ghi tên",
            "xã Quảng Điền",
            "Bà Hoa, 0234 000 111",
            "Lấy ý kiến hài lòng",
        ):
            assert words in message.text


def test_no_slip_code_stands_in_any_of_it(database: Database) -> None:
    opened = open_round(database, villages=2, slips=3)
    kit = build(database, opened.round_id)
    everything = join_messages(kit.messages) + kit.announcement
    assert [len(found) for found in re.findall(r"vn/([0-9A-Z-]+)", everything)] == [9, 9]
    for written in re.findall(r"vn/([0-9A-Z-]+)", everything):
        assert parse_code(written).kind is CodeKind.LINK
    for codes in opened.slips.values():
        assert not any(code.grouped in everything or code.text in everything for code in codes)


def test_the_announcement_of_households_is_said_in_about_a_minute(database: Database) -> None:
    opened = open_round(database)
    text = build(database, opened.round_id, contact="Bà Hoa, MTTQ xã, 0234 000 111").announcement
    round_ = last_day(database, opened)
    assert round_.last_on is not None
    assert spell_date(round_.last_on) in text
    assert "mỗi hộ gia đình" in text
    assert "tấm thẻ" in text
    assert "không ghi tên" in text
    assert "không hai ba bốn, không không không, một một một" in text
    assert not re.search(r"[\d/%]", text)
    assert "DỰ THẢO" not in text
    assert list_abbreviations(text) == []
    assert 0.9 < len(text.split()) / SYLLABLES_A_MINUTE < 1.6


def test_the_announcement_of_a_pulse_sends_people_to_the_poster(database: Database) -> None:
    opened = open_round(database, kind="pulse")
    kit = build(database, opened.round_id, last_on=None)
    assert "áp phích" in kit.announcement
    assert "không cần thẻ" in kit.announcement
    assert "tấm thẻ" not in kit.announcement
    assert "đến hết" not in kit.announcement
    assert 0.7 < len(kit.announcement.split()) / SYLLABLES_A_MINUTE < 1.4
    assert "Nhận ý kiến thường xuyên." in kit.messages[0].text
    assert "ai cũng trả lời được" in kit.messages[0].text


def test_a_drill_and_a_draft_paper_say_so(database: Database) -> None:
    opened = open_round(database)
    kit = build(database, opened.round_id)
    assert "DỰ THẢO" in kit.messages[0].text
    drill = build(database, opened.round_id, kind="drill")
    for text in (drill.messages[0].text, drill.announcement):
        assert "không tính vào kết quả" in text


def test_it_is_vietnamese_whatever_the_language_of_the_page(database: Database) -> None:
    opened = open_round(database)
    spoken_here = build(database, opened.round_id)
    with use_locale("en"):
        assert build(database, opened.round_id) == spoken_here


def test_only_an_open_round_is_spread(database: Database) -> None:
    round_id = draft(database, add_commune(database))
    with pytest.raises(Conflict):
        build(database, round_id)
    opened_and_closed = {"opened_at": now(), "closed_at": now(), "snapshot": "{}", "snapshot_sha256": "0"}
    with pytest.raises(Conflict):
        build(database, round_id, **opened_and_closed)
