from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest

from forms.problems import DataError
from survey.domain.rule_sets import (
    DECIDING,
    FOLDER,
    LEVELS,
    RuleSet,
    list_rule_sets,
    load_rule_sets,
    shipped_rule_sets,
)

SHIPPED = shipped_rule_sets()
XA = (FOLDER / "qd51-xa-2026.toml").read_text(encoding="utf-8")


def test_every_shipped_rule_set_is_bilingual_sourced_and_named_after_its_file():
    assert {path.stem for path in FOLDER.glob("*.toml")} == set(SHIPPED)
    for rule_set in SHIPPED.values():
        assert rule_set.title.languages == rule_set.note.languages == {"vi", "en"}
        assert rule_set.source
        assert rule_set.legal_basis


def test_a_round_of_a_commune_opened_today_finds_a_draft():
    found = list_rule_sets(date(2026, 11, 23), "xa")
    assert [(one.key, one.is_draft) for one in found] == [("qd51-xa-2026", True)]


def test_only_what_was_seen_in_a_source_is_official():
    assert {one.key for one in SHIPPED.values() if not one.is_draft} == {"hd78-xa-2017", "hd90-huyen-2021"}
    for one in SHIPPED.values():
        assert one.is_draft == bool(set(one.unverified) & set(DECIDING))


def test_the_district_of_2021_asks_for_each_content_in_each_commune():
    district = SHIPPED["hd90-huyen-2021"]
    assert (district.coverage_share, district.overall_threshold) == (Fraction(7, 10), Fraction(9, 10))
    assert (district.content_threshold, district.content_scope) == (Fraction(8, 10), "each_commune")
    assert SHIPPED["hd90-xa-nang-cao-2021"].coverage_basis == "issued"


def test_at_most_one_rule_set_holds_per_level_on_any_day():
    days = [date(year, month, 1) for year in range(2016, 2028) for month in range(1, 13)]
    assert all(len(list_rule_sets(day, level)) <= 1 for day in days for level in LEVELS)
    assert list_rule_sets()[0].key == "qd51-xa-2026"


@pytest.mark.parametrize("key", sorted(SHIPPED))
def test_json_is_exact_and_canonical(key):
    text = SHIPPED[key].to_json()
    assert RuleSet.from_json(text) == SHIPPED[key]
    assert RuleSet.from_json(json.dumps(json.loads(text), indent=4)).to_json() == text


def test_all_mistakes_of_all_files_are_reported_with_their_place(tmp_path):
    (tmp_path / "a.toml").write_text(
        XA.replace('status = "draft"', 'status = "law"')
        .replace("overall_threshold = 0.90", "overall_threshold = 90")
        .replace('denominator = "valid"', 'denominatr = "valid"')
        .replace('code = "two-options"', 'code = "blank"'),
        encoding="utf-8",
    )
    (tmp_path / "b.toml").write_text("key = ", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        load_rule_sets(sorted(tmp_path.glob("*.toml")))
    places = sorted(problem.place.replace("] code", "].code") for problem in caught.value.problems)
    assert [place for place in places if place.startswith("[a.toml]")] == [
        "[a.toml] denominator",
        "[a.toml] denominatr",
        "[a.toml] invalid_reasons[2].code",
        "[a.toml] overall_threshold",
        "[a.toml] status",
    ]
    assert places[-1].startswith("[b.toml]")


def test_an_official_rule_set_with_an_unverified_threshold_is_refused(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(XA.replace('status = "draft"', 'status = "official"'), encoding="utf-8")
    with pytest.raises(DataError, match="overall_threshold"):
        load_rule_sets([path])


@pytest.mark.parametrize(
    ("day", "is_conflict"), [("2027-12-31", True), ("2026-02-15", True), ("2026-02-14", False)]
)
def test_overlapping_validity_at_one_level_is_refused(tmp_path, day, is_conflict):
    (tmp_path / "a.toml").write_text(XA, encoding="utf-8")
    other = XA.replace('key = "qd51-xa-2026"', 'key = "other"')
    other = other.replace("valid_from = 2026-02-15", f"valid_from = 2026-01-01\nvalid_to = {day}")
    (tmp_path / "b.toml").write_text(other, encoding="utf-8")
    paths = sorted(tmp_path.glob("*.toml"))
    if not is_conflict:
        assert set(load_rule_sets(paths)) == {"qd51-xa-2026", "other"}
        return
    with pytest.raises(DataError, match="qd51-xa-2026"):
        load_rule_sets(paths)
