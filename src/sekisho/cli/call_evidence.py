"""``sekisho call evidence``: what became of the calls to a number, and why, under a search grant."""

from __future__ import annotations

import click

from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.logs.lookup.asked import read_time
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.subscribers.identifiers import IdentifierKind, identifier


@click.command()
@click.argument("number")
@click.option("--from", "begin", required=True, metavar="TIME", help="始まり（時差付き） / From, with its offset.")
@click.option("--to", "end", required=True, metavar="TIME", help="終わり（時差付き） / To, with its offset.")
@click.option("--grant", required=True, metavar="ID", help="照会許可のID / The search grant.")
@output_options
@pass_session
def evidence(session: Session, number: str, begin: str, end: str, grant: str) -> None:
    """NUMBER にかかってきた通話がどう扱われ、なぜそうなったか / What became of the calls to NUMBER, and why.

    照会許可（種類 call.evidence、phone=NUMBER）が要ります。着信者の同意による照会では、非通知の相手の番号は示しません。
    照会は台帳に記してから答えます。

    Needs a search grant of kind call.evidence that names the number. Under the called subscriber's consent a withheld
    caller's number stays untold. The question is in the ledger before the answer is shown.
    """
    with session.open() as workspace:
        with workspace.database.read() as connection:
            by = stated_principal(connection, session.require_staff(), required=Scope.LOG_SEARCH)
        lookups = Lookups(workspace)
        try:
            found = lookups.calls(
                identifier(IdentifierKind.PHONE, number), read_time(begin, "from"), read_time(end, "to"), grant=grant,
                by=by,
            ).document  # fmt: skip
        finally:
            lookups.close()
    if session.json:
        session.answer(found)
        return
    for one in found["calls"]:
        caller = one.get("asserted") or one.get("presented") or "-"
        basis = ", ".join(one.get("basis", ()))
        why = f"{one.get('reason', '-')}  {one.get('rule', '-')}  {basis}"
        session.say(f"{one['at']}  {caller}  {one['outcome']}  {why}")
    if found["days_gone"]:
        days = ", ".join(found["days_gone"])
        session.say_in(f"保存期間を過ぎて読めない日: {days}", f"Days whose records are gone: {days}")
    session.say_in(
        f"{len(found['calls'])} 件。許可 {found['grant']}  台帳 #{found['ledger_index']}",
        f"{len(found['calls'])} calls. Grant {found['grant']}  ledger #{found['ledger_index']}",
    )
