"""A form of staff that came too late to be carried out: what was typed in it, and the page it stood on."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from survey.web.gate import safe_next

SECRET_FIELDS = frozenset({"password", "old", "new", "again"})
"""The names of all fields for passwords."""


def list_typed_texts() -> list[str]:
    """What somebody wrote in the form, to be copied: all values of several words, and never a password.

    Nothing of a form that another site has sent: its words would stand on our page as if they were ours.
    """
    if urlsplit(request.origin or request.host_url).netloc != request.host:
        return []
    typed = [(name, value.strip()) for name, value in request.form.items(multi=True)]
    return [value for name, value in typed if name not in SECRET_FIELDS and len(value.split()) > 1]


def find_page_of_form() -> str | None:
    """Where the form stood, if the browser says that it was one of our pages."""
    page = urlsplit(request.referrer or "")
    if page.netloc != request.host:
        return None
    return safe_next(f"{page.path}?{page.query}".rstrip("?"))
