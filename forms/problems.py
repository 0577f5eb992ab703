"""Reading data files that people write: every problem is found, each with its place."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, overload
from unicodedata import normalize

from forms.wording import Text
from translations.catalogue import DEFAULT_LOCALE, LazyText, lazy

MAX_FILE_BYTES = 1_000_000
_BRACKETED = re.compile(r"\[[^\]]*\]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SYNTAX_PLACE = re.compile(r" \(at (line \d+, column \d+|end of document)\)$")


@dataclass(frozen=True)
class Problem:
    """One mistake in a data file; `place` reads like `[section 2] q07.options[3]`, '' is the file."""

    place: str
    message: LazyText

    def __str__(self) -> str:
        return f"{self.place}: {self.message}" if self.place else str(self.message)


class DataError(Exception):
    """A data file has mistakes; `str()` lists all of them in the reader's language, one a line."""

    def __init__(self, problems: Iterable[Problem], source: str = "") -> None:
        self.problems = tuple(problems)
        self.source = source
        super().__init__(self.problems)

    def __str__(self) -> str:
        lines = [str(problem) for problem in self.problems]
        return "\n".join([f"{self.source}:", *lines] if self.source else lines)


def raise_problems(problems: Collection[Problem], source: str = "") -> None:
    """Raise `DataError` with all of them, or do nothing when there are none."""
    if problems:
        raise DataError(problems, source)


def read_toml(source: Path | str | bytes) -> tuple[dict[str, Any], list[Problem]]:
    """Parse a file (or its bytes): the table, and the problem that kept it from being read.

    Numbers with a point become `Decimal`, so that 0.8 is 0.8.
    """
    try:
        raw = source if isinstance(source, bytes) else Path(source).read_bytes()
    except OSError:
        return {}, [Problem("", lazy("Không mở được tệp này."))]
    if len(raw) > MAX_FILE_BYTES:
        message = lazy("Tệp lớn quá, tối đa %(limit)s byte.", limit=MAX_FILE_BYTES)
        return {}, [Problem("", message)]
    try:
        return tomllib.loads(raw.decode("utf-8-sig"), parse_float=Decimal), []
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return {}, [Problem(f"line {line}", lazy("Tệp không phải bảng mã UTF-8."))]
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_PLACE.search(str(error))
        detail = _SYNTAX_PLACE.sub("", str(error))
        return {}, [Problem(found[1] if found else "", lazy("Sai cú pháp TOML: %(detail)s.", detail=detail))]
    except (RecursionError, ArithmeticError, ValueError) as error:
        return {}, [Problem("", lazy("Sai cú pháp TOML: %(detail)s.", detail=type(error).__name__))]


class Reader:
    """Walks one parsed table, key by key, and notes every problem instead of stopping.

    A required value that is missing or wrong is noted and replaced by an empty one of its type, so
    the walk goes on: build nothing from it unless `problems` stayed empty. Call `finish()` last.
    """

    def __init__(self, table: Mapping[str, Any], place: str, problems: list[Problem]) -> None:
        self.table = table
        self.place = place
        self.problems = problems
        self._known: set[str] = set()

    def at(self, key: str) -> str:
        """The place of a key of this table."""
        if not self.place:
            return key
        return f"{self.place}{' ' if _BRACKETED.fullmatch(self.place) else '.'}{key}"

    def report(self, key: str, message: LazyText) -> None:
        """Note a problem with one key of this table ('' = with the table itself)."""
        self.problems.append(Problem(self.at(key) if key else self.place, message))

    def has(self, key: str) -> bool:
        return key in self.table

    def text(self, key: str, *, required: bool = True, pattern: re.Pattern[str] | None = None) -> str:
        """A line of text, NFC and trimmed; '' when it is absent. `pattern` must match all of it."""
        value = self._value(key, required, _is_text, lazy("Phải là chữ trong ngoặc kép."))
        text = _tidy(value) if value is not None else ""
        if value is not None and not text and required:
            self.report(key, lazy("Không được để trống."))
        elif text and pattern is not None and not pattern.fullmatch(text):
            self.report(key, lazy("Mã “%(value)s” viết không đúng mẫu.", value=text))
        return text

    def texts(self, key: str, *, required: bool = True) -> Text:
        """A text per language, written `{vi = "…", en = "…"}`; Vietnamese must be there."""
        message = lazy('Phải ghi theo từng ngôn ngữ, ví dụ {vi = "…", en = "…"}.')
        table = self._value(key, required, _is_table, message)
        words: dict[str, str] = {}
        for language, value in (table or {}).items():
            place = f"{key}.{language}"
            if not _LANGUAGE.fullmatch(language):
                self.report(place, lazy("Không có mã ngôn ngữ “%(language)s”.", language=language))
            elif not isinstance(value, str):
                self.report(place, lazy("Phải là chữ trong ngoặc kép."))
            elif not _tidy(value):
                self.report(place, lazy("Không được để trống."))
            else:
                words[language] = _tidy(value)
        if table is not None and DEFAULT_LOCALE not in table:
            self.report(key, lazy("Thiếu tiếng Việt (vi)."))
        return Text.of(words)

    def choice(self, key: str, options: Collection[str], *, required: bool = True, default: str = "") -> str:
        """One of `options`; `default` when it is absent and not required, or wrong."""
        value = self.text(key, required=required)
        if not value:
            return default
        if value not in options:
            known = ", ".join(options)
            message = lazy("Không có “%(value)s”; chọn một trong: %(known)s.", value=value, known=known)
            self.report(key, message)
            return default
        return value

    @overload
    def integer(self, key: str, *, required: Literal[True] = True, minimum: int | None = None) -> int: ...
    @overload
    def integer(self, key: str, *, required: bool, minimum: int | None = None) -> int | None: ...
    def integer(self, key: str, *, required: bool = True, minimum: int | None = None) -> int | None:
        """A whole number, at least `minimum`."""
        value: int | None = self._value(key, required, _is_integer, lazy("Phải là số nguyên."))
        self._check_minimum(key, value, minimum)
        return 0 if value is None and required else value

    @overload
    def decimal(self, key: str, *, required: Literal[True] = True, minimum: int | None = None) -> Decimal: ...
    @overload
    def decimal(self, key: str, *, required: bool, minimum: int | None = None) -> Decimal | None: ...
    def decimal(self, key: str, *, required: bool = True, minimum: int | None = None) -> Decimal | None:
        """A number, exact as written; a share is written 0.8."""
        value = self._value(key, required, _is_number, lazy("Phải là số."))
        self._check_minimum(key, value, minimum)
        if value is None:
            return Decimal(0) if required else None
        return Decimal(value)

    @overload
    def date(self, key: str, *, required: Literal[True] = True) -> date: ...
    @overload
    def date(self, key: str, *, required: bool) -> date | None: ...
    def date(self, key: str, *, required: bool = True) -> date | None:
        """A day, written 2025-07-01 without quotes."""
        message = lazy("Phải là ngày, viết như 2025-07-01, không có ngoặc kép.")
        value: date | None = self._value(key, required, _is_day, message)
        return date.min if value is None and required else value

    def boolean(self, key: str, *, required: bool = False, default: bool = False) -> bool:
        """true or false; `default` when it is absent."""
        message = lazy("Phải là true hoặc false.")
        value: bool | None = self._value(key, required, _is_boolean, message)
        return default if value is None else value

    def strings(self, key: str, *, required: bool = True) -> tuple[str, ...]:
        """A list of texts, each of them once."""
        found: list[str] = []
        for index, value in enumerate(self._list(key, required), start=1):
            place = f"{key}[{index}]"
            if not isinstance(value, str) or not _tidy(value):
                self.report(place, lazy("Phải là chữ trong ngoặc kép."))
            elif _tidy(value) in found:
                self.report(place, lazy("“%(value)s” bị lặp lại.", value=_tidy(value)))
            else:
                found.append(_tidy(value))
        return tuple(found)

    def table_of(self, key: str, *, required: bool = True) -> Reader | None:
        """The reader of a table inside this one, or None where it is absent or wrong."""
        found = self._value(key, required, _is_table, lazy("Phải là một bảng."))
        return None if found is None else Reader(found, self.at(key), self.problems)

    def tables(
        self,
        key: str,
        *,
        required: bool = True,
        place: Callable[[int, Mapping[str, Any]], str] | None = None,
    ) -> tuple[Reader, ...]:
        """A reader for each table of a list; `place(index from 1, table)` names it, else `key[index]`."""
        readers: list[Reader] = []
        for index, value in enumerate(self._list(key, required), start=1):
            if not isinstance(value, dict):
                self.report(f"{key}[{index}]", lazy("Phải là một bảng."))
                continue
            name = place(index, value) if place else self.at(f"{key}[{index}]")
            readers.append(Reader(value, name, self.problems))
        return tuple(readers)

    def finish(self) -> None:
        """Report the keys that nothing asked for: usually a word mistyped."""
        for key in self.table:
            if key not in self._known:
                self.report(key, lazy("Không có mục nào tên “%(key)s”.", key=key))

    def _list(self, key: str, required: bool) -> list[Any]:
        value = self._value(key, required, _is_list, lazy("Phải là một danh sách."))
        if value == [] and required:
            self.report(key, lazy("Không được để trống."))
        return value or []

    def _value(self, key: str, required: bool, is_right: Callable[[Any], bool], message: LazyText) -> Any:
        self._known.add(key)
        if key not in self.table:
            if required:
                self.report(key, lazy("Thiếu mục này."))
            return None
        value = self.table[key]
        if is_right(value):
            return value
        self.report(key, message)
        return None

    def _check_minimum(self, key: str, value: int | Decimal | None, minimum: int | None) -> None:
        if value is not None and minimum is not None and value < minimum:
            self.report(key, lazy("Phải từ %(minimum)s trở lên.", minimum=minimum))


def _tidy(text: str) -> str:
    return normalize("NFC", text).strip()


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict)


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_integer(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return _is_integer(value) or (isinstance(value, Decimal) and value.is_finite())


def _is_day(value: Any) -> bool:
    return isinstance(value, date) and not isinstance(value, datetime)
