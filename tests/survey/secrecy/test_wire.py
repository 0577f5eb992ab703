"""What goes over the wire and what the server says of it: nothing that tells one household from another."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.survey.secrecy.households import AnsweredVillage, answers_of, reason_of
from tests.survey.secrecy.served import ADDRESS, AGENT, Reply

_TELLING = {
    "set-cookie",
    "etag",
    "last-modified",
    "x-request-id",
    "server-timing",
    "x-runtime",
    "age",
    "link",
}
_TO_THE_SECOND = re.compile(r"\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT")

_SOME_DATE = "Thu, 01 Jan 2026 00:00:00 GMT"


def test_thanks_differ_in_the_receipt_and_the_senders_own_code_alone(mixed: AnsweredVillage) -> None:
    """The same page for every household but for these: no id, no time, no word of the answers."""
    pages = {
        each.reply.text.replace(each.receipt, "…").replace(each.code.grouped, "…") for each in mixed.sent
    }
    assert len(pages) == 1
    assert len({each.receipt for each in mixed.sent}) == len(mixed.sent)


def test_questions_differ_in_the_code_and_the_pages_key_alone(mixed: AnsweredVillage) -> None:
    pages = {
        each.page.replace(each.key, "…").replace(each.code.grouped, "…").replace(each.code.text, "…")
        for each in mixed.sent
    }
    assert len(pages) == 1
    assert len({each.key for each in mixed.sent}) == len(mixed.sent)


def read_headers(reply: Reply) -> dict[str, str]:
    """By lower-case name; a value's words in order, for a policy may say one thing twice."""
    return {
        name.lower(): " ".join(sorted(set(re.split(r"[\s;]+", value))))
        for name, value in reply.headers.items()
    }


def test_headers_are_the_same_for_everybody_and_tell_the_time_to_the_second(mixed: AnsweredVillage) -> None:
    first = read_headers(mixed.sent[0].reply)
    assert not _TELLING & set(first)
    for each in mixed.sent:
        headers = read_headers(each.reply)
        assert _TO_THE_SECOND.fullmatch(each.reply.headers.get("Date", _SOME_DATE))
        assert {**headers, "date": ""} == {**first, "date": ""}


def _find_traces(log: str, village: AnsweredVillage) -> list[str]:
    """What of a household stands in a log: its codes and keys, its answers and words, its phone."""
    sent = village.sent + village.waiting
    known = [name for each in sent for name in (each.code.grouped, each.code.text, each.key, each.receipt)]
    known += [reason_of(number) for number in range(len(village.sent))]
    known += ["satisfied", ADDRESS, AGENT, "127.0.0.1 ", "Mozilla"]
    lowered = log.lower()
    return [name for name in known if name.lower() in lowered]


def test_the_servers_log_holds_nothing_of_a_household(mixed: AnsweredVillage) -> None:
    for path in ("/khong/co/trang", f"/{mixed.sent[0].code.grouped[:-1]}0", "/bien-nhan"):
        mixed.served.ask(path)
        mixed.served.ask(path, {"code": mixed.sent[0].receipt})
    log = mixed.served.log.read_text()
    assert "Serving https://khaosat.example.vn" in log, "this is what the server prints"
    assert _find_traces(log, mixed) == []
    assert _find_traces(f'"POST /{mixed.sent[3].code.grouped.lower()}" {AGENT}', mixed) != []


def test_neither_does_it_when_a_ballot_cannot_be_written(unmixed: AnsweredVillage) -> None:
    """The database refuses a row, and PostgreSQL quotes what it refuses."""
    sqlite = unmixed.database.is_sqlite
    breaking = (
        "CREATE TRIGGER refuse BEFORE INSERT ON box BEGIN SELECT RAISE(ABORT, 'refused'); END"
        if sqlite
        else "ALTER TABLE box ADD CONSTRAINT refuse CHECK (channel = 'paper') NOT VALID"
    )
    with unmixed.database.write() as session:
        session.execute(text(breaking))
    here = unmixed.opened.village_ids[1]
    code = unmixed.opened.slips[here][-1]
    form = {"key": unmixed.sent[0].key, **answers_of(77), "q19_reason": reason_of(77)}
    reply = unmixed.served.ask(f"/{code.grouped}", form)
    with unmixed.database.write() as session:
        session.execute(text("DROP TRIGGER refuse" if sqlite else "ALTER TABLE box DROP CONSTRAINT refuse"))
    assert reply.status >= 400, reply.text
    assert not {reason_of(77), form["key"]} & set(reply.text.split()), "not in the answer either"
    log = unmixed.served.log.read_text()
    assert "refuse" in log
    assert _find_traces(log, unmixed) == []
    if not sqlite:
        own = _postgresql_log(unmixed).read_text(errors="replace")
        assert _find_traces(own, unmixed) == ["satisfied"], "the beginning of the row: see SECURITY.md"


def _postgresql_log(village: AnsweredVillage) -> Path:
    (folder,) = village.column("SHOW data_directory")
    return Path(folder).parent / "server.log"


def test_a_receipt_tells_its_round_and_no_more(mixed: AnsweredVillage) -> None:
    pages = {
        mixed.served.ask("/bien-nhan", {"code": each.receipt}).text.replace(each.receipt, "…")
        for each in [*mixed.sent[:5], *mixed.waiting]
    }
    assert len(pages) == 1, "not even whether it is mixed, nor of which village"
    unknown = mixed.served.ask("/bien-nhan", {"code": "0000-0000-0000"})
    assert unknown.status == 422
    assert unknown.text not in pages


@pytest.mark.parametrize("path", ["/", "/bien-nhan", "/quyen-rieng-tu"])
def test_pages_before_and_after_tell_nobody_that_somebody_answered(mixed: AnsweredVillage, path: str) -> None:
    reply = mixed.served.ask(path)
    assert not _TELLING & {name.lower() for name in reply.headers}
    assert reply.text == mixed.served.ask(path).text
