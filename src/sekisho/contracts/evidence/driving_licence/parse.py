"""Read a licence's files. Believes nothing and checks no signature."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from sekisho.contracts.errors import IndividualNumber
from sekisho.contracts.evidence.chip.errors import ChipFileStructure
from sekisho.contracts.evidence.chip.tlv import Item, ItemForm, by_tag, read_items
from sekisho.contracts.evidence.driving_licence import texts
from sekisho.contracts.evidence.driving_licence.errors import (
    LicenceItemMalformed,
    LicenceItemMissing,
    LicencePhotoRefused,
)
from sekisho.contracts.evidence.driving_licence.model import Change, Changes, Entries
from sekisho.contracts.evidence.driving_licence.profile import (
    CHANGE_TAGS,
    CHANGED_FLAG,
    DOMICILE_TAGS,
    ENTRY_TAGS,
    EXTERNAL_TAGS,
    PHOTO_MARK,
    PHOTO_MARK_WITHIN,
    PHOTO_TAG,
    RECORD_SIGNATURE_TAGS,
    RECORD_TAGS,
    SIGNATURE_TAGS,
    Changed,
    LicenceFile,
    LicenceProfile,
    SignedExtent,
)
from sekisho.contracts.individual_number import in_free_text

_ONCE: Final = ItemForm()
_REPEATS: Final = ItemForm(repeats=True)  # a licence may be changed several times
_PHOTO: Final = ItemForm(wide=frozenset({0x5F}), most=4)

CARD_FORMS: Final[Mapping[LicenceFile, tuple[ItemForm, frozenset[int]]]] = {
    LicenceFile.ENTRIES: (_ONCE, frozenset(ENTRY_TAGS)),
    LicenceFile.DOMICILE: (_ONCE, DOMICILE_TAGS),
    LicenceFile.EXTERNAL: (_ONCE, EXTERNAL_TAGS),
    LicenceFile.CHANGES: (_REPEATS, CHANGE_TAGS),
    LicenceFile.CHANGES_EXTERNAL: (_REPEATS, CHANGE_TAGS),
    LicenceFile.CHANGES_DOMICILE: (_REPEATS, CHANGE_TAGS),
    LicenceFile.SIGNATURE: (_ONCE, SIGNATURE_TAGS),
    LicenceFile.PHOTO: (_PHOTO, frozenset({PHOTO_TAG})),
}
"""How the items of each file are written, and which the profile knows."""

_TAG_OF: Final = {name: tag for tag, name in ENTRY_TAGS.items()}
_NUMBER = re.compile(rb"[0-9]{12}")


def read_card(files: Mapping[LicenceFile, bytes]) -> tuple[dict[LicenceFile, tuple[Item, ...]], list[tuple[str, int]]]:
    """The items of each file, and those that nobody here knows. DF1/EF01 must be there."""
    if LicenceFile.ENTRIES not in files:
        raise ChipFileStructure(file=LicenceFile.ENTRIES.value, problem="it wasn't given")
    found: dict[LicenceFile, tuple[Item, ...]] = {}
    unknown: list[tuple[str, int]] = []
    for file in LicenceFile:
        if file in files:
            form, known = CARD_FORMS[file]
            found[file] = read_items(files[file], form, file=file.value)
            unknown += [(file.value, item.tag) for item in found[file] if item.tag not in known]
    return found, unknown


def read_record(data: bytes, profile: LicenceProfile, *, file: str) -> tuple[dict[int, bytes], list[tuple[str, int]]]:
    """The items of WEF02 or WEF03 by tag, and those that nobody here knows."""
    items = read_items(data, ItemForm(wide=profile.record_wide), file=file)
    if not items:
        raise ChipFileStructure(file=file, problem="nothing is written in it")
    known = RECORD_TAGS | RECORD_SIGNATURE_TAGS
    return by_tag(items), [(file, item.tag) for item in items if item.tag not in known]


def refuse_individual_number(files: Mapping[LicenceFile, tuple[Item, ...]]) -> None:
    """Raises IndividualNumber if one stands in any text of any file, signed or not, used or not.

    The licence's own number and its reference number are typed fields and no texts: they pass.
    """
    for file, items in files.items():
        for item in items:
            if in_free_text(texts.read_loosely(item.value)):
                raise IndividualNumber(field=f"files.{file.value}")


def read_entries(items: tuple[Item, ...]) -> Entries:
    """The items of DF1/EF01 that are used."""
    values = by_tag(items)
    name, address = (texts.read_text(_value(values, one), item=one) for one in ("name", "address"))
    return Entries(
        name,
        address,
        texts.read_birth(_value(values, "birth_date")),
        read_number(_value(values, "number")),
        read_expiry(_value(values, "expiry")),
        texts.read_day(values.get(_TAG_OF["issued_on"], b"")),
    )


def read_number(value: bytes) -> str:
    """The licence's number: twelve digits. One that has an individual number's check digit by chance is a licence's."""
    if _NUMBER.fullmatch(value) is None:
        raise LicenceItemMalformed(item="number", problem="not 12 digits")
    return value.decode("ascii")


def read_expiry(value: bytes) -> date:
    """The last day: without it nobody can say that the licence is valid."""
    found = texts.read_day(value)
    if found is None:
        raise LicenceItemMalformed(item="expiry", problem="not a date")
    return found


def read_photo(items: tuple[Item, ...]) -> bytes:
    """The image that DF2/EF01 holds; what it shows is for people or a face match to judge."""
    photo = by_tag(items).get(PHOTO_TAG, b"")
    if photo.find(PHOTO_MARK, 0, PHOTO_MARK_WITHIN) < 0:
        raise LicencePhotoRefused
    return photo


def read_changes(items: tuple[Item, ...], profile: LicenceProfile) -> Changes:
    """What EF04 says of name and address: unchanged only if its flag says so, or nothing was written at all."""
    written = [item for item in items if item.value]
    flags = [item.value for item in written if item.tag == CHANGED_FLAG]
    others = [item for item in written if item.tag != CHANGED_FLAG]
    if not others and all(flag in profile.no_change for flag in flags):
        return Changes(Change.NONE, Change.NONE)
    about = {profile.change_items.get(item.tag) for item in others}
    if not others or None in about:
        # The flag says that something was added, or something was that the profile doesn't know.
        return Changes(Change.UNCLEAR, Change.UNCLEAR)
    return Changes(
        Change.CHANGED if Changed.NAME in about else Change.NONE,
        Change.CHANGED if Changed.ADDRESS in about else Change.NONE,
    )


def signed_part(data: bytes, items: tuple[Item, ...], extent: SignedExtent) -> bytes:
    """What the signature covers of a file."""
    if extent is SignedExtent.AS_READ:
        return data
    return data[: items[-1].end] if items else b""


def _value(values: Mapping[int, bytes], item: str) -> bytes:
    found = values.get(_TAG_OF[item], b"")
    if not found:
        raise LicenceItemMissing(item=item)
    return found
