"""Many processes serve one database; phones repeat, race and lose their server: each ballot counts once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from survey.domain.clock import now
from survey.services.closing import close_round
from survey.store.ballots import Ledger
from tests.servers.databases import Databases
from tests.servers.live import run_app
from tests.survey.live.proofs import (
    TIMES,
    WORKERS,
    prove_one_page_is_one_ballot,
    prove_one_slip_is_one_ballot,
)
from tests.survey.live.senders import (
    Stream,
    check_counted,
    number_of,
    numbered,
    read_numbers,
    receipt_of,
    send_at_once,
)
from tests.survey.web.live_rounds import RoundField, serve_field
from tests.survey.web.visits import visit


@pytest.fixture(scope="module")
def field(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RoundField]:
    """The app in four processes, on SQLite as well, though `serve` gives SQLite only one."""
    url = databases.create()
    with serve_field(url, tmp_path_factory.mktemp("served"), workers=WORKERS) as served:
        yield served
    databases.drop(url)


@pytest.mark.parametrize("kind", ["official", "pulse"])
def test_the_same_page_sent_many_times_at_once_is_one_ballot_with_one_receipt(field, kind) -> None:
    prove_one_page_is_one_ballot(field, kind)


def test_two_phones_at_once_on_one_slip_are_counted_once(field: RoundField) -> None:
    for _ in range(8):
        prove_one_slip_is_one_ballot(field)


def test_the_same_page_with_other_answers_is_refused_and_the_first_stand(field: RoundField) -> None:
    round_ = field.plant()
    form = numbered(9)
    first = visit(round_.slip_url, form)
    others = send_at_once(round_.slip_url, [{**form, "q01": "satisfied", "q09": "not_satisfied"}] * 6)
    assert {answer.status for answer in others} == {409}
    again = send_at_once(round_.slip_url, [form] * 6)
    assert {receipt_of(answer) for answer in again} == {receipt_of(first)}
    check_counted(field, round_)
    assert [number_of(answers) for answers in field.read_boxed(round_)] == [9]


def test_one_page_with_two_sets_of_answers_at_once_keeps_one_of_them(field: RoundField) -> None:
    round_ = field.plant()
    form = numbered(0)
    pages = [form, {**form, "q01": "not_satisfied"}] * (TIMES // 2)
    answers = send_at_once(round_.slip_url, pages)
    check_counted(field, round_)
    kept = field.read_boxed(round_)[0]["q01"]
    for page, answer in zip(pages, answers, strict=True):
        assert (answer.status == 200) is (page["q01"] == kept), answer.text
    assert len({receipt_of(answer) for answer in answers if answer.status == 200}) == 1


def test_a_server_killed_in_the_middle_loses_and_doubles_nothing(field: RoundField, tmp_path: Path) -> None:
    households = 100
    with run_app(field.server.database_url, tmp_path, workers=WORKERS) as doomed:
        planted = replace(field, server=doomed).plant(slips=households)
        stream = Stream(planted, [numbered(number) for number in range(households)])
        everyone = range(households)
        stream.send(everyone, senders=8, after=35, then=lambda: os.killpg(doomed.pid, signal.SIGKILL))
    before = stream.receipts
    assert 35 <= len(before) < households, "the server died too late or too early to prove anything"
    for receipt in before.values():
        assert visit(f"{field.server.url}/bien-nhan", {"code": receipt}).status == 200

    stream.round = replace(planted, server=field.server)
    stream.send([number for number in everyone if number not in before], senders=8)
    stream.send(sorted(before)[:10], senders=4)
    assert len(stream.receipts) == len(set(stream.receipts.values())) == households
    assert {number: stream.receipts[number] for number in before} == before
    recount = close_round(field.database, planted.id, by=None, at=now(), despite="Thử")
    assert recount.agrees
    assert read_numbers(field, planted) == dict.fromkeys(everyone, 1)


def test_whatever_is_acknowledged_while_the_round_closes_is_in_its_result(field: RoundField) -> None:
    """The last eight come when it is closed: closing may have to wait for all who were there before them."""
    households, last = 64, 8
    round_ = field.plant(slips=households)
    stream = Stream(round_, [numbered(number) for number in range(households)])
    stream.send(
        range(households - last),
        senders=8,
        after=20,
        then=lambda: close_round(field.database, round_.id, by=None, at=now(), despite="Thử"),
    )
    stream.send(range(households - last, households), senders=8)
    assert len(stream.told) == households
    assert 20 <= len(stream.receipts) <= households - last
    late = [answer for number, answer in stream.told.items() if number not in stream.receipts]
    assert {answer.status for answer in late} == {410}
    recount = close_round(field.database, round_.id, by=None, at=now())
    assert recount.agrees
    assert recount.boxed == 0
    assert read_numbers(field, round_) == dict.fromkeys(stream.receipts, 1)
    assert field.count(Ledger, round_) == len(stream.receipts)
