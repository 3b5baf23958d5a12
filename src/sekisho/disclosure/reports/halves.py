"""Half-years of the calendar, in Japan dates. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from sekisho.clock import JAPAN
from sekisho.disclosure.reports.errors import HalfRefused

_WRITTEN = re.compile(r"(20[0-9]{2})-H([12])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Half:
    """January to June (1) or July to December (2)."""

    year: int
    number: int

    @classmethod
    def read(cls, text: str) -> Self:
        """``2026-H1``. Raises ``HalfRefused``."""
        found = _WRITTEN.fullmatch(text)
        if found is None:
            raise HalfRefused(half=text[:20])
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        """As :meth:`read` takes it."""
        return f"{self.year}-H{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 1 if self.number == 1 else 7, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return date(self.year, 6, 30) if self.number == 1 else date(self.year, 12, 31)

    @property
    def begin(self) -> datetime:
        """Its first moment."""
        return datetime.combine(self.first, time(), JAPAN)

    @property
    def end(self) -> datetime:
        """The moment after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), JAPAN)
