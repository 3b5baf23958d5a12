"""Read single fields of an application: each has its form, and an error names the field by its path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sekisho.clock import JAPAN, japan_date
from sekisho.contracts.errors import IndividualNumber, MissingField, UnknownField, WrongValue
from sekisho.contracts.individual_number import announces, in_free_text, in_identifier
from sekisho.engine.facts import FactSpec, FactType, Value

MAX_TEXT = 500
"""The longest field is an address; the resident register allows 200 characters, corporate ones are longer."""

MAX_NAME_SHOWN = 80
"""Of a field nobody knows, an error repeats no more than this; the longest name of the catalogue has 38 letters."""

_IDEOGRAPHIC_SPACE = "\u3000"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
# RFC 3339 section 5.6; ``fromisoformat`` alone would take week dates and offsets without minutes too.
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII)


def only(value: Mapping[str, Any], known: set[str], path: str) -> None:
    """Raises ``UnknownField`` for a field outside ``known``, ``IndividualNumber`` where one may stand in it."""
    for name in value:
        if name in known:
            continue
        # A name nobody knows is the sender's text: what it holds mustn't reach a terminal, a log or an error as it is.
        numbered = in_free_text(name)
        shown = "*" if numbered else name[:MAX_NAME_SHOWN] if name.isprintable() else ascii(name)[:MAX_NAME_SHOWN]
        where = f"{path}.{shown}" if path else shown
        raise IndividualNumber(field=where) if numbered or announces(name) else UnknownField(field=where)


def need(value: Mapping[str, Any], name: str, path: str) -> Any:
    """The value of a field; raises ``MissingField``."""
    if name not in value:
        raise MissingField(field=f"{path}.{name}" if path else name)
    return value[name]


def as_object(value: object, path: str) -> Mapping[str, Any]:
    """A JSON object; raises ``WrongValue``."""
    if not isinstance(value, dict):
        raise WrongValue(field=path, expected="an object")
    return value


def as_printable(value: object, path: str) -> str:
    """Text of 1 to :data:`MAX_TEXT` printable characters, not only white space; raises ``WrongValue``."""
    # Names in Japanese are parted by an ideographic space, which Python doesn't count as printable.
    good = isinstance(value, str) and value.strip() and value.replace(_IDEOGRAPHIC_SPACE, " ").isprintable()
    if not isinstance(value, str) or not good or len(value) > MAX_TEXT:
        raise WrongValue(field=path, expected=f"text of 1 to {MAX_TEXT} printable characters")
    return value


def as_text(value: object, path: str) -> str:
    """Free text; raises ``WrongValue``, and ``IndividualNumber`` where one stands in it."""
    text = as_printable(value, path)
    if in_free_text(text):
        raise IndividualNumber(field=path)
    return text


def optional_text(value: Mapping[str, Any], name: str, path: str) -> str | None:
    """Free text, None where the field is missing."""
    return as_text(value[name], f"{path}.{name}" if path else name) if name in value else None


def identifier_of(value: Mapping[str, Any], name: str, path: str, *, document: str | None = None) -> str | None:
    """A reference or a document's number, None where missing. ``document`` is the kind whose number it is: a licence's
    has twelve digits too. Raises ``WrongValue``, ``IndividualNumber``."""
    if name not in value:
        return None
    return as_identifier(value[name], f"{path}.{name}" if path else name, document=document)


def as_identifier(value: object, path: str, *, document: str | None = None) -> str:
    """The same of a value that is there."""
    text = as_printable(value, path)
    if in_identifier(text, document=document):
        raise IndividualNumber(field=path)
    return text


def as_day(value: object, path: str) -> date:
    """A date written YYYY-MM-DD that exists; raises ``WrongValue``."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise WrongValue(field=path, expected="a date that exists (YYYY-MM-DD)")


def as_moment(value: object, path: str) -> datetime:
    """A time with offset (RFC 3339) as Japan time; raises ``WrongValue``."""
    if isinstance(value, str) and _MOMENT.fullmatch(value):
        try:
            return datetime.fromisoformat(value.upper()).astimezone(JAPAN)
        except (ValueError, OverflowError):
            # Overflow: a time that lies outside the years 1 to 9999 in Japan.
            pass
    raise WrongValue(field=path, expected="a time with offset (RFC 3339, such as 2026-04-02T10:00:00+09:00)")


def as_act(value: object, path: str, decided: datetime) -> tuple[date, bool]:
    """The Japan date of an act, and whether it lies after the decision: by the day, or by the time where it is told."""
    if isinstance(value, str) and len(value) > 10:
        moment = as_moment(value, path)
        return japan_date(moment), moment > decided
    day = as_day(value, path)
    return day, day > japan_date(decided)


def as_fact(spec: FactSpec, value: object, path: str) -> Value:
    """A fact or attribute of the catalogue; raises ``WrongValue``."""
    made: Any = value
    if spec.type is FactType.DATE:
        return as_day(value, path)
    if spec.type is FactType.SET:
        if not isinstance(value, list) or not all(isinstance(member, str) for member in value):
            raise WrongValue(field=path, expected="a list of " + ", ".join(spec.values))
        made = frozenset(value)
    problem = spec.problem_with(made)
    if problem is not None:
        raise WrongValue(field=path, expected=problem)
    checked: Value = made
    return checked
