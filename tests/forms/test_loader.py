"""Questionnaires out of files: the shipped ones are right, mistaken ones say everything."""

from pathlib import Path

import pytest

from forms.criteria import shipped_criteria
from forms.loader import load_questionnaire, shipped_questionnaires
from forms.problems import DataError

FOLDER = Path(__file__).parent / "questionnaires"


def problem_places(path: Path) -> list[str]:
    with pytest.raises(DataError) as error:
        load_questionnaire(path)
    return sorted(problem.place for problem in error.value.problems)


def test_a_file_with_ten_mistakes_reports_all_ten_with_their_places():
    assert problem_places(FOLDER / "ten_mistakes.toml") == [
        "[section 1] q01.code",
        "[section 1] q01.criterion",
        "[section 1] q01.text",
        "[section 1] q02.overall",
        "[section 2] q04.options[3].label",
        "[section 2] q05.show_if.options",
        "key",
        "kind",
        "sponsor",
        "version",
    ]


@pytest.mark.parametrize(
    ("before", "after", "place"),
    [
        ('type = "satisfaction2"', 'type = "stars"', "[section 1] q01.type"),
        ('code = "q02"', 'code = "q02_reason"', "[section 1] q02_reason.code"),
        ('code = "q02"', 'code = "key"', "[section 1] key.code"),
        ('code = "q02"\n', "", "[section 1] questions[2].code"),
        ('criterion = "ntm-02"', "required = true", "[section 1] q01.required"),
        ('criterion = "ntm-02"', "minimum = 1", "[section 1] q01.minimum"),
        ('criterion = "ntm-02"', "overall = true", "[section 1] q03.overall"),
        ('criterion = "ntm-02"', "max_length = 0", "[section 1] q01.max_length"),
        ('type = "long_text"', 'type = "long_text"\noverall = true', "[section 1] y_kien.overall"),
        ('criterion = "ntm-02"', 'show_if = {question = "q02", options = ["satisfied"]}',
         "[section 1] q01.show_if.question"),
        ('criterion = "ntm-02"', 'options = [{code = "good", label = {vi = "Tốt", en = "Good"}}]',
         "[section 1] q01.options"),
        ('en = "Overall"', 'en = ""', "[section 1] q03.text.en"),
        ('en = "Overall"', 'en = "Overall", fr = "En somme"', "[section 1] q03.text"),
    ],
)  # fmt: skip
def test_one_mistake_is_named_at_its_place(tmp_path, before, after, place):
    right = (FOLDER / "satisfaction2.toml").read_text(encoding="utf-8")
    assert before in right
    wrong = tmp_path / "wrong.toml"
    wrong.write_text(right.replace(before, after, 1), encoding="utf-8")
    assert place in problem_places(wrong)


def test_an_empty_file_reports_what_is_missing(tmp_path):
    path = tmp_path / "empty.toml"
    path.write_text("", encoding="utf-8")
    assert {"key", "title", "sections"} <= set(problem_places(path))


def test_the_shipped_questionnaires_have_the_contents_of_the_domain():
    shipped = shipped_questionnaires()
    contents = {key: len(questionnaire.contents) for key, questionnaire in shipped.items()}
    assert contents == {"xa-ntm": 18, "xa-nang-cao": 10, "huyen-2019": 10, "phan-hoi": 7}
    overall = {
        key: questionnaire.overall and questionnaire.overall.code for key, questionnaire in shipped.items()
    }
    assert overall == {"xa-ntm": "q19", "xa-nang-cao": "q11", "huyen-2019": "q11", "phan-hoi": "q08"}


def test_the_shipped_questionnaires_are_drafts_that_say_so_in_both_languages():
    for questionnaire in shipped_questionnaires().values():
        assert questionnaire.status == "draft"
        assert questionnaire.languages == {"vi", "en"}
        assert "Mặt trận" in questionnaire.note.say("vi")
        assert questionnaire.questions[-1].code == "y_kien"


def test_the_labels_of_a_scale_are_part_of_the_questionnaire():
    question = shipped_questionnaires()["xa-ntm"].question("q02")
    assert [option.label.say("vi") for option in question.options] == ["Hài lòng", "Chưa hài lòng"]


def test_the_nineteen_criteria_name_their_decision():
    criteria = shipped_criteria()
    assert [criterion.number for criterion in criteria.values()] == list(range(1, 20))
    assert all("318/QĐ-TTg" in criterion.source for criterion in criteria.values())
    asked = {question.criterion for question in shipped_questionnaires()["xa-ntm"].contents}
    assert "" not in asked
