"""What sending at once must come to; the same proofs run on sound and on spoilt databases."""

from __future__ import annotations

from forms.resident import new_submission_key
from tests.survey.live.senders import check_counted, numbered, receipt_of, send_at_once
from tests.survey.web.live_rounds import RoundField

WORKERS = 4
TIMES = 24
"""Repetitions at once: each worker gets several of them."""


def prove_one_page_is_one_ballot(field: RoundField, kind: str) -> None:
    """The same page, sent many times at once: one ballot, and one receipt for all."""
    round_ = field.plant(kind=kind)
    url = round_.poster_url if kind == "pulse" else round_.slip_url
    form = {"key": new_submission_key(), "q01": "4"} if kind == "pulse" else numbered(5)
    receipts = [receipt_of(answer) for answer in send_at_once(url, [form] * TIMES)]
    check_counted(field, round_)
    assert None not in receipts
    assert len(set(receipts)) == 1


def prove_one_slip_is_one_ballot(field: RoundField) -> None:
    """Two phones at once on one slip: one is counted, the other is told that the household has answered."""
    round_ = field.plant()
    answers = send_at_once(round_.slip_url, [numbered(1), numbered(2)])
    check_counted(field, round_)
    assert sorted(answer.status for answer in answers) == [200, 409]
