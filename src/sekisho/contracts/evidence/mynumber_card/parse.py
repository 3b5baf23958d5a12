"""Read the card's files. Believes nothing and checks no signature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.chip.errors import ChipFileStructure
from sekisho.contracts.evidence.chip.tlv import ISO_7816, ItemForm, by_tag, read_items, read_only
from sekisho.contracts.evidence.mynumber_card.errors import CardItemMalformed, CardItemMissing, CardPhotoRefused
from sekisho.contracts.evidence.mynumber_card.model import Face, FourItems
from sekisho.contracts.evidence.mynumber_card.profile import (
    CERTIFICATE_OUTER,
    CERTIFICATE_TAGS,
    FACE_TAGS,
    FORBIDDEN_TAGS,
    ITEM_TAGS,
    MAX_TEXT,
    OUTER,
    PHOTO_MARK,
    PHOTO_MARK_WITHIN,
    CardFile,
)
from sekisho.contracts.individual_number import has_valid_check_digit, in_identifier

_FORM: Final = ItemForm(wide=ISO_7816, most=32)
_KNOWN: Final[Mapping[CardFile, frozenset[int]]] = {
    CardFile.ITEMS: frozenset(ITEM_TAGS),
    CardFile.FACE: frozenset(FACE_TAGS),
    CardFile.CERTIFICATE: CERTIFICATE_TAGS,
}
_ITEM: Final = {name: tag for tag, name in ITEM_TAGS.items()}
_FACE: Final = {name: tag for tag, name in FACE_TAGS.items()}
_DAY = re.compile(rb"([0-9]{4})([0-9]{2})([0-9]{2})")
_TWELVE = re.compile(rb"(?<![0-9])[0-9]{12}(?![0-9])")
_NUMBER_FILES = (b"\xff\x10", b"\xff\x30", b"\xff\x40")

Values = dict[int, bytes]


def refuse_individual_number(file: str, data: bytes) -> None:
    """Raises IndividualNumber for a file that carries one, by its tag or by twelve digits with the right check digit.

    Looked for in the bytes, before anything is read: a file that can't be read may carry it as well. A card that bears
    the number is context enough for twelve digits.
    """
    digits = any(has_valid_check_digit(match.group().decode("ascii")) for match in _TWELVE.finditer(data))
    if digits or data.startswith(_NUMBER_FILES):
        raise IndividualNumber(field=file)


def read_files(files: Mapping[CardFile, bytes]) -> tuple[dict[CardFile, Values], list[tuple[str, int]]]:
    """The items inside each file, and those that nobody here knows."""
    if CardFile.ITEMS not in files and CardFile.FACE not in files:
        raise ChipFileStructure(file=CardFile.ITEMS.value, problem="neither it nor 0402/0002 was given")
    found: dict[CardFile, Values] = {}
    unknown: list[tuple[str, int]] = []
    for file in CardFile:
        if file in files:
            outer = CERTIFICATE_OUTER if file is CardFile.CERTIFICATE else OUTER
            inside = read_items(read_only(files[file], _FORM, file=file.value, tag=outer), _FORM, file=file.value)
            found[file] = by_tag(inside)
            for item in inside:
                if item.tag in FORBIDDEN_TAGS:
                    raise IndividualNumber(field=f"files.{file.value}")
                if item.tag not in _KNOWN[file]:
                    unknown.append((file.value, item.tag))
    if CardFile.CERTIFICATE in found:
        for tag, part in ((0x5F4E, "contents"), (0x5F37, "signature")):
            _value(found[CardFile.CERTIFICATE], tag, CardFile.CERTIFICATE, part)
    return found, unknown


def read_four_items(values: Values) -> FourItems:
    """Name, address, date of birth and sex as text. Raises IndividualNumber if one stands in a text."""
    file = CardFile.ITEMS
    name, address = (_text(values, one) for one in ("name", "address"))
    for text in (name, address):
        if in_identifier(text, document="mynumber_card"):
            raise IndividualNumber(field=f"files.{file.value}")
    return FourItems(
        name,
        address,
        read_day(_value(values, _ITEM["birth_date"], file, "birth_date")),
        _value(values, _ITEM["sex"], file, "sex"),
    )


def read_face(values: Values) -> Face:
    """What is used of the card's face; the photo must be an image, what it shows is for people to judge."""
    file = CardFile.FACE
    photo = _value(values, _FACE["photo"], file, "photo")
    if photo.find(PHOTO_MARK, 0, PHOTO_MARK_WITHIN) < 0:
        raise CardPhotoRefused
    return Face(
        read_day(_value(values, _FACE["birth_date"], file, "birth_date")),
        _value(values, _FACE["sex"], file, "sex"),
        frozenset(one for one in ("name", "address") if values.get(_FACE[f"{one}_image"])),
        read_day(values.get(_FACE["expiry"], b"")),
        photo,
    )


def read_day(value: bytes) -> date | None:
    """YYYYMMDD [C2]. None unless every part is known and the day exists: half a date proves no age."""
    match = _DAY.fullmatch(value)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _value(values: Values, tag: int, file: CardFile, item: str) -> bytes:
    found = values.get(tag, b"")
    if not found:
        raise CardItemMissing(file=file.value, item=item)
    return found


def _text(values: Values, item: str) -> str:
    file = CardFile.ITEMS
    data = _value(values, _ITEM[item], file, item)
    if len(data) > MAX_TEXT:
        raise CardItemMalformed(file=file.value, item=item, problem=f"more than {MAX_TEXT} bytes")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise CardItemMalformed(file=file.value, item=item, problem="not UTF-8") from None
    if not text.replace("\u3000", " ").isprintable():
        raise CardItemMalformed(file=file.value, item=item, problem="characters that aren't printed")
    return text
