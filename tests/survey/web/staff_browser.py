"""A member of staff's browser, without a server: it reads the token of each form before sending it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date

from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse, encode_multipart

from app import create_app
from survey.application import detach
from survey.domain.clock import now
from survey.domain.permissions import Role
from survey.services.accounts import grant_role
from survey.services.audit import record
from survey.settings import Settings
from survey.store.engine import Database
from survey.store.staff import Staff
from survey.store.units import Unit
from tests.survey.web.compiled_templates import COMPILED_TEMPLATES

PASSWORD = "mot-mat-khau-dai"
_QUICK_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
"""A hash tells what checking it costs; what the app's own cost is for tests of accounts."""
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def settings_for(database_url: str) -> Settings:
    return Settings(
        production=False,
        database_url=database_url,
        public_url="http://localhost",
        secret_key="a secret of these tests",
        code_secret=b"another secret of these tests",
    )


@contextmanager
def run_app(database_url: str) -> Iterator[Flask]:
    """The whole app on a database; what it opened is closed."""
    app = create_app(settings_for(database_url))
    app.jinja_env.bytecode_cache = COMPILED_TEMPLATES
    try:
        yield app
    finally:
        detach(app)


def database_of(app: Flask) -> Database:
    found = app.extensions["survey.database"]
    assert isinstance(found, Database)
    return found


class Browser:
    """Sends forms as a person does: opens the page with the form first, and sends its token back."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def get(self, address: str, **options) -> TestResponse:
        return self.client.get(address, **options)

    def token(self, page: str) -> str:
        found = _TOKEN.search(self.get(page).text)
        assert found, f"no form on {page}"
        return found[1]

    def post(
        self, address: str, fields: Mapping[str, object] | None = None, *, page: str, **options
    ) -> TestResponse:
        return self.client.post(address, data={"csrf_token": self.token(page), **(fields or {})}, **options)

    def upload(self, address: str, fields: Mapping[str, object], *, page: str) -> TestResponse:
        """As `post`, encoded here: the test client would leave a large body's temporary file open."""
        boundary, body = encode_multipart({"csrf_token": self.token(page), **fields})
        kind = f"multipart/form-data; boundary={boundary}"
        return self.client.post(address, data=body, content_type=kind)

    def sign_in(self, username: str, password: str = PASSWORD, **options) -> TestResponse:
        fields = {"username": username, "password": password}
        return self.post("/dang-nhap", fields, page="/dang-nhap", **options)


def add_units(database: Database) -> dict[str, int]:
    """A province with two communes, one of them with a village; ids by code."""
    ids: dict[str, int] = {}
    with database.write() as session:
        for code, name, level, parent in (
            ("46", "Thành phố Huế", "province", None),
            ("19867", "Xã Quảng Điền", "commune", "46"),
            ("19900", "Xã Đan Điền", "commune", "46"),
            ("19867.01", "Thôn Một", "village", "19867"),
        ):
            unit = Unit(
                code=code, name=name, level=level, type=name.split()[0], search_name=name.casefold(),
                parent_id=ids.get(parent or ""), valid_from=date(2025, 7, 1),
            )  # fmt: skip
            session.add(unit)
            session.flush()
            ids[code] = unit.id
    return ids


def add_staff(
    database: Database, username: str, *grants: tuple[Role, int], must_change_password: bool = False
) -> int:
    """An account that signs in with PASSWORD."""
    with database.write() as session:
        account = Staff(
            username=username,
            display_name=f"Cán bộ {username}",
            password_hash=_QUICK_HASH,
            must_change_password=must_change_password,
            created_at=now(),
        )
        session.add(account)
        session.flush()
        record(session, None, "staff.create", username=username)
        for role, unit_id in grants:
            grant_role(session, account, role, session.get_one(Unit, unit_id))
        return account.id
