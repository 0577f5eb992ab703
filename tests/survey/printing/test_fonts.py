"""The shipped fonts are the ones that were fetched, with their licence, and speak Vietnamese."""

from __future__ import annotations

from hashlib import sha256
from unicodedata import normalize

import pytest

from survey.printing.fonts import BOLD, FONTS, MONO, REGULAR, make_printable

ALPHABET = "aăâbcdđeêghiklmnoôơpqrstuưvxyfjwz0123456789"
MARKS = "\u0300\u0301\u0303\u0309\u0323"


def read_sums() -> dict[str, str]:
    lines = (FONTS / "SHA256SUMS").read_text(encoding="ascii").splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def test_each_shipped_file_has_its_recorded_sum():
    shipped = {path.relative_to(FONTS).as_posix(): path for path in FONTS.rglob("*.*") if path.is_file()}
    assert read_sums() == {name: sha256(path.read_bytes()).hexdigest() for name, path in shipped.items()}


def test_each_font_folder_carries_its_licence():
    for folder in {name.partition("/")[0] for name in read_sums()}:
        assert "SIL OPEN FONT LICENSE" in (FONTS / folder / "OFL.txt").read_text(encoding="utf-8")


def test_the_refresh_script_names_packages_and_no_host():
    script = (FONTS.parent / "refresh.sh").read_text(encoding="utf-8")
    assert "@expo-google-fonts/be-vietnam-pro" in script
    assert "://" not in script
    assert "--registry" not in script


@pytest.mark.parametrize("font", [REGULAR, BOLD, MONO])
def test_each_font_draws_every_vietnamese_letter(font):
    marked = [normalize("NFC", letter + mark) for letter in "aăâeêioôơuưy" for mark in MARKS]
    letters = "".join([*ALPHABET, *marked])
    text = letters + letters.upper() + "–…“”"
    assert make_printable(text, font) == text
