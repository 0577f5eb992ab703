"""Rounds planted behind a served app, each with its own codes, so that one server serves many tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import func, select

from forms.answers import BlankRule
from forms.loader import shipped_questionnaires
from survey.domain.clock import now, today
from survey.domain.codes import Code, hash_slip_code, new_link_code, new_slip_code, new_tag
from survey.domain.rule_sets import list_rule_sets
from survey.services.snapshots import Snapshot, write_snapshot
from survey.settings import read_settings
from survey.store.ballots import Box, ReasonBox
from survey.store.base import Base
from survey.store.engine import Database, create_database_engine
from survey.store.rounds import Round, RoundUnit
from survey.store.slips import Link, Slip, SlipBatch
from survey.store.units import Unit
from tests.servers.live import LiveServer, run_app
from tests.survey.web.visits import Answer, read_form, visit

QUESTIONS = tuple(f"q{number:02d}" for number in range(1, 20))
ALL_SATISFIED = dict.fromkeys(QUESTIONS, "satisfied")
THANKS = "Cảm ơn ông/bà. Phiếu đã được ghi nhận."
CONTACT = "Ban công tác Mặt trận thôn, 0234 000 111"


def send(url: str, answers: dict[str, str] | None = None, **more: str) -> Answer:
    """Open the page, fill it in and send it, as a phone would."""
    return visit(
        url, {**read_form(visit(url).text), **(ALL_SATISFIED if answers is None else answers), **more}
    )


@dataclass(frozen=True)
class PlantedRound:
    server: LiveServer
    id: int
    slips: tuple[Code, ...]
    poster: Code

    @property
    def slip_url(self) -> str:
        return self.url(self.slips[0])

    @property
    def poster_url(self) -> str:
        return self.url(self.poster)

    def url(self, code: Code) -> str:
        return f"{self.server.url}/{code.grouped}"


@dataclass(frozen=True)
class RoundField:
    """A served app with one commune of one village, in which tests plant rounds."""

    server: LiveServer
    database: Database
    commune_id: int
    village_id: int

    @property
    def secret(self) -> bytes:
        return read_settings(self.server.environ).code_secret

    def plant(
        self,
        *,
        kind: str = "official",
        slips: int = 1,
        blank: BlankRule = "no_answer",
        starts_on: date | None = None,
        last_on: date | None = None,
        grace_hours: int = 0,
        draft: bool = False,
        closed: bool = False,
        revoked: bool = False,
        void: bool = False,
    ) -> PlantedRound:
        """An opened round on the village, or one in the state that is asked for."""
        snapshot, digest = write_snapshot(_snapshot(kind, blank))
        tag = new_tag()
        round_ = Round(
            tag=tag,
            unit_id=self.commune_id,
            kind=kind,
            title="Lấy ý kiến về xã nông thôn mới",
            questionnaire_key="phan-hoi" if kind == "pulse" else "xa-ntm",
            rule_set_key=None,
            starts_on=starts_on or today() - timedelta(days=3),
            last_on=last_on or today() + timedelta(days=10),
            grace_hours=grace_hours,
            contact=CONTACT,
            created_at=now(),
            opened_at=None if draft else now(),
            closed_at=now() if closed else None,
            snapshot=None if draft else snapshot,
            snapshot_sha256=None if draft else digest,
        )
        codes = tuple(new_slip_code(tag) for _ in range(slips))
        poster = new_link_code(tag)
        with self.database.write() as session:
            session.add(round_)
            session.flush()
            place = {"round_id": round_.id, "unit_id": self.village_id}
            session.add(RoundUnit(**place, position=0, name="Thôn Đông", households=120))
            session.flush()
            revoked_at = now() if revoked else None
            session.add(Link(**place, code=poster.text, created_at=now(), revoked_at=revoked_at))
            batch = SlipBatch(**place, first_number=1, last_number=max(1, slips), issued_at=now())
            session.add(batch)
            session.flush()
            for number, code in enumerate(codes, start=1):
                session.add(
                    Slip(
                        **place,
                        code_hash=hash_slip_code(self.secret, code),
                        number=number,
                        batch_id=batch.id,
                        state="void" if void else "issued",
                    )
                )
            return PlantedRound(self.server, round_.id, codes, poster)

    def count(self, model: type[Base], round_: PlantedRound) -> int:
        """Rows of a table that belong to a round."""
        return self.count_together(round_, model)[0]

    def count_together(self, round_: PlantedRound, *models: type[Base]) -> list[int]:
        """Rows of each of the tables at one moment: the server may be mixing."""
        counts = [select(func.count()).select_from(model).filter_by(round_id=round_.id) for model in models]
        with self.database.read() as session:
            return [session.scalar(count) or 0 for count in counts]

    def read_boxed(self, round_: PlantedRound) -> list[dict[str, str]]:
        """The answers of the ballots that are not yet mixed."""
        with self.database.read() as session:
            rows = session.scalars(select(Box.answers).filter_by(round_id=round_.id))
            return [json.loads(row) for row in rows]

    def read_reasons(self, round_: PlantedRound) -> list[dict[str, str]]:
        """What those ballots said in free words."""
        with self.database.read() as session:
            rows = session.scalars(select(ReasonBox.texts).filter_by(round_id=round_.id))
            return [json.loads(row) for row in rows]

    def count_all(self) -> dict[str, int]:
        """Rows of every table."""
        with self.database.read() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }


def _snapshot(kind: str, blank: BlankRule) -> Snapshot:
    questionnaire = shipped_questionnaires()["phan-hoi" if kind == "pulse" else "xa-ntm"]
    rules = None if kind == "pulse" else replace(list_rule_sets(today(), "xa")[0], blank=blank)
    return Snapshot(questionnaire, rules, (("19867.01", "Thôn Đông", 120),))


@contextmanager
def serve_field(
    database_url: str, folder: Path, *, workers: int = 1, environ: Mapping[str, str] | None = None
) -> Iterator[RoundField]:
    """Serve the app on an empty, migrated database, and give it its commune."""
    with run_app(database_url, folder, workers=workers, environ=environ) as server:
        engine = create_database_engine(database_url)
        database = Database(engine)
        with database.write() as session:
            commune = _unit("19867", "Xã Quảng Điền", "commune", "Xã", None)
            session.add(commune)
            session.flush()
            village = _unit("19867.01", "Thôn Đông", "village", "Thôn", commune.id)
            session.add(village)
            session.flush()
        yield RoundField(server, database, commune.id, village.id)
        engine.dispose()


def _unit(code: str, name: str, level: str, type_: str, parent_id: int | None) -> Unit:
    return Unit(
        code=code,
        name=name,
        level=level,
        type=type_,
        parent_id=parent_id,
        valid_from=date(2025, 7, 1),
        search_name=name.lower(),
    )
