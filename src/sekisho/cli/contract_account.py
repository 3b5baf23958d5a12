"""``sekisho contract account``: authenticators of those who have a contract, at the counter and for the operator."""

from __future__ import annotations

from typing import Any

import click

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.callers import caller_of
from sekisho.cli.session import Session, output_options, pass_session, yes_option
from sekisho.contracts.reauthentication.service import AccountService


@click.group()
def account() -> None:
    """契約者のアカウントと認証器（パスキーなど） / Accounts of contractors and their authenticators."""


@account.command("relying-party")
@click.argument("rp_id", metavar="DOMAIN")
@click.option("--name", required=True, help="利用者に見える名前 / The name that users see.")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    required=True,
    help="パスキーを使うページ（https://…）かアプリ / A page (https://…) or app that may use them.",
)
@output_options
@pass_session
def relying_party(session: Session, rp_id: str, name: str, origins: tuple[str, ...]) -> None:
    """パスキーのドメインとページを決める。あとで変えると、登録済みのパスキーは使えなくなる / Set the passkeys' domain.

    Passkeys are bound to DOMAIN: after a change those registered before don't work any more.
    """
    with session.open() as workspace:
        with workspace.database.read() as connection:
            principal = stated_principal(connection, session.require_staff(), required=Scope.TRUST_MANAGE)
        by = f"stated:{principal.staff_id}"
        party = AccountService(workspace).set_relying_party(rp_id, name=name, origins=origins, by=by)
    if session.json:
        session.answer({"rp_id": party.rp_id, "name": party.name, "origins": list(party.origins), "set_by": by})
    session.say(f"{party.rp_id}  {party.name}  {'  '.join(party.origins)}")


@account.command("open")
@click.argument("reference", metavar="ACCOUNT")
@click.option("--decision", required=True, help="本人確認が承認された判断の番号 / The accepted decision's id.")
@output_options
@pass_session
def open_(session: Session, reference: str, decision: str) -> None:
    """本人確認の判断にもとづきアカウントを開く / Open an account on an identity proofing."""
    with session.open() as workspace:
        made = AccountService(workspace).open(reference, decision=decision, caller=caller_of(workspace, session))
    if session.json:
        session.answer({"account": made.reference, "opened_at": made.opened_at.isoformat()})
    session.say_in("アカウントを開きました。", "The account is open.")


@account.command("list")
@click.argument("reference", metavar="ACCOUNT")
@output_options
@pass_session
def list_(session: Session, reference: str) -> None:
    """登録されている認証器の一覧 / What is registered."""
    with session.open("read") as workspace:
        found = AccountService(workspace).authenticators(reference)
    if session.json:
        session.answer(found)
        return
    if not found:
        session.say_in("登録された認証器はありません。", "No authenticator is registered.")
    for each in found:
        session.say(_line(each, session))


@account.command()
@click.argument("reference", metavar="ACCOUNT")
@click.argument("authenticator")
@click.option("--reason", required=True, help="理由（台帳に残る） / Why; it is recorded.")
@yes_option
@output_options
@pass_session
def remove(session: Session, reference: str, authenticator: str, reason: str, yes: bool) -> None:
    """認証器を削除する（紛失の届出など） / Remove an authenticator, such as one reported lost."""
    session.confirm(
        f"認証器 {authenticator} を削除します。元に戻せません。",
        f"Removes authenticator {authenticator}. It can't be undone.",
        yes=yes,
    )
    with session.open() as workspace:
        caller = caller_of(workspace, session)
        AccountService(workspace).remove(reference, authenticator, reason=reason, caller=caller)
    if session.json:
        session.answer({"removed": [authenticator]})
    session.say_in("削除しました。", "Removed.")


@account.command()
@click.argument("reference", metavar="ACCOUNT")
@click.option("--decision", required=True, help="新しい本人確認の判断の番号 / The id of the new proofing's decision.")
@yes_option
@output_options
@pass_session
def recover(session: Session, reference: str, decision: str, yes: bool) -> None:
    """新しい本人確認により、認証器をすべて削除して登録し直せるようにする / Recover by a new identity proofing.

    ほかの方法では戻せません。 / There is no other way back in.
    """
    session.confirm(
        "登録済みの認証器をすべて削除します。元に戻せません。",
        "Removes every registered authenticator. It can't be undone.",
        yes=yes,
    )
    with session.open() as workspace:
        caller = caller_of(workspace, session)
        removed = AccountService(workspace).recover(reference, decision=decision, caller=caller)
    if session.json:
        session.answer({"removed": removed})
    session.say_in(
        f"{len(removed)} 個を削除しました。1時間以内に、この判断にもとづいて登録し直せます。",
        f"Removed {len(removed)}. Within an hour, new ones can be registered on this decision.",
    )


def _line(each: dict[str, Any], session: Session) -> str:
    until = each["locked_until"]
    locked = "" if until is None else f"  （{until} まで停止）" if session.lang == "ja" else f"  (locked to {until})"
    return f"{each['id']}  {each['kind']}  {each['label']}  {each['state']}  {each['registered_at']}{locked}"
