"""Challenges for active authentication: eight bytes for the chip, derived from a nonce that is kept and counts once.

A chip answers eight bytes (ICAO 9303-11 §6.1). Those alone are too few to be kept as a secret and found again, so the
server keeps a nonce of 32 bytes, as for every other kind, and the chip is given what follows from it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final

from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, NONCE_BYTES
from sekisho.contracts.evidence.passport.errors import ChipNotGenuine
from sekisho.contracts.evidence.passport.profile import CHALLENGE

PURPOSE: Final = "passport_chip"
"""The purpose of these challenges: one for signing a contract can't pass for a chip's, nor the reverse."""

_TITLE: Final = b"Sekisho passport chip"


def new_challenge(*, application: str, moment: datetime) -> Challenge:
    """A fresh challenge to keep. The reading app gives the chip :func:`chip_challenge` of its nonce."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Challenge(nonce, PURPOSE, application, _text(nonce), moment + CHALLENGE_LIFE)


def chip_challenge(nonce: bytes) -> bytes:
    """The eight bytes for the chip: the first of the SHA-256 over the title, a line feed and the nonce."""
    return hashlib.sha256(_TITLE + b"\n" + nonce).digest()[:CHALLENGE]


def require_ours(challenge: Challenge) -> None:
    """Raises :class:`ChipNotGenuine` for a challenge that wasn't made for a chip."""
    if challenge.text != _text(challenge.nonce):
        raise ChipNotGenuine(problem="a challenge of another kind")


def _text(nonce: bytes) -> bytes:
    return _TITLE + f"\nnonce: {nonce.hex()}\n".encode("ascii")
