"""A plan and its targets, as data (survey/data/plans): what is counted, declared and collected."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from functools import cache
from pathlib import Path

from forms.problems import Problem, Reader, raise_problems, read_toml
from forms.wording import Text
from translations.catalogue import LazyText, lazy

FOLDER = Path(__file__).parents[1] / "data" / "plans"
_KEY = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_TARGET_KEY = re.compile(r"[A-Z0-9]+([.-][A-Z0-9]+)*")
_LINK = re.compile(r"https?://\S+")
_KINDS = ("official", "pulse")
_STATES = ("open", "closed", "published")
_ROLES = ("test", "numerator", "denominator", "note")
_PERIODS = ("plan", "calendar_year", "months")


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    label: Text


@dataclass(frozen=True, slots=True)
class DeclarationField:
    """One thing a unit declares: kind 'yes_no', 'count', 'kinds' (some of `options`) or 'link'.

    `role` 'test': the unit meets the target only if it says yes, counts at least `minimum`, names at
    least so many kinds or gives a link. 'numerator' and 'denominator' add up where things are counted
    instead of units. 'note' decides nothing and may stay empty.
    """

    key: str
    kind: str
    label: Text
    role: str
    minimum: int
    options: tuple[Option, ...]

    def is_met(self, value: object) -> bool | None:
        """Whether a declared value suffices; None where nothing was declared."""
        if value is None or value == "":
            return None
        if self.kind == "yes_no":
            return value is True
        if self.kind == "count":
            return isinstance(value, int) and value >= self.minimum
        if self.kind == "kinds":
            return isinstance(value, (list, tuple)) and len(value) >= self.minimum
        return True

    def find_problem(self, value: object) -> LazyText | None:
        """What is wrong with the shape of a declared value."""
        if value is None or value == "":
            return None
        if self.kind == "yes_no" and not isinstance(value, bool):
            return lazy("Chọn Có hoặc Không.")
        if self.kind == "count" and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            return lazy("Phải là số nguyên từ 0 trở lên.")
        if self.kind == "kinds":
            known = [option.code for option in self.options]
            listed = value if isinstance(value, (list, tuple)) else [None]
            if any(one not in known or listed.count(one) > 1 for one in listed):
                return lazy("Chỉ chọn trong danh sách, mỗi loại một lần.")
        if self.kind == "link" and not (isinstance(value, str) and _LINK.fullmatch(value)):
            return lazy("Phải là địa chỉ bắt đầu bằng http:// hoặc https://.")
        return None


@dataclass(frozen=True, slots=True)
class Target:
    """One row of the scoreboard.

    `levels` are the units that count or declare ('commune', 'district'), narrowed to `unit_types` ('Xã'
    …; empty = all) and, with `rural_only`, to rural ones. `counts` says what the share is of: 'units' or
    'models' that the units declare. `share` is of 1 and goes with `operator`. `kind` 'mixed' adds the
    computed half, that satisfaction was collected; 'declared' has none.
    """

    key: str
    title: Text
    counts: str
    levels: tuple[str, ...]
    unit_types: tuple[str, ...]
    rural_only: bool
    operator: str
    share: Fraction
    kind: str
    fields: tuple[DeclarationField, ...]
    reference: str
    status: str

    @property
    def needs_collected(self) -> bool:
        return self.kind == "mixed"

    def judge(self, value: Mapping[str, object] | None) -> bool | None:
        """Whether a declaration meets the declared half; None while something is not declared."""
        declared = value or {}
        outcomes = [field.is_met(declared.get(field.key)) for field in self.fields if field.role == "test"]
        if False in outcomes:
            return False
        return None if None in outcomes else True

    def count_declared(self, value: Mapping[str, object] | None) -> tuple[int, int] | None:
        """(numerator, denominator) of what a unit declares where models are counted, or None."""
        found = {field.role: (value or {}).get(field.key) for field in self.fields}
        numerator, denominator = found.get("numerator"), found.get("denominator")
        if not isinstance(numerator, int) or not isinstance(denominator, int):
            return None
        return numerator, denominator

    def find_problems(self, value: Mapping[str, object]) -> dict[str, LazyText]:
        """What is wrong with a declaration before it is kept, by field."""
        known = {field.key: field for field in self.fields}
        unknown = [key for key in value if key not in known]
        problems = {key: lazy("Không có mục nào tên “%(key)s”.", key=key) for key in unknown}
        for key, field in known.items():
            problem = field.find_problem(value.get(key))
            if problem:
                problems[key] = problem
        declared = self.count_declared(value)
        if declared and not problems and declared[0] > declared[1]:
            key = next(field.key for field in self.fields if field.role == "numerator")
            problems[key] = lazy("Không thể lớn hơn tổng số.")
        return problems


@dataclass(frozen=True, slots=True)
class CollectedRule:
    """What makes a unit count as having collected satisfaction; `sentence` is printed by the figure.

    `period` is 'plan' (since its start), 'calendar_year' or 'months' (that many), up to the date asked.
    """

    kinds: tuple[str, ...]
    states: tuple[str, ...]
    online_ballots: int
    period: str
    months: int
    sentence: Text
    status: str


@dataclass(frozen=True, slots=True)
class Plan:
    key: str
    title: Text
    legal_basis: str
    issued_on: date
    starts_on: date
    ends_on: date
    note: Text
    targets: tuple[Target, ...]
    collected_rule: CollectedRule

    def find_target(self, key: str) -> Target | None:
        return next((target for target in self.targets if target.key == key), None)

    def default_date(self, today: date) -> date:
        """The day a scoreboard speaks of unless another is asked: never past the plan's end."""
        return min(today, self.ends_on)

    def reference_period(self, on: date) -> tuple[date, date]:
        """First and last day, both included, within which a round must have ended to count on `on`."""
        rule = self.collected_rule
        if rule.period == "calendar_year":
            return date(on.year, 1, 1), on
        if rule.period == "months":
            return _start_months(on, rule.months), on
        return min(self.starts_on, on), on

    def accepts_round(self, *, kind: str, state: str, online_ballots: int, ended_on: date, on: date) -> bool:
        """Whether a round, in its state on `on`, makes its commune one that has collected.

        `ended_on` is the day it was published (or closed, where the rule is content with that).
        """
        rule = self.collected_rule
        first, last = self.reference_period(on)
        if not first <= ended_on <= last or online_ballots < rule.online_ballots:
            return False
        return kind in rule.kinds and state in rule.states


def _start_months(on: date, months: int) -> date:
    """The first day of the `months` months that end with `on`."""
    year, month = divmod(on.year * 12 + on.month - 1 - months, 12)
    last_day = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(on.day, last_day)) + timedelta(days=1)


def load_plan(path: Path) -> Plan:
    """Read a plan's file; raises `DataError` with all its problems."""
    table, problems = read_toml(path)
    raise_problems(problems, path.name)
    plan = _read_plan(Reader(table, "", problems), problems)
    raise_problems(problems, path.name)
    return plan


@cache
def get_plan(key: str = "132-kh-ubnd") -> Plan:
    """A plan that comes with the product."""
    return load_plan(FOLDER / f"{key}.toml")


def _read_plan(reader: Reader, problems: list[Problem]) -> Plan:
    rule = reader.table_of("collected_rule") or Reader({}, "collected_rule", [])
    targets = reader.tables("targets", place=lambda index, table: f"[targets {table.get('key') or index}]")
    plan = Plan(
        key=reader.text("key", pattern=_KEY),
        title=reader.texts("title"),
        legal_basis=reader.text("legal_basis"),
        issued_on=reader.date("issued_on"),
        starts_on=reader.date("starts_on"),
        ends_on=reader.date("ends_on"),
        note=reader.texts("note"),
        targets=tuple(_read_target(one) for one in targets),
        collected_rule=_read_collected_rule(rule),
    )
    if plan.ends_on < plan.starts_on:
        reader.report("ends_on", lazy("Ngày kết thúc phải sau ngày bắt đầu."))
    keys = [target.key for target in plan.targets]
    for key in sorted({key for key in keys if key and keys.count(key) > 1}):
        problems.append(Problem(f"[targets {key}] key", lazy("“%(value)s” bị lặp lại.", value=key)))
    reader.finish()
    return plan


def _read_collected_rule(reader: Reader) -> CollectedRule:
    period = reader.choice("period", _PERIODS)
    rule = CollectedRule(
        kinds=_read_choices(reader, "kinds", _KINDS),
        states=_read_choices(reader, "states", _STATES),
        online_ballots=reader.integer("online_ballots", minimum=0),
        period=period,
        months=reader.integer("months", required=period == "months", minimum=1) or 0,
        sentence=reader.texts("sentence"),
        status=reader.choice("status", ("official", "draft")),
    )
    reader.finish()
    return rule


def _read_target(reader: Reader) -> Target:
    share = reader.decimal("share", minimum=0)
    if share > 1:
        reader.report("share", lazy("Tỷ lệ viết từ 0 đến 1, ví dụ 0.8 là 80 phần trăm."))
    target = Target(
        key=reader.text("key", pattern=_TARGET_KEY),
        title=reader.texts("title"),
        counts=reader.choice("counts", ("units", "models"), required=False, default="units"),
        levels=_read_choices(reader, "levels", ("commune", "district")),
        unit_types=reader.strings("unit_types", required=False),
        rural_only=reader.boolean("rural_only"),
        operator=reader.choice("operator", (">=", ">")),
        share=Fraction(share),
        kind=reader.choice("kind", ("declared", "mixed")),
        fields=tuple(_read_field(one) for one in reader.tables("fields")),
        reference=reader.text("reference"),
        status=reader.choice("status", ("official", "draft")),
    )
    roles = sorted(field.role for field in target.fields if field.role in ("numerator", "denominator"))
    if target.counts == "models" and roles != ["denominator", "numerator"]:
        reader.report("fields", lazy("Cần đúng một tử số và một mẫu số."))
    reader.finish()
    return target


def _read_field(reader: Reader) -> DeclarationField:
    kind = reader.choice("kind", ("yes_no", "count", "kinds", "link"))
    options: list[Option] = []
    for one in reader.tables("options", required=kind == "kinds"):
        options.append(Option(one.text("code", pattern=_KEY), one.texts("label")))
        one.finish()
    field = DeclarationField(
        key=reader.text("key", pattern=_KEY),
        kind=kind,
        label=reader.texts("label"),
        role=reader.choice("role", _ROLES, required=False, default="test"),
        minimum=reader.integer("minimum", required=False, minimum=0) or 0,
        options=tuple(options),
    )
    if field.role in ("numerator", "denominator") and kind != "count":
        reader.report("kind", lazy("Tử số và mẫu số phải là số đếm (count)."))
    reader.finish()
    return field


def _read_choices(reader: Reader, key: str, options: tuple[str, ...]) -> tuple[str, ...]:
    values = reader.strings(key)
    for value in values:
        if value not in options:
            known = ", ".join(options)
            message = lazy("Không có “%(value)s”; chọn một trong: %(known)s.", value=value, known=known)
            reader.report(key, message)
    return values
