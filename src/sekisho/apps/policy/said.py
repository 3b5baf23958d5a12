"""What a paragraph, a row or a list entry of a notice says, before it is put together with the rest of the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum, unique

from sekisho.apps.policy.names import Mention


@unique
class Tells(StrEnum):
    """What a paragraph tells in so many words: three of external transmission, eight of an app's policy (SPSI)."""

    INFORMATION = "inf"
    RECIPIENT = "rec"
    PURPOSE = "pur"
    PROVIDER = "p1"
    ITEMS = "p2"
    METHOD = "p3"
    PURPOSES = "p4"
    INVOLVEMENT = "p5"
    EXTERNAL = "p6"
    CONTACT = "p7"
    CHANGES = "p8"


@unique
class Whose(StrEnum):
    """Whose purpose is told."""

    SENDER = "sender"
    RECIPIENT = "recipient"
    UNSAID = "unsaid"


@dataclass(slots=True, kw_only=True)
class Purposes:
    """Purposes told for one side: slugs, whether any words are there, and whether only words that cover anything."""

    slugs: set[str] = field(default_factory=set)
    said: bool = False


@dataclass(slots=True, kw_only=True)
class Sent:
    """One statement that something goes to somebody: what a notice's row is made of.

    ``open``: more information than is named (等), or words for it that aren't understood. ``vague``: who receives is
    told by words that name nobody. ``sends``: a verb of sending stands in it, so that something is told of what.
    """

    number: int
    words: str
    mentions: list[Mention] = field(default_factory=list)
    information: set[str] = field(default_factory=set)
    open: bool = False
    vague: bool = False
    sends: bool = False
    purposes: dict[Whose, Purposes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """One statement that something doesn't happen. ``anything``: that nothing at all is sent."""

    number: int
    words: str
    information: frozenset[str]
    mentions: tuple[Mention, ...]
    anything: bool
    always: bool
    """Whether it is said without a condition and of sending or collecting, not only of giving to third parties."""


@dataclass(slots=True, kw_only=True)
class Said:
    """Everything one paragraph or table says. ``unread`` are sentences about sending that weren't understood."""

    kinds: set[Tells] = field(default_factory=set)
    mentions: list[Mention] = field(default_factory=list)
    information: set[str] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)
    purposes: set[str] = field(default_factory=set)
    negated: bool = False
    vague: bool = False
    sent: list[Sent] = field(default_factory=list)
    not_sent: list[NotSent] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    sentences: int = 0

    def add(self, other: Said) -> None:
        """Takes in what another paragraph says."""
        self.kinds |= other.kinds
        self.mentions += other.mentions
        self.information |= other.information
        self.denied |= other.denied
        self.purposes |= other.purposes
        self.negated |= other.negated
        self.vague |= other.vague
        self.sent += other.sent
        self.not_sent += other.not_sent
        self.unread += other.unread
        self.sentences += other.sentences
