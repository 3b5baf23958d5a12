"""What can be wrong with JPKI evidence, beyond what is wrong with a certificate as such.

::

    EvidenceRefused
    └── JpkiRefused
        ├── SubmissionTooBig        a part larger than anything a card makes
        ├── NonceUnknown, NonceUsed, NonceExpired, NonceForAnother
        ├── OtherStore              a user-authentication certificate where a signing one belongs, or the reverse
        ├── WrongKeyUsage, WrongPolicy
        ├── SignatureWrong          not over the text the server made
        ├── CertificateRevoked, CertificateLapsed
        ├── AttributesUnreadable    the four items aren't where and as the profile has them
        ├── PinNotEntered
        └── TooManyAuthorities, TrustedForBoth      what the operator configured; says nothing about evidence
    NotCheckable
    └── RevocationNotChecked        nobody could say; says neither valid nor invalid
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused, NotCheckable


class JpkiRefused(EvidenceRefused):
    """JPKI evidence that can't be relied on."""

    reason = "jpki_refused"


class SubmissionTooBig(JpkiRefused):
    """A part larger than anything a card makes."""

    reason = "jpki_too_big"
    ja = "送信された{what}が大きすぎます（上限 {limit} バイト）。カードから読み取ったままのデータを送ってください。"
    en = "The {what} sent is too large (limit {limit} bytes). Send the data as read from the card."


class NonceUnknown(JpkiRefused):
    """No challenge was issued with this nonce."""

    reason = "nonce_unknown"
    ja = "この手続の署名要求は発行されていません。最初からやり直してください。"
    en = "No challenge was issued for this. Start again."


class NonceUsed(JpkiRefused):
    """The challenge was answered before: an answer counts once."""

    reason = "nonce_used"
    ja = "この署名要求はすでに使われています。新しい署名要求を受け取ってやり直してください。"
    en = "This challenge was used before. Get a new one and sign again."


class NonceExpired(JpkiRefused):
    """The challenge was answered too late."""

    reason = "nonce_expired"
    ja = "署名要求の期限（{expires_at}）が過ぎています。新しい署名要求を受け取ってやり直してください。"
    en = "The challenge ran out at {expires_at}. Get a new one and sign again."


class NonceForAnother(JpkiRefused):
    """The challenge was issued for another application or another purpose."""

    reason = "nonce_for_another"
    ja = "この署名要求は別の申込みまたは別の用途のものです。この申込みの署名要求でやり直してください。"
    en = "This challenge is for another application or purpose. Sign the one of this application."


class OtherStore(JpkiRefused):
    """Issued by an authority of the other purpose's trust store."""

    reason = "other_store"
    ja = "{found}用の証明書が送られました。{needed}用の証明書で署名してください。"
    en = "A certificate for {found_en} was sent. Use the one for {needed_en}."


class WrongKeyUsage(JpkiRefused):
    """keyUsage doesn't allow what the key was used for."""

    reason = "wrong_key_usage"
    ja = "証明書の鍵用途が合いません（必要: {needed}）。正しい証明書で署名してください。"
    en = "The certificate's key usage doesn't fit (needs {needed}). Sign with the right certificate."


class WrongPolicy(JpkiRefused):
    """Issued under none of the policies the profile accepts."""

    reason = "wrong_policy"
    ja = "証明書ポリシー（{found}）はこの用途のものではありません。証明書の種類と設定を確かめてください。"
    en = "The certificate policy ({found}) isn't one for this purpose. Check the kind of certificate and the profile."


class SignatureWrong(JpkiRefused):
    """Not this key's signature over the text the server made."""

    reason = "signature_wrong"
    ja = "署名が、こちらで作成した文面に対するものではありません。もう一度署名してください。"
    en = "The signature isn't over the text that was given to be signed. Sign again."


class CertificateRevoked(JpkiRefused):
    """Revoked (法15条)."""

    reason = "certificate_revoked"
    ja = (
        "証明書は失効しています（{revoked_at}）。住所などの変更や紛失の届出で失効します。"
        "市区町村の窓口で新しい証明書の発行を受けてください。"
    )
    en = (
        "The certificate was revoked ({revoked_at}); a change of address or a reported loss does that. "
        "Have a new one issued at the municipal office."
    )


class CertificateLapsed(JpkiRefused):
    """Whoever was asked says that it has expired."""

    reason = "certificate_lapsed"
    ja = "証明書の有効期間が過ぎていると回答がありました。市区町村の窓口で更新してください。"
    en = "The answer is that the certificate has expired. Have it renewed at the municipal office."


class AttributesUnreadable(JpkiRefused):
    """The four items aren't where and as the profile has them."""

    reason = "attributes_unreadable"
    ja = "証明書の氏名・住所などの欄を読めません（{problem}）。プロファイルの改定を確かめてください。"
    en = "The items in the certificate can't be read ({problem}). Check whether the profile was revised."


class PinNotEntered(JpkiRefused):
    """The reader says that no PIN was entered (法19条2項: it must be required)."""

    reason = "pin_not_entered"
    ja = "暗証番号が入力されていません。暗証番号を入力して署名してください。"
    en = "The PIN wasn't entered. Enter it and sign again."


class TooManyAuthorities(JpkiRefused):
    """More authorities configured for one purpose than there are generations at a time."""

    reason = "too_many_authorities"
    ja = "一つの用途に登録できる認証局は{limit}までです。使われていない世代を外してください。"
    en = "At most {limit} authorities can be trusted for one purpose. Remove generations no longer in use."


class TrustedForBoth(JpkiRefused):
    """An authority configured for both purposes: a certificate for one could pass for the other."""

    reason = "trusted_for_both"
    ja = "同じ認証局が署名用と利用者証明用の両方に登録されています。片方から外してください。"
    en = "The same authority is trusted for signing and for user authentication. Remove it from one of them."


class RevocationNotChecked(NotCheckable):
    """Nobody could say whether the certificate is revoked. It is neither valid nor invalid for it."""

    reason = "revocation_not_checked"
    ja = "失効しているかどうかを確認できませんでした（{problem}）。時間をおいてもう一度確認してください。"
    en = "Whether the certificate is revoked couldn't be checked ({problem}). Check again later."
