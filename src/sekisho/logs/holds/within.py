"""Changes of a hold within a transaction that somebody else commits: the step of a case and what becomes of its holds
are one commit, so that no crash leaves one without the other.

Each function gives the leaf that says what it wrote, to be sealed with that commit. Nothing here asks who may: the
caller has, and the rules of each type are :mod:`sekisho.logs.holds.rules`'s.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.clock import japan_date
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.errors import ExtensionRefused, HoldRecordsDestroyed
from sekisho.logs.holds.rows import HoldEntry, HoldState
from sekisho.logs.holds.rules import HOLDS, ReleaseReason, require_extension
from sekisho.logs.holds.vault import hold_key
from sekisho.store.outbox import SealedLeaf
from sekisho.workspace import Workspace

HOLD_LEAF: Final = "log.hold"


def nothing(connection: Connection, hold: str, now: datetime) -> None:
    """Nothing is written beside a hold."""
    del connection, hold, now


def leaf(workspace: Workspace, hold: str, said: dict[str, Any], by: Principal, now: datetime) -> SealedLeaf:
    """What somebody did to a hold; under the hold's key, since it may name whom the hold is about."""
    return _sealed(workspace, hold, {"hold": hold, **said, "by": by.staff_id, "proof": by.proof.value}, now)


def withdraw(
    workspace: Workspace, connection: Connection, entry: HoldEntry, *, by: Principal, now: datetime
) -> SealedLeaf:
    """Withdraw one that nobody approved yet. Its key is left: :meth:`.Holds.forget` destroys it. Raises
    ``HoldDecided``."""
    hold_rows.move(connection, entry.id, HoldState.REQUESTED, HoldState.WITHDRAWN)
    return leaf(workspace, entry.id, {"state": HoldState.WITHDRAWN.value}, by, now)


def release(
    workspace: Workspace,
    connection: Connection,
    entry: HoldEntry,
    reason: ReleaseReason,
    paper: dict[str, Any],
    *,
    by: str,
    now: datetime,
) -> SealedLeaf:
    """Let one go that stands, finished or not: from then on nothing is found through it, and ``sekisho due`` destroys
    its vault. ``paper`` is what it rests on. Raises ``HoldDecided`` where it moved meanwhile, ``HoldRecordsDestroyed``.
    """
    if entry.terms is None or entry.papers is None:
        raise HoldRecordsDestroyed(hold=entry.id)
    said = {"what": "release", "reason": reason.value, **paper}
    body = hold_rows.seal_body(workspace.keyring, entry.id, entry.terms, (*entry.papers, said))
    hold_rows.move(
        connection, entry.id, entry.state, HoldState.RELEASING, body=body, release_reason=reason.value
    )
    return _sealed(workspace, entry.id, {"hold": entry.id, "state": HoldState.RELEASING.value, **said, "by": by}, now)


def extend(
    workspace: Workspace,
    connection: Connection,
    entry: HoldEntry,
    until: date,
    *,
    document: str,
    document_date: date,
    checked: str,
    why: str,
    by: Principal,
    now: datetime,
) -> SealedLeaf:
    """Extend one that ends on a day. ``why``: what makes it specially needed (刑訴法197条4項: 特に必要があるとき).

    Raises ``ExtensionRefused``, ``HoldDecided``, ``HoldRecordsDestroyed``.
    """
    today, spec = japan_date(now), HOLDS[entry.type]
    require_extension(entry.type, entry.received, entry.until, until, today=today)
    if not why.strip():
        raise ExtensionRefused(problem=f"what makes it needed ({spec.source})")
    if spec.written and not (document.strip() and checked.strip()):
        raise ExtensionRefused(problem=f"a document, and how it was checked ({spec.source})")
    if document_date > today:
        raise ExtensionRefused(problem="a document of a day that has come")
    paper = {
        "what": "extension",
        "until": until.isoformat(),
        "document": document,
        "document_date": document_date.isoformat(),
        "checked": checked,
        "why": why,
        "received": today.isoformat(),
    }
    return add_paper(
        workspace, connection, entry, paper, by=by, now=now, until=until, extensions=entry.extensions + 1
    )


def add_paper(
    workspace: Workspace,
    connection: Connection,
    entry: HoldEntry,
    paper: dict[str, Any],
    *,
    by: Principal,
    now: datetime,
    **values: Any,
) -> SealedLeaf:
    """Keep with an active hold what came later, and what changes by it (``values``). Raises ``HoldDecided``,
    ``HoldRecordsDestroyed``."""
    if entry.terms is None or entry.papers is None:
        raise HoldRecordsDestroyed(hold=entry.id)
    terms = replace(entry.terms, until=values.get("until", entry.terms.until))
    body = hold_rows.seal_body(workspace.keyring, entry.id, terms, (*entry.papers, paper))
    hold_rows.change(connection, entry.id, body=body, **values)
    return leaf(workspace, entry.id, paper, by, now)


def _sealed(workspace: Workspace, hold: str, said: dict[str, Any], now: datetime) -> SealedLeaf:
    body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
    return workspace.seal(kind=HOLD_LEAF, owner=hold_key(hold), body=body, at=now)
