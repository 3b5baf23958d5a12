"""The steps of デジタル認証アプリ: those of every sign-in, and two of its own."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.oidc.verify import SIGN_IN_STEPS, TOKEN_USES
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Step, Steps, Treatment
from sekisho.engine.facts import Text

KIND: Final = "digital_auth_app"

STEPS: Final = Steps(
    KIND,
    "authentication",
    (
        *SIGN_IN_STEPS,
        Step(
            11,
            Text("カードと暗証番号による認証（acr）", "authentication by card and PIN (acr)"),
            "デジタル認証アプリ API仕様 acr_values",
        ),
        Step(12, Text("券面の項目と申込み", "the card's items and the application"), "規則1条（氏名・住居・生年月日）"),
    ),
)
"""Numbered 0 to 12."""

CLAIMS: Final = FieldAccount(
    STEPS,
    (
        *TOKEN_USES,
        FieldUse("name", Treatment.OPTIONAL, 12),
        FieldUse("address", Treatment.OPTIONAL, 12),
        FieldUse("birthdate", Treatment.OPTIONAL, 12),
        FieldUse("gender", Treatment.OPTIONAL, 12),
    ),
)
"""Every claim that a sign-in asks for or the ID token has."""
