"""The commune that the tests of rounds, slips and papers share."""

from __future__ import annotations

import pytest

from survey.store.engine import Database
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.services.communes import Commune, add_commune


@pytest.fixture
def commune(database: Database) -> Commune:
    """Xã Quảng Điền with two villages of twenty and five households."""
    return add_commune(database)


@pytest.fixture
def opened(database: Database) -> OpenRound:
    """An opened round of two villages with forty households each, no slip issued yet."""
    return open_round(database, villages=2, households=40)
