"""The report: verdict on counts, how sure it is, reasons as moderated, open points, corrections, hashes."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from analytics.indicators import Share, Verdict
from analytics.measures import measure_official
from analytics.papers.letterheads import Letterhead
from analytics.papers.report import write_report
from tests.analytics.papers.conftest import read
from tests.analytics.papers.reading import find_row, needs_office, read_tables, read_text, render
from tests.analytics.papers.stories import (
    ACTION,
    HIDDEN_REASON,
    NAMES,
    OPEN_REASON,
    PLANNED_ACTION,
    REASON,
    SILENT,
)
from translations.numbers import format_count, format_rate


def write_plain(numerator: int, denominator: int) -> str:
    return format_rate(numerator, denominator).replace("\N{NO-BREAK SPACE}", " ")


@pytest.fixture(scope="module")
def text(material) -> str:
    return read_text(write_report(material))


@pytest.fixture(scope="module")
def tables(material) -> list[list[list[str]]]:
    return read_tables(write_report(material))


def test_contents_are_told_with_counts_and_the_overall_rate_apart(material, text, tables) -> None:
    for number, question in enumerate(material.contents, start=1):
        counts = material.official.counts[question.code]
        row = find_row(tables, str(number), str(question.text))
        told = (counts.satisfied, counts.not_satisfied, counts.no_answer, counts.valid)
        assert row[2:6] == list(map(format_count, told))
        assert row[6] == write_plain(counts.satisfied, counts.valid)
    overall = material.official.overall
    counted = f"{format_count(overall.numerator)}/{format_count(overall.denominator)}"
    assert f"{counted} ({write_plain(overall.numerator, overall.denominator)}) phiếu hài lòng" in text
    assert "không phải trung bình" in text


def test_below_the_coverage_no_verdict_on_satisfaction_is_told(material, text, tables) -> None:
    assert material.official.verdict is Verdict.NOT_ENOUGH_COVERAGE
    assert "Kết luận: CHƯA ĐỦ TỶ LỆ HỘ THAM GIA" in text
    assert find_row(tables, "Tỷ lệ hộ tham gia")[1:] == ["1.391/2.040 (68,19 %)", "≥ 70 %", "chưa đạt"]
    assert find_row(tables, "Tỷ lệ hài lòng chung")[3] == "không xét"


def test_a_rate_that_misses_by_a_hair_is_not_rounded_into_reach(material) -> None:
    test = replace(material.official.tests[1], share=Share(89_996, 100_000, Fraction(9, 10)), passed=False)
    official = replace(material.official, tests=(test,), verdict=Verdict.NOT_MET)
    content = write_report(replace(material, official=official))
    row = find_row(read_tables(content), "Tỷ lệ hài lòng chung")
    assert row[1:] == ["89.996/100.000 (89,996 %)", "≥ 90 %", "chưa đạt"]
    assert "Kết luận: CHƯA ĐẠT." in read_text(content)


def test_interval_bounds_and_weights_stand_with_their_sentences(material, text, tables) -> None:
    found = measure_official(material.official, "q19", material.facts.rules)["q19"]
    assert found.interval is not None
    assert found.bounds is not None
    for end in (found.interval.lower, found.interval.upper, found.bounds.lower, found.bounds.upper):
        assert write_plain(end.numerator, end.denominator) in text
    assert "Chỉ đúng nếu những hộ chưa trả lời cũng nghĩ như những hộ đã trả lời" in text
    assert "Tỷ lệ thật không thể nằm ngoài hai số này" in text
    weight = find_row(tables, NAMES[0], "170")
    assert weight[2] == write_plain(170, 11 * 170)
    assert find_row(tables, NAMES[SILENT])[1] == "Không có phiếu hợp lệ, không có trọng số"
    assert f"không được suy đoán thay: {NAMES[SILENT]}" in text


def test_channels_stand_side_by_side_with_their_bases_and_few_answers_are_not_told(material, tables) -> None:
    head = find_row(tables, "", "Phiếu hợp lệ")
    assert sum(int(count.replace(".", "")) for count in head[2:]) == material.official.valid
    assert head[-1] == "1"
    for table in tables:
        if table[1][:2] == ["", "Phiếu hợp lệ"]:
            assert {row[-1] for row in table[2:]} == {"*"}
            assert any("/" in row[3] for row in table[2:])
            assert len({row[2] for row in table[2:]} & {"*"}) == 1  # or the call could be subtracted


def test_reasons_are_grouped_by_content_as_they_were_moderated(text) -> None:
    voices = text[text.index("III. LÝ DO") : text.index("IV. VIỆC")]
    assert "Đường giao thông trong xã, trong thôn\n3 ý kiến. Đường giao thông: 2" in voices
    assert f"“{REASON}”" in voices
    assert "[đã che]" in voices
    assert "0905" not in text
    assert HIDDEN_REASON not in text


def test_actions_that_were_published_are_told_and_no_others(text) -> None:
    assert ACTION in text
    assert PLANNED_ACTION not in text


def test_open_points_are_told_with_paper_counted_and_with_the_written_reason(text) -> None:
    open_points = text[text.index("V. ĐIỂM CÒN MỞ") :]
    assert "68,19 % (1.391/2.040 hộ), dưới mức 70 %" in open_points
    assert f"Lý do vẫn đóng đợt: {OPEN_REASON}" in open_points


def test_invalid_and_set_aside_ballots_are_told_by_reason(text) -> None:
    assert (
        "Phiếu không hợp lệ vì không trả lời nội dung nào: 10; đánh dấu hai ý cho cùng một nội dung: 10."
        in text
    )
    assert "30 phiếu giấy để riêng" in text


def test_reasons_of_invalid_ballots_come_in_the_order_of_the_rules(material) -> None:
    reasons = material.facts.rules.invalid_reasons
    counts = {one.code: place for place, one in enumerate(reasons, start=1)}
    assert list(counts) != sorted(counts)
    village, sheet = next(iter(material.facts.sheets.items()))
    invalid = dict(sorted(counts.items()))
    facts = replace(
        material.facts, sheets={village: replace(sheet, counts=replace(sheet.counts, invalid=invalid))}
    )
    said = read_text(write_report(replace(material, result=replace(material.result, facts=facts))))
    named = "; ".join(f"{str(one.label).lower()}: {counts[one.code]}" for one in reasons)
    assert f"Phiếu không hợp lệ vì {named}." in said


def test_a_corrected_result_names_what_it_replaces_and_keeps_the_open_points(corrected) -> None:
    now = read(corrected)
    text = read_text(write_report(now))
    assert "Báo cáo này theo kết quả số 2." in text
    assert "Thay kết quả số 1, lý do: Hộ dân thôn khiếu nại" in text
    assert "dưới mức 70 %" in text
    for line in now.more.history:
        assert f"SHA-256: {line.sha256}" in text
    assert "ĐÃ ĐƯỢC THAY THẾ" not in text


def test_the_paper_of_a_replaced_result_says_so_on_every_page(corrected) -> None:
    before, now = read(corrected, 1), read(corrected)
    content = write_report(before)
    text = read_text(content)
    assert "DỰ THẢO – ĐÃ ĐƯỢC THAY THẾ" in text
    assert "Kết quả này đã được thay bằng kết quả số 2" in text
    told = [
        find_row(read_tables(write_report(one)), "2", "Đường giao thông trong xã, trong thôn")[3]
        for one in (before, now)
    ]
    assert told == ["110", "111"]


def test_without_drafts_nothing_is_called_one(material) -> None:
    facts = replace(material.facts, draft_parts=())
    content = write_report(replace(material, result=replace(material.result, facts=facts)))
    assert "DỰ THẢO" not in read_text(content)
    assert "Dự thảo:" not in read_text(content)


def test_the_committee_reports_what_the_front_has_found(material) -> None:
    text = read_text(write_report(material, Letterhead.UBND))
    assert "TM. ỦY BAN NHÂN DÂN" in text
    assert "do Ủy ban Mặt trận Tổ quốc Việt Nam xã Quảng Điền chủ trì" in text


@needs_office
def test_the_report_opens_clean_and_is_signed_under_its_last_words(material, tmp_path) -> None:
    pages = render(write_report(material), tmp_path)
    assert 4 <= len(pages) <= 8
    assert "Quảng" not in pages[-1].split("\n")[0]
    assert len(pages[-1]) > 150
