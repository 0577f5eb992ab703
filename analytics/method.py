"""How results are computed and small ones kept secret: one text, for the public page and the files."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.codebook import COLUMNS, SHAPES, Indicator, list_indicators
from translations.catalogue import LazyText, lazy, use_locale
from translations.numbers import format_count

TITLE = lazy("Cách tính và cách giữ kín số liệu nhỏ")
LEAD = lazy(
    "Mỗi hộ một phiếu, không ghi tên. Mọi tỷ lệ đều kèm tử số và mẫu số; đạt hay chưa đạt được xét trên số "
    "phiếu, không xét trên tỷ lệ đã làm tròn."
)
RATES = (
    lazy(
        "Tỷ lệ hài lòng chung là câu hỏi cuối của phiếu, tính riêng; không phải trung bình của các nội dung."
    ),
    lazy(
        "Bộ quy định của từng đợt cho biết mẫu số là phiếu hợp lệ hay phiếu có trả lời nội dung đó; bộ quy "
        "định được chốt khi mở đợt."
    ),
    lazy(
        "Chưa đủ tỷ lệ hộ tham gia thì không kết luận về sự hài lòng. Thôn không có phiếu thì không có tỷ lệ "
        "và được nêu tên."
    ),
    lazy("Chỉ số phản hồi thường xuyên là thang năm mức, một phép đo khác, không gộp với tỷ lệ hài lòng."),
)
TABLES = lazy("Chỉ có những dạng bảng sau, trên mọi trang và trong mọi tệp tải về; không có dạng nào khác.")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what is said under it, point by point."""

    heading: LazyText
    points: tuple[LazyText, ...]


def list_all_indicators() -> list[Indicator]:
    return [
        *list_indicators("satisfaction", "valid", counts_issued=True),
        *list_indicators("pulse", "answered", counts_issued=False),
    ]


def tell_secrecy(min_base: int) -> Section:
    """What is hidden of a result, k being the least base that is told."""
    return Section(
        lazy("Số liệu nhỏ được ẩn"),
        (
            lazy("Số liệu có mẫu số từ 1 đến dưới %(k)s phiếu được ẩn.", k=format_count(min_base)),
            lazy("Có thể ẩn thêm số liệu khác, để không ai lấy tổng trừ đi mà ra được số đã ẩn."),
            lazy(
                "Kết quả sửa lại thì ẩn cả những số mà ai đem so với bản đã công bố trước sẽ biết được câu "
                "trả lời của vài phiếu."
            ),
            lazy(
                "Tử số nhỏ trên mẫu số lớn không bị ẩn: 2 phiếu chưa hài lòng trên 1.217 phiếu vẫn được "
                "công bố."
            ),
            lazy(
                "Khi đợt còn mở, không ai xem được câu trả lời. Lý do bà con ghi được đọc duyệt, xóa tên và "
                "số điện thoại rồi mới đăng, không kèm tên thôn."
            ),
        ),
    )


PROOFS = Section(
    lazy("Kiểm tra số liệu đã công bố"),
    (
        lazy(
            "Mỗi kết quả có một bản ghi đầy đủ, giữ tại hệ thống. Mã kiểm SHA-256 của bản ghi được công bố; "
            "sửa một chữ trong bản ghi là mã ấy không còn khớp."
        ),
        lazy(
            "Tệp đã công bố được giữ nguyên từng byte. Tệp SHA256SUMS ghi mã kiểm của từng tệp; tải các tệp "
            "về một thư mục rồi chạy: sha256sum -c SHA256SUMS"
        ),
        lazy(
            "Lệnh “flask --app app results verify” của phần mềm này tính lại các tổng và kết luận trong tệp; "
            "người được xem bản ghi đầy đủ thì dùng lệnh ấy tính lại từng số."
        ),
        lazy(
            "Khi có sai sót, kết quả sửa lại được công bố thành bản mới kèm lý do; bản cũ vẫn đọc được và "
            "được đánh dấu."
        ),
    ),
)


def write_method(min_base: int) -> bytes:
    """The whole note as plain text, in Vietnamese."""
    with use_locale("vi"):
        lines = [str(TITLE), "", str(LEAD)]
        for one in list_all_indicators():
            lines += ["", f"{one.name}: {one.formula}", f"  {one.numerator}", f"  / {one.denominator}"]
        for heading, points in (
            (lazy("Các chỉ tiêu"), RATES),
            (
                lazy("Những bảng được công bố"),
                (TABLES, *(f"{text} ({code})" for code, text in SHAPES.items())),
            ),
            *((one.heading, one.points) for one in (tell_secrecy(min_base), PROOFS)),
            (lazy("Các cột trong tệp tải về"), [f"{name}: {text}" for name, text in COLUMNS.items()]),
        ):
            lines += ["", str(heading), "", *(f"- {point}" for point in points)]
    return "\n".join([*lines, ""]).encode()
