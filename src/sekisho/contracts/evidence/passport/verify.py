"""Verify a passport read by its chip: passive authentication, and active authentication where it was done.

 (0) the files aren't larger than any such file
 (1) EF.SOD is strict DER, signed data, a security object; EF.COM, where given, can be read
 (2) every data group given is listed in EF.SOD and has its digest; groups not given are named, not missed
 (3) the signed attributes are there once and are about this content
 (4) the document signer's certificate is for signing documents and its key made the signature
 (5) a configured country authority issued that certificate; both are valid now, and the key was to be used then
 (6) the machine-readable zone: its check digits; whether name and birth date agree with the application
 (7) authority, signer and document are of one country; where the authority's trust comes from
 (8) the signer isn't on the authority's current revocation list
 (9) active authentication: the chip's own key answered our challenge
(10) the passport hasn't expired
(11) chip authentication: only what the reading application says; never verified here

Steps 0 to 5 are passive authentication: the data is what the state issued. They don't show that the chip is the one it
was issued in: without step 9 a copied chip can't be excluded. Nothing here looks at the person, and a passport's chip
holds no address. Where no authority is configured, or no current list, the passport is neither verified nor refused.

Validity (step 5): ICAO 9303-12 §4.3 makes an authority's certificate outlive the signers' and a signer's outlive the
documents it signed, so both are asked to be valid at the moment of checking; the signer's key must moreover have been
within its own usage period when it signed, where the SOD says when.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sekisho.clock import japan_date
from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.certificate import (
    DIGITAL_SIGNATURE,
    MAX_CERTIFICATE,
    Certificate,
    read_certificate,
    signed_by,
)
from sekisho.contracts.evidence.cms.errors import ParametersRefused, SignatureInvalid
from sekisho.contracts.evidence.cms.keys import read_public_key
from sekisho.contracts.evidence.cms.signed_data import check_attributes, check_signed
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.jpki.ports import Challenges
from sekisho.contracts.evidence.passport import crl, parse
from sekisho.contracts.evidence.passport.active import check_answer
from sekisho.contracts.evidence.passport.challenge import PURPOSE, require_ours
from sekisho.contracts.evidence.passport.countries import TWO_LETTERS
from sekisho.contracts.evidence.passport.errors import (
    AuthorityUnknown,
    CountryMismatch,
    DocumentExpired,
    FileMalformed,
    FileTooLarge,
    GroupAltered,
    GroupMissing,
    GroupNotSigned,
    NotAPassport,
    NotByCountry,
    OutsideValidity,
    RevocationUnknown,
    SignedOutsidePeriod,
    SignerMissing,
    SignerOther,
    SignerRevoked,
    SignerUsageRefused,
)
from sekisho.contracts.evidence.passport.model import (
    ActiveAnswer,
    ChipState,
    PassportResult,
    RevocationState,
    SecurityObject,
    Stated,
    UnverifiedPassport,
    VerifiedPassport,
)
from sekisho.contracts.evidence.passport.mrz import Mrz, read_mrz
from sekisho.contracts.evidence.passport.names import name_agrees
from sekisho.contracts.evidence.passport.photo import FACE_GROUP
from sekisho.contracts.evidence.passport.profile import (
    GROUP_TAGS,
    MAX_ALL_GROUPS,
    MAX_COM,
    MAX_GROUP,
    MAX_RESPONSE,
    MAX_SOD,
)
from sekisho.contracts.evidence.passport.steps import STEPS
from sekisho.contracts.evidence.passport.trust import Authority, TrustStore
from sekisho.contracts.evidence.passport.words import (
    CHALLENGE_NOT_OURS,
    LEFT_TO_CALLER,
    NAME_NOT_COMPARABLE,
    NO_AUTHORITY,
    NO_CHALLENGE,
    NO_CHIP_KEY,
    NO_DATA_GROUP_15,
    NOT_AUTHENTICATED,
    chip_authentication,
    groups_not_given,
    origin_of,
)
from sekisho.contracts.evidence.steps import NO_REASON, Report, Walk
from sekisho.engine.facts import Text, Value

_SIGNER: Final = "document signer"
_CHIP_KEY: Final = 15
_SECURITY_INFOS: Final = 14


def verify_passport(
    files: UnverifiedPassport,
    *,
    store: TrustStore,
    lists: Sequence[crl.VerifiedCrl],
    moment: datetime,
    stated: Stated | None = None,
    session: Session | None = None,
) -> PassportResult:
    """Verify ``files`` as of ``moment`` (aware). Never raises for what the files hold: the report says what failed.

    ``stated`` is what the application says of the holder. The facts are attributes of a ``chip_read`` item; ``at``,
    ``person``, ``software`` and ``displayed_on_screen`` are the caller's to add. ``session`` knows the challenge that
    the chip answered; without one, whether it was ours and new is left to the caller.
    """
    return _Verification(files, store, lists, moment, stated or Stated(), session).run()


@dataclass(frozen=True, slots=True)
class Session:
    """Who knows the challenges that were made for chips, and the application this verification is for."""

    challenges: Challenges
    application: str

    def use_up(self, active: ActiveAnswer, moment: datetime) -> None:
        """The answer counts now and never again; raises why it doesn't count."""
        nonce = active.nonce or b""
        require_ours(self.challenges.consume(nonce, purpose=PURPOSE, application=self.application, moment=moment))


class _Verification:
    def __init__(
        self,
        files: UnverifiedPassport,
        store: TrustStore,
        lists: Sequence[crl.VerifiedCrl],
        moment: datetime,
        stated: Stated,
        session: Session | None,
    ) -> None:
        self._files = files
        self._store = store
        self._lists = lists
        self._moment = moment
        self._stated = stated
        self._session = session
        self._left = LEFT_TO_CALLER if session is not None else (*LEFT_TO_CALLER, CHALLENGE_NOT_OURS)
        self._today = japan_date(moment)
        self._walk = Walk(STEPS)
        self._mrz: Mrz | None = None
        self._revocation = RevocationState.COULD_NOT_CHECK
        self._chip = ChipState.NOT_SHOWN

    def run(self) -> PassportResult:
        try:
            return self._steps()
        except EvidenceRefused as error:
            report = self._walk.refused(error, findings=self._findings(error), left_to_caller=self._left)
            return self._result(report, None)

    def _steps(self) -> PassportResult:
        walk = self._walk
        with walk.step(0):
            _check_sizes(self._files)
        with walk.step(1):
            listed = self._read()
        with walk.step(2, groups_not_given(frozenset(listed.digests) - frozenset(self._files.groups))):
            _check_groups(self._files, listed)
        with walk.step(3):
            check_attributes(listed.signed, "EF.SOD")
        with walk.step(4):
            signer = _signer(self._files, listed)
            check_signed(listed.signed, read_public_key(signer.spki, _SIGNER), "EF.SOD")
        authority = self._authority(signer, listed)
        with walk.step(6):
            mrz = self._mrz = self._zone()
        authentic = authority is not None
        if authority is None:
            for number in (7, 8):
                walk.leave(number, NO_AUTHORITY)
        else:
            with walk.step(7, origin_of(authority.provenance)):
                _check_countries(authority, signer, mrz)
            authentic = self._check_revocation(signer)
        self._active(listed, authentic=authentic)
        with walk.step(10):
            if mrz.expiry < self._today:  # the day of expiry is the last valid one
                raise DocumentExpired(expiry=mrz.expiry.isoformat())
        walk.leave(11, chip_authentication(self._files.reader.chip_authentication))
        facts, left = self._facts(mrz, authority is not None, authentic)
        verified = None
        if authority is not None and authentic:
            verified = VerifiedPassport(
                mrz=mrz,
                country=TWO_LETTERS[mrz.issuer],
                signer=signer,
                authority=authority.certificate,
                groups=frozenset(self._files.groups),
                chip=self._chip,
                proof=walk.proof(0, 1, 2, 3, 4, 5, 6, 7, 8, 10),
            )
        return self._result(walk.report(facts, left_to_caller=(*self._left, *left)), verified)

    def _findings(self, error: EvidenceRefused) -> dict[str, Value]:
        """What can be said of it all the same: nothing if it is no passport; an expired one may well be real."""
        if isinstance(error, NotAPassport):
            return {}
        if isinstance(error, DocumentExpired) and self._mrz is not None:
            return {"document": "passport", "valid_until": self._mrz.expiry, "no_expiry": False}
        return {"document": "passport", "authenticity": "failed"}

    def _result(self, report: Report, verified: VerifiedPassport | None) -> PassportResult:
        return PassportResult(
            report, verified, self._mrz, self._revocation, self._chip, self._files.reader, self._moment
        )

    def _read(self) -> SecurityObject:
        listed = parse.read_security_object(self._files.sod)
        if self._files.com is not None:
            # EF.COM isn't signed; what it lists beyond the SOD could only have been added (ICAO 9303-10 §4.6.1).
            for number in sorted(parse.read_com(self._files.com) - frozenset(listed.digests)):
                raise GroupNotSigned(group=number)
        return listed

    def _authority(self, signer: Certificate, listed: SecurityObject) -> Authority | None:
        """Step 5; None where no authority is configured, which step 5 then says."""
        try:
            with self._walk.step(5):
                authority = _issuer(self._store, signer, self._moment)
                self._check_validity(signer, authority.certificate)
                _check_signing_time(signer, listed.signed.signer.signing_time, self._moment)
                return authority
        except NotCheckable:
            return None

    def _check_validity(self, signer: Certificate, authority: Certificate) -> None:
        if self._moment > signer.not_after:
            self._revocation = RevocationState.EXPIRED
        for name, certificate in ((_SIGNER, signer), ("country authority", authority)):
            if not certificate.not_before <= self._moment <= certificate.not_after:
                raise OutsideValidity(
                    certificate=name,
                    first=certificate.not_before.isoformat(),
                    last=certificate.not_after.isoformat(),
                )

    def _zone(self) -> Mrz:
        mrz = read_mrz(parse.zone_of(self._files.groups[1]), today=self._today)
        if not mrz.code.startswith("P"):  # ICAO 9303-4 §4.2.2: P for passports, whatever the second letter
            raise NotAPassport(code=mrz.code)
        return mrz

    def _check_revocation(self, signer: Certificate) -> bool:
        """Step 8: whether the signer is known to be good; that it couldn't be checked, step 8 then says."""
        try:
            with self._walk.step(8):
                crl.for_issuer(self._lists, signer.issuer).require_good(signer.serial, self._moment)
        except SignerRevoked:
            self._revocation = RevocationState.REVOKED
            raise
        except RevocationUnknown:
            self._revocation = RevocationState.UNKNOWN
            return False
        except NotCheckable:
            return False
        self._revocation = RevocationState.GOOD
        return True

    def _active(self, listed: SecurityObject, *, authentic: bool) -> None:
        walk, groups = self._walk, self._files.groups
        if _CHIP_KEY not in listed.digests:
            walk.leave(9, NO_CHIP_KEY)
        elif self._files.active is None:
            walk.leave(9, NO_CHALLENGE)
        elif _CHIP_KEY not in groups:
            walk.leave(9, NO_DATA_GROUP_15)
        elif not authentic:
            walk.leave(9, NOT_AUTHENTICATED)
        else:
            with walk.step(9, NO_REASON if self._session is None else self._session.challenges.limits):
                if self._session is not None:
                    self._session.use_up(self._files.active, self._moment)
                infos = parse.security_infos_of(groups[_SECURITY_INFOS]) if _SECURITY_INFOS in groups else {}
                check_answer(parse.chip_key_of(groups[_CHIP_KEY]), infos, self._files.active)
            self._chip = ChipState.GENUINE

    def _facts(self, mrz: Mrz, chained: bool, authentic: bool) -> tuple[dict[str, Value], tuple[Text, ...]]:
        without = "could_not_check" if chained else "read_not_authenticated"
        facts: dict[str, Value] = {
            "document": "passport",
            "authenticity": "signature_verified" if authentic else without,
            "shows": frozenset({"name", "birth_date"} | ({"photo"} if FACE_GROUP in self._files.groups else set())),
            "valid_until": mrz.expiry,
            "no_expiry": False,
        }
        left: tuple[Text, ...] = ()
        if self._stated.name is not None:
            agrees = name_agrees(mrz.surname, mrz.given, cut=mrz.name_cut, stated=self._stated.name)
            if agrees is None:
                left = (NAME_NOT_COMPARABLE,)
            else:
                facts["name_agrees"] = agrees
        if self._stated.birth_date is not None:
            same = _birth_agrees(mrz.birth, self._stated.birth_date)
            if same is not None:
                facts["birth_date_agrees"] = same
        return facts, left


def _check_sizes(files: UnverifiedPassport) -> None:
    answer = None if files.active is None else files.active.response
    for name, data, limit in (
        ("EF.SOD", files.sod, MAX_SOD),
        ("EF.COM", files.com, MAX_COM),
        (_SIGNER, files.signer, MAX_CERTIFICATE),
        ("response", answer, MAX_RESPONSE),
        *((f"DG{number}", group, MAX_GROUP) for number, group in files.groups.items()),
    ):
        if data is not None and len(data) > limit:
            raise FileTooLarge(file=name, limit=limit)
    if sum(len(group) for group in files.groups.values()) > MAX_ALL_GROUPS:
        raise FileTooLarge(file="DG1–DG16", limit=MAX_ALL_GROUPS)
    for number in files.groups:
        if number not in GROUP_TAGS:
            raise FileMalformed(file=f"DG{number}", problem="there are data groups 1 to 16")


def _check_groups(files: UnverifiedPassport, listed: SecurityObject) -> None:
    if 1 not in files.groups:
        raise GroupMissing(group=1)
    for number, data in sorted(files.groups.items()):
        parse.check_label(number, data)
        if number not in listed.digests:  # a naive verifier walks the SOD's list and never sees this group
            raise GroupNotSigned(group=number)
        digest = hashlib.new(listed.digest.label, data).digest()
        if not hmac.compare_digest(digest, listed.digests[number]):
            raise GroupAltered(group=number)


def _signer(files: UnverifiedPassport, listed: SecurityObject) -> Certificate:
    """The certificate of the signer the SOD names, for signing documents and nobody's authority."""
    signer = listed.signed.signer
    elements = list(listed.signed.certificates)
    if files.signer is not None:
        elements.append(der.read(files.signer))
    if not elements:
        raise SignerMissing
    for element in elements:
        certificate = read_certificate(element, _SIGNER)
        if signer.issuer is not None:
            named = (certificate.issuer.key, certificate.serial) == (signer.issuer.key, signer.serial)
        else:
            named = certificate.subject_key is not None and certificate.subject_key == signer.subject_key
        if named:
            _check_usage(certificate)
            return certificate
    raise SignerOther


def _check_usage(certificate: Certificate) -> None:
    """ICAO 9303-12 §7.1.1, table 4: a signer's certificate is for digital signatures and nothing else."""
    if certificate.is_ca:
        raise SignerUsageRefused(problem="it is an authority's")
    if certificate.issuer.key == certificate.subject.key:
        raise SignerUsageRefused(problem="its issuer is itself")
    if certificate.key_usage is None or DIGITAL_SIGNATURE not in certificate.key_usage:
        raise SignerUsageRefused(problem="keyUsage lacks digitalSignature")
    if certificate.extended_usage is not None:
        raise SignerUsageRefused(problem="it is for an extended usage")


def _issuer(store: TrustStore, signer: Certificate, moment: datetime) -> Authority:
    """The authority whose key signed; of a root and a link with the same key, one that is valid at ``moment``."""
    candidates = store.issuers(signer.issuer, signer.authority_key)
    if not candidates:
        raise AuthorityUnknown(country=signer.issuer.country or "?")
    found = []
    for authority in candidates:
        try:
            signed_by(signer, authority.key, _SIGNER)
        except (SignatureInvalid, ParametersRefused):
            continue
        found.append(authority)
    if not found:
        raise NotByCountry
    return max(found, key=lambda one: one.certificate.not_before <= moment <= one.certificate.not_after)


def _check_signing_time(signer: Certificate, signed: datetime | None, moment: datetime) -> None:
    """ICAO 9303-12 §4.3, §7.1: within the key's usage period. Most SODs don't say when, and then nothing is asked."""
    if signed is None:
        return
    first = signer.not_before if signer.key_from is None else max(signer.not_before, signer.key_from)
    last = signer.not_after if signer.key_until is None else min(signer.not_after, signer.key_until)
    if not first <= signed <= min(last, moment):
        raise SignedOutsidePeriod(signed=signed.isoformat())


def _check_countries(authority: Authority, signer: Certificate, mrz: Mrz) -> None:
    document = TWO_LETTERS.get(mrz.issuer)
    if document is None or not authority.country == signer.subject.country == document:
        raise CountryMismatch(
            authority=authority.country or "?",
            signer=signer.subject.country or "?",
            document=document or mrz.issuer,
        )


def _birth_agrees(read: date | None, stated: date) -> bool | None:
    """The zone has two digits of the year: another century than the likeliest can't be told apart."""
    if read is None:
        return None
    if (read.year % 100, read.month, read.day) != (stated.year % 100, stated.month, stated.day):
        return False
    return True if read == stated else None
