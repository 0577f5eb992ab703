"""Paper ballots keyed one by one, without a number: a key per content, added up into the sheet's fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from forms.questionnaire import Question
from survey.domain.errors import DomainError
from survey.domain.paper_counts import (
    NO_ANSWER,
    NOT_SATISFIED,
    SheetLayout,
    content_field,
    invalid_field,
    read_count,
)
from translations.catalogue import LazyText, lazy

BALLOT_KEYS = "0123456789"
"""On a keyed ballot: 0 is a blank, 1 the first option of a content, 2 the second, and so on."""
INVALID_MARK = "x:"


def read_ballot(layout: SheetLayout, typed: str) -> str:
    """A ballot as a person types it: its keys, however spaced, or `x` and the number of a reason.

    Raises:
        DomainError: it is none.
    """
    ballot = "".join(typed.split()).lower()
    if ballot.startswith("x"):
        ballot = INVALID_MARK + _reason_at(layout, ballot.removeprefix("x"))
    elif "x" in ballot:
        raise DomainError(
            lazy("Chữ x là phiếu không hợp lệ: xóa các phím khác, chỉ gõ x và số của lý do, ví dụ x1.")
        )
    if problem := check_ballot(layout, ballot):
        raise DomainError(problem)
    return ballot


def write_ballot(layout: SheetLayout, ballot: str) -> str:
    """What a person types for a ballot."""
    if not ballot.startswith(INVALID_MARK):
        return ballot
    codes = [reason.code for reason in layout.reasons]
    return f"x{codes.index(ballot.removeprefix(INVALID_MARK)) + 1}"


def check_ballot(layout: SheetLayout, ballot: str) -> LazyText | None:
    """What is wrong with a keyed ballot: a key per content in their order, or `x:` and a reason."""
    if ballot.startswith(INVALID_MARK):
        known = {reason.code for reason in layout.reasons}
        return None if ballot.removeprefix(INVALID_MARK) in known else lazy("Không có lý do này.")
    if len(ballot) != len(layout.contents):
        return lazy("Phiếu phải có đủ %(n)s nội dung.", n=len(layout.contents))
    for key, question in zip(ballot, layout.contents, strict=True):
        if key not in BALLOT_KEYS[: len(question.option_codes) + 1]:
            return lazy(
                "Phím “%(key)s” không có trong nội dung “%(content)s”.", key=key, content=question.text
            )
        if key == "0" and not layout.counts_blanks:
            return lazy("Bỏ trống một nội dung thì phiếu không hợp lệ theo bộ quy định.")
    if not ballot.strip("0"):
        return lazy("Phiếu không trả lời nội dung nào là phiếu không hợp lệ.")
    return None


def add_up(layout: SheetLayout, ballots: Sequence[str]) -> dict[str, str]:
    """The fields that keyed ballots fill: valid, invalid by reason, every option, and *any*."""
    counts: Counter[str] = Counter(dict.fromkeys(_summed_fields(layout), 0))
    for ballot in ballots:
        if ballot.startswith(INVALID_MARK):
            counts[invalid_field(ballot.removeprefix(INVALID_MARK))] += 1
            continue
        counts["valid"] += 1
        chosen = [
            _option_at(layout, question, key) for question, key in zip(layout.contents, ballot, strict=True)
        ]
        counts.update(
            content_field(question.code, option)
            for question, option in zip(layout.contents, chosen, strict=True)
        )
        counts["any_not_satisfied"] += NOT_SATISFIED in chosen
    return {name: str(count) for name, count in counts.items()}


def _summed_fields(layout: SheetLayout) -> Iterable[str]:
    return (name for name in layout.fields if name not in ("issued", "returned", "set_aside"))


def _reason_at(layout: SheetLayout, number: str) -> str:
    """The code of the reason with this number; an empty one for a number that no reason has."""
    place = read_count(number) or 0
    return layout.reasons[place - 1].code if 1 <= place <= len(layout.reasons) else ""


def _option_at(layout: SheetLayout, question: Question, key: str) -> str:
    return NO_ANSWER if key == "0" else question.option_codes[int(key) - 1]
