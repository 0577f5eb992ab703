"""Result pages, staff and public, and downloads: who sees what, and that small bases are hidden on each."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.analytics.published_rounds import collect, sheet
from tests.analytics.season import close, plant, write_reason
from tests.analytics.web.house import House, run_house
from tests.servers.pages import check_html
from tests.survey.web.staff_browser import Browser

HIDDEN = "ẩn – dưới 10 phiếu"


@pytest.fixture
def house(database_url) -> Iterator[House]:
    with run_house(database_url) as found:
        plant(found.database, found.opened)
        yield found


def finish(house: House, *, publish: bool = False) -> str:
    for _ in range(3):
        write_reason(house.database, house.opened.round_id, q02="Đường thôn còn <b>lầy</b> lội")
    close(house.database, house.opened, publish=publish)
    return f"/ket-qua/{house.opened.round_id}"


def read(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.text
    check_html(answer.text)
    return answer.text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_result_page_tells_the_planted_figures(house) -> None:
    page = read(house.signed_in("mttq.xa"), finish(house))
    assert "84,62 %" in page
    assert "110/130" in page
    assert "72,22 %" in page
    assert "130/180" in page
    assert "Chưa đạt" in page
    assert "15,38 %" in page
    assert "DỰ THẢO" in page
    assert "không có phiếu" in page
    assert "<svg" in page
    lowest, highest = re.findall(r"<dt>Nội dung hài lòng \w+ nhất</dt>\s*<dd>(.*?)</dd>", page)
    assert lowest == "Đường giao thông trong xã, trong thôn – 84,62 % (110/130)"
    assert highest.endswith("; và 14 nội dung khác – 100,00 % (130/130)")


def test_small_bases_are_hidden_on_the_page_and_in_every_download(house) -> None:
    address = finish(house)
    browser = house.signed_in("mttq.xa")
    page = read(browser, address)
    assert HIDDEN in page
    assert "4/6" not in page
    csv = browser.get(f"{address}/so-lieu.csv")
    assert csv.data.startswith(b"\xef\xbb\xbf")
    assert ",1,base" in csv.text
    assert browser.get(f"{address}/so-lieu.xlsx").data.startswith(b"PK")
    rows = browser.get(f"{address}/so-lieu.json").get_json()["rows"]
    assert any(row["suppressed"] for row in rows)
    assert all(row["count"] is None for row in rows if row["suppressed"])
    codebook = browser.get(f"{address}/bang-ma.csv").text
    assert "min_base,10" in codebook


def test_an_open_round_shows_no_result_and_gives_no_download(house) -> None:
    browser, address = house.signed_in("mttq.xa"), f"/ket-qua/{house.opened.round_id}"
    page = read(browser, address)
    assert "Chưa có kết quả" in page
    assert f"/dot/{house.opened.round_id}" in page
    assert "%" not in re.sub(r"<title>.*?</title>", "", page)
    assert browser.get(f"{address}/so-lieu.csv").status_code == 404
    assert browser.get(f"{address}/ly-do").text.count("Đường thôn") == 0
    assert browser.get(f"/ket-qua-cong-khai/{house.opened.round_id}").status_code == 404


def test_an_officer_of_another_commune_gets_nothing(house) -> None:
    address = finish(house, publish=True)
    browser = house.signed_in("mttq.khac")
    for path in ("", "/ly-do", "/so-lieu.csv", "/so-lieu.xlsx", "/so-lieu.json", "/bang-ma.csv"):
        assert browser.get(address + path).status_code == 404
    assert "Lấy ý kiến hài lòng" not in read(browser, "/ket-qua/")


def test_a_collector_may_read_no_result(house) -> None:
    browser = house.signed_in("to.lay.ykien")
    assert browser.get(finish(house)).status_code == 404
    assert browser.get("/ket-qua/").status_code == 403


def test_reasons_are_for_those_in_charge_alone_and_are_escaped(house) -> None:
    address = finish(house)
    page = read(house.signed_in("mttq.xa"), f"{address}/ly-do")
    assert page.count("Đường thôn còn &lt;b&gt;lầy&lt;/b&gt; lội") == 3
    for username in ("ubnd.xa", "phantich"):
        browser = house.signed_in(username)
        assert browser.get(f"{address}/ly-do").status_code == 404
        assert "ly-do" not in read(browser, address)


def test_the_commune_committee_reads_but_does_not_download(house) -> None:
    address = finish(house)
    browser = house.signed_in("ubnd.xa")
    assert "so-lieu" not in read(browser, address)
    assert browser.get(f"{address}/so-lieu.csv").status_code == 404


def test_the_page_hides_a_commune_of_few_ballots(database_url) -> None:
    with run_house(database_url) as house:
        plant(house.database, house.opened, {(0, "online"): (9, 1)})
        page = read(house.signed_in("mttq.xa"), finish(house, publish=True))
        assert HIDDEN in page
        assert "8/9" not in page
        assert "88,89" not in page


def test_after_a_correction_by_few_ballots_staff_read_the_verdict_and_why_the_rest_is_hidden(
    database_url,
) -> None:
    with run_house(database_url) as house:
        round_ = collect(house.database, house.opened)
        round_.publish()
        round_.correct(sheet(33))
        page = read(house.signed_in("mttq.xa"), f"/ket-qua/{round_.id}")
    assert ">Đạt</span>" in page
    assert "Đây là bản kết quả 2. Lý do sửa:" in page
    assert "Số liệu chung không nêu ở đây." in page
    assert "ai đem so hai bản" in page
    assert 'class="figure"><strong>ẩn' not in page


def test_a_drill_is_marked_and_can_be_neither_downloaded_nor_published(database_url) -> None:
    with run_house(database_url, kind="drill") as house:
        plant(house.database, house.opened)
        close(house.database, house.opened)
        browser, address = house.signed_in("mttq.xa"), f"/ket-qua/{house.opened.round_id}"
        assert "CHẠY THỬ" in read(browser, address)
        assert browser.get(f"{address}/so-lieu.csv").status_code == 400
        assert browser.get(f"/ket-qua-cong-khai/{house.opened.round_id}").status_code == 404


def test_a_pulse_has_its_own_name_and_no_verdict(database_url) -> None:
    with run_house(database_url, kind="pulse") as house:
        page = read(house.signed_in("mttq.xa"), f"/ket-qua/{house.opened.round_id}")
    assert "Chỉ số phản hồi thường xuyên" in page
    assert "Tỷ lệ hộ tham gia" not in page


def test_a_download_hides_what_would_tell_a_few_ballots_beside_an_earlier_one(database_url) -> None:
    """Whoever took the first result away gets no total that three more ballots moved."""
    with run_house(database_url) as house:
        round_ = collect(house.database, house.opened)
        address = f"/ket-qua/{round_.id}/so-lieu.json"
        first = download_total(house, address)
        assert (first["count"], first["suppressed"]) == (126, 0)
        round_.correct(sheet(33))
        second = download_total(house, address)
        assert (second["count"], second["suppressed_because"]) == (None, "difference")


def test_a_download_is_whole_where_nobody_holds_another(database_url) -> None:
    with run_house(database_url) as house:
        round_ = collect(house.database, house.opened)
        round_.correct(sheet(33))
        total = download_total(house, f"/ket-qua/{round_.id}/so-lieu.json")
        assert (total["count"], total["base"]) == (129, 140)


def download_total(house: House, address: str) -> dict[str, object]:
    rows = house.signed_in("phantich").get(address).get_json()["rows"]
    key = ("commune_question", "q19", "satisfied")
    [total] = [row for row in rows if (row["shape"], row["question"], row["option"]) == key]
    assert isinstance(total, dict)
    return total
