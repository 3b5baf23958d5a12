"""The only way facts cross from one desk to another: events, each listed here with what it carries, from whom, to whom.

Desks do not import each other. A fact that is not in :data:`CROSSINGS` does not cross; there is no generic payload to
smuggle one in. Nothing derived from communication logs or calls may cross without a statutory ground named in its
entry (Telecommunications Business Act art. 4, secrecy of communications).

What this does not do: it delivers nothing. A desk that raises events writes them in its unit of work;
:mod:`sekisho.crossings` takes them across. A test holds the list.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import Enum, StrEnum
from typing import get_type_hints

from sekisho.errors import NotPermitted


class Desk(StrEnum):
    """The desks, as their packages are named."""

    CONTRACTS = "contracts"
    CALLS = "calls"
    STOPS = "stops"
    SMS = "sms"
    MAIL = "mail"
    INTAKE = "intake"
    LOGS = "logs"
    DISCLOSURE = "disclosure"
    APPS = "apps"
    YOUTH = "youth"


SECRET_DESKS = frozenset({Desk.CALLS, Desk.SMS, Desk.MAIL, Desk.INTAKE, Desk.LOGS})
"""Desks that handle communications themselves: what they know is covered by secrecy."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened at a desk. A subclass is a frozen dataclass of plain values, listed in :data:`CROSSINGS`.

    ``occurred_at`` is aware, UTC.
    """

    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class Crossing:
    """Leave for one kind of event to go from one desk to others.

    ``facts`` are the fields that may cross, every one by name. ``ground`` is the statutory ground, required where the
    source is in :data:`SECRET_DESKS`. ``why`` says in a sentence what the receiving desks need it for.
    """

    event: type[Event]
    source: Desk
    targets: frozenset[Desk]
    facts: frozenset[str]
    why: str
    ground: str | None = None


@dataclass(frozen=True, slots=True)
class NumberStop(Event):
    """A number is stopped under the number-stop scheme, or (``stopped`` false) connects again. ``case`` is the
    request's or denial's id."""

    number: str
    stopped: bool
    case: str


@dataclass(frozen=True, slots=True)
class SchemeDenial(Event):
    """Somebody is refused new numbers of one kind (fixed or 050) under the number-stop scheme, from ``begins`` until
    before ``ends``. Told again with another ``ends`` when that changes; an end at the beginning is no denial."""

    denial: str
    case: str
    number_kind: str
    party_name: str
    party_address: str
    begins: date
    ends: date


CROSSINGS: tuple[Crossing, ...] = (
    Crossing(
        event=NumberStop,
        source=Desk.STOPS,
        targets=frozenset({Desk.CALLS}),
        facts=frozenset({"occurred_at", "number", "stopped", "case"}),
        why="who has a stopped number can't call with it: a call that shows it is refused, or withheld as forged",
    ),
    Crossing(
        event=SchemeDenial,
        source=Desk.STOPS,
        targets=frozenset({Desk.CONTRACTS}),
        facts=frozenset(
            {"occurred_at", "denial", "case", "number_kind", "party_name", "party_address", "begins", "ends"}
        ),
        why="new fixed and 050 numbers are refused to whom the scheme names; mobile contracts never look at it",
    ),
)
"""Every crossing there is."""

_PLAIN: tuple[type, ...] = (str, int, bool, date, datetime, Enum)


class CrossingRefused(NotPermitted):
    """A fact tried to cross between desks without leave. Fields: ``event``, ``source``, ``target``."""

    reason = "crossing_refused"
    ja = (
        "{source} から {target} へ {event} を渡すことは認められていません。"
        "events.py の一覧と、必要な法的根拠を確かめてください。"
    )
    en = "{event} may not go from {source} to {target}. See the list in events.py, and the ground it would need."


def require_crossing(event: Event, *, source: Desk, target: Desk) -> None:
    """Raise :class:`CrossingRefused` unless the list lets this event go from ``source`` to ``target``."""
    for crossing in CROSSINGS:
        if type(event) is crossing.event and source is crossing.source and target in crossing.targets:
            return
    raise CrossingRefused(event=type(event).__name__, source=source.value, target=target.value)


def faults(crossings: tuple[Crossing, ...]) -> list[str]:
    """What is wrong with a list of crossings, as sentences for its author; empty when nothing is."""
    found: list[str] = []
    for crossing in crossings:
        name = crossing.event.__name__
        declared = {field.name for field in fields(crossing.event)}
        hints = get_type_hints(crossing.event)
        if declared != crossing.facts:
            found.append(f"{name}: its fields and the facts listed differ: {sorted(declared ^ crossing.facts)}")
        found += [
            f"{name}.{fact}: not a plain value"
            for fact in sorted(declared)
            if not (isinstance(hints[fact], type) and issubclass(hints[fact], _PLAIN))
        ]
        if crossing.source in SECRET_DESKS and not crossing.ground:
            found.append(f"{name}: comes from {crossing.source} and names no statutory ground")
        if not crossing.targets or crossing.source in crossing.targets:
            found.append(f"{name}: needs targets other than its source")
        if not crossing.why:
            found.append(f"{name}: says not what it is needed for")
    kinds = [crossing.event for crossing in crossings]
    found += [f"{kind.__name__}: listed more than once" for kind in dict.fromkeys(kinds) if kinds.count(kind) > 1]
    return found
