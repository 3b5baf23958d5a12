"""What can be wrong with a company's signature, beyond what is wrong with a certificate as such.

::

    EvidenceRefused
    └── RegisterRefused
        ├── RegisterPartTooBig          a part larger than anything the registrar or a signer makes
        ├── RegisterKeyUsage            keyUsage doesn't allow signing
        ├── RegisterPolicy              issued under another policy
        ├── RegisterSignatureWrong      not over the text the server made
        ├── RegisterRevoked             revoked or suspended (商業登記規則33条の10ほか)
        ├── RegisterLapsed              whoever was asked says that it has expired
        ├── CorporationUnreadable       the company's items aren't where and as the profile has them
        └── TooManyRegistrars           more of the registrar's certificates than can be valid at a time

Nonces raise the errors of :mod:`sekisho.contracts.evidence.jpki.errors`, as does a revocation that couldn't be checked.
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused


class RegisterRefused(EvidenceRefused):
    """A company's signature that can't be relied on."""

    reason = "register_refused"


class RegisterPartTooBig(RegisterRefused):
    """A part larger than anything the registrar or a signer makes."""

    reason = "register_too_big"
    ja = "送信された{what}が空か大きすぎます（上限 {limit} バイト）。署名ソフトが作ったままのデータを送ってください。"
    en = "The {what} sent is empty or too large (limit {limit} bytes). Send the data as the signing software made it."


class RegisterKeyUsage(RegisterRefused):
    """keyUsage is there and doesn't allow signing."""

    reason = "register_key_usage"
    ja = "証明書の鍵用途が署名ではありません。会社の署名に使う電子証明書で署名してください。"
    en = "The certificate's key usage isn't signing. Sign with the company's signing certificate."


class RegisterPolicy(RegisterRefused):
    """Issued under a policy that the profile doesn't accept."""

    reason = "register_policy"
    ja = "証明書ポリシー（{found}）は商業登記電子証明書のものではありません。証明書の種類と設定を確かめてください。"
    en = (
        "The certificate policy ({found}) isn't that of the commercial registry. Check the certificate and the profile."
    )


class RegisterSignatureWrong(RegisterRefused):
    """Not this key's signature over the text the server made."""

    reason = "register_signature_wrong"
    ja = "署名が、こちらで作成した文面に対するものではありません。もう一度署名してください。"
    en = "The signature isn't over the text that was given to be signed. Sign again."


class RegisterRevoked(RegisterRefused):
    """Revoked, or suspended by the company; a change of the registered items does it too."""

    reason = "register_revoked"
    ja = (
        "電子証明書は失効しているか、使用が休止されています（{revoked_at}）。商号・本店・代表者の変更登記でも失効します。"
        "電子認証登記所で新しい証明書の発行を受けてください。"
    )
    en = (
        "The certificate is revoked or suspended ({revoked_at}); registering a change of name, head office or "
        "representative revokes it too. Have a new one issued by the registry."
    )


class RegisterLapsed(RegisterRefused):
    """Whoever was asked says that it has expired."""

    reason = "register_lapsed"
    ja = "電子証明書の証明期間が過ぎていると回答がありました。新しい証明書の発行を受けてください。"
    en = "The answer is that the certificate has expired. Have a new one issued."


class CorporationUnreadable(RegisterRefused):
    """The company's items aren't where and as the profile has them."""

    reason = "corporation_unreadable"
    ja = "証明書の商号・本店などの欄を読めません（{problem}）。プロファイルの改定を確かめてください。"
    en = "The company's items in the certificate can't be read ({problem}). Check whether the profile was revised."


class TooManyRegistrars(RegisterRefused):
    """More of the registrar's certificates are configured than can be valid at a time."""

    reason = "too_many_registrars"
    ja = "登記官の証明書が多すぎます（上限 {limit}）。期間の過ぎたものを除いてください。"
    en = "Too many certificates of the registrar are configured (limit {limit}). Take out those that have expired."
