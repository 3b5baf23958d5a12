"""What is handed over under a warrant or an order, the list of it with hashes, and the receipt. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar, Final, Self

from sekisho.disclosure.kinds import CaseType
from sekisho.disclosure.papers.errors import PaperRefused
from sekisho.disclosure.papers.frame import MAX_REASON, MAX_ROWS, Frame, Office, Paper, limit, need
from sekisho.disclosure.papers.kinds import PaperKind
from sekisho.disclosure.record import DisclosureCase

_SHA256: Final = re.compile(r"[0-9a-f]{64}")


class Means(StrEnum):
    """How it is handed over."""

    PAPER = "paper"
    MEDIUM = "medium"
    LINE = "line"


MEANS: Final = {Means.PAPER: "書面", Means.MEDIUM: "電磁的記録媒体", Means.LINE: "電気通信回線"}
"""Each in words (刑事訴訟法102条の2 tells provision on a medium from that over a line)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """One thing handed over. ``items`` are the request's items it answers; ``sha256`` is of the file as handed over
    (None on paper alone)."""

    name: str
    what: str
    items: str = ""
    size: int | None = None
    sha256: str | None = None

    def __post_init__(self) -> None:
        """``PaperRefused`` for a missing part, or a hash that isn't 64 lower-case hexadecimal digits."""
        need(self.name, "handed.name")
        need(self.what, "handed.what")
        limit(self.items, "handed.items")
        if self.size is not None and self.size < 0:
            raise PaperRefused(field="handed.size", problem="below nothing")
        if self.sha256 is not None and not _SHA256.fullmatch(self.sha256):
            raise PaperRefused(field="handed.sha256", problem="not a SHA-256 in lower-case hexadecimal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision(Paper):
    """提供書, or 送付書 where a court asked for documents to be sent: the letter that goes with it. ``package_sha256``
    is of the encrypted package; ``note`` how it is opened, never the pass phrase."""

    means: Means
    handed: tuple[Handed, ...]
    package_sha256: str | None
    note: str
    title: str
    kind: ClassVar[PaperKind] = PaperKind.PROVISION

    @property
    def means_told(self) -> str:
        """The means in words."""
        return MEANS[self.means]

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        handed: Iterable[Handed],
        *,
        means: Means,
        office: Office,
        number: str,
        dated: date,
        package_sha256: str | None = None,
        note: str = "",
    ) -> Self:
        """Raises ``PaperRefused`` (also for a medium or line without the package's hash), and what :meth:`Frame.of`
        raises."""
        if (means is Means.PAPER) is not (package_sha256 is None):
            raise PaperRefused(field="package_sha256", problem="stands on a medium's or line's letter, and only there")
        if package_sha256 is not None and not _SHA256.fullmatch(package_sha256):
            raise PaperRefused(field="package_sha256", problem="not a SHA-256 in lower-case hexadecimal")
        limit(note, "note", most=MAX_REASON)
        return cls(
            frame=Frame.of(case, cls.kind, office=office, number=number, dated=dated),
            means=means,
            handed=_listed(handed),
            package_sha256=package_sha256,
            note=note,
            title="送付書" if case.type in _SENT else "提供書",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory(Paper):
    """目録: everything handed over, with sizes and hashes. ``belongs_to`` is the number of the letter it goes with."""

    handed: tuple[Handed, ...]
    belongs_to: str
    kind: ClassVar[PaperKind] = PaperKind.INVENTORY

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        handed: Iterable[Handed],
        *,
        belongs_to: str,
        office: Office,
        number: str,
        dated: date,
    ) -> Self:
        """Raises ``PaperRefused``, and what :meth:`Frame.of` raises."""
        need(belongs_to, "belongs_to")
        frame = Frame.of(case, cls.kind, office=office, number=number, dated=dated)
        return cls(frame=frame, handed=_listed(handed), belongs_to=belongs_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt(Paper):
    """受領書, to be signed by whoever receives, and sent back. It says what was received, not that it was right."""

    handed: tuple[Handed, ...]
    belongs_to: str
    kind: ClassVar[PaperKind] = PaperKind.RECEIPT

    @classmethod
    def of(
        cls,
        case: DisclosureCase,
        handed: Iterable[Handed],
        *,
        belongs_to: str,
        office: Office,
        number: str,
        dated: date,
    ) -> Self:
        """Raises ``PaperRefused``, and what :meth:`Frame.of` raises."""
        need(belongs_to, "belongs_to")
        frame = Frame.of(case, cls.kind, office=office, number=number, dated=dated)
        return cls(frame=frame, handed=_listed(handed), belongs_to=belongs_to)


_SENT: Final = frozenset({CaseType.DOCUMENT_REQUEST, CaseType.DOCUMENT_ORDER})


def _listed(handed: Iterable[Handed]) -> tuple[Handed, ...]:
    every = tuple(handed)
    if not 1 <= len(every) <= MAX_ROWS:
        raise PaperRefused(field="handed", problem="none, or too many")
    return every
