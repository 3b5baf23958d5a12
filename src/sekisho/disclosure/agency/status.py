"""How an agency's requests stand, in TS 103 120 objects: the status of a task, what was asked back, what was delivered.

Only what whoever asked may be told: that people are at work, never who, nor what the search found before it is handed
over. Every status is this profile's own (:data:`sekisho.disclosure.agency.profile.OWNER`).
"""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

from sekisho.disclosure.agency.errors import REFUSED_BY_DESK
from sekisho.disclosure.agency.objects import Stored
from sekisho.disclosure.agency.profile import (
    AUTHORISATION,
    COUNTRY,
    DELIVERY,
    DOCUMENT,
    LP_TASK,
    NOTIFICATION,
    OWNER,
    end_of,
    entry,
    xsi,
)
from sekisho.disclosure.deadlines import DeadlineKind
from sekisho.disclosure.progress import Event, State
from sekisho.disclosure.rows import CaseEntry, Deadline
from sekisho.disclosure.timeline import TimelineEntry

_SPACE: Final = uuid.UUID("6f1f2a0c-6a5f-5d0e-9a52-1c6a3a1b7d10")
"""Where ids of derived objects come from: the same thing has always the same id."""

WORKING: Final = "InProgress"
CANCEL_ASKED: Final = "cancel_asked"
"""The step that records an agency's wish to end a preservation that runs."""
_DISCLOSURE: Final = {
    State.RECEIVED: "AwaitingReview",
    State.QUESTIONED: "AwaitingInformation",
    State.REVIEWED: WORKING,
    State.SEARCHING: WORKING,
    State.FOUND: WORKING,
    State.HEARING: WORKING,
    State.DECIDED: WORKING,
    State.DELIVERED: "Disclosed",
    State.WAITING: "Disclosed",
    State.REFUSED: "Rejected",
    State.WITHDRAWN: "Cancelled",
}
_PRESERVATION: Final = {**_DISCLOSURE, State.HOLDING: "Preserved"}
_ENDS_HOLD: Final = ("hold_released", "hold_ended")
"""Steps after which nothing is kept any more: people released it, or its last day has passed."""
_NOTIFIED: Final = {
    Event.QUESTION.value: "InformationRequested",
    Event.HOLD.value: "Preserved",
    Event.DELIVER.value: "Delivered",
    Event.WITHDRAW.value: "Cancelled",
    Event.CLOSE.value: "Closed",
    **dict.fromkeys(_ENDS_HOLD, "PreservationEnded"),
}
_REFUSE: Final = f"{Event.REFUSE.value}."


class Delivered(Protocol):
    """Something that was handed over in a case, as far as a message shows it."""

    @property
    def id(self) -> str:
        """What it is called in the case."""
        ...

    @property
    def at(self) -> datetime:
        """When it was handed over."""
        ...

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What is in it, as JSON values."""
        ...

    @property
    def package(self) -> bytes:
        """The encrypted package."""
        ...

    @property
    def content_type(self) -> str:
        """The package's media type."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A task's case as of now."""

    entry: CaseEntry
    events: Sequence[TimelineEntry]
    terms: Sequence[Deadline]


def derived_id(*parts: str) -> str:
    """The id of an object that stands for something here."""
    return str(uuid.uuid5(_SPACE, "/".join(parts)))


def text_of(at: datetime) -> str:
    """A time as the specification writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def told(one: TimelineEntry) -> Mapping[str, Any]:
    """What a step said; empty once the case's key is gone."""
    found: Mapping[str, Any] = (one.said or {}).get("said", {})
    return found


def status_of(standing: Standing, *, task: str) -> str:
    """The status of a task of a type."""
    table = _PRESERVATION if task == LP_TASK else _DISCLOSURE
    state, names = standing.entry.state, [one.event for one in standing.events]
    if not set(_ENDS_HOLD).isdisjoint(names):
        return "PreservationEnded"
    if CANCEL_ASKED in names and state is State.HOLDING:
        return "CancellationRequested"
    if state is not State.CLOSED:
        return table.get(state, WORKING)
    if any(name.startswith(_REFUSE) for name in names):
        return "Rejected"
    for event, name in ((Event.WITHDRAW, "Cancelled"), (Event.HOLD, "PreservationEnded"), (Event.DELIVER, "Disclosed")):
        if event.value in names:
            return name
    return "NotDisclosed"


def shown(stored: Stored, standing: Standing | None) -> dict[str, Any]:
    """An object as its sender gets it back: as sent, and how it stands."""
    found = dict(stored.content)
    found["Generation"], found["LastChanged"] = stored.generation, text_of(stored.received_at)
    if stored.type == AUTHORISATION:
        found["auth:AuthorisationStatus"] = entry("AuthorisationStatus", "Received")
        found["auth:AuthorisationServedTimestamp"] = text_of(stored.received_at)
    elif stored.type == DOCUMENT:
        found["doc:DocumentStatus"] = entry("DocumentStatus", "Received")
    elif standing is not None:
        found["task:Status"] = entry("TaskStatus", status_of(standing, task=stored.type))
        found["LastChanged"] = text_of(_changed_at(stored, standing.events))
        refused = [one.event.removeprefix(_REFUSE) for one in standing.events if one.event.startswith(_REFUSE)]
        if refused:
            found["task:StatusReason"] = {"ErrorCode": REFUSED_BY_DESK, "ErrorDescription": refused[-1]}
        until = held_until(standing.terms)
        if stored.type == LP_TASK and until is not None:
            found["task:PreservationExpiration"] = end_of(until)
    return found


def held_until(terms: Iterable[Deadline]) -> date | None:
    """The last day of a running preservation."""
    days = [one.due_on for one in terms if one.kind == DeadlineKind.PRESERVATION.value and one.state == "open"]
    return max(days, default=None)


def notifications(task: str, standing: Standing) -> list[dict[str, Any]]:
    """What happened in a case that whoever asked is told of, in order. Of a question its words, which are theirs."""
    found = []
    for one in standing.events:
        refused = one.event.startswith(_REFUSE)
        kind = "Rejected" if refused else _NOTIFIED.get(one.event)
        if kind is None:
            continue
        details = str(told(one).get("question", "")) if one.event == Event.QUESTION.value else ""
        found.append(
            {
                "@xsi:type": xsi(NOTIFICATION),
                "ObjectIdentifier": derived_id(standing.entry.id, "notification", one.leaf),
                "CountryCode": COUNTRY,
                "OwnerIdentifier": OWNER,
                "Generation": 1,
                "AssociatedObjects": {"AssociatedObject": [task]},
                "LastChanged": text_of(one.at),
                "notification:NotificationDetails": one.event.removeprefix(_REFUSE) if refused else details,
                "notification:NotificationType": entry("NotificationType", kind),
                "notification:NewNotification": True,
                "notification:NotificationTimestamp": text_of(one.at),
            }
        )
    return found


def delivery(task: Stored, case_id: str, one: Delivered, *, reference: str) -> dict[str, Any]:
    """Something that was handed over: its manifest, and the package as it was encrypted for the agency."""
    object_id = derived_id(case_id, "delivery", one.id)
    return {
        "@xsi:type": xsi(DELIVERY),
        "ObjectIdentifier": object_id,
        "CountryCode": COUNTRY,
        "OwnerIdentifier": OWNER,
        "Generation": 1,
        "AssociatedObjects": {"AssociatedObject": [task.id]},
        "LastChanged": text_of(one.at),
        "delivery:Reference": {"delivery:LDID": reference},
        "delivery:DeliveryID": object_id,
        "delivery:SequenceNumber": 0,
        "delivery:LastSequence": True,
        "delivery:Manifest": {
            "delivery:ExternalSchema": {
                "delivery:ManifestID": one.id,
                "delivery:ManifestContents": {"delivery:JSONSchema": dict(one.manifest)},
            }
        },
        "delivery:Delivery": {
            "delivery:BinaryData": {
                "delivery:Data": base64.b64encode(one.package).decode(),
                "delivery:ContentType": one.content_type,
                "delivery:Checksum": hashlib.sha256(one.package).hexdigest(),
                "delivery:ChecksumType": "SHA-256",
            }
        },
    }


def record_of(found: Mapping[str, Any], name: str) -> dict[str, Any]:
    """An object's line in a list."""
    line = {
        "ObjectType": entry("ObjectType", name),
        "Identifier": found["ObjectIdentifier"],
        "Generation": found.get("Generation", 1),
    }
    for key in ("CountryCode", "OwnerIdentifier", "ExternalIdentifier", "LastChanged"):
        if key in found:
            line[key] = found[key]
    return line


def _changed_at(stored: Stored, events: Iterable[TimelineEntry]) -> datetime:
    return max((one.at for one in events), default=stored.received_at)
