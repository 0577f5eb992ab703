"""One writer per process: ballots that arrive while it waits for the disk go into its next transaction.

Sixty-four threads that fight for SQLite's lock keep some waiting for half a second; one that writes for
all of them does not. A sender is answered only when the transaction with its ballot has been committed.
"""

from __future__ import annotations

import logging
import time
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
_FORGET_SECONDS = 1.0
"""How often, at most, the boxes are made to forget what was mixed: it costs as much as what waits in them."""

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
        self._forgot_at = 0.0

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
        """Wait until every ballot handed over is written and mixed, and let the boxes forget at once."""
        with self._changed:
            self._changed.wait_for(lambda: self._at_rest and not self._waiting)
            if not self._is_forgotten:
                self._forget()

    def _work(self) -> None:
        while (group := self._next_group()) is not None:
            if group:
                self._write(group)
            if not self._is_forgotten and time.monotonic() - self._forgot_at >= _FORGET_SECONDS:
                self._forget()

    def _next_group(self) -> list[_Waiting] | None:
        """What waits now, or nothing where the boxes have something to forget meanwhile.

        None when nothing of either has come for a while: then this thread has ended.
        """
        with self._changed:
            self._at_rest = True
            self._changed.notify_all()
            patience = _IDLE_SECONDS if self._is_forgotten else _FORGET_SECONDS
            self._changed.wait_for(lambda: self._waiting, patience)
            self._working = bool(self._waiting) or not self._is_forgotten
            if not self._working:
                return None
            self._at_rest = False
            return [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_TOGETHER))]

    def _write(self, group: list[_Waiting]) -> None:
        ballots = [ballot for ballot, _answer in group]
        results: list[Acknowledgement | Exception]
        try:
            results = write_ballots(self._database, self._secret, ballots)
        except Exception as problem:
            results = [problem] * len(group)
        for (_ballot, answer), result in zip(group, results, strict=True):
            if isinstance(result, Exception):
                answer.set_exception(result)
            else:
                answer.set_result(result)
        if mix_after(self._database, ballots, results, self._min_base):
            self._is_forgotten = False

    def _forget(self) -> None:
        """What a reader keeps alive is tried again; a failure must not end the thread."""
        try:
            self._is_forgotten = self._database.scrub()
        except Exception:
            _logger.exception("Forgetting what the boxes held is put off")
        self._forgot_at = time.monotonic()
