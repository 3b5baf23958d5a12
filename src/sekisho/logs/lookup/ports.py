"""What a lookup needs of the store, and what it can lack. Pure.

A lookup is a generator: it yields the :class:`Read` s it needs and is sent their results. So one question and ten
thousand are answered by the same code, whoever reads, and in whatever order.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Protocol, TypeVar

from sekisho.logs.health import Gap
from sekisho.logs.kinds import LogKind
from sekisho.logs.lookup.candidates import Question
from sekisho.logs.manifest import SegmentEntry
from sekisho.logs.rows import Rows
from sekisho.logs.sources import Source
from sekisho.logs.subscribers.identifiers import Identifier
from sekisho.logs.subscribers.record import Found as FoundContractors

T = TypeVar("T")


class Lack(StrEnum):
    """Why something that could have named somebody wasn't asked, or can't be believed."""

    PURGED = "purged"
    """The day was deleted at the end of its period."""
    NOT_HEARD = "not_heard"
    """A source was silent for too long, or hasn't spoken up to then."""
    LOST = "lost"
    """Records are known to be missing: sequence numbers that never came."""
    SEGMENT_MISSING = "segment_missing"
    SEGMENT_DAMAGED = "segment_damaged"
    NO_SOURCE = "no_source"
    """No log of this kind is kept for this address."""
    NOT_GRANTED = "not_granted"
    """The grant doesn't allow the kind of log that would tell."""
    DOUBTFUL = "doubtful"
    """Several are possible, or one who may have given it back before."""
    NOBODY = "nobody"
    """The log says that nobody had it, although the link before says that somebody did."""
    NOT_NAMED = "not_named"
    """The rows name neither an inside address nor a subscriber."""
    NOT_IN_REGISTER = "not_in_register"
    """No contractor is known for this line on that day."""
    TOO_MANY = "too_many"
    """More holders than are followed."""
    BY_RULE = "by_rule"
    """Assigned by a rule: no log has it, and a trail doesn't compute it."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is lacking. ``source`` numbers the log source it is about."""

    lack: Lack
    kind: LogKind
    day: date | None = None
    source: int | None = None
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What is kept of a kind on a day: nothing any more where it is ``gone``. ``families`` are the address families (4,
    6) of which there is or was anything."""

    gone: bool
    segments: tuple[SegmentEntry, ...]
    families: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Read:
    """A segment to be read for a question."""

    entry: SegmentEntry
    question: Question


Result = Rows | Lack | None
"""What came of a read: rows, none, or why it couldn't be done (``PURGED``, ``SEGMENT_MISSING``, ``…_DAMAGED``)."""

Reading = Generator[Sequence[Read], Sequence[Result], T]
"""Something under way that yields reads, is sent their results in the same order, and returns a ``T``."""


class LogView(Protocol):
    """The store as it was at one moment."""

    def sources(self) -> Sequence[Source]:
        """Every source."""
        ...

    def source(self, number: int) -> Source | None:
        """The source of that number."""
        ...

    def held(self, kind: LogKind, day: date) -> Held:
        """What is kept of a kind on a day."""
        ...

    def kept(self, kind: LogKind, day: date, question: Question) -> Held | None:
        """What a hold that the grant names keeps of a day that is gone, where all that could answer is in it."""
        ...

    def gaps(self, source: Source, begin: int, end: int) -> Sequence[Gap]:
        """When the source wasn't heard within [``begin``, ``end``), or lost records."""
        ...

    def doubts(self, source: Source, begin: int, end: int) -> Gap | None:
        """Why the source can't say that nobody had something in [``begin``, ``end``), although nothing is known to be
        missing there; None where it can."""
        ...

    def unseen(self, source: Source, begin: int, end: int) -> bool:
        """Whether in [``begin``, ``end``) the source told of somebody whose start isn't in its logs."""
        ...

    def window(self, source: Source, begin: int, end: int) -> tuple[int, int]:
        """[``begin``, ``end``) by the source's clock, widened by how far that may have been off."""
        ...

    def rest(self, source: Source) -> int:
        """Microseconds for which the source surely lets a port rest before somebody else gets it."""
        ...

    def computed(
        self, address: IPv4Address | IPv6Address, port: int | None, begin: int, end: int
    ) -> Sequence[Computed]:
        """What the assignment rules in force in [``begin``, ``end``) say of an address and port."""
        ...

    def rules_purged(self, begin: int, end: int) -> bool:
        """Whether a rule that was in force in [``begin``, ``end``) can't be read any more."""
        ...

    def ruled(self, begin: int, end: int) -> bool:
        """Whether any rule assigned addresses in [``begin``, ``end``)."""
        ...

    def contractors(self, wanted: Identifier, day: date) -> FoundContractors:
        """Whom the register names for an identifier on a day."""
        ...


@dataclass(frozen=True, slots=True)
class Computed:
    """What one rule says: the inside address or prefix to which the address and port belonged.

    ``inside`` None: the rule covers the address, and its binding table has no entry for the port. ``rule`` names the
    rule and its version, ``source`` where it was taken from; ``valid_from`` and ``valid_to`` (exclusive) are UTC
    microseconds, ``valid_to`` None where it is in force still.
    """

    rule: str
    method: str
    source: str
    valid_from: int
    valid_to: int | None
    inside: IPv4Address | IPv6Address | None
    prefix_length: int
    port_low: int
    port_high: int
    fraction: float
    steps: tuple[str, ...] = ()
