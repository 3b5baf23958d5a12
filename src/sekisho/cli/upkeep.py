"""``sekisho migrate`` and ``sekisho accept-restored-database``: what changes a workspace while nobody has it open."""

from __future__ import annotations

import click

from sekisho.cli.session import Session, output_options, pass_session, yes_option
from sekisho.workspace import Workspace


@click.command()
@output_options
@pass_session
def migrate(session: Session) -> None:
    """データベースをこの版の構造にする（先に控えを取る） / Update the database's schema; take a backup first."""
    before, after = Workspace.migrate(session.require_workspace())
    if session.json:
        session.answer({"before": before, "after": after, "changed": before != after})
    elif before == after:
        session.say_in(f"構造は最新です（{after}）。", f"The schema is current ({after}).")
    else:
        session.say_in(f"構造を {before} から {after} にしました。", f"Changed the schema from {before} to {after}.")


@click.command("accept-restored-database")
@yes_option
@output_options
@pass_session
def accept_restored_database(session: Session, yes: bool) -> None:
    """データベースを古い控えに戻した欠落を、名前を添えて台帳に記す / Accept, by name, what a restore has lost.

    台帳のほうがデータベースより新しいときだけ要ります。 / Needed only where the ledger is ahead of the database.
    """
    path, by = session.require_workspace(), session.require_staff()
    session.confirm(
        f"より新しい控えがないことを確かめましたか。欠けた記録は戻りません。{by} の名で台帳に記します",
        f"Have you made sure that there is no newer backup? Lost rows stay lost, and the ledger will name {by}",
        yes=yes,
    )
    lost = Workspace.accept_restored_database(path, by=by, keyring=session.unlock(path))
    if session.json:
        found = None
        if lost is not None:
            found = {
                "count": lost.count,
                "start": lost.start,
                "stop": lost.stop,
                "key_destructions": lost.destructions,
            }
        session.answer({"accepted": found})
        return
    if lost is None:
        session.say_in("欠けた記録はありません。", "Nothing is missing.")
        return
    session.say_in(
        f"葉 {lost.count} 件（{lost.start}〜{lost.stop - 1} 番の間）の記録が失われたことを台帳に記しました。",
        f"Recorded that the rows of {lost.count} leaves (between {lost.start} and {lost.stop - 1}) are lost.",
    )
    if lost.destructions:
        session.say_in(
            f"うち {lost.destructions} 件は鍵の破棄です。鍵束も控えから戻した場合は、破棄した鍵が戻っていないか確かめて"
            "ください。",
            f"{lost.destructions} of them recorded destroyed keys. If the keyring was restored, too, look for keys "
            "that should be gone.",
        )
