"""Heads and feet of papers: the two letterheads, the title, and where people sign."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Length, Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

from analytics.papers.word import Paper, write
from survey.frames import name_within
from translations.catalogue import LazyText, lazy

_KIND = re.compile(r"^(xã|phường|thị trấn|thị xã|huyện|quận|thành phố|tỉnh)\s+", re.IGNORECASE)
_NATION, _MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"
_NUMBER = "Số: ........./................"
_ROOM = 3
"""Empty lines for a hand to sign on."""
_MOST_AT_EASE = 3
_DAY = "ngày ...... tháng ...... năm 20......"


class Letterhead(StrEnum):
    MTTQ = "mttq"
    UBND = "ubnd"


LETTERHEAD_NAMES: Mapping[Letterhead, LazyText] = {
    Letterhead.MTTQ: lazy("Mặt trận"),
    Letterhead.UBND: lazy("UBND"),
}


@dataclass(frozen=True, slots=True)
class Signature:
    """Where somebody signs; `name` is printed beneath where it is known."""

    office: str
    name: str = ""


def name_organiser(unit: str) -> str:
    """The Front of a unit, within a sentence."""
    return f"Ủy ban Mặt trận Tổ quốc Việt Nam {name_within(unit)}"


def name_place(unit: str) -> str:
    """A unit as papers name the place where they are signed: without its kind."""
    return _KIND.sub("", unit)


def lower_first(text: str) -> str:
    """Words within a sentence; what begins with an abbreviation stays as it is."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def add_letterhead(paper: Paper, letterhead: Letterhead, unit: str) -> None:
    """Who issues the paper, the nation's name and motto, and room for number and day; then the marks."""
    table = _add_grid(paper, 2, (66, 99))
    issuer, nation = table.rows[0].cells
    for name, is_bold in _name_issuer(letterhead, unit.upper()):
        _add_line(issuer, name, Pt(12), bold=is_bold)
    _add_rule(issuer, Mm(26))
    _add_line(nation, _NATION, Pt(12), bold=True)
    _add_line(nation, _MOTTO, Pt(13), bold=True)
    _add_rule(nation, Mm(58))
    number, day = table.rows[1].cells
    _add_line(number, _NUMBER, Pt(13))
    _add_line(day, f"{name_place(unit)}, {_DAY}", Pt(13), italic=True)
    if paper.marks:
        _box(_add_line(number, " – ".join(paper.marks), Pt(12), bold=True), Length(number.width or 0))


def _name_issuer(letterhead: Letterhead, unit: str) -> list[tuple[str, bool]]:
    """Lines, the issuing office's in bold beneath the one it belongs to."""
    if letterhead is Letterhead.UBND:
        return [("ỦY BAN NHÂN DÂN", True), (unit, True)]
    return [("ỦY BAN MTTQ VIỆT NAM", False), (unit, False), ("BAN THƯỜNG TRỰC", True)]


def sign_for(letterhead: Letterhead) -> Signature:
    """Who signs for the issuer."""
    office = "ỦY BAN NHÂN DÂN" if letterhead is Letterhead.UBND else "BAN THƯỜNG TRỰC"
    return Signature(f"TM. {office}\nCHỦ TỊCH")


def add_title(paper: Paper, name: str, about: str) -> None:
    """What the paper is, and of what."""
    paper.text(name, "Title").paragraph_format.space_before = Pt(10)
    paper.text(about, "Title")
    _rule(paper.text("", "Line"), paper.width, Mm(45))


def add_foot(paper: Paper, letterhead: Letterhead, lines: Sequence[str], heading: str = "") -> None:
    """Lines in small type (whom the paper goes to, or what it follows), and beside them who signs it."""
    paper.text("", "Break", keep=True)  # or it would grow together with a table before it
    left, right = _add_grid(paper, 1, (9, 8)).rows[0].cells
    if heading:
        _add_line(left, heading, Pt(12), bold=True, italic=True).alignment = ALIGN.LEFT
    for line in lines:
        _add_line(left, line, Pt(11)).alignment = ALIGN.LEFT
    _fill_signature(right, sign_for(letterhead), Pt(13))
    paper.text("", "Break")


def add_signatures(paper: Paper, signatures: Sequence[Signature]) -> None:
    """Places to sign, side by side on one page, each as wide as what stands over it needs."""
    paper.text("", "Break", keep=True)
    size = Pt(11) if len(signatures) > _MOST_AT_EASE else Pt(13)
    table = _add_grid(paper, 1, [max(map(len, one.office.split("\n"))) for one in signatures])
    for cell, signature in zip(table.rows[0].cells, signatures, strict=True):
        _fill_signature(cell, signature, size)
    paper.text("", "Break")


def _fill_signature(cell: _Cell, signature: Signature, size: Length) -> None:
    for line in signature.office.split("\n"):
        _add_line(cell, line, size, bold=True)
    _add_line(cell, "(Ký, ghi rõ họ tên)", Length(size - Pt(1)), italic=True)
    for _ in range(_ROOM):
        _add_line(cell, "", Pt(13))
    if signature.name:
        _add_line(cell, signature.name, size, bold=True)


def _add_grid(paper: Paper, rows: int, widths: Sequence[float]) -> Table:
    """Cells without borders that share the page as `widths` say; no page break cuts their rows."""
    table: Table = paper.document.add_table(rows, len(widths), style="Normal Table")
    table.autofit = False
    for column, part in zip(table.columns, widths, strict=True):
        width = Length(round(paper.width * part / sum(widths)))
        for sized in (column, *column.cells):
            sized.width = width
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table


def _add_line(cell: _Cell, text: str, size: Length, *, bold: bool = False, italic: bool = False) -> Paragraph:
    """A centred line of a cell, the first one in its empty paragraph."""
    empty: Paragraph = cell.paragraphs[0]
    line: Paragraph = empty if not empty.style or empty.style.name != "Line" else cell.add_paragraph()
    line.style = "Line"
    write(line, text, bold=bold, italic=italic)
    for run in line.runs:
        run.font.size = size
    return line


def _add_rule(cell: _Cell, length: Length) -> None:
    _rule(_add_line(cell, "", Pt(3)), Length(cell.width or 0), length)


def _rule(line: Paragraph, width: Length, length: Length) -> None:
    """Draw a short line in the middle of `width`."""
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Length((width - length) // 2)
    line.paragraph_format.space_before, line.paragraph_format.line_spacing = Pt(2), Pt(4)
    _border(line, "top")


def _box(line: Paragraph, width: Length) -> None:
    """Draw a frame around a line in the middle of `width`."""
    length = min(Pt(9) * len(line.text) + Mm(6), width - Mm(4))
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Length((width - length) // 2)
    line.paragraph_format.space_before = Pt(6)
    _border(line, "top", "left", "bottom", "right")


def _border(line: Paragraph, *sides: str) -> None:
    drawn = "".join(f'<w:{side} w:val="single" w:sz="6" w:space="1" w:color="auto"/>' for side in sides)
    properties = line._p.get_or_add_pPr()
    borders = parse_xml(f"<w:pBdr {nsdecls('w')}>{drawn}</w:pBdr>")
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr", "w:sectPr"
    )
