"""Steps 0 to 10 of every kind that rests on a sign-in; the kind's own steps come after. In their order:

 (0) the document names a configured provider, and its parts have their sizes
 (1) the sign-in was begun here, as the document says and for this application, and this is its only answer
 (2) the answer: our state, and the issuer where the provider says it (mix-up)
 (3) the ID token is a signed JWT by an algorithm of the profile, and its header brings nothing of its own
 (4) its key is one of the provider's
 (5) signature
 (6) issuer, audience, authorized party
 (7) nonce
 (8) times
 (9) the authentication: as recent and as strong as was asked for
(10) the userinfo is about the same person, and signed or known to have come from the provider

What was asked for and what came is our own record's where one is at hand. A document alone brings its own: then step 1
is not done, a userinfo without a signature isn't used, and the report says so. What this doesn't do: talk to the
provider, or judge what the provider means by its words.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sekisho.contracts.evidence.jpki.errors import NonceExpired, NonceForAnother, NonceUnknown, NonceUsed
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.oidc.authorization import check_issuer
from sekisho.contracts.evidence.oidc.compact import check_signature, claims_of, take_apart
from sekisho.contracts.evidence.oidc.document import SignInDocument, challenge_of_kind, received_text
from sekisho.contracts.evidence.oidc.errors import (
    AuthenticationNotTold,
    ProviderKeysMissing,
    SignInExpired,
    SignInForAnother,
    SignInUnknown,
    SignInUsed,
    StateDiffers,
    TokenFromTheFuture,
    UserinfoMissing,
    UserinfoUnproven,
)
from sekisho.contracts.evidence.oidc.id_token import (
    WHAT,
    AuthenticationEvent,
    check_event,
    check_nonce,
    check_parties,
    check_times,
    subject_of,
)
from sekisho.contracts.evidence.oidc.ports import SIGN_IN
from sekisho.contracts.evidence.oidc.profile import LEEWAY
from sekisho.contracts.evidence.oidc.provider import Provider, Providers
from sekisho.contracts.evidence.oidc.userinfo import is_signed, read_userinfo
from sekisho.contracts.evidence.steps import NO_REASON, FieldUse, Proof, Step, Treatment, Walk
from sekisho.engine.facts import Text

_CORE: Final = "OpenID Connect Core 1.0"

SIGN_IN_STEPS: Final = (
    Step(0, Text("設定された提供元と大きさ", "a configured provider, and sizes"), f"{_CORE} §2; RFC 8725 §3.11"),
    Step(1, Text("当方が始めた一度限りのサインイン", "a sign-in begun here, answered once"), "RFC 6749 §10.12"),
    Step(2, Text("回答の state と発行者", "the answer's state and issuer"), "RFC 6749 §10.12; RFC 9207 §2.4"),
    Step(3, Text("署名方式とヘッダー", "algorithm and header"), f"{_CORE} §3.1.3.7 (7); RFC 8725 §3.1, §3.10"),
    Step(4, Text("提供元の鍵", "the provider's key"), f"{_CORE} §10.1"),
    Step(5, Text("署名", "signature"), f"{_CORE} §3.1.3.7 (6); RFC 7515 §5.2"),
    Step(6, Text("発行者とあて先", "issuer and audience"), f"{_CORE} §3.1.3.7 (2)–(5)"),
    Step(7, Text("nonce", "nonce"), f"{_CORE} §3.1.3.7 (11)"),
    Step(8, Text("期限と発行時刻", "expiry and time of issue"), f"{_CORE} §3.1.3.7 (9), (10)"),
    Step(9, Text("認証の時刻と強さ", "when and how the person authenticated"), f"{_CORE} §3.1.3.7 (12), (13)"),
    Step(10, Text("利用者情報が同じ人のもの", "userinfo about the same person"), f"{_CORE} §5.3.2"),
)
"""The steps that all these kinds share."""

NOT_OURS: Final = Text(
    "サインインの記録がないため、当方が始めたことと再使用でないことは確かめていません（文書にある値と比べました）",
    "no record of sign-ins: neither that it was begun here nor reuse was checked, only the document's own values",
)
"""Why step 1 isn't done for a document alone."""

_NO_USERINFO: Final = Text("利用者情報は添えられていません", "no userinfo was given")
_PLAIN_USERINFO: Final = Text(
    "署名のない利用者情報です。当方が提供元からTLS通信で受け取った記録（手順1）に依ります",
    "no signature: rests on our own record (step 1) that it came from the provider by TLS",
)
_UNPROVEN_USERINFO: Final = Text(
    "署名がなく、受け取った記録も手元にないため、使いません",
    "no signature and no record that the provider sent it: not used",
)
_SIGNED_USERINFO: Final = Text("署名を確かめました", "signed, and the signature holds")

_V, _O, _I = Treatment.VERIFIED, Treatment.OPTIONAL, Treatment.IGNORED

TOKEN_USES: Final = (
    FieldUse("iss", _V, 6),
    FieldUse("aud", _V, 6),
    FieldUse("azp", _O, 6),
    FieldUse("sub", _V, 10),
    FieldUse("nonce", _V, 7),
    FieldUse("exp", _V, 8),
    FieldUse("iat", _V, 8),
    FieldUse("nbf", _O, 8),
    FieldUse("auth_time", _O, 9),
    FieldUse("acr", _O, 9),
    FieldUse("amr", Treatment.UNVERIFIABLE, reason="the provider's word; recorded, never counted as factors"),
    FieldUse(
        "at_hash", _I, reason="the access token comes by the same TLS answer; optional in the code flow (§3.1.3.6)"
    ),
    FieldUse("jti", _I, reason="a document answers one sign-in (step 1), which is stricter than an id of the token"),
    FieldUse("sid", _I, reason="the provider's session; no session is kept here"),
)
"""Claims of an ID token that all these kinds treat alike."""


@dataclass(frozen=True, slots=True)
class VerifiedSignIn:
    """A sign-in whose ID token holds. ``ours``: our own record says that it was begun here and answered once.

    ``userinfo`` is None where none was given. The claims are personal data.
    """

    provider: Provider
    subject: str = field(repr=False)
    claims: Mapping[str, Any] = field(repr=False)
    userinfo: Mapping[str, Any] | None = field(repr=False)
    event: AuthenticationEvent
    ours: bool
    kind: str
    proof: Proof

    def __post_init__(self) -> None:
        """Steps 1 and 10 may be left out, and then ``ours`` and ``userinfo`` say so."""
        self.proof.require(self.kind, {0, 2, 3, 4, 5, 6, 7, 8, 9})
        if self.ours:
            self.proof.require(self.kind, {1})
        if self.userinfo is not None:
            self.proof.require(self.kind, {10})


def walk_sign_in(
    walk: Walk,
    document: SignInDocument,
    providers: Providers,
    *,
    kind: str,
    application: str,
    moment: datetime,
    challenges: Challenges | None,
    needs_userinfo: bool,
) -> VerifiedSignIn:
    """Do steps 0 to 10; raises what stopped them, marked with its step."""
    begun = document.begun
    with walk.step(0):
        provider = providers.find(begun.issuer, begun.client_id)
    if challenges is None:
        walk.leave(1, NOT_OURS)
    else:
        with walk.step(1, challenges.limits):
            _use_up(challenges, document, kind, application, moment)
    with walk.step(2):
        if not hmac.compare_digest(document.answer_state.encode(), begun.state.encode()):
            raise StateDiffers
        check_issuer(document.answer_iss, begun.issuer, answers_with_issuer=provider.answers_with_issuer)
    with walk.step(3):
        token = take_apart(document.id_token, what=WHAT, algorithms=provider.profile.token_algorithms)
    with walk.step(4):
        if provider.keys is None:
            raise ProviderKeysMissing(issuer=provider.issuer)
        key = provider.keys.find(token.kid, token.algorithm, what=WHAT)
    with walk.step(5):
        check_signature(token, key)
        claims = claims_of(token)
    with walk.step(6):
        check_parties(claims, provider, what=WHAT)
        subject = subject_of(claims, what=WHAT)
    with walk.step(7):
        check_nonce(claims, begun)
    with walk.step(8):
        if begun.begun_at > moment + LEEWAY:
            raise TokenFromTheFuture(claim="begun_at", at=begun.begun_at.isoformat())
        check_times(claims, begun, moment)
    with walk.step(9) as note:
        _require_asked(document, provider)
        event = check_event(claims, begun, moment)
        note.text = _told(event)
    ours = challenges is not None
    userinfo = _userinfo(walk, document, provider, subject, ours=ours, needed=needs_userinfo)
    done = {0, *range(2, 10)} | ({1} if ours else set()) | ({10} if userinfo is not None else set())
    proof = walk.proof(*sorted(done))
    return VerifiedSignIn(provider, subject, claims, userinfo, event, ours, kind, proof)


def _userinfo(
    walk: Walk, document: SignInDocument, provider: Provider, subject: str, *, ours: bool, needed: bool
) -> Mapping[str, Any] | None:
    """Step 10; None where there is none that could be used."""
    given = document.userinfo
    if given is not None and (is_signed(given) or ours):
        with walk.step(10, _SIGNED_USERINFO if is_signed(given) else _PLAIN_USERINFO):
            return read_userinfo(given, provider, subject=subject)
    if needed:
        with walk.step(10):
            raise UserinfoMissing if given is None else UserinfoUnproven
    if given is None:
        walk.leave(10, _NO_USERINFO)
    else:
        walk.could_not_check(10, _UNPROVEN_USERINFO)
    return None


def _use_up(challenges: Challenges, document: SignInDocument, kind: str, application: str, moment: datetime) -> None:
    """The nonce counts once, for this application, and only for what our own record says was asked and came."""
    begun = document.begun
    with named_as_sign_in():
        known = challenges.consume(
            challenge_of_kind(begun.nonce, kind), purpose=SIGN_IN, application=application, moment=moment
        )
    received = received_text(
        begun,
        kind=kind,
        answer_iss=document.answer_iss,
        id_token=document.id_token,
        userinfo=document.userinfo,
    )
    if known.text != received:
        raise SignInForAnother


@contextmanager
def named_as_sign_in() -> Iterator[None]:
    """What a store of challenges says, in the words of sign-ins."""
    try:
        yield
    except NonceUnknown:
        raise SignInUnknown from None
    except NonceUsed:
        raise SignInUsed from None
    except NonceExpired as error:
        raise SignInExpired(**error.fields) from None
    except NonceForAnother:
        raise SignInForAnother from None


def _require_asked(document: SignInDocument, provider: Provider) -> None:
    """A document can't ask for less than the operator's configuration does."""
    begun = document.begun
    if provider.acr_values and (not begun.acr_values or not set(begun.acr_values) <= set(provider.acr_values)):
        raise AuthenticationNotTold(claim="acr_values (request)")
    if provider.max_age is not None and (begun.max_age is None or begun.max_age > provider.max_age):
        raise AuthenticationNotTold(claim="max_age (request)")


def _told(event: AuthenticationEvent) -> Text:
    if event.at is None and event.acr is None:
        return NO_REASON
    at = "–" if event.at is None else event.at.isoformat()
    said = f"auth_time: {at}, acr: {event.acr or '–'}, amr: {' '.join(event.amr) or '–'}"
    return Text(said, said)
