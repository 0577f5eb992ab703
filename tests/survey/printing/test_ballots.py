"""The blank ballot: every question on it, a box for every option, and nothing that tells one from another."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import get_args

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest

from forms.loader import load_questionnaire, shipped_questionnaires
from forms.questionnaire import Questionnaire
from forms.types.registry import QUESTION_TYPES, get_type
from forms.wording import Text
from survey.printing.ballot_layout import Ballot
from survey.printing.ballots import Size, print_ballot
from survey.printing.paper import MM
from tests.survey.printing.reader import find_outermost_ink, list_pages, read
from translations.catalogue import use_locale

FOLDER = Path(__file__).parents[2] / "forms" / "questionnaires"
SHIPPED = dict(shipped_questionnaires())
TINY = {path.stem: load_questionnaire(path) for path in FOLDER.glob("*.toml") if path.stem != "ten_mistakes"}
QUESTIONNAIRES = {**SHIPPED, **TINY}
SIZES: tuple[Size, ...] = get_args(Size)
BALLOT = Ballot(
    commune="Xã Quảng Điền",
    about="Lấy ý kiến người dân về kết quả xây dựng nông thôn mới",
    questionnaire=SHIPPED["xa-ntm"],
    mark="DỰ THẢO",
    last_on=date(2026, 12, 20),
    contact="Ông Nguyễn Văn Điền, 0234 3554 123",
)

Edges = tuple[float, float, float, float]
"""Left, bottom, right, top."""


def print_bytes(ballot: Ballot, size: Size = "A4") -> bytes:
    out = BytesIO()
    assert print_ballot(ballot, size, out) == len(list_pages(out.getvalue()))
    return out.getvalue()


def make_absurd(questionnaire: Questionnaire, words: int) -> Questionnaire:
    """The same with all its texts so long."""

    def lengthen(text: Text, name: str) -> Text:
        return Text.of({"vi": f"{text} {'dài quá ' * words}hết-{name}"})

    sections = tuple(
        replace(
            section,
            title=lengthen(section.title, section.code),
            questions=tuple(
                replace(
                    question,
                    text=lengthen(question.text, question.code),
                    hint=lengthen(question.hint, f"hint-{question.code}"),
                    options=tuple(
                        replace(option, label=lengthen(option.label, f"{question.code}-{option.code}"))
                        for option in question.options
                    ),
                )
                for question in section.questions
            ),
        )
        for section in questionnaire.sections
    )
    title, introduction = (
        lengthen(questionnaire.title, "title"),
        lengthen(questionnaire.introduction, "intro"),
    )
    return replace(questionnaire, title=title, introduction=introduction, sections=sections)


def read_all(pdf: bytes) -> str:
    return " ".join(map(read, list_pages(pdf)))


def list_boxes(page: pdfium.PdfPage) -> list[Edges]:
    """The empty squares of 5 mm and more, and the one that is ticked for an example."""
    paths = page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH])
    bounds = [one.get_bounds() for one in paths if pdfium_c.FPDFPath_CountSegments(one) >= 4]
    return [
        (left, bottom, right, top)
        for left, bottom, right, top in bounds
        if abs((right - left) - (top - bottom)) < 0.1 and 5 * MM <= right - left < 15 * MM
    ]


def list_words(page: pdfium.PdfPage) -> list[Edges]:
    """Where each piece of text lies: its middle half, as marks of lines below and above may cross."""
    text = page.get_textpage()
    found = [text.get_rect(index) for index in range(text.count_rects())]
    return [(x, y + (top - y) / 4, right, top - (top - y) / 4) for x, y, right, top in found]


def find_smallest_letter(page: pdfium.PdfPage) -> float:
    text = page.get_textpage()
    printed = (n for n in range(text.count_chars()) if not pdfium_c.FPDFText_IsGenerated(text, n))
    return min(float(pdfium_c.FPDFText_GetFontSize(text, index)) for index in printed)


def find_crossings(edges: list[Edges]) -> list[tuple[Edges, Edges]]:
    return [
        (one, other)
        for one, other in combinations(edges, 2)
        if min(one[2], other[2]) - max(one[0], other[0]) > 0.5
        and min(one[3], other[3]) - max(one[1], other[1]) > 0.5
    ]


def count_options(questionnaire: Questionnaire) -> int:
    return sum(len(get_type(one.type).options(one)) for one in questionnaire.questions)


def test_every_type_of_question_is_tried() -> None:
    tried = {question.type for one in QUESTIONNAIRES.values() for question in one.questions}
    assert tried == set(QUESTION_TYPES)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", QUESTIONNAIRES)
def test_every_question_stands_there_with_a_box_for_each_option(name: str, size: Size) -> None:
    questionnaire = QUESTIONNAIRES[name]
    pdf = print_bytes(replace(BALLOT, questionnaire=questionnaire), size)
    text = read_all(pdf)
    for number, question in enumerate(questionnaire.questions, start=1):
        assert re.search(rf"\b{number}\.? {re.escape(str(question.text))}", text), question.code
        assert str(question.hint) in text
        assert all(str(option.label) in text for option in get_type(question.type).options(question))
    assert all(str(section.title) in text for section in questionnaire.sections)
    assert str(questionnaire.title) in text
    assert str(questionnaire.introduction) in text
    assert sum(len(list_boxes(page)) for page in list_pages(pdf)) == count_options(questionnaire) + 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", [*SHIPPED, "show_if", "multiple", "number"])
def test_no_box_and_no_word_touches_another(name: str, size: Size) -> None:
    for page in list_pages(print_bytes(replace(BALLOT, questionnaire=QUESTIONNAIRES[name]), size)):
        assert find_crossings(list_boxes(page) + list_words(page)) == []


@pytest.mark.parametrize("size", SIZES)
def test_nothing_runs_into_the_margin(size: Size) -> None:
    for page in list_pages(print_bytes(BALLOT, size)):
        left, top, right, bottom = find_outermost_ink(page)
        assert left > 0.06
        assert right < 0.94
        assert top > 0.03
        assert bottom < 0.975


@pytest.mark.parametrize(("size", "pages", "width", "least"), [
    ("A4", 1, 210, 9), ("A5", 2, 148, 9), ("A4-lon", 3, 210, 15),
])  # fmt: skip
def test_a_size_has_its_paper_and_its_letters(size: Size, pages: int, width: int, least: float) -> None:
    found = list_pages(print_bytes(BALLOT, size))
    assert len(found) == pages
    for page in found:
        assert page.get_width() / 72 * 25.4 == pytest.approx(width, abs=0.6)
        assert find_smallest_letter(page) >= least - 0.01


@pytest.mark.parametrize("size", ["A5", "A4-lon"])
def test_later_pages_repeat_the_heads(size: Size) -> None:
    pages = list_pages(print_bytes(BALLOT, size))
    for number, page in enumerate(pages, start=1):
        text = read(page)
        assert text.count("Nội dung lấy ý kiến") == 1
        assert text.count("DỰ THẢO") == 1
        assert ("Còn tiếp ở trang sau" in text) == (number < len(pages))
        assert (f"trang {number}/{len(pages)}" in text) == (number > 1)


def test_a_ballot_says_who_asks_and_how_to_fill_it_in() -> None:
    text = read_all(print_bytes(BALLOT))
    for words in (
        "ỦY BAN MTTQ VIỆT NAM XÃ QUẢNG ĐIỀN",
        BALLOT.about,
        "Đánh dấu X vào MỘT ô cho mỗi nội dung",
        "Mỗi hộ một phiếu",
        "Không ghi tên, không ký",
        "thẻ và phiếu để riêng",
        "Nội dung nào chưa hài lòng",
        "Nộp phiếu chậm nhất ngày 20/12/2026",
        BALLOT.contact,
    ):
        assert words in text
    assert text.count("Hài lòng") == 2, "once above the table, once beside the overall question"


def test_only_a_draft_or_a_drill_bears_a_mark() -> None:
    assert "DỰ THẢO" not in read_all(print_bytes(replace(BALLOT, mark="")))
    assert "CHẠY THỬ – DỰ THẢO" in read_all(print_bytes(replace(BALLOT, mark="CHẠY THỬ – DỰ THẢO")))


@pytest.mark.parametrize("size", SIZES)
def test_no_figure_stands_there_but_those_of_the_questions_and_the_day(size: Size) -> None:
    pdf = print_bytes(replace(BALLOT, contact="Bà Hoa"), size)
    pages, questions = len(list_pages(pdf)), len(BALLOT.questionnaire.questions)
    text = re.sub(rf"20/12/2026|trang \d/{pages}", "", read_all(pdf))
    assert set(re.findall(r"\d+", text)) == {str(number) for number in range(1, questions + 1)}


def test_conditions_and_limits_are_told_in_words() -> None:
    told = {name: read_all(print_bytes(replace(BALLOT, questionnaire=TINY[name]))) for name in TINY}
    assert "3 Buổi họp có ích không? Chỉ trả lời nếu ở nội dung 2 đã chọn “Có”." in told["show_if"]
    assert "4. Vì sao? Chỉ trả lời nếu ở nội dung 3 đã chọn “Không”." in told["show_if"]
    assert "Có thể đánh dấu nhiều ô." in told["multiple"]
    assert "Ghi một số từ 1 đến 30." in told["number"]
    assert "Nội dung nào chưa hài lòng" not in told["likert5"], "this type has no reasons"


@pytest.mark.parametrize(
    ("low", "high", "told"), [(0, None, "Ghi một số từ 0 trở lên."), (None, 9, "Ghi một số không quá 9.")]
)
def test_a_number_with_one_limit_tells_it(low: int | None, high: int | None, told: str) -> None:
    asked, people = TINY["number"].questions
    section = replace(
        TINY["number"].sections[0], questions=(asked, replace(people, minimum=low, maximum=high))
    )
    questionnaire = replace(TINY["number"], sections=(section,))
    assert told in read_all(print_bytes(replace(BALLOT, questionnaire=questionnaire)))


def test_the_words_are_vietnamese_whatever_the_officer_reads() -> None:
    with use_locale("en"):
        pdf = print_bytes(BALLOT)
    assert pdf == print_bytes(BALLOT)
    assert "Satisfied" not in read_all(pdf)


def test_the_same_ballot_gives_the_same_bytes() -> None:
    assert print_bytes(BALLOT) == print_bytes(BALLOT)
    assert print_bytes(BALLOT) != print_bytes(replace(BALLOT, commune="Xã Đan Điền"))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("name", "words"), [("single", 300), ("likert5", 12), ("xa-nang-cao", 25)])
def test_absurdly_long_texts_still_print_whole(name: str, words: int, size: Size) -> None:
    questionnaire = make_absurd(QUESTIONNAIRES[name], words)
    long = "Xã " + "Rất Dài " * 20
    ballot = replace(BALLOT, questionnaire=questionnaire, commune=long, about=long, contact=long * 5)
    pdf = print_bytes(ballot, size)
    text = read_all(pdf)
    names = [section.code for section in questionnaire.sections] + ["title", "intro"]
    for question in questionnaire.questions:
        names += [question.code, f"hint-{question.code}"]
        names += [f"{question.code}-{option.code}" for option in question.options]
    assert [name for name in names if not re.search(rf"hết-{name}(?![-\w])", text)] == []
    boxes = 0
    for page in list_pages(pdf):
        left, top, right, bottom = find_outermost_ink(page)
        assert (left > 0.06, right < 0.94, top > 0.03, bottom < 0.975) == (True,) * 4
        assert find_crossings(list_boxes(page) + list_words(page)) == []
        boxes += len(list_boxes(page))
    assert boxes == count_options(questionnaire) + 1
