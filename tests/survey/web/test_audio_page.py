"""The commune's page of recordings: languages, uploads one by one or many at once, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, encode_multipart

from survey.domain.permissions import Role
from survey.services.audio import list_clips, list_languages
from survey.store.staff import AuditEvent
from survey.web.audit_words import ACTION_NAMES, DETAIL_NAMES
from tests.servers.pages import check_html
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.sounds import make_m4a, make_mp3, make_ogg, make_wav
from tests.survey.web.staff_browser import Browser, add_staff, database_of, run_app

HTML = b"<!doctype html><html><script>alert(1)</script></html>"


@dataclass(frozen=True)
class Desk:
    """A commune's officer in front of the page."""

    app: Flask
    round: OpenRound
    browser: Browser

    @property
    def page(self) -> str:
        return f"/dot/{self.round.round_id}/doc-thanh-tieng"

    def read(self, language: str = "") -> str:
        answer = self.browser.get(f"{self.page}/{language}" if language else self.page)
        assert answer.status_code == 200
        check_html(answer.text)
        return answer.text

    def add_language(self, code: str, name: str = "") -> TestResponse:
        fields = {"code": code, "language": name}
        return self.browser.post(f"{self.page}/ngon-ngu", fields, page=self.page)

    def upload(self, language: str, *files: tuple[str, str, bytes], **fields: str) -> TestResponse:
        """Files as (field, name, content)."""
        sent = MultiDict[str, object]({"csrf_token": self.browser.token(self.page), **fields})
        for field, name, content in files:
            sent.add(field, FileStorage(BytesIO(content), name))
        boundary, body = encode_multipart(sent)
        kind = f"multipart/form-data; boundary={boundary}"
        return self.browser.client.post(f"{self.page}/{language}", data=body, content_type=kind)

    def clips(self, language: str) -> set[str]:
        """The digests of what is kept."""
        with database_of(self.app).read() as session:
            kept = list_clips(session, self.round.commune_id)
            return {clip.digest for clip in kept.get(language, {}).values()}


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with run_app(database_url) as app:
        database = database_of(app)
        opened = open_round(database)
        add_staff(database, "mttq", (Role.FRONT_COMMUNE, opened.commune_id))
        browser = Browser(app)
        browser.sign_in("mttq")
        yield Desk(app, opened, browser)


def test_a_language_is_added_and_the_page_shows_what_to_read(desk):
    assert "Chưa có đoạn đọc nào" in desk.read()
    answer = desk.add_language("ktv")
    assert (answer.status_code, answer.location) == (303, f"{desk.page}/ktv")
    page = desk.read("ktv")
    assert "0/22 đoạn" in page
    assert "dùng ở 19 câu" in page
    assert '<option value="ktv">' not in page
    assert '<option value="pac">' in page


def test_another_language_is_named_freely(desk):
    assert desk.add_language("", "Xơ Đăng").location == f"{desk.page}/x-xo-dang"
    assert "Xơ Đăng: 0/22" in desk.read("x-xo-dang")
    refused = desk.add_language("", "")
    assert refused.status_code == 422
    assert "Xin ghi tên ngôn ngữ" in refused.text


def test_a_recording_is_uploaded_in_its_row_and_played_on_the_page(desk):
    desk.add_language("vi")
    assert desk.upload("vi", ("q01", "Ghi âm 12.wav", make_wav())).status_code == 303
    page = desk.read("vi")
    assert "1/22 đoạn" in page
    assert "Đã ghi 1 đoạn đọc." in page
    (digest,) = desk.clips("vi")
    address = f"/am-thanh/{digest}.wav"
    assert address in page
    assert desk.browser.get(address).data == make_wav()


def test_many_files_find_their_words_by_name(desk):
    desk.add_language("vi")
    answer = desk.upload(
        "vi",
        ("many", "q01.mp3", make_mp3()),
        ("many", "Q02.M4A", make_m4a()),
        ("many", "q05-satisfied.ogg", make_ogg()),
        ("q03", "ghi am.wav", make_wav()),
    )
    assert answer.status_code == 303
    assert "4/22 đoạn" in desk.read("vi")


def test_a_new_recording_takes_the_place_of_the_old_one(desk):
    desk.add_language("vi")
    desk.upload("vi", ("q01", "a.wav", make_wav(1)))
    old = desk.clips("vi")
    desk.upload("vi", ("q01", "a.wav", make_wav(2)))
    assert len(desk.clips("vi")) == 1
    assert desk.clips("vi") != old
    assert desk.browser.get(f"/am-thanh/{old.pop()}.wav").status_code == 404


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (HTML, "không phải đoạn ghi âm"),
        (make_wav(1)[:2000], "cắt ngang"),
        (make_mp3(70), "dài 70 giây"),
        (bytes(2**20 + 1), "quá 1 MB"),
        (b"", "trống"),
    ],
    ids=["html", "cut off", "long", "large", "empty"],
)
def test_a_bad_file_is_refused_by_name_and_the_good_ones_are_kept(desk, content, why):
    desk.add_language("vi")
    answer = desk.upload("vi", ("q01", "tot.wav", make_wav()), ("q02", "<b>xau.mp3", content))
    assert answer.status_code == 422
    check_html(answer.text)
    assert why in answer.text
    assert "&lt;b&gt;xau.mp3" in answer.text
    assert "Đã ghi 1 đoạn đọc." in answer.text
    assert len(desk.clips("vi")) == 1


def test_a_file_that_is_named_after_nothing_is_told_of(desk):
    desk.add_language("vi")
    answer = desk.upload("vi", ("many", "Ghi âm 7.wav", make_wav()))
    assert answer.status_code == 422
    assert "Tên tệp không ứng với câu nào" in answer.text
    assert desk.clips("vi") == set()


def test_sending_no_file_is_told_of(desk):
    desk.add_language("vi")
    assert desk.upload("vi").status_code == 303
    assert "Chưa có tệp nào được chọn" in desk.read("vi")


def test_too_much_at_once_keeps_nothing_and_says_so(desk):
    desk.add_language("vi")
    files = [("many", f"q{n:02d}.wav", make_wav(1) + bytes(2**20)) for n in range(1, 7)]
    answer = desk.upload("vi", *files)
    assert answer.status_code == 413
    assert "chọn ít tệp hơn" in answer.text
    assert desk.clips("vi") == set()


def test_a_recording_is_removed_and_what_was_chosen_beside_is_kept(desk):
    desk.add_language("vi")
    desk.upload("vi", ("q01", "a.wav", make_wav(1)))
    assert desk.upload("vi", ("q02", "b.wav", make_wav(2)), remove="q01").status_code == 303
    assert len(desk.clips("vi")) == 1
    page = desk.read("vi")
    assert "Đã gỡ đoạn đọc." in page
    assert 'name="remove" value="q02"' in page
    assert 'name="remove" value="q01"' not in page


def test_a_language_goes_only_without_recordings(desk):
    desk.add_language("vi")
    assert "Bỏ ngôn ngữ này" in desk.read("vi")
    desk.upload("vi", ("q01", "a.wav", make_wav()))
    assert "Bỏ ngôn ngữ này" not in desk.read("vi")
    answer = desk.browser.post(f"{desk.page}/vi/bo", page=desk.page)
    assert answer.status_code == 422
    assert "Xin gỡ hết các đoạn trước" in answer.text
    desk.upload("vi", remove="q01")
    assert desk.browser.post(f"{desk.page}/vi/bo", page=desk.page).status_code == 303
    with database_of(desk.app).read() as session:
        assert list_languages(session, desk.round.commune_id) == []


def test_a_language_that_was_not_added_takes_no_files(desk):
    assert desk.upload("pac", ("q01", "a.wav", make_wav())).status_code == 404
    assert desk.browser.get(f"{desk.page}/pac").status_code == 200


def test_every_event_of_the_page_has_its_words_in_the_log(desk):
    desk.add_language("vi")
    desk.upload("vi", ("q01", "a.wav", make_wav()))
    desk.upload("vi", remove="q01")
    desk.browser.post(f"{desk.page}/vi/bo", page=desk.page)
    with database_of(desk.app).read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action.like("audio.%"))).all()
    assert len({event.action for event in events}) == 4
    assert all(event.action in ACTION_NAMES and event.staff_id for event in events)
    assert {"language", "clips"} <= DETAIL_NAMES.keys()
