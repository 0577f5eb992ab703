"""From the last ballot to the published result: the checklist, the signed papers, publishing, corrections."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from survey.access import requires
from survey.application import public_files
from survey.domain.clock import now
from survey.domain.errors import DomainError, NotFound
from survey.domain.permissions import Permission
from survey.domain.scans import SCAN_ENDINGS
from survey.services.checklist import list_open_points
from survey.services.closing import close_round, correct_result, list_renewed
from survey.services.publishing import attach_scan, list_publications, list_scans, publish_round
from survey.services.result_records import list_results
from survey.services.rounds import get_round
from survey.store.rounds import RoundState
from survey.web.context import actor, database, settings
from survey.web.downloads import send_file
from survey.web.round_forms import CloseForm, CorrectForm, PublishForm, ScanForm
from translations.catalogue import gettext as _
from translations.catalogue import lazy

blueprint = Blueprint("closing", __name__, template_folder="templates")


@blueprint.route("/dot/<int:round_id>/dong", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROUND, on="round_id")
def close(round_id: int) -> ResponseReturnValue:
    """The checklist, and the close: with a reason where points are open."""
    form = CloseForm()
    if not form.validate_on_submit():
        return _closing_page(round_id, form)
    try:
        close_round(
            database(),
            round_id,
            by=actor().staff_id,
            at=now(),
            despite=form.despite.data,
            min_base=settings().min_base,
        )
    except DomainError as problem:
        return _closing_page(round_id, form, problem), 422
    flash(
        _("Đợt đã đóng, phiếu đã trộn và đếm lại khớp. Bước tiếp theo: in, ký biên bản rồi công bố."), "good"
    )
    return redirect(url_for("closing.publish", round_id=round_id), 303)


def _closing_page(round_id: int, form: CloseForm, problem: DomainError | None = None) -> str:
    with database().read() as session:
        round_ = get_round(session, round_id)
        is_open = round_.state is RoundState.OPEN
        points = list_open_points(session, round_, now(), settings().min_base) if is_open else []
    return render_template("closing/close.html", round=round_, form=form, problem=problem, points=points)


@blueprint.route("/dot/<int:round_id>/cong-bo", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROUND, on="round_id")
def publish(round_id: int) -> ResponseReturnValue:
    """Signed papers and publishing, step by step."""
    form = PublishForm()
    if not form.validate_on_submit():
        return _publishing_page(round_id, ScanForm(formdata=None))
    try:
        publish_round(
            database(),
            round_id,
            by=actor().staff_id,
            at=now(),
            files=public_files(),
            min_base=settings().min_base,
        )
    except DomainError as problem:
        return _publishing_page(round_id, ScanForm(formdata=None), problem), 409
    flash(_("Đã công bố kết quả."), "good")
    return redirect(url_for("rounds.show", round_id=round_id), 303)


@blueprint.post("/dot/<int:round_id>/ban-chup")
@requires(Permission.MANAGE_ROUND, on="round_id")
def upload_scan(round_id: int) -> ResponseReturnValue:
    """Keep a scan of the signed minutes."""
    form = ScanForm()
    if not form.validate_on_submit():
        return _publishing_page(round_id, form), 422
    try:
        with database().write() as session:
            attach_scan(session, round_id, by=actor().staff_id, at=now(), **form.typed)
    except DomainError as problem:
        return _publishing_page(round_id, form, problem), 422
    flash(_("Đã lưu bản chụp."), "good")
    return redirect(url_for("closing.publish", round_id=round_id), 303)


@blueprint.get("/dot/<int:round_id>/ban-chup")
@requires(Permission.MANAGE_ROUND, on="round_id")
def return_to_scans(round_id: int) -> ResponseReturnValue:
    """Back to the page with the form, when the address of its answer is opened again."""
    return redirect(url_for("closing.publish", round_id=round_id), 303)


@blueprint.get("/dot/<int:round_id>/ban-chup/<int:document_id>")
@requires(Permission.MANAGE_ROUND, on="round_id")
def download_scan(round_id: int, document_id: int) -> Response:
    """A scan of the round's signed papers."""
    with database().read() as session:
        scans = {one.document_id: one.document for one in list_scans(session, round_id)}
        found = scans.get(document_id)
        if found is None or found.scan is None:
            raise NotFound(lazy("Không có bản chụp này."))
        name = f"bien-ban-{round_id}-{document_id}.{SCAN_ENDINGS[found.scan_type or '']}"
        return send_file(found.scan, name)


def _publishing_page(round_id: int, form: ScanForm, problem: DomainError | None = None) -> str:
    with database().read() as session:
        return render_template(
            "closing/publish.html",
            round=get_round(session, round_id),
            scans=list_scans(session, round_id),
            results=list_results(session, round_id),
            published={one.number: one for one in list_publications(session, round_id)},
            scan_form=form,
            problem=problem,
        )


@blueprint.route("/dot/<int:round_id>/sua-ket-qua", methods=["GET", "POST"])
@requires(Permission.MANAGE_ROUND, on="round_id")
def correct(round_id: int) -> ResponseReturnValue:
    """After a complaint or an error: sheets counted anew, and a further result with its reason."""
    form = CorrectForm()
    if not form.validate_on_submit():
        return _correction_page(round_id, form), 422 if request.method == "POST" else 200
    try:
        correct_result(database(), round_id, because=form.because.data or "", by=actor().staff_id, at=now())
    except DomainError as problem:
        return _correction_page(round_id, form, problem), 409
    flash(
        _("Đã ghi kết quả sửa. Kết quả trước vẫn được giữ nguyên. Hãy ký biên bản mới rồi công bố."), "good"
    )
    return redirect(url_for("closing.publish", round_id=round_id), 303)


def _correction_page(round_id: int, form: CorrectForm, problem: DomainError | None = None) -> str:
    with database().read() as session:
        round_ = get_round(session, round_id)
        results = list_results(session, round_id)
        renewed = list_renewed(session, round_)
        return render_template(
            "closing/correct.html", round=round_, results=results, renewed=renewed, form=form, problem=problem
        )
