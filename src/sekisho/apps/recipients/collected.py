"""Other people's collections: read as rows of lower rank, each with its notice; what may not be given out is only read.

Given out here: third-party-web (MIT), names of cookies of the Open Cookie Database (Apache-2.0) and the targets of
AdGuard's cname-trackers (MIT). The others are read from a file that the operator obtained, under its licence: nothing
of them is copied into what we give out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from sekisho.apps.recipients.domains import is_host, is_public_suffix
from sekisho.apps.recipients.errors import CollectionRefused
from sekisho.apps.recipients.recipient import Company, Confidence, Recipient

MAX_BYTES: Final = 64_000_000
"""The largest collection known (2026) has some ten megabytes."""

_NOT_SLUG: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Collected:
    """Rows of a collection, and how many of its entries were left out because they name no host that one can own."""

    rows: tuple[Recipient, ...] = ()
    left_out: int = 0


def third_party_web(text: bytes) -> Collected:
    """third-party-web, our compact form: ``{"version", "date", "entities": [[name, company, [domain…]]…]}``.

    Its categories aren't taken as purposes: they say what a site is slow by, not what its vendor tells.
    Raises :class:`CollectionRefused`.
    """
    known = _document("third-party-web", text)
    try:
        version, day = str(known["version"]), date.fromisoformat(known["date"])
        entities = [(str(name), str(company), tuple(map(str, hosts))) for name, company, hosts in known["entities"]]
    except (KeyError, TypeError, ValueError) as error:
        raise CollectionRefused(collection="third-party-web", problem="not the compact form") from error
    return _rows("third-party-web", f"third-party-web {version} (MIT)", day, entities)


def third_party_web_entities(text: bytes, *, version: str, day: date) -> Collected:
    """third-party-web's own ``entities-nostats.json`` of another version. Raises :class:`CollectionRefused`."""
    entities = _document("third-party-web", text, list)
    try:
        rows = [(str(each["name"]), str(each.get("company") or ""), tuple(each["domains"])) for each in entities]
    except (KeyError, TypeError, AttributeError) as error:
        raise CollectionRefused(collection="third-party-web", problem="an entity without name or domains") from error
    return _rows("third-party-web", f"third-party-web {version} (MIT)", day, rows)


def open_cookie_database(text: bytes) -> Collected:
    """The Open Cookie Database, our compact form: ``{"version", "date", "platforms": [[name, owner, [cookie…]]…]}``.

    Only names for analytics and marketing that a single platform uses are in it: a session's cookie of the operator's
    own software is no recipient's. Categories aren't taken as purposes. Raises :class:`CollectionRefused`.
    """
    known = _document("open-cookie-database", text)
    try:
        version, day = str(known["version"]), date.fromisoformat(known["date"])
        platforms = [(str(name), str(owner), tuple(map(str, names))) for name, owner, names in known["platforms"]]
    except (KeyError, TypeError, ValueError) as error:
        raise CollectionRefused(collection="open-cookie-database", problem="not the compact form") from error
    source = f"Open Cookie Database {version} (Apache-2.0)"
    return Collected(
        tuple(
            collected_row("open-cookie-database", name, owner, source, day, cookies=names)
            for name, owner, names in platforms
        )
    )


def cname_trackers(text: bytes) -> Collected:
    """AdGuard's cname-trackers, our compact form: ``{"version", "date", "trackers": [[company, [target…]]…]}``: what an
    operator's own host is an alias of. Raises :class:`CollectionRefused`."""
    known = _document("cname-trackers", text)
    try:
        version, day = str(known["version"]), date.fromisoformat(known["date"])
        trackers = [(str(name), tuple(f"*.{each}" for each in targets)) for name, targets in known["trackers"]]
    except (KeyError, TypeError, ValueError) as error:
        raise CollectionRefused(collection="cname-trackers", problem="not the compact form") from error
    source = f"AdGuard cname-trackers {version} (MIT)"
    return Collected(
        tuple(collected_row("cname-trackers", name, name, source, day, cnames=each) for name, each in trackers)
    )


def collected_row(
    collection: str, name: str, owner: str, source: str, day: date, *, hosts: tuple[str, ...] = (),
    cnames: tuple[str, ...] = (), android: tuple[str, ...] = (), cookies: tuple[str, ...] = (),
) -> Recipient:  # fmt: skip
    """A row of a collection: its service by name, what it is known by, and nothing that the collection doesn't say."""
    slug = _NOT_SLUG.sub("-", name.lower()).strip("-") or "unnamed"
    return Recipient(
        id=f"{collection}:{slug}", service=name, company=Company(ja="", en=owner, country=""), group="collected",
        source=source, day=day, confidence=Confidence.CONFIRMED, collection=collection,
        hosts=hosts, cnames=cnames, android=android, cookies=cookies,
    )  # fmt: skip


def domains_by_owner(text: bytes, *, collection: str, source: str, day: date) -> Collected:
    """A list the operator obtained, share-alike or not for business: JSON of owner → domains (``{"Owner": ["a.b"]}``).

    Each domain stands for itself and all below it. Read for this operator only; nothing of it is given out.
    Raises :class:`CollectionRefused`.
    """
    known = _document(collection, text)
    if not all(isinstance(hosts, list) for hosts in known.values()):
        raise CollectionRefused(collection=collection, problem="not owner → list of domains")
    rows = [(str(owner), str(owner), tuple(f"*.{each}" for each in hosts)) for owner, hosts in known.items()]
    return _rows(collection, source, day, rows)


def cloaked_hosts(text: bytes) -> Mapping[str, str]:
    """AdGuard's cname-trackers (MIT), one tracker's JSON: the operator's own host → the host it stands for.

    Raises :class:`CollectionRefused`.
    """
    known = _document("cname-trackers", text)
    if not all(isinstance(value, str) and is_host(key.lower()) for key, value in known.items()):
        raise CollectionRefused(collection="cname-trackers", problem="not host → host")
    return {key.lower(): value.lower() for key, value in known.items()}


def _document(collection: str, text: bytes, kind: type = dict) -> Any:
    if len(text) > MAX_BYTES:
        raise CollectionRefused(collection=collection, problem=f"more than {MAX_BYTES} bytes")
    try:
        known = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise CollectionRefused(collection=collection, problem="not JSON") from error
    if not isinstance(known, kind):
        raise CollectionRefused(collection=collection, problem=f"not a JSON {kind.__name__}")
    return known


def _rows(collection: str, source: str, day: date, entities: list[tuple[str, str, tuple[str, ...]]]) -> Collected:
    rows: list[Recipient] = []
    owned: set[str] = set()
    used: set[str] = set()
    left_out = 0
    for name, company, hosts in entities:
        slug = _NOT_SLUG.sub("-", name.lower()).strip("-") or "unnamed"
        number = 1
        while (unique := f"{collection}:{slug}" if number == 1 else f"{collection}:{slug}-{number}") in used:
            number += 1
        used.add(unique)
        kept = [
            each
            for each in dict.fromkeys(hosts)
            if isinstance(each, str)
            and each not in owned
            and is_host(each.removeprefix("*."))
            and not is_public_suffix(each.removeprefix("*."))
        ]
        left_out += len(hosts) - len(kept)
        owned.update(kept)
        if kept:
            owner = Company(ja="", en=company, country="")
            rows.append(
                Recipient(
                    id=unique,
                    service=name,
                    company=owner,
                    group="collected",
                    source=source,
                    day=day,
                    confidence=Confidence.CONFIRMED,
                    hosts=tuple(kept),
                    collection=collection,
                )
            )
    return Collected(tuple(rows), left_out)
