"""Every page that links lead to, as each role meets it in a commune that has been at work for a while."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import html5lib
import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from werkzeug.routing import Rule

from analytics.public_files import write_public_files
from app import create_app
from survey.application import detach
from survey.demo.demonstration import plant_demonstration
from survey.demo.handout import Account
from survey.demo.season import plan_season
from survey.domain.clock import now, today
from survey.domain.rule_sets import list_rule_sets
from survey.domain.sound import check_sound
from survey.services.audio import add_clips, add_language, list_words, questionnaire_to_read
from survey.services.closing import close_round
from survey.services.opening import open_round
from survey.services.register import load_units
from survey.services.rounds import create_round, get_round
from survey.settings import read_settings
from survey.store.engine import Database
from tests.servers.browser import Phone
from tests.servers.databases import SqliteFiles
from tests.servers.live import LiveServer, run_app
from tests.servers.pages import find_html_problems
from tests.servers.screens import find_screen_problems
from tests.survey.sounds import make_wav
from tests.survey.web.staff_browser import Browser, database_of

PAGES_OF_A_KIND = 5
"""Pages looked at per role, endpoint and language: a list of forty communes needs no forty visits."""
NOT_LINKED = {
    "static",
    "public.show_version",  # nothing is corrected in the demonstration
    "rounds.download_scan",  # the demonstration has no scan
    "audio.play",  # what a player fetches
    "offline.worker",  # what a script registers
    "collect.worker",
    "slip_batches.download",  # gone once the slips are printed
    "slip_batches.download_manifest",
    "collect.tell_state",
    "resident.code_page",  # what the form of the first page answers to
    "closing.return_to_scans",  # where somebody reloads the answer to a form
    "paper_sheets.return_to_sheet",
    "papers.return_to_slips",
    "slip_returns.return_to_numbers",
}


@dataclass
class Walk:
    """The endpoints that a role came by, a page of each rule, and what was wrong on the way."""

    endpoints: set[str] = field(default_factory=set)
    samples: dict[str, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Season:
    server: LiveServer
    app: Flask
    staff: tuple[Account, ...]
    pulse_code: str
    walks: dict[str, Walk]


@pytest.fixture(scope="module")
def season(sqlite_databases: SqliteFiles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Season]:
    """The demonstration and a draft, served; every role has followed every link from its first page."""
    url = sqlite_databases.create()
    with run_app(url, tmp_path_factory.mktemp("served")) as server:
        settings = read_settings(server.environ)
        app = create_app(settings)
        database = database_of(app)
        with database.write() as session:
            load_units(session)
        handout = plant_demonstration(
            database,
            settings.code_secret,
            plan_season(300, 7, today()),
            min_base=settings.min_base,
            public_url=server.url,
            files=write_public_files,
            advance=lambda _count: None,
        )
        add_draft(database, handout.official_round)
        feedback = add_feedback(database, handout.official_round)
        close_round(database, feedback, by=None, at=now(), despite="Thử")
        for round_id in (handout.official_round, handout.pulse_round):
            read_aloud(database, round_id)
        walks = {one.username: walk(app, one) for one in handout.staff} | {"": walk(app, None)}
        yield Season(server, app, handout.staff, handout.pulse_code, walks)
        detach(app)
    sqlite_databases.drop(url)


def add_draft(database: Database, beside: int) -> None:
    with database.write() as session:
        create_round(
            session,
            get_round(session, beside).unit,
            "official",
            title="Bản soạn",
            questionnaire_key="xa-ntm",
            rule_set_key=list_rule_sets(today(), "xa")[0].key,
            starts_on=today(),
            last_on=today(),
            contact="Mặt trận xã",
            by=None,
        )


def add_feedback(database: Database, beside: int) -> int:
    """A round that, once it is closed, may be published without anybody's signature."""
    with database.write() as session:
        round_ = create_round(
            session,
            get_round(session, beside).unit,
            "pulse",
            title="Phản hồi đã đóng",
            questionnaire_key="phan-hoi",
            rule_set_key=None,
            starts_on=today(),
            last_on=None,
            contact="Mặt trận xã",
            by=None,
        )
        open_round(session, round_, by=None, at=now())
        return round_.id


def read_aloud(database: Database, round_id: int) -> None:
    """Recordings of the first words of a round."""
    with database.write() as session:
        round_ = get_round(session, round_id)
        code = add_language(session, round_.unit_id, "vi", by=None)
        words = list_words(questionnaire_to_read(session, round_))[:2]
        sounds = {one: check_sound(make_wav(tone=place)) for place, one in enumerate(words)}
        add_clips(session, round_.unit_id, code, sounds, by=None)


def walk(app: Flask, account: Account | None) -> Walk:
    """Follow every link from the first page, some pages of a kind, and note what is wrong."""
    browser, done = Browser(app), Walk()
    if account:
        assert browser.sign_in(account.username, account.password).status_code == 303
    seen, kinds, queue = (
        {"/"},
        Counter[tuple[str, bool]](),
        deque(["/", "/viec-can-lam"] if account else ["/"]),
    )
    while queue:
        path = queue.popleft()
        rule = find_rule(app, path)
        kind = (rule.rule, "lang=" in path)
        if kinds[kind] >= PAGES_OF_A_KIND:
            continue
        kinds[kind] += 1
        done.endpoints.add(rule.endpoint)
        for link in look(browser, rule, path, done):
            if link not in seen:
                seen.add(link)
                queue.append(link)
    return done


def find_rule(app: Flask, path: str) -> Rule:
    return app.url_map.bind("localhost").match(urlsplit(path).path, return_rule=True)[0]


def look(browser: Browser, rule: Rule, path: str, done: Walk) -> list[str]:
    """The links on a page within the app, in the page's order."""
    answer = browser.get(path, follow_redirects=True)
    if answer.status_code != 200 or not answer.data:
        done.problems.append(f"{path}: {answer.status_code}")
    answer.close()
    if answer.mimetype != "text/html":
        return []
    done.samples.setdefault(rule.rule, path)
    done.problems += [f"{path}: {problem}" for problem in find_html_problems(answer.text)]
    page = html5lib.parse(answer.text, namespaceHTMLElements=False)
    headings = len(page.findall(".//h1"))
    if headings != 1:
        done.problems.append(f"{path}: {headings} h1")
    targets = [urlsplit(link.get("href", "")) for link in page.iterfind(".//a")]
    own = [one for one in targets if one.path.startswith("/") and one.hostname in (None, "127.0.0.1")]
    return [f"{one.path}?{one.query}" if one.query else one.path for one in own]


def test_no_page_is_broken_for_any_role(season: Season) -> None:
    problems = [f"{who} {one}" for who, walked in season.walks.items() for one in walked.problems]
    assert not problems, "\n".join(problems)


def test_links_lead_to_every_page(season: Season) -> None:
    reached = {endpoint for walked in season.walks.values() for endpoint in walked.endpoints}
    pages = {rule.endpoint for rule in season.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert pages - reached - NOT_LINKED == set()
    assert NOT_LINKED & reached == set()


def test_a_preview_of_a_questionnaire_sends_nothing(season: Season) -> None:
    browser, analyst = Browser(season.app), next(one for one in season.staff if one.role == "analyst")
    browser.sign_in(analyst.username, analyst.password)
    shown = browser.get("/mau-phieu/xa-ntm/xem-thu").text
    assert 'id="q19"' in shown
    assert 'method="post"' not in shown
    assert "<button" not in shown


def test_nobody_meets_a_page_of_others(season: Season) -> None:
    strangers = season.walks[""].endpoints
    assert {name.partition(".")[0] for name in strangers} <= {"resident", "public", "accounts"}
    readers = season.walks["phantich"].endpoints
    assert not {"staff.list_staff", "rounds.create", "papers.slips"} & readers


def test_every_kind_of_page_is_well_drawn(season: Season, phone: Phone) -> None:
    """Each rule once, as the first role that comes by it."""
    problems, looked_at = [], set[str]()
    for account in (*season.staff, None):
        page = phone(script=False)
        if account:
            sign_in(page, season, account)
        for rule, path in season.walks[account.username if account else ""].samples.items():
            if rule not in looked_at:
                looked_at.add(rule)
                page.goto(season.server.url + path)
                problems += [f"{path}: {problem}" for problem in find_screen_problems(page)]
    assert not problems, "\n".join(problems)


def sign_in(page: Page, season: Season, account: Account) -> None:
    page.goto(f"{season.server.url}/dang-nhap")
    page.fill("[name=username]", account.username)
    page.fill("[name=password]", account.password)
    page.locator("main button").tap()
    page.wait_for_url("**/viec-can-lam")


@pytest.mark.parametrize(
    ("dress", "script"), [("", True), ("chu=to", False), ("nghe=vi&lang=en", True), ("nghe=vi&chu=to", False)]
)
def test_the_residents_pages_are_well_drawn_in_every_dress(
    season: Season, phone: Phone, dress: str, script: bool
) -> None:
    """The questions, refused and filled in, the thanks, and a code that nobody has."""
    page = phone(script=script)
    problems: list[str] = []

    def look_at(name: str) -> None:
        problems.extend(f"{name}: {problem}" for problem in find_screen_problems(page))

    page.goto(f"{season.server.url}/{season.pulse_code}?{dress}")
    assert (page.locator("audio").count() > 0) == ("nghe" in dress)
    look_at("questions")
    page.locator("#ballot > .button").tap()
    expect(page.locator("#wrong")).to_be_visible()
    look_at("refused")
    for option in page.locator("fieldset label.option:first-of-type").all():
        option.tap()
    page.locator("#ballot > .button").tap()
    expect(page.locator(".receipt")).to_be_visible()
    look_at("thanks")
    page.goto(f"{season.server.url}/ZZZZ-ZZZZ?{dress}")
    look_at("unknown")
    assert not problems, "\n".join(problems)
