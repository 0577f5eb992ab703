"""What the running application holds: its settings, its database and the writer of its ballots."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from survey.services.ballot_writer import BallotWriter
from survey.services.publishing import PublicFiles
from survey.services.upkeep import Upkeep
from survey.settings import Settings
from survey.store.engine import Database


def attach(app: Flask, settings: Settings, database: Database, public_files: PublicFiles) -> None:
    app.extensions["survey.settings"] = settings
    app.extensions["survey.database"] = database
    app.extensions["survey.public_files"] = public_files
    app.extensions["survey.writer"] = BallotWriter(database, settings.code_secret, settings.min_base)


def start_upkeep(app: Flask) -> None:
    """For a served application: it tidies up by itself, as long as the process lives."""
    Upkeep(app.extensions["survey.database"]).start()


def detach(app: Flask) -> None:
    """Let go of what the application holds, when the writer has done its work."""
    app.extensions["survey.writer"].rest()
    app.extensions["survey.database"].engine.dispose()


def settings() -> Settings:
    return cast(Settings, current_app.extensions["survey.settings"])


def database() -> Database:
    return cast(Database, current_app.extensions["survey.database"])


def public_files() -> PublicFiles:
    """Writes the public data set of a result, which only those above this package can compute."""
    return cast(PublicFiles, current_app.extensions["survey.public_files"])


def writer() -> BallotWriter:
    return cast(BallotWriter, current_app.extensions["survey.writer"])
