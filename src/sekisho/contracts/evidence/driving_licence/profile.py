"""What a licence's files look like, and how far we know it.

Source: 運転免許証及び運転免許証作成システム等仕様書 (警察庁交通局運転免許課), version 010 of 2024-07-19, second hand.
Marks: [R] read in descriptions of it; [C2] the same in several independent public readers; [U] from one source or
unconfirmed. Whoever runs this for real compares the values marked [U] with the specification and, where they differ,
configures a profile of their own: nothing in the verifier repeats a value that stands here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Final

USE_LICENCE_KEY: Final = "driving_licence_key"
USE_RECORD_KEY: Final = "driving_licence_record_key"

MAX_KEY_FILE: Final = 16 * 1024
"""Bytes of a configured key or certificate, as for other certificates; a key has 294."""

KEY_BITS: Final = frozenset({2048})  # [R]
SIGNATURE_BYTES: Final = 256
"""Bytes of the signature: RSA with 2048 bits [R]."""

PHOTO_MARK: Final = b"\xff\x4f\xff\x51"
"""How a JPEG 2000 codestream begins: SOC and SIZ (ISO/IEC 15444-1 annex A). Public readers look for it [C2]."""

PHOTO_MARK_WITHIN: Final = 256
"""Bytes of the photo in which its codestream must have begun; the boxes of a JP2 file before it have about 85."""


class LicenceFile(StrEnum):
    """The elementary files of a licence card, as a document names them."""

    ENTRIES = "DF1/EF01"
    DOMICILE = "DF1/EF02"
    EXTERNAL = "DF1/EF03"
    CHANGES = "DF1/EF04"
    CHANGES_EXTERNAL = "DF1/EF05"
    CHANGES_DOMICILE = "DF1/EF06"
    SIGNATURE = "DF1/EF07"
    PHOTO = "DF2/EF01"


SIGNED_FILES: Final = (LicenceFile.ENTRIES, LicenceFile.DOMICILE, LicenceFile.PHOTO)
"""What the signature covers, in this order: all of DF1/EF01, DF1/EF02 and DF2/EF01 [R]."""

BEHIND_SECOND_PIN: Final = frozenset({LicenceFile.DOMICILE, LicenceFile.CHANGES_DOMICILE, LicenceFile.PHOTO})
"""Files that a card with PINs gives only after the second one [C2]."""

MAX_FILE: Final[Mapping[LicenceFile, int]] = MappingProxyType(
    {
        LicenceFile.ENTRIES: 2048,
        LicenceFile.DOMICILE: 512,
        LicenceFile.EXTERNAL: 1024,
        LicenceFile.CHANGES: 2048,
        LicenceFile.CHANGES_EXTERNAL: 2048,
        LicenceFile.CHANGES_DOMICILE: 1024,
        LicenceFile.SIGNATURE: 2048,
        LicenceFile.PHOTO: 8192,
    }
)
"""Bytes. A public reader takes 880, 82, 264, 640, 663, 256, 578 and 2000 [U]; at least twice that."""

MAX_RECORD: Final = 16 * 1024
"""Bytes of WEF02 or WEF03 of a マイナ免許証: the licence card's files together have less."""

ENTRY_TAGS: Final[Mapping[int, str]] = MappingProxyType(
    {
        0x11: "jis_edition",
        0x12: "name",
        0x13: "kana",
        0x14: "alias",
        0x15: "unified_kana",
        0x16: "birth_date",
        0x17: "address",
        0x18: "issued_on",
        0x19: "reference_number",
        0x1A: "colour",
        0x1B: "expiry",
        0x1C: "condition_1",
        0x1D: "condition_2",
        0x1E: "condition_3",
        0x1F: "condition_4",
        0x20: "issuer",
        0x21: "number",
        **{tag: f"category_{tag:02x}" for tag in range(0x22, 0x34)},
    }
)
"""Items of DF1/EF01 [C2]; 22 to 33 are the dates on which categories of vehicles were licensed."""

DOMICILE_TAGS: Final = frozenset({0x41})  # 本籍 [C2]
EXTERNAL_TAGS: Final = frozenset(range(0x42, 0x50))  # the images of external characters [U]
CHANGE_TAGS: Final = frozenset(range(0x50, 0x98))  # EF04 to EF06 [R]
CHANGED_FLAG: Final = 0x50  # 追記の有無 in EF04 [C2]
PHOTO_TAG: Final = 0x5F40  # [C2]

RECORD_TAGS: Final = frozenset(range(0xC2, 0x108))  # WEF02 [R]
RECORD_SIGNATURE_TAGS: Final = frozenset(range(0x108, 0x10E))  # WEF03 [R]
SIGNATURE_TAGS: Final = frozenset(range(0xB1, 0xB6))  # EF07: B1 [R], the others [U]


class SignedExtent(Enum):
    """How much of a file is "all of" it: the specification's words don't say whether unused room belongs to it [U]."""

    AS_READ = "as_read"
    """Every byte as the reader got it, unused room included: the whole file must be read."""
    ITEMS = "items"
    """The items without the filler after them."""


class Changed(Enum):
    """What an item of EF04 is about."""

    NAME = "name"
    ADDRESS = "address"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SignatureTags:
    """Where the parts of a signature stand in its file. Tags with two bytes are numbers above 0xFF."""

    value: int
    key_identifier: int
    others: frozenset[int]
    """Serial number, issuer and subject: who made the key is the operator's to know, so they aren't looked at."""


@dataclass(frozen=True, slots=True)
class LicenceProfile:
    """Everything configurable about licences. Named profiles, never single switches.

    ``change_items`` says what the items of EF04 beside its flag are about; one that isn't there may be about anything,
    so that neither name nor address counts as unchanged. ``no_change`` are the values of the flag that mean "nothing
    was added". ``record_wide`` are the first bytes of the record's two-byte tags; ``record_expiry`` and
    ``record_number`` are where its last day and its number stand, None where that isn't known: then neither is read.
    """

    name: str
    signed_extent: SignedExtent
    signature: SignatureTags
    record_signature: SignatureTags
    change_items: Mapping[int, Changed] = field(default_factory=dict)
    no_change: frozenset[bytes] = frozenset({b"\x00", b"0"})
    record_wide: frozenset[int] = frozenset({0x01})
    record_expiry: int | None = None
    record_number: int | None = None

    def __post_init__(self) -> None:
        """An item of EF04 that can't be there would be a mistake in the profile."""
        if not set(self.change_items) <= CHANGE_TAGS - {CHANGED_FLAG}:
            raise ValueError("changes are items 51 to 97")


SPECIFICATION_010: Final = LicenceProfile(
    "driving-licence-010",
    SignedExtent.AS_READ,  # [U]
    SignatureTags(0xB1, 0xB5, frozenset({0xB2, 0xB3, 0xB4})),  # B1 [R]; the others' order as they are listed [U]
    SignatureTags(0x108, 0x10D, frozenset({0x109, 0x10A, 0x10B, 0x10C})),  # [R]; written in two bytes [U]
)
"""What is known of version 010. Which item of EF04 holds which change is not public to us, so any change makes name and
address unknown; neither is known where the record of a マイナ免許証 has its last day and its number."""
