"""Papers as whoever opens them finds them."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

SOFFICE = shutil.which("soffice")
needs_office = pytest.mark.skipif(
    SOFFICE is None, reason="no LibreOffice (soffice) on this machine to open the papers with"
)


def open_paper(content: bytes) -> Any:
    """The document, untyped: much of it may be missing, and then a test fails there."""
    return docx.Document(BytesIO(content))


def read_text(content: bytes) -> str:
    """All words of the pages in their order."""
    return "\n".join(map(_read_line, open_paper(content).element.body.iter(qn("w:p"))))


def read_tables(content: bytes) -> list[list[list[str]]]:
    """The ruled tables: rows of cells, a stretched cell once."""
    tables = [table for table in open_paper(content).tables if table.style.name == "Table Grid"]
    return [
        [
            ["\n".join(map(_read_line, cell.iter(qn("w:p")))) for cell in row.iter(qn("w:tc"))]
            for row in table._tbl.iter(qn("w:tr"))
        ]
        for table in tables
    ]


def _read_line(line) -> str:
    """A paragraph, its no-break spaces as plain ones."""
    parts = (part.text or "" if part.tag == qn("w:t") else "\n" for part in line.iter(qn("w:t"), qn("w:br")))
    return "".join(parts).replace("\N{NO-BREAK SPACE}", " ")


def find_row(tables: list[list[list[str]]], *beginning: str) -> list[str]:
    """The first row that begins with these cells."""
    for table in tables:
        for row in table:
            if row[: len(beginning)] == list(beginning):
                return row
    raise AssertionError(f"no row begins with {beginning}")


def render(content: bytes, folder: Path) -> list[str]:
    """The pages that LibreOffice makes of a paper, as words; letters that its font lacks are out of place."""
    assert SOFFICE is not None
    source = folder / "paper.docx"
    source.write_bytes(content)
    command = [SOFFICE, f"-env:UserInstallation=file://{folder}/office", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(folder), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    with pypdfium2.PdfDocument(source.with_suffix(".pdf")) as pdf:
        return [page.get_textpage().get_text_bounded() for page in pdf]
