"""Small readers that the forms share: strict about shape and names, silent about what is for the check to ask. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.draft import DraftItem
from sekisho.disclosure.kinds import DataClass
from sekisho.disclosure.reading import WANTED, checked_value, one_of
from sekisho.disclosure.record import MAX_ITEMS, MAX_TEXT, MAX_VALUE, MAX_WANTED, ItemKind, Precision

ITEM_FIELDS: Final = frozenset(
    {
        "number", "kind", "value", "time", "begin", "end", "zone", "precision", "port", "protocol", "destination",
        "destination_port", "data_class", "wanted", "reference",
    }
)  # fmt: skip
"""What an item may say, in every form."""
_UNFIT: Final = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")
"""Control characters, and halves of characters that no encoding can write."""
MAX_FACTS: Final = 100
"""Facts that one request declares: the catalogue has fewer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks of every item unless the item says otherwise."""

    data_class: DataClass | None = None
    wanted: tuple[str, ...] = ()


def mapping(written: object, place: str, fields: frozenset[str]) -> Mapping[str, Any]:
    """An object with no other fields than these. Raises ``CaseRefused``."""
    if not isinstance(written, Mapping):
        raise CaseRefused(field=place, problem="an object")
    strange = sorted(str(name)[:60] for name in written if name not in fields)
    if strange:
        raise CaseRefused(field=f"{place}.{strange[0]}".removeprefix("."), problem="no such field")
    return written


def text(written: object, place: str, *, most: int = MAX_TEXT) -> str:
    """Text of a bounded length, empty where nothing is written. Raises ``CaseRefused``."""
    if written is None:
        return ""
    if not isinstance(written, str) or len(written) > most or _UNFIT.search(written):
        raise CaseRefused(field=place, problem=f"text of at most {most} characters")
    return written


def listing(written: object, place: str) -> list[Any]:
    """A list, empty where nothing is written. Raises ``CaseRefused``."""
    if written is None:
        return []
    if not isinstance(written, list | tuple):
        raise CaseRefused(field=place, problem="a list")
    return list(written)


def flag(written: object, place: str) -> bool | None:
    """True, false or not said. Raises ``CaseRefused``."""
    if written is not None and not isinstance(written, bool):
        raise CaseRefused(field=place, problem="true or false")
    return written


def facts(written: object, place: str) -> dict[str, bool | int | str]:
    """What a paper declares: names of the catalogue and plain values. That somebody checked is never declared.

    Raises ``CaseRefused``, ``FactRefused``.
    """
    if written is None:
        return {}
    if not isinstance(written, Mapping) or len(written) > MAX_FACTS:
        raise CaseRefused(field=place, problem=f"at most {MAX_FACTS} names and values")
    return {str(name): checked_value(str(name), value) for name, value in written.items()}


def items(written: object, place: str, asked: Asked | None = None) -> tuple[tuple[DraftItem, ...], int]:
    """Items in a list, and how many there are. Beyond what one request may have none is kept. Raises
    ``CaseRefused``."""
    found = listing(written, place)
    if len(found) > MAX_ITEMS:
        return (), len(found)
    return tuple(item(one, f"{place}[{at}]", at + 1, asked or Asked()) for at, one in enumerate(found)), len(found)


def item(written: object, place: str, number: int, asked: Asked) -> DraftItem:
    """One item. Raises ``CaseRefused``, naming the field."""
    found = mapping(written, place, ITEM_FIELDS)
    said = found.get("number", number)
    if isinstance(said, bool) or said != number:
        raise CaseRefused(field=f"{place}.number", problem="from 1, in order, none left out")
    kind = one_of(ItemKind, found.get("kind", ItemKind.ADDRESS.value), f"{place}.kind")
    apart = "begin" in found or "end" in found
    if apart and found.get("time") is not None:
        raise CaseRefused(field=f"{place}.time", problem="either a time, or its beginning and end")
    precision = text(found.get("precision"), f"{place}.precision")
    return DraftItem(
        number=number,
        kind=kind,
        value=text(found.get("value"), f"{place}.value", most=MAX_VALUE),
        data_class=_data_class(found.get("data_class"), f"{place}.data_class", kind, asked),
        wanted=wanted(found.get("wanted"), f"{place}.wanted") or asked.wanted or ("subscriber",),
        time=text(found.get("time"), f"{place}.time"),
        begin=text(found.get("begin"), f"{place}.begin"),
        end=text(found.get("end"), f"{place}.end"),
        apart=apart,
        zone=text(found.get("zone"), f"{place}.zone"),
        precision=one_of(Precision, precision, f"{place}.precision").value if precision else "",
        port=_number(found.get("port"), f"{place}.port"),
        protocol=_number(found.get("protocol"), f"{place}.protocol"),
        destination=text(found.get("destination"), f"{place}.destination"),
        destination_port=_number(found.get("destination_port"), f"{place}.destination_port"),
        reference=text(found.get("reference"), f"{place}.reference"),
    )


def wanted(written: object, place: str) -> tuple[str, ...]:
    """Contents asked for. Raises ``CaseRefused``."""
    found = tuple(text(one, place) for one in listing(written, place))
    if len(found) > MAX_WANTED or any(not WANTED.fullmatch(one) for one in found):
        raise CaseRefused(field=place, problem="subscriber, log, location or civil.1 to civil.14")
    return found


def _data_class(written: object, place: str, kind: ItemKind, asked: Asked) -> DataClass:
    if written is not None:
        return one_of(DataClass, written, place)
    if asked.data_class is not None:
        return asked.data_class
    # The stricter where nothing is said of what leads through a communication (電気通信事業法4条).
    return DataClass.SECRECY if kind in (ItemKind.ADDRESS, ItemKind.POST_URL) else DataClass.SUBSCRIBER


def _number(written: object, place: str) -> str:
    """A number as JSON or text has it; whether it is a port is for the check to say."""
    if isinstance(written, int) and not isinstance(written, bool) and abs(written) < 10**12:
        return str(written)
    return text(written, place)
