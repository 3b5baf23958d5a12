"""Read a card's files by the table of its type: the objects it has, each once, in order, of their sizes.

Doesn't look into pictures. Errors name files and tags, never values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.residence_card.errors import (
    BytesAfterObjects,
    CardTypeUnknown,
    EntryMalformed,
    FileMissing,
    FileNotOfType,
    ObjectIndefinite,
    ObjectMissing,
    ObjectOverlong,
    ObjectSize,
    ObjectTruncated,
    ObjectTwice,
    ObjectUnexpected,
)
from sekisho.contracts.evidence.residence_card.model import Entries, Objects
from sekisho.contracts.evidence.residence_card.profile import (
    BIRTH_TAG,
    EXPIRY_TAG,
    LAYOUTS,
    PERMISSION_DAY_TAG,
    TYPE_FILE,
    TYPE_TAG,
    WORK_CODES,
    WORK_TAG,
    CardFile,
    Layout,
    Standing,
)

_DAY = re.compile(rb"\d{8}")
_DATE: Final = "YYYYMMDD"


def read_layout(files: Mapping[str, bytes]) -> Layout:
    """The layout that MF/EF02 names."""
    if TYPE_FILE not in files:
        raise FileMissing(file=TYPE_FILE)
    found = list(_objects(files[TYPE_FILE], TYPE_FILE))
    if len(found) != 1 or found[0][0] != TYPE_TAG:
        raise CardTypeUnknown
    layout = LAYOUTS.get(found[0][1].decode("ascii", "replace"))
    if layout is None:
        raise CardTypeUnknown
    return layout


def read_objects(layout: Layout, files: Mapping[str, bytes]) -> Objects:
    """Every object of every file given. A file that isn't ``required`` may be left out; none may be too many."""
    known = {file.name: file for file in layout.files}
    for name in sorted(files):
        if name not in known:
            raise FileNotOfType(code=layout.code, file=name)
    values: dict[str, bytes] = {}
    for name, file in known.items():
        if name in files:
            values.update(_read_file(files[name], file))
        elif file.required:
            raise FileMissing(file=name)
    return Objects(layout, values)


def _read_file(data: bytes, file: CardFile) -> dict[str, bytes]:
    # Tags aren't signed, only values: in another order they would be other entries under a signature that holds.
    tags = [one.tag for one in file.objects]
    found: dict[str, bytes] = {}
    at = 0
    for tag, value, shortest in _objects(data, file.name):
        if tag in found:
            raise ObjectTwice(file=file.name, tag=tag)
        if tag not in tags[at:]:
            raise ObjectUnexpected(file=file.name, tag=tag)
        at = tags.index(tag)
        wanted = file.objects[at]
        # The second generation's DF2/EF03 has room for a length 82 00 C8 [U]: outside the signature that passes.
        if not shortest and wanted.standing is not Standing.OUTSIDE:
            raise ObjectOverlong(file=file.name)
        if len(value) > wanted.size or (wanted.exact and len(value) != wanted.size):
            raise ObjectSize(file=file.name, tag=tag, size=wanted.size)
        found[tag] = value
        at += 1
    for wanted in file.objects:
        if wanted.tag not in found and not wanted.optional:
            raise ObjectMissing(file=file.name, tag=wanted.tag)
    return found


def _objects(data: bytes, file: str) -> list[tuple[str, bytes, bool]]:
    """Tags, values and whether their lengths are the shortest, up to the filling of zero bytes.

    Spec 2 §3.2.3.1: tags of one or two bytes, lengths of one to three.
    """
    found: list[tuple[str, bytes, bool]] = []
    at = 0
    while at < len(data):
        if data[at] == 0x00:
            if any(data[at:]):
                raise BytesAfterObjects(file=file)
            break
        # DFD1 is two bytes by the specification's table; by ISO 8825-1 its second byte would announce a third.
        width = 2 if data[at] & 0x1F == 0x1F else 1
        tag = data[at : at + width].hex().upper()
        body, end, shortest = _extent(data, at + width, file)
        found.append((tag, data[body:end], shortest))
        at = end
    return found


def _extent(data: bytes, at: int, file: str) -> tuple[int, int, bool]:
    """Start and end of the value whose length stands at ``at``, and whether that length is written the shortest way."""
    if at >= len(data):
        raise ObjectTruncated(file=file)
    length, body, shortest = data[at], at + 1, True
    if length == 0x80:
        raise ObjectIndefinite(file=file)
    if length > 0x80:
        width = length & 0x7F
        if width > 2:
            raise ObjectOverlong(file=file)
        if body + width > len(data):
            raise ObjectTruncated(file=file)
        length = int.from_bytes(data[body : body + width])
        shortest = length >= (0x80 if width == 1 else 0x100)
        body += width
    if body + length > len(data):
        raise ObjectTruncated(file=file)
    return body, body + length, shortest


def certificate_in(value: bytes) -> bytes:
    """The certificate in its object, which may be filled up with zero bytes to its size."""
    _, _, end = der.header(value, 0, len(value))
    if any(value[end:]):
        raise BytesAfterObjects(file="DF3/EF01")
    return value[:end]


def read_entries(objects: Objects, *, today: date) -> Entries:
    """The entries of a second-generation card, each in its form."""
    values = objects.values
    birth, year = _birth(values[BIRTH_TAG], today)
    if PERMISSION_DAY_TAG in values:
        # A residence card's own entries. A certificate's 34 bytes are filled up to the same 53 before they are signed,
        # so a certificate that calls itself a card has zero bytes here.
        _day(values[PERMISSION_DAY_TAG], PERMISSION_DAY_TAG)
        if values[WORK_TAG].decode("ascii", "replace") not in WORK_CODES:
            raise EntryMalformed(tag=WORK_TAG, expected=" / ".join(sorted(WORK_CODES)))
    return Entries(_day(values[EXPIRY_TAG], EXPIRY_TAG), birth, year)


def _day(value: bytes, tag: str) -> date:
    if not _DAY.fullmatch(value):
        raise EntryMalformed(tag=tag, expected=_DATE)
    try:
        return date(int(value[:4]), int(value[4:6]), int(value[6:]))
    except ValueError:
        raise EntryMalformed(tag=tag, expected=_DATE) from None


def _birth(value: bytes, today: date) -> tuple[date | None, int]:
    """The date of birth and its year. Month and day may be unknown (00), as in other registers of foreigners [U]."""
    if not _DAY.fullmatch(value):
        raise EntryMalformed(tag=BIRTH_TAG, expected=_DATE)
    if value[4:6] == b"00" or value[6:] == b"00":
        birth, year = None, int(value[:4])
    else:
        birth = _day(value, BIRTH_TAG)
        year = birth.year
    if year > today.year or (birth is not None and birth > today):
        raise EntryMalformed(tag=BIRTH_TAG, expected="not after today")
    return birth, year
