"""Verify a provider's signed result of a face match.

The steps stand in :mod:`.steps`; their numbers stand beside the statements that do them. What is shown is what the
provider says: that its product found the person before the camera and the photo alike. Whether the photo is the
document's is step 9, by its digest; without it nothing is known about the document, and no fact comes of the result.

Who the person is, whether the provider's product is any good, and which program took the picture: not known here. The
report names provider, product, score and threshold, and nothing about the person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.face_match.challenge import PURPOSE, require_ours
from sekisho.contracts.evidence.face_match.errors import (
    AlgorithmOther,
    AudienceOther,
    IssuerOther,
    KeyUnknown,
    LivenessRefused,
    NoProvider,
    NotTheSame,
    OtherApplication,
    ProductOther,
    ReferenceOther,
    ResultExpired,
    ResultFromTheFuture,
    ResultLivesTooLong,
    ResultTooLarge,
    SignatureWrong,
    ThresholdTooLow,
)
from sekisho.contracts.evidence.face_match.jose import UnverifiedResult, VerifyingKey, take_apart
from sekisho.contracts.evidence.face_match.model import BY_PROVIDER, Claims, UnverifiedMatch, VerifiedMatch
from sekisho.contracts.evidence.face_match.parse import read_claims
from sekisho.contracts.evidence.face_match.profile import CLOCK_TOLERANCE, MAX_LIFE, MAX_RESULT, Decision, Provider
from sekisho.contracts.evidence.face_match.steps import STEPS
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.steps import NO_REASON, Report, Walk
from sekisho.engine.facts import Text, Value

LEFT_TO_CALLER: Final = (
    Text(
        "撮影に使ったソフトウェアが自社のものかどうかは、呼び出す側が示します。",
        "Whether the picture was taken with the operator's own software is the caller's to say.",
    ),
    Text(
        "写真が検証したチップのものであることは、申込みの判定の中で確かめます。判定の外では呼び出す側が確かめます。",
        "That the photo is a verified chip's is looked at where an application is decided; elsewhere it is the "
        "caller's to see to.",
    ),
    Text(
        "類似度と基準値は提供者の値です。顔の照合そのものは、ここでは行っていません。",
        "Score and threshold are the provider's; no face was compared here.",
    ),
)
NO_PHOTO: Final = Text(
    "書類・チップの写真のハッシュ値が示されていないので、だれの写真と比べたかは確かめられません",
    "no digest of the document's photo was given, so whose photo it was compared with can't be told",
)
REUSE_NOT_CHECKED: Final = Text(
    "申込みの番号は一致します。一度だけ使われたことは確かめていません",
    "made for this application; that it was used once was not checked",
)
_DECIDED: Final = 10


@dataclass(frozen=True, slots=True)
class MatchResult:
    """The report for the decision, and the verified result where there is one."""

    report: Report
    verified: VerifiedMatch | None


def verify_result(
    match: UnverifiedMatch,
    *,
    application: str,
    providers: Sequence[Provider],
    challenges: Challenges | None,
    moment: datetime,
) -> MatchResult:
    """Verify a result as of ``moment`` (aware). Never raises for what it holds: the report says which step failed.

    ``challenges`` None means that nobody can tell whether the result was used before. The facts are attributes of a
    ``face_image``; ``at``, ``person`` and ``software`` are the caller's to add.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment of a verification is an aware time")
    walk = Walk(STEPS)
    findings: dict[str, Value] = {}
    try:
        verified = _walked(walk, match, application, providers, challenges, moment, findings)
    except (EvidenceRefused, NotCheckable) as error:
        return MatchResult(walk.refused(error, findings=findings, left_to_caller=LEFT_TO_CALLER), None)
    return MatchResult(walk.report(verified.facts(), left_to_caller=LEFT_TO_CALLER), verified)


def _walked(
    walk: Walk,
    match: UnverifiedMatch,
    application: str,
    providers: Sequence[Provider],
    challenges: Challenges | None,
    moment: datetime,
    findings: dict[str, Value],
) -> VerifiedMatch:
    with walk.step(0):
        if not 0 < len(match.result) <= MAX_RESULT:
            raise ResultTooLarge(limit=MAX_RESULT)
    with walk.step(1):
        result = take_apart(match.result)
    with walk.step(2) as note:
        provider, key = _provider(providers, result)
        note.text = Text(f"提供者: {provider.name}、鍵: {key.kid}", f"provider: {provider.name}, key: {key.kid}")
    with walk.step(3):
        if not key.holds(result):
            raise SignatureWrong
    with walk.step(4) as note:
        claims = read_claims(result.payload)
        if claims.issuer != provider.issuer:
            raise IssuerOther
        if provider.audience not in claims.audience:
            raise AudienceOther
        note.text = _unknown(claims.unknown)
    with walk.step(5):
        _require_current(claims, moment)
    with walk.step(6) as note:
        note.text = _require_bound(claims, application, challenges, moment)
    product = f"{claims.product.name} {claims.product.version}"
    with walk.step(7, Text(product, product)):
        if provider.products is not None and claims.product not in provider.products:
            raise ProductOther
    with walk.step(8, Text(claims.liveness.value, claims.liveness.value)):
        if claims.liveness not in provider.liveness:
            raise LivenessRefused(found=claims.liveness.value)
    if match.photos:
        with walk.step(9):
            if claims.reference_sha256 not in match.photos:
                raise ReferenceOther
    else:
        walk.leave(9, NO_PHOTO)
    with walk.step(_DECIDED, _figures(claims, provider)):
        if claims.threshold < provider.minimum_threshold:
            raise ThresholdTooLow(threshold=claims.threshold, minimum=provider.minimum_threshold)
        findings.update(_require_same(claims))
        if findings:
            raise NotTheSame(problem=f"{claims.decision.value}, {claims.score} / {claims.threshold}")
    of_document = bool(match.photos)
    proof = walk.proof(*range(9), _DECIDED, *((9,) if of_document else ()))
    return VerifiedMatch(provider, claims, of_document, proof)


def _provider(providers: Sequence[Provider], result: UnverifiedResult) -> tuple[Provider, VerifyingKey]:
    if not providers:
        raise NoProvider
    for provider in providers:
        key = provider.keys.get(result.kid)
        if key is not None:
            if result.algorithm != key.algorithm:
                raise AlgorithmOther
            return provider, key
    raise KeyUnknown


def _require_current(claims: Claims, moment: datetime) -> None:
    if max(claims.issued_at, claims.not_before or claims.issued_at) > moment + CLOCK_TOLERANCE:
        raise ResultFromTheFuture
    if moment >= claims.expires_at:
        raise ResultExpired
    if claims.expires_at - claims.issued_at > MAX_LIFE:
        raise ResultLivesTooLong(hours=int(MAX_LIFE.total_seconds() // 3600))


def _require_bound(claims: Claims, application: str, challenges: Challenges | None, moment: datetime) -> Text:
    if claims.transaction != application:
        raise OtherApplication(problem="transaction")
    if challenges is None:
        return REUSE_NOT_CHECKED
    if claims.nonce is None:
        raise OtherApplication(problem="no nonce")
    require_ours(challenges.consume(claims.nonce, purpose=PURPOSE, application=application, moment=moment))
    return challenges.limits


def _require_same(claims: Claims) -> Mapping[str, Value]:
    """What is found where it isn't the same person. A decision against its own figures counts as the worse of both."""
    same = claims.decision is Decision.SAME and claims.score >= claims.threshold
    return {} if same else {"compared_by": BY_PROVIDER, "same_person_as_document": False}


def _figures(claims: Claims, provider: Provider) -> Text:
    figures = (claims.score, claims.threshold, provider.minimum_threshold)
    return Text(
        "類似度 {}、提供者の基準値 {}、受け入れる下限 {}".format(*figures),
        "score {}, provider's threshold {}, least accepted {}".format(*figures),
    )


def _unknown(count: int) -> Text:
    if not count:
        return NO_REASON
    return Text(f"扱わない項目が {count} 件あります", f"{count} claims aren't read here")
