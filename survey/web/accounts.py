"""One's own account: signing in and out, the password, the browsers signed in."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Flask, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from survey.access import public, staff_only
from survey.domain.clock import now
from survey.domain.errors import DomainError
from survey.services import collection, staff_sessions
from survey.services.staff_sessions import WrongPassword, is_session_of, list_sessions
from survey.store.staff import StaffSession
from survey.web import throttle
from survey.web.account_forms import PasswordForm, SignInForm
from survey.web.context import actor, database, find_actor, settings
from survey.web.gate import safe_next, session_token
from translations.catalogue import gettext as _
from translations.catalogue import ngettext

blueprint = Blueprint("accounts", __name__, template_folder="templates")
blueprint.record_once(lambda state: throttle.install(cast(Flask, state.app)))

FIRST_PAGE = "/viec-can-lam"
"""Where the work of the day stands; a page of another blueprint."""


@blueprint.route("/dang-nhap", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    """Sign in, and go on to the page that was asked for."""
    if find_actor() and request.method == "GET":
        return redirect(safe_next(request.args.get("next")) or FIRST_PAGE, 303)
    form = SignInForm()
    if not form.is_submitted():
        form.next.data = safe_next(request.args.get("next")) or ""
    if not form.validate_on_submit():
        return render_template("accounts/sign_in.html", form=form), 422 if form.is_submitted() else 200
    username, password = form.username.data or "", form.password.data or ""
    wait = throttle.sign_in_throttle().wait_seconds(request.remote_addr, username)
    if wait:
        return _ask_to_wait(form, wait)
    try:
        token = staff_sessions.sign_in(database(), username, password, settings().session_hours)
    except WrongPassword as problem:
        throttle.sign_in_throttle().count_failure(request.remote_addr, username)
        return render_template("accounts/sign_in.html", form=form, problem=problem), 422
    throttle.sign_in_throttle().forgive(request.remote_addr, username)
    language = session.get("lang")
    session.clear()
    session.update({"token": token} | ({"lang": language} if language else {}))
    return redirect(safe_next(form.next.data) or FIRST_PAGE, 303)


def _ask_to_wait(form: SignInForm, seconds: int) -> ResponseReturnValue:
    minutes = -(-seconds // 60)
    problem = ngettext(
        "Đã gõ sai nhiều lần. Xin chờ %(n)s phút rồi đăng nhập lại; quên mật khẩu thì nhờ cấp trên đặt lại.",
        "Đã gõ sai nhiều lần. Xin chờ %(n)s phút rồi đăng nhập lại; quên mật khẩu thì nhờ cấp trên đặt lại.",
        minutes,
    )
    answer = make_response(render_template("accounts/sign_in.html", form=form, problem=problem), 429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


@blueprint.post("/dang-xuat")
@public
def sign_out() -> ResponseReturnValue:
    """End this browser's session, and with it the collecting; one that has already ended is no error."""
    token = session_token()
    if token:
        with database().write() as transaction:
            if who := find_actor():
                collection.end_sessions(transaction, by=who.staff_id, at=now())
            staff_sessions.sign_out(transaction, token)
    session.clear()
    flash(_("Ông/bà đã đăng xuất."), "good")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/tai-khoan", methods=["GET", "POST"])
@staff_only
def change_password() -> ResponseReturnValue:
    """One's own account: the password, and the browsers that are signed in."""
    form = PasswordForm()
    if not form.validate_on_submit():
        return _own_account(form), 422 if form.is_submitted() else 200
    who = actor()
    wait = throttle.sign_in_throttle().wait_seconds(request.remote_addr, who.username)
    try:
        if wait:
            raise WrongPassword(throttle.TOO_MANY)
        staff_sessions.change_password(
            database(), who.staff_id, form.old.data or "", form.new.data or "", session_token() or ""
        )
    except DomainError as problem:
        if isinstance(problem, WrongPassword) and not wait:
            throttle.sign_in_throttle().count_failure(request.remote_addr, who.username)
        field = form.old if isinstance(problem, WrongPassword) else form.new
        field.errors = [str(problem)]
        return _own_account(form), 429 if wait else 422
    flash(_("Đã đổi mật khẩu. Các phiên đăng nhập khác của ông/bà đã kết thúc."), "good")
    return redirect(FIRST_PAGE if who.must_change_password else url_for("accounts.change_password"), 303)


def _own_account(form: PasswordForm) -> str:
    token = session_token() or ""
    with database().read() as transaction:
        rows = list_sessions(transaction, actor().staff_id)
    sessions = [(row, is_session_of(token, row)) for row in rows]
    return render_template("accounts/own.html", form=form, sessions=sessions)


@blueprint.post("/tai-khoan/phien/ket-thuc")
@staff_only
def end_session() -> ResponseReturnValue:
    """End one of one's own sessions, in this browser or another."""
    token_hash = _read_hash(request.form.get("session", ""))
    with database().write() as transaction:
        staff_sessions.end_session(transaction, actor().staff_id, token_hash)
    flash(_("Đã kết thúc phiên đăng nhập."), "good")
    return redirect(url_for("accounts.change_password"), 303)


def _read_hash(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def describe(row: StaffSession) -> str:
    """How a session is named in the form that ends it: by its hash, which opens nothing."""
    return row.token_hash.hex()


blueprint.add_app_template_filter(describe, "session_name")
