"""The commune that the tests of rounds, slips and papers share."""

from __future__ import annotations

import pytest

from survey.store.engine import Database
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.services.communes import Commune, add_commune
from tests.survey.services.paper_keyers import Keyer, add_keyers
from tests.survey.services.paper_stories import Story, begin


@pytest.fixture
def commune(database: Database) -> Commune:
    """Xã Quảng Điền with two villages of twenty and five households."""
    return add_commune(database)


@pytest.fixture
def opened(database: Database) -> OpenRound:
    """An opened round of two villages with forty households each, no slip issued yet."""
    return open_round(database, villages=2, households=40)


@pytest.fixture
def keyers(database: Database, opened: OpenRound) -> list[Keyer]:
    """Three people who key the first village's paper."""
    return add_keyers(database, opened)


@pytest.fixture
def story(database: Database) -> Story:
    """An opened round of two villages, and three people who count its paper."""
    return begin(database)
