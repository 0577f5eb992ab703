"""The closed list of papers: what each is called, who may have it, and what writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from analytics.papers.announcement import write_announcement
from analytics.papers.letterheads import Letterhead
from analytics.papers.material import Material
from analytics.papers.minutes import write_minutes
from analytics.papers.notice import write_notice
from analytics.papers.report import write_report
from analytics.papers.summary import write_summary
from survey.frames import Conflict
from translations.catalogue import LazyText, lazy

MINUTES = "bien-ban"
EVIDENCE = "ho-so"
"""Names the pack of everything (analytics.papers.evidence)."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TEXT = "text/plain; charset=utf-8"
_FRONT_ONLY = (Letterhead.MTTQ,)
_BOTH = (Letterhead.MTTQ, Letterhead.UBND)


@dataclass(frozen=True)
class PaperKind:
    """A paper; a complete one is for those in charge, any other holds what everybody may read."""

    key: str
    name: LazyText
    file_name: str
    media_type: str
    is_complete: bool
    letterheads: tuple[Letterhead, ...]
    write: Callable[[Material, Letterhead, int | None], bytes]


KINDS: Mapping[str, PaperKind] = {
    kind.key: kind
    for kind in (
        PaperKind(
            MINUTES,
            lazy("Biên bản kiểm phiếu từng thôn"),
            "bien-ban-kiem-phieu.docx",
            DOCX,
            True,
            _FRONT_ONLY,
            lambda material, _, unit_id: write_minutes(material, unit_id),
        ),
        PaperKind(
            "tong-hop",
            lazy("Bảng tổng hợp từ thôn lên xã"),
            "bang-tong-hop.docx",
            DOCX,
            True,
            _BOTH,
            lambda material, letterhead, _: write_summary(material, letterhead),
        ),
        PaperKind(
            "bao-cao",
            lazy("Báo cáo kết quả"),
            "bao-cao-ket-qua.docx",
            DOCX,
            True,
            _BOTH,
            lambda material, letterhead, _: write_report(material, letterhead),
        ),
        PaperKind(
            "niem-yet",
            lazy("Bản niêm yết"),
            "ban-niem-yet.docx",
            DOCX,
            False,
            _BOTH,
            lambda material, letterhead, _: write_notice(material, letterhead),
        ),
        PaperKind(
            "bai-phat-thanh",
            lazy("Bài phát thanh"),
            "bai-phat-thanh.txt",
            TEXT,
            False,
            _FRONT_ONLY,
            lambda material, *_: write_announcement(material).encode(),
        ),
    )
}


def write_paper(
    material: Material, key: str, letterhead: Letterhead = Letterhead.MTTQ, unit_id: int | None = None
) -> bytes:
    """A paper of this kind; `unit_id` asks for the minutes of one village.

    Raises:
        DomainError: the kind does not carry this letterhead, or is not of single villages.
    """
    kind = KINDS[key]
    if letterhead not in kind.letterheads:
        raise Conflict(lazy("%(name)s chỉ lập theo thể thức của Mặt trận.", name=kind.name))
    if unit_id is not None and key != MINUTES:
        raise Conflict(lazy("Chỉ biên bản kiểm phiếu lập riêng được cho từng thôn."))
    return kind.write(material, letterhead, unit_id)
