"""Errors of driving licences; those of their files as such are in :mod:`sekisho.contracts.evidence.chip.errors`.

::

    EvidenceRefused
    └── LicenceRefused
        ├── LicenceItemMissing           an item without which nobody is identified
        ├── LicenceItemMalformed         an item that can't be read
        ├── LicencePhotoRefused          the photo isn't a JPEG 2000 image
        ├── LicenceSignatureMalformed    the signature isn't one of this kind
        ├── LicenceSignatureWrong        not by the key that the licence names
        ├── LicenceExpired               past its last day
        └── ReaderContradicts            files that the reader can't have got as it says
    NotCheckable
    └── LicenceKeyUnknown                no configured key made the signature, and the licence names another
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable

_DOUBT_JA = "受け入れず、免許証そのものを窓口で確かめてください。"
_DOUBT_EN = "Don't accept it; have the licence itself examined."
_AGAIN_JA = "チップをもう一度読み取ってください。"
_AGAIN_EN = "Read the chip again."


class LicenceRefused(EvidenceRefused):
    """What was read from a licence's chip can't be accepted."""

    reason = "licence_refused"


class LicenceItemMissing(LicenceRefused):
    """An item without which nobody is identified isn't there, or is empty."""

    reason = "licence_item_missing"
    ja = "免許証の記載事項「{item}」がありません。" + _AGAIN_JA
    en = "The licence has no {item}. " + _AGAIN_EN


class LicenceItemMalformed(LicenceRefused):
    """An item that isn't as the specification has it."""

    reason = "licence_item_malformed"
    ja = "免許証の記載事項「{item}」を読めません（{problem}）。" + _AGAIN_JA
    en = "The licence's {item} can't be read ({problem}). " + _AGAIN_EN


class LicencePhotoRefused(LicenceRefused):
    """The photo isn't a JPEG 2000 image."""

    reason = "licence_photo_refused"
    ja = "免許証の写真が画像（JPEG 2000）ではありません。" + _AGAIN_JA
    en = "The licence's photo isn't a JPEG 2000 image. " + _AGAIN_EN


class LicenceSignatureMalformed(LicenceRefused):
    """The signature isn't one of RSA with 2048 bits."""

    reason = "licence_signature_malformed"
    ja = "免許証の電子署名の形が定めと違います（{problem}）。" + _AGAIN_JA
    en = "The licence's signature isn't as the specification has it ({problem}). " + _AGAIN_EN


class LicenceSignatureWrong(LicenceRefused):
    """The key that the licence names is configured and didn't sign these files."""

    reason = "licence_signature_wrong"
    ja = "免許証の電子署名が、読み取った内容に対するものではありません。改ざんか、読取りの誤りです。" + _DOUBT_JA
    en = "The licence's signature isn't over what was read: altered, or misread. " + _DOUBT_EN


class LicenceExpired(LicenceRefused):
    """Past its last day."""

    reason = "licence_expired"
    ja = "免許証の有効期間は {expiry} に満了しています。有効な書類を求めてください。"
    en = "The licence expired on {expiry}. Ask for a document that is valid."


class ReaderContradicts(LicenceRefused):
    """A file that a card doesn't give without the PIN which the reading application says wasn't entered."""

    reason = "licence_reader_contradicts"
    ja = (
        "読取りアプリは暗証番号{pin}を入力していないと述べていますが、{file} があります。"
        "読取りアプリを確かめてください。"
    )
    en = "The reading application says that PIN {pin} wasn't entered, yet there is {file}. Check the application."


class LicenceKeyUnknown(NotCheckable):
    """No configured key made the signature, and the licence names none of them. Not a sign of forgery."""

    reason = "licence_key_unknown"
    ja = (
        "この免許証に署名した公安委員会の公開鍵が設定にないため、署名を確かめられません。"
        "公開鍵を入手して設定してください。"
    )
    en = "The police commission's key that signed this licence isn't configured. Obtain that key and configure it."
