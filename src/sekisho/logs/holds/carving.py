"""Copying what a hold is about into its vault: whole records, with the proof that each stood in its sealed day.

(1) read     every segment of the day that answers questions, sealed or not yet: each one's root is in a ledger leaf
(2) match    the records of the scope; then the session records behind held translations
(3) prove    each record's inclusion under its segment's root
(4) write    rows and proofs into the vault, under the hold's own key, durable
(5) verify   what was written, read back: every record against its proof, every root against the ledger's leaf
(6) commit   the part, with a leaf that says how many records of which segments

A part is copied anew where the day's segments have changed since (late records, the seal). Of a day that is gone, what
other holds have of it is copied instead, proofs and all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import numpy as np
import orjson

from sekisho.keys.disk import exclusive
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import log_key
from sekisho.logs import manifest
from sekisho.logs.errors import SegmentDamaged, SegmentMissing
from sekisho.logs.holds import rows as hold_rows
from sekisho.logs.holds.errors import CarvingFailed
from sekisho.logs.holds.proofs import Proofs
from sekisho.logs.holds.rows import HeldSegment, HoldEntry, Part
from sekisho.logs.holds.scope import FOLLOWED, HOLDABLE, Followed, Matcher, Scope
from sekisho.logs.holds.vault import FOLDER, HeldSegmentId, Kept, Vault
from sekisho.logs.intervals.days import date_of
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import SegmentEntry, SegmentState
from sekisho.logs.rows import Rows
from sekisho.logs.segments.commitments import BlockProver
from sekisho.logs.segments.encoding import GROUP_ROWS, joined
from sekisho.logs.segments.files import SegmentFiles
from sekisho.store.files import FileLayer
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

CARVED_LEAF: Final = "log.hold_carved"
LOCK: Final = "lock"
TRIES: Final = 3
"""How often a day is read anew because its segments were merged meanwhile."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Matching records of one segment, with their proofs and where those lead."""

    rows: Rows
    proofs: Proofs
    layout: str
    segment: str
    sequence: int
    leaf: str


@dataclass(frozen=True, slots=True)
class Carved:
    """What a hold has of a kind's day after a carving: ``proofs`` are the SHA-256 of the files of proofs."""

    part: Part
    segments: int
    proofs: tuple[bytes, ...]


class Carver:
    """Carves for holds. One at a time in a workspace, whoever asks."""

    def __init__(self, workspace: Workspace, files: FileLayer) -> None:
        """Reads nothing yet. Raises ``KeyringNeeded``."""
        self._workspace = workspace
        self._layer = files
        self._segments = SegmentFiles(workspace.path / "logs", files, workspace.keyring)
        self.vault = Vault(workspace.path, files, workspace.keyring)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """While nobody else changes a vault. Not to be nested."""
        folder = self._workspace.path / FOLDER
        self._layer.ensure_directory(folder)
        with exclusive(folder / LOCK):
            yield

    def carve(self, hold: HoldEntry) -> list[Carved]:
        """Every day of a hold's scope. Raises as :meth:`carve_day`."""
        done = []
        day = hold.first_day
        while day <= hold.last_day:
            done += self.carve_day(hold, day)
            day += timedelta(days=1)
        return done

    def carve_day(self, hold: HoldEntry, day: date) -> list[Carved]:
        """Every kind of a hold's scope on one day, as far as it isn't copied yet; what it has of them now.

        Raises ``CarvingFailed`` where something was written that can't be proven, ``HoldDecided`` where the hold isn't
        live any more.
        """
        if hold.terms is None:
            return []
        scope = hold.terms.scope
        number = (day - date_of(0)).days
        done = []
        for kind in HOLDABLE:
            if scope.touches(kind, number):
                found = self._carve(hold.id, scope, kind, day)
                if found is not None:
                    done.append(found)
        return done

    def _carve(self, hold: str, scope: Scope, kind: LogKind, day: date) -> Carved | None:
        for attempt in range(TRIES):
            with self._workspace.database.read() as connection:
                live = manifest.segments_of(connection, kind=kind, day=day)
                every = hold_rows.segments_of(connection, kind=kind, day=day)
                part = hold_rows.parts_of(connection, hold).get((kind, day))
                behind = hold_rows.segments_of(connection, hold=hold, kind=LogKind.AP_NAT, day=day)
            if not self._workspace.keyring.exists(log_key(kind.value, day)):
                live = ()
            own = [one for one in every if one.segment.hold == hold]
            others = [one for one in every if one.segment.hold != hold]
            follows = scope.follow and kind in FOLLOWED and LogKind.AP_NAT in scope.kinds
            followed = tuple(behind) if follows else ()
            if not live and not others and not own:
                return None
            of = _digest([one.segment.id for one in live or others], [one.source_segment for one in followed])
            if part is not None and part.of == of and not part.unreadable:
                return Carved(part, len(own), tuple(one.proofs for one in own))
            matcher = Matcher(scope, Followed.of([self.vault.rows(one.segment) for one in followed]))
            if live:
                found, unreadable, moved = self._from_live(matcher, live)
                if moved and attempt < TRIES - 1:
                    continue
                again = {one.segment for one in found}
                replaced = [one for one in own if not unreadable or one.source_segment in again]
            else:
                found, unreadable = self._from_vaults(matcher, others, {one.source_segment for one in own})
                replaced = []
            kept = [one for one in own if one not in replaced]
            return self._keep(hold, kind, day, of, found, unreadable, kept, replaced)
        raise AssertionError("unreachable")

    # --- (1) to (3) --------------------------------------------------------------------------------------------------

    def _from_live(self, matcher: Matcher, entries: Sequence[SegmentEntry]) -> tuple[list[_Found], int, bool]:
        """Matches of each segment; how many couldn't be read; whether one is gone, merged perhaps."""
        found, unreadable, moved = [], 0, False
        for entry in entries:
            if entry.state is SegmentState.LOST:
                unreadable += 1
                continue
            try:
                one = self._from_segment(matcher, entry)
            except SegmentMissing:
                unreadable, moved = unreadable + 1, True
            except (SegmentDamaged, KeyDestroyed, OSError, ValueError, KeyError):
                unreadable += 1
            else:
                if one is not None:
                    found.append(one)
        return found, unreadable, moved

    def _from_segment(self, matcher: Matcher, entry: SegmentEntry) -> _Found | None:
        reader = self._segments.open(entry.segment)
        try:
            prover: BlockProver | None = None
            parts: list[Rows] = []
            indexes: list[int] = []
            salts: list[bytes] = []
            blocks = []
            for group in matcher.groups(entry.segment.kind, reader.groups, len(reader)):
                rows = reader.read([group])
                places = matcher.matches(rows)
                if not len(places):
                    continue
                if prover is None:
                    commitment = self._segments.commitment(entry.segment, entry.rows)
                    prover = BlockProver(commitment, key=self._segments.salts_key(entry.segment))
                first = group * GROUP_ROWS
                mine = (places + first).tolist()
                own_salts, own_blocks = prover.prove(rows, mine, first=first)
                parts.append(rows[places])
                indexes += mine
                salts += own_salts
                blocks += own_blocks
        finally:
            reader.close()
        if not parts:
            return None
        proofs = Proofs(entry.rows, entry.root, tuple(indexes), tuple(salts), tuple(blocks))
        return _Found(joined(parts), proofs, entry.layout, entry.segment.id, entry.sequence, entry.leaf)

    def _from_vaults(
        self, matcher: Matcher, held: Sequence[HeldSegment], have: set[str]
    ) -> tuple[list[_Found], int]:
        """Matches among what other holds have of a day that is gone, of segments that aren't in ``have``."""
        best: dict[str, _Found] = {}
        unreadable = 0
        for one in held:
            if one.source_segment in have:
                continue
            try:
                rows, proofs = self.vault.rows(one.segment), self.vault.proofs(one.segment)
            except (SegmentMissing, SegmentDamaged, KeyDestroyed):
                unreadable += 1
                continue
            places = matcher.matches(rows)
            known = best.get(one.source_segment)
            if len(places) and (known is None or len(known.rows) < len(places)):
                best[one.source_segment] = _Found(
                    rows[places],
                    _of_those(proofs, places.tolist()),
                    one.layout,
                    one.source_segment,
                    one.source_sequence,
                    one.source_leaf,
                )
        return list(best.values()), unreadable

    # --- (4) to (6) --------------------------------------------------------------------------------------------------

    def _keep(
        self,
        hold: str,
        kind: LogKind,
        day: date,
        of: bytes,
        found: Sequence[_Found],
        unreadable: int,
        kept: Sequence[HeldSegment],
        replaced: Sequence[HeldSegment],
    ) -> Carved:
        made: list[tuple[_Found, Kept]] = []
        try:
            for one in found:
                made.append((one, self.vault.write(hold, day, one.rows, one.proofs)))
                self._verify(one, made[-1][1].segment)
            now = self._workspace.clock.now()
            part = Part(kind, day, of, sum(one.rows for one in kept) + sum(one.rows for _, one in made), unreadable)
            said = {
                "hold": hold,
                "kind": kind.value,
                "day": day.isoformat(),
                "rows": part.rows,
                "unreadable": unreadable,
                "segments": [
                    {
                        "of": one.segment,
                        "root": one.proofs.root.hex(),
                        "rows": written.rows,
                        "proofs": written.proofs.hex(),
                    }
                    for one, written in made
                ],
            }
            body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
            leaf = self._workspace.seal(kind=CARVED_LEAF, owner=HOUSE_KEY, body=body, at=now)
            write = partial(
                hold_rows.write_part,
                hold=hold,
                part=part,
                replaced=[one.segment.id for one in replaced],
                made=[_row(hold, one, written, now) for one, written in made],
                at=now,
                leaf=leaf.id,
            )
            self._workspace.commit(write, [leaf])
        except BaseException:
            for _, written in made:
                self.vault.remove(written.segment)
            raise
        for gone in replaced:
            self.vault.remove(gone.segment)
        proofs = [one.proofs for one in kept] + [written.proofs for _, written in made]
        return Carved(part, len(kept) + len(made), tuple(proofs))

    def _verify(self, one: _Found, segment: HeldSegmentId) -> None:
        """(5). Raises ``CarvingFailed``."""
        rows, proofs = self.vault.rows(segment), self.vault.proofs(segment)
        opened = self._workspace.open_leaf(one.leaf)
        if proofs != one.proofs or not proofs.hold(rows) or len(rows) != len(one.rows):
            problem = "what was written doesn't match its proofs"
        elif opened is None or proofs.root.hex().encode() not in opened.body:
            problem = "the root isn't in the ledger's leaf"
        else:
            return
        raise CarvingFailed(
            hold=segment.hold, kind=segment.kind.value, day=segment.day.isoformat(), problem=problem
        )


def _digest(live: Sequence[str], followed: Sequence[str]) -> bytes:
    said = orjson.dumps([sorted(live), sorted(followed)])
    return hashlib.sha256(b"sekisho/carved-of/1\x00" + said).digest()


def _of_those(proofs: Proofs, places: Sequence[int]) -> Proofs:
    indexes = [proofs.indexes[place] for place in places]
    wanted = set(np.unique(np.array(indexes) // 64).tolist())
    blocks = tuple(one for one in proofs.blocks if one.number in wanted)
    salts = tuple(proofs.salts[place] for place in places)
    return Proofs(proofs.records, proofs.root, tuple(indexes), salts, blocks)


def _row(hold: str, one: _Found, written: Kept, now: Any) -> dict[str, Any]:
    return {
        "id": written.segment.id,
        "hold": hold,
        "kind": written.segment.kind.value,
        "day": written.segment.day,
        "family": written.family,
        "layout": one.layout,
        "rows": written.rows,
        "size": written.size,
        "source_segment": one.segment,
        "source_sequence": one.sequence,
        "source_records": one.proofs.records,
        "source_root": one.proofs.root,
        "source_leaf": one.leaf,
        "proofs": written.proofs,
        "made_at": now,
    }
