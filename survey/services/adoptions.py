"""Which shipped drafts a unit has made its own by an official paper."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from forms.loader import shipped_questionnaires
from forms.questionnaire import Questionnaire
from survey.domain.clock import now
from survey.domain.errors import Conflict, DomainError
from survey.domain.rule_sets import RuleSet, shipped_rule_sets
from survey.services.audit import record
from survey.services.snapshots import Snapshot
from survey.services.units import list_lineage
from survey.store.documents import Adoption, Document
from survey.store.units import Unit
from translations.catalogue import lazy

AdoptedKind = Literal["questionnaire", "rule_set"]


def rule_set_version(rules: RuleSet) -> str:
    """A rule set's version is its content: a changed figure needs a new adoption."""
    return sha256(rules.to_json().encode()).hexdigest()[:12]


def adopt(
    session: Session, unit: Unit, kind: AdoptedKind, key: str, version: str, document: Document, *, by: int
) -> Adoption:
    """Make a shipped draft official for a unit and all below it, by a recorded paper.

    Raises:
        DomainError: there is no such draft in this version, or the unit has adopted it already.
    """
    if _find_status(kind, key, version) != "draft":
        named = {"key": key, "version": version}
        raise DomainError(lazy("Không có dự thảo “%(key)s” (%(version)s) để công nhận.", **named))
    if is_official(session, unit.id, kind, key, version):
        raise Conflict(lazy("“%(key)s” đã được công nhận cho đơn vị này.", key=key))
    adoption = Adoption(
        unit_id=unit.id,
        kind=kind,
        key=key,
        version=version,
        document=document,
        adopted_by=by,
        adopted_at=now(),
    )
    session.add(adoption)
    session.flush()
    record(session, by, f"{kind}.adopt", unit_id=unit.id, key=key, version=version, number=document.number)
    return adoption


def _find_status(kind: AdoptedKind, key: str, version: str) -> str | None:
    """The status of what ships under this key and version."""
    if kind == "questionnaire":
        questionnaire = shipped_questionnaires().get(key)
        return questionnaire.status if questionnaire and questionnaire.version == version else None
    rules = shipped_rule_sets().get(key)
    return rules.status if rules and rule_set_version(rules) == version else None


def find_adoption(
    session: Session, unit_id: int, kind: AdoptedKind, key: str, version: str
) -> Adoption | None:
    """The adoption that holds for a unit: its own, or that of a unit above it."""
    return session.scalar(
        select(Adoption)
        .where(Adoption.unit_id.in_(list_lineage(session, unit_id)))
        .where(Adoption.kind == kind, Adoption.key == key, Adoption.version == version)
        .options(joinedload(Adoption.document))
        .order_by(Adoption.id)
        .limit(1)
    )


def is_official(session: Session, unit_id: int, kind: AdoptedKind, key: str, version: str) -> bool:
    """Whether it ships as official, or is adopted by the unit or any unit above it."""
    if _find_status(kind, key, version) == "official":
        return True
    return find_adoption(session, unit_id, kind, key, version) is not None


def is_questionnaire_official(session: Session, unit_id: int, questionnaire: Questionnaire) -> bool:
    """For a shipped or a frozen questionnaire; where not, its papers say DỰ THẢO."""
    if questionnaire.status == "official":
        return True
    key, version = questionnaire.key, questionnaire.version
    return find_adoption(session, unit_id, "questionnaire", key, version) is not None


def is_rule_set_official(session: Session, unit_id: int, rules: RuleSet) -> bool:
    """For a shipped or a frozen rule set; where not, its papers say DỰ THẢO."""
    if not rules.is_draft:
        return True
    return find_adoption(session, unit_id, "rule_set", rules.key, rule_set_version(rules)) is not None


def is_draft(session: Session, unit_id: int, snapshot: Snapshot) -> bool:
    """Whether the papers of a round with this snapshot must say DỰ THẢO."""
    rules = snapshot.rules
    return not is_questionnaire_official(session, unit_id, snapshot.questionnaire) or not (
        rules is None or is_rule_set_official(session, unit_id, rules)
    )


def list_adoptions(session: Session, kind: AdoptedKind, key: str) -> Sequence[tuple[Adoption, Unit]]:
    """Who has adopted any version of it, in order."""
    statement = select(Adoption, Unit).join(Unit, Unit.id == Adoption.unit_id)
    statement = statement.where(Adoption.kind == kind, Adoption.key == key).order_by(Adoption.id)
    return list(session.execute(statement.options(joinedload(Adoption.document))))
