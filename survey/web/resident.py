"""The resident's pages: from a code to the questions, and from the answers to a receipt.

No cookie, no session, no script: a form that is posted to its own address. The page's random key
makes a repeated post the same submission. Language and text size go along in every address.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import Blueprint, has_request_context, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload
from werkzeug.exceptions import RequestEntityTooLarge

from forms.answers import BlankRule
from forms.resident import ParsedForm, parse_submission
from survey.access import public
from survey.application import database, settings, writer
from survey.domain.clock import now
from survey.domain.codes import RECEIPT_LENGTH, CodeKind, normalise, parse_code
from survey.domain.errors import DomainError
from survey.services.entry import Entry, find_entry
from survey.services.snapshots import Snapshot, read_snapshot
from survey.services.submit import Acknowledgement, find_receipt
from survey.store.rounds import Round
from survey.web.errors import let_through
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

_UNKNOWN = lazy("Không có mã này. Xin xem lại từng chữ trên thẻ, hoặc hỏi người phát thẻ.")
_NOT_A_SLIP = lazy("Đây không phải mã trên thẻ mã hộ của đợt này. Xin xem lại thẻ.")
_MALFORMED_RECEIPT = lazy("Mã biên nhận gồm 12 chữ và số, chia thành ba nhóm bốn.")
_UNKNOWN_RECEIPT = lazy(
    "Không tìm thấy mã biên nhận này. Xin xem lại từng chữ; mã của đợt đã công bố lâu thì không tra được nữa."
)
_LONGEST_CODE = 64
# What HTML has no way to carry: controls other than tab and line ends, and noncharacters.
_ILLEGIBLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)


@blueprint.url_defaults
def _carry_preferences(_endpoint: str, values: dict[str, Any]) -> None:
    if not has_request_context():
        return
    if get_locale() != DEFAULT_LOCALE:
        values.setdefault("lang", get_locale())
    if _wants_large():
        values.setdefault("chu", "to")


@blueprint.context_processor
def _text_size() -> dict[str, object]:
    return {"large": _wants_large()}


def _wants_large() -> bool:
    return request.args.get("chu") == "to"


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_size(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """The page was not read, not even its language; what was typed is still in the browser."""
    let_through(request.environ["wsgi.input"])
    with use_locale(request.args.get("lang", DEFAULT_LOCALE)):
        return _say(TOO_LARGE)


@blueprint.get("/")
@public
def home() -> str:
    return render_template("resident/home.html", typed=_legible(request.args.get("ma", "")), problem=None)


@blueprint.get("/ma")
@public
def code_page() -> ResponseReturnValue:
    """Someone reloads, or changes the language of, the answer to a code that they typed."""
    return redirect(url_for("resident.home"), 303)


@blueprint.post("/ma")
@public
def enter_code() -> ResponseReturnValue:
    """Someone typed a code: send them to its page, or say at the field what is wrong with it."""
    typed = _legible(request.form.get("code", ""))
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
    typed = _legible(request.form.get("code", ""))
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
        return _ask_for_slip(entry, _legible(request.args.get("ma", "")))
    return show_questions(entry, _snapshot(entry).questionnaire, large=_wants_large())


@blueprint.post("/<code>")
@public
def answer(code: str) -> ResponseReturnValue:
    entry = _find(code)
    if not isinstance(entry, Entry):
        return entry
    if entry.asks_for_slip:
        return _open_slip_from_poster(entry)
    if entry.revoked:
        return _say(REVOKED, entry)
    if not entry.round.has_begun_at(now()):
        return _say(not_open(entry.round), entry)
    snapshot = _snapshot(entry)
    blank: BlankRule = snapshot.rules.blank if snapshot.rules else "no_answer"
    parsed = parse_submission(snapshot.questionnaire, request.form, get_locale(), blank=blank)
    if parsed.submission is None or "xem" in request.args:
        return _ask_again(entry, parsed)
    acknowledgement = writer().submit(entry, parsed.key, parsed.submission, channel="online", at=now())
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
        page = show_thanks(entry, acknowledgement.receipt, large=_wants_large())
        return page, tell_outcome(acknowledgement.outcome)
    return _say(OUTCOMES[acknowledgement.outcome], entry)


def _open_slip_from_poster(entry: Entry) -> ResponseReturnValue:
    """A poster of an official round asks for the slip's code; it must be a slip of that round."""
    typed = _legible(request.form.get("code", ""))
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
        return _not_found(_legible(text), problem)
    with database().read() as session:
        entry = find_entry(session, settings().code_secret, code)
    if entry is None:
        return _not_found(code.grouped, _UNKNOWN)
    return entry


def _not_found(typed: str, problem: DomainError | LazyText) -> ResponseReturnValue:
    page = render_template("resident/home.html", typed=typed, problem=problem)
    return page, 404, tell_outcome("refused")


def _legible(typed: str) -> str:
    return _ILLEGIBLE.sub("", typed[:_LONGEST_CODE])


def _snapshot(entry: Entry) -> Snapshot:
    with database().read() as session:
        return read_snapshot(session, entry.round)


def _ask(entry: Entry, parsed: ParsedForm) -> str:
    raw = {name: [_ILLEGIBLE.sub("", value) for value in values] for name, values in parsed.raw.items()}
    return render_questions(entry, _snapshot(entry).questionnaire, replace(parsed, raw=raw))


def _ask_for_slip(entry: Entry, typed: str, problem: DomainError | LazyText | None = None) -> str:
    return render_template("resident/poster.html", entry=entry, typed=typed, problem=problem)


def _say(refusal: Refusal, entry: Entry | None = None) -> ResponseReturnValue:
    page = render_template(
        "resident/answer.html", entry=entry, sentence=refusal.sentence, advice=refusal.advice
    )
    return page, refusal.status, tell_outcome(refusal.outcome)
