"""Questionnaires and rule sets: what ships, what is still a draft, and how a unit makes one official."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from forms.loader import shipped_questionnaires
from forms.resident import ParsedForm
from survey.access import requires, staff_only
from survey.domain.codes import CodeKind
from survey.domain.errors import DomainError
from survey.domain.permissions import Permission
from survey.domain.rule_sets import list_rule_sets
from survey.services.adoptions import AdoptedKind, adopt, list_adoptions, rule_set_version
from survey.services.documents import record_document
from survey.services.round_checks import get_questionnaire, get_rule_set
from survey.services.units import get_unit
from survey.store.units import Unit
from survey.web.context import actor, database
from survey.web.round_forms import AdoptForm
from translations.catalogue import gettext as _
from translations.numbers import format_percent

blueprint = Blueprint("questionnaires", __name__, template_folder="templates")


@blueprint.get("/mau-phieu/")
@staff_only
def list_all() -> str:
    return render_template("questionnaires/list.html", questionnaires=shipped_questionnaires().values())


@blueprint.get("/mau-phieu/<key>")
@staff_only
def show(key: str) -> str:
    questionnaire = get_questionnaire(key)
    with database().read() as session:
        adoptions = list_adoptions(session, "questionnaire", key)
    return render_template(
        "questionnaires/show.html",
        questionnaire=questionnaire,
        adoptions=adoptions,
        may_adopt=questionnaire.status == "draft" and actor().may(Permission.ADOPT),
    )


@blueprint.get("/bo-quy-dinh/")
@staff_only
def list_rules() -> str:
    return render_template("questionnaires/rules.html", rule_sets=list_rule_sets())


@blueprint.get("/bo-quy-dinh/<key>")
@staff_only
def show_rules(key: str) -> str:
    rules = get_rule_set(key)
    with database().read() as session:
        adoptions = list_adoptions(session, "rule_set", key)
    return render_template(
        "questionnaires/rule_set.html",
        rules=rules,
        percent=format_percent,
        adoptions=adoptions,
        may_adopt=rules.is_draft and actor().may(Permission.ADOPT),
    )


@blueprint.route("/mau-phieu/<key>/cong-nhan", methods=["GET", "POST"])
@requires(Permission.ADOPT)
def adopt_questionnaire(key: str) -> ResponseReturnValue:
    """Record the paper that makes a draft questionnaire official."""
    questionnaire = get_questionnaire(key)
    back = url_for("questionnaires.show", key=key)
    return _adopt("questionnaire", key, questionnaire.version, str(questionnaire.title), back)


@blueprint.route("/bo-quy-dinh/<key>/cong-nhan", methods=["GET", "POST"])
@requires(Permission.ADOPT)
def adopt_rules(key: str) -> ResponseReturnValue:
    """Record the paper that makes a draft rule set official."""
    rules = get_rule_set(key)
    back = url_for("questionnaires.show_rules", key=key)
    return _adopt("rule_set", key, rule_set_version(rules), str(rules.title), back)


def _adopt(kind: AdoptedKind, key: str, version: str, title: str, back: str) -> ResponseReturnValue:
    form = AdoptForm()
    with database().read() as session:
        form.offer(_list_adopting(session))
    problem = None
    if form.validate_on_submit():
        try:
            with database().write() as session:
                unit = get_unit(session, int(form.unit.data))
                document = record_document(session, by=actor().staff_id, **form.typed)
                adopt(session, unit, kind, key, version, document, by=actor().staff_id)
        except DomainError as found:
            problem = found
        else:
            flash(_("Đã công nhận. Từ nay giấy tờ của đơn vị không còn ghi DỰ THẢO vì mẫu này."), "good")
            return redirect(back, 303)
    page = render_template("questionnaires/adopt.html", form=form, title=title, back=back, problem=problem)
    return page, 422 if form.is_submitted() else 200


def _list_adopting(session: Session) -> list[Unit]:
    return [get_unit(session, unit_id) for unit_id in actor().units_with(Permission.ADOPT)]


@dataclass(frozen=True)
class _Place:
    name: str


@dataclass(frozen=True)
class _PreviewRound:
    unit: _Place
    contact: str
    title: str
    kind: str = "official"
    last_on: date | None = None
    counts_households: bool = True


@dataclass(frozen=True)
class _PreviewCode:
    grouped: str = "xem-thu"
    kind: CodeKind = CodeKind.SLIP


@dataclass(frozen=True)
class _PreviewEntry:
    """Stands where a code's entry would, so that the resident's own templates show the preview."""

    round: _PreviewRound
    village: _Place
    code: _PreviewCode = _PreviewCode()


@blueprint.get("/mau-phieu/<key>/xem-thu")
@staff_only
def preview(key: str) -> str:
    """The questionnaire as a resident's phone shows it, without the means to send it."""
    questionnaire = get_questionnaire(key)
    asks = _PreviewRound(_Place(_("Xã …")), _("Ban công tác Mặt trận thôn"), str(questionnaire.title))
    return render_template(
        "questionnaires/preview.html",
        entry=_PreviewEntry(asks, _Place(_("Thôn …"))),
        questionnaire=questionnaire,
        form=ParsedForm(key="", raw={}),
        large=False,
        preview=True,
    )
