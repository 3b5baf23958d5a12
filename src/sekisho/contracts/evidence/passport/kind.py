"""Passports in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.errors import MissingField
from sekisho.contracts.evidence.cms.certificate import MAX_CERTIFICATE
from sekisho.contracts.evidence.passport import profile
from sekisho.contracts.evidence.passport.configured import Configured, configured
from sekisho.contracts.evidence.passport.document import read_document
from sekisho.contracts.evidence.passport.model import Stated
from sekisho.contracts.evidence.passport.mrz import Mrz
from sekisho.contracts.evidence.passport.photo import FACE_GROUP, photos_in
from sekisho.contracts.evidence.passport.verify import Session, verify_passport
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


@dataclass(frozen=True, slots=True)
class PreparedPassport:
    """Passports under one operator's trust."""

    trust: Configured

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. The challenge of active authentication is used up where somebody keeps it."""
        document = read_document(raw)
        active = document.files.active
        if asked.challenges is not None and active is not None and active.nonce is None:
            raise MissingField(field="active.nonce")
        person = asked.about(Person(name=document.stated.name, birth_date=document.stated.birth_date))
        found = verify_passport(
            document.files,
            store=self.trust.store,
            lists=self.trust.lists,
            moment=asked.moment,
            stated=Stated(person.name, person.birth_date),
            session=None if asked.challenges is None else Session(asked.challenges, asked.application),
        )
        if found.read is None:
            return Verification(found.report)
        return Verification(
            found.report,
            found.read.number,
            _shown(found.read),
            photo_digests=photo_digests(*photos_in(document.files.groups.get(FACE_GROUP, b""))),
        )


class PassportVerifier:
    """The passport's verifier."""

    kind = "passport"
    title = Text("旅券のICチップ", "a passport's chip")
    covers = (Covered("chip_read", {"document": frozenset({"passport"})}),)
    attested_beside = frozenset({"software", "displayed_on_screen"})
    uses = (
        TrustUse(
            profile.USE_AUTHORITY,
            Text("国の認証局（CSCA）の証明書（DER）", "certificate of a country authority (CSCA), DER"),
            MAX_CERTIFICATE,
        ),
        TrustUse(profile.USE_MASTER_LIST, Text("マスターリスト", "master list"), profile.MAX_LIST),
        TrustUse(
            profile.USE_LIST_SIGNER,
            Text(
                "マスターリストの署名者、またはその国の認証局の証明書（DER）",
                "certificate of a master list's signer, or of its country authority, DER",
            ),
            MAX_CERTIFICATE,
        ),
        TrustUse(
            profile.USE_REVOCATION_LIST,
            Text("国の認証局の失効リスト（DER）", "revocation list of a country authority, DER"),
            profile.MAX_CRL,
        ),
    )

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:
        """As :meth:`Verifier.prepare`."""
        return PreparedPassport(
            configured(
                authorities=trust.get(profile.USE_AUTHORITY, ()),
                master_lists=trust.get(profile.USE_MASTER_LIST, ()),
                list_signers=trust.get(profile.USE_LIST_SIGNER, ()),
                revocation_lists=trust.get(profile.USE_REVOCATION_LIST, ()),
                moment=moment,
            )
        )


PASSPORT = PassportVerifier()
"""The verifier of passports."""


def _shown(read: Mrz) -> Person:
    return Person(name=f"{read.surname} {read.given}".strip(), birth_date=read.birth)
