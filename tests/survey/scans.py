"""Scans as officers' machines write them: PDFs of one page, old and new in kind, and pictures."""

from __future__ import annotations

import zlib
from io import BytesIO

from PIL import Image

_CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
_PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"


def write_pdf(*objects: bytes, padding: bytes = b"") -> bytes:
    """A PDF with a table of cross-references: one page unless other objects are given, and padding."""
    stream = b"<< /Length %d >>\nstream\n%b\nendstream" % (len(padding), padding)
    body, places = b"%PDF-1.4\n", []
    for number, content in enumerate([*(objects or (_CATALOG, _PAGES, _PAGE)), stream], start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return body + (
        b"xref\n0 %(count)d\n0000000000 65535 f \n%(table)btrailer\n<< /Size %(count)d /Root 1 0 R >>\n"
        b"startxref\n%(place)d\n%%%%EOF\n" % {b"count": len(places) + 1, b"table": table, b"place": len(body)}
    )


def write_packed_pdf(*, bomb: int = 0) -> bytes:
    """The same page in an object stream, with a cross-reference stream, as newer apps write it.

    `bomb` noughts stand packed before it, in a stream of the same kind.
    """
    before = zlib.compress(bytes(bomb), 9)
    parts = (_CATALOG, _PAGES, _PAGE)
    places = [sum(len(one) + 1 for one in parts[:place]) for place in range(3)]
    head = b" ".join(b"%d %d" % (number, place) for number, place in enumerate(places, start=1)) + b" "
    packed = zlib.compress(head + b" ".join(parts))
    body = b"%%PDF-1.7\n4 0 obj\n<< /Type /ObjStm /N 0 /First 0 /Filter /FlateDecode /Length %d >>\n" % len(
        before
    )
    first = len(b"%PDF-1.7\n")
    body += b"stream\n" + before + b"\nendstream\nendobj\n"
    second = len(body)
    body += b"5 0 obj\n<< /Type /ObjStm /N 3 /First %d /Filter /FlateDecode /Length %d >>\nstream\r\n" % (
        len(head),
        len(packed),
    )
    body += packed + b"\nendstream\nendobj\n"
    rows = [(0, 0, 0), (2, 5, 0), (2, 5, 1), (2, 5, 2), (1, first, 0), (1, second, 0), (1, len(body), 0)]
    table = zlib.compress(b"".join(b"%c%b%c" % (kind, n.to_bytes(4, "big"), i) for kind, n, i in rows))
    cross_reference = (
        b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>\n"
        b"stream\n%b\nendstream\nendobj\n" % (len(table), table)
    )
    return body + cross_reference + b"startxref\n%d\n%%%%EOF\n" % len(body)


def draw_picture(
    kind: str, size: tuple[int, int] = (40, 60), *, mode: str = "RGB", **options: object
) -> bytes:
    """A picture in this format of Pillow's, grey all over."""
    out = BytesIO()
    Image.new(mode, size, color="gray").save(out, kind, **options)
    return out.getvalue()
