"""How messages between this workspace and a party are signed: Ed25519 (RFC 8032) over the exact bytes. Pure.

::

    sekisho/message/1 \\n from \\n to \\n time (RFC 3339, UTC, seconds) \\n address \\n SHA-256 of the body, hexadecimal

``from`` and ``to`` are party ids and a ledger's origin, so that what was signed for one receiver is nothing to another;
an answer is signed the other way round, over the request's signature as well: it answers that request and no other.

What this does not do: it keeps nothing secret (TLS does), and it doesn't know a message again (:mod:`.messages`).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sekisho.disclosure.parties.errors import NotSigned
from sekisho.keys import Signer

PARTY_HEADER: Final = "sekisho-party"
TIME_HEADER: Final = "sekisho-time"
SIGNATURE_HEADER: Final = "sekisho-signature"

LEEWAY: Final = timedelta(minutes=5)
"""How far a message's time may be from ours: clocks of two organisations, and a slow line. Within it a message sent
again is known by its id."""

WRONG: Final = "the signature doesn't hold for this sender, message and receiver"

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{86}==", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signed:
    """What stands in a message's headers."""

    party: str
    time: str
    signature: str

    def headers(self) -> dict[str, str]:
        """As HTTP headers."""
        return {PARTY_HEADER: self.party, TIME_HEADER: self.time, SIGNATURE_HEADER: self.signature}

    @classmethod
    def read(cls, headers: Mapping[str, str]) -> Signed:
        """From HTTP headers (lower-case names). Raises ``NotSigned``."""
        found = [headers.get(name, "") for name in (PARTY_HEADER, TIME_HEADER, SIGNATURE_HEADER)]
        if not all(found) or not _TIME.fullmatch(found[1]) or not _SIGNATURE.fullmatch(found[2]):
            raise NotSigned(problem=f"{PARTY_HEADER}, {TIME_HEADER}, {SIGNATURE_HEADER}")
        return cls(*found)


def text_of(at: datetime) -> str:
    """A time as it is signed."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def signed_bytes(*, sender: str, receiver: str, time: str, address: str, body: bytes, answers: str = "") -> bytes:
    """What is signed. ``answers`` is the signature of the request, in an answer."""
    lines = ["sekisho/message/1", sender, receiver, time, address, answers, hashlib.sha256(body).hexdigest()]
    return "\n".join(lines).encode()


def sign(
    signer: Signer, *, sender: str, receiver: str, at: datetime, address: str, body: bytes, answers: str = ""
) -> Signed:
    """Sign a message."""
    time = text_of(at)
    said = signed_bytes(
        sender=sender, receiver=receiver, time=time, address=address, body=body, answers=answers
    )
    return Signed(sender, time, base64.b64encode(signer.sign(said)).decode())


def require_signed(
    signed: Signed, *, key: str, receiver: str, address: str, body: bytes, now: datetime, answers: str = ""
) -> None:
    """Raise ``NotSigned`` unless the holder of ``key`` signed just this, for ``receiver``, within :data:`LEEWAY`."""
    try:
        at = datetime.strptime(signed.time, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise NotSigned(problem=TIME_HEADER) from None
    said = signed_bytes(
        sender=signed.party, receiver=receiver, time=signed.time, address=address, body=body, answers=answers
    )
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(base64.b64decode(signed.signature), said)
    except (InvalidSignature, ValueError):
        raise NotSigned(problem=WRONG) from None
    if abs(now - at) > LEEWAY:
        raise NotSigned(problem=f"its time is more than {LEEWAY.seconds // 60} minutes from ours")
