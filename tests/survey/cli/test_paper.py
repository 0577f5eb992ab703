"""The paper commands: a template is filled in by one person, then by another; all of it counts or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select, update

from survey.domain.clock import now
from survey.domain.paper_table import TAB
from survey.domain.permissions import Role
from survey.services.accounts import close_account, get_staff
from survey.services.slip_returns import return_slips
from survey.services.slips import issue_slips
from survey.store.engine import Database
from survey.store.paper import PaperKeying, PaperSheet
from survey.store.rounds import Round
from survey.store.slips import SlipBatch
from survey.store.staff import AuditEvent
from tests.survey.open_rounds import SECRET, OpenRound, open_round
from tests.survey.paper import LAYOUT
from tests.survey.paper_files import count_sheet, fill_template, find_cell
from tests.survey.web.staff_browser import add_staff, database_of, run_app

Run = Callable[..., Result]
Fill = Callable[..., Path]

V1, V2, V3 = "19867.01", "19867.02", "19867.03"
GOOD = count_sheet(LAYOUT, valid=30, against=1, invalid={"blank": 2}, set_aside=1, lost=3)
SMALL = count_sheet(LAYOUT, valid=5)
FIRST, SECOND = ("--entered-by", "lan"), ("--confirmed-by", "minh")


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    with run_app(database_url) as made:
        yield made


@pytest.fixture
def database(app: Flask) -> Database:
    return database_of(app)


@pytest.fixture
def opened(database: Database) -> OpenRound:
    opened = open_round(database, villages=3, households=40)
    for name, role in (
        ("lan", Role.COLLECTOR),
        ("minh", Role.FRONT_COMMUNE),
        ("thanh", Role.COMMITTEE_COMMUNE),
    ):
        add_staff(database, name, (role, opened.commune_id))
    return opened


@pytest.fixture
def run(app: Flask, opened: OpenRound) -> Run:
    def invoke(*words: object) -> Result:
        return app.test_cli_runner().invoke(args=["paper", *map(str, words)])

    return invoke


@pytest.fixture
def fill(run: Run, opened: OpenRound, tmp_path: Path) -> Fill:
    """Write a file, by default from the round's template, with these villages filled in."""
    template = tmp_path / "template.xlsx"
    told = run("template", "--round", opened.round_id, "--out", template)
    assert (told.exit_code, told.stdout) == (0, f"{template}\n")

    def write(villages: Mapping[str, Mapping[str, Any]], name: str = "filled.xlsx") -> Path:
        path = tmp_path / name
        path.write_bytes(fill_template(template.read_bytes(), villages))
        return path

    return write


def states(run: Run) -> dict[str, str]:
    told = run("status", "--round", 1)
    assert told.exit_code == 0, told.output
    heading, *lines = (line.split("\t") for line in told.stdout.splitlines())
    assert heading == ["code", "village", "households", "stubs", "state", "counted"]
    return {line[0]: " ".join(line[4:]) for line in lines}


def nothing_is_kept(database: Database) -> bool:
    with database.read() as session:
        kept = [session.scalar(select(func.count()).select_from(one)) for one in (PaperSheet, PaperKeying)]
        files = session.scalars(select(AuditEvent).where(AuditEvent.action == "paper.file")).all()
    return kept == [0, 0] and not files


def refused(told: Result, *said: str) -> None:
    assert (told.exit_code, told.stdout) == (2, ""), told.output
    for part in said:
        assert part in told.stderr


def test_two_people_two_files_one_count(run: Run, fill: Fill, database: Database) -> None:
    file = fill({V1: GOOD, V3: SMALL})
    told = run("import", file, *FIRST)
    assert told.exit_code == 0, told.output
    waiting = "đã nhập, chờ người thứ hai đối chiếu"
    assert told.stdout.splitlines() == [f"{V1}\tThôn 1\t{waiting}", f"{V3}\tThôn 3\t{waiting}"]
    assert states(run) == {V1: "to_confirm -", V2: "not_begun -", V3: "to_confirm -"}
    told = run("confirm", file, *SECOND)
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines() == [f"{V1}\tThôn 1\tđã chốt", f"{V3}\tThôn 3\tđã chốt"]
    assert states(run) == {V1: "confirmed 32", V2: "not_begun -", V3: "confirmed 5"}
    with database.read() as session:
        log = session.execute(select(AuditEvent.action, AuditEvent.staff_id).order_by(AuditEvent.id)).all()
        minh = get_staff(session, "minh").id
    assert [one for one in log if one[0].startswith("paper")] == [
        ("paper.file", None), ("paper.confirm", minh), ("paper.confirm", minh), ("paper.file", None),
    ]  # fmt: skip


def test_every_problem_of_every_village_is_told_and_nothing_is_written(
    run: Run, fill: Fill, database: Database
) -> None:
    file = fill(
        {
            V1: GOOD,
            V2: {**GOOD, "returned": 40, "issued": 39, "q05_satisfied": 28},
            V3: {**SMALL, "valid": "năm", "issued": None, "q02_satisfied": -1},
        }
    )
    told = run("import", file, *FIRST)
    tab = openpyxl.load_workbook(file)[TAB]
    cells = [find_cell(tab, V2, field) for field in ("returned", "issued", "q05_satisfied")]
    cells += [find_cell(tab, V3, field) for field in ("issued", "valid", "q02_satisfied")]
    refused(told, *(f"Thôn {2 if place < 3 else 3}, ô {cell}: " for place, cell in enumerate(cells)))
    lines = told.stderr.splitlines()
    assert len(lines) == len(cells) + 1
    assert "thu về (40) phải bằng hợp lệ + không hợp lệ + để riêng (33)" in lines[0]
    assert "Tệp còn 6 chỗ phải sửa; chưa ghi gì." in lines[-1]
    assert nothing_is_kept(database)


@pytest.mark.parametrize(
    "changes",
    [
        {"returned": 35, "issued": 36},
        {"issued": 30},
        {"set_aside": 0},
        {"valid": 31},
        {"invalid_two-options": 1},
        {"q01_satisfied": 28},
        {"q19_no_answer": 1},
        {"any_not_satisfied": 0},
        {"any_not_satisfied": 20},
        {"returned": 52, "issued": 52, "set_aside": 0, "invalid_blank": 22},
    ],
)
def test_a_sum_that_is_off_keeps_the_file_out(
    run: Run, fill: Fill, database: Database, changes: dict[str, int]
) -> None:
    refused(run("import", fill({V1: {**GOOD, **changes}, V2: GOOD}), *FIRST), "Thôn 1, ô ")
    assert nothing_is_kept(database)


def test_more_ballots_than_stubs_are_refused(
    run: Run, fill: Fill, database: Database, opened: OpenRound
) -> None:
    with database.write() as session:
        issue_slips(session, SECRET, opened.round_id, opened.village_ids[0], 40, by=None)
        session.execute(update(SlipBatch).values(printed_at=now()))
        return_slips(session, opened.round_id, range(1, 32), by=None, at=now())
    file = fill({V1: GOOD, V2: GOOD})
    refused(run("import", file, *FIRST), "Thôn 1, ô ", "Đếm 32 phiếu nhưng mới nhận 31 thẻ")
    with database.write() as session:
        return_slips(session, opened.round_id, [40], by=None, at=now())
    assert run("import", file, *FIRST).exit_code == 0
    told = run("status", "--round", 1).stdout.splitlines()
    assert [line.split("\t")[3] for line in told] == ["stubs", "32", "-", "-"]


def test_importing_again_replaces_ones_own(run: Run, fill: Fill, database: Database) -> None:
    file = fill({V1: GOOD})
    for _ in range(2):
        assert run("import", file, *FIRST).exit_code == 0
    with database.read() as session:
        assert [(one.place, one.revision) for one in session.scalars(select(PaperKeying))] == [(1, 1)]
    assert run("import", fill({V1: SMALL, V2: GOOD}), *FIRST).exit_code == 0
    assert run("confirm", fill({V1: SMALL}), *SECOND).exit_code == 0
    assert states(run) == {V1: "confirmed 5", V2: "to_confirm -", V3: "not_begun -"}


def test_differences_are_listed_with_both_figures_and_kept(run: Run, fill: Fill) -> None:
    run("import", fill({V1: GOOD, V2: SMALL}), *FIRST)
    other = {**GOOD, "q03_satisfied": 28, "q03_not_satisfied": 2, "any_not_satisfied": 4}
    file = fill({V1: other, V2: SMALL})
    told = run("confirm", file, *SECOND)
    assert told.exit_code == 2
    assert told.stdout.splitlines() == [
        f"{V1}\tThôn 1\thai người nhập khác nhau",
        f"{V2}\tThôn 2\tđã chốt",
    ]
    tab = openpyxl.load_workbook(file)[TAB]
    one, two = (find_cell(tab, V1, f"q03_{option}") for option in ("satisfied", "not_satisfied"))
    assert told.stderr.splitlines() == [
        f"Thôn 1, {one}\tNội dung 3, Hài lòng\t29\t28",
        f"Thôn 1, {two}\tNội dung 3, Chưa hài lòng\t1\t2",
        "Error: Hai người nhập khác nhau ở 2 ô; đã lưu cả hai để sửa.",
    ]
    assert states(run) == {V1: "differs -", V2: "confirmed 5", V3: "not_begun -"}
    corrected = run("import", fill({V1: {**other, "any_not_satisfied": None}}), *FIRST)
    assert corrected.exit_code == 0, corrected.output
    assert states(run)[V1] == "confirmed 32"


def test_what_is_confirmed_is_left_alone(run: Run, fill: Fill, database: Database) -> None:
    file = fill({V1: GOOD})
    assert run("import", file, *FIRST).exit_code == 0
    assert run("confirm", file, *SECOND).exit_code == 0
    for again in (("import", *FIRST), ("import", "--entered-by", "minh"), ("confirm", *SECOND)):
        told = run(again[0], file, *again[1:])
        assert (told.exit_code, told.stdout) == (0, f"{V1}\tThôn 1\tđã chốt, không đổi\n"), told.output
    other = fill({V1: {**GOOD, "q03_satisfied": 28, "q03_not_satisfied": 2}, V2: GOOD})
    refused(run("import", other, *FIRST), "Thôn 1: đã chốt với số khác ở ô E19, E20.")
    assert states(run)[V2] == "not_begun -"
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(PaperSheet)) == 1


def test_one_person_is_never_both(run: Run, fill: Fill) -> None:
    file = fill({V1: GOOD})
    refused(run("confirm", file, *SECOND), "Thôn 1: chưa có lần nhập thứ nhất")
    assert run("import", file, *FIRST).exit_code == 0
    refused(run("confirm", file, "--confirmed-by", "lan"), "Thôn 1: người nhập lần thứ hai phải khác")
    refused(run("import", file, "--entered-by", "minh"), "Thôn 1: lần nhập thứ nhất là của Cán bộ lan.")
    assert run("confirm", file, *SECOND).exit_code == 0
    refused(run("confirm", file, "--confirmed-by", "lan"), "phải khác")


def test_a_sheet_that_two_people_have_keyed_keeps_a_third_out(
    run: Run, fill: Fill, database: Database, opened: OpenRound
) -> None:
    assert run("import", fill({V1: GOOD}), *FIRST).exit_code == 0
    assert run("confirm", fill({V1: SMALL}), *SECOND).exit_code == 2
    add_staff(database, "hoa", (Role.COLLECTOR, opened.commune_id))
    refused(run("confirm", fill({V1: GOOD, V2: GOOD}), "--confirmed-by", "hoa"), "đã có hai người", "Thôn 2")


@pytest.mark.parametrize(
    ("username", "said"),
    [("ai", "Không có tài khoản “ai”"), ("thanh", "không có vai trò thu phiếu"), ("tam", "không có vai trò")],
)
def test_who_may_not_collect_may_not_count(
    run: Run, fill: Fill, database: Database, username: str, said: str
) -> None:
    add_staff(database, "tam")
    refused(run("import", fill({V1: GOOD}), "--entered-by", username), said)
    assert nothing_is_kept(database)


def test_a_closed_account_counts_no_more(run: Run, fill: Fill, database: Database) -> None:
    with database.write() as session:
        close_account(session, get_staff(session, "lan"), by=None)
    refused(run("import", fill({V1: GOOD}), *FIRST), "Tài khoản “lan” đã đóng")


def test_a_file_is_of_its_own_round(run: Run, fill: Fill, database: Database) -> None:
    file = fill({V1: GOOD})
    with database.write() as session:
        round_ = session.scalars(select(Round)).one()
        round_.snapshot_sha256 = "0" * 64
    refused(run("import", file, *FIRST), "đợt khác")
    with database.write() as session:
        session.scalars(select(Round)).one().tag = "ZZZ"
    refused(run("import", file, *FIRST), "Không có đợt")
    refused(run("import", file, "--round", 1, *FIRST), "đợt khác")


def test_an_empty_file_and_another_one_are_refused(run: Run, fill: Fill, tmp_path: Path) -> None:
    refused(run("import", fill({}), *FIRST), "chưa có thôn nào được điền")
    other = tmp_path / "thon.csv"
    other.write_text("Tên thôn,Số hộ\nThôn 1,40\n")
    refused(run("import", other, *FIRST), "không phải tệp kiểm phiếu")


def test_a_sheet_begins_anew_with_a_reason_and_a_village_may_have_no_paper(run: Run, fill: Fill) -> None:
    assert run("none", "--round", 1, "--unit", V2).stdout == f"{V2}\tThôn 2\tno_paper\n"
    assert states(run)[V2] == "no_paper -"
    refused(run("import", fill({V2: SMALL}), *FIRST), "Thôn 2: Phiếu kiểm này đã chốt")
    refused(run("confirm", fill({V2: SMALL}), *SECOND), "Thôn 2: Phiếu kiểm này đã chốt")
    refused(run("reopen", "--round", 1, "--unit", V2, "--because", " "), "lý do")
    assert run("reopen", "--round", 1, "--unit", V2, "--because", "Còn phiếu").exit_code == 0
    for command, person in (("import", FIRST), ("confirm", SECOND)):
        assert run(command, fill({V2: SMALL}), *person).exit_code == 0
    assert states(run)[V2] == "confirmed 5"
    refused(run("none", "--round", 1, "--unit", V2))


def test_no_template_is_overwritten_or_called_otherwise(run: Run, tmp_path: Path) -> None:
    taken = tmp_path / "a.xlsx"
    taken.write_text("đừng mất")
    refused(run("template", "--round", 1, "--out", taken), "a.xlsx")
    assert taken.read_text() == "đừng mất"
    assert run("template", "--round", 1, "--out", tmp_path / "a.csv").exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


@pytest.mark.parametrize(
    "words",
    [
        ("template", "--round", 9, "--out", "x.xlsx"),
        ("import", "/dev/null/x.xlsx", *FIRST),
        ("status", "--round", 9),
        ("none", "--round", 1, "--unit", "x"),
        ("reopen", "--round", 1, "--unit", V1, "--because", "Sai"),
    ],
)
def test_bad_input_goes_to_stderr_with_exit_code_two(run: Run, words: tuple[object, ...]) -> None:
    told = run(*words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr


@pytest.mark.parametrize("change", [{"opened_at": None}, {"closed_at": now(), "superseded_at": now()}])
def test_drafts_and_rounds_set_aside_have_no_template(
    run: Run, database: Database, tmp_path: Path, change: dict[str, object]
) -> None:
    with database.write() as session:
        session.execute(update(Round).values(**change))
    refused(run("template", "--round", 1, "--out", tmp_path / "a.xlsx"), "đang ở bước khác")
    refused(run("status", "--round", 1), "đang ở bước khác")
    assert list(tmp_path.iterdir()) == []
