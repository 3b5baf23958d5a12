"""Verify JPKI evidence. The steps, in their order; the numbers stand beside the statements that do them:

 (0) sizes: no part is larger than anything a card makes
 (1) the challenge is ours, for this application and purpose, in time, and used up by this very call
 (2) the certificate is strict DER
 (3) it names one of the authorities of its purpose's own trust store, and isn't an authority itself
 (4) that authority signed it
 (5) it and the authority are valid at the moment
 (6) key usage
 (7) policy
 (8) every critical extension is known
 (9) the signature is the certificate's key's, over the text of the challenge
(10) revocation: good, revoked, expired, unknown or could not check; by what method, as of when, who answered

and for the signing certificate (署名用), which holds the four items:

(11) name, address, date of birth and sex are read
(12) and compared with the application
(13) the PIN was entered

for the user-authentication certificate (利用者証明用), which holds none:

(11) the PIN was entered

The challenge is used up before anything is verified, so that two answers can't race. All steps are about the same
bytes of one certificate. Time is an argument. What this doesn't do: say that the person at the phone is the holder
beyond the PIN (法19条2項 asks for no more), decide whether the facts suffice, or ask J-LIS.

「法」 is 電子署名等に係る地方公共団体情報システム機構の認証業務に関する法律 (2002 No. 153).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sekisho.clock import japan_date
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki import profile as names
from sekisho.contracts.evidence.jpki.errors import (
    CertificateLapsed,
    CertificateRevoked,
    OtherStore,
    PinNotEntered,
    SignatureWrong,
    SubmissionTooBig,
    WrongKeyUsage,
    WrongPolicy,
)
from sekisho.contracts.evidence.jpki.model import (
    CertificateId,
    Comparison,
    RevocationState,
    Stated,
    UnverifiedSubmission,
    VerifiedSigner,
    VerifiedUser,
)
from sekisho.contracts.evidence.jpki.parse import read_attributes
from sekisho.contracts.evidence.jpki.ports import Challenges, RevocationSource
from sekisho.contracts.evidence.jpki.profile import Carrier, JpkiProfile, Purpose
from sekisho.contracts.evidence.jpki.revocation import RevocationStep
from sekisho.contracts.evidence.pki import certificate as x509
from sekisho.contracts.evidence.pki.certificate import UnverifiedCertificate, parse_certificate
from sekisho.contracts.evidence.pki.errors import Expired, IssuerUnknown
from sekisho.contracts.evidence.pki.extensions import key_usage, policies
from sekisho.contracts.evidence.pki.path import (
    IssuedCertificate,
    require_issued,
    require_issuers,
    require_known_critical,
    require_leaf,
    require_valid,
)
from sekisho.contracts.evidence.pki.signature import verifier
from sekisho.contracts.evidence.steps import (
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

MAX_SIGNATURE_BYTES = 512
"""RSA-2048 makes 256; twice that leaves room for a later generation."""
MAX_SUBMITTED_NONCE_BYTES = 64
MAX_ANSWER_AGE = timedelta(hours=48)
"""JPKI's lists are made daily; an answer from before yesterday isn't one about today."""

_NONCE_FIRST = "法19条1項; the checklist of public JPKI servers: consume the nonce, then verify"
_ONE_CA_EACH = "プロファイル仕様書 (one CA per purpose); RFC 5280 §6.1.1"
_COMMON = (
    Step(0, Text("大きさ", "sizes"), "IAS card: RSA-2048, certificates of about 1.7 KiB"),
    Step(
        1,
        Text("署名要求（一度だけ使える）", "challenge, used once"),
        _NONCE_FIRST,
    ),
    Step(2, Text("証明書がDERである", "certificate is strict DER"), "RFC 5280 §4.1; X.690 §10"),
    Step(
        3,
        Text("発行者が用途ごとの認証局である", "issuer is an authority of this purpose"),
        _ONE_CA_EACH,
    ),
    Step(4, Text("認証局の署名", "the authority's signature"), "RFC 5280 §6.1.3(a)(1)"),
    Step(5, Text("有効期間", "validity"), "規則13条・49条; RFC 5280 §6.1.3(a)(2)"),
    Step(6, Text("鍵用途", "key usage"), "RFC 5280 §4.2.1.3"),
    Step(7, Text("証明書ポリシー", "certificate policy"), "RFC 5280 §4.2.1.4; プロファイル仕様書"),
    Step(8, Text("必須の拡張をすべて扱える", "every critical extension is known"), "RFC 5280 §4.2"),
    Step(9, Text("文面への署名", "signature over the text"), "法19条1項; RFC 8017 §8.2.2"),
    Step(10, Text("失効していない", "not revoked"), "法19条1項; RFC 5280 §6.3; RFC 6960"),
)
_PIN = Text("暗証番号が入力された", "the PIN was entered")
SIGNING_STEPS = Steps(
    "jpki_signing",
    "electronic_signature",
    (
        *_COMMON,
        Step(11, Text("4情報を読む", "the four items are read"), "法7条3号"),
        Step(12, Text("申込みとの照合", "compared with the application"), "携帯電話不正利用防止法3条1項"),
        Step(13, _PIN, "法19条2項; 規則36条の2"),
    ),
)
"""The steps of :func:`verify_signing`."""
AUTHENTICATION_STEPS = Steps(
    "jpki_authentication", "authentication", (*_COMMON, Step(11, _PIN, "法36条（利用者証明検証者）"))
)
"""The steps of :func:`verify_authentication`."""

_V, _U, _O, _I = Treatment.VERIFIED, Treatment.UNVERIFIABLE, Treatment.OPTIONAL, Treatment.IGNORED
ACCOUNT = FieldAccount(
    SIGNING_STEPS,
    (
        FieldUse("submission.nonce", _V, 1),
        FieldUse("submission.certificate", _V, 2),
        FieldUse("submission.signature", _V, 9),
        FieldUse("submission.pin", _U, 13, "the reader app vouches for it; the card's key needs the PIN to sign"),
        FieldUse("certificate.der", _V, 2),
        FieldUse("certificate.to_be_signed", _V, 4),
        FieldUse("certificate.serial", _V, 10),
        FieldUse("certificate.signature_algorithm", _V, 4),
        FieldUse("certificate.issuer", _V, 3),
        FieldUse("certificate.not_before", _V, 5),
        FieldUse("certificate.not_after", _V, 5),
        FieldUse("certificate.subject", _I, None, "an opaque number; only compared with the issuer, to find a CA"),
        FieldUse("certificate.public_key", _V, 9),
        FieldUse("certificate.extensions", _V, 8),
        FieldUse("certificate.signature", _V, 4),
        FieldUse(f"extension.{x509.KEY_USAGE}", _V, 6),
        FieldUse(f"extension.{x509.CERTIFICATE_POLICIES}", _V, 7),
        FieldUse(f"extension.{x509.BASIC_CONSTRAINTS}", _O, 3),
        FieldUse(f"extension.{x509.AUTHORITY_KEY_IDENTIFIER}", _O, 3),
        FieldUse(f"extension.{x509.CRL_DISTRIBUTION_POINTS}", _O, 10),
        FieldUse(f"extension.{x509.SUBJECT_ALTERNATIVE_NAME}", _O, 11),
        FieldUse(
            f"extension.{x509.SUBJECT_KEY_IDENTIFIER}", _I, None, "names the person's key; nothing is looked up by it"
        ),
        FieldUse(
            f"extension.{x509.AUTHORITY_INFORMATION_ACCESS}", _I, None, "whom to ask is configured, never the sender's"
        ),
        FieldUse(f"extension.{x509.ISSUER_ALTERNATIVE_NAME}", _I, None, "the issuer is known by its name and key"),
        FieldUse(
            f"extension.{x509.EXTENDED_KEY_USAGE}", _I, None, "JPKI has none; purpose is told by store and policy"
        ),
        FieldUse(f"san.{names.NAME}", _V, 12),
        FieldUse(f"san.{names.NAME_SUBSTITUTES}", _O, 12),
        FieldUse(f"san.{names.SEX}", _I, None, "no method of the Ordinance asks for it, so it makes no fact"),
        FieldUse(f"san.{names.BIRTH_DATE}", _V, 12),
        FieldUse(f"san.{names.ADDRESS}", _V, 12),
        FieldUse(f"san.{names.ADDRESS_SUBSTITUTES}", _O, 12),
    ),
)
"""Every field of a submission and of a certificate, and what is done with it. The authentication certificate has the
same without ``san``. Extensions and names of other kinds are reported by steps 8 and 11."""

LEFT_TO_CALLER = (
    Text(
        "だれの証拠か（契約者本人か代表者等か）は、呼び出す側が示します。",
        "Whose evidence it is (the counterparty's or a representative's) is the caller's to say.",
    ),
    Text(
        "公開鍵をほかの目的に使わないでください（法19条3項）。",
        "The public key must not be used for anything else (art. 19(3)).",
    ),
)
_REVOCATION = RevocationStep(10, revoked=CertificateRevoked, lapsed=CertificateLapsed, max_age=MAX_ANSWER_AGE)  # 法15条
_WORDS = {
    Purpose.SIGNING: ("署名", "signing"),
    Purpose.AUTHENTICATION: ("利用者証明", "user authentication"),
}


def verify_signing(
    submission: UnverifiedSubmission,
    *,
    application: str,
    stated: Stated,
    moment: datetime,
    profile: JpkiProfile,
    nonces: Challenges,
    revocation: RevocationSource,
) -> Report:
    """Verify a signature by a signing certificate over a challenge, and compare its items with the application.

    ``application`` is the one the challenge was made for; ``moment`` is aware. Never raises for what the submission
    holds: the report says which step failed and why. Steps and left-overs: see the top of this file.
    """
    return prove_signing(
        submission,
        application=application,
        stated=stated,
        moment=moment,
        profile=profile,
        nonces=nonces,
        revocation=revocation,
    ).report


@dataclass(frozen=True, slots=True)
class SigningResult:
    """The report, and who signed; None where the report has no facts. ``signer`` holds personal data."""

    report: Report
    signer: VerifiedSigner | None = field(default=None, repr=False)


def prove_signing(
    submission: UnverifiedSubmission,
    *,
    application: str,
    stated: Stated,
    moment: datetime,
    profile: JpkiProfile,
    nonces: Challenges,
    revocation: RevocationSource,
) -> SigningResult:
    """:func:`verify_signing`, with who signed: for the statutory record."""
    walk = Walk(SIGNING_STEPS)
    findings: dict[str, Value] = {}
    try:
        leaf, carrier = _issued(walk, submission, application, moment, profile, nonces, Purpose.SIGNING, findings)
        answer = _REVOCATION.ask(walk, leaf, moment, revocation, findings, needed=False)
        with walk.step(11) as note:  # 法7条3号: the certificate's record holds name, date of birth, sex and address
            attributes = read_attributes(leaf.certificate)
            note.text = listed("知らない項目", "items nobody here reads", attributes.unknown)
        comparison = Comparison.of(attributes, stated)
        with walk.step(12, comparison.told()):
            pass
        pin = _pin(walk, 13, submission, findings)
        signer = VerifiedSigner(
            CertificateId.of(leaf),
            carrier,
            attributes,
            comparison,
            answer,
            pin,
            moment,
            walk.proof(*range(10), 11, 12),
        )
    except (EvidenceRefused, NotCheckable) as error:
        return SigningResult(walk.refused(error, findings=findings, left_to_caller=LEFT_TO_CALLER))
    return SigningResult(walk.report(signer.facts(), left_to_caller=LEFT_TO_CALLER), signer)


def verify_authentication(
    submission: UnverifiedSubmission,
    *,
    application: str,
    moment: datetime,
    profile: JpkiProfile,
    nonces: Challenges,
    revocation: RevocationSource,
) -> Report:
    """Verify an answer to a challenge by a user-authentication certificate. It says nothing about who the person is.

    Without a definite answer about revocation there are no facts: an ``authentication`` couldn't carry the doubt.
    """
    return prove_authentication(
        submission, application=application, moment=moment, profile=profile, nonces=nonces, revocation=revocation
    ).report


@dataclass(frozen=True, slots=True)
class AuthenticationResult:
    """The report, and whose certificate answered; None where the report has no facts."""

    report: Report
    user: VerifiedUser | None = None


def prove_authentication(
    submission: UnverifiedSubmission,
    *,
    application: str,
    moment: datetime,
    profile: JpkiProfile,
    nonces: Challenges,
    revocation: RevocationSource,
) -> AuthenticationResult:
    """:func:`verify_authentication`, with whose certificate it was: for the record, and to tie an account to it."""
    walk = Walk(AUTHENTICATION_STEPS)
    try:
        leaf, _ = _issued(walk, submission, application, moment, profile, nonces, Purpose.AUTHENTICATION, {})
        answer = _REVOCATION.ask(walk, leaf, moment, revocation, {}, needed=True)
        pin = _pin(walk, 11, submission, {})
        user = VerifiedUser(CertificateId.of(leaf), answer, pin, moment, walk.proof(*range(11)))
    except (EvidenceRefused, NotCheckable) as error:
        return AuthenticationResult(walk.refused(error, left_to_caller=LEFT_TO_CALLER))
    return AuthenticationResult(walk.report(user.facts(), left_to_caller=LEFT_TO_CALLER), user)


def _issued(
    walk: Walk,
    submission: UnverifiedSubmission,
    application: str,
    moment: datetime,
    profile: JpkiProfile,
    nonces: Challenges,
    purpose: Purpose,
    findings: dict[str, Value],
) -> tuple[IssuedCertificate, Carrier]:
    """Steps 0 to 9."""
    if moment.tzinfo is None:
        raise ValueError("the moment of a verification is an aware time")
    asked = profile.of(purpose)
    signing = purpose is Purpose.SIGNING
    with walk.step(0):
        _require_size("certificate", submission.certificate, x509.MAX_CERTIFICATE_BYTES)
        _require_size("signature", submission.signature, MAX_SIGNATURE_BYTES)
        _require_size("nonce", submission.nonce, MAX_SUBMITTED_NONCE_BYTES)
    with walk.step(1, nonces.limits):
        challenge = nonces.consume(submission.nonce, purpose=purpose, application=application, moment=moment)
    with walk.step(2):
        certificate = parse_certificate(submission.certificate)
    with walk.step(3):
        require_leaf(certificate)
        try:
            authorities = require_issuers(certificate, asked.trust)
        except IssuerUnknown:
            _require_not_other(certificate, profile, purpose)
            raise
    with walk.step(4):
        leaf = require_issued(certificate, authorities)
    if signing:
        findings["at"] = japan_date(moment)
    with walk.step(5):
        try:
            for one in (certificate, leaf.authority.certificate):
                require_valid(one, moment)
        except Expired:
            if signing:
                findings["revocation"] = RevocationState.EXPIRED.value
            raise
    with walk.step(6):
        usage = key_usage(certificate) or frozenset()
        if not asked.key_usage <= usage <= asked.key_usage_allowed:
            raise WrongKeyUsage(needed=", ".join(map(str, sorted(asked.key_usage))))
    with walk.step(7):
        carrier = _carrier(certificate, profile, purpose)
    with walk.step(8) as note:
        unknown = require_known_critical(certificate, profile.known_extensions)
        note.text = listed("知らない拡張（必須ではない）", "extensions not known, and not critical", unknown)
    if signing:
        findings["certificate"] = "jpki_signing" if carrier is Carrier.CARD else "jpki_signing_smartphone"
    with walk.step(9):  # 法19条1項
        key = verifier(certificate.public_key, bits=profile.leaf_bits)
        holds = key.holds(submission.signature, challenge.text)
        if signing:
            findings["signature_valid"] = holds
        if not holds:
            raise SignatureWrong
    return leaf, carrier


def _require_size(what: str, data: bytes, limit: int) -> None:
    if not 0 < len(data) <= limit:
        raise SubmissionTooBig(what=what, limit=limit)


def _require_not_other(certificate: UnverifiedCertificate, profile: JpkiProfile, purpose: Purpose) -> None:
    other = Purpose.AUTHENTICATION if purpose is Purpose.SIGNING else Purpose.SIGNING
    if profile.of(other).trust.issuers_of(certificate):
        (found, found_en), (needed, needed_en) = _WORDS[other], _WORDS[purpose]
        raise OtherStore(found=found, found_en=found_en, needed=needed, needed_en=needed_en)


def _carrier(certificate: UnverifiedCertificate, profile: JpkiProfile, purpose: Purpose) -> Carrier:
    found = policies(certificate)
    carriers = {carrier for oid, carrier in profile.of(purpose).policies if oid in found}
    if len(carriers) != 1:
        # None: another purpose's or nobody's. Two: card and phone at once is no certificate of JPKI.
        raise WrongPolicy(found=", ".join(sorted(found)) or "none")
    return carriers.pop()


def _pin(walk: Walk, number: int, submission: UnverifiedSubmission, findings: dict[str, Value]) -> bool:
    if submission.pin is None:
        walk.leave(number, Text("読取アプリが述べていません", "the reader app doesn't say"))
        return False
    # Attested: nothing in a signature shows it, though the card's key doesn't sign without it.
    with walk.step(number, Text("読取アプリの申告による", "as the reader app says")):
        if not submission.pin.entered:
            findings["pin_entered"] = False
            raise PinNotEntered
    return True
