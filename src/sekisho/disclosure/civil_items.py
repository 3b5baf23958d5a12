"""The fourteen items of sender information that a civil claim can ask for (施行規則2条), as data. Pure.

The list is the text of 2022, from a secondary source; the Ordinance was last amended by 令和7年総務省令第15号 (in force
2025-04-01), and the current numbering wasn't read again. What isn't among these can't be disclosed on a civil claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sekisho.disclosure.gate_errors import UnknownItem
from sekisho.disclosure.kinds import DataClass
from sekisho.engine.facts import Text
from sekisho.engine.rules import TextState

SOURCE: Final = "情報流通プラットフォーム対処法施行規則2条（2022年の条文、二次資料）"


class ItemGroup(StrEnum):
    """What an item is about."""

    SUBSCRIBER = "subscriber"
    """Who the sender is: name, address, telephone number, mail address."""
    POSTING = "posting"
    """The communication that sent the infringing information."""
    RELATED = "related"
    """A communication related to it (侵害関連通信): creating the account, logging in or out, deleting it."""
    LINK = "link"
    """What two providers call a customer between them."""


@dataclass(frozen=True, slots=True)
class CivilItem:
    """One item. ``special``: relates to a related communication alone (特定発信者情報; 法5条1項3号 asks more for it).

    ``forwardable``: a content provider may use it to find the next provider (施行規則7条); a time stamp may not.
    """

    number: int
    title: Text
    group: ItemGroup
    data_class: DataClass
    special: bool
    forwardable: bool
    text_state: TextState

    @property
    def source(self) -> str:
        """The citation."""
        return f"施行規則2条{self.number}号"


_FORWARDABLE: Final = frozenset({5, 6, 7, 9, 10, 11, 12, 14})
_UNREAD: Final = frozenset({8, 13})
_DATA_CLASS: Final = {ItemGroup.SUBSCRIBER: DataClass.SUBSCRIBER}


def _item(number: int, group: ItemGroup, ja: str, en: str) -> CivilItem:
    return CivilItem(
        number,
        Text(ja, en),
        group,
        _DATA_CLASS.get(group, DataClass.SECRECY),
        group is ItemGroup.RELATED,
        number in _FORWARDABLE,
        TextState.UNVERIFIED if number in _UNREAD else TextState.SUMMARY,
    )


CIVIL_ITEMS: Final = {
    item.number: item
    for item in (
        _item(1, ItemGroup.SUBSCRIBER, "氏名又は名称", "name"),
        _item(2, ItemGroup.SUBSCRIBER, "住所", "postal address"),
        _item(3, ItemGroup.SUBSCRIBER, "電話番号", "telephone number"),
        _item(4, ItemGroup.SUBSCRIBER, "電子メールアドレス", "mail address"),
        _item(5, ItemGroup.POSTING, "IPアドレスと、組み合わされたポート番号", "IP address with its port"),
        _item(
            6,
            ItemGroup.POSTING,
            "携帯インターネット接続サービス利用者識別符号",
            "subscriber identifier of mobile internet access",
        ),
        _item(7, ItemGroup.POSTING, "SIM識別番号", "SIM identification number"),
        _item(8, ItemGroup.POSTING, "送信された年月日及び時刻", "date and time of sending"),
        _item(
            9,
            ItemGroup.RELATED,
            "侵害関連通信のIPアドレスと、組み合わされたポート番号",
            "IP address with its port, of a related communication",
        ),
        _item(
            10,
            ItemGroup.RELATED,
            "侵害関連通信の携帯インターネット接続サービス利用者識別符号",
            "subscriber identifier of mobile internet access, of a related communication",
        ),
        _item(
            11,
            ItemGroup.RELATED,
            "侵害関連通信のSIM識別番号",
            "SIM identification number, of a related communication",
        ),
        _item(
            12, ItemGroup.RELATED, "侵害関連通信のSMS電話番号", "telephone number of an SMS, of a related communication"
        ),
        _item(13, ItemGroup.RELATED, "侵害関連通信の年月日及び時刻", "date and time, of a related communication"),
        _item(14, ItemGroup.LINK, "利用管理符号", "identifier of a user between providers"),
    )
}
"""Every item by its number."""


def items_of(numbers: Iterable[int]) -> tuple[CivilItem, ...]:
    """The items of these numbers, in order. Raises ``UnknownItem``: what isn't listed can't be disclosed."""
    found = []
    for number in sorted(set(numbers)):
        if number not in CIVIL_ITEMS:
            raise UnknownItem(number=number)
        found.append(CIVIL_ITEMS[number])
    return tuple(found)


def forwardable(items: Iterable[CivilItem]) -> tuple[CivilItem, ...]:
    """Those that may be used to name, or be forwarded to, the next provider."""
    return tuple(item for item in items if item.forwardable)


def facts_of(items: Iterable[CivilItem]) -> dict[str, bool]:
    """What the gate is told of the items asked for: that they are listed, and whether special ones are there."""
    listed = tuple(items)
    return {"scope.civil_items_only": bool(listed), "scope.special_items": any(item.special for item in listed)}


def data_classes(items: Iterable[CivilItem]) -> frozenset[DataClass]:
    """The classes for which the gate is asked.

    Secrecy is always among them: even a name is found through one communication here. It goes out only where the gate
    is open for each class.
    """
    return frozenset({DataClass.SECRECY, *(item.data_class for item in items)})
