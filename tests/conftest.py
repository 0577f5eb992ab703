"""Fixtures for every test live in tests/servers, one small plugin per server."""

from __future__ import annotations

import pytest
from hypothesis import settings

pytest_plugins = [
    "tests.servers.postgresql",
    "tests.servers.databases",
    "tests.servers.live",
    "tests.servers.browser",
    "tests.servers.turns",
]

# A slow or shared machine must not fail a property by its clock.
settings.register_profile("longdan", deadline=None)
settings.load_profile("longdan")

_MARKED_BY_FIXTURE = {"browser": pytest.mark.browser, "serve": pytest.mark.live}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by the servers they use, so that `-m "not browser"` needs nobody's memory."""
    for item in items:
        for fixture, mark in _MARKED_BY_FIXTURE.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)
