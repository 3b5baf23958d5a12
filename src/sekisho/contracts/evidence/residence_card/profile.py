"""What stands on the cards, as tables with their sources; nothing in the verifier repeats a number from here.

Marks: [R] read in an account of the specification; [2] second hand, from a public reader's documentation and code; [U]
uncertain, with the reason. The specifications themselves weren't at hand. They are

- spec 1: 在留カード等仕様書（一般公開用）Ver 1.5 (2024-03),
- spec 2: 第２世代在留カード等仕様書（一般公開用）Ver 1.1 (2026-04),
- spec 3: 特定在留カード等仕様書（一般公開用）Ver 1.1 (2026-04).

The sizes they give for whole files check the tables: 73 bytes of entries are 53 of values and ten tags with lengths, 46
are 34 and six, 342 of the address are 8, 6, 320 and eight, 704 of the signature are 96, 602 and six (a test adds up).

The tags and lengths are outside the signature, only the values are signed, end to end. So the order and sizes of the
tables are part of what is verified: with labels exchanged, an expiry would pass for a date of birth.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from sekisho.contracts.evidence.cms.algorithms import Digest, Scheme, SignatureAlgorithm

USE_AUTHORITY: Final = "residence_card_authority"
"""Trust files: certificates of the authority that issues the cards' certificates, all generations together."""

MAX_AUTHORITIES: Final = 16
"""Six were published until 2026 [2]; bounds the signatures tried for one card."""

MAX_READER: Final = 100
"""Characters of the reading application's name."""

NO_PHOTO_ISSUED_UNDER: Final = 16
"""Years of age. Cards of the first generation have no photo for holders under 16 (spec 1 [R]) and end by their 16th
birthday. The second has none for holders under 1 at issue [2][U: a comment in a public sample, on the Act of 2024]. So
a card without a photo is refused from 16 on in both, and below that its having none is only reported."""


class Generation(Enum):
    """Of the chip, which decides layout and algorithm."""

    FIRST = "first"
    SECOND = "second"


class Standing(Enum):
    """What the card's signature says of a data object."""

    SIGNED = "signed"
    OUTSIDE = "outside"
    """Not signed: anybody able to write to the chip, or to put words into the reader's mouth, could change it."""
    PROOF = "proof"
    """The signature and the certificate themselves."""


@dataclass(frozen=True, slots=True)
class DataObject:
    """One data object of a file. ``exact``: its value has ``size`` bytes, no fewer; ``optional``: it may be missing."""

    tag: str
    size: int
    what: str
    standing: Standing
    exact: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class CardFile:
    """One file (EF) by the name the specification has for it, and the objects in it in their order."""

    name: str
    objects: tuple[DataObject, ...]
    required: bool = False

    @property
    def capacity(self) -> int:
        """The bytes of its objects, each with two or three bytes of length as it needs."""
        return sum(
            len(one.tag) // 2 + (1 if one.size < 0x80 else 2 if one.size < 0x100 else 3) + one.size
            for one in self.objects
        )


@dataclass(frozen=True, slots=True)
class SignedPart:
    """Values joined in this order and filled up with zero bytes to ``size``."""

    tags: tuple[str, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Signing:
    """How a generation signs. ``key`` is that of the card's certificate, ``certified`` how the authority signed it."""

    key: str
    card: SignatureAlgorithm
    certified: SignatureAlgorithm
    signature: DataObject
    certificate: DataObject


@dataclass(frozen=True, slots=True)
class Layout:
    """A type of card: its code in MF/EF02, the evidence catalogue's document, its files, what is signed and how.

    ``pictures`` say what of ``chip_read.shows`` each picture shows, the photo apart.
    """

    code: str
    document: str
    generation: Generation
    files: tuple[CardFile, ...]
    signed: tuple[SignedPart, ...]
    signing: Signing
    pictures: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def objects(self) -> tuple[DataObject, ...]:
        """Every object of every file; no tag stands in two files."""
        return tuple(one for file in self.files for one in file.objects)


_SIGNED, _OUTSIDE, _PROOF = Standing.SIGNED, Standing.OUTSIDE, Standing.PROOF

TYPE_FILE: Final = "MF/EF02"
TYPE_TAG: Final = "C1"
NUMBER_TAG: Final = "C2"
PHOTO_TAG: Final = "D1"

_COMMON = CardFile("MF/EF01", (DataObject("C0", 4, "version of the specification", _OUTSIDE, exact=True),))


def _outside(tag: str, size: int, what: str) -> DataObject:
    # Which of these are left out, and which filled up, isn't known [U]; nothing is decided by them.
    return DataObject(tag, size, what, _OUTSIDE, optional=True)


def _type(size: int) -> CardFile:
    return CardFile(TYPE_FILE, (DataObject(TYPE_TAG, size, "type of card", _OUTSIDE, exact=True),), required=True)


# --- first generation (spec 1 §3.3.1, §3.3.4 [R][2]) ---------------------------------------------------------------

_SHA256_RSA = SignatureAlgorithm(Scheme.PKCS1, Digest.SHA256)
_RSA = Signing(
    key="RSA-2048",
    card=_SHA256_RSA,  # spec 1 §3.4.3.1 [R]
    certified=_SHA256_RSA,  # as the published authorities sign themselves [2]
    signature=DataObject("DA", 256, "check code", _PROOF, exact=True),
    certificate=DataObject("DB", 1200, "certificate", _PROOF),  # may be filled up with zero bytes [2][U]
)
_FACE = (
    CardFile("DF1/EF01", (DataObject("D0", 7000, "picture of the face of the card (TIFF)", _SIGNED),), required=True),
    CardFile("DF1/EF02", (DataObject(PHOTO_TAG, 3000, "photo (JPEG 2000)", _SIGNED, optional=True),), required=True),
)
_ADDRESS = CardFile(
    "DF2/EF01",
    (
        _outside("D2", 8, "day the address was written"),
        _outside("D3", 6, "code of the municipality"),
        _outside("D4", 320, "address"),  # character set: [U], so it isn't read
    ),
)
_PERMISSIONS = (
    CardFile("DF2/EF02", (_outside("D5", 120, "general permission for other activities"),)),
    CardFile("DF2/EF03", (_outside("D6", 120, "individual permission for other activities"),)),
    CardFile("DF2/EF04", (_outside("D7", 1, "application for renewal"),)),
)
_CHECK_CODE = CardFile("DF3/EF01", (_RSA.signature, _RSA.certificate), required=True)
_FIRST_SIGNED = (SignedPart(("D0",), 7000), SignedPart((PHOTO_TAG,), 3000))  # spec 1 §3.4.3.1, figure 3-4 [R][2]

# --- second generation (spec 2 §3.3.1, §3.3.4; spec 3 has the same files on the My Number card [2]) -----------------

_SHA256_ECDSA = SignatureAlgorithm(Scheme.ECDSA, Digest.SHA256)
_ECDSA = Signing(
    key="P-384",
    card=_SHA256_ECDSA,  # spec 2 §3.4.3.1 [R]
    certified=_SHA256_ECDSA,  # spec 2 §3.3.4.10: "X.509 v3, ECDSA NIST P-384 SHA256" [2]
    # "At most 96 bytes, ASN.1" [2]: r and s of P-384 one after the other are 96; in ASN.1 they would mostly be 102 to
    # 104, for which the file has no room, and the specification's example is DC 60 and 96 bytes. [U: what "ASN.1" says]
    signature=DataObject("DC", 96, "check code", _PROOF, exact=True),
    certificate=DataObject("DD", 602, "certificate", _PROOF),
)
_NUMBER = CardFile("DF1/EF01", (DataObject(NUMBER_TAG, 12, "number", _OUTSIDE, exact=True),), required=True)
EXPIRY_TAG: Final = "C5"
BIRTH_TAG: Final = "C6"
PERMISSION_DAY_TAG: Final = "CB"
WORK_TAG: Final = "CC"
WORK_CODES: Final = frozenset({"1", "2", "4", "9"})
"""Restriction of work: none, as the status has it, as designated, not permitted (spec 2 §3.3.4.4 [2])."""

_HOLDER = (
    DataObject(EXPIRY_TAG, 8, "end of validity", _SIGNED, exact=True),
    DataObject(BIRTH_TAG, 8, "date of birth", _SIGNED, exact=True),
    DataObject("C7", 1, "sex", _SIGNED, exact=True),
    DataObject("C8", 3, "nationality or region", _SIGNED, exact=True),
    DataObject("C9", 10, "status of residence", _SIGNED, exact=True),
    DataObject("CE", 4, "period of stay", _SIGNED, exact=True),
)
_STAY = (
    DataObject("CA", 2, "kind of permission", _SIGNED, exact=True),
    DataObject(PERMISSION_DAY_TAG, 8, "day of the permission", _SIGNED, exact=True),
    DataObject(WORK_TAG, 1, "restriction of work", _SIGNED, exact=True),
    DataObject("CD", 8, "end of the period of stay", _SIGNED, exact=True),
)
_PICTURES = (
    CardFile(
        "DF1/EF03",
        (
            DataObject("D0", 2500, "picture of the name (TIFF)", _SIGNED),
            DataObject(PHOTO_TAG, 3000, "photo (JPEG 2000)", _SIGNED, optional=True),
        ),
        required=True,
    ),
    CardFile("DF1/EF04", (_outside("DFD1", 2500, "picture of the address (TIFF)"),)),
)
_OTHER = (_outside("D9", 1, "note of the agency"), _outside("DE", 200, "reserved"))
_SECOND_PERMISSIONS = (
    CardFile(
        "DF2/EF01",
        (
            _outside("D5", 7, "general permission for other activities"),
            _outside("D6", 8, "its end"),
            _outside("D7", 1, "individual permission for other activities"),
        ),
    ),
    CardFile("DF2/EF02", (_outside("D8", 1, "application for renewal"),)),
    CardFile("DF2/EF03", _OTHER),
)
_SIGNATURE = CardFile("DF3/EF01", (_ECDSA.signature, _ECDSA.certificate), required=True)


def _tags(objects: tuple[DataObject, ...]) -> tuple[str, ...]:
    return tuple(one.tag for one in objects)


def _entries(objects: tuple[DataObject, ...]) -> tuple[SignedPart, ...]:
    """Spec 2 §3.4.3.1: entries (53 bytes, the certificate's 34 filled up), photo, picture of the name [R][2]."""
    return (SignedPart(_tags(objects), 53), SignedPart((PHOTO_TAG,), 3000), SignedPart(("D0",), 2500))


def _first(code: str, document: str, more: tuple[CardFile, ...]) -> Layout:
    files = (_COMMON, _type(1), *_FACE, _ADDRESS, *more, _CHECK_CODE)
    pictures = (("D0", ("name", "birth_date", "address")),)  # the address as of the card's issue
    return Layout(code, document, Generation.FIRST, files, _FIRST_SIGNED, _RSA, pictures)


def _second(code: str, document: str, entries: tuple[DataObject, ...], more: tuple[CardFile, ...]) -> Layout:
    written = CardFile("DF1/EF02", entries, required=True)
    files = (_COMMON, _type(2), _NUMBER, written, *_PICTURES, *more, _SIGNATURE)
    pictures = (("D0", ("name",)), ("DFD1", ("address",)))
    return Layout(code, document, Generation.SECOND, files, _entries(entries), _ECDSA, pictures)


_CARD, _CERTIFICATE = "residence_card", "special_permanent_resident_certificate"
_SECOND_CARD = (*_HOLDER, *_STAY)
# Six of the ten entries are in the 46 bytes of a certificate: 34 bytes of values allow no other six. [R][U]
_SECOND_CERTIFICATE = _HOLDER

LAYOUTS: Final = MappingProxyType(
    {
        one.code: one
        for one in (
            _first("1", _CARD, _PERMISSIONS),
            _first("2", _CERTIFICATE, ()),
            _second("05", _CARD, _SECOND_CARD, _SECOND_PERMISSIONS),
            _second("06", _CERTIFICATE, _SECOND_CERTIFICATE, (CardFile("DF2/EF01", _OTHER),)),
            _second("07", _CARD, _SECOND_CARD, _SECOND_PERMISSIONS),
            _second("08", _CERTIFICATE, _SECOND_CERTIFICATE, (CardFile("DF2/EF01", _OTHER),)),
        )
    }
)
"""By the code in MF/EF02: one character in the first generation, two in the second. 07 and 08 are on a My Number card
(特定在留カード, 特定特別永住者証明書). 03 and 04 stand for no published card."""

FILE_NAMES: Final = frozenset(file.name for layout in LAYOUTS.values() for file in layout.files)
"""Every file there is; no other may be sent. Files of the other applications of a My Number card aren't among them."""

MAX_FILE: Final = 8 * 1024
"""Bytes. The largest are the picture of the first generation's face, 7,004, and the second's name and photo, 5,508."""
