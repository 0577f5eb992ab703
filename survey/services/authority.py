"""Who may look after whose account: at the units below one's own, and no role beyond one's own reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from survey.domain.actors import Actor
from survey.domain.clock import today
from survey.domain.delegation import GRANTABLE, roles_at
from survey.domain.errors import Forbidden, NotFound
from survey.domain.permissions import Role
from survey.domain.units import Level
from survey.services.accounts import list_staff
from survey.services.units import list_below
from survey.store.staff import Staff
from survey.store.units import Unit
from translations.catalogue import lazy


@dataclass(frozen=True)
class Reach:
    """The roles that an actor may give and take, by unit."""

    staff_id: int
    roles: Mapping[int, frozenset[Role]]
    administers: bool

    def covers(self, role: Role, unit_id: int) -> bool:
        return role in self.roles.get(unit_id, frozenset())

    def covers_account(self, staff: Staff) -> bool:
        """Whether every grant of the account is within reach; nobody looks after their own.

        An account without a grant belongs to nobody, and so to administrators.
        """
        if staff.id == self.staff_id:
            return False
        if not staff.grants:
            return self.administers
        return all(self.covers(Role(grant.role), grant.unit_id) for grant in staff.grants)


def find_reach(session: Session, actor: Actor) -> Reach:
    """What the actor may hand on: an administrator any role, the province's Front a commune's roles."""
    roles: defaultdict[int, frozenset[Role]] = defaultdict(frozenset)
    for held, unit_id in actor.grants:
        given = GRANTABLE.get(held)
        if given:
            for below in list_below(session, [unit_id]):
                roles[below] |= given
    administers = any(role is Role.ADMINISTRATOR for role, _ in actor.grants)
    return Reach(actor.staff_id, dict(roles), administers)


def list_within_reach(session: Session, reach: Reach) -> list[Staff]:
    """The accounts the actor may look after, by username."""
    return [staff for staff in list_staff(session) if reach.covers_account(staff)]


def get_within_reach(session: Session, reach: Reach, staff_id: int) -> Staff:
    """An account the actor may look after.

    Raises:
        NotFound: there is none, or it reaches beyond the actor's units; the answer is the same.
    """
    staff = session.get(Staff, staff_id)
    if staff is None or not reach.covers_account(staff):
        raise NotFound(lazy("Không có tài khoản này, hoặc tài khoản không thuộc phạm vi của ông/bà."))
    return staff


def check_may_hand_on(reach: Reach, role: Role, unit: Unit) -> None:
    """Raise Forbidden unless the actor may give or take this role on this unit."""
    if not reach.covers(role, unit.id):
        raise Forbidden(lazy("Ông/bà không được giao hoặc thu vai trò này ở %(unit)s.", unit=unit.name))


def list_grantable_units(session: Session, reach: Reach) -> list[Unit]:
    """The units of today, communes and above, on which the actor may give some role; larger units first."""
    rank = {Level.PROVINCE: 0, Level.DISTRICT: 1, Level.COMMUNE: 2}
    units = session.scalars(
        select(Unit).where(
            Unit.level.in_([str(level) for level in rank]),
            Unit.valid_from <= today(),
            or_(Unit.valid_to.is_(None), Unit.valid_to >= today()),
        )
    )
    chosen = [unit for unit in units if reach.roles.get(unit.id, frozenset()) & roles_at(unit.level)]
    return sorted(chosen, key=lambda unit: (rank[Level(unit.level)], unit.search_name, unit.code))


def list_grantable_roles(reach: Reach) -> list[Role]:
    """The roles the actor may give somewhere, in the order of `Role`."""
    given = frozenset[Role]().union(*reach.roles.values())
    return [role for role in Role if role in given]
