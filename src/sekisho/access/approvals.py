"""One ``Approval`` for everything that needs a second person. Pure.

::

    requested ──approve──▶ approved ──use──▶ used
        │  └────refuse───▶ refused      │
        └──────────── expire ◀──────────┘   (at expires_at, whoever looks)

Whoever asked never approves; whoever approved never uses. What is approved is named by a hash, which the approver
repeats: they approve what they saw. An approval is used once, for that hash.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

import orjson

from sekisho.access.errors import (
    AccessTermsRefused,
    AlreadyDecided,
    ApprovalExpired,
    ApprovalNotGiven,
    ApprovalUsed,
    OwnRequest,
    SubjectChanged,
    TooFewApprovers,
)

MAX_APPROVAL_LIFE: Final = timedelta(days=14)
"""Longest time from request to use. A house limit: what was looked at a fortnight ago is looked at again."""
HASH_BYTES: Final = 32
MAX_DEPTH: Final = 32
"""Deepest nesting of a subject."""

_KIND = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*", re.ASCII)

Json = str | int | bool | None | Sequence["Json"] | Mapping[str, "Json"]
"""What a subject is made of. No floating point: two programs may write one number differently."""


class ApprovalState(StrEnum):
    """Where an approval stands. The last three are final."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    EXPIRED = "expired"
    USED = "used"


@dataclass(frozen=True, slots=True)
class Approval:
    """One request and what became of it. ``state`` may lag behind the clock: ask :func:`state_at`."""

    id: str
    subject_kind: str
    subject_hash: bytes
    requested_by: str
    requested_at: datetime
    expires_at: datetime
    state: ApprovalState = ApprovalState.REQUESTED
    decided_by: str | None = None
    decided_at: datetime | None = None
    used_by: str | None = None
    used_at: datetime | None = None


def subject_hash(kind: str, subject: Mapping[str, Json]) -> bytes:
    """SHA-256 over the kind and the canonical form (sorted keys, UTF-8) of what is to be approved.

    Put in everything the approver relies on; what isn't in it can change afterwards. ``AccessTermsRefused`` for values
    other than text, whole numbers, booleans, null, lists and maps with text keys.
    """
    _check_kind(kind)
    _check_json(subject, 0)
    try:
        body = orjson.dumps(subject, option=orjson.OPT_SORT_KEYS)
    except (TypeError, orjson.JSONEncodeError) as error:
        raise AccessTermsRefused(field="subject", why=str(error)) from None
    return hashlib.sha256(b"sekisho approval/1\x00" + kind.encode("ascii") + b"\x00" + body).digest()


def _check_json(value: object, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise AccessTermsRefused(field="subject", why=f"nested deeper than {MAX_DEPTH}")
    if isinstance(value, Mapping):
        for key, each in value.items():
            if not isinstance(key, str):
                raise AccessTermsRefused(field="subject", why="a key that isn't text")
            _check_json(each, depth + 1)
    elif isinstance(value, list | tuple):
        for each in value:
            _check_json(each, depth + 1)
    elif value is not None and type(value) not in {str, int, bool}:
        raise AccessTermsRefused(field="subject", why=f"a value of type {type(value).__name__}")


def _check_kind(kind: str) -> None:
    if len(kind) > 64 or not _KIND.fullmatch(kind):
        raise AccessTermsRefused(field="subject_kind", why="words of a-z, 0-9 and _, joined by dots, at most 64 long")


def request(
    approval_id: str, kind: str, subject: bytes, *, by: str, at: datetime, expires_at: datetime
) -> Approval:
    """A new request.

    ``subject`` is what :func:`subject_hash` gave. ``AccessTermsRefused`` for a life that isn't allowed.
    """
    _check_kind(kind)
    if len(subject) != HASH_BYTES:
        raise AccessTermsRefused(field="subject_hash", why=f"{len(subject)} bytes, needs {HASH_BYTES}")
    if not at < expires_at <= at + MAX_APPROVAL_LIFE:
        raise AccessTermsRefused(field="expires_at", why=f"from now to {MAX_APPROVAL_LIFE.days} days ahead")
    return Approval(approval_id, kind, subject, by, at, expires_at)


def state_at(approval: Approval, at: datetime) -> ApprovalState:
    """Where it stands at ``at``: an open or approved one is expired from ``expires_at`` on."""
    if approval.state in {ApprovalState.REQUESTED, ApprovalState.APPROVED} and at >= approval.expires_at:
        return ApprovalState.EXPIRED
    return approval.state


def approve(approval: Approval, *, by: str, subject: bytes, at: datetime) -> Approval:
    """Approved by ``by``, who has seen what hashes to ``subject``."""
    _check_decidable(approval, by=by, action="approve", at=at)
    _check_subject(approval, approval.subject_kind, subject)
    return replace(approval, state=ApprovalState.APPROVED, decided_by=by, decided_at=at)


def refuse(approval: Approval, *, by: str, at: datetime) -> Approval:
    """Refused by ``by``."""
    _check_decidable(approval, by=by, action="refuse", at=at)
    return replace(approval, state=ApprovalState.REFUSED, decided_by=by, decided_at=at)


def expire(approval: Approval, *, at: datetime) -> Approval:
    """Marked as expired if it is at ``at``; otherwise unchanged."""
    return replace(approval, state=state_at(approval, at))


def use(approval: Approval, *, kind: str, subject: bytes, by: str, at: datetime) -> Approval:
    """Used by ``by`` for exactly what was approved."""
    state = state_at(approval, at)
    if state is ApprovalState.EXPIRED:
        raise _expired(approval)
    if state is ApprovalState.USED:
        raise ApprovalUsed(approval_id=approval.id)
    if state is not ApprovalState.APPROVED:
        raise ApprovalNotGiven(approval_id=approval.id, state=state.value)
    _check_subject(approval, kind, subject)
    if by == approval.decided_by:
        raise OwnRequest(staff_id=by, action="use an approval they gave")
    return replace(approval, state=ApprovalState.USED, used_by=by, used_at=at)


def check_approvers(approvals: Sequence[Approval], needed: int) -> None:
    """``TooFewApprovers`` unless ``needed`` different people decided ``approvals``. Says nothing of their states."""
    people = {approval.decided_by for approval in approvals if approval.decided_by is not None}
    if len(people) < needed:
        raise TooFewApprovers(needed=needed, given=len(people))


def _check_decidable(approval: Approval, *, by: str, action: str, at: datetime) -> None:
    if by == approval.requested_by:
        raise OwnRequest(staff_id=by, action=action)
    state = state_at(approval, at)
    if state is ApprovalState.EXPIRED:
        raise _expired(approval)
    if state is not ApprovalState.REQUESTED:
        raise AlreadyDecided(approval_id=approval.id, state=state.value)


def _check_subject(approval: Approval, kind: str, subject: bytes) -> None:
    if kind != approval.subject_kind or subject != approval.subject_hash:
        raise SubjectChanged(approval_id=approval.id)


def _expired(approval: Approval) -> ApprovalExpired:
    return ApprovalExpired(approval_id=approval.id, expires_at=approval.expires_at.isoformat())
