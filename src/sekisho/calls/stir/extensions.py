"""The two certificate extensions of RFC 8226, and RFC 9118's successor to the second, from strict DER.

``cryptography`` reads the certificate; these extensions it hands over as bytes. Both modules use explicit tags.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sekisho.calls.stir.errors import CertificateNotReadable, ClaimNotPermitted
from sekisho.calls.stir.number_set import NumberRange, NumberSet
from sekisho.calls.stir.telephone import is_canonical_number

TN_AUTH_LIST = "1.3.6.1.5.5.7.1.26"
JWT_CLAIM_CONSTRAINTS = "1.3.6.1.5.5.7.1.27"
ENHANCED_JWT_CLAIM_CONSTRAINTS = "1.3.6.1.5.5.7.1.33"
"""id-pe-TNAuthList, id-pe-JWTClaimConstraints (RFC 8226 §§8-9), id-pe-eJWTClaimConstraints (RFC 9118)."""
STIR_TN_LIST = "1.3.6.1.5.5.7.48.14"
"""id-ad-stirTNList: the numbers are listed elsewhere (RFC 8226 §10.1)."""

MAX_ENTRIES = 2_000
"""A certificate of 16 KiB has room for fewer."""
MAX_CODE = 64
"""Characters of a provider code; those in use (OCN, SPID) have 4 to 6."""
MAX_NAME = 256
"""Characters of a claim's name or permitted value; a UUID has 36."""

_SEQUENCE, _IA5, _UTF8, _INTEGER = 0x30, 0x16, 0x0C, 0x02
_TAGS = (0xA0, 0xA1, 0xA2)
_ALWAYS = frozenset({"iat", "orig", "dest"})

Node = tuple[int, bytes]


def _nodes(data: bytes, what: str, *, limit: int = MAX_ENTRIES) -> list[Node]:
    """The (tag, content) pairs that ``data`` consists of: one-byte tags, definite minimal lengths (X.690 §10.1)."""
    found: list[Node] = []
    at = 0
    while at < len(data):
        if len(found) == limit:
            raise CertificateNotReadable(expected=f"{what}: at most {limit} entries")
        header = data[at : at + 2]
        if len(header) < 2 or header[0] & 0x1F == 0x1F:
            raise CertificateNotReadable(expected=f"{what}: whole elements")
        length, at = header[1], at + 2
        if length >= 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[at : at + size])
            # 0x80 is BER's indefinite length; three bytes of length would be more than any certificate has.
            if not 1 <= size <= 2 or length < 0x80 or length >> (8 * (size - 1)) == 0:
                raise CertificateNotReadable(expected=f"{what}: minimal definite lengths")
            at += size
        if at + length > len(data):
            raise CertificateNotReadable(expected=f"{what}: whole elements")
        found.append((header[0], data[at : at + length]))
        at += length
    return found


def _only(data: bytes, tag: int, what: str) -> bytes:
    nodes = _nodes(data, what, limit=1)
    if len(nodes) != 1 or nodes[0][0] != tag:
        raise CertificateNotReadable(expected=what)
    return nodes[0][1]


def _some(data: bytes, tag: int, what: str) -> list[bytes]:
    """SEQUENCE SIZE (1..MAX) OF elements with ``tag``."""
    nodes = _nodes(_only(data, _SEQUENCE, what), what)
    if not nodes or any(found != tag for found, _ in nodes):
        raise CertificateNotReadable(expected=f"{what}: at least one, all alike")
    return [content for _, content in nodes]


def _text(content: bytes, what: str, *, limit: int, encoding: str = "ascii") -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise CertificateNotReadable(expected=f"{what}: text") from None
    if not text or len(text) > limit or not text.isprintable():
        raise CertificateNotReadable(expected=f"{what}: 1 to {limit} printable characters")
    return text


def _number(content: bytes, what: str) -> str:
    number = _text(content, what, limit=15)
    if not is_canonical_number(number):
        raise CertificateNotReadable(expected=f"{what}: digits, * and #")
    return number


@dataclass(frozen=True, slots=True)
class TnAuthorization:
    """What a certificate is for: provider codes, and numbers (RFC 8226 §9)."""

    provider_codes: frozenset[str]
    numbers: NumberSet

    @property
    def any_number(self) -> bool:
        """Whether it lists numbers of its own, not only providers."""
        return bool(self.numbers)


def read_tn_auth_list(data: bytes) -> TnAuthorization:
    """The TNAuthList extension's value; raises :class:`CertificateNotReadable`."""
    what = "TNAuthList"
    nodes = _nodes(_only(data, _SEQUENCE, what), what)
    if not nodes:
        raise CertificateNotReadable(expected=f"{what}: at least one entry")
    codes: set[str] = set()
    numbers: set[str] = set()
    ranges: list[NumberRange] = []
    for tag, content in nodes:
        if tag == _TAGS[0]:
            codes.add(_text(_only(content, _IA5, what), what, limit=MAX_CODE))
        elif tag == _TAGS[1]:
            ranges.append(_range(_only(content, _SEQUENCE, what), what))
        elif tag == _TAGS[2]:
            numbers.add(_number(_only(content, _IA5, what), what))
        else:
            raise CertificateNotReadable(expected=f"{what}: spc, range or one")
    return TnAuthorization(frozenset(codes), NumberSet(frozenset(numbers), tuple(ranges)))


def _range(content: bytes, what: str) -> NumberRange:
    # The SEQUENCE is extensible ("..."), but what would follow could narrow it: unknown parts are refused.
    parts = _nodes(content, what, limit=2)
    if [tag for tag, _ in parts] != [_IA5, _INTEGER]:
        raise CertificateNotReadable(expected=f"{what}: start and count")
    count = parts[1][1]
    if not 1 <= len(count) <= 8 or count[0] & 0x80 or (len(count) > 1 and count[0] == 0 and count[1] < 0x80):
        raise CertificateNotReadable(expected=f"{what}: a minimal positive count")
    size = int.from_bytes(count)
    try:
        found = NumberRange(_number(parts[0][1], what), size)
    except ValueError:
        raise CertificateNotReadable(expected=f"{what}: a range of numbers of one length") from None
    if size < 2:
        raise CertificateNotReadable(expected=f"{what}: a count of two or more")
    return found


@dataclass(frozen=True, slots=True)
class ClaimConstraints:
    """Which claims a token under this certificate must, may and mustn't have. The default constrains nothing."""

    must_include: frozenset[str] = frozenset()
    permitted: Mapping[str, frozenset[str]] = field(default_factory=dict)
    must_exclude: frozenset[str] = frozenset()

    def require(self, claims: Mapping[str, Any]) -> None:
        """Raises :class:`ClaimNotPermitted` where ``claims`` don't keep to it.

        A permitted value is compared with the claim where that is text, with each member of an array of texts, and
        never equals anything else: what can't be compared isn't permitted.
        """
        for name in sorted(self.must_include - claims.keys()):
            raise ClaimNotPermitted(claim=name)
        for name in sorted(self.must_exclude & claims.keys()):
            raise ClaimNotPermitted(claim=name)
        for name, values in self.permitted.items():
            if name not in claims:
                continue
            claim = claims[name]
            found = claim if isinstance(claim, list) else [claim]
            if not found or not all(isinstance(one, str) and one in values for one in found):
                raise ClaimNotPermitted(claim=name)


def read_claim_constraints(data: bytes, *, enhanced: bool) -> ClaimConstraints:
    """JWTClaimConstraints, or with ``enhanced`` RFC 9118's; raises :class:`CertificateNotReadable`."""
    what = "EnhancedJWTClaimConstraints" if enhanced else "JWTClaimConstraints"
    nodes = _nodes(_only(data, _SEQUENCE, what), what, limit=3)
    tags = [tag for tag, _ in nodes]
    if not tags or tags != sorted(set(tags)) or not set(tags) <= set(_TAGS if enhanced else _TAGS[:2]):
        raise CertificateNotReadable(expected=f"{what}: its parts, each once, in order")
    parts = dict(nodes)
    must_exclude = _names(parts.get(_TAGS[2]), what)
    if must_exclude & _ALWAYS:
        # RFC 9118: iat, orig and dest can't be excluded, every PASSporT has them.
        raise CertificateNotReadable(expected=f"{what}: iat, orig and dest not excluded")
    return ClaimConstraints(_names(parts.get(_TAGS[0]), what), _permitted(parts.get(_TAGS[1]), what), must_exclude)


def _names(data: bytes | None, what: str) -> frozenset[str]:
    if data is None:
        return frozenset()
    return frozenset(_text(content, what, limit=MAX_NAME) for content in _some(data, _IA5, what))


def _permitted(data: bytes | None, what: str) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for content in [] if data is None else _some(data, _SEQUENCE, what):
        parts = _nodes(content, what, limit=2)
        if [tag for tag, _ in parts] != [_IA5, _SEQUENCE]:
            raise CertificateNotReadable(expected=f"{what}: a claim and its values")
        name = _text(parts[0][1], what, limit=MAX_NAME)
        values = _nodes(parts[1][1], what)
        if name in found or not values or any(tag != _UTF8 for tag, _ in values):
            raise CertificateNotReadable(expected=f"{what}: each claim once, with its values")
        found[name] = frozenset(_text(value, what, limit=MAX_NAME, encoding="utf-8") for _, value in values)
    return found
