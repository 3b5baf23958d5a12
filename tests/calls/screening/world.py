"""The made-up trunks, lines and lists that the screening tests judge calls in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sekisho.calls.numbers import Block, designations
from sekisho.calls.screening import compile as compiler
from sekisho.calls.screening import table
from sekisho.calls.screening.agreements import Agreement, Agreements, NumberSet, Shows
from sekisho.calls.screening.bundle import Bundle
from sekisho.calls.screening.call import Call, Direction, IsupHints, RoamingProof, Screening, Signature
from sekisho.calls.screening.decision import Outcome
from sekisho.calls.screening.lookups import Choice, Hit, LineSettings, Owner, Wish

AT = datetime(2026, 11, 23, 3, tzinfo=UTC)
BEGINS = date(2020, 1, 1)
OWN = NumberSet(["0120555010"], [("0355550100", "0355550109"), ("0355550111", "0355550199")])
EGRESS, DOMESTIC, ABROAD = Direction.EGRESS, Direction.DOMESTIC, Direction.ABROAD


def agreement(trunk: str, direction: Direction, shows: Shows, otherwise: Outcome, **more: Any) -> Agreement:
    """An agreement of the tests' world."""
    begins = more.pop("begins", BEGINS)
    return Agreement(
        id=f"{trunk}-{direction.value}", trunk=trunk, direction=direction, shows=shows, otherwise=otherwise,
        begins=begins, **more,
    )  # fmt: skip


HIDE, REFUSE = Outcome.ANONYMISE, Outcome.REJECT
AGREEMENTS = (
    agreement("own", EGRESS, Shows.OWN_NUMBERS, HIDE, numbers=OWN, extensions=True),
    agreement("own-reject", EGRESS, Shows.OWN_NUMBERS, REFUSE, numbers=OWN, forwards=False),
    agreement(
        "services-by-range", EGRESS, Shows.OWN_NUMBERS, REFUSE, numbers=NumberSet([], [("0120555000", "0120555999")])
    ),
    agreement(
        "wholesale", EGRESS, Shows.WHOLESALE, REFUSE, numbers=NumberSet([], [("05055560000", "05055569999")])
    ),
    agreement("transit-out", EGRESS, Shows.TRANSIT, HIDE),
    agreement("ended", EGRESS, Shows.OWN_NUMBERS, REFUSE, numbers=OWN, ends=date(2026, 11, 23)),
    agreement("police", EGRESS, Shows.OWN_NUMBERS, REFUSE, numbers=OWN, emergency_numbers=True),
    agreement("dom", DOMESTIC, Shows.TRANSIT, HIDE),
    agreement("dom-no-emergency", DOMESTIC, Shows.TRANSIT, HIDE, emergency_numbers=False),
    agreement(
        "dom-limited", DOMESTIC, Shows.OWN_NUMBERS, REFUSE, numbers=NumberSet([], [("0666660000", "0666669999")])
    ),
    agreement("intl", ABROAD, Shows.TRANSIT, HIDE),
    agreement(
        "hub", ABROAD, Shows.ROAMING_HUB, HIDE, numbers=NumberSet([], [("09055550000", "09055559999")])
    ),
)  # fmt: skip


def every(wish: Wish, consent: str | None) -> LineSettings:
    """The same wish in every case."""
    choice = Choice(wish=wish, consent=consent)
    return LineSettings(
        anonymous_calls=choice, foreign_calls=choice, listed_calls=choice, suspicious_calls=choice
    )


_DEFAULT = Choice(wish=Wish.LABEL, consent="terms-2026")
DEFAULT = LineSettings(listed_calls=_DEFAULT, suspicious_calls=_DEFAULT)
LINES = {
    "plain": LineSettings(),
    "label": every(Wish.LABEL, "c-label"),
    "hard": every(Wish.REJECT, "c-hard"),
    "announce": every(Wish.ANNOUNCE, "c-announce"),
    "no-consent": every(Wish.REJECT, None),
    "suspicious-refused": LineSettings(suspicious_calls=Choice(wish=Wish.REJECT, consent="c-608", sip_status=608)),
}


def entry(list_id: str, action: Wish, owner: Owner) -> Hit:
    """An entry of a list."""
    return Hit(list_id=list_id, entry_id="1", action=action, reason="reported", owner=owner)


SHARED = {
    "0355559999": entry("fraud", Wish.REJECT, Owner.IMPORTED),
    "09055551234": entry("watch", Wish.LABEL, Owner.OPERATOR),
    "0355558888": entry("freed", Wish.PASS, Owner.OPERATOR),
    "+12025550177": entry("freed", Wish.PASS, Owner.OPERATOR),
}
OWN_LISTS = {
    ("plain", "0355557777"): entry("own", Wish.REJECT, Owner.SUBSCRIBER),
    ("hard", "+12025550199"): entry("own", Wish.PASS, Owner.SUBSCRIBER),
    ("hard", "0355556666"): entry("own", Wish.PASS, Owner.SUBSCRIBER),
}


@dataclass(frozen=True)
class World:
    """Lists and settings in memory."""

    def find(self, digits: str, line: str | None, at: datetime) -> Hit | None:
        """As :class:`~sekisho.calls.screening.lookups.NumberLists`."""
        del at
        return OWN_LISTS.get((line or "", digits)) or SHARED.get(digits)

    def settings(self, line: str | None) -> LineSettings:
        """As :class:`~sekisho.calls.screening.lookups.Lines`."""
        return LINES.get(line or "", DEFAULT)


SNAPSHOT = designations(
    [
        Block("03555", "A社", "03", True, "使用中"),
        Block("03566", "A社", "03", False, "未使用"),
    ],
    as_of=date(2026, 11, 1),
    source="test",
)


@cache
def shipped_json() -> bytes:
    """The shipped rules, compiled."""
    return compiler.compiled_json(compiler.shipped(), name="shipped")


def bundle(**more: Any) -> Bundle:
    """The world as a bundle, with the shipped rules."""
    parts: dict[str, Any] = {
        "rules": table.load(shipped_json()), "agreements": Agreements(AGREEMENTS), "lists": World(),
        "lines": World(), "designations": SNAPSHOT,
    }  # fmt: skip
    return Bundle(**(parts | more))


def call(**given: Any) -> Call:
    """A call from plain values, as they stand in YAML."""
    made: dict[str, Any] = {"at": AT, "trunk": "own", "direction": "egress", "called": "0666669876"} | given
    if isinstance(made["at"], str):
        made["at"] = datetime.fromisoformat(made["at"])
    made["direction"] = Direction(made["direction"])
    if "isup" in made:
        hints = dict(made["isup"])
        if "screening" in hints:
            hints["screening"] = Screening(hints["screening"])
        made["isup"] = IsupHints(**hints)
    for name, enum in (("roaming", RoamingProof), ("signature", Signature)):
        if name in made:
            made[name] = enum(made[name])
    for name in ("privacy", "unreadable"):
        if name in made:
            made[name] = frozenset(made[name])
    for name in ("diverted_by", "asserted_others"):
        if name in made:
            made[name] = tuple(made[name])
    return Call(**made)
