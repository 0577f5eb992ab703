"""`staff`: accounts and their roles, for whoever runs the server."""

from __future__ import annotations

import json
import sys

import click
from flask.cli import AppGroup

from survey.cli.running import find_unit_by_name, reading, writing
from survey.domain.permissions import Role
from survey.services import accounts
from survey.services.passwords import new_password
from survey.store.staff import Staff

group = AppGroup("staff", help="Accounts of staff and the roles they hold on units.")

_role = click.option(
    "--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do."
)
_unit = click.option("--unit", required=True, metavar="CODE|ID", help="On this unit and all below it.")


@group.command()
@click.argument("username")
@click.option("--name", required=True, help="The name that pages show.")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="A first role, with --unit.")
@click.option("--unit", metavar="CODE|ID", help="The unit of the first role.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--keep-password", is_flag=True, help="Do not ask for a new password at the first sign-in.")
def create(
    username: str, name: str, role: str | None, unit: str | None, password_stdin: bool, keep_password: bool
) -> None:
    """Make an account; prints the password once, unless it was given on standard input."""
    if (role is None) != (unit is None):
        raise click.UsageError("--role and --unit go together")
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else new_password()
    with writing() as session:
        staff = accounts.create_staff(
            session, username, name, password, must_change_password=not keep_password
        )
        if role and unit:
            accounts.grant_role(session, staff, Role(role), find_unit_by_name(session, unit))
    if not password_stdin:
        click.echo(password)


@group.command()
@click.argument("username")
@_role
@_unit
def grant(username: str, role: str, unit: str) -> None:
    """Give USERNAME a role on a unit; giving it twice changes nothing."""
    with writing() as session:
        staff = accounts.get_staff(session, username)
        accounts.grant_role(session, staff, Role(role), find_unit_by_name(session, unit))


@group.command()
@click.argument("username")
@click.option("--role", type=click.Choice([role.value for role in Role]), help="The role to take back.")
@click.option("--unit", metavar="CODE|ID", help="The unit of that role.")
@click.option("--close", is_flag=True, help="Close the whole account instead.")
def revoke(username: str, role: str | None, unit: str | None, close: bool) -> None:
    """Take a role back, or close the account; whoever is signed in feels it at once."""
    if close == bool(role or unit) or (role is None) != (unit is None):
        raise click.UsageError("Give either --role with --unit, or --close")
    with writing() as session:
        staff = accounts.get_staff(session, username)
        if close:
            accounts.close_account(session, staff, by=None)
        elif role and unit:
            accounts.revoke_role(session, staff, Role(role), find_unit_by_name(session, unit))


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON array instead of lines.")
def list_(as_json: bool) -> None:
    """List all accounts with their roles."""
    with reading() as session:
        found = accounts.list_staff(session)
    if as_json:
        click.echo(json.dumps([_as_json(staff) for staff in found], ensure_ascii=False, indent=1))
        return
    for staff in found:
        roles = "; ".join(f"{grant.role} {grant.unit.code} {grant.unit.name}" for grant in staff.grants)
        state = "  (closed)" if staff.disabled_at else ""
        click.echo(f"{staff.username}  {staff.display_name}  {roles or '-'}{state}")


def _as_json(staff: Staff) -> dict[str, object]:
    return {
        "username": staff.username,
        "name": staff.display_name,
        "open": staff.disabled_at is None,
        "roles": [
            {"role": grant.role, "unit": grant.unit.code, "unit_name": grant.unit.name}
            for grant in staff.grants
        ],
    }


commands = (group,)
