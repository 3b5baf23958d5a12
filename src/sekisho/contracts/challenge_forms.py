"""Which challenge each purpose has: most sign a text, a chip answers eight bytes, a provider repeats a nonce.

A purpose with a form of its own is here; every other gets the text that a person reads and signs. A phone's session
(``smartphone_card``) is made from what its request will say::

    {"protocol": "openid4vp", "client_id": "…", "response_uri": "https://…", "key_thumbprint": "<64 hex digits>"}
    {"protocol": "openid4vp_browser", "origin": "https://…", "key_thumbprint": "<64 hex digits>"}

with the nonce of the challenge in hexadecimal as the request's; the thumbprint is left out where answers aren't
encrypted. The transcript is worked out here and never taken from anybody, so an old answer fits no new challenge.
Sign-ins (:mod:`sekisho.contracts.sign_in`) aren't made here: they read their text again and believe it.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.face_match import challenge as face_match
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import new_challenge
from sekisho.contracts.evidence.mdoc import session
from sekisho.contracts.evidence.oidc.ports import SIGN_IN, STATE
from sekisho.contracts.evidence.passport import challenge as passport
from sekisho.contracts.field_reading import as_printable, need, only

_NO_TEXT = {face_match.PURPOSE: face_match.new_challenge, passport.PURPOSE: passport.new_challenge}

_THUMBPRINT = re.compile(r"[0-9a-f]{64}", re.ASCII)

_MADE_ELSEWHERE = {
    STATE: "a sign-in is begun at its provider",
    SIGN_IN: "a sign-in is begun at its provider",
}


def challenge_of(
    purpose: str,
    *,
    application: str,
    agreed_to: str | None,
    moment: datetime,
    asked: Mapping[str, Any] | None = None,
) -> Challenge:
    """A new challenge, not kept yet. ``agreed_to`` is what a signature stands for, and only a signature has it.

    ``asked`` is what a phone's request will say, and only its session has it. Raises ``MissingField``, ``WrongValue``,
    ``UnknownField``.
    """
    if purpose == session.PURPOSE:
        if agreed_to is not None:
            raise WrongValue(field="agreed_to", expected="left out: nothing is signed")
        if asked is None:
            raise MissingField(field="session")
        nonce = session.new_nonce()
        transcript = _transcript(asked, nonce.hex())
        return session.new_session(application=application, nonce=nonce, transcript=transcript, moment=moment)
    if asked is not None:
        raise WrongValue(field="session", expected=f"left out: only {session.PURPOSE} has one")
    if purpose in _MADE_ELSEWHERE:
        raise WrongValue(field="purpose", expected=f"another: {_MADE_ELSEWHERE[purpose]}")
    make = _NO_TEXT.get(purpose)
    if make is None:
        if agreed_to is None:
            raise MissingField(field="agreed_to")
        return new_challenge(purpose=purpose, application=application, agreed_to=agreed_to, moment=moment)
    if agreed_to is not None:
        raise WrongValue(field="agreed_to", expected="left out: nothing is signed")
    return make(application=application, moment=moment)


def _transcript(asked: Mapping[str, Any], nonce: str) -> bytes:
    protocol = as_printable(need(asked, "protocol", "session"), "session.protocol")
    thumbprint = None
    if "key_thumbprint" in asked:
        written = as_printable(asked["key_thumbprint"], "session.key_thumbprint")
        if _THUMBPRINT.fullmatch(written) is None:
            raise WrongValue(field="session.key_thumbprint", expected="64 hexadecimal digits (RFC 7638, SHA-256)")
        thumbprint = bytes.fromhex(written)
    if protocol == "openid4vp":
        only(asked, {"protocol", "client_id", "response_uri", "key_thumbprint"}, "session")
        client, uri = (
            as_printable(need(asked, name, "session"), f"session.{name}") for name in ("client_id", "response_uri")
        )
        return session.openid4vp_transcript(client_id=client, nonce=nonce, response_uri=uri, key_thumbprint=thumbprint)
    if protocol == "openid4vp_browser":
        only(asked, {"protocol", "origin", "key_thumbprint"}, "session")
        origin = as_printable(need(asked, "origin", "session"), "session.origin")
        return session.openid4vp_browser_transcript(origin=origin, nonce=nonce, key_thumbprint=thumbprint)
    raise WrongValue(field="session.protocol", expected="openid4vp or openid4vp_browser")


def challenge_document(challenge: Challenge) -> dict[str, Any]:
    """What the app that answers is given. ``chip_challenge`` is what a passport's chip is asked to answer."""
    told = {
        "application": challenge.application,
        "purpose": challenge.purpose,
        "nonce": challenge.nonce.hex(),
        "text": base64.b64encode(challenge.text).decode("ascii"),
        "expires_at": challenge.expires_at.isoformat(),
    }
    if challenge.purpose == passport.PURPOSE:
        told["chip_challenge"] = passport.chip_challenge(challenge.nonce).hex()
    return told
