"""The facts of a round that its result stands on, as they were frozen, and lists of such rounds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from forms.questionnaire import Questionnaire
from survey.domain.clock import ZONE
from survey.domain.errors import Conflict, NotFound
from survey.domain.rule_sets import RuleSet
from survey.services.adoptions import is_questionnaire_official, is_rule_set_official
from survey.services.handed_out import count_issued
from survey.services.paper_sheets import list_sheets
from survey.services.publishing import find_publication
from survey.services.result_records import Record, RecordedSheet, find_record
from survey.services.snapshots import read_snapshot
from survey.services.units import list_below
from survey.store.documents import Document
from survey.store.rounds import Round, RoundState, RoundUnit
from survey.store.units import Unit
from translations.catalogue import lazy


class ResultNotReady(Conflict):
    """The round's answers may not be read yet."""


@dataclass(frozen=True, slots=True)
class RoundLine:
    """A round in a list."""

    id: int
    title: str
    kind: str
    state: RoundState
    unit: str
    starts_on: date
    last_on: date | None
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class VillageFacts:
    """A village as frozen at opening, and the commune it lies in.

    `issued` is the slips handed out and not void, or where there were none the paper forms handed out; None
    where the rules do not count them.
    """

    unit_id: int
    code: str
    name: str
    households: int
    commune_code: str
    commune: str
    issued: int | None


@dataclass(frozen=True, slots=True)
class RecordFacts:
    """One of a round's recorded results; `superseded_by` is the number of the one that stands instead."""

    number: int
    sha256: str
    because: str | None
    published_at: datetime | None
    superseded_by: int | None


@dataclass(frozen=True, slots=True)
class RoundFacts:
    """An opened round as it was frozen. `draft_parts` names what no document has made official yet:
    'questionnaire', 'rule_set'; papers and pages say DỰ THẢO while it holds any. `contact` is whom residents
    may ask.

    Once the round is closed, `record` is the result that these facts tell, `sheets` are its paper sheets by
    village, `uncounted` is as in its record, and `open_points` were open when it closed.
    """

    id: int
    tag: str
    kind: str
    state: RoundState
    title: str
    unit_id: int
    unit_code: str
    unit: str
    unit_level: str
    starts_on: date
    last_on: date | None
    opened_at: datetime
    closed_at: datetime | None
    closed_despite: str | None
    published_at: datetime | None
    superseded_because: str | None
    successor_id: int | None
    authorisation: Document | None
    questionnaire: Questionnaire
    rules: RuleSet | None
    contact: str
    villages: tuple[VillageFacts, ...]
    sha256: str
    draft_parts: tuple[str, ...]
    record: RecordFacts | None
    sheets: Mapping[int, RecordedSheet]
    uncounted: Mapping[int, int | None] | None
    open_points: tuple[str, ...]

    @property
    def is_readable(self) -> bool:
        """Whether answers may be read: after closing; of a pulse as soon as it runs."""
        return self.state is not RoundState.OPEN or self.kind == "pulse"

    @property
    def ended_on(self) -> date | None:
        """The last day on which ballots were taken; None while a round without a last day runs."""
        closed_on = self.closed_at.astimezone(ZONE).date() if self.closed_at else None
        return min((day for day in (self.last_on, closed_on) if day), default=None)

    @property
    def legal_basis(self) -> str:
        return self.rules.legal_basis if self.rules else ""


def round_facts(session: Session, round_id: int, number: int | None = None) -> RoundFacts:
    """The facts of a round, as its result of this number has them, or the one that stands.

    Raises:
        NotFound: there is no such round, or no such result.
        ResultNotReady: the round was never opened.
    """
    found = session.get(Round, round_id, options=[joinedload(Round.unit), joinedload(Round.authorisation)])
    if found is None:
        raise NotFound(lazy("Không có đợt lấy ý kiến này."))
    if found.opened_at is None or found.snapshot_sha256 is None:
        raise ResultNotReady(lazy("Đợt lấy ý kiến này chưa mở."))
    recorded = find_record(session, round_id, number)
    if number is not None and recorded is None:
        raise NotFound(lazy("Đợt này không có kết quả ấy."))
    frozen = recorded or read_snapshot(session, found)
    return RoundFacts(
        id=found.id,
        tag=found.tag,
        kind=found.kind,
        state=found.state,
        title=found.title,
        unit_id=found.unit_id,
        unit_code=found.unit.code,
        unit=found.unit.name,
        unit_level=found.unit.level,
        starts_on=found.starts_on,
        last_on=found.last_on,
        opened_at=found.opened_at,
        closed_at=found.closed_at,
        closed_despite=found.closed_despite,
        published_at=found.published_at,
        superseded_because=found.superseded_because,
        successor_id=session.scalar(select(Round.id).where(Round.supersedes_id == round_id)),
        authorisation=found.authorisation,
        questionnaire=frozen.questionnaire,
        rules=frozen.rules,
        contact=found.contact,
        villages=villages_of_record(recorded, frozen.rules) or _list_villages(session, found, frozen.rules),
        sha256=found.snapshot_sha256,
        draft_parts=_list_drafts(session, found.unit_id, frozen.questionnaire, frozen.rules),
        record=_describe_record(session, round_id, recorded, number) if recorded else None,
        sheets=recorded.sheets if recorded else {},
        uncounted=recorded.uncounted if recorded else None,
        open_points=recorded.open_points if recorded else (),
    )


def _describe_record(session: Session, round_id: int, recorded: Record, asked: int | None) -> RecordFacts:
    publication = find_publication(session, round_id, recorded.number)
    standing = (find_record(session, round_id) if asked else None) or recorded
    return RecordFacts(
        number=recorded.number,
        sha256=recorded.sha256,
        because=recorded.because,
        published_at=publication.published_at if publication else None,
        superseded_by=standing.number if standing.number > recorded.number else None,
    )


def villages_of_record(recorded: Record | None, rules: RuleSet | None) -> tuple[VillageFacts, ...]:
    """The villages as a record has them; none without one."""
    counts_issued = rules is not None and rules.counts_issued
    return tuple(
        VillageFacts(
            unit_id=one.unit_id,
            code=one.code,
            name=one.name,
            households=one.households,
            commune_code=one.commune_code,
            commune=one.commune,
            issued=one.issued if counts_issued else None,
        )
        for one in (recorded.villages if recorded else ())
    )


def _list_villages(session: Session, found: Round, rules: RuleSet | None) -> tuple[VillageFacts, ...]:
    parent = aliased(Unit)
    rows = session.execute(
        select(RoundUnit.unit_id, Unit.code, RoundUnit.name, RoundUnit.households, parent.code, parent.name)
        .join(Unit, Unit.id == RoundUnit.unit_id)
        .join(parent, parent.id == Unit.parent_id)
        .where(RoundUnit.round_id == found.id)
        .order_by(RoundUnit.position, RoundUnit.unit_id)
    ).all()
    counts_issued = rules is not None and rules.counts_issued
    issued = count_issued(session, found.id, list_sheets(session, found)) if counts_issued else None
    return tuple(
        VillageFacts(*row, issued=None if issued is None else issued.get(row.unit_id, 0)) for row in rows
    )


def _list_drafts(
    session: Session, unit_id: int, questionnaire: Questionnaire, rules: RuleSet | None
) -> tuple[str, ...]:
    drafts: list[str] = []
    if not is_questionnaire_official(session, unit_id, questionnaire):
        drafts.append("questionnaire")
    if rules and not is_rule_set_official(session, unit_id, rules):
        drafts.append("rule_set")
    return tuple(drafts)


def list_result_rounds(session: Session, unit_ids: Sequence[int]) -> list[RoundLine]:
    """Rounds with something to read, of the given units and all below them, the latest first."""
    statement = select(Round).where(
        Round.unit_id.in_(list_below(session, unit_ids)),
        or_(Round.closed_at.is_not(None), (Round.kind == "pulse") & Round.opened_at.is_not(None)),
    )
    return _list_lines(session, statement)


def _list_lines(session: Session, statement: Select[Round]) -> list[RoundLine]:
    ordered = statement.options(joinedload(Round.unit)).order_by(Round.starts_on.desc(), Round.id.desc())
    return [
        RoundLine(
            one.id,
            one.title,
            one.kind,
            one.state,
            one.unit.name,
            one.starts_on,
            one.last_on,
            one.closed_at.astimezone(ZONE).date() if one.closed_at else None,
        )
        for one in session.scalars(ordered)
    ]
