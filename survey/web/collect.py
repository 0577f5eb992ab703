"""Helpers at the door and on the telephone: slip after slip, one page, online or not.

The page works without script: a form that answers with itself, emptied. With script (static/collect.js)
ballots wait in the device's queue until the network is there, and are posted to the same address.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from flask import Blueprint, Response, flash, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from werkzeug.exceptions import RequestEntityTooLarge

from forms.resident import new_submission_key
from survey.access import public, requires
from survey.application import writer
from survey.domain.clock import now
from survey.domain.codes import MalformedCode, MistypedCode
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.services import collection
from survey.services.audio import find_listening
from survey.services.entry import Entry
from survey.services.rounds import get_round
from survey.services.submit import Acknowledgement, Outcome
from survey.store.rounds import Round, RoundState
from survey.web import preferences
from survey.web.collect_ballots import RoundToCollect, TypedBallot, find_entry_of, read_ballot, read_round
from survey.web.context import actor, database
from survey.web.errors import let_through
from survey.web.refusals import CLOSED, NOT_OPEN, OUTCOMES, TOO_LARGE, Refusal, tell_outcome
from survey.web.templating import STATIC
from translations.catalogue import DEFAULT_LOCALE, lazy, use_locale
from translations.catalogue import gettext as _
from translations.numbers import format_count

blueprint = Blueprint("collect", __name__, template_folder="templates")
preferences.install(blueprint)
_logger = logging.getLogger(__name__)

_OTHER_PERSON = Refusal(
    409,
    lazy("Phiếu này do người khác thu trên máy này."),
    lazy("Xin người ấy đăng nhập để gửi; phiếu vẫn nằm trong máy."),
    outcome="",
)


@blueprint.errorhandler(RequestEntityTooLarge)
def refuse_size(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """The page was not read, not even who sent it; a device's queue puts it back for correction."""
    let_through(request.environ["wsgi.input"])
    with use_locale(request.args.get("lang", DEFAULT_LOCALE)):
        page = render_template("collect/refused.html", round=None, refusal=TOO_LARGE)
    return page, TOO_LARGE.status, tell_outcome("invalid")


@blueprint.get("/thu-phieu")
@requires(Permission.COLLECT)
def list_rounds() -> str:
    """The rounds in which one may collect now."""
    with database().read() as transaction:
        rounds = collection.list_rounds_to_collect(transaction, actor())
    return render_template("collect/list.html", rounds=rounds, at=now())


@blueprint.get("/thu-phieu/trang-thai")
@requires(Permission.COLLECT)
def tell_state() -> ResponseReturnValue:
    """Who is signed in on this device and the token of their forms, for pages that were opened long ago."""
    who = actor()
    return {"staff": who.staff_id, "name": who.display_name, "token": generate_csrf()}


@blueprint.get("/thu-phieu/sw.js")
@public
def worker() -> Response:
    """The service worker of the helpers' pages; it governs what lies below its own address."""
    script = send_from_directory(STATIC, "collect-worker.js", mimetype="text/javascript", max_age=None)
    script.cache_control.no_cache = True
    return script


@blueprint.get("/thu-phieu/<int:round_id>")
@requires(Permission.COLLECT, on="round_id")
def show(round_id: int) -> ResponseReturnValue:
    asked = read_round(round_id)
    refusal = _refuse(asked.round, asking=True)
    return _say(asked.round, refusal) if refusal else _page(asked, TypedBallot())


@blueprint.post("/thu-phieu/<int:round_id>/bat-dau")
@requires(Permission.COLLECT, on="round_id")
def start(round_id: int) -> ResponseReturnValue:
    """Begin to collect, before the first ballot: the log has this moment and no ballot's."""
    with database().read() as transaction:
        round_ = get_round(transaction, round_id)
    if round_.state is RoundState.OPEN:
        collection.start_session(database(), round_, by=actor().staff_id, at=now())
    return redirect(url_for("collect.show", round_id=round_id), 303)


@blueprint.post("/thu-phieu/<int:round_id>/ket-thuc")
@requires(Permission.COLLECT, on="round_id")
def end(round_id: int) -> ResponseReturnValue:
    """Stop collecting, and read how many ballots it were."""
    with database().write() as transaction:
        ended = collection.end_session(transaction, round_id, by=actor().staff_id, at=now())
    if ended:
        flash(
            _(
                "Đã kết thúc buổi thu phiếu: %(assisted)s phiếu tại nhà, %(phone)s phiếu qua điện thoại.",
                assisted=format_count(ended.assisted),
                phone=format_count(ended.phone),
            ),
            "good",
        )
    return redirect(url_for("collect.list_rounds"), 303)


@blueprint.post("/thu-phieu/<int:round_id>")
@requires(Permission.COLLECT, on="round_id")
def take(round_id: int) -> ResponseReturnValue:
    """Take one ballot, and give the same page for the next one."""
    asked = read_round(round_id)
    if request.form.get("staff", str(actor().staff_id)) != str(actor().staff_id):
        return _say(asked.round, _OTHER_PERSON)
    if not asked.round.has_begun_at(now()):
        return _say(asked.round, NOT_OPEN)
    ballot = read_ballot(asked)
    try:
        entry = find_entry_of(asked.round, ballot)
    except DomainError as problem:
        typing = isinstance(problem, MalformedCode | MistypedCode)
        page = _page(asked, replace(ballot, problem=problem))
        return page, 422, tell_outcome("invalid" if typing else "refused")
    if ballot.answers.submission is None:
        refusal = _refuse(asked.round, asking=False)
        return _say(asked.round, refusal) if refusal else (_page(asked, ballot), 422, tell_outcome("invalid"))
    acknowledgement = writer().submit(
        entry, ballot.answers.key, ballot.answers.submission, channel=ballot.channel, at=now()
    )
    return _acknowledge(asked, ballot, entry, acknowledgement)


def _acknowledge(
    asked: RoundToCollect, ballot: TypedBallot, entry: Entry, acknowledgement: Acknowledgement
) -> ResponseReturnValue:
    """The emptied page with the receipt, or the page as it was sent with what stands against it."""
    outcome = tell_outcome(acknowledgement.outcome)
    if acknowledgement.receipt is None:
        refusal = OUTCOMES[acknowledgement.outcome]
        return _page(asked, replace(ballot, problem=refusal.sentence)), refusal.status, outcome
    if acknowledgement.outcome is Outcome.RECORDED:
        _count(asked.round, ballot.channel)
    with database().read() as transaction:
        number = collection.find_slip_number(transaction, entry)
    next_ballot = TypedBallot(channel=ballot.channel, village=ballot.village)
    told = _tell_recorded(entry, number, acknowledgement.receipt)
    return _page(asked, next_ballot, told), outcome


def _count(round_: Round, channel: str) -> None:
    """Add to the helper's total; a ballot that is recorded is acknowledged whatever becomes of a total."""
    try:
        collection.count_ballot(database(), round_, channel, by=actor().staff_id, at=now())
    except Exception:
        _logger.exception("A helper's total in round %s is one ballot short", round_.id)


def _tell_recorded(entry: Entry, number: int | None, receipt: str) -> str:
    """Whose ballot it was, and on a line of its own its receipt."""
    if number is None:
        recorded = _("Đã ghi nhận một phiếu của %(village)s.", village=entry.village.name)
    else:
        recorded = _("Đã ghi nhận thẻ %(number)s.", number=f"{number:03d}")
    return f"{recorded} {_('Mã biên nhận:')}\n{receipt}"


def _refuse(round_: Round, *, asking: bool) -> Refusal | None:
    """Why nobody may collect in this round now: to begin with a household, or to hand in its ballot."""
    at = now()
    if not round_.has_begun_at(at):
        return NOT_OPEN
    return None if (round_.asks_at(at) if asking else round_.takes_at(at)) else CLOSED


def _page(asked: RoundToCollect, ballot: TypedBallot, told: str = "") -> str:
    who = actor()
    with database().read() as transaction:
        session = collection.find_session(transaction, asked.round.id, who.staff_id, now())
        listening = find_listening(
            transaction, asked.round.unit_id, asked.snapshot.questionnaire, request.args.get("nghe", "")
        )
    return render_template(
        "collect/ballot.html" if session or request.method == "POST" else "collect/start.html",
        round=asked.round,
        villages=asked.villages,
        questionnaire=asked.snapshot.questionnaire,
        blank=asked.blank,
        ballot=ballot,
        form=ballot.answers,
        key=ballot.answers.key or new_submission_key(),
        session=session,
        listening=listening,
        told=told,
    )


def _say(round_: Round, refusal: Refusal) -> ResponseReturnValue:
    page = render_template("collect/refused.html", round=round_, refusal=refusal)
    return page, refusal.status, tell_outcome(refusal.outcome) if refusal.outcome else {}
