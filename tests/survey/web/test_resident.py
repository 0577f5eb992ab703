"""The resident's story over HTTP, on a served app and both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from forms.resident import new_submission_key
from survey.domain.clock import now, today
from survey.store.ballots import Box, LateArrival, Ledger
from survey.store.rounds import Round
from survey.store.slips import Slip
from tests.servers.pages import check_html
from tests.survey.web.live_rounds import ALL_SATISFIED, CONTACT, THANKS, RoundField, send
from tests.survey.web.visits import Answer, read_form, visit


def receipt_of(answer: Answer) -> str:
    assert answer.status == 200, answer.text
    return answer.text.split('class="receipt">')[1].split("<")[0]


def test_a_slip_opens_nineteen_questions_and_ends_in_a_receipt(field: RoundField) -> None:
    round_ = field.plant()
    page = visit(round_.slip_url)
    assert page.status == 200
    assert page.text.count("<fieldset") == 19
    assert "Thôn Đông, Xã Quảng Điền" in page.text
    assert CONTACT in page.text
    form = read_form(page.text)
    answers = {**ALL_SATISFIED, "q02": "not_satisfied", "q02_reason": "Đường còn lầy"}
    thanks = visit(round_.slip_url, {**form, **answers})
    assert THANKS in thanks.text
    assert len(receipt_of(thanks)) == 14
    assert field.read_boxed(round_) == [{**ALL_SATISFIED, "q02": "not_satisfied"}]
    assert field.read_reasons(round_) == [{"q02": "Đường còn lầy"}]


@pytest.mark.parametrize("write", [str.lower, str.upper, lambda code: code.replace("-", ""), str.title])
def test_the_case_and_the_hyphens_of_a_code_do_not_matter(field: RoundField, write) -> None:
    round_ = field.plant()
    written = write(round_.slips[0].grouped)
    assert visit(f"{round_.server.url}/{written}").status == 200
    typed = visit(f"{round_.server.url}/ma", {"code": f" {written} "})
    assert (typed.status, typed.location) == (303, f"/{round_.slips[0].grouped}")


def test_a_poster_of_an_official_round_asks_for_the_slip_and_leads_to_it(field: RoundField) -> None:
    round_ = field.plant()
    page = visit(round_.poster_url)
    assert "Mã trên thẻ mã hộ" in page.text
    assert "<fieldset" not in page.text
    found = visit(round_.poster_url, {"code": round_.slips[0].text.lower()})
    assert (found.status, found.location) == (303, f"/{round_.slips[0].grouped}")


def test_a_poster_takes_no_code_of_another_round_and_no_poster(field: RoundField) -> None:
    round_, other = field.plant(), field.plant()
    for code in (other.slips[0], round_.poster, other.poster):
        answer = visit(round_.poster_url, {"code": code.grouped})
        assert answer.status == 422
        assert "Đây không phải mã trên thẻ mã hộ của đợt này" in answer.text
        assert code.grouped in answer.text


def test_a_pulse_poster_takes_a_ballot_per_page_and_each_page_once(field: RoundField) -> None:
    round_ = field.plant(kind="pulse")
    forms = [read_form(visit(round_.poster_url).text) for _ in range(3)]
    assert len({form["key"] for form in forms}) == 3
    receipts = [receipt_of(visit(round_.poster_url, {**form, "q01": "4"})) for form in [*forms, *forms]]
    assert receipts[:3] == receipts[3:]
    assert len(set(receipts)) == field.count(Box, round_) == 3


def test_the_same_page_again_gives_the_same_receipt(field: RoundField) -> None:
    round_ = field.plant()
    form = {**read_form(visit(round_.slip_url).text), **ALL_SATISFIED}
    assert len({receipt_of(visit(round_.slip_url, form)) for _ in range(3)}) == 1
    assert field.count(Box, round_) == field.count(Ledger, round_) == 1


def test_the_same_page_with_other_answers_changes_nothing(field: RoundField) -> None:
    round_ = field.plant()
    form = {**read_form(visit(round_.slip_url).text), **ALL_SATISFIED}
    visit(round_.slip_url, form)
    answer = visit(round_.slip_url, {**form, "q01": "not_satisfied"})
    assert answer.status == 409
    assert "đã được ghi nhận với câu trả lời trước" in answer.text
    assert field.read_boxed(round_) == [ALL_SATISFIED]


def test_a_used_slip_says_so_to_every_other_page(field: RoundField) -> None:
    round_ = field.plant()
    other_page = {**read_form(visit(round_.slip_url).text), **ALL_SATISFIED}
    send(round_.slip_url)
    for answer in (
        visit(round_.slip_url),
        visit(round_.slip_url, other_page),
        visit(round_.slip_url, {"key": new_submission_key()}),
    ):
        assert answer.status == 409
        assert "Hộ này đã được ghi nhận." in answer.text
        assert CONTACT in answer.text
    assert field.count(Box, round_) == 1


def test_two_browsers_at_once_on_one_slip_are_counted_once(field: RoundField) -> None:
    round_ = field.plant()
    forms = [{**read_form(visit(round_.slip_url).text), **ALL_SATISFIED} for _ in range(6)]
    with ThreadPoolExecutor(6) as phones:
        answers = list(phones.map(lambda form: visit(round_.slip_url, form), forms))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409, 409]
    assert field.count(Box, round_) == field.count(Ledger, round_) == 1


def test_a_double_tap_gets_one_receipt(field: RoundField) -> None:
    round_ = field.plant()
    form = {**read_form(visit(round_.slip_url).text), **ALL_SATISFIED}
    with ThreadPoolExecutor(4) as taps:
        receipts = {receipt_of(answer) for answer in taps.map(visit, [round_.slip_url] * 4, [form] * 4)}
    assert len(receipts) == 1
    assert field.count(Box, round_) == 1


@pytest.mark.parametrize(
    ("state", "status", "sentence"),
    [
        ({"draft": True}, 403, "Đợt lấy ý kiến chưa bắt đầu."),
        ({"starts_on": today() + timedelta(days=2)}, 403, "Xin quay lại từ ngày"),
        ({"closed": True}, 410, "Đợt lấy ý kiến đã kết thúc."),
        ({"last_on": today() - timedelta(days=1)}, 410, "Đợt lấy ý kiến đã kết thúc."),
        ({"void": True}, 410, "Mã này không còn dùng được."),
    ],
)
def test_a_slip_at_the_wrong_time_gets_a_sentence_and_a_name_to_ask(
    field: RoundField, state, status, sentence
) -> None:
    round_ = field.plant(**state)
    answer = visit(round_.slip_url)
    assert (answer.status, sentence in answer.text, CONTACT in answer.text) == (status, True, True)
    form = {"key": new_submission_key(), **ALL_SATISFIED}
    assert visit(round_.slip_url, form).status == status
    assert visit(round_.slip_url, {"key": form["key"]}).status == status
    assert field.count(Box, round_) == field.count(Ledger, round_) == 0


def test_a_revoked_poster_says_so_before_and_after(field: RoundField) -> None:
    round_ = field.plant(kind="pulse", revoked=True)
    for answer in (visit(round_.poster_url), visit(round_.poster_url, {"q01": "4"})):
        assert answer.status == 410
        assert "Áp phích này không còn dùng được." in answer.text
    assert field.count(Box, round_) == 0


def test_the_grace_takes_what_was_begun_and_after_it_a_ballot_is_late(field: RoundField) -> None:
    form = {"key": new_submission_key(), **ALL_SATISFIED}
    yesterday = today() - timedelta(days=1)
    waiting, over = field.plant(last_on=yesterday, grace_hours=48), field.plant(last_on=yesterday)
    assert visit(waiting.slip_url).status == 410
    assert THANKS in visit(waiting.slip_url, form).text
    for _ in range(2):
        late = visit(over.slip_url, form)
        assert late.status == 410
        assert "hết hạn nên không được tính" in late.text
    assert field.count(LateArrival, over) == 1
    assert field.count(Box, over) == 0


def test_changing_the_dress_of_the_page_loses_and_sends_nothing(field: RoundField) -> None:
    round_ = field.plant()
    form = {**read_form(visit(round_.slip_url).text), "q01": "not_satisfied", "q01_reason": "Tôi chưa biết"}
    page = visit(f"{round_.slip_url}?lang=en&chu=to&xem=1", form)
    assert page.status == 200
    assert '<html lang="en" class="large">' in page.text
    assert "How residents are told" in page.text
    assert read_form(page.text) == {**form, **{name: "" for name in read_form(page.text) if name not in form}}
    assert field.count(Box, round_) == 0
    assert "<form" in page.text
    assert f'action="/{round_.slips[0].grouped}?lang=en&amp;chu=to#wrong"' in page.text
    assert visit(f"{round_.slip_url}?lang=en", form).status == 200
    assert field.count(Box, round_) == 1


def test_english_goes_along_through_errors_and_thanks(field: RoundField) -> None:
    round_ = field.plant()
    url = f"{round_.slip_url}?lang=en"
    for page in (
        visit(f"{field.server.url}/?lang=en"),
        visit(f"{round_.poster_url}?lang=en"),
        visit(f"{round_.poster_url}?lang=en", {"code": "ABC"}),
        visit(f"{field.server.url}/ma?lang=en", {"code": "ABC"}),
        visit(f"{field.server.url}/ABC?lang=en"),
        visit(f"{field.server.url}/bien-nhan?lang=en"),
        visit(f"{field.server.url}/quyen-rieng-tu?lang=en"),
        visit(url),
        visit(url, {}),
        visit(url, {"key": new_submission_key(), **ALL_SATISFIED}),
        visit(url),
    ):
        assert '<html lang="en">' in page.text
        check_html(page.text)
        ours = [href for href in page.text.split('href="/')[1:] if not href.startswith("dang-nhap")]
        assert all("lang=" in href.split('"')[0] for href in ours), ours
    moved = visit(f"{field.server.url}/ma?lang=en", {"code": round_.slips[0].text})
    assert moved.location == f"/{round_.slips[0].grouped}?lang=en"


def test_a_receipt_tells_its_round_and_nothing_of_the_answers(field: RoundField) -> None:
    round_ = field.plant()
    receipt = receipt_of(send(round_.slip_url, {**ALL_SATISFIED, "q01": "not_satisfied"}))
    url = f"{field.server.url}/bien-nhan"
    for typed in (receipt, receipt.lower().replace("-", " ")):
        found = visit(url, {"code": typed})
        assert found.status == 200
        assert (
            "Phiếu này đã được tính trong đợt “Lấy ý kiến về xã nông thôn mới”, Xã Quảng Điền." in found.text
        )
        assert "hài lòng" not in found.text.split("<main>")[1]
        assert "Thôn Đông" not in found.text
        check_html(found.text)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("0000-0000-0000", "Không tìm thấy mã biên nhận này."),
        ("", "Mã biên nhận gồm 12 chữ và số"),
        ("\x00" * 12, "Mã biên nhận gồm 12 chữ và số"),
        ("ợ" * 12, "Không tìm thấy mã biên nhận này."),
        ("x" * 9999, "Mã biên nhận gồm 12 chữ và số"),
    ],
)
def test_an_unknown_receipt_gets_a_polite_word(field: RoundField, typed, sentence) -> None:
    answer = visit(f"{field.server.url}/bien-nhan", {"code": typed})
    assert answer.status == 422
    assert sentence in answer.text
    check_html(answer.text)


def test_the_receipt_of_a_drill_says_that_it_does_not_count(field: RoundField) -> None:
    round_ = field.plant(kind="drill")
    page = visit(round_.slip_url)
    assert "Đây là đợt chạy thử." in page.text
    receipt = receipt_of(send(round_.slip_url))
    assert "không được tính" in visit(f"{field.server.url}/bien-nhan", {"code": receipt}).text


def test_the_receipt_of_a_published_round_leads_to_its_result(field: RoundField) -> None:
    round_ = field.plant()
    receipt = receipt_of(send(round_.slip_url))
    page = f"{field.server.url}/bien-nhan"
    link = f'href="/ket-qua-cong-khai/{round_.id}"'
    assert link not in visit(page, {"code": receipt}).text
    with field.database.write() as session:
        found = session.get_one(Round, round_.id)
        found.closed_at = found.published_at = now()
    assert link in visit(page, {"code": receipt}).text


def test_looking_never_writes(field: RoundField) -> None:
    official, pulse, closed = field.plant(), field.plant(kind="pulse"), field.plant(closed=True)
    urls = [
        *(f"{field.server.url}/{path}" for path in ("", "ma", "bien-nhan", "quyen-rieng-tu", "ABC")),
        *(official.slip_url, official.poster_url, pulse.poster_url, closed.slip_url),
        f"{official.slip_url}?q01=satisfied&key={new_submission_key()}&xem=1",
    ]
    before = field.count_all()
    for url in urls:
        for method in ("GET", "HEAD"):
            answer = visit(url, method=method)
            assert answer.status < 500
            assert method == "GET" or not answer.text
    form = {"key": new_submission_key(), **ALL_SATISFIED}
    visit(f"{official.slip_url}?xem=1", form)
    assert field.count_all() == before
    with field.database.read() as session:
        assert session.scalar(select(Slip.state).filter_by(round_id=official.id)) == "issued"


def test_no_answer_sets_a_cookie_or_may_be_stored_or_leaks_an_address(field: RoundField) -> None:
    round_ = field.plant()
    form = {**read_form(visit(round_.slip_url).text), **ALL_SATISFIED}
    root = field.server.url
    for answer in (
        visit(root),
        visit(f"{root}/?lang=en&chu=to"),
        visit(f"{root}/ma", {"code": "ABC"}),
        visit(f"{root}/ma", {"code": round_.slips[0].text}),
        visit(f"{root}/khong/co/trang"),
        visit(round_.poster_url),
        visit(round_.slip_url, {}),
        visit(round_.slip_url, {**form, "q01_reason": "x" * 5 * 10**6}),
        visit(round_.slip_url, form),
        visit(round_.slip_url),
        visit(f"{root}/bien-nhan", {"code": "0000-0000-0000"}),
    ):
        assert answer.headers["Set-Cookie"] is None
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy


def test_no_code_stands_in_the_servers_log(field: RoundField) -> None:
    round_ = field.plant()
    send(round_.slip_url)
    visit(round_.slip_url)
    log = field.server.log.read_text(encoding="utf-8")
    assert round_.slips[0].grouped not in log
    assert round_.slips[0].text not in log
    assert "Traceback" not in log
