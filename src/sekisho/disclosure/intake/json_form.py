"""A request as JSON. Pure.

The shape is that of a case (:meth:`sekisho.disclosure.record.DisclosureCase.header` and its items), with what only the
desk can know left out: no id, no fact that was *checked*. Unlike there, times and dates may stand as people write them
(``"time": "令和8年11月20日12時34分56秒"`` with ``"zone": "日本時間"``), facts are plain values, and an object
``checksum`` (``{"sha256": …}``) may state the SHA-256 of the rest in canonical form: keys in order, no spaces, UTF-8.
Every field is accounted for; an unknown one, a key that stands twice, NaN and deep nesting are refused.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson

from sekisho.disclosure.errors import CaseRefused
from sekisho.disclosure.intake.draft import Checksum, Draft, Head
from sekisho.disclosure.intake.entries import facts, items, listing, mapping, text
from sekisho.disclosure.intake.errors import FileRefused
from sekisho.disclosure.kinds import CaseType, RequesterKind
from sekisho.disclosure.reading import one_of
from sekisho.disclosure.record import MAX_KNOWS, Flag, SecrecyState

MAX_JSON: Final = 32 * 1024 * 1024
"""Bytes: ten thousand items (:data:`~sekisho.disclosure.record.MAX_ITEMS`) with the longest of values fit in it."""

_HEAD: Final = frozenset(
    {
        "type", "requester", "document", "secrecy", "flags", "facts", "knows", "brand", "zone", "received_at",
    }
)  # fmt: skip
_REQUESTER: Final = ("name", "office", "contact", "officer", "rank")
_DOCUMENT: Final = frozenset({"number", "dated", "title", "valid_until", "legal_provision", "sha256"})


def read_json(data: bytes) -> Draft:
    """A request from JSON. Raises ``FileRefused`` for what is no JSON, ``CaseRefused`` and ``FactRefused`` for a field
    that no request has or of another shape."""
    return read_object(parse(data))


def read_object(written: Mapping[str, Any]) -> Draft:
    """The same from what was parsed already. Raises ``CaseRefused``, ``FactRefused``."""
    found = mapping(written, "", _HEAD | {"items", "checksum"})
    sums: tuple[Checksum, ...] = ()
    if "checksum" in found:
        stated = text(mapping(found["checksum"], "checksum", frozenset({"sha256"})).get("sha256"), "checksum.sha256")
        rest = {name: value for name, value in found.items() if name != "checksum"}
        sums = (Checksum("request", stated.lower(), hashlib.sha256(canonical(rest)).hexdigest()),)
    asked, count = items(found.get("items"), "items")
    head = read_head({name: value for name, value in found.items() if name in _HEAD})
    return Draft(head, asked, count, (), sums)


def read_head(written: Mapping[str, Any]) -> Head:
    """All of a request but its items, for a file that brings only those. Raises ``CaseRefused``, ``FactRefused``."""
    found = mapping(written, "", _HEAD)
    requester = mapping(found.get("requester"), "requester", frozenset({"kind", *_REQUESTER}))
    document = mapping(found.get("document", {}), "document", _DOCUMENT)
    secrecy = mapping(found.get("secrecy", {}), "secrecy", frozenset({"state", "until"}))
    knows = tuple(text(one, "knows") for one in listing(found.get("knows"), "knows"))
    if len(knows) > MAX_KNOWS:
        raise CaseRefused(field="knows", problem=f"at most {MAX_KNOWS} staff ids")
    digest = text(document.get("sha256"), "document.sha256").lower()
    if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
        raise CaseRefused(field="document.sha256", problem="64 hexadecimal digits")
    return Head(
        type=one_of(CaseType, found.get("type"), "type"),
        requester_kind=one_of(RequesterKind, requester.get("kind"), "requester.kind"),
        requester={name: text(requester.get(name), f"requester.{name}") for name in _REQUESTER},
        number=text(document.get("number"), "document.number"),
        dated=text(document.get("dated"), "document.dated"),
        title=text(document.get("title"), "document.title"),
        valid_until=text(document.get("valid_until"), "document.valid_until"),
        legal_provision=text(document.get("legal_provision"), "document.legal_provision"),
        sha256=digest,
        secrecy=one_of(SecrecyState, secrecy.get("state", "none"), "secrecy.state"),
        secrecy_until=text(secrecy.get("until"), "secrecy.until"),
        flags=frozenset(one_of(Flag, one, "flags") for one in listing(found.get("flags"), "flags")),
        facts=facts(found.get("facts"), "facts"),
        knows=knows,
        brand=text(found.get("brand"), "brand"),
        zone=text(found.get("zone"), "zone"),
        received_at=text(found.get("received_at"), "received_at"),
    )


def parse(data: bytes) -> Mapping[str, Any]:
    """JSON, strictly. Raises ``FileRefused``."""
    if len(data) > MAX_JSON:
        raise FileRefused(problem=f"more than {MAX_JSON} bytes")
    try:
        # The first parser refuses bad UTF-8, NaN, lone surrogates and deep nesting; the second a key twice.
        orjson.loads(data)
        found = json.loads(data, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise FileRefused(problem="not JSON, or a key twice in one object") from None
    if not isinstance(found, dict):
        raise FileRefused(problem="not an object")
    return found


def canonical(written: Mapping[str, Any]) -> bytes:
    """The form of which a checksum is taken. Raises ``FileRefused`` for a number beyond 64 bits."""
    try:
        return orjson.dumps(written, option=orjson.OPT_SORT_KEYS)
    except (TypeError, RecursionError):
        raise FileRefused(problem="a number beyond 64 bits, or too deep") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key twice")
    return found
