"""Plain HTTP visits, as a phone makes them: no cookies kept, no redirect followed."""

from __future__ import annotations

import http.client
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import Message
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    text: str

    @property
    def location(self) -> str:
        return self.headers["Location"]


def visit(
    url: str,
    form: Sequence[tuple[str, Any]] | dict[str, Any] | bytes | None = None,
    *,
    method: str = "",
    more: Mapping[str, str] | None = None,
) -> Answer:
    """GET an address, or POST a form to it, with `more` headers; the address is sent as it stands."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    body = form if form is None or isinstance(form, bytes) else urlencode(form).encode()
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        headers = {**({"Content-Type": FORM} if body else {}), **(more or {})}
        connection.request(method or ("GET" if body is None else "POST"), target, body, headers)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read().decode("utf-8"))
    finally:
        connection.close()


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[str]] = {}
        self._writing = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "textarea":
            self._writing = given["name"]
        if tag != "input" or (given["type"] in ("radio", "checkbox") and "checked" not in given):
            return
        self.values.setdefault(given["name"], []).append(given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._writing:
            self.values.setdefault(self._writing, []).append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._writing = ""


def read_form(page: str) -> dict[str, str]:
    """What the page's form would send as it stands: hidden, chosen and typed values by name."""
    inputs = _Inputs()
    inputs.feed(page)
    return {name: "".join(values) for name, values in inputs.values.items()}
