"""The messages of the code, and the catalogues that translate them.

Both `python -m translations.update` and `python -m translations.check` stand on this module.
Catalogues are written with a fixed header and without line numbers or dates, so that a change to
one sentence is a change to a few lines.
"""

from __future__ import annotations

import contextlib
import tempfile
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("app.py", "survey", "forms", "translations", "analytics")
SOURCE_LOCALE = "vi"
LINE_WIDTH = 100

_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: long-dan\\n"
"Language: {locale}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def extract(root: Path = ROOT) -> Catalog:
    """Every message of the Python modules and templates under `root`, by pyproject's `[tool.babel]`."""
    sources = [name for name in SOURCES if (root / name).exists()]
    # Babel notes places relative to the working directory.
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(root):
        template = Path(folder) / "messages.pot"
        options = [
            "--mapping-file",
            str(ROOT / "pyproject.toml"),
            "--keywords",
            "lazy",
            "--add-location=file",
        ]
        command = ["pybabel", "--quiet", "extract", *options, "--output-file", str(template), *sources]
        CommandLineInterface().run(command)  # type: ignore[no-untyped-call]
        return _read(template, None)


def catalogue_path(locale: str, root: Path = ROOT) -> Path:
    return root / "translations" / locale / "LC_MESSAGES" / "messages.po"


def read_catalogue(locale: str, root: Path = ROOT) -> Catalog:
    """The catalogue of a language, an empty one where it has none yet."""
    path = catalogue_path(locale, root)
    return _read(path, locale) if path.exists() else Catalog(locale)


def write_catalogue(catalogue: Catalog, root: Path = ROOT) -> None:
    path = catalogue_path(str(catalogue.locale), root)
    path.parent.mkdir(parents=True, exist_ok=True)
    body = BytesIO()
    write_po(
        body,
        catalogue,
        width=LINE_WIDTH,
        omit_header=True,
        ignore_obsolete=True,
        include_lineno=False,
        sort_by_file=True,
    )
    header = _HEADER.format(locale=catalogue.locale, plural_forms=catalogue.plural_forms)
    path.write_text(header + body.getvalue().decode(), encoding="utf-8")


def list_messages(catalogue: Catalog) -> list[Message]:
    """The messages without the header."""
    return [message for message in catalogue if message.id]


def _read(path: Path, locale: str | None) -> Catalog:
    with path.open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)
