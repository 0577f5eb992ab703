"""The commands an officer's script uses: round, slips, posters, close, recount, publish."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import Result
from sqlalchemy import select, update

from survey.domain.clock import today
from survey.domain.rule_sets import list_rule_sets
from survey.store.staff import AuditEvent
from survey.store.tallies import Tally
from survey.store.units import HouseholdCount
from tests.survey.publishing import SCAN
from tests.survey.web.staff_browser import add_units, database_of, run_app

Run = Callable[..., Result]
TEN_MISTAKES = Path(__file__).parents[2] / "forms" / "questionnaires" / "ten_mistakes.toml"


@pytest.fixture
def run(database_url: str) -> Iterator[Run]:
    with run_app(database_url) as app:
        units = add_units(database_of(app))
        with database_of(app).write() as session:
            session.add(HouseholdCount(unit_id=units["19867.01"], year=today().year, households=12))

        def invoke(*words: object) -> Result:
            return app.test_cli_runner().invoke(args=list(map(str, words)))

        invoke.database = database_of(app)  # type: ignore[attr-defined]
        yield invoke


def create(run: Run, **changes: object) -> Result:
    options = {
        "unit": "19867",
        "title": "Đợt của xã",
        "questionnaire": "xa-ntm",
        "rules": list_rule_sets(today(), "xa")[0].key,
        "starts": today(),
        "last": today() + timedelta(days=10),
        "contact": "Bà Hoa",
        **changes,
    }
    given = {name: value for name, value in options.items() if value is not None}
    return run("rounds", "create", *(word for name, value in given.items() for word in (f"--{name}", value)))


def open_(run: Run) -> str:
    tag = create(run).stdout.split()[1]
    document = ("--document", "45/MTTQ", "--document-date", "2026-01-05", "--document-issuer", "MTTQ")
    opened = run("rounds", "open", "--round", tag, *document)
    assert opened.exit_code == 0, opened.output
    return tag


def test_a_script_runs_a_round_from_create_to_publish(run: Run, tmp_path: Path) -> None:
    tag = open_(run)
    slips, posters = tmp_path / "slips.pdf", tmp_path / "posters.pdf"
    issued = run("slips", "issue", "--round", tag, "--unit", "19867.01", "--count", 5, "--out", slips)
    assert issued.exit_code == 0, issued.output
    assert slips.read_bytes().startswith(b"%PDF-")
    printed = run("posters", "print", "--round", tag, "--size", "A5", "--out", posters)
    assert printed.exit_code == 0, printed.output
    assert posters.read_bytes().startswith(b"%PDF-")
    with run.database.read() as session:  # type: ignore[attr-defined]
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "posters.print")).one()
    assert (event.staff_id, event.round_id, event.detail) == (None, 1, '{"count": 1, "size": "A5"}')
    assert run("rounds", "close", "--round", tag).exit_code == 2
    closed = run("rounds", "close", "--round", tag, "--despite", "Bão lũ")
    assert (closed.exit_code, closed.stdout) == (0, "1\t0 responses\t0 on paper\n")
    assert run("recount", "--check").exit_code == 0
    unsigned = run("rounds", "publish", "--round", tag)
    assert (unsigned.exit_code, "biên bản" in unsigned.stderr) == (2, True)
    scan = tmp_path / "minutes.pdf"
    scan.write_bytes(SCAN)
    attach = ("rounds", "attach", "--round", tag, "--scan", scan, "--number", "01/BB")
    late = run(*attach, "--result", 2)
    assert (late.exit_code, "bản kết quả hiện hành là bản 1" in late.stderr) == (2, True)
    attached = run(*attach)
    assert (attached.exit_code, attached.stdout) == (0, f"1\t1\t{sha256(SCAN).hexdigest()}\n")
    assert run("rounds", "publish", "--round", tag).exit_code == 0
    assert f"{tag}\tpublished\tofficial" in run("rounds", "list").stdout


def test_what_is_no_number_is_no_village_and_no_unit_either(run: Run, tmp_path: Path) -> None:
    asked = ("--unit", "²", "--count", 1, "--out", tmp_path / "slips.pdf")
    issued = run("slips", "issue", "--round", open_(run), *asked)
    assert (issued.exit_code, issued.stdout) == (2, "")
    assert "²" in issued.stderr
    assert create(run, unit="²").exit_code == 2


def test_recount_exits_with_one_where_a_tally_lies(run: Run) -> None:
    tag = open_(run)
    with run.database.write() as session:  # type: ignore[attr-defined]
        village = session.scalars(
            HouseholdCount.__table__.select().with_only_columns(HouseholdCount.unit_id)
        ).one()
        session.add(
            Tally(round_id=1, unit_id=village, channel="online", question="q01", option="satisfied", count=3)
        )
    assert run("recount", "--round", tag).exit_code == 0
    checked = run("recount", "--round", tag, "--check")
    assert checked.exit_code == 1
    assert "tallied 3, counted 0" in checked.stderr
    with run.database.write() as session:  # type: ignore[attr-defined]
        session.execute(update(Tally).values(count=0))
    assert run("recount", "--check").exit_code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("rounds", "open", "--round", "ZZZ"),
        ("rounds", "close", "--round", "99"),
        ("rounds", "close", "--round", "²"),
        ("posters", "print", "--round", "99", "--out", "/dev/null"),
        ("slips", "issue", "--round", "99", "--unit", "x", "--count", "1", "--out", "/dev/null"),
        ("slips", "issue", "--round", "99", "--unit", "x", "--count", "0", "--out", "/dev/null"),
        ("recount", "--round", "99"),
        ("questionnaires", "check", "no-such-file.toml"),
    ],
)
def test_bad_input_goes_to_stderr_with_exit_code_two(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


def test_a_draft_that_cannot_be_is_told_on_stderr(run: Run) -> None:
    for changes in ({"unit": "00000"}, {"starts": "hôm nay"}, {"questionnaire": "khac"}, {"kind": "pulse"}):
        result = create(run, **changes)
        assert result.exit_code == 2
        assert result.stderr


@pytest.mark.parametrize("kind", ["official", "drill"])
@pytest.mark.parametrize("option", ["last", "rules"])
def test_what_only_a_pulse_round_goes_without_is_told_in_a_sentence_and_in_the_help(
    run: Run, kind: str, option: str
) -> None:
    refused = create(run, kind=kind, **{option: None})
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert f"Give --{option}: only a pulse round goes without it." in refused.stderr
    told = " ".join(run("rounds", "create", "--help").stdout.split())
    assert told.partition(f"--{option} ")[2].partition(" --")[0].count("needed unless") == 1
    pulse = create(run, kind="pulse", questionnaire="phan-hoi", rules=None, last=None)
    assert pulse.exit_code == 0, pulse.output


def test_questionnaires_check_reports_all_mistakes_at_once(run: Run) -> None:
    checked = run("questionnaires", "check", TEN_MISTAKES)
    assert checked.exit_code == 2
    assert len(checked.stderr.splitlines()) == 10
    good = Path(__file__).parents[3] / "forms" / "questionnaires" / "xa-ntm.toml"
    assert run("questionnaires", "check", good).exit_code == 0
