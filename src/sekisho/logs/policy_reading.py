"""Policies as somebody writes them, read strictly. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from sekisho.keys.schedule import Period
from sekisho.logs.kinds import LogKind
from sekisho.logs.policy import Destinations, FieldName, Policy, Purpose, Reason
from sekisho.logs.policy_errors import PolicyRefused

_PERIOD: Final = re.compile(r"([1-9][0-9]{0,4})(d|m|y)", re.ASCII)


def read_period(written: object, field: str = "period") -> Period:
    """A period from ``180d``, ``6m`` (months by the calendar) or ``1y``. Raises ``PolicyRefused``."""
    matched = _PERIOD.fullmatch(written) if isinstance(written, str) else None
    if matched is None:
        raise PolicyRefused(field=field, problem="a time such as 180d, 6m or 1y: a kind without an end is refused")
    number = int(matched[1])
    return {"d": Period(days=number), "m": Period(months=number), "y": Period(years=number)}[matched[2]]


def read_policy(written: Mapping[str, Any]) -> Policy:
    """A policy from what :meth:`Policy.document` gives, or somebody wrote like it. Raises ``PolicyRefused``."""
    _only(written, _FIELDS, "")
    own = written.get("destinations")
    ends = written.get("valid_to")
    return Policy(
        provider=_text(written, "provider"),
        service=_text(written, "service"),
        kind=_one_of(LogKind, written.get("kind"), "kind"),
        purposes=_set(Purpose, written, "purposes"),
        fields=_set(FieldName, written, "fields"),
        period=read_period(written.get("period")),
        need=_text(written, "need"),
        reason=_reason(written.get("reason"), "reason"),
        valid_from=_day(written, "valid_from"),
        valid_to=None if ends is None else _day(written, "valid_to"),
        destinations=None if own is None else _destinations(own),
        justification=_text(written, "justification", absent=""),
    )


_FIELDS: Final = frozenset(Policy.__dataclass_fields__)


def _destinations(written: object) -> Destinations:
    if not isinstance(written, Mapping):
        raise PolicyRefused(field="destinations", problem="purposes, period, need and reason of its own")
    _only(written, frozenset(Destinations.__dataclass_fields__), "destinations.")
    return Destinations(
        _set(Purpose, written, "purposes"),
        read_period(written.get("period"), "destinations.period"),
        _text(written, "need"),
        _reason(written.get("reason"), "destinations.reason"),
    )


def _reason(written: object, field: str) -> Reason:
    if not isinstance(written, Mapping):
        raise PolicyRefused(field=field, problem="necessity, effect and social_change")
    _only(written, frozenset(Reason.__dataclass_fields__), f"{field}.")
    return Reason(_text(written, "necessity"), _text(written, "effect"), _text(written, "social_change"))


def _only(written: Mapping[str, Any], known: frozenset[str], prefix: str) -> None:
    unknown = set(written) - known
    if unknown:
        raise PolicyRefused(field=(prefix + min(unknown))[:60], problem="no such field")


def _text(written: Mapping[str, Any], name: str, absent: str | None = None) -> str:
    found = written.get(name, absent)
    if not isinstance(found, str):
        raise PolicyRefused(field=name, problem="text")
    return found.strip()


def _day(written: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(_text(written, name))
    except ValueError:
        raise PolicyRefused(field=name, problem="a date such as 2026-11-23") from None


def _set(kinds: type[Any], written: Mapping[str, Any], name: str) -> frozenset[Any]:
    found = written.get(name)
    if not isinstance(found, list | tuple):
        raise PolicyRefused(field=name, problem="a list")
    return frozenset(_one_of(kinds, one, name) for one in found)


def _one_of(kinds: type[Any], found: object, name: str) -> Any:
    try:
        return kinds(found)
    except ValueError:
        raise PolicyRefused(field=name, problem=f"one of {', '.join(one.value for one in kinds)}") from None
