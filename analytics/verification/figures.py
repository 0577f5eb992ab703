"""Figures of published files: whether they close in themselves, and whether two files say the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from analytics.exports import ALL, write_cell
from analytics.indicators import Share
from analytics.rates import read_threshold, round_rate, write_rate
from analytics.tables import INDEX, NO_ANSWER
from analytics.verification.given import Row
from translations.catalogue import use_locale
from translations.numbers import NO_RATE

Key = tuple[str, str, str, str]
Told = tuple[int, int] | None
"""Count and base; None where they are hidden."""
_KEY = ("village_code", "channel", "question", "option")
_ROW = 8
_TOLD = 3
"""How many differences are named one by one."""


def key_of(row: Row) -> Key:
    village, channel, question, option = (row[name] for name in _KEY)
    return village, channel, question, option


def name_of(key: Key) -> str:
    """`q05 satisfied, village 19867.01, channel online`."""
    village, channel, question, option = key
    places = [f"village {village}"] if village != ALL else []
    places += [f"channel {channel}"] if channel != ALL else []
    return ", ".join([f"{question} {option}", *places])


def shorten(problems: Iterable[str]) -> list[str]:
    """The first few, and how many more there are."""
    found = list(problems)
    more = len(found) - _TOLD
    return found[:_TOLD] + ([f"and {more} more"] if more > 0 else [])


def compare_rows(rows: Sequence[Row], others: Sequence[Row], whose: str) -> Iterator[str]:
    """What of `rows` is not as `others` say, in the columns that both have."""
    known = {key_of(row): row for row in others}
    for row in rows:
        other = known.pop(key_of(row), None)
        if other is None:
            yield f"{name_of(key_of(row))}: not in {whose}"
            continue
        changed = [name for name in row if name in other and row[name] != other[name]]
        if changed:
            is_, has = (", ".join(f"{name} {one[name] or '–'}" for name in changed) for one in (row, other))
            yield f"{name_of(key_of(row))}: {is_}; {whose} has {has}"
    for key in known:
        yield f"{name_of(key)}: only in {whose}"


def compare_entries(entries: Sequence[Row], others: Sequence[Row], whose: str) -> Iterator[str]:
    """What of a codebook is not as another says."""
    for one, other in zip(entries, others, strict=False):
        for name, value in one.items():
            if value != other[name]:
                yield f"codebook {one['section']} {one['key']}: {name} is {value}, {whose} has {other[name]}"
    if len(entries) != len(others):
        yield f"the codebook has {len(entries)} lines, that of {whose} has {len(others)}"


def compare_plain(one: Any, other: Any, whose: str, path: str = "") -> Iterator[str]:
    """Where two JSON values differ, by path: `counts[17][4] is 41, the record has 40`."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other}, key=str):
            where = f"{path}.{name}" if path else str(name)
            yield from compare_plain(one.get(name), other.get(name), whose, where)
    elif _is_list(one) and _is_list(other) and len(one) == len(other):
        for place, (part, counterpart) in enumerate(zip(one, other, strict=True)):
            yield from compare_plain(part, counterpart, whose, f"{path}[{place}]")
    elif one != other:
        yield f"{path} is {_clip(one)}, {whose} has {_clip(other)}"


def _is_list(value: Any) -> bool:
    """Whether to look at its parts one by one; a short row of plain values is told as a whole."""
    return isinstance(value, list) and (
        len(value) > _ROW or any(isinstance(one, dict | list) for one in value)
    )


def _clip(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


def find_open_sums(rows: Sequence[Row]) -> Iterator[str]:
    """What does not close: rates, options against bases, villages and channels against their totals."""
    told = {key_of(row): _figure_of(row) for row in rows}
    for row in rows:
        yield from _find_wrong_rate(row)
    yield from _find_wrong_bases(rows, told)
    yield from find_wrong_totals(told)


def _figure_of(row: Row) -> Told:
    return (int(row["count"]), int(row["base"])) if row["count"] else None


def _find_wrong_rate(row: Row) -> Iterator[str]:
    where = name_of(key_of(row))
    if (row["suppressed"] == "0") != bool(row["count"]) or bool(row["count"]) != bool(row["base"]):
        yield f"{where}: suppressed is {row['suppressed']}, count {row['count']}, base {row['base']}"
    elif row["rate"] or row["rate_text"] not in ("", NO_RATE):
        share = Share(int(row["count"] or 0), int(row["base"] or 0), read_threshold(row["threshold"]))
        with use_locale("vi"):
            text = write_rate(share)
        for name, value in (("rate", write_cell(round_rate(share))), ("rate_text", text)):
            if row[name] != value:
                yield f"{where}: {name} is {row[name]}, {row['count']}/{row['base']} makes {value}"


def _find_wrong_bases(rows: Sequence[Row], told: Mapping[Key, Told]) -> Iterator[str]:
    """The options of a question that has one answer each, blanks among them, make up its base."""
    questions: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        questions[(row["village_code"], row["channel"], row["question"], "answers")].append(row)
    for key, found in questions.items():
        blank = next((row for row in found if row["option"] == NO_ANSWER), None)
        if blank is None or told[key_of(blank)] is None:
            continue
        is_of_answers = not blank["rate"] and blank["base"] != "0"
        parts = [row for row in found if row["option"] != INDEX and not (row is blank and is_of_answers)]
        figures = [told[key_of(row)] or (0, 0) for row in parts]
        total, bases = sum(count for count, _ in figures), sorted({base for _, base in figures})
        if bases != [total]:
            yield f"{name_of(key)}: {total} in all, of a base of {' and '.join(map(str, bases))}"


def find_wrong_totals(told: Mapping[Key, Told]) -> Iterator[str]:
    """Where all parts of a total are told they make it up, and where some are hidden they don't pass it."""
    villages: dict[Key, list[Told]] = defaultdict(list)
    channels: dict[Key, list[Told]] = defaultdict(list)
    for (village, channel, question, option), found in told.items():
        if village != ALL:
            villages[ALL, channel, question, option].append(found)
        if channel != ALL:
            channels[village, ALL, question, option].append(found)
    for what, lines in (("villages", villages), ("channels", channels)):
        for key, parts in lines.items():
            for problem in _find_wrong_total(told.get(key), parts, what):
                yield f"{name_of(key)}: {problem}"


def _find_wrong_total(total: Told, parts: Sequence[Told], what: str) -> Iterator[str]:
    shown = [part for part in parts if part is not None]
    for place, name in enumerate(("count", "base")):
        whole, made = total[place] if total else None, sum(part[place] for part in shown)
        if whole is not None and (made > whole or (made < whole and len(shown) == len(parts))):
            yield f"{name} is {whole}, its {what} make {made}"
