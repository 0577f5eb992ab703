"""Writing ballots down."""

from __future__ import annotations

from datetime import datetime

from forms.answers import Submission
from survey.services.entry import Entry
from survey.services.submit import Acknowledgement, submit
from survey.store.engine import Database


class BallotWriter:
    """Takes the ballots of one process."""

    def __init__(self, database: Database, secret: bytes, min_base: int) -> None:
        self._database, self._secret, self._min_base = database, secret, min_base

    def submit(
        self,
        entry: Entry,
        key: str,
        submission: Submission,
        *,
        channel: str,
        at: datetime,
        marked: bool = False,
    ) -> Acknowledgement:
        """As `survey.services.submit.submit`."""
        return submit(
            self._database,
            self._secret,
            entry,
            key,
            submission,
            channel=channel,
            at=at,
            min_base=self._min_base,
            marked=marked,
        )
