"""Errors of My Number cards; those of the files as such are in :mod:`sekisho.contracts.evidence.chip.errors`.

::

    EvidenceRefused
    └── CardRefused
        ├── CardItemMissing       an item that such a file always has
        ├── CardItemMalformed     an item that can't be read
        ├── CardPhotoRefused      the photo isn't a JPEG 2000 image
        ├── CardItemsContradict   the card's two applications say different things
        ├── CardExpired           past its last day
        └── CardReaderContradicts files that the reader can't have got as it says

A document that carries an individual number is none of these: it is refused before anything is verified or recorded
(:class:`sekisho.contracts.errors.IndividualNumber`).
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused

_AGAIN_JA = "カードをもう一度読み取ってください。"
_AGAIN_EN = "Read the card again."
_DOUBT_JA = "受け入れず、カードそのものを窓口で確かめてください。"
_DOUBT_EN = "Don't accept it; have the card itself examined."


class CardRefused(EvidenceRefused):
    """What was read from the card can't be accepted."""

    reason = "mynumber_card_refused"


class CardItemMissing(CardRefused):
    """An item that such a file always has isn't there, or is empty."""

    reason = "mynumber_card_item_missing"
    ja = "{file} に「{item}」がありません。" + _AGAIN_JA
    en = "{file} has no {item}. " + _AGAIN_EN


class CardItemMalformed(CardRefused):
    """An item that can't be read."""

    reason = "mynumber_card_item_malformed"
    ja = "{file} の「{item}」を読めません（{problem}）。" + _AGAIN_JA
    en = "The {item} of {file} can't be read ({problem}). " + _AGAIN_EN


class CardPhotoRefused(CardRefused):
    """The photo isn't a JPEG 2000 image."""

    reason = "mynumber_card_photo_refused"
    ja = "カードの写真が画像（JPEG 2000）ではありません。" + _AGAIN_JA
    en = "The card's photo isn't a JPEG 2000 image. " + _AGAIN_EN


class CardItemsContradict(CardRefused):
    """The card's two applications say different things: the files aren't of one card."""

    reason = "mynumber_card_items_contradict"
    ja = "2つのアプリケーションの「{item}」が一致しません。別のカードのファイルが混ざっています。" + _DOUBT_JA
    en = "The card's two applications differ in {item}: the files aren't of one card. " + _DOUBT_EN


class CardExpired(CardRefused):
    """Past its last day."""

    reason = "mynumber_card_expired"
    ja = "カードの有効期間は {expiry} に満了しています。有効な書類を求めてください。"
    en = "The card expired on {expiry}. Ask for a document that is valid."


class CardReaderContradicts(CardRefused):
    """A file that a card doesn't give without the PIN which the reading application says wasn't entered."""

    reason = "mynumber_card_reader_contradicts"
    ja = "読取りアプリは{pin}を入力していないと述べていますが、{file} があります。読取りアプリを確かめてください。"
    en = "The reading application says that {pin} wasn't entered, yet there is {file}. Check the application."
