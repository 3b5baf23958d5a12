"""Verify a smartphone My Number card's record: issuer data authentication, and the phone's own signature.

The steps stand in :mod:`.steps`; their numbers stand beside the statements that do them. Steps 3 to 8 show that the
issuer signed what is read and that the record is valid; they don't show that the phone it came from is the one it was
issued to: without step 12 a copied record can't be excluded, and ``holder_confirmed`` stays unknown.

The session's challenge is used up before anything is read (step 1), so that two answers can't race. Time is an
argument. What this doesn't do: look at the photo, ask whether the record itself was revoked (step 13 says so), or tell
which program sent it.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.certificate import (
    DIGITAL_SIGNATURE,
    MAX_CERTIFICATE,
    Certificate,
    read_certificate,
    signed_by,
)
from sekisho.contracts.evidence.cms.errors import AlgorithmRefused, ParametersRefused, SignatureInvalid
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.model import Attributes, Comparison, Stated
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.mdoc import cbor, words
from sekisho.contracts.evidence.mdoc.cose import Algorithm, Key, one_certificate, signers_key
from sekisho.contracts.evidence.mdoc.errors import (
    AlgorithmOther,
    CborTooLarge,
    DeviceSignatureWrong,
    DigestMismatch,
    DigestTwice,
    ElementMissing,
    ElementNotSigned,
    ElementUnreadable,
    IssuerSignatureWrong,
    IssuerUnknown,
    OtherDocument,
    RandomTooShort,
    RecordOutsideValidity,
    RecordStructure,
    RevocationUnknown,
    SignerNotIssued,
    SignerOutsideValidity,
    SignerRevoked,
    SignerUnfit,
    ValidityContradicts,
    VersionUnknown,
)
from sekisho.contracts.evidence.mdoc.model import (
    CardResult,
    SecurityObject,
    Shown,
    UnverifiedRecord,
    UnverifiedSubmission,
    Validity,
    VerifiedRecord,
)
from sekisho.contracts.evidence.mdoc.parse import read_record, read_security_object
from sekisho.contracts.evidence.mdoc.profile import LEAST_RANDOM, MAX_RECORD, MAX_TEXT, Element, Item, RecordProfile
from sekisho.contracts.evidence.mdoc.session import PURPOSE, transcript_of
from sekisho.contracts.evidence.mdoc.steps import STEPS
from sekisho.contracts.evidence.passport.crl import VerifiedCrl
from sekisho.contracts.evidence.passport.trust import Authority, TrustStore
from sekisho.contracts.evidence.steps import Report, Walk
from sekisho.engine.facts import Text, Value

_SIGNER: Final = "signer's certificate"
_AUTH: Final = "issuer's signature"
_DEVICE: Final = "phone's signature"
_MAX_NONCE: Final = 64
_DIGESTS: Final = {"SHA-256": hashlib.sha256, "SHA-384": hashlib.sha384, "SHA-512": hashlib.sha512}
"""ISO/IEC 18013-5 §9.1.2.5, table 21."""
_ISSUER_STEPS: Final = frozenset({3, 4, 5, 6, 7, 11})
"""Steps whose failure says that the issuer's signature doesn't vouch for what was read."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Who knows the session. ``issued`` says that it is whoever issued it, not a document that brought its own."""

    challenges: Challenges
    issued: bool


def verify_record(
    submission: UnverifiedSubmission,
    *,
    application: str,
    profile: RecordProfile,
    store: TrustStore,
    lists: Sequence[VerifiedCrl],
    asking: Asking | None,
    stated: Stated,
    moment: datetime,
) -> CardResult:
    """Verify a record as of ``moment`` (aware). Never raises for what it holds: the report says which step failed.

    The facts are attributes of a ``card_substitute_record``; ``at``, ``person`` and ``program`` are the caller's.
    """
    if moment.tzinfo is None:
        raise ValueError("the moment of a verification is an aware time")
    return _Verification(submission, application, profile, store, lists, asking, stated, moment).run()


class _Verification:
    def __init__(
        self,
        submission: UnverifiedSubmission,
        application: str,
        profile: RecordProfile,
        store: TrustStore,
        lists: Sequence[VerifiedCrl],
        asking: Asking | None,
        stated: Stated,
        moment: datetime,
    ) -> None:
        self._submission = submission
        self._application = application
        self._profile = profile
        self._store = store
        self._lists = lists
        self._asking = asking
        self._stated = stated
        self._moment = moment
        self._walk = Walk(STEPS)
        self._shown: Shown | None = None
        self._digest: str | None = None

    def run(self) -> CardResult:
        try:
            return self._steps()
        except (EvidenceRefused, NotCheckable) as error:
            report = self._walk.refused(error, findings=_findings(error.step), left_to_caller=words.LEFT_TO_CALLER)
            return self._result(report, None)

    def _steps(self) -> CardResult:
        walk, moment = self._walk, self._moment
        with walk.step(0):
            _require_sizes(self._submission)
        transcript = self._session()
        with walk.step(2):
            record = read_record(self._submission, self._profile)
            if record.document not in {None, self._profile.document}:
                raise OtherDocument
        with walk.step(3):
            algorithm, signer, key = _signer(record, self._profile)
        authority = self._authority(signer)
        with walk.step(5):
            payload = _payload(record)
            if not key.holds(algorithm, record.issuer_auth.signature, record.issuer_auth.message(payload)):
                raise IssuerSignatureWrong
        with walk.step(6) as note:
            signed = read_security_object(payload)
            _require_object(signed, record, self._profile)
            note.text = words.counted(words.UNKNOWN_NOTED, signed.unknown)
        with walk.step(7):
            _require_digests(signed, record)
        with walk.step(8):
            _require_validity(signed.validity, signer, moment)
        with walk.step(9) as note:
            shown = self._shown = _items(record, self._profile)
            note.text = words.counted(words.UNUSED_NOTED, len(record.items) - len(Item))
        self._digest = hashlib.sha256(payload).hexdigest()
        comparison = _compare(shown, self._stated)
        with walk.step(10, comparison.told()):
            pass
        authentic = self._revocation(signer, authority)
        confirmed = self._device(record, signed, transcript, authentic=authentic)
        if signed.has_status:
            walk.could_not_check(13, words.STATUS_NOT_ASKED)
        else:
            walk.leave(13, words.NO_STATUS)
        return self._found(comparison, signer, authentic=authentic, confirmed=confirmed)

    def _found(
        self, comparison: Comparison, signer: Certificate, *, authentic: bool, confirmed: bool | None
    ) -> CardResult:
        """Facts from what was proven, and nothing from what was not. ``confirmed`` is None where nothing was signed."""
        facts: dict[str, Value] = dict(comparison.facts())
        left = list(words.LEFT_TO_CALLER)
        if confirmed is None:
            left.append(words.COPY_NOT_EXCLUDED)
        elif not confirmed:
            left.append(words.REPLAY_NOT_EXCLUDED)
        verified = None
        if authentic and self._shown is not None and self._digest is not None:
            steps = (0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, *((1, 12) if confirmed else ()))
            verified = VerifiedRecord(self._shown, signer, self._digest, confirmed is True, self._walk.proof(*steps))
            facts["issuer_signature_valid"] = True
            if verified.holder_confirmed:
                facts["holder_confirmed"] = True
        return self._result(self._walk.report(facts, left_to_caller=tuple(left)), verified)

    def _result(self, report: Report, verified: VerifiedRecord | None) -> CardResult:
        return CardResult(report, verified, self._shown, self._digest)

    def _session(self) -> bytes | None:
        """Step 1: the transcript that was kept, used up by this call; None where there is none."""
        nonce, asking = self._submission.nonce, self._asking
        if nonce is None or asking is None:
            self._walk.leave(1, words.NO_SESSION)
            return None
        with self._walk.step(1, asking.challenges.limits):
            challenge = asking.challenges.consume(
                nonce, purpose=PURPOSE, application=self._application, moment=self._moment
            )
            return transcript_of(challenge)

    def _authority(self, signer: Certificate) -> Authority | None:
        """Step 4; None where no configured authority has issued the signer, which step 4 then says."""
        try:
            with self._walk.step(4) as note:
                authority = _issuer(self._store, signer)
                if signer.subject.country != authority.country:  # Annex B.1.4: the same country as the authority's
                    raise SignerUnfit(problem="another country than its authority's")
                for certificate, ja, en in (
                    (signer, "署名者", "signer"),
                    (authority.certificate, "認証局", "authority"),
                ):
                    if not certificate.not_before <= self._moment <= certificate.not_after:
                        raise SignerOutsideValidity(
                            certificate=ja,
                            certificate_en=en,
                            first=certificate.not_before.isoformat(),
                            last=certificate.not_after.isoformat(),
                        )
                note.text = words.signer_from(authority.provenance.source, authority.certificate.fingerprint)
                return authority
        except NotCheckable:
            return None

    def _revocation(self, signer: Certificate, authority: Authority | None) -> bool:
        """Step 11: whether the signer is known to be good; that it couldn't be checked, step 11 then says."""
        if authority is None:
            self._walk.leave(11, words.NO_AUTHORITY)
            return False
        try:
            with self._walk.step(11) as note:
                note.text = _require_good(self._lists, signer, self._moment)
        except NotCheckable:
            return False
        return True

    def _device(
        self, record: UnverifiedRecord, signed: SecurityObject, transcript: bytes | None, *, authentic: bool
    ) -> bool | None:
        """Step 12: whether the sender holds the record's key; False where only a replay can't be excluded."""
        walk, device = self._walk, record.device
        if device is None:
            walk.leave(12, words.NO_DEVICE_SIGNATURE)
        elif device.signature is None:
            walk.could_not_check(12, words.DEVICE_MAC)
        elif transcript is None or self._asking is None:
            walk.leave(12, words.NO_SESSION)
        elif not authentic:
            walk.leave(12, words.NOT_AUTHENTICATED)
        else:
            issued = self._asking.issued
            with walk.step(12, Text("", "") if issued else words.OWN_SESSION):
                algorithm = device.signature.require_algorithm(_DEVICE)
                if device.signature.payload is not None:  # §9.1.3.6: detached, so that it is ours that is compared
                    raise RecordStructure(what=_DEVICE, expected="a detached payload")
                _require_fit(signed.device_key, algorithm, _DEVICE)
                message = device.signature.message(
                    device_authentication(transcript, signed.document, device.namespaces)
                )
                if not signed.device_key.holds(algorithm, device.signature.signature, message):
                    raise DeviceSignatureWrong
            return issued
        return None


def device_authentication(transcript: bytes, document: str, namespaces: bytes) -> bytes:
    """DeviceAuthenticationBytes (ISO/IEC 18013-5 §9.1.3.4): what the phone signs. ``document`` alone isn't encoded."""
    return cbor.embedded(b"\x84" + cbor.write("DeviceAuthentication") + transcript + cbor.write(document) + namespaces)


def _findings(step: int | None) -> dict[str, Value]:
    """What can be said of a record that was refused: nothing where it wasn't about a signature."""
    if step in _ISSUER_STEPS:
        return {"issuer_signature_valid": False}
    return {"holder_confirmed": False} if step == 12 else {}


def _require_sizes(submission: UnverifiedSubmission) -> None:
    for what, data, limit in (
        ("device response", submission.device_response, MAX_RECORD),
        ("issuer-signed structure", submission.issuer_signed, MAX_RECORD),
        ("nonce", submission.nonce, _MAX_NONCE),
    ):
        if data is not None and len(data) > limit:
            raise CborTooLarge(what=what, limit=limit)


def _signer(record: UnverifiedRecord, profile: RecordProfile) -> tuple[Algorithm, Certificate, Key]:
    """The algorithm and the signer's certificate, which must be for signing such records and nobody's authority."""
    algorithm = record.issuer_auth.require_algorithm(_AUTH)
    encoded = one_certificate(record.issuer_auth.chain, _AUTH)
    if len(encoded) > MAX_CERTIFICATE:
        raise CborTooLarge(what=_SIGNER, limit=MAX_CERTIFICATE)
    certificate = read_certificate(der.read(encoded), _SIGNER)
    if certificate.is_ca or certificate.issuer.key == certificate.subject.key:
        raise SignerUnfit(problem="an authority's certificate, or one issued to itself")
    if certificate.key_usage != frozenset({DIGITAL_SIGNATURE}):  # Annex B.1.4
        raise SignerUnfit(problem="keyUsage")
    if profile.signer_usage not in (certificate.extended_usage or frozenset()):
        raise SignerUnfit(problem="extendedKeyUsage")
    key = signers_key(certificate.spki, _SIGNER)
    _require_fit(key, algorithm, _AUTH)
    return algorithm, certificate, key


def _require_fit(key: Key, algorithm: Algorithm, what: str) -> None:
    if key.curve not in algorithm.curves:
        raise AlgorithmOther(what=what, problem=f"{algorithm.name} with a key on {key.curve}")


def _issuer(store: TrustStore, signer: Certificate) -> Authority:
    candidates = store.issuers(signer.issuer, signer.authority_key)
    if not candidates:
        raise IssuerUnknown
    for authority in candidates:
        try:
            signed_by(signer, authority.key, _SIGNER)
        except (SignatureInvalid, ParametersRefused, AlgorithmRefused):
            continue
        return authority
    raise SignerNotIssued


def _payload(record: UnverifiedRecord) -> bytes:
    if record.issuer_auth.payload is None:
        raise RecordStructure(what=_AUTH, expected="the security object as its payload")
    return record.issuer_auth.payload


def _require_object(signed: SecurityObject, record: UnverifiedRecord, profile: RecordProfile) -> None:
    if signed.version != "1.0":
        raise VersionUnknown(what="security object")
    if signed.digest_algorithm not in _DIGESTS:
        raise AlgorithmOther(what="security object", problem="another digest than SHA-256, SHA-384 or SHA-512")
    # §9.3.1 (4): the kind inside what was signed is the one outside it, and the one we expect.
    if signed.document != profile.document or record.document not in {None, signed.document}:
        raise OtherDocument


def _require_digests(signed: SecurityObject, record: UnverifiedRecord) -> None:
    digest = _DIGESTS[signed.digest_algorithm]
    numbers: set[tuple[str, int]] = set()
    elements: set[Element] = set()
    for item in record.items:
        if (item.namespace, item.digest_number) in numbers or item.element in elements:
            raise DigestTwice(digest=item.digest_number)
        numbers.add((item.namespace, item.digest_number))
        elements.add(item.element)
        expected = signed.digests.get(item.namespace, {}).get(item.digest_number)
        if expected is None:
            raise ElementNotSigned(digest=item.digest_number)
        if not hmac.compare_digest(digest(item.encoded).digest(), expected):
            raise DigestMismatch(digest=item.digest_number)
        if len(item.random) < LEAST_RANDOM:
            raise RandomTooShort(digest=item.digest_number, least=LEAST_RANDOM)


def _require_validity(validity: Validity, signer: Certificate, moment: datetime) -> None:
    if not validity.signed <= validity.first < validity.last:  # §9.1.2.4
        raise ValidityContradicts(problem="signed, validFrom, validUntil")
    if not signer.not_before <= validity.signed <= signer.not_after:  # §9.3.1 (5)
        raise ValidityContradicts(problem="signed outside the validity of the signer's certificate")
    if not validity.first <= moment < validity.last:
        raise RecordOutsideValidity(first=validity.first.isoformat(), last=validity.last.isoformat())


def _items(record: UnverifiedRecord, profile: RecordProfile) -> Shown:
    found: Mapping[Item, cbor.Value] = {
        profile.elements[one.element]: one.value for one in record.items if one.element in profile.elements
    }
    for item in Item:
        if item not in found:
            raise ElementMissing(item=item.title.en, ja=item.title.ja)
    return Shown(
        _text(found[Item.NAME], Item.NAME),
        _text(found[Item.ADDRESS], Item.ADDRESS),
        _day(found[Item.BIRTH_DATE]),
        _photo(found[Item.PHOTO]),
    )


def _text(value: cbor.Value, item: Item) -> str:
    # The ideographic space parts Japanese names, and Python doesn't count it as printable.
    if not isinstance(value, str) or not 0 < len(value) <= MAX_TEXT or not value.replace("\u3000", " ").isprintable():
        raise ElementUnreadable(item=item.title.en, ja=item.title.ja)
    return value


def _day(value: cbor.Value) -> date:
    try:
        return cbor.day(value, "date of birth")
    except RecordStructure as error:
        raise ElementUnreadable(item=Item.BIRTH_DATE.title.en, ja=Item.BIRTH_DATE.title.ja) from error


def _photo(value: cbor.Value) -> bytes:
    if not isinstance(value, bytes) or not value:
        raise ElementUnreadable(item=Item.PHOTO.title.en, ja=Item.PHOTO.title.ja)
    return value


def _compare(shown: Shown, stated: Stated) -> Comparison:
    return Comparison.of(Attributes(shown.name, shown.address, shown.birth_date, None), stated)


def _require_good(lists: Sequence[VerifiedCrl], signer: Certificate, moment: datetime) -> Text:
    """That the signer isn't on its authority's current list. A revoked signer stays revoked however old the list is."""
    own = [one for one in lists if one.issuer.key == signer.issuer.key]
    for one in own:
        found = one.revoked.get(signer.serial)
        if found is not None:
            raise SignerRevoked(since=found.since.isoformat(), why=found.why)
    current = [one for one in own if one.this_update <= moment <= one.next_update]
    if not current:
        raise RevocationUnknown(problem="no list" if not own else "no list of this moment")
    newest = max(one.this_update for one in current).isoformat()
    return Text(f"失効リスト、{newest} 現在", f"revocation list as of {newest}")
