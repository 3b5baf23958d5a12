"""Smartphone cards in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sekisho.contracts.errors import IndividualNumber, WrongValue
from sekisho.contracts.evidence.cms.certificate import MAX_CERTIFICATE
from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.jpki.document import DocumentChallenge
from sekisho.contracts.evidence.jpki.model import Stated
from sekisho.contracts.evidence.mdoc.document import CardDocument, read_document
from sekisho.contracts.evidence.mdoc.errors import ProfileRefused, RecordNumberPresent
from sekisho.contracts.evidence.mdoc.profile import PRODUCTION, RecordProfile, read_profile
from sekisho.contracts.evidence.mdoc.verify import Asking, verify_record
from sekisho.contracts.evidence.passport.crl import VerifiedCrl, read_crl
from sekisho.contracts.evidence.passport.profile import MAX_CRL
from sekisho.contracts.evidence.passport.trust import Candidate, TrustStore, pinned, read_authority, trust_store
from sekisho.contracts.evidence.verifier import (
    Asked,
    Covered,
    Person,
    Prepared,
    Trust,
    TrustFile,
    TrustUse,
    Verification,
    photo_digests,
    trusting,
)
from sekisho.engine.facts import Text

USE_AUTHORITY: Final = "smartphone_card_authority"
USE_REVOCATION_LIST: Final = "smartphone_card_revocation_list"
USE_PROFILE: Final = "smartphone_card_profile"
MAX_PROFILE: Final = 64 * 1024
"""Bytes of a profile: a few dozen names."""


@dataclass(frozen=True, slots=True)
class PreparedCard:
    """Smartphone cards under one operator's trust."""

    profile: RecordProfile
    store: TrustStore
    lists: tuple[VerifiedCrl, ...]

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. A record with an individual number isn't reported on but refused as a whole.

        Raises ``IndividualNumber`` then, so that nobody keeps the document (番号利用法20条).
        """
        document = read_document(raw)
        application = _application(document, asked)
        person = asked.about(document.stated)
        found = verify_record(
            document.submission,
            application=application,
            profile=self.profile,
            store=self.store,
            lists=self.lists,
            asking=_asking(document, application, asked),
            stated=Stated(person.name, person.address, person.birth_date),
            moment=asked.moment,
        )
        if isinstance(found.report.failure, RecordNumberPresent):
            error = IndividualNumber(
                field="device_response" if document.submission.issuer_signed is None else "issuer_signed"
            )
            error.at_step(2)
            raise error
        shown = found.shown
        if shown is None:
            return Verification(found.report)
        return Verification(
            found.report,
            found.security_object_sha256,
            Person(shown.name, shown.address, shown.birth_date),
            photo_digests=photo_digests(shown.photo),
        )


class CardVerifier:
    """The smartphone card's verifier."""

    kind = "smartphone_card"
    title = Text("スマートフォンのマイナンバーカード（特定電磁的記録）", "smartphone My Number card (specified record)")
    covers = (Covered("card_substitute_record"),)
    attested_beside = frozenset({"program"})
    uses = (
        TrustUse(
            USE_AUTHORITY,
            Text(
                "カード代替電磁的記録の発行者認証局の証明書（DER）",
                "certificate of the record's issuing authority, DER",
            ),
            MAX_CERTIFICATE,
        ),
        TrustUse(
            USE_REVOCATION_LIST,
            Text("発行者認証局の失効リスト（DER）", "revocation list of the issuing authority, DER"),
            MAX_CRL,
        ),
        TrustUse(
            USE_PROFILE,
            Text(
                "記録のプロファイル（JSON、既定と違うとき）", "profile of the record, JSON, where it isn't the default"
            ),
            MAX_PROFILE,
        ),
    )

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:
        """As :meth:`Verifier.prepare`. At most one profile; without one, the default (:data:`PRODUCTION`)."""
        store = _store(trust.get(USE_AUTHORITY, ()), moment)
        lists = []
        for one in trust.get(USE_REVOCATION_LIST, ()):
            with trusting(USE_REVOCATION_LIST, one):
                lists.append(read_crl(one.content, store=store, moment=moment))
        return PreparedCard(_profile(trust.get(USE_PROFILE, ())), store, tuple(lists))


SMARTPHONE_CARD = CardVerifier()
"""The verifier of smartphone cards."""


def _store(files: Sequence[TrustFile], moment: datetime) -> TrustStore:
    candidates: list[Candidate] = []
    for one in files:
        with trusting(USE_AUTHORITY, one):
            candidate = pinned(read_authority(one.content), source=one.name, imported_at=moment)
            for unusable in trust_store((candidate,), source=one.name, imported_at=moment).unusable:
                raise unusable.why
            candidates.append(candidate)
    return trust_store(candidates, source="configured", imported_at=moment).store


def _profile(files: Sequence[TrustFile]) -> RecordProfile:
    if not files:
        return PRODUCTION
    if len(files) > 1:
        raise TrustFileRefused.because(
            ProfileRefused(name=files[1].name, problem="a second profile"), use=USE_PROFILE, name=files[1].name
        )
    with trusting(USE_PROFILE, files[0]):
        return read_profile(files[0].content, name=files[0].name)


def _application(document: CardDocument, asked: Asked) -> str:
    """The application the record is for; a document looked at by itself may be for none."""
    if not asked.application:
        return document.application or ""
    if document.application not in {None, asked.application}:
        raise WrongValue(field="application", expected="left out, or the application that this evidence is for")
    return asked.application


def _asking(document: CardDocument, application: str, asked: Asked) -> Asking | None:
    """Who knows the session: whoever issued it, and otherwise the document where it brought one."""
    if asked.challenges is not None:
        return Asking(asked.challenges, issued=True)
    challenge = document.challenge(application)
    return None if challenge is None else Asking(DocumentChallenge(challenge), issued=False)
