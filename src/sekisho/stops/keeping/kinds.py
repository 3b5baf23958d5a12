"""The kinds of record the stops desk keeps: what each is for, and how long it is kept once it has ended. Pure.

No text that was read gives these periods; they are house figures that an operator declares anew (:mod:`.periods`). What
still stands has no period: a number that is stopped, a denial in force, an objection nobody answered are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.engine.facts import Text

MOST_DAYS: Final = 3_653
"""Ten years. A house limit."""


class Kept(StrEnum):
    """A kind of record."""

    REQUEST = "request"
    DENIAL = "denial"
    OBJECTION = "objection"
    ACT = "act"
    ASSIGNMENT = "assignment"
    CHECK = "check"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class Declared:
    """What a kind is, what it is for, and for how many whole days it is kept after the day of its end (that day isn't
    counted: 民法140条)."""

    kind: Kept
    title: Text
    purpose: Text
    days: int


HOUSE: Final = {
    one.kind: one
    for one in (
        Declared(
            Kept.REQUEST, Text("警察の要請と報告", "police requests, their numbers and reports"),
            Text("止めた根拠を示し、異議と警察からの照会に答える",
                 "showing on what a number was stopped, and answering objections and the police"), 1_096,
        ),
        Declared(
            Kept.DENIAL, Text("警察庁の通知と提供拒否", "notices and denials, with the numbers of a stock"),
            Text("拒否した根拠を示し、異議に答える", "showing on what somebody was refused, and answering objections"),
            1_096,
        ),
        Declared(
            Kept.OBJECTION, Text("異議", "objections"),
            Text("異議への回答を示し、同じ誤りを防ぐ", "showing how an objection was answered"), 1_096,
        ),
        Declared(
            Kept.ACT, Text("承認の求め", "proposals"),
            Text("二人で行ったことを示す", "showing that two people acted"), 1_096,
        ),
        Declared(
            Kept.ASSIGNMENT, Text("番号と契約者", "who held which number"),
            Text("犯行の日に誰の番号だったかを確かめ、別の人の番号を止めない",
                 "telling whose a number was on the day of a crime, so that nobody else's is stopped"), 1_096,
        ),
        Declared(
            Kept.CHECK, Text("卸先の確認", "checks of wholesale customers"),
            Text("確認してから卸したことを示す", "showing that a customer was checked first"), 1_826,
        ),
        Declared(
            Kept.FACT, Text("他の窓口に伝えた事実", "facts that were taken to other desks"),
            Text("伝え損ねを見つける", "finding what wasn't taken over"), 30,
        ),
    )
}  # fmt: skip
"""What is declared where an operator has declared nothing else."""
