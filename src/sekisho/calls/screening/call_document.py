"""A call described in JSON, for commands and for sites without a proxy. Standard library only.

The keys are the fields of :class:`~sekisho.calls.screening.call.Call`; ``at``, ``trunk``, ``direction`` and ``called``
are needed. What a key holds is checked by type alone: a number that is none is judged, not refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeVar

from sekisho.calls.screening.call import NO_HINTS, Call, Direction, IsupHints, RoamingProof, Screening, Signature
from sekisho.calls.screening.errors import CallRefused

_NEEDED: Final = ("at", "trunk", "direction", "called")
_TEXTS: Final = ("trunk", "called", "asserted", "presented", "line")
_LISTS: Final = ("asserted_others", "diverted_by")
_SETS: Final = ("privacy", "unreadable")
_KNOWN: Final = frozenset(
    {*_NEEDED, *_TEXTS, *_LISTS, *_SETS, "isup", "roaming", "signature", "emergency_callback"}
)
MOST_CHARACTERS: Final = 1_000
"""Of one text: a header of more is no number, and the proxy says ``unreadable``."""
MOST_ITEMS: Final = 100
"""Of one list."""

E = TypeVar("E", bound=StrEnum)


def call_from(document: object) -> Call:
    """The call that a JSON document describes. Raises :class:`CallRefused`."""
    given = _mapping("call", document, _KNOWN)
    for name in _NEEDED:
        if name not in given:
            raise CallRefused(field=name, problem="missing")
    texts = {name: _text(name, given[name]) for name in _TEXTS if given.get(name) is not None}
    lists = {name: _texts(name, given[name]) for name in _LISTS if name in given}
    sets = {name: frozenset(each.lower() for each in _texts(name, given[name])) for name in _SETS if name in given}
    marked = given.get("emergency_callback", False)
    if not isinstance(marked, bool):
        raise CallRefused(field="emergency_callback", problem="true or false")
    return Call(
        at=_moment(given["at"]), trunk=texts["trunk"] if "trunk" in texts else _text("trunk", None),
        called=texts["called"] if "called" in texts else _text("called", None),
        direction=_choice("direction", Direction, given["direction"]), asserted=texts.get("asserted"),
        presented=texts.get("presented"), asserted_others=lists.get("asserted_others", ()),
        privacy=sets.get("privacy", frozenset()), diverted_by=lists.get("diverted_by", ()),
        isup=_hints(given["isup"]) if given.get("isup") is not None else NO_HINTS,
        roaming=_choice("roaming", RoamingProof, given.get("roaming", RoamingProof.NOT_CHECKED.value)),
        signature=_choice("signature", Signature, given.get("signature", Signature.NOT_CHECKED.value)),
        line=texts.get("line"), emergency_callback=marked, unreadable=sets.get("unreadable", frozenset()),
    )  # fmt: skip


def _mapping(name: str, value: object, known: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise CallRefused(field=name, problem="an object is expected")
    for key in value:
        if key not in known:
            raise CallRefused(field=str(key)[:40], problem="unknown")
    return value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or len(value) > MOST_CHARACTERS:
        raise CallRefused(field=name, problem=f"a text of at most {MOST_CHARACTERS} characters is expected")
    return value


def _texts(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > MOST_ITEMS:
        raise CallRefused(field=name, problem=f"a list of at most {MOST_ITEMS} texts is expected")
    return tuple(_text(name, each) for each in value)


def _choice(name: str, enum: type[E], value: object) -> E:
    try:
        return enum(_text(name, value))
    except ValueError:
        raise CallRefused(field=name, problem=f"one of {', '.join(enum)}") from None


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(_text("at", value))
    except ValueError:
        raise CallRefused(field="at", problem="a date and time with its zone (2026-11-23T12:00:00+09:00)") from None
    if moment.tzinfo is None:
        raise CallRefused(field="at", problem="a time zone is needed (2026-11-23T12:00:00+09:00)")
    return moment


def _hints(value: object) -> IsupHints:
    given = _mapping("isup", value, frozenset({"international", "screening", "restricted"}))
    for name in ("international", "restricted"):
        if given.get(name) is not None and not isinstance(given[name], bool):
            raise CallRefused(field=f"isup.{name}", problem="true, false or null")
    screening = given.get("screening")
    return IsupHints(
        international=given.get("international"), restricted=given.get("restricted"),
        screening=None if screening is None else _choice("isup.screening", Screening, screening),
    )  # fmt: skip
