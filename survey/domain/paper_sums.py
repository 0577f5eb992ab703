"""The sums of a village's paper sheet that must close (domain.md §4) before it can be confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from forms.questionnaire import Question
from survey.domain.paper_counts import SheetCounts, SheetLayout, SumProblem, content_field
from translations.catalogue import lazy
from translations.numbers import format_count


@dataclass(frozen=True)
class Surroundings:
    """What else is known of the village. `stubs` are the slips ticked off as returned on paper, None where
    the village was given no slips; `otherwise` counts its ballots that came another way."""

    households: int
    otherwise: int
    stubs: int | None


def check_sheet(layout: SheetLayout, counts: SheetCounts, around: Surroundings) -> list[SumProblem]:
    """Every sum that is off, in the order of the sheet; an empty list lets the sheet be confirmed."""
    return [
        *_check_head(counts),
        *(one for question in layout.contents for one in _check_content(layout, counts, question)),
        *_check_any(counts),
        *_check_surroundings(counts, around),
    ]


def _check_head(counts: SheetCounts) -> Iterator[SumProblem]:
    parts = counts.counted + counts.set_aside
    if counts.returned != parts:
        message = lazy(
            "Số phiếu thu về (%(returned)s) phải bằng hợp lệ + không hợp lệ + để riêng (%(parts)s).",
            returned=format_count(counts.returned),
            parts=format_count(parts),
        )
        yield SumProblem("returned", message)
    if counts.issued < counts.returned:
        message = lazy(
            "Số phiếu phát ra (%(issued)s) không thể ít hơn số phiếu thu về (%(returned)s).",
            issued=format_count(counts.issued),
            returned=format_count(counts.returned),
        )
        yield SumProblem("issued", message)


def _check_content(layout: SheetLayout, counts: SheetCounts, question: Question) -> Iterator[SumProblem]:
    options = layout.options_of(question)
    total = sum(counts.contents.get(question.code, {}).values())
    if total != counts.valid:
        message = lazy(
            "Nội dung “%(content)s”: cộng các ô được %(total)s, phải bằng %(valid)s phiếu hợp lệ.",
            content=question.text,
            total=format_count(total),
            valid=format_count(counts.valid),
        )
        yield SumProblem(content_field(question.code, options[0]), message)


def _check_any(counts: SheetCounts) -> Iterator[SumProblem]:
    counted = counts.any_not_satisfied
    if counted is None:
        return
    least, most = replace(counts, any_not_satisfied=None).any_bounds
    if not least <= counted <= most:
        ends = {"least": format_count(least), "most": format_count(most)}
        message = (
            lazy("Số phiếu có ít nhất một nội dung “Chưa hài lòng” phải là %(least)s.", least=ends["least"])
            if least == most
            else lazy(
                "Số phiếu có ít nhất một nội dung “Chưa hài lòng” phải từ %(least)s đến %(most)s.", **ends
            )
        )
        yield SumProblem("any_not_satisfied", message)


def _check_surroundings(counts: SheetCounts, around: Surroundings) -> Iterator[SumProblem]:
    if around.stubs is not None and counts.counted > around.stubs:
        message = lazy(
            "Đếm %(counted)s phiếu nhưng mới nhận %(stubs)s thẻ nộp kèm phiếu giấy. Hãy nhập số thẻ trước "
            "khi kiểm phiếu; phiếu không có thẻ thì để riêng.",
            counted=format_count(counts.counted),
            stubs=format_count(around.stubs),
        )
        yield SumProblem("valid", message)
    if counts.counted + around.otherwise > around.households:
        message = lazy(
            "%(counted)s phiếu giấy và %(otherwise)s phiếu gửi cách khác nhiều hơn số hộ của thôn "
            "(%(households)s).",
            counted=format_count(counts.counted),
            otherwise=format_count(around.otherwise),
            households=format_count(around.households),
        )
        yield SumProblem("valid", message)
