"""The settings of every line in one mapped file, ``lines.bin``. Standard library only.

::

    header │ line slots │ line names │ records: four cases of (wish, SIP status, consent) │ consents │ default (JSON)

A line that isn't in the file, and a call whose line isn't known, have the operator's default.
"""

from __future__ import annotations

import json
import mmap
import struct
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from sekisho.calls.screening import line_table
from sekisho.calls.screening.line_table import LineTable
from sekisho.calls.screening.lookups import NO_SETTINGS, PASSES, Choice, LineSettings, Wish

MAGIC: Final = b"SKLINES1"
CASES: Final = ("anonymous_calls", "foreign_calls", "listed_calls", "suspicious_calls")
"""The fields of :class:`LineSettings`, in the order of a record. One that is added makes another file format."""
SIP_STATUSES: Final = frozenset({603, 607, 608})
MOST_CACHED: Final = 20_000
"""Settings kept as objects by one process: those of the lines that are called now."""
LONGEST_CONSENT: Final = 200
"""Bytes of a consent's id."""

_HEADER: Final = struct.Struct("<8s10Q")
_CASE: Final = struct.Struct("<BxHII")
_RECORD: Final = len(CASES) * _CASE.size
_WISHES: Final = tuple(Wish)


def choice_document(choice: Choice) -> dict[str, Any]:
    """A choice as JSON values."""
    return {"wish": choice.wish.value, "consent": choice.consent, "sip_status": choice.sip_status}


def settings_document(settings: LineSettings) -> dict[str, Any]:
    """Settings as JSON values; what passes is left out."""
    found = {case: getattr(settings, case) for case in CASES}
    return {case: choice_document(one) for case, one in found.items() if one != PASSES}


def read_choice(document: object) -> Choice:
    """A choice from JSON values. Raises ``ValueError``: a wish that alters calls has a consent, a refusal's status is
    603, 607 or 608, and nothing else has one."""
    if not isinstance(document, Mapping) or set(document) - {"wish", "consent", "sip_status"}:
        raise ValueError("an object with wish, consent and sip_status")
    wish, consent, status = Wish(str(document.get("wish"))), document.get("consent"), document.get("sip_status")
    if consent is not None and not (isinstance(consent, str) and 0 < len(consent.encode()) <= LONGEST_CONSENT):
        raise ValueError(f"a consent's id: text of 1 to {LONGEST_CONSENT} bytes")
    if wish is not Wish.PASS and consent is None:
        raise ValueError("what alters a call needs a consent")
    if status is not None and (wish is not Wish.REJECT or type(status) is not int or status not in SIP_STATUSES):
        raise ValueError("603, 607 or 608, beside a refusal")
    return Choice(wish=wish, consent=consent, sip_status=status)


def read_settings(document: object) -> LineSettings:
    """Settings from JSON values. Raises ``ValueError``, naming the case."""
    if not isinstance(document, Mapping) or set(document) - set(CASES):
        raise ValueError(f"an object with {', '.join(CASES)}")
    found: dict[str, Choice] = {}
    for case, one in document.items():
        try:
            found[case] = read_choice(one)
        except ValueError as error:
            raise ValueError(f"{case}: {error}") from None
    return LineSettings(**found)


def write_lines(lines: Mapping[str, LineSettings], *, default: LineSettings = NO_SETTINGS) -> bytes:
    """The file. Raises ``ValueError`` for a line's name of no length or of more than ``LONGEST_LINE`` bytes."""
    consents, known, records = bytearray(), dict[str, int](), bytearray()
    placed: list[tuple[str, int, int]] = []
    for number, (line, settings) in enumerate(lines.items()):
        for case in CASES:
            one: Choice = getattr(settings, case)
            text = (one.consent or "").encode()
            if one.consent is not None and one.consent not in known:
                known[one.consent] = len(consents)
                consents += text
            place = 0 if one.consent is None else known[one.consent]
            records += _CASE.pack(_WISHES.index(one.wish), one.sip_status or 0, place, len(text))
        placed.append((line, number, 0))
    slots, names = line_table.make(placed)
    sections = [slots, names, bytes(records), bytes(consents), json.dumps(settings_document(default)).encode()]
    places, at = array("Q"), _HEADER.size
    for section in sections:
        at += -at % 8
        places.extend((at, len(section)))
        at += len(section)
    content = bytearray(_HEADER.pack(MAGIC, *places))
    for section, begin in zip(sections, places[::2], strict=True):
        content += bytes(begin - len(content)) + section
    return bytes(content)


class LineFile:
    """The settings of one ``lines.bin``, as :class:`~sekisho.calls.screening.lookups.Lines`."""

    __slots__ = ("_cache", "_consents", "_mapped", "_records", "_table", "_views", "default", "lines")

    def __init__(self, data: bytes | mmap.mmap | memoryview) -> None:
        """Over a file's content, which stays in use. Raises ``ValueError`` for what is no such file."""
        whole = memoryview(data)
        if len(whole) < _HEADER.size:
            raise ValueError("too short for a file of lines")
        magic, *places = _HEADER.unpack_from(whole)
        if magic != MAGIC:
            raise ValueError("not a file of lines, or of another version")
        parts = []
        for begin, length in zip(places[::2], places[1::2], strict=True):
            if begin + length > len(whole):
                raise ValueError("a file of lines that was cut off")
            parts.append(whole[begin : begin + length])
        self._views = [whole, *parts]
        self._mapped = data
        self._table = LineTable(parts[0], parts[1])
        self._records, self._consents = parts[2], parts[3]
        self.lines = len(self._records) // _RECORD
        """How many lines have settings of their own."""
        self.default = read_settings(json.loads(bytes(parts[4])))
        self._cache: dict[str, LineSettings] = {}

    @classmethod
    def open(cls, path: Path) -> Self:
        """Map a file. Raises ``OSError``, ``ValueError``."""
        with path.open("rb") as file:
            return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))

    def close(self) -> None:
        """Let go of the file. Nothing may be asked afterwards."""
        self._table.release()
        for view in reversed(self._views):
            view.release()
        if isinstance(self._mapped, mmap.mmap):
            self._mapped.close()

    def settings(self, line: str | None) -> LineSettings:
        """The settings of a line, else the operator's default."""
        if line is None:
            return self.default
        known = self._cache.get(line)
        if known is not None:
            return known
        found = self._table.find(line)
        if found is None:
            return self.default
        settings = self._read(found[0])
        if len(self._cache) >= MOST_CACHED:
            self._cache.clear()
        self._cache[line] = settings
        return settings

    def _read(self, number: int) -> LineSettings:
        choices = {}
        for place, case in enumerate(CASES):
            wish, status, begin, length = _CASE.unpack_from(self._records, number * _RECORD + place * _CASE.size)
            consent = bytes(self._consents[begin : begin + length]).decode() if length else None
            choices[case] = Choice(wish=_WISHES[wish], consent=consent, sip_status=status or None)
        return LineSettings(**choices)
