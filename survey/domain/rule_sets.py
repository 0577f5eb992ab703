"""Rule sets: what the law of a period asks of a survey, as dated data (survey/data/rule_sets)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any, cast, get_args

from forms.answers import BlankRule
from forms.problems import Problem, Reader, raise_problems, read_toml
from forms.wording import Text
from translations.catalogue import lazy

FOLDER = Path(__file__).parents[1] / "data" / "rule_sets"
LEVELS = ("xa", "xa-nang-cao", "xa-kieu-mau", "huyen")
SCOPES = ("area", "each_commune")
OPERATORS = (">=", ">")
DECIDING = ("coverage_share", "coverage_basis", "overall_threshold", "overall_operator", "content_threshold")
"""Fields on which a verdict hangs: one of them unverified keeps a rule set a draft."""
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class InvalidReason:
    """One cause for which a ballot is set aside."""

    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of one kind of survey in one period (domain.md §3).

    Shares are of 1, exact. `coverage_share` is of the area's households, counted by the ballots issued
    or returned (`coverage_basis`); None sets no coverage, as a None `content_threshold` sets nothing for
    single contents. `content_scope` says whether each content must reach it in the whole area or in
    each of its communes. `denominator` is of all valid ballots or of those that answered the content; a
    blank counts as no answer or makes the ballot invalid. `unverified` names the fields that no source
    bears out.
    """

    key: str
    title: Text
    legal_basis: str
    source: str
    note: Text
    status: str
    valid_from: date
    valid_to: date | None
    level: str
    coverage_share: Fraction | None
    coverage_basis: str
    overall_threshold: Fraction
    overall_operator: str
    content_threshold: Fraction | None
    content_operator: str
    content_scope: str
    denominator: str
    blank: BlankRule
    invalid_reasons: tuple[InvalidReason, ...]
    duration_working_days: int
    holidays_counted: bool
    grace_hours: int
    unverified: tuple[str, ...]

    @property
    def is_draft(self) -> bool:
        return self.status == "draft"

    @property
    def counts_issued(self) -> bool:
        """Whether the coverage is tested on the forms handed out; else on the ballots that came back."""
        return self.coverage_share is not None and self.coverage_basis == "issued"

    @property
    def returned_share(self) -> Fraction | None:
        """The share of households whose ballot must come back; None where nothing is asked of these."""
        return None if self.counts_issued else self.coverage_share

    def count_covered(self, households: int, returned: int, issued: int) -> int:
        """The households of a village that count as having taken part; spare forms cover nobody."""
        return min(issued, households) if self.counts_issued else returned

    def is_valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: shares as `"4/5"`, days as `"2025-07-01"`."""
        return {
            **{field.name: getattr(self, field.name) for field in fields(self)},
            "title": self.title.as_dict(),
            "note": self.note.as_dict(),
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to and self.valid_to.isoformat(),
            "coverage_share": _write_share(self.coverage_share),
            "overall_threshold": _write_share(self.overall_threshold),
            "content_threshold": _write_share(self.content_threshold),
            "invalid_reasons": [[reason.code, reason.label.as_dict()] for reason in self.invalid_reasons],
            "unverified": list(self.unverified),
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> RuleSet:
        """What `as_dict` wrote; raises `KeyError`, `TypeError` or `ValueError` for anything else."""
        reasons = (InvalidReason(code, Text.of(label)) for code, label in values["invalid_reasons"])
        return cls(
            **{
                **values,
                "title": Text.of(values["title"]),
                "note": Text.of(values["note"]),
                "valid_from": date.fromisoformat(values["valid_from"]),
                "valid_to": values["valid_to"] and date.fromisoformat(values["valid_to"]),
                "coverage_share": _read_share(values["coverage_share"]),
                "overall_threshold": Fraction(values["overall_threshold"]),
                "content_threshold": _read_share(values["content_threshold"]),
                "invalid_reasons": tuple(reasons),
                "unverified": tuple(values["unverified"]),
            }
        )

    def to_json(self) -> str:
        """Canonical JSON: equal rule sets give equal bytes, fit to be hashed."""
        return json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> RuleSet:
        return cls.from_dict(json.loads(text))


def load_rule_sets(paths: Iterable[Path]) -> dict[str, RuleSet]:
    """Read files, one rule set each; raises `DataError` with all problems of all of them."""
    problems: list[Problem] = []
    found: list[RuleSet] = []
    for path in paths:
        table, unread = read_toml(path)
        problems += [Problem(f"[{path.name}] {one.place}".rstrip(), one.message) for one in unread]
        before = len(problems)
        if not unread:
            rule_set = _read_rule_set(Reader(table, f"[{path.name}]", problems))
            found += [rule_set] if len(problems) == before else []
    problems += _find_conflicts(found)
    raise_problems(problems)
    return {rule_set.key: rule_set for rule_set in found}


@cache
def _shipped() -> dict[str, RuleSet]:
    return load_rule_sets(sorted(FOLDER.glob("*.toml")))


def shipped_rule_sets() -> dict[str, RuleSet]:
    """The rule sets that come with the product, by key."""
    return dict(_shipped())


def list_rule_sets(on: date | None = None, level: str | None = None) -> list[RuleSet]:
    """Shipped rule sets in force on a day and for a level, the latest first."""
    wanted = [
        rule_set
        for rule_set in _shipped().values()
        if (on is None or rule_set.is_valid_on(on)) and level in (None, rule_set.level)
    ]
    return sorted(sorted(wanted, key=lambda one: one.key), key=lambda one: one.valid_from, reverse=True)


def _read_rule_set(reader: Reader) -> RuleSet:
    rule_set = RuleSet(
        key=reader.text("key", pattern=_KEY),
        title=reader.texts("title"),
        legal_basis=reader.text("legal_basis"),
        source=reader.text("source"),
        note=reader.texts("note"),
        status=reader.choice("status", ("official", "draft")),
        valid_from=reader.date("valid_from"),
        valid_to=reader.date("valid_to", required=False),
        level=reader.choice("level", LEVELS),
        coverage_share=_read_decimal(reader, "coverage_share", required=False),
        coverage_basis=reader.choice("coverage_basis", ("returned", "issued")),
        overall_threshold=_read_decimal(reader, "overall_threshold") or Fraction(0),
        overall_operator=reader.choice("overall_operator", OPERATORS),
        content_threshold=_read_decimal(reader, "content_threshold", required=False),
        content_operator=reader.choice("content_operator", OPERATORS, required=False, default=">="),
        content_scope=reader.choice("content_scope", SCOPES, required=False, default="area"),
        denominator=reader.choice("denominator", ("valid", "answered")),
        blank=cast(BlankRule, reader.choice("blank", get_args(BlankRule))),
        invalid_reasons=_read_reasons(reader),
        duration_working_days=reader.integer("duration_working_days", minimum=1),
        holidays_counted=reader.boolean("holidays_counted", required=True),
        grace_hours=reader.integer("grace_hours", minimum=0),
        unverified=reader.strings("unverified", required=False),
    )
    _check(rule_set, reader)
    reader.finish()
    return rule_set


def _check(rule_set: RuleSet, reader: Reader) -> None:
    if rule_set.valid_to is not None and rule_set.valid_to < rule_set.valid_from:
        reader.report("valid_to", lazy("Ngày hết hiệu lực phải sau ngày có hiệu lực."))
    if rule_set.grace_hours > 240:
        reader.report("grace_hours", lazy("Tối đa %(limit)s giờ.", limit=240))
    known = {field.name for field in fields(RuleSet)}
    for name in rule_set.unverified:
        if name not in known:
            reader.report("unverified", lazy("Không có mục nào tên “%(key)s”.", key=name))
    unsure = sorted(set(rule_set.unverified) & set(DECIDING))
    if unsure and rule_set.status == "official":
        message = lazy("Còn số liệu chưa kiểm chứng (%(names)s), phải để là draft.", names=", ".join(unsure))
        reader.report("status", message)


def _read_reasons(reader: Reader) -> tuple[InvalidReason, ...]:
    reasons: list[InvalidReason] = []
    for one in reader.tables("invalid_reasons"):
        reason = InvalidReason(one.text("code", pattern=_KEY), one.texts("label"))
        if reason.code in (known.code for known in reasons):
            one.report("code", lazy("“%(value)s” bị lặp lại.", value=reason.code))
        one.finish()
        reasons.append(reason)
    return tuple(reasons)


def _read_decimal(reader: Reader, key: str, *, required: bool = True) -> Fraction | None:
    """A share above 0 and up to 1."""
    value: Decimal | None = reader.decimal(key, required=required, minimum=0)
    if value is not None and value > 1:
        reader.report(key, lazy("Tỷ lệ viết từ 0 đến 1, ví dụ 0.8 là 80 phần trăm."))
    return None if value is None else Fraction(value)


def _find_conflicts(rule_sets: Iterable[RuleSet]) -> list[Problem]:
    """Two of one key, or two of one level on the same day: no one could tell which holds."""
    problems: list[Problem] = []
    for one, other in combinations(sorted(rule_sets, key=lambda found: (found.valid_from, found.key)), 2):
        if one.key == other.key:
            problems.append(Problem(other.key, lazy("Mã “%(key)s” dùng cho hai bộ quy định.", key=one.key)))
        elif one.level == other.level and (one.valid_to is None or one.valid_to >= other.valid_from):
            message = lazy(
                "Hiệu lực trùng ngày với bộ quy định “%(other)s” cùng cấp “%(level)s”.",
                other=one.key,
                level=one.level,
            )
            problems.append(Problem(f"{other.key}.valid_from", message))
    return problems


def _write_share(share: Fraction | None) -> str | None:
    return None if share is None else f"{share.numerator}/{share.denominator}"


def _read_share(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)
