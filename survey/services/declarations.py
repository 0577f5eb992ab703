"""What units declare towards the plan's targets; a later declaration replaces an earlier one, both stay."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.domain.clock import now, today
from survey.domain.errors import DomainError, NotFound
from survey.domain.plan import Plan, Target
from survey.services.audit import record
from survey.store.declarations import Declaration
from survey.store.staff import Staff
from survey.store.units import Unit
from translations.catalogue import LazyText, lazy

LINK_LENGTH = 500
_BROKEN = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`{|}]")


class InvalidDeclaration(DomainError):
    """A declaration that cannot be kept; `problems` are by field, 'evidence_url' and 'declared_on' too."""

    def __init__(self, problems: Mapping[str, LazyText]) -> None:
        super().__init__(lazy("Số liệu khai báo chưa đúng, xin xem từng mục."))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration that was kept; `declared_by` is a display name, '' for a command."""

    unit_id: int
    target: str
    declared_on: date
    value: Mapping[str, Any]
    evidence_url: str
    declared_by: str


def list_targets(plan: Plan, unit: Unit) -> list[Target]:
    """The targets towards which the unit declares something."""
    return [
        target
        for target in plan.targets
        if unit.level in target.levels and (not target.unit_types or unit.type in target.unit_types)
    ]


def declare(
    session: Session,
    plan: Plan,
    unit: Unit,
    target_key: str,
    value: Mapping[str, Any],
    evidence_url: str,
    declared_on: date | None,
    *,
    by: int | None,
) -> Declaration:
    """Keep a unit's declaration as of a day.

    Raises:
        NotFound: the unit does not count for such a target.
        InvalidDeclaration: with what is wrong, field by field.
    """
    target = next((one for one in list_targets(plan, unit) if one.key == target_key), None)
    if target is None:
        raise NotFound(lazy("Đơn vị này không khai báo cho mục tiêu đó."))
    problems = _find_problems(target, unit, value, evidence_url, declared_on)
    if problems or declared_on is None:
        raise InvalidDeclaration(problems)
    kept = Declaration(
        unit_id=unit.id,
        target=target.key,
        declared_on=declared_on,
        value=json.dumps(dict(value), ensure_ascii=False, sort_keys=True),
        evidence_url=evidence_url,
        declared_by=by,
        recorded_at=now(),
    )
    session.add(kept)
    record(session, by, "declaration.add", unit_id=unit.id, target=target.key, declared_on=declared_on)
    return kept


def _find_problems(
    target: Target, unit: Unit, value: Mapping[str, Any], evidence_url: str, declared_on: date | None
) -> dict[str, LazyText]:
    problems = target.find_problems(value)
    for field in target.fields:
        if field.role != "note" and value.get(field.key) in (None, "", []):
            problems.setdefault(field.key, lazy("Xin khai mục này."))
    link = _find_link_problem(evidence_url)
    if link:
        problems["evidence_url"] = link
    day = _find_day_problem(unit, declared_on)
    if day:
        problems["declared_on"] = day
    return problems


def _find_link_problem(link: str) -> LazyText | None:
    if not link:
        return lazy("Xin ghi địa chỉ minh chứng.")
    if len(link) > LINK_LENGTH:
        return lazy("Địa chỉ dài quá, tối đa %(limit)s ký tự.", limit=LINK_LENGTH)
    try:
        parts = urlsplit(link)
        hostname = parts.hostname
    except ValueError:
        return lazy("Địa chỉ viết chưa đúng.")
    if parts.scheme not in ("http", "https") or not hostname or _BROKEN.search(link):
        return lazy("Phải là địa chỉ bắt đầu bằng http:// hoặc https://.")
    return None


def _find_day_problem(unit: Unit, day: date | None) -> LazyText | None:
    if day is None:
        return lazy("Xin ghi ngày, ví dụ 31/12/2025.")
    if day > today():
        return lazy("Ngày khai không được sau hôm nay.")
    if day < unit.valid_from or (unit.valid_to is not None and day > unit.valid_to):
        return lazy("Ngày này đơn vị chưa có hoặc không còn.")
    return None


def list_declarations(session: Session, unit_id: int) -> list[Declared]:
    """All that a unit ever declared, the latest first."""
    statement = select(Declaration, Staff.display_name).outerjoin(Staff, Staff.id == Declaration.declared_by)
    ordered = statement.where(Declaration.unit_id == unit_id).order_by(
        Declaration.declared_on.desc(), Declaration.id.desc()
    )
    return [_tell(found, name or "") for found, name in session.execute(ordered)]


def list_current_declarations(session: Session, on: date) -> dict[tuple[int, str], Declared]:
    """The latest declaration of every unit for every target, as of a day."""
    statement = (
        select(Declaration)
        .where(Declaration.declared_on <= on)
        .order_by(Declaration.declared_on, Declaration.id)
    )
    return {(found.unit_id, found.target): _tell(found, "") for found in session.scalars(statement)}


def _tell(found: Declaration, name: str) -> Declared:
    value = json.loads(found.value)
    return Declared(found.unit_id, found.target, found.declared_on, value, found.evidence_url, name)
