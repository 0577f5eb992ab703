"""Tables of papers: heads that repeat on every page, and rows that no page break cuts.

They are written as XML at once: cell by cell through python-docx a commune's minutes would take seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from xml.sax.saxutils import escape

from docx.oxml.ns import nsdecls

from analytics.papers.word import Paper, clean

CELL, SMALL_CELL = "Cell", "SmallCell"
"""Ids of the styles that cells may have."""


@dataclass(frozen=True, slots=True)
class Column:
    """`width` is relative to the other columns. Neighbours of one `group` have it as a common head above."""

    head: str
    width: float
    align: str = "right"
    group: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row with fewer cells than the table has columns stretches its last one to the edge."""

    cells: Sequence[str]
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Cell:
    """`merge` is 'restart' for a cell that goes on in the row below, 'continue' for its lower half."""

    text: str
    width: int
    align: str
    bold: bool = False
    keep: bool = False
    span: int = 1
    merge: str = ""


def add_table(
    paper: Paper, columns: Sequence[Column], rows: Sequence[Row], *, style: str = CELL, keep: bool = False
) -> None:
    """A table across the page; a bold row (a total) stays with the row before it.

    `keep` ties the last row to what follows.
    """
    widths = share_width(paper, [column.width for column in columns])
    lines = [_write_row(cells, style, is_head=True) for cells in _list_heads(columns, widths)]
    for row, following in zip(rows, [*rows[1:], None], strict=True):
        tied = following.bold if following else keep
        lines.append(_write_row(list(_list_cells(row, columns, widths, tied)), style))
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    paper.add_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(lines)}</w:tbl>"
    )


def share_width(paper: Paper, parts: Sequence[float]) -> list[int]:
    """The width of the text shared out, in twentieths of a point."""
    return [round(paper.width.twips * part / sum(parts)) for part in parts]


def _list_heads(columns: Sequence[Column], widths: Sequence[int]) -> list[list[_Cell]]:
    heads = [
        _Cell(column.head, width, "center", bold=True) for column, width in zip(columns, widths, strict=True)
    ]
    if not any(column.group for column in columns):
        return [heads]
    upper: list[_Cell] = []
    lower: list[_Cell] = []
    for group, members in groupby(zip(columns, heads, strict=True), lambda one: one[0].group):
        found = [head for _, head in members]
        if group:
            width = sum(head.width for head in found)
            upper.append(replace(found[0], text=group, width=width, span=len(found)))
            lower += found
        else:
            upper += [replace(head, merge="restart") for head in found]
            lower += [replace(head, text="", merge="continue") for head in found]
    return [upper, lower]


def _list_cells(row: Row, columns: Sequence[Column], widths: Sequence[int], keep: bool) -> Iterator[_Cell]:
    for place, (text, column) in enumerate(zip(row.cells, columns, strict=False)):
        span = len(columns) - place if place == len(row.cells) - 1 else 1
        align = column.align if span == 1 else "left"
        yield _Cell(text, sum(widths[place : place + span]), align, row.bold, keep, span)


def _write_row(cells: Sequence[_Cell], style: str, *, is_head: bool = False) -> str:
    head = "<w:tblHeader/>" if is_head else ""
    written = "".join(_write_cell(cell, style) for cell in cells)
    return f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{written}</w:tr>"


def _write_cell(cell: _Cell, style: str) -> str:
    width = f'<w:tcW w:w="{cell.width}" w:type="dxa"/>'
    span = f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
    merge = f'<w:vMerge w:val="{cell.merge}"/>' if cell.merge else ""
    keep = "<w:keepNext/>" if cell.keep else ""
    bold = "<w:rPr><w:b/><w:bCs/></w:rPr>" if cell.bold else ""
    lines = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{keep}<w:jc w:val="{cell.align}"/></w:pPr>'
        f'<w:r>{bold}<w:t xml:space="preserve">{escape(clean(line))}</w:t></w:r></w:p>'
        for line in cell.text.split("\n")
    )
    return f'<w:tc><w:tcPr>{width}{span}{merge}<w:vAlign w:val="center"/></w:tcPr>{lines}</w:tc>'
