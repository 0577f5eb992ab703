"""Recordings over real HTTP, and what a resident's page offers of them."""

from __future__ import annotations

import http.client
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from forms.loader import shipped_questionnaires
from survey.domain.permissions import Role
from survey.domain.sound import Sound, check_sound
from survey.services.audio import add_clips, add_language, list_languages, list_words, remove_language
from tests.servers.pages import check_accessibility, check_html
from tests.survey.sounds import make_m4a, make_mp3, make_ogg, make_wav
from tests.survey.web.live_rounds import ALL_SATISFIED, THANKS, PlantedRound, RoundField
from tests.survey.web.staff_browser import PASSWORD, add_staff
from tests.survey.web.visits import read_form, visit

WORDS = {words.name: words for words in list_words(shipped_questionnaires()["xa-ntm"])}
CLIPS = {
    "q01": make_wav(2),
    "q02": make_mp3(2),
    "q01-satisfied": make_m4a(1),
    "q01-not_satisfied": make_ogg(1),
}


@dataclass(frozen=True)
class Fetched:
    status: int
    headers: Message
    body: bytes


def fetch(url: str, method: str = "GET", **headers: str) -> Fetched:
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    try:
        connection.request(method, parts.path, headers=headers)
        answer = connection.getresponse()
        return Fetched(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


@dataclass(frozen=True)
class Reading:
    """A round whose commune reads aloud in Cơ Tu, and the recordings by the words they read."""

    round: PlantedRound
    sounds: dict[str, Sound]

    def address(self, name: str) -> str:
        endings = {"audio/wav": "wav", "audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/ogg": "ogg"}
        return f"/am-thanh/{self.sounds[name].digest}.{endings[self.sounds[name].mime]}"

    def url(self, name: str) -> str:
        return self.round.server.url + self.address(name)


@pytest.fixture
def reading(field: RoundField):
    """The recordings are taken away again: one commune serves all tests of the file."""
    sounds = {name: check_sound(content) for name, content in CLIPS.items()}
    with field.database.write() as session:
        add_language(session, field.commune_id, "ktv", by=None)
        by_words = {WORDS[name]: sound for name, sound in sounds.items()}
        add_clips(session, field.commune_id, "ktv", by_words, by=None)
    yield Reading(field.plant(), sounds)
    with field.database.write() as session:
        for language in list_languages(session, field.commune_id):
            remove_language(session, field.commune_id, language.code, with_clips=True, by=None)


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("q01", "audio/wav"),
        ("q02", "audio/mpeg"),
        ("q01-satisfied", "audio/mp4"),
        ("q01-not_satisfied", "audio/ogg"),
    ],
)
def test_a_recording_is_served_whole_and_for_ever(reading: Reading, name: str, mime: str):
    answer = fetch(reading.url(name))
    assert (answer.status, answer.body) == (200, CLIPS[name])
    assert answer.headers["Content-Type"] == mime
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert int(answer.headers["Content-Length"]) == len(CLIPS[name])
    kept = {part.strip() for part in answer.headers["Cache-Control"].split(",")}
    assert kept == {"public", "max-age=31536000", "immutable"}
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-1", 0, 1), ("100-", 100, None), ("-50", -50, None), ("40-99999999", 40, None)],
)
def test_a_player_may_ask_for_a_part(reading: Reading, asked: str, first: int, last: int | None):
    whole = CLIPS["q01"]
    answer = fetch(reading.url("q01"), Range=f"bytes={asked}")
    assert answer.status == 206
    assert answer.body == whole[first : None if last is None else last + 1]
    start = first % len(whole)
    end = start + len(answer.body) - 1
    assert answer.headers["Content-Range"] == f"bytes {start}-{end}/{len(whole)}"
    assert "immutable" in answer.headers["Cache-Control"]


def test_a_part_beyond_the_end_is_told_as_such(reading: Reading):
    answer = fetch(reading.url("q01"), Range="bytes=999999-")
    assert (answer.status, answer.headers["Content-Range"]) == (416, f"bytes */{len(CLIPS['q01'])}")


def test_a_recording_that_is_there_already_is_not_sent_again(reading: Reading):
    tag = fetch(reading.url("q01")).headers["ETag"]
    answer = fetch(reading.url("q01"), **{"If-None-Match": tag})
    assert (answer.status, answer.body) == (304, b"")
    head = fetch(reading.url("q01"), "HEAD")
    assert (head.status, head.body) == (200, b"")


def test_an_address_that_no_recording_has_is_404(reading: Reading):
    url = reading.url("q01")
    for other in (url.replace(".wav", ".mp3"), url.replace(".wav", ".html"), url[:-5] + ".wav"):
        assert fetch(other).status == 404
    digest = "0" * 64
    assert fetch(f"{reading.round.server.url}/am-thanh/{digest}.mp3").status == 404


def test_a_page_of_a_commune_that_reads_nothing_says_nothing_of_it(field: RoundField):
    page = visit(field.plant().slip_url).text
    assert "<audio" not in page
    assert "nghe=" not in page
    assert 'class="ears"' not in page
    assert visit(field.plant().slip_url + "?nghe=ktv").text.count("<audio") == 0


def test_the_page_offers_the_language_and_reads_it_only_when_it_is_chosen(reading: Reading):
    page = visit(reading.round.slip_url).text
    check_html(page)
    assert "Cơ Tu</button>" in page
    assert "<audio" not in page
    heard = visit(reading.round.slip_url + "?nghe=ktv").text
    check_html(heard)
    assert heard.count('<audio controls preload="none"') == 2 + 19 + 19
    assert heard.count(reading.address("q01")) == 1
    assert heard.count(reading.address("q01-satisfied")) == 19
    assert visit(reading.round.slip_url).text.count("<audio") == 0, "a kept page is kept for each choice"


def test_a_language_that_is_not_there_is_not_carried_along(reading: Reading):
    page = visit(reading.round.slip_url + "?nghe=%22%3E%3Cscript%3E").text
    assert "<audio" not in page
    assert "script%3E" not in page
    assert "<script>" not in page


def test_choosing_to_listen_keeps_what_was_chosen_and_sends_nothing(reading: Reading, field: RoundField):
    form = read_form(visit(reading.round.slip_url).text)
    shown = visit(reading.round.slip_url + "?nghe=ktv&xem=1", {**form, "q01": "not_satisfied"})
    assert shown.status == 200
    assert read_form(shown.text)["q01"] == "not_satisfied"
    assert read_form(shown.text)["key"] == form["key"]
    assert "<audio" in shown.text
    assert "nghe=ktv" in shown.text.split('id="ballot"')[1].split(">")[0], "a refused page goes on reading"
    sent = visit(reading.round.slip_url + "?nghe=ktv", {**form, **ALL_SATISFIED})
    assert THANKS in sent.text


def play(page: Page, name: str) -> None:
    """Tap the play button, which stands at the player's left."""
    player = page.get_by_label(name, exact=True)
    player.scroll_into_view_if_needed()
    player.tap(position={"x": 24, "y": 24})


def test_nothing_is_fetched_before_a_tap_and_a_tap_plays(reading: Reading, any_page: Page):
    page, fetched = any_page, []
    page.on("request", lambda request: fetched.append(urlsplit(request.url).path))
    page.goto(reading.round.slip_url)
    page.locator("label[for=q02-satisfied]").tap()
    page.get_by_role("button", name="Cơ Tu").tap()
    expect(page.locator("audio").first).to_be_visible()
    assert page.locator("#q02-satisfied").is_checked()
    page.locator("#q19").scroll_into_view_if_needed()
    check_accessibility(page)
    assert not [path for path in fetched if path.startswith("/am-thanh/")]
    question = shipped_questionnaires()["xa-ntm"].question("q01").text.say("vi")
    with page.expect_response("**/am-thanh/*") as answered:
        play(page, f"Nghe: {question}")
    assert answered.value.status in (200, 206)
    assert {path for path in fetched if path.startswith("/am-thanh/")} == {reading.address("q01")}


def test_a_player_plays_to_its_end(reading: Reading, page: Page):
    page.goto(reading.round.slip_url + "?nghe=ktv")
    question = shipped_questionnaires()["xa-ntm"].question("q01").text.say("vi")
    listening = page.get_by_label(f"Nghe: {question}", exact=True).evaluate_handle(
        "e => ({end: new Promise(done => e.addEventListener('ended', () => done(e.currentTime)))})"
    )
    play(page, f"Nghe: {question}")
    assert listening.evaluate("one => one.end") == pytest.approx(2, abs=0.1)


def test_an_officer_uploads_from_a_phone_without_script_and_a_resident_hears_it(
    reading: Reading, field: RoundField, plain_page: Page, tmp_path: Path
):
    file = tmp_path / "Ghi âm 3.wav"
    file.write_bytes(make_wav(3))
    add_staff(field.database, "mttq", (Role.FRONT_COMMUNE, field.commune_id))
    server = reading.round.server.url
    plain_page.goto(f"{server}/dang-nhap")
    plain_page.fill("[name=username]", "mttq")
    plain_page.fill("[name=password]", PASSWORD)
    plain_page.locator("main button").tap()
    plain_page.wait_for_url("**/viec-can-lam")
    plain_page.goto(f"{server}/dot/{reading.round.id}")
    plain_page.get_by_role("link", name="Đọc thành tiếng").tap()
    plain_page.get_by_label("Ngôn ngữ", exact=True).select_option("pac")
    plain_page.get_by_role("button", name="Thêm ngôn ngữ").tap()
    plain_page.locator("#file-q03").set_input_files(file)
    plain_page.locator("#q03").get_by_role("button", name="Ghi").tap()
    expect(plain_page.get_by_role("heading", name="Pa Kôh: 1/22 đoạn")).to_be_visible()
    check_accessibility(plain_page)
    plain_page.goto(reading.round.slip_url + "?nghe=pac")
    expect(plain_page.locator("#q03 audio")).to_have_count(1)
    expect(plain_page.locator("audio")).to_have_count(1)
