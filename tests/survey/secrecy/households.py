"""Households whose answers the test knows, sent to the served product one after the other."""

from __future__ import annotations

import html
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import make_url, text

from forms.answers import canonical_answers
from survey.domain.codes import Code, hash_slip_code
from survey.store.engine import Database
from tests.survey.open_rounds import OpenRound
from tests.survey.secrecy.served import CODE_SECRET, Reply, Served
from tests.survey.web.visits import read_form

HOUSEHOLDS = 100
SECRET = CODE_SECRET.encode()
_QUESTIONS = tuple(f"q{number:02d}" for number in range(1, 20))
_RECEIPT = re.compile(r'class="receipt">([^<]+)<')
_SECONDS = 60


def answers_of(number: int) -> dict[str, str]:
    """Answers that tell the household apart: its number in binary, over the first seven contents."""
    told = {f"q{bit + 1:02d}": ("satisfied", "not_satisfied")[number >> bit & 1] for bit in range(7)}
    return {**dict.fromkeys(_QUESTIONS, "satisfied"), **told}


def mark_of(number: int) -> str:
    """A household's answers as they are written down."""
    return canonical_answers(answers_of(number)).decode()


def reason_of(number: int) -> str:
    return f"Ý kiến thứ {number:03d}"


@dataclass
class Sent:
    """What one household sent and got, in full."""

    code: Code
    key: str
    page: str
    reply: Reply
    receipt: str


@dataclass
class AnsweredVillage:
    """A village of a hundred, and a second one in which a few ballots wait, so that no box is ever empty."""

    database: Database
    opened: OpenRound
    served: Served
    min_base: int
    sent: list[Sent] = field(default_factory=list)
    waiting: list[Sent] = field(default_factory=list)
    backups: dict[int, Path] = field(default_factory=dict)
    write_ahead_log: bytes = b""
    """PostgreSQL's, from before the first ballot to after the last."""

    def __post_init__(self) -> None:
        self._box_file = self._find_box_file()

    def _find_box_file(self) -> list[str]:
        return [] if self.database.is_sqlite else self.column("SELECT pg_relation_filenode('box')")

    def answer(self, count: int) -> None:
        """The next `count` households answer; every twentieth time, one of the other village does too."""
        here, there = self.opened.village_ids[:2]
        for _ in range(count):
            number = len(self.sent)
            form = {**answers_of(number), "q19_reason": reason_of(number)}
            self.sent.append(self._send(self.opened.slips[here][number], form))
            if number % 20 == 5:
                slip = self.opened.slips[there][len(self.waiting)]
                self.waiting.append(self._send(slip, answers_of(HOUSEHOLDS + len(self.waiting))))
            if len(self.sent) % self.min_base == 0:
                self._await_mixed(len(self.sent))

    def _send(self, code: Code, form: dict[str, str]) -> Sent:
        page = self.served.ask(f"/{code.grouped}")
        blank = read_form(page.text)
        reply = self.served.ask(f"/{code.grouped}", {**blank, **form})
        found = _RECEIPT.search(reply.text)
        assert found, reply.text
        return Sent(code, blank["key"], page.text, reply, html.unescape(found[1]))

    def _await_mixed(self, ballots: int) -> None:
        """Mixing follows the reply: wait until all of the village is mixed, and the boxes have forgotten it.

        With SQLite only by looking at the log's size: a reader would be in the way of emptying it. With
        PostgreSQL by the box's file, which is another when the box has been written anew.
        """
        deadline = time.monotonic() + _SECONDS
        if self.database.is_sqlite:
            while self.sqlite_files[1].stat().st_size:
                assert time.monotonic() < deadline, "the log was not emptied"
                time.sleep(0.02)
        mixed = "SELECT (SELECT count(*) FROM response) || ' ' || (SELECT count(*) FROM reason)"
        while (counted := self.column(mixed)) != [f"{ballots} {ballots}"]:
            assert time.monotonic() < deadline, counted
            time.sleep(0.02)
        while not self.database.is_sqlite and self._find_box_file() == self._box_file:
            assert time.monotonic() < deadline, "the box was not written anew"
            time.sleep(0.02)
        self._box_file = self._find_box_file()

    @property
    def slips(self) -> list[bytes]:
        return [hash_slip_code(SECRET, each.code) for each in self.sent]

    @property
    def marks(self) -> list[str]:
        return [mark_of(number) for number in range(len(self.sent))]

    @property
    def reasons(self) -> list[str]:
        return [reason_of(number) for number in range(len(self.sent))]

    def truth(self, marks: Sequence[str]) -> dict[bytes, str]:
        return dict(zip(self.slips, marks, strict=True))

    @property
    def sqlite_files(self) -> list[Path]:
        """The database, its log, and the log's index."""
        path = Path(make_url(str(self.database.engine.url)).database or "")
        return [path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")]

    def column(self, statement: str) -> list[str]:
        with self.database.read() as session:
            return [str(value) for value in session.scalars(text(statement))]
