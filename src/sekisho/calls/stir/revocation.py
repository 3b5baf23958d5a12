"""Revocation lists (RFC 5280 §5), given as bytes: each signature verified once, then a look-up in constant time.

A certificate on no list is not "good": where no current list of its issuer is held, the answer is
:class:`~sekisho.calls.stir.errors.RevocationUnknown`. Delta, indirect and partial lists are refused.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sekisho.calls.stir.errors import RevocationUnknown, Revoked
from sekisho.calls.stir.refusals import RevocationListRefused

MAX_LIST = 4 * 1024 * 1024
"""Bytes: about 100,000 entries, more than there are STI certificates anywhere."""

_KNOWN = frozenset({"2.5.29.35", "2.5.29.20"})
"""authorityKeyIdentifier and cRLNumber. An issuing distribution point (2.5.29.28) or delta indicator (2.5.29.27) would
mean that a certificate missing from the list may still be revoked."""


def authority_id(authority: x509.Certificate) -> bytes:
    """Which authority: its name and its key, because generations of one authority bear one name."""
    key = authority.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return hashlib.sha256(authority.subject.public_bytes() + key).digest()


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A list whose signature was verified with its issuer's key. Only :func:`read_revocation_list` makes one."""

    issuer: bytes
    this_update: datetime
    next_update: datetime
    revoked: Mapping[int, datetime] = field(repr=False)


def read_revocation_list(data: bytes, issuer: x509.Certificate) -> RevocationList:
    """Read a list (DER) that ``issuer`` signed; raises :class:`RevocationListRefused`.

    ``issuer`` needn't be trusted: a list counts only for certificates that the same key issued.
    """
    if len(data) > MAX_LIST:
        raise RevocationListRefused(problem=f"larger than {MAX_LIST} bytes")
    key = issuer.public_key()
    try:
        found = x509.load_der_x509_crl(data)
        hashed = found.signature_hash_algorithm
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(hashed, hashes.SHA256):
            raise RevocationListRefused(problem="not ECDSA with SHA-256")
        if found.issuer != issuer.subject or not found.is_signature_valid(key):
            raise RevocationListRefused(problem="not signed by its authority")
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
        if not usage.crl_sign:
            raise RevocationListRefused(problem="its authority may not sign lists")
        extensions = [one.oid.dotted_string for one in found.extensions]
        entries = {one.serial_number: one.revocation_date_utc for one in found if _whole(one)}
        next_update, this_update = found.next_update_utc, found.last_update_utc
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension, x509.ExtensionNotFound) as error:
        raise RevocationListRefused(problem="not a list in DER") from error
    if not set(extensions) <= _KNOWN:
        raise RevocationListRefused(problem="not a complete list of one authority")
    if next_update is None:
        raise RevocationListRefused(problem="without nextUpdate")
    return RevocationList(authority_id(issuer), this_update, next_update, entries)


def _whole(entry: x509.RevokedCertificate) -> bool:
    for one in entry.extensions:
        # 2.5.29.21 reasonCode, 2.5.29.24 invalidityDate; a certificateIssuer would make it another authority's entry.
        if one.oid.dotted_string not in ("2.5.29.21", "2.5.29.24"):
            raise RevocationListRefused(problem="an entry of another authority")
    return True


class Revocations:
    """The lists held, the newest of each authority. Immutable: a new list makes a new object."""

    NONE: ClassVar[Revocations]
    """No list at all: every certificate is ``RevocationUnknown``."""

    __slots__ = ("_lists",)

    def __init__(self, lists: Iterable[RevocationList]) -> None:
        """Of two lists of one authority the later counts."""
        held: dict[bytes, RevocationList] = {}
        for one in lists:
            other = held.get(one.issuer)
            if other is None or other.this_update < one.this_update:
                held[one.issuer] = one
        self._lists = held

    def require_good(self, issuer: bytes, serial: int, moment: datetime) -> None:
        """Raises :class:`Revoked` or :class:`RevocationUnknown`; ``issuer`` is an :func:`authority_id`."""
        found = self._lists.get(issuer)
        if found is None:
            raise RevocationUnknown(problem="no list of its authority")
        since = found.revoked.get(serial)
        # A revocation stands even on an old list: it is never taken back (holds, which are, aren't used here).
        if since is not None:
            raise Revoked(revoked_at=since.isoformat())
        if moment < found.this_update:
            raise RevocationUnknown(problem=f"list of {found.this_update.isoformat()}, after the call")
        if moment >= found.next_update + timedelta(seconds=1):
            raise RevocationUnknown(problem=f"list ran out {found.next_update.isoformat()}")


Revocations.NONE = Revocations(())
