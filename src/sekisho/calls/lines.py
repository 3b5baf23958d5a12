"""What each line asked to be done with its calls, and the consent that says so.

Altering or refusing somebody's call touches the secrecy of communications (電気通信事業法4条): it rests on the
individual and explicit consent of the line's subscriber, kept here with its day, its way and its text's version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, insert, select, update

from sekisho.access.once import id_of, once
from sekisho.access.principal import Principal
from sekisho.access.roles import Scope
from sekisho.calls.desk import LINE, Desk, checked_text
from sekisho.calls.errors import LineRefused, UnknownLine
from sekisho.calls.screening.line_table import LONGEST_LINE
from sekisho.calls.screening.lookups import LineSettings
from sekisho.calls.screening.settings import CASES, read_settings, settings_document
from sekisho.calls.tables import call_line

LINE_LEAF: Final = "calls.line"
WAYS: Final = frozenset({"web", "app", "shop", "phone", "paper"})
"""How a consent was given."""


@dataclass(frozen=True, slots=True)
class LineEntry:
    """The settings of a line, with the consent they rest on."""

    id: str
    state: str
    line: str
    settings: LineSettings
    consent: Mapping[str, Any]
    since: datetime

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "id": self.id, "state": self.state, "line": self.line, "settings": settings_document(self.settings),
            "consent": dict(self.consent), "since": self.since.isoformat(),
        }  # fmt: skip


class LineDesk:
    """The lines of one workspace. Thread-safe."""

    def __init__(self, desk: Desk) -> None:
        """Reads and writes nothing until asked to."""
        self._desk = desk

    def set(
        self,
        line: str,
        settings: Mapping[str, Any],
        consent: Mapping[str, Any],
        *,
        by: Principal,
        idempotency_key: str | None = None,
    ) -> LineEntry:
        """Enter what a line asks for, instead of what it asked for before. ``settings``: for each case its ``wish``
        (and ``sip_status``); ``consent``: ``given_at`` (a time that has come), ``way``, ``text_version``, and the
        ``cases`` it was given for, which are just those that alter calls. The consent's id is made here.

        Raises ``LineRefused``, ``ScopeMissing``, ``IdempotencyKeyReused``.
        """
        by.require(Scope.DECIDE)
        now, made = self._desk.now(), id_of("cl_", by, idempotency_key)
        if not isinstance(line, str) or not 0 < len(line.encode()) <= LONGEST_LINE:
            raise LineRefused(field="line", problem=f"1 to {LONGEST_LINE} bytes")
        found = _settings(settings, made)
        agreed = _consent(consent, {case for case in CASES if getattr(found, case).consent is not None}, now)
        body = {"line": line, "settings": settings_document(found), "consent": agreed}
        return once(
            idempotency_key, made, find=self._known, make=lambda: self._enter(made, line, body, by, now),
            same=lambda one: {"line": one.line, "settings": settings_document(one.settings), "consent": one.consent}
            == body,
        )  # fmt: skip

    def _known(self, entry_id: str) -> LineEntry | None:
        with self._desk.workspace.database.read() as connection:
            row = connection.execute(select(call_line).where(call_line.c.id == entry_id)).one_or_none()
        return None if row is None else self._entry(row)

    def _enter(self, made: str, line: str, body: dict[str, Any], by: Principal, now: datetime) -> LineEntry:
        desk, key, agreed = self._desk, self._desk.key(), body["consent"]

        def write(connection: Connection) -> None:
            desk.alone(connection)
            self._end(connection, line, now)
            connection.execute(
                insert(call_line).values(
                    id=made, state="active", since=now, by=by.staff_id, key=key,
                    line_index=LINE.index(desk.workspace.keyring, line, key=key),
                    body=desk.seal(call_line, body, row_id=made, key=key),
                )
            )  # fmt: skip

        said = {"consent": made, "cases": agreed["cases"], "way": agreed["way"], "text": agreed["text_version"]}
        desk.workspace.commit(write, [desk.leaf(LINE_LEAF, said, by, now)])
        return self.find(line, by=by)

    def end(self, line: str, *, by: Principal) -> None:
        """A line asks for nothing any more: its consent is withdrawn. The default holds with the next bundle. Raises
        ``UnknownLine``, ``ScopeMissing``."""
        by.require(Scope.DECIDE)
        known, now = self.find(line, by=by), self._desk.now()
        leaf = self._desk.leaf(LINE_LEAF, {"consent": known.id, "withdrawn": True}, by, now)
        self._desk.workspace.commit(lambda connection: self._end(connection, line, now), [leaf])

    def find(self, line: str, *, by: Principal) -> LineEntry:
        """What a line asked for. Raises ``UnknownLine``, ``ScopeMissing``."""
        by.require(Scope.DECIDE)
        with self._desk.workspace.database.read() as connection:
            row = connection.execute(
                select(call_line).where(
                    call_line.c.line_index.in_(self._desk.line_indexes(connection, line)),
                    call_line.c.state == "active",
                )
            ).one_or_none()
            if row is None:
                raise UnknownLine
            return self._entry(row)

    def every(self, connection: Connection) -> dict[str, LineSettings]:
        """The settings of every line, for a bundle."""
        rows = connection.execute(select(call_line).where(call_line.c.state == "active").order_by(call_line.c.id))
        return {one.line: one.settings for one in map(self._entry, rows)}

    def _end(self, connection: Connection, line: str, now: datetime) -> None:
        connection.execute(
            update(call_line)
            .where(
                call_line.c.line_index.in_(self._desk.line_indexes(connection, line)), call_line.c.state == "active"
            )
            .values(state="ended", ended_at=now)
        )

    def _entry(self, row: Any) -> LineEntry:
        body = self._desk.open(call_line, row)
        return LineEntry(
            row.id, row.state, body["line"], read_settings(body["settings"]), body["consent"], row.since
        )


def _settings(given: Mapping[str, Any], consent: str) -> LineSettings:
    """Settings whose consent is the one being entered."""
    if not isinstance(given, Mapping):
        raise LineRefused(field="settings", problem=f"an object with {', '.join(CASES)}")
    whole = {}
    for case, one in given.items():
        if not isinstance(one, Mapping) or set(one) - {"wish", "sip_status"}:
            raise LineRefused(field="settings", problem="each case: wish, and for a refusal sip_status")
        whole[case] = {**one, "consent": None if one.get("wish") == "pass" else consent}
    try:
        return read_settings(whole)
    except ValueError as error:
        raise LineRefused(field="settings", problem=str(error)) from None


def _consent(given: Mapping[str, Any], altering: set[str], now: datetime) -> dict[str, Any]:
    if not isinstance(given, Mapping) or set(given) - {"given_at", "way", "text_version", "cases"}:
        raise LineRefused(field="consent", problem="given_at, way, text_version, cases")
    try:
        at = datetime.fromisoformat(str(given.get("given_at")))
    except ValueError:
        raise LineRefused(field="given_at", problem="a time such as 2026-11-23T12:00:00+09:00") from None
    if at.tzinfo is None or at > now:
        raise LineRefused(field="given_at", problem="a time that has come, with a zone")
    text, way, cases = checked_text(given.get("text_version"), most=200), given.get("way"), given.get("cases")
    if text is None or way not in WAYS:
        raise LineRefused(field="way", problem=f"one of {', '.join(sorted(WAYS))}; text_version: which text was shown")
    if not isinstance(cases, list) or sorted(map(str, cases)) != sorted(altering):
        raise LineRefused(field="cases", problem="just the cases in which calls are altered")
    return {"given_at": at.isoformat(), "way": way, "text_version": text, "cases": sorted(altering)}
