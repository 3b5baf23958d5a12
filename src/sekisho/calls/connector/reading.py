"""A request and the trunk it came in by, as a :class:`Call`. Pure, never raises. Standard library only.

What a caller can write is never taken for what the network says: a signature's result, a roaming proof and the mark of
an emergency call-back count on those trunks only whose entry says that the other side sets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from sekisho.calls.connector.message import Address, Message, addresses, number_of, parameter
from sekisho.calls.connector.trunks import Trunk
from sekisho.calls.numbers import NumberRefused
from sekisho.calls.numbers.reading import MOST_CHARACTERS, digits_of
from sekisho.calls.screening.call import (
    NO_HINTS,
    Call,
    Direction,
    IsupHints,
    RoamingProof,
    Screening,
    Signature,
)

MAX_DIVERSIONS: Final = 20
"""Forwarding numbers that are kept; networks stop a call after five or so."""

_ALSO_SHOWN: Final = ("remote-party-id", "p-preferred-identity")
_SHORTEST_NAMED: Final = 9
"""Characters of a display name that is taken for a telephone number; shorter ones are rooms and extensions."""
_SCREENING: Final = {
    "0": Screening.UNVERIFIED,
    "1": Screening.VERIFIED,
    "2": Screening.FAILED,
    "3": Screening.NETWORK,
}
"""ITU-T Q.763 §3.10."""
_ATTESTED: Final = {"a": Signature.FULL, "b": Signature.PARTIAL, "c": Signature.GATEWAY}
_INTERNATIONAL: Final = "4"
"""ITU-T Q.763 §3.10, nature of address indicator."""


def read_call(message: Message, trunk: Trunk, *, at: datetime, isup: IsupHints = NO_HINTS) -> Call:
    """What a request says. ``at`` is aware, UTC."""
    unreadable = set()
    asserted, clear = addresses(message.headers.get("p-asserted-identity", []))
    if not clear:
        unreadable.add("p-asserted-identity")
    shown, clear = addresses(message.headers.get("from", []))
    if not clear or not shown:
        unreadable.add("from")
    numbers, presented = list(_numbers(asserted)), list(_numbers(shown))
    others, clear = _others(message)
    if not clear:
        unreadable.add("p-asserted-identity")
    others += presented[1:]
    if trunk.direction is Direction.EGRESS:
        others += _named((*asserted, *shown))
    called = number_of(message.uri)
    if called is None:
        unreadable.add("request-uri")
    diverted, unclear = _diverted(message)
    unreadable |= unclear
    if not message.whole:
        unreadable.add("message")
    terminates = trunk.direction is not Direction.EGRESS
    return Call(
        at=at,
        trunk=trunk.id,
        direction=trunk.direction,
        called=called or "",
        asserted=numbers[0] if numbers else None,
        presented=presented[0] if presented else None,
        asserted_others=tuple(dict.fromkeys((*numbers[1:], *others))),
        privacy=_privacy(message),
        diverted_by=diverted,
        isup=isup,
        roaming=_roaming(message, trunk),
        signature=_signature(message, asserted, trunk),
        line=called if terminates else None,
        emergency_callback=_called_back(message, trunk),
        unreadable=frozenset(unreadable),
    )


def isup_hints(*, nature: str, screening: str, presentation: str) -> IsupHints:
    """ISUP's indicators as numbers in text (as Kamailio's ``sipt`` gives them); anything else is "not said"."""
    return IsupHints(
        international=nature == _INTERNATIONAL if nature in ("1", "2", "3", _INTERNATIONAL) else None,
        screening=_SCREENING.get(screening),
        restricted=presentation == "1" if presentation in ("0", "1") else None,
    )


def _numbers(found: Iterable[Address]) -> Iterator[str]:
    return (text for one in found if (text := number_of(one.uri)) is not None)


def _others(message: Message) -> tuple[list[str], bool]:
    """Numbers of the headers in which networks and exchanges say the caller's number beside P-Asserted-Identity, and
    whether all could be read. The called party's number isn't among them."""
    found: list[str] = []
    readable = True
    for name in _ALSO_SHOWN:
        values = message.headers.get(name)
        if values:
            said, clear = addresses(values)
            readable = readable and clear
            calling = (one for one in said if parameter(one.parameters, "party") != "called")
            found += _numbers(calling)
    return found, readable


def _named(found: Iterable[Address]) -> list[str]:
    """Display names that are nothing but a telephone number: phones show the name, and a number in it for a number."""
    names = []
    for one in found:
        if one.name and len(one.name) <= MOST_CHARACTERS:
            try:
                digits = digits_of(one.name)
            except NumberRefused:
                continue
            if len(digits) >= _SHORTEST_NAMED and digits[0] in "0+":
                names.append(one.name)
    return names


def _privacy(message: Message) -> frozenset[str]:
    values = message.headers.get("privacy")
    if not values:
        return frozenset()
    parts = ";".join(values).replace(",", ";").split(";")
    return frozenset(part.strip().lower()[:40] for part in parts if part.strip())


def _diverted(message: Message) -> tuple[tuple[str, ...], set[str]]:
    """Numbers that forwarded the call, nearest first, and the headers that couldn't be read."""
    values = message.headers.get("diversion")
    if values:
        found, clear = addresses(values)
        return tuple(_numbers(found))[:MAX_DIVERSIONS], set() if clear else {"diversion"}
    values = message.headers.get("history-info")
    if not values:
        return (), set()
    found, clear = addresses(values)
    # Oldest first; the last one is where the call goes now (RFC 7044 §5.1, §10.3).
    passed = list(_numbers(found[:-1]))[::-1]
    return tuple(passed[:MAX_DIVERSIONS]), set() if clear else {"history-info"}


def _signature(message: Message, asserted: list[Address], trunk: Trunk) -> Signature:
    if not trunk.verifies:
        return Signature.NOT_CHECKED
    shown, _ = addresses(message.headers.get("from", []))
    said = None
    for one in (*asserted, *shown):
        said = parameter(one.uri, "verstat") or parameter(one.parameters, "verstat")
        if said:
            break
    if said == "tn-validation-passed":
        level = message.first("p-attestation-indicator") or message.first("attestation-info") or "a"
        return _ATTESTED.get(level.strip().lower()[:1], Signature.FULL)
    return Signature.INVALID if said == "tn-validation-failed" else Signature.NOT_CHECKED


def _roaming(message: Message, trunk: Trunk) -> RoamingProof:
    if trunk.roaming_header is None:
        return RoamingProof.NOT_CHECKED
    said = (message.first(trunk.roaming_header) or "").strip().lower()
    return {"proven": RoamingProof.PROVEN, "refuted": RoamingProof.REFUTED}.get(said, RoamingProof.NOT_CHECKED)


def _called_back(message: Message, trunk: Trunk) -> bool:
    return trunk.emergency_callbacks and (message.first("priority") or "").strip().lower() == "psap-callback"
