"""Reading aloud: the recordings of a commune, found by the words that they read.

A recording belongs to a commune, a language and the SHA-256 of the Vietnamese words. “Hài lòng” is read once
for all questions that offer it; words that change lose their recording.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from unicodedata import normalize

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, undefer

from forms.questionnaire import Questionnaire
from forms.types.registry import get_type
from forms.wording import Text
from survey.domain.clock import now
from survey.domain.errors import DomainError, NotFound
from survey.domain.languages import read_language
from survey.domain.sound import ENDINGS, Sound
from survey.services.audit import record
from survey.services.round_checks import get_questionnaire
from survey.services.snapshots import read_snapshot
from survey.store.audio import AudioClip, AudioFile, AudioLanguage
from survey.store.rounds import Round, RoundState
from survey.store.upsert import insert_if_new
from translations.catalogue import DEFAULT_LOCALE, lazy

Place = tuple[str, str]
"""A question's code and an option's, or "" for the question itself."""


@dataclass(frozen=True)
class Words:
    """Words to read, and every place where they stand."""

    text: Text
    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        """What a file with these words is called: `q01`, `q01-satisfied`."""
        return name_place(self.places[0])

    @cached_property
    def hash(self) -> bytes:
        return hash_words(self.text)


@dataclass(frozen=True)
class Clip:
    """A recording as it is served."""

    digest: str
    mime: str
    seconds: float

    @property
    def ending(self) -> str:
        return ENDINGS[self.mime]


@dataclass(frozen=True)
class Listening:
    """What a resident can hear: the languages (code, name), the chosen one or "", and what is read in it."""

    languages: tuple[tuple[str, str], ...]
    language: str
    read: tuple[tuple[Place, Clip], ...]

    @cached_property
    def clips(self) -> Mapping[Place, Clip]:
        return dict(self.read)


def hash_words(text: Text) -> bytes:
    return sha256(normalize("NFC", " ".join(text.say(DEFAULT_LOCALE).split())).encode()).digest()


def name_place(place: Place) -> str:
    return "-".join(filter(None, place))


def list_words(questionnaire: Questionnaire) -> list[Words]:
    """All words to read, each once, in the order in which they first stand."""
    places: dict[bytes, list[Place]] = {}
    texts: dict[bytes, Text] = {}
    for place, text in _list_places(questionnaire):
        key = hash_words(text)
        places.setdefault(key, []).append(place)
        texts.setdefault(key, text)
    return [Words(texts[key], tuple(found)) for key, found in places.items()]


def _list_places(questionnaire: Questionnaire) -> list[tuple[Place, Text]]:
    return [
        (place, text)
        for question in questionnaire.questions
        for place, text in (
            ((question.code, ""), question.text),
            *(
                ((question.code, option.code), option.label)
                for option in get_type(question.type).options(question)
            ),
        )
    ]


def find_words(words: Sequence[Words], file_name: str) -> Words | None:
    """The words that a file is named after: `q01.mp3`, `Q01-satisfied.m4a`, `q01.satisfied (1).ogg`."""
    stem = re.sub(r"\s*\(\d+\)$", "", file_name.rpartition(".")[0].strip())
    wanted = _spell(stem)
    return next((one for one in words if any(_spell(name_place(at)) == wanted for at in one.places)), None)


def _spell(name: str) -> str:
    return re.sub(r"[\W_]+", "-", name.lower())


def questionnaire_to_read(session: Session, round_: Round) -> Questionnaire:
    """What the round froze, or for a draft what it would."""
    if round_.state is RoundState.DRAFT:
        return get_questionnaire(round_.questionnaire_key)
    return read_snapshot(session, round_).questionnaire


def list_languages(session: Session, unit_id: int) -> list[AudioLanguage]:
    """The languages that a commune added, with or without clips."""
    statement = select(AudioLanguage).where(AudioLanguage.unit_id == unit_id).order_by(AudioLanguage.name)
    return list(session.scalars(statement))


def list_clips(session: Session, unit_id: int) -> dict[str, dict[bytes, Clip]]:
    """A commune's clips by language and words; one query, and nothing more where there is none."""
    rows = session.execute(
        select(AudioClip.language, AudioClip.words_hash, AudioClip.digest, AudioFile.mime, AudioFile.seconds)
        .join(AudioFile, AudioFile.digest == AudioClip.digest)
        .where(AudioClip.unit_id == unit_id)
    )
    clips: dict[str, dict[bytes, Clip]] = {}
    for language, words_hash, digest, mime, seconds in rows:
        clips.setdefault(language, {})[words_hash] = Clip(digest, mime, seconds)
    return clips


def find_listening(
    session: Session, unit_id: int, questionnaire: Questionnaire, language: str
) -> Listening | None:
    """What can be heard of a questionnaire in a commune, or None where nothing can."""
    kept = list_clips(session, unit_id)
    if not kept:
        return None
    places = [(place, hash_words(text)) for place, text in _list_places(questionnaire)]
    fitting = {code for code, clips in kept.items() if any(key in clips for _, key in places)}
    names = tuple((one.code, one.name) for one in list_languages(session, unit_id) if one.code in fitting)
    if not names:
        return None
    chosen = kept[language] if language in fitting else {}
    read = tuple((place, chosen[key]) for place, key in places if key in chosen)
    return Listening(names, language if language in fitting else "", read)


def find_file(session: Session, digest: str) -> AudioFile | None:
    """A recording with its bytes."""
    return session.get(AudioFile, digest, options=[undefer(AudioFile.content)])


def add_language(session: Session, unit_id: int, code: str, name: str = "", *, by: int | None) -> str:
    """Make room for a language's clips and return its code; one that is there already stays as it is."""
    code, name = read_language(code, name)
    if insert_if_new(session.connection(), AudioLanguage, {"unit_id": unit_id, "code": code, "name": name}):
        record(session, by, "audio.add_language", unit_id=unit_id, language=name)
    return code


def get_language(session: Session, unit_id: int, code: str) -> AudioLanguage:
    found = session.get(AudioLanguage, (unit_id, code))
    if found is None:
        raise NotFound(lazy("Xã chưa thêm ngôn ngữ này."))
    return found


def add_clips(
    session: Session, unit_id: int, language: str, sounds: Mapping[Words, Sound], *, by: int | None
) -> None:
    """Keep recordings of words; each takes the place of an earlier one of the same words."""
    name = get_language(session, unit_id, language).name
    replaced: list[str] = []
    for words, sound in sounds.items():
        kept = {"mime": sound.mime, "seconds": sound.seconds, "content": sound.content}
        insert_if_new(session.connection(), AudioFile, {"digest": sound.digest, **kept})
        clip = session.get(AudioClip, (unit_id, language, words.hash))
        if clip is None:
            clip = AudioClip(unit_id=unit_id, language=language, words_hash=words.hash)
            session.add(clip)
        elif clip.digest != sound.digest:
            replaced.append(clip.digest)
        clip.question, clip.option = words.places[0]
        clip.digest, clip.uploaded_at, clip.uploaded_by = sound.digest, now(), by
    _forget_unused(session, replaced)
    if sounds:
        clips = ", ".join(words.name for words in sounds)
        record(session, by, "audio.add", unit_id=unit_id, language=name, clips=clips)


def remove_clips(
    session: Session, unit_id: int, language: str, words: Sequence[Words], *, by: int | None
) -> int:
    """Take recordings away, the files with them; returns how many there were."""
    name = get_language(session, unit_id, language).name
    found = [
        clip for one in words if (clip := session.get(AudioClip, (unit_id, language, one.hash))) is not None
    ]
    for clip in found:
        session.delete(clip)
    _forget_unused(session, [clip.digest for clip in found])
    if found:
        clips = ", ".join(name_place((clip.question, clip.option)) for clip in found)
        record(session, by, "audio.remove", unit_id=unit_id, language=name, clips=clips)
    return len(found)


def remove_language(
    session: Session, unit_id: int, code: str, *, with_clips: bool = False, by: int | None
) -> None:
    """Take a language away, and its clips where that is meant.

    Raises:
        DomainError: it still has clips, and they were not to go with it.
    """
    language = get_language(session, unit_id, code)
    mine = (AudioClip.unit_id == unit_id) & (AudioClip.language == code)
    digests = list(session.scalars(select(AudioClip.digest).where(mine)))
    if digests and not with_clips:
        raise DomainError(lazy("Ngôn ngữ này còn đoạn đọc. Xin gỡ hết các đoạn trước."))
    session.execute(delete(AudioClip).where(mine))
    _forget_unused(session, digests)
    session.delete(language)
    record(session, by, "audio.remove_language", unit_id=unit_id, language=language.name)


def _forget_unused(session: Session, digests: Sequence[str]) -> None:
    """Delete files that no clip plays any more; what was taken away has no address."""
    session.flush()
    unused = ~exists().where(AudioClip.digest == AudioFile.digest)
    session.execute(delete(AudioFile).where(AudioFile.digest.in_(digests), unused))
