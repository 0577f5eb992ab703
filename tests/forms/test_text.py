"""Free words: cleaned of what could harm, and of nothing else."""

import sys
from unicodedata import category, is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.text import TextTooLong, clean_text
from translations.catalogue import use_locale

FAMILY = "👩\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        (normalize("NFD", "Đường lầy lội quá"), "Đường lầy lội quá"),
        ("một\r\nhai\rba", "một\nhai\nba"),
        ("một\n\n\n\n \n\nhai", "một\n\nhai"),
        ("  trước và sau \n\n", "trước và sau"),
        ("a\x00b\x07c\x1b[0m", "abc[0m"),
        ("\u202egnợưđ\u202c \u200fx\u2066y\u2069", "gnợưđ xy"),
        ("kh\u200bông\ufeff \u00adthấy\u2060", "không thấy"),
        (f"tốt {FAMILY} 👍🏽 ❤️", f"tốt {FAMILY} 👍🏽 ❤️"),
        ("a\u200db", "ab"),
        ("\u200d\u200d", ""),
        ("cách\u00a0xa\tnhau", "cách xa nhau"),
        ("\ud800lẻ", "lẻ"),
        ("=1+1", "=1+1"),
    ],
)
def test_cleans_what_people_type(raw, clean):
    assert clean_text(raw, 500) == clean


def test_a_text_at_the_limit_passes_and_one_more_is_refused_with_both_numbers():
    assert clean_text("ư" * 500, 500) == "ư" * 500
    with pytest.raises(TextTooLong) as error:
        clean_text("ư" * 1501, 500)
    assert (error.value.length, error.value.limit) == (1501, 500)
    with use_locale("vi"):
        assert "1.501" in str(error.value)
        assert "500" in str(error.value)


def test_a_megabyte_is_refused_and_not_cut():
    with pytest.raises(TextTooLong):
        clean_text("ợ" * 1_000_000, 2000)


def test_the_limit_counts_letters_as_they_are_read_not_as_they_were_sent():
    assert clean_text(normalize("NFD", "ợ" * 10), 10) == "ợ" * 10


def test_no_character_of_any_plane_is_a_control_that_stays_or_a_space_of_another_kind():
    """The lone surrogates too; each stands between letters, so that no end is trimmed."""
    signs = [chr(point) for point in range(sys.maxunicode + 1)]
    told = [sign for sign in signs if category(sign) in ("Cc", "Cf", "Cs", "Zs")]
    kept = {left for sign in told for left in clean_text(f"a{sign}b", 10)}
    assert kept == {"a", "b", " ", "\n"}


@given(st.text())
def test_cleaning_twice_changes_nothing_and_leaves_nothing_dangerous(raw):
    clean = clean_text(raw, 10_000)
    assert clean_text(clean, 10_000) == clean
    assert is_normalized("NFC", clean)
    assert all(category(sign) not in ("Cc", "Cf", "Cs") or sign in "\n\u200d" for sign in clean)
    assert clean == clean.strip()
    assert "\n\n\n" not in clean


@given(st.text(st.characters(categories=["L", "Nd", "P"], max_codepoint=0x1EFF)))
def test_letters_digits_and_punctuation_all_survive(raw):
    assert clean_text(raw, 10_000) == normalize("NFC", raw)
