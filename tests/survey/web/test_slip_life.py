"""The life of a slip over HTTP, every step of it, in both languages and on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pypdfium2 as pdfium
import pytest
import zxingcpp
from sqlalchemy import select, update

from forms.resident import new_submission_key
from survey.domain.clock import now, today
from survey.domain.codes import Code, new_slip_code, parse_code
from survey.domain.errors import DomainError
from survey.domain.permissions import Role
from survey.services.entry import find_entry
from survey.services.submit import Outcome, submit
from survey.store.ballots import Box
from survey.store.slips import Slip, SlipBatch
from survey.store.staff import AuditEvent
from survey.web.refusals import CLOSED, HOUSEHOLD_RECORDED, NOT_OPEN, VOID
from tests.servers.pages import check_html
from tests.survey.services.communes import ANSWERS
from tests.survey.web.live_rounds import ALL_SATISFIED, PlantedRound, RoundField
from tests.survey.web.staff_browser import add_staff
from tests.survey.web.staff_visits import Officer
from tests.survey.web.visits import Answer, read_form, visit
from translations.catalogue import LazyText, gettext, lazy, use_locale

UNKNOWN = lazy("Không có mã này. Xin xem lại từng chữ trên thẻ, hoặc hỏi người phát thẻ.")
THANKS = lazy("Cảm ơn ông/bà. Phiếu đã được ghi nhận.")


def tell_parsing(code: str) -> LazyText:
    with pytest.raises(DomainError) as problem:
        parse_code(code)
    return problem.value.message


@pytest.fixture(scope="module")
def staffed(field: RoundField) -> RoundField:
    add_staff(field.database, "mttq", (Role.FRONT_COMMUNE, field.commune_id))
    add_staff(field.database, "to-thu", (Role.COLLECTOR, field.commune_id))
    return field


@pytest.fixture(params=["vi", "en"])
def locale(request: pytest.FixtureRequest) -> Iterator[str]:
    """The language of all pages, and of the sentences that the test expects on them."""
    with use_locale(request.param):
        yield request.param


@dataclass(frozen=True)
class Life:
    """A round with its officer and its residents, who all read one language."""

    field: RoundField
    round: PlantedRound
    officer: Officer
    locale: str

    @property
    def slips_page(self) -> str:
        return f"/dot/{self.round.id}/the"

    def issue(self, count: int, **fields: object) -> list[Code]:
        """Issue through the page, and read the codes off the paper."""
        asked = {"village": self.field.village_id, "count": count, "per_page": 8, **fields}
        batch = self.officer.post(self.slips_page, asked, page=self.slips_page)
        assert batch.status == 200, batch.text
        check_html(batch.text)
        return self.read_paper(batch.address)

    def read_paper(self, batch: str) -> list[Code]:
        pdf = self.officer.get(f"{batch}/phan-1.pdf")
        assert pdf.status == 200
        document = pdfium.PdfDocument(pdf.content)
        scanned = [
            barcode.text
            for page in document
            for barcode in zxingcpp.read_barcodes(page.render(scale=150 / 72).to_pil().convert("L"))
        ]
        assert all(url.startswith(f"{self.field.server.url}/") for url in scanned)
        codes = {self.number_of(code): code for code in (parse_code(url[-14:]) for url in scanned)}
        return [codes[number] for number in sorted(codes)]

    def entry(self, code: Code):
        with self.field.database.read() as session:
            return find_entry(session, self.field.secret, code)

    def number_of(self, code: Code) -> int:
        with self.field.database.read() as session:
            entry = find_entry(session, self.field.secret, code)
            assert entry is not None
            return session.scalars(select(Slip.number).where(Slip.code_hash == entry.slip_hash)).one()

    def url(self, code: Code | str) -> str:
        text = code.grouped if isinstance(code, Code) else code
        return f"{self.field.server.url}/{text}?lang={self.locale}"

    def open(self, code: Code | str) -> Answer:
        return visit(self.url(code))

    def send(self, code: Code, form: dict[str, str] | None = None) -> Answer:
        page = form or read_form(self.open(code).text)
        return visit(self.url(code), {**page, **ALL_SATISFIED})

    def submit(self, code: Code, channel: str) -> Outcome:
        """A ballot with a helper at hand or by telephone, as the helpers' page records it."""
        entry = self.entry(code)
        assert entry is not None
        return submit(
            self.field.database, self.field.secret, entry, new_submission_key(), ANSWERS,
            channel=channel, at=now(), min_base=10,
        ).outcome  # fmt: skip

    def return_on_paper(self, numbers: str) -> str:
        address = f"{self.slips_page}/nop-giay"
        with self.field.database.write() as session:
            session.execute(update(SlipBatch).filter_by(round_id=self.round.id).values(printed_at=now()))
        answer = self.officer.post(address, {"numbers": numbers, "step": "write"}, page=address)
        assert answer.status == 200, answer.text
        check_html(answer.text)
        return answer.text

    def withdraw(self, numbers: str, step: str) -> str:
        fields = {"numbers": numbers, "because": "Mất thẻ", "step": step}
        answer = self.officer.post(f"{self.slips_page}/huy", fields, page=self.slips_page)
        assert answer.status == 200, answer.text
        return answer.address

    def state(self, code: Code) -> tuple[str, str | None]:
        number = self.number_of(code)
        with self.field.database.read() as session:
            row = session.scalars(select(Slip).filter_by(round_id=self.round.id, number=number)).one()
            return row.state, row.channel

    def log(self) -> list[tuple[str, dict[str, object]]]:
        """What happened to slips, without the downloads."""
        with self.field.database.read() as session:
            events = session.scalars(
                select(AuditEvent).filter_by(round_id=self.round.id).order_by(AuditEvent.id)
            ).all()
        told = [(event.action, json.loads(event.detail)) for event in events]
        return [(action, detail) for action, detail in told if action != "slips.download"]

    def count_ballots(self) -> int:
        return self.field.count(Box, self.round)


@pytest.fixture
def life(staffed: RoundField, locale: str) -> Life:
    return Life(staffed, staffed.plant(slips=0), Officer(staffed.server.url, "mttq", locale), locale)


def assert_told(answer: Answer, status: int, sentence: LazyText) -> None:
    assert answer.status == status, answer.text
    assert str(sentence) in answer.text
    check_html(answer.text)


def test_every_sentence_has_words_of_its_own_in_english() -> None:
    for sentence in (UNKNOWN, THANKS, VOID.sentence, HOUSEHOLD_RECORDED.sentence, CLOSED.sentence):
        with use_locale("en"):
            assert str(sentence) != sentence.message


def test_an_issued_slip_is_used_online_once(life: Life) -> None:
    [code] = life.issue(1)
    assert life.state(code) == ("issued", None)
    another_phone = read_form(life.open(code).text)
    assert_told(life.send(code), 200, THANKS)
    assert life.state(code) == ("used", "online")
    assert_told(life.open(code), 409, HOUSEHOLD_RECORDED.sentence)
    assert_told(life.send(code, another_phone), 409, HOUSEHOLD_RECORDED.sentence)
    assert life.count_ballots() == 1


@pytest.mark.parametrize("channel", ["assisted", "phone"])
def test_a_slip_used_with_a_helper_is_used_for_every_other_way(life: Life, channel: str) -> None:
    [code] = life.issue(1)
    page = read_form(life.open(code).text)
    assert life.submit(code, channel) is Outcome.RECORDED
    assert life.state(code) == ("used", "online"), "a slip keeps no rarer way"
    assert_told(life.open(code), 409, HOUSEHOLD_RECORDED.sentence)
    assert_told(life.send(code, page), 409, HOUSEHOLD_RECORDED.sentence)
    result = life.return_on_paper(str(life.number_of(code)))
    assert gettext("Thẻ số: %(numbers)s", numbers=life.number_of(code)) in result.split("notice warn")[1]
    assert life.state(code) == ("used", "online")
    assert life.count_ballots() == 1


def test_paper_after_online_is_set_aside(life: Life) -> None:
    first, second = life.issue(2)
    life.send(first)
    numbers = life.number_of(first), life.number_of(second)
    result = life.return_on_paper(f"{numbers[0]}-{numbers[1]}, 999")
    good, warn, bad = result.partition('class="notice good"')[2].split('class="notice ')[:3]
    assert gettext("Thẻ số: %(numbers)s", numbers=numbers[1]) in good
    assert gettext("Thẻ số: %(numbers)s", numbers=numbers[0]) in warn
    assert gettext("Không có số này trong đợt: %(numbers)s", numbers=999) in bad
    assert (life.state(first), life.state(second)) == (("used", "online"), ("used", "paper"))
    assert life.count_ballots() == 1, "a returned slip is no ballot yet"


def test_online_after_paper_is_refused(life: Life) -> None:
    [code] = life.issue(1)
    page = read_form(life.open(code).text)
    for _ in range(2):
        life.return_on_paper(str(life.number_of(code)))
    assert life.state(code) == ("used", "paper")
    assert_told(life.open(code), 409, HOUSEHOLD_RECORDED.sentence)
    assert_told(life.send(code, page), 409, HOUSEHOLD_RECORDED.sentence)
    assert life.submit(code, "assisted") is Outcome.HOUSEHOLD_RECORDED
    assert life.count_ballots() == 0
    assert [detail["counted"] for action, detail in life.log() if action == "slips.return"] == [1, 0]


def test_a_void_slip_is_refused_and_stays_void(life: Life) -> None:
    [code] = life.issue(1)
    page = read_form(life.open(code).text)
    life.withdraw(str(life.number_of(code)), "void")
    assert_told(life.open(code), 410, VOID.sentence)
    assert_told(life.send(code, page), 410, VOID.sentence)
    result = life.return_on_paper(str(life.number_of(code)))
    assert gettext("Đã hủy: %(numbers)s", numbers=life.number_of(code)) in result
    assert life.state(code) == ("void", None)


def test_a_slip_issued_again_makes_the_old_one_void_and_logs_both(life: Life) -> None:
    old, kept = life.issue(2)
    batch = life.withdraw(str(life.number_of(old)), "again")
    [new] = life.read_paper(batch)
    assert_told(life.open(old), 410, VOID.sentence)
    assert life.open(kept).status == 200
    assert_told(life.send(new), 200, THANKS)
    assert {life.state(code)[0] for code in (old, kept, new)} == {"void", "issued", "used"}
    assert [action for action, _ in life.log()] == ["slips.issue", "slips.void", "slips.issue"]
    assert life.log()[1][1]["numbers"] == str(life.number_of(old))
    assert life.log()[2][1]["first"] == life.number_of(new)


def test_a_used_slip_is_not_voided(life: Life) -> None:
    [code] = life.issue(1)
    life.send(code)
    life.withdraw(str(life.number_of(code)), "void")
    assert life.state(code) == ("used", "online")


def _mistype(code: Code) -> str:
    wrong = "0" if code.text[5] != "0" else "1"
    return code.text[:5] + wrong + code.text[6:]


@pytest.mark.parametrize(
    ("write", "status"),
    [
        (lambda code: "", 422),
        (lambda code: "ABC", 422),
        (lambda code: "Ông Năm", 422),
        (lambda code: code.text + "7", 422),
        (_mistype, 422),
    ],
    ids=["empty", "short", "wrong", "long", "mistyped"],
)
def test_a_code_that_cannot_be_one_is_told_at_the_field(
    life: Life, write: Callable[[Code], str], status: int
) -> None:
    [code] = life.issue(1)
    typed = write(code)
    sentence = tell_parsing(typed)
    assert_told(visit(f"{life.field.server.url}/ma?lang={life.locale}", {"code": typed}), status, sentence)
    if typed.isascii() and typed:
        assert_told(life.open(typed), 404, sentence)
    assert life.state(code) == ("issued", None)


def test_a_typo_is_told_apart_from_an_unknown_code(life: Life) -> None:
    [code] = life.issue(1)
    unknown = new_slip_code(code.tag)
    assert_told(life.open(unknown), 404, UNKNOWN)
    assert_told(life.send(unknown, {"key": new_submission_key()}), 404, UNKNOWN)
    assert str(tell_parsing(_mistype(code))) != str(UNKNOWN)


@pytest.mark.parametrize(
    ("planted", "status", "sentence"),
    [
        ({"closed": True}, 410, CLOSED.sentence),
        ({"last_on": today() - timedelta(days=1)}, 410, CLOSED.sentence),
        ({"starts_on": today() + timedelta(days=2)}, 403, NOT_OPEN.sentence),
        ({"draft": True}, 403, NOT_OPEN.sentence),
    ],
    ids=["closed", "past", "not begun", "draft"],
)
def test_a_slip_of_a_round_that_is_not_on(staffed, locale, planted, status, sentence) -> None:
    round_ = staffed.plant(slips=1, **planted)
    life = Life(staffed, round_, Officer(staffed.server.url, "to-thu", locale), locale)
    [code] = round_.slips
    assert_told(life.open(code), status, sentence)
    answer = life.send(code, {"key": new_submission_key()})
    assert answer.status in (403, 410)
    assert life.state(code) == ("issued", None)
    page = life.officer.get(f"{life.slips_page}/nop-giay")
    assert page.status == 200
    if "closed" in planted or "draft" in planted:
        assert "<textarea" not in page.text
    if "starts_on" in planted:
        address = f"{life.slips_page}/nop-giay"
        refused = life.officer.post(address, {"numbers": "1"}, page=address)
        assert refused.status == 422
        assert str(NOT_OPEN.sentence) in refused.text


def test_a_collector_ticks_off_but_issues_nothing(staffed: RoundField, locale: str) -> None:
    round_ = staffed.plant(slips=2)
    life = Life(staffed, round_, Officer(staffed.server.url, "to-thu", locale), locale)
    assert f"{life.slips_page}/nop-giay" in life.officer.get(f"/dot/{round_.id}").text
    assert life.officer.get(life.slips_page).status == 404
    life.return_on_paper("1-2")
    assert {life.state(code) for code in round_.slips} == {("used", "paper")}


def test_numbers_are_looked_at_before_anything_is_written(life: Life) -> None:
    [code] = life.issue(1)
    number = str(life.number_of(code))
    address = f"{life.slips_page}/nop-giay"
    for page, fields in (
        (address, {"numbers": number}),
        (f"{life.slips_page}/huy", {"numbers": number, "because": "Mất thẻ"}),
    ):
        start = address if page == address else life.slips_page
        assert life.officer.post(page, fields, page=start).status == 200
        assert life.state(code) == ("issued", None)


def test_a_number_ticked_off_by_mistake_is_put_right(life: Life) -> None:
    [code] = life.issue(1)
    number = str(life.number_of(code))
    address = f"{life.slips_page}/nop-giay"
    life.return_on_paper(number)
    assert life.state(code) == ("used", "paper")
    life.officer.post(f"{address}/go", {"numbers": number, "because": ""}, page=address)
    assert life.state(code) == ("used", "paper"), "a reason is asked for"
    life.officer.post(f"{address}/go", {"numbers": number, "because": "Nhập nhầm"}, page=address)
    assert life.state(code) == ("issued", None)
    assert [action for action, _ in life.log()][-1] == "slips.undo_return"
    assert life.send(code).status == 200
    assert life.count_ballots() == 1
