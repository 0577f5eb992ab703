"""A PDF as an independent reader sees it: rendered, scanned, read as text."""

from __future__ import annotations

import pypdfium2 as pdfium
import zxingcpp


def list_pages(pdf: bytes) -> list[pdfium.PdfPage]:
    document = pdfium.PdfDocument(pdf)
    return [document[index] for index in range(len(document))]


def scan(page: pdfium.PdfPage, dots_per_inch: int, *, grey: bool = False) -> list[str]:
    bitmap = page.render(scale=dots_per_inch / 72, grayscale=grey)
    found = zxingcpp.read_barcodes(bitmap.to_pil().convert("L"))
    return [barcode.text for barcode in found]


def read(page: pdfium.PdfPage, **bounds: float) -> str:
    text = page.get_textpage()
    try:
        return " ".join(text.get_text_bounded(**bounds).split())
    finally:
        text.close()


def find_outermost_ink(page: pdfium.PdfPage) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of everything that is not white, as shares of the page."""
    image = page.render(scale=1).to_pil().convert("L").point(lambda value: 255 if value < 250 else 0)
    box = image.getbbox()
    assert box is not None
    return box[0] / image.width, box[1] / image.height, box[2] / image.width, box[3] / image.height
