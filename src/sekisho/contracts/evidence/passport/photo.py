"""The face images in data group 2, as an application may have handed them to whoever compares faces.

Data group 2 wraps the image several times, and applications cut it out at different depths. Each is the same photo, so
each is told: the whole group as read, the biometric data block (ISO/IEC 19785-1) of each face, and in a block of
ISO/IEC 19794-5:2005 the JPEG or JPEG 2000 image itself. Blocks of ISO/IEC 39794-5, which newer passports have, aren't
opened.

Believes nothing and refuses nothing: the group's digest is checked elsewhere; what can't be taken apart stays whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.errors import EvidenceRefused
from sekisho.contracts.evidence.passport.profile import GROUP_TAGS

FACE_GROUP: Final = 2
"""The data group with the encoded face (ICAO 9303-10 §4.7.2)."""
MAX_FACES: Final = 9
"""Faces in one group (ICAO 9303-10, table 42: 1 to 9 instances)."""

_TEMPLATES: Final = b"\x7f\x61"
_TEMPLATE: Final = b"\x7f\x60"
_COUNT: Final = b"\x02"
_HEADER: Final = b"\xa1"
_BLOCKS: Final = (b"\x5f\x2e", b"\x7f\x2e")

_FORMAT: Final = b"FAC\x00010\x00"  # ISO/IEC 19794-5:2005 §5.4: identifier and version
_RECORD_HEADER: Final = 14
_FACE_INFORMATION: Final = 20
_FEATURE_POINT: Final = 8
_IMAGE_INFORMATION: Final = 12


def photos_in(group: bytes) -> tuple[bytes, ...]:
    """The group, and what could be taken out of it; nothing for an empty one."""
    if not group:
        return ()
    found = [group]
    try:
        for block in _blocks(group):
            found.append(block)
            found += _images(block)
    except EvidenceRefused:
        # Another form than the one known: the whole group still is the photo.
        return tuple(found)
    return tuple(found)


def _blocks(group: bytes) -> Iterator[bytes]:
    """The biometric data blocks (ICAO 9303-10, table 42)."""
    outer = _value(group, 0, len(group), bytes([GROUP_TAGS[FACE_GROUP]]))
    templates = None if outer is None else _value(group, *outer, _TEMPLATES)
    count = None if templates is None else _value(group, *templates, _COUNT)
    if templates is None or count is None:
        return
    at, end = count[1], templates[1]
    for _ in range(MAX_FACES):
        template = _value(group, at, end, _TEMPLATE)
        if template is None:
            return
        header = _value(group, *template, _HEADER)
        start = template[0] if header is None else header[1]
        for tag in _BLOCKS:
            block = _value(group, start, template[1], tag)
            if block is not None:
                yield group[slice(*block)]
        at = template[1]


def _value(data: bytes, at: int, end: int, tag: bytes) -> tuple[int, int] | None:
    """Where the value of the element at ``at`` begins and ends; None where another one stands, or none."""
    if not data.startswith(tag, at, end):
        return None
    # A header reads one byte of tag: the last one.
    _, start, stop = der.header(data, at + len(tag) - 1, end)
    return start, stop


def _images(block: bytes) -> Iterator[bytes]:
    """The images of a facial record (ISO/IEC 19794-5:2005 §5.4 to §5.8). Numbers are big-endian."""
    if not block.startswith(_FORMAT):
        return
    at = _RECORD_HEADER
    for _ in range(min(int.from_bytes(block[12:14], "big"), MAX_FACES)):
        size = int.from_bytes(block[at : at + 4], "big")
        points = int.from_bytes(block[at + 4 : at + 6], "big")
        start, stop = at + _FACE_INFORMATION + points * _FEATURE_POINT + _IMAGE_INFORMATION, at + size
        if not start < stop <= len(block):
            return
        yield block[start:stop]
        at = stop
