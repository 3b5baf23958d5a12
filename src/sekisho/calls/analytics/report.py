"""The month's report: from tallies, alarms, canaries and appeals to figures that may be shown. Pure.

Countries, ranges and codes are told as :mod:`~sekisho.calls.analytics.floors` allows, ranges only of countries that are
told themselves; a change since the month before is told only where both months' figures are. What kind of number
a call showed (Japanese, foreign, none …) is told exactly: no range is one of these.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sekisho.calls.analytics.counting import POLICE, Tally
from sekisho.calls.analytics.floors import FLOOR, Told, tell
from sekisho.calls.analytics.months import Month
from sekisho.calls.numbers import countries
from sekisho.calls.windows.origin import country_code

FORMAT: Final = "sekisho calls report 1"
TOP: Final = 20
"""Countries and ranges listed by name."""

Row = tuple[date, str, str, int]
"""Day, tally, subject, calls: a row of the table."""


@dataclass(frozen=True, slots=True)
class Place:
    """A country, range or code. ``before`` None: not told in the month before, or there was none."""

    name: str
    region: str | None
    calls: int
    before: int | None

    @property
    def change(self) -> float | None:
        """Growth since the month before: 0.5 is half as many again."""
        return None if not self.before else self.calls / self.before - 1

    def document(self) -> dict[str, Any]:
        """As JSON values; the change in percent."""
        change = None if self.change is None else round(100 * self.change, 1)
        return {
            "name": self.name, "region": self.region, "calls": self.calls, "before": self.before,
            "change_percent": change,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Places:
    """A list of them. ``total`` None: too few to tell."""

    rows: tuple[Place, ...]
    other: int
    total: int | None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"rows": [one.document() for one in self.rows], "other": self.other, "total": self.total}


@dataclass(frozen=True, slots=True)
class TrunkAlarms:
    """A trunk's alarms of the month, by pattern, and how many still wait for somebody."""

    trunk: str
    patterns: Mapping[str, int]
    open: int


@dataclass(frozen=True, slots=True)
class CanaryTrunk:
    """A trunk's canaries of the month, by result."""

    trunk: str
    results: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Appealed:
    """Appeals against mislabelling that came in the month, by what became of them so far."""

    received: int
    upheld: int
    rejected: int
    open: int


@dataclass(frozen=True, slots=True)
class Report:
    """One month. ``compared``: there are tallies of the month before. ``new_ranges`` None: no earlier month to compare
    with. ``shown_days``: days of the month that have calls."""

    month: Month
    made_on: date
    over: bool
    shown_days: int
    compared: bool
    calls: int
    calls_before: int
    directions: Mapping[str, int]
    outcomes: tuple[tuple[str, str, int, int], ...]
    daily: tuple[int, ...]
    shown: Mapping[str, int]
    countries: Places
    ranges: Places
    new_ranges: tuple[str, ...] | None
    unassigned: Places
    police: Mapping[str, int]
    police_before: Mapping[str, int]
    failed_open: Mapping[str, int]
    missing: int
    missing_before: int
    unread: int
    trunks: tuple[TrunkAlarms, ...]
    canaries: tuple[CanaryTrunk, ...]
    appeals: Appealed

    @property
    def failed_share(self) -> float | None:
        """The share of calls that passed because they couldn't be judged."""
        return sum(self.failed_open.values()) / self.calls if self.calls else None

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "format": FORMAT, "month": str(self.month), "made_on": self.made_on.isoformat(), "over": self.over,
            "days_with_calls": self.shown_days, "compared": self.compared, "floor": FLOOR,
            "calls": {"total": self.calls, "before": self.calls_before if self.compared else None,
                      "by_direction": dict(self.directions), "by_day": list(self.daily)},
            "outcomes": [
                {"outcome": outcome, "reason": reason, "calls": calls, "before": before if self.compared else None}
                for outcome, reason, calls, before in self.outcomes
            ],
            "incoming_by_kind": dict(self.shown), "countries": self.countries.document(),
            "ranges": self.ranges.document(),
            "new_ranges": None if self.new_ranges is None else list(self.new_ranges),
            "unassigned": self.unassigned.document(),
            "police": dict(self.police), "police_before": dict(self.police_before) if self.compared else None,
            "failed_open": {"calls": sum(self.failed_open.values()), "share": self.failed_share,
                            "reasons": dict(self.failed_open)},
            "evidence": {"missing": self.missing, "unread": self.unread},
            "trunks": [{"trunk": one.trunk, "alarms": dict(one.patterns), "open": one.open} for one in self.trunks],
            "canaries": [{"trunk": one.trunk, **one.results} for one in self.canaries],
            "appeals": {"received": self.appeals.received, "upheld": self.appeals.upheld,
                        "rejected": self.appeals.rejected, "open": self.appeals.open},
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside the tallies."""

    trunks: tuple[TrunkAlarms, ...] = ()
    canaries: tuple[CanaryTrunk, ...] = ()
    appeals: Appealed = Appealed(0, 0, 0, 0)


def report(month: Month, rows: Iterable[Row], around: Around, *, today: date) -> Report:
    """The report of a month. ``rows`` are of that month and of all earlier ones that are held; later ones are left
    out."""
    by_month: defaultdict[Month, defaultdict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    daily: Counter[int] = Counter()
    for day, kind, subject, calls in rows:
        by_month[Month.of(day)][kind][subject] += calls
        if kind == Tally.CALLS and Month.of(day) == month:
            daily[day.day] += calls
    now, then = by_month[month], by_month[month.before]
    compared = bool(then[Tally.CALLS])
    earlier = [counts for held, counts in by_month.items() if held < month and counts[Tally.CALLS]]
    ranges = _ranges(now)
    seen = {name for counts in earlier for name in _ranges(counts).cells}
    outcomes = now[Tally.OUTCOME]
    return Report(
        month=month, made_on=today, over=today >= month.after, shown_days=len(daily), compared=compared,
        calls=sum(now[Tally.CALLS].values()), calls_before=sum(then[Tally.CALLS].values()),
        directions=_ordered(now[Tally.CALLS]),
        outcomes=tuple(
            (*_outcome(name), calls, then[Tally.OUTCOME][name]) for name, calls in _ordered(outcomes).items()
        ),
        daily=tuple(daily[day] for day in range(1, month.days + 1)),
        shown=_kinds(now[Tally.COUNTRY]),
        countries=_places(_countries(now), _countries(then), countries.ASSIGNED.get),
        ranges=_places(ranges, _ranges(then), lambda name: countries.ASSIGNED.get(country_code(name))),
        new_ranges=tuple(name for name in ranges.cells if name not in seen) if earlier else None,
        unassigned=_places(tell(now[Tally.UNASSIGNED]), tell(then[Tally.UNASSIGNED]), lambda _: None),
        police={kind: now[Tally.POLICE][kind] for kind in POLICE},
        police_before={kind: then[Tally.POLICE][kind] for kind in POLICE},
        failed_open=_ordered(now[Tally.FAILED_OPEN]),
        missing=sum(now[Tally.MISSING].values()), missing_before=sum(then[Tally.MISSING].values()),
        unread=sum(now[Tally.UNREAD].values()),
        trunks=around.trunks, canaries=around.canaries, appeals=around.appeals,
    )  # fmt: skip


def _kinds(counts: Mapping[str, int]) -> dict[str, int]:
    """What kind of number incoming calls showed."""
    found: Counter[str] = Counter()
    for name, calls in counts.items():
        found["japan" if name == countries.JAPAN else "foreign" if name.isdigit() else name] += calls
    return _ordered(found)


def _countries(month: Mapping[str, Mapping[str, int]]) -> Told:
    """Countries that may be told: those of foreign numbers."""
    counts = month[Tally.COUNTRY]
    return tell({name: calls for name, calls in counts.items() if name.isdigit() and name != countries.JAPAN})


def _ranges(month: Mapping[str, Mapping[str, int]]) -> Told:
    """Ranges that may be told: within each country that is, so that no rest is below the floor either."""
    of: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for name, calls in month[Tally.RANGE].items():
        of[country_code(name)][name] = calls
    by_country = _countries(month)
    cells: dict[str, int] = {}
    for code in by_country.cells:
        cells |= tell(of[code]).cells
    other = 0 if by_country.total is None else by_country.total - sum(cells.values())
    return Told(dict(sorted(cells.items(), key=lambda pair: (-pair[1], pair[0]))), other, by_country.total)


def _places(now: Told, then: Told, region: Any) -> Places:
    told = now.first(TOP)
    rows = tuple(Place(name, region(name), calls, then.cells.get(name)) for name, calls in told.cells.items())
    return Places(rows, told.other, told.total)


def _outcome(name: str) -> tuple[str, str]:
    outcome, _, reason = name.partition("/")
    return outcome, reason


def _ordered(counts: Mapping[str, int]) -> dict[str, int]:
    pairs: Sequence[tuple[str, int]] = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return {name: calls for name, calls in pairs if calls}
