"""Errors of デジタル認証アプリ beyond those of a sign-in.

::

    EvidenceRefused
    └── DigitalAuthAppRefused
        ├── ClassUnknown         the authentication class isn't one of the card and its PIN
        ├── GenderUnreadable     gender is of another form
        └── CardOfAnother        the card's name or date of birth isn't the person's
"""

from __future__ import annotations

from sekisho.contracts.evidence.errors import EvidenceRefused


class DigitalAuthAppRefused(EvidenceRefused):
    """A sign-in by デジタル認証アプリ that can't be used."""

    reason = "digital_auth_app_refused"


class ClassUnknown(DigitalAuthAppRefused):
    """``acr`` isn't that of the card and its PIN, or names a way of checking revocation that isn't known."""

    reason = "digital_auth_app_class_unknown"
    ja = (
        "認証の強さ（acr: {found}）が、カードと暗証番号による認証（aal3）ではありません。"
        "acr_values の設定を確かめてください。"
    )
    en = "The class ({found}) isn't that of card and PIN (aal3). Check the acr_values configured."


class GenderUnreadable(DigitalAuthAppRefused):
    """``gender`` is of another form: the provider's answer isn't what it was, and nothing of it is taken."""

    reason = "digital_auth_app_gender_unreadable"
    ja = "性別の欄の形が変わっています。提供元の仕様の改定を確かめてください。"
    en = "The form of the gender item has changed. Check whether the provider's specification was revised."


class CardOfAnother(DigitalAuthAppRefused):
    """The card's name or date of birth isn't that of the person the evidence is said to be of."""

    reason = "digital_auth_app_card_of_another"
    ja = "カードの氏名または生年月日が、申込みの人と違います。本人のカードでやり直してください。"
    en = "The card's name or date of birth isn't that of the person stated. Sign in again with that person's own card."
