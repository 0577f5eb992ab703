"""Bring the catalogues up to the code: `python -m translations.update` (`make translate`).

Vietnamese is filled by itself, since a message id is the Vietnamese sentence; other languages get
an empty place to fill. What the code no longer says is dropped; nothing is guessed.
"""

from __future__ import annotations

import copy
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message

from translations.catalogue import LOCALES
from translations.messages import ROOT, SOURCE_LOCALE, extract, list_messages, read_catalogue, write_catalogue


def update(root: Path = ROOT) -> dict[str, int]:
    """Rewrite every catalogue under `root`; the number of messages each still has to translate."""
    template = extract(root)
    return {locale: _update_one(template, locale, root) for locale in LOCALES}


def _update_one(template: Catalog, locale: str, root: Path) -> int:
    catalogue = read_catalogue(locale, root)
    # A copy, since Babel puts the template's own messages into the catalogue.
    catalogue.update(copy.deepcopy(template), no_fuzzy_matching=True, update_creation_date=False)
    if locale == SOURCE_LOCALE:
        for message in list_messages(catalogue):
            message.string = _own_words(message)
    write_catalogue(catalogue, root)
    return sum(not all(_forms(message)) for message in list_messages(catalogue))


def _own_words(message: Message) -> str | tuple[str, ...]:
    """The id as its own translation; Vietnamese has one form for any number, the general one."""
    return message.id if isinstance(message.id, str) else (message.id[1],)


def _forms(message: Message) -> tuple[str, ...]:
    string = message.string or ""
    return (string,) if isinstance(string, str) else tuple(string)


def main() -> int:
    for locale, missing in update().items():
        print(f"{locale}: " + (f"{missing} to translate" if missing else "complete"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
