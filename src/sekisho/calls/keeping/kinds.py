"""The kinds of record the calls desk keeps: what each is for, and how long it is kept once it has ended. Pure.

No law gives these periods; they are house figures that an operator declares anew (:mod:`.periods`). What is in force
has no period: it is kept while it counts. Evidence of decisions is a log kind (``call.evidence``) with its own policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.engine.facts import Text

MOST_DAYS: Final = 3_653
"""Ten years: what is wanted for longer isn't kept to answer questions about calls. A house limit."""


class Kept(StrEnum):
    """A kind of record."""

    OWN_ENTRY = "own_entry"
    OPERATOR_ENTRY = "operator_entry"
    LINE = "line"
    AGREEMENT = "agreement"
    APPEAL = "appeal"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True)
class Declared:
    """What a kind is, what it is for, and for how many whole days it is kept after the day of
    its end (that day isn't counted: 民法140条)."""

    kind: Kept
    title: Text
    purpose: Text
    days: int


HOUSE: Final = {
    one.kind: one
    for one in (
        Declared(
            Kept.OWN_ENTRY, Text("契約者自身のリスト", "subscribers' own lists"),
            Text("契約者の希望どおりに着信を扱い、その扱いへの質問に答える",
                 "treating calls as the subscriber asked, and answering questions about that"), 180,
        ),
        Declared(
            Kept.OPERATOR_ENTRY, Text("事業者のリストと解放", "the operator's list, and what was freed"),
            Text("詐欺などの番号から利用者を守り、誤登録の申立てに答える",
                 "protecting users from numbers used for fraud, and answering appeals"), 180,
        ),
        Declared(
            Kept.LINE, Text("回線の希望と同意", "lines' settings and consents"),
            Text("同意があったことを示す（通信の秘密）", "showing that a consent was given (secrecy)"),
            1_096,
        ),
        Declared(
            Kept.AGREEMENT, Text("発信者番号の合意とその申請", "agreements on caller numbers, and their proposals"),
            Text("番号を止めた・通した理由を示す", "showing why a number was stopped or let through"), 1_096,
        ),
        Declared(
            Kept.APPEAL, Text("誤登録の申立て", "appeals"),
            Text("申立てへの回答を示し、同じ誤りを防ぐ", "showing how an appeal was answered"), 365,
        ),
        Declared(
            Kept.ALARM, Text("通話の警報", "alarms"),
            Text("警報に何をしたかを示す", "showing what was done about an alarm"), 365,
        ),
    )
}  # fmt: skip
"""What is declared where an operator has declared nothing else."""
