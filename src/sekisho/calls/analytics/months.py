"""A month by Japan dates, as ``2026-10``. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from sekisho.calls.analytics.errors import MonthRefused

_FORM: Final = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month."""

    year: int
    month: int

    @classmethod
    def read(cls, text: str) -> Self:
        """``2026-10``. Raises ``MonthRefused``."""
        found = _FORM.fullmatch(text)
        if found is None:
            raise MonthRefused(month=text[:20], problem="YYYY-MM")
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, day: date) -> Self:
        """The month of a day."""
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def after(self) -> date:
        """The first day after it."""
        return date(self.year + self.month // 12, self.month % 12 + 1, 1)

    @property
    def before(self) -> Month:
        """The month before."""
        return Month.of(self.first - timedelta(days=1))

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.after - self.first).days

    def __str__(self) -> str:
        """``2026-10``."""
        return f"{self.year:04d}-{self.month:02d}"
