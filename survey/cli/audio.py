"""`flask audio …`: the recordings that are read aloud to residents."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from survey.cli.running import fail, find_round_by_name, reading, round_option, writing
from survey.domain.errors import DomainError
from survey.domain.languages import SUGGESTED
from survey.domain.sound import Sound, check_sound
from survey.services.audio import (
    Words,
    add_clips,
    add_language,
    find_words,
    list_clips,
    list_languages,
    list_words,
    name_place,
    questionnaire_to_read,
    remove_clips,
    remove_language,
)
from survey.store.rounds import Round

group = AppGroup("audio", help="The recordings that are read aloud to residents.")
language_option = click.option(
    "--language", required=True, help=f"BCP 47 code. Named by themselves: {', '.join(SUGGESTED)}."
)
question_option = click.option("--question", help="The code of a question.")
option_option = click.option("--option", "option", default="", help="The code of one of its options.")


def _list_words(session: Session, round_: Round) -> list[Words]:
    return list_words(questionnaire_to_read(session, round_))


@group.command("add")
@round_option
@language_option
@click.option("--name", "language_name", default="", help="What a language without a known code is called.")
@question_option
@option_option
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
def add(
    name: str, language: str, language_name: str, question: str | None, option: str, files: tuple[Path, ...]
) -> None:
    """Keep recordings, all or none: FILES named after their words (q01.mp3, q01-satisfied.mp3), or one file
    for the words that --question and --option name."""
    if question and len(files) > 1:
        raise click.UsageError("--question takes one file.")
    with writing() as session:
        round_ = find_round_by_name(session, name)
        words = _list_words(session, round_)
        sounds: dict[Words, Sound] = {}
        for file in files:
            wanted = name_place((question, option)) + "." if question else file.name
            sounds[_get_words(words, wanted)] = _read_sound(file)
        code = add_language(session, round_.unit_id, language, language_name, by=None)
        add_clips(session, round_.unit_id, code, sounds, by=None)
    click.echo(f"recordings kept in {code}: {len(sounds)}")


def _get_words(words: list[Words], file_name: str) -> Words:
    return find_words(words, file_name) or fail(f"{file_name!r} names no question or option of this round")


def _read_sound(file: Path) -> Sound:
    try:
        return check_sound(file.read_bytes())
    except DomainError as problem:
        fail(f"{file}: {problem}")


@group.command("list")
@round_option
def show(name: str) -> None:
    """Print each language with how many of the round's words are read in it, then its recordings."""
    with reading() as session:
        round_ = find_round_by_name(session, name)
        words = _list_words(session, round_)
        clips = list_clips(session, round_.unit_id)
        for language in list_languages(session, round_.unit_id):
            kept = clips.get(language.code, {})
            found = [(one, kept[one.hash]) for one in words if one.hash in kept]
            click.echo(f"{language.code}\t{language.name}\t{len(found)}/{len(words)}")
            for one, clip in found:
                click.echo(f"  {one.name}\t{clip.seconds:.1f} s\t{clip.digest}.{clip.ending}")


@group.command("remove")
@round_option
@language_option
@question_option
@option_option
def remove(name: str, language: str, question: str | None, option: str) -> None:
    """Take a recording away, or without --question the whole language with all that was recorded in it."""
    with writing() as session:
        round_ = find_round_by_name(session, name)
        if question is None:
            remove_language(session, round_.unit_id, language, with_clips=True, by=None)
            click.echo(f"{language} removed")
            return
        words = _get_words(_list_words(session, round_), name_place((question, option)) + ".")
        if not remove_clips(session, round_.unit_id, language, [words], by=None):
            fail(f"{words.name} has no recording in {language}")
    click.echo(f"{words.name} removed")


commands = (group,)
