"""Cases in order, as facts: what the tests of the gate start from and spoil one fact at a time."""

from __future__ import annotations

from datetime import date

from sekisho.disclosure.decide import DisclosureDesk, Law, Permission
from sekisho.disclosure.kinds import Act, CaseType, DataClass
from sekisho.disclosure.law import disclosure_engine
from sekisho.engine.conclude import Confirmation
from sekisho.engine.facts import Value

TODAY = date(2026, 11, 23)
LAW = Law.of(TODAY, confirmation=Confirmation(required=False, confirmed={}))
DESK = DisclosureDesk(disclosure_engine())

PAPER: dict[str, Value] = {
    "document.in_writing": True,
    "document.original_received": True,
    "document.number_present": True,
    "document.addressed_to_us": True,
    "document.legal_provision_named": True,
    "document.necessity_stated": True,
    "authenticity.number_confirmed": True,
    "authenticity.called_back": True,
    "scope.specified": True,
    "scope.time_bounded": True,
    "people.reviewed": True,
}
WARRANT: dict[str, Value] = {
    **PAPER,
    "requester.kind": "judicial_police_officer",
    "document.issued_by_judge": True,
    "document.in_date": True,
    "scope.within_order": True,
    "answer.outcome": "unique",
}
INQUIRY: dict[str, Value] = {
    **PAPER,
    "requester.kind": "judicial_police_officer",
    "data.tied_to_communication": False,
    "answer.outcome": "unique",
}
PRESERVATION: dict[str, Value] = {
    **PAPER,
    "requester.kind": "judicial_police_officer",
    "scope.existing_only": True,
    "data.held_for_business": True,
    "preservation.for_seizure": True,
    "preservation.days_asked": 30,
    "preservation.days_total": 30,
}
ORDER: dict[str, Value] = {
    "requester.kind": "claimant_lawyer",
    "order.court_issued": True,
    "order.served": True,
    "scope.within_order": True,
    "scope.time_bounded": True,
    "people.reviewed": True,
    "answer.outcome": "next_provider",
    "order.names_next_provider": True,
    "order.filing_notified": True,
    "order.filing_in_time": True,
}
CLAIM: dict[str, Value] = {
    "requester.kind": "claimant",
    "authenticity.identity_proved": True,
    "scope.specified": True,
    "scope.time_bounded": True,
    "scope.civil_items_only": True,
    "scope.special_items": False,
    "claim.infringement_clear": True,
    "claim.proper_reason": True,
    "hearing.answer": "agrees",
    "answer.outcome": "unique",
    "people.reviewed": True,
}


def permission(
    facts: dict[str, Value],
    event: CaseType,
    act: Act,
    data_class: DataClass,
    *,
    on: date = TODAY,
    law: Law = LAW,
    received: date | None = None,
) -> Permission:
    """What the gate says of a request that was received on the day of judging, unless another day is given."""
    return DESK.permission(
        facts, event=event, act=act, data_class=data_class, on=on, law=law, received=received or on
    )
