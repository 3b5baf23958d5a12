"""The statutory record of a verification (Act art. 4(1), Ordinance art. 8(1)), made from a decision.

Holds the identity items in the clear: it belongs in an encrypted column and is kept three years past the contract's
end (Act art. 4(2)). It doesn't hold copies or images (Ordinance art. 10 keeps those beside it).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sekisho.contracts.application import Application
from sekisho.contracts.evidence.paper.seen import Seen
from sekisho.contracts.evidence_items import Person
from sekisho.engine.conclude import Outcome
from sekisho.engine.evaluate import MET, NodeIndex
from sekisho.engine.nodes import Exists
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import Rule
from sekisho.engine.verdicts import DutyState


@dataclass(frozen=True, slots=True)
class VerifiedDocument:
    """Kind and identifier of the document or certificate (art. 8(1)(iii)(d)), and how it came to be known.

    ``kept_as`` is the id of the raw evidence that was verified, None where somebody attested. ``seen`` is who saw it,
    when, and what was looked at (art. 8(1)(i) and (iii)(a) name the verifier and the day of the whole), where told.
    """

    kind: str
    document: str | None
    identifier: str | None
    at: date
    origin: str
    kept_as: str | None
    seen: Seen | None


@dataclass(frozen=True, slots=True)
class VerifiedPerson:
    """Items (iii) or (iv) of art. 8(1): day, identity items, method, documents.

    ``day`` is this person's own (art. 8(2)): that of the last of the acts the method asks for, whenever the other
    person was verified. None while its closing act is open.
    """

    day: date | None
    identity: Person
    method: Rule
    documents: tuple[VerifiedDocument, ...]


@dataclass(frozen=True, slots=True)
class StatutoryRecord:
    """The fields of Ordinance art. 8(1). ``body`` is the name of the state-like body (item (v))."""

    verified_by: str | None
    recorded_by: str | None
    counterparty: VerifiedPerson | None
    representative: VerifiedPerson | None
    body: str | None


def statutory_record(
    engine: LawEngine, application: Application, outcome: Outcome, verified_on: date | None
) -> StatutoryRecord | None:
    """The record of an accepted application; None where no duty to verify applied."""
    people: dict[str, VerifiedPerson] = {}
    for duty in outcome.duties:
        if duty.binding and duty.methods and duty.state in (DutyState.FULFILLED, DutyState.LEG_OPEN):
            rule = engine.rulebook.rules[duty.methods[0]]
            stated = application.representative if duty.duty == "representative_identity" else application.subject
            documents = tuple(_documents(engine.index, application, outcome, rule))
            done = duty.state is DutyState.FULFILLED
            day = max((document.at for document in documents), default=verified_on) if done else None
            people[duty.duty] = VerifiedPerson(day, stated, rule, documents)
    if not people:
        return None
    state_like = application.facts["subject.kind"] == "state_like"
    return StatutoryRecord(
        verified_by=application.verified_by,
        recorded_by=application.recorded_by,
        counterparty=people.get("identity"),
        representative=people.get("representative_identity"),
        body=application.subject.name if state_like else None,
    )


def _documents(index: NodeIndex, application: Application, outcome: Outcome, rule: Rule) -> Iterator[VerifiedDocument]:
    """The items that one of the method's own conditions was met by."""
    read = {id(item.attributes): item for item in application.evidence}
    met = {(node_id, position) for node_id, truth, position in outcome.trace if truth == MET}
    seen: set[tuple[str, int]] = set()
    for node_id, truth, _ in outcome.trace:
        rule_id, slot, node = index.entries[node_id]
        if rule_id != rule.id or slot not in ("requires", "completion") or not isinstance(node, Exists):
            continue
        if truth != MET:
            continue
        where = index.children[node_id][0]
        for at, attributes in enumerate(outcome.case.evidence.get(node.kind, ())):
            if (where, at) in met and (node.kind, at) not in seen:
                seen.add((node.kind, at))
                item = read[id(attributes)]
                document = attributes.get("document") or attributes.get("certificate")
                yield VerifiedDocument(
                    item.kind,
                    str(document) if document is not None else None,
                    item.identifier,
                    item.at,
                    item.origin.value,
                    item.checked.id if item.checked is not None else None,
                    item.seen,
                )
