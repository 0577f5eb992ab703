"""Which role stands at which level of units, and who may hand it on."""

from __future__ import annotations

from survey.domain.permissions import Role
from survey.domain.units import Level

_ABOVE_COMMUNES = frozenset({Level.PROVINCE, Level.DISTRICT})
_COMMUNE = frozenset({Level.COMMUNE})

ROLE_LEVELS: dict[Role, frozenset[Level]] = {
    Role.FRONT_COMMUNE: _COMMUNE,
    Role.COLLECTOR: _COMMUNE,
    Role.COMMITTEE_COMMUNE: _COMMUNE,
    Role.FRONT_PROVINCE: _ABOVE_COMMUNES,
    Role.COMMITTEE_PROVINCE: _ABOVE_COMMUNES,
    Role.ANALYST: _ABOVE_COMMUNES | _COMMUNE,
    Role.ADMINISTRATOR: frozenset({Level.PROVINCE}),
}
"""The levels at which a role makes sense; a commune's role on a province would open every commune, and an
administrator reads the whole log."""

GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset(Role),
    Role.FRONT_PROVINCE: frozenset({Role.FRONT_COMMUNE, Role.COLLECTOR, Role.COMMITTEE_COMMUNE}),
}
"""The roles that a holder of the first may give and take at the units below their own."""


def roles_at(level: str) -> frozenset[Role]:
    """The roles that may be held on a unit of this level."""
    return frozenset(role for role, levels in ROLE_LEVELS.items() if level in levels)
