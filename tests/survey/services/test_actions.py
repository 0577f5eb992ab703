"""Actions: by whom, until when, in which state; the public gets those that were made public."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from survey.domain.actions import ActionState
from survey.domain.clock import today
from survey.domain.errors import Conflict, NotFound
from survey.frames import list_actions
from survey.services.actions import ActionDraft, InvalidAction, add_action, edit_action, get_action
from survey.services.rounds import get_round, supersede_round
from survey.store.actions import Action
from survey.store.engine import Database
from survey.store.staff import AuditEvent
from tests.survey.open_rounds import OpenRound
from tests.survey.services.reason_stories import WRITTEN, close, write

DRAFT = ActionDraft(
    text="Rải đá cấp phối 2 km đường thôn Đông",
    responsible="UBND xã, công chức địa chính",
    due_on=today() + timedelta(days=60),
    question="q02",
    theme="giao-thong",
    published=True,
)


@pytest.fixture
def closed(database: Database, opened: OpenRound) -> OpenRound:
    write(database, opened.round_id, *WRITTEN)
    close(database, opened)
    return opened


def add(database: Database, round_id: int, draft: ActionDraft = DRAFT) -> int:
    with database.write() as session:
        return add_action(session, get_round(session, round_id), draft, by=None).id


def edit(database: Database, round_id: int, action_id: int, draft: ActionDraft, seen: int = 1) -> None:
    with database.write() as session:
        edit_action(session, get_round(session, round_id), action_id, draft, seen=seen, by=None)


def test_an_action_is_kept_and_told_with_the_names_of_its_theme(
    database: Database, closed: OpenRound
) -> None:
    add(database, closed.round_id)
    with database.read() as session:
        (line,) = list_actions(session, closed.round_id)
    assert (line.text, line.responsible, line.due_on, line.state) == (
        DRAFT.text, DRAFT.responsible, DRAFT.due_on, ActionState.PLANNED,
    )  # fmt: skip
    assert (line.question, line.theme, line.theme_name) == ("q02", "giao-thong", "Đường giao thông")
    assert not line.is_overdue


def test_the_public_gets_only_what_was_made_public_by_its_day(database: Database, closed: OpenRound) -> None:
    add(database, closed.round_id, replace(DRAFT, text="sau", due_on=today() + timedelta(days=90)))
    add(database, closed.round_id, replace(DRAFT, text="trước"))
    add(database, closed.round_id, replace(DRAFT, text="chưa công khai", published=False))
    with database.read() as session:
        assert [one.text for one in list_actions(session, closed.round_id)] == ["trước", "sau"]
        assert len(list_actions(session, closed.round_id, published_only=False)) == 3


def test_a_state_changes_and_what_is_late_says_so(database: Database, closed: OpenRound) -> None:
    late = replace(DRAFT, due_on=today() - timedelta(days=1))
    action_id = add(database, closed.round_id)
    let_pass(database, action_id)
    with database.read() as session:
        assert get_action(session, closed.round_id, action_id).is_overdue
    edit(database, closed.round_id, action_id, replace(late, state=ActionState.DONE, note="Xong sớm"))
    with database.read() as session:
        line = get_action(session, closed.round_id, action_id)
    assert (line.state, line.note, line.revision, line.is_overdue) == (
        ActionState.DONE, "Xong sớm", 2, False,
    )  # fmt: skip


def let_pass(database: Database, action_id: int) -> None:
    """The action was due yesterday."""
    with database.write() as session:
        session.get_one(Action, action_id).due_on = today() - timedelta(days=1)


@pytest.mark.parametrize("days", [1, 400])
def test_a_day_that_has_passed_is_kept_and_never_chosen(
    database: Database, closed: OpenRound, days: int
) -> None:
    late = replace(DRAFT, due_on=today() - timedelta(days=days))
    with pytest.raises(InvalidAction) as found:
        add(database, closed.round_id, late)
    assert str(found.value.problems["due_on"]) == "Ngày này đã qua. Xin ghi từ hôm nay trở đi."
    action_id = add(database, closed.round_id, replace(DRAFT, due_on=today()))
    with pytest.raises(InvalidAction):
        edit(database, closed.round_id, action_id, late)


def test_two_people_cannot_overwrite_each_other(database: Database, closed: OpenRound) -> None:
    action_id = add(database, closed.round_id)
    edit(database, closed.round_id, action_id, replace(DRAFT, state=ActionState.DOING))
    with pytest.raises(Conflict, match="Người khác vừa sửa"):
        edit(database, closed.round_id, action_id, replace(DRAFT, text="Khác"))
    with database.read() as session:
        assert get_action(session, closed.round_id, action_id).text == DRAFT.text


def test_saving_without_a_change_changes_nothing(database: Database, closed: OpenRound) -> None:
    action_id = add(database, closed.round_id)
    edit(database, closed.round_id, action_id, DRAFT)
    with database.read() as session:
        assert get_action(session, closed.round_id, action_id).revision == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"responsible": ""}, "responsible"),
        ({"responsible": "x" * 201}, "responsible"),
        ({"due_on": None}, "due_on"),
        ({"due_on": date(2206, 1, 1)}, "due_on"),
        ({"state": ActionState.DROPPED}, "note"),
        ({"question": "q99"}, "question"),
        ({"theme": "khong-co"}, "theme"),
    ],
)
def test_what_is_wrong_is_told_by_field(
    database: Database, closed: OpenRound, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidAction) as found:
        add(database, closed.round_id, replace(DRAFT, **change))  # type: ignore[arg-type]
    assert set(found.value.problems) == {field}


def test_an_action_belongs_to_its_round(database: Database, closed: OpenRound) -> None:
    action_id = add(database, closed.round_id)
    with database.read() as session, pytest.raises(NotFound):
        get_action(session, closed.round_id + 1, action_id)


def test_no_action_before_the_close_nor_for_a_round_that_was_set_aside(
    database: Database, opened: OpenRound
) -> None:
    with pytest.raises(Conflict):
        add(database, opened.round_id)
    close(database, opened)
    action_id = add(database, opened.round_id)
    with database.write() as session:
        supersede_round(session, get_round(session, opened.round_id), "Nhầm", by=None)
    with pytest.raises(Conflict):
        add(database, opened.round_id)
    with pytest.raises(Conflict):
        edit(database, opened.round_id, action_id, replace(DRAFT, text="Khác"))


def test_the_log_keeps_what_was_promised(database: Database, closed: OpenRound) -> None:
    action_id = add(database, closed.round_id)
    edit(database, closed.round_id, action_id, replace(DRAFT, text="Rải đá 1 km"))
    with database.read() as session:
        logged = select(AuditEvent).where(AuditEvent.action.startswith("actions.")).order_by(AuditEvent.id)
        texts = [(one.action, json.loads(one.detail)["text"]) for one in session.scalars(logged)]
    assert texts == [("actions.add", DRAFT.text), ("actions.edit", "Rải đá 1 km")]


@pytest.mark.parametrize("values", [{"state": "later"}, {"text": ""}, {"state": "dropped"}, {"revision": 0}])
def test_the_database_refuses_what_no_action_is(
    database: Database, closed: OpenRound, values: dict[str, object]
) -> None:
    add(database, closed.round_id)
    with pytest.raises(Conflict), database.write() as session:
        session.execute(update(Action).values(values))
