"""When something was first sent to a recipient and first told, from a service's earlier scans (ETR-17). Pure.

"Beforehand" needs a scan before the first sending that looked at the same and didn't see it, and had the row; what
began before the first scan, or between two, stays unknown. That it was sent first needs a scan that saw it while the
whole notice had no row on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from sekisho.apps.changes import baseline_of
from sekisho.apps.evidence import Grade, Reading
from sekisho.apps.flows import Flow
from sekisho.apps.law.facts import Fact, History, Known, Unmeasured
from sekisho.apps.law.sent import key_of
from sekisho.apps.reconcile.names import shipped_names
from sekisho.apps.reconcile.verdicts import Reason, Reconciled
from sekisho.clock import JAPAN

LOOKS_MOST: Final = 200
"""Scans of one service that are looked back at: four years, once a week."""

_UNTOLD: Final = frozenset({Reason.RECIPIENT_OMITTED, Reason.NO_NOTICE})
_OPEN: Final = frozenset({Reason.NOTICE_UNREAD, Reason.NOTICE_READ_IN_PART, Reason.NAMES_UNMATCHED, Reason.DENIED,
                          Reason.EMBEDDED_UNTOLD, Reason.HOST_WRITTEN})  # fmt: skip
"""Reasons that say nothing of whether there is a row on a recipient."""
_KNOWN: Final = {each.value: each for each in Reason}
_FIRST: Final = Unmeasured(
    "no_earlier_scan",
    "このサービスの前回の計測がなく、送信と公表のどちらが先か分かりません。作業領域に保管して繰り返し計測してください",
    "There is no earlier scan of this service, so which came first isn't known. Keep scans and repeat them",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one scan says of who is sent to and who is told.

    ``sent``: by recipient the kinds of target and states of consent in which it was seen. ``told``: by recipient
    whether the notice has a row on it; one of which that isn't known isn't there. ``whole``: the kinds of target and
    states that were looked at without a gap.
    """

    at: datetime
    sent: Mapping[str, frozenset[tuple[str, str]]] = field(default_factory=dict)
    told: Mapping[str, bool] = field(default_factory=dict)
    whole: frozenset[tuple[str, str]] = frozenset()


def look_of(
    flows: Iterable[Flow], told: Iterable[Reconciled], readings: Iterable[Reading], on: date, past: Sequence[Look]
) -> Look:
    """The scan that is being made, on a day (Japan); it comes after every earlier one of that day."""
    at = datetime.combine(on, time(), JAPAN)
    if past and past[-1].at >= at:
        at = past[-1].at + timedelta(microseconds=1)
    sent: dict[str, set[tuple[str, str]]] = {}
    for flow in flows:
        if not flow.key.own and key_of(flow):
            for target, piece in flow.observed:
                sent.setdefault(key_of(flow), set()).add((target.kind.value, piece.consent.value))
    gaps = {each.target.kind.value for each in readings if each.not_measured}
    seen = {each for states in sent.values() for each in states if each[0] not in gaps}
    rows = [(each.recipient, frozenset(each.reasons)) for each in told]
    return Look(at=at, sent={key: frozenset(each) for key, each in sent.items()}, told=_told(rows),
                whole=frozenset(seen))  # fmt: skip


def look_in(document: Mapping[str, Any], at: datetime, name: str) -> Look:
    """A scan as it was kept. Raises :class:`~sekisho.apps.errors.BaselineRefused` for what is no scan's document."""
    baseline = baseline_of(document, name)
    sent: dict[str, frozenset[tuple[str, str]]] = {}
    for flow in document["flows"]:
        key = flow["recipient"] or flow["domain"] or flow["service"]
        if key and not flow["own"]:
            places = {(str(each["target"]["kind"]), str(each["consent"])) for each in flow[Grade.OBSERVED.value]}
            sent[str(key)] = sent.get(str(key), frozenset()) | places
    rows = [(str(each["recipient"]), frozenset(_KNOWN[word] for word in each["reasons"] if word in _KNOWN))
            for each in document.get("reconciled", ())]  # fmt: skip
    return Look(at=at, sent={key: each for key, each in sent.items() if each}, told=_told(rows), whole=baseline.whole)


def _told(rows: Iterable[tuple[str, frozenset[Reason]]]) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for recipient, reasons in rows:
        if reasons & _UNTOLD:
            found.setdefault(recipient, False)
        elif reasons - _OPEN:
            found[recipient] = True
            # A row on a company is the row on each of its services.
            found |= dict.fromkeys(shipped_names().services(recipient) - found.keys(), True)
    return found


def history_of(past: Sequence[Look], now: Look) -> Fact[tuple[History, ...]]:
    """When each recipient of ``now`` was first sent to and first told; one of which that isn't known is left out."""
    if not past:
        return _FIRST
    looks = (*past, now)
    found = []
    for recipient in sorted(now.sent):
        row = _of(recipient, looks)
        if row is not None:
            found.append(row)
    return Known(tuple(found))


def _of(recipient: str, looks: Sequence[Look]) -> History | None:
    first = next(number for number, look in enumerate(looks) if recipient in look.sent)
    at = looks[first]
    tellings = [number for number, look in enumerate(looks) if look.told.get(recipient)]
    if at.told.get(recipient) is False:
        later = next((number for number in tellings if number > first), None)
        return History(recipient=recipient, first_sent=at.at, first_told=None if later is None else looks[later].at)
    if not at.told.get(recipient):
        return None
    before = [looks[number] for number in tellings if number < first and at.sent[recipient] <= looks[number].whole]
    return History(recipient=recipient, first_sent=at.at, first_told=before[0].at) if before else None

