"""How long what is permitted stays so. Pure.

A preservation's days are counted from the day on which the request was received, never from the day on which somebody
judges it (刑事訴訟法197条3項・4項): a request that lies for weeks isn't given them again. The day of receipt itself
isn't counted (55条1項), and a last day on a holiday stays (:mod:`sekisho.disclosure.deadlines` counts alike).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sekisho.disclosure.gate_errors import ReceiptDayUnknown, ReceiptInFuture
from sekisho.disclosure.kinds import Act, CaseType
from sekisho.engine.facts import Text, Value

MAX_PRESERVATION_DAYS: Final = 30
"""刑事訴訟法197条3項・4項: thirty days for a request and for each extension. By a secondary source 国税通則法134条 has
the same thirty; :data:`sekisho.logs.holds.rules.HOLDS` has them too, and a test holds both together."""
MAX_PRESERVATION_TOTAL: Final = 60
"""刑事訴訟法197条4項: sixty days in all."""

PRESERVATIONS: Final = frozenset(
    {CaseType.PRESERVATION_REQUEST, CaseType.PRESERVATION_EXTENSION, CaseType.TAX_PRESERVATION}
)
"""Requests whose hold the law counts in days."""


@dataclass(frozen=True, slots=True)
class Until:
    """How long what is permitted stays so: a day where the law counts days (the last one), and in words always."""

    day: date | None
    text: Text


@dataclass(frozen=True, slots=True)
class Running:
    """The preservation that an extension extends: the day on which the first request was received, and its last day."""

    received: date
    last_day: date


def require_receipt(event: CaseType, act: Act, on: date, received: date | None) -> None:
    """Raise :class:`ReceiptDayUnknown` where days are counted from a receipt that isn't given, and
    :class:`ReceiptInFuture` for one after the day of judging, which would lengthen the time."""
    if act is not Act.HOLD or event not in PRESERVATIONS:
        return
    if received is None:
        raise ReceiptDayUnknown(event=event.value)
    if received > on:
        raise ReceiptInFuture(received=received.isoformat(), on=on.isoformat())


def until_of(
    facts: Mapping[str, Value], event: CaseType, act: Act, *, received: date | None, extends: Running | None
) -> Until:
    """Until when an act that is permitted may be done, or what it holds may be held.

    ``received``: the day of receipt (:func:`require_receipt`). ``extends``: what an extension extends, where it is
    known; without it the days are told in words alone.
    """
    if act is Act.HOLD and event is CaseType.PRESERVATION_EXTENSION:
        return _extended(_days(facts), extends)
    if act is Act.HOLD and event in PRESERVATIONS and received is not None:
        most = _days(facts)
        if event is CaseType.TAX_PRESERVATION:
            return Until(received + timedelta(days=most), _TAX)
        return Until(
            received + timedelta(days=most),
            Text(
                f"要請を受けた日から{most}日（延長を含めて{MAX_PRESERVATION_TOTAL}日まで）。撤回されたらそのとき",
                f"{most} days from the day the request was received ({MAX_PRESERVATION_TOTAL} in all); "
                "at once when withdrawn",
            ),
        )
    if act is Act.HOLD:
        return Until(
            None, Text("根拠となる手続や必要がなくなるまで", "until the proceedings or the need behind it end")
        )
    if "document.in_date" in facts:
        return Until(None, Text("文書の有効期間の終わりまで", "to the end of the document's validity"))
    return Until(
        None, Text("この事実が変わるまで（行う直前に判断し直す）", "while these facts stand; judged again at the act")
    )


_TAX: Final = Text(
    f"要請を受けた日から{MAX_PRESERVATION_DAYS}日以内（国税通則法134条。日数は二次資料によるもので、延長の定めは"
    "未確認のため延長しない）。撤回されたらそのとき",
    f"at most {MAX_PRESERVATION_DAYS} days from the day the request was received (National Tax Act art. 134, by a "
    "secondary source; of an extension nothing is confirmed, so there is none); at once when withdrawn",
)


def _days(facts: Mapping[str, Value]) -> int:
    days = facts.get("preservation.days_asked")
    return min(days, MAX_PRESERVATION_DAYS) if isinstance(days, int) else MAX_PRESERVATION_DAYS


def _extended(most: int, extends: Running | None) -> Until:
    """刑訴法197条4項: from the last day of what is extended, and sixty days in all from the first receipt."""
    text = Text(
        f"先の期間の末日から{most}日。最初の要請を受けた日から通算{MAX_PRESERVATION_TOTAL}日まで。撤回されたらそのとき",
        f"{most} days from the last day so far, {MAX_PRESERVATION_TOTAL} in all from the day the first request was "
        "received; at once when withdrawn",
    )
    if extends is None:
        return Until(None, text)
    latest = extends.received + timedelta(days=MAX_PRESERVATION_TOTAL)
    return Until(min(extends.last_day + timedelta(days=most), latest), text)
