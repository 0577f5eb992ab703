"""Which test process runs what, and in which order: `--dist loadfile`, made to end early."""

from __future__ import annotations

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = ("tests/survey/secrecy/",)
"""Folders that prepare something long for all their files: one process runs them whole."""

FIRST = (
    "tests/journeys/",
    "tests/survey/secrecy/",
    "tests/survey/live/",
    "tests/survey/cli/test_serve.py",
    "tests/servers/",
    "tests/survey/web/",
)
"""What takes long begins first, or one process would be left alone with it."""


class Turns(LoadFileScheduling):  # type: ignore[misc]  # it has no types
    """Whole files, and some folders whole, in the order in which they were collected."""

    def _split_scope(self, nodeid: str) -> str:
        return find_turn(nodeid)


def find_turn(nodeid: str) -> str:
    """The file, or the folder, that one process runs from beginning to end."""
    return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid.partition("::")[0])


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Turns | None:
    if config.getoption("dist") != "loadfile":
        return None
    config.option.loadscopereorder = False
    return Turns(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: find_rank(item.nodeid))


def find_rank(nodeid: str) -> int:
    return next((rank for rank, begin in enumerate(FIRST) if nodeid.startswith(begin)), len(FIRST))
