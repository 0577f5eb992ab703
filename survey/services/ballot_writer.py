"""One writer per process: ballots that arrive while it waits for the disk go into its next transaction.

Sixty-four threads that fight for SQLite's lock keep some waiting for half a second; one that writes for
all of them does not. A sender is answered only when the transaction with its ballot has been committed.
"""

from __future__ import annotations

import logging
from collections import deque
from concurrent.futures import Future
from datetime import datetime
from threading import Condition, Thread

from forms.answers import Submission
from survey.services.entry import Entry
from survey.services.submit import Acknowledgement, Ballot, mix_after, write_ballots
from survey.store.engine import Database

_MOST_TOGETHER = 64
_IDLE_SECONDS = 5.0
"""After so long without a ballot the thread ends; the next ballot starts another."""

_logger = logging.getLogger(__name__)
_Waiting = tuple[Ballot, Future[Acknowledgement]]


class BallotWriter:
    """Takes the ballots of one process and writes them in groups."""

    def __init__(self, database: Database, secret: bytes, min_base: int) -> None:
        self._database, self._secret, self._min_base = database, secret, min_base
        self._waiting: deque[_Waiting] = deque()
        self._changed = Condition()
        self._working = False
        self._at_rest = True
        self._is_forgotten = True

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
        """Hand a ballot over and wait until it is on disk, or until it is known why it is not."""
        ballot = Ballot(entry, key, submission, channel, at, marked)
        answer: Future[Acknowledgement] = Future()
        with self._changed:
            if not self._working:
                # It waits for this lock, and finds the ballot.
                Thread(target=self._work, name="ballot-writer", daemon=True).start()
                self._working = True
            self._waiting.append((ballot, answer))
            self._changed.notify_all()
        return answer.result()

    def count_waiting(self) -> int:
        """Ballots that no transaction has taken yet."""
        return len(self._waiting)

    def rest(self) -> None:
        """Wait until every ballot handed over is written, and the boxes that they filled are mixed."""
        with self._changed:
            self._changed.wait_for(lambda: self._at_rest and not self._waiting)

    def _work(self) -> None:
        """Write group after group; when nothing comes, make the boxes forget what a reader kept alive."""
        while (group := self._next_group()) or self._working:
            if group:
                self._write(group)
            else:
                self._forget()

    def _forget(self) -> None:
        try:
            self._is_forgotten = self._database.scrub()
        except Exception:
            _logger.exception("Forgetting what the boxes held is put off")

    def _next_group(self) -> list[_Waiting]:
        """What waits now; empty when nothing has come for a while, and then this thread has ended.

        Unless boxes are still to be forgotten: then the thread goes on.
        """
        with self._changed:
            self._at_rest = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._waiting, _IDLE_SECONDS)
            self._working = bool(self._waiting) or not self._is_forgotten
            self._at_rest = not self._waiting
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_TOGETHER))]

    def _write(self, group: list[_Waiting]) -> None:
        ballots = [ballot for ballot, _answer in group]
        try:
            results = write_ballots(self._database, self._secret, ballots)
        except Exception as problem:
            for _ballot, answer in group:
                answer.set_exception(problem)
            return
        for (_ballot, answer), result in zip(group, results, strict=True):
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)
        forgotten = mix_after(self._database, ballots, results, self._min_base)
        self._is_forgotten = self._is_forgotten and forgotten
