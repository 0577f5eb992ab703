"""Recordings follow their words, belong to one commune, and go when they are taken away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from forms.loader import shipped_questionnaires
from forms.questionnaire import Questionnaire
from forms.wording import Text
from survey.domain.errors import DomainError, NotFound
from survey.domain.sound import check_sound
from survey.services.audio import (
    Listening,
    add_clips,
    add_language,
    find_file,
    find_listening,
    find_words,
    hash_words,
    list_clips,
    list_languages,
    list_words,
    remove_clips,
    remove_language,
)
from survey.store.audio import AudioFile
from survey.store.base import Base
from survey.store.staff import AuditEvent
from tests.survey.services.communes import add_commune
from tests.survey.sounds import make_wav

ASKED = shipped_questionnaires()["xa-ntm"]
WORDS = {words.name: words for words in list_words(ASKED)}


def upload(database, unit_id: int, language: str, *names: str, tone: int = 0) -> None:
    with database.write() as session:
        add_language(session, unit_id, language, by=None)
        sounds = {
            WORDS[name]: check_sound(make_wav(tone=10 * tone + place)) for place, name in enumerate(names)
        }
        add_clips(session, unit_id, language, sounds, by=None)


def hear(database, unit_id: int, language: str, questionnaire: Questionnaire = ASKED) -> Listening | None:
    with database.read() as session:
        return find_listening(session, unit_id, questionnaire, language)


def count(database, model: type[Base]) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def reword(questionnaire: Questionnaire, code: str, words: str) -> Questionnaire:
    """The questionnaire with other Vietnamese words in one question."""
    sections = tuple(
        replace(
            section,
            questions=tuple(
                replace(one, text=Text.of({**one.text.as_dict(), "vi": words})) if one.code == code else one
                for one in section.questions
            ),
        )
        for section in questionnaire.sections
    )
    return replace(questionnaire, sections=sections)


def test_equal_words_are_read_once_for_all_their_places():
    assert len({words.hash for words in WORDS.values()}) == len(WORDS)
    satisfied = WORDS["q01-satisfied"]
    assert ("q19", "satisfied") in satisfied.places
    assert "q02-satisfied" not in WORDS
    every = [place for words in WORDS.values() for place in words.places]
    assert len(every) == len(set(every)) == 19 * 3 + 1


def test_words_are_the_same_in_any_normal_form_and_spacing():
    assert hash_words(Text.of({"vi": "Hài  lòng"})) == hash_words(Text.of({"vi": "Ha\u0300i lo\u0300ng "}))
    assert hash_words(Text.of({"vi": "Hài lòng"})) != hash_words(Text.of({"vi": "Không hài lòng"}))


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("q01.mp3", "q01"),
        ("Q01.MP3", "q01"),
        ("q01-satisfied.mp3", "q01-satisfied"),
        ("q01.satisfied.mp3", "q01-satisfied"),
        ("q07_not_satisfied (2).m4a", "q01-not_satisfied"),
        ("q02-satisfied.ogg", "q01-satisfied"),
    ],
)
def test_a_file_is_known_by_what_it_is_called(file_name, name):
    assert find_words(list(WORDS.values()), file_name) is WORDS[name]


@pytest.mark.parametrize("file_name", ["", "q01", "q1.mp3", "ghi âm 5.m4a", "q01-happy.mp3", "q0101.mp3"])
def test_a_file_of_another_name_belongs_nowhere(file_name):
    assert find_words(list(WORDS.values()), file_name) is None


def test_a_commune_without_recordings_offers_nothing(database, commune):
    assert hear(database, commune.id, "vi") is None
    with database.write() as session:
        add_language(session, commune.id, "ktv", by=None)
    assert hear(database, commune.id, "ktv") is None


def test_recordings_are_offered_where_their_words_stand(database, commune):
    upload(database, commune.id, "ktv", "q01", "q01-satisfied")
    listening = hear(database, commune.id, "ktv")
    assert listening is not None
    assert (listening.languages, listening.language) == ((("ktv", "Cơ Tu"),), "ktv")
    assert listening.clips.keys() == {("q01", "")} | {(f"q{n:02d}", "satisfied") for n in range(1, 20)}
    assert len({clip.digest for clip in listening.clips.values()}) == 2
    assert hash(listening) == hash(hear(database, commune.id, "ktv"))


def test_nothing_is_read_in_a_language_that_was_not_chosen_or_is_not_there(database, commune):
    upload(database, commune.id, "ktv", "q01")
    upload(database, commune.id, "vi", "q01", tone=1)
    for code in ("", "pac", "../", "KTV"):
        listening = hear(database, commune.id, code)
        assert listening is not None
        assert (listening.language, listening.clips) == ("", {})
        assert [name for _, name in listening.languages] == ["Cơ Tu", "Tiếng Việt"]


def test_words_that_changed_lose_their_recording(database, commune):
    upload(database, commune.id, "vi", "q01", "q02")
    changed = reword(ASKED, "q01", "Ông/bà có hài lòng về con đường mới không?")
    listening = hear(database, commune.id, "vi", changed)
    assert listening is not None
    assert listening.clips.keys() == {("q02", "")}


def test_a_language_that_reads_other_words_only_is_not_offered(database, commune):
    upload(database, commune.id, "vi", "q01")
    assert hear(database, commune.id, "vi", shipped_questionnaires()["phan-hoi"]) is None


def test_recordings_of_another_commune_are_not_offered(database, commune):
    other = add_commune(database, code="19900")
    upload(database, other.id, "vi", "q01")
    assert hear(database, commune.id, "vi") is None
    with database.write() as session, pytest.raises(NotFound):
        add_clips(session, commune.id, "vi", {WORDS["q01"]: check_sound(make_wav())}, by=None)


def test_a_new_recording_has_a_new_name_and_the_old_one_is_gone(database, commune):
    upload(database, commune.id, "vi", "q01", tone=1)
    before = hear(database, commune.id, "vi")
    upload(database, commune.id, "vi", "q01", tone=2)
    after = hear(database, commune.id, "vi")
    assert before is not None
    assert after is not None
    old, new = before.clips["q01", ""].digest, after.clips["q01", ""].digest
    assert old != new
    with database.read() as session:
        assert find_file(session, old) is None
        kept = find_file(session, new)
        assert kept is not None
        assert check_sound(kept.content).digest == new


def test_a_file_that_another_commune_plays_stays(database, commune):
    other = add_commune(database, code="19900")
    for unit_id in (commune.id, other.id):
        upload(database, unit_id, "vi", "q01")
    assert count(database, AudioFile) == 1
    with database.write() as session:
        assert remove_clips(session, commune.id, "vi", [WORDS["q01"]], by=None) == 1
    assert hear(database, commune.id, "vi") is None
    assert hear(database, other.id, "vi") is not None
    with database.write() as session:
        remove_language(session, other.id, "vi", with_clips=True, by=None)
    assert count(database, AudioFile) == 0


def test_a_language_goes_with_its_recordings_only_where_that_is_meant(database, commune):
    upload(database, commune.id, "vi", "q01")
    with pytest.raises(DomainError), database.write() as session:
        remove_language(session, commune.id, "vi", by=None)
    assert hear(database, commune.id, "vi") is not None
    with database.write() as session:
        assert remove_clips(session, commune.id, "vi", [WORDS["q01"], WORDS["q02"]], by=None) == 1
        remove_language(session, commune.id, "vi", by=None)
    with database.read() as session:
        assert list_languages(session, commune.id) == []
        assert list_clips(session, commune.id) == {}


def test_the_log_tells_what_was_recorded_and_taken_away(database, commune):
    upload(database, commune.id, "ktv", "q01", "q01-satisfied")
    upload(database, commune.id, "ktv", "q01", tone=3)
    with database.write() as session:
        remove_language(session, commune.id, "ktv", with_clips=True, by=None)
    with database.read() as session:
        events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == [
        "audio.add_language", "audio.add", "audio.add", "audio.remove_language",
    ]  # fmt: skip
    assert "q01, q01-satisfied" in events[1].detail
    assert all("Cơ Tu" in event.detail for event in events)
