"""``sekisho disclosure agency`` and ``peer``: whose signed messages count, and what goes on to the next provider."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from sekisho.cli.disclosure_options import actor, case_argument, tell, token_option
from sekisho.cli.log_options import day_type, read_document
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.clock import japan_date
from sekisho.disclosure.attaching import MAX_BYTES
from sekisho.disclosure.chain.handover import Paper as Petition
from sekisho.disclosure.chain.outgoing import Outgoing
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.papers.frame import Addressee
from sekisho.disclosure.parties.party import Party, PartyKind
from sekisho.disclosure.parties.register import Parties
from sekisho.disclosure.service import DisclosureService


@click.group()
def agency() -> None:
    """電文で請求を送る機関（ETSI TS 103 120）の登録 / Agencies that send requests over TS 103 120."""


@click.group()
def peer() -> None:
    """提供命令でつながる他の事業者 / Other providers of a chain, and what goes on to them."""


def _add(kind: PartyKind) -> Callable[..., None]:
    def add(session: Session, file: str, token_file: Path | None) -> None:
        written = {"kind": kind.value, **read_document(file)}
        if written["kind"] != kind.value:
            raise CaseRefused(field="kind", problem=kind.value)
        with session.open() as workspace:
            by = actor(workspace, session, token_file)
            found = Parties(workspace).add(written, by=by)
        if session.json:
            session.answer(found.document())
            return
        session.say_in(f"{found.id} を登録しました: {found.name}", f"Registered {found.id}: {found.name}")

    return add


def _end(kind: PartyKind) -> Callable[..., None]:
    def end(session: Session, party: str, token_file: Path | None) -> None:
        with session.open() as workspace:
            by, parties = actor(workspace, session, token_file), Parties(workspace)
            if parties.find(party).kind is not kind:
                raise CaseRefused(field="party", problem=kind.value)
            parties.end(party, by=by)
        if session.json:
            session.answer({"id": party, "ended": True})
            return
        session.say_in(f"{party} の登録を終えました。", f"Ended {party}.")

    return end


def _list(kind: PartyKind) -> Callable[..., None]:
    def every(session: Session) -> None:
        # Our own key is made when it is first asked for, so this opens the workspace for writing.
        with session.open() as workspace:
            parties = Parties(workspace)
            found, key, origin = parties.every(kind), parties.signer().public_key.hex(), parties.origin
        if session.json:
            session.answer({"parties": [one.document() for one in found], "our_key": key, "our_origin": origin})
            return
        for one in found:
            session.say(_line(one))
        session.say_in(f"当社の公開鍵: {key}  {origin}", f"Our public key: {key}  {origin}")

    return every


def _line(one: Party) -> str:
    return f"{one.id}  {one.name}  {one.address}  {one.key}  {one.url}".rstrip()


_HELP = {
    PartyKind.AGENCY: ("機関", "an agency"),
    PartyKind.PROVIDER: ("事業者", "a provider"),
}


def _register(group: click.Group, kind: PartyKind) -> None:
    ja, en = _HELP[kind]
    made: list[tuple[str, Any, str]] = [
        (
            "add",
            token_option(_file(_add(kind))),
            f"{ja}を登録する（管理者のトークンで） / Register {en}, by an administrator's token.",
        ),
        ("end", token_option(_party(_end(kind))), f"{ja}の登録を終える / End {en}: nothing it signs counts any more."),
        ("list", _list(kind), f"登録した{ja}と当社の公開鍵 / Those registered, and our own public key."),
    ]
    for name, function, told in made:
        group.command(name, help=told)(output_options(pass_session(function)))


def _file(function: Any) -> Any:
    return click.argument("file", metavar="FILE|-")(function)


def _party(function: Any) -> Any:
    return click.argument("party", metavar="PARTY")(function)


_register(agency, PartyKind.AGENCY)
_register(peer, PartyKind.PROVIDER)


@peer.command()
@case_argument
@click.option(
    "--item", "items", multiple=True, type=(int, str), metavar="ITEM PEER", help="項目と事業者 / An item's peer."
)
@token_option
@output_options
@pass_session
def name(session: Session, case_id: str, items: tuple[tuple[int, str], ...], token_file: Path | None) -> None:
    """項目ごとに、次の提供者を定める / Name the next provider of each item."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        found = Outgoing(DisclosureService(workspace)).name(case_id, chosen=dict(items) or None, by=by)
    if session.json:
        session.answer([one.document() for one in found])
        return
    for one in found:
        session.say(f"#{one.number}  {one.party}  {one.name}  {one.address}")


@peer.command("tell")
@case_argument
@click.option("--number", help="通知書の番号（省くと案件のもの） / The paper's number; by default the case's.")
@click.option("--applicant", help="申立人の氏名（裁判所が命令を送ったとき） / Who applied, if the court sent it.")
@token_option
@output_options
@pass_session
def tell_(
    session: Session, case_id: str, number: str | None, applicant: str | None, token_file: Path | None
) -> None:
    """申立人に、次の提供者の名称を知らせる（2か月が始まる） / Tell the applicant its name: two months begin."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        named = None if applicant is None else Addressee(name=applicant, honorific="様")
        entry = Outgoing(DisclosureService(workspace)).tell(case_id, by=by, number=number or "", applicant=named)
        tell(session, entry, "次の提供者の名称を知らせました。", "The applicant knows the next provider.")


@peer.command()
@case_argument
@click.argument("party", metavar="PEER")
@click.argument("document", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--court", required=True, help="申立てをした裁判所 / The court.")
@click.option("--number", required=True, help="事件番号 / The petition's number.")
@click.option("--dated", type=day_type, required=True, help="申立ての日 / The petition's date.")
@click.option("--on", type=day_type, help="通知を受けた日（省くと今日） / Day of the notice; today by default.")
@token_option
@output_options
@pass_session
def notified(
    session: Session,
    case_id: str,
    party: str,
    document: Path,
    court: str,
    number: str,
    dated: datetime,
    on: datetime | None,
    token_file: Path | None,
) -> None:
    """申立人から、次の提供者への申立ての通知を受けた / Record the applicant's notice of the petition."""
    with document.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    petition = Petition(court, number, dated.date())
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        day = japan_date(workspace.clock.now()) if on is None else on.date()
        outgoing = Outgoing(DisclosureService(workspace))
        entry = outgoing.notified(case_id, party, petition, on=day, document=data, by=by)
        tell(session, entry, "通知を記録しました。", "The notice is on record.")


@peer.command()
@case_argument
@click.argument("party", metavar="PEER")
@token_option
@output_options
@pass_session
def forward(session: Session, case_id: str, party: str, token_file: Path | None) -> None:
    """申立ての通知の後、次の提供者に渡し、受領を残す / After notice of the petition: hand it over, keep the receipt."""
    with session.open() as workspace:
        by = actor(workspace, session, token_file)
        entry = Outgoing(DisclosureService(workspace)).forward(case_id, party, by=by)
        tell(session, entry, "次の提供者に渡しました。", "It was handed to the next provider.")
