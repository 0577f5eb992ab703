"""The workbook in which an officer fills in a round's paper counts: instructions, then the table."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter

from survey.domain.paper_counts import SheetLayout
from survey.domain.paper_tab import CountsTab
from survey.domain.paper_table import TAB, PaperRound
from translations.catalogue import DEFAULT_LOCALE, use_locale
from translations.catalogue import gettext as _
from translations.numbers import format_count

_A4 = 9


@use_locale(DEFAULT_LOCALE)
def write_paper_workbook(layout: SheetLayout, about: PaperRound) -> bytes:
    """An empty template of a round, in Vietnamese whatever the reader's language."""
    packed = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(packed, options) as book:
        _write_instructions(book, about)
        CountsTab(book, layout, about).write()
    return packed.getvalue()


def _write_instructions(book: Any, about: PaperRound) -> None:
    tab = book.add_worksheet(_("Hướng dẫn"))
    tab.hide_gridlines(2)
    tab.set_column(0, 0, 18)
    tab.set_column(1, 1, 92)
    plain = book.add_format({"text_wrap": True, "valign": "top", "font_size": 12})
    bold = book.add_format({"bold": True, "valign": "top", "font_size": 12})
    tab.write_string(0, 0, _("Kiểm phiếu giấy"), book.add_format({"bold": True, "font_size": 16}))
    lines = [*_list_marks(about), ("", ""), *_list_steps()]
    for row, (name, text) in enumerate(lines, start=2):
        tab.write_string(row, 0, name, bold)
        tab.write_string(row, 1, text, plain)
        tab.set_row(row, 20 * (1 + len(text) // 95))
    tab.protect("")
    tab.set_portrait()
    tab.set_paper(_A4)
    tab.fit_to_pages(1, 0)


def _list_marks(about: PaperRound) -> list[tuple[str, str]]:
    households = sum(village.households for village in about.villages)
    return [
        (_("Đợt lấy ý kiến"), about.title),
        (_("Xã"), about.commune),
        (_("Mã đợt"), about.tag),
        (_("Số thôn"), format_count(len(about.villages))),
        (_("Số hộ"), format_count(households)),
        (_("Mã kiểm tra"), about.snapshot_sha256),
    ]


def _list_steps() -> Iterator[tuple[str, str]]:
    steps = (
        _(
            "Nhập hết số thẻ nộp kèm phiếu giấy vào hệ thống trước, rồi mới đếm phiếu. Phiếu của hộ đã trả "
            "lời cách khác và phiếu không có thẻ thì để riêng."
        ),
        _(
            "Mở trang “%(tab)s”. Mỗi cột là một thôn. Chỉ điền vào các ô nền vàng, từ trên xuống dưới, toàn "
            "số nguyên.",
            tab=TAB,
        ),
        _(
            "Thôn chưa đếm thì để trống cả cột, thôn đó được bỏ qua. Đã điền một thôn thì phải điền số phát "
            "ra, thu về, để riêng và hợp lệ; các ô khác để trống là 0."
        ),
        _(
            "Không đếm riêng số phiếu có ít nhất một nội dung “Chưa hài lòng” thì để trống ô cuối cùng, đừng "
            "ghi 0."
        ),
        _(
            "Dòng “Kiểm tra” báo “chưa đủ” khi còn ô phải điền, “lệch” kèm chỗ lệch khi cộng chưa khớp, "
            "“khớp” khi mọi phép cộng đều khớp. Còn lệch thì tệp không được nhận."
        ),
        _(
            "Hai người đếm riêng, mỗi người một tệp, không xem tệp của nhau: tệp thứ nhất để nhập, tệp thứ "
            "hai để đối chiếu. Hai tệp khớp nhau thì số của thôn mới được chốt."
        ),
        _("Không thêm, xóa hay đổi chỗ dòng và cột. Không ghi công thức vào ô số phiếu."),
    )
    for number, step in enumerate(steps, start=1):
        yield _("Bước %(number)s", number=number), step
