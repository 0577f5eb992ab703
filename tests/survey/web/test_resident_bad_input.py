"""Bad input gets a clear answer, nothing of it is stored, and nothing that was typed is lost."""

from __future__ import annotations

import pytest

from forms.resident import new_submission_key
from survey.store.ballots import Box, ReasonBox
from survey.store.slips import Slip
from tests.servers.pages import check_html
from tests.survey.web.live_rounds import ALL_SATISFIED, THANKS, RoundField, send
from tests.survey.web.visits import read_form, visit


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("ABC", "Mã không đúng."),
        ("Đường làng", "Mã không đúng."),
        ("0" * 5000, "Mã không đúng."),
        ("", "Mã không đúng."),
        ("x\x00y\u202ez", "Mã không đúng."),
        ("😀" * 12, "Mã không đúng."),
        ("ABCD-EFGH-JKM0", "Mã bị gõ nhầm một chỗ."),
    ],
)
def test_a_wrong_code_is_said_at_the_field_with_what_was_typed(field: RoundField, typed, sentence) -> None:
    answer = visit(f"{field.server.url}/ma", {"code": typed})
    assert answer.status == 422
    assert sentence in answer.text
    check_html(answer.text)
    assert read_form(answer.text)["code"] == typed.replace("\x00", "")[:64].replace("x\u202e", "x")


@pytest.mark.parametrize(
    "path",
    ["/ABC", "/%00%01", "/%E0%A4%A", "/..%5c..%5cetc", "/%5cevil.test", "/" + "A" * 3000, "/%22%3E%3Cb%3E"],
)
def test_a_wrong_address_is_a_page_that_asks_for_the_code(field: RoundField, path) -> None:
    answer = visit(field.server.url + path)
    assert answer.status == 404
    assert 'name="code"' in answer.text
    assert "<b>" not in answer.text
    assert 'href="//' not in answer.text
    assert 'href="/\\' not in answer.text
    check_html(answer.text)


def test_a_mistyped_and_an_unknown_code_are_told_apart(field: RoundField) -> None:
    round_ = field.plant()
    code = round_.slips[0].text
    swapped = code[:4] + ("0" if code[4] != "0" else "1") + code[5:]
    assert "Mã bị gõ nhầm một chỗ." in visit(f"{field.server.url}/{swapped}").text
    with field.database.write() as session:
        session.query(Slip).filter_by(round_id=round_.id).delete()
    unknown = visit(round_.slip_url)
    assert unknown.status == 404
    assert "Không có mã này." in unknown.text


def test_missing_answers_are_named_where_the_rule_demands_all_and_nothing_is_lost(field: RoundField) -> None:
    round_ = field.plant(blank="invalid")
    answers = {**ALL_SATISFIED, "q02": "not_satisfied", "q02_reason": "Đường lầy"}
    del answers["q07"]
    answer = send(round_.slip_url, answers)
    assert answer.status == 422
    check_html(answer.text)
    assert "Xin ông/bà trả lời nội dung này." in answer.text
    assert '<a href="#q07">7. ' in answer.text
    again = read_form(answer.text)
    assert {name: again[name] for name in answers} == answers
    assert field.count(Box, round_) == 0
    assert THANKS in visit(round_.slip_url, {**again, "q07": "satisfied"}).text


def test_blanks_are_taken_where_the_rule_allows_them_but_an_empty_page_is_not(field: RoundField) -> None:
    round_ = field.plant()
    empty = send(round_.slip_url, {})
    assert empty.status == 422
    assert "chưa có câu trả lời nào" in empty.text
    assert THANKS in send(round_.slip_url, {"q19": "not_satisfied"}).text
    assert field.read_boxed(round_) == [{"q19": "not_satisfied"}]


def test_an_option_that_does_not_exist_is_refused(field: RoundField) -> None:
    round_ = field.plant()
    answer = send(round_.slip_url, {**ALL_SATISFIED, "q05": "delighted"})
    assert answer.status == 422
    assert "Câu trả lời này không có trong phiếu" in answer.text
    again = read_form(answer.text)
    assert {name: again[name] for name in ALL_SATISFIED if name != "q05"} == {
        name: "satisfied" for name in ALL_SATISFIED if name != "q05"
    }
    assert field.count(Box, round_) == 0


def test_a_text_over_the_limit_is_refused_and_kept(field: RoundField) -> None:
    round_ = field.plant()
    text = "Đường lầy lội. " * 40 + "Hết"
    answer = send(round_.slip_url, {**ALL_SATISFIED, "q02": "not_satisfied"}, q02_reason=text)
    assert answer.status == 422
    assert "trong 500 ký tự" in answer.text
    assert read_form(answer.text)["q02_reason"] == text
    assert field.count(Box, round_) == 0


def test_a_megabyte_of_text_is_refused_and_kept(field: RoundField) -> None:
    round_ = field.plant()
    answer = send(round_.slip_url, {**ALL_SATISFIED, "q02": "not_satisfied"}, q02_reason="ợ" * 350_000)
    assert answer.status == 422
    assert read_form(answer.text)["q02_reason"] == "ợ" * 350_000
    assert field.count(Box, round_) == field.count(ReasonBox, round_) == 0
    assert THANKS in send(round_.slip_url).text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_more_than_the_server_reads_gets_a_sentence_and_leaves_nothing(field: RoundField, lang) -> None:
    round_ = field.plant()
    form = {"key": new_submission_key(), **ALL_SATISFIED, "q02_reason": "x" * 6 * 10**6}
    answer = visit(f"{round_.slip_url}?lang={lang}", form)
    assert answer.status == 413
    assert f'<html lang="{lang}">' in answer.text
    assert lang == "en" or "phiếu chưa được gửi" in answer.text
    check_html(answer.text)
    assert field.count(Box, round_) == field.count(ReasonBox, round_) == 0


def test_strange_characters_are_stored_clean_and_shown_again_whole(field: RoundField) -> None:
    typed = "Đu\u031bo\u031b\u0300ng la\u0302\u0300y \u202eabc\u200f 👩\u200d🌾\x00\x07\r\nhết"
    answers = {**ALL_SATISFIED, "q02": "not_satisfied", "q02_reason": typed}
    refused = field.plant()
    page = send(refused.slip_url, {**answers, "q03": "delighted"})
    check_html(page.text)
    assert read_form(page.text)["q02_reason"] == typed.replace("\x00\x07", "")
    taken = field.plant()
    assert THANKS in send(taken.slip_url, answers).text
    assert field.read_reasons(taken) == [{"q02": "Đường lầy abc 👩\u200d🌾\nhết"}]


def test_bytes_that_are_no_text_do_not_break_the_page(field: RoundField) -> None:
    round_ = field.plant()
    form = b"key=" + new_submission_key().encode() + b"&q19=satisfied&q02_reason=%ff%ED%A0%80"
    for junk in (form + b"\xff", b"%00=%00&&&==", b"\x00"):
        answer = visit(round_.slip_url, junk)
        assert answer.status == 422
        check_html(answer.text)
    assert THANKS in visit(round_.slip_url, form).text
