"""One request for disclosure as a case: who asks, with which paper, about what. Pure.

A case holds what was asked and what is known about the asking, never what was found. Whatever identifies anybody is
here in the clear: it is stored encrypted under the case's own key (``disclosure/<case>``). Reading one from JSON is
:mod:`sekisho.disclosure.reading`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from sekisho.disclosure.kinds import CaseType, DataClass, RequesterKind

MAX_ITEMS: Final = 10_000
"""Items of one request. A house limit: ten times the largest claims seen; more is asked back to be split."""
MAX_TEXT: Final = 1_000
"""Characters of a name, an office, a title: a house limit."""
MAX_VALUE: Final = 2_048
"""Characters of an identifier: the longest is a URL, and browsers stop there."""
MAX_WANTED: Final = 20
"""Contents asked for of one item: the ordinance lists fourteen."""
MAX_KNOWS: Final = 20
"""People named as members of a case when it is taken in."""

CASE_ID: Final = r"d[0-9a-f]{16}(?:[0-9a-f]{16})?"
"""``d`` and 16 hexadecimal digits; 32 where an idempotency key stands behind it."""


class ItemKind(StrEnum):
    """By what somebody is asked for. All but ``address`` and ``post_url`` are the register's identifiers."""

    ADDRESS = "address"
    LINE = "line"
    PHONE = "phone"
    ICCID = "iccid"
    IMEI = "imei"
    ACCOUNT = "account"
    EMAIL = "email"
    PAYMENT = "payment"
    POST_URL = "post_url"


class Precision(StrEnum):
    """How exactly the paper states a time: the moment it means is anywhere in that unit."""

    SECOND = "second"
    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"


UNITS: Final = {
    Precision.SECOND: timedelta(seconds=1),
    Precision.MINUTE: timedelta(minutes=1),
    Precision.HOUR: timedelta(hours=1),
    Precision.DAY: timedelta(days=1),
}


class SecrecyState(StrEnum):
    """What was said about keeping the request secret (刑訴法197条5項, 218条; at most a year where ordered)."""

    NONE = "none"
    ASKED = "asked"
    ORDERED = "ordered"


class Flag(StrEnum):
    """How a case is queued. Nothing in law hangs on them."""

    URGENT = "urgent"
    P2P = "p2p"
    DEFAMATION = "defamation"
    REPEATED = "repeated"


class Origin(StrEnum):
    """Where a fact comes from."""

    DECLARED = "declared"
    """The paper, or whoever took it in, says so."""
    CHECKED = "checked"
    """Somebody of this operator looked for themselves."""


@dataclass(frozen=True, slots=True)
class Requester:
    """Who asks. ``officer`` is the person who signs, ``rank`` as the paper writes it, ``contact`` where an answer
    goes; ``kind`` says what the law lets them ask."""

    kind: RequesterKind
    name: str
    office: str = ""
    contact: str = ""
    officer: str = ""
    rank: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """The paper. ``title`` is what stands on it; ``valid_until`` its last day of validity (a warrant has one);
    ``sha256`` is of the image or file, where one was kept. Whether it is genuine isn't said here: that is facts."""

    number: str = ""
    dated: date | None = None
    title: str = ""
    valid_until: date | None = None
    legal_provision: str = ""
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Secrecy:
    """Whether secrecy was asked for or ordered, and until which day (None: no day was named)."""

    state: SecrecyState = SecrecyState.NONE
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A value of the catalogue, and how it came to be known."""

    value: bool | int | str
    origin: Origin
    by: str
    at: datetime
    note: str = ""

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "value": self.value,
            "origin": self.origin.value,
            "by": self.by,
            "at": self.at.isoformat(),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One question about one identifier: ``number`` is its place in the paper, from 1.

    ``begin`` and ``end`` (aware) are as the paper has them; the time meant runs to the end of ``end``'s unit
    (:attr:`until`). ``wanted`` names contents: ``subscriber``, ``log``, ``location``, or civil items ``civil.1`` …
    ``civil.14``.
    """

    number: int
    kind: ItemKind
    value: str
    begin: datetime
    end: datetime
    data_class: DataClass
    wanted: tuple[str, ...]
    precision: Precision = Precision.SECOND
    port: int | None = None
    protocol: int | None = None
    destination: str | None = None
    destination_port: int | None = None

    @property
    def until(self) -> datetime:
        """The end of what is asked about, exclusive: that of the unit in which ``end`` lies, by its own clock. Ten past
        noon, exact to the hour, reaches to one o'clock and not beyond."""
        return _floor(self.end, self.precision) + UNITS[self.precision]

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "number": self.number,
            "kind": self.kind.value,
            "value": self.value,
            "begin": self.begin.isoformat(),
            "end": self.end.isoformat(),
            "precision": self.precision.value,
            "port": self.port,
            "protocol": self.protocol,
            "destination": self.destination,
            "destination_port": self.destination_port,
            "data_class": self.data_class.value,
            "wanted": list(self.wanted),
        }


def _floor(moment: datetime, precision: Precision) -> datetime:
    """The beginning of the unit in which a moment lies."""
    found = moment.replace(microsecond=0)
    if precision is Precision.SECOND:
        return found
    found = found.replace(second=0)
    if precision is Precision.MINUTE:
        return found
    found = found.replace(minute=0)
    return found if precision is Precision.HOUR else found.replace(hour=0)


_NO_FACTS: Final[Mapping[str, Fact]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DisclosureCase:
    """One request. ``id`` is empty until it is entered (:meth:`DisclosureService.receive`). ``knows`` are the staff
    who may see it where it is secret, besides whoever took it in. ``brand`` is the operator's brand it was sent to.
    """

    id: str
    type: CaseType
    requester: Requester
    document: Document
    received_at: datetime
    items: Sequence[Item]
    secrecy: Secrecy = Secrecy()
    flags: frozenset[Flag] = frozenset()
    facts: Mapping[str, Fact] = field(default_factory=lambda: _NO_FACTS)
    knows: frozenset[str] = frozenset()
    brand: str = ""

    @property
    def secret(self) -> bool:
        """Whether only its members may know that there is such a case."""
        return self.secrecy.state is not SecrecyState.NONE

    def header(self) -> dict[str, Any]:
        """As JSON values, without the items: what a list shows."""
        paper, who = self.document, self.requester
        return {
            "type": self.type.value,
            "requester": {
                "kind": who.kind.value,
                "name": who.name,
                "office": who.office,
                "contact": who.contact,
                "officer": who.officer,
                "rank": who.rank,
            },
            "document": {
                "number": paper.number,
                "dated": None if paper.dated is None else paper.dated.isoformat(),
                "title": paper.title,
                "valid_until": None if paper.valid_until is None else paper.valid_until.isoformat(),
                "legal_provision": paper.legal_provision,
                "sha256": paper.sha256,
            },
            "received_at": self.received_at.isoformat(),
            "secrecy": {
                "state": self.secrecy.state.value,
                "until": None if self.secrecy.until is None else self.secrecy.until.isoformat(),
            },
            "flags": sorted(flag.value for flag in self.flags),
            "facts": {name: fact.document() for name, fact in sorted(self.facts.items())},
            "knows": sorted(self.knows),
            "brand": self.brand,
        }

    def json(self) -> dict[str, Any]:
        """As JSON values, items included: what :func:`sekisho.disclosure.reading.read_case` reads back."""
        return {"id": self.id, **self.header(), "items": [item.document() for item in self.items]}
