"""`staff`, `db` and `routes-access` as whoever runs the server types them."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import inspect, text

from survey.services.staff_sessions import WrongPassword, sign_in
from survey.store.engine import create_database_engine
from tests.survey.cli.run_command import run_command
from tests.survey.web.staff_browser import add_units


@pytest.fixture
def run(database, database_url):
    add_units(database)
    return lambda *words, **options: run_command(database_url, *words, **options)


def test_create_prints_the_password_once_and_it_opens(run, database):
    made = run(
        "staff", "create", "mttq.xa", "--name", "Mặt trận xã", "--role", "front_commune", "--unit", "19867"
    )
    assert made.exit_code == 0
    password = made.stdout.strip()
    assert len(password) == 14
    assert sign_in(database, "mttq.xa", password, 1)
    listed = run("staff", "list")
    assert listed.stdout == "mttq.xa  Mặt trận xã  front_commune 19867 Xã Quảng Điền\n"
    assert password not in listed.stdout


def test_a_password_from_standard_input_is_not_printed(run, database):
    made = run("staff", "create", "a.b", "--name", "A", "--password-stdin", text="một câu khá dài\n")
    assert (made.exit_code, made.stdout) == (0, "")
    assert sign_in(database, "a.b", "một câu khá dài", 1)


@pytest.mark.parametrize(
    "words",
    [
        ("create", "x", "--name", "Quá ngắn"),
        ("create", "co dau cach", "--name", "X"),
        ("create", "mttq.xa", "--name", "X", "--role", "front_commune"),
        ("create", "mttq.xa", "--name", "X", "--role", "vua", "--unit", "46"),
        ("create", "mttq.xa", "--name", "X", "--role", "front_commune", "--unit", "00000"),
        ("create", "mttq.xa", "--name", "X", "--role", "front_commune", "--unit", "46"),
        ("grant", "khong.co", "--role", "analyst", "--unit", "46"),
        ("revoke", "khong.co", "--close"),
        ("revoke", "khong.co"),
    ],
)
def test_bad_input_ends_with_2_and_writes_nothing(run, words):
    result = run("staff", *words)
    assert result.exit_code == 2
    assert result.stderr
    assert run("staff", "list").stdout == ""


def test_grant_and_revoke(run, database):
    run("staff", "create", "phan.tich", "--name", "P", "--password-stdin", text="một câu khá dài\n")
    for _ in range(2):
        assert run("staff", "grant", "phan.tich", "--role", "analyst", "--unit", "46").exit_code == 0
    (account,) = json.loads(run("staff", "list", "--json").stdout)
    assert account["roles"] == [{"role": "analyst", "unit": "46", "unit_name": "Thành phố Huế"}]
    assert run("staff", "revoke", "phan.tich", "--role", "analyst", "--unit", "46").exit_code == 0
    assert run("staff", "revoke", "phan.tich", "--role", "analyst", "--unit", "46").exit_code == 2
    assert run("staff", "revoke", "phan.tich", "--close").exit_code == 0
    assert "(closed)" in run("staff", "list").stdout
    with pytest.raises(WrongPassword):
        sign_in(database, "phan.tich", "một câu khá dài", 1)


def test_db_upgrade_and_downgrade(bare_database_url):
    for _ in range(2):
        assert run_command(bare_database_url, "db", "upgrade").exit_code == 0
    assert run_command(bare_database_url, "staff", "list").exit_code == 0
    assert run_command(bare_database_url, "db", "downgrade", "base", text="n\n").exit_code == 1
    assert run_command(bare_database_url, "db", "downgrade", "base", "--yes").exit_code == 0
    assert run_command(bare_database_url, "db", "upgrade", "--revision", "9999").exit_code == 2
    engine = create_database_engine(bare_database_url)
    with engine.connect() as connection:
        left = set(inspect(connection).get_table_names())
        assert left <= {"alembic_version"}
        assert not left or connection.scalar(text("SELECT count(*) FROM alembic_version")) == 0
    engine.dispose()


def test_db_check_agrees(bare_database_url):
    result = run_command(bare_database_url, "db", "check")
    assert result.exit_code == 0, result.stderr
