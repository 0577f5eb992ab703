"""What a closed round leaves to do: each step is there until it is done, and then the round goes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from survey.domain.actors import Actor
from survey.domain.clock import now, today
from survey.domain.permissions import Role
from survey.services.actions import ActionDraft, add_action
from survey.services.closing import correct_result
from survey.services.follow_up import FollowUp
from survey.services.reasons import Decision, list_reasons, moderate
from survey.services.rounds import get_round
from survey.services.tasks import CommuneTasks, Step, list_tasks
from survey.store.engine import Database
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.publishing import publish
from tests.survey.services.paper_keyers import GOOD, OTHER, Keyer
from tests.survey.services.reason_stories import close, write


@dataclass(frozen=True)
class Desk:
    """What people of the commune are told to do about its round."""

    database: Database
    opened: OpenRound

    def ask(self, role: Role = Role.FRONT_COMMUNE, staff_id: int = 0) -> CommuneTasks:
        actor = Actor(staff_id, "ban", "Bàn", False, ((role, self.opened.commune_id),))
        with self.database.read() as session:
            (commune,) = list_tasks(session, actor, now())
        return commune

    def after(self) -> FollowUp:
        (found,) = self.ask().rounds
        assert found.after
        return found.after

    def steps(self, role: Role = Role.FRONT_COMMUNE, staff_id: int = 0) -> list[Step]:
        return [step for one in self.ask(role, staff_id).rounds for step in one.steps]


@pytest.fixture
def desk(database: Database, opened: OpenRound) -> Desk:
    return Desk(database, opened)


def decide_on_everything(desk: Desk) -> None:
    with desk.database.write() as session:
        round_ = get_round(session, desk.opened.round_id)
        found, _more = list_reasons(session, round_, "q02", "new", limit=10)
        decisions = {one.id: Decision("hidden") for one in found}
        moderate(session, round_, decisions, seen="new", by=None)


def plan_something(desk: Desk) -> None:
    draft = ActionDraft("Rải đá đường thôn", "UBND xã", today() + timedelta(days=30))
    with desk.database.write() as session:
        add_action(session, get_round(session, desk.opened.round_id), draft, by=None)


def test_a_published_round_stays_until_its_opinions_are_read_and_answered(desk: Desk) -> None:
    write(desk.database, desk.opened.round_id, ("q02", "Đường lầy"), ("q02", "Đường hẹp"))
    close(desk.database, desk.opened)
    assert desk.steps() == [Step.READ_RESULT, Step.MODERATE, Step.PUBLISH, Step.PLAN_ACTIONS]
    publish(desk.database, desk.opened.round_id)
    assert (desk.steps(), desk.after().unread) == ([Step.MODERATE, Step.PLAN_ACTIONS], 2)
    assert desk.steps(Role.COMMITTEE_COMMUNE) == [Step.PLAN_ACTIONS]
    decide_on_everything(desk)
    assert desk.steps() == [Step.PLAN_ACTIONS]
    plan_something(desk)
    assert desk.ask().rounds == ()


def test_opinions_of_a_published_round_do_not_keep_the_next_one_from_being_written(desk: Desk) -> None:
    write(desk.database, desk.opened.round_id, ("q02", "Đường lầy"))
    close(desk.database, desk.opened)
    assert desk.ask().steps == ()
    publish(desk.database, desk.opened.round_id)
    assert (desk.ask().steps, desk.steps()) == ((Step.CREATE_ROUND,), [Step.MODERATE, Step.PLAN_ACTIONS])


def test_a_correction_is_asked_for_from_the_reopened_sheet_to_the_second_publication(
    desk: Desk, keyers: list[Keyer]
) -> None:
    first, second, third = keyers
    for keyer in (first, second):
        keyer.finish(GOOD)
    close(desk.database, desk.opened)
    publish(desk.database, desk.opened.round_id)
    assert desk.ask().rounds == ()
    first.reopen("Hộ khiếu nại")
    assert desk.steps(staff_id=first.staff_id) == [Step.COUNT_PAPER, Step.CORRECT]
    assert desk.steps(Role.COLLECTOR, third.staff_id) == [Step.COUNT_PAPER]
    assert desk.steps(Role.COMMITTEE_COMMUNE) == []
    first.finish(OTHER)
    assert desk.steps(staff_id=first.staff_id) == [Step.CORRECT]
    assert (desk.after().reopened, desk.after().settled) == (1, 0)
    second.finish(OTHER)
    assert (desk.after().reopened, desk.after().settled, desk.after().unpublished) == (0, 1, None)
    correct_result(desk.database, desk.opened.round_id, because="Hộ khiếu nại", by=None, at=now())
    assert (desk.steps(), desk.after().unpublished) == ([Step.PUBLISH], 2)
    publish(desk.database, desk.opened.round_id)
    assert desk.ask().rounds == ()


def test_a_drill_is_over_when_it_closes(database: Database) -> None:
    desk = Desk(database, open_round(database, kind="drill", villages=1, households=20))
    write(database, desk.opened.round_id, ("q02", "Đường lầy"))
    close(database, desk.opened)
    assert (desk.ask().rounds, desk.ask().steps) == ((), (Step.CREATE_ROUND,))
