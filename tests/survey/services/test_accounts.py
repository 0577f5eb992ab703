"""Accounts and sessions below the pages: names, passwords, tokens, and what the log remembers."""

from __future__ import annotations

import json
import unicodedata
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from survey.domain.clock import now
from survey.domain.delegation import GRANTABLE, ROLE_LEVELS
from survey.domain.errors import Conflict, DomainError, NotFound
from survey.domain.permissions import PERMISSIONS, Permission, Role
from survey.services.accounts import (
    close_account,
    create_staff,
    get_staff,
    grant_role,
    reopen_account,
    reset_password,
    revoke_role,
)
from survey.services.passwords import new_password
from survey.services.staff_sessions import WrongPassword, find_actor_by_token, sign_in
from survey.store.staff import AuditEvent, Staff, StaffSession
from survey.store.units import Unit
from tests.survey.web.staff_browser import PASSWORD, add_staff, add_units


@pytest.mark.parametrize("username", ["ab", "Đặng", "co dau cach", "-dau", "x" * 41, "a@b", ""])
def test_a_name_must_be_typable_on_any_keyboard(database, username):
    with pytest.raises(DomainError), database.write() as session:
        create_staff(session, username, "Tên", PASSWORD)


def test_a_name_is_taken_once_whatever_its_case(database):
    add_staff(database, "mttq.xa")
    with pytest.raises(Conflict), database.write() as session:
        create_staff(session, " MTTQ.Xa ", "Tên khác", PASSWORD)
    with database.read() as session:
        assert get_staff(session, "mttq.xa").display_name == "Cán bộ mttq.xa"


def test_a_vietnamese_password_fits_however_it_is_typed(database):
    typed = "mật khẩu tiếng Việt"
    with database.write() as session:
        create_staff(session, "mttq.xa", "Tên", unicodedata.normalize("NFD", typed))
    assert sign_in(database, "mttq.xa", unicodedata.normalize("NFC", typed), 1)


def test_neither_password_nor_token_stands_in_the_database(database):
    with database.write() as session:
        create_staff(session, "mttq.xa", "Tên", PASSWORD)
    token = sign_in(database, "mttq.xa", PASSWORD, 1)
    with database.read() as session:
        staff, row = session.scalars(select(Staff)).one(), session.scalars(select(StaffSession)).one()
    assert staff.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in staff.password_hash
    assert token.encode() not in row.token_hash


def test_a_session_ends_by_its_time(database):
    add_staff(database, "mttq.xa")
    token = sign_in(database, "mttq.xa", PASSWORD, 1)
    with database.write() as session:
        assert find_actor_by_token(session, token)
        assert find_actor_by_token(session, token + "x") is None
        session.execute(update(StaffSession).values(expires_at=now() - timedelta(seconds=1)))
        assert find_actor_by_token(session, token) is None


def test_a_closed_account_is_out_and_can_come_back_with_a_new_password(database):
    add_staff(database, "mttq.xa")
    token = sign_in(database, "mttq.xa", PASSWORD, 1)
    with database.write() as session:
        close_account(session, get_staff(session, "mttq.xa"), by=None)
        assert find_actor_by_token(session, token) is None
    with pytest.raises(WrongPassword):
        sign_in(database, "mttq.xa", PASSWORD, 1)
    with database.write() as session:
        password = reopen_account(session, get_staff(session, "mttq.xa"), by=None)
        assert find_actor_by_token(session, token) is None
    with pytest.raises(Conflict), database.write() as session:
        reopen_account(session, get_staff(session, "mttq.xa"), by=None)
    assert sign_in(database, "mttq.xa", password, 1)


def test_a_reset_password_must_be_changed(database):
    add_staff(database, "mttq.xa")
    with database.write() as session:
        password = reset_password(session, get_staff(session, "mttq.xa"), by=None)
    token = sign_in(database, "mttq.xa", password, 1)
    with database.read() as session:
        actor = find_actor_by_token(session, token)
    assert actor
    assert actor.must_change_password


def test_a_role_counts_on_its_unit_and_those_below(database):
    units = add_units(database)
    add_staff(database, "mttq.xa", (Role.FRONT_COMMUNE, units["19867"]))
    token = sign_in(database, "mttq.xa", PASSWORD, 1)
    with database.read() as session:
        actor = find_actor_by_token(session, token)
    assert actor
    assert actor.may(Permission.MANAGE_ROUND, [units["19867.01"], units["19867"], units["46"]])
    assert not actor.may(Permission.MANAGE_ROUND, [units["19900"], units["46"]])
    assert not actor.may(Permission.MANAGE_STAFF)


def test_granting_twice_is_one_grant_and_one_event(database):
    units = add_units(database)
    staff_id = add_staff(database, "mttq.xa", *[(Role.COLLECTOR, units["19867"])] * 2)
    with database.read() as session:
        assert len(session.get_one(Staff, staff_id).grants) == 1
        events = session.scalars(select(AuditEvent.detail).where(AuditEvent.action == "staff.grant")).all()
    assert [json.loads(detail) for detail in events] == [{"role": "collector", "username": "mttq.xa"}]


@pytest.mark.parametrize(("role", "code"), [(Role.ADMINISTRATOR, "19867"), (Role.COLLECTOR, "19867.01")])
def test_a_role_is_not_given_below_its_level(database, role, code):
    units = add_units(database)
    add_staff(database, "mttq.xa")
    with database.write() as session, pytest.raises(DomainError):
        grant_role(session, get_staff(session, "mttq.xa"), role, session.get_one(Unit, units[code]))


def test_a_role_that_is_not_held_cannot_be_taken(database):
    units = add_units(database)
    add_staff(database, "mttq.xa")
    with database.write() as session:
        unit, staff = session.get_one(Unit, units["46"]), get_staff(session, "mttq.xa")
        with pytest.raises(NotFound):
            revoke_role(session, staff, Role.ANALYST, unit)


@pytest.mark.parametrize("role", Role)
def test_a_role_is_refused_at_a_level_it_does_not_belong_to(database, role):
    units = add_units(database)
    add_staff(database, "ai.do")
    for code in ("46", "19867", "19867.01"):
        with database.write() as session:
            unit, staff = session.get_one(Unit, units[code]), get_staff(session, "ai.do")
            if unit.level in ROLE_LEVELS[role]:
                grant_role(session, staff, role, unit)
            else:
                with pytest.raises(DomainError):
                    grant_role(session, staff, role, unit)


def test_only_those_who_manage_staff_hand_roles_on():
    managers = {role for role in Role if Permission.MANAGE_STAFF in PERMISSIONS[role]}
    assert set(GRANTABLE) == managers
    assert not GRANTABLE[Role.FRONT_PROVINCE] & managers


def test_new_passwords_have_no_look_alikes_and_do_not_repeat():
    made = {new_password() for _ in range(500)}
    assert len(made) == 500
    assert not set("".join(made)) & set("il01o")
