"""What the running application holds: its settings and its database."""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app

from survey.settings import Settings
from survey.store.engine import Database


def attach(app: Flask, settings: Settings, database: Database) -> None:
    app.extensions["survey.settings"] = settings
    app.extensions["survey.database"] = database


def settings() -> Settings:
    return cast(Settings, current_app.extensions["survey.settings"])


def database() -> Database:
    return cast(Database, current_app.extensions["survey.database"])
