"""What everyone may read: the list of published results, each result's page with its files, the method."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from analytics.charts import Bar, draw_bars
from analytics.codebook import CHANNEL_NAMES, COLUMNS, SHAPES
from analytics.headlines import list_headlines
from analytics.measure_words import (
    WHO_IS_SILENT,
    say_bounds,
    say_holds,
    say_interval,
    say_weighted,
    write_range,
    write_weighted,
)
from analytics.method import LEAD, PROOFS, RATES, TABLES, TITLE, list_all_indicators, tell_secrecy
from analytics.public_files import FILE_NAMES
from analytics.public_page import PublicPage, get_public_page
from analytics.rates import write_rate
from analytics.tables import Figure
from analytics.uncounted import say_uncounted, say_without, write_uncounted
from analytics.web.voices import tell_voices
from analytics.web.words import (
    ACTION_LOOKS,
    KIND_NAMES,
    NO_VALID_BALLOT,
    PART_NAMES,
    RESULT_VERDICTS,
    SIGNED_PAPERS,
    TEST_NAMES,
    VERDICT_SENTENCES,
    explain_hidden,
    say_days,
    write_figure,
    write_size,
)
from survey.access import public
from survey.frames import (
    ACTION_STATE_NAMES,
    DomainError,
    database,
    list_published_files,
    min_base,
    name_within,
    read_published_file,
    settings,
)
from translations.catalogue import lazy
from translations.numbers import format_percent

blueprint = Blueprint("public", __name__, template_folder="../templates")

_PER_PAGE = 50
_LONGEST_QUERY = 200
_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}
_WORDS: dict[str, Any] = {
    "kind_names": KIND_NAMES,
    "part_names": PART_NAMES,
    "channel_names": CHANNEL_NAMES,
    "verdicts": RESULT_VERDICTS,
    "verdict_sentences": VERDICT_SENTENCES,
    "test_names": TEST_NAMES,
    "action_states": ACTION_STATE_NAMES,
    "action_looks": ACTION_LOOKS,
    "file_names": FILE_NAMES,
    "proofs": PROOFS,
    "signed_papers": SIGNED_PAPERS,
    "no_valid_ballot": NO_VALID_BALLOT,
    "percent": format_percent,
    "write_size": write_size,
    "who_is_silent": WHO_IS_SILENT,
    **{one.__name__: one for one in (write_range, write_weighted, say_interval, say_bounds, say_holds)},
    **{one.__name__: one for one in (say_weighted, say_without, say_uncounted, write_uncounted)},
    **{one.__name__: one for one in (explain_hidden, say_days, name_within, write_rate)},
}


@blueprint.get("/ket-qua-cong-khai/")
@public
def list_results() -> str:
    """Published rounds, found by name or code of the unit and by year."""
    query = request.args.get("q", "")[:_LONGEST_QUERY]
    year, place = _read_number("nam", 9_999), _read_number("trang", 1_000_000) or 1
    with database().read() as session:
        found = list_headlines(session, query, year, limit=_PER_PAGE, offset=(place - 1) * _PER_PAGE)
    pages = max(1, -(-found.total // _PER_PAGE))
    asked = {"query": query, "year": year, "place": place, "pages": pages}
    return render_template("public/list.html", found=found, write_figure=write_figure, **asked, **_WORDS)


def _read_number(name: str, most: int) -> int | None:
    number = request.args.get(name, type=int)
    return number if number is not None and 1 <= number <= most else None


@blueprint.get("/ket-qua-cong-khai/<int:round_id>")
@public
def show_result(round_id: int) -> str:
    """The result that was published last."""
    return _show(round_id, None)


@blueprint.get("/ket-qua-cong-khai/<int:round_id>/ban/<int:number>")
@public
def show_version(round_id: int, number: int) -> str:
    """A published result, the last one or one before it."""
    return _show(round_id, number)


def _show(round_id: int, number: int | None) -> str:
    with database().read() as session:
        try:
            page = get_public_page(session, round_id, number)
        except DomainError:
            abort(404)
        voices = tell_voices(session, page.facts)
    k = page.summary.min_base
    return render_template(
        "public/pulse.html" if page.is_pulse else "public/show.html",
        page=page,
        facts=page.facts,
        voices=voices,
        texts_of={one.code: one.text for one in page.facts.questionnaire.questions},
        commune_names={one.commune_code: one.commune for one in page.facts.villages},
        write_figure=lambda figure: write_figure(figure, k),
        charts=_draw_all(page),
        address=settings().public_url + request.path,
        **_WORDS,
    )


@blueprint.get("/ket-qua-cong-khai/<int:round_id>/ban/<int:number>/<name>")
@public
def send(round_id: int, number: int, name: str) -> ResponseReturnValue:
    """A published file as it was published; it never changes, so whoever has it need not ask again."""
    with database().read() as session:
        files = {one.name: one for one in list_published_files(session, round_id, number)}
        if name not in files:
            abort(404)
        response = Response(content_type=_TYPES.get(name.rpartition(".")[2], "text/plain; charset=utf-8"))
        response.set_etag(files[name].sha256)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        if request.if_none_match.contains(files[name].sha256):
            response.status_code = 304
            return response
        response.set_data(read_published_file(session, round_id, number, name))
    return response


@blueprint.get("/phuong-phap")
@public
def show_method() -> str:
    """The public note: what is published, how it is computed, and what is hidden."""
    return render_template(
        "public/method.html",
        title=TITLE,
        lead=LEAD,
        indicators=list_all_indicators(),
        rates=RATES,
        tables=TABLES,
        shapes=SHAPES,
        sections=(tell_secrecy(min_base()), PROOFS),
        columns=COLUMNS,
    )


def _draw_all(page: PublicPage) -> dict[str, Any]:
    rules = page.facts.rules
    channels = [] if page.is_pulse else page.summary.channels
    parts = [_make_bar(str(CHANNEL_NAMES[one]), page.of_channel(one), page) for one in channels]
    returned = _make_bar(str(lazy("Hộ có phiếu được tính")), page.returned(), page)
    contents = [_make_bar(str(one.text), page.rate(one), page) for one in page.contents]
    return {
        "returned": draw_bars(
            "chart-returned",
            str(lazy("Tỷ lệ hộ có phiếu được tính")),
            [returned],
            page.returned().threshold,
        ),
        "channels": draw_bars("chart-channels", str(lazy("Phiếu hợp lệ theo từng hình thức")), parts),
        "contents": draw_bars(
            "chart-contents",
            str(lazy("Tỷ lệ theo từng nội dung")),
            contents,
            rules.content_threshold if rules else None,
        ),
    }


def _make_bar(label: str, figure: Figure, page: PublicPage) -> Bar:
    share = figure.share
    return Bar(label, share.value if share else None, write_figure(figure, page.summary.min_base))
