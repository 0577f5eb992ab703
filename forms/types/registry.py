"""Every question type that exists, by name. A new one is one class, one template, one test questionnaire."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from forms.types.base import QuestionType
from forms.types.choice import MULTIPLE, SINGLE
from forms.types.likert import FIVE_LEVELS
from forms.types.number import NUMBER
from forms.types.satisfaction import THREE_LEVELS, TWO_LEVELS
from forms.types.text import LONG_TEXT, SHORT_TEXT
from forms.types.yesno import YES_NO

_ALL = (TWO_LEVELS, THREE_LEVELS, FIVE_LEVELS, SINGLE, MULTIPLE, YES_NO, NUMBER, SHORT_TEXT, LONG_TEXT)

QUESTION_TYPES: Mapping[str, QuestionType] = MappingProxyType({kind.name: kind for kind in _ALL})


def get_type(name: str) -> QuestionType:
    """The question type of this name, else KeyError."""
    return QUESTION_TYPES[name]
