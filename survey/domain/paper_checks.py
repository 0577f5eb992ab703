"""The checks of a workbook for paper counts, as formulas that any spreadsheet reckons while somebody types.

They follow survey.domain.paper_sums, which has the last word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from forms.questionnaire import Question
from survey.domain.paper_counts import NOT_SATISFIED, SheetLayout, content_field, invalid_field
from survey.domain.paper_table import HOUSEHOLDS_ROW, name_column
from translations.catalogue import gettext as _
from translations.catalogue import lazy

OFF, FITS, UNFINISHED = lazy("lệch"), lazy("khớp"), lazy("chưa đủ")
_NEEDED = ("issued", "returned", "set_aside", "valid")


class Cells:
    """The addresses of one village's cells; `rows` are those of the fields, from 0."""

    def __init__(self, layout: SheetLayout, rows: Mapping[str, int], column: int) -> None:
        self.layout = layout
        self._rows, self._letters = rows, name_column(column)

    def at(self, field: str) -> str:
        return self.in_row(self._rows[field])

    def in_row(self, row: int) -> str:
        return f"{self._letters}{row + 1}"

    def span(self, fields: Sequence[str]) -> str:
        """Fields that stand one below the other."""
        return f"{self.at(fields[0])}:{self.at(fields[-1])}"

    @property
    def counted(self) -> str:
        """Valid and invalid ballots, as parts of a sum."""
        reasons = (invalid_field(reason.code) for reason in self.layout.reasons)
        return ",".join(map(self.at, ("valid", *reasons)))

    def content(self, question: Question) -> str:
        return self.span(fields_of(self.layout, question))


@dataclass(frozen=True)
class Check:
    """A sum that must close: what it is called, the fields that show it, and its formula."""

    label: str
    rule: str
    fields: tuple[str, ...]
    formula: Callable[[Cells], str]


def fields_of(layout: SheetLayout, question: Question) -> tuple[str, ...]:
    return tuple(content_field(question.code, option) for option in layout.options_of(question))


def list_checks(layout: SheetLayout) -> list[Check]:
    """The checks in the order of the sheet."""
    heads = [
        Check(_("Phát ra"), _("phát ra ≥ thu về"), ("issued",), _check_issued),
        Check(_("Thu về"), _("hợp lệ + không hợp lệ + để riêng = thu về"), ("returned",), _check_returned),
        Check(_("Số hộ"), _("hợp lệ + không hợp lệ ≤ số hộ"), ("valid",), _check_households),
    ]
    contents = [
        Check(
            _("Nội dung %(number)s", number=number),
            _("cộng các ô = hợp lệ"),
            fields_of(layout, question),
            _check_content(question),
        )
        for number, question in enumerate(layout.contents, start=1)
    ]
    any_ = Check(
        _("Phiếu chưa hài lòng"),
        _("không ít hơn ô nhiều nhất, không quá tổng"),
        ("any_not_satisfied",),
        _check_any,
    )
    return [*heads, *contents, any_]


def write_summary(cells: Cells, labels: str, checks: str) -> str:
    """What a village's checks come to: the first sum that is off, or what is still to do.

    `labels` and `checks` are the ranges of the checks' names and of this village's checks.
    """
    layout = cells.layout
    contents = [field for question in layout.contents for field in fields_of(layout, question)]
    needed = ",".join(map(cells.at, _NEEDED))
    all_there = f"COUNT({needed})={len(_NEEDED)}"
    all_counted = f"SUM({cells.span(contents)})={len(layout.contents)}*{cells.at('valid')}"
    first_off = f'"{OFF}: "&INDEX({labels},MATCH("{OFF}*",{checks},0))'
    told = f'IFERROR({first_off},IF(AND({all_there},{all_counted}),"{FITS}","{UNFINISHED}"))'
    return f'=IF(COUNT({cells.span(layout.fields)})=0,"",{told})'


def _tell(is_off: str, by: str) -> str:
    return f'IF({is_off},"{OFF} "&TEXT({by},"+0;-0"),"")'


def _check_issued(cells: Cells) -> str:
    issued, returned = cells.at("issued"), cells.at("returned")
    return f'=IF(COUNT({issued},{returned})<2,"",{_tell(f"{issued}<{returned}", f"{issued}-{returned}")})'


def _check_returned(cells: Cells) -> str:
    returned, valid = cells.at("returned"), cells.at("valid")
    parts = f"SUM({cells.counted},{cells.at('set_aside')})"
    return f'=IF(COUNT({returned},{valid})<2,"",{_tell(f"{parts}<>{returned}", f"{parts}-{returned}")})'


def _check_households(cells: Cells) -> str:
    counted, households = f"SUM({cells.counted})", cells.in_row(HOUSEHOLDS_ROW)
    return f"={_tell(f'{counted}>{households}', f'{counted}-{households}')}"


def _check_content(question: Question) -> Callable[[Cells], str]:
    def write(cells: Cells) -> str:
        span, valid = cells.content(question), cells.at("valid")
        return f'=IF(COUNT({span})=0,"",{_tell(f"SUM({span})<>{valid}", f"SUM({span})-{valid}")})'

    return write


def _check_any(cells: Cells) -> str:
    counted, valid = cells.at("any_not_satisfied"), cells.at("valid")
    against = ",".join(
        cells.at(content_field(question.code, NOT_SATISFIED)) for question in cells.layout.contents
    )
    is_off = f"OR({counted}<MAX({against}),{counted}>MIN(SUM({against}),{valid}))"
    return f'=IF(COUNT({counted})=0,"",IF({is_off},"{OFF}",""))'
