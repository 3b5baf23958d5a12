"""How long what belongs to a decision is kept, and under which key it therefore belongs. Pure; Japan dates.

===========================  =====================================================================================
a running contract           the month's key, re-wrapped each month
an ended contract            the key of its last day: three years from the day it ended (Act art. 4(2))
accepted, and nothing known  the month's key, and an entry in the worklist until somebody says what became of it
no contract came of it       the key of the last day of the house's period
===========================  =====================================================================================

What is accepted and of which nobody has said whether a contract came of it is never let go by itself: the record of a
contract that runs must be kept (Act art. 4(2)), and a destroyed key brings nothing back.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sekisho.engine.verdicts import Verdict
from sekisho.keys.schedule import CONTRACT_EVIDENCE_KEPT, Period, contract_month_key, last_day

NEVER_CONTRACTED_MONTHS = 6
"""Months for which applications without a contract are kept, unless the operator declares another period.

A house choice, no law's: the Ordinance's six months are the age up to which acts of verification may still count
(:data:`sekisho.contracts.decide.OLDEST_ACT`), so that until then an applicant may complete what was begun; afterwards
the personal data serve no purpose any more (Personal Information Protection Act art. 22)."""

NEVER_CONTRACTED_REASON = "made up of the six months within which acts of verification count"
"""Told where the operator has declared no period."""

MAX_NEVER_CONTRACTED_MONTHS = 36
"""Months at most: an application that led to nothing isn't kept longer than the record of an ended contract."""

UNRESOLVED_AFTER = timedelta(days=14)
"""After so many days an accepted decision of which no contract is known is a matter for somebody to look at. A house
choice: a SIM that is sent by post is in use within two weeks."""

UNRESOLVED_LATE = timedelta(days=183)
"""After so many days it is late: about the six months of :data:`NEVER_CONTRACTED_MONTHS`."""

MONTH_PREFIX = "contract/"
LAST_PREFIX = "contract/last/"


class Standing(StrEnum):
    """What is known of the contract behind a decision."""

    RUNNING = "running"
    ENDED = "ended"
    UNRESOLVED = "unresolved"
    NEVER_CONTRACTED = "never_contracted"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where something stands, and the last day on which it is kept (None: not known yet)."""

    standing: Standing
    last_day: date | None


def end_last_day(ended_on: date, *, known_on: date) -> date:
    """The last day of keeping for a contract that ended on ``ended_on``; of an end learnt too late, ``known_on``."""
    return max(last_day(ended_on, CONTRACT_EVIDENCE_KEPT), known_on)


def of_contract(ended_on: date | None, contract_last_day: date | None) -> Kept:
    """What belongs to a contract."""
    if ended_on is None:
        return Kept(Standing.RUNNING, None)
    return Kept(Standing.ENDED, contract_last_day)


def of_decision(
    *, verdict: str, hypothetical: bool, no_contract: bool, decided_on: date, kept: Period, today: date
) -> Kept:
    """What belongs to a decision that belongs to no contract. ``no_contract``: somebody said so.

    The last day is never before ``today``: a key of a day that has passed may be gone already.
    """
    accepted = verdict in (Verdict.ACCEPT.value, Verdict.ACCEPT_ON_COMPLETION.value) and not hypothetical
    if accepted and not no_contract:
        return Kept(Standing.UNRESOLVED, None)
    return Kept(Standing.NEVER_CONTRACTED, max(last_day(decided_on, kept), today))


def key_of(kept: Kept, *, today: date) -> str:
    """The name of the key under which it belongs from ``today`` on."""
    return contract_month_key(today) if kept.last_day is None else last_day_key(kept.last_day)


def last_day_key(day: date) -> str:
    """``contract/last/<day>``: the key of everything whose last day of keeping is ``day``."""
    return f"{LAST_PREFIX}{day.isoformat()}"


def day_of(name: str) -> date | None:
    """The last day in the name of such a key; None for any other key."""
    return date.fromisoformat(name.removeprefix(LAST_PREFIX)) if name.startswith(LAST_PREFIX) else None


def is_month_key(name: str) -> bool:
    """Whether ``name`` is a month's key (``contract/2026-11``)."""
    return name.startswith(MONTH_PREFIX) and not name.startswith(LAST_PREFIX)


def month_is_over(name: str, *, today: date) -> bool:
    """Whether the month of a month's key has ended, so that its survivors are to be moved."""
    return is_month_key(name) and name < contract_month_key(today)
