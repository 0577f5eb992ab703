"""Prove the catalogues complete: `python -m translations.check` (part of `make check`).

Every message of the code stands in every language, with the same placeholders, not fuzzy, in
composed letters (NFC); and no catalogue keeps what the code no longer says.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from translations.catalogue import LOCALES
from translations.messages import ROOT, SOURCE_LOCALE, extract, list_messages, read_catalogue

_PLACEHOLDER = re.compile(r"(?<!%)(?:%%)*%\((\w+)\)")


def find_problems(root: Path = ROOT) -> list[str]:
    """One line per problem, naming language and message; empty when all is well."""
    template = extract(root)
    problems = [problem for message in list_messages(template) for problem in _problems_of_id(message)]
    for locale in LOCALES:
        problems += _problems_of_catalogue(template, read_catalogue(locale, root))
    return problems


def _problems_of_id(message: Message) -> Iterator[str]:
    for text in _ids(message):
        if unicodedata.normalize("NFC", text) != text:
            yield f"code: not in composed letters (NFC): {_quote(message)}"
    if len({frozenset(_PLACEHOLDER.findall(text)) - {"n"} for text in _ids(message)}) > 1:
        yield f"code: singular and plural differ in placeholders: {_quote(message)}"


def _problems_of_catalogue(template: Catalog, catalogue: Catalog) -> Iterator[str]:
    locale = str(catalogue.locale)
    for message in list_messages(template):
        found = catalogue.get(message.id, message.context)
        if found is None:
            yield f"{locale}: missing: {_quote(message)}"
        else:
            yield from (
                f"{locale}: {problem}: {_quote(message)}" for problem in _problems_of(found, catalogue)
            )
    for message in list_messages(catalogue):
        if template.get(message.id, message.context) is None:
            yield f"{locale}: stale, no longer in the code: {_quote(message)}"


def _problems_of(message: Message, catalogue: Catalog) -> Iterator[str]:
    ids, strings = _ids(message), _strings(message)
    if message.fuzzy:
        yield "fuzzy"
    if len(ids) > 1 and len(strings) != catalogue.num_plurals:
        yield f"{len(strings)} plural forms instead of {catalogue.num_plurals}"
    if not all(strings):
        yield "not translated"
        return
    if str(catalogue.locale) == SOURCE_LOCALE and strings != ids[-1:]:
        yield "Vietnamese differs from its id"
    if any(unicodedata.normalize("NFC", text) != text for text in strings):
        yield "not in composed letters (NFC)"
    if any(_edges(text) != _edges(ids[0]) for text in strings):
        yield "begins or ends with other white space"
    yield from _problems_of_placeholders(ids, strings)


def _problems_of_placeholders(ids: tuple[str, ...], strings: tuple[str, ...]) -> Iterator[str]:
    """Each form names what the id names; the number itself may be left out ("one village")."""
    wanted = set(_PLACEHOLDER.findall(ids[-1]))
    optional = {"n"} if len(ids) > 1 else set()
    for text in strings:
        names = set(_PLACEHOLDER.findall(text))
        if names - wanted - optional or wanted - names - optional:
            yield f"placeholders {sorted(names)} instead of {sorted(wanted)}"
        if text.count("%%") != ids[-1].count("%%"):
            yield "another number of %%"


def _ids(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _strings(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _quote(message: Message) -> str:
    context = f"[{message.context}] " if message.context else ""
    return context + repr(_ids(message)[0])


def main() -> int:
    problems = find_problems()
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"catalogues: {len(problems)} problems" if problems else "catalogues: complete")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
