"""``sekisho contract delivery``: what was sent, and what the post tells of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from sekisho.access.roles import Scope
from sekisho.cli.contract_life import actor
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.application import parse_json
from sekisho.contracts.postal.leg import ADDRESSES, PERSONS, POSTS, EventKind
from sekisho.contracts.postal.service import PostalDesk
from sekisho.contracts.service import Caller, ContractService

MAX_REPORT_BYTES = 64 * 1024
"""What a postman reports is a handful of fields."""


@click.group()
def delivery() -> None:
    """郵送の発送・配達・返送 / Post: sent, delivered, returned."""


@delivery.command()
@click.argument("decision")
@click.option(
    "--event",
    "kind",
    type=click.Choice([each.value for each in EventKind]),
    required=True,
    help="何が起きたか / What happened.",
)
@click.option("--tracking-number", required=True, help="引受番号 / The tracking number.")
@click.option("--at", required=True, help="起きた時刻（RFC 3339） / When it happened (RFC 3339).")
@click.option("--post", type=click.Choice(POSTS), help="郵便の種類（発送時） / Kind of post (when sent).")
@click.option("--addressed-to", type=click.Choice(ADDRESSES), help="あて先（発送時） / Addressed to (when sent).")
@click.option("--person", type=click.Choice(PERSONS), help="だれあてか（発送時） / To whom (when sent).")
@click.option(
    "--reported",
    metavar="FILE|-",
    help="配達員が伝達した確認事項（JSON） / What the postman reported (JSON).",
)
@output_options
@pass_session
def add(
    session: Session,
    decision: str,
    kind: str,
    tracking_number: str,
    at: str,
    post: str | None,
    addressed_to: str | None,
    person: str | None,
    reported: str | None,
) -> None:
    """郵便の出来事を記し、必要なら判断をやり直す / Record an event of the post, and decide again where it matters."""
    given: dict[str, Any] = {
        "event": kind,
        "tracking_number": tracking_number,
        "at": at,
        "post": post,
        "addressed_to": addressed_to,
        "person": person,
    }
    told = {name: value for name, value in given.items() if value is not None}
    if reported is not None:
        told["reported"] = parse_json(_read(reported), limit=MAX_REPORT_BYTES)
    with session.open() as workspace:
        by = actor(workspace, session, Scope.ATTEST)
        desk = PostalDesk(workspace, lambda: ContractService(workspace))
        answer = desk.add(decision, told, Caller(by, may_attest=True))
    document = answer.document()
    if session.json:
        session.answer(document)
        return
    session.say(f"{kind}  {document['at']}  #{document['ledger_index']}")
    if answer.decision is None:
        session.say_in("配達を待っています。", "Waiting for its delivery.")
    elif document["complete"]:
        session.say_in(
            f"本人確認が完了しました。新しい判断: {answer.decision.id}",
            f"The identity is verified. The new decision: {answer.decision.id}",
        )
    else:
        verdict = answer.decision.document["verdict"]
        session.say_in(
            f"本人確認は完了していません（{verdict}）。新しい判断: {answer.decision.id}",
            f"The identity is not verified ({verdict}). The new decision: {answer.decision.id}",
        )


@delivery.command("list")
@click.argument("decision")
@output_options
@pass_session
def list_(session: Session, decision: str) -> None:
    """一つの判断の郵便の経過 / What was told of one decision's post."""
    with session.open("read") as workspace:
        desk = PostalDesk(workspace, lambda: ContractService(workspace))
        found = [
            {"id": each.id, "ledger_index": each.ledger_index, **each.event.document()}
            for each in desk.events(decision)
        ]
        completed_by = desk.completed_by(decision)
    if session.json:
        session.answer({"decision": decision, "events": found, "completed_by": completed_by})
        return
    for each in found:
        session.say(f"{each['at']}  {each['event']}")
    if completed_by is not None:
        session.say_in(f"完了: {completed_by}", f"Completed by {completed_by}")
    elif not found:
        session.say_in("まだ何も記録されていません。", "Nothing has been recorded yet.")


@delivery.command("open")
@output_options
@pass_session
def open_(session: Session) -> None:
    """配達を待っている判断 / Decisions that wait for their post."""
    with session.open("read") as workspace:
        legs = PostalDesk(workspace, lambda: ContractService(workspace)).open_legs()
    if session.json:
        session.answer(
            [
                {
                    "decision": leg.decision,
                    "decided_on": leg.decided_on.isoformat(),
                    "complete_before": leg.complete_before.isoformat() if leg.complete_before is not None else None,
                    "last_event": leg.last_event,
                    "late": leg.late,
                }
                for leg in legs
            ]
        )
        return
    for leg in legs:
        before = f"  < {leg.complete_before}" if leg.complete_before is not None else ""
        session.say(f"{'!' if leg.late else ' '} {leg.decision}  {leg.decided_on}{before}  {leg.last_event or '—'}")
    if not legs:
        session.say_in("ありません。", "There are none.")


def _read(name: str) -> bytes:
    if name == "-":
        return sys.stdin.buffer.read(MAX_REPORT_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MAX_REPORT_BYTES + 1)
