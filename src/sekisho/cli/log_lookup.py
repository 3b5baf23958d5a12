"""``sekisho log who | trail | contractor``: questions to the logs, under a grant."""

from __future__ import annotations

import gc
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.access.service import stated_principal
from sekisho.cli.errors import Usage
from sekisho.cli.progress import Progress
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.logs.lookup.asked import read_asked, read_time
from sekisho.logs.lookup.batch import MAX_BYTES, read_batch
from sekisho.logs.lookup.service import Lookups
from sekisho.logs.lookup.words import answer_lines, contractor_lines, trail_lines
from sekisho.logs.subscribers.identifiers import IdentifierKind, identifier
from sekisho.workspace import Workspace

_GRANT = click.option("--grant", required=True, metavar="ID", help="照会許可のID / The search grant.")
_IDENTIFIERS = {
    "phone": "電話番号 / A telephone number.",
    "iccid": "SIMの番号 / A SIM's number.",
    "imei": "端末の番号 / A device's number.",
    "account": "アカウント / An account.",
    "email": "メールアドレス / An e-mail address.",
    "payment": "支払いの参照番号 / A reference to a payment.",
    "line": "回線（認証ログでの名前） / A line, as access logs name it.",
}


@click.command()
@click.argument("address", required=False)
@click.argument("port", required=False)
@click.argument("time", required=False)
@_GRANT
@click.option("--protocol", "--proto", "protocol", metavar="NAME", help="tcp、udp など / tcp, udp …")
@click.option("--within", metavar="2s", help="前後の幅（既定2秒） / Margin to either side (default 2 s).")
@click.option("--destination", metavar="ADDRESS", help="接続先アドレス / The address that was connected to.")
@click.option("--destination-port", metavar="PORT", help="接続先ポート / The port that was connected to.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="照会の一覧（CSV: address,port,time,…） / Questions as CSV: address,port,time, …",
)
@output_options
@pass_session
def who(
    session: Session,
    address: str | None,
    port: str | None,
    time: str | None,
    grant: str,
    protocol: str | None,
    within: str | None,
    destination: str | None,
    destination_port: str | None,
    batch: Path | None,
) -> None:
    """ADDRESS の PORT を TIME に使っていたのはだれか / Who had ADDRESS and PORT at TIME.

    TIME には時差を付けます（2026-11-20T12:34:56+09:00）。PORT が「-」なら全ポート。答えは区間と候補で、
    記録が1人しか許さないときだけ unique です。照会は台帳に記してから答えます。

    TIME has its offset; a PORT of - is every port. Answers are intervals and candidates; only where the logs leave no
    room for another is one unique. The question is in the ledger before the answer is shown.
    """
    if batch is not None:
        if address is not None or protocol or destination or destination_port:
            raise Usage(problem="--batch FILE, or one ADDRESS PORT TIME", command="sekisho log who")
        _batch(session, batch, grant, within)
        return
    if address is None or port is None or time is None:
        raise Usage(problem="ADDRESS PORT TIME, or --batch FILE", command="sekisho log who")
    asked = read_asked(
        address,
        None if port == "-" else port,
        time,
        within=within,
        protocol=protocol,
        destination=destination,
        destination_port=destination_port,
    )
    with session.open() as workspace:
        answered = Lookups(workspace).who(asked, grant=grant, by=_caller(workspace, session))
    if session.json:
        session.answer(answered.document)
        return
    for line in answer_lines(answered.document, session.lang):
        session.say(line)
    _on_record(session, answered.document)


def _batch(session: Session, path: Path, grant: str, within: str | None) -> None:
    # Millions of objects are made that live to the end: looking for garbage among them would take a third of the time.
    gc.disable()
    with path.open("rb") as file:
        lines = read_batch(file.read(MAX_BYTES + 1), within=within)
    with session.open() as workspace:
        document = (
            Lookups(workspace).who_all(lines, grant=grant, by=_caller(workspace, session)).document
        )
    for one in document["answers"]:
        if session.json:
            session.line(one)
        elif "error" in one:
            session.say(f"{one['line']}: {one['error']['message'][session.lang]}")
        else:
            for line in answer_lines(one, session.lang):
                session.say(f"{one['line']}: {line}")
    if session.json:
        session.line({name: document[name] for name in ("outcomes", "refused", "grant", "ledger_index")})
    outcomes = ", ".join(f"{name} {count}" for name, count in document["outcomes"].items()) or "—"
    session.say_in(
        f"{outcomes}、照会できなかった行 {document['refused']}",
        f"{outcomes}; lines that could not be asked: {document['refused']}",
    )
    if document["refused"]:
        raise click.exceptions.Exit(2)


@click.command()
@click.argument("subscriber")
@click.option("--from", "begin", required=True, metavar="TIME", help="始まり（時差付き） / From, with its offset.")
@click.option("--to", "end", required=True, metavar="TIME", help="終わり（時差付き） / To, with its offset.")
@_GRANT
@output_options
@pass_session
def trail(session: Session, subscriber: str, begin: str, end: str, grant: str) -> None:
    """SUBSCRIBER（回線）に割り当てたものの一覧 / Everything that was assigned to a line.

    その日々の全行を読みます（500万行につき約0.2秒）。

    Reads every row of those days: some 0.2 s for five million.
    """
    with session.open() as workspace, Progress() as progress:
        read = 0

        def count(rows: int) -> None:
            nonlocal read
            read += rows
            progress(read)

        answered = Lookups(workspace).trail(
            subscriber,
            read_time(begin, "from"),
            read_time(end, "to"),
            grant=grant,
            by=_caller(workspace, session),
            progress=count,
        )
    if session.json:
        session.answer(answered.document)
        return
    for line in trail_lines(answered.document, session.lang):
        session.say(line)
    _on_record(session, answered.document)


def _identifier_options(command: Any) -> Any:
    for name, about in reversed(_IDENTIFIERS.items()):
        command = click.option(f"--{name}", metavar="VALUE", help=about)(command)
    return command


@click.command()
@_identifier_options
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, help="その日（日本の日付） / The day, in Japan."
)
@_GRANT
@output_options
@pass_session
def contractor(session: Session, day: datetime, grant: str, **values: str | None) -> None:
    """電話番号などからその日の契約者を調べる / The contractor of a number, SIM, device … on a day."""
    given = [(name, value) for name, value in values.items() if value is not None]
    if len(given) != 1:
        names = ", ".join(f"--{name}" for name in _IDENTIFIERS)
        raise Usage(problem=f"one of {names}", command="sekisho log contractor")
    name, value = given[0]
    wanted = identifier(IdentifierKind(name), value)
    with session.open() as workspace:
        by = _caller(workspace, session)
        answered = Lookups(workspace).contractor(wanted, day.date(), grant=grant, by=by)
    if session.json:
        session.answer(answered.document)
        return
    for line in contractor_lines(answered.document, session.lang):
        session.say(line)
    _on_record(session, answered.document)


def _on_record(session: Session, document: dict[str, Any]) -> None:
    """Under which grant it was asked, and which leaf says so."""
    session.say_in(
        f"  許可 {document['grant']}  台帳 #{document['ledger_index']}",
        f"  grant {document['grant']}  ledger #{document['ledger_index']}",
    )


def _caller(workspace: Workspace, session: Session) -> Principal:
    with workspace.database.read() as connection:
        return stated_principal(connection, session.require_staff(), required=Scope.LOG_SEARCH)
