"""What must hold between the parts of a questionnaire, beyond the shape of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from forms.problems import Problem
from forms.questionnaire import RATING_TYPES, Question, Questionnaire
from forms.types.registry import QUESTION_TYPES
from forms.wording import Text
from translations.catalogue import LazyText, lazy


def check_questionnaire(questionnaire: Questionnaire) -> list[Problem]:
    """Every contradiction, with its place; empty when the questionnaire can be used."""
    return [
        *_check_sections(questionnaire),
        *_check_questions(questionnaire),
        *_check_overall(questionnaire),
        *_check_languages(questionnaire),
    ]


def question_place(section: int, code: str, index: int) -> str:
    """Where a question stands in its file: `[section 2] q07`, or by number where it has no code."""
    return f"[section {section}] {code or f'questions[{index}]'}"


def _placed(questionnaire: Questionnaire) -> Iterator[tuple[str, Question]]:
    for number, section in enumerate(questionnaire.sections, start=1):
        for index, question in enumerate(section.questions, start=1):
            yield question_place(number, question.code, index), question


def _check_sections(questionnaire: Questionnaire) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, section in enumerate(questionnaire.sections, start=1):
        if section.code and section.code in seen:
            yield Problem(f"[section {number}] code", _repeated(section.code))
        seen.add(section.code)


def _check_questions(questionnaire: Questionnaire) -> Iterator[Problem]:
    earlier: dict[str, Question] = {}
    for place, question in _placed(questionnaire):
        if question.code and question.code in earlier:
            yield Problem(f"{place}.code", _repeated(question.code))
        yield from _check_options(place, question)
        yield from _check_condition(place, question, earlier)
        kind = QUESTION_TYPES.get(question.type)
        for key, message in kind.validate(question) if kind else ():
            yield Problem(f"{place}.{key}", message)
        if question.required and _is_rated(questionnaire, question):
            message = lazy("Bỏ trống nội dung đánh giá thì xử lý theo bộ quy định, không ghi required ở đây.")
            yield Problem(f"{place}.required", message)
        earlier.setdefault(question.code, question)


def _check_options(place: str, question: Question) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, option in enumerate(question.options, start=1):
        if option.code and option.code in seen:
            yield Problem(f"{place}.options[{index}].code", _repeated(option.code))
        seen.add(option.code)


def _check_condition(place: str, question: Question, earlier: Mapping[str, Question]) -> Iterator[Problem]:
    condition = question.show_if
    if condition is None or not condition.question:
        return
    asked = earlier.get(condition.question)
    if asked is None:
        message = lazy("Trước câu này không có câu hỏi nào mã “%(code)s”.", code=condition.question)
        yield Problem(f"{place}.show_if.question", message)
        return
    for code in condition.options:
        if code not in asked.option_codes:
            values = {"question": asked.code, "code": code}
            message = lazy("Câu “%(question)s” không có phương án “%(code)s”.", **values)
            yield Problem(f"{place}.show_if.options", message)


def _check_overall(questionnaire: Questionnaire) -> Iterator[Problem]:
    rated = [placed for placed in _placed(questionnaire) if _is_rated(questionnaire, placed[1])]
    overall = [placed for placed in _placed(questionnaire) if placed[1].overall]
    for place, _question in overall[1:]:
        yield Problem(f"{place}.overall", lazy("Mỗi phiếu chỉ có một câu đánh giá chung."))
    for place, question in overall[:1]:
        if not _is_rated(questionnaire, question):
            yield Problem(f"{place}.overall", lazy("Câu đánh giá chung phải cùng thang đo với các nội dung."))
        elif question is not rated[-1][1]:
            yield Problem(f"{place}.overall", lazy("Câu đánh giá chung phải đứng sau mọi nội dung khác."))
    if questionnaire.questions and all(question.overall for _place, question in rated):
        yield Problem("", lazy("Phiếu chưa có nội dung đánh giá nào."))


def _check_languages(questionnaire: Questionnaire) -> Iterator[Problem]:
    if not questionnaire.languages:
        return
    for place, text in _texts(questionnaire):
        for language in sorted(questionnaire.languages - text.languages if text else ()):
            yield Problem(place, lazy("Thiếu bản dịch “%(language)s”.", language=language))
        for language in sorted(text.languages - questionnaire.languages):
            yield Problem(place, lazy("Tên phiếu chưa có tiếng “%(language)s”.", language=language))


def _texts(questionnaire: Questionnaire) -> Iterator[tuple[str, Text]]:
    for key in ("introduction", "source", "note"):
        yield key, getattr(questionnaire, key)
    for number, section in enumerate(questionnaire.sections, start=1):
        yield f"[section {number}] title", section.title
    for place, question in _placed(questionnaire):
        yield f"{place}.text", question.text
        yield f"{place}.hint", question.hint
        yield from _labels(place, question)


def _labels(place: str, question: Question) -> Iterable[tuple[str, Text]]:
    for index, option in enumerate(question.options, start=1):
        yield f"{place}.options[{index}].label", option.label


def _is_rated(questionnaire: Questionnaire, question: Question) -> bool:
    return question.type in RATING_TYPES[questionnaire.kind]


def _repeated(code: str) -> LazyText:
    return lazy("Mã “%(code)s” đã dùng rồi.", code=code)
