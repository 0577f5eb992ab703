"""The helper's page itself: what it knows on the spot, and how it is drawn; on one database."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import update

from survey.domain.codes import (
    CodeKind,
    MalformedCode,
    MistypedCode,
    new_link_code,
    new_slip_code,
    parse_code,
)
from survey.domain.sound import check_sound
from survey.services.audio import add_clips, add_language, list_words, questionnaire_to_read
from survey.services.rounds import get_round
from survey.store.slips import Slip
from tests.journeys.camera import break_camera, hold_before_camera
from tests.journeys.collecting import Helper, begin, counts, hire, mistype
from tests.servers.browser import Phone
from tests.servers.screens import find_screen_problems
from tests.survey.sounds import make_wav
from tests.survey.web.live_rounds import PlantedRound, RoundField

READER = Path(__file__).resolve().parents[2] / "static/vendor/jsqr"


@pytest.fixture(scope="module")
def field(sqlite_field: RoundField) -> RoundField:
    return sqlite_field


@pytest.fixture
def helper(field: RoundField, page: Page) -> Helper:
    """With script, on a round of twelve slips, signed in and begun."""
    return begin(field, page)


def test_what_is_missing_is_told_before_the_household_is_left(field: RoundField, page: Page) -> None:
    helper = begin(field, page, blank="invalid")
    page.context.set_offline(True)
    page.fill("#code", helper.round.slips[0].text)
    helper.save()
    expect(page.locator("#wrong")).to_contain_text("Phiếu chưa có câu trả lời nào")
    helper.answer()
    page.locator("label[for=q01-not_satisfied]").tap()
    page.fill("#q01_reason", "x" * 501)
    page.evaluate("document.getElementById('q07-satisfied').checked = false")
    helper.save()
    expect(page.locator("#wrong-list a")).to_have_count(2)
    expect(page.locator("#q07-problem")).to_have_text("Xin ông/bà trả lời nội dung này.")
    expect(page.locator("#q01_reason")).to_have_value("x" * 501)
    helper.look()
    page.fill("#q01_reason", "Ngắn thôi")
    page.locator("label[for=q07-satisfied]").tap()
    helper.save()
    expect(helper.counter).to_have_text(counts(0, 1))
    expect(page.locator(".problem:visible")).to_have_count(0)
    page.context.set_offline(False)
    expect(helper.counter).to_have_text(counts(1, 0))


def test_the_page_judges_codes_as_the_server_does(helper: Helper) -> None:
    tag = helper.round.slips[0].tag
    codes = [new_slip_code(tag).text for _ in range(60)]
    swapped = [code[:4] + code[5] + code[4] + code[6:] for code in codes]
    texts = [*codes, *map(mistype, map(parse_code, codes)), *swapped, *(code[:9] for code in codes[:3])]
    texts += [new_link_code(tag).text, new_slip_code("0AB").text, "", "đây", codes[0].lower(), codes[0] + "0"]
    judged = helper.page.evaluate(
        "([texts, tag]) => texts.map(text => LongDan.judgeCode(LongDan.normaliseCode(text), tag))",
        [texts, tag],
    )
    assert judged == [judge(text, tag) for text in texts]
    assert {"", "malformed", "mistyped", "other-round", "not-a-slip"} == set(judged)


def judge(text: str, tag: str) -> str:
    try:
        code = parse_code(text)
    except MalformedCode:
        return "malformed"
    except MistypedCode:
        return "mistyped"
    if code.tag != tag:
        return "other-round"
    return "" if code.kind is CodeKind.SLIP else "not-a-slip"


def test_scanning_a_slip(field: RoundField, helper: Helper) -> None:
    page, code = helper.page, helper.round.slips[0]
    hold_before_camera(page, f"{helper.round.server.url}/{code.grouped}")
    page.get_by_role("button", name="Quét mã QR trên thẻ").tap()
    expect(page.locator("#code")).to_have_value(code.grouped)
    expect(page.locator("#camera")).to_be_hidden()
    expect(page.locator("#code-problem")).to_be_hidden()
    break_camera(page)
    page.get_by_role("button", name="Quét mã QR trên thẻ").tap()
    expect(page.locator("#camera-told")).to_have_text("Không mở được máy ảnh. Xin gõ mã trên thẻ.")
    helper.look()


def test_every_state_of_the_page_is_well_drawn(field: RoundField, phone: Phone) -> None:
    page, problems = phone(), list[str]()
    helper = hire(field, page, field.plant(slips=3))
    slips = helper.round.slips

    def look(state: str) -> None:
        """The count stays in view by lying over what is scrolled away, which is no fault."""
        page.locator("#queue-count").evaluate("e => { e.style.position = 'static'; }")
        problems.extend(f"{state}: {problem}" for problem in find_screen_problems(page))

    page.goto(helper.url)
    helper.sign_in()
    look("before the beginning")
    page.get_by_role("button", name="Bắt đầu buổi thu phiếu").tap()
    expect(page.locator("#ballot")).to_be_visible()
    page.fill("#code", mistype(slips[0]))
    helper.save()
    look("refused on the spot")
    page.context.set_offline(True)
    helper.collect(slips[1])
    look("waiting")
    page.locator("#end button").tap()
    page.get_by_role("button", name="Đăng xuất").tap()
    look("told to wait")
    void(field, helper.round)
    page.context.set_offline(False)
    expect(page.locator("#queue-refused")).to_contain_text("Mã này không còn dùng được.")
    look("refused by the server")
    assert not problems, "\n".join(problems)


def void(field: RoundField, round_: PlantedRound) -> None:
    with field.database.write() as session:
        session.execute(update(Slip).where(Slip.round_id == round_.id).values(state="void"))


def test_enter_in_the_code_goes_on_to_the_questions(helper: Helper) -> None:
    """As a reader does that types; the ballot is not sent by it."""
    page, code = helper.page, helper.round.slips[0]
    page.locator("#code").press_sequentially(mistype(code))
    page.keyboard.press("Enter")
    expect(page.locator("#code-problem")).to_contain_text("Mã bị gõ nhầm một chỗ")
    expect(page.locator("#code")).to_be_focused()
    page.fill("#code", code.text)
    page.keyboard.press("Enter")
    expect(page.locator("#code-problem")).to_be_hidden()
    expect(page.locator("#q01-satisfied")).to_be_focused()
    expect(page.locator("#wrong")).to_be_hidden()


def test_what_is_read_aloud_can_be_heard_here(field: RoundField, helper: Helper) -> None:
    with field.database.write() as session:
        round_ = get_round(session, helper.round.id)
        code = add_language(session, round_.unit_id, "vi", by=None)
        words = list_words(questionnaire_to_read(session, round_))[:1]
        add_clips(session, round_.unit_id, code, {words[0]: check_sound(make_wav())}, by=None)
    helper.page.reload()
    helper.page.get_by_role("link", name="Tiếng Việt").tap()
    expect(helper.page.locator("audio")).to_have_count(1)
    helper.look()
    helper.collect(helper.round.slips[0])
    expect(helper.counter).to_have_text(counts(1, 0))


def test_large_text_loses_nothing_that_was_typed(helper: Helper) -> None:
    helper.page.fill("#code", helper.round.slips[0].text)
    enlarge(helper)
    expect(helper.page.locator("#code")).to_have_value(helper.round.slips[0].text)
    check_large(helper)


def test_large_text_without_script_is_for_the_next_ballot_too(field: RoundField, plain_page: Page) -> None:
    helper = begin(field, plain_page)
    enlarge(helper)
    check_large(helper)


def enlarge(helper: Helper) -> None:
    helper.page.get_by_role("link", name="Chữ to").tap()
    expect(helper.page.locator("html")).to_have_class("large")


def check_large(helper: Helper) -> None:
    helper.collect(helper.round.slips[0])
    expect(helper.page.locator("html")).to_have_class("large")
    helper.look()
    helper.page.get_by_role("link", name="Chữ thường").tap()
    expect(helper.page.locator("html.large")).to_have_count(0)


def test_the_shipped_reader_is_the_one_that_was_fetched() -> None:
    for line in (READER / "SHA256SUMS").read_text(encoding="ascii").splitlines():
        digest, name = line.split("  ")
        assert sha256((READER / name).read_bytes()).hexdigest() == digest
    assert {path.name for path in READER.iterdir()} == {"jsQR.js", "LICENSE", "SHA256SUMS"}
    assert "Apache License" in (READER / "LICENSE").read_text(encoding="utf-8")
