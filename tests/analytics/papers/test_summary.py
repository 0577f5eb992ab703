"""The summary: villages up to the whole area, every total derived, villages without a ballot named."""

from __future__ import annotations

from dataclasses import replace

from docx.enum.section import WD_ORIENT

from analytics.papers.letterheads import Letterhead
from analytics.papers.summary import write_summary
from tests.analytics.papers.reading import (
    find_row,
    needs_office,
    open_paper,
    read_tables,
    read_text,
    render,
)
from tests.analytics.papers.stories import NAMES, SILENT
from translations.numbers import format_count


def read_number(text: str) -> int:
    return int(text.replace(".", ""))


def test_the_totals_of_participation_are_the_sums_of_their_rows(material) -> None:
    table = read_tables(write_summary(material))[0]
    rows = [row for row in table if row[0].isdigit()]
    total = find_row([table], "", "Toàn xã Quảng Điền")
    assert [row[1] for row in rows] == list(NAMES)
    for column in (2, 3, 4, 6, 7, 8, 9, 10, 11, 12):
        assert sum(read_number(row[column]) for row in rows) == read_number(total[column])
    for row in (*rows, total):
        returned, valid, invalid, *ways = [read_number(row[place]) for place in (4, 6, 7, 8, 9, 10, 11)]
        assert returned == valid + invalid == sum(ways)


def test_the_totals_are_those_of_the_result(material) -> None:
    official = material.official
    total = find_row(read_tables(write_summary(material)), "", "Toàn xã Quảng Điền")
    assert total[2] == format_count(official.coverage.denominator) == "2.040"
    assert total[4] == format_count(official.returned)
    assert total[6:8] == [format_count(official.valid), format_count(official.invalid)]
    assert total[12] == format_count(official.overall.numerator)
    least, most = official.any_not_satisfied.numerator, official.any_at_most.numerator
    assert total[14] == f"{least} – {most}"


def test_every_content_of_every_village_stands_with_its_counts(material) -> None:
    tables = read_tables(write_summary(material))[2:]
    told = {
        (row[1], head): row[place]
        for table in tables
        for row in table[1:]
        for place, head in enumerate(table[0])
        if place > 1 and len(row) == len(table[0])
    }
    for village in material.villages:
        for number, question in enumerate(material.contents, start=1):
            head = "Đánh giá chung" if question.overall else f"Nội dung {number}"
            rate = village.rates[question.code]
            if not village.valid:
                assert (village.facts.name, head) not in told
                continue
            assert told[village.facts.name, head].startswith(f"{rate.numerator}/{rate.denominator} (")


def test_a_village_without_a_ballot_has_no_rate_and_is_named(material) -> None:
    content = write_summary(material)
    name = NAMES[SILENT]
    assert f"không được suy đoán thay: {name}." in read_text(content)
    assert find_row(read_tables(content), "12", name)[13] == "–"
    rows = [row for table in read_tables(content)[2:] for row in table if row[1] == name]
    assert {tuple(row[2:]) for row in rows} == {("Không có phiếu hợp lệ, không tính tỷ lệ",)}


def test_communes_of_a_larger_area_have_sums_of_their_own(material) -> None:
    def move(place: int, village):
        commune = {"commune_code": f"C{place // 6}", "commune": f"Xã {'Một' if place < 6 else 'Hai'}"}
        return replace(village, facts=replace(village.facts, **commune))

    villages = tuple(move(place, village) for place, village in enumerate(material.villages))
    table = read_tables(write_summary(replace(material, villages=villages)))[0]
    parts = [find_row([table], "", f"Cộng xã {name}") for name in ("Một", "Hai")]
    total = find_row([table], "", "Toàn xã Quảng Điền")
    for column in (2, 4, 6, 12):
        assert sum(read_number(part[column]) for part in parts) == read_number(total[column])


def test_the_summary_is_wide_and_signed_under_either_letterhead(material) -> None:
    for letterhead, signer in ((Letterhead.MTTQ, "BAN THƯỜNG TRỰC"), (Letterhead.UBND, "ỦY BAN NHÂN DÂN")):
        content = write_summary(material, letterhead)
        assert open_paper(content).sections[0].orientation == WD_ORIENT.LANDSCAPE
        assert f"TM. {signer}" in read_text(content)
        assert material.facts.record.sha256 in read_text(content)


@needs_office
def test_the_summary_opens_clean_and_no_page_is_only_for_signing(material, tmp_path) -> None:
    pages = render(write_summary(material), tmp_path)
    assert 3 <= len(pages) <= 6
    assert "TT" in pages[-1]
