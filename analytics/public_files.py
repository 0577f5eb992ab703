"""The public data set of a published result: its files, byte for byte the same for the same result."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from sqlalchemy.orm import Session

from analytics.exports import write_codebook_csv, write_csv, write_json
from analytics.method import write_method
from analytics.results import build_result
from analytics.summary import write_summary
from translations.catalogue import LazyText, lazy

DATA, TABLE, CODEBOOK = "ket-qua.json", "ket-qua.csv", "bang-ma.csv"
SUMMARY, METHOD, SUMS = "tom-tat.json", "phuong-phap.txt", "SHA256SUMS"
FILE_NAMES: Mapping[str, LazyText] = {
    DATA: lazy("số liệu kèm bảng mã, cho máy đọc"),
    TABLE: lazy("số liệu dạng bảng, mở bằng Excel"),
    CODEBOOK: lazy("bảng mã: từng cột, từng câu hỏi, công thức và căn cứ"),
    SUMMARY: lazy("tóm tắt, chính là số liệu của trang này"),
    METHOD: lazy("cách tính và cách giữ kín số liệu nhỏ"),
    SUMS: lazy("mã kiểm SHA-256 của các tệp trên"),
}


def write_public_files(session: Session, round_id: int, min_base: int) -> Mapping[str, bytes]:
    """The standing result as JSON and CSV with codebook, summary, note on method, and the hashes of all.

    Small bases are suppressed, and so is what would give a small group away beside a result that was
    published before.
    """
    result = build_result(session, round_id, min_base)
    files = {
        DATA: write_json(result),
        TABLE: write_csv(result),
        CODEBOOK: write_codebook_csv(result),
        SUMMARY: write_summary(result),
        METHOD: write_method(min_base),
    }
    return {**files, SUMS: write_sums(files)}


def write_sums(files: Mapping[str, bytes]) -> bytes:
    """As `sha256sum` writes and reads them."""
    lines = [f"{sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items())]
    return "".join(lines).encode()
