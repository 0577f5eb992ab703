"""The resident's pages: from a code to the questions, and from the answers to a receipt.

No cookie, no session, no script: a form that is posted to its own address. The page's random key
makes a repeated post the same submission. Language and text size go along in every address.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import RequestEntityTooLarge

from forms.answers import BlankRule
from forms.questionnaire import Questionnaire
from forms.resident import ParsedForm, parse_submission
from survey.access import public
from survey.application import database, settings, writer
from survey.domain.clock import now
from survey.domain.codes import RECEIPT_LENGTH, Code, CodeKind, normalise, parse_code
from survey.domain.errors import DomainError
from survey.services.audio import Listening, find_listening
from survey.services.entry import Entry, find_entry
from survey.services.snapshots import Snapshot, read_snapshot, recall_snapshot
from survey.services.submit import Acknowledgement, find_receipt
from survey.store.rounds import Round
from survey.web import preferences
from survey.web.errors import let_through
from survey.web.guessing import TOO_MANY_GUESSES, guess_throttle
from survey.web.honeypot import is_filled
from survey.web.legible import drop_illegible, legible
from survey.web.preferences import wants_large
from survey.web.refusals import (
    CLOSED,
    OUTCOMES,
    REVOKED,
    TOO_LARGE,
    Refusal,
    find_refusal,
    not_open,
    tell_outcome,
)
from survey.web.resident_pages import render_questions, show_questions, show_thanks
from translations.catalogue import DEFAULT_LOCALE, LazyText, get_locale, lazy, use_locale

blueprint = Blueprint("resident", __name__, template_folder="templates")
preferences.install(blueprint)

_UNKNOWN = lazy("Không có mã này. Xin xem lại từng chữ trên thẻ, hoặc hỏi người phát thẻ.")
_NOT_A_SLIP = lazy("Đây không phải mã trên thẻ mã hộ của đợt này. Xin xem lại thẻ.")
_MALFORMED_RECEIPT = lazy("Mã biên nhận gồm 12 chữ và số, chia thành ba nhóm bốn.")
_UNKNOWN_RECEIPT = lazy(
    "Không tìm thấy mã biên nhận này. Xin xem lại từng chữ; mã của đợt đã công bố lâu thì không tra được nữa."
)


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_size(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """The page was not read, not even its language; what was typed is still in the browser."""
    let_through(request.environ["wsgi.input"])
    with use_locale(request.args.get("lang", DEFAULT_LOCALE)):
        return _say(TOO_LARGE)


@blueprint.get("/")
@public
def home() -> str:
    return render_template("resident/home.html", typed=legible(request.args.get("ma", "")), problem=None)


@blueprint.get("/ma")
@public
def code_page() -> ResponseReturnValue:
    """Someone reloads, or changes the language of, the answer to a code that they typed."""
    return redirect(url_for("resident.home"), 303)


@blueprint.post("/ma")
@public
def enter_code() -> ResponseReturnValue:
    """Someone typed a code: send them to its page, or say at the field what is wrong with it."""
    typed = legible(request.form.get("code", ""))
    try:
        code = parse_code(typed)
    except DomainError as problem:
        return render_template("resident/home.html", typed=typed, problem=problem), 422
    return redirect(url_for("resident.open_code", code=code.grouped), 303)


@blueprint.get("/quyen-rieng-tu")
@public
def privacy() -> str:
    return render_template("resident/privacy.html")


@blueprint.get("/bien-nhan")
@public
def receipt_page() -> str:
    return render_template("resident/receipt.html", typed="", problem=None, round=None)


@blueprint.post("/bien-nhan")
@public
def check_receipt() -> ResponseReturnValue:
    """Whether a ballot was counted, and in which round; never a word of what it said."""
    typed = legible(request.form.get("code", ""))
    round_, problem = None, _MALFORMED_RECEIPT
    if len(normalise(typed)) == RECEIPT_LENGTH:
        round_, problem = _find_receipt(typed), _UNKNOWN_RECEIPT
    page = render_template(
        "resident/receipt.html", typed=typed, problem=None if round_ else problem, round=round_
    )
    return page, 200 if round_ else 422


def _find_receipt(receipt: str) -> Round | None:
    with database().read() as session:
        round_id = find_receipt(session, settings().code_secret, receipt)
        if round_id is None:
            return None
        return session.get_one(Round, round_id, options=[joinedload(Round.unit)])


@blueprint.get("/<code>")
@public
def open_code(code: str) -> ResponseReturnValue:
    entry = _find(code)
    if not isinstance(entry, Entry):
        return entry
    refusal = find_refusal(entry) or (None if entry.round.asks_at(now()) else CLOSED)
    if refusal:
        return _say(refusal, entry)
    if entry.asks_for_slip:
        return _ask_for_slip(entry, legible(request.args.get("ma", "")))
    questionnaire = _snapshot(entry).questionnaire
    return show_questions(entry, questionnaire, _listen(entry, questionnaire), large=wants_large())


@blueprint.post("/<code>")
@public
def answer(code: str) -> ResponseReturnValue:
    entry = _find(code)
    if not isinstance(entry, Entry):
        return entry
    if entry.revoked:
        return _say(REVOKED, entry)
    if entry.asks_for_slip:
        return _say(CLOSED, entry) if entry.round.closed_at else _open_slip_from_poster(entry)
    if not entry.round.has_begun_at(now()):
        return _say(not_open(entry.round), entry)
    snapshot = _snapshot(entry)
    blank: BlankRule = snapshot.rules.blank if snapshot.rules else "no_answer"
    parsed = parse_submission(snapshot.questionnaire, request.form, get_locale(), blank=blank)
    if parsed.submission is None or "xem" in request.args:
        return _ask_again(entry, parsed)
    acknowledgement = writer().submit(
        entry, parsed.key, parsed.submission, channel="online", at=now(), marked=is_filled(request.form)
    )
    return _acknowledge(entry, acknowledgement)


def _ask_again(entry: Entry, parsed: ParsedForm) -> ResponseReturnValue:
    """The page with all that was typed: in another dress (`xem`), or with what is wrong in it."""
    refusal = find_refusal(entry) or (None if entry.round.takes_at(now()) else CLOSED)
    if refusal:
        return _say(refusal, entry)
    if "xem" in request.args:
        return _ask(entry, replace(parsed, errors={}, form_error="")), tell_outcome("shown")
    return _ask(entry, parsed), 422, tell_outcome("invalid")


def _acknowledge(entry: Entry, acknowledgement: Acknowledgement) -> ResponseReturnValue:
    if acknowledgement.receipt:
        page = show_thanks(entry, acknowledgement.receipt, large=wants_large())
        return page, tell_outcome(acknowledgement.outcome)
    return _say(OUTCOMES[acknowledgement.outcome], entry)


def _open_slip_from_poster(entry: Entry) -> ResponseReturnValue:
    """A poster of an official round asks for the slip's code; it must be a slip of that round."""
    typed = legible(request.form.get("code", ""))
    try:
        code = parse_code(typed)
    except DomainError as problem:
        return _ask_for_slip(entry, typed, problem), 422
    if code.tag != entry.round.tag or code.kind is not CodeKind.SLIP:
        return _ask_for_slip(entry, typed, _NOT_A_SLIP), 422
    return redirect(url_for("resident.open_code", code=code.grouped), 303)


def _find(text: str) -> Entry | ResponseReturnValue:
    """The entry behind what stands in the address, or the page that says why there is none."""
    try:
        code = parse_code(text)
    except DomainError as problem:
        return _not_found(legible(text), problem)
    with database().read_once() as connection:
        entry = find_entry(connection, settings().code_secret, code)
    return entry or _count_guess(code)


def _count_guess(code: Code) -> ResponseReturnValue:
    """An unknown code; after many from one address this answer, and no other, is put off."""
    wait = guess_throttle().count_unknown(request.remote_addr)
    if not wait:
        return _not_found(code.grouped, _UNKNOWN)
    page = render_template("resident/home.html", typed=code.grouped, problem=TOO_MANY_GUESSES)
    return page, 429, {**tell_outcome("refused"), "Retry-After": str(wait)}


def _not_found(typed: str, problem: DomainError | LazyText) -> ResponseReturnValue:
    page = render_template("resident/home.html", typed=typed, problem=problem)
    return page, 404, tell_outcome("refused")


def _snapshot(entry: Entry) -> Snapshot:
    known = recall_snapshot(entry.round)
    if known:
        return known
    with database().read() as session:
        return read_snapshot(session, entry.round)


def _ask(entry: Entry, parsed: ParsedForm) -> str:
    raw = {name: [drop_illegible(value) for value in values] for name, values in parsed.raw.items()}
    questionnaire = _snapshot(entry).questionnaire
    return render_questions(entry, questionnaire, _listen(entry, questionnaire), replace(parsed, raw=raw))


def _listen(entry: Entry, questionnaire: Questionnaire) -> Listening | None:
    """What the commune reads aloud of this page, in the language that its address asks for (`nghe`)."""
    if not entry.round.unit.reads_aloud:
        return None
    with database().read() as session:
        return find_listening(session, entry.round.unit.id, questionnaire, request.args.get("nghe", ""))


def _ask_for_slip(entry: Entry, typed: str, problem: DomainError | LazyText | None = None) -> str:
    return render_template("resident/poster.html", entry=entry, typed=typed, problem=problem)


def _say(refusal: Refusal, entry: Entry | None = None) -> ResponseReturnValue:
    page = render_template(
        "resident/answer.html", entry=entry, sentence=refusal.sentence, advice=refusal.advice
    )
    return page, refusal.status, tell_outcome(refusal.outcome)
