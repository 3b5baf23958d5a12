"""What the commands of ``sekisho stop`` share: the service, and how a case is told in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekisho.cli.session import Session
from sekisho.crossings.number_plan import CallsNumberPlan
from sekisho.rulebook.words import value_words
from sekisho.stops.proposals import Proposal, ProposalKind
from sekisho.stops.service import StopService
from sekisho.workspace import Workspace

ANSWERS: Final = {
    "to_stop": ("停止の対象", "to be stopped"),
    "next_operator": ("ほかの事業者へ回す", "goes to another operator"),
    "scheme_not_found": ("対象とするスキームの公表が見つからない", "no page of the scheme covers it"),
    "subscriber_confirmation": ("携帯電話番号: 契約者確認（契約の窓口）", "a mobile number: subscriber confirmation"),
    "protected": ("緊急通報・公的機関の番号: 停止しない", "emergency number or public office: never stopped"),
    "reassigned": ("犯行の後に別の契約者に渡った番号: 停止せず確かめる", "somebody else's since the crime: ask back"),
    "not_in_service": ("使われていない番号", "not in service"),
    "not_ours": ("当社の番号でない", "not this operator's"),
    "already_stopped": ("すでに停止した番号", "stopped already"),
}
"""Each answer, in words."""


_ASKED: Final = {
    "days": ("拒否の日数", "days of refusal"),
    "count": ("停止する番号の数", "numbers to be stopped"),
    "customer": ("卸先", "wholesale customer"),
    "why": ("理由", "why"),
}


def service_of(workspace: Workspace) -> StopService:
    """The desk, with the calls desk's number plan."""
    return StopService(workspace, CallsNumberPlan(workspace))


def proposal_lines(session: Session, service: StopService, found: Proposal) -> Iterator[str]:
    """What a proposal asks for, for whoever approves it: each number with who has it, or whom it is about."""
    yield f"{found.id}  {found.kind.value}  {found.about}"
    if found.kind in (ProposalKind.STOP, ProposalKind.RESUME):
        for one in service.stopping.numbers(found):
            holder = "" if one.contractor is None else service.register.contractor(one.contractor).name
            kind = value_words()[one.kind.value]
            yield f"  {one.number}  {kind.en if session.lang == 'en' else kind.ja}  {holder}"
    elif "denial" in found.body:
        denial = service.denials.find(str(found.body["denial"]))
        party = service.register.contractor(denial.contractor)
        yield f"  {party.name}  {party.address}  {denial.notice.document_number}"
    for name, words in _ASKED.items():
        if found.body.get(name) is not None:
            yield f"  {words[session.lang == 'en']}: {found.body[name]}"


def tell(session: Session, document: Mapping[str, Any]) -> None:
    """One thing: as JSON, or its id and state, with a line for each of its numbers."""
    if session.json:
        session.answer(document)
        return
    japanese = session.lang == "ja"
    session.say("  ".join(str(document[name]) for name in ("id", "kind", "state") if document.get(name)))
    for one in document.get("numbers", ()):
        if isinstance(one, Mapping):
            kind, words = value_words()[one["kind"]], ANSWERS[one["answer"]]
            via = " → ".join(one["pass_to"])
            session.say(
                f"  {one['place']}  {one['number']}  {kind.ja if japanese else kind.en}  {one['state']}  "
                f"{words[0] if japanese else words[1]}{'  ' + via if via else ''}"
            )
