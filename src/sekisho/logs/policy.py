"""What is recorded of a provider's service, for which purpose, and for how long: the policy of one kind of log. Pure.

Recording communications is lawful as far as business needs it (通信の秘密, 電気通信事業法4条; guideline art. 38(1)): a
kind without a purpose or without an end is refused. How long is weighed in three parts, as the commentary on art. 38
does: necessity (必要性), effect (効果), and the change of social conditions (社会環境の変化).

The commentary's figures are dated: the day from which its amended text applies isn't known for certain, so an operator
records it (:class:`Guideline`), and until then the Ministry's written request of 2025-09-16 stands in for it. They are
an indication (目安), not a duty: nothing here says "violation".

What this does not do: it doesn't judge whether a reason is good. Whoever approves does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sekisho.access.approvals import Json
from sekisho.engine.facts import Text
from sekisho.keys.schedule import Period, last_day
from sekisho.logs.kinds import KINDS, LogKind, Secrecy
from sekisho.logs.policy_errors import PolicyRefused

MAX_TEXT: Final = 4_000
"""Characters of one part of a reason."""
LONGEST: Final = {Secrecy.COMMUNICATION: Period(years=5), Secrecy.PERSONAL: Period(years=10)}
"""House limits. Beyond a year a period needs a justification and two approvals; there is no "for ever" (guideline
art. 38, commentary: erase promptly when the period ends)."""


class Purpose(StrEnum):
    """Why it is recorded: the purposes that guideline art. 38(1) and its commentary name."""

    CHARGING = "charging"
    INVOICING = "invoicing"
    COMPLAINTS = "complaints"
    ABUSE_PREVENTION = "abuse_prevention"
    SYSTEM_SECURITY = "system_security"
    UNLAWFUL_CONTENT = "unlawful_content"
    OTHER_BUSINESS = "other_business"
    """その他の業務の遂行上必要な場合: its source of need must say which."""


PURPOSES: Final = {
    Purpose.CHARGING: Text("課金", "charging"),
    Purpose.INVOICING: Text("料金請求", "invoicing"),
    Purpose.COMPLAINTS: Text("苦情対応", "handling complaints"),
    Purpose.ABUSE_PREVENTION: Text("不正利用の防止", "preventing abuse"),
    Purpose.SYSTEM_SECURITY: Text("システムの安全性の確保", "keeping systems secure"),
    Purpose.UNLAWFUL_CONTENT: Text("違法・有害情報対策", "measures against unlawful and harmful content"),
    Purpose.OTHER_BUSINESS: Text("その他の業務の遂行", "another need of the business"),
}


class FieldName(StrEnum):
    """What may be recorded of a communication. Content is none of them. Destinations have a switch of their own."""

    SUBJECT = "subject"
    """The line, account or user name."""
    ADDRESS = "address"
    PORTS = "ports"
    PROTOCOL = "protocol"
    TIMES = "times"
    INSIDE = "inside"
    ORIGIN = "origin"
    """The device that logged it."""
    REFERENCE = "reference"
    """A session's or post's id."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why for so long, in the three parts of the commentary on guideline art. 38 (※1 to ※3)."""

    necessity: str
    effect: str
    social_change: str


@dataclass(frozen=True, slots=True)
class Destinations:
    """The switch for destination addresses and ports, which a log doesn't need to tell who had an address (RFC 6888
    section 4, REQ-12: SHOULD NOT). With its own purpose, period and reason; always approved by somebody else."""

    purposes: frozenset[Purpose]
    period: Period
    need: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy, in force from ``valid_from`` (a Japan date) until ``valid_to`` (exclusive; None: no end is set).

    ``need`` is the source of the need: what in the operator's business shows it. ``justification`` is the recorded
    need for more than six months. What was recorded while it was in force is kept ``period`` whatever ends it.
    """

    provider: str
    service: str
    kind: LogKind
    purposes: frozenset[Purpose]
    fields: frozenset[FieldName]
    period: Period
    need: str
    reason: Reason
    valid_from: date
    valid_to: date | None = None
    destinations: Destinations | None = None
    justification: str = ""

    @property
    def kept(self) -> Period:
        """How long a day's records are kept. A day has one key, so what holds destinations ends with the shorter of
        the two periods."""
        if self.destinations is None:
            return self.period
        return min(self.period, self.destinations.period, key=_length)

    def in_force(self, day: date) -> bool:
        """Whether it is in force on ``day``."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)

    def checked(self) -> Policy:
        """Itself, if a policy may be so. Raises ``PolicyRefused``, naming the field."""
        for name, problem in self._problems():
            if problem:
                raise PolicyRefused(field=name, problem=problem)
        return self

    def _problems(self) -> list[tuple[str, str]]:
        band = band_of(self.kind, self.period)
        found = [
            ("provider", _line(self.provider)),
            ("service", _line(self.service)),
            ("purposes", "" if self.purposes else "at least one: nothing is recorded without a purpose"),
            ("fields", "" if self.fields else "at least one"),
            ("period", _too_long(self.kind, self.period)),
            ("need", _prose(self.need)),
            *_reason_problems("", self.reason),
            ("valid_to", "after valid_from" if self.valid_to is not None and self.valid_to <= self.valid_from else ""),
            (
                "justification",
                _prose(self.justification) and f"{_prose(self.justification)}: more than six months needs one"
                if band in (Band.LONG, Band.BEYOND)
                else "",
            ),
        ]
        if self.destinations is not None:
            own = self.destinations
            found += [
                ("destinations.purposes", "" if own.purposes else "at least one of its own"),
                ("destinations.period", _too_long(self.kind, own.period)),
                (
                    "destinations.period",
                    "not longer than the policy's own" if _length(own.period) > _length(self.period) else "",
                ),
                ("destinations.need", _prose(own.need)),
                *_reason_problems("destinations.", own.reason),
            ]
        return found

    def document(self) -> dict[str, Json]:
        """As JSON values: what is approved, kept and shown."""
        own = self.destinations
        return {
            "provider": self.provider,
            "service": self.service,
            "kind": self.kind.value,
            "purposes": sorted(one.value for one in self.purposes),
            "fields": sorted(one.value for one in self.fields),
            "period": period_text(self.period),
            "need": self.need,
            "reason": _reason_document(self.reason),
            "justification": self.justification,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": None if self.valid_to is None else self.valid_to.isoformat(),
            "destinations": None
            if own is None
            else {
                "purposes": sorted(one.value for one in own.purposes),
                "period": period_text(own.period),
                "need": own.need,
                "reason": _reason_document(own.reason),
            },
        }


# --- the figures of the commentary


class Band(StrEnum):
    """Where a period lies."""

    SHORT = "short"
    """Below what the commentary calls desirable at least (3 months, ※3)."""
    DESIRABLE = "desirable"
    """3 to 6 months (※3); about six months are generally fine (※2)."""
    LONG = "long"
    """Up to about a year: where business needs it, for example to see the network through a year (※2)."""
    BEYOND = "beyond"
    """More than a year: only where business needs it, shown and approved."""
    UNBOUNDED = "unbounded"
    """A kind of which the commentary's figures say nothing: no floor, and its ceiling is the operator's reason."""


FLOOR_KINDS: Final = frozenset(
    {LogKind.AP_AUTH, LogKind.AP_NAT, LogKind.AP_DHCP, LogKind.CP_ACCOUNT, LogKind.CP_LOGIN, LogKind.CP_POST}
)
"""Kinds of which at least 3 to 6 months are desirable (※3). The text names 接続認証ログ, アカウント情報, ログイン情報,
投稿情報 等; that address translation and leases belong to the record of assigned addresses is our reading."""

_FLOOR, _SIX_MONTHS, _YEAR = (90, 3), (180, 6), (366, 12)
"""Limits in days and in months."""

APPROVALS: Final = {Band.LONG: 1, Band.BEYOND: 2}
"""People who must approve, none of them whoever asks."""


def band_of(kind: LogKind, period: Period) -> Band:
    """Where ``period`` lies for ``kind``."""
    if KINDS[kind].secrecy is Secrecy.PERSONAL:
        return Band.UNBOUNDED
    if _over(period, _YEAR):
        return Band.BEYOND
    if _over(period, _SIX_MONTHS):
        return Band.LONG
    if kind in FLOOR_KINDS and _under(period, _FLOOR):
        return Band.SHORT
    return Band.DESIRABLE if kind in FLOOR_KINDS else Band.UNBOUNDED


def approvals_needed(policy: Policy) -> int:
    """How many people must approve it."""
    found = APPROVALS.get(band_of(policy.kind, policy.period), 0)
    return max(found, 1) if policy.destinations is not None else found


@dataclass(frozen=True, slots=True)
class Guideline:
    """From when the commentary's figures apply, and who says so."""

    applies_from: date
    source: str
    confirmed: bool


REQUESTED: Final = Guideline(
    date(2025, 9, 16),
    "総務省の要請（令和7年9月16日）: 通信履歴を少なくとも3～6か月程度保存することが望ましい",
    confirmed=False,
)
"""The Ministry's written request to five industry bodies. The amended commentary's own date is recorded by the operator
once it is known (``sekisho log policy guideline``)."""


class Notice(StrEnum):
    """Something a person should know about a policy."""

    BELOW_FLOOR = "below_floor"
    BELOW_DEFAULT = "below_default"
    FIGURES_UNCONFIRMED = "figures_unconfirmed"
    DESTINATIONS_KEPT = "destinations_kept"
    DESTINATIONS_SHORTEN = "destinations_shorten"


@dataclass(frozen=True, slots=True)
class Told:
    """A notice with its sentence. ``alert``: somebody must look at it, not only know."""

    notice: Notice
    alert: bool
    text: Text


def notices(policy: Policy, guideline: Guideline, on: date) -> tuple[Told, ...]:
    """What is to be said of a policy on a day."""
    found = []
    band = band_of(policy.kind, policy.period)
    if on >= guideline.applies_from and policy.kind in FLOOR_KINDS:
        if band is Band.SHORT:
            found.append(
                Told(
                    Notice.BELOW_FLOOR,
                    True,
                    Text(
                        "望ましいとされる「少なくとも3～6か月程度」を下回ります。直ちに法的責任は生じませんが、"
                        "短くする理由を説明できるようにしてください。",
                        "Shorter than the three to six months that are called desirable. No liability follows from "
                        "that alone; be ready to explain why it is so short.",
                    ),
                )
            )
        elif band is Band.DESIRABLE and _under(policy.period, _SIX_MONTHS):
            found.append(
                Told(
                    Notice.BELOW_DEFAULT,
                    False,
                    Text("望ましい幅（3～6か月）の中です。", "Inside the desirable band of three to six months."),
                )
            )
        if not guideline.confirmed:
            found.append(
                Told(
                    Notice.FIGURES_UNCONFIRMED,
                    False,
                    Text(
                        f"この幅の根拠: {guideline.source}。改正解説の適用開始日を確かめたら "
                        "`sekisho log policy guideline` で記録してください。",
                        f"The band's source: {guideline.source}. When you know from which day the amended commentary "
                        "applies, record it with `sekisho log policy guideline`.",
                    ),
                )
            )
    if policy.destinations is not None:
        found.append(
            Told(
                Notice.DESTINATIONS_KEPT,
                True,
                Text(
                    "通信の相手先を記録します。だれのアドレスだったかを知るのには要りません（RFC 6888 REQ-12）。",
                    "Destinations are recorded. Nobody needs them to tell whose an address was (RFC 6888 REQ-12).",
                ),
            )
        )
        if _length(policy.kept) < _length(policy.period):
            found.append(
                Told(
                    Notice.DESTINATIONS_SHORTEN,
                    True,
                    Text(
                        f"1日分の鍵は1つなので、相手先の期間（{period_text(policy.kept)}）で記録全体を消去します。",
                        f"A day has one key: all of it goes when the destinations' period ends "
                        f"({period_text(policy.kept)}).",
                    ),
                )
            )
    return tuple(found)


# --- how long a day is kept


def last_day_of(policies: Sequence[Policy], kind: LogKind, day: date, *, today: date) -> date | None:
    """The last Japan day on which the records of a kind's day may be kept; None where no policy says.

    By the policy in force on that day, and by the one in force today where that ends sooner: a need that has become
    less erases sooner, one that has grown doesn't keep longer what was recorded for less. Where none was in force on
    the day, the next one that came. Several services' policies agree (:func:`conflict`); the longest counts.
    """
    mine = [one for one in policies if one.kind is kind]
    ends = []
    for group in {(one.provider, one.service) for one in mine}:
        theirs = sorted((one for one in mine if (one.provider, one.service) == group), key=lambda one: one.valid_from)
        then = [one for one in theirs if one.in_force(day)] or [one for one in theirs if one.valid_from > day][:1]
        if not then:
            continue
        now = [one for one in theirs if one.in_force(today)]
        ends.append(min(last_day(day, one.kept) for one in (*then[-1:], *now)))
    return max(ends, default=None)


def conflict(policy: Policy, others: Sequence[Policy]) -> Policy | None:
    """Another service's policy of the same kind with another period, in force at some same time.

    A kind's day has one key: it can't be destroyed for one service and kept for another.
    """
    for one in others:
        apart = (one.provider, one.service) != (policy.provider, policy.service)
        if one.kind is policy.kind and apart and one.kept != policy.kept and _overlap(one, policy):
            return one
    return None


def _overlap(one: Policy, other: Policy) -> bool:
    return (one.valid_to is None or other.valid_from < one.valid_to) and (
        other.valid_to is None or one.valid_from < other.valid_to
    )


# --- what Sekisho itself writes

_HOUSE = Reason(
    "取込みの誤りを直し、行った判断・回答を検証するために要る。",
    "期間内に誤りが見つかれば、取り込み直し、または説明ができる。",
    "発信者特定の迅速化が求められ、誤りの発見と訂正にも同じ速さが要る。",
)


def _house(kind: LogKind, days: int, purposes: frozenset[Purpose], need: str) -> Policy:
    fields = frozenset(FieldName)
    return Policy("*", "*", kind, purposes, fields, Period(days=days), need, _HOUSE, date(2000, 1, 1))


HOUSE_POLICIES: Final = {
    one.kind: one
    for one in (
        _house(
            LogKind.QUARANTINE,
            30,
            frozenset({Purpose.SYSTEM_SECURITY}),
            "読めなかった記録の原因を調べ、形式を直して取り込み直す。",
        ),
        _house(
            LogKind.CALL_EVIDENCE,
            90,
            frozenset({Purpose.ABUSE_PREVENTION, Purpose.COMPLAINTS}),
            "通話の判定への苦情に答え、判定を検証する。",
        ),
        _house(
            LogKind.SMS_VERDICT,
            90,
            frozenset({Purpose.ABUSE_PREVENTION, Purpose.COMPLAINTS}),
            "SMSの判定への苦情に答え、判定を検証する。",
        ),
        _house(
            LogKind.MAIL_VERDICT,
            90,
            frozenset({Purpose.ABUSE_PREVENTION, Purpose.COMPLAINTS}),
            "メールの判定への苦情に答え、判定を検証する。",
        ),
        _house(
            LogKind.EXPORT,
            180,
            frozenset({Purpose.OTHER_BUSINESS}),
            "照会と開示の適法性を監査し、異議の訴えや苦情に答える。",
        ),
    )
}
"""What holds for the kinds that Sekisho itself writes until the operator declares another policy for one (provider and
service ``*``). House choices: the shortest that serves what each is for."""


# --- parts


def period_text(period: Period) -> str:
    """``180d``, ``6m`` or ``1y``."""
    return f"{period.days}d" if period.days else f"{period.months}m" if period.months else f"{period.years}y"


def _reason_document(reason: Reason) -> dict[str, Json]:
    return {"necessity": reason.necessity, "effect": reason.effect, "social_change": reason.social_change}


def _reason_problems(prefix: str, reason: Reason) -> list[tuple[str, str]]:
    return [(f"{prefix}reason.{name}", _prose(getattr(reason, name))) for name in Reason.__dataclass_fields__]


def _line(found: str) -> str:
    return "" if 0 < len(found) <= 100 and found.isprintable() else "1 to 100 characters on one line"


def _prose(found: str) -> str:
    return "" if 0 < len(found.strip()) <= MAX_TEXT else f"1 to {MAX_TEXT} characters"


def _too_long(kind: LogKind, period: Period) -> str:
    longest = LONGEST[KINDS[kind].secrecy]
    return f"at most {longest.years} years" if _length(period) > _length(longest) else ""


_SOME_DAY: Final = date(2023, 12, 31)
"""From which a leap year follows, so that a year counts its longest."""


def _length(period: Period) -> int:
    return (last_day(_SOME_DAY, period) - _SOME_DAY + timedelta()).days


def _months(period: Period) -> int:
    return period.months + 12 * period.years


def _over(period: Period, limit: tuple[int, int]) -> bool:
    return period.days > limit[0] if period.days else _months(period) > limit[1]


def _under(period: Period, limit: tuple[int, int]) -> bool:
    return period.days < limit[0] if period.days else _months(period) < limit[1]
