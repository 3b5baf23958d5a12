"""``sekisho disclosure paper``: papers of a case, kept and printed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import click

from sekisho.cli.disclosure_deliver import write_new
from sekisho.cli.disclosure_options import actor, case_argument, token_option
from sekisho.cli.disclosure_print import PRINTABLE, Asked, made
from sekisho.cli.log_options import as_day, day_type
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import japan_date
from sekisho.disclosure.attaching import MAX_BYTES, Keep
from sekisho.disclosure.overview import paper_document
from sekisho.disclosure.papers.forms import FORMS, EntryForm
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.papers.printing import print_paper
from sekisho.disclosure.papers.template import Templates
from sekisho.disclosure.service import DisclosureService

ADDED: Final = ("request_scan", "evidence", "answer_letter", "correspondence")
"""Kinds of paper that people add; what the desk makes itself has kinds of its own."""

_templates = click.option(
    "--templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="自社の様式のフォルダ（ないものは付属の様式） / Your own templates; what isn't there is the packaged one.",
)
_out = click.option(
    "--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="書き出すファイル / Where to."
)


def _of(directory: Path | None) -> Templates | None:
    return None if directory is None else Templates.replaced_from(directory)


@click.group()
def paper() -> None:
    """書類を見る・加える・印刷する / Look at papers, add one, print one."""


@paper.command("list")
@case_argument
@token_option
@output_options
@pass_session
def list_(session: Session, case_id: str, token_file: Path | None) -> None:
    """案件の書類 / The papers of a case."""
    with session.open("read") as workspace:
        by = actor(workspace, session, token_file)
        found = DisclosureService(workspace).papers.every(case_id, by=by)
    if session.json:
        session.answer([paper_document(one) for one in found])
        return
    for one in found:
        session.say(f"{one.id}  {one.kind}  {one.size:,} B  {one.made_at.isoformat()}  {one.made_by}")
    if not found:
        session.say_in("書類はありません。", "It has no papers.")


@paper.command()
@case_argument
@click.argument("paper_id", metavar="PAPER")
@_out
@token_option
@output_options
@pass_session
def get(session: Session, case_id: str, paper_id: str, out: Path, token_file: Path | None) -> None:
    """書類を書き出す / Write a paper to a file."""
    with session.open("read") as workspace:
        by = actor(workspace, session, token_file)
        found, data = DisclosureService(workspace).papers.find(case_id, paper_id, by=by)
    write_new(out, data)
    if session.json:
        session.answer({**paper_document(found), "file": str(out)})
        return
    session.say_in(f"{out} に書き出しました。", f"Written to {out}.")


@paper.command()
@case_argument
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--kind", required=True, type=click.Choice(ADDED), help="書類の種類 / What it is.")
@token_option
@output_options
@pass_session
def add(session: Session, case_id: str, file: Path, kind: str, token_file: Path | None) -> None:
    """届いた書類を加える / Add a paper that came."""
    with file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        found = DisclosureService(workspace).papers.attach(case_id, kind, data, keep=Keep.RECORD, by=by)
    if session.json:
        session.answer(paper_document(found))
        return
    session.say_in(f"{found.id} を加えました。", f"Added as {found.id}.")


@paper.command("print")
@case_argument
@click.argument("kind", type=click.Choice([one.value for one in PRINTABLE]), metavar="KIND")
@click.option(
    "--office", metavar="FILE", help="当社の名義（JSON。省くと設定の値） / This operator, as JSON; by default as set."
)
@click.option("--number", required=True, help="当社の文書番号 / Our document number.")
@click.option("--dated", type=day_type, help="日付（省くと今日） / Its date; today by default.")
@click.option("--inquiry", type=click.IntRange(1), help="意見照会の番号 / Which inquiry of the hearing.")
@click.option("--objector", default="", help="開示に反対した人（hear show の番号） / Who objected, as in `hear show`.")
@click.option("--package", help="どの包みの / Of which package.")
@click.option("--belongs-to", default="", help="添える文書の番号 / The number of the letter it goes with.")
@click.option("--payment", default="", help="手数料の払い方 / How to pay.")
@click.option("--by-day", type=day_type, help="支払い・回答の期限 / Pay or answer by.")
@click.option("--reason", "reasons", multiple=True, help="不開示の理由（繰り返し可） / Why not; repeatable.")
@click.option("--file", "file", metavar="FILE|-", help="回答の内容（JSON） / What is answered, as JSON.")
@_templates
@_out
@token_option
@output_options
@pass_session
def print_(
    session: Session,
    case_id: str,
    kind: str,
    office: str | None,
    number: str,
    dated: datetime | None,
    inquiry: int | None,
    objector: str,
    package: str | None,
    belongs_to: str,
    payment: str,
    by_day: datetime | None,
    reasons: tuple[str, ...],
    file: str | None,
    templates: Path | None,
    out: Path,
    token_file: Path | None,
) -> None:
    """案件の書類をPDFにする（送付はしない） / Print a paper of the case as PDF; it sends nothing."""
    with session.open("read") as workspace:
        asked = Asked(
            office=office,
            number=number,
            dated=as_day(dated) or japan_date(workspace.clock.now()),
            inquiry=inquiry,
            objector=objector,
            package=package,
            belongs_to=belongs_to,
            payment=payment,
            by_day=as_day(by_day),
            reasons=reasons,
            file=file,
        )
        by = actor(workspace, session, token_file)
        printed = print_paper(made(workspace, case_id, PaperKind(kind), asked, by=by), templates=_of(templates))
    write_new(out, printed.pdf)
    if session.json:
        session.answer({"kind": kind, "file": str(out), "pages": printed.pages, "sha256": printed.sha256})
        return
    session.say_in(f"{out} に書き出しました（{printed.pages}頁）。", f"Written to {out} ({printed.pages} pages).")


@paper.command()
@click.argument("kind", type=click.Choice([one.value for one in FORMS]), metavar="KIND")
@_templates
@_out
@output_options
@pass_session
def form(session: Session, kind: str, templates: Path | None, out: Path) -> None:
    """紙で届いた請求を写す入力票をPDFにする（作業領域はいらない） / Print an empty entry form; no workspace."""
    printed = print_paper(EntryForm(kind=PaperKind(kind)), templates=_of(templates))
    write_new(out, printed.pdf)
    if session.json:
        session.answer({"kind": kind, "file": str(out), "pages": printed.pages, "sha256": printed.sha256})
        return
    session.say_in(f"{out} に書き出しました（{printed.pages}頁）。", f"Written to {out} ({printed.pages} pages).")
