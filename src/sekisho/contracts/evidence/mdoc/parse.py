"""Read a phone's response, what the issuer signed, and its security object. Believes nothing.

Structures: ISO/IEC 18013-5 §8.3.2.1.2.2 (DeviceResponse), §9.1.2.4 (MobileSecurityObject), §9.1.3.4 (DeviceSigned).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from sekisho.contracts.evidence.mdoc import cbor
from sekisho.contracts.evidence.mdoc.cose import device_key, read_sign1
from sekisho.contracts.evidence.mdoc.errors import RecordNumberPresent, RecordStructure, VersionUnknown
from sekisho.contracts.evidence.mdoc.model import (
    DeviceSigned,
    IssuerSignedItem,
    SecurityObject,
    UnverifiedRecord,
    UnverifiedSubmission,
    Validity,
)
from sekisho.contracts.evidence.mdoc.profile import (
    MAX_DIGEST_NUMBER,
    MAX_ITEM,
    MAX_RECORD,
    MAX_SECURITY_OBJECT,
    RecordProfile,
)
from sekisho.contracts.individual_number import in_free_text

_RESPONSE: Final = "device response"
_ISSUER_SIGNED: Final = "issuer-signed structure"
_ITEM: Final = "element"
_OBJECT: Final = "security object"
_DEVICE_SIGNED: Final = "device-signed structure"
_MAX_VALUE_PARTS: Final = 256
_SHORT: Final = 64
_OBJECT_FIELDS: Final = frozenset(
    {"version", "digestAlgorithm", "valueDigests", "deviceKeyInfo", "docType", "validityInfo"}
)


def read_record(submission: UnverifiedSubmission, profile: RecordProfile) -> UnverifiedRecord:
    """The one record of a submission. Raises a ``CborRefused`` or ``RecordRefused``.

    An individual number anywhere among the elements is refused before anything else is asked of them.
    """
    if submission.issuer_signed is not None:
        whole = cbor.read(submission.issuer_signed, what=_ISSUER_SIGNED, limit=MAX_RECORD)
        return _record(None, whole, None, profile)
    response = cbor.a_map_of(
        cbor.read(submission.device_response or b"", what=_RESPONSE, limit=MAX_RECORD),
        _RESPONSE,
        frozenset({"version", "documents", "status"}),
        frozenset({"documentErrors"}),
    )
    if response["version"] != "1.0":
        raise VersionUnknown(what=_RESPONSE)
    if response["status"] != 0:  # §8.3.2.1.2.3: 0 is OK
        raise RecordStructure(what=_RESPONSE, expected="status 0")
    (document,) = cbor.an_array(response["documents"], _RESPONSE, 1)
    parts = cbor.a_map_of(
        document, "document", frozenset({"docType", "issuerSigned"}), frozenset({"deviceSigned", "errors"})
    )
    kind = cbor.text(parts["docType"], "document")
    return _record(kind, parts["issuerSigned"], parts.get("deviceSigned"), profile)


def _record(
    kind: str | None, issuer_signed: cbor.Value, device: cbor.Value, profile: RecordProfile
) -> UnverifiedRecord:
    parts = cbor.a_map_of(issuer_signed, _ISSUER_SIGNED, frozenset({"nameSpaces", "issuerAuth"}))
    items = tuple(_items(parts["nameSpaces"], profile))
    issuer_auth = read_sign1(parts["issuerAuth"], _ISSUER_SIGNED)
    return UnverifiedRecord(kind, items, issuer_auth, None if device is None else _device(device, profile))


def _items(namespaces: cbor.Value, profile: RecordProfile) -> Iterator[IssuerSignedItem]:
    for namespace, entries in cbor.a_map(namespaces, _ISSUER_SIGNED).items():
        for entry in cbor.an_array(entries, _ISSUER_SIGNED):
            content = cbor.octets(cbor.tagged(entry, cbor.EMBEDDED, _ITEM), _ITEM)
            parts = cbor.a_map_of(
                cbor.read(content, what=_ITEM, limit=MAX_ITEM),
                _ITEM,
                frozenset({"digestID", "random", "elementIdentifier", "elementValue"}),
            )
            item = IssuerSignedItem(
                cbor.text(namespace, _ISSUER_SIGNED),
                _digest_number(parts["digestID"], _ITEM),
                cbor.octets(parts["random"], _ITEM),
                cbor.text(parts["elementIdentifier"], _ITEM),
                parts["elementValue"],
                cbor.embedded(content),
            )
            _require_no_number(item.namespace, item.identifier, item.value, profile)
            yield item


def _device(value: cbor.Value, profile: RecordProfile) -> DeviceSigned:
    parts = cbor.a_map_of(value, _DEVICE_SIGNED, frozenset({"nameSpaces", "deviceAuth"}))
    content = cbor.octets(cbor.tagged(parts["nameSpaces"], cbor.EMBEDDED, _DEVICE_SIGNED), _DEVICE_SIGNED)
    own = cbor.a_map(cbor.read(content, what=_DEVICE_SIGNED, limit=MAX_ITEM), _DEVICE_SIGNED)
    for namespace, elements in own.items():
        for identifier, element in cbor.a_map(elements, _DEVICE_SIGNED).items():
            _require_no_number(str(namespace), str(identifier), element, profile)
    if own:  # nobody issued what a phone says of itself, and the card has no such elements
        raise RecordStructure(what=_DEVICE_SIGNED, expected="no elements of the phone's own")
    auth = cbor.a_map(parts["deviceAuth"], _DEVICE_SIGNED)
    if auth.keys() == {"deviceMac"}:
        cbor.an_array(auth["deviceMac"], _DEVICE_SIGNED, 4)
        return DeviceSigned(cbor.embedded(content), None)
    if auth.keys() != {"deviceSignature"}:
        raise RecordStructure(what=_DEVICE_SIGNED, expected="a signature or a MAC")
    return DeviceSigned(cbor.embedded(content), read_sign1(auth["deviceSignature"], _DEVICE_SIGNED))


def _require_no_number(namespace: str, identifier: str, value: cbor.Value, profile: RecordProfile) -> None:
    if profile.carries_number((namespace, identifier)) or any(in_free_text(text) for text in _texts(value)):
        raise RecordNumberPresent


def _texts(value: cbor.Value) -> Iterator[str]:
    """What could be read as text in an element's value; numbers, keys and short byte strings too."""
    waiting = [value]
    for _ in range(_MAX_VALUE_PARTS):
        if not waiting:
            return
        found = waiting.pop()
        if isinstance(found, str):
            yield found
        elif isinstance(found, int):
            yield str(found)
        elif isinstance(found, list):
            waiting.extend(found)
        elif isinstance(found, dict):
            waiting.extend((*found.keys(), *found.values()))
        elif isinstance(found, bytes):
            if len(found) <= _SHORT:  # digits as bytes; a photo holds none as text
                yield found.decode("latin-1")
        elif found is not None:
            waiting.append(found.value)
    raise RecordStructure(what=_ITEM, expected=f"a value of at most {_MAX_VALUE_PARTS} parts")


def read_security_object(payload: bytes) -> SecurityObject:
    """The MobileSecurityObject in the payload of the issuer's signature: bytes in tag 24."""
    wrapped = cbor.read(payload, what=_OBJECT, limit=MAX_SECURITY_OBJECT)
    content = cbor.octets(cbor.tagged(wrapped, cbor.EMBEDDED, _OBJECT), _OBJECT)
    found = cbor.a_map(cbor.read(content, what=_OBJECT, limit=MAX_SECURITY_OBJECT), _OBJECT)
    if not found.keys() >= _OBJECT_FIELDS:
        raise RecordStructure(what=_OBJECT, expected=f"a map with {', '.join(sorted(_OBJECT_FIELDS))}")
    device = cbor.a_map(found["deviceKeyInfo"], _OBJECT)
    return SecurityObject(
        cbor.text(found["version"], _OBJECT),
        cbor.text(found["digestAlgorithm"], _OBJECT),
        _digests(found["valueDigests"]),
        device_key(device.get("deviceKey"), "device key"),
        cbor.text(found["docType"], _OBJECT),
        _validity(found["validityInfo"]),
        "status" in found,
        len(found.keys() - _OBJECT_FIELDS - {"status"}),
    )


def _digests(value: cbor.Value) -> Mapping[str, Mapping[int, bytes]]:
    return {
        cbor.text(namespace, _OBJECT): {
            _digest_number(number, _OBJECT): cbor.octets(digest, _OBJECT)
            for number, digest in cbor.a_map(digests, _OBJECT).items()
        }
        for namespace, digests in cbor.a_map(value, _OBJECT).items()
    }


def _digest_number(value: cbor.Value, what: str) -> int:
    number = cbor.whole(value, what)
    if number > MAX_DIGEST_NUMBER:
        raise RecordStructure(what=what, expected="a digest number below 2^31")
    return number


def _validity(value: cbor.Value) -> Validity:
    found = cbor.a_map_of(
        value, _OBJECT, frozenset({"signed", "validFrom", "validUntil"}), frozenset({"expectedUpdate"})
    )
    return Validity(*(cbor.moment(found[name], _OBJECT) for name in ("signed", "validFrom", "validUntil")))
