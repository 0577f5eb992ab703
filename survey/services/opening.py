"""Opening a round: everything it stands on is frozen, and each village gets its poster's link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.domain.clock import end_of_day
from survey.domain.codes import new_link_code
from survey.domain.errors import DomainError
from survey.services.audit import record
from survey.services.round_checks import Draft, check_draft, find_rule_set, get_questionnaire
from survey.services.rounds import lock_round
from survey.services.snapshots import Snapshot, write_snapshot
from survey.services.units import list_villages
from survey.store.rounds import Round, RoundState, RoundUnit
from survey.store.slips import Link
from survey.store.units import HouseholdCount, Unit
from translations.catalogue import LazyText, lazy
from translations.dates import format_date


def find_obstacles(session: Session, round_: Round, at: datetime) -> list[LazyText]:
    """Everything that keeps a draft from being opened at this instant."""
    found = []
    if round_.kind == "official" and round_.authorisation_id is None:
        found.append(lazy("Chưa ghi văn bản cho phép lấy ý kiến trực tuyến."))
    if other := find_rival(session, round_):
        found.append(lazy("Đợt chính thức “%(title)s” cùng mẫu phiếu còn đang mở.", title=other.title))
    if round_.last_on is not None and at >= end_of_day(round_.last_on):
        found.append(lazy("Ngày cuối nhận phiếu (%(day)s) đã qua.", day=format_date(round_.last_on)))
    try:
        check_draft(Draft.of(round_), round_.unit)
    except DomainError as problem:
        found.append(problem.message)
    villages = list_villages_to_freeze(session, round_)
    if not villages:
        found.append(lazy("Chưa có danh sách thôn của %(unit)s.", unit=round_.unit.name))
    if round_.counts_households:
        missing = [village.name for village, count in villages if not _is_usable(round_, count)]
        if missing:
            names, year = ", ".join(missing), round_.starts_on.year
            found.append(lazy("Chưa có số hộ năm %(year)s của: %(names)s.", year=year, names=names))
    return found


def find_rival(session: Session, round_: Round) -> Round | None:
    """Another official round that asks the same households the same questions at the same time."""
    if round_.kind != "official":
        return None
    return session.scalar(
        select(Round).where(
            Round.id != round_.id,
            Round.unit_id == round_.unit_id,
            Round.kind == "official",
            Round.questionnaire_key == round_.questionnaire_key,
            Round.opened_at.is_not(None),
            Round.closed_at.is_(None),
        )
    )


def _is_usable(round_: Round, count: HouseholdCount | None) -> bool:
    """An official round stands on the year's own count; a drill on any."""
    return count is not None and (round_.kind != "official" or count.year == round_.starts_on.year)


def list_villages_to_freeze(session: Session, round_: Round) -> list[tuple[Unit, HouseholdCount | None]]:
    """The commune's villages with their latest household count up to the round's year."""
    villages = [
        village
        for village in list_villages(session, round_.unit_id)
        if village.valid_to is None or village.valid_to >= round_.starts_on
    ]
    counts = session.scalars(
        select(HouseholdCount)
        .where(HouseholdCount.unit_id.in_([village.id for village in villages]))
        .where(HouseholdCount.year <= round_.starts_on.year)
        .order_by(HouseholdCount.year)
    )
    latest = {count.unit_id: count for count in counts}
    return [(village, latest.get(village.id)) for village in villages]


def open_round(session: Session, round_: Round, *, by: int | None, at: datetime) -> None:
    """Freeze questionnaire, rules and household counts, make a poster link per village, and open.

    Raises:
        DomainError: something is missing; the sentence names all of it.
    """
    lock_round(session, round_, RoundState.DRAFT)
    obstacles = find_obstacles(session, round_, at)
    if obstacles:
        raise DomainError(lazy("Chưa mở được đợt. %(problems)s", problems=" ".join(map(str, obstacles))))
    frozen = [
        (village, count.households if count else 0)
        for village, count in list_villages_to_freeze(session, round_)
    ]
    snapshot = Snapshot(
        questionnaire=get_questionnaire(round_.questionnaire_key),
        rules=find_rule_set(Draft.of(round_)),
        villages=tuple((village.code, village.name, households) for village, households in frozen),
    )
    round_.snapshot, round_.snapshot_sha256 = write_snapshot(snapshot)
    round_.opened_at = at
    session.add_all(
        RoundUnit(
            round_id=round_.id,
            unit_id=village.id,
            position=position,
            name=village.name,
            households=households,
        )
        for position, (village, households) in enumerate(frozen, start=1)
    )
    session.flush()
    _make_links(session, round_, [village.id for village, _households in frozen], at)
    record(
        session, by, "round.open", unit_id=round_.unit_id, round_id=round_.id, sha256=round_.snapshot_sha256,
        villages=len(frozen), households=sum(households for _village, households in frozen),
    )  # fmt: skip


def _make_links(session: Session, round_: Round, unit_ids: Sequence[int], at: datetime) -> None:
    codes: set[str] = set()
    while len(codes) < len(unit_ids):
        codes.add(new_link_code(round_.tag).text)
    session.add_all(
        Link(round_id=round_.id, unit_id=unit_id, code=code, created_at=at)
        for unit_id, code in zip(unit_ids, codes, strict=True)
    )
    session.flush()
