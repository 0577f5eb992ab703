"""Tests are handed out file by file, long ones first, and what is prepared for a folder is prepared once."""

from __future__ import annotations

import pytest

from tests.servers.live import ROOT
from tests.servers.turns import FIRST, TOGETHER, find_rank, find_turn


@pytest.mark.parametrize("name", [*TOGETHER, *FIRST])
def test_every_name_is_that_of_a_file_or_folder(name: str):
    assert (ROOT / name).is_dir() == name.endswith("/")
    assert (ROOT / name).exists()


def test_the_files_that_share_a_village_are_one_turn():
    turns = {
        find_turn(f"tests/survey/secrecy/{name}.py::test_it[sqlite]") for name in ("test_wire", "test_files")
    }
    assert turns == {"tests/survey/secrecy/"}


def test_any_other_file_is_a_turn_of_its_own():
    assert find_turn("tests/forms/test_text.py::test_it[a::b]") == "tests/forms/test_text.py"


def test_browsers_come_before_forms():
    names = ["tests/forms/test_text.py::test_it", "tests/journeys/test_pages.py::test_it"]
    assert sorted(names, key=find_rank) == names[::-1]
