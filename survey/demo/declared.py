"""What the demonstration's units declare towards the plan: made up, each with an address that says so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from survey.demo.season import PLANTINGS
from survey.domain.plan import get_plan
from survey.services.declarations import declare
from survey.services.units import find_unit

EVIDENCE = "https://example.org/minh-chung-mau"
DISTRICTS_ON = date(2025, 6, 15)
"""A day on which huyện still stood."""
_OTHERS = ("19918", "19942", "20107", "20122", "20161", "20179", "20044", "20050", "20071", "20101")
"""Xã that declare without having held a round; the other five declare nothing."""
_DISTRICTS = ("477", "478")
_DISTRICT_VALUES: dict[str, dict[str, Any]] = {
    "KTS-HTX-H": {"models": 2},
    "NTM-TM": {"pilot_communes": 1, "fields": ["culture"]},
}


def plant_declarations(session: Session, communes_on: date) -> int:
    """Declare for fourteen communes and two districts; returns how many declarations there are."""
    made = 0
    rounds = [one.code for one in PLANTINGS]
    for position, code in enumerate([*rounds, *_OTHERS]):
        made += _declare_all(session, code, communes_on, _commune_values(position))
    for code in _DISTRICTS:
        made += _declare_all(session, code, DISTRICTS_ON, _DISTRICT_VALUES)
    return made


def _commune_values(position: int) -> dict[str, dict[str, Any]]:
    """The first say yes to everything, the later ones less and less."""
    services = ["health", "education", "environment"][: 1 + position % 3]
    values: dict[str, dict[str, Any]] = {
        "8.4": {"meets": position < 9},
        "8.4-NC": {"serves": position < 7},
        "15.2-NC": {"meets": position < 10},
        "KTS-HTX-X": {"cooperatives": 1 + position % 3},
        "KTS-LK": {"models": 3, "digital_models": 2 if position < 6 else 1},
    }
    if position < 5:
        values["XHS-40"] = {"services": services, "link": "https://example.org/dich-vu-mau"}
    return values


def _declare_all(session: Session, code: str, on: date, values: Mapping[str, dict[str, Any]]) -> int:
    unit = find_unit(session, code, on)
    if unit is None:
        return 0
    for target, value in values.items():
        declare(session, get_plan(), unit, target, value, EVIDENCE, on, by=None)
    return len(values)
