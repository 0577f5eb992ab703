"""Two backups taken an hour apart: what came in between, and what the attacker makes of it."""

from __future__ import annotations

from pathlib import Path

from survey.services.backup import write_backup
from tests.survey.secrecy.attacker import count_hits, join_by_order, list_new, read_backup
from tests.survey.secrecy.chance import suspicious
from tests.survey.secrecy.conftest import BASE
from tests.survey.secrecy.households import HOUSEHOLDS, AnsweredVillage


def newly_used(village: AnsweredVillage, earlier: int, later: int) -> list[int]:
    """The numbers of the village's slips that one backup has as used and the one before it has not."""
    files = village.backups[earlier], village.backups[later]
    numbers = [int(number) for number in list_new(*files, "slip", "number", ("state", "used"))]
    return [number for number in numbers if number <= HOUSEHOLDS]


def test_with_two_batches_in_between_a_slips_ballot_is_one_of_twenty(mixed: AnsweredVillage) -> None:
    earlier, later = mixed.backups[40], mixed.backups[60]
    numbers = newly_used(mixed, 40, 60)
    assert sorted(numbers) == list(range(41, 61)), "which slips were used in between is told"
    here = str(mixed.opened.village_ids[0])
    for table, column, marks, where in (
        ("response", "answers", mixed.marks, ("unit_id", here)),
        ("reason", "text", mixed.reasons, ("", "")),
    ):
        new = list_new(earlier, later, table, column, where)
        assert set(new) == set(marks[40:60]), "and so are the ballots of those twenty together"
        slips = mixed.slips[40:60]
        truth = dict(zip(slips, marks[40:60], strict=True))
        in_the_files_order = [mixed.slips[number - 1] for number in numbers]
        for order in (slips, in_the_files_order):
            assert count_hits(join_by_order(order, new), truth) < suspicious([BASE, BASE])


def test_with_fewer_than_k_in_between_it_is_one_of_those_few(mixed: AnsweredVillage) -> None:
    """What remains possible, and the reason to compare no backups of an open round: three, then one."""
    here = ("unit_id", str(mixed.opened.village_ids[0]))
    assert sorted(newly_used(mixed, 60, 63)) == [61, 62, 63]
    assert set(list_new(mixed.backups[60], mixed.backups[63], "box", "answers", here)) == set(
        mixed.marks[60:63]
    )
    assert newly_used(mixed, 63, 64) == [64]
    assert list_new(mixed.backups[63], mixed.backups[64], "box", "answers", here) == [mixed.marks[63]]


def test_a_single_backup_lists_every_table_by_its_random_keys(mixed: AnsweredVillage, tmp_path: Path) -> None:
    path = tmp_path / "last.zip"
    write_backup(mixed.database, path)
    used = [row["number"] for row in read_backup(path, "slip") if row["state"] == "used"]
    assert used != sorted(used, key=int), "by hash, not by number"
    answers = [row["answers"] for row in read_backup(path, "response")]
    truth = mixed.truth(mixed.marks)
    assert len(answers) == HOUSEHOLDS
    assert count_hits(join_by_order(mixed.slips, answers), truth) < suspicious([BASE] * BASE)
