"""The typefaces of everything printed, shipped with the project and embedded in each PDF."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from unicodedata import normalize

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONTS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "fonts"
REGULAR = "BeVietnamPro"
BOLD = "BeVietnamPro-Bold"
MONO = "JetBrainsMono-Bold"
"""For codes and addresses: 0 is not O, 1 is not l, 5 is not S, and every character is as wide."""

_FILES = {
    REGULAR: "be-vietnam-pro/BeVietnamPro_400Regular.ttf",
    BOLD: "be-vietnam-pro/BeVietnamPro_700Bold.ttf",
    MONO: "jetbrains-mono/JetBrainsMono_700Bold.ttf",
}


@cache
def register_fonts() -> None:
    """Make the fonts known to reportlab, once per process."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(FONTS / file)))


@cache
def _glyphs(font: str) -> frozenset[int]:
    register_fonts()
    registered = pdfmetrics.getFont(font)
    return frozenset(registered.face.charToGlyph)  # type: ignore[attr-defined]


def make_printable(text: str, font: str) -> str:
    """The text in NFC on one line, without what the font can't draw (emoji, control characters)."""
    known = _glyphs(font)
    spaced = "".join(" " if c in "\t\n\r\v\f" else c for c in normalize("NFC", text))
    return " ".join("".join(c for c in spaced if ord(c) in known).split(" ")).strip()


def measure(text: str, font: str, size: float) -> float:
    """The width of a line in points."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, font, size))
