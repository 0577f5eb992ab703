"""What one household said: option codes in one place, free words in another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from forms.types.base import AnswerValue

BlankRule = Literal["no_answer", "invalid"]
"""What a rated question without an answer is: no answer to it, or an invalid ballot."""


@dataclass(frozen=True)
class Submission:
    """The answers of one page that was sent, both by question code.

    `answers` holds option codes and numbers only and is ready for JSON. `texts` holds cleaned words
    (reasons and open answers) and is stored apart from it.
    """

    answers: dict[str, AnswerValue] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)


def is_blank(answers: Mapping[str, AnswerValue]) -> bool:
    """Whether nothing at all was chosen."""
    return not any(answer != [] for answer in answers.values())


def canonical_answers(answers: Mapping[str, AnswerValue]) -> bytes:
    """The same bytes for the same answers, in whatever order they and their options came."""
    return _canonical(_sorted_answers(answers))


def canonical_submission(submission: Submission) -> bytes:
    """The same bytes for the same answers and words."""
    return _canonical({"answers": _sorted_answers(submission.answers), "texts": submission.texts})


def _sorted_answers(answers: Mapping[str, AnswerValue]) -> dict[str, AnswerValue]:
    return {code: sorted(answer) if isinstance(answer, list) else answer for code, answer in answers.items()}


def _canonical(plain: Mapping[str, Any]) -> bytes:
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
