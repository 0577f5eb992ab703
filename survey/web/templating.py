"""Jinja: words, numbers and dates in the reader's language, and the addresses of static files."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from flask import Flask, Response, request, url_for
from jinja2 import StrictUndefined
from markupsafe import Markup

from forms.types.registry import QUESTION_TYPES
from survey.domain.permissions import Permission
from survey.web.context import find_actor
from survey.web.headers import allow_style
from translations import dates, numbers
from translations.catalogue import LazyText, get_locale, install_jinja

STATIC = Path(__file__).resolve().parents[2] / "static"


@dataclass(frozen=True)
class NavigationEntry:
    """A page in the staff menu, for those who hold `permission` somewhere (None: for all)."""

    endpoint: str
    label: LazyText
    permission: Permission | None


@dataclass(frozen=True)
class InlineStyle:
    css: Markup
    digest: str


@cache
def read_style(name: str) -> InlineStyle:
    """A style sheet to stand inside the page, and its digest for the content policy."""
    css = (STATIC / name).read_text(encoding="utf-8").strip()
    digest = b64encode(sha256(css.encode()).digest()).decode()
    return InlineStyle(Markup(css), f"sha256-{digest}")


def inline_style(name: str) -> Markup:
    style = read_style(name)
    allow_style(style.digest)
    return style.css


@cache
def _fingerprint(name: str) -> str:
    return sha256((STATIC / name).read_bytes()).hexdigest()[:10]


def static_url(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return url_for("static", filename=name, v=_fingerprint(name))


def keep_versioned(response: Response) -> Response:
    """What stands at the address of its content never changes there; a phone need not ask again."""
    if request.endpoint == "static" and response.status_code in (200, 304) and "v" in request.args:
        name = (request.view_args or {})["filename"]
        if request.args["v"] == _fingerprint(name):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def list_navigation(entries: Sequence[NavigationEntry]) -> list[NavigationEntry]:
    """The menu entries that the person at the keyboard may open."""
    who = find_actor()
    if who is None or who.must_change_password:
        return []
    return [entry for entry in entries if entry.permission is None or who.may(entry.permission)]


def install(app: Flask, navigation: Sequence[NavigationEntry] = ()) -> None:
    app.after_request(keep_versioned)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    install_jinja(app.jinja_env)
    app.jinja_env.filters.update(
        count=numbers.format_count,
        date=dates.format_date,
        long_date=dates.format_long_date,
        instant=dates.format_instant,
    )
    app.jinja_env.globals.update(
        rate=numbers.format_rate,
        locale=get_locale,
        actor=find_actor,
        inline_style=inline_style,
        static_url=static_url,
        types=QUESTION_TYPES,
        navigation=lambda: list_navigation(navigation),
    )
