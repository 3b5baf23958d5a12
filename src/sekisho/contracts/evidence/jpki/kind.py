"""JPKI in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`): both certificates of a card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.errors import TrustFileRefused
from sekisho.contracts.evidence.jpki import profile as names
from sekisho.contracts.evidence.jpki.document import application_of, challenges_of, read_document
from sekisho.contracts.evidence.jpki.errors import TooManyAuthorities, TrustedForBoth
from sekisho.contracts.evidence.jpki.model import CertificateId, Stated, VerifiedSigner
from sekisho.contracts.evidence.jpki.ports import FirstAnswer, RevocationSource, StoredLists
from sekisho.contracts.evidence.jpki.profile import JpkiProfile, Purpose, production
from sekisho.contracts.evidence.jpki.verify import prove_authentication, prove_signing
from sekisho.contracts.evidence.pki.certificate import MAX_CERTIFICATE_BYTES
from sekisho.contracts.evidence.pki.crl import MAX_CRL_BYTES, RevocationList, RevocationLists, read_crl
from sekisho.contracts.evidence.pki.path import MAX_GENERATIONS, Authority, TrustStore
from sekisho.contracts.evidence.verifier import (
    Asked,
    Covered,
    Person,
    Prepared,
    Trust,
    TrustFile,
    TrustUse,
    Verification,
    trusting,
)
from sekisho.engine.facts import Text

_AUTHORITIES = {
    Purpose.SIGNING: names.USE_SIGNING_AUTHORITY,
    Purpose.AUTHENTICATION: names.USE_AUTHENTICATION_AUTHORITY,
}
_LISTS = {Purpose.SIGNING: names.USE_SIGNING_LIST, Purpose.AUTHENTICATION: names.USE_AUTHENTICATION_LIST}


@dataclass(frozen=True, slots=True)
class PreparedJpki:
    """JPKI under one operator's trust: the lists' signatures are verified and their entries indexed."""

    profile: JpkiProfile
    lists: Mapping[Purpose, StoredLists]

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. Whoever is to be asked about revocation comes first, then the lists held."""
        document = read_document(raw)
        application = application_of(document, asked)
        revocation: RevocationSource = self.lists[document.purpose]
        if asked.revocation is not None:
            revocation = FirstAnswer((asked.revocation, revocation))
        if document.purpose is Purpose.AUTHENTICATION:
            answered = prove_authentication(
                document.submission,
                application=application,
                moment=asked.moment,
                profile=self.profile,
                nonces=challenges_of(document, asked),
                revocation=revocation,
            )
            # The certificate names nobody: whose it is, only a register of linked ones knows (a step-up asks it).
            number = None if answered.user is None else _number(answered.user.id)
            return Verification(answered.report, number, tied=False)
        stated = document.stated
        person = asked.about(Person(stated.name, stated.address, stated.birth_date))
        signed = prove_signing(
            document.submission,
            application=application,
            stated=Stated(person.name, person.address, person.birth_date),
            moment=asked.moment,
            profile=self.profile,
            nonces=challenges_of(document, asked),
            revocation=revocation,
        )
        if signed.signer is None:
            return Verification(signed.report)
        return Verification(signed.report, _number(signed.signer.id), _shown(signed.signer))


class JpkiVerifier:
    """The verifier of JPKI."""

    kind = "jpki"
    title = Text("公的個人認証（JPKI）の署名・利用者証明", "JPKI: a signature or a user authentication")
    covers = (
        Covered("electronic_signature", {"certificate": frozenset({"jpki_signing", "jpki_signing_smartphone"})}),
        Covered("authentication", {"jpki_authentication": frozenset({True})}),
    )
    attested_beside: frozenset[str] = frozenset()
    uses = (
        TrustUse(
            names.USE_SIGNING_AUTHORITY,
            Text(
                "署名用認証局の証明書（DER、世代ごと）", "certificate of a signing authority, DER, one per generation"
            ),
            MAX_CERTIFICATE_BYTES,
        ),
        TrustUse(
            names.USE_SIGNING_LIST,
            Text("署名用証明書の失効リスト（DER）", "revocation list of signing certificates, DER"),
            MAX_CRL_BYTES,
        ),
        TrustUse(
            names.USE_AUTHENTICATION_AUTHORITY,
            Text("利用者証明用認証局の証明書（DER）", "certificate of a user-authentication authority, DER"),
            MAX_CERTIFICATE_BYTES,
        ),
        TrustUse(
            names.USE_AUTHENTICATION_LIST,
            Text("利用者証明用証明書の失効リスト（DER）", "revocation list of user-authentication certificates, DER"),
            MAX_CRL_BYTES,
        ),
    )

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  currency is asked at each use
        """As :meth:`Verifier.prepare`."""
        stores = {purpose: _store(_AUTHORITIES[purpose], trust.get(_AUTHORITIES[purpose], ())) for purpose in Purpose}
        _require_apart(trust, stores)
        profile = production(stores[Purpose.SIGNING], stores[Purpose.AUTHENTICATION])
        lists = {
            purpose: StoredLists(
                RevocationLists(tuple(_list(use, one, stores[purpose]) for one in trust.get(use, ()))),
                "configured revocation lists",
            )
            for purpose, use in _LISTS.items()
        }
        return PreparedJpki(profile, lists)


JPKI = JpkiVerifier()
"""The verifier of JPKI."""


def _store(use: str, files: Sequence[TrustFile]) -> TrustStore:
    if len(files) > MAX_GENERATIONS:
        raise TrustFileRefused.because(
            TooManyAuthorities(limit=MAX_GENERATIONS), use=use, name=files[MAX_GENERATIONS].name
        )
    found = []
    for one in files:
        with trusting(use, one):
            found.append(Authority.of(one.content))
    return TrustStore(tuple(found))


def _require_apart(trust: Trust, stores: Mapping[Purpose, TrustStore]) -> None:
    """An authority is trusted for one purpose, never for both."""
    keys = {one.certificate.public_key for one in stores[Purpose.SIGNING].authorities}
    use = names.USE_AUTHENTICATION_AUTHORITY
    for file, authority in zip(trust.get(use, ()), stores[Purpose.AUTHENTICATION].authorities, strict=True):
        if authority.certificate.public_key in keys:
            raise TrustFileRefused.because(TrustedForBoth(), use=use, name=file.name)


def _list(use: str, file: TrustFile, store: TrustStore) -> RevocationList:
    with trusting(use, file):
        return read_crl(file.content, store)


def _number(certificate: CertificateId) -> str:
    """The certificate's serial number, in hexadecimal as certificates are shown."""
    return f"{certificate.serial:X}"


def _shown(signer: VerifiedSigner) -> Person:
    said = signer.attributes
    return Person(said.name, said.address, said.birth_date)
