"""Companies' signatures in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.evidence.commercial_register import profile as names
from sekisho.contracts.evidence.commercial_register.document import read_document
from sekisho.contracts.evidence.commercial_register.errors import TooManyRegistrars
from sekisho.contracts.evidence.commercial_register.model import StatedCorporation
from sekisho.contracts.evidence.commercial_register.profile import RegisterProfile, production
from sekisho.contracts.evidence.commercial_register.verify import prove_register_signature
from sekisho.contracts.evidence.jpki.document import application_of, challenges_of
from sekisho.contracts.evidence.jpki.ports import FirstAnswer, RevocationSource, StoredLists
from sekisho.contracts.evidence.pki.certificate import MAX_CERTIFICATE_BYTES
from sekisho.contracts.evidence.pki.crl import MAX_CRL_BYTES, RevocationLists, read_crl
from sekisho.contracts.evidence.pki.path import MAX_GENERATIONS, Authority, TrustStore
from sekisho.contracts.evidence.verifier import (
    Asked,
    Covered,
    Person,
    Prepared,
    Trust,
    TrustUse,
    Verification,
    trusting,
)
from sekisho.engine.facts import Text

_TITLE = Text("商業登記電子証明書による署名", "a signature by a certificate of the commercial registry")


@dataclass(frozen=True, slots=True)
class PreparedRegister:
    """Companies' signatures under one operator's trust: the lists' signatures are verified, their entries indexed."""

    profile: RegisterProfile
    lists: StoredLists

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """As :meth:`Prepared.verify`. Whoever is to be asked about revocation comes first, then the lists held."""
        document = read_document(raw)
        revocation: RevocationSource = self.lists
        if asked.revocation is not None:
            revocation = FirstAnswer((asked.revocation, revocation))
        person = asked.about(Person(document.stated.name, document.stated.address))
        found = prove_register_signature(
            document.submission,
            application=application_of(document, asked),
            stated=StatedCorporation(person.name, person.address),
            moment=asked.moment,
            profile=self.profile,
            nonces=challenges_of(document, asked),
            revocation=revocation,
        )
        if found.signer is None:
            return Verification(found.report)
        shown = Person(found.signer.corporation.name, found.signer.corporation.head_office)
        return Verification(found.report, f"{found.signer.id.serial:X}", shown)


@dataclass(frozen=True, slots=True)
class RegisterVerifier:
    """The verifier of companies' signatures."""

    kind: str = "commercial_register"
    title: Text = _TITLE
    covers: tuple[Covered, ...] = (
        Covered("electronic_signature", {"certificate": frozenset({"commercial_registry"})}),
    )
    attested_beside: frozenset[str] = frozenset()
    uses: tuple[TrustUse, ...] = (
        TrustUse(
            names.USE_AUTHORITY,
            Text(
                "電子認証登記所の登記官の証明書（DER、世代ごと）",
                "the registrar's certificate, DER, one per generation",
            ),
            MAX_CERTIFICATE_BYTES,
        ),
        TrustUse(
            names.USE_LIST,
            Text("商業登記電子証明書の失効リスト（DER）", "revocation list of the registrar, DER"),
            MAX_CRL_BYTES,
        ),
    )

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:  # noqa: ARG002  currency is asked at each use
        """As :meth:`Verifier.prepare`."""
        authorities = []
        for count, file in enumerate(trust.get(names.USE_AUTHORITY, ())):
            with trusting(names.USE_AUTHORITY, file):
                if count == MAX_GENERATIONS:
                    raise TooManyRegistrars(limit=MAX_GENERATIONS)
                authorities.append(Authority.of(file.content))
        store = TrustStore(tuple(authorities))
        lists = []
        for file in trust.get(names.USE_LIST, ()):
            with trusting(names.USE_LIST, file):
                lists.append(read_crl(file.content, store))
        return PreparedRegister(
            production(store), StoredLists(RevocationLists(tuple(lists)), "configured revocation lists")
        )


COMMERCIAL_REGISTER = RegisterVerifier()
"""The verifier of companies' signatures."""
