"""Errors of residence cards; those of DER, certificates and keys are in :mod:`sekisho.contracts.evidence.cms.errors`.

::

    EvidenceRefused
    ├── ResidenceCardRefused
    │   ├── FileTooLarge             a file longer than any of a card
    │   ├── CardTypeUnknown          a type of card that isn't published
    │   ├── FileMissing              a file without which nothing can be verified
    │   ├── FileNotOfType            a file that cards of this type don't have
    │   ├── ObjectRefused            not the data objects that the file has
    │   │   ├── ObjectTruncated      ends before its own length says
    │   │   ├── ObjectIndefinite     a length left open
    │   │   ├── ObjectOverlong       a length in more bytes than it needs
    │   │   ├── ObjectTwice          a data object that stands twice
    │   │   ├── ObjectUnexpected     another object than belongs here: none of the file's, or out of order
    │   │   ├── ObjectMissing        an object that isn't there
    │   │   ├── ObjectSize           longer, or otherwise of another size, than the object is
    │   │   └── BytesAfterObjects    more than filling after the last object
    │   ├── NumberMalformed          not two letters, eight digits, two letters
    │   ├── NumberMismatch           the number on the chip isn't the one the card was opened with
    │   ├── CardKeyRefused           the certificate's key or algorithm isn't the generation's
    │   ├── CertificateUsageRefused  the certificate isn't one for signing cards: an authority's, or self-signed
    │   ├── CardSignatureWrong       the signature isn't by the certificate's key over this data
    │   ├── NotByAgency              names a configured authority as issuer, which didn't sign it
    │   ├── CertificateOutsideValidity   the certificate or its authority, not yet or no longer valid
    │   ├── EntryMalformed           an entry that is no date, code or the like
    │   ├── PhotoMissing             no photo, though the holder is old enough to have one
    │   └── CardExpired              past the end of its validity
    └── AgencyCertificateRefused     the operator's own file isn't an authority's certificate
    NotCheckable
    └── AgencyUnknown                no configured authority has issued the card's certificate
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable

_DOUBT_JA = "受け入れず、カードそのものを窓口で確かめてください。"
_DOUBT_EN = "Don't accept it; have the card itself examined."
_AGAIN_JA = "カードをもう一度読み取ってください。"
_AGAIN_EN = "Read the card again."


class ResidenceCardRefused(EvidenceRefused):
    """What was read from a residence card's chip can't be accepted."""

    reason = "residence_card_refused"


class FileTooLarge(ResidenceCardRefused):
    """A file longer than any of a card."""

    reason = "residence_card_file_too_large"
    ja = "{file} が大きすぎます（上限 {limit} バイト）。チップから読み取ったファイルだけを送ってください。"
    en = "{file} is too large (at most {limit} bytes). Send the files read from the chip and nothing else."


class CardTypeUnknown(ResidenceCardRefused):
    """A type of card that no published specification has."""

    reason = "residence_card_type_unknown"
    ja = "カードの種類（MF/EF02）が公開された仕様にありません。在留カード等か確かめて、" + _AGAIN_JA
    en = "The type of card (MF/EF02) isn't one of the published ones. Check that it is a residence card. " + _AGAIN_EN


class FileMissing(ResidenceCardRefused):
    """A file without which nothing can be verified."""

    reason = "residence_card_file_missing"
    ja = "{file} がありません。署名の検証に必要です。" + _AGAIN_JA
    en = "{file} isn't there, and the signature can't be verified without it. " + _AGAIN_EN


class FileNotOfType(ResidenceCardRefused):
    """A file that cards of this type don't have."""

    reason = "residence_card_file_not_of_type"
    ja = "この種類のカード（{code}）に {file} はありません。" + _AGAIN_JA
    en = "Cards of this type ({code}) have no {file}. " + _AGAIN_EN


class ObjectRefused(ResidenceCardRefused):
    """Not the data objects that the file has."""

    reason = "residence_card_object_refused"


class ObjectTruncated(ObjectRefused):
    """Ends before its own length says it does."""

    reason = "residence_card_object_truncated"
    ja = "{file}: データが途中で切れています。" + _AGAIN_JA
    en = "{file}: the data is cut off. " + _AGAIN_EN


class ObjectIndefinite(ObjectRefused):
    """A length left open, which the specification doesn't have."""

    reason = "residence_card_object_indefinite"
    ja = "{file}: 長さの定まらないデータがあります。" + _DOUBT_JA
    en = "{file}: a data object of indefinite length. " + _DOUBT_EN


class ObjectOverlong(ObjectRefused):
    """A length written in more bytes than it needs, or in more than two."""

    reason = "residence_card_object_overlong"
    ja = "{file}: 長さの書き方が冗長です。" + _DOUBT_JA
    en = "{file}: a length in more bytes than it needs. " + _DOUBT_EN


class ObjectTwice(ObjectRefused):
    """A data object that stands twice: readers would disagree about which counts."""

    reason = "residence_card_object_twice"
    ja = "{file}: データ {tag} が二つあります。" + _DOUBT_JA
    en = "{file}: the data object {tag} stands twice. " + _DOUBT_EN


class ObjectUnexpected(ObjectRefused):
    """A data object that the file doesn't have at this place. The order is verified because tags aren't signed."""

    reason = "residence_card_object_unexpected"
    ja = "{file}: データ {tag} は、このファイルのこの場所にはありません。" + _DOUBT_JA
    en = "{file}: the data object {tag} doesn't belong at this place of the file. " + _DOUBT_EN


class ObjectMissing(ObjectRefused):
    """A data object that the file always has isn't there."""

    reason = "residence_card_object_missing"
    ja = "{file}: データ {tag} がありません。" + _AGAIN_JA
    en = "{file}: the data object {tag} isn't there. " + _AGAIN_EN


class ObjectSize(ObjectRefused):
    """A data object of another size than it has."""

    reason = "residence_card_object_size"
    ja = "{file}: データ {tag} の長さが定め（{size} バイト）と違います。" + _DOUBT_JA
    en = "{file}: the data object {tag} isn't of its size ({size} bytes). " + _DOUBT_EN


class BytesAfterObjects(ObjectRefused):
    """More than zero bytes after the last data object."""

    reason = "residence_card_bytes_after_objects"
    ja = "{file}: 終わりの後に余分なデータがあります。" + _DOUBT_JA
    en = "{file}: there is data after its end. " + _DOUBT_EN


class NumberMalformed(ResidenceCardRefused):
    """Not a card's number: two letters, eight digits, two letters."""

    reason = "residence_card_number_malformed"
    ja = "在留カード等の番号は、英字2桁・数字8桁・英字2桁です。番号を確かめて送り直してください。"
    en = "A card's number has two letters, eight digits and two letters. Check the number and send it again."


class NumberMismatch(ResidenceCardRefused):
    """The number on the chip isn't the one with which the reading application says it opened the card."""

    reason = "residence_card_number_mismatch"
    ja = "チップの番号が、読取りに使ったという番号と違います。" + _DOUBT_JA
    en = "The number on the chip isn't the one it is said to have been opened with. " + _DOUBT_EN


class CardKeyRefused(ResidenceCardRefused):
    """The certificate's key, or how it is signed, isn't that of the card's generation."""

    reason = "residence_card_key_refused"
    ja = "カードの証明書の鍵または署名方式が、この世代のもの（{expected}）ではありません。" + _DOUBT_JA
    en = "The card's certificate hasn't the key or algorithm of its generation ({expected}). " + _DOUBT_EN


class CertificateUsageRefused(ResidenceCardRefused):
    """The certificate isn't one for signing cards: an authority's, self-signed, or for another use."""

    reason = "residence_card_certificate_usage"
    ja = "カードの証明書は、カードの署名用ではありません（{problem}）。" + _DOUBT_JA
    en = "The card's certificate isn't one for signing cards ({problem}). " + _DOUBT_EN


class CardSignatureWrong(ResidenceCardRefused):
    """The signature isn't by the certificate's key over the data read."""

    reason = "residence_card_signature_wrong"
    ja = "署名が、読み取ったデータのものではありません。改ざんか、読取りの誤りです。" + _AGAIN_JA + _DOUBT_JA
    en = "The signature isn't one over this data: altered, or misread. " + _AGAIN_EN + " If it stays so: " + _DOUBT_EN


class NotByAgency(ResidenceCardRefused):
    """The certificate names a configured authority as its issuer, and that authority didn't sign it."""

    reason = "residence_card_not_by_agency"
    ja = "カードの証明書は、名乗っている認証局が発行したものではありません。偽造の疑いがあります。" + _DOUBT_JA
    en = "The card's certificate wasn't issued by the authority it names: perhaps a forgery. " + _DOUBT_EN


class CertificateOutsideValidity(ResidenceCardRefused):
    """The card's certificate, or the authority's, isn't valid at the moment of checking."""

    reason = "residence_card_certificate_outside_validity"
    ja = "{certificate} の有効期間（{first} から {last}）の外です。" + _DOUBT_JA
    en = "Outside the validity of the {certificate} ({first} to {last}). " + _DOUBT_EN


class EntryMalformed(ResidenceCardRefused):
    """An entry that is no date, code or the like: signed by nobody we know, or of another type of card."""

    reason = "residence_card_entry_malformed"
    ja = "券面の記載事項 {tag} の形が定めと違います（{expected}）。" + _DOUBT_JA
    en = "The entry {tag} isn't as the specification has it ({expected}). " + _DOUBT_EN


class PhotoMissing(ResidenceCardRefused):
    """No photo on the chip, though the holder is 16 or older."""

    reason = "residence_card_photo_missing"
    ja = "{age}歳以上の人のカードに写真がありません。" + _DOUBT_JA
    en = "No photo on the card of somebody aged {age} or more. " + _DOUBT_EN


class CardExpired(ResidenceCardRefused):
    """Past the end of its validity."""

    reason = "residence_card_expired"
    ja = (
        "カードの有効期間は {expiry} に満了しています。有効なカードを求めてください。"
        "在留期間の更新等の申請中であれば、窓口で裏面の記載を確かめてください。"
    )
    en = (
        "The card expired on {expiry}. Ask for one that is valid. If a renewal is under way, have the note on the back "
        "of the card examined at the counter."
    )


class AgencyCertificateRefused(EvidenceRefused):
    """The operator's file isn't a certificate of the authority for cards. Says nothing about any card."""

    reason = "residence_card_authority_refused"
    ja = "在留カード等の認証局の証明書として使えません（{problem}）。出入国在留管理庁の公表するものか確かめてください。"
    en = "Can't be used as the authority's certificate ({problem}). Check that it is the one the agency publishes."


class AgencyUnknown(NotCheckable):
    """No configured authority has issued the card's certificate. Not a sign of forgery, and never an acceptance."""

    reason = "residence_card_authority_unknown"
    ja = (
        "カードの証明書を発行した認証局が設定にないため、署名の根拠を確かめられません。"
        "出入国在留管理庁が公表する証明書を、世代ごとにすべて設定してください。"
    )
    en = (
        "The authority that issued the card's certificate isn't configured, so the signature rests on nothing. "
        "Configure every generation of certificates that the agency publishes."
    )
