"""Flags worth a second look: of one round, and over the rounds in charge."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, request

from survey.access import requires
from survey.domain.flag_words import EXPLANATIONS
from survey.domain.flags import Flag, FlagKind
from survey.domain.ids import read_id
from survey.domain.permissions import Permission
from survey.services.flags import list_flagged_rounds, list_flags, read_thresholds, tells_answers
from survey.services.round_checks import KIND_NAMES
from survey.services.rounds import STATE_NAMES, get_round
from survey.web.context import actor, database, settings

blueprint = Blueprint("flags", __name__, template_folder="templates")


def group_flags(flags: Sequence[Flag]) -> list[tuple[FlagKind, list[Flag]]]:
    """The flags of each kind, in the order of the kinds."""
    by_kind = [(kind, [flag for flag in flags if flag.kind is kind]) for kind in FlagKind]
    return [(kind, group) for kind, group in by_kind if group]


@blueprint.get("/dau-hieu")
@requires(Permission.READ_FLAGS)
def list_rounds() -> str:
    """The rounds of the units in charge, with the number and the kinds of their flags."""
    before = request.args.get("truoc", type=read_id)
    with database().read() as session:
        units = actor().units_with(Permission.READ_FLAGS)
        lines, older = list_flagged_rounds(session, units, settings().min_base, before_id=before)
    return render_template(
        "flags/list.html",
        lines=lines,
        group_flags=group_flags,
        older=older,
        first=before is None,
        explanations=EXPLANATIONS,
        states=STATE_NAMES,
        kinds=KIND_NAMES,
    )


@blueprint.get("/dot/<int:round_id>/dau-hieu")
@requires(Permission.READ_FLAGS, on="round_id")
def show(round_id: int) -> str:
    """A round's flags: what was seen, what it may innocently mean, and what to do."""
    with database().read() as session:
        round_ = get_round(session, round_id)
        flags = list_flags(session, round_, settings().min_base)
    return render_template(
        "flags/show.html",
        round=round_,
        groups=group_flags(flags),
        explanations=EXPLANATIONS,
        thresholds=read_thresholds(),
        min_base=settings().min_base,
        told=tells_answers(round_),
    )
