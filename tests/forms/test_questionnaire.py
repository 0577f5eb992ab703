"""The frozen snapshot: exact, canonical, in every language."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.loader import shipped_questionnaires
from forms.questionnaire import Questionnaire
from forms.wording import Text
from translations.catalogue import use_locale

NAMES = ["satisfaction2", "satisfaction3", "likert5", "single", "multiple", "number", "short_text", "show_if"]


@pytest.mark.parametrize("name", NAMES)
def test_a_snapshot_gives_back_the_same_questionnaire(tiny, name):
    questionnaire = tiny(name)
    again = Questionnaire.from_json(questionnaire.to_json())
    assert again == questionnaire
    assert again.to_json() == questionnaire.to_json()
    assert again.digest == questionnaire.digest


@given(st.dictionaries(st.sampled_from(["vi", "en", "pkh"]), st.text(min_size=1)))
def test_any_wording_survives_the_snapshot(words):
    questionnaire = replace(shipped_questionnaires()["phan-hoi"], title=Text.of(words))
    assert Questionnaire.from_json(questionnaire.to_json()) == questionnaire


def test_the_snapshot_is_canonical_json(tiny):
    document = tiny("satisfaction2").to_json()
    plain = json.loads(document)
    assert document == json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert "Hài lòng" in document
    assert "Not satisfied" in document


def test_a_changed_word_changes_the_digest(tiny):
    questionnaire = tiny("satisfaction2")
    assert replace(questionnaire, title=Text.of({"vi": "Khác"})).digest != questionnaire.digest


def test_the_overall_question_is_not_a_content(tiny):
    questionnaire = tiny("satisfaction2")
    assert [question.code for question in questionnaire.contents] == ["q01", "q02"]
    assert questionnaire.overall == questionnaire.question("q03")
    assert [question.code for question in questionnaire.questions] == ["q01", "q02", "q03", "y_kien"]


def test_a_text_is_said_in_the_language_of_the_moment_or_in_vietnamese():
    text = Text.of({"vi": "Đường", "en": "Roads"})
    assert str(text) == "Đường"
    with use_locale("en"):
        assert str(text) == "Roads"
    assert Text.of({"vi": "Đường"}).say("en") == "Đường"
    assert not Text()
