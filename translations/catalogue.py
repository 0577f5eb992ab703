"""The interface's words in the language of the moment, in requests, commands and documents alike.

Message ids are the Vietnamese sentences themselves, so the code reads as the page does. The
catalogues are compiled in memory from the .po files: there is no build step and nothing stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations
from jinja2 import Environment
from markupsafe import escape

LOCALES = ("vi", "en")
DEFAULT_LOCALE = "vi"

_locale: ContextVar[str] = ContextVar("locale", default=DEFAULT_LOCALE)


def get_locale() -> str:
    return _locale.get()


@contextmanager
def use_locale(locale: str) -> Iterator[None]:
    """Speak `locale` inside the block; an unknown one falls back to Vietnamese."""
    token = _locale.set(locale if locale in LOCALES else DEFAULT_LOCALE)
    try:
        yield
    finally:
        _locale.reset(token)


@cache
def _translations(locale: str) -> Translations:
    path = Path(__file__).parent / locale / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as source:
        catalogue = read_po(source, locale=locale)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str, /, **values: object) -> str:
    text = _translations(get_locale()).ugettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, n: int, /, **values: object) -> str:
    """`%(n)s` stands for the number; give `n` again in `values` when it needs a format."""
    return _translations(get_locale()).ungettext(singular, plural, n) % {"n": n, **values}


def pgettext(context: str, message: str, /, **values: object) -> str:
    text = _translations(get_locale()).upgettext(context, message)
    return text % values if values else text


class LazyText:
    """A message that is translated when it is read, for constants and errors."""

    __slots__ = ("message", "values")

    def __init__(self, message: str, values: dict[str, object]) -> None:
        self.message = message
        self.values = values

    def __str__(self) -> str:
        return gettext(self.message, **self.values)

    def __repr__(self) -> str:
        return f"LazyText({self.message!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LazyText) and (self.message, self.values) == (other.message, other.values)

    def __hash__(self) -> int:
        return hash(self.message)

    def __html__(self) -> str:
        return str(escape(str(self)))


def lazy(message: str, /, **values: object) -> LazyText:
    return LazyText(message, values)


def install_jinja(environment: Environment) -> None:
    """Give templates `_()`, `ngettext()` and `{% trans %}` in the current language."""
    environment.add_extension("jinja2.ext.i18n")
    environment.install_gettext_callables(gettext, _choose_plural, newstyle=True, pgettext=pgettext)  # type: ignore[attr-defined]


def _choose_plural(singular: str, plural: str, n: int) -> str:
    """Jinja fills in the values itself; `n` must be among them, formatted."""
    return _translations(get_locale()).ungettext(singular, plural, n)
