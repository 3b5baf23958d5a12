"""One shape for every verifier of raw evidence: the command line, the service and the tests call all kinds alike.

A kind's package has ``kind.py`` with one :class:`Verifier`; :mod:`sekisho.contracts.evidence.verifiers` lists them.
What an operator trusts comes as files by *use* (``jpki_signing_authority``, ``passport_country_authority`` …) and is
made ready once (:meth:`Verifier.prepare`); then any number of documents are verified against it::

    ready = PASSPORT.prepare(trust, moment=now)
    found = ready.verify(raw, Asked(application="A-1", moment=now, stated=stated))
    found.report.as_document()

Pure: no clock, network or database. What must be asked of somebody else (was this challenge ours?) comes as a port.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable, TrustFileRefused
from sekisho.contracts.evidence.jpki.ports import Challenges, RevocationSource
from sekisho.contracts.evidence.steps import Report
from sekisho.engine.facts import Text


@dataclass(frozen=True, slots=True)
class TrustFile:
    """Something the operator confirmed and configured, with the name it knows it by (a file name, a label)."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TrustUse:
    """A place for trust files: ``passport_country_authority``. ``limit`` is the most bytes one of them may have."""

    name: str
    title: Text
    limit: int


Trust = Mapping[str, Sequence[TrustFile]]
"""Trust files by the name of their use. A use that is missing has none."""


@contextmanager
def trusting(use: str, file: TrustFile) -> Iterator[None]:
    """Around the reading of one trust file: what is wrong with it becomes :class:`TrustFileRefused`, which names it."""
    try:
        yield
    except (EvidenceRefused, NotCheckable) as error:
        raise TrustFileRefused.because(error, use=use, name=file.name) from error


@dataclass(frozen=True, slots=True)
class Person:
    """Name, address and date of birth; None where nothing is said. Personal data: never in a report or an error."""

    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    birth_date: date | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Asked:
    """What one verification is about.

    ``application`` is the reference of the application that the evidence is for, and empty where there is none (the
    command line, a kept case): then a document's own word on application and person is taken (:meth:`about`).
    ``stated`` is what the application says about the person (or company). ``challenges`` knows what was issued and
    uses it up; None where the document brings its own and nobody can tell, which the report then says.
    ``revocation`` is who is asked beside the lists among the trust files, None where nobody is.
    """

    application: str
    moment: datetime
    stated: Person = Person()
    challenges: Challenges | None = None
    revocation: RevocationSource | None = None

    def about(self, document: Person) -> Person:
        """Whom the evidence is compared with: the application's person, whatever else the document says of one."""
        return self.stated if self.application else document


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of one document.

    ``identifier`` is the document's or certificate's number for the statutory record (Ordinance art. 8(1)(iii)(d)) and
    ``shown`` what the evidence itself says of the person; both are None or empty where it couldn't be read. They are
    personal data and go nowhere but into the record.

    ``tied``: something ties it to the person it is said to be of: items that could be compared, or a register kept
    here. False for an authentication by a card or passkey that holds, and may be anybody's: it counts for nobody.

    ``photo_digests``: SHA-256 of the photos in the chip that was read, as the chip holds them; of a face match, that of
    the photo the provider says it compared with. They tie the one to the other. Personal data: kept encrypted with the
    evidence, and never in a report or a leaf.
    """

    report: Report
    identifier: str | None = field(default=None, repr=False)
    shown: Person = Person()
    tied: bool = True
    photo_digests: frozenset[bytes] = field(default=frozenset(), repr=False)


def photo_digests(*photos: bytes | None) -> frozenset[bytes]:
    """SHA-256 of each photo that is there, for :attr:`Verification.photo_digests`."""
    return frozenset(hashlib.sha256(photo).digest() for photo in photos if photo)


@dataclass(frozen=True, slots=True)
class Covered:
    """Items of the catalogue that this verifier makes: nobody may attest such an item instead.

    ``where`` narrows it by the attribute that tells kinds apart (``document`` in ``{"passport"}``); empty means all.
    None among the values: an item that leaves the attribute out is covered too, where rules don't ask for it.
    """

    evidence: str
    where: Mapping[str, frozenset[str | bool | None]] = field(default_factory=dict)

    def holds(self, evidence: str, attributes: Mapping[str, object]) -> bool:
        """Whether an item of this kind with these attributes is one the verifier makes."""
        return evidence == self.evidence and all(attributes.get(name) in values for name, values in self.where.items())


class Prepared(Protocol):
    """A verifier with its trust made ready. Thread-safe."""

    def verify(self, raw: bytes, asked: Asked) -> Verification:
        """Verify one JSON document of this kind (its form stands in the kind's ``document.py``).

        Raises an ``ApplicationRefused`` that names the field where the document itself can't be read; whatever is
        wrong with the evidence is in the report.
        """
        ...


def verified(prepared: Prepared, raw: bytes, asked: Asked) -> Verification:
    """``prepared.verify``; an individual number that is found as the document is read is found at step 0."""
    try:
        return prepared.verify(raw, asked)
    except IndividualNumber as error:
        error.at_step(0)
        raise


class Verifier(Protocol):
    """One kind of raw evidence."""

    @property
    def kind(self) -> str:
        """The name on the command line and in ``raw.format``: ``passport``."""
        ...

    @property
    def title(self) -> Text:
        """For people."""
        ...

    @property
    def covers(self) -> tuple[Covered, ...]:
        """What it makes, so that nobody attests it."""
        ...

    @property
    def attested_beside(self) -> frozenset[str]:
        """Attributes of the item that only a person or the operator's own app can vouch for (``software``)."""
        ...

    @property
    def uses(self) -> tuple[TrustUse, ...]:
        """The trust files it takes."""
        ...

    def prepare(self, trust: Trust, *, moment: datetime) -> Prepared:
        """Read the trust files once. Raises ``EvidenceRefused`` for one that can't be used, naming it."""
        ...
