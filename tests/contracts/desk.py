"""A contract desk over a handful of made-up rules, so that tests of the desk don't move with the law."""

from __future__ import annotations

from datetime import date
from typing import Any

from sekisho.contracts.application import Application
from sekisho.contracts.decide import ContractDecision, ContractDesk, Law
from sekisho.contracts.evidence_items import Origin
from sekisho.contracts.facts import CATALOGUE, EVENTS
from sekisho.engine.conclude import Confirmation
from sekisho.engine.facts import Value
from sekisho.engine.nodes import AllOf, AnyOf, Atom, Exists, Node, Op
from sekisho.engine.plan import LawEngine
from sekisho.engine.rules import (
    CompletedOn,
    Edge,
    EventSpec,
    Instrument,
    Provision,
    ProvisionVersion,
    Role,
    Rule,
    Rulebook,
    Selection,
    TextState,
)
from tests.contracts.applications import read
from tests.engine.builders import rule, text

KNOWN = date(2026, 11, 1)
CHANGE = date(2026, 4, 1)
"""The day on which copies by post end in these tests."""

SHOWN = Confirmation(required=False, confirmed={})


def shown(name: str, value: Value = True) -> Atom:
    """An attribute of the item."""
    return Atom(name, True, Op.EQ, value)


def of_person(kind: str, person: str, *more: Node) -> Exists:
    """Some one item of this kind about this person."""
    return Exists(kind, AllOf((shown("person", person), *more)))


def until(day: date, known: date = date(2025, 4, 1)) -> Edge:
    """An end."""
    return Edge(day, known, "act")


def method(rule_id: str, requires: Node, duty: str = "identity", **changed: Any) -> Rule:
    """A method for one duty."""
    return rule(rule_id, requires=requires, duties=(duty,), **changed)


def copy_and_post(person: str = "subject", duty: str = "identity", **changed: Any) -> Rule:
    """A copy by post, complete when the letter is delivered; it ends on :data:`CHANGE` unless told otherwise."""
    post = of_person("postal_item", person)
    fields: dict[str, Any] = {"end": until(CHANGE), "method": "copy", "completed_on": CompletedOn.DELIVERED} | changed
    return method(
        fields.pop("id", f"copy.{duty}"),
        AllOf((of_person("document_copy", person), post)),
        duty,
        completion=of_person("postal_item", person, shown("delivered")),
        **fields,
    )


SIGNATURE = method("signature", of_person("electronic_signature", "subject", shown("signature_valid")))
DUTY = rule("duty.identity", Role.DUTY, duties=("identity",))
REPRESENTED = Atom("representative.acting", False, Op.EQ, True)
REPRESENTATIVE = rule("duty.representative", Role.DUTY, duties=("representative_identity",), when=REPRESENTED)
ALONE = rule(
    "scope.alone",
    Role.SCOPE,
    duties=("representative_identity",),
    when=Atom("representative.acting", False, Op.EQ, False),
)
BASE = (DUTY, REPRESENTATIVE, ALONE)


def engine(*rules: Rule) -> LawEngine:
    """An engine over these rules; every event names the two duties of verification."""
    duties = ("identity", "representative_identity")
    label = text("art. 1")
    version = ProvisionVersion(label, date(1990, 1, 1), None, TextState.VERBATIM)
    book = Rulebook(
        content_hash="made up",
        instruments={name: Instrument(name, text(name), "act", name) for name in ("act", "guild", "house")},
        provisions={name: Provision(name, label, (version,), None, "f", 1) for name in ("act.1", "act.2")},
        sets={},
        events={event: EventSpec(event, text(event), duties) for event in EVENTS},
        duties={duty: text(duty) for duty in duties},
        rules={made.id: made for made in rules},
    )
    return LawEngine(book, CATALOGUE)


def law(**changed: Any) -> Law:
    """Everything known by November 2026, nothing adopted, confirmation shown only."""
    fields: dict[str, Any] = {
        "as_of": None,
        "as_known_at": KNOWN,
        "selection": Selection(),
        "confirmation": SHOWN,
    }
    return Law(**(fields | changed))


def decide(
    over: LawEngine,
    application: Application | dict[str, Any],
    under: Law | None = None,
    origin: Origin = Origin.ATTESTED,
) -> ContractDecision:
    """Decide an application as written or as read."""
    found = read(application, origin=origin) if isinstance(application, dict) else application
    return ContractDesk(over).decide(found, under or law())


def either(*nodes: Node) -> AnyOf:
    """One of these is enough."""
    return AnyOf(nodes)
