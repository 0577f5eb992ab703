"""The show-if path."""

from forms.conditions import visible_questions


def path(questionnaire, answers):
    return [question.code for question in visible_questions(questionnaire, answers)]


def test_a_question_shows_only_after_the_answer_that_it_waits_for(tiny):
    questionnaire = tiny("show_if")
    assert path(questionnaire, {}) == ["q01", "met"]
    assert path(questionnaire, {"met": "no"}) == ["q01", "met"]
    assert path(questionnaire, {"met": "yes"}) == ["q01", "met", "useful"]
    assert path(questionnaire, {"met": "yes", "useful": "no"}) == ["q01", "met", "useful", "why"]


def test_an_answer_to_a_hidden_question_opens_nothing(tiny):
    assert path(tiny("show_if"), {"met": "no", "useful": "no"}) == ["q01", "met"]


def test_one_of_several_choices_is_enough(tiny):
    questionnaire = tiny("show_if")
    assert path(questionnaire, {"met": ["maybe", "yes"]}) == ["q01", "met", "useful"]
