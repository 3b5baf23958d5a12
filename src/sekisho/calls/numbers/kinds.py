"""What a number can be, and what the number plan says of it. Standard library only.

What isn't here: whether a number is in anyone's hands (that is :mod:`sekisho.calls.numbers.designations`), and what
becomes of a call that shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique


@unique
class Kind(StrEnum):
    """The kinds of 電気通信番号 that a call can show or dial, and the four ways of being none of Japan's."""

    FIXED = "fixed"
    """固定電話番号, 0AB–J."""
    SERVICE = "service"
    """付加的役務電話番号, 0AB0: 0120, 0800, 0570 …"""
    M2M = "m2m"
    """データ伝送携帯電話番号, 020 and 0200."""
    PAGER = "pager"
    """無線呼出番号, 0204."""
    MOBILE = "mobile"
    """音声伝送携帯電話番号, 060 to 090."""
    IP_PHONE = "ip_phone"
    """特定IP電話番号, 050."""
    FMC = "fmc"
    """FMC電話番号, 0600."""
    SPECIFIC_CONNECTION = "specific_connection"
    """特定接続電話番号, 091."""
    CARRIER_PREFIX = "carrier_prefix"
    """事業者設備識別番号, 00XY, 002YZ, 0091XY, with whatever is dialled after it."""
    SERVICE_CODE = "service_code"
    """付加的役務識別番号, 1XY."""
    EMERGENCY = "emergency"
    """緊急通報番号, 110, 118, 119."""
    UIFN = "uifn"
    """Universal international freephone number, +800."""
    FOREIGN = "foreign"
    """A number of another country or of a global service, possible as far as this table can tell."""
    FOREIGN_IMPOSSIBLE = "foreign_impossible"
    """Under an assigned country code, but such a number can't exist."""
    COUNTRY_UNASSIGNED = "country_unassigned"
    """Under a country code that nobody has."""
    NOT_IN_PLAN = "not_in_plan"
    """Read as a Japanese number, and the plan of that day has none such."""


@unique
class CallerUse(StrEnum):
    """Whether the plan lets a number of this kind be shown as the caller's number of an ordinary call."""

    ORDINARY = "ordinary"
    BY_CONTRACT = "by_contract"
    """Only where the line's contract sets it (0AB0)."""
    NEVER = "never"
    UNKNOWN = "unknown"
    """No text that was read says."""


@unique
class Confidence(StrEnum):
    """How a row is known."""

    PRIMARY = "primary"
    """Read in a primary source."""
    PRESS = "press"
    """Read in the press or on a secondary page."""
    UNCERTAIN = "uncertain"
    """From memory, inferred, or only partly read: confirm it before relying on it."""


@unique
class Reason(StrEnum):
    """Why a number was given its kind, where the kind alone doesn't say it."""

    NOT_YET_IN_USE = "not_yet_in_use"
    """In the plan, to be put to use on a later day than the one asked about."""
    RESERVED = "reserved"
    """Kept back: on that day nobody could be given such a number."""
    LENGTH = "length"
    """The plan has this beginning, with another number of digits."""
    BEGINNING = "beginning"
    """The plan has no number that begins so."""
    NO_PREFIX = "no_prefix"
    """Begins with neither 0, 1 nor +: a number without its area code, or a foreign one without its plus."""
    TRUNK_ZERO = "trunk_zero"
    """The 0 of the national form was left standing after +81."""
    INCOMPLETE = "incomplete"
    """A prefix with nothing, or too little, after it."""
    LENGTH_NOT_BOUNDED = "length_not_bounded"
    """The plan states no longest form; what stands after the third digit wasn't judged."""
    ROW_UNCERTAIN = "row_uncertain"
    """The row of the table, or the state of the country code, isn't certain."""
    TOO_LONG = "too_long"
    """More than the fifteen digits of ITU-T E.164."""
    AREA_CODE = "area_code"
    """An area or exchange code of the North American plan that begins with 0 or 1."""
    NOT_DESIGNATED = "not_designated"
    """The imported table has blocks of this kind, and none for this number."""
    NOT_IN_SERVICE = "not_in_service"
    """The imported table says that the block isn't in use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the number plan, as it stood from ``begins`` until the day before ``ends`` (Japan dates).

    ``forms`` are beginnings in the plan's own digits, with ``[1-9]`` for a choice. ``lengths`` counts all digits, the
    leading 0 included; ``open_ended`` means that and anything longer. ``reason`` turns a row into a refusal to see
    such a number yet: its kind is then what it will be.
    """

    id: str
    kind: Kind
    forms: tuple[str, ...]
    lengths: tuple[int, ...]
    use: CallerUse
    source: str
    confidence: Confidence
    begins: date
    ends: date | None = None
    open_ended: bool = False
    reason: Reason | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """What every number of one row (or of one way of being none) shares. Made when the table is compiled.

    ``e164``: whether such a number has an international form. ``domestic``: whether its digits are a national form.
    ``region`` is the country (ISO 3166-1; ``001`` for a service of the world) of a foreign one. ``designated``: whether
    blocks of such numbers are designated to operators.
    """

    kind: Kind
    use: CallerUse
    reasons: tuple[Reason, ...]
    row: str | None
    confidence: Confidence
    source: str
    domestic: bool
    e164: bool
    region: str | None = None
    designated: bool = False
