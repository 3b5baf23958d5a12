"""Sessions with a phone: what its signature is bound to, kept as a challenge that counts once.

A session is the standard's SessionTranscript, made by our server before the phone answers and kept in the challenge's
text; what a sender brings is never taken for it. The transcripts of OpenID for Verifiable Presentations are built here;
another protocol's (a reader over NFC and Bluetooth, ISO/IEC TS 18013-7 Annex C) comes as bytes from whoever speaks
it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Final

from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import CHALLENGE_LIFE, NONCE_BYTES
from sekisho.contracts.evidence.mdoc import cbor
from sekisho.contracts.evidence.mdoc.errors import CborRefused, RecordStructure, SessionOther

PURPOSE: Final = "smartphone_card"
"""The purpose of these challenges: one for signing a contract can't pass for a session, nor the reverse."""

MAX_TRANSCRIPT: Final = 4_096
"""Bytes. A transcript of a reader with its key and engagement has some 500."""

_TITLE: Final = "Sekisho smartphone card session"


def openid4vp_transcript(*, client_id: str, nonce: str, response_uri: str, key_thumbprint: bytes | None) -> bytes:
    """The transcript of an answer sent to ``response_uri`` (OpenID4VP 1.0 Appendix B.2.6.1).

    ``key_thumbprint`` is the SHA-256 thumbprint (RFC 7638) of the key answers are encrypted to, None where they aren't.
    """
    info = cbor.write([client_id, nonce, key_thumbprint, response_uri])
    return cbor.write([None, None, ["OpenID4VPHandover", hashlib.sha256(info).digest()]])


def openid4vp_browser_transcript(*, origin: str, nonce: str, key_thumbprint: bytes | None) -> bytes:
    """The transcript of an answer by way of a browser's Digital Credentials API (OpenID4VP 1.0 Appendix B.2.6.2)."""
    info = cbor.write([origin, nonce, key_thumbprint])
    return cbor.write([None, None, ["OpenID4VPDCAPIHandover", hashlib.sha256(info).digest()]])


def new_nonce() -> bytes:
    """A fresh nonce; requests carry it in hexadecimal."""
    return secrets.token_bytes(NONCE_BYTES)


def new_session(*, application: str, nonce: bytes, transcript: bytes, moment: datetime) -> Challenge:
    """The challenge to keep for a phone's answer. The caller made ``transcript`` with ``nonce`` in its request."""
    _require_transcript(transcript)
    text = f"{_TITLE}\nnonce: {nonce.hex()}\ntranscript: {transcript.hex()}\n"
    return Challenge(nonce, PURPOSE, application, text.encode("ascii"), moment + CHALLENGE_LIFE)


def transcript_of(challenge: Challenge) -> bytes:
    """The transcript that was kept; raises :class:`SessionOther` for a challenge that is no session."""
    try:
        title, nonce, transcript, end = challenge.text.decode("ascii").split("\n")
        found = bytes.fromhex(transcript.removeprefix("transcript: "))
        _require_transcript(found)
    except (ValueError, CborRefused, RecordStructure) as error:
        raise SessionOther from error
    if (title, nonce, end) != (_TITLE, f"nonce: {challenge.nonce.hex()}", ""):
        raise SessionOther
    return found


def _require_transcript(transcript: bytes) -> None:
    what = "session transcript"
    cbor.an_array(cbor.read(transcript, what=what, limit=MAX_TRANSCRIPT), what, 3)
