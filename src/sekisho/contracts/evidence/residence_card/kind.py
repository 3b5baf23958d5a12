"""Residence cards in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.cms.certificate import MAX_CERTIFICATE
from sekisho.contracts.evidence.residence_card import profile
from sekisho.contracts.evidence.residence_card.document import read_document
from sekisho.contracts.evidence.residence_card.model import Authority
from sekisho.contracts.evidence.residence_card.trust import TrustStore, read_authority
from sekisho.contracts.evidence.residence_card.verify import verify_card
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


@dataclass(frozen=True, slots=True)
class PreparedResidenceCard:
    """Cards under one operator's trust."""

    store: TrustStore

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. Nobody is asked: revocation of the card is the caller's affair."""
        document = read_document(raw)
        person = asked.about(Person(birth_date=document.birth_date))
        found = verify_card(document.card, store=self.store, moment=asked.moment, birth_date=person.birth_date)
        birth = None if found.entries is None else found.entries.birth
        return Verification(
            found.report, found.number, Person(birth_date=birth), photo_digests=photo_digests(found.photo)
        )


class ResidenceCardVerifier:
    """The verifier of residence cards and special permanent resident certificates.

    Names and addresses are pictures in both generations, and in the first all else is as well: whoever compared them on
    the screen vouches for that, beside what is verified, which prevails.
    """

    kind = "residence_card"
    title = Text(
        "在留カード・特別永住者証明書のICチップ",
        "the chip of a residence card or special permanent resident certificate",
    )
    covers = (Covered("chip_read", {"document": frozenset(one.document for one in profile.LAYOUTS.values())}),)
    attested_beside = frozenset(
        {"software", "displayed_on_screen", "name_agrees", "address_agrees", "birth_date_agrees", "valid_until"}
    )
    uses = (
        TrustUse(
            profile.USE_AUTHORITY,
            Text(
                "出入国在留管理庁が公表する在留カード等の認証局の証明書（DER、全世代）",
                "certificate of the authority for residence cards that the agency publishes, DER, all generations",
            ),
            MAX_CERTIFICATE,
        ),
    )

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002 - the protocol's; see below
        """As :meth:`Verifier.prepare`. Validity is asked at each card, so ``moment`` makes no difference here."""
        return PreparedResidenceCard(TrustStore.of(_read(one) for one in trust.get(profile.USE_AUTHORITY, ())))


RESIDENCE_CARD = ResidenceCardVerifier()
"""The verifier of residence cards."""


def _read(file: TrustFile) -> Authority:
    with trusting(profile.USE_AUTHORITY, file):
        return read_authority(file.content, source=file.name)
