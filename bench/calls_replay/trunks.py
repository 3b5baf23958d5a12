"""Trunks, and what was agreed for each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import TYPE_CHECKING, Literal

from sekisho.calls.screening.call import Direction

if TYPE_CHECKING:
    from bench.calls_replay.lines import Line


@unique
class Shows(StrEnum):
    """Whose numbers a trunk may show."""

    OWN_NUMBERS = "own_numbers"
    """The customer's own, all of them agreed: many distinct ones are an alarm."""
    SUBSCRIBERS = "subscribers"
    """The operator's own users: agreed, and as many as there are users."""
    WHOLESALE = "wholesale"
    """A wholesale customer's users: agreed ranges, and as many distinct ones as it has users."""
    TRANSIT = "transit"
    """Other networks' users, whose numbers can't be agreed one by one."""
    INTERCONNECT = "interconnect"
    """Another operator in Japan, which answers for its own users' numbers."""
    ABROAD = "abroad"
    ROAMING_HUB = "roaming_hub"
    EMERGENCY = "emergency"
    """An emergency authority's own trunk: its calls carry the call-back mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trunk:
    """One trunk's agreement.

    ``numbers`` and ``ranges`` (first and last, inclusive) are agreed. ``forwards``: the agreement lets the customer's
    exchange pass on the number of whoever called it, where one of the agreed numbers says that it forwarded;
    ``extensions`` that it may show its own short numbers beside an agreed one.
    ``otherwise``: what becomes of other numbers; ``None`` where nobody entered it, which is how the case of 2025 began.
    """

    id: str
    direction: Direction
    shows: Shows
    owner: str
    numbers: frozenset[str] = frozenset()
    ranges: tuple[tuple[str, str], ...] = ()
    forwards: bool = False
    extensions: bool = False
    otherwise: Literal["anonymise", "reject"] | None = None


OVERSEAS = "t-050-overseas"
"""One 050 number sold abroad, agreement on record."""
OVERSEAS_UNSET = "t-050-overseas-unset"
"""The same line as it was in 2025: known to show its own number only, but with no number and no outcome entered."""


def trunks(pools: Mapping[str, tuple[str, ...]], subscribers: tuple[Line, ...]) -> tuple[Trunk, ...]:
    """Every trunk of the operator."""

    def customer(
        name: str, *of: str, otherwise: Literal["anonymise", "reject"] = "anonymise", exchange: bool = False
    ) -> Trunk:
        return Trunk(
            id=f"t-{name}", direction=Direction.EGRESS, shows=Shows.OWN_NUMBERS, owner=f"架空の{name}",
            numbers=frozenset(each for one in of for each in pools[one]), otherwise=otherwise, forwards=exchange,
            extensions=exchange,
        )  # fmt: skip

    def foreign(name: str, shows: Shows = Shows.ABROAD) -> Trunk:
        return Trunk(id=f"t-{name}", direction=Direction.ABROAD, shows=shows, owner=f"架空の{name}")

    def domestic(name: str, shows: Shows = Shows.INTERCONNECT) -> Trunk:
        return Trunk(id=f"t-{name}", direction=Direction.DOMESTIC, shows=shows, owner=f"架空の{name}")

    own = frozenset(each.number for each in subscribers).union(
        *(pools[name] for name in ("own_mobile", "own_060", "own_fmc", "own_ip", "ported_in"))
    )
    wholesale = pools["wholesale"]
    return (
        Trunk(id="t-core", direction=Direction.EGRESS, shows=Shows.SUBSCRIBERS, owner="自社", numbers=own,
              otherwise="anonymise"),
        customer("callcentre", "callcentre", "service_120", "service_800"),
        customer("hospital", "hospital"),
        customer("hotline", "hotline", "service_570"),
        customer("office", "office", exchange=True),
        customer("shop", "shop", otherwise="reject"),
        customer("city-hall", "city_hall"),
        customer("reseller", "reseller_ip", otherwise="reject"),
        customer("050-overseas", "overseas_line", otherwise="reject"),
        Trunk(id=OVERSEAS_UNSET, direction=Direction.EGRESS, shows=Shows.OWN_NUMBERS, owner="架空の海外事業者"),
        Trunk(id="t-wholesale", direction=Direction.EGRESS, shows=Shows.WHOLESALE, owner="架空の卸先",
              ranges=((min(wholesale), max(wholesale)),),
              otherwise="reject"),
        Trunk(id="t-transit", direction=Direction.EGRESS, shows=Shows.TRANSIT, owner="架空の中継事業者"),
        domestic("domestic-fixed"),
        domestic("domestic-mobile"),
        domestic("domestic-gateway"),
        domestic("psap", Shows.EMERGENCY),
        foreign("abroad-america"),
        foreign("abroad-europe"),
        foreign("abroad-asia"),
        foreign("roaming-hub", Shows.ROAMING_HUB),
    )  # fmt: skip
