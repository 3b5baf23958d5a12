"""``sekisho stop``: what two people do: propose, approve, order, carry out; and the report after it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sekisho.access.roles import Scope
from sekisho.cli.errors import FileRefused, Usage, readable
from sekisho.cli.log_options import proven, stated, token_file_option
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.cli.stop_text import proposal_lines, service_of, tell
from sekisho.crossings.deliver import deliver_now
from sekisho.due import Entry
from sekisho.stops.cores import StatedCore
from sekisho.stops.papers import report_pdf


@click.command()
@click.argument("act", type=click.Choice(["stop", "resume", "deny", "lift", "stock", "wholesale"]))
@click.argument("about", nargs=-1, required=True, metavar="ID…")
@click.option("--why", help="解除・拒否の取消しの理由 / Why it is undone (resume, lift).")
@output_options
@pass_session
def propose(session: Session, act: str, about: tuple[str, ...], why: str | None) -> None:
    """停止・解除・拒否・在庫停止・卸の承認を求める / Ask for approval of an act.

    stop: 要請のID、resume: 番号のID（複数可）、deny・lift・stock: 通知のID、wholesale: 確認のID。
    """
    if len(about) > 1 and act != "resume":
        raise Usage(problem="one ID; only resume takes several", command="sekisho stop propose")
    if (why is None) == (act in ("resume", "lift")):
        raise Usage(problem="--why goes with resume and lift, and only with them", command="sekisho stop propose")
    with session.open() as workspace:
        service, by = service_of(workspace), stated(workspace, session, Scope.REQUEST)
        if act == "stop":
            made = service.stopping.propose(about[0], by=by)
        elif act == "resume":
            made = service.stopping.propose_resume(about, why or "", by=by)
        elif act == "deny":
            made = service.denials.propose(about[0], by=by)
        elif act == "lift":
            made = service.denials.propose_lift(about[0], why or "", by=by)
        elif act == "stock":
            made = service.denials.propose_stock(about[0], by=by)
        else:
            made = service.checks.propose(about[0], by=by)
    tell(session, made.document())


@click.command()
@click.argument("proposal_id", metavar="PROPOSAL")
@token_file_option
@click.option("--yes", is_flag=True, help="確かめずに承認する / Don't ask.")
@output_options
@pass_session
def approve(session: Session, proposal_id: str, token_file: Path, yes: bool) -> None:
    """求めた人と別の人が、見て承認する / Look at a proposal and approve it; not who asked."""
    with session.open() as workspace:
        service, actor = service_of(workspace), proven(workspace, token_file)
        actor.require(Scope.APPROVE)
        for line in proposal_lines(session, service, service.proposals.find(proposal_id)):
            click.echo(line, err=True)
        session.confirm("これを承認しますか", "Approve this?", yes=yes)
        made = service.proposals.approve(proposal_id, by=actor)
    tell(session, made.document())


@click.command()
@click.argument("proposal_id", metavar="PROPOSAL")
@output_options
@pass_session
def order(session: Session, proposal_id: str) -> None:
    """承認されたことを行う / Use the approval. A stop is recorded as done only by `carry-out`."""
    with session.open() as workspace:
        service, by = service_of(workspace), stated(workspace, session, Scope.REQUEST)
        made = service.order(proposal_id, by=by)
        taken = deliver_now(workspace, service, by=by)
    _tell_taken(session, made.document(), taken)


@click.command()
@click.argument("proposal_id", metavar="PROPOSAL")
@output_options
@pass_session
def withdraw(session: Session, proposal_id: str) -> None:
    """承認の求めを取り下げる / Withdraw a proposal that wasn't ordered."""
    with session.open() as workspace:
        made = service_of(workspace).stopping.withdraw(proposal_id, by=stated(workspace, session, Scope.REQUEST))
    tell(session, made.document())


@click.command("carry-out")
@click.argument("proposal_id", metavar="PROPOSAL")
@click.option("--reference", required=True, help="呼処理設備の確認の番号 / The reference that the call core gave.")
@output_options
@pass_session
def carry_out(session: Session, proposal_id: str, reference: str) -> None:
    """呼処理設備で行い、その確認を記録する / Record that the call core did it, all numbers of the act at once."""
    with session.open() as workspace:
        service, by = service_of(workspace), stated(workspace, session, Scope.REQUEST)
        made = service.stopping.carry_out(proposal_id, StatedCore(reference), by=by)
        taken = deliver_now(workspace, service, by=by)
    _tell_taken(session, made.document(), taken)


def _tell_taken(session: Session, document: dict[str, Any], taken: list[Entry]) -> None:
    """An act, and what was taken to other desks with it."""
    tell(session, {**document, "delivered": [one.document() for one in taken]} if session.json else document)
    for one in () if session.json else taken:
        session.say(one.ja if session.lang == "ja" else one.en)


@click.command("contractor-report")
@click.argument("request_id", metavar="REQUEST|REPORT")
@click.option("--pdf", type=click.Path(path_type=Path), help="書面（PDF）の書き先 / Where to write the paper.")
@click.option("--office", help="当社の名称（書面に載せる） / This operator's name, for the paper.")
@output_options
@pass_session
def contractor_report(session: Session, request_id: str, pdf: Path | None, office: str | None) -> None:
    """停止した番号の契約者を警察庁に報告する / Report the contractors of stopped numbers.

    要請のIDなら報告を作り、報告のIDならその控えを出します。停止が確認されるまでは作れません。
    """
    if pdf is not None and not office:
        raise Usage(problem="--pdf needs --office", command="sekisho stop contractor-report")
    again = request_id.startswith("sb_")
    with session.open("read" if again else "write") as workspace:
        reports = service_of(workspace).reports
        found = (
            reports.find(request_id)
            if again
            else reports.make(request_id, by=stated(workspace, session, Scope.REQUEST))
        )
    if pdf is not None:
        try:
            with pdf.open("xb") as file:
                file.write(report_pdf(found, office=office or ""))
        except OSError as error:
            raise FileRefused(path=readable(pdf), why=str(error.strerror)) from None
    session.answer(found)
