"""What is asked on a printed ballot, part by part; how, follows from the type of each question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from forms.questionnaire import Question, Questionnaire
from forms.types.choice import MULTIPLE
from forms.types.one_of import OneOf
from forms.types.registry import get_type
from survey.printing.ballot_options import list_options, put_in_line
from survey.printing.ballot_parts import (
    Asking,
    Beside,
    Framed,
    Gap,
    Measures,
    Part,
    Ruled,
    Words,
    divide,
    typeset,
    typeset_neatly,
)
from survey.printing.ballot_table import Band, Columns, Head, Row, find_columns
from survey.printing.fonts import BOLD, REGULAR
from survey.printing.lettering import Align, Fitted
from survey.printing.paper import MM
from translations.catalogue import gettext as _
from translations.numbers import format_count

_A_LINE = 100  # characters that are written by hand on a line


@dataclass(frozen=True)
class Numbered:
    """A question with its number, and the title of the section that it begins."""

    number: int
    question: Question
    section: str

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(str(option.label) for option in get_type(self.question.type).options(self.question))


def list_lines(
    text: str, font: str, size: float, measures: Measures, *, align: Align = "left", sticks: bool = False
) -> Iterator[Part]:
    """A paragraph line by line, so that it may go on on the next page."""
    if align == "centre":
        whole = typeset(text, font, size, measures.width, balanced=True)
    else:
        whole = typeset_neatly(text, font, size, measures.width)
    for line in whole.lines:
        one = replace(whole, paragraphs=((line,),))
        yield Words(text=one, width=measures.width, align=align, sticks=sticks)


def list_questions(questionnaire: Questionnaire, measures: Measures) -> Iterator[Part]:
    """Every question; the lines for reasons come after the last one that may have a reason."""
    reasoned = [one.code for one in questionnaire.questions if get_type(one.type).has_reason]
    for _key, group in groupby(_number(questionnaire), lambda one: _find_table(one, measures)):
        asked = tuple(group)
        columns = find_columns(asked[0].labels, measures) if len(asked) > 1 else None
        if columns:
            yield from _list_table(questionnaire, asked, columns, measures)
        else:
            for one in asked:
                yield from _list_single(questionnaire, one, measures)
        if any(one.question.code in reasoned[-1:] for one in asked):
            yield from _list_reasons(measures)


def _number(questionnaire: Questionnaire) -> Iterator[Numbered]:
    number = 0
    for section in questionnaire.sections:
        for place, question in enumerate(section.questions):
            number += 1
            yield Numbered(number, question, "" if place else str(section.title))


def _find_table(one: Numbered, measures: Measures) -> tuple[str, ...] | int:
    """Neighbours with the same options share a table; a number for a question that stands alone."""
    alone = one.question.overall or not isinstance(get_type(one.question.type), OneOf)
    return one.number if alone or not find_columns(one.labels, measures) else one.labels


def _list_table(
    questionnaire: Questionnaire, asked: Sequence[Numbered], columns: Columns, measures: Measures
) -> Iterator[Part]:
    head = Head(columns=columns, size=measures.small, sticks=True)
    width = columns.content - 2 * measures.pad
    yield head
    for one in asked:
        title = typeset(one.section, BOLD, measures.small, columns.width - 2 * measures.pad)
        for piece in divide(title, measures.tallest) if one.section else ():
            yield Band(text=piece, width=columns.width, pad=measures.pad, head=head, sticks=True)
        pieces = _divide_question(questionnaire, one, REGULAR, width, measures)
        for place, (text, notes) in enumerate(pieces, start=1):
            yield Row(
                columns=columns,
                number=str(one.number) if place == 1 else "",
                text=text,
                notes=notes,
                box=measures.box,
                has_boxes=place == len(pieces),
                head=head,
                sticks=place < len(pieces),
            )
    yield Gap(size=measures.body * 0.7)


def _divide_question(
    questionnaire: Questionnaire, one: Numbered, font: str, width: float, measures: Measures
) -> list[tuple[Fitted, Fitted]]:
    """Its text and its notes in pieces that each fit a page: nearly always one."""
    notes = typeset(_list_notes(questionnaire, one.question), REGULAR, measures.small, width)
    text = typeset_neatly(str(one.question.text), font, measures.body, width)
    texts = divide(text, measures.tallest)
    more = divide(notes, measures.tallest)
    return [
        *((text, replace(notes, paragraphs=())) for text in texts[:-1]),
        (texts[-1], more[0]),
        *((replace(texts[-1], paragraphs=()), note) for note in more[1:]),
    ]


def _list_notes(questionnaire: Questionnaire, question: Question) -> tuple[str, ...]:
    """When it is answered, and how, in sentences."""
    notes = [str(question.hint)]
    if get_type(question.type) is MULTIPLE:
        notes.append(_("Có thể đánh dấu nhiều ô."))
    notes.append(_tell_limits(question))
    if question.show_if:
        asked = questionnaire.question(question.show_if.question)
        options = (str(asked.option(code).label) for code in question.show_if.options)
        notes.append(
            _(
                "Chỉ trả lời nếu ở nội dung %(number)s đã chọn “%(options)s”.",
                number=questionnaire.questions.index(asked) + 1,
                options=_("” hoặc “").join(options),
            )
        )
    return tuple(filter(None, notes))


def _tell_limits(question: Question) -> str:
    low = None if question.minimum is None else format_count(question.minimum)
    high = None if question.maximum is None else format_count(question.maximum)
    if low and high:
        return _("Ghi một số từ %(low)s đến %(high)s.", low=low, high=high)
    if low:
        return _("Ghi một số từ %(low)s trở lên.", low=low)
    return _("Ghi một số không quá %(high)s.", high=high) if high else ""


def _list_single(questionnaire: Questionnaire, one: Numbered, measures: Measures) -> Iterator[Part]:
    """A question with its answer below it; the overall one stands in a frame."""
    yield from list_lines(one.section, BOLD, measures.body, measures, sticks=True)
    if one.section:
        yield Gap(size=measures.pad, sticks=True)
    if one.question.overall:
        yield from _list_framed(questionnaire, one, measures)
    else:
        yield from _list_asking(questionnaire, one, REGULAR, measures)
        yield from _list_answer(one, measures)
    yield Gap(size=measures.body * 0.7)


def _list_asking(
    questionnaire: Questionnaire, one: Numbered, font: str, measures: Measures
) -> Iterator[Asking]:
    pieces = _divide_question(questionnaire, one, font, measures.width - measures.indent, measures)
    for place, (text, notes) in enumerate(pieces):
        yield Asking(
            number="" if place else f"{one.number}.",
            text=text,
            notes=notes,
            width=measures.width,
            indent=measures.indent,
            sticks=True,
        )


def _list_framed(questionnaire: Questionnaire, one: Numbered, measures: Measures) -> Iterator[Part]:
    """In bold, with its options beside it where they leave it room; unframed where no page would hold it."""
    pad = measures.pad * 1.5
    inner = replace(measures, width=measures.width - 2 * pad)
    options = put_in_line(one.labels, inner)
    aside = inner.width - sum(options.cells)
    beside = list(_list_asking(questionnaire, one, BOLD, replace(inner, width=max(aside, inner.width / 3))))
    if aside >= inner.width / 3 and len(beside) == 1 and len(beside[0].text.lines) <= 2:
        parts: tuple[Part, ...] = (Beside(left=beside[0], right=options, aside=aside),)
    else:
        parts = (*_list_asking(questionnaire, one, BOLD, inner), *list_options(one.labels, inner))
    framed = Framed(parts=parts, width=measures.width, pad=pad)
    yield from (framed,) if framed.height <= 2 * measures.tallest else parts


def _list_answer(one: Numbered, measures: Measures) -> Iterator[Part]:
    if one.labels:
        yield from list_options(one.labels, measures)
        return
    most = get_type(one.question.type).max_length(one.question)
    yield Ruled(
        width=measures.width if most else measures.indent + 40 * MM,
        indent=measures.indent,
        pitch=measures.pitch,
        size=measures.body,
        count=min(measures.lines, -(-most // _A_LINE)) if most else 1,
    )


def _list_reasons(measures: Measures) -> Iterator[Part]:
    text = _("Nội dung nào chưa hài lòng, xin ghi số của nội dung và lý do (không bắt buộc):")
    yield from list_lines(text, BOLD, measures.small, measures, sticks=True)
    yield Ruled(
        width=measures.width,
        indent=0,
        pitch=measures.pitch,
        size=measures.small,
        count=measures.lines,
        lead=_("Nội dung số"),
    )
    yield Gap(size=measures.body * 0.7)
