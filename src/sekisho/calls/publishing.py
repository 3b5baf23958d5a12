"""Bundles: what proxies judge by, compiled from the registers, recorded, then switched to.

::

    begun (row, leaf with the digest of every file) ──switch──▶ published
       └────── killed before the switch ──────▶ abandoned, said by the next

The leaf comes before the switch: nothing decides about calls that isn't on record. A bundle that doesn't load isn't
switched to; the one in use stays in use. Rolling back brings a former bundle's rules and agreements back, and never its
lists and settings: a number that was freed since, a consent that was withdrawn, an agreement that was ended, stay so.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fcntl import LOCK_EX, flock
from pathlib import Path
from threading import Lock
from typing import Any, Final

import orjson
from sqlalchemy import Connection, func, insert, select, update

from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls import changes, connectors, evidence_keys, stopped
from sekisho.calls.accords import LIVE_RULES, Accords, Proposal
from sekisho.calls.confirming import Confirming, as_written, held_in
from sekisho.calls.connector.spool_reader import SpoolKey
from sekisho.calls.designated import PART as DESIGNATIONS
from sekisho.calls.designated import DesignationRegister
from sekisho.calls.desk import Desk
from sekisho.calls.entries import Entries, ListName
from sekisho.calls.errors import NothingPublished, UnknownBundle
from sekisho.calls.imports import Imports
from sekisho.calls.lines import LineDesk
from sekisho.calls.ports import RuleCompiler
from sekisho.calls.screening import agreements as trunks
from sekisho.calls.screening import bundle as bundles
from sekisho.calls.screening import table as compiled
from sekisho.calls.screening.list_writer import ListWriter
from sekisho.calls.screening.lookups import Owner, Wish
from sekisho.calls.screening.settings import write_lines
from sekisho.calls.tables import call_bundle, call_entry, call_rules
from sekisho.clock import japan_date
from sekisho.keys.schedule import call_spool_key
from sekisho.store.outbox import SealedLeaf

BUNDLE_LEAF: Final = "calls.bundle_published"
ABANDONED_LEAF: Final = "calls.bundle_abandoned"
RULES_LEAF: Final = "calls.rules_loaded"
LOCK: Final = "publishing.lock"
KEPT: Final = 5
"""Folders of former bundles that are kept to roll back to. They hold numbers in the clear, as proxies need them: a
house figure, small."""
FORMER_KEPT: Final = timedelta(days=30)
"""How long a former bundle's folder is kept after another took its place, however few there are. A house figure."""
_OWNERS: Final = {
    ListName.OWN.value: Owner.SUBSCRIBER, ListName.OPERATOR.value: Owner.OPERATOR, ListName.FREED.value: Owner.OPERATOR,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """One bundle."""

    number: int
    state: str
    folder: str | None
    files: Mapping[str, str]
    made_at: datetime
    by: str
    rolled_back_to: int | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "number": self.number, "state": self.state, "folder": self.folder, "files": dict(self.files),
            "made_at": self.made_at.isoformat(), "by": self.by, "rolled_back_to": self.rolled_back_to,
        }  # fmt: skip


class Publishing:
    """The bundles of one workspace. Thread-safe, and so for several processes: one publishes at a time."""

    def __init__(
        self, desk: Desk, entries: Entries, imports: Imports, accords: Accords, lines: LineDesk, rules: RuleCompiler
    ) -> None:
        """Reads and writes nothing until asked to."""
        self._desk, self._entries, self._imports = desk, entries, imports
        self._accords, self._lines, self._rules = accords, lines, rules
        self._confirming, self._designated = Confirming(desk), DesignationRegister(desk)
        self._lock = Lock()

    @property
    def root(self) -> Path:
        """The directory that connectors watch."""
        return self._desk.workspace.path / "calls" / "bundles"

    def propose_rules(self, source: bytes, *, by: Principal, idempotency_key: str | None = None) -> Proposal:
        """Propose an operator's rule set: approved by somebody else and made, it decides from the next bundle on. One
        that isn't sound is refused. Raises ``RulesRefused``, ``ProposalRefused``, ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        return self._accords.propose_rules(self._sound(source), by=by, idempotency_key=idempotency_key)

    def try_rules(self, source: bytes, *, by: Principal) -> str:
        """Load an operator's rule set on trial: from the next bundle on it is asked beside the live one, without effect
        on any call. Its digest. One that isn't sound is refused and changes nothing. Raises ``RulesRefused``,
        ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        return self._enter_rules("shadow", self._sound(source), by)

    def _sound(self, source: bytes) -> bytes:
        artefact = self._rules.compile(source)
        compiled.load(artefact)
        return artefact

    def end_shadow(self, *, by: Principal) -> None:
        """End the trial of a rule set. Raises ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        self._enter_rules("shadow", b"", by)

    def publish(self, *, by: Principal) -> Published:
        """Compile what the registers say now, record it, and switch to it. Raises what isn't sound
        (``BundleRefused`` …; the one in use stays), ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        with self._alone():
            now = self._desk.now()
            return self._publish(self._parts(), by=by, now=now, rolled_back_to=None)

    def roll_back(self, number: int, *, by: Principal) -> Published:
        """Judge by the rules and agreements of a former bundle again; its rules stay until others are loaded, its
        agreements until the next bundle. What was ended since stays ended: two people made it, and one alone doesn't
        bring it back. Raises ``UnknownBundle`` (also where its files aren't those on record), ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        with self._alone():
            now, wanted = self._desk.now(), self._find(number)
            folder = None if wanted.folder is None else self.root / wanted.folder
            if folder is None or not folder.is_dir():
                raise UnknownBundle(bundle=number)
            bundles.load(folder)
            parts = self._parts()
            parts.pop("shadow_rules.json", None)
            for name in ("rules.json", "shadow_rules.json", "agreements.json"):
                if name in wanted.files:
                    parts[name] = _on_record(folder / name, wanted)
            parts["agreements.json"] = self._still_agreed(parts["agreements.json"])
            source = as_written(parts["rules.json"])
            parts["rules.json"], _ = self._confirming.applied(source)
            self._enter_rules(LIVE_RULES, source, by)
            self._enter_rules("shadow", parts.get("shadow_rules.json", b""), by)
            return self._publish(parts, by=by, now=now, rolled_back_to=number)

    def current(self) -> Published:
        """What connectors are to judge by. Raises ``NothingPublished``."""
        for one in self.every():
            if one.state == "published":
                return one
        raise NothingPublished

    def every(self) -> list[Published]:
        """All bundles, newest first."""
        with self._desk.workspace.database.read() as connection:
            return [_published(row) for row in connection.execute(_NEWEST)]

    def report(self, connector: str, *, folder: str | None, problem: str | None) -> None:
        """A connector says which bundle it has loaded, and what was wrong with the last one. Raises
        ``ProposalRefused`` for a name that is none."""
        connectors.report(self._desk, connector, folder=folder, problem=problem)

    def state(self) -> dict[str, Any]:
        """The current bundle, which connectors said they have it, and which still have another."""
        found = self.every()
        now = next((one for one in found if one.state == "published"), None)
        connected = connectors.loaded(self._desk, None if now is None else now.folder)
        return {
            "current": None if now is None else now.document(),
            "without_effect": [] if now is None else self._without_effect(now),
            "connectors": connected,
            "behind": [one["name"] for one in connected if not one["up_to_date"]],
            "kept": [one.document() for one in found if one.folder is not None and (self.root / one.folder).is_dir()],
        }

    def connectors(self) -> list[dict[str, Any]]:
        """Every connector that is known, with its bundle and its evidence (:func:`sekisho.calls.connectors.every`)."""
        now = next((one for one in self.every() if one.state == "published"), None)
        return connectors.every(self._desk, None if now is None else now.folder)

    def key_is_old(self) -> bool:
        """Whether the current bundle gives out another key of evidence than this month's. False without a bundle."""
        now = next((one for one in self.every() if one.state == "published"), None)
        if now is None:
            return False
        ring, name = self._desk.workspace.keyring, call_spool_key(japan_date(self._desk.now()))
        present = evidence_keys.part_digest(SpoolKey.of(ring, name)) if ring.exists(name) else None
        return now.files.get(evidence_keys.PART) != present or present is None

    def changed_since(self) -> datetime | None:
        """From when on there are changes that the current bundle doesn't have; None where it has all."""
        now = next((one for one in self.every() if one.state == "published"), None)
        with self._desk.workspace.database.read() as connection:
            return changes.first_after(connection, None if now is None else now.made_at)

    def old_folders(self) -> list[Path]:
        """Folders of former bundles whose time is over."""
        before, found, successor = self._desk.now() - FORMER_KEPT, list[Path](), None
        for one in (each for each in self.every() if each.state == "published" and each.folder is not None):
            folder = self.root / str(one.folder)
            if successor is not None and successor < before and folder.is_dir():
                found.append(folder)
            successor = one.made_at
        return found

    def remove_old_folders(self) -> int:
        """Remove them; how many."""
        with self._alone():
            gone = self.old_folders()
            for folder in gone:
                shutil.rmtree(folder)
        return len(gone)

    # --- how

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One publisher at a time, of every thread and process of this workspace; the system lets go of a dead one's
        lock. Without it a second one would take the first's bundle for abandoned."""
        self.root.parent.mkdir(mode=0o700, exist_ok=True)
        with self._lock, (self.root.parent / LOCK).open("ab") as file:
            flock(file, LOCK_EX)
            yield

    def _without_effect(self, now: Published) -> list[str]:
        folder = None if now.folder is None else self.root / now.folder / "rules.json"
        return [] if folder is None or not folder.is_file() else list(held_in(folder.read_bytes()))

    def _still_agreed(self, former: bytes) -> bytes:
        """Former agreements without what the register doesn't have any more, each with the end it has there."""
        now = {one.id: one.ends for one in self._accords.agreements()}
        kept = []
        for one in trunks.from_json(former).all:
            ends = min((day for day in (one.ends, now.get(one.id)) if day is not None), default=None)
            if one.id in now:
                kept.append(replace(one, ends=ends))
        return trunks.to_json(kept)

    def _parts(self) -> dict[str, bytes]:
        with self._desk.workspace.database.read() as connection:
            parts = {
                "rules.json": self._loaded(connection, LIVE_RULES) or self._rules.house(),  # as written; see below
                evidence_keys.PART: evidence_keys.part(evidence_keys.present_key(self._desk.workspace)),
                "agreements.json": trunks.to_json(self._accords.in_force(connection)),
                "lists.bin": self._lists(connection),
                "lines.bin": write_lines(self._lines.every(connection), default=self._accords.default(connection)),
            }
            shadow, designated = self._loaded(connection, "shadow"), self._designated.part(connection)
            halted = stopped.part(connection, self._entries, self._desk.now())
        parts["rules.json"], _ = self._confirming.applied(parts["rules.json"])
        if shadow:
            parts["shadow_rules.json"] = shadow
        if designated is not None:
            parts[DESIGNATIONS] = designated
        if halted is not None:
            parts[stopped.PART] = halted
        return parts

    def _lists(self, connection: Connection) -> bytes:
        writer, now = ListWriter(), self._desk.now()
        active = select(call_entry).where(call_entry.c.state == "active").order_by(call_entry.c.id)
        for row in connection.execute(active):
            one = self._entries.entry(row)
            if one.expires is None or one.expires > now:
                writer.add(
                    one.covers.spans(), list_id=one.list.value, version=0, owner=_OWNERS[one.list.value], entry=one.id,
                    action=one.action, reason=one.reason, expires=one.expires, sip_status=one.sip_status, line=one.line,
                )  # fmt: skip
        # Entries may be older than the register of public offices: whatever is listed, their numbers are let through.
        for at, span in enumerate(self._desk.protection().offices, 1):
            writer.add(
                (span,), list_id="protected", version=0, owner=Owner.OPERATOR, entry=at, action=Wish.PASS,
                reason="public_office", expires=None,
            )  # fmt: skip
        for held, contents in self._imports.contents(connection):
            for each in contents:
                if each.expires is None or each.expires > now:
                    writer.add(
                        (each.span,), list_id=held.name, version=held.version, owner=Owner.IMPORTED, entry=each.line,
                        action=each.action, reason=each.reason, expires=each.expires, sip_status=each.sip_status,
                    )  # fmt: skip
        return writer.content()

    def _loaded(self, connection: Connection, role: str) -> bytes | None:
        query = select(call_rules.c.artefact).where(call_rules.c.role == role).order_by(call_rules.c.id.desc()).limit(1)
        found = connection.execute(query).scalar_one_or_none()
        return None if not found else str(found).encode()

    def _enter_rules(self, role: str, artefact: bytes, by: Principal) -> str:
        now, digest = self._desk.now(), hashlib.sha256(artefact).hexdigest()
        row = {"role": role, "digest": digest, "artefact": artefact.decode(), "at": now, "by": by.staff_id}
        leaf = self._desk.leaf(RULES_LEAF, {"role": role, "sha256": digest, "ended": not artefact}, by, now)
        self._desk.workspace.commit(lambda connection: connection.execute(insert(call_rules), row) and None, [leaf])
        return digest

    def _publish(
        self, parts: Mapping[str, bytes], *, by: Principal, now: datetime, rolled_back_to: int | None
    ) -> Published:
        """``now`` is a time before the registers were read: what is changed since isn't in the bundle."""
        desk = self._desk
        self._settle(by)
        files = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(parts.items())}

        def begin(connection: Connection) -> int:
            number = (connection.execute(select(func.max(call_bundle.c.number))).scalar_one() or 0) + 1
            connection.execute(
                insert(call_bundle).values(
                    number=number, state="begun", files=orjson.dumps(files).decode(), made_at=now, by=by.staff_id,
                    rolled_back_to=rolled_back_to,
                )
            )  # fmt: skip
            return number

        held = held_in(parts["rules.json"])
        said = {"files": files, "rolled_back_to": rolled_back_to, "rules_without_effect": len(held)}
        number = desk.workspace.commit(
            begin, lambda made: [desk.leaf(BUNDLE_LEAF, {"bundle": made, **said}, by, now)]
        ).value
        try:
            folder = bundles.write(self.root, parts, made_at=now)
        except Exception:
            self._settle(by)
            raise
        self._note(number, "published", folder)
        self._prune()
        return self._find(number)

    def _settle(self, by: Principal) -> None:
        """Say of bundles that were begun and not ended, by a crash, whether they were switched to."""
        for one in [each for each in self.every() if each.state == "begun"]:
            folder = self._switched_to(one.files, one.made_at)
            if folder is not None:
                self._note(one.number, "published", folder)
                continue
            leaf = self._desk.leaf(ABANDONED_LEAF, {"bundle": one.number}, by, self._desk.now())
            self._note(one.number, "abandoned", None, leaf)

    def _switched_to(self, files: Mapping[str, str], made_at: datetime) -> str | None:
        """The current folder, where it is the bundle of these files."""
        try:
            name = (self.root / bundles.CURRENT).read_text(encoding="ascii").strip()
            manifest = json.loads((self.root / name / bundles.MANIFEST).read_bytes())
            found = {part: each["sha256"] for part, each in manifest["files"].items()}
            at = datetime.fromisoformat(manifest["made_at"])
        except (OSError, ValueError, KeyError):
            return None
        return name if (found, at) == (dict(files), made_at) else None

    def _note(self, number: int, state: str, folder: str | None, *leaves: SealedLeaf) -> None:
        done = update(call_bundle).where(call_bundle.c.number == number).values(state=state, folder=folder)
        self._desk.workspace.commit(lambda connection: connection.execute(done) and None, leaves)

    def _prune(self) -> None:
        """Remove folders beyond :data:`KEPT`, and what a crash left half-written; never the current one."""
        current = (self.root / bundles.CURRENT).read_text(encoding="ascii").strip()
        known = [one.folder for one in self.every() if one.folder is not None][:KEPT]
        for folder in self.root.iterdir():
            if folder.is_dir() and folder.name.isdigit() and folder.name != current and folder.name not in known:
                shutil.rmtree(folder)

    def _find(self, number: int) -> Published:
        with self._desk.workspace.database.read() as connection:
            row = connection.execute(select(call_bundle).where(call_bundle.c.number == number)).one_or_none()
        if row is None:
            raise UnknownBundle(bundle=number)
        return _published(row)


def _on_record(path: Path, wanted: Published) -> bytes:
    """A former bundle's file, where it is the one that was recorded: a folder can be changed, the register not."""
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != wanted.files[path.name]:
        raise UnknownBundle(bundle=wanted.number)
    return content


_NEWEST: Final = select(call_bundle).order_by(call_bundle.c.number.desc())


def _published(row: Any) -> Published:
    return Published(
        row.number, row.state, row.folder, orjson.loads(row.files), row.made_at, row.by, row.rolled_back_to
    )
