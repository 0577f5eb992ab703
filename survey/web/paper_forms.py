"""What the page of a paper sheet holds and sends: fields as they were typed, ballots, what was seen."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flask import request
from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import DataRequired

from survey.domain.errors import DomainError
from survey.domain.ids import read_id
from survey.domain.paper_ballots import INVALID_MARK, add_up, check_ballot, read_ballot, write_ballot
from survey.domain.paper_counts import SheetLayout
from survey.services.paper_sheets import VillageSheet
from survey.web.fields import label
from survey.web.legible import legible
from translations.catalogue import lazy


class ReopenForm(FlaskForm):  # type: ignore[misc]
    """A reason to begin a sheet anew."""

    because = StringField(
        label(lazy("Lý do")), [DataRequired(label(lazy("Hãy ghi lý do mở lại phiếu kiểm.")))]
    )


@dataclass(frozen=True)
class SheetDraft:
    """What stands on the page of a sheet.

    `ballots` are those keyed one by one, None where totals are typed; `ballot` is the one that is being
    typed, in place of number `place` where that is given. `seen` and `version` say what the page showed.
    """

    typed: Mapping[str, str]
    ballots: Sequence[str] | None
    seen: int
    version: int
    ballot: str = ""
    place: int | None = None

    def take_ballot(self, layout: SheetLayout, invalid: str = "") -> SheetDraft:
        """With the typed ballot, or one that is invalid for a reason, among the others.

        Raises:
            DomainError: it is no ballot.
        """
        if invalid:
            ballot = INVALID_MARK + invalid
            if problem := check_ballot(layout, ballot):
                raise DomainError(problem)
        elif self.ballot.strip():
            ballot = read_ballot(layout, self.ballot)
        else:
            return replace(self, place=None)
        return self._put(ballot)

    def drop_ballot(self) -> SheetDraft:
        """Without the ballot that is being corrected."""
        return self._put()

    def _put(self, *ballot: str) -> SheetDraft:
        before = list(self.ballots or ())
        place = len(before) + 1 if self.place is None else self.place
        return replace(self, ballots=[*before[: place - 1], *ballot, *before[place:]], ballot="", place=None)

    def saved_as(self, revision: int) -> SheetDraft:
        return replace(self, seen=revision)

    def fill(self, layout: SheetLayout) -> dict[str, str]:
        """All fields, with those that the ballots add up to."""
        return {**self.typed, **(add_up(layout, self.ballots) if self.ballots is not None else {})}

    def turn(self, layout: SheetLayout) -> SheetDraft:
        """The other way of counting: from ballots to their totals, or from totals to no ballot yet."""
        if self.ballots is None:
            return replace(self, ballots=[])
        return replace(self, typed=self.fill(layout), ballots=None)


def draft_of(layout: SheetLayout, found: VillageSheet, staff_id: int, place: int | None = None) -> SheetDraft:
    """The person's own keying as it is kept; an empty one before the first save."""
    version = found.sheet.version if found.sheet else 1
    keying = found.keying_of(staff_id)
    if keying is None:
        return SheetDraft({}, None, 0, version)
    ballots = None if keying.ballots is None else json.loads(keying.ballots)
    draft = SheetDraft(json.loads(keying.typed), ballots, keying.revision, version)
    if not ballots or place is None or not 1 <= place <= len(ballots):
        return draft
    return replace(draft, ballot=write_ballot(layout, ballots[place - 1]), place=place)


def read_draft(layout: SheetLayout) -> SheetDraft:
    """What was sent.

    Raises:
        DomainError: among the ballots that were keyed before is one that is none.
    """
    sent = request.form
    return SheetDraft(
        typed={name: legible(sent[name]) for name in layout.fields if sent.get(name, "").strip()},
        ballots=_read_ballots(layout, sent.get("ballots", "")) if sent.get("way") == "ballots" else None,
        seen=read_id(sent.get("seen", "")) or 0,
        version=read_id(sent.get("version", "")) or 1,
        ballot=legible(sent.get("ballot", "")),
        place=read_id(sent.get("place", "")),
    )


def _read_ballots(layout: SheetLayout, listed: str) -> list[str]:
    ballots = listed.split()
    for problem in filter(None, (check_ballot(layout, ballot) for ballot in ballots)):
        raise DomainError(problem)
    return ballots
