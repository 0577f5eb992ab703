"""Before every view: who asks, in which language, and whether the view is for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, flash, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import Unauthorized
from werkzeug.routing import IntegerConverter, Map

from survey.access import Access, find_access
from survey.domain.actors import Actor
from survey.domain.ids import LARGEST_ID
from survey.services.staff_sessions import find_actor_by_token
from survey.services.units import list_lineage
from survey.store.rounds import Round
from survey.web.context import database
from translations.catalogue import DEFAULT_LOCALE, LOCALES, gettext, use_locale

_OPEN_TO_NEW_PASSWORDS = frozenset({"accounts.change_password", "accounts.sign_out"})
"""What someone with a password from another's hand may do before choosing their own."""


class IdConverter(IntegerConverter):
    """A row's number in an address: a number that no row can have is an address that does not exist."""

    def __init__(self, url_map: Map, *args: Any, **options: Any) -> None:
        super().__init__(url_map, *args, **{"min": 1, "max": LARGEST_ID, **options})


class SessionInterface(SecureCookieSessionInterface):
    """Makes its signer once instead of at every request: most requests are residents' and have no session."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        self._signer = self._signer or super().get_signing_serializer(app)
        return self._signer


def install(app: Flask) -> None:
    app.session_interface = SessionInterface()
    app.url_map.converters["int"] = IdConverter
    app.before_request(_identify)
    app.before_request(_speak)
    app.before_request(_refuse_null_characters)
    app.before_request(_guard)
    app.teardown_request(_fall_silent)


def _has_session() -> bool:
    """Residents have no cookie, and looking for one must not make one."""
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def session_token() -> str | None:
    """The token this browser holds, whether or not its session still lives."""
    token = session.get("token") if _has_session() else None
    return token if isinstance(token, str) else None


def _identify() -> None:
    token = session_token() if request.endpoint != "static" else None
    if token:
        with database().read() as transaction:
            g.actor = find_actor_by_token(transaction, token)


def _speak() -> None:
    wanted = request.args.get("lang") or request.form.get("lang")
    if wanted is None and _has_session():
        wanted = session.get("lang")
    locale = wanted if wanted in LOCALES else DEFAULT_LOCALE
    if g.get("actor") and request.blueprint != "resident" and request.args.get("lang") in LOCALES:
        session["lang"] = locale
    g.speaking = use_locale(locale)
    g.speaking.__enter__()


def _fall_silent(_error: BaseException | None) -> None:
    speaking = g.pop("speaking", None)
    if speaking:
        speaking.__exit__(None, None, None)


def _guard() -> ResponseReturnValue | None:
    if request.endpoint is None or request.endpoint == "static":
        return None
    access = find_access(_view(request.endpoint))
    if access is None:
        raise LookupError(f"The view {request.endpoint} says for whom it is by no marker of survey.access")
    return _admit(access) if access.signed_in else None


def _view(endpoint: str) -> Any:
    return current_app.view_functions[endpoint]


def _refuse_null_characters() -> None:
    """No form of staff has a use for them, and PostgreSQL keeps none; the resident's texts are cleaned."""
    if request.blueprint != "resident" and any("\0" in value for value in _sent_values()):
        abort(400)


def _sent_values() -> Iterator[str]:
    for _, values in request.values.lists():
        yield from values


def _admit(access: Access) -> ResponseReturnValue | None:
    who: Actor | None = g.get("actor")
    if who is None:
        return _send_to_sign_in()
    if who.must_change_password and request.endpoint not in _OPEN_TO_NEW_PASSWORDS:
        flash(gettext("Xin đặt mật khẩu mới của riêng ông/bà trước khi làm việc."), "warn")
        return redirect(url_for("accounts.change_password"), 303)
    if access.permission is not None and not _permitted(who, access):
        abort(404 if access.on else 403)
    return None


def _send_to_sign_in() -> ResponseReturnValue:
    if request.method in ("GET", "HEAD", "OPTIONS"):
        address = request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in", next=None if address == "/" else address), 303)
    raise Unauthorized


def safe_next(address: str | None) -> str | None:
    """A page of ours to go on to after signing in, or None for anything that could lead elsewhere."""
    if not address or not address.startswith("/") or address[1:2] in ("/", "\\"):
        return None
    if any(character < " " or character in "\\\x7f" for character in address):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return None if parts.scheme or parts.netloc else address


def _permitted(who: Actor, access: Access) -> bool:
    assert access.permission is not None
    if access.on is None:
        return who.may(access.permission)
    subject = (request.view_args or {})[access.on]
    with database().read() as transaction:
        if access.on == "round_id":
            found = transaction.get(Round, subject)
            if found is None:
                return False
            subject = found.unit_id
        return who.may(access.permission, list_lineage(transaction, subject))
