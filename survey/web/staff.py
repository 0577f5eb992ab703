"""Looking after other people's accounts, at the units below one's own."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from survey.access import requires
from survey.domain.errors import DomainError, NotFound
from survey.domain.names import matches
from survey.domain.permissions import ROLE_NAMES, Permission, Role
from survey.services import accounts, authority
from survey.services.accounts import list_grants
from survey.services.authority import find_reach, get_within_reach
from survey.services.passwords import new_password
from survey.services.units import get_unit
from survey.store.staff import Staff
from survey.web.account_forms import NewAccountForm, RoleForm
from survey.web.context import actor, database
from translations.catalogue import gettext as _
from translations.catalogue import lazy

blueprint = Blueprint("staff", __name__, template_folder="templates")

PAGE = 50


@blueprint.get("/tai-khoan/quan-ly")
@requires(Permission.MANAGE_STAFF)
def list_staff() -> ResponseReturnValue:
    """The accounts within reach, with a search by name or unit."""
    sought, page = request.args.get("q", "").strip(), max(1, request.args.get("trang", 1, type=int))
    with database().read() as transaction:
        found = authority.list_within_reach(transaction, find_reach(transaction, actor()))
    if sought:
        found = [staff for staff in found if _matches(staff, sought)]
    return render_template(
        "staff/list.html",
        staff=found[(page - 1) * PAGE : page * PAGE],
        total=len(found),
        page=page,
        pages=max(1, -(-len(found) // PAGE)),
        sought=sought,
        role_names=ROLE_NAMES,
    )


def _matches(staff: Staff, sought: str) -> bool:
    texts = [staff.username, staff.display_name, *(grant.unit.name for grant in staff.grants)]
    return any(matches(sought, text) for text in texts)


@blueprint.route("/tai-khoan/quan-ly/them", methods=["GET", "POST"])
@requires(Permission.MANAGE_STAFF)
def create() -> ResponseReturnValue:
    """Make an account with its first role; its password is shown on the answer, and never again."""
    form = NewAccountForm()
    _offer(form)
    if not form.validate_on_submit():
        return render_template("staff/create.html", form=form), 422 if form.is_submitted() else 200
    password = new_password()
    try:
        with database().write() as transaction:
            staff = accounts.create_staff(
                transaction,
                form.username.data or "",
                form.display_name.data or "",
                password,
                by=actor().staff_id,
            )
            _hand_on(transaction, staff, form)
    except DomainError as problem:
        return render_template("staff/create.html", form=form, problem=problem), 422
    return render_template("staff/password.html", staff=staff, password=password, new=True)


def _offer(form: RoleForm) -> None:
    """Fill the form's choices with what the actor may hand on."""
    with database().read() as transaction:
        reach = find_reach(transaction, actor())
        units = authority.list_grantable_units(transaction, reach)
    form.offer(authority.list_grantable_roles(reach), units)


def _hand_on(transaction: Session, staff: Staff, form: RoleForm) -> None:
    role, unit = Role(form.role.data), get_unit(transaction, int(form.unit.data))
    authority.check_may_hand_on(find_reach(transaction, actor()), role, unit)
    accounts.grant_role(transaction, staff, role, unit, by=actor().staff_id)


@blueprint.get("/tai-khoan/quan-ly/<int:staff_id>")
@requires(Permission.MANAGE_STAFF)
def show(staff_id: int) -> ResponseReturnValue:
    """One account: its roles, its password, and whether it is open."""
    form = RoleForm(formdata=None)
    _offer(form)
    return _page(staff_id, form)


def _page(staff_id: int, form: RoleForm, problem: DomainError | None = None) -> str:
    with database().read() as transaction:
        staff = get_within_reach(transaction, find_reach(transaction, actor()), staff_id)
        grants = list_grants(transaction, staff)
    return render_template(
        "staff/show.html",
        staff=staff,
        grants=grants,
        role_names=ROLE_NAMES,
        form=form,
        problem=problem,
    )


@blueprint.post("/tai-khoan/quan-ly/<int:staff_id>/vai-tro")
@requires(Permission.MANAGE_STAFF)
def grant(staff_id: int) -> ResponseReturnValue:
    """Give the account one more role."""
    form = RoleForm()
    _offer(form)
    if not form.validate_on_submit():
        return _page(staff_id, form), 422
    try:
        with database().write() as transaction:
            staff = get_within_reach(transaction, find_reach(transaction, actor()), staff_id)
            _hand_on(transaction, staff, form)
    except NotFound:
        raise
    except DomainError as problem:
        return _page(staff_id, form, problem), 422
    flash(_("Đã giao vai trò."), "good")
    return redirect(url_for("staff.show", staff_id=staff_id), 303)


@blueprint.post("/tai-khoan/quan-ly/<int:staff_id>/thu-vai-tro")
@requires(Permission.MANAGE_STAFF)
def revoke(staff_id: int) -> ResponseReturnValue:
    """Take one role back."""
    role_name, unit_id = request.form.get("role", ""), request.form.get("unit", type=int)
    if role_name not in list(Role) or unit_id is None:
        raise DomainError(lazy("Xin chọn một mục trong danh sách."))
    role = Role(role_name)
    with database().write() as transaction:
        reach = find_reach(transaction, actor())
        staff, unit = get_within_reach(transaction, reach, staff_id), get_unit(transaction, unit_id)
        authority.check_may_hand_on(reach, role, unit)
        accounts.revoke_role(transaction, staff, role, unit, by=actor().staff_id)
        still_ours = reach.covers_account(staff)
    flash(_("Đã thu vai trò."), "good")
    if still_ours:
        return redirect(url_for("staff.show", staff_id=staff_id), 303)
    return redirect(url_for("staff.list_staff"), 303)


@blueprint.post("/tai-khoan/quan-ly/<int:staff_id>/dat-lai-mat-khau")
@requires(Permission.MANAGE_STAFF)
def reset_password(staff_id: int) -> ResponseReturnValue:
    """Give a new password, shown on the answer and never again."""
    return _hand_over_password(staff_id, accounts.reset_password)


@blueprint.post("/tai-khoan/quan-ly/<int:staff_id>/mo-lai")
@requires(Permission.MANAGE_STAFF)
def reopen(staff_id: int) -> ResponseReturnValue:
    """Open a closed account again, with a new password."""
    return _hand_over_password(staff_id, accounts.reopen_account)


def _hand_over_password(staff_id: int, give: Callable[..., str]) -> ResponseReturnValue:
    with database().write() as transaction:
        staff = get_within_reach(transaction, find_reach(transaction, actor()), staff_id)
        password = give(transaction, staff, by=actor().staff_id)
    return render_template("staff/password.html", staff=staff, password=password, new=False)


@blueprint.post("/tai-khoan/quan-ly/<int:staff_id>/dong")
@requires(Permission.MANAGE_STAFF)
def close(staff_id: int) -> ResponseReturnValue:
    """Close the account; whoever is signed in with it is out at once."""
    with database().write() as transaction:
        staff = get_within_reach(transaction, find_reach(transaction, actor()), staff_id)
        accounts.close_account(transaction, staff, by=actor().staff_id)
    flash(_("Đã đóng tài khoản “%(username)s”.", username=staff.username), "good")
    return redirect(url_for("staff.show", staff_id=staff_id), 303)
