"""Minutes of the count: complete, closing, village after village, and no few answers by difference."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from analytics.papers.material import VillageFigures
from analytics.papers.minutes import write_minutes
from survey.frames import NotFound
from tests.analytics.papers.reading import (
    find_row,
    needs_office,
    open_paper,
    read_tables,
    read_text,
    render,
)
from tests.analytics.papers.stories import (
    ASIDE,
    FEW_ONLINE,
    HOUSEHOLDS,
    LONG_NAME,
    LOST,
    NAMES,
    PAPER_AGAINST,
    PAPER_VALID,
    SILENT,
    WITHOUT_PAPER,
)
from translations.numbers import format_count, format_rate


def write(material, place: int) -> bytes:
    return write_minutes(material, material.villages[place].facts.unit_id)


def read_number(text: str) -> int:
    return int(text.replace(".", ""))


def test_the_paper_of_a_village_is_told_line_by_line_and_closes(material) -> None:
    tables = read_tables(write(material, 0))
    counted = PAPER_VALID + 2
    for name, count in (
        ("Phiếu phát ra", counted + ASIDE + LOST),
        ("Phiếu thu về (a = b + c + d)", counted + ASIDE),
        ("Phiếu hợp lệ (b)", PAPER_VALID),
        ("Phiếu không hợp lệ (c)", 2),
        ("– Không trả lời nội dung nào", 1),
        ("– Đánh dấu hai ý cho cùng một nội dung", 1),
        ("– Không phải phiếu do tổ lấy ý kiến phát ra", 0),
        ("Để riêng, không tính vì hộ đã trả lời cách khác (d)", ASIDE),
        ("Thẻ mã hộ nộp kèm phiếu giấy", counted),
    ):
        assert find_row(tables, name) == [name, format_count(count)]
    assert f"{counted + ASIDE} phiếu thu về = {PAPER_VALID} hợp lệ + 2 không hợp lệ + {ASIDE} để riêng" in (
        read_text(write(material, 0))
    )


@pytest.mark.parametrize("place", [0, 2, WITHOUT_PAPER, FEW_ONLINE])
def test_the_ways_of_answering_add_up_to_what_came_back(material, place) -> None:
    village = material.villages[place]
    tables = read_tables(write(material, place))
    rows = [list(map(read_number, find_row(tables, name)[1:])) for name in ("Hợp lệ", "Không hợp lệ", "Cộng")]
    for row in rows:
        assert sum(row[:-1]) == row[-1]
    assert [first + second for first, second in zip(*rows[:2], strict=True)] == rows[2]
    assert rows[2][-1] == village.returned
    rate = format_rate(village.returned, HOUSEHOLDS).replace("\N{NO-BREAK SPACE}", " ")
    assert f"{village.returned}/{HOUSEHOLDS} ({rate})" in read_text(write(material, place))


@pytest.mark.parametrize("place", [0, WITHOUT_PAPER, FEW_ONLINE])
def test_every_content_is_told_with_counts_that_close_to_the_valid_ballots(material, place) -> None:
    village = material.villages[place]
    tables = read_tables(write(material, place))
    for number, question in enumerate(material.contents, start=1):
        counts, rate = village.contents[question.code], village.rates[question.code]
        row = find_row(tables, str(number), str(question.text))
        told = list(map(read_number, row[2:5]))
        assert told == [counts.satisfied, counts.not_satisfied, counts.no_answer]
        assert sum(told) == village.valid
        assert rate.denominator == village.valid
        written = format_rate(rate.numerator, rate.denominator).replace("\N{NO-BREAK SPACE}", " ")
        assert row[5] == written


def test_the_figures_are_those_of_the_result(material) -> None:
    official = material.official
    for village, found in zip(material.villages, official.villages, strict=True):
        assert village.facts.unit_id == found.village
        assert (village.returned, village.facts.households) == (
            found.coverage.numerator, found.coverage.denominator,
        )  # fmt: skip
    for code, counts in official.counts.items():
        assert sum(one.contents[code].satisfied for one in material.villages) == counts.satisfied
        assert sum(one.contents[code].not_satisfied for one in material.villages) == counts.not_satisfied


def test_two_household_witnesses_and_the_two_who_counted_have_their_places(material) -> None:
    text = read_text(write(material, 0))
    for words in ("NGƯỜI NHẬP", "NGƯỜI CHỐT", "MẶT TRẬN", "THỨ NHẤT", "THỨ HAI"):
        assert words in text
    assert text.count("CHỨNG KIẾN") == 2
    assert "TRƯỞNG THÔN" in text
    signed = text[text.index("NGƯỜI NHẬP") :]
    assert "Nguyễn Thị Lan" in signed
    assert "Trần Văn Minh" in signed


def test_the_head_of_a_residential_group_signs_as_such(material) -> None:
    first = material.villages[0]
    facts = replace(first.facts, name="Tổ dân phố 3")
    renamed = replace(material, villages=[replace(first, facts=facts), *material.villages[1:]])
    text = read_text(write(renamed, 0))
    assert "TỔ TRƯỞNG\nTỔ DÂN PHỐ" in text
    assert "TRƯỞNG THÔN" not in text


def test_a_village_without_paper_says_so_and_leaves_the_names_open(material) -> None:
    text = read_text(write(material, WITHOUT_PAPER))
    assert "Thôn không có phiếu giấy." in text
    assert "Nguyễn Thị Lan" not in text
    assert "Phiếu phát ra" not in text
    assert "Nhìn chung" in text


def test_a_village_without_any_ballot_has_no_rate(material) -> None:
    content = write(material, SILENT)
    assert "Không có phiếu hợp lệ, không tính tỷ lệ." in read_text(content)
    assert not any("Nội dung" in row for table in read_tables(content) for row in table)
    assert f"0/{HOUSEHOLDS} (0,00 %)" in read_text(content)


def test_ballots_of_which_only_totals_are_known_are_told_as_a_range(material) -> None:
    village = material.villages[1]
    assert village.any_least < village.any_most
    assert f"từ {village.any_least} đến {village.any_most} phiếu" in read_text(write(material, 1))
    exact = material.villages[0]
    assert f"“Chưa hài lòng”: {exact.any_least} phiếu" in read_text(write(material, 0))


def test_paper_is_told_apart_where_no_small_group_is_left_by_the_difference(material) -> None:
    content = write(material, 0)
    assert "Riêng phiếu giấy" in read_text(content)
    row = find_row(read_tables(content), "2")
    assert row[6:] == [str(PAPER_VALID - PAPER_AGAINST), str(PAPER_AGAINST), "0"]
    for place in (FEW_ONLINE, WITHOUT_PAPER):
        assert "Riêng phiếu giấy" not in read_text(write(material, place))


@pytest.mark.parametrize("valid", [9, 10])
def test_the_least_group_that_is_told_apart_is_k(material, valid) -> None:
    village: VillageFigures = material.villages[0]
    ways = {**village.by_channel, "online": (valid, 0), "assisted": (0, 0), "phone": (0, 0)}
    changed = replace(material, villages=(replace(village, by_channel=ways), *material.villages[1:]))
    assert ("Riêng phiếu giấy" in read_text(write(changed, 0))) == (valid >= 10)


def test_each_village_begins_a_section_of_its_own_in_the_order_of_the_round(material) -> None:
    content = write_minutes(material)
    assert len(open_paper(content).sections) == len(NAMES)
    found = re.findall(r"^Kiểm phiếu tại (.*)$", read_text(content), re.MULTILINE)
    assert found == [name.replace("Thôn", "thôn", 1) for name in NAMES]


def test_the_minutes_of_one_village_name_no_other(material) -> None:
    text = read_text(write(material, 0))
    assert f"kiểm phiếu của {LONG_NAME.replace('Thôn', 'thôn', 1)}" in text
    assert not any(name.removeprefix("Thôn ") in text for name in NAMES[1:])


def test_a_village_of_another_round_has_no_minutes_here(material) -> None:
    with pytest.raises(NotFound):
        write_minutes(material, 987_654)


def test_minutes_are_complete_and_say_that_they_are_not_to_be_posted(material) -> None:
    for place in range(len(NAMES)):
        text = read_text(write(material, place))
        assert "ẩn" not in text.replace("chẩn", "")
        assert "không niêm yết, không đăng tải" in text
    assert "DỰ THẢO" in read_text(write(material, 0))


@needs_office
def test_the_minutes_of_a_village_are_one_sheet_of_paper_signed_on_its_second_page(
    material, tmp_path
) -> None:
    pages = render(write(material, 0), tmp_path)
    assert len(pages) == 2
    assert "Lan" in pages[1]
    assert pages[1].split()[0] == "2"
    assert not pages[0].split()[0].isdigit()


@needs_office
def test_all_minutes_open_clean_with_page_numbers_that_begin_again(material, tmp_path) -> None:
    pages = render(write_minutes(material), tmp_path)
    assert len(NAMES) <= len(pages) <= 2 * len(NAMES)
    numbers = [page.split()[0] for page in pages if page.split()[0].isdigit()]
    assert set(numbers) == {"2"}
