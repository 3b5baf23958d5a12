"""The types of hold, each with its own end. Pure; every date is a Japan date.

A hold suspends nothing: the day's key is destroyed on its day. What is held is copied out before, and the copy ends
with the hold. The table :data:`HOLDS` says of each type where it rests in law, how it ends, and which of its limits are
law and which are the house's.

Periods are counted by the Civil Code (arts. 140-143, :mod:`sekisho.keys.schedule`): the day on which a request was
received isn't counted. Code of Criminal Procedure art. 55(1) counts alike; its para. 3 (a last day on a holiday) isn't
used, because the longest time that the law allows is never stretched here. The month of an objection is somebody
else's: it goes on to the next day on which courts are open (民事訴訟法95条3項), and the hold with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sekisho.business_days import CLOSED
from sekisho.engine.facts import Text
from sekisho.keys.schedule import Period, last_day
from sekisho.logs.holds.errors import ExtensionRefused, HoldRefused, ReleaseRefused


class HoldType(StrEnum):
    """Why records are held."""

    PRESERVATION_REQUEST = "preservation_request"
    COURT_ORDER = "court_order"
    PENDING_CLAIM = "pending_claim"
    VOLUNTARY_REQUEST = "voluntary_request"
    SPECIAL_REASON = "special_reason"
    EMERGENCY = "emergency"
    TAX_PRESERVATION = "tax_preservation"
    OTHER_LAW = "other_law"


class Rank(StrEnum):
    """Who asks for preservation in an investigation."""

    PUBLIC_PROSECUTOR = "public_prosecutor"
    """検察官"""
    PROSECUTORS_ASSISTANT = "prosecutors_assistant"
    """検察事務官"""
    JUDICIAL_POLICE_OFFICER = "judicial_police_officer"
    """司法警察員"""
    JUDICIAL_POLICE_CONSTABLE = "judicial_police_constable"
    """司法巡査: not empowered."""


MAY_REQUEST: Final = frozenset({Rank.PUBLIC_PROSECUTOR, Rank.PROSECUTORS_ASSISTANT, Rank.JUDICIAL_POLICE_OFFICER})
"""刑訴法197条3項: 検察官、検察事務官又は司法警察員."""


class End(StrEnum):
    """What a hold's end is."""

    DATE = "date"
    """A day that is set: it ends by itself."""
    CASE = "case"
    """Until the case has ended, objections included."""
    NEED = "need"
    """Until the need ceases."""


class ReleaseReason(StrEnum):
    """Why a hold is released."""

    EXPIRED = "expired"
    """Its last day has passed."""
    WITHDRAWN = "withdrawn"
    """Whoever asked withdrew it, in writing."""
    CASE_ENDED = "case_ended"
    NEED_CEASED = "need_ceased"
    REQUEST_REFUSED = "request_refused"
    """The request was refused before its holds were all there: its case's own step says so, nobody else can."""


@dataclass(frozen=True, slots=True)
class HoldSpec:
    """What is said of a type. ``longest``, ``extension`` and ``total`` bound the days of one that ends on a date;
    ``review`` is after how long somebody looks again at one that doesn't. ``by_law``: those limits are the law's.

    ``approvals``: people who must approve, none of them whoever asks. ``written``: it needs a document with a number
    and a date, checked for authenticity. ``may_silence``: it may ask that nobody is told.
    """

    type: HoldType
    title: Text
    source: str
    end: End
    releases: frozenset[ReleaseReason]
    longest: Period | None = None
    extension: Period | None = None
    total: Period | None = None
    review: Period | None = None
    by_law: bool = False
    written: bool = True
    approvals: int = 0
    may_silence: bool = False


_R = ReleaseReason

HOLDS: Final = {
    spec.type: spec
    for spec in (
        HoldSpec(
            HoldType.PRESERVATION_REQUEST,
            Text("保全要請", "preservation request"),
            "刑事訴訟法197条3項・4項",
            End.DATE,
            frozenset({_R.EXPIRED, _R.WITHDRAWN}),
            longest=Period(days=30),  # 197条3項: 三十日を超えない期間を定めて
            extension=Period(days=30),  # 197条4項: 三十日を超えない範囲内で延長
            total=Period(days=60),  # 197条4項ただし書: 通じて六十日を超えることができない
            by_law=True,
            may_silence=True,  # 197条5項
        ),
        HoldSpec(
            HoldType.COURT_ORDER,
            Text("消去禁止命令", "court order not to erase"),
            "情報流通プラットフォーム対処法16条1項",
            End.CASE,
            frozenset({_R.CASE_ENDED}),  # 16条1項: 事件（異議の訴えを含む）が終了するまでの間
            review=Period(days=90),
            by_law=True,
        ),
        HoldSpec(
            HoldType.PENDING_CLAIM,
            Text("係属中の開示請求", "pending claim"),
            "情報流通プラットフォーム対処法5条・8条",
            End.CASE,
            frozenset({_R.CASE_ENDED, _R.WITHDRAWN}),
            review=Period(days=90),
        ),
        HoldSpec(
            HoldType.VOLUNTARY_REQUEST,
            Text("任意のログ保存依頼", "voluntary preservation request"),
            "ガイドライン38条解説（特別の理由・緊急行為）。根拠は事業者の確認が要る",
            End.DATE,
            frozenset({_R.EXPIRED, _R.WITHDRAWN, _R.NEED_CEASED}),
            longest=Period(days=90),
            extension=Period(days=90),
            total=Period(days=180),
            approvals=1,
        ),
        HoldSpec(
            HoldType.SPECIAL_REASON,
            Text("特別の理由", "special reason"),
            "ガイドライン38条解説（特別の理由）",
            End.DATE,
            frozenset({_R.EXPIRED, _R.NEED_CEASED}),
            longest=Period(days=180),
            extension=Period(days=180),
            total=Period(days=366),
            written=False,
            approvals=1,
        ),
        HoldSpec(
            HoldType.EMERGENCY,
            Text("緊急行為（自己・第三者の権利保護）", "emergency (own or third parties' rights)"),
            "刑法36条・37条、ガイドライン38条解説（緊急行為）",
            End.NEED,  # 解説: 緊急行為の必要性が解消されるまで
            frozenset({_R.NEED_CEASED}),
            review=Period(days=14),
            written=False,
        ),
        HoldSpec(
            HoldType.TAX_PRESERVATION,
            Text("国税の保全要請", "preservation request (tax)"),
            # Thirty days in writing is what a secondary source says of 134条; of an extension none says anything.
            "国税通則法134条（30日は二次資料による。延長の定めは未確認のため、できないものとする）",
            End.DATE,
            frozenset({_R.EXPIRED, _R.WITHDRAWN}),
            longest=Period(days=30),
            extension=Period(days=30),
            total=Period(days=30),
            by_law=True,
        ),
        HoldSpec(
            HoldType.OTHER_LAW,
            Text("他の法令の規定", "another law"),
            "ガイドライン38条解説（法令の規定）",
            End.DATE,
            frozenset({_R.EXPIRED, _R.WITHDRAWN}),
            longest=Period(days=366),
            extension=Period(days=366),
        ),
    )
}
"""Every type, in the order people read them."""

OBJECTION: Final = Period(months=1)
"""情プラ法14条1項: an objection is filed within the peremptory term of one month from service of the decision.
民訴法95条3項 moves its last day (:data:`sekisho.business_days.CLOSED`)."""


def last_allowed(hold: HoldType, received: date) -> date | None:
    """The latest last day that a new hold of this type may have; None where it has no day."""
    longest = HOLDS[hold].longest
    return None if longest is None else last_day(received, longest)


def require_until(hold: HoldType, received: date, until: date | None) -> None:
    """Raise ``HoldRefused`` unless ``until`` is a last day that a new hold of this type may have."""
    spec, latest = HOLDS[hold], last_allowed(hold, received)
    if latest is None:
        if until is not None:
            raise HoldRefused(field="until", problem=f"no day: it holds until {_ends(spec)} ({spec.source})")
        return
    if until is None:
        raise HoldRefused(field="until", problem=f"a last day, {latest.isoformat()} at the latest ({spec.source})")
    if not received <= until <= latest:
        raise HoldRefused(field="until", problem=f"from {received.isoformat()} to {latest.isoformat()} ({spec.source})")


def require_extension(hold: HoldType, received: date, until: date | None, new: date, *, today: date) -> None:
    """Raise ``ExtensionRefused`` unless a hold that was received on ``received`` and ends on ``until`` may end on
    ``new``."""
    spec = HOLDS[hold]
    if until is None or spec.extension is None:
        raise ExtensionRefused(problem=f"it has no last day: it holds until {_ends(spec)} ({spec.source})")
    if today > until:  # what has ended isn't extended; whatever still exists may be requested anew
        raise ExtensionRefused(problem=f"it ended on {until.isoformat()}")
    latest = last_day(until, spec.extension)
    if spec.total is not None:
        latest = min(latest, last_day(received, spec.total))
    if not until < new <= latest:
        raise ExtensionRefused(
            problem=f"from {(until + timedelta(days=1)).isoformat()} to {latest.isoformat()} ({spec.source})"
            if latest > until
            else f"{until.isoformat()} is the latest day that {spec.source} allows"
        )


def next_review(hold: HoldType, looked: date) -> date | None:
    """By when somebody looks again at a hold without a last day, having looked on ``looked``."""
    review = HOLDS[hold].review
    return None if review is None else last_day(looked, review)


def require_release(
    hold: HoldType,
    reason: ReleaseReason,
    until: date | None,
    *,
    document: str,
    decided_on: date | None,
    ended_on: date | None,
    today: date,
) -> None:
    """Raise ``ReleaseRefused`` unless a hold may be released for this reason today.

    ``document`` is the paper it rests on (a withdrawal, the court's notice); ``decided_on`` the day on which a decision
    was served, ``ended_on`` the day on which the case ended.
    """
    spec = HOLDS[hold]
    if reason not in spec.releases:
        may = ", ".join(sorted(one.value for one in spec.releases))
        raise ReleaseRefused(problem=f"{hold.value} is released for: {may} ({spec.source})")
    if reason is ReleaseReason.EXPIRED:
        if until is None or today <= until:
            raise ReleaseRefused(problem=f"its last day is {until.isoformat() if until else 'not set'}")
        return
    if not document.strip():
        raise ReleaseRefused(problem="the document it rests on, or what showed that the need ceased")
    if reason is not ReleaseReason.CASE_ENDED:
        return
    if ended_on is None or ended_on > today:
        raise ReleaseRefused(problem="the day on which the case ended, objections included")
    if decided_on is None:
        return
    # 情プラ法14条1項・5項: without an objection the decision is final only after its term. 民訴法95条3項: the term
    # doesn't end on a day on which the courts are closed.
    last = last_day(decided_on, OBJECTION, closed=CLOSED)
    if ended_on <= last:
        over = last + timedelta(days=1)
        raise ReleaseRefused(problem=f"an objection is possible until then: not before {over.isoformat()}")


def _ends(spec: HoldSpec) -> str:
    return "the case has ended" if spec.end is End.CASE else "the need ceases"
