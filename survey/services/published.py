"""What the public may read: rounds whose result was published, and the published versions of one."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import ColumnElement, extract, func, inspect, literal, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from survey.domain.names import fold, matches, split_type
from survey.services.result_records import list_results
from survey.store.engine import Database
from survey.store.results import Publication, PublishedFile, Result
from survey.store.rounds import Round
from survey.store.staff import AuditEvent
from survey.store.units import Unit


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A round in the public list; `number` is its last published result, None from before results were kept.

    `is_set_aside` says that another round takes its place, of which nothing is published yet.
    """

    round_id: int
    number: int | None
    title: str
    kind: str
    unit: str
    unit_code: str
    starts_on: date
    last_on: date | None
    published_at: datetime
    is_set_aside: bool


@dataclass(frozen=True, slots=True)
class PublishedPage:
    """One page of the list, how many lines it has in all, and the years in which listed rounds began."""

    lines: tuple[PublishedLine, ...]
    total: int
    years: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """A published result; `because` is why it stands in place of the version before."""

    number: int
    published_at: datetime
    record_sha256: str
    because: str | None


def list_published(
    session: Session, query: str = "", year: int | None = None, *, limit: int = 50, offset: int = 0
) -> PublishedPage:
    """Published rounds, the latest first, of units whose name is like `query` or whose code it is.

    One that was set aside stays in the list until the round in its place is published. Accents and the
    unit's type may be left out, as in the search of units.
    """
    began_in = extract("year", Round.starts_on)
    years = session.scalars(select(began_in).where(*_is_listed()).distinct().order_by(began_in.desc()))
    chosen = [*_is_listed()]
    if query.strip():
        chosen.append(Round.unit_id.in_(_find_units(session, query)))
    if year is not None:
        chosen.append(began_in == year)
    total = session.scalar(select(func.count()).select_from(Round).where(*chosen)) or 0
    last = select(func.max(Publication.number)).where(Publication.round_id == Round.id).scalar_subquery()
    rows = session.execute(
        select(
            *(Round.id, last, Round.title, Round.kind, Unit.name, Unit.code),
            *(Round.starts_on, Round.last_on, Round.published_at, Round.superseded_at.is_not(None)),
        )
        .join(Unit, Unit.id == Round.unit_id)
        .where(*chosen)
        .order_by(Round.published_at.desc(), Round.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return PublishedPage(tuple(PublishedLine(*row) for row in rows), total, tuple(map(int, years)))


def _is_listed() -> tuple[ColumnElement[bool], ...]:
    """Published, no drill, and no other round published in its place."""
    is_told = Round.published_at.is_not(None)
    given_up = select(Round.supersedes_id.label("id")).where(is_told).cte(recursive=True)
    given_up = given_up.union(select(Round.supersedes_id).join(given_up, Round.id == given_up.c.id))
    places = select(given_up.c.id).where(given_up.c.id.is_not(None))
    return is_told, Round.kind != "drill", Round.id.not_in(places)


def _find_units(session: Session, query: str) -> list[int]:
    code, words = query.strip(), split_type(fold(query))[1]
    # No wildcard can be among the words: folding keeps letters, digits and single spaces only.
    named = literal(" ").concat(Unit.search_name).like(f"% {words}%")
    rows = session.execute(
        select(Unit.id, Unit.code, Unit.name)
        .where(Unit.id.in_(select(Round.unit_id).where(*_is_listed())))
        .where(or_(Unit.code == code, named) if fold(query) else Unit.code == code)
    )
    return [unit_id for unit_id, own, name in rows if own == code or matches(query, name)]


def list_versions(session: Session, round_id: int) -> list[Version]:
    """The published results of a round, the first one first; none of a drill."""
    kind = session.scalar(select(Round.kind).where(Round.id == round_id))
    statement = select(Publication.number, Publication.published_at).where(Publication.round_id == round_id)
    published = dict(session.execute(statement).all()) if kind != "drill" else {}
    versions: list[Version] = []
    reasons: list[str] = []
    for result in list_results(session, round_id):
        reasons += [result.because] if result.because else []
        if result.number in published:
            because = "; ".join(reasons) if versions else None
            versions.append(Version(result.number, published[result.number], result.sha256, because))
            reasons = []
    return versions


def list_downloaded(session: Session, round_id: int, forms: Collection[str]) -> set[int]:
    """The numbers of a round's results of which staff downloaded a file of one of these forms."""
    wanted = (AuditEvent.action == "results.download", AuditEvent.round_id == round_id)
    details = [json.loads(detail) for detail in session.scalars(select(AuditEvent.detail).where(*wanted))]
    return {one["result"] for one in details if one["form"] in forms and one.get("result")}


def find_successor(session: Session, round_id: int) -> int | None:
    """The published round that stands in this one's place, or None."""
    found = session.scalar(select(Round).where(Round.supersedes_id == round_id))
    while found is not None and found.published_at is None:
        found = session.scalar(select(Round).where(Round.supersedes_id == found.id))
    return found.id if found else None


def find_predecessor(session: Session, round_id: int) -> int | None:
    """The published round in whose place this one stands, or None."""
    found = session.get_one(Round, round_id)
    while found.supersedes_id is not None:
        found = session.get_one(Round, found.supersedes_id)
        if found.published_at is not None:
            return found.id
    return None


def keeps_results(database: Database) -> bool:
    """Whether there is a database that keeps results; none is made by asking."""
    path = database.engine.url.database
    if database.is_sqlite and not (path and Path(path).exists()):
        return False
    try:
        return inspect(database.engine).has_table(PublishedFile.__tablename__)
    except OperationalError:
        return False


def find_published_file(session: Session, digest: str) -> tuple[int, int, str] | None:
    """Round, number and name of the published file with this SHA-256."""
    columns = (PublishedFile.round_id, PublishedFile.number, PublishedFile.name)
    found = session.execute(select(*columns).where(PublishedFile.sha256 == digest)).first()
    return (found[0], found[1], found[2]) if found else None


def find_result(session: Session, digest: str) -> tuple[int, int] | None:
    """Round and number of the result whose record has this SHA-256."""
    found = session.execute(select(Result.round_id, Result.number).where(Result.sha256 == digest)).first()
    return (found[0], found[1]) if found else None
