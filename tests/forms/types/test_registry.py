"""Every type does its duties."""

from pathlib import Path

import pytest

from forms.types.base import AnswerProblem
from forms.types.registry import QUESTION_TYPES, get_type

TEMPLATES = Path(__file__).parents[3] / "survey" / "web" / "templates" / "resident" / "types"

TALLIES = [
    ("satisfaction2", "q01", "not_satisfied", [("not_satisfied", 1)], "Chưa hài lòng"),
    ("satisfaction3", "q01", "no_opinion", [("no_opinion", 1)], "Không có ý kiến"),
    ("likert5", "q01", "4", [("4", 1)], "Hài lòng"),
    ("single", "water", "well", [("well", 1)], "Nước giếng"),
    ("multiple", "works", ["road", "school"], [("road", 1), ("school", 1)], "Đường, Trường"),
    ("yesno", "met", "yes", [("yes", 1)], "Có"),
    ("number", "people", 4, [("answered", 1), ("sum", 4)], "4"),
    ("short_text", "job", "", [], ""),
]


@pytest.mark.parametrize(("name", "code", "answer", "counted", "words"), TALLIES)
def test_an_answer_is_counted_and_shown(tiny, name, code, answer, counted, words):
    question = tiny(name).question(code)
    kind = get_type(question.type)
    assert kind.name == name
    assert list(kind.tally(question, answer)) == counted
    assert kind.display(question, answer, "vi") == words


def test_every_type_has_a_tiny_questionnaire():
    assert {row[0] for row in TALLIES} | {"long_text"} == set(QUESTION_TYPES)


@pytest.mark.parametrize("kind", QUESTION_TYPES.values(), ids=list(QUESTION_TYPES))
def test_every_type_has_its_template(kind):
    assert (TEMPLATES / kind.template).is_file()


def test_a_blank_answer_is_none_and_a_strange_one_a_problem(tiny):
    for name, code in (("single", "water"), ("multiple", "works"), ("yesno", "met"), ("likert5", "q01")):
        question = tiny(name).question(code)
        kind = get_type(question.type)
        assert kind.parse(question, ["", ""], "") is None
        with pytest.raises(AnswerProblem):
            kind.parse(question, ["x"], "")


def test_every_reason_for_refusing_is_told(tiny):
    question = tiny("satisfaction2").question("q01")
    with pytest.raises(AnswerProblem) as error:
        get_type(question.type).parse(question, ["x"], "y" * 501)
    assert len(error.value.messages) == 2
