"""Items that no log and no register here can answer, each with what to do. Pure.

They are never searched and never answered as "nothing found": the outcome names the reason, the result says the
sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from sekisho.disclosure.kinds import DataClass
from sekisho.disclosure.record import Item, ItemKind
from sekisho.disclosure.search.plan import purposes_of
from sekisho.engine.facts import Text


class Unasked(StrEnum):
    """Why an item can't be looked up."""

    NO_LOCATION_LOG = "no_location_log"
    NO_SEARCH_BY_PAGE = "no_search_by_page"
    NO_LOG_BY_THIS = "no_log_by_this"


WORDS: Final = {
    Unasked.NO_LOCATION_LOG: Text(
        "位置情報の記録はここにないため、検索できません。「該当なし」ではありません。この項目は拒否し、調べられないことを"
        "請求者に伝えてください。位置を扱う設備がある場合は、その設備の手続で別に扱ってください。",
        "Records of locations aren't kept here: nothing can be searched, which isn't 'nothing found'. Refuse the "
        "item and tell the requester that it can't be looked up. Equipment that knows locations has its own procedure.",
    ),
    Unasked.NO_SEARCH_BY_PAGE: Text(
        "投稿のURLからは検索できません。その投稿の送信元のIPアドレス、ポート番号、日時を請求者に尋ねるか、投稿を扱う"
        "設備で投稿者のアカウントを確かめ、アカウントの項目として受け付けてください。",
        "Nothing can be searched by a page's address. Ask for the post's source address, port and time, or find the "
        "account in the system that has the post and take it in as an item of its own.",
    ),
    Unasked.NO_LOG_BY_THIS: Text(
        "この種類の識別子から、求められた情報は検索できません。IPアドレスと日時、回線、またはアカウントを請求者に尋ねて"
        "ください。契約者を求めるものなら、求める情報に契約者を加えてもらってください。",
        "What is asked can't be searched by this kind of identifier. Ask for an address with its time, a line or an "
        "account; where the contractor is meant, for that to be asked.",
    ),
}
"""What to do about each."""


def why_unasked(item: Item) -> Unasked | None:
    """Why an item isn't searched; None where it is."""
    if purposes_of(item):
        return None
    if item.data_class is DataClass.LOCATION:
        return Unasked.NO_LOCATION_LOG
    return Unasked.NO_SEARCH_BY_PAGE if item.kind is ItemKind.POST_URL else Unasked.NO_LOG_BY_THIS


def why_none(items: Iterable[Item]) -> Text:
    """The sentences about items of which none is searched, each once."""
    found = dict.fromkeys(why for item in items if (why := why_unasked(item)) is not None)
    return Text("".join(WORDS[one].ja for one in found), " ".join(WORDS[one].en for one in found))


def words_of(lack: str | None) -> Text | None:
    """What to do about an outcome's lack, where it is one of these."""
    return WORDS[Unasked(lack)] if lack in tuple(Unasked) else None
