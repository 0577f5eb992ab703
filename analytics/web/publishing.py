"""The last look before a result is published: what it says, and what is not in it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from analytics.rates import write_rate
from analytics.results import build_result
from analytics.uncounted import say_uncounted, say_without
from analytics.web.words import PART_NAMES, RESULT_VERDICTS, write_figure
from survey.access import requires
from survey.frames import (
    Permission,
    RoundFacts,
    RoundState,
    count_unread,
    database,
    list_versions,
    min_base,
    round_facts,
)

blueprint = Blueprint("publishing", __name__, template_folder="../templates")


@blueprint.get("/dot/<int:round_id>/cong-bo/xac-nhan")
@requires(Permission.MANAGE_ROUND, on="round_id")
def confirm(round_id: int) -> ResponseReturnValue:
    """The standing result in a few lines and the button that publishes it; the steps where there is none."""
    with database().read() as session:
        facts = round_facts(session, round_id)
        if not _may_be_published(facts, {version.number for version in list_versions(session, round_id)}):
            return redirect(url_for("closing.publish", round_id=round_id), 303)
        result = build_result(session, round_id, min_base())
        unread = count_unread(session, round_id)
    return render_template(
        "results/confirm.html",
        facts=facts,
        result=result,
        verdicts=RESULT_VERDICTS,
        part_names=PART_NAMES,
        write_figure=write_figure,
        write_rate=write_rate,
        without=say_without(result.silent),
        uncounted=say_uncounted(list(result.find_uncounted(min_base()).values())),
        unread=unread,
    )


def _may_be_published(facts: RoundFacts, published: set[int]) -> bool:
    is_closed = facts.state in (RoundState.CLOSED, RoundState.PUBLISHED) and facts.kind != "drill"
    return is_closed and facts.record is not None and facts.record.number not in published
