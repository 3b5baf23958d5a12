"""Driving licences in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.driving_licence.document import read_document
from sekisho.contracts.evidence.driving_licence.keys import read_keys
from sekisho.contracts.evidence.driving_licence.model import Change, LicenceResult, PoliceKey, UnverifiedRecord
from sekisho.contracts.evidence.driving_licence.profile import (
    MAX_KEY_FILE,
    SPECIFICATION_010,
    USE_LICENCE_KEY,
    USE_RECORD_KEY,
    LicenceProfile,
)
from sekisho.contracts.evidence.driving_licence.record import verify_record
from sekisho.contracts.evidence.driving_licence.verify import verify_licence
from sekisho.contracts.evidence.verifier import (
    Asked,
    Covered,
    Person,
    Prepared,
    Trust,
    TrustUse,
    Verification,
    photo_digests,
)
from sekisho.engine.facts import Text

_TITLE = Text(
    "運転免許証のICチップ（マイナ免許証を含む）", "a driving licence's chip, or its record on a My Number card"
)


@dataclass(frozen=True, slots=True)
class PreparedLicence:
    """Driving licences under one operator's keys. The two forms have keys of their own."""

    profile: LicenceProfile
    card_keys: tuple[PoliceKey, ...]
    record_keys: tuple[PoliceKey, ...]

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. A text with an individual number in it is an ``ApplicationRefused`` too."""
        document = read_document(raw)
        if isinstance(document.read, UnverifiedRecord):
            found = verify_record(document.read, keys=self.record_keys, profile=self.profile, moment=asked.moment)
        else:
            found = verify_licence(
                document.read,
                keys=self.card_keys,
                profile=self.profile,
                moment=asked.moment,
                stated=asked.about(document.stated),
            )
        return Verification(found.report, found.number, _shown(found), photo_digests=photo_digests(found.photo))


@dataclass(frozen=True, slots=True)
class LicenceVerifier:
    """The driving licence's verifier, by a profile of what its files look like."""

    profile: LicenceProfile = SPECIFICATION_010
    kind: str = "driving_licence"
    title: Text = _TITLE
    covers: tuple[Covered, ...] = (Covered("chip_read", {"document": frozenset({"driving_licence"})}),)
    attested_beside: frozenset[str] = frozenset({"software", "displayed_on_screen"})
    uses: tuple[TrustUse, ...] = (
        TrustUse(
            USE_LICENCE_KEY,
            Text(
                "免許証に署名する公安委員会の公開鍵または証明書（DER）",
                "police commission's key or certificate for licences, DER",
            ),
            MAX_KEY_FILE,
        ),
        TrustUse(
            USE_RECORD_KEY,
            Text(
                "マイナ免許証の免許情報記録に署名する公開鍵または証明書（DER）",
                "key or certificate for licence records on My Number cards, DER",
            ),
            MAX_KEY_FILE,
        ),
    )

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  # keys have no period of their own
        """As :meth:`Verifier.prepare`."""
        return PreparedLicence(
            self.profile,
            read_keys(trust.get(USE_LICENCE_KEY, ()), USE_LICENCE_KEY),
            read_keys(trust.get(USE_RECORD_KEY, ()), USE_RECORD_KEY),
        )


DRIVING_LICENCE = LicenceVerifier()
"""The verifier of driving licences, by what is known of the specification."""


def _shown(found: LicenceResult) -> Person:
    """What the card says of its holder; an item that was changed later isn't the holder's any more."""
    if found.entries is None or found.changes is None:
        return Person()
    return Person(
        found.entries.name if found.changes.name is Change.NONE else None,
        found.entries.address if found.changes.address is Change.NONE else None,
        found.entries.birth_date,
    )
