"""What the operator confirmed of its recipients, in its own words: a YAML file that a person writes.

An entry counts from the day on which somebody confirmed it. It is strict: an unknown key or kind is refused with its
line, since a word in the wrong place would be missing from the notice in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlsplit

from sekisho.apps.items import ITEMS
from sekisho.apps.law.facts import Basis, OptOutKind
from sekisho.apps.notice.errors import EntriesRefused
from sekisho.apps.notice.model import Change, Words
from sekisho.apps.purposes import PURPOSES
from sekisho.rulebook import parse
from sekisho.rulebook.document import Place, read
from sekisho.rulebook.errors import RulebookRefused

EXEMPT: Final = frozenset({Basis.NECESSARY, Basis.OWN_IDENTIFIER, Basis.CONSENT})
"""Grounds on which nothing needs to be published (法27条の12ただし書); an opt-out publishes seven items instead."""

_TOP: Final = frozenset({"operator", "service", "contact", "recipients", "changes"})
_ENTRY: Final = frozenset({
    "handler", "service", "information", "more", "purpose", "recipient_purpose", "policy", "opt_out", "since", "basis",
    "reason", "stop", "confirmed",
})  # fmt: skip
_WEB: Final = frozenset({"http", "https"})
_CONTACT: Final = _WEB | {"mailto"}
TEXT_MOST: Final = 2_000
"""Letters of one text: a house limit. What is longer isn't easy to see at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """Who confirmed an entry, and on which day (Japan)."""

    by: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StopEntry:
    """The operator's words on one opt-out."""

    kind: OptOutKind
    how: Words | None
    limits: Words | None
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The operator's words on one recipient; ``None`` and empty where none are given."""

    handler: Words | None = None
    service: str = ""
    information: tuple[str, ...] = ()
    more: Words | None = None
    purpose: Words | None = None
    recipient_purpose: Words | None = None
    purposes: tuple[str, ...] = ()
    policy: str = ""
    opt_out: str = ""
    since: date | None = None
    basis: Basis | None = None
    reason: Words | None = None
    stop: StopEntry | None = None
    confirmed: Confirmed | None = None

    def counts(self, on: date) -> bool:
        """Whether somebody had confirmed it by that day."""
        return self.confirmed is not None and self.confirmed.day <= on


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """The whole file."""

    operator: Words
    service: Words
    contact: Words | None
    address: str
    recipients: Mapping[str, Entry]
    changes: tuple[Change, ...]


def read_entries(text: str, file: str) -> Entries:
    """The entries of one file. Raises :class:`EntriesRefused` at the first fault, with its line.

    A key without a value is as if it weren't there: a sketch that is half filled in can be read.
    """
    try:
        return _entries(read(text, file))
    except RulebookRefused as error:
        raise EntriesRefused(**error.fields) from None


def _entries(whole: Place) -> Entries:
    top = _filled(whole, _TOP)
    for key in ("operator", "service"):
        if key not in top:
            raise whole.refuse(f"'{key}' is missing")
    contact, address = _contact(top.get("contact"))
    recipients = top["recipients"].mapping() if "recipients" in top else {}
    changes = [_change(place) for place in top["changes"].items()] if "changes" in top else []
    return Entries(
        operator=_words(top["operator"]), service=_words(top["service"]), contact=contact, address=address,
        recipients={key: _entry(place) for key, place in recipients.items()},
        changes=tuple(sorted(changes, key=lambda one: (one.day, one.words.ja), reverse=True)),
    )  # fmt: skip


def _contact(place: Place | None) -> tuple[Words | None, str]:
    if place is None:
        return None, ""
    keys = place.mapping(frozenset({"ja", "en", "address"}), frozenset({"ja"}))
    words = Words(_short(keys["ja"]), _short(keys["en"]) if "en" in keys else "")
    return words, _address(keys["address"], _CONTACT) if "address" in keys else ""


def _entry(place: Place) -> Entry:
    if place.value == "":
        return Entry()
    keys = _filled(place, _ENTRY)
    purpose, purposes = _purpose(keys.get("purpose"))
    recipient_purpose, theirs = _purpose(keys.get("recipient_purpose"))
    confirmed = keys.get("confirmed")
    return Entry(
        handler=_words(keys["handler"]) if "handler" in keys else None,
        service=_short(keys["service"]) if "service" in keys else "",
        information=_slugs(keys["information"]) if "information" in keys else (),
        more=_words(keys["more"]) if "more" in keys else None,
        purpose=purpose, recipient_purpose=recipient_purpose, purposes=tuple(dict.fromkeys((*purposes, *theirs))),
        policy=_address(keys["policy"]) if "policy" in keys else "",
        opt_out=_address(keys["opt_out"]) if "opt_out" in keys else "",
        since=keys["since"].day() if "since" in keys else None,
        basis=parse.choice(Basis, keys["basis"]) if "basis" in keys else None,
        reason=_words(keys["reason"]) if "reason" in keys else None,
        stop=_stop(keys["stop"]) if "stop" in keys else None,
        confirmed=_confirmed(confirmed) if confirmed is not None else None,
    )  # fmt: skip


def _stop(place: Place) -> StopEntry:
    keys = _filled(place, frozenset({"stops", "how", "limits", "link"}))
    return StopEntry(
        kind=parse.choice(OptOutKind, keys["stops"]) if "stops" in keys else OptOutKind.UNSAID,
        how=_words(keys["how"]) if "how" in keys else None,
        limits=_words(keys["limits"]) if "limits" in keys else None,
        link=_address(keys["link"]) if "link" in keys else "",
    )


def _filled(place: Place, allowed: frozenset[str]) -> dict[str, Place]:
    """A mapping's keys that have a value."""
    return {key: each for key, each in place.mapping(allowed).items() if each.value != ""}


def _confirmed(place: Place) -> Confirmed | None:
    both = frozenset({"by", "day"})
    if not _filled(place, both):
        return None
    keys = place.mapping(both, both)
    return Confirmed(by=_short(keys["by"]), day=keys["day"].day())


def _change(place: Place) -> Change:
    keys = place.mapping(frozenset({"day", "ja", "en"}), frozenset({"day", "ja"}))
    return Change(day=keys["day"].day(), words=Words(_short(keys["ja"]), _short(keys["en"]) if "en" in keys else ""))


def _words(place: Place) -> Words:
    """A text alone is Japanese; a mapping has ``ja`` and may have ``en``."""
    if isinstance(place.value, str):
        return Words(_short(place))
    keys = place.mapping(frozenset({"ja", "en"}), frozenset({"ja"}))
    return Words(_short(keys["ja"]), _short(keys["en"]) if "en" in keys else "")


def _purpose(place: Place | None) -> tuple[Words | None, tuple[str, ...]]:
    """A purpose in words, or as a list of kinds of :mod:`sekisho.apps.purposes`, whose words are taken."""
    if place is None:
        return None, ()
    if not isinstance(place.value, list):
        return _words(place), ()
    for each in place.items():
        if each.text() not in PURPOSES:
            raise each.refuse(f"'{each.text()}' is no purpose (known: {', '.join(PURPOSES)})")
    slugs = place.texts()
    if not slugs:
        raise place.refuse("a purpose is expected here")
    return Words("、".join(PURPOSES[each].ja for each in slugs), ", ".join(PURPOSES[each].en for each in slugs)), slugs


def _slugs(place: Place) -> tuple[str, ...]:
    for each in place.items():
        if each.text() not in ITEMS:
            raise each.refuse(f"'{each.text()}' is no kind of information (known: {', '.join(ITEMS)})")
    wanted = set(place.texts())
    return tuple(slug for slug in ITEMS if slug in wanted)


def _short(place: Place) -> str:
    text = place.text().strip()
    if len(text) > TEXT_MOST:
        raise place.refuse(f"longer than {TEXT_MOST} letters")
    return text


def _address(place: Place, schemes: frozenset[str] = _WEB) -> str:
    """An address that a link may lead to; anything else is refused (``javascript:``)."""
    text = _short(place)
    try:
        parts = urlsplit(text)
        good = parts.scheme in schemes and (bool(parts.hostname) or parts.scheme == "mailto")
    except ValueError:
        good = False
    if not good or any(letter.isspace() for letter in text):
        raise place.refuse("a web address (https://…) is expected here")
    return text
