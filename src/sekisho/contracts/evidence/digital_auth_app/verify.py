"""Verify a sign-in by デジタル認証アプリ. Steps 0 to 10 are those of every sign-in (:mod:`..oidc.verify`); then:

(11) the class is that of card and PIN; it may say how revocation was checked
(12) the items read from the card are read, and compared with the application: another person's card is refused, since
     an ``authentication`` has no attribute that could say so; without items it is known to be nobody's (``tied``)

What this doesn't do: verify an electronic signature. The authentication API proves that the holder of the card's
user-authentication key signed in, and hands over what the card's memory says; whoever needs the method by signature
(署名用電子証明書) takes the kind ``jpki``. The bytes that the provider's signing API signs are unconfirmed, so that API
isn't used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.contracts.evidence.digital_auth_app import profile
from sekisho.contracts.evidence.digital_auth_app.errors import CardOfAnother, ClassUnknown, GenderUnreadable
from sekisho.contracts.evidence.digital_auth_app.steps import KIND, STEPS
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.oidc.document import SignInDocument
from sekisho.contracts.evidence.oidc.person import agreements, person_of
from sekisho.contracts.evidence.oidc.provider import Providers
from sekisho.contracts.evidence.oidc.userinfo import WHAT
from sekisho.contracts.evidence.oidc.verify import VerifiedSignIn, walk_sign_in
from sekisho.contracts.evidence.steps import Proof, Report, Walk
from sekisho.contracts.evidence.verifier import Person
from sekisho.engine.facts import Text, Value

LEFT_TO_CALLER: Final = (
    Text(
        "これは当人認証と券面の項目の読取りで、電子署名による本人確認（規則3条1項1号ト）ではありません。"
        "署名による方法には署名用電子証明書の検証（jpki）が要ります",
        "this is an authentication and a reading of the card's items, not the method by electronic signature "
        "(Ordinance art. 3(1)(i)(g)); that needs a signing certificate (kind jpki)",
    ),
    Text(
        "提供元の署名APIが署名するデータの形式は公開資料で確かめられていないため、使いません",
        "what exactly the provider's signing API signs is unconfirmed, so its result isn't used",
    ),
    Text(
        "暗証番号の入力、カードの読取り、失効の確認は提供元が行ったもので、提供元の言明に依ります",
        "PIN, reading of the card and the check of revocation were the provider's and rest on its word",
    ),
)

_WHO: Final = ("name_agrees", "birth_date_agrees")
"""What says whose card it is. An address changes, and the card may not have followed yet."""

_NO_ITEMS: Final = Text("確かめられた券面の項目がありません", "there are no items that could be checked")
_AGREE: Final = Text("申込みと一致", "agrees with the application")
_DIFFER: Final = Text("申込みと違う", "differs from the application")
_NOT_COMPARED: Final = Text("比べる項目がありません", "nothing to compare")
_ITEMS: Final = {
    "name_agrees": Text("氏名", "name"),
    "address_agrees": Text("住居", "address"),
    "birth_date_agrees": Text("生年月日", "date of birth"),
}


@dataclass(frozen=True, slots=True)
class VerifiedAuthentication:
    """A holder of a card who signed in with its PIN. ``shown``: what the card says, if told.

    ``tied``: its name and date of birth are the person's.
    """

    sign_in: VerifiedSignIn
    revocation: str | None
    shown: Person = field(repr=False)
    tied: bool
    verified_at: datetime
    proof: Proof

    def __post_init__(self) -> None:
        """Nothing but the steps makes one."""
        self.proof.require(KIND, {0, *range(2, 10), 11})

    def facts(self) -> dict[str, Value]:
        """Attributes of an ``authentication``. No identity: the kind has no attribute for it."""
        return {
            "at": japan_date(self.verified_at),
            "factors": profile.FACTORS,
            "distinct_factors": len(profile.FACTORS),
            "jpki_authentication": True,
        }


@dataclass(frozen=True, slots=True)
class AuthenticationResult:
    """The report, and the verified value where there is one."""

    report: Report
    verified: VerifiedAuthentication | None


def verify_authentication(
    document: SignInDocument,
    *,
    providers: Providers,
    application: str,
    stated: Person,
    moment: datetime,
    challenges: Challenges | None,
) -> AuthenticationResult:
    """Verify as of ``moment`` (aware). Never raises for what the document holds: the report says what failed."""
    walk = Walk(STEPS)
    try:
        sign_in = walk_sign_in(
            walk,
            document,
            providers,
            kind=KIND,
            application=application,
            moment=moment,
            challenges=challenges,
            needs_userinfo=False,
        )
        with walk.step(11) as note:
            mode = _revocation_mode(sign_in.event.acr)
            note.text = Text(f"失効確認: {mode or '示されていません'}", f"revocation: {mode or 'not told how'}")
        shown, found = Person(), dict[str, bool]()
        if sign_in.userinfo is None:
            walk.leave(12, _NO_ITEMS)
        else:
            with walk.step(12) as note:
                shown = _shown(sign_in.userinfo)
                found = agreements(shown, stated)
                note.text = _compared(found)
                if False in (found.get(name) for name in _WHO):
                    raise CardOfAnother
        tied = all(found.get(name) is True for name in _WHO)
        verified = VerifiedAuthentication(sign_in, mode, shown, tied, moment, walk.proof(0, *range(2, 10), 11))
    except (EvidenceRefused, NotCheckable) as error:
        return AuthenticationResult(walk.refused(error, left_to_caller=LEFT_TO_CALLER), None)
    return AuthenticationResult(walk.report(verified.facts(), left_to_caller=LEFT_TO_CALLER), verified)


def _revocation_mode(acr: str | None) -> str | None:
    """How the provider asked about revocation; None where ``acr`` has the level alone."""
    level, _, mode = (acr or "").partition(" ")
    if level != profile.LEVEL or (mode and mode not in profile.REVOCATION_MODES):
        raise ClassUnknown(found=acr or "–")
    return mode or None


def _shown(claims: Mapping[str, Any]) -> Person:
    if "gender" in claims and str(claims["gender"]) not in profile.GENDERS:
        raise GenderUnreadable
    return person_of(claims, what=WHAT)


def _compared(found: Mapping[str, bool]) -> Text:
    if not found:
        return _NOT_COMPARED
    said = [(_ITEMS[name], _AGREE if value else _DIFFER) for name, value in found.items()]
    return Text(
        "、".join(f"{item.ja}: {how.ja}" for item, how in said),
        ", ".join(f"{item.en}: {how.en}" for item, how in said),
    )
