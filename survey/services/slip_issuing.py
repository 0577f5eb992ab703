"""Issuing slips and printing them: all of it, or nothing at all.

The PDF is drawn part by part without any transaction, then one short transaction records the batch,
its manifest and where its parts lie. A batch in which a code repeats is put on record and never drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, NoReturn, Protocol, cast, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.domain.codes import new_slip_code
from survey.domain.errors import Conflict, DomainError
from survey.printing.ballot_layout import Ballot
from survey.printing.ballot_slips import print_ballots_with_slips
from survey.printing.collector_list import print_collector_list
from survey.printing.slips import PerPage, Slip, SlipSheet, print_slips, split_sheet, write_number
from survey.services.blank_ballots import build_ballot
from survey.services.posters import find_heading, find_printed_title
from survey.services.rounds import get_round
from survey.services.slip_changes import check_known, void_slips
from survey.services.slip_prints import keep_prints, scrub_prints
from survey.services.slips import (
    IssuedBatch,
    NewCode,
    PlannedBatch,
    chunks,
    get_village,
    plan_batch,
    record_batch,
)
from survey.store.engine import Database
from survey.store.rounds import Round, RoundUnit
from survey.store.slips import Slip as SlipRow
from survey.store.slips import SlipBatch
from translations.catalogue import lazy


class BatchQuarantined(DomainError):
    """A code of the batch had been drawn before: the batch is on record, without slips."""


@dataclass(frozen=True)
class Order:
    """Slips asked for a village; those numbered in `replacing` become void, for the reason given."""

    round_id: int
    unit_id: int
    count: int
    per_page: PerPage = 8
    replacing: Collection[int] = ()
    because: str = ""


@dataclass(frozen=True)
class PrintedPart:
    """One file of a batch: its slips from `first` to `last`, its bytes and their SHA-256."""

    part: int
    first: int
    last: int
    size: int
    sha256: str


class Shelf(Protocol):
    """Where the parts of a PDF go."""

    def add(self, content: bytes) -> None:
        """Take the next part as soon as it is drawn."""

    def keep(self, session: Session, batch: SlipBatch) -> None:
        """Make sure of the parts, in the transaction that records their batch."""


@dataclass
class SealedShelf:
    """Keeps the parts in the database, sealed, for an officer to download."""

    secret: bytes
    parts: list[bytes] = field(default_factory=list)

    def add(self, content: bytes) -> None:
        self.parts.append(content)

    def keep(self, session: Session, batch: SlipBatch) -> None:
        keep_prints(session, self.secret, batch, self.parts)


def order_again(
    session: Session, round_id: int, numbers: Collection[int], *, because: str, per_page: PerPage = 8
) -> Order:
    """An order that replaces those of the numbers that are not used and not void.

    Raises:
        DomainError: none of them can be replaced, or they belong to several villages.
    """
    because = " ".join(because.split())
    if not because or not numbers:
        raise DomainError(lazy("Hãy ghi số thẻ cần hủy và lý do."))
    asked = sorted(set(numbers))
    check_known(session, round_id, asked)
    unused = dict(_list_unused(session, round_id, asked))
    if not unused:
        raise Conflict(lazy("Các thẻ này đã dùng hoặc đã hủy rồi, không còn thẻ nào để phát lại."))
    if len(set(unused.values())) > 1:
        raise DomainError(lazy("Các thẻ này thuộc nhiều thôn. Xin phát lại từng thôn một."))
    unit_id = next(iter(unused.values()))
    return Order(round_id, unit_id, len(unused), per_page, tuple(unused), because)


def _list_unused(session: Session, round_id: int, numbers: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Number and village of those that are not used and not void."""
    for some in chunks(numbers):
        statement = select(SlipRow.number, SlipRow.unit_id).where(
            SlipRow.round_id == round_id, SlipRow.number.in_(some), SlipRow.state == "issued"
        )
        yield from session.execute(statement.order_by(SlipRow.number))


def issue_batch(
    database: Database,
    secret: bytes,
    public_url: str,
    order: Order,
    shelf: Shelf,
    *,
    by: int | None,
    at: datetime,
    progress: Callable[[int], None] | None = None,
    new_code: NewCode = new_slip_code,
) -> SlipBatch:
    """Draw an order's slips onto a shelf and put the batch on record.

    Raises:
        BatchQuarantined: a code repeats; nothing was drawn and nothing voided.
        DomainError: the order cannot be carried out, or no longer; nothing was recorded.
    """
    planned, sheet, ballot = _plan(database, secret, public_url, order, new_code)
    if planned.repeats:
        _quarantine(database, planned, by, at)
    printed = _print_parts(sheet, ballot, order.per_page, shelf, progress)
    manifest = _write_manifest(planned, order.per_page, printed)
    with database.write() as session:
        if order.replacing:
            _void_replaced(session, order, by)
        batch = record_batch(session, planned, by=by, at=at, manifest=manifest)
        shelf.keep(session, batch)
    if order.replacing:
        scrub_prints(database)
    return batch


def _plan(
    database: Database, secret: bytes, public_url: str, order: Order, new_code: NewCode
) -> tuple[PlannedBatch, SlipSheet, Ballot]:
    with database.read() as session:
        planned = plan_batch(
            session, secret, order.round_id, order.unit_id, order.count,
            replacing=order.replacing, new_code=new_code,
        )  # fmt: skip
        return planned, build_sheet(session, planned, public_url), build_ballot(session, planned.round)


def _quarantine(database: Database, planned: PlannedBatch, by: int | None, at: datetime) -> NoReturn:
    with database.write() as session:
        record_batch(session, planned, by=by, at=at)
    raise BatchQuarantined(
        lazy(
            "Lô thẻ %(first)s–%(last)s có mã bị trùng nên đã tách riêng, không in và không dùng. "
            "Xin bấm phát lại; nếu gặp lại thông báo này, hãy báo người quản trị hệ thống.",
            first=planned.first,
            last=planned.last,
        )
    )


def _void_replaced(session: Session, order: Order, by: int | None) -> None:
    voided = void_slips(session, order.round_id, order.replacing, because=order.because, by=by)
    if voided != len(order.replacing):
        raise Conflict(
            lazy("Trong lúc in, có thẻ vừa được dùng hoặc vừa bị hủy. Chưa có gì thay đổi; xin làm lại.")
        )


def _print_parts(
    sheet: SlipSheet,
    ballot: Ballot,
    per_page: PerPage,
    shelf: Shelf,
    progress: Callable[[int], None] | None,
) -> list[PrintedPart]:
    printed = []
    for number, part in enumerate(split_sheet(sheet, per_page), start=1):
        out = BytesIO()
        first, last = part.slips[0].number, part.slips[-1].number
        title = f"{sheet.village}, {sheet.commune}: {write_number(first)}–{write_number(last)}"
        if per_page == 1:
            print_ballots_with_slips(ballot, [part], out, title=title, progress=progress)
        else:
            print_slips([part], out, per_page=per_page, title=title, progress=progress)
        content = out.getvalue()
        printed.append(PrintedPart(number, first, last, len(content), sha256(content).hexdigest()))
        shelf.add(content)
    return printed


def _write_manifest(planned: PlannedBatch, per_page: PerPage, parts: Sequence[PrintedPart]) -> str:
    manifest = {
        "round": planned.round.tag,
        "village": planned.village.name,
        "count": len(planned.slips),
        "first": planned.first,
        "last": planned.last,
        "per_page": per_page,
        "parts": [asdict(part) for part in parts],
    }
    return json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"


def list_printed_parts(batch: SlipBatch) -> list[PrintedPart]:
    """The parts that a batch's manifest names; none for a batch that was not printed here."""
    return [PrintedPart(**part) for part in json.loads(batch.manifest)["parts"]] if batch.manifest else []


def find_per_page(batch: SlipBatch) -> PerPage:
    """As many slips to a page as the batch was printed with."""
    per_page = json.loads(batch.manifest)["per_page"] if batch.manifest else None
    return cast(PerPage, per_page) if per_page in get_args(PerPage) else 8


def print_list(session: Session, batch: SlipBatch, out: BinaryIO) -> int:
    """Write the collector's list of a batch: its numbers that are not void; returns the number of pages."""
    round_ = get_round(session, batch.round_id)
    sheet = _build_blank_sheet(session, round_, get_village(session, round_, batch.unit_id))
    live = select(SlipRow.number).where(SlipRow.batch_id == batch.id, SlipRow.state != "void")
    slips = [Slip(number, "", "") for number in session.scalars(live.order_by(SlipRow.number))]
    return print_collector_list([replace(sheet, slips=slips)], out, title=f"{sheet.village}, {sheet.commune}")


def build_sheet(session: Session, planned: PlannedBatch | IssuedBatch, public_url: str) -> SlipSheet:
    """What the printer puts on paper for a batch."""
    sheet = _build_blank_sheet(session, planned.round, planned.village)
    slips = [
        Slip(slip.number, slip.code.grouped, f"{public_url}/{slip.code.grouped}") for slip in planned.slips
    ]
    return replace(sheet, slips=slips)


def _build_blank_sheet(session: Session, round_: Round, village: RoundUnit) -> SlipSheet:
    """What stands on every slip of a village."""
    return SlipSheet(
        commune=round_.unit.name,
        village=village.name,
        heading=find_heading(round_),
        about=find_printed_title(session, round_),
        tag=round_.tag,
        last_on=round_.last_on,
        contact=round_.contact,
        slips=(),
    )
