"""The sharing kit of a round: the card of its links, a message for village groups, a text to read out."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from survey.access import requires
from survey.domain.permissions import Permission
from survey.services.rounds import get_round
from survey.services.sharing import SharingKit, build_kit, join_messages
from survey.store.rounds import Round
from survey.web.context import database, settings
from survey.web.papers import POSTER_SIZES
from survey.web.templating import static_url
from translations.spoken import list_abbreviations

blueprint = Blueprint("sharing", __name__, template_folder="templates")


@blueprint.app_template_global()
def public_address(path: str) -> str:
    """The full address of a page, as it stands on posters."""
    return settings().public_url + path


@blueprint.app_template_global()
def card_picture() -> str:
    """The picture of every card (`static/card.py` draws it), on our own host."""
    return public_address(static_url("card.png"))


@blueprint.get("/dot/<int:round_id>/chia-se")
@requires(Permission.PRINT_POSTERS, on="round_id")
def show(round_id: int) -> str:
    """Everything that spreads the word of an open round, to copy without script."""
    round_, kit = _build(round_id)
    return render_template(
        "sharing/show.html",
        round=round_,
        kit=kit,
        abbreviations=list_abbreviations(kit.announcement),
        sizes=POSTER_SIZES,
    )


@blueprint.get("/dot/<int:round_id>/chia-se/tin-nhan.txt")
@requires(Permission.PRINT_POSTERS, on="round_id")
def download_messages(round_id: int) -> Response:
    """The messages of all villages as a text file."""
    _round, kit = _build(round_id)
    return _text(join_messages(kit.messages), f"tin-nhan-{round_id}.txt")


@blueprint.get("/dot/<int:round_id>/chia-se/bai-phat-thanh.txt")
@requires(Permission.PRINT_POSTERS, on="round_id")
def download_announcement(round_id: int) -> Response:
    """The text for the loudspeaker as a text file."""
    _round, kit = _build(round_id)
    return _text(kit.announcement + "\n", f"bai-phat-thanh-{round_id}.txt")


def _build(round_id: int) -> tuple[Round, SharingKit]:
    with database().read() as session:
        round_ = get_round(session, round_id)
        return round_, build_kit(session, settings().public_url, round_)


def _text(text: str, name: str) -> Response:
    """Line ends and the mark at the start are those that Windows' own editor needs."""
    body = ("\ufeff" + text).replace("\n", "\r\n").encode()
    disposition = f'attachment; filename="{name}"'
    return Response(
        body, content_type="text/plain; charset=utf-8", headers={"Content-Disposition": disposition}
    )
