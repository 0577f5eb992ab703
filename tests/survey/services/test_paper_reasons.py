"""What paper ballots say joins the box: mixed with what was sent, and never the k of a mixing."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import func, select, text

from forms.answers import Submission
from forms.resident import new_submission_key
from survey.domain.clock import now
from survey.domain.errors import Conflict, DomainError
from survey.services.paper_reasons import InvalidPaperReasons, add_paper_reasons, list_written_questions
from survey.services.snapshots import questionnaire_of
from survey.services.submit import submit
from survey.services.theme_counts import count_texts
from survey.store.ballots import Reason, ReasonBox
from survey.store.engine import Database
from survey.store.staff import AuditEvent
from tests.survey.open_rounds import SECRET, OpenRound, open_round
from tests.survey.services.reason_stories import close, read_rows, write

KEY = "a-key-of-this-page-1"


def add(database: Database, opened: OpenRound, texts: str, *, question: str = "q02", key: str = KEY) -> int:
    return add_paper_reasons(database, opened.round_id, question, texts, key=key, by=None)


def count(database: Database, model: type) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_one_text_a_line_waits_in_the_box_until_the_close(database: Database, opened: OpenRound) -> None:
    assert add(database, opened, " Đường lầy \n\n Cầu yếu\r\n") == 2
    assert (count(database, ReasonBox), count(database, Reason)) == (2, 0)
    write(database, opened.round_id, ("q16", "Rác"))
    close(database, opened)
    assert read_rows(database, opened.round_id) == {
        "Đường lầy": ("new", None), "Cầu yếu": ("new", None), "Rác": ("new", None),
    }  # fmt: skip
    assert count(database, ReasonBox) == 0


def test_a_round_with_paper_alone_is_mixed_at_the_close(database: Database, opened: OpenRound) -> None:
    add(database, opened, "Đường lầy")
    close(database, opened)
    assert set(read_rows(database, opened.round_id)) == {"Đường lầy"}


def test_paper_does_not_make_the_k_of_a_mixing(database: Database) -> None:
    """Nine texts from paper and one that was sent would be nine that somebody knows, and the tenth."""
    opened = open_round(database, villages=1, households=40, slips=12)
    add(database, opened, "\n".join(f"giấy {n}" for n in range(30)))

    def send(number: int) -> None:
        entry = opened.entry(database, opened.slips[opened.village_ids[0]][number])
        submission = Submission({"q02": "not_satisfied"}, {"q02": f"mạng {number}"})
        submit(
            database, SECRET, entry, new_submission_key(), submission, channel="online", at=now(), min_base=10
        )

    for number in range(9):
        send(number)
    assert count(database, Reason) == 0
    send(9)
    assert (count(database, Reason), count(database, ReasonBox)) == (40, 0)


def test_after_the_close_texts_are_mixed_and_counted_at_once(database: Database, opened: OpenRound) -> None:
    close(database, opened)
    assert add(database, opened, "Đường lầy\nĐường hẹp") == 2
    with database.read() as session:
        assert count_texts(session, opened.round_id) == {"q02": 2}
    assert count(database, ReasonBox) == 0


@pytest.mark.parametrize("closed", [False, True])
def test_the_same_page_sent_twice_is_kept_once(database: Database, opened: OpenRound, closed: bool) -> None:
    if closed:
        close(database, opened)
    for _ in range(2):
        assert add(database, opened, "Đường lầy") == 1
    add(database, opened, "Đường lầy", key="a-key-of-another-page")
    assert count(database, Reason) + count(database, ReasonBox) == 2


def test_nothing_stands_beside_a_text(database: Database, opened: OpenRound) -> None:
    add(database, opened, "Đường lầy")
    with database.read() as session:
        (event,) = session.scalars(select(AuditEvent).where(AuditEvent.action == "reasons.add_paper"))
    assert json.loads(event.detail) == {"texts": 1, "key": KEY}
    assert set(Reason.__table__.columns.keys()) == {
        "round_id", "id", "question", "text", "moderation", "shown_text",
    }  # fmt: skip
    assert set(ReasonBox.__table__.columns.keys()) == {"round_id", "id", "texts", "on_paper"}


@pytest.mark.parametrize("closed", [False, True])
def test_no_transaction_holds_both_a_text_and_who_keyed_it(
    database: Database, opened: OpenRound, closed: bool
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite's rows have no version")
    joined = "SELECT count(*) FROM {} AS t JOIN audit_event AS a ON a.xmin = t.xmin"
    if closed:
        close(database, opened)
    add(database, opened, "Đường lầy\nCầu yếu")
    with database.read() as session:
        assert session.scalar(text(joined.format("reason_box"))) == (0 if closed else 2)
    if not closed:
        close(database, opened)
    with database.read() as session:
        assert count(database, Reason) == 2
        assert session.scalar(text(joined.format("reason"))) == 0


def test_too_long_lines_are_told_by_number_and_nothing_is_kept(database: Database, opened: OpenRound) -> None:
    with pytest.raises(InvalidPaperReasons) as found:
        add(database, opened, "Đường lầy\n" + "x" * 501 + "\nCầu\n" + "y" * 600)
    assert [str(one).split(":")[0] for one in found.value.problems] == ["Dòng 2", "Dòng 4"]
    assert count(database, ReasonBox) == 0


@pytest.mark.parametrize(("question", "texts"), [("q99", "Đường"), ("q02", " \n "), ("q02", "x\n" * 301)])
def test_what_cannot_be_kept_is_refused(
    database: Database, opened: OpenRound, question: str, texts: str
) -> None:
    with pytest.raises(DomainError):
        add(database, opened, texts, question=question)
    assert count(database, ReasonBox) == 0


def test_a_key_that_no_page_made_is_refused(database: Database, opened: OpenRound) -> None:
    with pytest.raises(Conflict):
        add(database, opened, "Đường", key="%")


def test_a_pulse_has_no_paper(database: Database) -> None:
    opened = open_round(database, kind="pulse")
    with pytest.raises(Conflict):
        add(database, opened, "Đường", question="y_kien")


def test_the_questions_are_those_beside_which_something_is_written(
    database: Database, opened: OpenRound
) -> None:
    with database.read() as session:
        asked = list_written_questions(questionnaire_of(session, opened.round_id))
    assert [question.code for question in asked] == [*(f"q{n:02d}" for n in range(1, 20)), "y_kien"]
