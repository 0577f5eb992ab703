"""From boxes to responses: ballots lose their neighbours, their moment and their id.

Rows written in one transaction can be joined by what the engine keeps of it (PostgreSQL's `xmin`,
SQLite's log frames), so a ballot must not stay in the transaction that used its slip. At least k
ballots of a village move together, shuffled, in a transaction of their own, and are folded into
the tallies there; free texts do the same over the whole commune, in yet another one.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from random import SystemRandom
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import CompoundSelect, bindparam, delete, func, insert, null, select, union_all
from sqlalchemy.orm import Session

from forms.questionnaire import Questionnaire
from forms.types.registry import get_type
from survey.services.snapshots import questionnaire_of
from survey.store.ballots import Box, Reason, ReasonBox, Response
from survey.store.engine import Database
from survey.store.rounds import Round, RoundUnit
from survey.store.tallies import ANY_NOT_SATISFIED, BALLOT, VALID, Tally
from survey.store.upsert import add_to_counter

_random = SystemRandom()
_SCRUB_TRIES = 10
_SCRUB_PAUSE = 0.3
"""Seconds."""

Cell = tuple[int, str, str, str]
"""unit_id, channel, question, option."""


def mix_if_due(database: Database, round_id: int, unit_ids: Collection[int], min_base: int) -> bool:
    """Mix the villages' boxes and the commune's reasons where at least `min_base` lie in them.

    Says whether something was mixed: then the boxes are to be forgotten (`Database.scrub`).
    """
    with database.read_once() as connection:
        counts = connection.execute(_BOXED, {"round": round_id, "units": list(unit_ids)}).all()
    due = sorted(unit_id for unit_id, count in counts if unit_id is not None and count >= min_base)
    reasons = next(count for unit_id, count in counts if unit_id is None)
    for unit_id in due:
        mix_village(database, round_id, unit_id, min_base)
    if reasons >= min_base:
        mix_reasons(database, round_id, min_base)
    return bool(due) or reasons >= min_base


_BOXED: CompoundSelect[*tuple[Any, ...]] = union_all(
    select(Box.unit_id, func.count())
    .where(Box.round_id == bindparam("round"), Box.unit_id.in_(bindparam("units", expanding=True)))
    .group_by(Box.unit_id),
    select(null(), func.count()).where(
        ReasonBox.round_id == bindparam("round"), ReasonBox.on_paper.is_(False)
    ),
)
"""How many ballots lie in each village's box, and beside no village how many that were sent bring reasons."""


def mix_round(database: Database, round_id: int, *, at_least: int = 1) -> None:
    """Mix whatever the boxes still hold, when the round closes.

    Fewer than `at_least` ballots over the whole round stay in their boxes: the figures of a pulse were
    told before, and a last step of a few ballots would tell those ballots. All villages move in one
    transaction, so that no reader sees a smaller step either.
    """
    with database.write() as session:
        boxed = select(Box.unit_id, func.count()).where(Box.round_id == round_id).group_by(Box.unit_id)
        counts = session.execute(boxed.order_by(Box.unit_id)).all()
        if sum(count for _, count in counts) >= at_least:
            for unit_id, _ in counts:
                _mix_village(session, round_id, unit_id, at_least=1)
    mix_reasons(database, round_id, at_least)
    forget_boxes(database)


def forget_boxes(database: Database) -> bool:
    """Scrub, for some seconds if a reader is in the way; says whether it worked."""
    for _ in range(_SCRUB_TRIES):
        if database.scrub():
            return True
        time.sleep(_SCRUB_PAUSE)
    return False


def mix_village(database: Database, round_id: int, unit_id: int, at_least: int) -> None:
    """Move a village's boxed ballots into `response` and the tallies, if there are enough."""
    with database.write() as session:
        _mix_village(session, round_id, unit_id, at_least)


def _mix_village(session: Session, round_id: int, unit_id: int, at_least: int) -> None:
    if not _lock_village(session, round_id, unit_id):
        return
    boxed = session.execute(
        select(Box.id, Box.channel, Box.answers).where(Box.round_id == round_id, Box.unit_id == unit_id)
    ).all()
    if len(boxed) < at_least:
        return
    questionnaire = questionnaire_of(session, round_id)
    ballots = [(row.channel, row.answers) for row in boxed]
    _random.shuffle(ballots)
    session.execute(
        insert(Response),
        [
            {
                "round_id": round_id,
                "id": uuid4(),
                "unit_id": unit_id,
                "channel": channel,
                "answers": answers,
            }
            for channel, answers in ballots
        ],
    )
    counts = fold(questionnaire, ((unit_id, channel, json.loads(answers)) for channel, answers in ballots))
    add_to_counter(session.connection(), Tally, "count", _tally_rows(round_id, counts))
    _empty(session, Box, round_id, [row.id for row in boxed])


def mix_reasons(database: Database, round_id: int, at_least: int) -> None:
    """Move the commune's boxed texts into `reason`, one row a text, if enough ballots gave some.

    What was keyed from paper moves with them: whoever keyed it knows it, and could tell it apart.
    """
    with database.write() as session:
        if not _lock_round(session, round_id):
            return
        boxed = session.execute(
            select(ReasonBox.id, ReasonBox.texts, ReasonBox.on_paper).where(ReasonBox.round_id == round_id)
        ).all()
        sent = sum(not row.on_paper for row in boxed)
        if not boxed or (at_least > 1 and sent < at_least):
            return
        texts = [pair for row in boxed for pair in json.loads(row.texts).items()]
        _random.shuffle(texts)
        rows = [
            {"round_id": round_id, "id": uuid4(), "question": question, "text": text, "moderation": "new"}
            for question, text in texts
        ]
        session.execute(insert(Reason), rows)
        _empty(session, ReasonBox, round_id, [row.id for row in boxed])


def _empty(session: Session, box: type[Box] | type[ReasonBox], round_id: int, ids: Sequence[UUID]) -> None:
    session.execute(delete(box).where(box.round_id == round_id, box.id.in_(ids)))


def _lock_village(session: Session, round_id: int, unit_id: int) -> bool:
    """One process mixes a village at a time; ballots keep coming in (their foreign key may pass)."""
    statement = select(RoundUnit.unit_id).where(RoundUnit.round_id == round_id, RoundUnit.unit_id == unit_id)
    return session.scalar(statement.with_for_update(key_share=True)) is not None


def _lock_round(session: Session, round_id: int) -> bool:
    return (
        session.scalar(select(Round.id).where(Round.id == round_id).with_for_update(key_share=True))
        is not None
    )


def fold(
    questionnaire: Questionnaire, ballots: Iterable[tuple[int, str, Mapping[str, Any]]]
) -> Counter[Cell]:
    """Count (unit, channel, answers) into cells; one pass, shared by mixing and recount."""
    counts: Counter[Cell] = Counter()
    for unit_id, channel, answers in ballots:
        counts[unit_id, channel, BALLOT, VALID] += 1
        dissatisfied = False
        for code, answer in answers.items():
            question = questionnaire.question(code)
            for option, weight in get_type(question.type).tally(question, answer):
                counts[unit_id, channel, code, option] += weight
                dissatisfied = dissatisfied or option == "not_satisfied"
        if dissatisfied:
            counts[unit_id, channel, BALLOT, ANY_NOT_SATISFIED] += 1
    return counts


def _tally_rows(round_id: int, counts: Mapping[Cell, int]) -> list[dict[str, Any]]:
    """Rows in key order, so that two mixings take their locks in one order."""
    return [
        {
            "round_id": round_id,
            "unit_id": unit_id,
            "channel": channel,
            "question": question,
            "option": option,
            "count": count,
        }
        for (unit_id, channel, question, option), count in sorted(counts.items())
    ]
