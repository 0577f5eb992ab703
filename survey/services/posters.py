"""What stands on a round's posters: one per village, with the address of its link."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import BinaryIO, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.domain.codes import group
from survey.domain.errors import Conflict
from survey.printing.posters import Poster, list_steps, print_posters
from survey.services.adoptions import is_draft
from survey.services.audit import record
from survey.services.snapshots import read_snapshot
from survey.store.engine import Database
from survey.store.rounds import Round, RoundState, RoundUnit
from survey.store.slips import Link
from translations.catalogue import DEFAULT_LOCALE, lazy, use_locale
from translations.catalogue import gettext as _


@use_locale(DEFAULT_LOCALE)
def find_heading(round_: Round) -> str:
    """The large line on posters and slips, in the language of the moment."""
    if round_.kind == "drill":
        return _("Chạy thử: mời bà con cho ý kiến")
    if round_.kind == "pulse":
        return _("Mời bà con góp ý thường xuyên")
    return _("Mời mỗi hộ gửi một phiếu ý kiến")


@use_locale(DEFAULT_LOCALE)
def find_about(session: Session, round_: Round) -> str:
    """What the round is about; a drill says that its answers are not counted, a draft that it is one."""
    mark = find_mark(session, round_)
    return f"{round_.title} – {mark}" if mark else round_.title


def find_printed_title(session: Session, round_: Round) -> str:
    """As `find_about`, for print: the mark comes first, for what finds no room is cut off at the end."""
    mark = find_mark(session, round_)
    return f"{mark[0].upper()}{mark[1:]} – {round_.title}" if mark else round_.title


def find_mark(session: Session, round_: Round) -> str:
    """What nobody may overlook of a drill or of a draft; '' for a round in earnest."""
    if round_.kind == "drill":
        return _("chạy thử, không tính vào kết quả")
    if is_draft(session, round_.unit_id, read_snapshot(session, round_)):
        return _("mẫu phiếu DỰ THẢO")
    return ""


@use_locale(DEFAULT_LOCALE)
def build_posters(session: Session, public_url: str, round_: Round) -> list[Poster]:
    """The posters of an open round by village, in the round's order."""
    if round_.state is not RoundState.OPEN:
        raise Conflict(lazy("Chỉ in áp phích khi đợt đang mở."))
    rows = session.execute(
        select(RoundUnit.name, Link.code)
        .join(Link, (Link.round_id == RoundUnit.round_id) & (Link.unit_id == RoundUnit.unit_id))
        .where(RoundUnit.round_id == round_.id, Link.revoked_at.is_(None))
        .order_by(RoundUnit.position, Link.id)
    )
    about = find_printed_title(session, round_)
    return [_build(public_url, round_, about, village, group(code)) for village, code in rows]


def write_posters(
    database: Database,
    round_: Round,
    posters: Sequence[Poster],
    size: Literal["A3", "A4", "A5"],
    out: BinaryIO,
    *,
    by: int | None,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a round's posters as one PDF, put that on the log, and return the number of pages.

    Drawing takes seconds, so no transaction is open meanwhile: ballots keep coming in.
    """
    pages = print_posters(posters, size, out, title=round_.title, progress=progress)
    with database.write() as session:
        record(
            session, by, "posters.print", unit_id=round_.unit_id, round_id=round_.id, size=size, count=pages
        )
    return pages


def _build(public_url: str, round_: Round, about: str, village: str, code: str) -> Poster:
    url = f"{public_url}/{code}"
    return Poster(
        commune=round_.unit.name,
        village=village,
        heading=find_heading(round_),
        about=about,
        url=url,
        short_address=url.partition("://")[2],
        code=code,
        last_on=round_.last_on,
        contact=round_.contact,
        needs_slip=round_.counts_households,
        steps=list_steps(needs_slip=round_.counts_households),
    )
