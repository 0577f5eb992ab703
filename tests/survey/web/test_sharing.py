"""The card that a link shows in a chat, and the officer's page with the words to share."""

from __future__ import annotations

import struct
from pathlib import Path

import html5lib
import pytest
from PIL import Image, ImageChops, ImageStat

from static.card import draw_card
from tests.servers.pages import check_html
from tests.survey.web.live_rounds import RoundField
from tests.survey.web.visits import Answer, visit

STATIC = Path(__file__).parents[3] / "static"
PREVIEWS = {"User-Agent": "facebookexternalhit/1.1 Zalo"}


def read_card(answer: Answer) -> dict[str, str]:
    page = html5lib.parse(answer.text, namespaceHTMLElements=False)
    metas = [meta for meta in page.iter("meta") if meta.get("property", "").startswith("og:")]
    card = {meta.get("property"): meta.get("content") for meta in metas}
    assert len(card) == len(metas), "a property stands twice"
    return card


def test_home_shows_a_vietnamese_card_with_a_picture_from_our_own_host(field: RoundField) -> None:
    card = read_card(visit(f"{field.server.url}/", more=PREVIEWS))
    assert card["og:title"] == "Mời bà con cho ý kiến về kết quả xây dựng nông thôn mới"
    assert card["og:url"] == f"{field.server.url}/"
    assert card["og:locale"] == "vi_VN"
    assert card["og:description"]
    assert card["og:image"].startswith(f"{field.server.url}/static/card.png")


def test_the_picture_is_what_the_card_says(field: RoundField) -> None:
    card = read_card(visit(f"{field.server.url}/"))
    kept = (STATIC / "card.png").read_bytes()
    width, height = struct.unpack(">II", kept[16:24])
    assert (str(width), str(height)) == (card["og:image:width"], card["og:image:height"]) == ("1200", "630")
    assert len(kept) < 60_000, "a chat's preview is fetched over a village's network"
    answer = visit(card["og:image"], method="HEAD")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")


def test_the_kept_picture_is_what_its_tool_draws() -> None:
    with Image.open(STATIC / "card.png") as kept:
        difference = ImageChops.difference(kept.convert("RGB"), draw_card())
    assert max(ImageStat.Stat(difference).mean) <= 2


@pytest.mark.parametrize("kind", ["official", "pulse"])
def test_a_posters_card_names_round_village_and_address(field: RoundField, kind) -> None:
    round_ = field.plant(kind=kind)
    card = read_card(visit(round_.poster_url, more=PREVIEWS))
    assert card["og:title"] == "Lấy ý kiến về xã nông thôn mới"
    assert card["og:description"].startswith("Thôn Đông, Xã Quảng Điền")
    assert card["og:url"] == round_.poster_url


def test_a_slips_card_says_the_round_and_never_the_code_or_the_village(field: RoundField) -> None:
    round_ = field.plant(slips=2)
    for slip in round_.slips:
        card = read_card(visit(round_.url(slip), more=PREVIEWS))
        assert card["og:title"] == "Lấy ý kiến về xã nông thôn mới"
        assert card["og:description"] == "Xã Quảng Điền"
        assert "og:url" not in card
        for code in round_.slips:
            assert not any(code.grouped in value or code.text in value for value in card.values())


def test_no_other_page_of_a_code_tells_it_in_its_card(field: RoundField) -> None:
    round_, closed, void = field.plant(), field.plant(closed=True), field.plant(void=True)
    code = round_.slips[0].grouped
    mistyped = code[:-1] + ("0" if code[-1] != "0" else "1")
    urls = [closed.slip_url, void.slip_url, f"{field.server.url}/{mistyped}", f"{round_.slip_url}?lang=en"]
    for url in urls:
        card = read_card(visit(url))
        assert "og:url" not in card
        assert not any(url.split("/")[-1][:14] in value for value in card.values())


def test_a_preview_changes_nothing(field: RoundField) -> None:
    official, pulse = field.plant(), field.plant(kind="pulse")
    before = field.count_all()
    for url in (official.slip_url, official.poster_url, pulse.poster_url, f"{field.server.url}/"):
        for method in ("GET", "HEAD"):
            assert visit(url, method=method, more=PREVIEWS).status == 200
    assert field.count_all() == before


def test_a_card_in_english_says_so_and_is_valid(field: RoundField) -> None:
    answer = visit(f"{field.server.url}/?lang=en")
    assert read_card(answer)["og:locale"] == "en_US"
    check_html(answer.text)
