"""``sekisho staff``: who works here, what they may do, and the tokens programs use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click

from sekisho.access import service
from sekisho.access.principal import Principal
from sekisho.access.roles import Role, Scope, StaffKind
from sekisho.cli.session import Session, pass_session
from sekisho.workspace import Workspace


@click.group()
def staff() -> None:
    """職員・役割・トークン / Staff, roles and tokens."""


@staff.command()
@click.argument("staff_id")
@click.option("--name", required=True, help="表示する名前 / Name to show.")
@click.option("--kind", type=click.Choice([each.value for each in StaffKind]), default="person", show_default=True)
@click.option("--role", "roles", multiple=True, type=click.Choice([each.value for each in Role]), help="役割 / Role.")
@pass_session
def add(session: Session, staff_id: str, name: str, kind: str, roles: tuple[str, ...]) -> None:
    """職員またはプログラムを加える / Add a person or a program."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()
        workspace.change(
            lambda c: service.add_staff(c, actor=actor, staff_id=staff_id, name=name, kind=StaffKind(kind), now=now)
        )
        for role in roles:
            _grant(workspace, actor, staff_id, Role(role))
    session.say(f"{staff_id} を加えました。" if session.lang == "ja" else f"Added {staff_id}.")


@staff.command()
@click.argument("staff_id")
@click.argument("role", type=click.Choice([each.value for each in Role]))
@pass_session
def grant(session: Session, staff_id: str, role: str) -> None:
    """役割を与える / Grant a role."""
    with session.open() as workspace:
        _grant(workspace, _administrator(workspace, session), staff_id, Role(role))
    session.say(f"{staff_id}: {role}")


@staff.command()
@click.argument("staff_id")
@click.argument("role", type=click.Choice([each.value for each in Role]))
@pass_session
def revoke(session: Session, staff_id: str, role: str) -> None:
    """役割を外す / Take a role away."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()
        workspace.change(lambda c: service.revoke_role(c, actor=actor, staff_id=staff_id, role=Role(role), now=now))
    session.say(f"{staff_id}: − {role}")


@staff.command()
@click.argument("staff_id")
@pass_session
def end(session: Session, staff_id: str) -> None:
    """退職などで権限をすべて終える / End everything somebody may do."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()
        workspace.change(lambda c: service.end_staff(c, actor=actor, staff_id=staff_id, now=now))
    session.say(f"{staff_id} の権限を終えました。" if session.lang == "ja" else f"Ended {staff_id}.")


@staff.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON で出す / Print JSON.")
@pass_session
def list_(session: Session, as_json: bool) -> None:
    """職員と役割の一覧 / Staff and their roles."""
    session.json = as_json
    with session.open("read") as workspace, workspace.database.read() as connection:
        found = service.list_staff(connection)
    if as_json:
        session.answer([_document(each, roles) for each, roles in found])
        return
    for each, roles in found:
        left = "" if each.left_at is None else "（終了）" if session.lang == "ja" else " (ended)"
        session.say(f"{each.id}  {each.name}  {each.kind.value}  {', '.join(sorted(roles))}{left}")


@staff.command()
@click.argument("staff_id")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice([each.value for each in Scope]))
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="有効日数 / Days it lives.")
@pass_session
def token(session: Session, staff_id: str, scopes: tuple[str, ...], days: int) -> None:
    """トークンを発行する（一度だけ表示） / Issue a token; it is shown once and kept nowhere."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()
        issued = workspace.change(
            lambda c: service.issue_token(
                c,
                actor=actor,
                staff_id=staff_id,
                scopes=[Scope(each) for each in scopes],
                expires_at=now + timedelta(days=days),
                now=now,
            )
        )
    click.echo(issued.text)


@staff.command("revoke-token")
@click.argument("token_id")
@pass_session
def revoke_token(session: Session, token_id: str) -> None:
    """トークンを失効させる / Revoke a token by its id."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()
        workspace.change(lambda c: service.revoke_token(c, actor=actor, token_id=token_id, now=now))
    session.say(f"{token_id} を失効させました。" if session.lang == "ja" else f"Revoked {token_id}.")


def _administrator(workspace: Workspace, session: Session) -> Principal:
    with workspace.database.read() as connection:
        return service.stated_principal(connection, session.require_staff(), required=Scope.STAFF_ADMIN)


def _grant(workspace: Workspace, actor: Principal, staff_id: str, role: Role) -> None:
    now = workspace.clock.now()
    workspace.change(lambda c: service.grant_role(c, actor=actor, staff_id=staff_id, role=role, now=now))


def _document(each: service.Staff, roles: frozenset[Role]) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "kind": each.kind.value,
        "roles": sorted(roles),
        "added_at": each.added_at.isoformat(),
        "left_at": each.left_at.isoformat() if each.left_at is not None else None,
    }
