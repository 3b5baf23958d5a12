"""``sekisho log grant``: leave to ask the logs, asked for by one person, approved by two others."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Final

import click
import orjson

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.access.service import authenticate, stated_principal
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.session import Session, output_options, pass_session, read_secret
from sekisho.clock import JAPAN
from sekisho.logs.lookup.grant import ASKABLE, GROUNDS, Ground, read_terms
from sekisho.logs.lookup.grants import GrantEntry, Grants
from sekisho.workspace import Workspace

MAX_TERMS: Final = 4 * 1024 * 1024
"""Bytes of terms in a file: ten thousand addresses with room to spare."""


@click.group()
def grant() -> None:
    """照会許可を申請・承認・発行・取消する / Ask for, approve, make and withdraw search grants."""


@grant.command()
@click.option("--file", "file", metavar="FILE|-", help="条件（JSON）。ほかの指定はこれに重ねる / Terms as JSON.")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    type=click.Choice([kind.value for kind in ASKABLE]),
    help="ログの種類（繰り返し可） / A kind of log; repeatable.",
)
@click.option(
    "--target",
    "targets",
    multiple=True,
    metavar="ADDRESS[:PORT[-PORT]]",
    help="アドレスとポート（繰り返し可） / An address with ports, or a prefix; repeatable.",
)
@click.option(
    "--identifier",
    "identifiers",
    multiple=True,
    metavar="KIND=VALUE",
    help="line=…、phone=… など（繰り返し可） / line=…, phone=…; repeatable.",
)
@click.option("--from", "begin", metavar="TIME", help="照会してよい時間の始まり / From, with its offset.")
@click.option("--to", "end", metavar="TIME", help="照会してよい時間の終わり / To, with its offset.")
@click.option("--ground", type=click.Choice([ground.value for ground in Ground]), help="根拠 / The lawful ground.")
@click.option("--reference", help="令状・事件の番号 / The number of the warrant or case.")
@click.option("--caller", "callers", multiple=True, help="照会する職員（繰り返し可） / Who will ask; repeatable.")
@click.option(
    "--hold",
    "holds",
    multiple=True,
    metavar="HOLD",
    help="消去済みの日に使う保全（繰り返し可） / A hold that answers for purged days; repeatable.",
)
@click.option("--max-queries", type=click.IntRange(1), help="照会の件数 / How many questions.")
@click.option("--expires-at", metavar="TIME", help="許可の期限 / Until when it is in force.")
@output_options
@pass_session
def request(session: Session, file: str | None, **given: Any) -> None:
    """照会許可を申請する / Ask for a grant, and the two approvals it needs."""
    written: dict[str, Any] = {} if file is None else _terms(file)
    given["identifiers"] = [_identifier(one) for one in given["identifiers"]]
    written |= {name: value for name, value in given.items() if value not in (None, (), [])}
    terms = read_terms(written)
    with session.open() as workspace:
        entry = Grants(workspace).request(terms, by=_stated(workspace, session, Scope.REQUEST))
    _tell(
        session,
        entry,
        f"照会許可 {entry.id} を申請しました。2人の承認を待ちます。",
        f"The grant {entry.id} was asked for. Two people must approve it.",
    )


@grant.command()
@click.argument("grant_id")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path),
    required=True,
    help="承認する人のトークンを書いたファイル / A file with the approver's token.",
)
@click.option("--yes", is_flag=True, help="確かめずに承認する / Don't ask.")
@output_options
@pass_session
def approve(session: Session, grant_id: str, token_file: Path, yes: bool) -> None:
    """条件を見て承認する（申請者でも照会者でもない人） / Look at the terms and approve, neither asker nor caller."""
    token = read_secret(token_file)
    with session.open() as workspace:
        with workspace.database.read() as connection:
            actor = authenticate(connection, token, required=Scope.APPROVE, now=workspace.clock.now())
        grants = Grants(workspace)
        for line in _lines(grants.find(grant_id), session.lang):
            click.echo(line, err=True)
        session.confirm("この条件で承認しますか", "Approve these terms?", yes=yes)
        entry = grants.approve(grant_id, by=actor)
    _tell(session, entry, f"{grant_id} を承認しました。", f"{grant_id} is approved by you.")


@grant.command()
@click.argument("grant_id")
@output_options
@pass_session
def make(session: Session, grant_id: str) -> None:
    """2人の承認を使い、照会許可を有効にする / Put a grant in force with its two approvals."""
    with session.open() as workspace:
        entry = Grants(workspace).make(grant_id, by=_stated(workspace, session, Scope.REQUEST))
    _tell(session, entry, f"照会許可 {grant_id} が有効になりました。", f"The grant {grant_id} is in force.")


@grant.command()
@click.argument("grant_id")
@output_options
@pass_session
def revoke(session: Session, grant_id: str) -> None:
    """照会許可を取り消す / Withdraw a grant, at once."""
    with session.open() as workspace:
        entry = Grants(workspace).revoke(grant_id, by=_stated(workspace, session, Scope.READ))
    _tell(session, entry, f"照会許可 {grant_id} を取り消しました。", f"The grant {grant_id} is withdrawn.")


@grant.command()
@click.argument("grant_id")
@output_options
@pass_session
def show(session: Session, grant_id: str) -> None:
    """照会許可の条件と残り / What a grant allows, and what is left of it."""
    with session.open("read") as workspace:
        entry = Grants(workspace).show(grant_id, by=_stated(workspace, session, Scope.READ))
    if session.json:
        session.answer(entry.document())
        return
    for line in _lines(entry, session.lang):
        session.say(line)


@grant.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """照会許可の一覧 / All grants."""
    with session.open("read") as workspace:
        found = Grants(workspace).every(by=_stated(workspace, session, Scope.READ))
    if session.json:
        session.answer([entry.document() for entry in found])
        return
    for entry in found:
        ground = "—" if entry.terms is None else entry.terms.ground.value
        left = f"{entry.used}/{entry.max_queries}"
        session.say(f"{entry.id}  {entry.state}  {ground}  {left}  → {entry.expires_at.astimezone(JAPAN).isoformat()}")
    if not found:
        session.say_in("照会許可はまだありません。", "There is no grant yet.")


def _stated(workspace: Workspace, session: Session, scope: Scope) -> Principal:
    with workspace.database.read() as connection:
        return stated_principal(connection, session.require_staff(), required=scope)


def _terms(file: str) -> dict[str, Any]:
    if file == "-":
        content = sys.stdin.buffer.read(MAX_TERMS + 1)
    else:
        with Path(file).open("rb") as opened:
            content = opened.read(MAX_TERMS + 1)
    try:
        found = orjson.loads(content) if len(content) <= MAX_TERMS else None
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise FileRefused(path=readable(file), why="not a JSON object of at most 4 MiB")
    return found


def _identifier(written: str) -> dict[str, str]:
    kind, _, value = written.partition("=")
    return {"kind": kind, "value": value}


def _tell(session: Session, entry: GrantEntry, ja: str, en: str) -> None:
    if session.json:
        session.answer(entry.document())
    session.say_in(ja, en)


def _lines(entry: GrantEntry, lang: str) -> list[str]:
    used = "照会済み" if lang == "ja" else "asked"
    lines = [f"{entry.id}  {entry.state}  {used} {entry.used}/{entry.max_queries}"]
    if entry.terms is None:
        gone = "内容は保存期間が終わって読めません。" if lang == "ja" else "Its terms can't be read any more."
        return [*lines, gone]
    terms = entry.terms
    title = GROUNDS[terms.ground].title
    lines.append(f"  {title.ja if lang == 'ja' else title.en} ({GROUNDS[terms.ground].source})  {terms.reference}")
    lines.append(f"  {', '.join(sorted(kind.value for kind in terms.kinds))}")
    lines += [f"  {one.network} {one.port_low}-{one.port_high}" for one in terms.targets]
    lines += [f"  {one.kind.value} {one.value}" for one in terms.identifiers]
    lines.append(f"  {terms.begin.isoformat()} – {terms.end.isoformat()}")
    until = f"{'期限' if lang == 'ja' else 'until'} {entry.expires_at.astimezone(JAPAN).isoformat()}"
    lines.append(f"  {', '.join(sorted(terms.callers))}  {until}")
    return lines
