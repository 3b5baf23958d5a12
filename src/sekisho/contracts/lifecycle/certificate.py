"""What a contract key's destruction certificate says, once it was checked. Pure.

The document and its check are :mod:`sekisho.destruction.certificate`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sekisho.destruction import certificate
from sekisho.destruction.certificate import CONTRACT
from sekisho.destruction.errors import CertificateRefused


@dataclass(frozen=True, slots=True)
class Certified:
    """What a certificate that holds says. ``key_compared``: the public key was compared with a given fingerprint."""

    key: str
    state: str
    origin: str
    fingerprint: str
    key_compared: bool
    destroyed_at: str
    reason: str
    rows: Mapping[str, int]
    leaves: int
    erased: int
    backups: Sequence[Mapping[str, Any]]
    ledger_size: int


def check(raw: bytes, *, key: str | None) -> Certified:
    """Check a certificate. ``key`` is the fingerprint of the ledger's public key, got another way; None to skip that.

    Raises ``CertificateRefused`` with the step that failed.
    """
    found = certificate.check(raw, key=key, formats=(CONTRACT,))
    said = found.said
    try:
        return Certified(
            key=found.key,
            state=found.state,
            origin=found.origin,
            fingerprint=found.fingerprint,
            key_compared=found.key_compared,
            destroyed_at=str(said["destroyed"]["at"]),
            reason=str(said["destroyed"]["reason"]),
            rows={str(name): int(count) for name, count in said["planned"]["rows"].items()},
            leaves=int(said["planned"]["leaves"]),
            erased=int(said["certified"]["erased"]),
            backups=list(said["certified"]["backups"]),
            ledger_size=found.ledger_size,
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise CertificateRefused(step=7, problem="a leaf lacks what its step must say") from None
