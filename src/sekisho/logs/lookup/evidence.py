"""What became of the calls to a number, and why: read from the evidence of decisions (``call.evidence``).

Asked is by the number that was called. Who called is told, but where the called subscriber's own consent is the ground:
then a number that its caller withheld, or that was withheld here, stays untold, as it did when the call rang.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection

from sekisho.clock import japan_date
from sekisho.logs import manifest
from sekisho.logs.kinds import LogKind
from sekisho.logs.manifest import GONE
from sekisho.logs.subscribers.errors import IdentifierRefused
from sekisho.logs.subscribers.identifiers import Identifier, IdentifierKind, identifier
from sekisho.logs.written import WrittenFiles, ids_of
from sekisho.workspace import Workspace

MOST: Final = 1_000
"""Calls in one answer; ``more`` says that there were others."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TOLD: Final = (
    "outcome", "reason", "rule", "basis", "consent", "sip_status", "label", "failed_open", "trunk", "direction",
    "called", "call_id", "privacy", "rules",
)  # fmt: skip
_CALLER: Final = ("asserted", "presented", "asserted_others", "diverted_by")
_TAIL: Final = 6
"""Digits by which a record is picked out before it is read: the last of a number stand alike in every form of it."""


def calls_to(
    workspace: Workspace, connection: Connection, wanted: Identifier, begin: int, end: int, *, hide_withheld: bool
) -> dict[str, Any]:
    """The calls to ``wanted`` in [``begin``, ``end``), UTC microseconds, and the days that can't answer any more.
    Raises what reading files raises."""
    store, calls, missing, more = WrittenFiles(workspace), list[dict[str, Any]](), list[str](), False
    for day in _days(begin, end):
        if manifest.day_state(connection, LogKind.CALL_EVIDENCE, day) in GONE:
            missing.append(day.isoformat())
            continue
        for record in _records(store, ids_of(connection, LogKind.CALL_EVIDENCE, day), day, wanted):
            if not begin <= record["at"] < end:
                continue
            if len(calls) == MOST:
                more = True
                break
            calls.append(_document(record, hide_withheld=hide_withheld))
    calls.sort(key=lambda one: str(one["at"]))
    complete = not (more or missing)
    return {"called": wanted.value, "calls": calls, "more": more, "days_gone": missing, "complete": complete}


def _days(begin: int, end: int) -> Iterator[date]:
    day, last = (japan_date(_EPOCH + timedelta(microseconds=at)) for at in (begin, end - 1))
    while day <= last:
        yield day
        day += timedelta(days=1)


def _records(store: WrittenFiles, ids: tuple[str, ...], day: date, wanted: Identifier) -> Iterator[Mapping[str, Any]]:
    tail = wanted.value[-_TAIL:].encode()
    for one in ids:
        for raw in store.read(LogKind.CALL_EVIDENCE, day, one):
            if tail not in raw:
                continue
            try:
                record = orjson.loads(raw)
                if isinstance(record.get("at"), int) and _same(record.get("called"), wanted):
                    yield record
            except (orjson.JSONDecodeError, AttributeError):
                continue  # what can't be read is counted where evidence is taken in


def _same(written: object, wanted: Identifier) -> bool:
    try:
        return isinstance(written, str) and identifier(IdentifierKind.PHONE, written) == wanted
    except IdentifierRefused:
        return False


def _document(record: Mapping[str, Any], *, hide_withheld: bool) -> dict[str, Any]:
    withheld = bool(set(record.get("privacy", ())) - {"none"}) or record.get("outcome") == "anonymise"
    hidden = hide_withheld and withheld
    told = _TOLD if hidden else (*_TOLD, *_CALLER)
    at = _EPOCH + timedelta(microseconds=record["at"])
    said = {name: record[name] for name in told if name in record}
    return {"at": at.isoformat(), **said, "caller_withheld": withheld}
