"""Challenges for face matches: what a provider puts into its result, so that it counts for one application, once."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final

from sekisho.contracts.evidence.face_match.errors import OtherApplication
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, NONCE_BYTES

PURPOSE: Final = "face_match"
"""The purpose of these challenges: none of another kind of evidence can pass for one."""

_TITLE: Final = "Sekisho face match"


def new_challenge(*, application: str, moment: datetime) -> Challenge:
    """A fresh challenge to keep. The provider is given ``nonce`` in hexadecimal and the application's reference."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return Challenge(nonce, PURPOSE, application, _text(nonce), moment + CHALLENGE_LIFE)


def require_ours(challenge: Challenge) -> None:
    """Raises :class:`OtherApplication` for a challenge that wasn't made for a face match."""
    if challenge.text != _text(challenge.nonce):
        raise OtherApplication(problem="challenge of another kind")


def _text(nonce: bytes) -> bytes:
    return f"{_TITLE}\nnonce: {nonce.hex()}\n".encode("ascii")
