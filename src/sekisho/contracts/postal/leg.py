"""Postings and what the post tells of them, read strictly; and the evidence that follows. Pure.

A delivery event is one of

- ``sent``: tracking number, kind of post and address. Nothing is decided by it;
- ``delivered``: with what the postman reported, where the kind of post reports (特定事項伝達型本人限定受取郵便);
- ``returned``: the item came back, whatever the reason. The person's identity is not verified by it.

The legal act's day is the day of delivery (Ordinance art. 8(2)), as the post tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sekisho.clock import japan_date
from sekisho.contracts.errors import WrongValue
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.field_reading import as_identifier, as_moment, as_object, need, only
from sekisho.contracts.postal.errors import (
    DeliveryBeforeSending,
    DeliveryInFuture,
    PostingExists,
    PostingReturned,
    PostingUnknown,
)

MAX_EVENTS = 40
"""Events of one decision: an item is sent again a few times at most."""

POSTS = ("registered_non_forwarding", "addressee_only", "addressee_only_with_identity")
"""The kinds of post a method of the Ordinance closes with. Ordinary post shows nothing."""

ADDRESSES = tuple(CATALOGUE.evidence["postal_item"].attributes["addressed_to"].values)
PERSONS = ("subject", "representative")

_STATED_BY_EVENT = frozenset({"person", "at", "post", "addressed_to", "delivered", "delivery_failed"})
_REPORTABLE = frozenset(CATALOGUE.evidence["postal_item"].attributes) - _STATED_BY_EVENT | {
    "name",
    "address",
    "birth_date",
    "identifier",
}
_FIELDS = {
    "sent": {"event", "tracking_number", "at", "post", "addressed_to", "person"},
    "delivered": {"event", "tracking_number", "at", "reported"},
    "returned": {"event", "tracking_number", "at"},
}


class EventKind(StrEnum):
    """What happened to the item."""

    SENT = "sent"
    DELIVERED = "delivered"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """One event. ``at`` is aware. Of ``sent``: kind of post, address, person; of ``delivered``: what was reported."""

    kind: EventKind
    tracking_number: str
    at: datetime
    post: str | None = None
    addressed_to: str | None = None
    person: str | None = None
    reported: Mapping[str, Any] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As JSON values: what is kept, and what tells two events apart."""
        made: dict[str, Any] = {
            "event": self.kind.value,
            "tracking_number": self.tracking_number,
            "at": self.at.isoformat(),
        }
        if self.kind is EventKind.SENT:
            made |= {"post": self.post, "addressed_to": self.addressed_to, "person": self.person}
        if self.kind is EventKind.DELIVERED:
            made["reported"] = dict(self.reported)
        return made


def read_event(written: Mapping[str, Any]) -> DeliveryEvent:
    """Read an event. Raises an ``ApplicationRefused`` that names the field."""
    name = need(written, "event", "")
    if not isinstance(name, str) or name not in _FIELDS:
        raise WrongValue(field="event", expected="one of " + ", ".join(_FIELDS))
    only(written, _FIELDS[name], "")
    kind = EventKind(name)
    number = as_identifier(need(written, "tracking_number", ""), "tracking_number")
    at = as_moment(need(written, "at", ""), "at")
    if kind is EventKind.SENT:
        address = _one_of(written, "addressed_to", ADDRESSES)
        implied = "representative" if address == "representative_residence" else "subject"
        person = _one_of(written, "person", PERSONS) if "person" in written else implied
        return DeliveryEvent(kind, number, at, _one_of(written, "post", POSTS), address, person)
    reported = as_object(written.get("reported", {}), "reported")
    only(reported, set(_REPORTABLE), "reported")
    return DeliveryEvent(kind, number, at, reported=reported)


def require_possible(event: DeliveryEvent, earlier: Sequence[DeliveryEvent], *, decision: str, now: datetime) -> None:
    """Refuse an event that can't follow ``earlier``. Says nothing of what was recorded before in the same words."""
    if event.at > now:
        raise DeliveryInFuture(at=event.at.isoformat(), now=now.isoformat())
    same = [each for each in earlier if each.tracking_number == event.tracking_number]
    if event.kind is EventKind.SENT:
        if same:
            raise PostingExists(decision=decision)
        if len(earlier) >= MAX_EVENTS:
            raise WrongValue(field="event", expected=f"one of at most {MAX_EVENTS} of one decision")
        return
    sent = next((each for each in same if each.kind is EventKind.SENT), None)
    if sent is None:
        raise PostingUnknown(decision=decision)
    if event.at < sent.at:
        raise DeliveryBeforeSending(at=event.at.isoformat(), sent_at=sent.at.isoformat())
    if any(each.kind is EventKind.RETURNED for each in same):
        raise PostingReturned(decision=decision)


def postal_items(events: Iterable[DeliveryEvent]) -> list[dict[str, Any]]:
    """The evidence of all postings: one item each, as it stands after ``events``."""
    made: dict[str, dict[str, Any]] = {}
    for event in events:
        day = japan_date(event.at).isoformat()
        if event.kind is EventKind.SENT:
            made[event.tracking_number] = {
                "kind": "postal_item",
                "person": event.person,
                "at": day,
                "post": event.post,
                "addressed_to": event.addressed_to,
                "delivered": False,
                "delivery_failed": False,
                "identifier": event.tracking_number,
            }
        elif event.kind is EventKind.DELIVERED:
            made[event.tracking_number] |= {"identifier": event.tracking_number, **event.reported}
            made[event.tracking_number] |= {"at": day, "delivered": True, "delivery_failed": False}
        else:
            made[event.tracking_number] |= {"at": day, "delivered": False, "delivery_failed": True}
    return list(made.values())


def replaces(item: Mapping[str, Any], posted: Sequence[Mapping[str, Any]]) -> bool:
    """Whether an item of the application stood for one of ``posted`` before anything was told of it."""
    told = ("person", "post", "addressed_to")
    return (
        item.get("kind") == "postal_item"
        and item.get("delivered") is not True
        and any(all(item.get(name) == each[name] for name in told) for each in posted)
    )


def _one_of(written: Mapping[str, Any], name: str, values: Sequence[str]) -> str:
    value = need(written, name, "")
    if not isinstance(value, str) or value not in values:
        raise WrongValue(field=name, expected="one of " + ", ".join(values))
    return value
