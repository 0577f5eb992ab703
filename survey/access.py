"""Permission markers: every view says whom it is for, and the gate refuses a view that does not.

`flask --app app routes-access` prints the table of all routes; a test compares it with the kept one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from survey.domain.permissions import Permission

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Access:
    """Whom a view is for. `on` names the view's argument that holds the round or the unit it is about.

    Without `permission` any member of staff may enter, without `signed_in` anybody; without `on`
    the permission may be held on any unit.
    """

    signed_in: bool
    permission: Permission | None = None
    on: str | None = None

    def __str__(self) -> str:
        if not self.signed_in:
            return "public"
        if self.permission is None:
            return "staff"
        return f"{self.permission}" + (f" on {self.on}" if self.on else "")


def _mark(access: Access) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Anybody may call this view."""
    return _mark(Access(signed_in=False))(view)


def staff_only(view: View) -> View:
    """Any signed-in member of staff may call this view."""
    return _mark(Access(signed_in=True))(view)


def requires(permission: Permission, on: str | None = None) -> Callable[[View], View]:
    """Only staff who hold `permission` on the round or unit named by the argument `on` may call this view."""
    return _mark(Access(True, permission, on))


def find_access(view: Callable[..., Any]) -> Access | None:
    return getattr(view, "access", None)
