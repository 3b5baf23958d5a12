"""What a leaf says: that a record of some kind existed at a time, without saying what was in it. Pure.

A leaf carries a salted commitment to its body. With the salt and the body anyone can check that this leaf speaks of
that body; without the salt the leaf tells nothing, however few bodies are possible. The salt is derived elsewhere
(HKDF from the owner's key and the leaf id) and dies with the owner's key.

What a leaf does not show: that the body is true, or that ``at`` is when it happened. Its place in the ledger bounds the
time from both sides.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sekisho.ledger.errors import LeafMalformed

LEAF_VERSION = 1
"""The only version there is. A changed meaning is a new number."""

COMMITMENT_TAG = b"\x02sekisho/leaf/v1\x00"
"""Domain tag of the commitment. It starts with 0x02 so that no commitment's input is a Merkle leaf's (0x00) or node's
(0x01), and ends with 0x00 so that no other tag is its extension."""

SALT_SIZE = 32
"""Bytes of salt: as long as the hash, so that the salt cannot be searched for."""

MAX_TEXT = 200
"""Characters in ``id``, ``kind`` and ``owner``: ids and key names in Sekisho are far shorter, and a leaf must fit
65,535 bytes."""

_FIELDS = ("id", "kind", "owner")
_KEYS = frozenset({"v", "id", "kind", "at", "owner", "commitment"})
_COMMITMENT = re.compile(r"[0-9a-f]{64}")
_AT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A parsed leaf. ``at`` is aware, UTC; ``owner`` is the name of the key that the salt comes from; ``commitment`` is
    32 bytes."""

    id: str
    kind: str
    at: datetime
    owner: str
    commitment: bytes

    def encode(self) -> bytes:
        """Canonical JSON: keys sorted, UTF-8, no spaces."""
        return json.dumps(
            {
                "v": LEAF_VERSION,
                "id": self.id,
                "kind": self.kind,
                "at": _format(self.at),
                "owner": self.owner,
                "commitment": self.commitment.hex(),
            },
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
        ).encode()


def _format(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def commit(*, body: bytes, salt: bytes) -> bytes:
    """``SHA-256(tag || salt || body)``. Raises :class:`LeafMalformed` unless the salt is 32 bytes: a fixed length is
    what keeps salt and body apart."""
    if len(salt) != SALT_SIZE:
        raise LeafMalformed(field="salt", problem=f"{len(salt)} bytes instead of {SALT_SIZE}")
    return hashlib.sha256(COMMITMENT_TAG + salt + body).digest()


def seal_leaf(*, leaf_id: str, kind: str, at: datetime, owner: str, body: bytes, salt: bytes) -> bytes:
    """The leaf's bytes, for :meth:`Ledger.append`. The body is not in them. Raises :class:`LeafMalformed`."""
    for name, value in zip(_FIELDS, (leaf_id, kind, owner), strict=True):
        _require_text(name, value)
    if at.tzinfo is None:
        raise LeafMalformed(field="at", problem="a time without offset")
    return Leaf(leaf_id, kind, at.astimezone(UTC), owner, commit(body=body, salt=salt)).encode()


def _require_text(name: str, value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT:
        raise LeafMalformed(field=name, problem=f"not a text of 1 to {MAX_TEXT} characters")
    if any(ord(character) < 0x20 or 0xD800 <= ord(character) < 0xE000 for character in value):
        raise LeafMalformed(field=name, problem="a control character or half a surrogate pair")
    return value


def parse_leaf(data: bytes) -> Leaf:
    """Read a leaf strictly: the six fields, canonical bytes, version 1. Raises :class:`LeafMalformed`."""
    try:
        document: Any = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError):  # bad UTF-8 and bad JSON are both ValueError
        raise LeafMalformed(field="leaf", problem="not JSON in UTF-8") from None
    if not isinstance(document, dict) or document.keys() != _KEYS:
        raise LeafMalformed(field="leaf", problem=f"not exactly the fields {', '.join(sorted(_KEYS))}")
    if document["v"] is True or document["v"] != LEAF_VERSION:
        raise LeafMalformed(field="v", problem=f"not {LEAF_VERSION}")
    texts = [_require_text(name, document[name]) for name in _FIELDS]
    commitment, at = document["commitment"], document["at"]
    if not isinstance(commitment, str) or not _COMMITMENT.fullmatch(commitment):
        raise LeafMalformed(field="commitment", problem="not 64 lower-case hexadecimal digits")
    if not isinstance(at, str) or not _AT.fullmatch(at):
        raise LeafMalformed(field="at", problem="not RFC 3339 in UTC, in seconds or microseconds")
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise LeafMalformed(field="at", problem="no such moment") from None
    leaf = Leaf(texts[0], texts[1], moment, texts[2], bytes.fromhex(commitment))
    if leaf.encode() != data:
        raise LeafMalformed(field="leaf", problem="not canonical JSON: sorted keys, no spaces, no needless escapes")
    return leaf


def leaf_opens(leaf: Leaf | bytes, *, body: bytes, salt: bytes) -> bool:
    """Whether ``salt`` and ``body`` open this leaf. Says nothing about whether the leaf is in a ledger: that is what an
    inclusion proof is for. Raises :class:`LeafMalformed` when ``leaf`` is bytes that are no leaf."""
    parsed = parse_leaf(leaf) if isinstance(leaf, bytes) else leaf
    return len(salt) == SALT_SIZE and hmac.compare_digest(commit(body=body, salt=salt), parsed.commitment)
