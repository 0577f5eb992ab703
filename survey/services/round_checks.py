"""What must hold before a round is kept as a draft, and before it may open."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

from forms.loader import shipped_questionnaires
from forms.questionnaire import Questionnaire
from survey.domain.area import asks_households
from survey.domain.clock import today
from survey.domain.errors import DomainError, NotFound
from survey.domain.rule_sets import RuleSet, list_rule_sets, shipped_rule_sets
from survey.domain.working_days import count_working_days, last_working_day
from survey.store.rounds import Round
from survey.store.units import Unit
from translations.catalogue import LazyText, lazy
from translations.dates import format_date

KINDS = ("official", "pulse", "drill")
KIND_NAMES: dict[str, LazyText] = {
    "official": lazy("Đợt chính thức"),
    "pulse": lazy("Phản hồi thường xuyên"),
    "drill": lazy("Đợt chạy thử"),
}
DEFAULT_GRACE_HOURS = 24
"""For a round without a rule set."""
LONGEST_CONTACT = 120
"""What a slip, of ten to a page, still has room for in letters that can be read."""

# The level of unit that a questionnaire judges, and the rule sets that may judge it.
_LEVEL = "commune"
"""Rounds are held in communes (`_check_unit`), and nothing else is offered for them."""
_USUAL = "xa-ntm"
"""The questionnaire that most communes want, offered first."""
_LEVELS = {"commune": ("xa", "xa-nang-cao", "xa-kieu-mau"), "district": ("huyen",)}

LONGEST = timedelta(days=366)
FARTHEST_YEARS = 10


@dataclass(frozen=True)
class Draft:
    """What a round is going to be: as typed, cleaned."""

    kind: str
    title: str
    questionnaire_key: str
    rule_set_key: str | None
    starts_on: date
    last_on: date | None
    contact: str
    grace_hours: int

    @classmethod
    def of(cls, round_: Round) -> Draft:
        return cls(**{field.name: getattr(round_, field.name) for field in fields(cls)})

    @property
    def columns(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def get_questionnaire(key: str) -> Questionnaire:
    found = shipped_questionnaires().get(key)
    if found is None:
        raise NotFound(lazy("Không có mẫu phiếu “%(key)s”.", key=key))
    return found


def get_rule_set(key: str) -> RuleSet:
    found = shipped_rule_sets().get(key)
    if found is None:
        raise NotFound(lazy("Không có bộ quy định “%(key)s”.", key=key))
    return found


def list_fitting_questionnaires() -> list[Questionnaire]:
    """What a round may ask, the usual one first and feedback after what judges a commune."""
    fitting = [one for one in shipped_questionnaires().values() if one.level == _LEVEL]
    return sorted(fitting, key=lambda one: (one.kind == "pulse", one.key != _USUAL, one.key))


def list_fitting_rule_sets(day: date) -> list[RuleSet]:
    """What a round may be judged by: first what holds on the day, for every commune before for some."""
    order = _LEVELS[_LEVEL]
    fitting = [one for one in list_rule_sets() if one.level in order]
    return sorted(fitting, key=lambda one: (not one.is_valid_on(day), order.index(one.level)))


def find_rule_set(draft: Draft) -> RuleSet | None:
    """The rule set of a round that has one; a pulse round has none."""
    return get_rule_set(draft.rule_set_key) if draft.rule_set_key else None


def check_draft(draft: Draft, unit: Unit) -> None:
    """Raise DomainError for the first thing that forbids such a round in `unit`."""
    _check_words(draft)
    _check_unit(draft, unit)
    _check_questionnaire(draft)
    _check_days(draft)


def _check_words(draft: Draft) -> None:
    if draft.kind not in KINDS:
        raise DomainError(lazy("Không có loại đợt “%(kind)s”.", kind=draft.kind))
    if not draft.title or len(draft.title) > 200:
        raise DomainError(lazy("Hãy ghi tên đợt (không quá 200 ký tự)."))
    if not draft.contact or len(draft.contact) > LONGEST_CONTACT:
        raise DomainError(lazy("Hãy ghi tên và số điện thoại để bà con hỏi (không quá 120 ký tự)."))
    if not 0 <= draft.grace_hours <= 240:
        raise DomainError(lazy("Thời gian chờ phiếu đến muộn từ 0 đến 240 giờ."))


def _check_unit(draft: Draft, unit: Unit) -> None:
    if unit.level != "commune":
        raise DomainError(lazy("Đợt lấy ý kiến mở ở cấp xã; %(unit)s không phải cấp xã.", unit=unit.name))
    if draft.kind == "official" and not asks_households(unit.type):
        raise DomainError(
            lazy("Chỉ lấy ý kiến hộ dân ở xã, không lấy ở phường, thị trấn: %(unit)s.", unit=unit.name)
        )
    if draft.starts_on < unit.valid_from or (unit.valid_to is not None and draft.starts_on > unit.valid_to):
        day = format_date(draft.starts_on)
        raise DomainError(lazy("Vào ngày %(day)s không có đơn vị %(unit)s.", day=day, unit=unit.name))


def _check_questionnaire(draft: Draft) -> None:
    questionnaire = get_questionnaire(draft.questionnaire_key)
    if (questionnaire.kind == "pulse") != (draft.kind == "pulse"):
        raise DomainError(
            lazy(
                "Mẫu phiếu “%(questionnaire)s” không dùng cho loại “%(kind)s”.",
                questionnaire=questionnaire.title,
                kind=KIND_NAMES[draft.kind],
            )
        )
    rules = find_rule_set(draft)
    if draft.kind == "pulse":
        return
    if rules is None:
        raise DomainError(lazy("Hãy chọn bộ quy định."))
    if rules.level not in _LEVELS[questionnaire.level]:
        raise DomainError(
            lazy(
                "Bộ quy định “%(rules)s” không cùng cấp với mẫu phiếu “%(questionnaire)s”.",
                rules=rules.title,
                questionnaire=questionnaire.title,
            )
        )
    if not rules.is_valid_on(draft.starts_on):
        day = format_date(draft.starts_on)
        raise DomainError(
            lazy("Bộ quy định “%(rules)s” không có hiệu lực vào ngày %(day)s.", rules=rules.title, day=day)
        )


def _check_days(draft: Draft) -> None:
    if abs(draft.starts_on.year - today().year) > FARTHEST_YEARS:
        raise DomainError(lazy("Ngày bắt đầu không hợp lý: %(day)s.", day=format_date(draft.starts_on)))
    if draft.last_on is None:
        if draft.kind != "pulse":
            raise DomainError(lazy("Hãy ghi ngày cuối nhận phiếu."))
        return
    if draft.last_on < draft.starts_on:
        raise DomainError(lazy("Ngày cuối nhận phiếu phải từ ngày bắt đầu trở đi."))
    if draft.last_on - draft.starts_on > LONGEST:
        raise DomainError(lazy("Một đợt không kéo dài quá một năm."))
    rules = find_rule_set(draft)
    if rules is None:
        return
    limit = find_limit(rules, draft.starts_on)
    if draft.last_on > limit:
        raise DomainError(
            lazy(
                "Từ lúc bắt đầu đến khi tổng hợp xong không quá %(days)s ngày làm việc, tức là đến hết ngày "
                "%(limit)s. Ngày cuối nhận phiếu phải sớm hơn.",
                days=rules.duration_working_days,
                limit=format_date(limit),
            )
        )


def find_limit(rules: RuleSet, starts_on: date) -> date:
    """The day on which collection and synthesis must both be done."""
    return last_working_day(starts_on, rules.duration_working_days)


def list_warnings(draft: Draft) -> list[LazyText]:
    """What does not forbid the round but should be seen before it opens."""
    rules = find_rule_set(draft)
    if rules is None or draft.last_on is None:
        return []
    limit = find_limit(rules, draft.starts_on)
    left = count_working_days(draft.last_on + timedelta(days=1), limit)
    if left > 1:
        return []
    message = lazy(
        "Sau ngày cuối nhận phiếu chỉ còn %(left)s ngày làm việc để tổng hợp, phải xong trước hết ngày "
        "%(limit)s.",
        left=left,
        limit=format_date(limit),
    )
    return [message]
