"""Many entries of the operator's own list from one file: read whole and checked first, then entered in pieces.

What is wrong with any line refuses the file, and nothing of it is entered. Killed between two pieces, it is loaded
again: what stands there already stays as it is. No more is held in memory than the entries that differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any, BinaryIO, Final

from sqlalchemy import Connection

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.desk import Desk, checked_text
from sekisho.calls.entries import ENTRY_LEAF, MOST_WIDE, OPERATOR_LIFE, STOPPED, Entries, ListName
from sekisho.calls.errors import EntryRefused, ListRefused
from sekisho.calls.listing.covers import Covers, Protection, read_covers
from sekisho.calls.listing.signed import MOST_SHOWN, read_action, read_expiry, read_reason, rows_of
from sekisho.calls.numbers import Numbering
from sekisho.calls.screening.lookups import Wish
from sekisho.calls.screening.number_keys import Span
from sekisho.store.outbox import SealedLeaf

MOST_ENTRIES: Final = 1_000_000
"""Entries of one file that differ. A house limit, above the 600,000 that are asked for."""
PIECE: Final = 2_000
"""Entries of one transaction."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What one line asks for."""

    action: Wish
    sip_status: int | None
    reason: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file."""

    sha256: str
    lines: int
    entered: int
    duplicates: int
    already: int
    freed: int

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "sha256": self.sha256, "lines": self.lines, "entered": self.entered, "duplicates": self.duplicates,
            "already": self.already, "left_freed": self.freed,
        }  # fmt: skip


class Loading:
    """Loads files into one workspace's list. Thread-safe."""

    def __init__(self, desk: Desk, entries: Entries) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._entries = desk, entries

    def load(self, file: BinaryIO, *, source: str, expires: datetime | None = None, by: Principal) -> Loaded:
        """Enter every line of CSV (with a header) or JSON Lines: ``number`` | ``prefix`` | ``from``, ``to``;
        ``action``, ``reason``, ``expires`` (or ``expires`` here, for lines without), ``sip_status``. Of several lines
        about the same the last counts. Numbers that were freed stay free: they are left out, and counted.

        Raises ``ListRefused`` (how many lines are wrong, and the first of them), ``EntryRefused``, ``ScopeMissing``.
        """
        by.require(Scope.REQUEST)
        note = checked_text(source, most=500)
        if note is None:
            raise EntryRefused(field="source", problem="1 to 500 characters: where it is known from")
        lines, wanted = self._read(file, expires)
        digest, pairs = _digest(file), iter(wanted.items())
        entered = already = freed = 0
        while piece := list(islice(pairs, PIECE)):
            made = self._piece(piece, note, digest, by)
            entered, already, freed = entered + made[0], already + made[1], freed + made[2]
        return Loaded(digest, lines, entered, lines - len(wanted), already, freed)

    def _piece(
        self, piece: list[tuple[Covers, Wanted]], source: str, digest: str, by: Principal
    ) -> tuple[int, int, int]:
        desk, now = self._desk, self._desk.now()

        def write(connection: Connection) -> tuple[int, int, int]:
            desk.alone(connection)
            return self._enter(connection, piece, source, by, now)

        def told(made: tuple[int, int, int]) -> list[SealedLeaf]:
            said = {"list": ListName.OPERATOR.value, "file": digest, "entered": made[0], "left_freed": made[2]}
            return [desk.leaf(ENTRY_LEAF, said, by, now)]

        return desk.workspace.commit(write, told).value

    def _read(self, file: BinaryIO, expires: datetime | None) -> tuple[int, Mapping[Covers, Wanted]]:
        desk, now = self._desk, self._desk.now()
        numbering, protection = desk.numbering(), desk.protection()
        found: dict[Covers, Wanted] = {}
        wrong, shown, lines = 0, list[str](), 0
        for number, row in rows_of(file):
            lines += 1
            try:
                covers, one = _line(row, numbering, protection, expires, now)
            except EntryRefused as error:
                wrong += 1
                if len(shown) < MOST_SHOWN:
                    shown.append(f"{number}: {error.fields['field']}: {error.fields['problem']}")
                continue
            found[covers] = one
            if len(found) > MOST_ENTRIES:
                raise ListRefused(lines=1, first=f"{number}: more than {MOST_ENTRIES} entries")
        wide = sum(covers.wide for covers in found)
        if not wrong and wide > MOST_WIDE:
            wrong, shown = 1, [f"at most {MOST_WIDE} ranges"]
        with desk.workspace.database.read() as connection:
            listed = self._entries.listed_spans(connection)
        if not wrong and protection.holds_own([*listed, *_listed(found)]):
            wrong, shown = 1, ["its lines together hold the whole of an own range (own_range)"]
        if wrong or not lines:
            raise ListRefused(lines=wrong, first="; ".join(shown) or "the file is empty")
        return lines, found

    def _enter(
        self, connection: Connection, piece: list[tuple[Covers, Wanted]], source: str, by: Principal, now: datetime
    ) -> tuple[int, int, int]:
        entered = already = freed = 0
        names = (ListName.OPERATOR, ListName.FREED)
        keys = sorted({*self._desk.keys_used(connection), self._desk.key()})
        for covers, one in piece:
            there = self._entries.on(connection, covers, names=names, keys=keys)
            free = [each for each in there if each.list is ListName.FREED]
            if any(each.expires is None or each.expires > now for each in free) and one.action is not Wish.PASS:
                freed += 1
                continue
            same = [each for each in there if each.list is ListName.OPERATOR and each.reason != STOPPED]
            if same and (same[0].action, same[0].sip_status, same[0].expires) == (
                one.action, one.sip_status, one.expires,
            ):  # fmt: skip
                already += 1
                continue
            self._entries.end(connection, [each.id for each in same], by=by, now=now)
            self._entries.insert(
                connection, ListName.OPERATOR, covers, action=one.action, reason=one.reason, expires=one.expires, by=by,
                now=now, sip_status=one.sip_status, said={"source": source, "relist_reason": None},
            )  # fmt: skip
            entered += 1
        return entered, already, freed


def _listed(found: Mapping[Covers, Wanted]) -> Iterator[Span]:
    for covers, one in found.items():
        if covers.wide and one.action is not Wish.PASS:
            yield from covers.spans()


def _digest(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.hexdigest()


_FIELDS: Final = frozenset({"number", "prefix", "from", "to", "action", "reason", "expires", "sip_status"})


def _line(
    row: Mapping[str, Any] | str, numbering: Numbering, protection: Protection, expires: datetime | None, now: datetime
) -> tuple[Covers, Wanted]:
    if isinstance(row, str):
        raise EntryRefused(field="line", problem=row)
    if set(row) - _FIELDS or not all(isinstance(one, str | int) for one in row.values()):
        raise EntryRefused(field="line", problem="a field that no entry has, or not text")
    text = {name: str(value) for name, value in row.items()}
    covers = read_covers(
        numbering, number=text.get("number"), prefix=text.get("prefix"), first=text.get("from"), last=text.get("to")
    )
    action, status = read_action(text.get("action"), row.get("sip_status"))
    ends = read_expiry(text.get("expires"), now) or expires
    if ends is None or not now < ends <= now + OPERATOR_LIFE:
        raise EntryRefused(field="expires", problem=f"at most {OPERATOR_LIFE.days} days ahead")
    if action is not Wish.PASS and (broken := protection.problem(covers.spans())) is not None:
        raise EntryRefused(field="number", problem=f"it covers protected numbers ({broken.value})")
    reason = read_reason(text.get("reason"))
    if reason == STOPPED:
        raise EntryRefused(field="reason", problem="it is the stop scheme's own: numbers are stopped by two people")
    return covers, Wanted(action, status, reason, ends)
