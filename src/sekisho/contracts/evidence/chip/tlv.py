"""Read tag, length, value as the files of Japanese identity cards have it, strictly and bounded.

Two ways of writing tags are in use. The driving licence counts tags of one byte through 0x1F and 0x5F, which ISO/IEC
7816-4 would read as the beginning of a longer one; the My Number card follows ISO/IEC 7816-4. So the caller says after
which first bytes a second one belongs to the tag. Lengths are short, ``81 xx`` or ``82 xx xx``, and minimal.

Reads, believes nothing. What the items mean is the caller's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from sekisho.contracts.evidence.chip.errors import (
    ChipFileStructure,
    ChipFileTooLarge,
    ChipFileTruncated,
    ChipLengthIndefinite,
    ChipLengthNotMinimal,
    ChipTagTwice,
    ChipTooManyItems,
)

ISO_7816: Final = frozenset({0x1F, 0x3F, 0x5F, 0x7F, 0x9F, 0xBF, 0xDF, 0xFF})
"""First bytes whose five low bits are all set: another byte follows (ISO/IEC 7816-4 §5.2.2.1, X.690 §8.1.2.4)."""

FILLERS: Final = (0x00, 0xFF)
"""What unused room after the last item holds (ISO/IEC 7816-4 §5.2.2): the same byte to the end."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item. ``tag`` is a number: 0x12, 0x5F40. ``end`` is where it ends in its file."""

    tag: int
    value: bytes = field(repr=False)
    end: int

    @property
    def label(self) -> str:
        """The tag for people: ``5F40``."""
        return label(self.tag)


@dataclass(frozen=True, slots=True)
class ItemForm:
    """How a file's items are written.

    ``wide`` are the first bytes after which a second one belongs to the tag. ``repeats`` says that an item may stand
    several times. ``most`` is the most items it may have.
    """

    wide: frozenset[int] = frozenset()
    repeats: bool = False
    most: int = 128


def label(tag: int) -> str:
    """A tag for people."""
    return f"{tag:04X}" if tag > 0xFF else f"{tag:02X}"


def require_size(data: bytes, *, file: str, limit: int) -> None:
    """Raises :class:`ChipFileTooLarge` for a longer one. To be asked before anything is read."""
    if len(data) > limit:
        raise ChipFileTooLarge(file=file, limit=limit)


def read_items(data: bytes, form: ItemForm, *, file: str) -> tuple[Item, ...]:
    """The items of ``data`` in their order; filler after the last is left out. A file nothing was written to has none.

    Raises a :class:`ChipFileRefused` that names ``file``, never a value.
    """
    found: list[Item] = []
    seen: set[int] = set()
    at = 0
    while at < len(data) and not _filler(data, at):
        if len(found) == form.most:
            raise ChipTooManyItems(file=file, limit=form.most)
        item = _item(data, at, form, file)
        if item.tag in seen and not form.repeats:
            raise ChipTagTwice(file=file, tag=item.label)
        seen.add(item.tag)
        found.append(item)
        at = item.end
    return tuple(found)


def read_only(data: bytes, form: ItemForm, *, file: str, tag: int) -> bytes:
    """The value of the one item that ``data`` holds, which has this tag."""
    found = read_items(data, form, file=file)
    if len(found) != 1 or found[0].tag != tag:
        raise ChipFileStructure(file=file, problem=f"exactly one item, {label(tag)}")
    return found[0].value


def by_tag(items: tuple[Item, ...]) -> dict[int, bytes]:
    """Values by tag, of items of which none repeats."""
    return {item.tag: item.value for item in items}


def _filler(data: bytes, at: int) -> bool:
    return data[at] in FILLERS and data.count(data[at : at + 1], at) == len(data) - at


def _item(data: bytes, start: int, form: ItemForm, file: str) -> Item:
    tag, at = _byte(data, start, file), start + 1
    if tag in form.wide:
        second = _byte(data, at, file)
        if tag in ISO_7816 and second >= 0x80:
            raise ChipFileStructure(file=file, problem="a tag of more than two bytes")
        tag, at = tag << 8 | second, at + 1
    first = _byte(data, at, file)
    if first == 0x80:
        raise ChipLengthIndefinite(file=file, at=at)
    if first < 0x80:
        length, body = first, at + 1
    elif first in {0x81, 0x82}:
        width = first - 0x80
        body = at + 1 + width
        if body > len(data):
            raise ChipFileTruncated(file=file, at=at)
        length = int.from_bytes(data[at + 1 : body], "big")
        if length < (0x80, 0x100)[width - 1]:
            raise ChipLengthNotMinimal(file=file, at=at)
    else:
        # No file here has 64 KiB: three bytes or more are a bomb or a mistake.
        raise ChipLengthNotMinimal(file=file, at=at)
    if body + length > len(data):
        raise ChipFileTruncated(file=file, at=at)
    return Item(tag, data[body : body + length], body + length)


def _byte(data: bytes, at: int, file: str) -> int:
    if at >= len(data):
        raise ChipFileTruncated(file=file, at=at)
    return data[at]
