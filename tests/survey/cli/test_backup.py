"""A backup from either engine into either; damaged ones and full databases are refused whole."""

from __future__ import annotations

import json
import struct
import zipfile

import pytest
from sqlalchemy import func, select

from forms.answers import Submission
from forms.types.base import AnswerValue
from survey.domain.clock import now
from survey.services.backup import restore_backup, write_backup
from survey.services.mixing import mix_round
from survey.services.recount import recount_round
from survey.services.submit import submit
from survey.store.engine import Database, create_database_engine
from survey.store.rounds import Round
from survey.store.schema import METADATA
from survey.store.slips import KeptPrint, SlipBatch
from survey.store.staff import Staff
from tests.survey.cli.run_command import run_command
from tests.survey.open_rounds import SECRET, open_round
from tests.survey.web.staff_browser import add_staff


@pytest.fixture
def filled(database: Database) -> Database:
    """An opened round with twelve ballots of one village, ten of them mixed, and some reasons."""
    opened = open_round(database, slips=12)
    for number, code in enumerate(opened.slips[opened.village_ids[0]]):
        answers: dict[str, AnswerValue] = {"q01": "satisfied" if number % 3 else "not_satisfied"}
        taken = submit(
            database, SECRET, opened.entry(database, code), f"key-{number:020d}",
            Submission(answers, {"q01": "Đường lầy “lội” 🙂"}), channel="online", at=now(), min_base=10,
        )  # fmt: skip
        assert taken.receipt
    add_staff(database, "mttq.xa")
    return database


def _rows(database: Database) -> dict[str, list[str]]:
    with database.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)).all()))
            for table in METADATA.sorted_tables
            if table.name != "audit_event"
        }


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request):
    source = request.getfixturevalue(f"{request.param}_databases")
    url = source.create()
    yield url
    source.drop(url)


@pytest.fixture
def restored(other_url):
    engine = create_database_engine(other_url)
    yield Database(engine)
    engine.dispose()


def test_a_restored_database_is_the_same_and_recounts(filled, database_url, other_url, restored, tmp_path):
    file = tmp_path / "sao-luu.zip"
    made = run_command(database_url, "backup", file)
    assert made.exit_code == 0, made.stderr
    assert file.stat().st_mode & 0o077 == 0
    result = run_command(other_url, "restore", file)
    assert result.exit_code == 0, result.stderr
    assert _rows(restored) == _rows(filled)
    with restored.read() as session:
        round_id = session.scalars(select(Round.id)).one()
    assert recount_round(restored, round_id).agrees
    assert recount_round(restored, round_id).responses == 10
    mix_round(restored, round_id)
    assert recount_round(restored, round_id).agrees
    add_staff(restored, "nguoi.moi")
    with restored.read() as session:
        assert session.scalar(select(func.count(Staff.id.distinct()))) == 2


def test_rows_of_ballots_lie_by_their_random_keys(filled, database_url, tmp_path):
    file = tmp_path / "b.zip"
    run_command(database_url, "backup", file)
    with zipfile.ZipFile(file) as archive:
        for table in ("response", "box", "ledger", "slip", "reason"):
            header, *rows = map(json.loads, archive.read(f"tables/{table}.jsonl").splitlines())
            key = [header.index(column.name) for column in METADATA.tables[table].primary_key]
            keys = [[row[index] for index in key] for row in rows]
            assert keys
            if table in ("response", "box", "reason"):
                assert keys == sorted(keys)
            assert {tuple(entry.date_time) for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_prints_that_wait_are_in_no_backup(filled, database_url, other_url, restored, tmp_path):
    with filled.write() as session:
        batch_id = session.scalars(select(SlipBatch.id)).first()
        session.add(KeptPrint(batch_id=batch_id, part=1, expires_at=now(), sealed=b"sealed codes"))
    file = tmp_path / "b.zip"
    assert run_command(database_url, "backup", file).exit_code == 0
    with zipfile.ZipFile(file) as archive:
        assert len(archive.read("tables/kept_print.jsonl").splitlines()) == 1
        assert json.loads(archive.read("manifest.json"))["tables"]["kept_print"]["rows"] == 0
    assert run_command(other_url, "restore", file).exit_code == 0
    with restored.read() as session:
        assert not session.scalars(select(KeptPrint)).all()
        assert session.get(SlipBatch, batch_id)


def test_an_existing_file_is_not_overwritten(filled, database_url, tmp_path):
    file = tmp_path / "co-roi.zip"
    file.write_text("đừng mất")
    assert run_command(database_url, "backup", file).exit_code == 2
    assert file.read_text() == "đừng mất"
    assert run_command(database_url, "backup", tmp_path / "khong-co" / "b.zip").exit_code == 2


def test_only_an_empty_database_is_filled(filled, database_url, tmp_path):
    file = tmp_path / "b.zip"
    run_command(database_url, "backup", file)
    before = _rows(filled)
    result = run_command(database_url, "restore", file)
    assert result.exit_code == 2
    assert "trống" in result.stderr
    assert _rows(filled) == before


def test_a_database_without_tables_is_refused(filled, database_url, bare_database_url, tmp_path):
    file = tmp_path / "b.zip"
    run_command(database_url, "backup", file)
    assert run_command(bare_database_url, "restore", file).exit_code == 2


def _spoil(file, change) -> None:
    with zipfile.ZipFile(file) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)


def _change_a_tally(entries: dict[str, bytes]) -> None:
    entries["tables/tally.jsonl"] = entries["tables/tally.jsonl"].replace(b", 10]", b", 11]", 1)


def _lose_a_row(entries: dict[str, bytes]) -> None:
    entries["tables/slip.jsonl"] = b"".join(entries["tables/slip.jsonl"].splitlines(keepends=True)[:-1])


def _lose_a_table(entries: dict[str, bytes]) -> None:
    del entries["tables/response.jsonl"]


def _be_another_version(entries: dict[str, bytes]) -> None:
    entries["manifest.json"] = json.dumps(
        json.loads(entries["manifest.json"]) | {"revision": "9999"}
    ).encode()


@pytest.mark.parametrize(
    "change", [_change_a_tally, _lose_a_row, _lose_a_table, _be_another_version, dict.clear]
)
def test_a_damaged_backup_restores_nothing(filled, database_url, other_url, restored, tmp_path, change):
    file = tmp_path / "b.zip"
    run_command(database_url, "backup", file)
    _spoil(file, change)
    result = run_command(other_url, "restore", file)
    assert result.exit_code == 2
    assert not any(_rows(restored).values())


@pytest.mark.parametrize("content", [b"", b"PK", b"khong phai zip"])
def test_what_is_no_backup_is_refused(database_url, tmp_path, content):
    file = tmp_path / "b.zip"
    file.write_bytes(content)
    assert run_command(database_url, "restore", file).exit_code == 2


def _spoil_bytes(file, name: str) -> None:
    """Overwrite the packed bytes of an entry, past its header of 30 bytes and its name."""
    with zipfile.ZipFile(file) as archive:
        entry = archive.getinfo(name)
    with file.open("r+b") as raw:
        raw.seek(entry.header_offset + 26)
        names, extra = struct.unpack("<HH", raw.read(4))
        raw.seek(entry.header_offset + 30 + names + extra)
        raw.write(b"\xff" * min(entry.compress_size, 20))


@pytest.mark.parametrize("name", ["manifest.json", "tables/tally.jsonl"])
def test_bytes_that_cannot_be_unpacked_are_told_in_a_sentence(
    filled, database_url, other_url, restored, tmp_path, name
):
    file = tmp_path / "b.zip"
    run_command(database_url, "backup", file)
    _spoil_bytes(file, name)
    result = run_command(other_url, "restore", file)
    assert result.exit_code == 2
    assert "không phải bản sao lưu" in result.stderr
    assert not any(_rows(restored).values())


def _hold_what_no_database_takes(entries: dict[str, bytes]) -> None:
    entries["tables/slip.jsonl"] = entries["tables/slip.jsonl"].replace(b'"issued"', b'"stolen"')


def test_a_damaged_row_is_told_before_the_database_refuses_it(
    database, database_url, other_url, restored, tmp_path
):
    open_round(database, slips=600)  # more than are put in at a time
    file = tmp_path / "b.zip"
    run_command(database_url, "backup", file)
    _spoil(file, _hold_what_no_database_takes)
    result = run_command(other_url, "restore", file)
    assert result.exit_code == 2
    assert "không phải bản sao lưu" in result.stderr
    assert not any(_rows(restored).values())


def test_an_error_of_our_own_is_not_told_as_one_of_the_file(filled, restored, tmp_path):
    file = tmp_path / "b.zip"
    write_backup(filled, file)

    def stumble(_rows: int) -> None:
        raise KeyError("ours")

    with pytest.raises(KeyError, match="ours"):
        restore_backup(restored, file, stumble)
    assert not any(_rows(restored).values())
