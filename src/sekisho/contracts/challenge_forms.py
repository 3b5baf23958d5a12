"""Which challenge each purpose has: most sign a text, a chip answers eight bytes, a provider repeats a nonce.

A purpose with a form of its own is here; every other gets the text that a person reads and signs. Those whose text is
what a protocol said aren't made here but by whoever speaks it: a phone's session (``smartphone_card``,
:func:`sekisho.contracts.evidence.mdoc.session.new_session`) and sign-ins (:mod:`sekisho.contracts.sign_in`), which
read that text again and believe it.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.face_match import challenge as face_match
from sekisho.contracts.evidence.jpki.model import Challenge
from sekisho.contracts.evidence.jpki.ports import new_challenge
from sekisho.contracts.evidence.mdoc import session
from sekisho.contracts.evidence.oidc.ports import SIGN_IN, STATE
from sekisho.contracts.evidence.passport import challenge as passport

_NO_TEXT = {face_match.PURPOSE: face_match.new_challenge, passport.PURPOSE: passport.new_challenge}

_MADE_ELSEWHERE = {
    session.PURPOSE: "a phone's session is made with its transcript",
    STATE: "a sign-in is begun at its provider",
    SIGN_IN: "a sign-in is begun at its provider",
}


def challenge_of(purpose: str, *, application: str, agreed_to: str | None, moment: datetime) -> Challenge:
    """A new challenge, not kept yet. ``agreed_to`` is what a signature stands for, and only a signature has it.

    Raises ``MissingField``, ``WrongValue``.
    """
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
