"""Catalogues follow the code: complete, fresh, and with the same placeholders; the check sees it when not."""

from __future__ import annotations

from pathlib import Path

import pytest

from translations.check import find_problems
from translations.messages import ROOT, catalogue_path, extract, list_messages
from translations.update import update

CODE = """
from translations.catalogue import gettext as _, lazy, ngettext, pgettext

_("Xã %(name)s chưa mở đợt lấy ý kiến.", name="")
lazy("Đóng đợt")
ngettext("%(n)s thôn", "%(n)s thôn", 3)
pgettext("nút", "Gửi")
"""

TEMPLATE = "{{ _('Bảng theo dõi') }} {% trans count=2 %}{{ count }} hộ{% endtrans %}"

ENGLISH = {
    "Xã %(name)s chưa mở đợt lấy ý kiến.": "Commune %(name)s has not opened a round.",
    "Đóng đợt": "Close the round",
    "Gửi": "Send",
    "Bảng theo dõi": "Scoreboard",
    "%(count)s hộ": "%(count)s households",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project whose English catalogue is complete."""
    (tmp_path / "app.py").write_text(CODE, encoding="utf-8")
    page = tmp_path / "survey" / "web" / "templates" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text(TEMPLATE, encoding="utf-8")
    update(tmp_path)
    text = read_english(tmp_path)
    for vietnamese, english in ENGLISH.items():
        text = text.replace(f'msgid "{vietnamese}"\nmsgstr ""', f'msgid "{vietnamese}"\nmsgstr "{english}"')
    text = text.replace('msgstr[0] ""', 'msgstr[0] "one village"').replace(
        'msgstr[1] ""', 'msgstr[1] "%(n)s villages"'
    )
    write_english(tmp_path, text)
    return tmp_path


def read_english(root: Path) -> str:
    return catalogue_path("en", root).read_text(encoding="utf-8")


def write_english(root: Path, text: str) -> None:
    catalogue_path("en", root).write_text(text, encoding="utf-8")


def test_the_projects_own_catalogues_are_complete():
    assert find_problems(ROOT) == []


def test_python_and_templates_give_their_messages(project):
    assert {str(message.id) for message in list_messages(extract(project))} >= ENGLISH.keys()


def test_a_complete_catalogue_has_no_problem_and_stays_as_it_is(project):
    assert find_problems(project) == []
    before = read_english(project)
    assert update(project) == {"vi": 0, "en": 0}
    assert read_english(project) == before


def test_vietnamese_fills_itself(project):
    text = catalogue_path("vi", project).read_text(encoding="utf-8")
    assert 'msgid "Đóng đợt"\nmsgstr "Đóng đợt"' in text
    assert 'msgid_plural "%(n)s thôn"\nmsgstr[0] "%(n)s thôn"' in text


def test_a_new_sentence_is_missing_until_translated(project):
    (project / "app.py").write_text(CODE + '_("Câu mới")\n', encoding="utf-8")
    assert sorted(find_problems(project)) == ["en: missing: 'Câu mới'", "vi: missing: 'Câu mới'"]
    assert update(project) == {"vi": 0, "en": 1}
    assert find_problems(project) == ["en: not translated: 'Câu mới'"]


def test_a_dropped_sentence_is_stale_until_updated(project):
    (project / "app.py").write_text(CODE.replace('lazy("Đóng đợt")', ""), encoding="utf-8")
    assert sorted(find_problems(project)) == [
        "en: stale, no longer in the code: 'Đóng đợt'",
        "vi: stale, no longer in the code: 'Đóng đợt'",
    ]
    update(project)
    assert find_problems(project) == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("Commune %(name)s has", "Commune %(nam)s has", "placeholders ['nam'] instead of ['name']"),
        ("Commune %(name)s has", "The commune has", "placeholders [] instead of ['name']"),
        ("Close the round", "Close the round ", "begins or ends with other white space"),
        ("Close the round", "Clo\u0301se the round", "not in composed letters (NFC)"),
        ("Close the round", "Close %% the round", "another number of %%"),
        ('msgid "Đóng đợt"', '#, fuzzy\nmsgid "Đóng đợt"', "fuzzy"),
        ('msgstr "Send"', 'msgstr ""', "not translated"),
    ],
)
def test_a_faulty_translation_is_named(project, old, new, problem):
    text = read_english(project)
    assert old in text
    write_english(project, text.replace(old, new))
    (found,) = find_problems(project)
    assert found.startswith(f"en: {problem}")


def test_a_sentence_in_decomposed_letters_is_refused(project):
    (project / "app.py").write_text(CODE + '_("Thôn A\u0301")\n', encoding="utf-8")
    assert any("NFC" in problem for problem in find_problems(project))
