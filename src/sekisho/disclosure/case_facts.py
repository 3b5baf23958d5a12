"""What the gate is told of a case: facts that were stated or checked, and those the desk works out itself. Pure.

The gate sees a fact only where the word behind it is enough (:data:`sekisho.disclosure.facts.STATED_BY`): that a paper
or the clerk who typed it says that something holds opens nothing that somebody must look at. What isn't known is left
out: the gate asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from datetime import date
from types import MappingProxyType
from typing import Final

from sekisho.clock import japan_date
from sekisho.disclosure import civil_items
from sekisho.disclosure.facts import CLOSES, STATED_BY, StatedBy
from sekisho.disclosure.kinds import CASE_TYPES, CaseType, DataClass
from sekisho.disclosure.progress import Part
from sekisho.disclosure.record import DisclosureCase, Fact, Item, ItemKind, Origin, SecrecyState
from sekisho.disclosure.rows import Deadline
from sekisho.disclosure.terms import EMERGENCY_REVIEW
from sekisho.engine.facts import Value

_CIVIL = re.compile(r"civil\.(\d+)", re.ASCII)
_NAMED: Final = frozenset({"scope.civil_items_only", "scope.special_items"})
NOT_HEARD: Final[Mapping[str, Value]] = MappingProxyType({"hearing.asked": False})
"""Where nothing was recorded of a hearing."""


def facts_of(
    case: DisclosureCase,
    *,
    on: date,
    parts: Mapping[str, Set[Part]],
    terms: Sequence[Deadline],
    within_order: bool,
    items: Sequence[Item] = (),
    outcome: str | None = None,
    hearing: Mapping[str, Value] = NOT_HEARD,
) -> dict[str, Value]:
    """The facts of a case on a day, about ``items`` (empty: all of its items) whose search gave ``outcome``.

    ``parts`` are those that each person has had in the case, ``within_order`` whether the act was found within the
    request.
    """
    about = items or case.items
    reviewers = frozenset(who for who, held in parts.items() if Part.REVIEW in held)
    believed = {name: fact.value for name, fact in case.facts.items() if suffices(name, fact, reviewers)}
    assumed = _assumed(case, about, believed)
    found: dict[str, Value] = {**assumed, **believed}
    # What the items themselves name isn't argued away: contents beyond the ordinance's, or specially protected ones.
    found.update((name, assumed[name]) for name in _NAMED & assumed.keys() if CLOSES[name] is assumed[name])
    found.update(_of_paper(case, on))
    found.update(_of_people(set().union(*parts.values()), terms))
    found.update(hearing)
    found["scope.specified"] = bool(case.items)
    found["scope.time_bounded"] = bool(case.items)
    found["scope.within_order"] = within_order
    addresses = [item for item in about if item.kind is ItemKind.ADDRESS]
    if addresses:
        found["scope.port_known"] = all(item.port is not None for item in addresses)
    if outcome is not None:
        found["answer.outcome"] = outcome
    return found


def suffices(name: str, fact: Fact, reviewers: frozenset[str]) -> bool:
    """Whether the word behind a fact is enough for the gate to see it; ``reviewers`` are those of its case."""
    needed = STATED_BY[name]
    if needed is StatedBy.DERIVED:
        return False
    if needed is StatedBy.REQUESTER or CLOSES.get(name) is fact.value:
        return True
    return fact.origin is Origin.CHECKED and (needed is StatedBy.INTAKE or fact.by in reviewers)


def _assumed(case: DisclosureCase, items: Sequence[Item], believed: Mapping[str, Value]) -> dict[str, Value]:
    """What follows from the items unless somebody stated otherwise."""
    found: dict[str, Value] = {
        # Items name contents of a closed list, none of which is what was said.
        "scope.content_asked": False,
        "scope.existing_only": all(item.until <= case.received_at for item in items),
        # Nothing is in the log store that no policy declares for a business purpose.
        "data.held_for_business": True,
    }
    classes = {item.data_class for item in items}
    if classes == {DataClass.SECRECY}:
        found["data.tied_to_communication"] = True
    elif classes == {DataClass.SUBSCRIBER}:
        found["data.tied_to_communication"] = False
    numbers = [int(match[1]) for item in items for one in item.wanted if (match := _CIVIL.fullmatch(one))]
    if numbers:
        found.update(civil_items.facts_of(civil_items.items_of(numbers)))
    if numbers or CASE_TYPES[case.type].hears_sender:
        found["scope.civil_items_only"] = all(_CIVIL.fullmatch(one) for item in items for one in item.wanted)
    days = believed.get("preservation.days_asked")
    if case.type is CaseType.PRESERVATION_REQUEST and days is not None:
        found["preservation.days_total"] = days
    return found


def _of_paper(case: DisclosureCase, on: date) -> dict[str, Value]:
    paper, secrecy = case.document, case.secrecy
    found: dict[str, Value] = {
        "requester.kind": case.requester.kind.value,
        "document.number_present": bool(paper.number.strip()),
        "document.legal_provision_named": bool(paper.legal_provision.strip()),
        "secrecy.asked": secrecy.state is not SecrecyState.NONE,
        "secrecy.ordered": secrecy.state is SecrecyState.ORDERED,
    }
    if paper.valid_until is not None:
        found["document.in_date"] = (paper.dated is None or paper.dated <= on) and on <= paper.valid_until
    if secrecy.until is not None:
        found["secrecy.days"] = max((secrecy.until - japan_date(case.received_at)).days, 0)
    return found


def _of_people(parts: set[Part], terms: Sequence[Deadline]) -> dict[str, Value]:
    return {
        "people.reviewed": bool(parts & {Part.REVIEW, Part.OUTSIDE}),
        "people.outside_approver": Part.OUTSIDE in parts,
        "people.review_scheduled": any(term.kind == EMERGENCY_REVIEW and term.state != "cancelled" for term in terms),
    }
