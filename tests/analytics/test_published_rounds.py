"""Rounds as they were reported, counted from workbooks by command: out come the figures that were published.

Where a report gives totals only, they are spread over villages that add up to them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from analytics.indicators import Share, Verdict
from analytics.measures import measure_official
from survey.domain.rule_sets import shipped_rule_sets
from survey.frames import BALLOT
from tests.analytics.reported_rounds import Commands, Report, prepare, read, write
from tests.survey.paper import LAYOUT
from tests.survey.paper_files import count_sheet
from tests.survey.web.staff_browser import database_of, run_app

Hold = Callable[[Report], Commands]


@pytest.fixture
def app(database_url: str) -> Iterator[Flask]:
    with run_app(database_url) as made:
        yield made


@pytest.fixture
def begin(app: Flask, tmp_path: Path) -> Hold:
    """Open a round that reports so; nothing is counted yet."""
    return lambda report: Commands(app, report, prepare(database_of(app), report), tmp_path)


@pytest.fixture
def hold(begin: Hold) -> Hold:
    """Open, count and close a round that reports so."""

    def hold_round(report: Report) -> Commands:
        done = begin(report)
        done.count()
        done.close()
        assert "\tok\n" in done.succeed("recount", "--check", "--round", done.round_id)
        return done

    return hold_round


# --- published ---

HOA_DINH = Report(
    rules="hd78-xa-2019",
    starts_on=date(2019, 9, 9),
    villages={"Định Phong": 702, "Định Thành": 655, "Định Thái": 640, "Định Thắng": 555},
    sheets={
        "Định Phong": count_sheet(LAYOUT, valid=520, against={"q02": 6}, lost=31),
        "Định Thành": count_sheet(LAYOUT, valid=489, against={"q02": 4}, lost=12),
        "Định Thái": count_sheet(LAYOUT, valid=470, against={"q02": 3}),
        "Định Thắng": count_sheet(LAYOUT, valid=414, lost=80),
    },
)
"""Xã Hòa Định 2019: 1.893 of 2.552 households; the report cut 74,177… off at 74,17 %."""


def test_hoa_dinh_2019(hold: Hold) -> None:
    done = hold(HOA_DINH)
    official = done.result().official
    assert official is not None
    assert (official.coverage, write(official.coverage)) == (Share(1893, 2552), "74,18 %")
    assert (official.contents["q02"], write(official.contents["q02"])) == (Share(1880, 1893), "99,31 %")
    assert write(official.overall) == "100,00 %"
    assert (official.lowest, official.verdict) == (("q02",), Verdict.MET)
    rows = done.export()
    assert read(rows["all", BALLOT, "returned"]) == ("1893", "2552", "74,18 %")
    assert read(rows["all", "q02", "satisfied"]) == ("1880", "1893", "99,31 %")
    assert read(rows[HOA_DINH.code_of("Định Thái"), "q02", "not_satisfied"]) == ("3", "470", "0,64 %")


def test_a_village_pilot(hold: Hold) -> None:
    """72 of 76 households, 71 of them satisfied: whatever the other four think, no more than 75 of 76 are."""
    pilot = Report(
        villages={"Thôn thí điểm": 76},
        sheets={"Thôn thí điểm": count_sheet(LAYOUT, valid=72, against={"q19": 1}, lost=4)},
        despite="Thí điểm",
    )
    result = hold(pilot).result()
    official = result.official
    assert official is not None
    assert (official.coverage, official.overall) == (Share(72, 76), Share(71, 72))
    assert (write(official.coverage), write(official.overall)) == ("94,74 %", "98,61 %")
    measures = measure_official(official, "q19", result.facts.rules)["q19"]
    assert measures.bounds is not None
    assert measures.interval is not None
    assert [write(one) for one in (measures.bounds.lower, measures.bounds.upper)] == ["93,42 %", "98,68 %"]
    assert measures.interval.upper.numerator <= measures.bounds.upper.numerator == 75
    assert measures.interval.lower.numerator >= measures.bounds.lower.numerator == 71
    assert measures.holds is True, "satisfied even if all who are silent are not"
    assert (official.any_not_satisfied, official.any_at_most) == (Share(1, 72), Share(1, 72))


# --- constructed ---

FIVE = Report(
    villages={"Thôn Đông": 120, "Thôn Tây": 95, "Thôn Nam": 210, "Thôn Bắc": 60, "Thôn Thượng": 15},
    sheets={
        "Thôn Đông": count_sheet(
            LAYOUT, valid=80, against={"q02": 12, "q07": 3, "q19": 5}, blank={"q02": 8, "q11": 1},
            invalid={"blank": 2, "two-options": 1}, set_aside=3, lost=20,
        ),
        "Thôn Tây": count_sheet(LAYOUT, valid=60, against={"q02": 2, "q19": 2}, any_=3),
        "Thôn Nam": count_sheet(LAYOUT, valid=150, against={"q02": 10}, invalid={"not-issued": 4}, lost=1),
        "Thôn Bắc": count_sheet(LAYOUT, valid=31),
    },
    despite="Mưa lũ, chưa đến được hai thôn",
)  # fmt: skip
"""328 of 500 households: 321 valid ballots, 7 invalid ones; three more set aside; a village without paper."""


def test_villages_invalid_ballots_and_blanks_add_up(hold: Hold) -> None:
    done = hold(FIVE)
    result = done.result()
    official = result.official
    assert official is not None
    assert (official.coverage, write(official.coverage)) == (Share(328, 500), "65,60 %")
    assert official.overall == Share(314, 321)
    assert official.contents["q02"] == Share(321 - 12 - 8 - 2 - 10, 321), "a blank is in the base"
    assert official.contents["q11"] == Share(320, 321)
    assert (official.lowest, official.verdict) == (("q02",), Verdict.NOT_ENOUGH_COVERAGE)
    assert [one.passed for one in official.tests] == [False, None], "nothing is said about satisfaction"
    # From the largest content of each village to all of them, but in Thôn Tây, which counted three.
    at_least, at_most = official.any_not_satisfied, official.any_at_most
    assert (at_least.numerator, at_most.numerator) == (12 + 3 + 10, 20 + 3 + 10)
    units = {village.name: village.unit_id for village in result.facts.villages}
    assert result.silent == ["Thôn Thượng"]
    east = next(one for one in official.villages if one.village == units["Thôn Đông"])
    assert (east.coverage, east.overall) == (Share(83, 120), Share(75, 80))
    assert result.facts.sheets[units["Thôn Đông"]].counts.set_aside == 3
    assert result.facts.closed_despite == FIVE.despite
    rows = done.export()
    assert rows["all", "q02", "no_answer"]["count"] == "8"
    assert read(rows[FIVE.code_of("Thôn Bắc"), BALLOT, "returned"])[:2] == ("31", "60")


def test_a_rate_just_under_its_threshold_is_not_rounded_over_it(hold: Hold) -> None:
    many = {f"Thôn {number}": 2_600 for number in range(1, 11)}
    against = {
        name: {"q19": 250 + (number == 0), "q01": int(number == 0)} for number, name in enumerate(many)
    }
    report = Report(
        villages=many,
        sheets={name: count_sheet(LAYOUT, valid=2_500, against=against[name]) for name in many},
        despite="Đóng sớm",
    )
    official = hold(report).result().official
    assert official is not None
    threshold = shipped_rule_sets()["qd51-xa-2026"].overall_threshold
    assert official.overall == Share(22_499, 25_000)
    assert (write(official.overall, threshold), official.verdict) == ("89,996 %", Verdict.NOT_MET)
    assert write(official.contents["q01"]) == "99,996 %", "one is not satisfied"
    assert write(official.contents["q02"]) == "100,00 %"


def test_a_correction_is_told_from_its_own_counts(hold: Hold) -> None:
    done = hold(HOA_DINH)
    unit = HOA_DINH.code_of("Định Thắng")
    done.succeed("paper", "reopen", "--round", done.round_id, "--unit", unit, "--because", "Hộ khiếu nại")
    typed = {"Định Thắng": count_sheet(LAYOUT, valid=413, against={"q02": 1}, invalid={"blank": 1}, lost=80)}
    done.succeed("paper", "import", done.fill(typed, "third.xlsx"), "--entered-by", "minh")
    done.succeed("paper", "confirm", done.fill(typed, "fourth.xlsx"), "--confirmed-by", "lan")
    first = done.result()
    done.succeed("rounds", "correct", "--round", done.round_id, "--because", "Một phiếu không hợp lệ")
    second = done.result()
    assert first.official is not None
    assert second.official is not None
    assert first.official.contents["q02"] == Share(1880, 1893)
    assert (second.official.coverage, second.official.contents["q02"]) == (
        Share(1893, 2552),
        Share(1878, 1892),
    )
    assert "\tok\n" in done.succeed("recount", "--check", "--round", done.round_id)


# --- totals that disagree ---


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"returned": 86}, "Số phiếu thu về (86) phải bằng hợp lệ + không hợp lệ + để riêng (83)."),
        ({"set_aside": 4}, "Số phiếu thu về (83) phải bằng hợp lệ + không hợp lệ + để riêng (86)."),
        ({"invalid_blank": 3}, "Số phiếu thu về (83) phải bằng hợp lệ + không hợp lệ + để riêng (84)."),
        ({"issued": 82}, "Số phiếu phát ra (82) không thể ít hơn số phiếu thu về (83)."),
        ({"q02_satisfied": 61}, "cộng các ô được 81, phải bằng 80 phiếu hợp lệ."),
        ({"q02_no_answer": 0}, "cộng các ô được 72, phải bằng 80 phiếu hợp lệ."),
        ({"q19_not_satisfied": 6}, "cộng các ô được 81, phải bằng 80 phiếu hợp lệ."),
        ({"any_not_satisfied": 11}, "phải từ 12 đến 20."),
        ({"any_not_satisfied": 21}, "phải từ 12 đến 20."),
        ({"invalid_blank": 42, "returned": 123, "issued": 123}, "nhiều hơn số hộ của thôn (120)."),
        ({"valid": None}, "Hãy điền số này"),
        ({"q02_satisfied": "sáu mươi"}, "Hãy ghi một số nguyên"),
        ({"q02_satisfied": 59.5}, "Hãy ghi một số nguyên"),
    ],
)  # fmt: skip
def test_totals_that_disagree_are_refused_and_the_sum_is_named(
    begin: Hold, changes: Mapping[str, object], said: str
) -> None:
    done = begin(FIVE)
    east = count_sheet(
        LAYOUT, valid=80, against={"q02": 12, "q07": 3, "q19": 5}, blank={"q02": 8}, invalid={"blank": 2},
        set_aside=1, lost=20,
    )  # fmt: skip
    wrong = {"Thôn Đông": {**east, **changes}, "Thôn Bắc": FIVE.sheets["Thôn Bắc"]}
    told = done.run("paper", "import", done.fill(wrong, "wrong.xlsx"), "--entered-by", "lan")
    assert (told.exit_code, told.stdout) == (2, "")
    assert "Thôn Đông, ô E" in told.stderr
    assert said in told.stderr
    status = done.succeed("paper", "status", "--round", done.round_id).splitlines()[1:]
    assert {line.split("\t")[4] for line in status} == {"not_begun"}


@pytest.mark.parametrize("changes", [{"returned": 87, "issued": 107}, {"q02_satisfied": 61}])
def test_a_second_file_that_disagrees_with_itself_is_refused_like_the_first(
    begin: Hold, changes: Mapping[str, object]
) -> None:
    done = begin(FIVE)
    done.succeed("paper", "import", done.fill(FIVE.sheets, "first.xlsx"), "--entered-by", "lan")
    wrong = {**FIVE.sheets, "Thôn Đông": {**FIVE.sheets["Thôn Đông"], **changes}}
    told = done.run("paper", "confirm", done.fill(wrong, "wrong.xlsx"), "--confirmed-by", "minh")
    assert (told.exit_code, told.stdout) == (2, "")
    status = done.succeed("paper", "status", "--round", done.round_id).splitlines()[1:]
    assert {line.split("\t")[4] for line in status} == {"to_confirm", "not_begun"}, (
        "none of the others either"
    )
