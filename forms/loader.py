"""Questionnaires out of TOML files, with all their mistakes told at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from forms.criteria import shipped_criteria
from forms.definition import check_questionnaire, question_place
from forms.problems import Reader, raise_problems, read_toml
from forms.questionnaire import (
    KINDS,
    LEVELS,
    STATUSES,
    Condition,
    Option,
    Question,
    Questionnaire,
    Section,
)
from forms.types.base import QuestionType
from forms.types.registry import QUESTION_TYPES
from forms.wording import Text

KEY = re.compile(r"[a-z][a-z0-9-]{0,39}")
# `key` and `<code>_reason` are names of other inputs of the page.
QUESTION_CODE = re.compile(r"(?!key$)(?!.*_reason$)[a-z][a-z0-9_]{0,19}")
OPTION_CODE = re.compile(r"[a-z0-9][a-z0-9_]{0,29}")


def load_questionnaire(path: Path | str) -> Questionnaire:
    """The questionnaire of a file; raises `DataError` with every problem and its place."""
    table, problems = read_toml(path)
    if problems:
        raise_problems(problems, Path(path).name)
    questionnaire = _read_questionnaire(Reader(table, "", problems))
    problems.extend(check_questionnaire(questionnaire))
    raise_problems(problems, Path(path).name)
    return questionnaire


@cache
def shipped_questionnaires() -> Mapping[str, Questionnaire]:
    """The questionnaires that come with the product, by key."""
    paths = sorted((Path(__file__).parent / "questionnaires").glob("*.toml"))
    loaded = [load_questionnaire(path) for path in paths]
    return MappingProxyType({questionnaire.key: questionnaire for questionnaire in loaded})


def _read_questionnaire(reader: Reader) -> Questionnaire:
    questionnaire = Questionnaire(
        key=reader.text("key", pattern=KEY),
        version=reader.text("version"),
        kind=reader.choice("kind", KINDS, default=KINDS[0]),
        level=reader.choice("level", LEVELS, default=LEVELS[0]),
        status=reader.choice("status", STATUSES, default=STATUSES[0]),
        title=reader.texts("title"),
        introduction=reader.texts("introduction", required=False),
        source=reader.texts("source"),
        note=reader.texts("note", required=False),
        sections=(),
    )
    languages = questionnaire.title.languages
    places = reader.tables("sections", place=lambda index, table: f"[section {index}]")
    sections = tuple(_read_section(section, index, languages) for index, section in enumerate(places, 1))
    reader.finish()
    return replace(questionnaire, sections=sections)


def _read_section(reader: Reader, number: int, languages: frozenset[str]) -> Section:
    def place(index: int, table: Mapping[str, Any]) -> str:
        code = table.get("code")
        return question_place(number, code if isinstance(code, str) else "", index)

    section = Section(
        code=reader.text("code", pattern=OPTION_CODE),
        title=reader.texts("title"),
        questions=tuple(
            _read_question(entry, languages) for entry in reader.tables("questions", place=place)
        ),
    )
    reader.finish()
    return section


def _read_question(reader: Reader, languages: frozenset[str]) -> Question:
    code = reader.text("code", pattern=QUESTION_CODE)
    kind = QUESTION_TYPES.get(reader.choice("type", tuple(QUESTION_TYPES)))
    accepts = kind.accepts if kind else _ALL_KEYS
    question = Question(
        code=code,
        type=kind.name if kind else "",
        text=reader.texts("text"),
        hint=reader.texts("hint", required=False),
        options=_read_options(reader, kind, languages) if "options" in accepts else _own(kind, languages),
        criterion=reader.choice("criterion", tuple(shipped_criteria()), required=False),
        required=reader.boolean("required"),
        overall=reader.boolean("overall") if "overall" in accepts else False,
        show_if=_read_condition(reader),
        max_length=reader.integer("max_length", required=False, minimum=1)
        if "max_length" in accepts
        else None,
        minimum=reader.integer("minimum", required=False) if "minimum" in accepts else None,
        maximum=reader.integer("maximum", required=False) if "maximum" in accepts else None,
    )
    reader.finish()
    return question


_ALL_KEYS = frozenset({"options", "overall", "max_length", "minimum", "maximum"})


def _own(kind: QuestionType | None, languages: frozenset[str]) -> tuple[Option, ...]:
    """The type's own options, in the languages of the questionnaire."""
    return tuple(
        Option(option.code, _in_languages(option.label, languages))
        for option in (kind.default_options() if kind else ())
    )


def _in_languages(text: Text, languages: frozenset[str]) -> Text:
    return Text.of({language: words for language, words in text.words if language in languages})


def _read_options(reader: Reader, kind: QuestionType | None, languages: frozenset[str]) -> tuple[Option, ...]:
    own = _own(kind, languages)
    if own and not reader.has("options"):
        return own
    options = []
    for entry in reader.tables("options", required=kind is not None):
        options.append(Option(entry.text("code", pattern=OPTION_CODE), entry.texts("label")))
        entry.finish()
    return tuple(options)


def _read_condition(reader: Reader) -> Condition | None:
    condition = reader.table_of("show_if", required=False)
    if condition is None:
        return None
    read = Condition(condition.text("question"), condition.strings("options"))
    condition.finish()
    return read
