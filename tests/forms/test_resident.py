"""What a resident's page sends: taken whole, or told politely what is wrong."""

import secrets
from unicodedata import normalize

import pytest
from werkzeug.datastructures import MultiDict

from forms.loader import shipped_questionnaires
from forms.resident import new_submission_key, parse_submission

KEY = "A" * 22


def send(questionnaire, *inputs, blank="no_answer", locale="vi", key=KEY):
    return parse_submission(questionnaire, MultiDict([("key", key), *inputs]), locale, blank=blank)


def test_a_complete_page_becomes_a_submission_with_reasons_apart(tiny):
    parsed = send(
        tiny("satisfaction2"),
        ("q01", "satisfied"),
        ("q02", "not_satisfied"),
        ("q02_reason", " Hay mất điện\r\n"),
        ("q03", "satisfied"),
        ("y_kien", "Cảm ơn"),
        blank="invalid",
    )
    assert parsed.submission is not None
    assert parsed.submission.answers == {"q01": "satisfied", "q02": "not_satisfied", "q03": "satisfied"}
    assert parsed.submission.texts == {"q02": "Hay mất điện", "y_kien": "Cảm ơn"}
    assert (parsed.key, parsed.errors, parsed.form_error) == (KEY, {}, "")


def test_a_reason_beside_a_satisfied_or_missing_answer_is_kept(tiny):
    parsed = send(
        tiny("satisfaction2"), ("q01", "satisfied"), ("q01_reason", "Tốt"), ("q02_reason", "Chưa rõ")
    )
    assert parsed.submission is not None
    assert parsed.submission.texts == {"q01": "Tốt", "q02": "Chưa rõ"}


def test_blanks_are_absent_or_invalid_as_the_rule_set_says(tiny):
    questionnaire = tiny("satisfaction2")
    allowed = send(questionnaire, ("q01", "satisfied"), blank="no_answer")
    assert allowed.submission is not None
    assert allowed.submission.answers == {"q01": "satisfied"}
    refused = send(questionnaire, ("q01", "satisfied"), blank="invalid")
    assert refused.submission is None
    assert list(refused.errors) == ["q02", "q03"]


@pytest.mark.parametrize("blank", ["no_answer", "invalid"])
@pytest.mark.parametrize("inputs", [[], [("y_kien", "Tôi không chọn gì")], [("q01", "")]])
def test_a_page_without_any_rating_is_refused_as_a_whole(tiny, blank, inputs):
    parsed = send(tiny("satisfaction2"), *inputs, blank=blank)
    assert parsed.submission is None
    assert "chưa có câu trả lời" in parsed.form_error
    assert parsed.raw == {name: [value] for name, value in inputs}


def test_an_option_that_does_not_exist_is_an_error_at_its_question(tiny):
    parsed = send(tiny("satisfaction2"), ("q02", "no_opinion"), ("q01", "satisfied"))
    assert parsed.submission is None
    assert list(parsed.errors) == ["q02"]
    assert parsed.raw == {"q01": ["satisfied"], "q02": ["no_opinion"]}


def test_two_answers_to_one_question_are_an_error(tiny):
    parsed = send(tiny("satisfaction2"), ("q01", "satisfied"), ("q01", "not_satisfied"))
    assert list(parsed.errors) == ["q01"]


def test_a_megabyte_is_an_error_that_names_the_limit_and_keeps_what_was_typed(tiny):
    text = "ợ" * 1_000_000
    parsed = send(tiny("satisfaction2"), ("q01", "not_satisfied"), ("q01_reason", text), ("y_kien", text))
    assert parsed.submission is None
    assert list(parsed.errors) == ["q01", "y_kien"]
    assert "500" in parsed.errors["q01"]
    assert "2.000" in parsed.errors["y_kien"]
    assert parsed.raw["q01_reason"] == [text]


def test_errors_speak_the_language_of_the_page(tiny):
    parsed = send(tiny("satisfaction2"), ("q01", "satisfied"), ("y_kien", "x" * 2001), locale="en")
    assert "2,000" in parsed.errors["y_kien"]


def test_strange_characters_arrive_clean(tiny):
    typed = normalize("NFD", "Đường\x00 lầy \u202e👩\u200d🌾")
    parsed = send(tiny("satisfaction2"), ("q01", "not_satisfied"), ("q01_reason", typed))
    assert parsed.submission is not None
    assert parsed.submission.texts["q01"] == "Đường lầy 👩\u200d🌾"


def test_a_reason_limit_of_the_questionnaire_goes_before_the_usual_one(tiny):
    parsed = send(tiny("satisfaction3"), ("q01", "no_opinion"), ("q01_reason", "x" * 21))
    assert "20" in parsed.errors["q01"]


@pytest.mark.parametrize("key", ["", "short", "A" * 23, "A" * 21 + "=", "A" * 22 + "\n"])
def test_a_page_without_a_proper_key_is_asked_for_once_more(tiny, key):
    parsed = send(tiny("satisfaction3"), ("q01", "satisfied"), key=key)
    assert (parsed.submission, parsed.key) == (None, "")
    assert parsed.form_error
    assert parsed.raw == {"q01": ["satisfied"]}


def test_a_fresh_key_is_a_proper_one(tiny):
    assert send(tiny("satisfaction3"), ("q01", "satisfied"), key=new_submission_key()).submission
    assert new_submission_key() != new_submission_key()


def test_unknown_inputs_are_ignored(tiny):
    parsed = send(tiny("satisfaction3"), ("q01", "satisfied"), ("q99", "x"), ("csrf_token", "x"))
    assert parsed.submission is not None
    assert parsed.submission.answers == {"q01": "satisfied"}


@pytest.mark.parametrize(
    ("name", "code", "typed", "stored"),
    [
        ("single", "water", ["well"], "well"),
        ("multiple", "works", ["school", "road", "school"], ["road", "school"]),
        ("yesno", "met", ["no"], "no"),
        ("number", "people", [" 4 "], 4),
    ],
)
def test_each_type_stores_codes_or_a_number(tiny, name, code, typed, stored):
    parsed = send(tiny(name), ("q01", "satisfied"), *((code, value) for value in typed))
    assert parsed.submission is not None
    assert parsed.submission.answers == {"q01": "satisfied", code: stored}
    assert parsed.submission.texts == {}


@pytest.mark.parametrize("typed", ["0", "31", "bốn", "4.5", "1e1", "٤", "9" * 5000])
def test_a_number_out_of_reason_is_an_error(tiny, typed):
    assert list(send(tiny("number"), ("q01", "satisfied"), ("people", typed)).errors) == ["people"]


def test_words_of_an_open_question_are_not_among_the_answers(tiny):
    parsed = send(tiny("short_text"), ("q01", "satisfied"), ("job", "Làm ruộng"))
    assert parsed.submission is not None
    assert parsed.submission.answers == {"q01": "satisfied"}
    assert parsed.submission.texts == {"job": "Làm ruộng"}


def test_a_required_question_is_demanded_while_blank_ratings_are_not(tiny):
    assert list(send(tiny("single"), ("q01", "satisfied")).errors) == ["water"]


def test_hidden_questions_are_neither_demanded_nor_kept(tiny):
    questionnaire = tiny("show_if")
    hidden = send(questionnaire, ("q01", "satisfied"), ("met", "no"), ("useful", "junk"), ("why", "x"))
    assert hidden.submission is not None
    assert hidden.submission.answers == {"q01": "satisfied", "met": "no"}
    assert hidden.submission.texts == {}
    assert list(send(questionnaire, ("q01", "satisfied"), ("met", "yes")).errors) == ["useful"]


def test_question_codes_cannot_hide_parts_of_the_form(tiny):
    parsed = send(tiny("attribute_names"), ("q01", "satisfied"), ("validate", "yes"), ("submission", "chữ"))
    assert parsed.submission is not None
    assert parsed.submission.answers == {"q01": "satisfied", "validate": "yes"}
    assert parsed.submission.texts == {"submission": "chữ"}


def test_a_pulse_page_takes_levels(tiny):
    parsed = send(tiny("likert5"), ("q01", "5"))
    assert parsed.submission is not None
    assert parsed.submission.answers == {"q01": "5"}


def test_nineteen_answers_come_through_whole():
    questionnaire = shipped_questionnaires()["xa-ntm"]
    given = {question.code: secrets.choice(question.option_codes) for question in questionnaire.rated}
    parsed = send(questionnaire, *given.items(), blank="invalid")
    assert parsed.submission is not None
    assert parsed.submission.answers == given
