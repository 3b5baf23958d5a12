"""What can be wrong with a smartphone card's record, beyond its certificates.

::

    EvidenceRefused
    ├── CborRefused                 not the strict CBOR that is read here (RFC 8949 §4.2.1, but for the order of keys)
    │   ├── CborTooLarge            larger than any such structure
    │   ├── CborTruncated           ends before its own lengths say
    │   ├── CborTrailing            goes on after its end
    │   ├── CborIndefinite          an indefinite length
    │   ├── CborNotShortest         a length or number written longer than it needs to be
    │   ├── CborTooComplex          nested deeper, or of more items, than any such structure
    │   ├── CborDuplicateKey        a key twice in one map: readers would disagree about which counts
    │   └── CborUnsupported         a tag, float, simple value or key that no such structure has
    ├── RecordRefused
    │   ├── RecordStructure         well encoded, and not what stands at this place
    │   ├── RecordNumberPresent     an individual number is in it: it must not be taken at all
    │   ├── OtherDocument           a record of another kind
    │   ├── AlgorithmOther          signed or digested otherwise than the profile has, or with a key that doesn't fit
    │   ├── SignerUnfit             the certificate isn't one for signing such records
    │   ├── SignerNotIssued         names a configured authority, which didn't issue it
    │   ├── SignerOutsideValidity   signer or authority, not yet or no longer valid
    │   ├── SignerRevoked           the authority revoked the signer
    │   ├── IssuerSignatureWrong    the issuer's signature isn't over this security object
    │   ├── VersionUnknown          a security object of another version
    │   ├── DigestMismatch          an element whose digest isn't the signed one
    │   ├── ElementNotSigned        an element the security object doesn't list: put in by somebody else
    │   ├── DigestTwice             two elements under one digest, or an element twice
    │   ├── RandomTooShort          too little chance in an element: its digest could be guessed
    │   ├── RecordOutsideValidity   the record itself, not yet or no longer valid
    │   ├── ValidityContradicts     its times contradict each other or the signer's
    │   ├── ElementMissing, ElementUnreadable
    │   ├── SessionOther            the challenge is no session for such a record
    │   └── DeviceSignatureWrong    the phone's signature isn't for this session
    └── ProfileRefused              the operator's profile file can't be used
    NotCheckable
    ├── IssuerUnknown               no configured authority has issued the signer
    └── RevocationUnknown           no current revocation list of the signer's authority
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable

_AGAIN_JA = "スマートフォンから、もう一度送信してください。"
_AGAIN_EN = "Send it again from the phone."
_DOUBT_JA = "受け入れず、別の方法で確認してください。"
_DOUBT_EN = "Don't accept it; verify in another way."
_PROFILE_JA = "プロファイルの改定を確かめてください。"
_PROFILE_EN = "Check whether the profile was revised."


class CborRefused(EvidenceRefused):
    """Not the strict CBOR that is read here."""

    reason = "cbor_refused"


class CborTooLarge(CborRefused):
    """Larger than any such structure."""

    reason = "cbor_too_large"
    ja = "{what}が大きすぎます（上限 {limit} バイト）。" + _AGAIN_JA
    en = "The {what} is too large (limit {limit} bytes). " + _AGAIN_EN


class CborTruncated(CborRefused):
    """Ends before its own lengths say it does."""

    reason = "cbor_truncated"
    ja = "{what}が途中で切れています（{at}バイト目）。" + _AGAIN_JA
    en = "The {what} is cut off (byte {at}). " + _AGAIN_EN


class CborTrailing(CborRefused):
    """Goes on after its end."""

    reason = "cbor_trailing_bytes"
    ja = "{what}の後に余分なデータがあります（{at}バイト目）。" + _AGAIN_JA
    en = "There is data after the end of the {what} (byte {at}). " + _AGAIN_EN


class CborIndefinite(CborRefused):
    """An indefinite length, which deterministic CBOR doesn't have (RFC 8949 §4.2.1)."""

    reason = "cbor_indefinite_length"
    ja = "{what}に不定長の符号があります（{at}バイト目）。" + _AGAIN_JA
    en = "The {what} has an indefinite length (byte {at}). " + _AGAIN_EN


class CborNotShortest(CborRefused):
    """A number or length written longer than it needs to be (RFC 8949 §4.2.1)."""

    reason = "cbor_not_shortest"
    ja = "{what}に冗長な符号があります（{at}バイト目）。" + _AGAIN_JA
    en = "The {what} has a number written longer than needed (byte {at}). " + _AGAIN_EN


class CborTooComplex(CborRefused):
    """Nested deeper, or of more items, than any such structure."""

    reason = "cbor_too_complex"
    ja = "{what}の構造が複雑すぎます（上限 {limit}）。" + _DOUBT_JA
    en = "The {what} is nested too deeply or has too many parts (limit {limit}). " + _DOUBT_EN


class CborDuplicateKey(CborRefused):
    """A key twice in one map: two readers would disagree about which counts (RFC 8949 §5.6)."""

    reason = "cbor_duplicate_key"
    ja = "{what}に同じキーが2つあります（{at}バイト目）。" + _DOUBT_JA
    en = "The {what} has a key twice in one map (byte {at}). " + _DOUBT_EN


class CborUnsupported(CborRefused):
    """A tag, float, simple value, key or text that no such structure has."""

    reason = "cbor_unsupported"
    ja = "{what}に扱わない種類の値があります（{problem}）。" + _DOUBT_JA
    en = "The {what} has a kind of value that isn't read ({problem}). " + _DOUBT_EN


class RecordRefused(EvidenceRefused):
    """A record that can't be relied on."""

    reason = "card_record_refused"


class RecordStructure(RecordRefused):
    """Well encoded, and not what stands at this place."""

    reason = "card_record_structure"
    ja = "{what}の構造が正しくありません（{expected}）。" + _AGAIN_JA
    en = "The {what} doesn't have the structure expected ({expected}). " + _AGAIN_EN


class RecordNumberPresent(RecordRefused):
    """An individual number is among the elements: it must not be taken (番号利用法15条・20条)."""

    reason = "card_record_individual_number"
    ja = "個人番号が含まれています。受け取れません。保存せずに破棄し、個人番号を求めない設定で送信し直してください。"
    en = "It holds an individual number, which may not be taken. Discard it unsaved, and ask without that element."


class OtherDocument(RecordRefused):
    """A record of another kind than the one asked for."""

    reason = "card_record_other_document"
    ja = "スマートフォンのマイナンバーカードではない記録です。書類の種類を確かめてください。"
    en = "This isn't a smartphone My Number card. Check the kind of document."


class AlgorithmOther(RecordRefused):
    """An algorithm the profile doesn't have, or a key that doesn't fit it."""

    reason = "card_record_algorithm"
    ja = "{what}の方式または鍵が使えません（{problem}）。" + _PROFILE_JA
    en = "The {what} uses an algorithm or a key that isn't accepted ({problem}). " + _PROFILE_EN


class SignerUnfit(RecordRefused):
    """The certificate isn't one for signing such records (ISO/IEC 18013-5 Annex B.1.4)."""

    reason = "card_record_signer_unfit"
    ja = "署名者証明書はこの記録の署名用ではありません（{problem}）。" + _DOUBT_JA
    en = "The signer's certificate isn't one for signing such records ({problem}). " + _DOUBT_EN


class SignerNotIssued(RecordRefused):
    """Bears the name of a configured authority, which didn't issue it."""

    reason = "card_record_signer_not_issued"
    ja = "署名者証明書は、名乗っている認証局が発行したものではありません。偽造の疑いがあります。" + _DOUBT_JA
    en = "The signer's certificate wasn't issued by the authority it names: perhaps a forgery. " + _DOUBT_EN


class SignerOutsideValidity(RecordRefused):
    """Signer's or authority's certificate, not yet or no longer valid."""

    reason = "card_record_signer_validity"
    ja = "{certificate}の証明書の有効期間（{first} から {last}）の外です。" + _DOUBT_JA
    en = "Outside the validity of the {certificate_en}'s certificate ({first} to {last}). " + _DOUBT_EN


class SignerRevoked(RecordRefused):
    """The authority revoked the signer."""

    reason = "card_record_signer_revoked"
    ja = "署名者証明書は {since} に失効しています（理由: {why}）。" + _DOUBT_JA
    en = "The signer's certificate was revoked at {since} (reason: {why}). " + _DOUBT_EN


class IssuerSignatureWrong(RecordRefused):
    """The signature isn't the signer's over this security object."""

    reason = "card_record_issuer_signature"
    ja = "発行者の署名が正しくありません。改変または偽造の疑いがあります。" + _DOUBT_JA
    en = "The issuer's signature doesn't verify: altered or forged. " + _DOUBT_EN


class VersionUnknown(RecordRefused):
    """A security object of a version nobody here reads."""

    reason = "card_record_version"
    ja = "{what}の版が扱えないものです。" + _PROFILE_JA
    en = "The {what} is of a version that isn't read. " + _PROFILE_EN


class DigestMismatch(RecordRefused):
    """An element whose digest isn't the one the issuer signed."""

    reason = "card_record_digest_mismatch"
    ja = "項目のハッシュ値が発行者の署名したものと一致しません（番号 {digest}）。改変の疑いがあります。" + _DOUBT_JA
    en = "An element's digest isn't the one the issuer signed (number {digest}): altered. " + _DOUBT_EN


class ElementNotSigned(RecordRefused):
    """An element that the security object doesn't list: somebody else put it in."""

    reason = "card_record_element_not_signed"
    ja = "発行者が署名していない項目が含まれています（番号 {digest}）。" + _DOUBT_JA
    en = "There is an element that the issuer didn't sign (number {digest}). " + _DOUBT_EN


class DigestTwice(RecordRefused):
    """Two elements under one digest number, or one element twice (ISO/IEC 18013-5 §9.1.2.5: each is unique)."""

    reason = "card_record_digest_twice"
    ja = "同じ番号または同じ項目が2つあります（番号 {digest}）。" + _DOUBT_JA
    en = "A digest number or an element is there twice (number {digest}). " + _DOUBT_EN


class RandomTooShort(RecordRefused):
    """Fewer random bytes than the standard asks for: what wasn't disclosed could be guessed from its digest."""

    reason = "card_record_random_too_short"
    ja = "項目の乱数が短すぎます（番号 {digest}、{least} バイト以上が必要）。" + _DOUBT_JA
    en = "An element has too few random bytes (number {digest}, at least {least} needed). " + _DOUBT_EN


class RecordOutsideValidity(RecordRefused):
    """The record itself, not yet or no longer valid."""

    reason = "card_record_validity"
    ja = "記録の有効期間（{first} から {last}）の外です。スマートフォンで更新してから、もう一度送信してください。"
    en = "The record is valid from {first} to {last} only. Have it renewed on the phone and send it again."


class ValidityContradicts(RecordRefused):
    """Times that contradict each other, or the signer's certificate."""

    reason = "card_record_validity_contradicts"
    ja = "記録の日時が矛盾しています（{problem}）。" + _DOUBT_JA
    en = "The record's times contradict each other ({problem}). " + _DOUBT_EN


class ElementMissing(RecordRefused):
    """One of the four items that make the specified record (特定電磁的記録) isn't there."""

    reason = "card_record_element_missing"
    ja = "必要な項目（{ja}）がありません。氏名・住所・生年月日・写真のすべてを送信してください。"
    en = "The {item} isn't there. Send name, address, date of birth and photo, all four."


class ElementUnreadable(RecordRefused):
    """An item in another form than the profile has."""

    reason = "card_record_element_unreadable"
    ja = "項目（{ja}）を読めません。" + _PROFILE_JA
    en = "The {item} can't be read. " + _PROFILE_EN


class SessionOther(RecordRefused):
    """The challenge was issued for something else than a session with a phone."""

    reason = "card_record_session_other"
    ja = "この要求はスマートフォンとのセッションのものではありません。新しいセッションでやり直してください。"
    en = "This challenge isn't a session with a phone. Start a new session."


class DeviceSignatureWrong(RecordRefused):
    """Not the phone's key's signature for this session: a copied record, or an answer from another session."""

    reason = "card_record_device_signature"
    ja = "スマートフォンの署名が、このセッションのものではありません。複製または使い回しの疑いがあります。" + _AGAIN_JA
    en = "The phone's signature isn't for this session: perhaps a copy or a replay. " + _AGAIN_EN


class ProfileRefused(EvidenceRefused):
    """The operator's profile file can't be used."""

    reason = "card_record_profile"
    ja = "プロファイル「{name}」を使えません（{problem}）。ファイルを直してください。"
    en = "The profile {name} can't be used ({problem}). Correct the file."


class IssuerUnknown(NotCheckable):
    """No configured authority has issued this signer. Says nothing about the record."""

    reason = "card_record_issuer_unknown"
    ja = "署名者証明書の発行者が、設定した認証局にありません。公式の経路で入手した認証局の証明書を設定してください。"
    en = "No configured authority issued the signer's certificate. Configure the authority's, obtained officially."


class RevocationUnknown(NotCheckable):
    """No current revocation list of the signer's authority."""

    reason = "card_record_revocation_unknown"
    ja = "署名者証明書の失効を確かめられません（{problem}）。認証局の新しい失効リストを設定してください。"
    en = "Whether the signer is revoked couldn't be checked ({problem}). Configure the authority's current list."
