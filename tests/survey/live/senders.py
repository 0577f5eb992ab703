"""Phones that send at once, again, and into a server that dies; and what must hold afterwards."""

from __future__ import annotations

import http.client
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import select

from forms.resident import new_submission_key
from survey.domain.codes import RECEIPT_LENGTH
from survey.store.ballots import Box, Ledger, Response
from tests.survey.web.live_rounds import ALL_SATISFIED, PlantedRound, RoundField
from tests.survey.web.visits import Answer, visit

_UNANSWERED = (OSError, http.client.HTTPException)


def numbered(number: int) -> dict[str, str]:
    """A new page, filled in so that its ballot tells the number: in binary, over the first seven contents."""
    told = {f"q{bit + 1:02d}": ("satisfied", "not_satisfied")[number >> bit & 1] for bit in range(7)}
    return {"key": new_submission_key(), **ALL_SATISFIED, **told}


def number_of(answers: Mapping[str, str]) -> int:
    return sum((answers[f"q{bit + 1:02d}"] == "not_satisfied") << bit for bit in range(7))


def receipt_of(answer: Answer) -> str | None:
    """The receipt of an answer that acknowledges, else None."""
    if answer.status != 200 or 'class="receipt">' not in answer.text:
        return None
    receipt = answer.text.split('class="receipt">')[1].split("<")[0]
    assert len(receipt.replace("-", "")) == RECEIPT_LENGTH
    return receipt


def send_at_once(url: str, forms: Sequence[dict[str, str]]) -> list[Answer]:
    """All forms to one address, each over its own connection, at the same time."""
    with ThreadPoolExecutor(len(forms)) as phones:
        return list(phones.map(lambda form: visit(url, form), forms))


def check_counted(field_: RoundField, round_: PlantedRound, ballots: int = 1) -> None:
    """Fail unless so many ballots, mixed or waiting, and as many ledger rows stand there."""
    waiting, mixed, ledger = field_.count_together(round_, Box, Response, Ledger)
    found = waiting + mixed, ledger
    assert found == (ballots, ballots), f"{found[0]} ballots and {found[1]} ledger rows instead of {ballots}"


@dataclass
class Stream:
    """Households that send one ballot each, in several threads, and what each was told."""

    round: PlantedRound
    forms: list[dict[str, str]]
    told: dict[int, Answer] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def receipts(self) -> dict[int, str]:
        """Number → receipt, of those that were acknowledged."""
        told = {number: receipt_of(answer) for number, answer in self.told.items()}
        return {number: receipt for number, receipt in told.items() if receipt}

    def send(
        self, numbers: Sequence[int], senders: int, after: int = -1, then: Callable[[], object] | None = None
    ) -> None:
        """Send these ballots; once `after` more are acknowledged, do `then` while the others go on."""
        acknowledged = 0

        def send_one(number: int) -> None:
            nonlocal acknowledged
            try:
                answer = visit(self.round.url(self.round.slips[number]), self.forms[number])
            except _UNANSWERED:
                return
            with self._lock:
                self.told[number] = answer
                acknowledged += receipt_of(answer) is not None
                due = then is not None and acknowledged == after
            if due and then is not None:
                then()

        with ThreadPoolExecutor(senders) as phones:
            list(phones.map(send_one, numbers))


def read_numbers(field_: RoundField, round_: PlantedRound) -> Counter[int]:
    """How often each household's ballot is counted, once all are mixed."""
    with field_.database.read() as session:
        rows = session.scalars(select(Response.answers).filter_by(round_id=round_.id))
        return Counter(number_of(json.loads(row)) for row in rows)
