"""The steps of gBizID: those of every sign-in, and three of its own."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.oidc.verify import SIGN_IN_STEPS, TOKEN_USES
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Step, Steps, Treatment
from sekisho.engine.facts import Text

KIND: Final = "gbizid"
AFFILIATION: Final = "gbizid_affiliation"
"""The same sign-in as evidence of 在籍: that the person belongs to the corporation."""
_GUIDELINE: Final = "Gビズ ID 接続システム向けガイドライン 2.9"

_STEPS: Final = (
    *SIGN_IN_STEPS,
    Step(11, Text("アカウントの種類", "kind of account"), f"{_GUIDELINE} account_type, corp_type"),
    Step(12, Text("確認の枠組み・水準・手続", "framework, level and procedure"), f"{_GUIDELINE} verified_claims"),
    Step(
        13,
        Text("役割と法人番号", "role and corporate number"),
        f"{_GUIDELINE} authority; 法人番号の指定等に関する省令2条",
    ),
)

STEPS: Final = Steps(KIND, "authority_proof", _STEPS)
"""Numbered 0 to 13."""

AFFILIATION_STEPS: Final = Steps(AFFILIATION, "affiliation_proof", _STEPS)
"""The same steps, for the other fact."""

_V, _O, _I = Treatment.VERIFIED, Treatment.OPTIONAL, Treatment.IGNORED

CLAIMS: Final = FieldAccount(
    STEPS,
    (
        *TOKEN_USES,
        FieldUse("account_type", _V, 11),
        FieldUse("corp_type", _V, 11),
        FieldUse("verified_claims.verification.trust_framework", _V, 12),
        FieldUse("verified_claims.verification.assurance_level", _V, 12),
        FieldUse("verified_claims.verification.assurance_process.procedure", _V, 12),
        FieldUse("verified_claims.claims.authority.applies_to.registration_number", _V, 13),
        FieldUse("verified_claims.claims.authority.permission", _V, 13),
        FieldUse("verified_claims.claims.family_name", _O, 13),
        FieldUse("verified_claims.claims.given_name", _O, 13),
        FieldUse("verified_claims.claims.birthdate", _O, 13),
        FieldUse("email", _I, reason="an address for messages says nothing of authority"),
    ),
)
"""Every claim that a sign-in asks for or the ID token has."""
