"""Which key protects what, and the day from which it must be destroyed. Pure; every date is a Japan date.

Periods run as in the Civil Code (民法), which applies where a statute doesn't say otherwise (art. 138):

- art. 140: a period in days, weeks, months or years doesn't count its first day (unless it starts at midnight);
- art. 141: it ends with the end of its last day;
- art. 143(1): weeks, months and years run by the calendar;
- art. 143(2): it ends on the day before the day that corresponds to its first, or, where the last month has no such
  day, on
  the last day of that month;
- art. 142: when the last day is a day on which by custom no business is done, it ends on the next business day.

Art. 139 (periods in hours) isn't needed here. For art. 142 the caller names the operator's closed days; by default
none, since a telecom operator serves its subscribers every day.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sekisho.keys.ring import checked_name

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time as a statute or a declaration states it. Exactly one unit is above zero."""

    days: int = 0
    months: int = 0
    years: int = 0

    def __post_init__(self) -> None:
        """``ValueError`` unless one unit is above zero and the others are zero."""
        if sorted([self.days, self.months, self.years])[:2] != [0, 0] or not self.days + self.months + self.years > 0:
            raise ValueError("a period has exactly one unit above zero")


CONTRACT_EVIDENCE_KEPT: Final = Period(years=3)
"""Act 2005 No. 31 art. 4(2): the record is kept for three years from the day the service contract ended
(「役務提供契約が終了した日から三年間」); the copies and chip data with it under Ordinance 2005 No. 167 art. 10."""

REWRAP_MONTHS: Final = 1
"""Months after its own that a month's key lives, in which the evidence of running contracts moves to a newer month's
key. A house choice: long enough for a run that failed to be repeated, and far below the three years after which it
matters."""


def last_day(event: date, period: Period, *, closed: Container[date] = ()) -> date:
    """The last day of ``period`` counted from something that happened during ``event`` (arts. 140-143).

    ``closed``: days on which the operator by custom does no business (art. 142).
    """
    first = event + _DAY  # art. 140
    if period.days:
        last = first + timedelta(days=period.days - 1)
    else:
        year, month = divmod(first.year * 12 + first.month - 1 + period.months + 12 * period.years, 12)
        month += 1
        longest = monthrange(year, month)[1]
        # art. 143(2), then its proviso
        last = date(year, month, first.day) - _DAY if first.day <= longest else date(year, month, longest)
    while last in closed:  # art. 142
        last += _DAY
    return last


# -- communication logs: one key per kind and Japan day
# -----------------------------------------------------------------


def log_key(kind: str, day: date) -> str:
    """``log/<kind>/<yyyy-mm-dd>``: the key of everything of one log kind on one Japan day.

    A name has no ``_`` (:func:`sekisho.keys.ring.file_name`): it stands as ``-`` (``ap.map_rule`` is ``ap.map-rule``).
    """
    return checked_name(f"log/{kind.replace('_', '-')}/{day.isoformat()}")


def log_key_due(day: date, kept: Period, *, closed: Container[date] = ()) -> date:
    """The day from which the key of a log day must be destroyed: the one after the last day it may be kept.

    ``kept`` is the period declared for this provider, service and log kind; there is no default, because no law gives
    one. Held records are carved out before (see the purge); this does not know of holds.
    """
    return last_day(day, kept, closed=closed) + _DAY


# -- contract evidence: a monthly key while the contract runs, then the key of its last day
# -----------------------------


def contract_month_key(day: date) -> str:
    """``contract/<yyyy-mm>``: the key under which the evidence of running contracts is written or re-wrapped on
    ``day``.
    """
    return f"contract/{day:%Y-%m}"


def contract_month_key_due(day: date) -> date:
    """The day from which the key of ``day``'s month must be destroyed, its survivors having moved to a newer month's
    key.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + 1 + REWRAP_MONTHS, 12)
    return date(year, month + 1, 1)


def contract_end_key(ended: date, *, closed: Container[date] = ()) -> str:
    """``contract/last/<yyyy-mm-dd>``: the key to which a contract's evidence moves once its end is known.

    The date is the last day on which it must be kept. All contracts with that last day share the key, and end with it.
    """
    return f"contract/last/{last_day(ended, CONTRACT_EVIDENCE_KEPT, closed=closed).isoformat()}"


def contract_end_key_due(ended: date, *, closed: Container[date] = ()) -> date:
    """The day from which :func:`contract_end_key` must be destroyed: the one after the last day of keeping."""
    return last_day(ended, CONTRACT_EVIDENCE_KEPT, closed=closed) + _DAY


# -- requests for disclosure: one key per request, one for its working copies, one per month to find them by
# ------------------------


def disclosure_key(case_id: str) -> str:
    """``disclosure/<case>``: the key of a request's record."""
    return checked_name(f"disclosure/{case_id}")


def disclosure_work_key(case_id: str) -> str:
    """``disclosure-work/<case>``: the key of what was found and prepared for a request; destroyed when it is closed."""
    return checked_name(f"disclosure-work/{case_id}")


def disclosure_index_key(day: date) -> str:
    """``disclosure-index/<yyyy-mm>``: the key by which requests received in a month are found by who asked and by
    their number, and of what was refused in it; destroyed with the last of them, no sooner than five years after.
    """
    return f"disclosure-index/{day:%Y-%m}"


# -- the calls desk: one key per month for lists, settings of lines, agreements and appeals
# ------------------------


def calls_key(day: date) -> str:
    """``calls/<yyyy-mm>``: the key of what the calls desk enters in a month; destroyed with the last of it."""
    return f"calls/{day:%Y-%m}"


def call_spool_key(day: date) -> str:
    """``call-spool/<yyyy-mm>``: the key from which the pair is derived that proxies seal evidence to in a month;
    destroyed when the period of what was sealed to it is over."""
    return f"call-spool/{day:%Y-%m}"


# -- the stops desk: one key per month for requests, contractors, reports, denials and objections
# ------------------------


def stops_key(day: date) -> str:
    """``stops/<yyyy-mm>``: the key of what the stops desk enters in a month, and of the denials that the contract desk
    was told of in it; destroyed with the last of it."""
    return f"stops/{day:%Y-%m}"


# -- the user-information desk: one key per month for scans
# ------------------------


def apps_key(day: date) -> str:
    """``apps/<yyyy-mm>``: the key of the scans of a month; destroyed with the last of them."""
    return f"apps/{day:%Y-%m}"


# -- what lives as long as the workspace
# --------------------------------------------------------------------------------


def workspace_key(purpose: str) -> str:
    """``workspace/<purpose>``: a key that has no due day. Not for personal data or communications."""
    return checked_name(f"workspace/{purpose}")


def due_by_name(name: str, today: date) -> bool:
    """Whether the date in a contract key's name says that it must be destroyed by ``today``.

    True only for the two contract forms: a log key's day is due after a period its name doesn't tell
    (:func:`log_key_due`), and a workspace key never is. Does not check that survivors were re-wrapped: the caller
    does that first.
    """
    parts = name.split("/")
    if parts[0] != "contract":
        return False
    try:
        if len(parts) == 2:
            return today >= contract_month_key_due(date.fromisoformat(parts[1] + "-01"))
        return len(parts) == 3 and parts[1] == "last" and today > date.fromisoformat(parts[2])
    except ValueError:
        return False
