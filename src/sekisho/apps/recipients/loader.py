"""From a file of recipients to rows, strictly: every key known or refused, slugs, hosts, dates and addresses checked.

A file says which group its services are of, and lists them. Nothing here reads the disk; texts are given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from sekisho.apps.items import ITEMS
from sekisho.apps.purposes import PURPOSES
from sekisho.apps.recipients.domains import is_host, is_public_suffix
from sekisho.apps.recipients.errors import RecipientsRefused
from sekisho.apps.recipients.recipient import Company, Confidence, Former, Origin, Recipient, Told
from sekisho.rulebook.document import Place, read
from sekisho.rulebook.errors import RulebookRefused

_REQUIRED: Final = frozenset({"id", "service", "company", "vendor_says", "source", "date", "confidence"})
_OPTIONAL: Final = frozenset(
    {
        "aliases",
        "former",
        "hosts",
        "cnames",
        "android",
        "ios",
        "cookies",
        "storage",
        "opt_out",
        "policy",
        "over",
        "origins",
        "operator_confirmed",
    }
)
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_PACKAGE: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*")
_SYMBOL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_+-]*")
_KEY: Final = re.compile(r"[!-)+-:<-~]{2,80}\*?")
"""A cookie's name or a storage key: visible ASCII but ``;``, and at most one ``*``, at the end (RFC 6265 4.1.1)."""
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_TOO_SHORT_PACKAGES: Final = frozenset({"com", "net", "org", "io", "jp", "co", "jp.co", "jp.ne", "android", "androidx"})
"""Prefixes that would claim other people's classes."""


def load_text(text: str, file: str) -> tuple[Recipient, ...]:
    """The rows of one file. Raises :class:`RecipientsRefused` with the line of the first thing it can't accept."""
    try:
        root = read(text, file)
        known = root.mapping(frozenset({"group", "services"}), frozenset({"group", "services"}))
        group = _slug(known["group"])
        return tuple(_row(place, group) for place in known["services"].items())
    except RulebookRefused as error:
        raise RecipientsRefused(**error.fields) from error


def _row(place: Place, group: str) -> Recipient:
    row = place.mapping(_REQUIRED | _OPTIONAL, _REQUIRED)
    company = row["company"].mapping(frozenset({"ja", "en", "country"}), frozenset({"ja", "en", "country"}))
    country = _maybe(company["country"])
    if country and not _COUNTRY.fullmatch(country):
        raise company["country"].refuse("a country is two capital letters (ISO 3166-1)")
    confidence = row["confidence"].text()
    if confidence not in set(Confidence):
        raise row["confidence"].refuse(f"confidence is one of {', '.join(Confidence)}")
    if confidence == Confidence.CONFIRMED and row["source"].text() == "memory":
        raise row["confidence"].refuse("a row from memory is not confirmed")
    found = Recipient(
        id=_slug(row["id"]),
        service=row["service"].text(),
        company=Company(ja=_maybe(company["ja"]), en=_maybe(company["en"]), country=country),
        group=group,
        source=row["source"].text(),
        day=row["date"].day(),
        confidence=Confidence(confidence),
        aliases=_several(row, "aliases", lambda each: each.text()),
        former=tuple(_former(each) for each in row["former"].items()) if "former" in row else (),
        hosts=_several(row, "hosts", _host),
        cnames=_several(row, "cnames", _host),
        android=_several(row, "android", _package),
        ios=_several(row, "ios", lambda each: _matching(each, _SYMBOL, "a framework's or class's name")),
        cookies=_several(row, "cookies", lambda each: _matching(each, _KEY, "a cookie's name")),
        storage=_several(row, "storage", lambda each: _matching(each, _KEY, "a storage key")),
        vendor_says=_told(row["vendor_says"]),
        operator_confirmed=_told(row["operator_confirmed"]) if "operator_confirmed" in row else Told(),
        opt_out=_address(row["opt_out"]) if "opt_out" in row else "",
        policy=_address(row["policy"]) if "policy" in row else "",
        over=_several(row, "over", _slug),
        origins=tuple(_origin(each) for each in row["origins"].items()) if "origins" in row else (),
    )
    own = {mark for _, mark in found.marks()} | set(found.vendor_says.items) | set(found.vendor_says.purposes)
    for origin in found.origins:
        for mark in (*origin.marks, *origin.told):
            if mark not in own:
                raise place.refuse(f"{origin.source}: '{mark}' is no mark, item or purpose of this row")
    return found


def _several(row: dict[str, Place], key: str, one: Callable[[Place], str]) -> tuple[str, ...]:
    if key not in row:
        return ()
    seen: list[str] = []
    for place in row[key].items():
        value = one(place)
        if value in seen:
            raise place.refuse(f"'{value}' stands twice")
        seen.append(value)
    return tuple(seen)


def _maybe(place: Place) -> str:
    return "" if place.value == "" else place.text()


def _matching(place: Place, pattern: re.Pattern[str], what: str) -> str:
    value = place.text()
    if not pattern.fullmatch(value):
        raise place.refuse(f"'{value}' is not {what}")
    return value


def _slug(place: Place) -> str:
    return _matching(place, _SLUG, "a slug (small letters, digits, hyphens)")


def _host(place: Place) -> str:
    value = place.text()
    name = value.removeprefix("*.")
    if not is_host(name):
        raise place.refuse(f"'{value}' is not a host's name (small letters, no address), nor *. and one")
    if is_public_suffix(name):
        raise place.refuse(f"'{value}' is a public suffix: the names below it belong to different people")
    return value


def _package(place: Place) -> str:
    value = _matching(place, _PACKAGE, "a package's name")
    if value in _TOO_SHORT_PACKAGES:
        raise place.refuse(f"'{value}' would claim other people's classes")
    return value


def _address(place: Place) -> str:
    value = place.text()
    try:
        parts = urlsplit(value)
        fits = parts.scheme == "https" and is_host(parts.netloc) and value.isprintable() and " " not in value
    except ValueError:
        fits = False
    if not fits:
        raise place.refuse(f"'{value}' is not an address that begins with https:// and a host's name")
    return value


def _former(place: Place) -> Former:
    found = place.mapping(frozenset({"name", "until"}), frozenset({"name"}))
    return Former(name=found["name"].text(), until=found["until"].day() if "until" in found else None)


def _told(place: Place) -> Told:
    found = place.mapping(frozenset({"items", "purposes"}))

    def slugs(key: str, known: frozenset[str]) -> tuple[str, ...]:
        def one(each: Place) -> str:
            if each.text() not in known:
                raise each.refuse(f"'{each.value}' is not a slug of {key}")
            return each.text()

        return _several(found, key, one)

    return Told(items=slugs("items", frozenset(ITEMS)), purposes=slugs("purposes", frozenset(PURPOSES)))


def _origin(place: Place) -> Origin:
    found = place.mapping(frozenset({"source", "date", "marks", "told"}), frozenset({"source", "date"}))
    return Origin(
        source=found["source"].text(),
        day=found["date"].day(),
        marks=found["marks"].texts() if "marks" in found else (),
        told=found["told"].texts() if "told" in found else (),
    )
