"""``sekisho contract challenge | evidence``: raw evidence before a decision, verified and kept in a workspace."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

import click

from sekisho.cli.callers import caller_of
from sekisho.cli.contract_verify import read_at_most, report_text
from sekisho.cli.session import Session, output_options, pass_session
from sekisho.contracts.application import MAX_RAW_BYTES, parse_json
from sekisho.contracts.challenge_forms import challenge_document
from sekisho.contracts.evidence.verifier import Verifier
from sekisho.contracts.evidence.verifiers import VERIFIERS
from sekisho.contracts.evidence_desk import REFUSED, VERIFIED, EvidenceAnswer, Submitted
from sekisho.contracts.evidence_items import Person
from sekisho.contracts.field_reading import as_day, as_object, only, optional_text
from sekisho.contracts.outside.parties import PARTIES
from sekisho.contracts.service import ContractService
from sekisho.engine.facts import Text

_APPLICATION = click.option("--application", required=True, metavar="REF", help="申込みの参照番号 / The application.")
_STATES = {
    VERIFIED: Text("検証に通りました", "verified"),
    REFUSED: Text("検証に通りませんでした", "refused"),
}
_NOT_CHECKED = Text(
    "検証できませんでした（正しいとも誤りともいえません）", "could not be checked: neither good nor bad"
)


@click.command()
@_APPLICATION
@click.option(
    "--purpose", default="signing", show_default=True, help="用途（signing, authentication など） / What it is for."
)
@click.option(
    "--agreed-to",
    metavar="TEXT",
    help="署名が示す内容（契約書のSHA-256など） / What the signature stands for, such as a document's SHA-256.",
)
@click.option(
    "--phone",
    metavar="JSON",
    help="スマートフォンへの要求の内容（smartphone_card のとき） / What a phone is asked by, for smartphone_card.",
)
@output_options
@pass_session
def challenge(session: Session, application: str, purpose: str, agreed_to: str | None, phone: str | None) -> None:
    """一度だけ署名する文面を発行する / Issue a text to be signed once."""
    with session.open() as workspace:
        caller_of(workspace, session)
        made = ContractService(workspace).evidence.challenge(
            application=application,
            purpose=purpose,
            agreed_to=agreed_to,
            session=None if phone is None else parse_json(phone.encode()),
        )
    if session.json:
        session.answer(challenge_document(made))
        return
    session.say(made.text.decode())


@click.group()
def evidence() -> None:
    """証拠を検証して保存する / Verify evidence and keep it."""


@evidence.command()
@click.argument("source", metavar="FILE")
@click.option("--kind", required=True, type=click.Choice(list(VERIFIERS)), help="証拠の種類 / Kind of evidence.")
@_APPLICATION
@click.option(
    "--person",
    type=click.Choice(["subject", "representative"]),
    default="subject",
    show_default=True,
    help="だれの証拠か / Whose evidence it is.",
)
@output_options
@pass_session
def add(session: Session, source: str, kind: str, application: str, person: str) -> None:
    """証拠を検証し、報告とともに暗号化して保存する / Verify evidence and keep it, encrypted, with its report.

    FILE の stated は、申込みに書かれた氏名・住所・生年月日です。申込みでは `"evidence": ID` で使います。

    The file's stated holds what the application says of the person. An application names it as `"evidence": ID`.
    """
    document = parse_json(read_at_most(source, MAX_RAW_BYTES), limit=MAX_RAW_BYTES)
    stated = _stated(document.pop("stated", {}))
    with session.open() as workspace:
        caller = caller_of(workspace, session)
        submitted = Submitted(kind, application, person, stated, document)
        answer = ContractService(workspace).evidence.verify(submitted, by=caller.id)
    _show(session, answer)
    if answer.exit_code:
        sys.exit(answer.exit_code)


@evidence.command("list")
@output_options
@pass_session
def list_(session: Session) -> None:
    """検証できる証拠の種類（docs/evidence.md） / The kinds of evidence that can be verified (docs/evidence.md)."""
    kinds = [_kind(one) for one in VERIFIERS.values()]
    if session.json:
        session.answer(kinds)
        return
    for one in kinds:
        session.say(f"{one['kind']:<22}{one['title'][session.lang]}")
        for label, names in (
            (("検証した結果だけが数えられる項目", "counts only as verified"), one["covers"]),
            (("信頼するファイル", "trust files"), [use["use"] for use in one["trust"]]),
            (("照会先", "outside parties"), one["asks"]),
        ):
            if names:
                session.say(f"{'':<22}{label[0 if session.lang == 'ja' else 1]}: {', '.join(names)}")


@evidence.command()
@click.argument("evidence_id", metavar="ID")
@output_options
@pass_session
def show(session: Session, evidence_id: str) -> None:
    """保存した証拠の報告を表示する / Show the report of evidence that was kept."""
    with session.open("read") as workspace:
        answer = ContractService(workspace).evidence.find(evidence_id)
    _show(session, answer)


def _kind(verifier: Verifier) -> dict[str, Any]:
    """One kind for JSON: what it makes, what it is verified against, and whom it asks."""
    return {
        "kind": verifier.kind,
        "title": {"ja": verifier.title.ja, "en": verifier.title.en},
        "covers": sorted({covered.evidence for covered in verifier.covers}),
        "attested_beside": sorted(verifier.attested_beside),
        "trust": [
            {"use": use.name, "title": {"ja": use.title.ja, "en": use.title.en}, "limit": use.limit}
            for use in verifier.uses
        ],
        "asks": [party.name for party in PARTIES.values() if verifier.kind in party.asked_by],
    }


def _show(session: Session, answer: EvidenceAnswer) -> None:
    if session.json:
        session.answer({"id": answer.id, "ledger_index": answer.ledger_index, **answer.document})
        return
    session.say(report_text(answer.document["report"], session.lang))
    state = _STATES.get(answer.document["state"], _NOT_CHECKED).in_(session.lang)
    ledger = "台帳" if session.lang == "ja" else "ledger"
    session.say(f"\n{state}  {answer.id}  {ledger} #{answer.ledger_index}")


def _stated(said: Any) -> Person:
    found = as_object(said, "stated")
    only(found, {"name", "address", "birth_date"}, "stated")
    birth: date | None = as_day(found["birth_date"], "stated.birth_date") if "birth_date" in found else None
    return Person(optional_text(found, "name", "stated"), optional_text(found, "address", "stated"), birth)
