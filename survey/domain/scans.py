"""Scans of signed papers: PDF, PNG or JPEG that a reader can open, judged by bytes and never by name.

A picture is decoded. A PDF is held against what every reader needs – a cross-reference where the file says it
is, a root, no lock, a page – and no more, for phones' scanner apps write all kinds of valid ones.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile

from survey.domain.errors import DomainError
from translations.catalogue import lazy

SCAN_BYTES = 4 * 2**20
SCAN_ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}
"""How a scan's file name ends, by media type."""

_SIGNATURES = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)
_PICTURES = {"image/png": PngImageFile, "image/jpeg": JpegImageFile}
"""Opened by their classes: `Image.open` warns of what is large, where we refuse it."""
_PIXELS = 60_000_000
"""A sheet of A4 at 600 dots an inch has 35 million, the picture of a phone's camera up to 50."""
_BROKEN_PICTURE = (
    OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error, zlib.error
)  # fmt: skip
"""What Pillow raises for bytes that are no picture."""

_END_OF_PDF = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF")
_END_BYTES = 2048
_CROSS_REFERENCE = re.compile(rb"\s*(?:xref\b|\d{1,10}\s+\d{1,5}\s+obj\b)")
_ROOT = re.compile(rb"/Root\s*\d{1,10}\s+\d{1,5}\s+R\b")
_LOCK = re.compile(rb"/Encrypt\s*(?:<<|\d{1,10}\s+\d{1,5}\s+R\b)")
_PAGE = re.compile(rb"/Type\s*/Page(?![A-Za-z])")
_STREAM = re.compile(rb"stream\r?\n")
_STREAM_HEAD_BYTES = 1024
_UNPACKED_BYTES = 16 * 2**20


def find_scan_type(scan: bytes) -> str:
    """The media type of a scan; raises DomainError for another kind, a broken file, or one too large."""
    if len(scan) > SCAN_BYTES:
        raise DomainError(lazy("Bản chụp văn bản quá lớn (tối đa %(size)s MB).", size=SCAN_BYTES // 2**20))
    media_type = next((kind for signature, kind in _SIGNATURES if scan.startswith(signature)), None)
    if media_type is None:
        raise DomainError(lazy("Bản chụp văn bản phải là tệp PDF, PNG hoặc JPEG."))
    if media_type in _PICTURES:
        _check_picture(scan, media_type)
    elif not _opens_as_pdf(scan):
        raise DomainError(
            lazy(
                "Không mở được tệp PDF: tệp hỏng, chưa tải đủ, không có trang nào hoặc có đặt mật khẩu. "
                "Xin quét lại rồi tải lên."
            )
        )
    return media_type


def _check_picture(scan: bytes, media_type: str) -> None:
    try:
        with _PICTURES[media_type](BytesIO(scan)) as picture:
            width, height = picture.size
            if width * height > _PIXELS:
                raise DomainError(
                    lazy(
                        "Ảnh có quá nhiều điểm ảnh (tối đa %(most)s triệu). Xin chụp lại ở cỡ nhỏ hơn.",
                        most=_PIXELS // 10**6,
                    )
                )
            picture.draft("L", (1, 1))  # a JPEG is decoded whole, but kept at an eighth of its size
            picture.load()
    except _BROKEN_PICTURE as problem:
        raise DomainError(
            lazy("Không mở được ảnh: tệp hỏng hoặc chưa tải đủ. Xin chụp lại rồi tải lên.")
        ) from problem


def _opens_as_pdf(scan: bytes) -> bool:
    ends = _END_OF_PDF.findall(scan, max(0, len(scan) - _END_BYTES))
    return (
        bool(ends)
        and _CROSS_REFERENCE.match(scan, int(ends[-1])) is not None
        and _ROOT.search(scan) is not None
        and _LOCK.search(scan) is None
        and (_PAGE.search(scan) is not None or any(map(_PAGE.search, _unpack_objects(scan))))
    )


def _unpack_objects(scan: bytes) -> Iterator[bytes]:
    """The packed objects of a PDF, where newer ones keep their pages; no more than memory can bear."""
    left, done = _UNPACKED_BYTES, 0
    for found in _STREAM.finditer(scan):
        head = scan[max(done, found.start() - _STREAM_HEAD_BYTES) : found.start()]
        done = found.end()
        if b"/ObjStm" not in head or not left:
            continue
        try:
            unpacked = zlib.decompressobj().decompress(memoryview(scan)[done:], left)
        except zlib.error:
            continue
        left -= len(unpacked)
        yield unpacked
