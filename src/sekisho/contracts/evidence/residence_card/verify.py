"""Verify what was read from the chip of a residence card or a special permanent resident certificate.

 (0) the files aren't larger than any of a card
 (1) the type of card is a published one, and each file has its data objects: once, in order, of their sizes
 (2) the number has its form; on a second-generation chip it is the one the card was opened with
 (3) the certificate in DF3 is strict DER, a leaf for signatures, with the generation's key
 (4) its key signed what the generation signs
 (5) a configured authority of the Immigration Services Agency issued it
 (6) both are valid now
 (7) second generation: the entries have their forms, and the date of birth is compared; a photo is there if it must be
 (8) second generation: the card's validity hasn't ended
 (9) address and permissions: outside the signature, never verified
(10) the channel: only what the reading application says
(11) revocation of the card: left to the caller

The first generation signs two pictures, of the card's face and of the person, and nothing a machine could read: no
agreement of name, date of birth or address comes of it, nor an end of validity. The second signs entries in text, the
photo and a picture of the name. In both, address (what was written later), number and type are outside the signature.
Where no authority is configured, or not this card's, the card is neither verified nor refused. A copy of a chip can't
be told from the chip.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from sekisho.clock import japan_date
from sekisho.contracts.evidence.cms import der
from sekisho.contracts.evidence.cms.algorithms import Scheme
from sekisho.contracts.evidence.cms.certificate import Certificate, read_certificate
from sekisho.contracts.evidence.cms.errors import SignatureInvalid
from sekisho.contracts.evidence.cms.keys import PublicKey, check_signature
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable
from sekisho.contracts.evidence.residence_card import parse, words
from sekisho.contracts.evidence.residence_card.errors import (
    CardExpired,
    CardSignatureWrong,
    CertificateOutsideValidity,
    FileTooLarge,
    NumberMalformed,
    NumberMismatch,
    PhotoMissing,
)
from sekisho.contracts.evidence.residence_card.model import (
    Authority,
    CardResult,
    Entries,
    Objects,
    UnverifiedCard,
    VerifiedCard,
)
from sekisho.contracts.evidence.residence_card.profile import (
    MAX_FILE,
    NO_PHOTO_ISSUED_UNDER,
    NUMBER_TAG,
    PHOTO_TAG,
    Generation,
    Layout,
    Standing,
)
from sekisho.contracts.evidence.residence_card.steps import STEPS
from sekisho.contracts.evidence.residence_card.trust import AUTHORITY, CARD, TrustStore, card_key, issuer_of
from sekisho.contracts.evidence.steps import NO_REASON, Report, Walk
from sekisho.engine.facts import Text, Value

NUMBER: Final = re.compile(r"[A-Z]{2}\d{8}[A-Z]{2}", re.ASCII)
"""Two letters, eight digits, two letters: 12 characters in the second generation's DF1/EF01 too (spec 2 §3.3.4 [2])."""


def verify_card(
    card: UnverifiedCard, *, store: TrustStore, moment: datetime, birth_date: date | None = None
) -> CardResult:
    """Verify ``card`` as of ``moment`` (aware). Never raises for what the files hold: the report says what failed.

    ``birth_date`` is what the application states. The facts are attributes of a ``chip_read`` item; ``at``, ``person``,
    ``software``, ``displayed_on_screen`` and what people compare on the screen are the caller's to add.
    """
    return _Verification(card, store, moment, birth_date).run()


class _Verification:
    def __init__(self, card: UnverifiedCard, store: TrustStore, moment: datetime, stated: date | None) -> None:
        self._card = card
        self._store = store
        self._moment = moment
        self._stated = stated
        self._today = japan_date(moment)
        self._walk = Walk(STEPS)
        self._layout: Layout | None = None
        self._number: str | None = None
        self._entries: Entries | None = None

    def run(self) -> CardResult:
        try:
            return self._steps()
        except EvidenceRefused as error:
            report = self._walk.refused(error, findings=self._findings(error), left_to_caller=words.LEFT_TO_CALLER)
            return self._result(report, None)

    def _steps(self) -> CardResult:
        walk, card = self._walk, self._card
        with walk.step(0):
            for name, data in sorted(card.files.items()):
                if len(data) > MAX_FILE:
                    raise FileTooLarge(file=name, limit=MAX_FILE)
        with walk.step(1):
            layout = self._layout = parse.read_layout(card.files)
            objects = parse.read_objects(layout, card.files)
        first = layout.generation is Generation.FIRST
        with walk.step(2, words.NUMBER_NOT_ON_CHIP if first else words.NUMBER_NOT_SIGNED):
            _check_number(card.number, objects)
            self._number = card.number
        with walk.step(3):
            data = parse.certificate_in(objects.values[layout.signing.certificate.tag])
            certificate = read_certificate(der.read(data), CARD)
            key = card_key(certificate, layout.signing)
        with walk.step(4):
            _check_signature(key, objects)
        authority = self._authority(certificate)
        photo = any(objects.values.get(PHOTO_TAG, b""))
        with walk.step(7) as note:
            if not first:
                self._entries = parse.read_entries(objects, today=self._today)
            self._check_photo(photo)
            note.text = self._told(photo)
        if self._entries is None:
            walk.leave(8, words.EXPIRY_IN_PICTURE)
        else:
            with walk.step(8):
                if self._entries.expiry < self._today:  # 入管法19条の5: the last day is a valid one
                    raise CardExpired(expiry=self._entries.expiry.isoformat())
        walk.leave(9, words.outside(_outside(layout, card)))
        walk.leave(10, words.channel(card.reader.secure_messaging, card.reader.application))
        walk.leave(11, words.REVOCATION)
        verified = None
        if authority is not None:
            proof = walk.proof(*range(8 if self._entries is None else 9))
            verified = VerifiedCard(layout, card.number, self._entries, photo, certificate, authority, proof)
        facts = self._facts(layout, objects, photo=photo, authentic=verified is not None)
        report = walk.report(facts, left_to_caller=words.LEFT_TO_CALLER)
        return self._result(report, verified, objects.values[PHOTO_TAG] if photo else None)

    def _authority(self, certificate: Certificate) -> Authority | None:
        """Steps 5 and 6. None where none is configured, or not this card's, which step 5 then says."""
        walk = self._walk
        if not self._store.by_name:
            for number in (5, 6):
                walk.leave(number, words.NO_AUTHORITY)
            return None
        try:
            with walk.step(5) as note:
                authority = issuer_of(certificate, self._store)
                note.text = Text(f"認証局: {authority.source}", f"authority: {authority.source}")
        except NotCheckable:
            walk.leave(6, words.NO_AUTHORITY)
            return None
        with walk.step(6):
            for name, one in ((CARD, certificate), (AUTHORITY, authority.certificate)):
                # RFC 5280 §4.1.2.5: both ends belong to the period; it is written to the second.
                if not one.not_before <= self._moment.replace(microsecond=0) <= one.not_after:
                    raise CertificateOutsideValidity(
                        certificate=name, first=one.not_before.isoformat(), last=one.not_after.isoformat()
                    )
        return authority

    def _check_photo(self, photo: bool) -> None:
        """A card without a photo is a child's; of a first-generation card's holder only the application tells."""
        if photo:
            return
        birth = self._stated if self._entries is None else self._entries.birth
        year = self._today.year - NO_PHOTO_ISSUED_UNDER
        if birth is None and self._entries is not None and self._entries.birth_year < year:
            raise PhotoMissing(age=NO_PHOTO_ISSUED_UNDER)
        if birth is not None and (birth.year, birth.month, birth.day) <= (year, self._today.month, self._today.day):
            raise PhotoMissing(age=NO_PHOTO_ISSUED_UNDER)

    def _told(self, photo: bool) -> Text:
        unknown = self._entries is not None and self._entries.birth is None
        return words.joined(
            words.ONLY_PICTURES if self._entries is None else NO_REASON,
            NO_REASON if photo else words.NO_PHOTO,
            words.BIRTH_UNKNOWN if unknown else NO_REASON,
        )

    def _facts(self, layout: Layout, objects: Objects, *, photo: bool, authentic: bool) -> dict[str, Value]:
        shows = {"photo"} if photo else set[str]()
        if layout.generation is Generation.SECOND:
            shows.add("birth_date")
        shows |= {item for tag, items in layout.pictures if any(objects.values.get(tag, b"")) for item in items}
        facts: dict[str, Value] = {
            "document": layout.document,
            "authenticity": "signature_verified" if authentic else "read_not_authenticated",
            "shows": frozenset(shows),
            "no_expiry": False,
        }
        if self._entries is not None:
            facts["valid_until"] = self._entries.expiry
            if self._stated is not None:
                if self._entries.birth is not None:
                    facts["birth_date_agrees"] = self._entries.birth == self._stated
                elif self._entries.birth_year != self._stated.year:
                    facts["birth_date_agrees"] = False
        return facts

    def _findings(self, error: EvidenceRefused) -> dict[str, Value]:
        """What can be said of it all the same: nothing without a type; an expired card may well be real."""
        if self._layout is None:
            return {}
        if isinstance(error, CardExpired) and self._entries is not None:
            return {"document": self._layout.document, "valid_until": self._entries.expiry, "no_expiry": False}
        return {"document": self._layout.document, "authenticity": "failed"}

    def _result(self, report: Report, verified: VerifiedCard | None, photo: bytes | None = None) -> CardResult:
        return CardResult(report, verified, self._number, self._entries, self._card.reader, self._moment, photo)


def _check_number(number: str, objects: Objects) -> None:
    on_chip = objects.values.get(NUMBER_TAG)
    if NUMBER.fullmatch(number) is None:
        raise NumberMalformed
    if on_chip is not None and on_chip != number.encode("ascii"):
        raise NumberMismatch


def _check_signature(key: PublicKey, objects: Objects) -> None:
    signing = objects.layout.signing
    signature = objects.values[signing.signature.tag]
    if signing.card.scheme is Scheme.ECDSA:
        half = len(signature) // 2
        signature = encode_dss_signature(int.from_bytes(signature[:half]), int.from_bytes(signature[half:]))
    try:
        check_signature(key, signing.card, signature, objects.signed(), CARD)
    except SignatureInvalid:
        raise CardSignatureWrong from None


def _outside(layout: Layout, card: UnverifiedCard) -> list[str]:
    """The files given that hold something the signature doesn't cover, but for type, version and number."""
    return [
        file.name
        for file in layout.files
        if file.name in card.files
        and file.name.startswith(("DF1/", "DF2/"))
        and any(one.standing is Standing.OUTSIDE and one.tag != NUMBER_TAG for one in file.objects)
    ]
