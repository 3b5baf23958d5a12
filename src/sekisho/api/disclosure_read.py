"""Small readers for the disclosure desk's requests: fields of a JSON body, strictly, and the query of a list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from fastapi import Request

from sekisho.api.errors import QueryRefused
from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.kinds import CaseType, Family
from sekisho.disclosure.listing import MAX_PAGE, PAGE, Filters, Order
from sekisho.disclosure.progress import State
from sekisho.disclosure.reading import day as read_day
from sekisho.disclosure.reading import moment, one_of
from sekisho.disclosure.record import MAX_ITEMS

MAX_WORDS: Final = 20_000
"""Characters of a note or reason; the step itself may take fewer."""
_QUERY: Final = frozenset(
    {"state", "type", "family", "due_before", "number", "requester", "all", "order", "cursor", "limit"}
)
_Enum = TypeVar("_Enum", bound=StrEnum)


def only(written: Mapping[str, Any], known: Iterable[str]) -> Mapping[str, Any]:
    """Itself, where every field is known. Raises ``CaseRefused``."""
    strange = sorted(set(written) - set(known))
    if strange:
        raise CaseRefused(field=strange[0][:60], problem="no such field")
    return written


def text(written: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text. Raises ``CaseRefused``."""
    found = written.get(name, default)
    if not isinstance(found, str) or len(found) > MAX_WORDS:
        raise CaseRefused(field=name, problem=f"text of at most {MAX_WORDS} characters")
    return found


def choice(written: Mapping[str, Any], name: str, kinds: type[_Enum]) -> _Enum:
    """A value of a closed list. Raises ``CaseRefused``."""
    return one_of(kinds, written.get(name), name)


def a_day(written: Mapping[str, Any], name: str, default: date | None = None) -> date:
    """A date. Raises ``CaseRefused``."""
    found = read_day(written.get(name), name) or default
    if found is None:
        raise CaseRefused(field=name, problem="a date such as 2026-11-23")
    return found


def maybe_day(written: Mapping[str, Any], name: str) -> date | None:
    """A date, or none. Raises ``CaseRefused``."""
    return read_day(written.get(name), name)


def texts(written: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts, empty where there is none. Raises ``CaseRefused``."""
    found = written.get(name, [])
    if not isinstance(found, list) or len(found) > MAX_ITEMS or any(not isinstance(one, str) for one in found):
        raise CaseRefused(field=name, problem="a list of texts")
    return tuple(found)


def whole(written: Mapping[str, Any], name: str) -> int:
    """A whole number from 1. Raises ``CaseRefused``."""
    found = written.get(name)
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= MAX_ITEMS:
        raise CaseRefused(field=name, problem=f"a whole number from 1 to {MAX_ITEMS}")
    return found


def item_numbers(written: Mapping[str, Any], name: str = "items") -> list[int]:
    """Numbers of items. Raises ``CaseRefused``."""
    found = written.get(name)
    if not isinstance(found, list) or not 0 < len(found) <= MAX_ITEMS:
        raise CaseRefused(field=name, problem=f"a list of 1 to {MAX_ITEMS} numbers")
    return [whole({name: one}, name) for one in found]


def filters_of(request: Request) -> tuple[Filters, str | None, int]:
    """The filters of a list, its cursor and its length. Raises ``QueryRefused``."""
    asked = request.query_params
    strange = sorted(set(asked) - _QUERY)
    if strange:
        raise QueryRefused(name=strange[0][:60], expected=", ".join(sorted(_QUERY)))
    filters = Filters(
        states=frozenset(_of(State, one, "state") for one in asked.getlist("state")),
        types=frozenset(_of(CaseType, one, "type") for one in asked.getlist("type")),
        families=frozenset(_of(Family, one, "family") for one in asked.getlist("family")),
        due_before=_due(asked.get("due_before")),
        number=asked.get("number"),
        requester=asked.get("requester"),
        open_only=asked.get("all", "false") != "true",
        order=_of(Order, asked.get("order", Order.RECEIVED.value), "order"),
    )
    written = asked.get("limit", str(PAGE))
    if not (written.isascii() and written.isdigit() and 0 < int(written[:9]) <= MAX_PAGE):
        raise QueryRefused(name="limit", expected=f"1 to {MAX_PAGE}")
    return filters, asked.get("cursor"), int(written)


def _of(kinds: type[_Enum], written: str, name: str) -> _Enum:
    try:
        return kinds(written)
    except ValueError:
        raise QueryRefused(name=name, expected=", ".join(one.value for one in kinds)) from None


def _due(written: str | None) -> date | None:
    try:
        return None if written is None else date.fromisoformat(written)
    except ValueError:
        raise QueryRefused(name="due_before", expected="a date that exists (YYYY-MM-DD)") from None


def moment_of(written: Mapping[str, Any], name: str) -> datetime | None:
    """A time with its offset, or none. Raises ``CaseRefused``."""
    return None if written.get(name) is None else moment(written[name], name)
