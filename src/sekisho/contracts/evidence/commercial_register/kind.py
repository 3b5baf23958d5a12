"""Companies' signatures in the shape of every verifier (:mod:`sekisho.contracts.evidence.verifier`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sekisho.contracts.errors import MissingField, WrongValue
from sekisho.contracts.evidence.commercial_register import profile as names
from sekisho.contracts.evidence.commercial_register.document import RegisterDocument, read_document
from sekisho.contracts.evidence.commercial_register.errors import TooManyRegistrars
from sekisho.contracts.evidence.commercial_register.model import StatedCorporation
from sekisho.contracts.evidence.commercial_register.profile import RegisterProfile, production
from sekisho.contracts.evidence.commercial_register.verify import prove_register_signature
from sekisho.contracts.evidence.jpki.document import DocumentChallenge
from sekisho.contracts.evidence.jpki.ports import Challenges, FirstAnswer, RevocationSource, StoredLists
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
            application=_application(document, asked),
            stated=StatedCorporation(person.name, person.address),
            moment=asked.moment,
            profile=self.profile,
            nonces=_challenges(document, asked),
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


def _application(document: RegisterDocument, asked: Asked) -> str:
    """The application the evidence is for; a document without one is for the one asked about."""
    if asked.application:
        if document.application not in (None, asked.application):
            raise WrongValue(field="application", expected="left out, or the application that this evidence is for")
        return asked.application
    if document.application is None:
        raise MissingField(field="application")
    return document.application


def _challenges(document: RegisterDocument, asked: Asked) -> Challenges:
    """Who knows the challenge: whoever issued it, and otherwise the document, which must then bring it."""
    if asked.challenges is not None:
        return asked.challenges
    if document.challenge is None:
        raise MissingField(field="challenge.text")
    return DocumentChallenge(document.challenge)
