"""What each change of access is told to the ledger as. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class AccessEventKind(StrEnum):
    """Kinds of leaves this package gives rise to."""

    STAFF_ADDED = "access.staff_added"
    STAFF_LEFT = "access.staff_left"
    ROLE_GRANTED = "access.role_granted"
    ROLE_REVOKED = "access.role_revoked"
    TOKEN_ISSUED = "access.token_issued"  # noqa: S105  a kind of event
    TOKEN_REVOKED = "access.token_revoked"  # noqa: S105  a kind of event
    APPROVAL_REQUESTED = "access.approval_requested"
    APPROVAL_APPROVED = "access.approval_approved"
    APPROVAL_REFUSED = "access.approval_refused"
    APPROVAL_EXPIRED = "access.approval_expired"
    APPROVAL_USED = "access.approval_used"


@dataclass(frozen=True, slots=True)
class AccessEvent:
    """One change, for the ledger. ``body`` holds ids, roles, scopes, states, hashes in hex, and times as RFC 3339 text.

    Never a token, a secret or its hash, nor a person's name. The caller writes it to the outbox in the same
    transaction.
    """

    kind: AccessEventKind
    at: datetime
    body: Mapping[str, str | int | bool | list[str] | None]


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """What a change gave, and the events to write with it: usually one."""

    value: T
    events: tuple[AccessEvent, ...]

    @property
    def event(self) -> AccessEvent:
        """The event, of a change that has exactly one."""
        (event,) = self.events
        return event
