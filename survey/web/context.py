"""What a view finds around it: settings, database, and who is asking."""

from __future__ import annotations

from typing import cast

from flask import g

from survey.application import database, settings
from survey.domain.actors import Actor

__all__ = ["actor", "database", "find_actor", "settings"]


def actor() -> Actor:
    """The signed-in member of staff; only for views that are not public."""
    return cast(Actor, g.actor)


def find_actor() -> Actor | None:
    return cast("Actor | None", g.get("actor"))
