"""A question about a company, and what somebody answered.

A :class:`Lookup` is what a port brought back, typed: found, not found, closed, or nobody could say. Only a
:class:`VerifiedLookup` yields facts, and only the verifier can make it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from sekisho.clock import japan_date
from sekisho.contracts.evidence.registry.company import CorporateNumber
from sekisho.contracts.evidence.steps import Proof
from sekisho.engine.facts import Value


class Source(Enum):
    """Whose answer it is: the two that the Ordinance names (3条1項2号, 2026-04-01版), told apart."""

    CORPORATE_NUMBER_SITE = "corporate_number_site"
    """国税庁法人番号公表サイト (Number Use Act art. 39(4))."""
    REGISTRY_INFORMATION = "registry_information_service"
    """登記情報提供サービス, by the body designated under 平成11年法律第226号3条2項."""
    OTHER = "other"
    """Anybody else: a copy, a data vendor."""


class LookupState(Enum):
    """What became of a question."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    CLOSED = "closed"
    """Its register is closed (閉鎖): merged, wound up, or closed by the registrar."""
    COULD_NOT_CHECK = "could_not_check"
    """Nobody answered, or the answer can't be read: says nothing about the company."""


@dataclass(frozen=True, slots=True)
class Officer:
    """A registered officer: title (役職) and name. Personal data, though in a public register."""

    title: str
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Company:
    """What a register says of one body.

    ``name`` and ``address`` are None where they can't be compared (characters shown as an image only). ``cause`` is the
    register's own code for why it was closed. ``excluded`` says that the site leaves it out of searches (検索対象除外).
    """

    number: CorporateNumber
    name: str | None = field(repr=False)
    address: str | None = field(repr=False)
    closed_on: date | None = None
    cause: str = ""
    updated_on: date | None = None
    excluded: bool = False
    in_liquidation: bool = False
    officers: tuple[Officer, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Lookup:
    """One question and its answer, as a port brought it back.

    ``answered_by`` names the service and host; ``asked_at`` is when it was asked. ``problem`` is why there is no
    answer, without anything the answer held.
    """

    state: LookupState
    source: Source
    asked_at: datetime
    answered_by: str
    company: Company | None = None
    problem: str = ""

    def __post_init__(self) -> None:
        """A company belongs to an answer that found one; a lack of an answer says why."""
        if self.asked_at.tzinfo is None:
            raise ValueError("a lookup is made at an aware time")
        if (self.company is not None) != (self.state in (LookupState.FOUND, LookupState.CLOSED)):
            raise ValueError("a company belongs to the states found and closed")
        if (self.state is LookupState.COULD_NOT_CHECK) != bool(self.problem):
            raise ValueError("what could not be checked has a problem, and nothing else has one")

    @classmethod
    def failed(cls, source: Source, asked_at: datetime, answered_by: str, problem: str) -> Lookup:
        """Nobody could say; ``problem`` is a few words."""
        return cls(LookupState.COULD_NOT_CHECK, source, asked_at, answered_by, problem=problem)

    @classmethod
    def of(cls, source: Source, asked_at: datetime, answered_by: str, company: Company | None) -> Lookup:
        """An answer: the company, or None where the service knows none."""
        if company is None:
            return cls(LookupState.NOT_FOUND, source, asked_at, answered_by)
        closed = company.closed_on is not None
        return cls(LookupState.CLOSED if closed else LookupState.FOUND, source, asked_at, answered_by, company)


@dataclass(frozen=True, slots=True)
class StatedCompany:
    """What the application states about the company; None where it says nothing."""

    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What a document says that somebody was answered once. Unsigned: nobody vouches for any of it."""

    state: LookupState
    answered_by: str
    fetched_by: str
    fetched_at: datetime


@dataclass(frozen=True, slots=True)
class UnverifiedRequest:
    """A question to put: the number as written, or a saved answer that somebody brought."""

    number: str
    answer: SavedAnswer | None = None


_STEPS = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class VerifiedLookup:
    """A company that the service itself looked up where the Ordinance says, and that is there and not closed."""

    lookup: Lookup
    company: Company
    agreement: dict[str, Value]
    verified_at: datetime
    proof: Proof

    def __post_init__(self) -> None:
        """Needs every step."""
        self.proof.require(self.proof.kind, _STEPS)

    def facts(self) -> dict[str, Value]:
        """Attributes of a ``public_corporate_record`` or a ``registry_record``, by whose answer it is."""
        official = {
            Source.CORPORATE_NUMBER_SITE: "from_official_site",
            Source.REGISTRY_INFORMATION: "from_designated_service",
        }[self.lookup.source]
        facts: dict[str, Value] = {"at": japan_date(self.verified_at), official: True}
        return facts | self.agreement
