"""Planting the season: the services that officers and residents use, called in the order of its days.

Nothing is written around them but the mark `synthetic` on the villages. Rounds, ballots and papers
carry the season's own days; the audit log carries the moment of planting, as it should.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from forms.answers import BlankRule
from forms.resident import new_submission_key, parse_submission
from survey.demo.ground import Ground, HeldRound
from survey.demo.paper import count_paper
from survey.demo.scan import draw_scan
from survey.demo.season import PlantedBallot, PlantedRound, PlantedVillage, Season, at_hour, draw_ballots
from survey.demo.voices import answer_voices
from survey.domain.clock import now
from survey.domain.codes import parse_code
from survey.domain.errors import Conflict
from survey.domain.rule_sets import list_rule_sets
from survey.domain.units import Level
from survey.domain.villages import LABELS
from survey.services.closing import close_round
from survey.services.documents import record_document
from survey.services.entry import Entry, find_entry
from survey.services.opening import open_round
from survey.services.posters import build_posters
from survey.services.publishing import attach_scan, publish_round
from survey.services.rounds import create_round, record_authorisation
from survey.services.slips import issue_slips
from survey.services.snapshots import read_snapshot
from survey.services.submit import Outcome, submit
from survey.services.units import find_unit, list_villages
from survey.services.villages import apply_import, preview_import
from survey.store.rounds import Round
from survey.store.staff import Staff
from survey.store.units import Unit
from translations.catalogue import lazy

DESPITE = "Số liệu mẫu: đóng để trình diễn."
CONTACT = "Ban công tác Mặt trận thôn mẫu, điện thoại 0000 000 000"
_MORNING = 7
Advance = Callable[[int], None]


def is_empty(session: Session) -> bool:
    """Whether nobody has begun to use the database: no account, no round, no village."""
    begun = (select(Staff.id), select(Round.id), select(Unit.id).where(Unit.level == Level.VILLAGE))
    return all(session.scalar(one.limit(1)) is None for one in begun)


def plant_villages(ground: Ground, season: Season) -> None:
    """Import the villages of every commune, with the households of every year in which a round starts."""
    for commune, villages in season.villages.items():
        years = sorted({one.starts_on.year for one in season.rounds if one.commune == commune})
        for year in years:
            with ground.database.write() as session:
                unit = _get_commune(session, commune, season)
                preview = preview_import(session, unit.id, "thon.csv", _write_table(villages), year)
                apply_import(session, unit.id, preview, year, by=ground.officer_of(commune))
                made = [village.id for village in list_villages(session, unit.id)]
                session.execute(update(Unit).where(Unit.id.in_(made)).values(synthetic=True))


def _get_commune(session: Session, code: str, season: Season) -> Unit:
    unit = find_unit(session, code, season.rounds[0].starts_on)
    if unit is None:
        raise Conflict(lazy("Chưa nạp danh sách đơn vị: không có xã mang mã %(code)s.", code=code))
    return unit


def _write_table(villages: tuple[PlantedVillage, ...]) -> bytes:
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(str(LABELS[column]) for column in ("code", "name", "households"))
    rows.writerows((village.code, village.name, village.households) for village in villages)
    return out.getvalue().encode("utf-8-sig")


def hold_round(ground: Ground, season: Season, planted: PlantedRound, advance: Advance) -> HeldRound:
    """Hold a round: open it, issue slips, take every ballot; close and publish it where it ends."""
    opens_at = at_hour(planted.starts_on, _MORNING)
    held = _open(ground, season, planted, opens_at)
    ends_at = at_hour(planted.last_on, 20) if planted.closes_on and planted.last_on else now()
    on_paper: list[PlantedBallot] = []
    for ballot in draw_ballots(season, planted, opens_at + timedelta(minutes=30), ends_at):
        if ballot.channel == "paper":
            on_paper.append(ballot)
        else:
            _send(ground, held, ballot)
        advance(1)
    if on_paper:
        count_paper(ground, held, on_paper)
    by = ground.officer_of(planted.commune)
    if planted.closes_on:
        at = at_hour(planted.closes_on, 9)
        close_round(ground.database, held.round_id, by=by, at=at, despite=DESPITE, min_base=ground.min_base)
    if planted.publishes_on:
        answer_voices(ground, held)
        _publish(ground, held, at_hour(planted.publishes_on, 9))
    return held


def _publish(ground: Ground, held: HeldRound, at: datetime) -> None:
    by, title = ground.officer_of(held.planted.commune), "Biên bản kiểm phiếu (mẫu)"
    scan = draw_scan(title, held.planted.title)
    with ground.database.write() as session:
        attach_scan(session, held.round_id, "01/BB-MẪU", title, scan, by=by, at=at)
    publish_round(ground.database, held.round_id, by=by, at=at, files=ground.files, min_base=ground.min_base)


def _open(ground: Ground, season: Season, planted: PlantedRound, opens_at: datetime) -> HeldRound:
    by = ground.officer_of(planted.commune)
    with ground.database.write() as session:
        unit = _get_commune(session, planted.commune, season)
        rules = None if planted.kind == "pulse" else list_rule_sets(planted.starts_on, "xa")[0].key
        round_ = create_round(
            session,
            unit,
            planted.kind,
            planted.title,
            planted.questionnaire,
            rules,
            planted.starts_on,
            planted.last_on,
            CONTACT,
            by=by,
        )
        if planted.kind == "official":
            _authorise(session, round_, unit, by)
        open_round(session, round_, by=by, at=opens_at)
        held = HeldRound(round_.id, planted)
        for village in season.villages[planted.commune]:
            _issue(session, ground, held, village, opens_at)
        if planted.kind == "pulse":
            codes = [parse_code(poster.code) for poster in build_posters(session, ground.public_url, round_)]
            held.posters.update(zip((v.code for v in season.villages[planted.commune]), codes, strict=True))
    return held


def _authorise(session: Session, round_: Round, unit: Unit, by: int | None) -> None:
    document = record_document(
        session,
        f"{round_.id:02d}/KH-MẪU",
        round_.starts_on - timedelta(days=10),
        f"Ban Thường trực Ủy ban MTTQ Việt Nam {unit.name} (mẫu)",
        "Văn bản mẫu của bản trình diễn, không có giá trị pháp lý",
        by=by,
    )
    record_authorisation(session, round_, document, by=by)


def _issue(
    session: Session, ground: Ground, held: HeldRound, village: PlantedVillage, opens_at: datetime
) -> None:
    count = held.planted.count_slips(village)
    if not count:
        return
    unit = find_unit(session, village.code, held.planted.starts_on)
    assert unit is not None  # plant_villages made it
    by = ground.officer_of(held.planted.commune)
    issued = issue_slips(session, ground.secret, held.round_id, unit.id, count, by=by, at=opens_at)
    held.slips[village.code] = list(issued.slips)


def _send(ground: Ground, held: HeldRound, ballot: PlantedBallot) -> None:
    """What the page's POST does: find what the code opens, read the form, submit."""
    slips = held.slips.get(ballot.village)
    code = slips.pop().code if slips else held.posters[ballot.village]
    with ground.database.read() as session:
        entry = find_entry(session, ground.secret, code)
        assert isinstance(entry, Entry)  # issued above
        snapshot = read_snapshot(session, session.get_one(Round, held.round_id))
    page = MultiDict({**ballot.fields, "key": new_submission_key()})
    blank: BlankRule = snapshot.rules.blank if snapshot.rules else "no_answer"
    parsed = parse_submission(snapshot.questionnaire, page, "vi", blank=blank)
    assert parsed.submission is not None, (parsed.form_error, parsed.errors)
    taken = submit(
        ground.database,
        ground.secret,
        entry,
        parsed.key,
        parsed.submission,
        channel=ballot.channel,
        at=ballot.at,
        min_base=ground.min_base,
    )
    assert taken.outcome is Outcome.RECORDED, taken.outcome
