"""What is printed for a round: the households' slips, the villages' posters, the blank ballot."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import get_args

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.access import requires
from survey.domain.clock import now
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.domain.slip_numbers import write_ranges
from survey.printing.ballots import Size
from survey.services.blank_ballots import build_ballot, write_ballot
from survey.services.posters import build_posters, write_posters
from survey.services.rounds import get_round
from survey.services.slip_changes import WithdrawalPlan, plan_withdrawal, withdraw_slips
from survey.services.slip_issuing import order_again
from survey.services.slip_status import find_twin, list_batch_lines, list_village_slips
from survey.services.slips import next_number
from survey.services.units import list_lineage
from survey.web.context import actor, database, settings
from survey.web.downloads import send_file
from survey.web.slip_batches import issue_sealed, to_batch
from survey.web.slip_forms import SlipsForm, WithdrawForm
from translations.catalogue import gettext as _
from translations.catalogue import ngettext
from translations.numbers import format_count

blueprint = Blueprint("papers", __name__, template_folder="templates")

POSTER_SIZES = ("A3", "A4", "A5")
BALLOT_SIZES: tuple[Size, ...] = get_args(Size)


@blueprint.route("/dot/<int:round_id>/the", methods=["GET", "POST"])
@requires(Permission.ISSUE_SLIPS, on="round_id")
def slips(round_id: int) -> ResponseReturnValue:
    """Issue a village's slips, and look at those that were issued."""
    form = _offer(round_id, SlipsForm())
    if not form.is_submitted():
        return _slips_page(round_id, form, WithdrawForm(formdata=None))
    if not form.validate_on_submit():
        return _slips_page(round_id, form, WithdrawForm(formdata=None)), 422
    repeated = _find_repeated(round_id, form)
    if repeated:
        return repeated
    try:
        batch = issue_sealed(form.order(round_id))
    except DomainError as problem:
        # The other click of a double click may have won meanwhile.
        return _find_repeated(round_id, form) or (
            _slips_page(round_id, form, WithdrawForm(formdata=None), problem),
            422,
        )
    return to_batch(batch)


def _offer(round_id: int, form: SlipsForm) -> SlipsForm:
    with database().read() as session:
        form.offer(get_round(session, round_id).villages)
    return form


def _find_repeated(round_id: int, form: SlipsForm) -> ResponseReturnValue | None:
    """Where a form that was sent before leads: to the batch that it made."""
    if form.first_number is None:
        return None
    order = form.order(round_id)
    with database().read() as session:
        twin = find_twin(session, round_id, order.unit_id, form.first_number, order.count, actor().staff_id)
    if twin is None:
        return None
    flash(
        _("Lô này vừa phát rồi nên không phát lần nữa. Muốn phát thêm, xin mở lại trang phát thẻ."),
        "warn",
    )
    return to_batch(twin)


def _slips_page(
    round_id: int, form: SlipsForm, withdraw_form: WithdrawForm, problem: DomainError | None = None
) -> str:
    at = now()
    with database().read() as session:
        form.first.data = str(next_number(session, round_id))
        return render_template(
            "papers/slips.html",
            round=get_round(session, round_id),
            villages=list_village_slips(session, round_id, at),
            batches=list_batch_lines(session, round_id, at),
            form=form,
            withdraw_form=withdraw_form,
            problem=problem,
        )


@blueprint.post("/dot/<int:round_id>/the/huy")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def withdraw(round_id: int) -> ResponseReturnValue:
    """Void slips that are not used; with `step=again` issue as many new ones in their place.

    Without a step nothing is changed: the page tells what would be, and has the buttons.
    """
    form = WithdrawForm()
    if form.validate_on_submit():
        try:
            return _withdraw(round_id, form.numbers.numbers, form.because.data or "")
        except DomainError as problem:
            told: DomainError | None = problem
    else:
        told = None
    return _slips_page(round_id, _offer(round_id, SlipsForm(formdata=None)), form, told), 422


@blueprint.get("/dot/<int:round_id>/the/huy")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def return_to_slips(round_id: int) -> ResponseReturnValue:
    """Back to the page with the form, when the address of its answer is opened again."""
    return redirect(url_for("papers.slips", round_id=round_id), 303)


def _withdraw(round_id: int, numbers: Sequence[int], because: str) -> ResponseReturnValue:
    step = request.form.get("step")
    with database().read() as session:
        plan = plan_withdrawal(session, round_id, numbers)
        if step not in ("again", "void"):
            form = WithdrawForm()
            round_ = get_round(session, round_id)
            return render_template(
                "papers/withdraw.html", round=round_, form=form, plan=plan, ranges=write_ranges
            )
        order = order_again(session, round_id, numbers, because=because) if step == "again" else None
    if order:
        batch = issue_sealed(order)
        flash(_("Thẻ cũ đã hủy: %(numbers)s.", numbers=write_ranges(order.replacing)[:300]), "good")
        return to_batch(batch)
    if plan.unused:
        voided = withdraw_slips(database(), round_id, numbers, because=because, by=actor().staff_id)
    else:
        voided = 0
    _tell_voided(voided, plan)
    return redirect(url_for("papers.slips", round_id=round_id), 303)


def _tell_voided(voided: int, plan: WithdrawalPlan) -> None:
    if voided:
        flash(ngettext("Đã hủy %(n)s thẻ.", "Đã hủy %(n)s thẻ.", voided, n=format_count(voided)), "good")
    else:
        flash(_("Không hủy thẻ nào."), "warn")
    if plan.used:
        flash(_("Đã dùng, giữ nguyên: %(numbers)s", numbers=write_ranges(plan.used)[:300]), "warn")
    if plan.void:
        flash(_("Đã hủy từ trước: %(numbers)s", numbers=write_ranges(plan.void)[:300]), "warn")


@blueprint.get("/dot/<int:round_id>/ap-phich")
@requires(Permission.PRINT_POSTERS, on="round_id")
def posters(round_id: int) -> ResponseReturnValue:
    """The posters' page, or with `?kho=A4` the PDF itself."""
    size = request.args.get("kho")
    with database().read() as session:
        round_ = get_round(session, round_id)
        built = build_posters(session, settings().public_url, round_)
    if size not in POSTER_SIZES:
        return render_template("papers/posters.html", round=round_, posters=built, sizes=POSTER_SIZES)
    out = BytesIO()
    write_posters(database(), round_, built, size, out, by=actor().staff_id)  # type: ignore[arg-type]
    return send_file(out.getvalue(), f"ap-phich-{round_id}-{size}.pdf")


@blueprint.get("/dot/<int:round_id>/in-phieu")
@requires(Permission.PRINT_POSTERS, on="round_id")
def ballots(round_id: int) -> ResponseReturnValue:
    """The blank ballot's page, or with `?kho=A4` the PDF itself."""
    size = next((size for size in BALLOT_SIZES if size == request.args.get("kho")), None)
    with database().read() as session:
        round_ = get_round(session, round_id)
        ballot = build_ballot(session, round_)
        may_issue = actor().may(Permission.ISSUE_SLIPS, list_lineage(session, round_.unit_id))
    if size is None:
        return render_template("papers/ballots.html", round=round_, ballot=ballot, may_issue=may_issue)
    out = BytesIO()
    write_ballot(database(), round_, ballot, size, out, by=actor().staff_id)
    return send_file(out.getvalue(), f"phieu-{round_id}-{size}.pdf")
