"""What to do next: the first page after signing in."""

from __future__ import annotations

from flask import Blueprint, render_template

from survey.access import staff_only
from survey.domain.clock import now
from survey.domain.permissions import Permission
from survey.services.round_checks import KIND_NAMES
from survey.services.rounds import STATE_NAMES
from survey.services.tasks import list_tasks
from survey.web.context import actor, database
from survey.web.paper_words import WAITING_NAMES

blueprint = Blueprint("tasks", __name__, template_folder="templates")


@blueprint.get("/viec-can-lam")
@staff_only
def show() -> str:
    """The steps of every round in hand, computed from what has been done."""
    with database().read() as session:
        communes = list_tasks(session, actor(), now())
        return render_template(
            "tasks/show.html",
            communes=communes,
            kinds=KIND_NAMES,
            states=STATE_NAMES,
            paper_waits=WAITING_NAMES,
            reads_counts=actor().may(Permission.READ_COUNTS),
            manages_staff=actor().may(Permission.MANAGE_STAFF),
            reads_scoreboard=actor().may(Permission.READ_SCOREBOARD),
        )
