"""What to look at before a round is closed: open points, each of which has to be answered in writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.domain.errors import Conflict
from survey.domain.flags import FlagKind
from survey.services.flags import list_flags
from survey.services.handed_out import count_issued
from survey.services.paper_sheets import (
    SheetState,
    VillageSheet,
    check_confirmed,
    list_sheets,
    list_unsettled,
)
from survey.services.progress import village_progress
from survey.services.snapshots import read_snapshot
from survey.services.submit import count_late
from survey.store.rounds import Round
from translations.catalogue import LazyText, lazy
from translations.dates import format_instant
from translations.numbers import format_count, format_percent, format_rate


@dataclass(frozen=True)
class OpenPoint:
    """Something that is not done; `sheet_of` is the village on whose paper sheet it is put right."""

    text: LazyText
    sheet_of: int | None = None

    def __str__(self) -> str:
        return str(self.text)


def list_open_points(session: Session, round_: Round, at: datetime, min_base: int) -> list[OpenPoint]:
    """Everything that a reason has to be given for if the round is closed at this instant.

    Flags that are found in what ballots say cannot be seen before the close, and are left out after it.
    """
    points: list[OpenPoint] = []
    if round_.ends_at is not None and at < round_.ends_at:
        until = format_instant(round_.ends_at)
        points.append(OpenPoint(lazy("Đợt còn nhận phiếu đến %(end)s.", end=until)))
    if round_.counts_households:
        sheets = list_sheets(session, round_)
        points += [*_list_missing_sheets(sheets), *_list_stubs_without_ballots(sheets)]
        points += [*_list_spare_forms(sheets), *map(OpenPoint, _check_coverage(session, round_, sheets))]
    points += [
        OpenPoint(_write_flag(flag.village, flag.seen))
        for flag in list_flags(session, round_, min_base, answers=False)
        if flag.kind is not FlagKind.LATE
    ]
    if late := count_late(session, round_.id):
        points.append(OpenPoint(lazy("%(n)s phiếu đến sau hạn, không tính.", n=format_count(late))))
    return points


def require_sheets_that_fit(session: Session, round_: Round) -> None:
    """Raise Conflict while a confirmed sheet says more than the slips and households of its village allow.

    Such a sheet would count a household twice; no reason in writing changes that.
    """
    if not round_.counts_households:
        return
    for found, problems in check_confirmed(session, round_):
        raise Conflict(
            lazy(
                "Phiếu kiểm của %(village)s không còn khớp: %(problem)s Hãy mở lại phiếu kiểm rồi sửa.",
                village=found.village.name,
                problem=problems[0].message,
            )
        )


def _list_missing_sheets(sheets: Sequence[VillageSheet]) -> list[OpenPoint]:
    return [
        OpenPoint(
            lazy("%(village)s: phiếu kiểm phiếu giấy chưa được hai người chốt.", village=found.village.name),
            found.village.unit_id,
        )
        for found in list_unsettled(sheets)
    ]


def _list_stubs_without_ballots(sheets: Sequence[VillageSheet]) -> list[OpenPoint]:
    """Villages where a household's slip came back with a paper ballot that its sheet does not count."""
    return [
        OpenPoint(
            _write_shortage(found.village.name, found.around.stubs, found.counts.counted),
            found.village.unit_id,
        )
        for found in sheets
        if found.state is SheetState.CONFIRMED and found.counts and found.around.stubs
        if found.counts.counted < found.around.stubs
    ]


def _write_shortage(village: str, stubs: int, counted: int) -> LazyText:
    return lazy(
        "%(village)s: nhận lại %(stubs)s thẻ mã hộ kèm phiếu giấy, phiếu kiểm chỉ có %(counted)s phiếu.",
        village=village,
        stubs=format_count(stubs),
        counted=format_count(counted),
    )


def _list_spare_forms(sheets: Sequence[VillageSheet]) -> list[OpenPoint]:
    """Villages with more forms than households: printed to spare, or a number that was mistyped."""
    return [
        OpenPoint(
            _write_surplus(found.village.name, found.counts.issued, found.village.households),
            found.village.unit_id,
        )
        for found in sheets
        if found.counts and found.counts.issued > found.village.households
    ]


def _write_surplus(village: str, issued: int, households: int) -> LazyText:
    return lazy(
        "%(village)s: phiếu kiểm ghi phát ra %(issued)s phiếu, nhiều hơn %(households)s hộ của thôn.",
        village=village,
        issued=format_count(issued),
        households=format_count(households),
    )


def _check_coverage(session: Session, round_: Round, sheets: Sequence[VillageSheet]) -> list[LazyText]:
    rules = read_snapshot(session, round_).rules
    if rules is None or rules.coverage_share is None:
        return []
    villages, issued = village_progress(session, round_.id), count_issued(session, round_.id, sheets)
    households = sum(village.households for village in villages)
    covered = sum(
        rules.count_covered(one.households, one.received, issued.get(one.unit_id, 0)) for one in villages
    )
    if covered >= rules.coverage_share * households:
        return []
    told = {
        "rate": format_rate(covered, households, threshold=rules.coverage_share),
        "covered": format_count(covered),
        "households": format_count(households),
        "needed": format_percent(rules.coverage_share),
    }
    if rules.counts_issued:
        return [
            lazy(
                "Phiếu mới phát đến %(covered)s/%(households)s hộ (%(rate)s), dưới mức %(needed)s.",
                **told,
            )
        ]
    return [
        lazy(
            "Tỷ lệ hộ tham gia mới đạt %(rate)s (%(covered)s/%(households)s hộ), dưới mức %(needed)s.",
            **told,
        )
    ]


def _write_flag(village: str | None, seen: LazyText) -> LazyText:
    if village is None:
        return lazy("Dấu hiệu cần xem: %(seen)s", seen=seen)
    return lazy("Dấu hiệu cần xem ở %(village)s: %(seen)s", village=village, seen=seen)
