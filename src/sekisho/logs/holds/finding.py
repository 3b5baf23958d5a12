"""Held records of a day that is gone, for a lookup whose grant names the hold.

A vault answers only what lies wholly within its hold's scope: every record that could have named somebody is in it
then, so its answer is worth what the day's own was. Anything else about that day stays *expired*.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection

from sekisho.keys import Keyring
from sekisho.keys.errors import KeyDestroyed
from sekisho.logs.errors import SegmentDamaged, SegmentMissing
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.errors import UnknownHold
from sekisho.logs.holds.rows import HeldSegment, HoldState
from sekisho.logs.holds.scope import FOLLOWED, Followed, Scope
from sekisho.logs.holds.vault import Vault
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.manifest import SegmentEntry, SegmentState


def held_for(
    connection: Connection,
    keyring: Keyring,
    vault: Vault,
    holds: Collection[str],
    kind: LogKind,
    day: date,
    question: Question,
) -> tuple[SegmentEntry, ...] | None:
    """The vault segments that answer ``question`` of a day that is gone; None where none of ``holds`` can."""
    for hold in sorted(holds):
        try:
            entry = hold_rows.find(connection, keyring, hold)
        except UnknownHold:
            continue
        part = hold_rows.parts_of(connection, hold).get((kind, day))
        if entry.state is not HoldState.ACTIVE or entry.terms is None or part is None or part.unreadable:
            continue
        if kind in entry.kinds and _covers(connection, vault, hold, entry.terms.scope, kind, day, question):
            found = hold_rows.segments_of(connection, hold=hold, kind=kind, day=day)
            return tuple(_entry(one) for one in found)
    return None


def _covers(
    connection: Connection, vault: Vault, hold: str, scope: Scope, kind: LogKind, day: date, question: Question
) -> bool:
    if scope.covers(question):
        return True
    if kind not in FOLLOWED or not scope.follow:
        return False
    behind = hold_rows.segments_of(connection, hold=hold, kind=LogKind.AP_NAT, day=day)
    try:
        rows = [vault.rows(one.segment) for one in behind]
    except (KeyDestroyed, SegmentMissing, SegmentDamaged):
        return False
    return any(one.covers(question) for one in Followed.of(rows))


def _entry(one: HeldSegment) -> SegmentEntry:
    return SegmentEntry(
        one.segment,
        one.source_sequence,
        SegmentState.SEALED,
        one.family,
        one.layout,
        None,
        one.rows,
        one.size,
        one.source_root,
        one.made_at,
        one.source_leaf,
    )
