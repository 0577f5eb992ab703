"""What everyone reads of a published result: the page, its versions, its files and the list of all."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import event, select, update

from analytics.public_files import FILE_NAMES, SUMMARY
from survey.domain.actions import ActionState
from survey.domain.clock import now, today
from survey.services.actions import ActionDraft, add_action
from survey.services.publishing import list_published_files, read_published_file
from survey.services.reasons import Decision, list_reasons, moderate
from survey.services.rounds import get_round, supersede_round
from survey.services.theme_counts import recount_themes
from survey.store.rounds import Round, RoundUnit
from tests.analytics.published_rounds import AGAINST, HOUSEHOLDS, VALID, PublishedRound, collect, sheet
from tests.analytics.season import close, drop_ballot, plant, write_reason
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html
from tests.survey.services.paper_keyers import tick_off
from tests.survey.web.staff_browser import Browser
from translations.dates import format_date

SECTIONS = (
    "Đã hỏi gì", "Bao nhiêu hộ trả lời", "Bao nhiêu hộ hài lòng", "Ba nội dung hài lòng thấp nhất",
    "Tất cả nội dung", "Từng thôn", "Bà con nói gì", "Xã sẽ làm gì", "Kiểm tra phiếu của tôi", "Số liệu mở",
    "Căn cứ",
)  # fmt: skip


@pytest.fixture
def house(database_url) -> Iterator[House]:
    with run_house(database_url) as found:
        yield found


@pytest.fixture
def round_(house) -> PublishedRound:
    found = collect(house.database, house.opened)
    found.publish()
    return found


def address(round_: PublishedRound, *parts: object) -> str:
    return "/".join(map(str, ("/ket-qua-cong-khai", round_.id, *parts)))


def read(house: House, path: str, status: int = 200) -> str:
    answer = Browser(house.app).get(path)
    assert answer.status_code == status, answer.text
    check_html(answer.text)
    return " ".join(answer.text.replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_page_has_every_section_with_the_counted_figures(house, round_) -> None:
    page = read(house, address(round_))
    places = [page.index(f">{heading}</h2>") for heading in SECTIONS]
    assert places == sorted(places)
    assert f"{VALID - AGAINST} trong {VALID} phiếu" in page
    assert f"{VALID + 2} trong {HOUSEHOLDS} hộ có phiếu được tính" in page
    assert page.count('class="bars"') == 3
    assert "Đường giao thông trong xã, trong thôn</strong>" in page.partition(SECTIONS[3])[2]
    assert "đến" in page.partition("Khoảng ước tính")[2]
    assert "Phiếu giấy" in page
    assert 'action="/bien-nhan"' in page


def test_residents_find_the_result_and_whom_to_ask_about_it(house, round_) -> None:
    with house.database.read() as session:
        contact = get_round(session, round_.id).contact
    assert f"khiếu nại, xin báo: {contact}" in read(house, address(round_))
    for page in ("/", "/bien-nhan"):
        assert 'href="/ket-qua-cong-khai/"' in read(house, page)


def test_a_page_is_drawn_from_the_published_summary_alone(house, round_) -> None:
    asked: list[str] = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    read(house, address(round_))
    assert not [one for one in asked if " tally" in one or " response" in one]
    with house.database.read() as session:
        summary = json.loads(read_published_file(session, round_.id, 1, SUMMARY))
    told = {tuple(row[:4]): row[4:6] for row in summary["rows"]}
    assert told["all", "all", "q19", "satisfied"] == [VALID - AGAINST, VALID]
    assert told["all", "all", "*", "returned"] == [VALID + 2, HOUSEHOLDS]


def test_a_correction_shows_only_once_it_is_published(house, round_) -> None:
    before = read(house, address(round_))
    round_.correct(sheet(against=14))
    assert read(house, address(round_)) == before
    assert read(house, address(round_, "ban", 2), 404)
    round_.publish()
    page = read(house, address(round_))
    assert f"{VALID - 7 - 14} trong {VALID} phiếu" in page
    assert "Đây là bản 2" in page
    assert "Đếm nhầm một chồng phiếu" in page
    assert f'href="{address(round_, "ban", 1)}"' in page


def test_an_earlier_version_stays_as_it_was_and_is_marked(house, round_) -> None:
    with house.database.read() as session:
        kept = {one.name: one.sha256 for one in list_published_files(session, round_.id, 1)}
    round_.correct(sheet(against=14))
    round_.publish()
    page = read(house, address(round_, "ban", 1))
    assert f"{VALID - AGAINST} trong {VALID} phiếu" in page
    assert "Đã được thay bằng bản 2 vì: Đếm nhầm một chồng phiếu" in page
    assert f'href="{address(round_)}"' in page
    browser = Browser(house.app)
    for name, digest in kept.items():
        assert sha256(browser.get(address(round_, "ban", 1, name)).data).hexdigest() == digest


def test_a_correction_by_few_ballots_tells_neither_them_nor_the_total_beside_the_old_one(
    house, round_
) -> None:
    round_.correct(sheet(33, against=7))
    round_.publish()
    page = read(house, address(round_))
    assert "Số liệu chung không được đăng" in page
    assert "ai đem so hai bản" in page
    assert f"/{VALID + 3}" not in page
    assert ">Đạt</span>" in page
    rows = json.loads(Browser(house.app).get(address(round_, "ban", 2, "ket-qua.json")).data)["rows"]
    total = [row for row in rows if row["shape"] == "commune_question"]
    assert {row["suppressed_because"] for row in total} == {"difference"}
    assert "số liệu chung không được đăng" in read(house, "/ket-qua-cong-khai/")


def test_a_round_that_is_set_aside_stays_readable_marked_and_listed(house, round_) -> None:
    with house.database.write() as session:
        corrected = supersede_round(session, get_round(session, round_.id), "Sai danh sách hộ", by=None).id
    page = read(house, address(round_))
    assert "Đợt này đã được thay bằng một đợt khác: Sai danh sách hộ" in page
    assert "Đợt thay thế chưa có kết quả công bố" in page
    assert "đã được thay bằng đợt khác" in read(house, "/ket-qua-cong-khai/")
    assert read(house, f"/ket-qua-cong-khai/{corrected}", 404)


def test_a_round_and_the_one_in_its_place_lead_to_each_other(house, round_) -> None:
    """The second one is published as rounds were before results were kept: its page needs no file."""
    with house.database.write() as session:
        first = session.get_one(Round, round_.id)
        second = supersede_round(session, first, "Sai danh sách hộ", by=None)
        for name in ("snapshot", "snapshot_sha256", "opened_at", "closed_at", "published_at"):
            setattr(second, name, getattr(first, name))
        places = session.scalars(select(RoundUnit).filter_by(round_id=first.id)).all()
        for one in places:
            place = {name: getattr(one, name) for name in ("unit_id", "position", "name", "households")}
            session.add(RoundUnit(round_id=second.id, **place))
    later = f"/ket-qua-cong-khai/{second.id}"
    assert f'href="{later}"' in read(house, address(round_))
    page = read(house, later)
    assert f'href="{address(round_)}"' in page
    assert "0 trong 180 hộ có phiếu được tính" in page
    assert "khi hệ thống chưa giữ tệp số liệu" in page
    listed = read(house, "/ket-qua-cong-khai/")
    assert f'href="{later}"' in listed
    assert f'href="{address(round_)}"' not in listed


@pytest.mark.parametrize("kind", ["official", "drill"])
def test_what_is_not_published_is_not_there(database_url, kind) -> None:
    with run_house(database_url, kind=kind) as house:
        round_id = house.opened.round_id
        if kind == "official":
            collect(house.database, house.opened)
        else:
            plant(house.database, house.opened)
            close(house.database, house.opened)
            with house.database.write() as session:
                session.execute(update(Round).values(published_at=now()))
        for path in ("", "/ban/1", "/ban/1/ket-qua.json"):
            assert read(house, f"/ket-qua-cong-khai/{round_id}{path}", 404)
        assert f"/ket-qua-cong-khai/{round_id}" not in read(house, "/ket-qua-cong-khai/")


def test_unknown_versions_and_files_are_not_there(house, round_) -> None:
    for path in ("ban/2", "ban/1/ket-qua.xlsx", "ban/2/ket-qua.json", "ban/1/..%2fket-qua.json"):
        assert read(house, address(round_, path), 404)
    assert read(house, "/ket-qua-cong-khai/99999999", 404)


def test_files_are_served_byte_for_byte_and_never_change(house, round_) -> None:
    browser = Browser(house.app)
    types = {"json": "application/json", "csv": "text/csv", "txt": "text/plain", "SHA256SUMS": "text/plain"}
    with house.database.read() as session:
        files = list_published_files(session, round_.id, 1)
        kept = {one.name: read_published_file(session, round_.id, 1, one.name) for one in files}
    assert set(kept) == set(FILE_NAMES)
    page = read(house, address(round_))
    for file in files:
        path = address(round_, "ban", 1, file.name)
        answer = browser.get(path)
        assert answer.data == kept[file.name]
        assert answer.headers["ETag"] == f'"{file.sha256}"' == f'"{sha256(answer.data).hexdigest()}"'
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{file.name}"'
        assert answer.mimetype == types[file.name.rpartition(".")[2]]
        assert path in page
        assert file.sha256 in page
        again = browser.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_the_data_set_says_which_result_it_tells_and_which_it_replaces(house, round_) -> None:
    round_.correct(sheet(against=14))
    round_.publish()
    browser = Browser(house.app)
    first, second = (
        json.loads(browser.get(address(round_, "ban", number, "ket-qua.json")).data) for number in (1, 2)
    )
    assert next(iter(first)) == "format"
    assert (first["result"], first["supersedes"], first["because"]) == (1, [], None)
    assert (second["result"], second["because"]) == (2, "Đếm nhầm một chồng phiếu")
    assert second["supersedes"] == [{"result": 1, "record_sha256": first["record_sha256"]}]
    assert second["record_sha256"] in read(house, address(round_))
    assert second["min_base"] == 10


def test_residents_voices_are_shown_only_as_they_were_decided_on(house) -> None:
    round_ = collect_with_reasons(house)
    page = read(house, address(round_))
    assert page.count("<li>Đường &lt;b&gt;lầy&lt;/b&gt;, gọi [đã che]</li>") == 2
    assert "0912" not in page
    assert "Ông Hùng" not in page
    assert '<td class="number">3</td>' in page.partition("Điều được nhắc")[2]
    assert "Rải đá đường thôn" in page
    assert "Đang làm" in page
    assert "Việc chưa đăng" not in page


def collect_with_reasons(house: House) -> PublishedRound:
    for _ in range(2):
        write_reason(house.database, house.opened.round_id, q02="Đường <b>lầy</b>, gọi 0912 345 678")
    write_reason(house.database, house.opened.round_id, q02="Ông Hùng đào đường")
    round_ = collect(house.database, house.opened)
    with house.database.write() as session:
        found = get_round(session, round_.id)
        lines, _ = list_reasons(session, found, "q02", "new", limit=10)
        decisions = {
            one.id: Decision("shown", one.text) if "lầy" in one.text else Decision("hidden") for one in lines
        }
        moderate(session, found, decisions, seen="new", by=None)
        day = today() + timedelta(days=60)
        for text, published in (("Rải đá đường thôn", True), ("Việc chưa đăng", False)):
            draft = ActionDraft(text, "Xã", day, ActionState.DOING, question="q02", published=published)
            add_action(session, found, draft, by=None)
    recount_themes(house.database, round_.id, by=None)
    round_.publish()
    return round_


def test_a_round_of_fewer_than_k_ballots_tells_no_figure(database_url) -> None:
    with run_house(database_url) as house:
        plant(house.database, house.opened, {(0, "online"): (9, 1)})
        close(house.database, house.opened, publish=True)
        page = read(house, f"/ket-qua-cong-khai/{house.opened.round_id}")
        assert "Cả xã có chưa đến 10 phiếu" in page
        assert "8/9" not in page
        assert "9/180" not in page
        assert "Chưa đủ tỷ lệ hộ tham gia" not in page
        assert "số liệu chung không được đăng" in read(house, "/ket-qua-cong-khai/")


def test_a_village_whose_paper_was_not_counted_is_not_called_silent(database_url) -> None:
    with run_house(database_url, slips=20) as house:
        plant(house.database, house.opened, {(0, "online"): (30, 2)})
        tick_off(house.database, house.opened, 18, village=1)
        tick_off(house.database, house.opened, 3, village=2)
        close(house.database, house.opened, publish=True)
        page = read(house, f"/ket-qua-cong-khai/{house.opened.round_id}")
        assert "30 trong 180 hộ có phiếu được tính" in page
        assert "không tính: Thôn 2 (18 phiếu), Thôn 3." in page
        assert "không được suy đoán thay: Thôn 4." in page
        cells = re.findall(r'<th scope="row">(Thôn \d)</th> <td colspan="2">(.*?)</td>', page)
        assert cells == [
            ("Thôn 2", "có 18 phiếu giấy thu về chưa kiểm xong, không tính"),
            ("Thôn 3", "có phiếu giấy thu về chưa kiểm xong, không tính"),
            ("Thôn 4", "không có phiếu, không tính tỷ lệ"),
        ]
        shown = house.signed_in("ubnd.xa").get(f"/ket-qua/{house.opened.round_id}").text
        assert "không tính: Thôn 2 (18 phiếu), Thôn 3." in " ".join(shown.split())


def test_without_a_valid_ballot_the_page_tells_no_rate(database_url) -> None:
    with run_house(database_url) as house:
        close(house.database, house.opened, publish=True)
        page = read(house, f"/ket-qua-cong-khai/{house.opened.round_id}")
        assert "Không có phiếu hợp lệ, nên không có tỷ lệ hài lòng và không có kết luận." in page
        assert "0 trong 0" not in page
        assert "đều hài lòng" not in page
        anchors = set(re.findall(r'href="#([a-z-]+)"', page))
        assert anchors <= set(re.findall(r'id="([a-z-]+)"', page))


def test_the_period_ends_on_the_day_of_an_early_close(house, round_) -> None:
    page = read(house, address(round_))
    assert f"phiếu không ghi tên (ngày {format_date(today())}), hỏi có hài lòng" in page
    assert "Mỗi hộ trong xã Quảng Điền" in page


def test_a_pulse_has_its_own_page_without_a_verdict(database_url) -> None:
    with run_house(database_url, kind="pulse") as house:
        village = house.opened.village_ids[0]
        for level in "1234" * 4 + "5555":
            drop_ballot(house.database, house.opened.round_id, village, "online", {"q01": level})
        close(house.database, house.opened, publish=True)
        page = read(house, f"/ket-qua-cong-khai/{house.opened.round_id}")
        assert "Chỉ số phản hồi thường xuyên" in page
        assert "40,00 % (8/20)" in page
        assert "Kết luận" not in page
        assert "Phản hồi thường xuyên" in read(house, "/ket-qua-cong-khai/")


def test_the_list_is_searched_without_accents_and_tells_each_verdict(house, round_) -> None:
    for query in ("quang%20dien", "19867", "Qu%E1%BA%A3ng", ""):
        page = read(house, f"/ket-qua-cong-khai/?q={query}&nam=")
        assert address(round_) in page
        assert ">Đạt</span>" in page
        assert f"{VALID + 2}/{HOUSEHOLDS} hộ trả lời" in page
    assert "Không có kết quả nào như vậy" in read(house, "/ket-qua-cong-khai/?q=phong")
    assert "Không có kết quả nào như vậy" in read(house, "/ket-qua-cong-khai/?nam=1999")
    assert "Không có kết quả nào như vậy" in read(house, "/ket-qua-cong-khai/?trang=2")
    assert address(round_) in read(house, f"/ket-qua-cong-khai/?nam={today().year}")
    for odd in ("nam=0", "nam=9999999999999999999", "trang=x", "trang=-1", "q=%27%25_"):
        read(house, f"/ket-qua-cong-khai/?{odd}")


def test_the_list_computes_nothing_and_asks_the_same_for_any_number_of_lines(house, round_) -> None:
    asked: list[str] = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    read(house, "/ket-qua-cong-khai/")
    chosen = [one for one in asked if "FROM" in one]
    assert len(chosen) == 4
    assert not [one for one in chosen if "result.record" in one or " tally" in one]


def test_an_empty_list_says_so(house) -> None:
    assert "Chưa có kết quả nào được công bố" in read(house, "/ket-qua-cong-khai/")


def test_the_page_and_the_list_speak_english(house, round_) -> None:
    for path in (address(round_), address(round_, "ban", 1), "/ket-qua-cong-khai/"):
        assert '<html lang="en">' in read(house, f"{path}?lang=en")


def test_the_method_is_public_and_lists_the_closed_set_of_tables(house) -> None:
    page = read(house, "/phuong-phap")
    for shape in ("commune_question", "commune_village_question", "commune_village_channel_question"):
        assert shape in page
