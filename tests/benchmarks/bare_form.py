"""What the resident's page is measured against: a Flask form that keeps each answer in one SQLite row.

A rendered page of nineteen questions, a post that is committed with `synchronous=FULL` before it is answered
with a redirect, and a page of thanks: one small request more than a slip's page needs. No codes, no slips,
no ledger, no mixing.
"""

from __future__ import annotations

import json
import os
import sqlite3

from flask import Flask, redirect, request
from flask.typing import ResponseReturnValue

_QUESTIONS = [f"q{number:02d}" for number in range(1, 20)]
_PAGE = """<!doctype html><html lang="vi"><head><meta charset="utf-8"><title>{{ title }}</title></head><body>
<h1>{{ title }}</h1><form method="post">
{% for code in questions %}<fieldset><legend>{{ loop.index }}. {{ text }}</legend>
{% for option, label in options %}<label>
<input type="radio" name="{{ code }}" value="{{ option }}"> {{ label }}</label>
{% endfor %}<label>{{ reason }} <input name="{{ code }}_reason"></label></fieldset>
{% endfor %}<button>{{ send }}</button></form></body></html>"""
_THANKS = "<!doctype html><title>{{ word }}</title><h1>{{ word }}</h1>"
_WORDS = {
    "title": "Lấy ý kiến hài lòng của người dân",
    "text": "Ông/bà có hài lòng về kết quả thực hiện nội dung này trên địa bàn xã không?",
    "options": [("satisfied", "Hài lòng"), ("not_satisfied", "Chưa hài lòng"), ("no_opinion", "Không rõ")],
    "reason": "Lý do",
    "send": "Gửi phiếu",
    "questions": _QUESTIONS,
}


def create_app() -> Flask:
    app = Flask(__name__)
    page, thanks = (app.jinja_env.from_string(source) for source in (_PAGE, _THANKS))
    path = os.environ["BARE_FORM"]
    with _connect(path) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS answer (id INTEGER PRIMARY KEY, answers TEXT)")

    @app.get("/form")
    def ask() -> str:
        return page.render(_WORDS)

    @app.post("/form")
    def take() -> ResponseReturnValue:
        answers = json.dumps({code: request.form.get(code) for code in _QUESTIONS})
        with _connect(path) as connection:
            connection.execute("INSERT INTO answer (answers) VALUES (?)", (answers,))
        connection.close()
        return redirect("/thanks", 303)

    @app.get("/thanks")
    def thank() -> str:
        return thanks.render(word="Cảm ơn")

    return app


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=20)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection
