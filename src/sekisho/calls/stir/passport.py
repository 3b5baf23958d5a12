"""The PASSporT (RFC 8225), its SHAKEN (RFC 8588) and diversion (RFC 8946) kinds: read, rebuilt, written.

Reading believes nothing: a :class:`UnverifiedPassport` is what the bytes say. Whether anybody signed it is
:mod:`sekisho.calls.stir.verify`'s to find out.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NoReturn

from sekisho.calls.stir.errors import ClaimsWrong, HeaderWrong, ParameterTwice, TokenNotReadable, TooLong
from sekisho.calls.stir.telephone import MAX_URI, Party, PartyKind, by_kind, is_canonical_number

MAX_TOKEN = 8 * 1024
"""Characters of a whole token; the header field has the same bound."""
MAX_DESTINATIONS = 32
"""A call has one; a conference's INVITE seldom more than ten."""
MAX_ORIGID = 128
"""Characters; RFC 8588 §5 has a UUID, of 36."""
SIGNATURE_BYTES = 64
"""R and S of P-256, 32 octets each (RFC 7518 §3.4)."""
_MAX_TIME = 253_402_300_800
"""Seconds: the year 10000, which no clock here can show."""

_BASE64URL = re.compile(r"[A-Za-z0-9_\-]+", re.ASCII)
_ORIGID = re.compile(r"[\x21-\x7e]{1,128}", re.ASCII)


class Kind(StrEnum):
    """The kinds of PASSporT known here, by their ``ppt``."""

    BASE = ""
    SHAKEN = "shaken"
    DIVERSION = "div"
    DIVERSION_WITH_ORIGINAL = "div-o"


class Attestation(StrEnum):
    """What the signer vouches for (RFC 8588 §4)."""

    FULL = "A"
    """It knows the caller, and that the caller may use the number."""
    PARTIAL = "B"
    """It knows the caller, not whether the number is theirs."""
    GATEWAY = "C"
    """It only let the call into its network."""


@dataclass(frozen=True, slots=True)
class TokenHeader:
    """A token's header. ``ppt`` may be a kind nobody here knows, ``alg`` an algorithm nobody here has."""

    alg: str
    ppt: str
    x5u: str


@dataclass(frozen=True, slots=True)
class Claims:
    """A token's claims; ``every`` has all of them as they stood, for the certificate's constraints."""

    orig: Party
    dest: tuple[Party, ...]
    iat: int
    attest: Attestation | None = None
    origid: str | None = None
    div: Party | None = None
    opt: str | None = field(default=None, repr=False)
    every: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class UnverifiedPassport:
    """What a token says, what was signed of it, and the signature; nobody vouches for it."""

    header: TokenHeader
    claims: Claims
    signing_input: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def serialise(value: Mapping[str, Any]) -> bytes:
    """Deterministic JSON (RFC 8225 §9): names in lexicographic order, no white space, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8")


def encode(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The inverse of :func:`encode`, accepting only what it writes; raises :class:`TokenNotReadable`."""
    if not _BASE64URL.fullmatch(text) or len(text) % 4 == 1:
        raise TokenNotReadable(expected="base64url")
    try:
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise TokenNotReadable(expected="base64url") from None
    if encode(data) != text:
        # Left-over bits set: a second spelling of the same bytes.
        raise TokenNotReadable(expected="base64url in its one spelling")
    return data


def split(token: str) -> tuple[str, str, str]:
    """The three parts of a token; the first two are both empty in the compact form, or neither."""
    if len(token) > MAX_TOKEN:
        raise TooLong(what="PASSporT", limit=MAX_TOKEN)
    parts = token.split(".")
    if len(parts) != 3 or not parts[2] or bool(parts[0]) != bool(parts[1]):
        raise TokenNotReadable(expected="three parts")
    return parts[0], parts[1], parts[2]


def read_signature(text: str) -> bytes:
    """R and S, 64 bytes; raises :class:`TokenNotReadable`."""
    signature = decode(text)
    if len(signature) != SIGNATURE_BYTES:
        raise TokenNotReadable(expected="a signature of 64 bytes")
    return signature


def read_passport(token: str) -> UnverifiedPassport | TokenHeader:
    """Read a token in full form; raises a :class:`~sekisho.calls.stir.errors.Malformed`.

    Where the kind or the algorithm isn't known here only the header is returned: its claims have a shape of their own.
    """
    first, second, third = split(token)
    if not first:
        raise TokenNotReadable(expected="the full form")
    header = _header(_object(decode(first)))
    if header.ppt not in KINDS or header.alg != "ES256":
        return header
    return UnverifiedPassport(
        header,
        read_claims(_object(decode(second)), Kind(header.ppt)),
        f"{first}.{second}".encode("ascii"),
        read_signature(third),
    )


KINDS = frozenset(kind.value for kind in Kind)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ParameterTwice(name=next(name for name in names if names.count(name) > 1)[:60])
    return found


def _not_json(word: str) -> NoReturn:
    raise TokenNotReadable(expected=f"JSON, which has no {word}")


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_not_json)
        if b"\\u" in data:
            # A lone surrogate passes json; it would fail later, wherever the text is first written out.
            json.dumps(found, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise TokenNotReadable(expected="JSON in UTF-8") from None
    if not isinstance(found, dict):
        raise TokenNotReadable(expected="a JSON object")
    return found


def _header(found: Mapping[str, Any]) -> TokenHeader:
    if found.get("typ") != "passport":
        raise HeaderWrong(expected="typ passport")
    if "crit" in found:
        # RFC 7515 §4.1.11: whoever doesn't understand what is named there must refuse.
        raise HeaderWrong(expected="no crit")
    alg, ppt, x5u = found.get("alg"), found.get("ppt", ""), found.get("x5u")
    if not isinstance(alg, str) or not alg:
        raise HeaderWrong(expected="alg")
    if not isinstance(ppt, str) or ("ppt" in found and not ppt):
        raise HeaderWrong(expected="ppt as text")
    if not isinstance(x5u, str) or not x5u:
        # RFC 8225 §4.3: x5u is how the certificate is found; keys in the header itself are nobody's.
        raise HeaderWrong(expected="x5u")
    return TokenHeader(alg, ppt, x5u)


def read_claims(found: Mapping[str, Any], kind: Kind) -> Claims:
    """The claims a token of ``kind`` must have; raises :class:`ClaimsWrong`. Others are kept in ``every`` alone."""
    iat = found.get("iat")
    # RFC 8225 §5.1.1: a NumericDate. True is an int in Python, and RFC 8224's example of the draft years has a text.
    if not isinstance(iat, int) or isinstance(iat, bool) or not 0 <= iat < _MAX_TIME:
        raise ClaimsWrong(expected="iat as whole seconds")
    orig = _one(found.get("orig"), "orig")
    dest = _destinations(found.get("dest"))
    attest: Attestation | None = None
    origid: str | None = None
    if kind is Kind.SHAKEN:
        if found.get("attest") not in ("A", "B", "C"):
            raise ClaimsWrong(expected="attest A, B or C")
        attest = Attestation(found["attest"])
        origid = found.get("origid")
        if not isinstance(origid, str) or not _ORIGID.fullmatch(origid):
            raise ClaimsWrong(expected=f"origid of at most {MAX_ORIGID} characters")
    div = opt = None
    if kind in (Kind.DIVERSION, Kind.DIVERSION_WITH_ORIGINAL):
        div = _diverted(found.get("div"))
    if kind is Kind.DIVERSION_WITH_ORIGINAL:
        opt = found.get("opt")
        if not isinstance(opt, str) or not opt:
            raise ClaimsWrong(expected="opt with the original token")
    return Claims(orig, dest, iat, attest, origid, div, opt, found)


def _party(kind: str, value: object, where: str) -> Party:
    if not isinstance(value, str):
        raise ClaimsWrong(expected=f"{where} as text")
    if kind == "tn" and is_canonical_number(value):
        return Party(PartyKind.NUMBER, value)
    if kind == "uri" and 0 < len(value) <= MAX_URI and value.isprintable():
        return Party(PartyKind.ADDRESS, value)
    raise ClaimsWrong(expected=f"{where} as a canonical tn or a uri")


def _one(found: object, where: str) -> Party:
    # RFC 8225 §5.2.1: orig has exactly one identity, not in an array.
    if not isinstance(found, dict) or len(found) != 1:
        raise ClaimsWrong(expected=f"{where} with one identity")
    ((kind, value),) = found.items()
    return _party(kind, value, where)


def _diverted(found: object) -> Party:
    # RFC 8946 §3: div is as orig; a "hi" beside it (History-Info's index) may stand there and isn't used.
    if isinstance(found, dict):
        found = {key: value for key, value in found.items() if key != "hi"}
    return _one(found, "div")


def _destinations(found: object) -> tuple[Party, ...]:
    if not isinstance(found, dict) or not found or not found.keys() <= {"tn", "uri"}:
        raise ClaimsWrong(expected="dest with tn or uri")
    parties: list[Party] = []
    for kind, values in found.items():
        if not isinstance(values, list) or not values:
            raise ClaimsWrong(expected="dest as arrays")
        if len(parties) + len(values) > MAX_DESTINATIONS:
            raise TooLong(what="dest", limit=MAX_DESTINATIONS)
        parties += [_party(kind, value, "dest") for value in values]
    return tuple(parties)


def header_document(*, x5u: str, ppt: str) -> dict[str, str]:
    """A token's header as it is written."""
    return {"alg": "ES256", "typ": "passport", "x5u": x5u} | ({"ppt": ppt} if ppt else {})


def base_document(*, orig: Party, dest: tuple[Party, ...], iat: int) -> dict[str, Any]:
    """The claims every PASSporT has (RFC 8225 §5.2)."""
    return {"orig": {orig.kind.value: orig.value}, "dest": by_kind(dest), "iat": iat}


def signing_input(header: Mapping[str, Any], claims: Mapping[str, Any]) -> bytes:
    """What is signed (RFC 7515 §5.1)."""
    return f"{encode(serialise(header))}.{encode(serialise(claims))}".encode("ascii")


def rebuild(
    signature: str, *, x5u: str, orig: Party, dest: tuple[Party, ...], iat: int
) -> UnverifiedPassport:
    """The token whose compact form (RFC 8225 §7) was sent with a request that says the rest (RFC 8224 §6.2)."""
    claims = base_document(orig=orig, dest=dest, iat=iat)
    return UnverifiedPassport(
        TokenHeader("ES256", "", x5u),
        Claims(orig, dest, iat, every=claims),
        signing_input(header_document(x5u=x5u, ppt=""), claims),
        read_signature(signature),
    )
