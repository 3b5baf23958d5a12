"""What the applicant is told of the next provider (15条1項1号): as data, and as the paper that is sent.

Name and postal address by item, and until when they may tell of their petition; nothing of what was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from sekisho.disclosure.papers.answers import Named, NextProvider, Provider
from sekisho.disclosure.papers.frame import Addressee, Office
from sekisho.disclosure.record import DisclosureCase

NOTICE: Final = "next_provider"
"""The kind of the record of what the applicant was told."""
PAPER: Final = "next_provider_paper"
"""The kind of the paper that told them, as PDF."""
_NOT_NAMED: Final = "この項目について提供する情報はありません"


@dataclass(frozen=True, slots=True)
class Next:
    """The next provider of an item, as the applicant is told."""

    number: int
    party: str
    name: str
    address: str

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"item": self.number, "party": self.party, "name": self.name, "address": self.address}


def record_of(case_id: str, named: Sequence[Next]) -> bytes:
    """What was told, as it is kept."""
    return orjson.dumps({"case": case_id, "next": [one.document() for one in named]})


def paper_of(
    case: DisclosureCase,
    named: Sequence[Next],
    *,
    office: Office,
    number: str,
    dated: date,
    notify_by: date,
    applicant: Addressee | None = None,
) -> NextProvider:
    """The same as the paper. Every item of the order stands on it: those of which no provider is named, with that.
    Raises as :meth:`NextProvider.of` does."""
    found = {one.number: Provider(name=one.name, address=one.address) for one in named}
    lines = [
        Named(item=item.number, provider=found.get(item.number), why="" if item.number in found else _NOT_NAMED)
        for item in case.items
    ]
    return NextProvider.of(
        case, lines, office=office, number=number, dated=dated, notify_by=notify_by, applicant=applicant
    )
