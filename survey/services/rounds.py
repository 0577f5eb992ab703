"""The life of a round: a draft is written here, opened and closed beside, superseded by a corrected one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from survey.domain.clock import now
from survey.domain.codes import TAG_LENGTH, new_tag, normalise
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.domain.ids import read_id
from survey.services.audit import record
from survey.services.round_checks import DEFAULT_GRACE_HOURS, Draft, check_draft, get_rule_set
from survey.services.units import list_below
from survey.store.documents import Document
from survey.store.rounds import Round, RoundState
from survey.store.units import Unit
from translations.catalogue import LazyText, lazy

STATE_NAMES: dict[RoundState, LazyText] = {
    RoundState.DRAFT: lazy("đang soạn"),
    RoundState.OPEN: lazy("đang nhận phiếu"),
    RoundState.CLOSED: lazy("đã đóng"),
    RoundState.PUBLISHED: lazy("đã công bố"),
    RoundState.SUPERSEDED: lazy("đã thay bằng đợt khác"),
}


def clean_draft(
    kind: str,
    title: str,
    questionnaire_key: str,
    rule_set_key: str | None,
    starts_on: date,
    last_on: date | None,
    contact: str,
    grace_hours: int | None,
) -> Draft:
    """What was typed, without stray spaces; the grace comes from the rule set unless it is given."""
    rule_set_key = None if kind == "pulse" else rule_set_key or None
    if grace_hours is None:
        grace_hours = get_rule_set(rule_set_key).grace_hours if rule_set_key else DEFAULT_GRACE_HOURS
    title, contact = " ".join(title.split()), " ".join(contact.split())
    return Draft(kind, title, questionnaire_key, rule_set_key, starts_on, last_on, contact, grace_hours)


def create_round(
    session: Session,
    unit: Unit,
    kind: str,
    title: str,
    questionnaire_key: str,
    rule_set_key: str | None,
    starts_on: date,
    last_on: date | None,
    contact: str,
    *,
    grace_hours: int | None = None,
    by: int | None,
) -> Round:
    """Keep a draft of a round; a pulse round needs neither rule set nor last day.

    Raises:
        DomainError: the unit, the papers or the days do not allow such a round.
    """
    draft = clean_draft(
        kind, title, questionnaire_key, rule_set_key, starts_on, last_on, contact, grace_hours
    )
    check_draft(draft, unit)
    round_ = Round(tag=_find_free_tag(session), unit=unit, created_at=now(), **draft.columns)
    session.add(round_)
    session.flush()
    record(session, by, "round.create", unit_id=unit.id, round_id=round_.id, **draft.columns)
    return round_


def edit_round(
    session: Session,
    round_: Round,
    *,
    title: str,
    questionnaire_key: str,
    rule_set_key: str | None,
    starts_on: date,
    last_on: date | None,
    contact: str,
    grace_hours: int | None = None,
    by: int | None,
) -> None:
    """Change a draft; its kind stays."""
    lock_round(session, round_, RoundState.DRAFT)
    draft = clean_draft(
        round_.kind, title, questionnaire_key, rule_set_key, starts_on, last_on, contact, grace_hours
    )
    check_draft(draft, round_.unit)
    for name, value in draft.columns.items():
        setattr(round_, name, value)
    record(session, by, "round.edit", unit_id=round_.unit_id, round_id=round_.id, **draft.columns)


def _find_free_tag(session: Session) -> str:
    """A tag no round bears; never of digits alone, so that a tag and an id can't be taken for one another."""
    while True:
        tag = new_tag()
        if not tag.isdecimal() and session.scalar(select(Round.id).where(Round.tag == tag)) is None:
            return tag


def get_round(session: Session, name: int | str) -> Round:
    """The round with this id, or with this tag."""
    found = read_id(str(name))
    where = Round.tag == normalise(str(name)) if found is None else Round.id == found
    round_ = session.scalar(select(Round).where(where).options(joinedload(Round.unit)))
    if round_ is None:
        raise NotFound(lazy("Không có đợt “%(name)s”.", name=str(name)[: 4 * TAG_LENGTH]))
    return round_


def list_rounds(session: Session, unit_ids: Sequence[int] | None = None) -> list[Round]:
    """The rounds of the units and of all units below them (None: of all), the latest first."""
    statement = select(Round).options(joinedload(Round.unit))
    statement = statement.order_by(Round.starts_on.desc(), Round.id.desc())
    if unit_ids is not None:
        statement = statement.where(Round.unit_id.in_(list_below(session, unit_ids)))
    return list(session.scalars(statement))


def list_running(session: Session, round_ids: Collection[int]) -> set[int]:
    """Those of the rounds that are not closed, whose counts nobody is told yet."""
    return set(session.scalars(select(Round.id).where(Round.id.in_(round_ids), Round.closed_at.is_(None))))


def record_authorisation(session: Session, round_: Round, document: Document, *, by: int | None) -> None:
    """Record the paper that allows online collection in this round."""
    lock_round(session, round_, RoundState.DRAFT)
    round_.authorisation, round_.authorisation_id = document, document.id
    record(session, by, "round.authorise", unit_id=round_.unit_id, round_id=round_.id, number=document.number)


def supersede_round(session: Session, round_: Round, because: str, *, by: int | None) -> Round:
    """Set a closed or published round aside for a corrected one, which is returned as a draft; both stay."""
    because = " ".join(because.split())
    if not because:
        raise DomainError(lazy("Hãy ghi lý do làm lại đợt này."))
    lock_round(session, round_, RoundState.CLOSED, RoundState.PUBLISHED)
    corrected = Round(
        tag=_find_free_tag(session),
        unit=round_.unit,
        created_at=now(),
        supersedes_id=round_.id,
        **Draft.of(round_).columns,
    )
    round_.superseded_at, round_.superseded_because = now(), because
    session.add(corrected)
    session.flush()
    record(
        session, by, "round.supersede", unit_id=round_.unit_id, round_id=round_.id,
        because=because, corrected=corrected.id,
    )  # fmt: skip
    return corrected


def lock_round(session: Session, round_: Round, *states: RoundState) -> None:
    """Hold the round against everyone, ballots included, and require one of the states."""
    session.flush()  # refreshing would forget what is not written yet
    session.refresh(round_, with_for_update={"of": Round})
    require_state(round_, *states)


def require_state(round_: Round, *states: RoundState) -> None:
    if round_.state not in states:
        state = STATE_NAMES[round_.state]
        raise Conflict(lazy("Đợt “%(title)s” đang ở bước khác (%(state)s).", title=round_.title, state=state))
