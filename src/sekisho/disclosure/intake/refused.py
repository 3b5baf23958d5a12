"""What couldn't be entered as a case, on record: a leaf for each refusal, so that none vanishes without a trace.

A leaf says when, by whom, on which way and in which form something came, the SHA-256 and the size of its bytes, and the
reason with the field's name; never what stood in it. Its body is sealed under the month's key
(:func:`sekisho.keys.schedule.disclosure_index_key`), as that of every exchange with agencies and other providers.

So that a flood can't fill the ledger there are at most :data:`MOST_AN_HOUR` of them in an hour, counted in the ledger's
own rows and so across processes and restarts; then one more says that others may have come, and until the hour is over
the rest is in the program's log alone.
"""

from __future__ import annotations

import hashlib
import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import func, select

from sekisho.access.errors import ScopeMissing
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.clock import japan_date
from sekisho.disclosure.errors import CaseMoved, UnknownCase, WrongState
from sekisho.disclosure.listing import index_keys
from sekisho.errors import InputRefused
from sekisho.keys.errors import KeyDestroyed
from sekisho.keys.schedule import disclosure_index_key
from sekisho.store.outbox import outbox
from sekisho.workspace import Workspace

INTAKE_LEAF: Final = "disclosure.intake"
EXCHANGE_LEAF: Final = "disclosure.exchange"
"""What agencies and other providers sent and wasn't taken has a leaf of this kind, by their own desks."""
MOST_AN_HOUR: Final = 60
"""Leaves of one hour. A house figure: a busy desk types in a tenth of it."""
HOUR: Final = timedelta(hours=1)
REFUSED: Final = "refused"
MORE: Final = "more_refused"
READERS: Final = frozenset({Scope.DISCLOSURE_INTAKE, Scope.DISCLOSURE_REVIEW, Scope.DISCLOSURE_AUDIT})
MAX_LISTED: Final = 500

_FIELD: Final = re.compile(r"[a-z0-9_.\[\]]{1,80}", re.ASCII)
_OF_THE_CASE: Final = (UnknownCase, WrongState, CaseMoved)
"""Refusals that say nothing of what came, but of the case that it was to change."""

_log = logging.getLogger(__name__)


class Via(StrEnum):
    """On which way something came to the desk."""

    COMMAND = "command"
    HTTP = "http"
    INSIDE = "inside"
    """From another part of this program: the court's paper to a handover."""


@dataclass(frozen=True, slots=True)
class Came:
    """Something that came, before anybody read it. ``form``: json, standard, paper, csv. ``sha256`` and ``size`` are
    those of its bytes; None where they weren't read to their end."""

    via: Via
    form: str
    sha256: str | None = None
    size: int | None = None

    @classmethod
    def of(cls, via: Via, form: str, data: bytes | None) -> Came:
        """Of these bytes."""
        return cls(via, form) if data is None else cls(via, form, hashlib.sha256(data).hexdigest(), len(data))


@dataclass(frozen=True, slots=True)
class RefusedIntake:
    """A refusal as its leaf tells it."""

    leaf: str
    at: datetime
    kind: str
    said: dict[str, Any]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"leaf": self.leaf, "at": self.at.isoformat(), "kind": self.kind, "said": self.said}


class RefusedIntakes:
    """The refused intakes of one workspace. Thread-safe."""

    def __init__(self, workspace: Workspace) -> None:
        """Reads and writes nothing until asked to."""
        self._workspace = workspace
        self._alone = threading.Lock()

    @contextmanager
    def noting(self, came: Came, *, by: Principal, answer: bool = False) -> Iterator[None]:
        """Whatever is refused inside leaves its leaf, and is raised on. ``answer``: what came was to
        put a case right; of which, nobody is told who mustn't know of it.

        Raises ``ScopeMissing`` before anything else where ``by`` doesn't take requests in: such a person's tries are
        no intake.
        """
        by.require(Scope.DISCLOSURE_INTAKE)
        try:
            yield
        except _OF_THE_CASE:
            raise
        except InputRefused as error:
            self.note(error, came, by=by, answer=answer)
            raise

    def note(self, error: InputRefused, came: Came, *, by: Principal, answer: bool = False) -> str | None:
        """Write down one refusal; the leaf's id, or None where the hour is full."""
        field = str(error.fields.get("field", ""))
        said = {
            "step": REFUSED,
            "via": came.via.value,
            "form": came.form,
            "reason": error.reason,
            # A name that somebody made up isn't repeated: it may say anything.
            "field": field if _FIELD.fullmatch(field) else None,
            "sha256": came.sha256,
            "size": came.size,
            "answer": answer,
            "by": by.staff_id,
            "proof": by.proof.value,
        }
        now = self._workspace.clock.now()
        with self._alone:
            written = self._written(now)
            if written > MOST_AN_HOUR:
                _log.warning("refused an intake (%s); more than %s this hour", error.reason, MOST_AN_HOUR)
                return None
            if written == MOST_AN_HOUR:
                said = {"step": MORE, "most": MOST_AN_HOUR, "until": (now + HOUR).isoformat()}
            body = orjson.dumps(said, option=orjson.OPT_SORT_KEYS)
            owner = disclosure_index_key(japan_date(now))
            leaf = self._workspace.seal(kind=INTAKE_LEAF, owner=owner, body=body, at=now)
            self._workspace.commit(lambda _: None, [leaf])
        return leaf.id

    def every(self, *, by: Principal, limit: int = 50) -> list[RefusedIntake]:
        """The latest refusals, the youngest first; to an auditor also those at the desks for agencies and other
        providers, whose secret cases are no clerk's to know of. Those of months whose key is gone aren't told any more.

        Raises ``ScopeMissing``.
        """
        if not by.scopes & READERS:
            raise ScopeMissing(scope=Scope.DISCLOSURE_AUDIT.value, staff_id=by.staff_id)
        most = max(1, min(limit, MAX_LISTED))
        kinds = (INTAKE_LEAF, EXCHANGE_LEAF) if Scope.DISCLOSURE_AUDIT in by.scopes else (INTAKE_LEAF,)
        owners = index_keys(self._workspace.keyring.names())
        query = (
            select(outbox.c.id, outbox.c.at, outbox.c.kind)
            .where(outbox.c.owner.in_(owners), outbox.c.kind.in_(kinds))
            .order_by(outbox.c.position.desc())
        )
        found: list[RefusedIntake] = []
        with self._workspace.database.read() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            with suppress(KeyDestroyed):
                opened = self._workspace.open_leaf(row.id)
                said = {} if opened is None else orjson.loads(opened.body)
                if said.get("step") in (REFUSED, MORE):
                    found.append(RefusedIntake(row.id, row.at, row.kind, said))
            if len(found) == most:
                break
        return found

    def _written(self, now: datetime) -> int:
        """Leaves of the last hour. Around midnight at a month's end they lie under two keys."""
        owners = {disclosure_index_key(japan_date(at)) for at in (now - HOUR, now)}
        query = select(func.count()).where(
            outbox.c.owner.in_(owners), outbox.c.kind == INTAKE_LEAF, outbox.c.at > now - HOUR
        )
        with self._workspace.database.read() as connection:
            return int(connection.execute(query).scalar_one())
