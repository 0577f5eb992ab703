"""A violated constraint is a sentence on both databases, and nothing is written."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from survey.domain.errors import Conflict
from survey.store.engine import Database
from survey.store.units import HouseholdCount, Unit


def unit(code: str = "19867") -> Unit:
    return Unit(
        code=code, name="Xã", level="commune", type="Xã", valid_from=date(2025, 7, 1), search_name="xa"
    )


def test_a_second_unit_of_one_code_and_day_is_refused_in_words(database: Database) -> None:
    with database.write() as session:
        session.add(unit())
    with pytest.raises(Conflict, match="Mã đơn vị này đã có rồi"), database.write() as session:
        session.add_all([unit("19885"), unit()])
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 1


def test_a_check_is_told_by_its_name(database: Database) -> None:
    with database.write() as session:
        commune = unit()
        session.add(commune)
    with pytest.raises(Conflict, match="không được là số âm"), database.write() as session:
        session.add(HouseholdCount(unit_id=commune.id, year=2026, households=-1))


def test_any_other_violation_has_a_sentence_too(database: Database) -> None:
    with pytest.raises(Conflict, match="chưa được ghi"), database.write() as session:
        session.add(HouseholdCount(unit_id=12345, year=2026, households=1))
