"""One case as people look at it: the request, where it stands, who did what, what runs, what may come next.

For those who may know of the case; nothing of what was found stands here (:meth:`.deciding.Deciding.results` asks who
may see that).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sekisho.access.principal import Principal
from sekisho.disclosure.attaching import Paper
from sekisho.disclosure.emergency import EMERGENCIES
from sekisho.disclosure.hearing.record import Hearing
from sekisho.disclosure.holding import HOLD_TYPES
from sekisho.disclosure.intake.same_paper import same_as
from sekisho.disclosure.kinds import CASE_TYPES, CaseType
from sekisho.disclosure.outcome_rows import Result
from sekisho.disclosure.progress import TRANSITIONS, Event, allowed
from sekisho.disclosure.rows import CaseEntry, Deadline
from sekisho.disclosure.search.unasked import words_of
from sekisho.disclosure.service import DisclosureService

HOLDS_FIRST: Final = frozenset(HOLD_TYPES) | {CaseType.PRESERVATION_EXTENSION}
"""Types of request that ask for keeping, and for nothing to be searched."""


def overview(service: DisclosureService, case_id: str, *, by: Principal) -> dict[str, Any]:
    """As JSON values. Raises ``UnknownCase``, ``ScopeMissing``."""
    entry = service.find(case_id, by=by)
    return {
        **entry.document(),
        "title": title_of(entry),
        "parts": {who: sorted(parts) for who, parts in sorted(service.parts(case_id, by=by).items())},
        "deadlines": [deadline_document(one) for one in service.deadlines(case_id, by=by)],
        "same_paper": same_as(service.steps.workspace, case_id, by=by),
        "papers": [paper_document(one) for one in service.papers.every(case_id, by=by)],
        "decisions": []
        if entry.case is None
        else [one.document() for one in service.deciding.decisions(case_id, by=by)],
        "may_follow": [
            {
                "event": event.value,
                "title": {"ja": TRANSITIONS[event].title.ja, "en": TRANSITIONS[event].title.en},
                "scopes": sorted(scope.value for scope in TRANSITIONS[event].scopes),
                "token_needed": TRANSITIONS[event].proven,
            }
            for event in may_follow(entry)
        ],
    }


def may_follow(entry: CaseEntry) -> tuple[Event, ...]:
    """The steps that may come next for a case of its type, in the order of the table; the law is asked by the step."""
    spec, holds = CASE_TYPES[entry.type], entry.type in HOLDS_FIRST
    left = {
        Event.EMERGENCY: entry.type not in EMERGENCIES,
        Event.HEAR: not spec.hears_sender or entry.secret,
        Event.HOLD: not holds,
        Event.SEARCH: holds,
        Event.FIND: holds,
        # Nobody takes it by itself: a statement brings it about.
        Event.VOID: True,
    }
    return tuple(event for event in TRANSITIONS if event in allowed(entry.state) and not left.get(event, False))


def listed(entry: CaseEntry) -> dict[str, Any]:
    """One line of a list: the request without its items."""
    made = entry.document()
    return {**made, "title": title_of(entry), "case": None if entry.case is None else entry.case.header()}


def title_of(entry: CaseEntry) -> dict[str, str]:
    """What the type of request is called."""
    title = CASE_TYPES[entry.type].title
    return {"ja": title.ja, "en": title.en}


def deadline_document(one: Deadline) -> dict[str, Any]:
    """As JSON values."""
    return {
        "kind": one.kind,
        "started_on": one.started_on.isoformat(),
        "due_on": one.due_on.isoformat(),
        "state": one.state,
        "ended_at": None if one.ended_at is None else one.ended_at.isoformat(),
        "ended_by": one.ended_by,
        "party": one.party,
    }


def paper_document(one: Paper) -> dict[str, Any]:
    """As JSON values, without the content."""
    return {
        "id": one.id,
        "kind": one.kind,
        "keep": one.keep.value,
        "size": one.size,
        "made_at": one.made_at.isoformat(),
        "made_by": one.made_by,
    }


def hearing_document(found: Hearing, to_be_told: Sequence[str]) -> dict[str, Any]:
    """A hearing as JSON values. ``to_be_told``: who must still be told of an order."""
    return {
        "inquiries": [one.document() for one in found.inquiries],
        "unheard": [one.document() for one in found.unheard],
        "told": {who: day.isoformat() for who, day in sorted(found.told.items())},
        "to_be_told": list(to_be_told),
    }


def results_document(found: Iterable[Result]) -> list[dict[str, Any]]:
    """What was found, as JSON values, for who was let see it."""
    return [
        {
            "number": one.number,
            "outcome": one.outcome.value,
            "lack": one.lack,
            # What to do about an item that no log here can answer: never told as if nothing had been found.
            "advice": None if (words := words_of(one.lack)) is None else {"ja": words.ja, "en": words.en},
            "age_days": one.age_days,
            "answers": [dict(answer) for answer in one.answers],
        }
        for one in found
    ]
