"""The terms of the disclosure desk: from a day on which something happened to the last day by which. Pure.

Three questions are answered for each term, with its source:

1. how long, and whose figure it is (the law's, a guideline's, or this house's where law says "promptly" or nothing);
2. whether the day itself counts (民法140条 leaves it out; the reports of leaks count it, see :class:`Counting`);
3. whether a last day on which courts and offices are closed moves to the next business day, and by which article.
   What keeps data from deletion or people from speaking is never stretched: an office's closed Saturday is no ground
   to hold a subscriber's log for longer than the law lets it ask.

Dates are Japan dates. Nothing here knows whether the act was done, nor reads a clock.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from sekisho.business_days import CLOSED
from sekisho.disclosure.deadline_errors import FixedTerm, LongerThanTerm
from sekisho.engine.facts import Text
from sekisho.keys.schedule import Period, last_day

_DAY: Final = timedelta(days=1)
_NEVER: Final[frozenset[date]] = frozenset()


class DeadlineKind(StrEnum):
    """The closed list of terms."""

    PRESERVATION = "preservation"
    HEARING_ANSWER = "hearing_answer"
    OBJECTION = "objection"
    IDENTIFICATION_LAPSE = "identification_lapse"
    SECRECY_LEAK_FIRST = "secrecy_leak_first"
    SECRECY_LEAK_DETAILS = "secrecy_leak_details"
    PERSONAL_LEAK_FIRST = "personal_leak_first"
    PERSONAL_LEAK_FINAL = "personal_leak_final"
    PERSONAL_LEAK_FINAL_MALICE = "personal_leak_final_malice"
    SECRECY_ORDER = "secrecy_order"
    HOLD_REVIEW = "hold_review"
    EMERGENCY_HOLD_REVIEW = "emergency_hold_review"
    FEE_PAYMENT = "fee_payment"


class Figure(StrEnum):
    """Whose figure a term's length is. What isn't the law's must be shown as what it is."""

    LAW = "law"
    GUIDELINE = "guideline"
    HOUSE = "house"


class Counting(StrEnum):
    """Whether the day of the event is the first of the term."""

    NEXT_DAY_FIRST = "next_day_first"
    """民法140条: the first day isn't counted."""
    SAME_DAY_FIRST = "same_day_first"
    """The day itself is day one, as the guideline on personal data counts the days of a report (通則編3-5-3-4)."""


class Effect(StrEnum):
    """What the last day means."""

    DO_BY = "do_by"
    """Something must be done by the end of that day."""
    HOLDS_UNTIL = "holds_until"
    """Something holds through that day and no longer."""
    WAIT_OUT = "wait_out"
    """Somebody else may still act through that day; this operator goes on from the next."""


@dataclass(frozen=True, slots=True)
class Moving:
    """By what a last day on which courts and offices are closed moves to the next business day, and how sure that
    is."""

    source: str
    why: Text
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Term:
    """What is said of a kind of deadline.

    ``start``: the event it runs from. ``most``: its length, or the most it may be where ``chosen``. ``target``: within
    the length, the day to aim at. ``in_all``: the most with extensions, from the same event. ``moving``: None where
    the last day never moves, for the reason in ``stays``.
    """

    kind: DeadlineKind
    title: Text
    source: str
    figure: Figure
    start: Text
    effect: Effect
    most: Period
    counting: Counting = Counting.NEXT_DAY_FIRST
    chosen: bool = False
    target: Period | None = None
    in_all: Period | None = None
    moving: Moving | None = None
    stays: Text | None = None


@dataclass(frozen=True, slots=True)
class Deadline:
    """One term that runs.

    ``unmoved`` is its last day by count; ``last_day`` the same or the next business day, ``moved`` by what. ``target``
    is the day to aim at (None where there is none). ``latest`` is the day beyond which no extension reaches.
    """

    term: Term
    started: date
    unmoved: date
    last_day: date
    moved: Moving | None
    target: date | None
    latest: date

    @property
    def kind(self) -> DeadlineKind:
        """Which term."""
        return self.term.kind

    def over(self, on: date) -> bool:
        """Whether the term is over at the beginning of ``on``: it ends with the end of its last day (民法141条)."""
        return on > self.last_day


_COURT_DAYS: Final = "民事訴訟法95条3項"
_COURT_WHY: Final = Text(
    "裁判所の休日に当たる末日は、その翌日に満了する（不変期間も同じ）",
    "a term that ends on a day on which the courts are closed ends on the next one; a peremptory term too",
)
_OFFICE_MOVES: Final = Moving(
    "行政機関の休日に関する法律2条",
    Text(
        "国の行政庁への報告の期限が休日に当たるときは、その翌日が期限になる",
        "a time limit of a report to a national office that falls on a closed day is the next business day",
    ),
)
_HOLDING_STAYS: Final = Text(
    "長く保つほど通信の秘密に触れるので、法律が認める日数を延ばさない",
    "the longer it is kept the deeper the intrusion: not a day more than the law grants",
)
_PROMPT_STAYS: Final = Text(
    "「速やかに」なので、休みでも延ばさない", "the law says promptly: a holiday is no reason to wait"
)

TERMS: Final = {
    term.kind: term
    for term in (
        Term(
            DeadlineKind.PRESERVATION,
            Text("保全要請の期間", "time of a preservation request"),
            "刑事訴訟法197条3項・4項",
            Figure.LAW,
            Text("保全要請の日", "the day of the request"),
            Effect.HOLDS_UNTIL,
            Period(days=30),
            chosen=True,
            in_all=Period(days=60),
            stays=_HOLDING_STAYS,
        ),
        Term(
            DeadlineKind.HEARING_ANSWER,
            Text("発信者の回答の期間", "time for the sender's answer"),
            "情報流通プラットフォーム対処法6条1項・発信者情報開示関係ガイドライン（2週間）",
            Figure.GUIDELINE,
            Text("発信者に意見を照会した日（届いた日がわかればその日）", "the day the sender was asked"),
            Effect.WAIT_OUT,
            Period(days=14),
            moving=Moving(
                "民法142条",
                Text(
                    "郵便で答える発信者のため、窓口の休日に当たる末日は翌営業日にする",
                    "the sender answers by post: a last day on which nobody receives it is the next business day",
                ),
                certain=False,
            ),
        ),
        Term(
            DeadlineKind.OBJECTION,
            Text("異議の訴えの期間", "time for an action of objection"),
            "情報流通プラットフォーム対処法14条1項・5項（不変期間）",
            Figure.LAW,
            Text("決定の告知を受けた日（当事者ごと。遅い方）", "the later of the days the parties were notified"),
            Effect.WAIT_OUT,
            Period(months=1),
            moving=Moving(_COURT_DAYS, _COURT_WHY),
        ),
        Term(
            DeadlineKind.IDENTIFICATION_LAPSE,
            Text("提供命令の失効", "lapse of an order to name the next provider"),
            "情報流通プラットフォーム対処法15条3項",
            Figure.LAW,
            Text("申立人に他の提供者の氏名等を提供した日", "the day the petitioner was given the next provider's name"),
            Effect.HOLDS_UNTIL,
            Period(months=2),
            moving=Moving(f"非訟事件手続法34条4項・{_COURT_DAYS}", _COURT_WHY, certain=False),
        ),
        Term(
            DeadlineKind.SECRECY_LEAK_FIRST,
            Text("通信の秘密の漏えい：第一報", "leak of what secrecy covers: first report"),
            "電気通信事業法28条1項（速やかに。日数は当社の目安）",
            Figure.HOUSE,
            Text("漏えいを知った日", "the day it became known"),
            Effect.DO_BY,
            Period(days=3),
            Counting.SAME_DAY_FIRST,
            stays=_PROMPT_STAYS,
        ),
        Term(
            DeadlineKind.SECRECY_LEAK_DETAILS,
            Text("通信の秘密の漏えい：詳報", "leak of what secrecy covers: detailed report"),
            "電気通信事業法28条1項・同施行規則57条",
            Figure.LAW,
            Text("漏えいを知った日", "the day it became known"),
            Effect.DO_BY,
            Period(days=30),
            # The ordinance's own way of counting wasn't read; the stricter of the two ways stands.
            Counting.SAME_DAY_FIRST,
            moving=_OFFICE_MOVES,
        ),
        Term(
            DeadlineKind.PERSONAL_LEAK_FIRST,
            Text("個人データの漏えい等：速報", "leak of personal data: quick report"),
            "個人情報保護法施行規則8条1項（速やかに）・通則ガイドライン3-5-3-3（概ね3〜5日）",
            Figure.GUIDELINE,
            Text("漏えい等を知った日", "the day it became known"),
            Effect.DO_BY,
            Period(days=5),
            Counting.SAME_DAY_FIRST,
            target=Period(days=3),
            stays=_PROMPT_STAYS,
        ),
        Term(
            DeadlineKind.PERSONAL_LEAK_FINAL,
            Text("個人データの漏えい等：確報", "leak of personal data: final report"),
            "個人情報保護法施行規則8条2項・通則ガイドライン3-5-3-4",
            Figure.LAW,
            Text("漏えい等を知った日", "the day it became known"),
            Effect.DO_BY,
            Period(days=30),
            Counting.SAME_DAY_FIRST,
            moving=_OFFICE_MOVES,
        ),
        Term(
            DeadlineKind.PERSONAL_LEAK_FINAL_MALICE,
            Text("個人データの漏えい等（不正の目的）：確報", "leak of personal data by malice: final report"),
            "個人情報保護法施行規則8条2項（7条3号）・通則ガイドライン3-5-3-4",
            Figure.LAW,
            Text("漏えい等を知った日", "the day it became known"),
            Effect.DO_BY,
            Period(days=60),
            Counting.SAME_DAY_FIRST,
            moving=_OFFICE_MOVES,
        ),
        Term(
            DeadlineKind.SECRECY_ORDER,
            Text("漏らしてはならない旨の命令の期間", "time of an order of secrecy"),
            "刑事訴訟法102条の2（令和7年法律39号）。1年以内",
            Figure.LAW,
            Text("命令の日", "the day of the order"),
            Effect.HOLDS_UNTIL,
            Period(years=1),
            chosen=True,
            stays=Text("人に口止めする期間を延ばさない", "nobody is kept silent for a day more than ordered"),
        ),
        Term(
            DeadlineKind.HOLD_REVIEW,
            Text("終わりの日がない保全の見直し", "review of a hold without a last day"),
            "ガイドライン38条解説（期間の定めのない保存を認めない）。日数は当社の目安",
            Figure.HOUSE,
            Text("最後に見直した日", "the day somebody last looked"),
            Effect.DO_BY,
            Period(days=90),
            stays=_HOLDING_STAYS,
        ),
        Term(
            DeadlineKind.EMERGENCY_HOLD_REVIEW,
            Text("緊急行為による保全の見直し", "review of a hold by necessity"),
            "ガイドライン38条解説（必要性が解消されるまで）。日数は当社の目安",
            Figure.HOUSE,
            Text("最後に見直した日", "the day somebody last looked"),
            Effect.DO_BY,
            Period(days=14),
            stays=_HOLDING_STAYS,
        ),
        Term(
            DeadlineKind.FEE_PAYMENT,
            Text("手数料の支払い", "payment of the fee"),
            "法令の定めなし（当社の目安）・民法142条",
            Figure.HOUSE,
            Text("見積りを伝えた日", "the day the fee was quoted"),
            Effect.DO_BY,
            Period(days=30),
            moving=Moving(
                "民法142条",
                Text("銀行の休日に当たる末日は翌営業日にする", "a last day on which banks are closed is the next one"),
            ),
        ),
    )
}
"""Every term, in the order people read them."""


def deadline(
    kind: DeadlineKind, started: date, *, days: int | None = None, closed: Container[date] = CLOSED
) -> Deadline:
    """The term of ``kind`` that began with what happened on ``started``.

    ``days``: the length asked for, where one is chosen (a preservation request, an order of secrecy); None takes the
    most. ``closed``: the days on which a last day moves, where it does.

    Raises :class:`LongerThanTerm` beyond the most or below one day, :class:`FixedTerm` where no length is chosen.
    """
    term = TERMS[kind]
    most = _last(started, term.most, term.counting)
    unmoved = most
    if days is not None:
        if not term.chosen:
            raise FixedTerm(title_ja=term.title.ja, title_en=term.title.en, source=term.source)
        # Checked before the day is counted: an absurd number would leave the calendar.
        if not 1 <= days <= (most - started).days:
            raise _too_long(term)
        unmoved = _last(started, Period(days=days), term.counting)
    moves = term.moving is not None and unmoved in closed
    last = unmoved
    while moves and last in closed:
        last += _DAY
    return Deadline(
        term=term,
        started=started,
        unmoved=unmoved,
        last_day=last,
        moved=term.moving if moves else None,
        target=_last(started, term.target, term.counting) if term.target is not None else None,
        latest=_last(started, term.in_all, term.counting) if term.in_all is not None else most,
    )


def _last(started: date, period: Period, counting: Counting) -> date:
    event = started if counting is Counting.NEXT_DAY_FIRST else started - _DAY
    return last_day(event, period, closed=_NEVER)


def _too_long(term: Term) -> LongerThanTerm:
    days = term.most.days
    return LongerThanTerm(
        title_ja=term.title.ja,
        title_en=term.title.en,
        most_ja=f"{days}日" if days else f"{term.most.years}年",
        most_en=f"{days} days" if days else f"{term.most.years} year",
        source=term.source,
    )
