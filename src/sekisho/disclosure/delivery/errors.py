"""Errors of deliveries.

::

    InputRefused
    ├── RecipientKeyRefused    a recipient's key that can't be used
    ├── WrongRecipient         the decision names another recipient
    ├── UnknownPackage         the case has no package of this id
    ├── PackageOutdated        what may leave is no longer what the package holds
    ├── OtherPackage           another package was delivered in this case
    ├── ReceiptMismatch        the recipient received something else
    └── NothingWanted          nothing that was found is what was asked for
    CheckFailed
    └── PackageRefused         a container or manifest doesn't hold
"""

from __future__ import annotations

from sekisho.errors import CheckFailed, InputRefused


class RecipientKeyRefused(InputRefused):
    """A key that can't be used. Fields: ``problem``."""

    reason = "disclosure_recipient_key_refused"
    http_status = 422
    ja = (
        "受取人の公開鍵を使えません（{problem}）。RSA（2048〜8192ビット）かP-256・P-384の証明書または公開鍵（PEM）を"
        "受け取り、指紋を別の方法で確かめてください。"
    )
    en = (
        "The recipient's key can't be used ({problem}). Ask for a certificate or public key (PEM) of RSA with 2048 to "
        "8192 bits, P-256 or P-384, and confirm its fingerprint another way."
    )


class WrongRecipient(InputRefused):
    """The decision names another recipient. Fields: ``case``, ``recipient``, ``permitted``."""

    reason = "disclosure_wrong_recipient"
    http_status = 409
    ja = "案件 {case} の内容を渡せる相手は {permitted} です（{recipient} には渡せません）。"
    en = "What the case {case} answers may reach {permitted}, not {recipient}."


class UnknownPackage(InputRefused):
    """The case has no package of this id. Fields: ``case``, ``package``."""

    reason = "unknown_disclosure_package"
    http_status = 404
    ja = "案件 {case} に提供物「{package}」はありません。"
    en = "The case {case} has no package {package}."


class PackageOutdated(InputRefused):
    """What may leave is no longer what the package holds. Fields: ``case``, ``package``."""

    reason = "disclosure_package_outdated"
    http_status = 409
    ja = "案件 {case} の提供物 {package} は、いまの決定と中身が違います。作り直してください。何も渡していません。"
    en = "The package {package} of the case {case} isn't what is decided now. Prepare it anew; nothing was handed over."


class OtherPackage(InputRefused):
    """Another package was delivered in this case. Fields: ``case``, ``package``."""

    reason = "disclosure_other_package"
    http_status = 409
    ja = "案件 {case} で渡したのは別の提供物です。渡し直せるのは同じ提供物だけで、{package} は渡せません。"
    en = "Another package was delivered in the case {case}: only that one is delivered again, not {package}."


class ReceiptMismatch(InputRefused):
    """The recipient received something else. Fields: ``case``, ``package``."""

    reason = "disclosure_receipt_mismatch"
    http_status = 409
    ja = "案件 {case} の受領書のハッシュが提供物 {package} と一致しません。受取人に確かめてください。"
    en = "The receipt's hash isn't that of the package {package} of the case {case}. Ask the recipient."


class NothingWanted(InputRefused):
    """Nothing that was found is what was asked for. Fields: ``case``, ``item``."""

    reason = "disclosure_nothing_wanted"
    http_status = 409
    ja = "案件 {case} の項目 {item} で求められた情報は、記録の中にありません。その項目を拒否し、理由を伝えてください。"
    en = "Of item {item} of the case {case} nothing that was asked for is on record. Refuse the item and say why."


class PackageRefused(CheckFailed):
    """A container or manifest doesn't hold. Fields: ``problem``."""

    reason = "disclosure_package_refused"
    ja = "提供物は成り立ちません（{problem}）。提供した事業者に確かめてください。"
    en = "The package doesn't hold ({problem}). Ask the operator that sent it."
