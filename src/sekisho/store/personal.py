"""Personal columns: JSON values that only a living key opens, and exact-match search without storing what is searched.

A value is encrypted under the contract key of its month (``contract/2026-11``) or, once the contract's end is known, of
its last day; the row keeps the key's name beside it. The ciphertext is bound to table, row and column, so that it
opens nowhere else. The search index is keyed by the same key: when the key is destroyed, neither the value nor a way to
test guesses remains.

What this does not do: it doesn't hide a value's length beyond multiples of :data:`PAD` bytes, and an index shows which
rows under the same key hold equal values.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson

from sekisho.keys import Keyring
from sekisho.store.personal_errors import PersonalValueRefused

PAD = 64
"""Values are padded to a multiple of this many bytes: most names and addresses then look alike."""

MAX_VALUE = 3 * 1024 * 1024
"""Bytes of one JSON value at most: the longest document of raw evidence (2 MiB) with its report and whom it was
compared with stays below, and so does an application with the answer to it. Usual ones are a few kilobytes."""

KEY_PREFIXES = ("contract/", "disclosure/", "disclosure-work/", "disclosure-index/", "calls/", "stops/")
"""Keys whose life ends with the contract's, the request's or the month's last entry; the only ones a personal
column may be written under."""


@dataclass(frozen=True, slots=True)
class PersonalColumn:
    """One encrypted column of one table. The row's id must be known before the value is sealed, and never change."""

    table: str
    column: str

    def seal(self, keyring: Keyring, value: Any, *, row_id: str, key: str) -> bytes:
        """Encrypt ``value`` (anything JSON can say) under the living key named ``key``.

        Raises ``PersonalValueRefused`` for a value that isn't JSON or is too long, ``KeyNotFound``, ``KeyDestroyed``.
        """
        self._require_key(key)
        try:
            text = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:
            raise PersonalValueRefused(table=self.table, column=self.column, problem="not_json") from None
        if len(text) > MAX_VALUE:
            raise PersonalValueRefused(table=self.table, column=self.column, problem="too_long")
        # White space after a JSON document is not part of it, so padding needs no length field.
        padded = text.ljust(-(-len(text) // PAD) * PAD)
        return keyring.encrypt(key, padded, aad=self.place(row_id))

    def open(self, keyring: Keyring, stored: bytes, *, row_id: str, key: str) -> Any:
        """The value. ``CouldNotDecrypt`` for another row, column or key; ``KeyDestroyed`` after the key's end."""
        return orjson.loads(keyring.decrypt(key, stored, aad=self.place(row_id)))

    def rewrap(self, keyring: Keyring, stored: bytes, *, row_id: str, from_key: str, to_key: str) -> bytes:
        """The same value under another key; for survivors of a month. An index must be made anew as well."""
        self._require_key(to_key)
        place = self.place(row_id)
        return keyring.encrypt(to_key, keyring.decrypt(from_key, stored, aad=place), aad=place)

    def index(self, keyring: Keyring, text: str, *, key: str) -> bytes:
        """32 bytes, equal for equal text (after NFC) in this column under this key, and telling nothing else."""
        self._require_key(key)
        # A length before each part: no two different (table, column, text) give the same bytes.
        parts = [self.table.encode(), self.column.encode(), unicodedata.normalize("NFC", text).encode()]
        return keyring.blind_index(key, b"".join(len(part).to_bytes(4, "big") + part for part in parts))

    def candidates(self, keyring: Keyring, text: str, *, keys: Iterable[str]) -> list[bytes]:
        """The index of ``text`` under each of ``keys``, to search with ``IN``: the keys that rows now name."""
        return [self.index(keyring, text, key=key) for key in keys]

    def place(self, row_id: str) -> bytes:
        """What a value is bound to (the AAD), so that it opens in no other row or column."""
        return orjson.dumps(["sekisho/personal/1", self.table, self.column, row_id])

    @staticmethod
    def _require_key(key: str) -> None:
        if not key.startswith(KEY_PREFIXES):
            raise ValueError(f"a personal column is written under one of {', '.join(KEY_PREFIXES)}…, not {key}")
