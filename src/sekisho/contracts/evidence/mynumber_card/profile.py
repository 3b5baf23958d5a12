"""What the files look like, how far we know it, and what may never come in.

Marks: [R] read in descriptions; [C2] the same in several independent public readers; [U] from one source or
unconfirmed. The authority's specification of these applications isn't public to us.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class CardFile(StrEnum):
    """The files that are read, by the end of their application's identifier and their own [C2].

    ``0408`` is 券面事項入力補助 (D3921000310001010408), ``0402`` 券面事項確認 (D3921000310001010402).
    """

    ITEMS = "0408/0002"
    """The four items as text. Behind the PIN of four digits."""
    FACE = "0402/0002"
    """What is printed on the card's face: name and address as images, and the photo. Behind 照合番号B."""
    CERTIFICATE = "0402/0004"
    """A card-verifiable certificate beside it."""


MAX_FILE: Final[Mapping[CardFile, int]] = MappingProxyType(
    {CardFile.ITEMS: 4096, CardFile.FACE: 64 * 1024, CardFile.CERTIFICATE: 4096}
)
"""Bytes. A name and an address have some hundred; three images and a photo are a few ten thousand at most; a
certificate with an RSA key has about 700."""

FORBIDDEN_FILES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "0408/0001": "the individual number",
        "0408/0003": "a hash of the individual number, which all 12-digit numbers can be tried against",
        "0402/0005": "an image of the individual number",
    }
)
"""Files that hold the individual number or stand for it (番号法2条, 19条, 20条) [C2]: no document may carry one."""

FORBIDDEN_TAGS: Final = frozenset({0xFF10, 0xFF30, 0xFF40, 0xDF11, 0xDF31, 0xDF41})
"""Outer and inner tags of those files [C2]. FF10 is also the date of birth alone in 0402/0001, which isn't taken."""

OUTER: Final = 0xFF20  # [R]
CERTIFICATE_OUTER: Final = 0x7F21  # [R]

ITEM_TAGS: Final[Mapping[int, str]] = MappingProxyType(
    {0xDF21: "offsets", 0xDF22: "name", 0xDF23: "address", 0xDF24: "birth_date", 0xDF25: "sex"}
)
"""Inside 0408/0002 [R]."""

FACE_TAGS: Final[Mapping[int, str]] = MappingProxyType(
    {
        0xDF21: "offsets",
        0xDF22: "birth_date",
        0xDF23: "sex",
        0xDF24: "public_key",
        0xDF25: "name_image",
        0xDF26: "address_image",
        0xDF27: "photo",
        0xDF28: "signature",
        0xDF29: "expiry",
        0xDF2A: "security_code_image",
    }
)
"""Inside 0402/0002: DF22 to DF25 and DF27 [R], the others [C2]."""

CERTIFICATE_TAGS: Final = frozenset({0x5F4E, 0x5F37})
"""Contents and signature [C2]."""

MAX_TEXT: Final = 1000
"""Bytes of a name or an address: the resident register's own fields hold a few hundred characters."""

PHOTO_MARK: Final = b"\xff\x4f\xff\x51"
"""How a JPEG 2000 codestream begins: SOC and SIZ (ISO/IEC 15444-1 annex A)."""

PHOTO_MARK_WITHIN: Final = 256
"""Bytes of the photo in which its codestream must have begun; the boxes of a JP2 file before it have about 85."""
