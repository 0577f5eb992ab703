"""Every command of this package, for the composition root."""

from __future__ import annotations

import click

from survey.cli import (
    audio,
    backup,
    ballots,
    database,
    demo,
    flags,
    paper,
    posters,
    purge,
    questionnaires,
    reasons,
    recount,
    rounds,
    routes,
    serve,
    slips,
    staff,
    units,
)

COMMANDS: tuple[click.Command, ...] = (
    *audio.commands,
    *backup.commands,
    *ballots.commands,
    *database.commands,
    *demo.commands,
    *flags.commands,
    *paper.commands,
    *posters.commands,
    *purge.commands,
    *questionnaires.commands,
    *reasons.commands,
    *recount.commands,
    *rounds.commands,
    *routes.commands,
    *serve.commands,
    *slips.commands,
    *staff.commands,
    *units.commands,
)
