"""Reading a case from JSON: strictly, every field accounted for, identifiers in the form in which they are compared.

A time without an offset is refused: nine hours name another person. An address is the host's own, without a zone.
Whether the address is the operator's, or can be anybody's at all, is the intake's and the search's to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from ipaddress import IPv6Address, ip_address
from typing import Any, Final, TypeVar

from sekisho.clock import japan_date
from sekisho.disclosure.errors import CaseRefused, FactRefused, TooManyItems
from sekisho.disclosure.facts import CATALOGUE, STATED_BY, StatedBy
from sekisho.disclosure.kinds import CaseType, DataClass, RequesterKind
from sekisho.disclosure.record import (
    CASE_ID,
    MAX_ITEMS,
    MAX_KNOWS,
    MAX_TEXT,
    MAX_VALUE,
    MAX_WANTED,
    DisclosureCase,
    Document,
    Fact,
    Flag,
    Item,
    ItemKind,
    Origin,
    Precision,
    Requester,
    Secrecy,
    SecrecyState,
)
from sekisho.logs.subscribers.errors import IdentifierRefused
from sekisho.logs.subscribers.identifiers import IdentifierKind, identifier

_Enum = TypeVar("_Enum", bound=StrEnum)

WANTED: Final = re.compile(r"subscriber|log|location|civil\.(?:[1-9]|1[0-4])", re.ASCII)
"""Contents: what the register says, what logs say, where a device was, or an item of 施行規則2条 by its number."""
_STAFF = re.compile(r"[a-z0-9][a-z0-9.-]{0,63}", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_ID = re.compile(CASE_ID, re.ASCII)

DERIVED: Final = frozenset(name for name, by in STATED_BY.items() if by is StatedBy.DERIVED)
"""Facts that the desk works out itself: nobody states them."""


def read_case(written: Mapping[str, Any]) -> DisclosureCase:
    """A case from what :meth:`DisclosureCase.json` gives, or somebody wrote like it. Raises ``CaseRefused``,
    ``TooManyItems``, ``FactRefused``."""
    return read_parts(written, _list(written.get("items", []), "items"))


def read_parts(written: Mapping[str, Any], items: list[Any]) -> DisclosureCase:
    """The same, the items apart. Raises as :func:`read_case`."""
    _only(written, DisclosureCase.__dataclass_fields__, "")
    case_id = _text(written.get("id", ""), "id")
    if case_id and not _ID.fullmatch(case_id):
        raise CaseRefused(field="id", problem="d and 16 hexadecimal digits")
    found = DisclosureCase(
        id=case_id,
        type=one_of(CaseType, written.get("type"), "type"),
        requester=_requester(written.get("requester")),
        document=_document(written.get("document", {})),
        received_at=moment(written.get("received_at"), "received_at"),
        items=_items(items),
        secrecy=_secrecy(written.get("secrecy", {})),
        flags=frozenset(one_of(Flag, one, "flags") for one in _list(written.get("flags", []), "flags")),
        facts=_facts(written.get("facts", {})),
        knows=frozenset(_knows(written.get("knows", []))),
        brand=_text(written.get("brand", ""), "brand"),
    )
    _check_whole(found)
    return found


def _check_whole(case: DisclosureCase) -> None:
    paper, received = case.document, case.received_at
    if paper.dated is not None and paper.dated > japan_date(received):
        raise CaseRefused(field="document.dated", problem="not after the day it was received")
    if paper.valid_until is not None and paper.dated is not None and paper.valid_until < paper.dated:
        raise CaseRefused(field="document.valid_until", problem="not before the document's date")
    if case.secrecy.until is not None and case.secrecy.state is SecrecyState.NONE:
        raise CaseRefused(field="secrecy.until", problem="only where secrecy is asked for or ordered")


def _requester(written: object) -> Requester:
    found = _map(written, "requester", Requester.__dataclass_fields__)
    who = Requester(
        kind=one_of(RequesterKind, found.get("kind"), "requester.kind"),
        **{
            name: _text(found.get(name, ""), f"requester.{name}")
            for name in ("name", "office", "contact", "officer", "rank")
        },
    )
    if not who.name.strip():
        raise CaseRefused(field="requester.name", problem="who asks")
    return who


def _document(written: object) -> Document:
    found = _map(written, "document", Document.__dataclass_fields__)
    digest = found.get("sha256")
    if digest is not None and not (isinstance(digest, str) and _SHA256.fullmatch(digest)):
        raise CaseRefused(field="document.sha256", problem="64 hexadecimal digits")
    return Document(
        number=_text(found.get("number", ""), "document.number"),
        dated=day(found.get("dated"), "document.dated"),
        title=_text(found.get("title", ""), "document.title"),
        valid_until=day(found.get("valid_until"), "document.valid_until"),
        legal_provision=_text(found.get("legal_provision", ""), "document.legal_provision"),
        sha256=digest,
    )


def _secrecy(written: object) -> Secrecy:
    found = _map(written, "secrecy", Secrecy.__dataclass_fields__)
    return Secrecy(
        one_of(SecrecyState, found.get("state", "none"), "secrecy.state"), day(found.get("until"), "secrecy.until")
    )


def _knows(written: object) -> list[str]:
    found = [_text(one, "knows") for one in _list(written, "knows")]
    if len(found) > MAX_KNOWS or any(not _STAFF.fullmatch(one) for one in found):
        raise CaseRefused(field="knows", problem=f"at most {MAX_KNOWS} staff ids")
    return found


# --- items


def _items(written: list[Any]) -> tuple[Item, ...]:
    if len(written) > MAX_ITEMS:
        raise TooManyItems(field="items", problem=f"at most {MAX_ITEMS}", count=len(written), limit=MAX_ITEMS)
    found = tuple(read_item(one, f"items[{at}]") for at, one in enumerate(written))
    if [one.number for one in found] != list(range(1, len(found) + 1)):
        raise CaseRefused(field="items.number", problem="from 1, in order, none left out")
    return found


def read_item(written: object, place: str) -> Item:
    """One item. Raises ``CaseRefused``, naming the field below ``place``."""
    found = _map(written, place, Item.__dataclass_fields__)
    kind = one_of(ItemKind, found.get("kind"), f"{place}.kind")
    number = found.get("number")
    if isinstance(number, bool) or not isinstance(number, int) or number < 1:
        raise CaseRefused(field=f"{place}.number", problem="a whole number from 1")
    wanted = tuple(_text(one, f"{place}.wanted") for one in _list(found.get("wanted", []), f"{place}.wanted"))
    if not wanted or len(wanted) > MAX_WANTED or any(not WANTED.fullmatch(one) for one in wanted):
        raise CaseRefused(field=f"{place}.wanted", problem="subscriber, log, location or civil.1 to civil.14")
    begin, end = moment(found.get("begin"), f"{place}.begin"), moment(found.get("end"), f"{place}.end")
    if end < begin:
        raise CaseRefused(field=f"{place}.end", problem="not before its beginning")
    item = Item(
        number=number,
        kind=kind,
        value=_value(kind, found.get("value"), f"{place}.value"),
        begin=begin,
        end=end,
        data_class=one_of(DataClass, found.get("data_class"), f"{place}.data_class"),
        wanted=wanted,
        precision=one_of(Precision, found.get("precision", "second"), f"{place}.precision"),
        port=_whole(found.get("port"), f"{place}.port", 65_535),
        protocol=_whole(found.get("protocol"), f"{place}.protocol", 255),
        destination=_address(found.get("destination"), f"{place}.destination"),
        destination_port=_whole(found.get("destination_port"), f"{place}.destination_port", 65_535),
    )
    if kind is not ItemKind.ADDRESS and (item.port, item.protocol, item.destination, item.destination_port) != (
        None,
        None,
        None,
        None,
    ):
        raise CaseRefused(field=f"{place}.port", problem="only of an address")
    if kind is ItemKind.ADDRESS and item.data_class is DataClass.SUBSCRIBER:
        # Whoever is found through one communication is covered by its secrecy (電気通信事業法4条).
        raise CaseRefused(field=f"{place}.data_class", problem="an address leads through a communication: secrecy")
    return item


def _value(kind: ItemKind, written: object, place: str) -> str:
    text = _text(written, place, most=MAX_VALUE).strip()
    if kind is ItemKind.ADDRESS:
        found = _address(text, place)
        if found is None:
            raise CaseRefused(field=place, problem="an IPv4 or IPv6 address")
        return found
    if kind is ItemKind.POST_URL:
        if not re.fullmatch(r"https?://\S+", text):
            raise CaseRefused(field=place, problem="the address of a page, from http on")
        return text
    try:
        return identifier(IdentifierKind(kind.value), text).value
    except IdentifierRefused as error:
        raise CaseRefused(field=place, problem=error.fields["problem"]) from None


def _address(written: object, place: str) -> str | None:
    if written is None:
        return None
    try:
        found = ip_address(_text(written, place).strip())
    except ValueError:
        raise CaseRefused(field=place, problem="an IPv4 or IPv6 address, such as 203.0.113.5") from None
    if isinstance(found, IPv6Address):
        if found.scope_id is not None:
            raise CaseRefused(field=place, problem="an address without a zone: which zone is a machine's own affair")
        return str(found.ipv4_mapped or found)
    return str(found)


# --- facts


def _facts(written: object) -> dict[str, Fact]:
    if not isinstance(written, Mapping):
        raise CaseRefused(field="facts", problem="names and values")
    found = {}
    for name, one in written.items():
        place = f"facts.{str(name)[:60]}"
        said = _map(one, place, Fact.__dataclass_fields__)
        found[str(name)] = Fact(
            value=checked_value(str(name), said.get("value")),
            origin=one_of(Origin, said.get("origin", "declared"), f"{place}.origin"),
            by=_text(said.get("by", ""), f"{place}.by"),
            at=moment(said.get("at"), f"{place}.at"),
            note=_text(said.get("note", ""), f"{place}.note"),
        )
    return found


def checked_value(name: str, value: object) -> bool | int | str:
    """``value``, if somebody may state it of the fact ``name``. Raises ``FactRefused``."""
    spec = CATALOGUE.facts.get(name)
    if spec is None:
        raise FactRefused(field=name[:60], problem="no such fact")
    if name in DERIVED:
        raise FactRefused(field=name, problem="the desk works it out itself")
    problem = spec.problem_with(value)
    if problem is not None or not isinstance(value, bool | int | str):
        raise FactRefused(field=name, problem=problem or "true, false, a number or text")
    return value


# --- small readers


def moment(written: object, place: str) -> datetime:
    """An aware time. Raises ``CaseRefused``."""
    try:
        found = datetime.fromisoformat(_text(written, place))
    except ValueError:
        raise CaseRefused(field=place, problem="a time such as 2026-11-23T12:34:56+09:00") from None
    if found.tzinfo is None:
        raise CaseRefused(field=place, problem="a time with its offset: +09:00 for Japan time, Z for UTC; ask back")
    return found


def day(written: object, place: str) -> date | None:
    """A date, or None. Raises ``CaseRefused``."""
    if written is None:
        return None
    try:
        return date.fromisoformat(_text(written, place))
    except ValueError:
        raise CaseRefused(field=place, problem="a date such as 2026-11-23") from None


def one_of(kinds: type[_Enum], written: object, place: str) -> _Enum:
    """A value of a closed list. Raises ``CaseRefused``."""
    try:
        return kinds(_text(written, place))
    except ValueError:
        raise CaseRefused(field=place, problem=f"one of {', '.join(one.value for one in kinds)}") from None


def _only(written: Mapping[Any, Any], known: Mapping[str, Any], prefix: str) -> None:
    unknown = {str(name) for name in written} - set(known)
    if unknown:
        raise CaseRefused(field=(prefix + min(unknown))[:80], problem="no such field")


def _map(written: object, place: str, known: Mapping[str, Any]) -> Mapping[Any, Any]:
    if not isinstance(written, Mapping):
        raise CaseRefused(field=place, problem="an object")
    _only(written, known, f"{place}.")
    return written


def _list(written: object, place: str) -> list[Any]:
    if not isinstance(written, list | tuple):
        raise CaseRefused(field=place, problem="a list")
    return list(written)


def _whole(written: object, place: str, most: int) -> int | None:
    if written is None:
        return None
    if isinstance(written, bool) or not isinstance(written, int) or not 0 <= written <= most:
        raise CaseRefused(field=place, problem=f"a whole number from 0 to {most}")
    return written


def _text(written: object, place: str, *, most: int = MAX_TEXT) -> str:
    if not isinstance(written, str) or len(written) > most or any(ord(one) < 32 and one != "\n" for one in written):
        raise CaseRefused(field=place, problem=f"text of at most {most} characters")
    return written
