"""What is printed for a round: the households' slips, and the villages' posters."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.access import requires
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.printing.slips import print_slips
from survey.services.posters import build_posters, write_posters
from survey.services.progress import village_progress
from survey.services.rounds import get_round
from survey.services.slips import build_sheet, issue_slips, list_batches, void_slips
from survey.web.context import actor, database, settings
from survey.web.round_forms import SlipsForm, VoidForm
from translations.catalogue import ngettext
from translations.numbers import format_count

blueprint = Blueprint("papers", __name__, template_folder="templates")

POSTER_SIZES = ("A3", "A4", "A5")


@blueprint.route("/dot/<int:round_id>/the", methods=["GET", "POST"])
@requires(Permission.ISSUE_SLIPS, on="round_id")
def slips(round_id: int) -> ResponseReturnValue:
    """Issue a village's slips; the PDF in the answer is the only place that ever holds their codes."""
    form = SlipsForm()
    with database().read() as session:
        form.offer(get_round(session, round_id).villages)
    if not form.is_submitted():
        return _slips_page(round_id, form, VoidForm(formdata=None))
    if not form.validate_on_submit():
        return _slips_page(round_id, form, VoidForm(formdata=None)), 422
    out = BytesIO()
    try:
        with database().write() as session:
            issued = issue_slips(
                session,
                settings().code_secret,
                round_id,
                int(form.village.data),
                form.count.data or 0,
                by=actor().staff_id,
            )
            sheet = build_sheet(session, issued, settings().public_url)
            print_slips([sheet], out, title=f"{sheet.village}, {sheet.commune}")
    except DomainError as problem:
        return _slips_page(round_id, form, VoidForm(formdata=None), problem), 422
    return _pdf(out, f"the-{issued.batch.first_number}-{issued.batch.last_number}.pdf")


def _slips_page(
    round_id: int, form: SlipsForm, void_form: VoidForm, problem: DomainError | None = None
) -> str:
    with database().read() as session:
        round_ = get_round(session, round_id)
        return render_template(
            "papers/slips.html",
            round=round_,
            villages=village_progress(session, round_id),
            names={village.unit_id: village.name for village in round_.villages},
            batches=list_batches(session, round_id),
            form=form,
            void_form=void_form,
            problem=problem,
        )


@blueprint.post("/dot/<int:round_id>/the/huy")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def void(round_id: int) -> ResponseReturnValue:
    """Void the unused slips of a run of numbers."""
    form, slips_form = VoidForm(), SlipsForm(formdata=None)
    with database().read() as session:
        slips_form.offer(get_round(session, round_id).villages)
    if not form.validate_on_submit():
        return _slips_page(round_id, slips_form, form), 422
    numbers = range(form.first.data or 0, (form.last.data or 0) + 1)
    try:
        with database().write() as session:
            voided = void_slips(
                session, round_id, numbers, because=form.because.data or "", by=actor().staff_id
            )
    except DomainError as problem:
        return _slips_page(round_id, slips_form, form, problem), 422
    flash(ngettext("Đã hủy %(n)s thẻ.", "Đã hủy %(n)s thẻ.", voided, n=format_count(voided)), "good")
    return redirect(url_for("papers.slips", round_id=round_id), 303)


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
    return _pdf(out, f"ap-phich-{round_id}-{size}.pdf")


def _pdf(out: BytesIO, name: str) -> Response:
    disposition = f'attachment; filename="{name}"'
    return Response(out.getvalue(), mimetype="application/pdf", headers={"Content-Disposition": disposition})
