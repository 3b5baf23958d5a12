"""A month's figures of the stop scheme, and the public warning that they give. Pure.

Only counts and times: no number and no name is in them. What is about calls themselves is the calls desk's to tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sekisho.clock import japan_date


@dataclass(frozen=True, slots=True)
class Stop:
    """What the figures need of one number of a request."""

    force: str
    kind: str
    answer: str
    received_at: datetime
    stopped_at: datetime | None


def month_figures(stops: Iterable[Stop], month: str) -> dict[str, Any]:
    """The figures of ``month`` (``2026-11``, by the Japan day of receipt), as JSON values with texts ja and en."""
    mine = [one for one in stops if japan_date(one.received_at).isoformat()[:7] == month]
    stopped = [one for one in mine if one.stopped_at is not None]
    hours = sorted(
        (one.stopped_at - one.received_at) / timedelta(hours=1) for one in stopped if one.stopped_at is not None
    )
    by_kind = Counter(one.kind for one in stopped)
    figures = {
        "month": month,
        "requested": len(mine),
        "stopped": len(stopped),
        "by_kind": dict(sorted(by_kind.items())),
        "by_force": dict(sorted(Counter(one.force for one in mine).items())),
        "by_answer": dict(sorted(Counter(one.answer for one in mine).items())),
        "hours_to_stop": {"median": round(median(hours), 1), "longest": round(hours[-1], 1)} if hours else None,
    }
    return {**figures, "warning": warning(month, by_kind)}


def warning(month: str, by_kind: Counter[str]) -> dict[str, str]:
    """A text for the public, from what was stopped in a month."""
    year, number = month.split("-")
    fixed, ip050 = by_kind.get("fixed_number", 0), by_kind.get("ip_phone_number", 0)
    if not fixed + ip050:
        return {
            "ja": f"{year}年{int(number)}月に、当社が警察の要請により利用を停止した詐欺の電話番号はありませんでした。",
            "en": f"In {month} this operator stopped no number for fraud on a request of the police.",
        }
    return {
        "ja": (
            f"{year}年{int(number)}月、当社は警察の要請により、詐欺に使われた電話番号を{fixed + ip050}件"
            f"（固定電話番号{fixed}件、050番号{ip050}件）停止しました。知らない番号からの電話でお金の話が出たら、"
            "いったん切り、家族か警察相談専用電話（#9110）に相談してください。"
        ),
        "en": (
            f"In {month} this operator stopped {fixed + ip050} numbers used for fraud on requests of the police "
            f"({fixed} fixed, {ip050} with 050). If an unknown caller speaks of money, hang up and ask your family or "
            "the police advice line (#9110)."
        ),
    }
