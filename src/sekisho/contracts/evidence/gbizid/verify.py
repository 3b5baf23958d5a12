"""Verify a gBizID sign-in. Steps 0 to 10 are those of every sign-in (:mod:`..oidc.verify`); then:

(11) the kind of account: プライム or メンバー, of a corporation; an エントリー account shows nothing
(12) framework, level and procedure of the verification fit the account
(13) the role fits the account, and the corporate number is one and, where the application states it, the same

What this doesn't do: show that a メンバー may conclude a contract (it shows that the person belongs to the corporation:
在籍, not authority), give the acting person's address, or say that a private operator may connect to gBizID at all.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.gbizid import profile
from sekisho.contracts.evidence.gbizid.errors import (
    AccountTypeUnknown,
    AuthorityDiffers,
    CorporateNumberWrong,
    EntryAccount,
    NotACorporation,
    ProcessDiffers,
)
from sekisho.contracts.evidence.gbizid.profile import AccountType, CorporationType
from sekisho.contracts.evidence.gbizid.steps import AFFILIATION_STEPS, KIND, STEPS
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.oidc import messages
from sekisho.contracts.evidence.oidc.document import SignInDocument
from sekisho.contracts.evidence.oidc.person import agreements, person_of
from sekisho.contracts.evidence.oidc.provider import Providers
from sekisho.contracts.evidence.oidc.userinfo import WHAT
from sekisho.contracts.evidence.oidc.verified_claims import ClaimSet, Verification, one_of_frameworks
from sekisho.contracts.evidence.oidc.verify import VerifiedSignIn, walk_sign_in
from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.registry.errors import CorporateNumberWrong as NotACorporateNumber
from sekisho.contracts.evidence.steps import Proof, Report, Steps, Walk
from sekisho.contracts.evidence.verifier import Person
from sekisho.engine.facts import Text, Value

LEFT_TO_CALLER: Final = (
    Text(
        "民間の通信事業者がgBizIDに接続してよいかどうかは確認できていません（行政サービス向けの仕組みです）。"
        "デジタル庁に確かめてください",
        "whether a private operator may connect to gBizID (built for administrative services) is unconfirmed: "
        "ask the Digital Agency",
    ),
    Text(
        "メンバーは法人に属すること（在籍）を示すだけで、契約を結ぶ権限は示しません",
        "メンバー shows that the person belongs to the corporation, not an authority to conclude contracts",
    ),
    Text(
        "手続をする人の住居は含まれません。代表者等の本人確認は別に要ります",
        "the acting person's address isn't told: that person must be verified apart",
    ),
)

NO_NUMBER_STATED: Final = Text(
    "申込みに法人番号がないため、同じ法人かどうかは比べていません",
    "the application states no corporate number: whether it is the same corporation wasn't compared",
)

_PROOFS: Final = {AccountType.PRIME: "gbizid_prime", AccountType.MEMBER: "gbizid_member"}
_MARK: Final = "authority"


@dataclass(frozen=True, slots=True)
class VerifiedAuthority:
    """Somebody's standing in a corporation. ``shown`` has a プライム's name and date of birth.

    ``compared``: the application states a corporate number, and it is this one.
    """

    sign_in: VerifiedSignIn
    account: AccountType
    corporate_number: str = field(repr=False)
    compared: bool
    shown: Person = field(repr=False)
    agrees: Mapping[str, bool]
    verified_at: datetime
    proof: Proof

    def __post_init__(self) -> None:
        """Nothing but the steps makes one."""
        self.proof.require(self.sign_in.kind, {0, *range(2, 14)})

    def facts(self) -> dict[str, Value]:
        """Attributes of an ``authority_proof`` or, of the other kind, of an ``affiliation_proof``.

        A メンバー's name isn't verified there, so whether it agrees is unknown.
        """
        at, how = japan_date(self.verified_at), _PROOFS[self.account]
        if self.sign_in.kind == KIND:
            return {"at": at, "proof": how}
        facts: dict[str, Value] = {"at": at, "shown_by": how}
        if self.compared:
            facts["corporation_agrees"] = True
        if "name_agrees" in self.agrees:
            facts["name_agrees"] = self.agrees["name_agrees"]
        return facts


@dataclass(frozen=True, slots=True)
class AuthorityResult:
    """The report, and the verified value where there is one."""

    report: Report
    verified: VerifiedAuthority | None


def verify_authority(
    document: SignInDocument,
    *,
    providers: Providers,
    application: str,
    stated: Person,
    moment: datetime,
    challenges: Challenges | None,
) -> AuthorityResult:
    """Verify as of ``moment`` (aware). Never raises for what the document holds: the report says what failed."""
    return _verify(STEPS, document, providers, application, stated, moment, challenges)


def verify_affiliation(
    document: SignInDocument,
    *,
    providers: Providers,
    application: str,
    stated: Person,
    moment: datetime,
    challenges: Challenges | None,
) -> AuthorityResult:
    """As :func:`verify_authority`, as evidence of 在籍: both accounts belong to the corporation."""
    return _verify(AFFILIATION_STEPS, document, providers, application, stated, moment, challenges)


def _verify(
    steps: Steps,
    document: SignInDocument,
    providers: Providers,
    application: str,
    stated: Person,
    moment: datetime,
    challenges: Challenges | None,
) -> AuthorityResult:
    walk = Walk(steps)
    try:
        sign_in = walk_sign_in(
            walk,
            document,
            providers,
            kind=steps.kind,
            application=application,
            moment=moment,
            challenges=challenges,
            needs_userinfo=True,
        )
        claims = sign_in.userinfo or {}
        with walk.step(11) as note:
            account = _account(claims)
            note.text = Text(account.name, account.name)
        with walk.step(12):
            # The ID token holds no items (guideline): only the userinfo is asked.
            found = one_of_frameworks((claims,), profile.TRUST_FRAMEWORKS)
            _check_process(account, found.verification)
        with walk.step(13) as note:
            shown = person_of(found.claims, what=WHAT) if account is AccountType.PRIME else Person()
            number = _authority(account, found)
            if document.corporate_number is None:
                note.text = NO_NUMBER_STATED
            elif not hmac.compare_digest(number, document.corporate_number):
                raise CorporateNumberWrong(problem_ja="申込みの法人と違います", problem_en="is another corporation's")
        verified = VerifiedAuthority(
            sign_in,
            account,
            number,
            document.corporate_number is not None,
            shown,
            agreements(shown, stated),
            moment,
            walk.proof(0, *range(2, 14)),
        )
    except (EvidenceRefused, NotCheckable) as error:
        return AuthorityResult(walk.refused(error, left_to_caller=LEFT_TO_CALLER), None)
    return AuthorityResult(walk.report(verified.facts(), left_to_caller=LEFT_TO_CALLER), verified)


def _account(claims: Mapping[str, Any]) -> AccountType:
    try:
        account = AccountType(_code(claims, "account_type"))
    except ValueError:
        raise AccountTypeUnknown(member="account_type") from None
    if account is AccountType.ENTRY:
        raise EntryAccount
    try:
        corporation = CorporationType(_code(claims, "corp_type"))
    except ValueError:
        raise AccountTypeUnknown(member="corp_type") from None
    if corporation is CorporationType.SOLE_PROPRIETOR:
        raise NotACorporation
    return account


def _code(claims: Mapping[str, Any], name: str) -> str:
    """Digits as text or as a number: no source at hand says which [U]."""
    found = claims.get(name)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def _check_process(account: AccountType, verification: Verification) -> None:
    procedure, level = verification.procedure, verification.assurance_level
    if account is AccountType.PRIME:
        fits = procedure in profile.PRIME_PROCEDURES and level == profile.LEVEL
    else:
        fits = procedure == profile.MEMBER_PROCEDURE
    if not fits:
        raise ProcessDiffers(found=f"{level or '–'} / {procedure or '–'}")


def _authority(account: AccountType, found: ClaimSet) -> str:
    """The corporate number to which the authority applies, with the role that goes with the account."""
    authority = messages.object_member(found.claims, "authority", what=WHAT)
    permissions = authority.get("permission")
    if not isinstance(permissions, list) or not 0 < len(permissions) <= profile.MAX_PERMISSIONS:
        raise AuthorityDiffers(found="–")
    roles = {messages.text(one, "role", what=_MARK, limit=100) for one in permissions if isinstance(one, dict)}
    if roles != {profile.ROLES[account]}:
        raise AuthorityDiffers(found=", ".join(sorted(roles))[:100] or "–")
    applies = messages.object_member(authority, "applies_to", what=_MARK)
    number = messages.text(applies, "registration_number", what=_MARK, limit=20)
    try:
        return CorporateNumber(number).digits
    except NotACorporateNumber:
        raise CorporateNumberWrong(
            problem_ja="正しい形ではありません", problem_en="isn't one (see its check digit)"
        ) from None
