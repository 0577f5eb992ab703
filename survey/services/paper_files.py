"""Paper counts of many villages in one file: keyed by one person, then keyed again by another.

A file is taken whole or not at all. Only where the second file disagrees with the first is it kept as it
is: both are keyings then, and either person may correct theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from survey.domain.errors import Conflict, DomainError, Forbidden, NotFound
from survey.domain.paper_counts import SheetCounts, SheetLayout, SumProblem, list_differences
from survey.domain.paper_table import PaperFile, PaperRound, PaperVillage, TypedVillage, read_paper_table
from survey.domain.paper_words import name_fields
from survey.domain.paper_workbook import write_paper_workbook
from survey.domain.permissions import Permission
from survey.services.accounts import get_staff
from survey.services.audit import record
from survey.services.paper_keying import lock_for_keying, save_keying
from survey.services.paper_sheets import (
    SheetState,
    VillageSheet,
    get_sheet,
    layout_of,
    list_sheets,
    read_finished,
    share_any,
)
from survey.services.rounds import require_state
from survey.services.staff_sessions import actor_of
from survey.services.units import list_lineage
from survey.store.rounds import Round, RoundState
from survey.store.staff import Staff
from translations.catalogue import LazyText, lazy


class FileProblems(DomainError):
    """All that is wrong with a file, of which nothing was kept."""

    def __init__(self, problems: list[LazyText]) -> None:
        super().__init__(lazy("Tệp còn %(n)s chỗ phải sửa; chưa ghi gì.", n=len(problems)))
        self.problems = problems


@dataclass(frozen=True)
class Difference:
    """A field in which the two people disagree, with what each has."""

    field: LazyText
    cell: str
    first: str
    second: str


@dataclass(frozen=True)
class FiledVillage:
    """What became of a village of a file; `unchanged` was confirmed before, with the same counts."""

    code: str
    name: str
    state: SheetState
    unchanged: bool = False
    differences: tuple[Difference, ...] = ()


def write_template(session: Session, round_: Round) -> bytes:
    """An empty workbook for the paper counts of an opened round."""
    layout = _require_paper(session, round_)
    return write_paper_workbook(layout, _describe(round_, list_sheets(session, round_)))


def get_round_of(session: Session, file: PaperFile) -> Round:
    """The round whose tag stands in the file; raises NotFound."""
    found = session.scalar(select(Round).where(Round.tag == file.tag).options(joinedload(Round.unit)))
    if found is None:
        raise NotFound(lazy("Không có đợt mang mã “%(tag)s” ghi trong tệp.", tag=file.tag[:20]))
    return found


def get_counter(session: Session, username: str, round_: Round) -> Staff:
    """The person of this name, who may key this round's paper.

    Raises:
        NotFound, Forbidden: there is no such person, or they may not.
    """
    staff = get_staff(session, username)
    if staff.disabled_at is not None:
        raise Forbidden(lazy("Tài khoản “%(username)s” đã đóng.", username=staff.username))
    if not actor_of(staff).may(Permission.COLLECT, list_lineage(session, round_.unit_id)):
        raise Forbidden(
            lazy(
                "Tài khoản “%(username)s” không có vai trò thu phiếu ở %(unit)s.",
                username=staff.username,
                unit=round_.unit.name,
            )
        )
    return staff


def key_file(
    session: Session, round_: Round, file: PaperFile, *, by: Staff, again: bool = False
) -> list[FiledVillage]:
    """Key every village that is filled in: as the first person, or `again` as the second.

    The person's own earlier keying is replaced. A confirmed village is left alone if its counts are the same.

    Raises:
        FileProblems: a sum of a village is off, or its sheet is not for this person to key.
        DomainError: the file is one of another round, or nothing is filled in.
    """
    layout = _require_paper(session, round_)
    lock_for_keying(session, round_.id)
    sheets = list_sheets(session, round_)
    table = read_paper_table(layout, _describe(round_, sheets), file)
    if table.problems:
        raise FileProblems([*table.problems])
    if not table.villages:
        raise DomainError(lazy("Tệp chưa có thôn nào được điền."))
    keying = _FileKeying(session, round_, layout, by, again)
    by_code = {found.village.unit.code: found for found in sheets}
    filed = [keying.key(typed, by_code[typed.code]) for typed in table.villages]
    if keying.problems:
        raise FileProblems(keying.problems)
    record(
        session, None, "paper.file", unit_id=round_.unit_id, round_id=round_.id, username=by.username,
        place=2 if again else 1, villages=len(filed), file_sha256=file.sha256,
    )  # fmt: skip
    return filed


def _require_paper(session: Session, round_: Round) -> SheetLayout:
    require_state(round_, RoundState.OPEN, RoundState.CLOSED, RoundState.PUBLISHED)
    return layout_of(session, round_)


def _describe(round_: Round, sheets: list[VillageSheet]) -> PaperRound:
    villages = (
        PaperVillage(found.village.unit.code, found.village.name, found.village.households)
        for found in sheets
    )
    digest = round_.snapshot_sha256 or ""
    return PaperRound(round_.tag, round_.title, round_.unit.name, digest, tuple(villages))


class _FileKeying:
    """One person's file on its way into the sheets; `problems` are of all its villages."""

    def __init__(self, session: Session, round_: Round, layout: SheetLayout, by: Staff, again: bool) -> None:
        self._session, self._round, self._layout = session, round_, layout
        self._by, self._again = by, again
        self._names = name_fields(layout)
        self.problems: list[LazyText] = []

    def key(self, typed: TypedVillage, found: VillageSheet) -> FiledVillage:
        """Key one village, or note what is wrong with it."""
        filed = FiledVillage(typed.code, found.village.name, found.state)
        try:
            self._check_turn(found)
            if found.counts is not None:
                self._compare(typed, found.counts)
                return replace(filed, unchanged=True)
            return self._save(typed, found, filed)
        except Conflict as problem:
            self.problems.append(_tell(typed, problem.message))
        return filed

    def _check_turn(self, found: VillageSheet) -> None:
        """The first file is one person's, the second another's."""
        first = next(iter(found.sheet.keyings), None) if found.sheet else None
        is_own = first is not None and first.staff_id == self._by.id
        if self._again and is_own:
            raise Conflict(lazy("người nhập lần thứ hai phải khác người nhập lần thứ nhất."))
        if self._again and first is None and found.state is SheetState.NOT_BEGUN:
            raise Conflict(lazy("chưa có lần nhập thứ nhất để đối chiếu."))
        if not self._again and first and not is_own and found.counts is None:
            raise Conflict(lazy("lần nhập thứ nhất là của %(name)s.", name=first.staff.display_name))

    def _compare(self, typed: TypedVillage, confirmed: SheetCounts) -> None:
        counts = self._layout.read(typed.typed)
        if isinstance(counts, list):
            self._note(typed, counts)
            return
        differing = list_differences(self._layout, *share_any(counts, confirmed))
        if differing:
            cells = ", ".join(typed.cells[field] for field in differing)
            raise Conflict(
                lazy("đã chốt với số khác ở ô %(cells)s. Muốn sửa, hãy mở lại và ghi lý do.", cells=cells)
            )

    def _save(self, typed: TypedVillage, found: VillageSheet, filed: FiledVillage) -> FiledVillage:
        own = found.keying_of(self._by.id)
        keyed = save_keying(
            self._session, self._round.id, found.village.unit_id, typed.typed,
            seen=own.revision if own else 0, by=self._by.id, finish=True,
        )  # fmt: skip
        self._note(typed, keyed.problems)
        differences = self._list_differences(typed, found.village.unit_id, keyed.differences)
        return replace(filed, state=keyed.state, differences=differences)

    def _note(self, typed: TypedVillage, problems: Iterable[SumProblem]) -> None:
        self.problems += [_tell(typed, problem.message, problem.field) for problem in problems]

    def _list_differences(
        self, typed: TypedVillage, unit_id: int, fields: Sequence[str]
    ) -> tuple[Difference, ...]:
        if not fields:
            return ()
        found = get_sheet(self._session, self._round, unit_id)
        first, second = map(self._layout.write, share_any(*read_finished(self._layout, found.sheet)))
        return tuple(
            Difference(self._names[field], typed.cells[field], first.get(field, ""), second.get(field, ""))
            for field in fields
        )


def _tell(typed: TypedVillage, problem: LazyText, field: str | None = None) -> LazyText:
    if field is None:
        return lazy("%(village)s: %(problem)s", village=typed.name, problem=problem)
    cell = typed.cells[field]
    return lazy("%(village)s, ô %(cell)s: %(problem)s", village=typed.name, cell=cell, problem=problem)
