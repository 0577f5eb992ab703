"""A commune of twelve villages that answered in every way, closed by the real services.

Village 9 has no paper, village 10 few who answered another way, village 11 nobody; village 1 typed totals of
its paper without counting the ballots that hold a *chưa hài lòng*.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from survey.domain.clock import now, today
from survey.services.actions import ActionDraft, add_action
from survey.services.closing import close_round, correct_result
from survey.services.paper_keying import declare_no_paper, reopen_sheet, save_keying
from survey.services.reasons import Decision, list_reasons, moderate
from survey.services.rounds import get_round
from survey.services.slip_returns import return_slips
from survey.services.theme_counts import recount_themes
from survey.store.engine import Database
from survey.store.rounds import Round, RoundUnit
from survey.store.slips import Slip
from survey.store.staff import Staff
from tests.analytics.season import OVERALL, answer_all, drop_ballots, write_reason
from tests.survey.open_rounds import OpenRound, open_round
from tests.survey.paper import SATISFIED, against, fill_in

TITLE = "Lấy ý kiến về sự hài lòng của người dân đối với kết quả xây dựng nông thôn mới năm 2026"
LONG_NAME = "Thôn Phú Lương Đông – Vinh Hòa – An Xuân Tây Thượng và Hạ Lộc"
NAMES = (
    LONG_NAME, "Thôn Khuông Phò", "Thôn An Gia", "Thôn Thạch Bình", "Thôn Vĩnh Hòa", "Thôn Uất Mậu",
    "Thôn Giang Đông", "Thôn Bác Vọng Đông", "Thôn Lương Cổ", "Thôn Hạ Lang", "Thôn Đông Cao",
    "Thôn La Vân Hạ",
)  # fmt: skip
HOUSEHOLDS = 170
WITHOUT_PAPER, FEW_ONLINE, SILENT = 9, 10, 11
PAPER_VALID, PAPER_AGAINST, ASIDE, LOST = 58, 5, 3, 4
REASON = "Đường thôn nhiều ổ gà, trời mưa lầy lội"
PRIVATE_REASON = "Mương thoát nước tắc, gọi tôi số 0905 123 456"
HIDDEN_REASON = "Ông Ba nhà bên cạnh xả nước ra đường"
ACTION = "Đổ bê tông đường thôn Khuông Phò."
PLANNED_ACTION = "Việc còn bàn, chưa công bố"
OPEN_REASON = "Thôn La Vân Hạ bị ngập, không thu được phiếu trong thời hạn."


@dataclass(frozen=True)
class Story:
    """A closed round, with the two people who counted its paper."""

    database: Database
    opened: OpenRound
    keyers: tuple[int, int]

    @property
    def round_id(self) -> int:
        return self.opened.round_id

    def village(self, place: int) -> int:
        return self.opened.village_ids[place]


def hold_commune(database: Database) -> Story:
    """Twelve villages, 2.040 households, four ways to answer."""
    opened = open_round(database, villages=12, households=HOUSEHOLDS, slips=70)
    with database.write() as session:
        session.get_one(Round, opened.round_id).title = TITLE
        for place, village in enumerate(opened.village_ids):
            session.get_one(RoundUnit, (opened.round_id, village)).name = NAMES[place]
        staff = [
            Staff(username=name, display_name=shown, password_hash="", created_at=now())
            for name, shown in (("lan", "Nguyễn Thị Lan"), ("minh", "Trần Văn Minh"))
        ]
        session.add_all(staff)
        session.flush()
        story = Story(database, opened, (staff[0].id, staff[1].id))
    _send_ballots(story)
    _count_paper(story)
    for text in (REASON, PRIVATE_REASON, HIDDEN_REASON):
        write_reason(database, opened.round_id, q02=text)
    close_round(database, opened.round_id, by=story.keyers[0], at=now(), despite=OPEN_REASON)
    _answer_reasons(story)
    return story


def _answer_reasons(story: Story) -> None:
    """Two of three texts are shown, themes counted, and one action of two is public."""
    with story.database.write() as session:
        round_ = get_round(session, story.round_id)
        lines, _ = list_reasons(session, round_, "q02", "new", limit=10)
        decisions = {
            line.id: Decision("hidden") if line.text == HIDDEN_REASON else Decision("shown", line.text)
            for line in lines
        }
        moderate(session, round_, decisions, seen="new", by=story.keyers[0])
        due_on = today() + timedelta(days=60)
        for text, is_public in ((ACTION, True), (PLANNED_ACTION, False)):
            draft = ActionDraft(text, "UBND xã", due_on, question="q02", published=is_public)
            add_action(session, round_, draft, by=story.keyers[0])
    recount_themes(story.database, story.round_id, by=story.keyers[0])


def _send_ballots(story: Story) -> None:
    ballots = []
    for place, village in enumerate(story.opened.village_ids):
        online = {FEW_ONLINE: 4, SILENT: 0, WITHOUT_PAPER: 90}.get(place, 60 + place)
        ways = {"online": online, "assisted": 0 if place >= FEW_ONLINE else 12, "phone": int(place == 2)}
        for channel, count in ways.items():
            for number in range(count):
                answers: dict[str, object] = dict(answer_all())
                if number % 15 == 1:
                    answers |= {"q02": "not_satisfied", OVERALL: "not_satisfied"}
                if number % 20 == 3:
                    del answers["q07"]
                ballots.append((village, channel, answers))
    drop_ballots(story.database, story.round_id, ballots)


def type_paper(place: int, *, against_q02: int = PAPER_AGAINST) -> dict[str, str]:
    """The fields of a village's sheet."""
    ballots = [against(2, 16)] * against_q02 + [SATISFIED] * (PAPER_VALID - against_q02)
    typed = fill_in(*ballots, "x:blank", "x:two-options", set_aside=ASIDE, lost=LOST)
    if place == 1:
        typed["any_not_satisfied"] = ""
    return typed


def _count_paper(story: Story) -> None:
    for place in range(len(NAMES)):
        if place in (WITHOUT_PAPER, SILENT):
            with story.database.write() as session:
                declare_no_paper(session, story.round_id, story.village(place), by=story.keyers[0])
            continue
        with story.database.write() as session:
            numbers = select(Slip.number).where(Slip.unit_id == story.village(place)).order_by(Slip.number)
            stubs = session.scalars(numbers.limit(PAPER_VALID + 2)).all()
            return_slips(session, story.round_id, stubs, by=story.keyers[0], at=now())
        key_twice(story, place, type_paper(place))


def key_twice(story: Story, place: int, typed: dict[str, str]) -> None:
    """Both people key the same totals."""
    for staff_id in story.keyers:
        with story.database.write() as session:
            keyed = save_keying(
                session, story.round_id, story.village(place), typed, seen=0, by=staff_id, finish=True
            )
        assert not keyed.problems
    assert keyed.state == "confirmed"


def correct_commune(story: Story) -> None:
    """A complaint: village 0 had one ballot more against content 2."""
    with story.database.write() as session:
        reopen_sheet(session, story.round_id, story.village(0), because="Đếm sót", by=story.keyers[0])
    key_twice(story, 0, type_paper(0, against_q02=PAPER_AGAINST + 1))
    because = "Hộ dân thôn khiếu nại, đếm lại thấy sót một phiếu."
    correct_result(story.database, story.round_id, because=because, by=story.keyers[0], at=now())
