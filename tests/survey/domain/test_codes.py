"""Codes on paper survive hands, eyes and keyboards."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.domain.codes import (
    ALPHABET,
    CodeKind,
    MalformedCode,
    MistypedCode,
    check_character,
    hash_receipt,
    hash_slip_code,
    keyed_hash,
    make_receipt,
    new_link_code,
    new_slip_code,
    new_tag,
    normalise,
    parse_code,
)

MAKERS = {CodeKind.SLIP: new_slip_code, CodeKind.LINK: new_link_code}
SAMPLES = [make(new_tag()).text for make in MAKERS.values() for _ in range(25)]
bodies = st.sampled_from([7, 11]).flatmap(lambda length: st.text(ALPHABET, min_size=length, max_size=length))


@pytest.mark.parametrize("kind", MAKERS)
def test_a_code_reads_back_as_itself(kind):
    for _ in range(200):
        tag = new_tag()
        code = MAKERS[kind](tag)
        assert parse_code(code.grouped) == parse_code(code.text) == code
        assert (code.kind, code.tag) == (kind, tag)


def test_every_random_place_takes_every_character():
    """Fewer would be fewer bits: a slip has eight places of thirty-two, a link four."""
    for make, places in ((new_slip_code, 8), (new_link_code, 4)):
        codes = [make("ABC").text for _ in range(3_000)]
        for place in range(len("ABC"), len("ABC") + places):
            assert {code[place] for code in codes} == set(ALPHABET)


def test_codes_follow_no_seed():
    drawn = set()
    for _ in range(20):
        random.seed(7)
        drawn.add(new_slip_code("ABC").text)
    assert len(drawn) == 20


@pytest.mark.parametrize("text", SAMPLES, ids=range(len(SAMPLES)))
def test_every_single_wrong_character_is_caught(text):
    for place, right in enumerate(text):
        for wrong in set(ALPHABET) - {right}:
            with pytest.raises(MistypedCode):
                parse_code(text[:place] + wrong + text[place + 1 :])


@given(bodies, st.data())
def test_every_swap_of_two_characters_is_caught(body, data):
    text = body + check_character(body)
    first = data.draw(st.integers(0, len(text) - 2))
    second = data.draw(st.integers(first + 1, len(text) - 1))
    swapped = list(text)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    if text[first] == text[second]:
        assert parse_code("".join(swapped)).text == text
    else:
        with pytest.raises(MistypedCode):
            parse_code("".join(swapped))


@pytest.mark.parametrize("text", SAMPLES, ids=range(len(SAMPLES)))
def test_every_adjacent_swap_is_caught(text):
    for place in range(len(text) - 1):
        if text[place] != text[place + 1]:
            with pytest.raises(MistypedCode):
                parse_code(text[:place] + text[place + 1] + text[place] + text[place + 2 :])


@given(bodies)
def test_look_alikes_case_and_separators_are_forgiven(body):
    text = body + check_character(body)
    for zero, one in (("O", "I"), ("o", "l"), ("0", "L")):
        assert parse_code(text.replace("0", zero).replace("1", one)).text == text
    for mark in ("-", "–", " ", ".", "\u00a0", "_"):
        assert parse_code(f"  {mark.join(re.findall('.{1,3}', text.lower()))}\n").text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "ABC",
        "0" * 7,
        "0" * 9,
        "0" * 11,
        "0" * 13,
        "0" * 100_000,
        "U0000000",
        "ĐÂY LÀ MÃ!",
        "\0" * 8,
        "٠" * 12,
    ],
)
def test_what_has_not_the_shape_of_a_code_is_malformed(text):
    with pytest.raises(MalformedCode):
        parse_code(text)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text):
    try:
        code = parse_code(text)
    except (MalformedCode, MistypedCode):
        return
    assert normalise(text) == code.text


def test_a_slip_and_a_poster_differ_in_length():
    assert len(new_slip_code("000").text) == 12
    assert len(new_link_code("000").text) == 8


def test_codes_do_not_repeat():
    assert len({new_slip_code("AAA").text for _ in range(5_000)}) == 5_000


def test_a_receipt_can_be_repeated_but_not_guessed_from_another_secret():
    receipt = make_receipt(b"secret", b"key")
    assert re.fullmatch(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}", receipt)
    assert make_receipt(b"secret", b"key") == receipt
    assert make_receipt(b"other", b"key") != receipt != make_receipt(b"secret", b"yek")
    assert hash_receipt(b"secret", receipt.lower().replace("0", "o")) == hash_receipt(b"secret", receipt)


def test_hashes_keep_parts_and_purposes_apart():
    assert keyed_hash(b"k", "p", "ab", "c") != keyed_hash(b"k", "p", "a", "bc")
    assert keyed_hash(b"k", "p", "a") != keyed_hash(b"k", "q", "a") != keyed_hash(b"l", "q", "a")
    code = new_slip_code("AAA")
    assert hash_slip_code(b"k", code) != hash_slip_code(b"l", code)
