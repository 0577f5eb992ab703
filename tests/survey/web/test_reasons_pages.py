"""Moderating reasons, keying paper's words, editing themes and planning actions, as officers do it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest
from werkzeug.test import TestResponse

from survey.domain.clock import today
from survey.domain.permissions import PERMISSIONS, Permission, Role
from survey.domain.redaction import COVER
from survey.domain.theme_lists import shipped_themes, write_list
from survey.services.actions import list_actions
from survey.services.theme_lists import find_list
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html
from tests.survey.services.reason_stories import WRITTEN, close, find_id, read_rows, write
from tests.survey.web.staff_browser import Browser

BULK = "Cho hiện tất cả câu đã che tự động trên trang này"


@dataclass(frozen=True)
class Desk:
    """An officer in front of the round's pages."""

    house: House
    browser: Browser

    @property
    def round_id(self) -> int:
        return self.house.opened.round_id

    @property
    def round(self) -> str:
        return f"/dot/{self.round_id}"

    def read(self, address: str) -> str:
        answer = self.browser.get(address)
        assert answer.status_code == 200, address
        check_html(answer.text)
        return answer.text

    def send(self, address: str, fields: Mapping[str, object], *, page: str = "") -> TestResponse:
        answer = self.browser.post(address, fields, page=page or address)
        if answer.status_code == 422:
            check_html(answer.text)
        return answer

    def fields(self, address: str) -> dict[str, object]:
        """The moderation form as the page offers it."""
        page = self.read(address)
        texts = re.findall(r'<textarea id="[^"]+" name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.DOTALL)
        hidden = dict(re.findall(r'<input type="hidden" name="(seen|after)" value="([^"]*)"', page))
        return {**hidden, **dict(texts)}

    def name(self, beginning: str) -> str:
        return find_id(self.house.database, self.round_id, beginning).hex

    def rows(self) -> dict[str, tuple[str, str | None]]:
        return read_rows(self.house.database, self.round_id)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    with run_house(database_url) as made:
        write(made.database, made.opened.round_id, *WRITTEN)
        yield made


@pytest.fixture
def desk(house: House) -> Desk:
    close(house.database, house.opened)
    return Desk(house, house.signed_in("mttq.xa"))


def test_who_moderates_who_edits_themes_and_who_plans() -> None:
    def holders(permission: Permission) -> set[Role]:
        return {role for role, held in PERMISSIONS.items() if permission in held}

    assert holders(Permission.READ_REASONS) & holders(Permission.MANAGE_ROUND) == {Role.FRONT_COMMUNE}
    assert holders(Permission.PLAN_ACTIONS) == {Role.FRONT_COMMUNE, Role.COMMITTEE_COMMUNE}
    assert holders(Permission.EDIT_THEMES) == {Role.FRONT_COMMUNE, Role.FRONT_PROVINCE}


def test_an_officer_reads_decides_and_undoes(desk: Desk) -> None:
    overview = desk.read(f"{desk.round}/y-kien")
    assert "Duyệt 3 ý kiến" in overview
    assert "Đường giao thông (2)" in overview
    page = f"{desk.round}/y-kien/q02"
    shown = desk.read(page)
    assert "<mark>0912 345 678</mark>" in shown
    assert f"Đường lầy, gọi tôi {COVER}</textarea>" in shown
    fields = desk.fields(page)
    fields[f"do-{desk.name('Đường')}"] = "show"
    fields[f"text-{desk.name('Đường')}"] = "Đường lầy"
    fields[f"do-{desk.name('Mong')}"] = "hide"
    assert desk.send(page, fields).status_code == 303
    assert desk.rows()["Đường lầy, gọi tôi 0912 345 678"] == ("shown", "Đường lầy")
    assert desk.rows()["Mong xã quan tâm"] == ("hidden", None)
    after = desk.read(page)
    assert "Đã ghi 2 câu." in after
    assert "Mong xã quan tâm" not in after
    hidden = f"{page}?trang-thai=da-an"
    fields = desk.fields(hidden)
    fields[f"do-{desk.name('Mong')}"] = "show"
    assert desk.send(page, fields, page=hidden).location == hidden
    assert desk.rows()["Mong xã quan tâm"] == ("shown", "Mong xã quan tâm")


def test_a_text_that_is_shown_can_be_edited_and_hidden(desk: Desk) -> None:
    page = f"{desk.round}/y-kien/q16"
    fields = desk.fields(page)
    fields[f"do-{desk.name('Rác')}"] = "show"
    desk.send(page, fields)
    shown = f"{page}?trang-thai=dang-hien"
    fields = desk.fields(shown)
    fields |= {f"do-{desk.name('Rác')}": "show", f"text-{desk.name('Rác')}": "Rác không ai gom"}
    desk.send(page, fields, page=shown)
    assert desk.rows()["Rác không ai gom, nước giếng nhiễm phèn"] == ("shown", "Rác không ai gom")
    fields = desk.fields(shown)
    fields[f"do-{desk.name('Rác')}"] = "hide"
    desk.send(page, fields, page=shown)
    assert desk.rows()["Rác không ai gom, nước giếng nhiễm phèn"][0] == "hidden"


def test_all_at_once_spares_what_is_hidden_and_what_may_name_somebody(desk: Desk) -> None:
    page = f"{desk.round}/y-kien/q02"
    fields = desk.fields(page)
    fields |= {f"do-{desk.name('Mong')}": "hide", "rest": "1"}
    assert desk.send(page, fields).status_code == 303
    states = {text: state for text, (state, _) in desk.rows().items()}
    assert states["Đường lầy, gọi tôi 0912 345 678"] == states["duong hu hong, nuoc dong"] == "shown"
    assert states["Mong xã quan tâm"] == "hidden"
    named = f"{desk.round}/y-kien/y_kien"
    assert "có thể có tên người" in desk.read(named)
    desk.send(named, {**desk.fields(named), "rest": "1"})
    assert "xin xem và chọn từng câu" in desk.read(named)
    assert desk.rows()["Anh Hùng cán bộ xã hách dịch"] == ("new", None)
    edited = {**desk.fields(named), f"text-{desk.name('Anh')}": "Cán bộ xã hách dịch", "rest": "1"}
    desk.send(named, edited)
    assert desk.rows()["Anh Hùng cán bộ xã hách dịch"] == ("shown", "Cán bộ xã hách dịch")


def test_a_text_that_may_name_somebody_is_shown_only_with_the_tick(desk: Desk) -> None:
    page, written = f"{desk.round}/y-kien/y_kien", "Anh Hùng cán bộ xã hách dịch"
    tick = f"nobody-{desk.name('Anh')}"
    offered = desk.read(page)
    assert "<mark>Anh Hùng</mark> cán bộ xã" in offered
    assert f'<input type="checkbox" name="{tick}" value="1">' in offered
    fields = desk.fields(page) | {f"do-{desk.name('Anh')}": "show"}
    for typed in (written, "Anh Hùng khó chịu"):
        refused = desk.send(page, {**fields, f"text-{desk.name('Anh')}": typed})
        assert refused.status_code == 422
        assert f"{typed}</textarea>" in refused.text
        assert 'value="show" checked' in refused.text
        assert f'id="problem-{desk.name("Anh")}">Câu này có thể có tên người' in refused.text
        assert desk.rows()[written] == ("new", None)
    assert desk.send(page, {**fields, tick: "1"}).status_code == 303
    assert desk.rows()[written] == ("shown", written)


def test_the_tick_is_kept_when_another_text_is_refused_and_counts_for_all_at_once(desk: Desk) -> None:
    page, own = f"{desk.round}/y-kien/y_kien", desk.name("Anh")
    fields = desk.fields(page) | {f"nobody-{own}": "1"}
    refused = desk.send(page, {**fields, f"text-{own}": "Anh Hùng khó chịu"})
    assert refused.status_code == 422
    assert f'name="nobody-{own}" value="1" checked' in refused.text
    assert desk.send(page, {**fields, "rest": "1"}).status_code == 303
    assert desk.rows()["Anh Hùng cán bộ xã hách dịch"][0] == "shown"


def test_an_edit_without_a_decision_is_not_lost(desk: Desk) -> None:
    page = f"{desk.round}/y-kien/q02"
    fields = desk.fields(page)
    fields |= {f"text-{desk.name('Mong')}": "Mong xã quan tâm hơn", f"do-{desk.name('Đường')}": "hide"}
    answer = desk.send(page, fields)
    assert answer.status_code == 422
    assert "Câu này đã sửa nhưng chưa chọn cho hiện hay ẩn." in answer.text
    assert "Mong xã quan tâm hơn</textarea>" in answer.text
    assert {state for state, _ in desk.rows().values()} == {"new"}


def test_an_emptied_text_is_told_beside_it(desk: Desk) -> None:
    page = f"{desk.round}/y-kien/q02"
    fields = desk.fields(page) | {f"do-{desk.name('Mong')}": "show", f"text-{desk.name('Mong')}": " "}
    answer = desk.send(page, fields)
    assert answer.status_code == 422
    assert "không còn chữ nào để hiện" in answer.text


def test_what_a_colleague_decided_meanwhile_is_told(desk: Desk) -> None:
    page = f"{desk.round}/y-kien/q16"
    fields = desk.fields(page)
    token = desk.browser.token(page)
    desk.send(page, {**fields, f"do-{desk.name('Rác')}": "hide"})
    late = {**fields, "csrf_token": token, f"do-{desk.name('Rác')}": "show"}
    desk.browser.client.post(page, data=late)
    assert "người khác vừa duyệt" in desk.read(page)
    assert desk.rows()["Rác không ai gom, nước giếng nhiễm phèn"][0] == "hidden"


def test_a_page_is_of_twenty_and_leads_to_the_next(desk: Desk) -> None:
    house = desk.house
    token = desk.browser.token(f"{desk.round}/y-kien-phieu-giay")
    texts = "\n".join(f"Điện yếu {number}" for number in range(45))
    form = {"csrf_token": token, "question": "q04", "texts": texts, "key": "a-key-of-this-page"}
    desk.browser.client.post(f"{desk.round}/y-kien-phieu-giay", data=form)
    seen: set[str] = set()
    address = f"{desk.round}/y-kien/q04"
    for _ in range(3):
        page = desk.read(address)
        seen |= set(re.findall(r"Điện yếu \d+", page))
        following = re.search(r'href="([^"]+sau=[^"]+)">Trang sau', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 45
    assert address == ""
    assert len(read_rows(house.database, desk.round_id)) == 45 + len(WRITTEN)


def test_a_foreign_text_cannot_be_decided_here(desk: Desk) -> None:
    page = f"{desk.round}/y-kien/q02"
    for name in ("0" * 32, "khong-phai-ma"):
        desk.send(page, {"seen": "chua-duyet", f"text-{name}": "x", f"do-{name}": "show"})
    assert {state for state, _ in desk.rows().values()} == {"new"}


def test_nothing_of_an_open_round_is_read(house: House) -> None:
    browser = house.signed_in("mttq.xa")
    for address in ("y-kien", "y-kien/q02", "viec-se-lam", "viec-se-lam/moi"):
        answer = browser.get(f"/dot/{house.opened.round_id}/{address}")
        assert answer.status_code == 409
        assert "Đường" not in answer.text


@pytest.mark.parametrize("username", ["ubnd.xa", "phantich", "to.lay.ykien", "mttq.khac"])
def test_nobody_else_reads_a_reason(desk: Desk, username: str) -> None:
    browser = desk.house.signed_in(username)
    for address in ("y-kien", "y-kien/q02"):
        assert browser.get(f"{desk.round}/{address}").status_code == 404


def test_an_unknown_content_is_not_found(desk: Desk) -> None:
    assert desk.browser.get(f"{desk.round}/y-kien/q99").status_code == 404


def test_words_on_paper_are_keyed_by_the_team_while_the_round_is_open(house: House) -> None:
    desk = Desk(house, house.signed_in("to.lay.ykien"))
    page = f"{desk.round}/y-kien-phieu-giay"
    assert "trộn chung" in desk.read(page)
    assert page in desk.read(desk.round)
    key = re.search(r'name="key" type="hidden" value="([^"]+)"', desk.read(page))
    assert key
    form = {"question": "q02", "texts": "Cầu yếu\n\nĐường hẹp", "key": key[1]}
    assert desk.send(page, form).status_code == 303
    assert "Đã ghi 2 ý kiến." in desk.read(page)
    wrong = desk.send(page, {**form, "texts": "Đường\n" + "x" * 501, "key": "another-key-of-a-page"})
    assert wrong.status_code == 422
    assert "Dòng 2: " in wrong.text
    assert "Đường\n" in wrong.text.replace("\r\n", "\n")
    assert desk.rows() == {}
    close(house.database, house.opened)
    assert {"Cầu yếu", "Đường hẹp"} < set(desk.rows())


def test_a_commune_edits_its_list_and_counts_anew(desk: Desk) -> None:
    page = f"/don-vi/{desk.house.opened.commune_id}/chu-de"
    assert "danh sách có sẵn" in desk.read(page)
    assert page in desk.read(f"{desk.round}/y-kien")
    assert page in desk.read(f"/don-vi/{desk.house.opened.commune_id}")
    tried = desk.send(page, {"text": "Lối đi: đường", "sample": "duong lay", "step": "try"})
    assert "Câu này thuộc: Lối đi" in tried.text
    wrong = desk.send(page, {"text": "Lối đi: đường\nCầu cống", "sample": ""})
    assert wrong.status_code == 422
    assert "Dòng 2: Thiếu dấu hai chấm sau tên chủ đề." in wrong.text
    assert "Lối đi: đường\nCầu cống" in wrong.text.replace("\r\n", "\n")
    assert desk.send(page, {"text": "Lối đi: đường", "sample": ""}).status_code == 303
    overview = desk.read(f"{desk.round}/y-kien")
    assert "Danh sách chủ đề đã đổi" in overview
    desk.send(f"{desk.round}/y-kien/dem-chu-de", {}, page=f"{desk.round}/y-kien")
    overview = desk.read(f"{desk.round}/y-kien")
    assert "Lối đi (2)" in overview
    assert "Đếm lại chủ đề" not in overview
    assert "danh sách riêng" in desk.read(page)
    desk.send(f"{page}/bo", {}, page=page)
    with desk.house.database.read() as session:
        found = find_list(session, desk.house.opened.commune_id)
    assert found.text == write_list(shipped_themes())


def test_a_village_has_no_list(desk: Desk) -> None:
    assert desk.browser.get(f"/don-vi/{desk.house.opened.village_ids[0]}/chu-de").status_code == 404


@pytest.mark.parametrize("username", ["mttq.xa", "ubnd.xa"])
def test_the_front_and_the_committee_plan_follow_up_and_publish(desk: Desk, username: str) -> None:
    desk = Desk(desk.house, desk.house.signed_in(username))
    page, new = f"{desk.round}/viec-se-lam", f"{desk.round}/viec-se-lam/moi"
    assert page in desk.read(f"/ket-qua/{desk.round_id}")
    assert "Chưa có việc nào." in desk.read(page)
    assert '<option selected value="giao-thong">' in desk.read(f"{new}?chu-de=giao-thong&noi-dung=q02")
    due = (today() + timedelta(days=30)).isoformat()
    form: dict[str, object] = {
        "text": "Rải đá 2 km", "question": "q02", "theme": "giao-thong", "responsible": "UBND xã",
        "due_on": due, "state": "planned", "note": "", "published": "y",
    }  # fmt: skip
    refused = desk.send(new, {**form, "text": "", "due_on": "mai"})
    assert refused.status_code == 422
    assert "năm-tháng-ngày" in refused.text
    assert "Ngày này đã qua." in desk.send(new, {**form, "due_on": "2020-01-01"}).text
    refused = desk.send(new, {**form, "text": "", "responsible": ""})
    assert "Xin ghi việc sẽ làm." in refused.text
    assert "Xin ghi ai chịu trách nhiệm." in refused.text
    assert desk.send(new, form).status_code == 303
    assert "Rải đá 2 km" in desk.read(page)
    with desk.house.database.read() as session:
        (line,) = list_actions(session, desk.round_id)
    edit = f"{page}/{line.id}"
    assert "Rải đá 2 km</textarea>" in desk.read(edit)
    changed = {**form, "state": "dropped", "seen": "1"}
    assert "Việc không làm nữa thì phải ghi lý do" in desk.send(edit, changed).text
    assert desk.send(edit, {**form, "state": "doing", "seen": "1"}).status_code == 303
    assert "Đang làm" in desk.read(page)
    overtaken = desk.send(edit, {**form, "text": "Việc khác", "seen": "1"})
    assert overtaken.status_code == 422
    assert "Người khác vừa sửa việc này" in overtaken.text
    assert "Việc khác" in overtaken.text


def test_few_texts_are_not_told_by_theme_to_those_who_may_not_read_them(desk: Desk) -> None:
    committee = Desk(desk.house, desk.house.signed_in("ubnd.xa"))
    page = committee.read(f"{desk.round}/viec-se-lam")
    assert "Ít ý kiến quá" in page
    assert "Đường giao thông" not in page
    write_more = "\n".join(f"Đường lầy {number}" for number in range(5))
    form = {"question": "q02", "texts": write_more, "key": "a-key-of-this-page"}
    desk.send(f"{desk.round}/y-kien-phieu-giay", form)
    assert "Đường giao thông" in committee.read(f"{desk.round}/viec-se-lam")
    assert f"{desk.round}/y-kien" not in committee.read(f"{desk.round}/viec-se-lam")


@pytest.mark.parametrize("username", ["phantich", "to.lay.ykien", "mttq.khac"])
def test_nobody_else_plans(desk: Desk, username: str) -> None:
    browser = desk.house.signed_in(username)
    for address in ("viec-se-lam", "viec-se-lam/moi"):
        assert browser.get(f"{desk.round}/{address}").status_code == 404
    commune = desk.house.opened.commune_id
    assert browser.get(f"/don-vi/{commune}/chu-de").status_code == 404


def test_the_pages_lead_to_one_another(desk: Desk) -> None:
    assert f"{desk.round}/y-kien" in desk.read(f"/ket-qua/{desk.round_id}")
    reasons = desk.read(f"/ket-qua/{desk.round_id}/ly-do")
    assert f"{desk.round}/y-kien" in reasons
    assert f"{desk.round}/viec-se-lam" in reasons
