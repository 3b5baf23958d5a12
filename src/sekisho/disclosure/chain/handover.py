"""What one provider hands to the next under an order: the message, written and read strictly. Pure.

Which items of sender information may be in it is :data:`FORWARDED`: those that lead to the next provider's user
(施行規則7条, as :mod:`sekisho.disclosure.civil_items` lists them), and the times of those same communications, without
which an address names nobody. Names, postal addresses, telephone numbers and mail addresses (1 to 4) are never in it,
whatever the sender holds: the receiver doesn't need them to find its own record.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address
from typing import Any, Final

import orjson

from sekisho.disclosure.chain.errors import HandoverRefused
from sekisho.disclosure.civil_items import CIVIL_ITEMS

FORMAT: Final = "sekisho/handover/1"
PURPOSE: Final = "disclosure_order_petition"
ADDRESS: Final = "/v1/chain/handovers"
MAX_ITEMS: Final = 1_000
"""Items of a handover: an order is about some posts of one sender."""
MAX_TEXT: Final = 300

TIMES: Final = frozenset({8, 13})
"""The items that are times of the communications among the others."""
FORWARDED: Final = frozenset({one.number for one in CIVIL_ITEMS.values() if one.forwardable}) | TIMES

_ID = re.compile(r"h[0-9a-f]{32}", re.ASCII)
_FIELDS: Final = frozenset({"format", "id", "sender", "receiver", "purpose", "order", "petition", "lapse_on", "items"})
_ITEM: Final = frozenset({"number", "civil", "address", "port", "link", "begin", "end"})


@dataclass(frozen=True, slots=True)
class Paper:
    """A court's paper: which court, its number, its date."""

    court: str
    number: str
    dated: date

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"court": self.court, "number": self.number, "dated": self.dated.isoformat()}


@dataclass(frozen=True, slots=True)
class Passed:
    """One item that is passed on. ``civil`` are the ordinance's items it consists of; ``link`` is what both providers
    call the user (利用管理符号), where they have such a name."""

    number: int
    civil: tuple[int, ...]
    address: str | None
    port: int | None
    link: str | None
    begin: datetime
    end: datetime

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "number": self.number,
            "civil": list(self.civil),
            "address": self.address,
            "port": self.port,
            "link": self.link,
            "begin": self.begin.isoformat(),
            "end": self.end.isoformat(),
        }


@dataclass(frozen=True, slots=True)
class Handover:
    """What is handed over: by and to whom, under which order, for which petition. ``lapse_on`` is the last day of the
    applicant's two months."""

    id: str
    sender: str
    receiver: str
    order: Paper
    petition: Paper
    lapse_on: date
    items: tuple[Passed, ...]

    def bytes(self) -> bytes:
        """As it is sent."""
        said = {
            "format": FORMAT,
            "id": self.id,
            "sender": self.sender,
            "receiver": self.receiver,
            "purpose": PURPOSE,
            "order": self.order.document(),
            "petition": self.petition.document(),
            "lapse_on": self.lapse_on.isoformat(),
            "items": [one.document() for one in self.items],
        }
        return orjson.dumps(said, option=orjson.OPT_SORT_KEYS)


def read_handover(written: Mapping[str, Any]) -> Handover:
    """A handover from what was parsed, strictly. Raises ``HandoverRefused``."""
    _only(written, _FIELDS, "")
    if written.get("format") != FORMAT or written.get("purpose") != PURPOSE:
        raise HandoverRefused(field="format", problem=f"{FORMAT}, {PURPOSE}")
    found = _text(written.get("id"), "id")
    if not _ID.fullmatch(found):
        raise HandoverRefused(field="id", problem="h and 32 hexadecimal digits")
    items = written.get("items")
    if not isinstance(items, list) or not 0 < len(items) <= MAX_ITEMS:
        raise HandoverRefused(field="items", problem=f"1 to {MAX_ITEMS}")
    return Handover(
        found,
        _text(written.get("sender"), "sender"),
        _text(written.get("receiver"), "receiver"),
        _paper(written.get("order"), "order"),
        _paper(written.get("petition"), "petition"),
        _day(written.get("lapse_on"), "lapse_on"),
        tuple(_passed(one, number) for number, one in enumerate(items, 1)),
    )


def _passed(written: object, number: int) -> Passed:
    place = f"items[{number - 1}]"
    if not isinstance(written, Mapping):
        raise HandoverRefused(field=place, problem="an object")
    _only(written, _ITEM, f"{place}.")
    if written.get("number") != number:
        raise HandoverRefused(field=f"{place}.number", problem="from 1, in order")
    civil = written.get("civil")
    if not isinstance(civil, list) or not civil or any(type(one) is not int for one in civil):
        raise HandoverRefused(field=f"{place}.civil", problem="items of the ordinance")
    if not set(civil) <= FORWARDED:
        raise HandoverRefused(field=f"{place}.civil", problem="items that may be passed on")
    address, link = written.get("address"), written.get("link")
    if (address is None) is (link is None):
        raise HandoverRefused(field=f"{place}.address", problem="an address, or what both call the user")
    port = written.get("port")
    if port is not None and (type(port) is not int or not 0 <= port <= 65_535 or address is None):
        raise HandoverRefused(field=f"{place}.port", problem="a port of the address")
    begin, end = _moment(written.get("begin"), f"{place}.begin"), _moment(written.get("end"), f"{place}.end")
    if end < begin:
        raise HandoverRefused(field=f"{place}.end", problem="not before its beginning")
    return Passed(
        number,
        tuple(sorted(set(civil))),
        None if address is None else _address(address, f"{place}.address"),
        port,
        None if link is None else _text(link, f"{place}.link"),
        begin,
        end,
    )


def _paper(written: object, place: str) -> Paper:
    if not isinstance(written, Mapping):
        raise HandoverRefused(field=place, problem="an object")
    _only(written, frozenset({"court", "number", "dated"}), f"{place}.")
    return Paper(
        _text(written.get("court"), f"{place}.court"),
        _text(written.get("number"), f"{place}.number"),
        _day(written.get("dated"), f"{place}.dated"),
    )


def _only(written: Mapping[Any, Any], known: frozenset[str], prefix: str) -> None:
    strange = sorted(str(one) for one in written if one not in known)
    if strange:
        raise HandoverRefused(field=(prefix + strange[0])[:80], problem="no such field")


def _text(written: object, place: str) -> str:
    if not isinstance(written, str) or not written.strip() or len(written) > MAX_TEXT or not written.isprintable():
        raise HandoverRefused(field=place, problem=f"text of at most {MAX_TEXT} characters")
    return written


def _day(written: object, place: str) -> date:
    try:
        return date.fromisoformat(_text(written, place))
    except ValueError:
        raise HandoverRefused(field=place, problem="a date such as 2026-11-23") from None


def _moment(written: object, place: str) -> datetime:
    try:
        found = datetime.fromisoformat(_text(written, place))
    except ValueError:
        raise HandoverRefused(field=place, problem="a time such as 2026-11-23T12:34:56+09:00") from None
    if found.tzinfo is None:
        raise HandoverRefused(field=place, problem="a time with its offset")
    return found


def _address(written: object, place: str) -> str:
    try:
        return str(ip_address(_text(written, place)))
    except ValueError:
        raise HandoverRefused(field=place, problem="an IPv4 or IPv6 address without a zone") from None
