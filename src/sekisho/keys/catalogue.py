"""Which key backups were made, what they hold, and which are gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sekisho.keys.chained_log import ChainedLog
from sekisho.keys.errors import BackupNotFound, BackupTermsRefused
from sekisho.keys.ring import utc_text

MAX_BACKUP_LIFE = timedelta(days=92)
"""Longest life of a key backup. A house limit: while one lives, every key it holds is not finally gone, so a quarter is
the longest that the deletion of a day of logs may lag behind."""

MAX_NOTE = 500


@dataclass(frozen=True, slots=True)
class BackupRecord:
    """One backup: what it holds and whether it still is anywhere. The file itself is not looked at."""

    number: int
    made_at: datetime
    expires_at: datetime
    names: frozenset[str]
    gone_at: datetime | None = None
    gone_by: str | None = None
    gone_how: str | None = None

    def is_gone(self, at: datetime) -> bool:
        """Whether somebody had recorded, by ``at``, that no copy of it is left."""
        return self.gone_at is not None and self.gone_at <= at

    def is_due(self, at: datetime) -> bool:
        """Whether it has expired and must be disposed of, and nobody has recorded that."""
        return at >= self.expires_at and not self.is_gone(at)


class Catalogue:
    """The backups of one keyring. Get it from ``ring.catalogue()``, which holds the keyring's lock."""

    def __init__(self, log: ChainedLog) -> None:
        """Reads all of ``log``."""
        self._log = log
        self._records: dict[int, BackupRecord] = {}
        self._absorb()
        log.settle()

    def _absorb(self) -> None:
        for entry in self._log.read_new():
            number = entry["number"]
            if entry["entry"] == "made":
                self._records[number] = BackupRecord(
                    number, _moment(entry["made_at"]), _moment(entry["expires_at"]), frozenset(entry["names"])
                )
            else:
                self._records[number] = replace(
                    self._records[number], gone_at=_moment(entry["at"]), gone_by=entry["by"], gone_how=entry["how"]
                )

    def all(self) -> list[BackupRecord]:
        """By number."""
        return [self._records[number] for number in sorted(self._records)]

    def find(self, number: int) -> BackupRecord:
        """``BackupNotFound`` if there is none."""
        try:
            return self._records[number]
        except KeyError:
            raise BackupNotFound(number=number) from None

    def next_number(self) -> int:
        """One more than the highest number ever used."""
        return max(self._records, default=0) + 1

    def holding(self, name: str, *, at: datetime) -> list[BackupRecord]:
        """Backups not recorded as gone by ``at`` that hold the key ``name``, expired ones included."""
        return [record for record in self.all() if name in record.names and not record.is_gone(at)]

    def due(self, *, at: datetime) -> list[BackupRecord]:
        """Expired backups nobody has recorded as gone: to be disposed of."""
        return [record for record in self.all() if record.is_due(at)]

    def record_made(
        self, number: int, *, made_at: datetime, expires_at: datetime, names: Iterable[str]
    ) -> BackupRecord:
        """Register a backup, durably. Called before its file exists, so that no file is ever unknown.

        Also for backups a security module makes by its own means. ``BackupTermsRefused`` for a number not above all
        earlier ones or a life that is empty or over ``MAX_BACKUP_LIFE``.
        """
        if number < self.next_number():
            raise BackupTermsRefused(why=f"number {number}, the next is {self.next_number()}")
        if not timedelta(0) < expires_at - made_at <= MAX_BACKUP_LIFE:
            raise BackupTermsRefused(why=f"a life of {expires_at - made_at}, allowed up to {MAX_BACKUP_LIFE.days} days")
        self._append_made(number, made_at, expires_at, names)
        return self._records[number]

    def record_gone(self, number: int, *, at: datetime, by: str, how: str) -> BackupRecord:
        """Record that no copy of the backup is left. Believes ``by``, whom it names; recorded once."""
        record = self.find(number)
        if record.gone_at is None:
            entry = {"at": utc_text(at), "by": by[:MAX_NOTE], "how": how[:MAX_NOTE]}
            self._append({"entry": "gone", "number": number, **entry})
        return self._records[number]

    def take_over(self, records: Iterable[BackupRecord]) -> None:
        """Add the living backups another catalogue knew, for a restore. What is known here already stays as it is."""
        for record in records:
            if record.number not in self._records:
                self._append_made(record.number, record.made_at, record.expires_at, record.names)

    def _append_made(self, number: int, made_at: datetime, expires_at: datetime, names: Iterable[str]) -> None:
        terms = {"made_at": utc_text(made_at), "expires_at": utc_text(expires_at)}
        self._append({"entry": "made", "number": number, "names": sorted(names), **terms})

    def _append(self, entry: dict[str, Any]) -> None:
        self._log.append(entry)
        self._absorb()


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
