"""Guessing: what a hash confirms to whom, and how hopeless it is to hit a code by luck."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from itertools import product
from random import Random

import pytest
from sqlalchemy import text

from forms.answers import canonical_answers
from survey.domain.codes import ALPHABET, hash_receipt, hash_slip_code, keyed_hash, new_slip_code, parse_code
from survey.domain.errors import DomainError
from tests.servers.live import ROOT
from tests.survey.secrecy.households import SECRET, AnsweredVillage, answers_of

_KEYLESS = (
    b"",
    b"\0",
    b"secret",
    b"slip",
    b"receipt",
    b"receipt-check",
    b"submission",
    b"answers",
    b"development",
)
"""Keys that somebody tries who has the program and the database, and not CODE_SECRET."""


def _stored(village: AnsweredVillage) -> set[bytes]:
    """Every hash in the database that could confirm a guess."""
    columns = ("slip.code_hash", "ledger.key_hash", "ledger.answers_mac", "ledger.receipt_hash")
    found: set[bytes] = set()
    with village.database.read() as session:
        for column in columns:
            table, name = column.split(".")
            found |= {bytes(value) for value in session.scalars(text(f"SELECT {name} FROM {table}"))}
    return found


def _guesses(known: str, keys: tuple[bytes, ...]) -> Iterator[bytes]:
    """Plausible hashes of something that the attacker knows or guesses, under keys that are no secret."""
    for word in (known, known.lower(), known.replace("-", ""), known.replace("-", "").lower()):
        raw = word.encode()
        yield from (hashlib.new(name, raw).digest() for name in ("sha256", "sha3_256", "blake2s", "md5"))
        for key in (*keys, raw):
            yield hmac.new(key, raw, "sha256").digest()
            for purpose in ("slip", "receipt", "receipt-check", "submission", "answers"):
                yield keyed_hash(key, purpose, word)


def test_without_the_secret_the_database_confirms_no_code_receipt_or_page_key(mixed: AnsweredVillage) -> None:
    stored, sent = _stored(mixed), mixed.sent[17]
    assert len(stored) == 5 * len(mixed.sent) + 3 * len(mixed.waiting) + 100 - len(mixed.sent)
    for known in (sent.code.grouped, sent.receipt, sent.key):
        assert stored.isdisjoint(_guesses(known, _KEYLESS))
    assert hash_slip_code(SECRET, sent.code) in stored, "with CODE_SECRET a known code is found"
    assert hash_receipt(SECRET, sent.receipt) in stored, "and so is a known receipt"


def _every_answer() -> Iterator[dict[str, str]]:
    """All a household of the village can have said, were everything but seven contents known."""
    for number, _ in enumerate(product((0, 1), repeat=7)):
        yield answers_of(number)


def test_answers_are_confirmed_by_the_pages_key_and_by_nothing_that_is_kept(mixed: AnsweredVillage) -> None:
    """The ledger's MAC is keyed with the page's own key, which leaves the phone only to be hashed."""
    stored, sent = _stored(mixed), mixed.sent[17]
    others = (*_KEYLESS, SECRET, sent.receipt.encode(), sent.code.text.encode(), mixed.slips[17], *stored)
    said = [canonical_answers(answers) for answers in _every_answer()]
    for key in others:
        assert stored.isdisjoint(keyed_hash(key, "answers", each) for each in said)
    confirmed = [each for each in said if keyed_hash(sent.key.encode(), "answers", each) in stored]
    assert [each.decode() for each in confirmed] == [mixed.marks[17]], (
        "who has the page's key can try them all"
    )


@pytest.mark.parametrize("at", range(12))
def test_a_guess_with_one_character_changed_is_no_code_at_all(at: int) -> None:
    code = new_slip_code("ABC").text
    for character in set(ALPHABET) - {code[at]}:
        with pytest.raises(DomainError):
            parse_code(code[:at] + character + code[at + 1 :])


MONTH = 30 * 24 * 3600
"""Seconds of a long round."""


@pytest.mark.parametrize(
    ("live", "guesses", "hits"),
    [
        (2_500, MONTH // 600 * 20, "0.0002"),
        (2_500, MONTH * 30, "0.18"),
        (2_500, MONTH * 300, "1.8"),
        (20_000, MONTH * 300, "14"),
    ],
)
def test_guessing_gains_as_little_as_security_md_says(live: int, guesses: int, hits: str) -> None:
    told = (ROOT / "SECURITY.md").read_text().split("## The arithmetic of guessing")[1].split("\n## ")[0]
    assert float(f"{live * guesses / len(ALPHABET) ** 8:.2g}") == pytest.approx(float(hits), rel=0.03)
    assert f"{hits} of {live:,}" in told


def test_one_text_in_32_has_a_fitting_check_character() -> None:
    luck = Random(11)
    valid = sum(_is_code("".join(luck.choices(ALPHABET, k=12))) for _ in range(20_000))
    assert valid / 20_000 == pytest.approx(1 / 32, rel=0.2)


def _is_code(shape: str) -> bool:
    try:
        parse_code(shape)
    except DomainError:
        return False
    return True
