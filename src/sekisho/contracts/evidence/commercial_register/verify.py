"""Verify a company's signature. The steps, in their order; the numbers stand beside the statements that do them:

 (0) sizes: no part is empty or larger than anything the registrar or a signer makes
 (1) the challenge is ours, for this application, in time, and used up by this very call
 (2) the certificate is strict DER
 (3) it names one of the registrar's certificates in the store of its own, and isn't an authority itself
 (4) that registrar signed it
 (5) it and the registrar's certificate are valid at the moment
 (6) key usage, where the certificate has it
 (7) policy, where the certificate names any
 (8) every critical extension is known
 (9) the signature is the certificate's key's, over the text of the challenge
(10) revocation: good, revoked, expired, unknown or could not check; by what method, as of when, who answered
(11) company name, head office, representative, title and registered number are read
(12) name and head office are compared with the application

The challenge is used up before anything is verified, so that two answers can't race. All steps are about the same
bytes of one certificate. Time is an argument. What this doesn't do: say that the person who deals with us is the
representative the certificate names (whoever holds the key file can sign), verify that person (Act art. 3(2)), or say
that he may act: 在籍 and 権限 are evidence of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sekisho.clock import japan_date
from sekisho.contracts.evidence.commercial_register import profile as names
from sekisho.contracts.evidence.commercial_register.errors import (
    RegisterKeyUsage,
    RegisterLapsed,
    RegisterPartTooBig,
    RegisterPolicy,
    RegisterRevoked,
    RegisterSignatureWrong,
)
from sekisho.contracts.evidence.commercial_register.model import (
    StatedCorporation,
    UnverifiedRegisterSubmission,
    VerifiedRegisterSigner,
)
from sekisho.contracts.evidence.commercial_register.parse import policies, read_corporation
from sekisho.contracts.evidence.commercial_register.profile import (
    MAX_ANSWER_AGE,
    MAX_NONCE_BYTES,
    MAX_SIGNATURE_BYTES,
    PURPOSE,
    RegisterProfile,
)
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.model import CertificateId, RevocationState
from sekisho.contracts.evidence.jpki.ports import Challenges, RevocationSource
from sekisho.contracts.evidence.jpki.revocation import RevocationStep
from sekisho.contracts.evidence.pki import certificate as x509
from sekisho.contracts.evidence.pki.certificate import parse_certificate
from sekisho.contracts.evidence.pki.errors import Expired
from sekisho.contracts.evidence.pki.extensions import key_usage
from sekisho.contracts.evidence.pki.path import (
    IssuedCertificate,
    require_issued,
    require_issuers,
    require_known_critical,
    require_leaf,
    require_valid,
)
from sekisho.contracts.evidence.pki.signature import verifier
from sekisho.contracts.evidence.registry import company
from sekisho.contracts.evidence.steps import (
    MAX_LISTED,
    FieldAccount,
    FieldUse,
    Report,
    Step,
    Steps,
    Treatment,
    Walk,
    listed,
)
from sekisho.engine.facts import Text, Value

_NOTICE = "電子証明書の方式等に関する件（告示）"
STEPS = Steps(
    "commercial_register",
    "electronic_signature",
    (
        Step(0, Text("大きさ", "sizes"), f"{_NOTICE}: RSA-2048"),
        Step(1, Text("署名要求（一度だけ使える）", "challenge, used once"), "consume the nonce, then verify"),
        Step(2, Text("証明書がDERである", "certificate is strict DER"), f"RFC 5280 §4.1; X.690 §10; {_NOTICE}"),
        Step(3, Text("発行者が電子認証登記所の登記官である", "issued by the registrar"), "商業登記法12条の2"),
        Step(4, Text("登記官の署名", "the registrar's signature"), "RFC 5280 §6.1.3(a)(1)"),
        Step(5, Text("証明期間", "validity"), "商業登記法12条の2第1項2号; RFC 5280 §6.1.3(a)(2)"),
        Step(6, Text("鍵用途（あれば）", "key usage, where there is one"), f"RFC 5280 §4.2.1.3; {_NOTICE}"),
        Step(7, Text("証明書ポリシー（あれば）", "policy, where one is named"), f"RFC 5280 §4.2.1.4; {_NOTICE}"),
        Step(8, Text("必須の拡張をすべて扱える", "every critical extension is known"), "RFC 5280 §4.2"),
        Step(9, Text("文面への署名", "signature over the text"), "規則3条1項2号ニ; RFC 8017 §8.2.2"),
        Step(10, Text("失効・休止していない", "neither revoked nor suspended"), "商業登記法12条の2第8項; RFC 6960"),
        Step(11, Text("商号・本店・代表者を読む", "the registered items are read"), f"{_NOTICE}"),
        Step(12, Text("申込みとの照合", "compared with the application"), "携帯電話不正利用防止法3条1項"),
    ),
)
"""The steps of :func:`prove_register_signature`."""

_V, _O, _I = Treatment.VERIFIED, Treatment.OPTIONAL, Treatment.IGNORED
ACCOUNT = FieldAccount(
    STEPS,
    (
        FieldUse("submission.nonce", _V, 1),
        FieldUse("submission.certificate", _V, 2),
        FieldUse("submission.signature", _V, 9),
        FieldUse("certificate.der", _V, 2),
        FieldUse("certificate.to_be_signed", _V, 4),
        FieldUse("certificate.serial", _V, 10),
        FieldUse("certificate.signature_algorithm", _V, 4),
        FieldUse("certificate.issuer", _V, 3),
        FieldUse("certificate.not_before", _V, 5),
        FieldUse("certificate.not_after", _V, 5),
        FieldUse("certificate.subject", _I, None, "the Roman reading of the names; the registered items are read"),
        FieldUse("certificate.public_key", _V, 9),
        FieldUse("certificate.extensions", _V, 8),
        FieldUse("certificate.signature", _V, 4),
        FieldUse(f"extension.{names.CORPORATION}", _V, 11),
        FieldUse(f"extension.{names.OWN_POLICIES}", _O, 7),
        FieldUse(f"extension.{names.REGISTRAR}", _I, None, "the registrar is known by name and key of the issuer"),
        FieldUse(f"extension.{x509.KEY_USAGE}", _O, 6),
        FieldUse(f"extension.{x509.CERTIFICATE_POLICIES}", _O, 7),
        FieldUse(f"extension.{x509.BASIC_CONSTRAINTS}", _O, 3),
        FieldUse(f"extension.{x509.AUTHORITY_KEY_IDENTIFIER}", _O, 3),
        FieldUse(f"extension.{x509.CRL_DISTRIBUTION_POINTS}", _O, 10),
        FieldUse(f"extension.{x509.SUBJECT_ALTERNATIVE_NAME}", _I, None, "the registered items have their own place"),
        FieldUse(f"extension.{x509.SUBJECT_KEY_IDENTIFIER}", _I, None, "names the key; nothing is looked up by it"),
        FieldUse(
            f"extension.{x509.AUTHORITY_INFORMATION_ACCESS}", _I, None, "whom to ask is configured, never the sender's"
        ),
        FieldUse(f"extension.{x509.ISSUER_ALTERNATIVE_NAME}", _I, None, "the issuer is known by its name and key"),
        FieldUse("item.name", _V, 12),
        FieldUse("item.address", _V, 12),
        FieldUse("item.number", _I, None, "the corporate number is no identity item of the Act (法3条1項)"),
        FieldUse("item.representative_name", _I, None, "who acts is verified as a person of his own (法3条2項)"),
        FieldUse("item.representative_title", _O, 12),
        FieldUse("item.office", _I, None, "which registry keeps the register decides nothing"),
    ),
)
"""Every field of a submission and of a certificate, and what is done with it."""

LEFT_TO_CALLER = (
    Text(
        "手続をしている人の本人確認（法3条2項）と、その人の在籍・権限は、別の証拠で確かめてください。",
        "Who acts (art. 3(2)), whether he belongs to the company and may act for it are for evidence of their own.",
    ),
    Text(
        "鍵ファイルを代表者本人が使ったことは、署名からはわかりません。",
        "That the representative himself used the key file can't be told from a signature.",
    ),
)
_REVOCATION = RevocationStep(10, revoked=RegisterRevoked, lapsed=RegisterLapsed, max_age=MAX_ANSWER_AGE)
"""商業登記法12条の2第7項・8項."""


@dataclass(frozen=True, slots=True)
class RegisterResult:
    """The report, and who signed; None where the report has no facts."""

    report: Report
    signer: VerifiedRegisterSigner | None = field(default=None, repr=False)


def prove_register_signature(
    submission: UnverifiedRegisterSubmission,
    *,
    application: str,
    stated: StatedCorporation,
    moment: datetime,
    profile: RegisterProfile,
    nonces: Challenges,
    revocation: RevocationSource,
) -> RegisterResult:
    """Verify a signature by a company's certificate over a challenge, and compare its items with the application.

    ``application`` is the one the challenge was made for; ``moment`` is aware. Never raises for what the submission
    holds: the report says which step failed and why. Steps and left-overs: see the top of this file.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment of a verification is an aware time")
    walk = Walk(STEPS)
    findings: dict[str, Value] = {}
    try:
        leaf = _issued(walk, submission, application, moment, profile, nonces, findings)
        answer = _REVOCATION.ask(walk, leaf, moment, revocation, findings, needed=False)
        with walk.step(11) as note:
            corporation = read_corporation(leaf.certificate, profile)
            note.text = listed("知らない項目", "items nobody here reads", corporation.unknown)
        agreement = corporation.compared(stated)
        with walk.step(12, _compared(agreement, branch=corporation.head_office is None)):
            pass
        signer = VerifiedRegisterSigner(
            CertificateId.of(leaf), corporation, agreement, answer, moment, walk.proof(*range(10), 11, 12)
        )
    except (EvidenceRefused, NotCheckable) as error:
        return RegisterResult(walk.refused(error, findings=findings, left_to_caller=LEFT_TO_CALLER))
    return RegisterResult(walk.report(signer.facts(), left_to_caller=LEFT_TO_CALLER), signer)


def _issued(
    walk: Walk,
    submission: UnverifiedRegisterSubmission,
    application: str,
    moment: datetime,
    profile: RegisterProfile,
    nonces: Challenges,
    findings: dict[str, Value],
) -> IssuedCertificate:
    """Steps 0 to 9."""
    with walk.step(0):
        _require_size("certificate", submission.certificate, x509.MAX_CERTIFICATE_BYTES)
        _require_size("signature", submission.signature, MAX_SIGNATURE_BYTES)
        _require_size("nonce", submission.nonce, MAX_NONCE_BYTES)
    with walk.step(1, nonces.limits):
        challenge = nonces.consume(submission.nonce, purpose=PURPOSE, application=application, moment=moment)
    with walk.step(2):
        certificate = parse_certificate(submission.certificate)
    with walk.step(3):
        require_leaf(certificate)
        authorities = require_issuers(certificate, profile.trust)
    with walk.step(4):
        leaf = require_issued(certificate, authorities)
    findings["at"] = japan_date(moment)
    with walk.step(5):
        try:
            for one in (certificate, leaf.authority.certificate):
                require_valid(one, moment)
        except Expired:
            findings["revocation"] = RevocationState.EXPIRED.value
            raise
    with walk.step(6) as note:
        usage = key_usage(certificate)
        if usage is None:
            note.text = Text("鍵用途の記載がない（2026年3月までの方式）", "names no usage (as until March 2026)")
        elif not usage & profile.signing:
            raise RegisterKeyUsage
    with walk.step(7) as note:
        found = policies(certificate)
        if not found:
            note.text = Text("ポリシーの記載がない", "names no policy")
        elif not found <= profile.policies:
            raise RegisterPolicy(found=", ".join(sorted(found)[:MAX_LISTED]))
    with walk.step(8) as note:
        unknown = require_known_critical(certificate, profile.known_extensions)
        note.text = listed("知らない拡張（必須ではない）", "extensions not known, and not critical", unknown)
    findings["certificate"] = "commercial_registry"
    with walk.step(9):  # 規則3条1項2号ニ
        holds = verifier(certificate.public_key, bits=profile.leaf_bits).holds(submission.signature, challenge.text)
        findings["signature_valid"] = holds
        if not holds:
            raise RegisterSignatureWrong
    return leaf


def _require_size(what: str, data: bytes, limit: int) -> None:
    if not 0 < len(data) <= limit:
        raise RegisterPartTooBig(what=what, limit=limit)


def _compared(agreement: dict[str, Value], *, branch: bool) -> Text:
    said = company.told(agreement)
    if not branch:
        return said
    return Text(f"{said.ja}（証明書の所在地は本店ではない）", f"{said.en} (the certificate names another office)")
