"""What comes in and what is read. Nothing here is ever verified: there is no ``Verified…`` of this kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sekisho.contracts.evidence.mynumber_card.profile import CardFile
from sekisho.contracts.evidence.steps import Report


@dataclass(frozen=True, slots=True)
class ReadersWord:
    """What the reading application says: attested, never verified. None where it doesn't say.

    ``number_b`` is 照合番号B. There is no 照合番号A: that is the individual number itself.
    """

    application: str | None = None
    pin: bool | None = None
    number_b: bool | None = None


@dataclass(frozen=True, slots=True)
class UnverifiedCard:
    """The files as they were read; nothing in them is believed. At least one of the first two is there."""

    files: Mapping[CardFile, bytes] = field(repr=False)
    reader: ReadersWord = ReadersWord()


@dataclass(frozen=True, slots=True)
class FourItems:
    """0408/0002, personal data. ``birth_date`` is None where a part of it is unknown."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Face:
    """0402/0002, as far as it is used. ``images`` says which of name and address stand there as an image."""

    birth_date: date | None = field(repr=False)
    sex: bytes = field(repr=False)
    images: frozenset[str]
    expiry: date | None
    photo: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class CardResult:
    """The report for the decision, and what was read: personal data, for the record and the screen."""

    report: Report
    moment: datetime
    items: FourItems | None = field(default=None, repr=False)
    face: Face | None = field(default=None, repr=False)
