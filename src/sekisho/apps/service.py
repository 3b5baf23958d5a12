"""The user-information desk's service over one workspace: scans kept and compared, answers, and what is scanned again.

A scan is judged before it comes here; this keeps it, says what is new against the one before, and puts the hash of its
document into the ledger. Known values of a test account are never kept.
"""

from __future__ import annotations

import hashlib
import secrets
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, delete, func, insert, select

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.apps.changes import Change, ChangeKind, baseline_of, changes
from sekisho.apps.errors import ScanRefused, UnknownScan
from sekisho.apps.law.questions import Answer, Answers, load_questions
from sekisho.apps.past import LOOKS_MOST, Look, look_in
from sekisho.apps.scan import Scan
from sekisho.apps.tables import app_answer, app_change, app_scan
from sekisho.clock import japan_date
from sekisho.keys.schedule import apps_key
from sekisho.workspace import Workspace
from sekisho.workspace.parts import HOUSE_KEY

SCAN_LEAF: Final = "apps.scan"
CHANGE_LEAF: Final = "apps.new_recipient"
ANSWER_LEAF: Final = "apps.answer"
FORGET_LEAF: Final = "apps.forgotten"

UNPACKED_MOST: Final = 512 * 1024 * 1024
"""Bytes of one document."""
PAPERS_MOST: Final = 50
LISTED_MOST: Final = 1_000
_NAMES_IN_LEAF: Final = 200
_LOCK: Final = 0x61707073
"""PostgreSQL's advisory lock for keeping a scan: two workers must not give one number twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A scan as it is kept, without its document. ``digest`` is SHA-256 of that, in hex."""

    id: str
    number: int
    service: str
    day: date
    made_at: datetime
    by: str
    digest: str
    baseline: str | None
    targets: int
    recipients: int
    new_recipients: int

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "number": self.number, "service": self.service, "day": self.day.isoformat(),
            "made_at": self.made_at.isoformat(), "by": self.by, "sha256": self.digest, "baseline": self.baseline,
            "targets": self.targets, "recipients": self.recipients, "new_recipients": self.new_recipients,
        }  # fmt: skip


def packed(document: Mapping[str, Any]) -> bytes:
    """A document's bytes: the same for the same document, and what its digest is of."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)


class AppScans:
    """The scans of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self.workspace = workspace

    def today(self) -> date:
        """The day in Japan."""
        return japan_date(self.workspace.clock.now())

    # --- scans ---

    def keep(self, scan: Scan, *, by: Principal) -> tuple[Stored, tuple[Change, ...]]:
        """Keep a scan, compared with the service's last one; what is new is an event of its own in the ledger.

        Raises ``ScopeMissing``: whoever may ask for decisions or approvals may keep a scan.
        """
        _require_either(by)
        document, now, made = scan.as_document(), self.workspace.clock.now(), _new_id("as_")
        content = packed(document)
        key = apps_key(japan_date(now))
        self.workspace.keyring.ensure(key)
        body = self.workspace.keyring.encrypt(key, zlib.compress(content, 6), aad=_place(made))
        digest = hashlib.sha256(content).digest()
        after = baseline_of(document, made)

        def write(connection: Connection) -> tuple[Stored, tuple[Change, ...]]:
            if self.workspace.database.several_workers:
                connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
            last = connection.execute(
                select(app_scan).where(app_scan.c.service == scan.service).order_by(app_scan.c.number.desc()).limit(1)
            ).one_or_none()
            found = () if last is None else changes(baseline_of(self._open(last), last.id), after)
            new = sum(each.kind is ChangeKind.NEW_RECIPIENT for each in found)
            stored = Stored(
                id=made, number=1 if last is None else last.number + 1, service=scan.service, day=scan.on, made_at=now,
                by=by.staff_id, digest=digest.hex(), baseline=None if last is None else last.id,
                targets=len(scan.readings), recipients=len(after.receives), new_recipients=new,
            )  # fmt: skip
            row = {**asdict(stored), "digest": digest}
            connection.execute(insert(app_scan).values(**row, key=key, body=body))
            if found:
                connection.execute(
                    insert(app_change),
                    [{"scan": made, "kind": each.kind.value, "recipient": each.recipient[:300], "what": each.what[:60],
                      "made_at": now} for each in found],
                )  # fmt: skip
            return stored, found

        def leaves(done: tuple[Stored, tuple[Change, ...]]) -> list[Any]:
            stored, found = done
            said = {
                "scan": made, "service": scan.service, "number": stored.number, "sha256": stored.digest,
                "targets": stored.targets, "recipients": stored.recipients, "baseline": stored.baseline,
            }  # fmt: skip
            made_ones = [self._leaf(SCAN_LEAF, said, by, now)]
            new = [each.recipient for each in found if each.kind is ChangeKind.NEW_RECIPIENT]
            if new:
                told = {"scan": made, "service": scan.service, "count": len(new), "recipients": new[:_NAMES_IN_LEAF]}
                made_ones.append(self._leaf(CHANGE_LEAF, told, by, now))
            return made_ones

        return self.workspace.commit(write, leaves).value

    def find(self, scan_id: str) -> tuple[Stored, dict[str, Any]]:
        """A scan and its document; ``last:SERVICE`` is the service's last. Raises ``UnknownScan``."""
        query = select(app_scan)
        if scan_id.startswith("last:"):
            query = query.where(app_scan.c.service == scan_id[5:]).order_by(app_scan.c.number.desc()).limit(1)
        else:
            query = query.where(app_scan.c.id == scan_id)
        with self.workspace.database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise UnknownScan(what="scan", id=scan_id[:100])
        return _stored(row), self._open(row)

    def last(self, service: str) -> dict[str, Any] | None:
        """The document of a service's last scan; ``None`` before the first."""
        try:
            return self.find(f"last:{service}")[1]
        except UnknownScan:
            return None

    def past(self, service: str) -> tuple[Look, ...]:
        """What the scans that are kept of a service say of who is sent to and told, oldest first; the newest
        :data:`~sekisho.apps.past.LOOKS_MOST` of them."""
        query = select(app_scan).where(app_scan.c.service == service).order_by(app_scan.c.number.desc())
        with self.workspace.database.read() as connection:
            rows = connection.execute(query.limit(LOOKS_MOST)).all()
        return tuple(look_in(self._open(row), row.made_at, row.id) for row in reversed(rows))

    def history(self, service: str | None = None, *, most: int = 100) -> tuple[Stored, ...]:
        """The newest scans, of one service or of all."""
        query = select(app_scan).order_by(app_scan.c.made_at.desc(), app_scan.c.number.desc())
        if service is not None:
            query = query.where(app_scan.c.service == service)
        with self.workspace.database.read() as connection:
            rows = connection.execute(query.limit(min(most, LISTED_MOST))).all()
        return tuple(_stored(row) for row in rows)

    def services(self) -> tuple[Stored, ...]:
        """Each service with its last scan, by name."""
        latest = select(app_scan.c.service, func.max(app_scan.c.number).label("number")).group_by(app_scan.c.service)
        found = latest.subquery()
        query = select(app_scan).join(
            found, (found.c.service == app_scan.c.service) & (found.c.number == app_scan.c.number)
        )
        with self.workspace.database.read() as connection:
            rows = connection.execute(query.order_by(app_scan.c.service).limit(LISTED_MOST)).all()
        return tuple(_stored(row) for row in rows)

    def changed(self, scan_id: str) -> tuple[dict[str, str], ...]:
        """What a scan had that the one before hadn't, as it was recorded."""
        query = select(app_change).where(app_change.c.scan == scan_id).order_by(app_change.c.id)
        with self.workspace.database.read() as connection:
            return tuple({"kind": row.kind, "recipient": row.recipient, "what": row.what}
                         for row in connection.execute(query))  # fmt: skip

    def forget(self, before: date, *, by: Principal) -> int:
        """Delete scans made before a day (Japan), but for each service's last; how many. The key of a month of which
        nothing is left ends by itself (:mod:`sekisho.apps.ending`). Raises ``ScopeMissing``."""
        by.require(Scope.REQUEST)
        kept = {each.id for each in self.services()}
        now = self.workspace.clock.now()

        def write(connection: Connection) -> int:
            rows = connection.execute(select(app_scan.c.id, app_scan.c.made_at)).all()
            gone = [row.id for row in rows if row.id not in kept and japan_date(row.made_at) < before]
            for scan_id in gone:
                connection.execute(delete(app_change).where(app_change.c.scan == scan_id))
                connection.execute(delete(app_scan).where(app_scan.c.id == scan_id))
            return len(gone)

        told = {"before": before.isoformat()}
        count = self.workspace.commit(
            write, lambda gone: [self._leaf(FORGET_LEAF, {**told, "scans": gone}, by, now)] if gone else []
        ).value
        if count:
            self.workspace.database.scrub()
        return count

    # --- answers ---

    def answer(self, service: str, answers: Sequence[Answer], *, by: Principal) -> None:
        """Enter answers to the questionnaires, each in the name of ``by``. Raises ``ScopeMissing``, ``ScanRefused``."""
        by.require(Scope.REQUEST)
        if not 0 < len(service) <= 200 or not answers:
            raise ScanRefused(field="service", problem="1 to 200 characters, and at least one answer")
        for each in answers:
            if len(each.evidence) > PAPERS_MOST or len(each.recipient) > 300:
                raise ScanRefused(field="evidence", problem=f"at most {PAPERS_MOST} papers")
        now = self.workspace.clock.now()
        rows = [{"service": service, "question": each.question, "recipient": each.recipient, "value": each.value,
                 "day": each.on, "who": by.staff_id, "evidence": " ".join(each.evidence), "at": now}
                for each in answers]  # fmt: skip
        said = [self._leaf(ANSWER_LEAF, {
            "service": service, "question": each.question, "recipient": each.recipient, "value": each.value,
            "day": each.on.isoformat(), "evidence": list(each.evidence)}, by, now) for each in answers]  # fmt: skip
        self.workspace.commit(lambda connection: connection.execute(insert(app_answer), rows) and None, said)

    def answers(self, service: str) -> Answers:
        """Every answer for a service. One to a question that is no longer asked is left out."""
        query = select(app_answer).where(app_answer.c.service == service).order_by(app_answer.c.id)
        with self.workspace.database.read() as connection:
            rows = connection.execute(query).all()
        known = load_questions()
        return Answers([
            Answer(question=row.question, value=row.value, who=row.who, on=row.day,
                   evidence=tuple(row.evidence.split()), recipient=row.recipient)
            for row in rows if row.question in known and row.value in known[row.question].choices
        ])  # fmt: skip

    # --- shared ---

    def _open(self, row: Row[Any]) -> dict[str, Any]:
        opened = self.workspace.keyring.decrypt(row.key, row.body, aad=_place(row.id))
        unpacked = zlib.decompressobj().decompress(opened, UNPACKED_MOST)
        document: dict[str, Any] = orjson.loads(unpacked)
        return document

    def _leaf(self, kind: str, said: Mapping[str, Any], by: Principal, now: datetime) -> Any:
        body = orjson.dumps({**said, "by": by.staff_id, "proof": by.proof.value}, option=orjson.OPT_SORT_KEYS)
        return self.workspace.seal(kind=kind, owner=HOUSE_KEY, body=body, at=now)


def _require_either(by: Principal) -> None:
    try:
        by.require(Scope.REQUEST)
    except ScopeMissing:
        by.require(Scope.DECIDE)


def _place(scan_id: str) -> bytes:
    """What a scan's body is bound to, so that it opens in no other row."""
    return orjson.dumps(["sekisho/app-scan/1", scan_id])


def _new_id(prefix: str) -> str:
    return prefix + secrets.token_hex(8)


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        id=row.id, number=row.number, service=row.service, day=row.day, made_at=row.made_at, by=row.by,
        digest=row.digest.hex(), baseline=row.baseline, targets=row.targets, recipients=row.recipients,
        new_recipients=row.new_recipients,
    )  # fmt: skip
