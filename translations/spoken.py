"""Vietnamese as it is read out: numbers, dates and telephone numbers in words, no abbreviation.

For the loudspeaker of a village, whose reader must not stumble; always Vietnamese, whatever the
language of the page.
"""

from __future__ import annotations

import re
from datetime import date

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", " nghìn", " triệu", " tỷ")
_LARGEST = 10**12
_FIRST_DAYS = 10
"""Days up to here are called `mùng`."""

ABBREVIATIONS = {
    "MTTQ": "Mặt trận Tổ quốc",
    "UBMTTQ": "Ủy ban Mặt trận Tổ quốc",
    "UBND": "Ủy ban nhân dân",
    "HĐND": "Hội đồng nhân dân",
    "CTMT": "công tác Mặt trận",
    "NTM": "nông thôn mới",
    "TDP": "tổ dân phố",
    "CNSCĐ": "công nghệ số cộng đồng",
    "BHYT": "bảo hiểm y tế",
    "TT": "thị trấn",
    "SĐT": "số điện thoại",
    "ĐT": "điện thoại",
    "đ/c": "đồng chí",
    "Đ/c": "Đồng chí",
    "VN": "Việt Nam",
    "Q.": "quyền",
}
_SHORT = re.compile(
    r"(?<!\w)("
    + "|".join(re.escape(short) for short in sorted(ABBREVIATIONS, key=len, reverse=True))
    + r")(?!\w)"
)
_LEFT_OVER = re.compile(r"(?<!\w)[A-ZĐ]{2,}(?!\w)|\b\w/\w\b")
_FIGURES = re.compile(
    r"(?P<day>(?<!\d)\d{1,2}/\d{1,2}/\d{4}(?!\d))"
    r"|(?P<month>(?<!\d)\d{1,2}/\d{4}(?!\d))"
    r"|(?P<phone>\+?\d(?:[ .\-()]?\d){7,})"
    r"|(?P<count>\d{1,3}(?:\.\d{3})+(?!\d)|\d+)(?:,(?P<decimals>\d+))?"
)


def spell_number(number: int) -> str:
    """`2026` → `hai nghìn không trăm hai mươi sáu`; below a thousand billions.

    Raises:
        ValueError: negative or too large.
    """
    if not 0 <= number < _LARGEST:
        raise ValueError(f"{number} is not spelled")
    if number == 0:
        return _DIGITS[0]
    groups = [number // 1000**power % 1000 for power in range(len(_GROUPS))]
    highest = max(power for power, group in enumerate(groups) if group)
    words = [
        _spell_group(groups[power], full=power < highest) + _GROUPS[power]
        for power in range(highest, -1, -1)
        if groups[power]
    ]
    return " ".join(words)


def _spell_group(number: int, *, full: bool) -> str:
    """Up to 999; `full` says the hundreds even where there are none (`không trăm linh năm`)."""
    hundreds, rest = divmod(number, 100)
    words = [f"{_DIGITS[hundreds]} trăm"] if hundreds or full else []
    tens, ones = divmod(rest, 10)
    if tens:
        words.append(_spell_tens(tens, ones))
    elif ones:
        words.append(f"linh {_DIGITS[ones]}" if words else _DIGITS[ones])
    return " ".join(words)


def _spell_tens(tens: int, ones: int) -> str:
    ten = "mười" if tens == 1 else f"{_DIGITS[tens]} mươi"
    if not ones:
        return ten
    changed = {5: "lăm"} if tens == 1 else {1: "mốt", 4: "tư", 5: "lăm"}
    return f"{ten} {changed.get(ones, _DIGITS[ones])}"


def spell_digits(text: str) -> str:
    """A telephone number digit by digit, with a pause where it was written with a gap."""
    groups = re.findall(r"\d+", text)
    return ", ".join(" ".join(_DIGITS[int(digit)] for digit in group) for group in groups)


def spell_date(day: date, *, with_year: bool = True) -> str:
    """`ngày mùng ba tháng mười hai năm hai nghìn không trăm hai mươi sáu`."""
    number = spell_number(day.day)
    named = f"mùng {number}" if day.day <= _FIRST_DAYS else number
    year = f" năm {spell_number(day.year)}" if with_year else ""
    return f"ngày {named} {_spell_month(day.month)}{year}"


def _spell_month(month: int) -> str:
    return "tháng tư" if month == 4 else f"tháng {spell_number(month)}"


def speak(text: str) -> str:
    """The text with its figures, percent signs and usual abbreviations written as one says them."""
    words = _SHORT.sub(lambda found: ABBREVIATIONS[found[1]], text)
    words = _FIGURES.sub(lambda found: f" {_speak_figures(found)} ", words.replace("%", " phần trăm"))
    words = words.replace(" - ", ", ").replace(" – ", ", ")
    return re.sub(r"\s+(?=[,.;:)?!])", "", re.sub(r"\s+", " ", words)).strip()


def _speak_figures(found: re.Match[str]) -> str:
    if found["day"]:
        return _speak_day(found["day"])
    if found["month"]:
        month, year = map(int, found["month"].split("/"))
        return f"{spell_number(month)} năm {spell_number(year)}"
    if found["phone"]:
        return spell_digits(found["phone"])
    whole = found["count"].replace(".", "")
    spelled = spell_digits(whole) if _is_a_name(whole) else spell_number(int(whole))
    return f"{spelled} phẩy {spell_digits(found['decimals'])}" if found["decimals"] else spelled


def _is_a_name(digits: str) -> bool:
    """`0234` and very long rows of digits name something and count nothing."""
    return (digits.startswith("0") and len(digits) > 1) or int(digits) >= _LARGEST


def _speak_day(written: str) -> str:
    day, month, year = map(int, written.split("/"))
    try:
        return spell_date(date(year, month, day)).removeprefix("ngày ")
    except ValueError:
        return spell_digits(written)


def list_abbreviations(text: str) -> list[str]:
    """What still looks like an abbreviation (capitals without a tone), for the reader to say in full."""
    return list(dict.fromkeys(_LEFT_OVER.findall(text)))
