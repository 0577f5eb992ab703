"""Whoever sees everything stands at the province; no role stands where it sees nothing."""

from __future__ import annotations

from survey.domain.delegation import ROLE_LEVELS, roles_at
from survey.domain.permissions import Role
from survey.domain.units import Level


def test_an_administrator_stands_at_a_province_only():
    assert [level for level in Level if Role.ADMINISTRATOR in roles_at(level)] == [Level.PROVINCE]


def test_no_role_stands_at_a_village():
    assert roles_at(Level.VILLAGE) == frozenset()


def test_every_role_stands_somewhere():
    assert set(ROLE_LEVELS) == set(Role)
    assert all(ROLE_LEVELS.values())
