"""What a helper's page sends: whose ballot it is, how it was given, and the answers."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from flask import request

from forms.answers import BlankRule
from forms.resident import ParsedForm, parse_submission
from survey.domain.codes import CodeKind, parse_code
from survey.domain.errors import DomainError, NotFound
from survey.domain.ids import read_id
from survey.services import collection
from survey.services.entry import Entry, find_entry
from survey.services.rounds import get_round
from survey.services.snapshots import Snapshot, read_snapshot
from survey.store.rounds import Round, RoundState, RoundUnit
from survey.web.context import database, settings
from survey.web.legible import drop_illegible, legible
from translations.catalogue import LazyText, get_locale, lazy

_UNKNOWN = lazy("Không có thẻ nào mang mã này. Xin xem lại từng chữ trên thẻ.")
_OTHER_ROUND = lazy("Thẻ này thuộc đợt khác. Xin xem tên đợt in trên thẻ.")
_NOT_A_SLIP = lazy("Đây là mã trên áp phích. Xin dùng mã trên thẻ mã hộ.")
_NO_VILLAGE = lazy("Xin chọn thôn.")
_NO_CHANNEL = lazy("Xin chọn hình thức.")


@dataclass(frozen=True)
class TypedBallot:
    """The page as it was sent, or an empty one; `problem` stands at the code or the village."""

    code: str = ""
    village: str = ""
    channel: str = collection.CHANNELS[0]
    answers: ParsedForm = field(default_factory=lambda: ParsedForm(key=""))
    problem: DomainError | LazyText | None = None


@dataclass(frozen=True)
class RoundToCollect:
    """The round, what it asks, and where."""

    round: Round
    snapshot: Snapshot
    villages: list[RoundUnit]

    @property
    def blank(self) -> BlankRule:
        """What a rated question left blank is."""
        return self.snapshot.rules.blank if self.snapshot.rules else "no_answer"


def read_round(round_id: int) -> RoundToCollect:
    with database().read() as transaction:
        round_ = get_round(transaction, round_id)
        if round_.state is RoundState.DRAFT:
            raise NotFound(lazy("Đợt này chưa mở."))
        return RoundToCollect(round_, read_snapshot(transaction, round_), list(round_.villages))


def read_ballot(asked: RoundToCollect) -> TypedBallot:
    parsed = parse_submission(asked.snapshot.questionnaire, request.form, get_locale(), blank=asked.blank)
    raw = {name: [drop_illegible(value) for value in values] for name, values in parsed.raw.items()}
    return TypedBallot(
        code=legible(request.form.get("code", "")),
        village=legible(request.form.get("village", "")),
        channel=request.form.get("channel", ""),
        answers=replace(parsed, raw=raw),
    )


def find_entry_of(round_: Round, ballot: TypedBallot) -> Entry:
    """Whose ballot it is.

    Raises:
        DomainError: the code is mistyped, unknown, of another round or no slip's; or no village is chosen.
    """
    if ballot.channel not in collection.CHANNELS:
        raise DomainError(_NO_CHANNEL)
    with database().read() as transaction:
        if round_.counts_households:
            code = parse_code(ballot.code)
            if code.tag != round_.tag:
                raise DomainError(_OTHER_ROUND)
            if code.kind is not CodeKind.SLIP:
                raise DomainError(_NOT_A_SLIP)
        else:
            found = collection.find_village_code(transaction, round_.id, read_id(ballot.village) or 0)
            if found is None:
                raise DomainError(_NO_VILLAGE)
            code = found
        entry = find_entry(transaction, settings().code_secret, code)
    if entry is None:
        raise DomainError(_UNKNOWN)
    return entry
