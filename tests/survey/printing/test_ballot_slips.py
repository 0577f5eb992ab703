"""A ballot and its slip on one sheet: the slip is one household's, the ballot is nobody's."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import chain

import pypdfium2 as pdfium
import pytest

from survey.domain.codes import group
from survey.printing.ballot_layout import Ballot
from survey.printing.ballot_slips import print_ballots_with_slips
from survey.printing.paper import MM, NothingToPrint
from survey.printing.slips import SlipSheet, count_parts, split_sheet, write_number
from tests.survey.printing.reader import find_outermost_ink, list_pages, read, scan
from tests.survey.printing.test_ballots import BALLOT, QUESTIONNAIRES, count_options, list_boxes, make_absurd
from tests.survey.printing.test_printed import ABSURD, CROWDED, LONG, make_sheet

ONE_SIDE = replace(BALLOT, questionnaire=QUESTIONNAIRES["xa-nang-cao"])
TWO_SIDES = BALLOT
CUT = 46 * MM


def print_bytes(ballot: Ballot, *sheets: SlipSheet) -> bytes:
    out = BytesIO()
    print_ballots_with_slips(ballot, sheets, out, title="Phiếu kèm thẻ")
    return out.getvalue()


def read_ballot(page: pdfium.PdfPage) -> str:
    return read(page, bottom=CUT + 4)


def render_ballot(page: pdfium.PdfPage) -> bytes:
    """What is above the cut, as ink."""
    image = page.render(scale=2).to_pil()
    return bytes(image.crop((0, 0, image.width, int((page.get_height() - CUT - 4) * 2))).tobytes())


def test_a_slip_keeps_its_mark_and_whom_to_call_however_long_the_rest_is() -> None:
    page = list_pages(print_bytes(ONE_SIDE, make_sheet(1, CROWDED)))[0]
    text = read(page, top=CUT + 4)
    assert "Mẫu phiếu DỰ THẢO" in text
    assert f"xin gọi: {CROWDED.contact}" in text


@pytest.mark.parametrize("ballot", [ONE_SIDE, TWO_SIDES], ids=["one side", "two sides"])
def test_the_slip_scans_to_its_address_and_says_its_number(ballot: Ballot) -> None:
    sheet = make_sheet(3)
    fronts = [page for page in list_pages(print_bytes(ballot, sheet)) if scan(page, 150)]
    assert [scan(page, 150) for page in fronts] == [[slip.url] for slip in sheet.slips]
    for page, slip in zip(fronts, sheet.slips, strict=True):
        text = read(page, top=CUT + 4)
        for words in (
            group(slip.code),
            f"Thẻ số {write_number(slip.number)}",
            sheet.village,
            sheet.commune,
            sheet.about,
            sheet.contact,
            "Hạn cuối: 20/12/2026",
            "Cắt theo đường này; thẻ nộp riêng, không để chung với phiếu",
        ):
            assert words in text


@pytest.mark.parametrize("ballot", [ONE_SIDE, TWO_SIDES], ids=["one side", "two sides"])
def test_the_ballots_of_two_households_are_the_same_drawing(ballot: Ballot) -> None:
    one, other = make_sheet(2), make_sheet(2, LONG)
    pages = list_pages(print_bytes(ballot, one, other))
    sides = len(pages) // 4
    for side in range(sides):
        assert len({render_ballot(page) for page in pages[side::sides]}) == 1
        assert len({read_ballot(page) for page in pages[side::sides]}) == 1
    for page in pages:
        text = read_ballot(page)
        assert not any(slip.code in text or group(slip.code) in text for slip in (*one.slips, *other.slips))
        assert not any(words in text for words in ("Thẻ số", one.village, other.village))


@pytest.mark.parametrize(("ballot", "sides"), [(ONE_SIDE, 1), (TWO_SIDES, 2)], ids=["one side", "two sides"])
def test_the_ballot_is_in_the_file_once_however_many_households(ballot: Ballot, sides: int) -> None:
    few, many = print_bytes(ballot, make_sheet(1)), print_bytes(ballot, make_sheet(21))
    assert few.count(b"/Subtype /Form") == many.count(b"/Subtype /Form") == sides + 1
    assert len(many) - len(few) < 20 * 4000


@pytest.mark.parametrize("ballot", [ONE_SIDE, TWO_SIDES], ids=["one side", "two sides"])
def test_every_box_and_question_is_on_the_ballot_and_nothing_on_the_edge(ballot: Ballot) -> None:
    pages = list_pages(print_bytes(ballot, make_sheet(1)))
    boxes = [box for page in pages for box in list_boxes(page) if box[1] > CUT]
    assert len(boxes) == count_options(ballot.questionnaire) + 1
    text = " ".join(map(read_ballot, pages))
    assert all(str(question.text) in text for question in ballot.questionnaire.questions)
    for page in pages:
        _left, top, _right, bottom = find_outermost_ink(page)
        assert (top > 0.03, bottom < 0.98) == (True, True)


def test_the_back_of_a_sheet_is_white_where_the_slip_is_cut_off() -> None:
    _front, back = list_pages(print_bytes(TWO_SIDES, make_sheet(1)))
    assert find_outermost_ink(back)[3] < 1 - CUT / back.get_height()


def test_each_household_begins_on_the_front_of_a_sheet() -> None:
    ballot = replace(BALLOT, questionnaire=make_absurd(QUESTIONNAIRES["xa-nang-cao"], 12))
    pages = list_pages(print_bytes(ballot, make_sheet(2)))
    written = [bool(read_ballot(page)) for page in pages]
    assert len(pages) % 4 == 0
    assert [place for place, page in enumerate(pages) if scan(page, 150)] == [0, len(pages) // 2]
    assert written == [True] * (len(pages) // 2 - 1) + [False] + [True] * (len(pages) // 2 - 1) + [False]


@pytest.mark.parametrize("poster", [LONG, ABSURD], ids=["long", "absurd"])
def test_long_names_stay_within_the_slip(poster) -> None:
    [page] = list_pages(print_bytes(ONE_SIDE, make_sheet(1, poster)))
    [plain] = list_pages(print_bytes(ONE_SIDE, make_sheet(1)))
    assert render_ballot(page) == render_ballot(plain)
    assert find_outermost_ink(page)[3] < 0.98
    right = page.render(scale=1).to_pil().convert("L").crop((580, 720, 595, 842))
    assert min(right.tobytes()) > 250


def test_the_same_slips_give_the_same_bytes_and_progress_counts_them() -> None:
    sheet, told = make_sheet(3), list[int]()
    assert print_bytes(TWO_SIDES, sheet) == print_bytes(TWO_SIDES, sheet)
    assert print_ballots_with_slips(TWO_SIDES, [sheet], BytesIO(), title="", progress=told.append) == 6
    assert told == [1, 1, 1]


def test_without_a_slip_nothing_is_printed() -> None:
    with pytest.raises(NothingToPrint):
        print_bytes(ONE_SIDE, replace(make_sheet(1), slips=[]))


def test_parts_hold_a_thousand_and_every_slip_once() -> None:
    sheet = make_sheet(1001)
    parts = list(split_sheet(sheet, 1))
    assert [len(part.slips) for part in parts] == [1000, 1]
    assert list(chain.from_iterable(part.slips for part in parts)) == sheet.slips
    assert count_parts(1001, 1) == 2


def test_a_household_more_takes_the_room_of_its_slip_and_not_of_a_ballot() -> None:
    """The ballot itself has some 3 kB; what the file holds is what memory holds until it is saved."""
    few, many = (len(print_bytes(ONE_SIDE, make_sheet(count))) for count in (10, 60))
    assert many - few < 50 * 2_500
