"""Equal rows among a round's ballots: grouped once, as the round closes, and read ever after."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import Select, func, insert, select, union_all
from sqlalchemy.orm import Session

from survey.domain.flag_evidence import count_contrasts
from survey.services.snapshots import questionnaire_of
from survey.store.ballots import Box, Response
from survey.store.tallies import RepeatedRows


def keep_repeated_rows(session: Session, round_id: int, *, min_base: int, at_least: int) -> None:
    """Keep how large the groups of equal rows are, in the transaction that closes the round.

    Nothing can be added to the round any more, and one statement sees each ballot once, in its box or
    mixed. Boxes with fewer than `at_least` ballots over the whole round will not be mixed and are left
    out, and so is every group of fewer than `min_base`.
    """
    rated = questionnaire_of(session, round_id).rated_codes
    largest: dict[tuple[int, int], int] = {}
    for unit_id, answers, ballots in session.execute(_select_groups(round_id, max(min_base, 2), at_least)):
        row = [str(value) for code, value in json.loads(answers).items() if code in rated]
        cell = unit_id, count_contrasts(row)
        largest[cell] = max(ballots, largest.get(cell, 0))
    rows = [
        {"round_id": round_id, "unit_id": unit_id, "contrasts": contrasts, "ballots": ballots}
        for (unit_id, contrasts), ballots in sorted(largest.items())
    ]
    if rows:
        session.execute(insert(RepeatedRows), rows)


def read_repeated_rows(session: Session, round_id: int) -> Mapping[int, Mapping[int, int]]:
    """By village and contrasts, the ballots of the largest group of equal rows."""
    kept = session.execute(
        select(RepeatedRows.unit_id, RepeatedRows.contrasts, RepeatedRows.ballots).where(
            RepeatedRows.round_id == round_id
        )
    )
    repeated: dict[int, dict[int, int]] = defaultdict(dict)
    for unit_id, contrasts, ballots in kept:
        repeated[unit_id][contrasts] = ballots
    return repeated


def _select_groups(round_id: int, smallest: int, at_least: int) -> Select[int, str, int]:
    boxed = select(func.count()).where(Box.round_id == round_id).scalar_subquery()
    rows = union_all(
        select(Response.unit_id, Response.answers).where(Response.round_id == round_id),
        select(Box.unit_id, Box.answers).where(Box.round_id == round_id, boxed >= at_least),
    ).subquery()
    groups = select(rows.c.unit_id, rows.c.answers, func.count()).group_by(rows.c.unit_id, rows.c.answers)
    return groups.having(func.count() >= smallest)
