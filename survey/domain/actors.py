"""The person at the keyboard, and what their grants let them do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from survey.domain.permissions import PERMISSIONS, Permission, Role


@dataclass(frozen=True)
class Actor:
    """A signed-in member of staff; `grants` are (role, unit id) pairs."""

    staff_id: int
    username: str
    display_name: str
    must_change_password: bool
    grants: tuple[tuple[Role, int], ...]

    def may(self, permission: Permission, unit_ids: Collection[int] | None = None) -> bool:
        """Whether some grant on one of `unit_ids` (a unit and those above it; None: on any) allows it."""
        return any(
            permission in PERMISSIONS[role] and (unit_ids is None or unit_id in unit_ids)
            for role, unit_id in self.grants
        )

    def units_with(self, permission: Permission) -> tuple[int, ...]:
        """The units on which, with all below them, the permission is held."""
        return tuple(sorted({unit_id for role, unit_id in self.grants if permission in PERMISSIONS[role]}))
