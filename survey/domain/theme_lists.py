"""Lists of themes: the one that ships as TOML, and the plain lines in which people write their own.

    Đường giao thông: đường, cầu cống, ổ gà, "chợ"
    Không tính: yêu cầu, nhà nước
    gt = giao thông
    # ghi chú

A line names a theme and its keywords, or says what an abbreviation stands for. A keyword in quotes counts
only with its accents. Every mistake is told with its line, all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from forms.criteria import shipped_criteria
from forms.problems import Problem, Reader, raise_problems, read_toml
from forms.wording import Text
from survey.domain.errors import DomainError
from survey.domain.names import fold, name_key
from survey.domain.themes import OTHER, OTHER_NAME, Keyword, Theme, ThemeList
from translations.catalogue import LazyText, lazy

FILE = Path(__file__).parents[1] / "data" / "themes.toml"
LONGEST_LIST = 40_000
"""Characters."""
MOST_THEMES = 60
LONGEST_NAME = 60
MOST_WORDS = 8
"""Words of one keyword."""
IGNORED_LINE = "Không tính"
_CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_QUOTES = re.compile(r"[\"“”„«»]")


class InvalidThemes(DomainError):
    """A list that cannot be kept; `problems` says why, line by line."""

    def __init__(self, problems: Iterable[LazyText]) -> None:
        super().__init__(lazy("Danh sách chưa đúng, xin xem từng dòng."))
        self.problems = tuple(problems)


@cache
def shipped_themes() -> ThemeList:
    """The list that comes with the product."""
    return load_themes(FILE)


def load_themes(path: Path) -> ThemeList:
    """Read a TOML file; raises `DataError` with all its problems."""
    table, problems = read_toml(path)
    reader = Reader(table, "", problems)
    reader.choice("status", ("draft", "official"))
    reader.text("source")
    short = reader.table_of("abbreviations", required=False)
    abbreviations = tuple((key, short.text(key)) for key in short.table) if short else ()
    ignored = tuple(map(_read_keyword, reader.strings("ignored", required=False)))
    themes = tuple(_read_theme(one) for one in reader.tables("themes"))
    reader.finish()
    found = ThemeList(themes, ignored, abbreviations)
    problems += [Problem("", message) for message in _find_repeated(found)]
    raise_problems(problems, path.name)
    return found


def _read_theme(reader: Reader) -> Theme:
    theme = Theme(
        code=reader.text("code", pattern=_CODE),
        name=reader.texts("name"),
        keywords=tuple(map(_read_keyword, reader.strings("keywords"))),
        criterion=reader.choice("criterion", tuple(shipped_criteria()), required=False),
    )
    reader.finish()
    return theme


def _read_keyword(text: str) -> Keyword:
    bare = " ".join(_QUOTES.sub(" ", text).split())
    return Keyword(bare, exact=bool(_QUOTES.match(text.strip())))


def _find_repeated(found: ThemeList) -> Iterator[LazyText]:
    owners: dict[tuple[str, ...], str] = {}
    groups = [(one.name.say("vi"), one.keywords) for one in found.themes] + [(IGNORED_LINE, found.ignored)]
    for name, keyword in ((name, keyword) for name, keywords in groups for keyword in keywords):
        if keyword.key in owners:
            both = {"word": keyword.text, "one": owners[keyword.key], "other": name}
            yield lazy("Từ khóa “%(word)s” có ở cả “%(one)s” và “%(other)s”.", **both)
        owners.setdefault(keyword.key, name)


def write_list(found: ThemeList) -> str:
    """A list as people read and edit it; `parse_list` gives it back."""
    lines = [f"{theme.name.say('vi')}: {_join(theme.keywords)}" for theme in found.themes]
    if found.ignored:
        lines.append(f"{IGNORED_LINE}: {_join(found.ignored)}")
    lines += [f"{short} = {full}" for short, full in found.abbreviations]
    return "\n".join(lines) + "\n"


def _join(keywords: Iterable[Keyword]) -> str:
    return ", ".join(map(str, keywords))


def parse_list(text: str) -> ThemeList:
    """The list that somebody wrote; raises `InvalidThemes` with every line that is wrong."""
    if len(text) > LONGEST_LIST:
        message = lazy("Danh sách dài quá, tối đa %(limit)s ký tự.", limit=LONGEST_LIST)
        raise InvalidThemes([message])
    parser = _Parser()
    for number, line in enumerate(text.splitlines(), start=1):
        parser.read(number, line.strip())
    return parser.finish()


class _Parser:
    """Reads line after line, and notes every problem instead of stopping."""

    def __init__(self) -> None:
        self.problems: list[LazyText] = []
        self.themes: list[Theme] = []
        self.ignored: tuple[Keyword, ...] = ()
        self.abbreviations: dict[str, str] = {}
        self._lines: dict[tuple[str, ...], int] = {}
        self._names: dict[str, int] = {}

    def read(self, number: int, line: str) -> None:
        if not line or line.startswith("#"):
            return
        if ":" in line:
            self._read_theme(number, *line.split(":", 1))
        elif "=" in line:
            self._read_abbreviation(number, *line.split("=", 1))
        else:
            self._report(number, lazy("Thiếu dấu hai chấm sau tên chủ đề."))

    def finish(self) -> ThemeList:
        if not self.themes and not self.problems:
            self.problems.append(lazy("Danh sách chưa có chủ đề nào."))
        if len(self.themes) > MOST_THEMES:
            self.problems.append(lazy("Nhiều chủ đề quá, tối đa %(limit)s.", limit=MOST_THEMES))
        if self.problems:
            raise InvalidThemes(self.problems)
        return ThemeList(tuple(self.themes), self.ignored, tuple(self.abbreviations.items()))

    def _report(self, number: int, message: LazyText) -> None:
        self.problems.append(lazy("Dòng %(line)s: %(problem)s", line=number, problem=message))

    def _read_theme(self, number: int, name: str, words: str) -> None:
        name = " ".join(name.split())
        keywords = tuple(self._read_keywords(number, words))
        key, code = name_key(name), fold(name).replace(" ", "-")
        if not code:
            self._report(number, lazy("Thiếu tên chủ đề trước dấu hai chấm."))
        elif len(name) > LONGEST_NAME:
            self._report(number, lazy("Tên chủ đề dài quá, tối đa %(limit)s ký tự.", limit=LONGEST_NAME))
        elif code == OTHER or key == name_key(OTHER_NAME.message):
            self._report(number, lazy("“Khác” dành cho ý kiến không thuộc chủ đề nào, xin đặt tên khác."))
        elif code in self._names:
            self._report(number, lazy("Tên chủ đề này đã có ở dòng %(line)s.", line=self._names[code]))
        elif not keywords:
            self._report(number, lazy("Chủ đề này chưa có từ khóa nào."))
        self._names.setdefault(code, number)
        if key == name_key(IGNORED_LINE):
            self.ignored = keywords
        else:
            self.themes.append(_make_theme(name, code, keywords))

    def _read_keywords(self, number: int, words: str) -> Iterator[Keyword]:
        for piece in filter(str.strip, words.split(",")):
            keyword = _read_keyword(piece)
            before = self._lines.get(keyword.key)
            if not any(char.isalpha() for char in keyword.text) or len(keyword.text) < 2:
                self._report(number, lazy("“%(word)s” không phải từ khóa.", word=piece.strip()))
            elif len(keyword.key) > MOST_WORDS:
                limit = {"word": keyword.text, "limit": MOST_WORDS}
                self._report(number, lazy("Từ khóa “%(word)s” dài quá %(limit)s tiếng.", **limit))
            elif before is not None and before != number:
                known = {"word": keyword.text, "line": before}
                self._report(number, lazy("Từ khóa “%(word)s” đã có ở dòng %(line)s.", **known))
            elif before is None:
                self._lines[keyword.key] = number
                yield keyword

    def _read_abbreviation(self, number: int, short: str, full: str) -> None:
        short, full = name_key(short), " ".join(full.split())
        if not short or " " in short:
            self._report(number, lazy("Chữ viết tắt phải là một chữ liền, ví dụ: gt = giao thông."))
        elif not fold(full):
            self._report(number, lazy("Thiếu chữ đầy đủ của “%(word)s”.", word=short))
        elif short in self.abbreviations:
            self._report(number, lazy("Chữ viết tắt “%(word)s” đã có ở dòng trên.", word=short))
        else:
            self.abbreviations[short] = full


def _make_theme(name: str, code: str, keywords: tuple[Keyword, ...]) -> Theme:
    """A theme by its name; one that keeps a shipped name keeps its code, criterion and English name."""
    for shipped in shipped_themes().themes:
        if name_key(shipped.name.say("vi")) == name_key(name):
            return Theme(shipped.code, shipped.name, keywords, shipped.criterion)
    return Theme(code, Text.of({"vi": name}), keywords)
