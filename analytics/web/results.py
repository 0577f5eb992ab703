"""Results of rounds, for staff and, once published, for everyone; and their downloads."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy.orm import Session

from analytics.charts import Bar, draw_bars
from analytics.codebook import CHANNEL_NAMES, OPTION_NAMES
from analytics.exports import FORMATS, WRITERS, check_exportable, write_codebook_csv
from analytics.measure_words import (
    WHO_IS_SILENT,
    say_bounds,
    say_holds,
    say_interval,
    say_weighted,
    write_range,
    write_weighted,
)
from analytics.measures import measure_village, tell_measures
from analytics.rates import write_rate
from analytics.results import RoundResult, build_result
from analytics.tables import QuestionTable
from analytics.uncounted import say_uncounted, say_without, write_uncounted
from analytics.web.words import (
    KIND_NAMES,
    PART_NAMES,
    RESULT_VERDICTS,
    SIGNED_PAPERS,
    TEST_NAMES,
    explain_hidden,
    write_between,
    write_figure,
)
from survey.access import requires
from survey.frames import (
    BALLOT,
    STATE_NAMES,
    NotFound,
    Permission,
    RoundFacts,
    RoundState,
    actor,
    database,
    list_downloaded,
    list_lineage,
    list_result_rounds,
    list_versions,
    min_base,
    record_download,
    round_facts,
    tell_reasons,
)
from translations.catalogue import lazy
from translations.numbers import format_percent

blueprint = Blueprint("results", __name__, template_folder="../templates")

_FIRST_REASONS, _ALL_REASONS = 20, 5_000
_WORDS: dict[str, Any] = {
    "kind_names": KIND_NAMES,
    "state_names": STATE_NAMES,
    "part_names": PART_NAMES,
    "channel_names": CHANNEL_NAMES,
    "option_names": OPTION_NAMES,
    "verdicts": RESULT_VERDICTS,
    "test_names": TEST_NAMES,
    "ballot": BALLOT,
    "percent": format_percent,
    "who_is_silent": WHO_IS_SILENT,
    "signed_papers": SIGNED_PAPERS,
    "explain_hidden": explain_hidden,
    **{one.__name__: one for one in (write_range, write_weighted, say_interval, say_bounds, say_holds)},
    **{one.__name__: one for one in (say_weighted, say_without, say_uncounted, write_uncounted, write_rate)},
}


@blueprint.get("/ket-qua/")
@requires(Permission.READ_RESULT)
def list_rounds() -> str:
    with database().read() as session:
        rounds = list_result_rounds(session, actor().units_with(Permission.READ_RESULT))
    return render_template("results/list.html", rounds=rounds, **_WORDS)


@blueprint.get("/ket-qua/<int:round_id>")
@requires(Permission.READ_RESULT, on="round_id")
def show_round(round_id: int) -> str:
    """The whole result; while an official round runs, only that there is none yet."""
    with database().read() as session:
        facts = round_facts(session, round_id)
        if not facts.is_readable:
            return _say_not_yet(facts, list_lineage(session, facts.unit_id))
        result = build_result(session, round_id, min_base())
        above = list_lineage(session, facts.unit_id)
    may = {one: actor().may(one, above) for one in Permission}
    return render_template(
        "results/pulse.html" if result.pulse else "results/official.html",
        may_read_reasons=may[Permission.READ_REASONS] and facts.state is not RoundState.OPEN,
        may_plan=may[Permission.PLAN_ACTIONS] and facts.state is not RoundState.OPEN,
        may_count=may[Permission.READ_COUNTS],
        may_make=may[Permission.MAKE_PAPERS],
        may_download=may[Permission.DOWNLOAD] and facts.kind != "drill" and not result.is_provisional,
        **_tell(result),
    )


def _say_not_yet(facts: RoundFacts, above: list[int]) -> str:
    may_count = actor().may(Permission.READ_COUNTS, above)
    return render_template("results/not_yet.html", facts=facts, may_count=may_count)


@blueprint.get("/ket-qua/<int:round_id>/ly-do")
@requires(Permission.READ_REASONS, on="round_id")
def show_reasons(round_id: int) -> str:
    """What residents wrote, grouped by content; some of each, all of one that is asked for."""
    wanted = request.args.get("noi-dung") or None
    with database().read() as session:
        facts = round_facts(session, round_id)
        if facts.state is RoundState.OPEN:
            return _say_not_yet(facts, list_lineage(session, facts.unit_id))
        limit = _ALL_REASONS if wanted else _FIRST_REASONS
        reasons = tell_reasons(session, round_id, question=wanted, limit=limit)
    questions = [question for question in facts.questionnaire.questions if question.code in reasons]
    told = {"facts": facts, "questions": questions, "reasons": reasons}
    return render_template("results/reasons.html", **told, **_WORDS)


@blueprint.get("/ket-qua/<int:round_id>/so-lieu.<any(csv,xlsx,json):form>")
@requires(Permission.DOWNLOAD, on="round_id")
def download(round_id: int, form: str) -> Response:
    content, facts = _prepare(round_id, form)
    return _send(content, FORMATS[form], f"ket-qua-{facts.tag.lower()}.{form}")


@blueprint.get("/ket-qua/<int:round_id>/bang-ma.csv")
@requires(Permission.DOWNLOAD, on="round_id")
def download_codebook(round_id: int) -> Response:
    """The codebook that goes with the CSV."""
    content, facts = _prepare(round_id, "codebook")
    return _send(content, FORMATS["csv"], f"ket-qua-{facts.tag.lower()}-bang-ma.csv")


def _prepare(round_id: int, form: str) -> tuple[bytes, RoundFacts]:
    with database().read() as session:
        if not round_facts(session, round_id).is_readable:
            raise NotFound(lazy("Đợt lấy ý kiến chưa kết thúc nên chưa có số liệu để tải về."))
        result = build_result(session, round_id, min_base(), told=_list_told(session, round_id))
    check_exportable(result)
    content = write_codebook_csv(result) if form == "codebook" else WRITERS[form](result)
    with database().write() as session:
        record_download(session, result.facts, form, by=actor().staff_id)
    return content, result.facts


def _list_told(session: Session, round_id: int) -> list[int]:
    """The results that whoever downloads may hold already: published ones, and what was downloaded before."""
    published = {version.number for version in list_versions(session, round_id)}
    return sorted(published | list_downloaded(session, round_id, FORMATS))


def _send(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, content_type=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _tell(result: RoundResult) -> dict[str, Any]:
    """What every page of a result is made of."""
    names: dict[str | int, str] = {one.unit_id: one.name for one in result.facts.villages}
    return {
        **_WORDS,
        "result": result,
        "facts": result.facts,
        "chart": _draw(result),
        "measures": tell_measures(result),
        "measure_village": measure_village,
        "write_figure": lambda figure: write_figure(figure, result.min_base),
        "write_between": lambda least, most: write_between(least, most, result.min_base),
        "is_told": result.tables[BALLOT].suppression.shown(),
        "find_figure": result.find_figure,
        "village_names": names,
        "silent": result.silent,
        "uncounted": result.find_uncounted(result.min_base),
        "overfull": [names[one] for one in result.official.overfull] if result.official else [],
        "commune_names": {one.commune_code: one.commune for one in result.facts.villages},
    }


def _draw(result: RoundResult) -> Any:
    rules = result.facts.rules
    mark = rules.content_threshold if rules else None
    bars = [_make_bar(table, result.min_base) for table in result.contents]
    return draw_bars("chart-contents", str(lazy("Tỷ lệ theo từng nội dung")), bars, mark)


def _make_bar(table: QuestionTable, k: int) -> Bar:
    figure = table.figure()
    share = figure.share
    return Bar(str(table.text), share.value if share else None, write_figure(figure, k))
