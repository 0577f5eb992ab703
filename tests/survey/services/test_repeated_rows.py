"""Equal rows are grouped once, as a round closes, and no small group is kept; on both databases."""

from __future__ import annotations

from survey.domain.clock import now
from survey.services.closing import close_round
from survey.services.mixing import mix_round
from survey.services.repeated_rows import read_repeated_rows
from survey.services.rounds import get_round, supersede_round
from survey.store.engine import Database
from tests.analytics.season import answer_all, close, drop_ballots
from tests.survey.open_rounds import OpenRound, open_round

ALL = answer_all()
THREE = answer_all(against=("q01", "q02", "q03"))
OTHER_THREE = answer_all(against=("q04", "q05", "q06"))
FIVES = {f"q0{number}": "5" for number in range(1, 9)}


def drop(database: Database, opened: OpenRound, *rows: tuple[int, int, dict[str, str]]) -> None:
    """Put `(village, ballots, row)` into the boxes."""
    ballots = [
        (opened.village_ids[village], "online", row) for village, count, row in rows for _ in range(count)
    ]
    drop_ballots(database, opened.round_id, ballots)


def kept(database: Database, opened: OpenRound) -> list[dict[int, int]]:
    """What is kept of each village."""
    with database.read() as session:
        repeated = read_repeated_rows(session, opened.round_id)
        return [dict(repeated.get(unit_id, {})) for unit_id in opened.village_ids]


def test_the_largest_group_of_each_village_and_contrasts_is_kept(database: Database) -> None:
    opened = open_round(database)
    drop(database, opened, (0, 12, THREE), (0, 15, OTHER_THREE), (0, 11, ALL), (1, 10, THREE))
    assert kept(database, opened) == [{}, {}]
    close(database, opened)
    assert kept(database, opened) == [{0: 11, 3: 15}, {3: 10}]


def test_a_group_under_k_is_not_kept(database: Database) -> None:
    opened = open_round(database)
    drop(database, opened, (0, 9, THREE), (1, 9, THREE), (1, 30, ALL))
    close(database, opened)
    assert kept(database, opened) == [{}, {0: 30}]


def test_k_is_the_one_the_round_is_closed_with(database: Database) -> None:
    opened = open_round(database)
    drop(database, opened, (0, 39, THREE), (1, 40, THREE))
    close_round(database, opened.round_id, by=None, at=now(), despite="Thử", min_base=40)
    assert kept(database, opened) == [{}, {3: 40}]


def test_each_ballot_counts_once_whether_mixed_or_boxed(database: Database) -> None:
    opened = open_round(database)
    drop(database, opened, (0, 7, THREE))
    mix_round(database, opened.round_id)
    drop(database, opened, (0, 5, THREE))
    close(database, opened)
    assert kept(database, opened) == [{3: 12}, {}]


def test_the_last_ballots_of_a_pulse_that_stay_unmixed_stay_uncounted(database: Database) -> None:
    opened = open_round(database, kind="pulse")
    drop(database, opened, (0, 11, FIVES))
    mix_round(database, opened.round_id)
    drop(database, opened, (0, 9, FIVES))
    close(database, opened)
    assert kept(database, opened) == [{0: 11}, {}]


def test_the_last_ballots_of_a_pulse_count_where_they_are_mixed(database: Database) -> None:
    opened = open_round(database, kind="pulse")
    drop(database, opened, (0, 11, FIVES))
    mix_round(database, opened.round_id)
    drop(database, opened, (0, 9, FIVES), (1, 1, FIVES))
    close(database, opened)
    assert kept(database, opened) == [{0: 20}, {}]


def test_closing_again_and_superseding_leave_it_as_it_was(database: Database) -> None:
    opened = open_round(database)
    drop(database, opened, (0, 12, THREE))
    close(database, opened)
    close(database, opened)
    with database.write() as session:
        supersede_round(session, get_round(session, opened.round_id), "Số hộ sai", by=None)
    assert kept(database, opened) == [{3: 12}, {}]
