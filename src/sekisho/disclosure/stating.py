"""Facts of a case: who may state them, and when. No single person opens the gate by what they say.

===========================  ==========================  ==========================================================
before the review            whoever takes requests in   somebody else looks at it when reviewing
review to hearing            a reviewer                  approvals given to the case as it was end with their grants
after the decision           a reviewer                  the decision is void too: whoever releases decides anew
after the delivery           a reviewer, of what came    anything else is corrected by two people
                             later (:data:`LATER`)       (:mod:`.correcting`); what was decided stays as it was
refused, withdrawn, closed   nobody                      closed: corrected by two people
===========================  ==========================  ==========================================================

Whoever states a fact takes part in the intake by that, or in the review: a reviewer who did so neither took the request
in, nor searches, nor hands over. Nothing ends by a statement that changes nothing of what the gate sees.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.disclosure import people, rows
from sekisho.disclosure.attaching import FORMER_DECISIONS, Keep, Papers
from sekisho.disclosure.case_facts import suffices
from sekisho.disclosure.deciding import decisions_of, reopen
from sekisho.disclosure.errors import FactRefused, WrongState
from sekisho.disclosure.facts import CLOSES
from sekisho.disclosure.grants_end import end_grants
from sekisho.disclosure.progress import Event, Part, State
from sekisho.disclosure.reading import checked_value
from sekisho.disclosure.record import DisclosureCase, Fact, Origin
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.stepping import Known, Stepping
from sekisho.engine.facts import Value
from sekisho.store.outbox import SealedLeaf

BEFORE_REVIEW: Final = frozenset({State.RECEIVED, State.QUESTIONED})
DELIVERED: Final = frozenset({State.DELIVERED, State.WAITING})
_OVER: Final = frozenset({State.REFUSED, State.WITHDRAWN, State.CLOSED})
LATER: Final = frozenset(
    {
        *("order.objection_pending", "order.final", "order.case_ended"),
        *("order.filing_notified", "order.filing_in_time", "preservation.withdrawn", "preservation.running"),
    }
)
"""Facts that may come about after an answer: stating one then says nothing of what the answer rested on."""


def declared(case: DisclosureCase, by: Principal) -> DisclosureCase:
    """A request as it is taken in: what it says of itself is declared, by whoever takes it in.

    Raises ``FactRefused`` for a fact that calls itself checked: a check is recorded by whoever made it.
    """
    for name, fact in case.facts.items():
        if fact.origin is Origin.CHECKED:
            raise FactRefused(field=name, problem="a check is recorded in the case by whoever made it")
    facts: Mapping[str, Fact] = {name: replace(fact, by=by.staff_id) for name, fact in case.facts.items()}
    return replace(case, facts=facts)


def set_fact(
    steps: Stepping,
    papers: Papers,
    case_id: str,
    name: str,
    value: bool | int | str,
    *,
    origin: Origin,
    note: str,
    by: Principal,
) -> CaseEntry:
    """State a fact, or record how it was checked. Raises ``FactRefused``, ``ScopeMissing``, ``ProofTooWeak``,
    ``NotApart``, ``WrongState``."""
    known = steps.known(case_id, by)
    case, state = known.case, known.entry.state
    checked_value(name, value)
    if state in _OVER:
        raise WrongState(case=case_id, state=state.value, event="fact")
    part = Part.INTAKE if state in BEFORE_REVIEW else Part.REVIEW
    if part is Part.INTAKE:
        by.require(Scope.DISCLOSURE_INTAKE)
    else:
        by.require(Scope.DISCLOSURE_REVIEW)
        by.require_proof("fact")
    if state in DELIVERED and name not in LATER:
        raise FactRefused(field=name, problem="after the delivery two people correct it: sekisho disclosure correct")
    if origin is Origin.CHECKED and not note.strip():
        raise FactRefused(field=name, problem="how it was checked, and with whom")
    before = case.facts.get(name)
    was_checked = before is not None and before.origin is Origin.CHECKED
    if origin is Origin.DECLARED and was_checked and CLOSES.get(name) is not value:
        raise FactRefused(field=name, problem="it was checked: only another check replaces it")
    said = {"fact": name, "value": value, "origin": origin.value, "note": rows.note(note, "note") if note else ""}
    fact = Fact(value, origin, by.staff_id, steps.workspace.clock.now(), note)
    if _stated(steps, known, before, fact):
        return known.entry
    held = known.parts.get(by.staff_id, set())
    people.require_apart(case_id, by.staff_id, held, part, emergency=known.entry.emergency)
    after = replace(case, facts={**case.facts, name: fact})
    values = {"body": rows.seal_header(steps.workspace.keyring, after)}
    if part is Part.INTAKE or state in DELIVERED or not _changes(known, name, fact):
        return steps.note(known, "fact", said, by=by, values=values, part=part)

    def ended(connection: Connection, now: datetime) -> list[SealedLeaf]:
        return end_grants(steps.workspace, connection, case_id, by=by, now=now)

    if state is not State.DECIDED:
        return steps.note(known, "fact", said, by=by, write=ended, values=values, part=part)
    with steps.workspace.database.read() as connection:
        decided = [one.document() for one in decisions_of(connection, steps.workspace.keyring, case_id)]
    former = papers.prepare(case_id, FORMER_DECISIONS, rows.canonical(decided), keep=Keep.RECORD, by=by)

    def void(connection: Connection, now: datetime) -> list[SealedLeaf]:
        former.write(connection)
        reopen(connection, case_id)
        return ended(connection, now)

    told = {**said, "papers": [former.said]}
    return steps.take(known, Event.VOID, told, by=by, write=void, values=values)


def _stated(steps: Stepping, known: Known, before: Fact | None, fact: Fact) -> bool:
    """Whether the last step stated just this: a crash left in doubt whether it was written."""
    if before is None or replace(before, at=fact.at) != fact:
        return False
    with steps.workspace.database.read() as connection:
        last = rows.last_event(connection, known.entry.id)
    return last is not None and last.by == fact.by and last.event in ("fact", Event.VOID.value)


def _changes(known: Known, name: str, fact: Fact) -> bool:
    """Whether the gate sees anything else once a reviewer has stated ``fact``."""
    reviewers = frozenset(who for who, held in known.parts.items() if Part.REVIEW in held)

    def seen(one: Fact | None, by: frozenset[str]) -> Value | None:
        return one.value if one is not None and suffices(name, one, by) else None

    return seen(known.case.facts.get(name), reviewers) != seen(fact, reviewers | {fact.by})
