"""The evidence of an application, item by item: typed attributes, raw evidence, or evidence that was verified earlier.

::

    {"kind": "document_shown", "person": "subject", "at": "2026-11-23", "document": "registry_certificate", …,
     "seen_by": "staff:clerk-7", "seen_at": "2026-11-23T14:05:00+09:00", "looked_at": ["original", "name"]}
    {"kind": "electronic_signature", "person": "subject", "raw": {"format": "jpki", "document": {…}}}
    {"kind": "chip_read", "person": "subject", "evidence": "<id>", "software": "operators_own"}

What a verifier makes of raw evidence comes through :class:`Examiner`, so that reading stays pure. Only where no
verifier makes an item can somebody attest it; otherwise it is only declared, and counts nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any, Protocol

from sekisho.clock import japan_date
from sekisho.contracts import agreement
from sekisho.contracts.errors import EvidenceAfterDecision, WrongValue
from sekisho.contracts.evidence.paper.seen import SEEN_FIELDS, Seen, read_seen
from sekisho.contracts.facts import CATALOGUE
from sekisho.contracts.field_reading import (
    as_act,
    as_day,
    as_fact,
    as_object,
    as_printable,
    identifier_of,
    need,
    only,
    optional_text,
)
from sekisho.engine.facts import FactSpec, Item, Value

_AGREES = {"name": "name_agrees", "address": "address_agrees", "birth_date": "birth_date_agrees"}
_ALWAYS = frozenset({"at", "person"})


class Origin(Enum):
    """How an evidence item came to be known. What is only declared never reaches the engine."""

    VERIFIED = "verified"
    """A verifier checked the raw evidence."""
    ATTESTED = "attested"
    """Somebody vouches for it, and the record names them."""
    DECLARED = "declared"
    """Said, and nobody vouches for it; or somebody does, where only raw evidence counts; or raw evidence that holds and
    that nothing ties to this person."""
    REFUSED = "refused"
    """A verifier refused the raw evidence, or a step had no answer: no facts, at most what was found wrong."""


class PhotoOf(Enum):
    """What is known of the photo that a verified face match was compared with (:mod:`.evidence_photos`)."""

    CHIP = "chip"
    """That of a chip of the same person, whose issuer's signature holds."""
    UNSIGNED_CHIP = "unsigned_chip"
    """That of a chip of the same person which was read, and not authenticated."""
    DOCUMENT = "document"
    """No chip was read; the sender says that it is the photo of a document that somebody attests."""
    OTHER = "other"
    """A chip was read, and the photo isn't that of one which shows this person."""
    NOTHING = "nothing"
    """Neither chip nor attested document of this person is there."""

    @property
    def counts(self) -> bool:
        """Whether the match is still one with the document's photo."""
        return self not in (PhotoOf.OTHER, PhotoOf.NOTHING)


@dataclass(frozen=True, slots=True)
class Person:
    """The identity items as stated: the counterparty's, or the acting representative's. Absent items are None."""

    name: str | None = None
    address: str | None = None
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Which verifier looked at an item, under which id it is kept, and its report, which holds nothing personal."""

    id: str
    format: str
    report: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """One item: its kind, the Japan date of the act, the attributes for the engine and the document's identifier.

    ``attested`` are attributes that somebody vouches for beside what was verified; ``unattested`` those that nobody
    may vouch for, left out of ``attributes``. ``wanted`` is the format of raw evidence that would count in place of
    this typed item. ``seen`` is who saw or did what it states, where that is told. ``photo_digests`` are as in
    :class:`~sekisho.contracts.evidence.verifier.Verification`: personal data, which :meth:`as_typed` leaves out.
    ``photo_of`` is told of verified face matches.
    """

    kind: str
    at: date
    attributes: Item
    identifier: str | None
    shown: Person
    origin: Origin
    attested: frozenset[str] = frozenset()
    unattested: frozenset[str] = frozenset()
    checked: Checked | None = None
    wanted: str | None = None
    seen: Seen | None = None
    photo_digests: frozenset[bytes] = field(default=frozenset(), repr=False)
    photo_of: PhotoOf | None = None

    @property
    def counts(self) -> bool:
        """Whether the engine gets it. Of refused evidence only what was found wrong: an item without that is none."""
        if self.origin is Origin.REFUSED:
            return not self.attributes.keys() <= _ALWAYS
        return self.origin is not Origin.DECLARED

    def as_typed(self) -> dict[str, Any]:
        """The item as typed attributes for JSON: what is kept of raw evidence in an application."""
        made: dict[str, Any] = {"kind": self.kind}
        made |= {name: _plain(value) for name, value in self.attributes.items()}
        if self.identifier is not None:
            made["identifier"] = self.identifier
        return made


@dataclass(frozen=True, slots=True)
class RawItem:
    """Raw evidence in an application: what a verifier is asked. ``stated`` is whom it is compared with."""

    path: str
    kind: str
    person: str
    stated: Person
    application: str
    format: str
    document: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class KeptItem:
    """Evidence that was verified earlier, named by its id."""

    path: str
    kind: str
    person: str
    stated: Person
    application: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Examined:
    """What came of raw evidence: facts where it was verified, findings where it wasn't.

    ``at`` is the Japan date of the verification; ``beside`` the attributes that somebody may attest with it. ``tied``
    and ``photo_digests``: as in :class:`~sekisho.contracts.evidence.verifier.Verification`.
    """

    kind: str
    at: date
    origin: Origin
    attributes: Item
    identifier: str | None
    beside: frozenset[str]
    checked: Checked
    tied: bool = True
    photo_digests: frozenset[bytes] = field(default=frozenset(), repr=False)


class Examiner(Protocol):
    """Who verifies raw evidence, and says where nothing else will do."""

    def examine(self, item: RawItem) -> Examined:
        """Verify; raises an ``ApplicationRefused`` that names the field where the document can't be read."""
        ...

    def recall(self, item: KeptItem) -> Examined:
        """What came of evidence verified earlier; raises where there is none of this application and person."""
        ...

    def wanted(self, kind: str, attributes: Mapping[str, object]) -> str | None:
        """The format of raw evidence that this typed item must be sent as; None where somebody may attest it."""
        ...


class TypedOnly:
    """Nobody verifies: for the pure desk (expected outcomes, simulations), where typed attributes stand for facts."""

    def examine(self, item: RawItem) -> Examined:
        """Refused: there is no verifier."""
        raise WrongValue(field=f"{item.path}.raw", expected="left out: raw evidence is verified by the service alone")

    def recall(self, item: KeptItem) -> Examined:
        """Refused: nothing is kept."""
        raise WrongValue(field=f"{item.path}.evidence", expected="left out: evidence is kept by the service alone")

    def wanted(self, kind: str, attributes: Mapping[str, object]) -> str | None:  # noqa: ARG002  the same for all
        """Nothing is wanted."""
        return None


@dataclass(frozen=True, slots=True)
class ItemReader:
    """Reads the items of one application.

    ``origin`` is that of typed items, ``origins`` those of an application that was read before and kept (by position).
    """

    application: str
    decided: datetime
    stated: Mapping[str, Person]
    origin: Origin
    origins: Sequence[Origin] | None
    examiner: Examiner

    def read(self, value: object, position: int) -> EvidenceItem:
        """One item; raises an ``ApplicationRefused`` that names the field."""
        path = f"evidence[{position}]"
        item = as_object(value, path)
        kind = need(item, "kind", path)
        if not isinstance(kind, str) or kind not in CATALOGUE.evidence:
            raise WrongValue(field=f"{path}.kind", expected="one of " + ", ".join(CATALOGUE.evidence))
        specs = CATALOGUE.evidence[kind].attributes
        if self.origins is None and ("raw" in item or "evidence" in item):
            return self._examined(item, kind, specs, path)
        return self._typed(item, kind, specs, path, position)

    def _examined(self, item: Mapping[str, Any], kind: str, specs: Mapping[str, FactSpec], path: str) -> EvidenceItem:
        source = "raw" if "raw" in item else "evidence"
        only(item, {"kind", source, *specs}, path)
        role = "subject"
        if "person" in specs:
            role = str(as_fact(specs["person"], need(item, "person", path), f"{path}.person"))
        stated = self.stated[role]
        beside = {
            name: as_fact(specs[name], item[name], f"{path}.{name}")
            for name in specs
            if name in item and name != "person"
        }
        if source == "raw":
            raw = as_object(item["raw"], f"{path}.raw")
            only(raw, {"format", "document"}, f"{path}.raw")
            found = self.examiner.examine(
                RawItem(
                    path=path,
                    kind=kind,
                    person=role,
                    stated=stated,
                    application=self.application,
                    format=as_printable(need(raw, "format", f"{path}.raw"), f"{path}.raw.format"),
                    document=as_object(need(raw, "document", f"{path}.raw"), f"{path}.raw.document"),
                )
            )
        else:
            evidence = as_printable(item["evidence"], f"{path}.evidence")
            found = self.examiner.recall(KeptItem(path, kind, role, stated, self.application, evidence))
        if found.kind != kind:
            raise WrongValue(field=f"{path}.kind", expected=f"{found.kind}: that is what this evidence is")
        if found.at > japan_date(self.decided):
            raise EvidenceAfterDecision(field=path, at=found.at, decided_on=japan_date(self.decided))
        for name in beside:
            if name not in found.beside or name in found.attributes:
                raise WrongValue(field=f"{path}.{name}", expected="left out: raw evidence speaks for itself")
        return self._item_of(found, beside, role if "person" in specs else None)

    def _item_of(self, found: Examined, beside: Item, role: str | None) -> EvidenceItem:
        attributes = dict(found.attributes)
        # What holds and may be anybody's is no more than said of this person.
        origin = found.origin if found.tied or found.origin is Origin.REFUSED else Origin.DECLARED
        verified = origin is Origin.VERIFIED
        # Beside refused evidence there is nothing to vouch for.
        vouched = self.origin in (Origin.ATTESTED, Origin.VERIFIED) and verified
        if vouched:
            attributes |= beside
        if verified:
            _add_what_follows(attributes)
        attributes["at"] = found.at
        if role is not None:
            attributes["person"] = role
        names = frozenset(beside)
        return EvidenceItem(
            kind=found.kind,
            at=found.at,
            attributes=attributes,
            identifier=found.identifier,
            shown=Person(),
            origin=origin,
            attested=names if vouched else frozenset(),
            unattested=names if verified and not vouched else frozenset(),
            checked=found.checked,
            photo_digests=found.photo_digests,
        )

    def _typed(
        self, item: Mapping[str, Any], kind: str, specs: Mapping[str, FactSpec], path: str, position: int
    ) -> EvidenceItem:
        comparable = {name for name, agrees in _AGREES.items() if agrees in specs}
        only(item, {"kind", "identifier", *specs, *comparable, *SEEN_FIELDS}, path)
        if "person" in specs:
            need(item, "person", path)
        attributes: Item = {
            name: as_fact(specs[name], item[name], f"{path}.{name}") for name in specs if name in item and name != "at"
        }
        at, later = as_act(need(item, "at", path), f"{path}.at", self.decided)
        if later:
            raise EvidenceAfterDecision(field=f"{path}.at", at=at, decided_on=japan_date(self.decided))
        attributes["at"] = at
        seen = read_seen(item, path=path, kind=kind, at=at, decided=self.decided)
        origin, wanted = self.origin, None
        if self.origins is not None:
            origin = self.origins[position]
        else:
            wanted = self.examiner.wanted(kind, attributes)
        if origin is not Origin.REFUSED:
            _add_what_follows(attributes)
        shown = Person(
            optional_text(item, "name", path),
            optional_text(item, "address", path),
            as_day(item["birth_date"], f"{path}.birth_date") if "birth_date" in item else None,
        )
        _compare(attributes, shown, self.stated[str(attributes.get("person", "subject"))], path)
        return EvidenceItem(
            kind=kind,
            at=at,
            attributes=attributes,
            identifier=self._identifier(item, kind, attributes, path),
            shown=shown,
            origin=origin if wanted is None else Origin.DECLARED,
            wanted=wanted,
            seen=seen,
        )

    def _identifier(self, item: Mapping[str, Any], kind: str, attributes: Item, path: str) -> str | None:
        if self.origins is not None:
            # It was looked at when it was taken in, or a verifier read it: a certificate's serial number may have the
            # form of anything.
            return as_printable(item["identifier"], f"{path}.identifier") if "identifier" in item else None
        # The smartphone's record is that of a My Number card, though it names no document.
        document = "mynumber_card" if kind == "card_substitute_record" else attributes.get("document")
        return identifier_of(item, "identifier", path, document=str(document) if document is not None else None)


def _add_what_follows(attributes: Item) -> None:
    """What follows from another field is not asked for twice."""
    if "valid_until" in attributes:
        attributes.setdefault("no_expiry", False)
    if attributes.get("delivered") is True:
        attributes.setdefault("delivery_failed", False)


def _compare(attributes: Item, shown: Person, stated: Person, path: str) -> None:
    pairs = (
        ("name", shown.name, stated.name, agreement.names_agree),
        ("address", shown.address, stated.address, agreement.addresses_agree),
    )
    for name, left, right, agree in pairs:
        if left is None:
            continue
        _not_both(attributes, name, path)
        found = agree(left, right) if right is not None else None
        if found is not None:
            attributes[_AGREES[name]] = found
    if shown.birth_date is not None:
        _not_both(attributes, "birth_date", path)
        if stated.birth_date is not None:
            attributes["birth_date_agrees"] = shown.birth_date == stated.birth_date


def _not_both(attributes: Item, name: str, path: str) -> None:
    if _AGREES[name] in attributes:
        raise WrongValue(field=f"{path}.{_AGREES[name]}", expected=f"left out where '{name}' is given")


def _plain(value: Value) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return value.isoformat() if isinstance(value, date) else value
