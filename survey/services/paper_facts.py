"""What the papers of a closed round tell beside its result: on what they rest, slips, and all its results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from survey.services.adoptions import find_adoption, rule_set_version
from survey.services.paper_sheets import SheetState, list_sheets
from survey.services.publishing import list_publications
from survey.services.result_records import find_record, list_results
from survey.services.rounds import get_round
from survey.services.snapshots import read_snapshot
from survey.store.documents import Document
from survey.store.rounds import Round


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One of a round's recorded results, with when it was made and published."""

    number: int
    sha256: str
    because: str | None
    made_at: datetime
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A village's slips: `issued` were handed out (of paper forms where it has no slips), `stubs` came back
    with a paper ballot, None where it has no slips or their traces are purged. `has_no_paper` says that
    somebody declared so."""

    issued: int
    stubs: int | None
    has_no_paper: bool


@dataclass(frozen=True)
class PaperFacts:
    """`bases` are the documents that make questionnaire and rule set official and allow the online way;
    `open_points` were open when the round closed, whatever was corrected since."""

    contact: str
    open_points: tuple[str, ...]
    bases: tuple[Document, ...]
    handed_out: Mapping[int, HandedOut]
    history: tuple[HistoryLine, ...]


def read_paper_facts(session: Session, round_id: int, number: int | None = None) -> PaperFacts:
    """Of a closed round's result of this number, or of the one that stands; raises NotFound."""
    round_ = get_round(session, round_id)
    first = find_record(session, round_id, 1)
    return PaperFacts(
        contact=round_.contact,
        open_points=first.open_points if first else (),
        bases=tuple(_list_bases(session, round_)),
        handed_out=_list_handed_out(session, round_, number),
        history=tuple(_list_history(session, round_id)),
    )


def _list_bases(session: Session, round_: Round) -> list[Document]:
    frozen = read_snapshot(session, round_)
    adopted = [
        find_adoption(
            session, round_.unit_id, "questionnaire", frozen.questionnaire.key, frozen.questionnaire.version
        )
    ]
    if frozen.rules:
        version = rule_set_version(frozen.rules)
        adopted.append(find_adoption(session, round_.unit_id, "rule_set", frozen.rules.key, version))
    found = [one.document for one in adopted if one]
    return list(dict.fromkeys([*found, round_.authorisation] if round_.authorisation else found))


def _list_handed_out(session: Session, round_: Round, number: int | None) -> dict[int, HandedOut]:
    recorded = find_record(session, round_.id, number)
    issued = {one.unit_id: one.issued for one in recorded.villages} if recorded else {}
    return {
        found.village.unit_id: HandedOut(
            issued=issued.get(found.village.unit_id, 0),
            stubs=found.around.stubs,
            has_no_paper=found.state is SheetState.NO_PAPER,
        )
        for found in list_sheets(session, round_)
    }


def _list_history(session: Session, round_id: int) -> list[HistoryLine]:
    published = {one.number: one.published_at for one in list_publications(session, round_id)}
    return [
        HistoryLine(one.number, one.sha256, one.because, one.made_at, published.get(one.number))
        for one in list_results(session, round_id)
    ]
