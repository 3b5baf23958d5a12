"""``sekisho app recipients``: the knowledge base of recipients, looked at and checked."""

from __future__ import annotations

from pathlib import Path

import click

from sekisho.apps.items import ITEMS
from sekisho.apps.purposes import PURPOSES
from sekisho.apps.recipients import Confidence, Recipient, shipped
from sekisho.apps.recipients.imported import Form, read_collection
from sekisho.apps.recipients.knowledge import from_texts, merged, shipped_texts
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import SystemClock, japan_date


@click.group()
def recipients() -> None:
    """送信先のデータ / Who receives, and by what it is known."""


@recipients.command("list")
@click.option("--group", "group_", help="この区分だけ（例: japan-analytics） / Only this group.")
@click.option("--company", help="この名の会社・サービスだけ（旧社名も） / Only of this company or service.")
@output_options
@pass_session
def list_(session: Session, group_: str | None, company: str | None) -> None:
    """送信先の一覧 / List the recipients; each says whether its row was confirmed."""
    known = shipped()
    rows: tuple[Recipient, ...] = known.rows
    if company is not None:
        rows = tuple(each.recipient for each in known.matcher().company(company))
    if group_ is not None:
        rows = tuple(row for row in rows if row.group == group_)
    if session.json:
        session.answer({"recipients": [row.as_document() for row in rows]})
        return
    for row in rows:
        name = row.company.ja or row.company.en or "—"
        session.say(f"{row.id}\t{row.service}\t{name}\t{row.company.country or '—'}\t{_sure(row.confidence)}")
    session.say_in(f"{len(rows)}件", f"{len(rows)} recipients")


@recipients.command()
@click.argument("recipient_id", metavar="ID")
@output_options
@pass_session
def show(session: Session, recipient_id: str) -> None:
    """送信先1件と、何で見分けるか / One recipient: what it is known by, and who says what of it."""
    row = shipped().get(recipient_id)
    if session.json:
        session.answer(row.as_document())
        return
    session.say(f"{row.service}（{row.id}） {_sure(row.confidence)}")
    session.say(f"  会社 / company: {row.company.ja or '—'} / {row.company.en or '—'} ({row.company.country or '—'})")
    for old in row.former:
        session.say(f"  旧称 / formerly: {old.name}" + (f" (〜{old.until})" if old.until else ""))
    for kind, mark in row.marks():
        session.say(f"  {kind}: {mark} {_sure(row.confidence_of(mark))}")
    for item in row.vendor_says.items:
        session.say(f"  情報 / information: {ITEMS[item].ja} / {ITEMS[item].en} {_sure(row.confidence_of_told(item))}")
    for purpose in row.vendor_says.purposes:
        words = PURPOSES[purpose]
        session.say(f"  目的 / purpose: {words.ja} / {words.en} {_sure(row.confidence_of_told(purpose))}")
    session.say("  事業者の確認 / operator confirmed: —")
    for label, address in (("オプトアウト / opt-out", row.opt_out), ("ポリシー / policy", row.policy)):
        if address:
            session.say(f"  {label}: {address} {_sure(row.confidence)}")
    session.say(f"  出典 / source: {row.source} ({row.day})")
    for origin in row.origins:
        session.say(f"    {origin.source} ({origin.day}): {' '.join((*origin.marks, *origin.told))}")


@recipients.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@output_options
@pass_session
def lint(session: Session, files: tuple[Path, ...]) -> None:
    """送信先のデータを検査する（既定: 同梱のもの） / Check files of recipients; by default the shipped ones.

    矛盾があれば終了コード1、読めなければ2。Exits 1 where rows contradict each other, 2 where a file can't be read.
    """
    texts = {str(each): each.read_text(encoding="utf-8", errors="replace") for each in files} or shipped_texts()
    rows = from_texts(texts, given_out=not files)
    unsure = sum(row.confidence is Confidence.UNCONFIRMED for row in rows)
    if session.json:
        session.answer({"files": len(texts), "recipients": len(rows), "unconfirmed": unsure})
        return
    session.say_in(
        f"{len(rows)}件を検査しました。矛盾はありません。未確認の行: {unsure}件",
        f"{len(rows)} recipients, no faults; rows unconfirmed: {unsure}",
    )


@recipients.command("import-check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--form", type=click.Choice([each.value for each in Form]), required=True, help="書式 / Its form.")
@output_options
@pass_session
def import_check(session: Session, file: Path, form: str) -> None:
    """自分で入手した一覧が何を加えるかを見る / See what a list that you obtained would add to a scan.

    同梱できない条件の一覧（継承義務、非営利）は、利用者が自分のファイルとして渡します。何も保存しません。
    Lists that may not be given out are read from your own file, under its licence. Nothing is kept.
    """
    found = read_collection(file.read_bytes(), Form(form), day=japan_date(SystemClock().now()))
    known = shipped()
    added = [row for row in merged(found.rows, known.rows) if row.id in {each.id for each in found.rows}]
    if session.json:
        session.answer({"recipients": len(found.rows), "new": len(added), "left_out": found.left_out})
        return
    session.say_in(
        f"{len(found.rows)}件（うち新しいサービス {len(added)}件）、使えない行 {found.left_out}件",
        f"{len(found.rows)} recipients, {len(added)} of them new; entries that can't be used: {found.left_out}",
    )


def _sure(confidence: Confidence) -> str:
    return f"[{confidence.ja} / {confidence.en}]"
