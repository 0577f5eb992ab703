"""The evidence pack of a round: everything that its result can be defended with, in one archive.

Entry by entry, so that no more than one of them is in memory, and without a transaction over the whole.
Equal contents give equal bytes: entries stand in a fixed order and carry no time.
"""

from __future__ import annotations

import csv
import io
import zipfile
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from hashlib import sha256
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO

from sqlalchemy.orm import Session

from analytics.exports import WRITERS, check_exportable, make_inert, write_codebook_csv
from analytics.method import write_method
from analytics.papers.announcement import write_announcement
from analytics.papers.material import Material, read_material
from analytics.papers.minutes import write_minutes
from analytics.papers.notice import write_notice
from analytics.papers.report import write_report
from analytics.papers.summary import write_summary
from survey.frames import (
    describe_action,
    list_published_files,
    list_round_events,
    list_scan_lines,
    list_slip_manifests,
    read_published_file,
    read_record_text,
    read_scan,
    write_poster_manifest,
)
from translations.catalogue import DEFAULT_LOCALE, use_locale

Reading = Callable[[], AbstractContextManager[Session]]
"""Begins a reading transaction of its own."""
Entry = tuple[str, Iterable[bytes]]

_ANY_DAY = (1980, 1, 1, 0, 0, 0)
_IN_MEMORY = 8 * 2**20
_SUMS = "SHA256SUMS"
_READ_ME = """\
HỒ SƠ CHỨNG CỨ CỦA ĐỢT LẤY Ý KIẾN

Chỉ dành cho người phụ trách đợt: văn bản và bản ghi có đủ số liệu của cả thôn ít phiếu. Không đăng tải, không
chuyển cho người ngoài. Riêng các thư mục so-lieu và cong-bo đã ẩn số liệu nhỏ.

van-ban     biên bản từng thôn, bảng tổng hợp, báo cáo, bản niêm yết, bài phát thanh
ban-chup    bản chụp văn bản đã ký, kèm danh sách; cột ket_qua là số của kết quả mà văn bản ấy ký xác nhận
so-lieu     số liệu tổng hợp của kết quả hiện hành, kèm bảng mã
cong-bo     các tệp đã công bố, đúng từng byte, theo số của kết quả
ban-ghi     bản ghi đầy đủ của từng kết quả; mã SHA-256 của bản ghi là mã in trên văn bản
phat-hanh   kê khai thẻ mã hộ và áp phích đã in
nhat-ky     nhật ký của đợt

Kiểm tra: mở thư mục này rồi chạy  sha256sum -c SHA256SUMS
"""


def open_spool() -> SpooledTemporaryFile[bytes]:
    """A file that lies in memory as long as it is small."""
    return SpooledTemporaryFile(_IN_MEMORY)


def write_evidence(read: Reading, round_id: int, min_base: int, out: IO[bytes]) -> Material:
    """Write the pack of a closed round's standing result, and return what it was written from.

    Raises:
        DomainError: the round is no finished one, or a drill, which leaves no evidence.
    """
    with read() as session:
        material = read_material(session, round_id, min_base)
    check_exportable(material.result)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, use_locale(DEFAULT_LOCALE):
        sums = [_add(archive, entry) for entry in _list_entries(read, material)]
        _add(archive, (_SUMS, ["".join(sums).encode()]))
    return material


def _add(archive: zipfile.ZipFile, entry: Entry) -> str:
    """Write an entry piece by piece; returns its line of `SHA256SUMS`."""
    name, pieces = entry
    digest = sha256()
    place = zipfile.ZipInfo(name, _ANY_DAY)
    place.compress_type = zipfile.ZIP_DEFLATED
    with archive.open(place, "w") as target:
        for piece in pieces:
            digest.update(piece)
            target.write(piece)
    return f"{digest.hexdigest()}  {name}\n"


def _list_entries(read: Reading, material: Material) -> Iterator[Entry]:
    yield "doc-truoc.txt", [_READ_ME.encode()]
    yield "phuong-phap.txt", [write_method(material.result.min_base)]
    yield from _list_documents(material)
    yield from _list_scans(read, material.facts.id)
    for form, write in WRITERS.items():
        yield f"so-lieu/ket-qua.{form}", [write(material.result)]
    yield "so-lieu/bang-ma.csv", [write_codebook_csv(material.result)]
    yield from _list_kept(read, material)
    yield from _list_printed(read, material.facts.id)
    yield "nhat-ky/nhat-ky.csv", _write_log(read, material.facts.id)


def _list_documents(material: Material) -> Iterator[Entry]:
    yield "van-ban/bien-ban-kiem-phieu.docx", [write_minutes(material)]
    yield "van-ban/bang-tong-hop.docx", [write_summary(material)]
    yield "van-ban/bao-cao-ket-qua.docx", [write_report(material)]
    yield "van-ban/ban-niem-yet.docx", [write_notice(material)]
    yield "van-ban/bai-phat-thanh.txt", [write_announcement(material).encode()]


def _list_scans(read: Reading, round_id: int) -> Iterator[Entry]:
    with read() as session:
        scans = list_scan_lines(session, round_id)
    names = [f"{scan.document_id}.{scan.ending}" for scan in scans]
    rows = [
        (name, str(scan.result or ""), scan.number, scan.title, scan.sha256)
        for name, scan in zip(names, scans, strict=True)
    ]
    yield "ban-chup/danh-sach.csv", _write_csv(("tep", "ket_qua", "so", "trich_yeu", "sha256"), rows)
    for name, scan in zip(names, scans, strict=True):
        with read() as session:
            content = read_scan(session, scan.document_id)
        yield f"ban-chup/{name}", [content]


def _list_kept(read: Reading, material: Material) -> Iterator[Entry]:
    """The records, whose nonces only those in charge may see, and the files as they were published."""
    round_id = material.facts.id
    for line in material.more.history:
        with read() as session:
            record = read_record_text(session, round_id, line.number)
            published = list_published_files(session, round_id, line.number)
        yield f"ban-ghi/ket-qua-{line.number}.json", [record.encode()]
        for file in published:
            with read() as session:
                content = read_published_file(session, round_id, line.number, file.name)
            yield f"cong-bo/{line.number}/{file.name}", [content]


def _list_printed(read: Reading, round_id: int) -> Iterator[Entry]:
    with read() as session:
        manifests = list_slip_manifests(session, round_id)
        posters = write_poster_manifest(session, round_id)
    for batch_id, manifest in manifests:
        yield f"phat-hanh/the-lo-{batch_id}.json", [manifest.encode()]
    yield "phat-hanh/ap-phich.json", [posters.encode()]


def _write_log(read: Reading, round_id: int) -> Iterator[bytes]:
    with read() as session:
        yield from _write_csv(
            ("luc", "tai_khoan", "ho_ten", "viec", "ten_viec", "chi_tiet"),
            (
                (one.at, one.username, one.name, one.action, describe_action(one.action), one.detail)
                for one in list_round_events(session, round_id)
            ),
        )


def _write_csv(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """UTF-8 with a BOM, row by row, with nothing that a spreadsheet would take for a formula."""
    yield BOM_UTF8
    for row in chain([columns], rows):
        line = io.StringIO(newline="")
        csv.writer(line, lineterminator="\r\n").writerow([make_inert(cell) for cell in row])
        yield line.getvalue().encode()
