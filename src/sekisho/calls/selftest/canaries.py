"""Which numbers a trunk is tested with: numbers that it may not show, made from its agreement and the others'. Pure.

Nobody who could be rung is called with one: a canary stands where the caller's number stands, and is only ever sent to
the operator's own test number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from sekisho.calls.screening.agreements import Agreement

_MOST_STEPS: Final = 2_000


@unique
class CanaryKind(StrEnum):
    """What a canary is."""

    NEXT_TO_RANGE = "next_to_range"
    """The first number after one of the trunk's own that isn't its own."""
    ANOTHERS = "anothers"
    """A number that another agreement lists."""
    POLICE_SHAPED = "police_shaped"
    """A fixed number that ends in 0110."""
    M2M = "m2m"
    """A 020 number, which never is a caller's."""
    INTERNATIONAL_FORM = "international_form"
    """:attr:`NEXT_TO_RANGE` as ``+81…``: one number must not pass in another writing."""
    DIALLED_FORM = "dialled_form"
    """:attr:`NEXT_TO_RANGE` as ``01081…``."""
    FOREIGN = "foreign"
    """Another country's number."""


@dataclass(frozen=True, slots=True)
class Canary:
    """One number to test with. It isn't recorded; its kind is."""

    kind: CanaryKind
    number: str


M2M_NUMBER: Final = "02012340110"
"""Made up. 020 numbers are for machines (number plan)."""
FOREIGN_NUMBER: Final = "+12125550134"
"""555-01XX is kept for fiction in North America."""


def canaries(agreement: Agreement, others: Iterable[Agreement]) -> tuple[Canary, ...]:
    """The canaries of one trunk: whatever its agreement forbids.

    An agreement that lists no number (transit) forbids hardly any; what is left is tested.
    """
    found: list[Canary] = []
    if agreement.limited:
        near = _next_to(agreement)
        found += [Canary(CanaryKind.NEXT_TO_RANGE, near)] if near else []
        found += [Canary(CanaryKind.ANOTHERS, one) for one in _anothers(agreement, others)]
        found += [Canary(CanaryKind.POLICE_SHAPED, one) for one in _police(agreement)]
        if near:
            found.append(Canary(CanaryKind.INTERNATIONAL_FORM, f"+81{near[1:]}"))
            found.append(Canary(CanaryKind.DIALLED_FORM, f"01081{near[1:]}"))
    if not agreement.any_foreign and FOREIGN_NUMBER not in agreement.numbers:
        found.append(Canary(CanaryKind.FOREIGN, FOREIGN_NUMBER))
    found.append(Canary(CanaryKind.M2M, M2M_NUMBER))
    return tuple(found)


def _next_to(agreement: Agreement) -> str | None:
    """The first national number after one of the agreement's own that isn't its own; else before."""
    highs = [high for _, high in agreement.numbers.ranges if high[0] == "0"]
    lows = [low for low, _ in agreement.numbers.ranges if low[0] == "0"]
    singles = sorted(one for one in agreement.numbers.singles if one[0] == "0")
    starts = [(one, 1) for one in (*highs, *singles)] + [(one, -1) for one in (*lows, *singles)]
    for start, step in starts:
        for number in _from(start, step):
            if number not in agreement.numbers:
                return number
    return _free("0398760000", agreement) if not starts else None


def _from(start: str, step: int) -> Iterator[str]:
    value = int(start)
    for _ in range(_MOST_STEPS):
        value += step
        number = f"{value:0{len(start)}d}"
        # Another beginning is another kind of number, which would be caught for that.
        if len(number) != len(start) or number[:3] != start[:3]:
            return
        yield number


def _anothers(agreement: Agreement, others: Iterable[Agreement]) -> Iterator[str]:
    for other in sorted(others, key=lambda one: one.id):
        if other.trunk == agreement.trunk:
            continue
        for number in (*sorted(other.numbers.singles), *(low for low, _ in other.numbers.ranges)):
            if number not in agreement.numbers and number[:1] == "0":
                yield number
                return


def _police(agreement: Agreement) -> Iterator[str]:
    for exchange in range(9_876, 8_876, -1):
        number = f"03{exchange:04d}0110"
        if number not in agreement.numbers:
            yield number
            return


def _free(start: str, agreement: Agreement) -> str | None:
    return next((one for one in _from(start, 1) if one not in agreement.numbers), None)
