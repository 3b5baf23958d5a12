"""Verify another firm's result. Steps 0 to 10 are those of every sign-in (:mod:`..oidc.verify`); then:

(11) there is one result under a framework that was agreed on
(12) its level was agreed on; its method, the revision of law (in force then), its time and its record are told
(13) every item asked for is there
(14) a record that was agreed on shows that the items were up to date lately
(15) the person authenticated for this application, after it was begun, in a class with two different factors
(16) the person was told of the data flow between the two firms and agreed
(17) the items are compared with the application

Steps 14 to 16 are left where nothing was agreed, told or brought, and then their facts are absent. What this doesn't
do: look into the other firm's record, or say that the law has such a method: it has none, and every rule that looks at
the result is a proposal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sekisho.clock import japan_date
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.oidc.document import Consent, SignInDocument
from sekisho.contracts.evidence.oidc.errors import UserinfoUnproven, VerifiedClaimsMissing
from sekisho.contracts.evidence.oidc.person import agreements, person_of
from sekisho.contracts.evidence.oidc.profile import LEEWAY
from sekisho.contracts.evidence.oidc.provider import Provider, Providers
from sekisho.contracts.evidence.oidc.verified_claims import MEMBER, ClaimSet, EvidenceRecord, one_of_frameworks
from sekisho.contracts.evidence.oidc.verify import VerifiedSignIn, walk_sign_in
from sekisho.contracts.evidence.reliance.agreement import Agreement
from sekisho.contracts.evidence.reliance.errors import (
    ConsentRefused,
    LevelDiffers,
    PolicyRefused,
    VerifiedInTheFuture,
)
from sekisho.contracts.evidence.reliance.profile import INSTRUMENTS, REVISION
from sekisho.contracts.evidence.reliance.steps import KIND, STEPS
from sekisho.contracts.evidence.steps import Proof, Report, Walk
from sekisho.contracts.evidence.verifier import Person
from sekisho.engine.facts import Text, Value

LEFT_TO_CALLER: Final = (
    Text(
        "他社の本人確認結果への依拠は現行法の方法ではありません。提案の規則がシミュレーションに使うだけで、契約の可否を決めません",
        "reliance is no method of the law as it stands: proposals use it to simulate, and it decides no contract",
    ),
    Text(
        "依拠先が示したとおりに確認し記録を保存していることは、依拠先の言明と二社の取決めに依ります",
        "that the other firm verified as it says and keeps the record rests on its word and the agreement",
    ),
)

_CONSENT_SAID: Final = Text(
    "説明と同意は送り手の申出です（説明文のハッシュ値を記録しました）",
    "explanation and consent are the sender's word (the text's hash is on record)",
)
_NO_LATEST_AGREED: Final = Text(
    "最新であることを何で示すかを取り決めていません", "nothing was agreed on by which items are shown to be current"
)
_NO_LATEST: Final = Text("最新であることを示す記録がありません", "no record shows that the items are current")
_NOT_FOR_US: Final = Text(
    "当方が始めたサインインの記録がないため、この申込みのための認証とは言えません",
    "without our own record of the sign-in, nobody can say that it was for this application",
)
_NOT_TOLD: Final = Text("認証の時刻か強さが示されていません", "when or how the person authenticated isn't told")
_NO_CONSENT: Final = Text("説明と同意の記録は添えられていません", "no record of explanation and consent was brought")
_NOTHING_STATED: Final = Text("申込みに比べる項目がありません", "the application states nothing to compare")


@dataclass(frozen=True, slots=True)
class VerifiedReliance:
    """Another firm's result, with what both sides have to record. ``shown`` is personal data.

    ``latest`` and ``authenticated`` are None where nobody can tell.
    """

    sign_in: VerifiedSignIn
    agreement: Agreement
    result: ClaimSet = field(repr=False)
    proofing: str
    latest: bool | None
    latest_at: datetime | None
    authenticated: bool | None
    consent: Consent | None
    shown: Person = field(repr=False)
    agrees: Mapping[str, bool]
    verified_at: datetime
    proof: Proof

    def __post_init__(self) -> None:
        """Nothing but the steps makes one."""
        self.proof.require(KIND, {0, *range(2, 10), 11, 12, 13})
        if self.authenticated is not None and not self.sign_in.ours:
            raise ValueError("only our own record tells that somebody authenticated for us")

    def facts(self) -> dict[str, Value]:
        """Attributes of a ``reliance_result``; what nobody can tell is absent."""
        facts: dict[str, Value] = {
            "at": japan_date(self.verified_at),
            "relied_on": self.agreement.party,
            "proofing": self.proofing,
            **self.agrees,
        }
        if self.latest is not None:
            facts["attributes_latest"] = self.latest
        if self.authenticated is not None:
            facts["authenticated_here"] = self.authenticated
        return facts

    def record(self) -> dict[str, Any]:
        """Both sides for the record: who is relied on, how and under what law they verified, and what was done here."""
        verification, event, consent = self.result.verification, self.sign_in.event, self.consent
        return {
            "relied_on": {
                "issuer": self.sign_in.provider.issuer,
                "name": self.agreement.name,
                "party": self.agreement.party,
                "trust_framework": verification.trust_framework,
                "assurance_level": verification.assurance_level,
                "method": verification.procedure,
                "proofing": self.proofing,
                "law": verification.policy,
                "verified_at": _time(verification.time),
                "record": verification.process,
                "items_current_at": _time(self.latest_at),
            },
            "relying": {
                "agreement": self.agreement.id,
                "client_id": self.sign_in.provider.client_id,
                "authenticated_at": _time(event.at),
                "acr": event.acr,
                "amr": list(event.amr),
                "for_this_application": self.authenticated,
                "consent_at": None if consent is None else _time(consent.agreed_at),
                "consent_text_sha256": None if consent is None else consent.text_sha256,
                "verified_at": _time(self.verified_at),
            },
        }


@dataclass(frozen=True, slots=True)
class RelianceResult:
    """The report, and the verified value where there is one."""

    report: Report
    verified: VerifiedReliance | None


def verify_reliance(
    document: SignInDocument,
    *,
    providers: Providers,
    agreed: Mapping[tuple[str, str], Agreement],
    application: str,
    stated: Person,
    moment: datetime,
    challenges: Challenges | None,
) -> RelianceResult:
    """Verify as of ``moment`` (aware). Never raises for what the document holds: the report says what failed.

    ``agreed`` has the agreement of every one of ``providers``, by issuer and client.
    """
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
        verified = _rely(walk, document, sign_in, agreed[_key(sign_in.provider)], stated, moment)
    except (EvidenceRefused, NotCheckable) as error:
        return RelianceResult(walk.refused(error, left_to_caller=LEFT_TO_CALLER), None)
    return RelianceResult(walk.report(verified.facts(), left_to_caller=LEFT_TO_CALLER), verified)


def _key(provider: Provider) -> tuple[str, str]:
    return provider.issuer, provider.client_id


def _rely(
    walk: Walk,
    document: SignInDocument,
    sign_in: VerifiedSignIn,
    agreement: Agreement,
    stated: Person,
    moment: datetime,
) -> VerifiedReliance:
    with walk.step(11, _said(f"{agreement.name} ({agreement.party}), {agreement.id}")):
        if sign_in.userinfo is None and document.userinfo is not None and MEMBER not in sign_in.claims:
            raise UserinfoUnproven
        result = one_of_frameworks((sign_in.claims, sign_in.userinfo or {}), agreement.trust_frameworks)
    with walk.step(12) as note:
        _check_verification(result, agreement, moment)
        verification = result.verification
        proofing = agreement.procedures.get(verification.procedure or "", "other")
        note.text = _said(
            f"{verification.procedure} → {proofing}, {verification.policy}, {_time(verification.time)}, "
            f"{verification.assurance_level or '–'}"
        )
    with walk.step(13):
        for name in sorted(agreement.claims - result.claims.keys()):
            raise VerifiedClaimsMissing(member=f"claims.{name}")
        shown = person_of(result.claims, what=MEMBER)
    latest_at, latest = _latest(walk, result, agreement, moment)
    authenticated = _authenticated(walk, document, sign_in, agreement)
    if document.consent is None:
        walk.leave(16, _NO_CONSENT)
    else:
        with walk.step(16, _CONSENT_SAID):
            _check_consent(document.consent, moment)
    agrees = agreements(shown, stated)
    if stated == Person():
        walk.leave(17, _NOTHING_STATED)
    else:
        with walk.step(17):
            pass  # agreement and difference are both facts: neither is a fault of the evidence
    return VerifiedReliance(
        sign_in,
        agreement,
        result,
        proofing,
        latest,
        latest_at,
        authenticated,
        document.consent,
        shown,
        agrees,
        moment,
        walk.proof(0, *range(2, 10), 11, 12, 13),
    )


def _check_verification(result: ClaimSet, agreement: Agreement, moment: datetime) -> None:
    found = result.verification
    told = {
        "assurance_process.procedure": found.procedure,
        "assurance_process.policy": found.policy,
        "time": found.time,
        "verification_process": found.process,
    }
    for member, value in told.items():
        if value is None:
            raise VerifiedClaimsMissing(member=f"verification.{member}")
    if agreement.assurance_levels and found.assurance_level not in agreement.assurance_levels:
        agreed = " / ".join(sorted(agreement.assurance_levels))
        raise LevelDiffers(found=found.assurance_level or "–", agreed=agreed)
    if found.time is not None:
        if found.time > moment + LEEWAY:
            raise VerifiedInTheFuture(at=found.time.isoformat())
        _check_policy(found.policy or "", found.trust_framework, found.time)


def _check_policy(policy: str, framework: str, verified: datetime) -> None:
    parts = REVISION.fullmatch(policy)
    if parts is None:
        raise PolicyRefused(found=policy, problem_ja="e-Govの版の番号ではありません", problem_en="no e-Gov revision id")
    if framework in INSTRUMENTS and parts[1] not in INSTRUMENTS[framework]:
        raise PolicyRefused(found=policy, problem_ja="枠組みの法令ではありません", problem_en="not the framework's law")
    if parts[2] > f"{japan_date(verified):%Y%m%d}":
        raise PolicyRefused(
            found=policy,
            problem_ja="確認の日より後に施行された版です",
            problem_en="it entered into force after the verification",
        )


def _latest(
    walk: Walk, result: ClaimSet, agreement: Agreement, moment: datetime
) -> tuple[datetime | None, bool | None]:
    """Step 14: when the items were known to be current, and whether that is late enough; None where nobody can tell."""
    if agreement.latest is None:
        walk.leave(14, _NO_LATEST_AGREED)
        return None, None
    times = [at for one in result.verification.evidence if (at := _shows(one, agreement.latest.record)) is not None]
    if not times:
        walk.leave(14, _NO_LATEST)
        return None, None
    at = max(times)
    with walk.step(14, _said(at.isoformat())):
        if at > moment + LEEWAY:
            raise VerifiedInTheFuture(at=at.isoformat())
    return at, moment - at <= agreement.latest.within


def _shows(evidence: EvidenceRecord, record: str) -> datetime | None:
    return evidence.time if evidence.type == "electronic_record" and evidence.record == record else None


def _authenticated(walk: Walk, document: SignInDocument, sign_in: VerifiedSignIn, agreement: Agreement) -> bool | None:
    """Step 15: whether the person authenticated for us; None where nobody can tell."""
    event = sign_in.event
    if not sign_in.ours:
        walk.leave(15, _NOT_FOR_US)
        return None
    if event.at is None or event.acr is None:
        walk.leave(15, _NOT_TOLD)
        return None
    with walk.step(15, _said(f"acr: {event.acr}, auth_time: {event.at.isoformat()}")):
        # A session from before isn't an authentication for this application, however strong it was.
        return event.acr in agreement.strong_acr and event.at >= document.begun.begun_at - LEEWAY


def _check_consent(consent: Consent, moment: datetime) -> None:
    if not consent.explained:
        raise ConsentRefused(problem_ja="説明していません", problem_en="nothing was explained")
    if consent.agreed_at > moment + LEEWAY:
        raise ConsentRefused(problem_ja="同意の日時が未来です", problem_en="it is dated in the future")


def _said(text: str) -> Text:
    return Text(text, text)


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
