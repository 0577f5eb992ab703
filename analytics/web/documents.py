"""A closed round's papers: to sign, to post, to read out, and the pack of everything for those in charge."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Blueprint, Response, render_template, request, send_file

from analytics.papers.evidence import open_spool, write_evidence
from analytics.papers.kinds import EVIDENCE, KINDS, MINUTES, PaperKind, write_paper
from analytics.papers.letterheads import LETTERHEAD_NAMES, Letterhead
from analytics.papers.material import Material, read_material
from analytics.web.words import PART_NAMES
from survey.access import requires
from survey.frames import (
    STATE_NAMES,
    Conflict,
    NotFound,
    Permission,
    RoundFacts,
    RoundState,
    actor,
    database,
    fold,
    list_lineage,
    min_base,
    record_download,
    round_facts,
)
from translations.catalogue import lazy

blueprint = Blueprint("documents", __name__, template_folder="../templates", url_prefix="/ket-qua")

_LONGEST_VILLAGE = 40
"""Of a village's code and name in the name of a file."""


@blueprint.get("/<int:round_id>/ho-so")
@requires(Permission.READ_RESULT, on="round_id")
def show(round_id: int) -> str:
    """All papers of a round that count households, each with its letterheads."""
    with database().read() as session:
        facts = round_facts(session, round_id)
        above = list_lineage(session, facts.unit_id)
    if facts.rules is None or facts.state is RoundState.OPEN:
        raise Conflict(lazy("Đóng đợt rồi mới lập được hồ sơ; đợt phản hồi thường xuyên không có hồ sơ."))
    kinds = [kind for kind in KINDS.values() if kind.key != MINUTES]
    return render_template(
        "papers/show.html",
        facts=facts,
        signed=[kind for kind in kinds if kind.is_complete],
        told=[kind for kind in kinds if not kind.is_complete],
        minutes=KINDS[MINUTES],
        letterheads=LETTERHEAD_NAMES,
        may_count=actor().may(Permission.READ_COUNTS, above),
        may_make=actor().may(Permission.MAKE_PAPERS, above),
        state_names=STATE_NAMES,
        part_names=PART_NAMES,
    )


@blueprint.get('/<int:round_id>/ho-so/<any("bien-ban","tong-hop","bao-cao"):key>')
@requires(Permission.MAKE_PAPERS, on="round_id")
def download_signed(round_id: int, key: str) -> Response:
    """A complete paper, for those in charge."""
    return _send_paper(round_id, key)


@blueprint.get('/<int:round_id>/ho-so/<any("niem-yet","bai-phat-thanh"):key>')
@requires(Permission.READ_RESULT, on="round_id")
def download_told(round_id: int, key: str) -> Response:
    """A paper for everybody, which tells no more than the result's page."""
    return _send_paper(round_id, key)


def _send_paper(round_id: int, key: str) -> Response:
    with database().read() as session:
        material = read_material(session, round_id, min_base())
    kind, letterhead, unit_id = KINDS[key], _read_letterhead(), request.args.get("thon", type=int)
    content = write_paper(material, key, letterhead, unit_id)
    name = _name_paper(kind, letterhead, material.facts, unit_id)
    return _send(Response(content, content_type=kind.media_type), material, key, name)


def _name_paper(kind: PaperKind, letterhead: Letterhead, facts: RoundFacts, unit_id: int | None) -> str:
    """A file's name in plain letters that tells a village's paper from another's, and whose form it is."""
    stem, _, ending = kind.file_name.rpartition(".")
    villages = [fold(f"{one.code} {one.name}") for one in facts.villages if one.unit_id == unit_id]
    told = [one.encode("ascii", "ignore").decode()[:_LONGEST_VILLAGE].strip() for one in villages]
    told += [letterhead.value] if len(kind.letterheads) > 1 else []
    return f"{'-'.join([stem, *told]).replace(' ', '-')}.{ending}"


def _read_letterhead() -> Letterhead:
    try:
        return Letterhead(request.args.get("the-thuc", Letterhead.MTTQ))
    except ValueError:
        raise NotFound(lazy("Không có thể thức này.")) from None


@blueprint.get(f"/<int:round_id>/ho-so/{EVIDENCE}.zip")
@requires(Permission.MAKE_PAPERS, on="round_id")
def download_evidence(round_id: int) -> Response:
    """The evidence pack, written aside first: it can be larger than what should lie in memory."""
    with ExitStack() as opened:
        spool = opened.enter_context(open_spool())
        material = write_evidence(database().read, round_id, min_base(), spool)
        spool.seek(0)
        response = send_file(spool, mimetype="application/zip")
        response.call_on_close(opened.pop_all().close)
    return _send(response, material, EVIDENCE, f"{EVIDENCE}.zip")


def _send(response: Response, material: Material, form: str, name: str) -> Response:
    """Send what was written under a name of its round, and put on the log who took it."""
    with database().write() as session:
        record_download(session, material.facts, form, by=actor().staff_id)
    stem, _, ending = name.rpartition(".")
    name = f"{stem}-{material.facts.tag.lower()}.{ending}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
