"""What a round froze when it opened: questionnaire, rule set and household counts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from forms.questionnaire import Questionnaire
from survey.domain.rule_sets import RuleSet
from survey.services.entry import AskedRound
from survey.store.rounds import Round


@dataclass(frozen=True)
class Snapshot:
    """The frozen papers of a round; `rules` is None for a pulse round, which has no verdict."""

    questionnaire: Questionnaire
    rules: RuleSet | None
    villages: tuple[tuple[str, str, int], ...]
    """Code, name and households of every village, in order."""


def write_snapshot(snapshot: Snapshot) -> tuple[str, str]:
    """Canonical JSON and its SHA-256 in hexadecimal."""
    frozen = {
        "questionnaire": json.loads(snapshot.questionnaire.to_json()),
        "rules": json.loads(snapshot.rules.to_json()) if snapshot.rules else None,
        "villages": [list(village) for village in snapshot.villages],
    }
    text = json.dumps(frozen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text, sha256(text.encode()).hexdigest()


def _parse(text: str) -> Snapshot:
    frozen: dict[str, Any] = json.loads(text)
    return Snapshot(
        questionnaire=Questionnaire.from_json(json.dumps(frozen["questionnaire"])),
        rules=RuleSet.from_json(json.dumps(frozen["rules"])) if frozen["rules"] else None,
        villages=tuple((code, name, households) for code, name, households in frozen["villages"]),
    )


_by_digest: dict[str, Snapshot] = {}


def read_snapshot(session: Session, round_: Round | AskedRound) -> Snapshot:
    """The snapshot of an opened round; read and parsed once per digest and process."""
    digest = round_.snapshot_sha256
    if digest is None:
        raise LookupError(f"Round {round_.id} has not been opened")
    if digest not in _by_digest:
        text = session.scalar(select(Round.snapshot).where(Round.id == round_.id))
        assert text is not None  # CHECK open_is_frozen
        _by_digest[digest] = _parse(text)
    return _by_digest[digest]


def recall_snapshot(round_: AskedRound) -> Snapshot | None:
    """The snapshot where this process has read it before: then a page needs no question for it."""
    return _by_digest.get(round_.snapshot_sha256 or "")


def questionnaire_of(session: Session, round_id: int) -> Questionnaire:
    return read_snapshot(session, session.get_one(Round, round_id)).questionnaire
