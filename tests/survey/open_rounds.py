"""An opened round on a small commune, written row by row: for tests below the rounds service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from forms.loader import shipped_questionnaires
from survey.domain.clock import now, today
from survey.domain.codes import Code, hash_slip_code, new_link_code, new_slip_code, new_tag
from survey.domain.names import fold
from survey.domain.rule_sets import RuleSet, list_rule_sets
from survey.services.entry import Entry, find_entry
from survey.services.snapshots import Snapshot, write_snapshot
from survey.store.engine import Database
from survey.store.rounds import Round, RoundUnit
from survey.store.slips import Link, Slip, SlipBatch
from survey.store.units import Unit

SECRET = b"a secret of these tests"


@dataclass(frozen=True)
class OpenRound:
    """The ids and the plain codes of an opened round; `slips` by village id, in issue order."""

    round_id: int
    commune_id: int
    village_ids: tuple[int, ...]
    slips: dict[int, list[Code]]
    posters: dict[int, Code]

    def entry(self, database: Database, code: Code) -> Entry:
        with database.read() as session:
            found = find_entry(session, SECRET, code)
        assert found is not None
        return found


def open_round(
    database: Database,
    *,
    kind: str = "official",
    villages: int = 2,
    households: int = 120,
    slips: int = 0,
    last_on: date | None = None,
    secret: bytes = SECRET,
    rules: RuleSet | None = None,
) -> OpenRound:
    """Open a round today with `slips` slips in each village, on the commune's rules unless given others."""
    questionnaire = shipped_questionnaires()["phan-hoi" if kind == "pulse" else "xa-ntm"]
    rules = None if kind == "pulse" else rules or list_rule_sets(today(), "xa")[0]
    tag = new_tag()
    with database.write() as session:
        commune = Unit(**_unit("19867", "Xã Quảng Điền", "commune", "Xã", None))
        session.add(commune)
        session.flush()
        units = [
            Unit(**_unit(f"19867.{number:02d}", f"Thôn {number}", "village", "Thôn", commune.id))
            for number in range(1, villages + 1)
        ]
        session.add_all(units)
        session.flush()
        frozen = tuple((unit.code, unit.name, households) for unit in units)
        snapshot, digest = write_snapshot(Snapshot(questionnaire, rules, frozen))
        round_ = Round(
            tag=tag,
            unit_id=commune.id,
            kind=kind,
            title="Lấy ý kiến hài lòng",
            questionnaire_key=questionnaire.key,
            rule_set_key=rules.key if rules else None,
            starts_on=today(),
            last_on=last_on or today() + timedelta(days=10),
            grace_hours=0,
            contact="Ban công tác Mặt trận thôn",
            created_at=now(),
            opened_at=now(),
            snapshot=snapshot,
            snapshot_sha256=digest,
        )
        session.add(round_)
        session.flush()
        codes: dict[int, list[Code]] = {}
        posters: dict[int, Code] = {}
        number = 0
        for position, unit in enumerate(units):
            session.add(
                RoundUnit(
                    round_id=round_.id,
                    unit_id=unit.id,
                    position=position,
                    name=unit.name,
                    households=households,
                )
            )
            session.flush()
            posters[unit.id] = new_link_code(tag)
            session.add(
                Link(round_id=round_.id, unit_id=unit.id, code=posters[unit.id].text, created_at=now())
            )
            codes[unit.id] = [new_slip_code(tag) for _ in range(slips)]
            if not slips:
                continue
            batch = SlipBatch(
                round_id=round_.id,
                unit_id=unit.id,
                first_number=number + 1,
                last_number=number + slips,
                issued_at=now(),
            )
            session.add(batch)
            session.flush()
            for code in codes[unit.id]:
                number += 1
                session.add(
                    Slip(
                        round_id=round_.id,
                        code_hash=hash_slip_code(secret, code),
                        number=number,
                        batch_id=batch.id,
                        unit_id=unit.id,
                        state="issued",
                    )
                )
        return OpenRound(round_.id, commune.id, tuple(unit.id for unit in units), codes, posters)


def _unit(code: str, name: str, level: str, type_: str, parent_id: int | None) -> dict[str, object]:
    return {
        "code": code,
        "name": name,
        "level": level,
        "type": type_,
        "parent_id": parent_id,
        "valid_from": date(2025, 7, 1),
        "search_name": fold(name),
    }
