"""Files of a command: out of sight until they are placed, and none left by a failure."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.cli.new_files import NewFiles


def test_until_they_are_placed_the_names_are_empty_and_the_rest_is_the_owners(tmp_path: Path) -> None:
    path = tmp_path / "slips.pdf"
    with NewFiles([path]) as files:
        files.write(path, b"codes")
        assert path.read_bytes() == b""
        beside = tmp_path / ".slips.pdf.part"
        assert beside.read_bytes() == b"codes"
        assert beside.stat().st_mode & 0o077 == 0
        files.place()
    assert [file.name for file in tmp_path.iterdir()] == ["slips.pdf"]
    assert path.read_bytes() == b"codes"


def test_an_error_before_that_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "slips.pdf"

    def write_and_stop() -> None:
        with NewFiles([path]) as files:
            files.write(path, b"codes")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_and_stop()
    assert list(tmp_path.iterdir()) == []


def test_files_that_cannot_all_be_placed_are_kept(tmp_path: Path) -> None:
    """Their batch is on record by then, and nothing else holds its codes."""
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"

    def place_with_a_folder_in_the_way() -> None:
        with NewFiles([first, second]) as files:
            for path in (first, second):
                files.write(path, b"codes")
            second.unlink()
            second.mkdir()
            files.place()

    with pytest.raises(OSError, match=r"b\.pdf"):
        place_with_a_folder_in_the_way()
    assert first.read_bytes() == b"codes"
    assert (tmp_path / ".b.pdf.part").read_bytes() == b"codes"
