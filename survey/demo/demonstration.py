"""The whole demonstration, planted into an empty database."""

from __future__ import annotations

from survey.demo.declared import plant_declarations
from survey.demo.ground import Ground, HeldRound
from survey.demo.handout import Handout, choose_slips, to_account
from survey.demo.people import plant_people
from survey.demo.planting import Advance, hold_round, is_empty, plant_villages
from survey.demo.season import MAIN, Season
from survey.domain.errors import Conflict
from survey.services.publishing import PublicFiles
from survey.store.engine import Database
from translations.catalogue import lazy


def plant_demonstration(
    database: Database,
    secret: bytes,
    season: Season,
    *,
    min_base: int,
    public_url: str,
    files: PublicFiles,
    advance: Advance,
) -> Handout:
    """Plant accounts, villages, rounds with every ballot, and declarations; `advance` counts ballots.

    Raises:
        Conflict: somebody has begun to use this database.
    """
    with database.write() as session:
        if not is_empty(session):
            raise Conflict(lazy("Chỉ tạo bản trình diễn trong cơ sở dữ liệu còn trống."))
        people = plant_people(session, season.rounds[-1].starts_on)
    officer, helper = (person.staff_id for person in people[:2])
    ground = Ground(database, secret, min_base, public_url, by={MAIN: (officer, helper)}, files=files)
    plant_villages(ground, season)
    held = [hold_round(ground, season, planted, advance) for planted in season.rounds]
    ended = [one.planted.publishes_on for one in held if one.planted.publishes_on]
    with database.write() as session:
        plant_declarations(session, max(ended))
    finished, pulse, official = (_find(held, *which) for which in _SHOWN)
    village = next(iter(official.slips))
    return Handout(
        base=public_url,
        pulse_round=pulse.round_id,
        pulse_code=next(iter(pulse.posters.values())).grouped,
        official_round=official.round_id,
        official_unit=village,
        slips=choose_slips(official.slips[village]),
        finished_round=finished.round_id,
        staff=tuple(map(to_account, people)),
    )


_SHOWN = (("official", True), ("pulse", False), ("official", False))
"""Kind, and whether it is finished, of the rounds that the handout names."""


def _find(held: list[HeldRound], kind: str, is_finished: bool) -> HeldRound:
    return next(
        one
        for one in held
        if (one.planted.commune, one.planted.kind) == (MAIN, kind)
        and bool(one.planted.closes_on) == is_finished
    )
