"""A member of staff over HTTP on a served app: keeps the cookie, reads each form before sending it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

from tests.survey.web.staff_browser import PASSWORD

_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(frozen=True)
class Visit:
    """What was answered in the end, redirects followed; `address` is without the host."""

    status: int
    address: str
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


class Officer:
    """Signed in on the app at `url`; pages are read in `locale`."""

    def __init__(self, url: str, username: str, locale: str = "vi") -> None:
        self.url, self._locale = url, locale
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))
        fields = {"username": username, "password": PASSWORD}
        assert self.post("/dang-nhap", fields, page="/dang-nhap").status == 200
        self.get("/viec-can-lam")

    def get(self, address: str, form: Mapping[str, object] | None = None) -> Visit:
        body = None if form is None else urlencode(form).encode()
        address += ("&" if "?" in address else "?") + f"lang={self._locale}"
        try:
            answer = self._opener.open(self.url + address, body, timeout=60)
        except HTTPError as refusal:
            answer = refusal
        with answer:
            return Visit(answer.status, answer.url.removeprefix(self.url).partition("?")[0], answer.read())

    def post(self, address: str, fields: Mapping[str, object] | None = None, *, page: str) -> Visit:
        token = _TOKEN.search(self.get(page).text)
        assert token, f"no form on {page}"
        return self.get(address, {"csrf_token": token[1], **(fields or {})})
