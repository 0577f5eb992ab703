"""Reading aloud: the recordings themselves, and the page on which a commune uploads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestedRangeNotSatisfiable, RequestEntityTooLarge

from survey.access import public, requires
from survey.application import settings
from survey.domain.errors import DomainError
from survey.domain.languages import SUGGESTED
from survey.domain.permissions import Permission
from survey.domain.sound import CLIP_BYTES, CLIP_SECONDS, ENDINGS, Sound, check_sound
from survey.services.audio import (
    Clip,
    Words,
    add_clips,
    add_language,
    find_file,
    find_words,
    get_language,
    list_clips,
    list_languages,
    list_words,
    questionnaire_to_read,
    remove_clips,
    remove_language,
)
from survey.services.rounds import get_round
from survey.store.rounds import Round
from survey.web.audio_forms import LanguageForm
from survey.web.context import actor, database
from survey.web.errors import let_through
from translations.catalogue import LazyText, lazy, ngettext
from translations.catalogue import gettext as _
from translations.numbers import format_count

blueprint = Blueprint("audio", __name__, template_folder="templates")

_UNNAMED = lazy("Tên tệp không ứng với câu nào. Xin đặt tên theo mã của câu, ví dụ q01.mp3.")
Refused = tuple[str, DomainError | LazyText]
"""A file's name, and why it was not kept."""


@blueprint.get("/am-thanh/<string(length=64):digest>.<any(mp3, m4a, wav, ogg):ending>")
@public
def play(digest: str, ending: str) -> Response:
    """A recording; its name is made of its bytes, so that whoever has it never asks again."""
    with database().read() as session:
        file = find_file(session, digest)
    if file is None or ENDINGS[file.mime] != ending:
        abort(404)
    response = Response(file.content, mimetype=file.mime)
    response.cache_control.public = response.cache_control.immutable = True
    response.cache_control.max_age = 31_536_000
    response.set_etag(digest)
    size = len(file.content)
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    return response


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_size(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    let_through(request.environ["wsgi.input"])
    limit = format_count(settings().upload_bytes // 2**20)
    sentence = _(
        "Các tệp gửi một lần cộng lại quá %(limit)s MB nên chưa đoạn nào được ghi. "
        "Xin quay lại và chọn ít tệp hơn.",
        limit=limit,
    )
    return render_template("error.html", status=413, sentence=sentence), 413


@blueprint.get("/dot/<int:round_id>/doc-thanh-tieng")
@blueprint.get("/dot/<int:round_id>/doc-thanh-tieng/<code>")
@requires(Permission.MANAGE_ROUND, on="round_id")
def show(round_id: int, code: str = "") -> ResponseReturnValue:
    """The languages, and what is recorded in one of them."""
    return _page(round_id, code, LanguageForm(formdata=None))


def _page(
    round_id: int,
    code: str,
    form: LanguageForm,
    problem: DomainError | None = None,
    refused: Sequence[Refused] = (),
    kept: int = 0,
) -> str:
    with database().read() as session:
        round_ = get_round(session, round_id)
        languages = list_languages(session, round_.unit_id)
        clips = list_clips(session, round_.unit_id)
        words = list_words(questionnaire_to_read(session, round_))
    form.offer({one: name for one, name in SUGGESTED.items() if one not in {own.code for own in languages}})
    return render_template(
        "audio/show.html",
        round=round_,
        languages=languages,
        clips=clips,
        chosen=next((one for one in languages if one.code == code), None),
        words=words,
        counts={one.code: _count(words, clips.get(one.code, {})) for one in languages},
        form=form,
        problem=problem,
        refused=refused,
        kept=kept,
        limits=(CLIP_BYTES // 2**20, CLIP_SECONDS, settings().upload_bytes // 2**20),
    )


def _count(words: Sequence[Words], clips: Mapping[bytes, Clip]) -> int:
    return sum(one.hash in clips for one in words)


@blueprint.post("/dot/<int:round_id>/doc-thanh-tieng/ngon-ngu")
@requires(Permission.MANAGE_ROUND, on="round_id")
def add(round_id: int) -> ResponseReturnValue:
    """Add a language of the commune: the one that is named, else the suggested one that is chosen."""
    form = LanguageForm()
    name = form.language.data or ""
    chosen = "" if name.strip() else form.code.data or ""
    try:
        with database().write() as session:
            unit_id = get_round(session, round_id).unit_id
            code = add_language(session, unit_id, chosen, name, by=actor().staff_id)
    except DomainError as problem:
        return _page(round_id, "", form, problem), 422
    return redirect(url_for("audio.show", round_id=round_id, code=code), 303)


@blueprint.post("/dot/<int:round_id>/doc-thanh-tieng/<code>/bo")
@requires(Permission.MANAGE_ROUND, on="round_id")
def drop(round_id: int, code: str) -> ResponseReturnValue:
    """Take a language without clips away."""
    try:
        with database().write() as session:
            unit_id = get_round(session, round_id).unit_id
            remove_language(session, unit_id, code, by=actor().staff_id)
    except DomainError as problem:
        return _page(round_id, code, LanguageForm(formdata=None), problem), 422
    flash(_("Đã bỏ ngôn ngữ."), "good")
    return redirect(url_for("audio.show", round_id=round_id), 303)


@blueprint.post("/dot/<int:round_id>/doc-thanh-tieng/<code>")
@requires(Permission.MANAGE_ROUND, on="round_id")
def upload(round_id: int, code: str) -> ResponseReturnValue:
    """Keep every good file that came, tell why others were not kept, and take one clip away (`remove`)."""
    with database().read() as session:
        round_ = get_round(session, round_id)
        get_language(session, round_.unit_id, code)
        words = list_words(questionnaire_to_read(session, round_))
    sounds, refused = _read_files(words)
    unwanted = [one for one in words if one.name == request.form.get("remove")]
    removed = _write(round_, code, sounds, unwanted)
    if refused:
        return _page(round_id, code, LanguageForm(formdata=None), refused=refused, kept=len(sounds)), 422
    _tell(len(sounds), removed)
    return redirect(url_for("audio.show", round_id=round_id, code=code), 303)


def _write(round_: Round, code: str, sounds: Mapping[Words, Sound], unwanted: Sequence[Words]) -> int:
    with database().write() as session:
        add_clips(session, round_.unit_id, code, sounds, by=actor().staff_id)
        return remove_clips(session, round_.unit_id, code, unwanted, by=actor().staff_id)


def _tell(kept: int, removed: int) -> None:
    if kept:
        flash(
            ngettext("Đã ghi %(n)s đoạn đọc.", "Đã ghi %(n)s đoạn đọc.", kept, n=format_count(kept)), "good"
        )
    if removed:
        flash(_("Đã gỡ đoạn đọc."), "good")
    if not kept and not removed:
        flash(_("Chưa có tệp nào được chọn."), "warn")


def _read_files(words: Sequence[Words]) -> tuple[dict[Words, Sound], list[Refused]]:
    """The recordings that came, those of a row of the page and those named after what they read."""
    sounds: dict[Words, Sound] = {}
    refused: list[Refused] = []
    for wanted, file in _list_files(words):
        name = file.filename or ""
        if wanted is None:
            refused.append((name, _UNNAMED))
            continue
        try:
            sounds[wanted] = check_sound(file.stream.read(CLIP_BYTES + 1))
        except DomainError as problem:
            refused.append((name, problem))
    return sounds, refused


def _list_files(words: Sequence[Words]) -> Iterable[tuple[Words | None, FileStorage]]:
    by_name = {one.name: one for one in words}
    for field, file in request.files.items(multi=True):
        if file.filename:
            yield by_name.get(field) or find_words(words, file.filename), file
