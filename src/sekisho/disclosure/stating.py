"""Facts of a case: who may state them, and when. No single person opens the gate by what they say.

Before the review whoever states a fact takes part in the intake, so that somebody else looks at it when reviewing.
After it only a reviewer states one, with a token shown, and takes part in the review by that: neither whoever took the
request in, nor whoever searches, nor whoever hands over can.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.disclosure import people, rows
from sekisho.disclosure.errors import FactRefused, WrongState
from sekisho.disclosure.facts import CLOSES
from sekisho.disclosure.progress import Part, State
from sekisho.disclosure.reading import checked_value
from sekisho.disclosure.record import DisclosureCase, Fact, Origin
from sekisho.disclosure.rows import CaseEntry
from sekisho.disclosure.stepping import Stepping

BEFORE_REVIEW: Final = frozenset({State.RECEIVED, State.QUESTIONED})
_OVER: Final = frozenset({State.REFUSED, State.WITHDRAWN, State.CLOSED})


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
    steps: Stepping, case_id: str, name: str, value: bool | int | str, *, origin: Origin, note: str, by: Principal
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
    if origin is Origin.CHECKED and not note.strip():
        raise FactRefused(field=name, problem="how it was checked, and with whom")
    before = case.facts.get(name)
    was_checked = before is not None and before.origin is Origin.CHECKED
    if origin is Origin.DECLARED and was_checked and CLOSES.get(name) is not value:
        raise FactRefused(field=name, problem="it was checked: only another check replaces it")
    said = {"fact": name, "value": value, "origin": origin.value, "note": rows.note(note, "note") if note else ""}
    if steps.repeated(known, "fact", said, state, by):
        return known.entry
    held = known.parts.get(by.staff_id, set())
    people.require_apart(case_id, by.staff_id, held, part, emergency=known.entry.emergency)
    fact = Fact(value, origin, by.staff_id, steps.workspace.clock.now(), note)
    after = replace(case, facts={**case.facts, name: fact})
    values = {"body": rows.seal_header(steps.workspace.keyring, after)}
    return steps.note(known, "fact", said, by=by, values=values, part=part)
