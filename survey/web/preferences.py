"""What a resident prefers goes along in every address, since there is no cookie: language and text size."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, has_request_context, request

from translations.catalogue import DEFAULT_LOCALE, get_locale


def wants_large() -> bool:
    return request.args.get("chu") == "to"


def install(blueprint: Blueprint) -> None:
    """Let a blueprint's addresses carry the preferences, and its templates know `large`."""
    blueprint.url_defaults(_carry)
    blueprint.context_processor(lambda: {"large": wants_large()})


def _carry(_endpoint: str, values: dict[str, Any]) -> None:
    if not has_request_context():
        return
    if get_locale() != DEFAULT_LOCALE:
        values.setdefault("lang", get_locale())
    if wants_large():
        values.setdefault("chu", "to")
