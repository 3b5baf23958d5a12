"""``sekisho stop``: requests of police forces."""

from __future__ import annotations

import click

from sekisho.access.roles import Scope
from sekisho.cli.log_options import read_document, stated
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.cli.stop_text import service_of, tell


@click.command()
@click.argument("file", metavar="FILE|-")
@output_options
@pass_session
def receive(session: Session, file: str) -> None:
    """警察の要請を登録し、番号ごとに答える / Enter a request of the police.

    JSON: force, document_number, dated (2026-11-20 か 令和8年11月20日), basis, contact, received_at,
    numbers [{number, crime_on}]。同じ書面をもう一度登録しても、1件のままです。
    """
    written = read_document(file)
    with session.open() as workspace:
        made = service_of(workspace).requests.receive(written, by=stated(workspace, session, Scope.REQUEST))
    tell(session, made.document())


@click.command("call-back")
@click.argument("request_id", metavar="REQUEST")
@click.option("--number", required=True, help="かけた番号とその公表元 / The number called, and where it is published.")
@click.option("--confirmed-by", required=True, help="確かめた相手 / Who confirmed.")
@output_options
@pass_session
def call_back(session: Session, request_id: str, number: str, confirmed_by: str) -> None:
    """折り返して確かめたことを記録する / Record the call-back to a published number."""
    with session.open() as workspace:
        by = stated(workspace, session, Scope.REQUEST)
        made = service_of(workspace).requests.call_back(
            request_id, published_number=number, confirmed_by=confirmed_by, by=by
        )
    tell(session, made.document())


@click.command()
@click.argument("request_id", metavar="REQUEST")
@click.option("--why", required=True, help="理由 / Why.")
@output_options
@pass_session
def reject(session: Session, request_id: str, why: str) -> None:
    """偽の要請として退ける / Reject a request that the force didn't send."""
    with session.open() as workspace:
        made = service_of(workspace).requests.reject(request_id, why, by=stated(workspace, session, Scope.REQUEST))
    tell(session, made.document())


@click.command("pass-on")
@click.argument("number_id", metavar="NUMBER-ID")
@click.option("--to", required=True, help="回した事業者 / The operator it was passed to.")
@click.option("--reference", required=True, help="相手の受付番号など / Their reference.")
@output_options
@pass_session
def pass_on(session: Session, number_id: str, to: str, reference: str) -> None:
    """卸先・移転先に回したことを記録する / Record that the request about a number was passed on."""
    with session.open() as workspace:
        by = stated(workspace, session, Scope.REQUEST)
        made = service_of(workspace).requests.pass_on(number_id, to=to, reference=reference, by=by)
    tell(session, made.document())


@click.command()
@click.argument("case_id", metavar="ID")
@output_options
@pass_session
def show(session: Session, case_id: str) -> None:
    """要請・番号・拒否・承認の求め・報告・確認・異議を見る / Look at a case, by its id."""
    with session.open("read") as workspace:
        service = service_of(workspace)
        if case_id.startswith("sd_"):
            found = service.denials.find(case_id).document()
        elif case_id.startswith("sp_"):
            found = service.proposals.find(case_id).document()
        elif case_id.startswith("sb_"):
            found = service.reports.find(case_id)
        elif case_id.startswith("sk_"):
            found = service.checks.find(case_id)
        elif case_id.startswith("so_"):
            found = service.objections.find(case_id)
        elif case_id.startswith("sn_"):
            found = service.requests.number(case_id).document()
        else:
            found = service.requests.find(case_id).document()
    if session.json or case_id.startswith("sb_"):
        session.answer(found)
        return
    tell(session, found)


@click.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """要請の一覧 / The newest requests, a hundred at most."""
    with session.open("read") as workspace:
        found = [one.document() for one in service_of(workspace).requests.page()]
    if session.json:
        session.answer(found)
        return
    for one in found:
        tell(session, one)
