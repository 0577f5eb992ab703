"""What a served application does although nobody visits it: it forgets what was kept for its day."""

from __future__ import annotations

import logging
import traceback
from datetime import timedelta
from threading import Event, Thread

from survey.domain.clock import now
from survey.services.slip_prints import forget_expired
from survey.store.engine import Database

EVERY = timedelta(minutes=5)
"""So long, at most, an expired print outlives its day, or a deleted one the backup that kept it alive."""

_logger = logging.getLogger(__name__)


class Upkeep:
    """A thread that tidies up at once when it is started, and then every few minutes.

    Several workers may each have one: to forget twice is harmless.
    """

    def __init__(self, database: Database, every: timedelta = EVERY) -> None:
        self._database, self._every = database, every
        self._over = Event()
        self._thread = Thread(target=self._work, name="upkeep", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End it, when it has finished what it is at."""
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._over.is_set():
            self._tidy()
            self._over.wait(self._every.total_seconds())

    def _tidy(self) -> None:
        """A failure is put on the log, by its kind and place alone, and must not end the thread."""
        try:
            forget_expired(self._database, now())
        except Exception as problem:
            place = "".join(traceback.format_tb(problem.__traceback__))
            _logger.error("Upkeep is put off: %s\n%s", type(problem).__name__, place)
