"""The life of a round, from draft to published, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Event

import pytest
from sqlalchemy import delete, func, select, update

from forms.answers import Submission
from forms.resident import new_submission_key
from survey.domain.clock import end_of_day, now, today
from survey.domain.errors import Conflict, DomainError
from survey.domain.rule_sets import list_rule_sets
from survey.domain.working_days import last_working_day
from survey.printing.posters import Poster
from survey.services.adoptions import adopt, is_draft, is_official, rule_set_version
from survey.services.closing import close_round, publish_round
from survey.services.documents import record_document
from survey.services.entry import find_entry
from survey.services.opening import open_round
from survey.services.posters import build_posters
from survey.services.progress import commune_progress, list_day_counts, village_progress
from survey.services.recount import recount_round
from survey.services.rounds import (
    create_round,
    edit_round,
    get_round,
    list_rounds,
    record_authorisation,
    supersede_round,
)
from survey.services.slips import IssuedBatch, build_sheet, issue_slips, void_slips
from survey.services.snapshots import read_snapshot
from survey.services.submit import Outcome, submit
from survey.store.ballots import Box, Response
from survey.store.engine import Database
from survey.store.rounds import Round, RoundState
from survey.store.slips import Slip
from survey.store.staff import AuditEvent, Staff
from survey.store.tallies import Tally
from survey.store.units import HouseholdCount, Unit
from tests.survey.open_rounds import SECRET

MIN_BASE = 3
_ANSWERS = Submission(answers={"q01": "satisfied", "q19": "not_satisfied"}, texts={"q19": "Đường hẹp"})


@dataclass(frozen=True)
class Commune:
    id: int
    village_ids: tuple[int, ...]


@pytest.fixture
def commune(database: Database) -> Commune:
    """Xã Quảng Điền with two villages of twenty and five households."""
    return add_commune(database)


def add_commune(database: Database, type_: str = "Xã", code: str = "19867") -> Commune:
    common = {"valid_from": date(2020, 1, 1), "search_name": ""}
    with database.write() as session:
        unit = Unit(code=code, name=f"{type_} Quảng Điền", level="commune", type=type_, **common)
        session.add(unit)
        session.flush()
        villages = [
            Unit(
                code=f"{code}.{number}",
                name=f"Thôn {number}",
                level="village",
                type="Thôn",
                parent_id=unit.id,
                **common,
            )
            for number in (1, 2)
        ]
        session.add_all(villages)
        session.flush()
        session.add_all(
            HouseholdCount(unit_id=village.id, year=today().year, households=households)
            for village, households in zip(villages, (20, 5), strict=True)
        )
        return Commune(unit.id, tuple(village.id for village in villages))


def rules_key() -> str:
    return list_rule_sets(today(), "xa")[0].key


def draft(database: Database, commune: Commune, kind: str = "official", **changes: object) -> int:
    """The id of a new draft that starts today."""
    typed: dict[str, object] = {
        "title": "Lấy ý kiến năm nay",
        "questionnaire_key": "phan-hoi" if kind == "pulse" else "xa-ntm",
        "rule_set_key": None if kind == "pulse" else rules_key(),
        "starts_on": today(),
        "last_on": today() + timedelta(days=10),
        "contact": "Bà Hoa, 0234 000 000",
        **changes,
    }
    with database.write() as session:
        unit = session.get_one(Unit, commune.id)
        return create_round(session, unit, kind, by=None, **typed).id  # type: ignore[arg-type]


def opened(database: Database, commune: Commune, kind: str = "official", **changes: object) -> int:
    round_id = draft(database, commune, kind, **changes)
    with database.write() as session:
        round_ = get_round(session, round_id)
        if kind == "official":
            document = record_document(session, "45/MTTQ", today(), "MTTQ thành phố", "Cho phép", by=None)
            record_authorisation(session, round_, document, by=None)
        open_round(session, round_, by=None, at=now())
    return round_id


def issue(database: Database, round_id: int, unit_id: int, count: int) -> IssuedBatch:
    with database.write() as session:
        return issue_slips(session, SECRET, round_id, unit_id, count, by=None)


def send(database: Database, issued: IssuedBatch, position: int, at: datetime | None = None) -> Outcome:
    with database.read() as session:
        entry = find_entry(session, SECRET, issued.slips[position].code)
    assert entry is not None
    key = new_submission_key()
    return submit(
        database, SECRET, entry, key, _ANSWERS, channel="online", at=at or now(), min_base=MIN_BASE
    ).outcome


def test_a_round_goes_from_draft_to_published(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 5)
    assert [send(database, issued, position) for position in range(4)] == [Outcome.RECORDED] * 4
    end = end_of_day(today() + timedelta(days=10)) + timedelta(hours=24)
    recount = close_round(database, round_id, by=None, at=end)
    assert (recount.responses, recount.boxed, recount.ledger, recount.differences) == (4, 0, 4, ())
    publish_round(database, round_id, by=None, at=now())
    with database.read() as session:
        assert get_round(session, round_id).state is RoundState.PUBLISHED
        actions = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
    assert actions == [
        "round.create",
        "document.record",
        "round.authorise",
        "round.open",
        "slips.issue",
        "round.close",
        "round.publish",
    ]


def test_opening_freezes_papers_and_households(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with database.write() as session:
        session.execute(update(HouseholdCount).values(households=999))
    with database.read() as session:
        round_ = get_round(session, round_id)
        snapshot = read_snapshot(session, round_id)
        assert [households for _code, _name, households in snapshot.villages] == [20, 5]
        assert [village.households for village in round_.villages] == [20, 5]
        assert len(round_.snapshot_sha256 or "") == 64
        assert snapshot.questionnaire.languages == {"vi", "en"}
        assert snapshot.rules is not None


def test_an_official_round_needs_its_document_and_this_years_households(
    database: Database, commune: Commune
) -> None:
    round_id = draft(database, commune)
    with database.write() as session:
        session.execute(update(HouseholdCount).values(year=today().year - 1))
    with database.write() as session, pytest.raises(DomainError) as problem:
        open_round(session, get_round(session, round_id), by=None, at=now())
    assert "văn bản" in str(problem.value)
    assert "Thôn 1, Thôn 2" in str(problem.value)


def test_a_drill_opens_without_document_on_last_years_households(
    database: Database, commune: Commune
) -> None:
    with database.write() as session:
        session.execute(update(HouseholdCount).values(year=today().year - 1))
    round_id = opened(database, commune, "drill")
    with database.read() as session:
        assert get_round(session, round_id).state is RoundState.OPEN


def test_a_pulse_round_needs_neither_rules_nor_last_day_nor_households(
    database: Database, commune: Commune
) -> None:
    with database.write() as session:
        session.execute(delete(HouseholdCount))
    round_id = opened(database, commune, "pulse", last_on=None)
    assert close_round(database, round_id, by=None, at=now()).agrees


def test_an_official_round_is_for_communes_of_type_xa_only(database: Database) -> None:
    phuong = add_commune(database, "Phường")
    with pytest.raises(DomainError, match="phường"):
        draft(database, phuong)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"last_on": None}, "ngày cuối"),
        ({"last_on": date(2020, 1, 1)}, "từ ngày bắt đầu"),
        ({"rule_set_key": "hd78-xa-2017"}, "không có hiệu lực"),
        ({"rule_set_key": "hd90-huyen-2021"}, "không cùng cấp"),
        ({"rule_set_key": None}, "bộ quy định"),
        ({"questionnaire_key": "phan-hoi"}, "không dùng cho"),
        ({"questionnaire_key": "nothing"}, "nothing"),
        ({"title": "  "}, "tên đợt"),
        ({"contact": ""}, "điện thoại"),
        ({"grace_hours": 999}, "240"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(
    database: Database, commune: Commune, changes: dict[str, object], words: str
) -> None:
    with pytest.raises(DomainError) as problem:
        draft(database, commune, **changes)  # type: ignore[arg-type]
    assert words in str(problem.value)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Round)) == 0


def test_collection_may_not_outlast_the_working_days_of_the_rules(
    database: Database, commune: Commune
) -> None:
    limit = last_working_day(today(), 20)
    draft(database, commune, last_on=limit)
    with pytest.raises(DomainError, match="20 ngày làm việc"):
        draft(database, commune, last_on=limit + timedelta(days=1))


def test_an_open_round_can_no_longer_be_edited(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with database.write() as session, pytest.raises(Conflict):
        edit_round(
            session,
            get_round(session, round_id),
            title="Khác",
            questionnaire_key="xa-ntm",
            rule_set_key=rules_key(),
            starts_on=today(),
            last_on=today(),
            contact="Ai",
            by=None,
        )


def test_closing_early_needs_a_reason_that_is_kept(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with pytest.raises(DomainError, match="lý do"):
        close_round(database, round_id, by=None, at=now(), despite="  ")
    close_round(database, round_id, by=None, at=now(), despite="Bão lũ")
    with database.read() as session:
        assert get_round(session, round_id).closed_despite == "Bão lũ"


def test_closing_again_finishes_what_a_crash_interrupted(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 1)
    send(database, issued, 0)
    with database.write() as session:  # closed, and then the power went
        get_round(session, round_id).closed_at = now()
    with pytest.raises(Conflict):
        publish_round(database, round_id, by=None, at=now())
    assert close_round(database, round_id, by=None, at=now()).responses == 1
    publish_round(database, round_id, by=None, at=now())


def test_a_ballot_that_found_its_round_open_but_arrives_after_the_close_is_late(
    database: Database, commune: Commune
) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 1)
    with database.read() as session:
        entry = find_entry(session, SECRET, issued.slips[0].code)
    assert entry is not None
    close_round(database, round_id, by=None, at=now(), despite="Thử")
    acknowledgement = submit(
        database, SECRET, entry, new_submission_key(), _ANSWERS, channel="online", at=now(), min_base=MIN_BASE
    )
    assert acknowledgement.outcome is Outcome.LATE
    with database.read() as session:
        assert session.scalar(select(Slip.state)) == "issued"


def test_ballots_racing_with_the_close_are_mixed_or_refused(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 16)
    started = Event()

    def vote(position: int) -> Outcome:
        if position == 4:
            started.set()
        return send(database, issued, position)

    with ThreadPoolExecutor(9) as threads:
        votes = [threads.submit(vote, position) for position in range(16)]
        started.wait()
        close_round(database, round_id, by=None, at=now(), despite="Thử")
        outcomes = [vote.result() for vote in votes]
    assert set(outcomes) <= {Outcome.RECORDED, Outcome.LATE}
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Box)) == 0
        assert session.scalar(select(func.count()).select_from(Response)) == outcomes.count(Outcome.RECORDED)


def test_the_close_waits_for_a_ballot_that_is_being_taken(database: Database, commune: Commune) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite has one writer at a time")
    round_id = opened(database, commune)
    with database.write() as ballot, ThreadPoolExecutor(1) as threads:
        ballot.get_one(Round, round_id, with_for_update={"read": True, "key_share": True})
        closing = threads.submit(close_round, database, round_id, by=None, at=now(), despite="Thử")
        with pytest.raises(TimeoutError):
            closing.result(timeout=0.5)
        ballot.commit()
        assert closing.result(timeout=20).agrees


def test_a_superseded_round_is_kept_beside_its_correction(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    close_round(database, round_id, by=None, at=now(), despite="Thử")
    with database.write() as session:
        corrected = supersede_round(session, get_round(session, round_id), "Phát nhầm mẫu", by=None)
        assert corrected.state is RoundState.DRAFT
    with database.read() as session:
        old = get_round(session, round_id)
        assert (old.state, old.superseded_because) == (RoundState.SUPERSEDED, "Phát nhầm mẫu")
        assert [one.id for one in list_rounds(session, [commune.id])] == [corrected.id, round_id]
        assert get_round(session, corrected.tag.lower()).supersedes_id == round_id


def test_slips_never_outnumber_the_households(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    small = commune.village_ids[1]
    first = issue(database, round_id, small, 3)
    with pytest.raises(DomainError, match="thêm được 2 thẻ"):
        issue(database, round_id, small, 3)
    with database.write() as session:
        assert void_slips(session, round_id, [1, 2], because="Mất", by=None) == 2
    second = issue(database, round_id, small, 4)
    assert (first.batch.last_number, second.batch.first_number, second.batch.last_number) == (3, 4, 7)


def test_issuers_at_the_same_time_share_the_households_and_no_number(
    database: Database, commune: Commune
) -> None:
    round_id = opened(database, commune)

    def try_issue(_turn: int) -> int:
        try:
            return len(issue(database, round_id, commune.village_ids[0], 6).slips)
        except DomainError:
            return 0

    with ThreadPoolExecutor(6) as threads:
        counts = list(threads.map(try_issue, range(6)))
    assert sorted(counts) == [0, 0, 0, 6, 6, 6]
    with database.read() as session:
        assert sorted(session.scalars(select(Slip.number))) == list(range(1, 19))


def test_a_used_slip_cannot_be_voided(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 2)
    send(database, issued, 0)
    with database.write() as session:
        assert void_slips(session, round_id, [1, 2], because="Mất tờ in", by=None) == 1
        with pytest.raises(DomainError, match="77"):
            void_slips(session, round_id, [77], because="Nhầm", by=None)
    assert send(database, issued, 1) is Outcome.SLIP_VOID


def test_plain_codes_are_on_paper_only(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 2)
    sheet = build_sheet(issued, "https://khaosat.example.vn")
    assert [slip.number for slip in sheet.slips] == [1, 2]
    assert sheet.slips[0].url == f"https://khaosat.example.vn/{issued.slips[0].code.grouped}"
    with database.read() as session:
        assert all(
            slip.code.text.encode() not in hashed
            for slip in issued.slips
            for hashed in session.scalars(select(Slip.code_hash))
        )


def test_a_poster_per_village_carries_its_own_address(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with database.read() as session:
        posters: list[Poster] = build_posters(
            session, "https://khaosat.example.vn", get_round(session, round_id)
        )
    assert [poster.village for poster in posters] == ["Thôn 1", "Thôn 2"]
    assert len({poster.url for poster in posters}) == 2
    assert posters[0].url == f"https://{posters[0].short_address}"
    assert posters[0].needs_slip


def test_progress_counts_mixed_and_boxed_ballots_alike(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 5)
    for position in range(4):  # three are mixed, one stays in the box
        send(database, issued, position)
    with database.read() as session:
        first, second = village_progress(session, round_id)
        assert (first.received, first.by_channel, first.households, first.slips) == (4, {"online": 4}, 20, 5)
        assert first.needed == 14
        assert (second.received, second.needed) == (0, 4)
        (line,) = commune_progress(session, [commune.id])
        assert (line.received, line.households, line.silent, line.villages) == (4, 25, 1, 2)
        assert line.needed == 18
        assert list_day_counts(session, round_id) == [(today(), {"online": 4})]


def test_a_recount_finds_a_tally_that_lies(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 3)
    for position in range(3):
        send(database, issued, position)
    assert recount_round(database, round_id).agrees
    with database.write() as session:
        session.execute(update(Tally).where(Tally.question == "q01").values(count=99))
    recount = recount_round(database, round_id)
    assert [(cell.question, cell.tallied, cell.counted) for cell in recount.differences] == [("q01", 99, 3)]
    with pytest.raises(DomainError, match="không khớp"):
        close_round(database, round_id, by=None, at=now(), despite="Thử")


def test_a_recount_finds_a_response_that_was_slipped_in_without_a_submission(
    database: Database, commune: Commune
) -> None:
    round_id = opened(database, commune)
    issued = issue(database, round_id, commune.village_ids[0], 3)
    for position in range(3):
        send(database, issued, position)
    with database.write() as session:
        kept = session.scalars(select(Response.id).limit(1)).one()
        session.execute(delete(Response).where(Response.id == kept))
    recount = recount_round(database, round_id)
    assert not recount.agrees
    assert (recount.ledger, recount.responses) == (3, 2)


def test_adopting_makes_a_draft_official_for_the_unit_and_below(database: Database, commune: Commune) -> None:
    round_id = opened(database, commune)
    with database.write() as session:
        snapshot = read_snapshot(session, round_id)
        assert is_draft(session, commune.id, snapshot)
        assert snapshot.rules is not None
        person = Staff(username="a", display_name="A", password_hash="x", created_at=now())
        session.add(person)
        session.flush()
        unit = session.get_one(Unit, commune.id)
        document = record_document(session, "1", today(), "MTTQ", "Mẫu phiếu", by=person.id)
        version = rule_set_version(snapshot.rules)
        adopt(session, unit, "questionnaire", "xa-ntm", "1", document, by=person.id)
        assert is_draft(session, commune.id, snapshot)
        adopt(session, unit, "rule_set", snapshot.rules.key, version, document, by=person.id)
        assert not is_draft(session, commune.id, snapshot)
        assert is_official(session, commune.village_ids[0], "rule_set", snapshot.rules.key, version)
        with pytest.raises(Conflict):
            adopt(session, unit, "questionnaire", "xa-ntm", "1", document, by=person.id)
        changed = replace(snapshot.rules, grace_hours=1)
        assert rule_set_version(changed) != version


@pytest.mark.parametrize(
    ("scan", "kind"),
    [
        (b"%PDF-1.7 ...", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff...", "image/jpeg"),
        (b"<html><script>", None),
        (b"%PDF-" + bytes(5 * 2**20), None),
    ],
    ids=["pdf", "png", "jpeg", "html", "too large"],
)
def test_a_scan_is_judged_by_its_bytes(database: Database, scan: bytes, kind: str | None) -> None:
    with database.write() as session:
        if kind is None:
            with pytest.raises(DomainError):
                record_document(session, "1", today(), "MTTQ", "Cho phép", scan=scan, by=None)
        else:
            document = record_document(session, "1", today(), "MTTQ", "Cho phép", scan=scan, by=None)
            assert document.scan_type == kind
