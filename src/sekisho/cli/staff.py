"""``sekisho staff``: who works here, what they may do, and the tokens programs use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import click
from sqlalchemy import Connection

from sekisho.access import service
from sekisho.access.events import Change
from sekisho.access.principal import Principal
from sekisho.access.roles import Role, Scope, StaffKind
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.workspace import Workspace


@click.group()
def staff() -> None:
    """職員・役割・トークン / Staff, roles and tokens."""


@staff.command()
@click.argument("staff_id")
@click.option("--name", required=True, help="表示する名前 / Name to show.")
@click.option(
    "--kind",
    type=click.Choice([each.value for each in StaffKind]),
    default="person",
    show_default=True,
    help="人かプログラムか / A person or a program.",
)
@click.option("--role", "roles", multiple=True, type=click.Choice([each.value for each in Role]), help="役割 / Role.")
@output_options
@pass_session
def add(session: Session, staff_id: str, name: str, kind: str, roles: tuple[str, ...]) -> None:
    """職員またはプログラムを加える / Add a person or a program."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()

        def write(connection: Connection) -> Change[service.Staff]:
            # One change: somebody without the roles they were to have would be there and of no use.
            added = service.add_staff(
                connection, actor=actor, staff_id=staff_id, name=name, kind=StaffKind(kind), now=now
            )
            events = list(added.events)
            for role in roles:
                granted = service.grant_role(connection, actor=actor, staff_id=staff_id, role=Role(role), now=now)
                events += granted.events
            return Change(added.value, tuple(events))

        added = workspace.change(write)
    if session.json:
        session.answer(_document(added, frozenset(Role(role) for role in roles)))
    session.say_in(f"{staff_id} を加えました。", f"Added {staff_id}.")


@staff.command()
@click.argument("staff_id")
@click.argument("role", type=click.Choice([each.value for each in Role]))
@output_options
@pass_session
def grant(session: Session, staff_id: str, role: str) -> None:
    """役割を与える / Grant a role."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()
        workspace.change(lambda c: service.grant_role(c, actor=actor, staff_id=staff_id, role=Role(role), now=now))
    _told(session, {"id": staff_id, "granted": role}, f"{staff_id}: {role}")


@staff.command()
@click.argument("staff_id")
@click.argument("role", type=click.Choice([each.value for each in Role]))
@output_options
@pass_session
def revoke(session: Session, staff_id: str, role: str) -> None:
    """役割を外す / Take a role away."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()
        workspace.change(lambda c: service.revoke_role(c, actor=actor, staff_id=staff_id, role=Role(role), now=now))
    _told(session, {"id": staff_id, "revoked": role}, f"{staff_id}: − {role}")


@staff.command()
@click.argument("staff_id")
@output_options
@pass_session
def end(session: Session, staff_id: str) -> None:
    """退職などで権限をすべて終える / End everything somebody may do."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()
        ended = workspace.change(lambda c: service.end_staff(c, actor=actor, staff_id=staff_id, now=now))
    _told(
        session,
        _document(ended, frozenset()),
        f"{staff_id} の権限を終えました。" if session.lang == "ja" else f"Ended {staff_id}.",
    )


@staff.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """職員と役割の一覧 / Staff and their roles."""
    with session.open("read") as workspace, workspace.database.read() as connection:
        found = service.list_staff(connection)
    if session.json:
        session.answer([_document(each, roles) for each, roles in found])
        return
    for each, roles in found:
        left = "" if each.left_at is None else "（終了）" if session.lang == "ja" else " (ended)"
        session.say(f"{each.id}  {each.name}  {each.kind.value}  {', '.join(sorted(roles))}{left}")


@staff.command()
@click.argument("staff_id")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([each.value for each in Scope]),
    help="できること / What it may do.",
)
@click.option("--days", type=click.IntRange(1, 366), default=90, show_default=True, help="有効日数 / Days it lives.")
@output_options
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
    if session.json:
        scoped = sorted(each.value for each in issued.scopes)
        expires = issued.expires_at.isoformat()
        session.answer({"token": issued.text, "id": issued.id, "scopes": scoped, "expires_at": expires})
    session.say(issued.text)


@staff.command("revoke-token")
@click.argument("token_id")
@output_options
@pass_session
def revoke_token(session: Session, token_id: str) -> None:
    """トークンを失効させる / Revoke a token by its id."""
    with session.open() as workspace:
        actor, now = _administrator(workspace, session), workspace.clock.now()
        workspace.change(lambda c: service.revoke_token(c, actor=actor, token_id=token_id, now=now))
    _told(
        session,
        {"id": token_id, "revoked": True},
        f"{token_id} を失効させました。" if session.lang == "ja" else f"Revoked {token_id}.",
    )


def _administrator(workspace: Workspace, session: Session) -> Principal:
    with workspace.database.read() as connection:
        return service.stated_principal(connection, session.require_staff(), required=Scope.STAFF_ADMIN)


def _told(session: Session, document: dict[str, Any], text: str) -> None:
    if session.json:
        session.answer(document)
    session.say(text)


def _document(each: service.Staff, roles: frozenset[Role]) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "kind": each.kind.value,
        "roles": sorted(roles),
        "added_at": each.added_at.isoformat(),
        "left_at": each.left_at.isoformat() if each.left_at is not None else None,
    }
