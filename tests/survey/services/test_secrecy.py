"""A hundred slips answered in a known order; then the attacker gets files and system columns."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from forms.answers import Submission, canonical_answers
from forms.resident import new_submission_key
from survey.domain.clock import now
from survey.domain.codes import hash_slip_code
from survey.services.mixing import mix_round
from survey.services.submit import submit
from survey.store.engine import Database
from tests.survey.open_rounds import SECRET, open_round
from tests.survey.services.attacker import (
    count_hits,
    join_by_log,
    join_by_order,
    join_by_row_version,
    list_by_offset,
    read_log_transactions,
)

HOUSEHOLDS = 100
CHANCE = 30
"""Ten batches of ten give about ten lucky guesses; a mean of ten makes thirty a thing of 1 in 10⁷."""


def answers_of(number: int) -> Submission:
    """Answers that tell the household apart: its number in binary, over the first seven contents."""
    options = ("satisfied", "not_satisfied")
    answers = {f"q{bit + 1:02d}": options[number >> bit & 1] for bit in range(7)}
    return Submission(answers={**answers, "q19": "satisfied"}, texts={"q01": f"Ý kiến thứ {number:03d}"})


class Village:
    """A hundred households that answered one after the other."""

    def __init__(self, database: Database, *, min_base: int) -> None:
        self.database = database
        self.receipts: list[str] = []
        opened = open_round(database, villages=1, slips=HOUSEHOLDS)
        self.round_id = opened.round_id
        codes = opened.slips[opened.village_ids[0]]
        database.scrub()
        for number, code in enumerate(codes):
            acknowledgement = submit(
                database,
                SECRET,
                opened.entry(database, code),
                new_submission_key(),
                answers_of(number),
                channel="online",
                at=now(),
                min_base=min_base,
            )
            self.receipts.append(acknowledgement.receipt or "")
        self.codes = [code.text for code in codes]
        self.slips = [hash_slip_code(SECRET, code) for code in codes]
        self.ballots = [
            canonical_answers(answers_of(number).answers).decode() for number in range(HOUSEHOLDS)
        ]
        self.reasons = [f"Ý kiến thứ {number:03d}" for number in range(HOUSEHOLDS)]

    def truth(self, marks: list[str]) -> dict[bytes, str]:
        return dict(zip(self.slips, marks, strict=True))

    @property
    def files(self) -> list[Path]:
        path = Path(make_url(str(self.database.engine.url)).database or "")
        return [path, path.with_name(path.name + "-wal")]

    def column(self, statement: str) -> list[str]:
        with self.database.read() as session:
            return [str(value) for value in session.scalars(text(statement))]


@pytest.fixture
def village(database: Database) -> Callable[[int], Village]:
    return lambda min_base: Village(database, min_base=min_base)


def test_without_mixing_the_attacker_joins_every_ballot(village: Callable[[int], Village]) -> None:
    answered = village(HOUSEHOLDS + 1)
    if answered.database.is_sqlite:
        guess = join_by_log(answered.files[1], answered.slips, answered.ballots)
        said = join_by_log(answered.files[1], answered.slips, answered.reasons)
    else:
        guess = join_by_row_version(answered.database.engine, "box", "answers")
        said = {
            slip: next(reason for reason in answered.reasons if reason in value)
            for slip, value in join_by_row_version(answered.database.engine, "reason_box", "texts").items()
        }
    assert count_hits(guess, answered.truth(answered.ballots)) >= HOUSEHOLDS - 1
    assert count_hits(said, answered.truth(answered.reasons)) >= HOUSEHOLDS - 1


def test_after_mixing_neither_files_nor_row_versions_join_a_slip_to_a_ballot(
    village: Callable[[int], Village],
) -> None:
    answered = village(10)
    ballots, reasons = answered.truth(answered.ballots), answered.truth(answered.reasons)
    if answered.database.is_sqlite:
        assert read_log_transactions(answered.files[1]) == []
        by_offset = list_by_offset(answered.files, answered.ballots)
        assert len(by_offset) == HOUSEHOLDS
        assert count_hits(join_by_order(answered.slips, by_offset), ballots) < CHANCE
        said = list_by_offset(answered.files, answered.reasons)
        assert count_hits(join_by_order(answered.slips, said), reasons) < CHANCE
        return
    engine = answered.database.engine
    assert count_hits(join_by_row_version(engine, "response", "answers"), ballots) == 0
    assert count_hits(join_by_row_version(engine, "reason", "text"), reasons) == 0
    for table, column, truth in (("response", "answers", ballots), ("reason", "text", reasons)):
        lying = answered.column(f"SELECT {column} FROM {table} ORDER BY xmin::text::bigint, ctid")
        assert len(lying) == HOUSEHOLDS
        assert count_hits(join_by_order(answered.slips, lying), truth) < CHANCE


def test_the_boxes_are_empty_and_leave_no_dead_rows(village: Callable[[int], Village]) -> None:
    answered = village(10)
    mix_round(answered.database, answered.round_id)
    assert (
        answered.column("SELECT count(*) FROM box")
        == answered.column("SELECT count(*) FROM reason_box")
        == ["0"]
    )
    if not answered.database.is_sqlite:
        assert answered.column("SELECT pg_relation_size('box') + pg_relation_size('reason_box')") == ["0"]


def test_no_value_stands_both_beside_a_slip_and_beside_a_ballot(village: Callable[[int], Village]) -> None:
    answered = village(10)
    ids = answered.column("SELECT id FROM response") + answered.column("SELECT id FROM reason")
    ledger = answered.column("SELECT key_hash FROM ledger") + answered.column(
        "SELECT receipt_hash FROM ledger"
    )
    slips = answered.column("SELECT code_hash FROM slip")
    assert len(set(ids)) == 2 * HOUSEHOLDS
    assert set(ids).isdisjoint(ledger + slips)
    assert set(slips).isdisjoint(ledger)


def test_neither_codes_nor_receipts_stand_anywhere_in_clear(village: Callable[[int], Village]) -> None:
    answered = village(10)
    secrets = answered.codes + answered.receipts + [each.replace("-", "") for each in answered.receipts]
    assert all(secrets)
    if answered.database.is_sqlite:
        content = b"".join(path.read_bytes() for path in answered.files if path.exists())
        assert not [secret for secret in secrets if secret.encode() in content]
        return
    tables = answered.column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    rows = "\n".join(row for table in tables for row in answered.column(f'SELECT t::text FROM "{table}" t'))
    assert not [secret for secret in secrets if secret in rows]
