"""One batch of slips: downloaded while its PDF is kept, confirmed once on paper, issued again if lost."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from survey.access import requires
from survey.domain.clock import now
from survey.domain.errors import DomainError, NotFound
from survey.domain.permissions import Permission
from survey.services.rounds import get_round
from survey.services.slip_issuing import (
    Order,
    SealedShelf,
    find_per_page,
    issue_batch,
    list_printed_parts,
    order_again,
    print_list,
)
from survey.services.slip_prints import confirm_printed, open_print
from survey.services.slip_status import get_batch, get_batch_line
from survey.store.slips import SlipBatch
from survey.web.context import actor, database, settings
from survey.web.downloads import send_file
from survey.web.slip_forms import BatchForm
from translations.catalogue import DEFAULT_LOCALE, lazy, use_locale
from translations.catalogue import gettext as _

blueprint = Blueprint("slip_batches", __name__, template_folder="templates")


def issue_sealed(order: Order) -> SlipBatch:
    """Carry an order out for the signed-in officer, and keep its PDF sealed for a day."""
    return issue_batch(
        database(),
        settings().code_secret,
        settings().public_url,
        order,
        SealedShelf(settings().code_secret),
        by=actor().staff_id,
        at=now(),
    )


def to_batch(batch: SlipBatch) -> ResponseReturnValue:
    return redirect(url_for("slip_batches.show", round_id=batch.round_id, batch_id=batch.id), 303)


@blueprint.get("/dot/<int:round_id>/the/<int:batch_id>")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def show(round_id: int, batch_id: int) -> str:
    """What to do with a batch: download, print, confirm; or what to do when it is lost."""
    return _batch_page(round_id, batch_id)


def _batch_page(round_id: int, batch_id: int, problem: DomainError | None = None) -> str:
    with database().read() as session:
        line = get_batch_line(session, round_id, batch_id, now())
        return render_template(
            "papers/batch.html",
            round=get_round(session, round_id),
            line=line,
            batch=line.batch,
            printed=list_printed_parts(line.batch),
            per_page=find_per_page(line.batch),
            form=BatchForm(formdata=None),
            problem=problem,
        )


@blueprint.get("/dot/<int:round_id>/the/<int:batch_id>/phan-<int:part>.pdf")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def download(round_id: int, batch_id: int, part: int) -> ResponseReturnValue:
    """A part of the PDF, as long as it is kept."""
    with database().write() as session:
        batch = get_batch(session, round_id, batch_id)
        content = open_print(session, settings().code_secret, batch, part, by=actor().staff_id, at=now())
    return send_file(content, f"the-{batch.first_number}-{batch.last_number}-phan-{part}.pdf")


@blueprint.get("/dot/<int:round_id>/the/<int:batch_id>/bang-theo-doi.pdf")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def download_list(round_id: int, batch_id: int) -> ResponseReturnValue:
    """The collector's list, which holds no code and can be had at any time."""
    out = BytesIO()
    with database().read() as session:
        batch = get_batch(session, round_id, batch_id)
        print_list(session, batch, out)
    return send_file(out.getvalue(), f"bang-theo-doi-{batch.first_number}-{batch.last_number}.pdf")


@blueprint.get("/dot/<int:round_id>/the/<int:batch_id>/bang-ke.json")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def download_manifest(round_id: int, batch_id: int) -> ResponseReturnValue:
    """How many slips, from which number to which, and the SHA-256 of each part."""
    with database().read() as session:
        batch = get_batch(session, round_id, batch_id)
    if batch.manifest is None:
        raise NotFound(lazy("Lô này không có bản kê."))
    return send_file(batch.manifest.encode(), f"bang-ke-{batch.first_number}-{batch.last_number}.json")


@blueprint.post("/dot/<int:round_id>/the/<int:batch_id>/da-in")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def confirm(round_id: int, batch_id: int) -> ResponseReturnValue:
    """The slips are on paper: the PDF goes."""
    confirm_printed(database(), round_id, batch_id, by=actor().staff_id, at=now())
    return redirect(url_for("slip_batches.show", round_id=round_id, batch_id=batch_id), 303)


@blueprint.post("/dot/<int:round_id>/the/<int:batch_id>/phat-lai")
@requires(Permission.ISSUE_SLIPS, on="round_id")
def issue_again(round_id: int, batch_id: int) -> ResponseReturnValue:
    """The PDF or its sheets are lost: void what is not used, and issue as many again."""
    try:
        with database().read() as session:
            batch = get_batch(session, round_id, batch_id)
            numbers = range(batch.first_number, batch.last_number + 1)
            with use_locale(DEFAULT_LOCALE):  # the log keeps one language
                because = _("Mất tệp PDF hoặc tờ in của lô")
            order = order_again(session, round_id, numbers, because=because, per_page=find_per_page(batch))
        again = issue_sealed(order)
    except DomainError as problem:
        return _batch_page(round_id, batch_id, problem), 409
    flash(_("Lô cũ đã hủy. Đây là lô mới thay thế."), "good")
    return to_batch(again)
