"""``sekisho call list``: whose calls are labelled, announced, refused or let through; and how a number is freed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.calls.listing.covers import ProtectedKind
from sekisho.calls.screening.lookups import Wish
from sekisho.cli.call_options import opened, read_bytes, tell, token_option
from sekisho.cli.errors import FileRefused, readable
from sekisho.cli.session import Session, output_options, pass_session

_WISHES = [one.value for one in Wish]
_KINDS = [one.value for one in ProtectedKind]
_until = click.option(
    "--until", type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]), help="いつまで解放するか（省くと1年） / Free until when."
)


def _covered(command: Any) -> Any:
    """``--number``, ``--prefix``, or ``--from`` and ``--to``."""
    for option in (
        click.option("--to", help="範囲の終わりの番号 / The last number of a range."),
        click.option("--from", "from", help="範囲の初めの番号 / The first number of a range."),
        click.option("--prefix", help="この数字で始まる番号すべて / Every number that begins so."),
        click.option("--number", help="番号（国内・国際のどの形でも） / A number, in any form."),
    ):
        command = option(command)
    return command


@click.group("list")
def list_() -> None:
    """着信を判定するリスト / Lists of callers' numbers."""


@list_.command()
@_covered
@click.option("--action", type=click.Choice(_WISHES), required=True, help="どう扱うか / What is to become of calls.")
@click.option("--sip-status", type=click.Choice(["603", "607", "608"]), help="拒否の応答 / The answer of a refusal.")
@click.option("--reason", required=True, metavar="CODE", help="理由コード（fraud など） / A reason code.")
@click.option("--source", help="出所（事業者のリストでは必須） / Where it is known from.")
@click.option("--expires", help="期限 2027-01-01T00:00:00+09:00 / Until when.")
@click.option("--line", help="契約者自身のリストの回線 / The line, on a subscriber's own list.")
@click.option("--relist-reason", help="解放した番号を再び載せる理由 / Why a freed number is listed again.")
@token_option
@output_options
@pass_session
def add(session: Session, token_file: Path | None, **fields: Any) -> None:
    """登録する / Enter a number or a range.

    緊急通報番号、公的機関の公表番号、自社の番号帯全体に当たる登録は受け付けません。
    What covers emergency numbers, public offices or a whole range of one's own is refused.
    """
    with opened(session, token_file) as (service, by):
        entry = service.entries.add({name: one for name, one in fields.items() if one is not None}, by=by)
    tell(session, entry.document(), f"{entry.name} を登録しました。", f"Entered {entry.name}.")


@list_.command()
@click.argument("entry", metavar="ENTRY")
@click.option("--reason", required=True, help="外す理由（記録に残る） / Why it is taken out.")
@token_option
@output_options
@pass_session
def remove(session: Session, entry: str, reason: str, token_file: Path | None) -> None:
    """登録を外す / Take an entry out."""
    with opened(session, token_file) as (service, by):
        found = service.entries.remove(entry, reason, by=by)
    tell(session, found.document(), f"{found.name} を外しました。", f"Took {found.name} out.")


@list_.command()
@click.option("--line", help="この契約者自身のリスト / A subscriber's own list.")
@click.option("--after", type=int, default=0, help="この登録番号より後 / After this entry's number.")
@token_option
@output_options
@pass_session
def show(session: Session, line: str | None, after: int, token_file: Path | None) -> None:
    """登録と取り込んだリストの一覧 / The operator's entries and the imported lists, or one line's own list."""
    with opened(session, token_file) as (service, by):
        entries = service.entries.page(after=after) if line is None else service.entries.of_line(line, by=by)
        lists = [] if line is not None else service.imports.every()
    document = {"entries": [one.document() for one in entries], "imported": [one.document() for one in lists]}
    text = [f"{one.name}  {one.covers.text}  {one.action.value}  {one.reason}" for one in entries]
    text += [f"{one.name}  v{one.version}  {one.state}  {one.entries}" for one in lists]
    tell(session, document, "\n".join(text) or "登録はありません。", "\n".join(text) or "There are no entries.")


@list_.command()
@click.argument("number")
@token_option
@output_options
@pass_session
def find(session: Session, number: str, token_file: Path | None) -> None:
    """番号がどのリストにあるか（契約者自身のリストは件数だけ） / Where a number stands; subscribers' lists counted."""
    with opened(session, token_file) as (service, by):
        found = service.appeals.find_number(number, by=by)
    counts = (len(found.operator), len(found.imported), len(found.freed), found.own)
    tell(
        session,
        found.document(),
        "事業者 {}件、取込 {}件、解放 {}件、契約者自身 {}件".format(*counts),
        "operator {}, imported {}, freed {}, subscribers' own {}".format(*counts),
    )


@list_.command()
@click.argument("number")
@click.option("--reason", required=True, help="解放する理由（記録に残る） / Why it is freed.")
@_until
@token_option
@output_options
@pass_session
def free(session: Session, number: str, reason: str, until: datetime | None, token_file: Path | None) -> None:
    """誤って載った番号をすべてのリストから解放し、発行する / Free a number on every list, and publish."""
    with opened(session, token_file) as (service, by):
        said = service.free(number, reason, until=until, by=by)
    _tell_freed(session, said)


@list_.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--manifest",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="提供元が署名した目録（JSON） / The manifest that the importer signed.",
)
@token_option
@output_options
@pass_session
def import_(session: Session, file: Path, manifest: Path, token_file: Path | None) -> None:
    """署名されたリスト（CSV・JSON Lines）を取り込む / Take in a signed list, whole or not at all."""
    with opened(session, token_file) as (service, by):
        try:
            content = file.open("rb")
        except OSError as error:
            raise FileRefused(path=readable(file), why=error.strerror or "?") from None
        with content:
            held = service.imports.take_in(read_bytes(manifest), content, by=by)
    tell(
        session,
        held.document(),
        f"{held.name} 版{held.version}: {held.entries}件（重複 {held.duplicates}行）を取り込みました。",
        f"{held.name} version {held.version}: {held.entries} entries taken in ({held.duplicates} duplicates).",
    )


@list_.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--source", required=True, help="出所 / Where it is known from.")
@click.option(
    "--expires",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%S%z"]),
    help="行に期限がないときの期限 / Until when, for lines that don't say.",
)
@token_option
@output_options
@pass_session
def load(session: Session, file: Path, source: str, expires: datetime | None, token_file: Path | None) -> None:
    """事業者のリストにまとめて登録する（CSV・JSON Lines） / Enter a file on the operator's list.

    1行でも誤りがあれば何も登録しません。途中で止まったら、もう一度行ってください。解放した番号は載せません。
    One wrong line and nothing is entered. Cut off, run it again. Numbers that were freed stay free.
    """
    with opened(session, token_file) as (service, by):
        try:
            content = file.open("rb")
        except OSError as error:
            raise FileRefused(path=readable(file), why=error.strerror or "?") from None
        with content:
            done = service.loading.load(content, source=source, expires=expires, by=by)
    tell(
        session,
        done.document(),
        f"{done.lines:,}行: {done.entered:,}件を登録、重複 {done.duplicates:,}行、登録済み {done.already:,}件、"
        f"解放のため載せない番号 {done.freed:,}件",
        f"{done.lines:,} lines: {done.entered:,} entered, {done.duplicates:,} duplicates, {done.already:,} there "
        f"already, {done.freed:,} left out because they were freed",
    )


@list_.command()
@click.argument("importer")
@click.option("--name", help="提供元の名称 / The importer's name.")
@click.option("--key", help="Ed25519公開鍵（16進64桁） / Its Ed25519 public key, hexadecimal.")
@click.option("--end", is_flag=True, help="登録を終える / End it.")
@click.option("--list", "name_of_list", help="保有しているこのリストを終える / End a list of it that is held.")
@token_option
@output_options
@pass_session
def importer(
    session: Session,
    importer: str,
    name: str | None,
    key: str | None,
    end: bool,
    name_of_list: str | None,
    token_file: Path | None,
) -> None:
    """リストの提供元と公開鍵を登録する・終える / Register whose signed lists are taken in, or end it."""
    with opened(session, token_file) as (service, by):
        if name_of_list is not None:
            service.imports.end(importer, name_of_list, "ended", by=by)
        elif end:
            service.imports.end_importer(importer, by=by)
        else:
            service.imports.register(importer, name or "", key or "", by=by)
        found = service.imports.importers()
    tell(session, found, f"{importer} を更新しました。", f"{importer} is up to date.")


@list_.command()
@_covered
@click.option("--kind", type=click.Choice(_KINDS), help="公的機関・自社の番号帯 / What it is.")
@click.option("--holder", help="だれの番号か / Whose it is.")
@click.option("--source", help="公表の出所 / Where that is published.")
@token_option
@output_options
@pass_session
def protect(session: Session, kind: str | None, token_file: Path | None, **fields: Any) -> None:
    """リストに載せられない番号を登録する（指定なしで一覧） / Register numbers that no list may hit, or list them."""
    with opened(session, token_file) as (service, by):
        if kind is not None:
            service.entries.protect(ProtectedKind(kind), fields, by=by)
        found = service.entries.every_protected()
    document = [
        {"id": one.id, "kind": one.kind.value, **one.covers.document(), "holder": one.holder, "source": one.source}
        for one in found
    ]
    text = "\n".join(f"{one.id}  {one.kind.value}  {one.covers.text}  {one.holder}" for one in found)
    tell(session, document, text or "登録はありません。", text or "Nothing is registered.")


@click.group()
def appeal() -> None:
    """誤登録の申立て / Appeals against being listed."""


@appeal.command()
@click.argument("number")
@click.option("--contact", required=True, help="申立人と連絡先 / Who appeals, and how to reach them.")
@click.option("--grounds", required=True, help="申立ての理由 / Why.")
@click.option("--reference", help="拒否（608）が示した符号 / The code that the refusal gave.")
@token_option
@output_options
@pass_session
def receive(session: Session, number: str, token_file: Path | None, **fields: str | None) -> None:
    """申立てを受け付ける / Enter an appeal."""
    with opened(session, token_file) as (service, by):
        made = service.appeals.receive({"number": number, **fields}, by=by)
    tell(
        session,
        made.document(),
        f"{made.id} を受け付けました。{made.due_on} までに回答してください。",
        f"Entered {made.id}; it is to be answered by {made.due_on}.",
    )


@appeal.command()
@click.argument("appeal_id", metavar="APPEAL")
@click.option("--note", required=True, help="判断の理由（記録に残る） / Why.")
@_until
@token_option
@output_options
@pass_session
def uphold(session: Session, appeal_id: str, note: str, until: datetime | None, token_file: Path | None) -> None:
    """認める: すべてのリストから解放し、発行する / Grant it: free the number everywhere, and publish."""
    with opened(session, token_file) as (service, by):
        said = service.uphold(appeal_id, note, until=until, by=by)
    _tell_freed(session, said)


@appeal.command()
@click.argument("appeal_id", metavar="APPEAL")
@click.option("--note", required=True, help="申立人に伝える理由 / What the caller is told.")
@token_option
@output_options
@pass_session
def reject(session: Session, appeal_id: str, note: str, token_file: Path | None) -> None:
    """認めない / Refuse it."""
    with opened(session, token_file) as (service, by):
        found = service.appeals.reject(appeal_id, note, by=by)
    tell(session, found.document(), f"{found.id} を認めませんでした。", f"Refused {found.id}.")


@appeal.command("list")
@token_option
@output_options
@pass_session
def open_appeals(session: Session, token_file: Path | None) -> None:
    """回答を待つ申立て / Appeals that wait for an answer."""
    with opened(session, token_file) as (service, by):
        found = service.appeals.every_open(by=by)
    text = "\n".join(f"{one.id}  {one.due_on}  {one.reference or '-'}" for one in found)
    tell(session, [one.document() for one in found], text or "申立てはありません。", text or "There is no appeal.")


def _tell_freed(session: Session, said: dict[str, Any]) -> None:
    behind = ", ".join(said["behind"]) or "-"
    tell(
        session,
        said,
        f"解放し、判定データ {said['bundle']['folder']} を発行しました。まだ古いものを使う接続先: {behind}",
        f"Freed; bundle {said['bundle']['folder']} is published. Connectors still behind: {behind}",
    )
