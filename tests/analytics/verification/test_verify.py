"""What was published holds, and every change of it is found and named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence

import pytest

from analytics.public_files import CODEBOOK, DATA, METHOD, SUMMARY, SUMS, TABLE
from analytics.verification.given import Given, Kind, Unreadable, read_given
from analytics.verification.verify import Report, verify_files
from tests.analytics.verification.shelf import Shelf

COMPUTED = "every figure, computed again from the record, and what is hidden"


def report_on(name: str, files: Sequence[Given]) -> Report:
    return next(one for one in verify_files(files) if one.given.name == name)


def alone(given: Given) -> Given:
    """The same file without a list of hashes beside it."""
    return read_given(given.name, given.content)


def test_all_that_was_published_holds(shelf: Shelf) -> None:
    reports = verify_files(shelf.everything())
    assert len(reports) == 3 * 6 + 3
    assert [problem for one in reports for problem in one.differs] == []
    assert [(one.given.number, note) for one in reports for note in one.notes] == [
        (3, "the verdict was not judged again: no test of it is told")
    ]
    held = {one.given.kind: one.held for one in reports}
    assert held[Kind.DATA_SET] == ["its own sums", "SHA256SUMS beside it", "the record's hash", COMPUTED]
    assert held[Kind.SUMMARY][-1] == COMPUTED
    assert held[Kind.TABLE] == [
        "its own sums", "SHA256SUMS beside it", "the data set", "the record's counts",
    ]  # fmt: skip
    assert "the data set" in held[Kind.CODEBOOK]
    assert held[Kind.RECORD] == ["its own sums"]


def replace_once(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        text = content.decode()
        assert old in text
        return text.replace(old, new, 1).encode()

    return change


def change_row(key: Sequence[str], **values: object) -> Callable[[bytes], bytes]:
    """Change the row of a data set at (village, channel, question, option)."""

    def change(content: bytes) -> bytes:
        plain = json.loads(content)
        names = ("village_code", "channel", "question", "option")
        (row,) = [row for row in plain["rows"] if [row[name] for name in names] == list(key)]
        assert all(row[name] != value for name, value in values.items())
        row.update(values)
        return json.dumps(plain, ensure_ascii=False).encode()

    return change


TOTAL, PAPER = ("all", "all", "q02"), ("19867.04", "paper", "q02")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (change_row((*TOTAL, "satisfied"), count=127), "rate is 0.919708, 127/137 makes 0.927007"),
        (change_row((*TOTAL, "satisfied"), base=138), "137 in all, of a base of 137 and 138"),
        (change_row((*TOTAL, "satisfied"), rate_text="99,00 %"), "rate_text is 99,00 %"),
        (change_row((*TOTAL, "satisfied"), rate=None), "rate is , 126/137 makes 0.919708"),
        (change_row((*TOTAL, "satisfied"), count=None), "suppressed is 0, count , base 137"),
        (change_row((*TOTAL, "no_answer"), count=3, rate=0.021898, rate_text="2,19 %"), "140 in all"),
    ],
)  # fmt: skip
def test_a_figure_that_was_changed_does_not_close(
    shelf: Shelf, change: Callable[[bytes], bytes], named: str
) -> None:
    changed = read_given(DATA, change(shelf.files[1][DATA]))
    (report,) = verify_files([changed])
    assert any(named in problem for problem in report.differs), report.differs


def test_figures_that_were_changed_together_are_found_by_the_total_and_by_the_record(shelf: Shelf) -> None:
    """One vote moved from one option to the other: sums of the place still close."""
    moved = shelf.files[1][DATA]
    for option, count, rate, text in (
        ("satisfied", 27, 0.9, "90,00\N{NO-BREAK SPACE}%"),
        ("not_satisfied", 3, 0.1, "10,00\N{NO-BREAK SPACE}%"),
    ):
        moved = change_row((*PAPER, option), count=count, rate=rate, rate_text=text)(moved)
    (report,) = verify_files([read_given(DATA, moved)])
    assert "q02 satisfied, channel paper: count is 26, its villages make 27" in report.differs
    report = report_on(DATA, [read_given(DATA, moved), shelf.record(1)])
    assert any(
        "channel paper: count 27" in one and "the record has count 26" in one for one in report.differs
    )


def test_a_hidden_figure_that_was_put_back_is_found(shelf: Shelf) -> None:
    hidden = next(row for row in json.loads(shelf.files[3][DATA])["rows"] if row["suppressed"])
    key = [hidden[name] for name in ("village_code", "channel", "question", "option")]
    change = change_row(
        key, count=0, base=12, rate=0.0, rate_text="0,00 %", suppressed=0, suppressed_because=""
    )
    files = [read_given(DATA, change(shelf.files[3][DATA])), *map(shelf.record, (1, 2, 3))]
    assert any(
        "suppressed 0" in one and "the record has count –" in one for one in report_on(DATA, files).differs
    )


def test_a_figure_that_was_hidden_for_no_reason_is_found(shelf: Shelf) -> None:
    gone = {"count": None, "base": None, "rate": None, "rate_text": ""}
    change = change_row((*PAPER, "satisfied"), **gone, suppressed=1, suppressed_because="base")
    files = [read_given(DATA, change(shelf.files[1][DATA])), shelf.record(1)]
    assert any(
        "count –" in one and "the record has count 26" in one for one in report_on(DATA, files).differs
    )


def test_without_an_earlier_record_the_told_figures_are_held_and_the_hidden_ones_not(shelf: Shelf) -> None:
    report = report_on(DATA, [shelf.given(3, DATA), shelf.record(3), shelf.record(1)])
    assert not report.differs
    assert "the record's counts" in report.held
    assert COMPUTED not in report.held
    assert "a record of an earlier result is missing" in report.notes[0]
    assert COMPUTED in report_on(DATA, [shelf.given(3, DATA), *map(shelf.record, (1, 2, 3))]).held


def test_another_nonce_is_another_record(shelf: Shelf) -> None:
    text = shelf.records[1].decode()
    nonce = re.search(r'"nonce":"(.)', text)
    assert nonce
    other = text.replace(nonce[0], nonce[0][:-1] + ("0" if nonce[1] != "0" else "1"), 1).encode()
    report = report_on(DATA, [shelf.given(1, DATA), shelf.record(1, other)])
    assert [one.startswith("record_sha256 is") for one in report.differs] == [True]
    assert COMPUTED in report.held


def test_a_count_that_was_changed_in_the_record_is_named(shelf: Shelf) -> None:
    plain = json.loads(shelf.records[1])
    (place,) = [
        place for place, one in enumerate(plain["counts"]) if one[1:4] == ["assisted", "q03", "satisfied"]
    ]
    plain["counts"][place][4] -= 1
    changed = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    report = report_on(DATA, [shelf.given(1, DATA), shelf.record(1, changed)])
    assert any(one.startswith("q03 satisfied: count 137") for one in report.differs)


def test_a_record_whose_counts_contradict_each_other_says_so(shelf: Shelf) -> None:
    plain = json.loads(shelf.records[1])
    for one in plain["counts"]:
        if one[3] == "any_not_satisfied":
            one[4] = 0
    report = report_on("record-1.json", [shelf.record(1, json.dumps(plain).encode())])
    assert "mâu thuẫn" in report.differs[0]


@pytest.mark.parametrize("name", [DATA, TABLE, CODEBOOK, SUMMARY, METHOD])
def test_a_byte_that_was_changed_is_found_by_its_hash(shelf: Shelf, name: str) -> None:
    content = shelf.files[1][name]
    changed = shelf.given(1, name, content.replace(b"\r\n", b"\n", 1).removesuffix(b"\n"))
    (report,) = verify_files([changed])
    assert any(one.startswith("SHA256SUMS says") for one in report.differs)
    report = report_on(SUMS, [shelf.given(1, SUMS), changed])
    assert report.differs[0].startswith(f"{name}: ")


@pytest.mark.parametrize(
    ("name", "change", "named"),
    [
        (TABLE, replace_once("91,97\N{NO-BREAK SPACE}%", "91,98 %"), "rate_text 91,98 %; ket-qua.json has"),
        (CODEBOOK, replace_once("satisfied / valid", "satisfied / all"), "formula is satisfied / all"),
        (
            SUMMARY,
            replace_once('"satisfied", 126, 137', '"satisfied", 125, 137'),
            "count 125; ket-qua.json has count 126",
        ),
        (SUMMARY, replace_once('"min_base": 10', '"min_base": 5'), "min_base is 5, ket-qua.json has 10"),
    ],
)
def test_files_of_one_result_say_the_same(
    shelf: Shelf, name: str, change: Callable[[bytes], bytes], named: str
) -> None:
    changed = read_given(name, change(shelf.files[1][name]))
    report = report_on(name, [changed, alone(shelf.given(1, DATA))])
    assert any(named in problem for problem in report.differs), report.differs


def test_a_verdict_that_was_changed_in_the_summary_is_named(shelf: Shelf) -> None:
    changed = read_given(
        SUMMARY, replace_once('"verdict": "met"', '"verdict": "not_met"')(shelf.files[1][SUMMARY])
    )
    report = report_on(SUMMARY, [changed, shelf.record(1)])
    assert "verdict is not_met, the record has met" in report.differs


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"{}",
        b'{"format": "something else/1"}',
        b'{"format": "long-dan-data-set/1", "rows": [{"count": 1}], "codebook": []}',
        b'{"format": "long-dan-summary/1"}',
        b'{"format": "long-dan-result/1", "number": 1}',
        b"section,key,vi,en,formula,numerator,denominator,source\r\none\r\n",
        b"abc  file\n",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"%PDF-1.4",
    ],
)
def test_what_is_no_file_of_ours_is_unreadable(content: bytes) -> None:
    with pytest.raises(Unreadable):
        read_given("file", content)


def test_a_count_that_is_no_number_is_unreadable(shelf: Shelf) -> None:
    for change in (change_row((*TOTAL, "satisfied"), count="x"), change_row((*TOTAL, "satisfied"), count=-1)):
        with pytest.raises(Unreadable):
            read_given(DATA, change(shelf.files[1][DATA]))
