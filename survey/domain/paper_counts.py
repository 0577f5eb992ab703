"""A village's paper ballots in totals: what a sheet holds, and how its fields are read and written."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from forms.questionnaire import Question, Questionnaire
from survey.domain.rule_sets import InvalidReason, RuleSet
from translations.catalogue import LazyText, lazy

NO_ANSWER = "no_answer"
NOT_SATISFIED = "not_satisfied"
LARGEST = 1_000_000
_COUNT = re.compile(r"[0-9]{1,9}|[0-9]{1,3}([. \N{NO-BREAK SPACE}][0-9]{3}){1,2}")
_MARKS = re.compile(r"[. \N{NO-BREAK SPACE}]")
_HEAD = ("issued", "returned", "valid", "set_aside", "any_not_satisfied")


@dataclass(frozen=True, slots=True)
class SheetCounts:
    """A village's paper ballots in totals.

    `issued` forms were handed out, `returned` came back: valid, invalid (by reason) or set aside since
    their household had answered another way first. `contents` counts valid ballots by question and
    option, blanks under `NO_ANSWER`. `any_not_satisfied` counts ballots with at least one *chưa hài
    lòng*; None where only totals were counted, and then no more than its bounds is known.
    """

    issued: int
    returned: int
    valid: int
    invalid: Mapping[str, int]
    set_aside: int
    contents: Mapping[str, Mapping[str, int]]
    any_not_satisfied: int | None = None

    @property
    def counted(self) -> int:
        """Ballots that are a household's answer, valid or not."""
        return self.valid + sum(self.invalid.values())

    @property
    def any_bounds(self) -> tuple[int, int]:
        """The least and the most ballots that can hold a *chưa hài lòng*."""
        if self.any_not_satisfied is not None:
            return self.any_not_satisfied, self.any_not_satisfied
        against = [options.get(NOT_SATISFIED, 0) for options in self.contents.values()]
        return max(against, default=0), min(sum(against), self.valid)

    def to_json(self) -> str:
        """Canonical: equal counts give equal strings."""
        plain = {name: getattr(self, name) for name in self.__dataclass_fields__}
        plain["invalid"] = dict(self.invalid)
        plain["contents"] = {code: dict(options) for code, options in self.contents.items()}
        return json.dumps(plain, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> SheetCounts:
        return cls(**json.loads(text))


@dataclass(frozen=True)
class SumProblem:
    """A sum that is off, with the field at which it shows."""

    field: str
    message: LazyText


class SheetLayout:
    """The fields of a round's sheets, by its frozen questionnaire and rules."""

    def __init__(self, questionnaire: Questionnaire, rules: RuleSet) -> None:
        self.contents: tuple[Question, ...] = questionnaire.rated
        self.reasons: tuple[InvalidReason, ...] = rules.invalid_reasons
        self.counts_blanks = rules.blank == NO_ANSWER

    def options_of(self, question: Question) -> tuple[str, ...]:
        """The options that are counted, blanks last where the rules know them."""
        return (*question.option_codes, NO_ANSWER) if self.counts_blanks else question.option_codes

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The names of all fields, as forms and files have them."""
        invalid = (invalid_field(reason.code) for reason in self.reasons)
        contents = (
            content_field(question.code, option)
            for question in self.contents
            for option in self.options_of(question)
        )
        return ("issued", "returned", "set_aside", "valid", *invalid, *contents, "any_not_satisfied")

    def read(self, typed: Mapping[str, str]) -> SheetCounts | list[SumProblem]:
        """The counts that stand in the fields, or what is wrong with each field.

        An empty field of a reason or an option is 0; the head of the sheet must be filled in, but for
        `any_not_satisfied`.
        """
        numbers: dict[str, int | None] = {}
        problems: list[SumProblem] = []
        for name in self.fields:
            text = typed.get(name, "").strip()
            number = read_count(text)
            if number is None and (text or name in ("issued", "returned", "set_aside", "valid")):
                problems.append(SumProblem(name, _NEEDED if not text else _NO_NUMBER))
            numbers[name] = number
        return problems or self._collect(numbers)

    def _collect(self, numbers: Mapping[str, int | None]) -> SheetCounts:
        def of(name: str) -> int:
            return numbers[name] or 0

        return SheetCounts(
            issued=of("issued"),
            returned=of("returned"),
            valid=of("valid"),
            invalid={reason.code: of(invalid_field(reason.code)) for reason in self.reasons},
            set_aside=of("set_aside"),
            contents={
                question.code: {
                    option: of(content_field(question.code, option)) for option in self.options_of(question)
                }
                for question in self.contents
            },
            any_not_satisfied=numbers["any_not_satisfied"],
        )

    def write(self, counts: SheetCounts) -> dict[str, str]:
        """What stands in the fields for these counts."""
        numbers: dict[str, int | None] = {name: getattr(counts, name) for name in _HEAD}
        numbers |= {invalid_field(code): count for code, count in counts.invalid.items()}
        for code, options in counts.contents.items():
            numbers |= {content_field(code, option): count for option, count in options.items()}
        return {name: str(number) for name, number in numbers.items() if number is not None}


_NEEDED = lazy("Hãy điền số này; nếu không có phiếu nào thì ghi 0.")
_NO_NUMBER = lazy("Hãy ghi một số nguyên từ 0 trở lên.")


def invalid_field(reason: str) -> str:
    return f"invalid_{reason}"


def content_field(question: str, option: str) -> str:
    return f"{question}_{option}"


def read_count(text: str) -> int | None:
    """A whole number as people type it (`1.893`, ` 12 `), None for anything else (`12.5`, `1,893`)."""
    if not _COUNT.fullmatch(text.strip()):
        return None
    number = int(_MARKS.sub("", text))
    return number if number <= LARGEST else None


def list_differences(layout: SheetLayout, one: SheetCounts, other: SheetCounts) -> list[str]:
    """The fields in which two keyings of the same paper are not equal, in the order of the sheet."""
    first, second = layout.write(one), layout.write(other)
    return [name for name in layout.fields if first.get(name) != second.get(name)]


def to_plain(counts: SheetCounts) -> dict[str, Any]:
    """For a log or a record: plain JSON values."""
    plain: dict[str, Any] = json.loads(counts.to_json())
    return plain
