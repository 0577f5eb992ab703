"""A scan is what opens: PDFs of every kind and pictures, and nothing that only begins like one."""

from __future__ import annotations

import tracemalloc
from io import BytesIO

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from survey.demo.scan import draw_scan
from survey.domain.errors import DomainError
from survey.domain.scans import SCAN_BYTES, find_scan_type
from tests.survey.scans import draw_picture, write_packed_pdf, write_pdf

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
PLAIN, PACKED = write_pdf(), write_packed_pdf()
PHOTO, DRAWING = draw_picture("JPEG"), draw_picture("PNG")


def draw_with_reportlab() -> bytes:
    out = BytesIO()
    canvas = Canvas(out, pageCompression=1)
    canvas.drawString(100, 100, "Bien ban")
    canvas.save()
    return out.getvalue()


def save_with_pdfium() -> bytes:
    out, document = BytesIO(), pypdfium2.PdfDocument.new()
    document.new_page(595, 842)
    document.save(out)
    return out.getvalue()


GOOD = {
    "plain": (PLAIN, PDF),
    "packed": (PACKED, PDF),
    "reportlab": (draw_with_reportlab(), PDF),
    "pdfium": (save_with_pdfium(), PDF),
    "Pillow": (draw_picture("PDF"), PDF),
    "the demo's": (draw_scan("Biên bản", "Đợt"), PDF),
    "a few bytes after its end": (PLAIN + bytes(100), PDF),
    "lines of Windows": (PLAIN.replace(b"startxref\n", b"startxref\r\n"), PDF),
    "PNG": (DRAWING, PNG),
    "PNG of ink alone": (draw_picture("PNG", (4960, 7016), mode="1"), PNG),
    "JPEG": (PHOTO, JPEG),
    "JPEG drawn in steps": (draw_picture("JPEG", progressive=True), JPEG),
    "JPEG for the press": (draw_picture("JPEG", mode="CMYK"), JPEG),
    "JPEG of two": (draw_picture("MPO"), JPEG),
}
BROKEN = {
    "a greeting": b"%PDF-1.4\nhello",
    "an end alone": b"%PDF-1.4\nstartxref\n9\n%%EOF\n",
    "a page that nothing refers to": b"%PDF-1.4\n/Type /Page /Root 1 0 R\nstartxref\n9\n%%EOF\n",
    "no page": write_pdf(b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [] /Count 0 >>"),
    "a lock": PLAIN.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt 4 0 R"),
    "half a PDF": PLAIN[: len(PLAIN) // 2],
    "half a packed PDF": PACKED[: len(PACKED) // 2],
    "four letters for a PNG": b"\x89PNG\r\n\x1a\nxxxx",
    "half a PNG": DRAWING[: len(DRAWING) - 30],
    "a head for a JPEG": b"\xff\xd8\xff\xe0",
    "half a JPEG": PHOTO[: len(PHOTO) // 2],
    "PNG that was changed": DRAWING[:50] + b"\x00\x01\x02" + DRAWING[53:],
}


@pytest.mark.parametrize(("scan", "kind"), GOOD.values(), ids=GOOD)
def test_what_opens_is_taken(scan: bytes, kind: str) -> None:
    assert find_scan_type(scan) == kind


@pytest.mark.parametrize("name", ["plain", "packed"])
def test_our_own_pdfs_open_in_a_reader(name: str) -> None:
    assert len(pypdfium2.PdfDocument(GOOD[name][0])) == 1


@pytest.mark.parametrize("scan", BROKEN.values(), ids=BROKEN)
def test_what_does_not_open_is_refused_in_a_clear_sentence(scan: bytes) -> None:
    with pytest.raises(DomainError, match="Không mở được"):
        find_scan_type(scan)


def test_other_kinds_and_large_files_are_refused() -> None:
    with pytest.raises(DomainError, match="PDF, PNG hoặc JPEG"):
        find_scan_type(draw_picture("GIF"))
    assert find_scan_type(write_pdf(padding=bytes(SCAN_BYTES - 1000))) == PDF
    with pytest.raises(DomainError, match="quá lớn"):
        find_scan_type(write_pdf(padding=bytes(SCAN_BYTES)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_that_would_fill_the_memory_is_refused_before_it_is_decoded(kind: str) -> None:
    scan = draw_picture(kind, (10_000, 7_000), mode="L")
    assert len(scan) < SCAN_BYTES
    with pytest.raises(DomainError, match="quá nhiều điểm ảnh"):
        find_scan_type(scan)


def test_a_pdf_is_unpacked_no_further_than_memory_can_bear() -> None:
    assert find_scan_type(write_packed_pdf(bomb=2**20)) == PDF
    bomb = write_packed_pdf(bomb=2**28)
    tracemalloc.start()
    with pytest.raises(DomainError, match="Không mở được"):
        find_scan_type(bomb)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 2**26


@given(st.sampled_from([PLAIN, PACKED, PHOTO, DRAWING]), st.data())
def test_whatever_the_bytes_are_they_are_taken_or_refused(scan: bytes, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(scan)))
    changed = scan[:place] + data.draw(st.binary(max_size=12)) + scan[place + data.draw(st.integers(0, 12)) :]
    try:
        assert find_scan_type(changed) in (PDF, PNG, JPEG)
    except DomainError:
        return
