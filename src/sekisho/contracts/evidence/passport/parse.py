"""Read the files of a passport's chip (ICAO 9303-10 §4), strictly. Believes nothing and checks no signature."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.algorithms import read_digest
from sekisho.contracts.evidence.cms.errors import TrailingBytes, UnexpectedElement
from sekisho.contracts.evidence.cms.signed_data import read_signed_data
from sekisho.contracts.evidence.passport.errors import FileMalformed, GroupListedTwice, GroupMislabelled
from sekisho.contracts.evidence.passport.model import SecurityObject
from sekisho.contracts.evidence.passport.profile import GROUP_TAGS

_SECURITY_OBJECT = "2.23.136.1.1.1"
_SOD_TAG: Final = 0x77
_COM_TAG: Final = 0x60
_GROUPS_BY_TAG: Final = {tag: number for number, tag in GROUP_TAGS.items()}
_SOD = "EF.SOD"
_COM = "EF.COM"


def read_security_object(data: bytes) -> SecurityObject:
    """EF.SOD: signed data over an LDSSecurityObject of version 0 or 1 (ICAO 9303-10 §4.6.2.3)."""
    signed = read_signed_data(der.only(der.expect(der.read(data), _SOD_TAG, _SOD), der.SEQUENCE, _SOD), _SOD)
    if signed.content_type != _SECURITY_OBJECT:
        raise UnexpectedElement(where=_SOD, expected=f"a security object ({_SECURITY_OBJECT})")
    where = "LDSSecurityObject"
    fields = der.Fields(der.read(signed.content), where)
    version = der.integer(fields.take(der.INTEGER), where)
    if version not in {0, 1}:
        raise UnexpectedElement(where=where, expected="version 0 or 1")
    digest = read_digest(fields.take(der.SEQUENCE), where)
    listed = fields.take(der.SEQUENCE)
    versions = fields.maybe(der.SEQUENCE)
    fields.end()
    if (versions is not None) != (version == 1):
        raise UnexpectedElement(where=where, expected="the versions of LDS and Unicode exactly in version 1")
    if versions is not None:
        # Which edition the chip follows: nothing read here differs between them.
        texts = der.Fields(versions, where)
        texts.take(der.PRINTABLE_STRING)
        texts.take(der.PRINTABLE_STRING)
        texts.end()
    digests: dict[int, bytes] = {}
    for entry in listed.children:
        pair = der.Fields(entry, where)
        number, value = der.integer(pair.take(der.INTEGER), where), pair.take(der.OCTET_STRING).content
        pair.end()
        if number not in GROUP_TAGS:
            raise UnexpectedElement(where=where, expected="a data group from 1 to 16")
        if number in digests:
            raise GroupListedTwice(group=number)
        if len(value) != digest.size:
            raise UnexpectedElement(where=where, expected=f"digests of {digest.size} bytes")
        digests[number] = value
    if len(digests) < 2:  # ICAO 9303-10 §4.6.2.3: SIZE (2..ub-DataGroups)
        raise UnexpectedElement(where=where, expected="digests of two groups or more")
    return SecurityObject(signed, digest, MappingProxyType(digests))


def read_com(data: bytes) -> frozenset[int]:
    """The groups EF.COM says the chip has (ICAO 9303-10 §4.6.1). Nobody signed it."""
    values = _templated(data, _COM_TAG, _COM, (b"\x5f\x01", b"\x5f\x36", b"\x5c"))
    groups = set()
    for tag in values[b"\x5c"]:
        if tag not in _GROUPS_BY_TAG:
            raise FileMalformed(file=_COM, problem=f"lists the tag {tag:02X}, which no data group has")
        groups.add(_GROUPS_BY_TAG[tag])
    return frozenset(groups)


def check_label(number: int, data: bytes) -> None:
    """The file must have the tag of this group and be one element, no more and no less."""
    if not data or data[0] != GROUP_TAGS[number]:
        raise GroupMislabelled(group=number, tag=data[:1].hex().upper() or "none")
    _, _, end = der.header(data, 0, len(data))
    if end != len(data):
        raise TrailingBytes(at=end)


def zone_of(group: bytes) -> bytes:
    """The characters of the machine-readable zone in data group 1 (ICAO 9303-10 §4.7.1)."""
    return _templated(group, GROUP_TAGS[1], "DG1", (b"\x5f\x1f",))[b"\x5f\x1f"]


def chip_key_of(group: bytes) -> der.Element:
    """The chip's public key in data group 15 (ICAO 9303-10 §4.7.15)."""
    return der.only(der.expect(der.read(group), GROUP_TAGS[15], "DG15"), der.SEQUENCE, "DG15")


def security_infos_of(group: bytes) -> Mapping[str, tuple[der.Element, ...]]:
    """The security infos in data group 14 by protocol (ICAO 9303-11 §9.2), each without its protocol."""
    infos: dict[str, tuple[der.Element, ...]] = {}
    listed = der.only(der.expect(der.read(group), GROUP_TAGS[14], "DG14"), der.SET, "DG14")
    for info in listed.children:
        if not info.children:
            raise UnexpectedElement(where="DG14", expected="security infos")
        infos[der.oid(info.children[0], "DG14")] = info.children[1:]
    return infos


def _templated(data: bytes, tag: int, file: str, wanted: tuple[bytes, ...]) -> dict[bytes, bytes]:
    """The values in a template by tag, which may have two bytes: exactly those wanted, in this order."""
    if not data or data[0] != tag:
        raise FileMalformed(file=file, problem=f"not the tag {tag:02X}")
    _, at, end = der.header(data, 0, len(data))
    if end != len(data):
        raise TrailingBytes(at=end)
    values = {}
    for name in wanted:
        if data[at : at + len(name)] != name:
            raise FileMalformed(file=file, problem=f"{name.hex().upper()} isn't where it belongs")
        # A header reads one byte of tag: the last one.
        _, body, stop = der.header(data, at + len(name) - 1, end)
        values[name] = data[body:stop]
        at = stop
    if at != end:
        raise FileMalformed(file=file, problem="more in it than belongs there")
    return values
