"""What every figure means: the closed list of published tables, their columns, and the formulas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from analytics.disclosure import TableShape
from analytics.results import RoundResult
from analytics.tables import ANY_AT_MOST, INDEX, NO_ANSWER
from forms.criteria import shipped_criteria
from forms.wording import Text
from survey.frames import ANY_NOT_SATISFIED, BALLOT, INVALID
from translations.catalogue import LazyText, lazy, use_locale

RETURNED = "returned"
"""Stands in `option` for all ballots that came back, of the households."""
ISSUED = "issued"
"""Stands in `option` for the households that were handed a form, where the rules test these."""

SHAPES: Mapping[TableShape, LazyText] = {
    TableShape.COMMUNE: lazy("Toàn xã, theo từng câu hỏi"),
    TableShape.VILLAGE: lazy("Theo từng thôn và từng câu hỏi"),
    TableShape.CHANNEL: lazy("Theo từng hình thức gửi phiếu và từng câu hỏi"),
    TableShape.VILLAGE_CHANNEL: lazy("Theo từng thôn, từng hình thức gửi phiếu và từng câu hỏi"),
}

CHANNEL_NAMES: Mapping[str, LazyText] = {
    "online": lazy("Trực tuyến"),
    "assisted": lazy("Có người hỗ trợ"),
    "paper": lazy("Phiếu giấy"),
    "phone": lazy("Điện thoại"),
}

OPTION_NAMES: Mapping[str, LazyText] = {
    NO_ANSWER: lazy("Không trả lời"),
    ANY_NOT_SATISFIED: lazy("Phiếu có ít nhất một nội dung chưa hài lòng"),
    ANY_AT_MOST: lazy("Phiếu có ít nhất một nội dung chưa hài lòng, nhiều nhất có thể"),
    RETURNED: lazy("Phiếu thu về"),
    ISSUED: lazy("Hộ được phát phiếu"),
    INVALID: lazy("Phiếu không hợp lệ"),
    INDEX: lazy("Chỉ số: mức 4 và mức 5"),
    "answered": lazy("Có trả lời"),
    "sum": lazy("Tổng các số đã ghi"),
}

COLUMNS: Mapping[str, LazyText] = {
    "round": lazy("Mã số đợt lấy ý kiến"),
    "result": lazy("Số thứ tự của kết quả: 1 là kết quả đầu, mỗi lần sửa thêm 1"),
    "shape": lazy("Dạng bảng mà dòng này thuộc về"),
    "commune_code": lazy("Mã đơn vị hành chính của xã"),
    "commune": lazy("Tên xã"),
    "village_code": lazy("Mã thôn; “all” là cả xã"),
    "village": lazy("Tên thôn"),
    "channel": lazy("Hình thức gửi phiếu; “all” là mọi hình thức"),
    "question": lazy("Mã câu hỏi; “*” là cả phiếu"),
    "question_text": lazy("Lời câu hỏi"),
    "option": lazy("Mã phương án"),
    "option_label": lazy("Lời phương án"),
    "count": lazy("Số phiếu chọn phương án (tử số); để trống khi bị ẩn"),
    "base": lazy("Số phiếu làm mẫu số; để trống khi bị ẩn"),
    "rate": lazy("count chia base, từ 0 đến 1"),
    "rate_text": lazy("Tỷ lệ viết theo kiểu Việt Nam"),
    "threshold": lazy(
        "Mức quy định cho tỷ lệ này, nếu có; rate_text thêm số lẻ khi làm tròn sẽ khác kết luận"
    ),
    "suppressed": lazy("1 nếu số liệu bị ẩn, 0 nếu không"),
    "suppressed_because": lazy(
        "base: mẫu số dưới k phiếu; complement: ẩn để không trừ ra được số khác; "
        "difference: ẩn để không so với bản đã công bố trước mà ra được số nhỏ"
    ),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """A rate with its formula, for the codebook and the public note on method."""

    key: str
    name: LazyText
    formula: str
    numerator: LazyText
    denominator: LazyText


_VALID = lazy("Số phiếu hợp lệ")
_ANSWERED = lazy("Số phiếu có trả lời nội dung đó")

COVERAGE = Indicator(
    "coverage",
    lazy("Tỷ lệ hộ tham gia"),
    "returned / households",
    lazy("Số phiếu thu về, mỗi hộ một phiếu"),
    lazy("Tổng số hộ đã chốt khi mở đợt"),
)
COVERAGE_ISSUED = Indicator(
    "coverage_issued",
    lazy("Tỷ lệ hộ tham gia, nơi quy định tính theo phiếu phát ra"),
    "Σ min(issued_v, N_v) / households",
    lazy("Số hộ được phát phiếu; phiếu phát ra nhiều hơn số hộ của thôn thì chỉ tính bằng số hộ"),
    COVERAGE.denominator,
)
ANY_AGAINST = Indicator(
    "any_not_satisfied",
    lazy("Phiếu có ít nhất một nội dung chưa hài lòng"),
    "any_not_satisfied / valid … any_at_most / valid",
    lazy(
        "Số phiếu đánh dấu “Chưa hài lòng” ở ít nhất một nội dung; nơi phiếu giấy chỉ được đếm tổng từng "
        "nội dung thì chỉ biết từ any_not_satisfied đến any_at_most phiếu"
    ),
    _VALID,
)
INTERVAL = Indicator(
    "interval",
    lazy("Khoảng của tỷ lệ trên tất cả các hộ"),
    "S / N: P(X ≥ satisfied | S) > 2.5 %, P(X ≤ satisfied | S) > 2.5 %; X ~ hypergeometric(N, S, base)",
    lazy(
        "Số hộ hài lòng có thể có trong tất cả các hộ, độ tin cậy 95 phần trăm; chỉ đúng nếu hộ chưa trả lời "
        "cũng nghĩ như hộ đã trả lời"
    ),
    COVERAGE.denominator,
)
BOUNDS = Indicator(
    "bounds",
    lazy("Giới hạn chắc chắn của tỷ lệ trên tất cả các hộ"),
    "satisfied / N … 1 − not_satisfied / N",
    lazy(
        "Số hộ hài lòng nếu mọi hộ chưa trả lời đều chưa hài lòng, và nếu đều hài lòng; phiếu không hợp lệ "
        "hoặc bỏ trống nội dung đó cũng là chưa trả lời"
    ),
    COVERAGE.denominator,
)
WEIGHTED = Indicator(
    "weighted",
    lazy("Tỷ lệ tính theo số hộ của từng thôn"),
    "Σ N_v · rate_v / Σ N_v",
    lazy("Tỷ lệ của từng thôn có phiếu, nhân với số hộ của thôn; chỉ nêu khi không thôn nào bị ẩn"),
    lazy("Tổng số hộ của các thôn có phiếu"),
)
PULSE_INDEX = Indicator(
    "index",
    lazy("Chỉ số phản hồi thường xuyên"),
    "(level 4 + level 5) / answers",
    lazy("Số phiếu chọn mức 4 hoặc mức 5"),
    _ANSWERED,
)


def list_indicators(kind: str, denominator: str, *, counts_issued: bool) -> list[Indicator]:
    """The indicators of a questionnaire's kind, rates being of 'valid' or of 'answered' ballots."""
    if kind == "pulse":
        return [PULSE_INDEX]
    of = _ANSWERED if denominator == "answered" else _VALID
    formula = f"satisfied / {denominator}"
    satisfied = lazy("Số phiếu chọn “Hài lòng” ở nội dung đó")
    overall = lazy("Số phiếu chọn “Hài lòng” ở câu đánh giá chung")
    return [
        COVERAGE,
        *([COVERAGE_ISSUED] if counts_issued else []),
        Indicator("content", lazy("Tỷ lệ hài lòng từng nội dung"), formula, satisfied, of),
        Indicator("overall", lazy("Tỷ lệ hài lòng chung"), formula, overall, of),
        ANY_AGAINST,
        INTERVAL,
        BOUNDS,
        WEIGHTED,
    ]


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a codebook."""

    section: str
    key: str
    vi: str
    en: str
    formula: str = ""
    numerator: str = ""
    denominator: str = ""
    source: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


FIELDS = tuple(Entry.__dataclass_fields__)


def write_codebook(result: RoundResult) -> list[Entry]:
    """Everything one needs to read a download without asking: papers, columns, shapes, formulas, codes."""
    return [
        *_tell_papers(result),
        *(_of("column", name, text) for name, text in COLUMNS.items()),
        *(_of("shape", shape.value, text) for shape, text in SHAPES.items()),
        *_tell_indicators(result),
        *(_of("channel", code, text) for code, text in CHANNEL_NAMES.items()),
        *_tell_questions(result),
    ]


def _of(section: str, key: str, text: LazyText | Text, **more: str) -> Entry:
    return Entry(section, key, _say(text, "vi"), _say(text, "en"), **more)


def _say(text: LazyText | Text, locale: str) -> str:
    with use_locale(locale):
        return str(text)


def _tell_papers(result: RoundResult) -> Iterator[Entry]:
    facts, rules = result.facts, result.facts.rules
    paper, record = facts.authorisation, facts.record
    told: dict[str, object] = {
        "round": facts.id,
        "tag": facts.tag,
        "title": facts.title,
        "unit": f"{facts.unit_code} {facts.unit}",
        "kind": facts.kind,
        "starts_on": facts.starts_on,
        "last_on": facts.last_on,
        "opened_at": facts.opened_at.isoformat(),
        "closed_at": facts.closed_at and facts.closed_at.isoformat(),
        "households": sum(village.households for village in facts.villages),
        "questionnaire": f"{facts.questionnaire.key} {facts.questionnaire.version}",
        "questionnaire_sha256": facts.questionnaire.digest,
        "snapshot_sha256": facts.sha256,
        "result": record and record.number,
        "because": record and record.because,
        "record_sha256": record and record.sha256,
        "rule_set": rules.key if rules else None,
        "legal_basis": facts.legal_basis,
        "drafts": ", ".join(facts.draft_parts),
        "authorisation": paper and f"{paper.number}, {paper.issued_on.isoformat()}, {paper.issuer}",
        "min_base": result.min_base,
    }
    for key, value in told.items():
        if value not in (None, ""):
            yield Entry("paper", key, str(value), str(value))


def _tell_indicators(result: RoundResult) -> Iterator[Entry]:
    rules, kind = result.facts.rules, result.facts.questionnaire.kind
    denominator, counts_issued = (rules.denominator, rules.counts_issued) if rules else ("valid", False)
    for one in list_indicators(kind, denominator, counts_issued=counts_issued):
        yield _of(
            "indicator",
            one.key,
            one.name,
            formula=one.formula,
            numerator=_say(one.numerator, "vi"),
            denominator=_say(one.denominator, "vi"),
            source=result.facts.legal_basis,
        )


def _tell_questions(result: RoundResult) -> Iterator[Entry]:
    names, criteria = OPTION_NAMES, shipped_criteria()
    told = [option for option, _ in result.tables[BALLOT].options]
    for code in (RETURNED, *([ISSUED] if result.find_issued() else []), *told):
        yield _of("option", f"{BALLOT}.{code}", names[code])
    for code, table in result.tables.items():
        if code == BALLOT:
            continue
        criterion = criteria.get(result.facts.questionnaire.question(code).criterion)
        source = f"{criterion.number}. {criterion.name.say('vi')}; {criterion.source}" if criterion else ""
        yield _of("question", code, table.text, source=source)
        for option, label in table.options:
            yield _of("option", f"{code}.{option}", label or names.get(option, lazy("–")))
        if table.type == "likert5":
            yield _of("option", f"{code}.{INDEX}", names[INDEX])
