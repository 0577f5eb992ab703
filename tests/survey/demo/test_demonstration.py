from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import func, select

from analytics.public_files import write_public_files
from survey.demo.demonstration import plant_demonstration
from survey.demo.handout import Handout, find_handout, renew_handout, write_handout
from survey.demo.planting import Advance
from survey.demo.season import PLANTINGS, Season, count_dissatisfied, plan_season
from survey.domain.clock import today
from survey.domain.codes import parse_code
from survey.domain.errors import Conflict
from survey.services.entry import SlipState, find_entry
from survey.services.passwords import fits
from survey.services.publishing import find_publication, list_scans
from survey.services.recount import recount_round
from survey.services.register import load_units
from survey.services.result_records import find_record
from survey.store.declarations import Declaration
from survey.store.engine import Database, create_database_engine
from survey.store.rounds import Round
from survey.store.slips import Slip, SlipBatch
from survey.store.staff import Staff
from survey.store.tallies import BALLOT, VALID, Tally
from survey.store.units import Unit

SECRET = b"a secret of these tests"
BASE = "http://127.0.0.1:8000"


@pytest.fixture(scope="module")
def season() -> Season:
    return plan_season(300, 7, today())


@pytest.fixture(scope="module")
def planted(databases, season):
    """A demonstration planted once per backend: (database, handout, ballots that the bar was told of)."""
    url = databases.create()
    engine = create_database_engine(url)
    database = Database(engine)
    told: list[int] = []
    with database.write() as session:
        load_units(session)
    handout = plant(database, season, told.append)
    yield database, handout, sum(told)
    engine.dispose()
    databases.drop(url)


def plant(database: Database, season: Season, advance: Advance) -> Handout:
    return plant_demonstration(
        database,
        SECRET,
        season,
        min_base=10,
        public_url=BASE,
        files=write_public_files,
        advance=advance,
    )


def counts_of(database: Database, round_id: int) -> dict[tuple[str, str], int]:
    with database.read() as session:
        rows = session.execute(
            select(Tally.question, Tally.option, func.sum(Tally.count))
            .where(Tally.round_id == round_id)
            .group_by(Tally.question, Tally.option)
        )
        return {(question, option): int(count) for question, option, count in rows}


def test_the_result_gives_back_the_planted_rates(planted, season):
    database, _handout, _told = planted
    with database.read() as session:
        rounds = list(session.scalars(select(Round).order_by(Round.id)))
        codes = {one.id: session.get_one(Unit, one.unit_id).code for one in rounds}
    for one, wanted in zip(rounds, season.rounds, strict=True):
        assert (codes[one.id], one.kind) == (wanted.commune, wanted.kind)
        if not wanted.closes_on:
            continue
        counts = counts_of(database, one.id)
        ballots = sum(wanted.count_ballots(village) for village in season.villages[wanted.commune])
        assert counts[BALLOT, VALID] == ballots
        rates = next(planting.rates for planting in PLANTINGS if planting.code == wanted.commune)
        for number, rate in enumerate(rates, start=1):
            least = count_dissatisfied(ballots, rate)
            assert counts.get((f"q{number:02d}", "not_satisfied"), 0) == least
            assert counts[f"q{number:02d}", "satisfied"] == ballots - least


def test_every_tally_agrees_with_the_ballots(planted, season):
    database, _handout, told = planted
    with database.read() as session:
        ids = list(session.scalars(select(Round.id)))
    assert all(recount_round(database, round_id).agrees for round_id in ids)
    assert told == season.count_ballots()


def test_the_finished_round_joins_three_channels_in_one_result(planted):
    database, handout, _told = planted
    with database.read() as session:
        rows = session.execute(
            select(Tally.channel, func.sum(Tally.count))
            .where(Tally.round_id == handout.finished_round, Tally.question == BALLOT, Tally.option == VALID)
            .group_by(Tally.channel)
        )
        by_channel = dict(rows.all())
        record = find_record(session, handout.finished_round)
        scans = list_scans(session, handout.finished_round)
        publication = find_publication(session, handout.finished_round)
    assert set(by_channel) == {"online", "assisted", "paper"}
    assert record is not None
    counts = [sheet.counts for sheet in record.sheets.values()]
    assert sum(one.valid for one in counts) == by_channel["paper"]
    assert (sum(one.counted - one.valid for one in counts), sum(one.set_aside for one in counts)) == (1, 1)
    assert all(sheet.entered_by != sheet.confirmed_by for sheet in record.sheets.values())
    assert publication is not None
    assert len(scans) == 1


def test_rounds_carry_the_days_of_the_season_and_the_villages_their_mark(planted, season):
    database, _handout, _told = planted
    with database.read() as session:
        rounds = list(session.scalars(select(Round).order_by(Round.id)))
        batches = list(session.scalars(select(SlipBatch)))
        villages = list(session.scalars(select(Unit).where(Unit.level == "village")))
        real = session.scalar(select(func.count()).where(Unit.synthetic, Unit.level != "village"))
    assert [one.state.value for one in rounds] == ["published"] * 4 + ["open"] * 2
    for one, wanted in zip(rounds, season.rounds, strict=True):
        assert (one.starts_on, one.last_on) == (wanted.starts_on, wanted.last_on)
        assert one.opened_at is not None
        assert one.opened_at.date() == wanted.starts_on
    opened_at = {one.id: one.opened_at for one in rounds}
    assert all(batch.issued_at == opened_at[batch.round_id] for batch in batches)
    assert all(village.synthetic and village.name.startswith("Thôn mẫu ") for village in villages)
    assert not real


def test_the_handout_has_exactly_its_shape_and_every_code_opens(planted):
    database, handout, _told = planted
    plain = json.loads(handout.to_json())
    assert list(plain) == ["base", "pulse", "official", "finished", "staff"]
    assert list(plain["pulse"]) == ["round", "code"]
    assert list(plain["official"]) == ["round", "unit", "slips"]
    assert list(plain["finished"]) == ["round"]
    assert len(set(plain["official"]["slips"])) == 20
    assert Handout.from_json(handout.to_json()) == handout
    with database.read() as session:
        for text in handout.slips:
            entry = find_entry(session, SECRET, parse_code(text))
            assert entry is not None
            assert (entry.round.id, entry.slip_state) == (handout.official_round, SlipState.ISSUED)
            assert session.get_one(Unit, entry.village.unit_id).code == handout.official_unit
        poster = find_entry(session, SECRET, parse_code(handout.pulse_code))
        assert poster is not None
        assert (poster.round.id, poster.asks_for_slip) == (handout.pulse_round, False)


def test_every_role_has_an_account_whose_password_fits_and_need_not_change(planted):
    database, handout, _told = planted
    assert len({account.role for account in handout.staff}) == 7
    with database.read() as session:
        for account in handout.staff:
            assert list(json.loads(handout.to_json())["staff"][0]) == ["role", "unit", "username", "password"]
            staff = session.scalars(select(Staff).where(Staff.username == account.username)).one()
            assert fits(staff.password_hash, account.password)
            assert not staff.must_change_password


def test_communes_declare_in_the_period_of_the_plan(planted):
    database, _handout, _told = planted
    with database.read() as session:
        days = set(session.scalars(select(Declaration.declared_on)))
        units = session.scalar(select(func.count(Declaration.unit_id.distinct())))
    assert units == 16
    assert max(days) <= date(2025, 12, 31)


def test_a_second_planting_is_refused(planted, season):
    database, _handout, _told = planted
    with pytest.raises(Conflict):
        plant(database, season, lambda _count: None)


def test_a_used_slip_is_made_up_for_and_the_file_is_found_again(planted, tmp_path):
    database, handout, _told = planted
    path = tmp_path / "instance" / "demo.json"
    write_handout(path, handout)
    assert path.stat().st_mode & 0o077 == 0
    assert find_handout(path, database, SECRET) == handout
    with database.write() as session:
        entry = find_entry(session, SECRET, parse_code(handout.slips[0]))
        assert entry is not None
        slip = session.get_one(Slip, (handout.official_round, entry.slip_hash))
        slip.state, slip.channel = "used", "online"
    renewed = renew_handout(database, SECRET, handout, "https://example.org")
    assert renewed.base == "https://example.org"
    assert renewed.slips[:19] == handout.slips[1:]
    assert len(set(renewed.slips) - set(handout.slips)) == 1


def test_a_file_of_another_database_or_of_another_shape_is_not_taken(database, planted, tmp_path):
    path = tmp_path / "demo.json"
    assert find_handout(path, database, SECRET) is None
    path.write_text('{"pulse": 3}', encoding="utf-8")
    assert find_handout(path, database, SECRET) is None
    write_handout(path, planted[1])
    assert find_handout(path, database, SECRET) is None
