"""What the fields of a paper sheet are called, on pages, in files and in messages."""

from __future__ import annotations

from collections.abc import Mapping

from forms.questionnaire import Question
from survey.domain.paper_counts import NO_ANSWER, SheetLayout, content_field, invalid_field
from translations.catalogue import LazyText, lazy

HEAD_NAMES: Mapping[str, LazyText] = {
    "issued": lazy("Số phiếu phát ra"),
    "returned": lazy("Số phiếu thu về"),
    "set_aside": lazy("Số phiếu để riêng, không tính"),
    "valid": lazy("Số phiếu hợp lệ"),
    "any_not_satisfied": lazy("Số phiếu có ít nhất một nội dung “Chưa hài lòng”"),
}
BLANK = lazy("Không trả lời")


def name_option(question: Question, option: str) -> str:
    """What an option of a content is called, blanks among them."""
    return str(BLANK) if option == NO_ANSWER else str(question.option(option).label)


def name_fields(layout: SheetLayout) -> dict[str, LazyText]:
    """What each field is called, standing alone; contents go by their number on the ballot."""
    names = dict(HEAD_NAMES)
    for reason in layout.reasons:
        names[invalid_field(reason.code)] = lazy("Không hợp lệ: %(reason)s", reason=reason.label)
    for number, question in enumerate(layout.contents, start=1):
        for option in layout.options_of(question):
            label = BLANK if option == NO_ANSWER else question.option(option).label
            names[content_field(question.code, option)] = lazy(
                "Nội dung %(number)s, %(option)s", number=number, option=label
            )
    return {name: names[name] for name in layout.fields}
