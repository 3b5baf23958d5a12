"""The steps of reliance: those of every sign-in, and seven of its own."""

from __future__ import annotations

from typing import Final

from sekisho.contracts.evidence.oidc.verify import SIGN_IN_STEPS, TOKEN_USES
from sekisho.contracts.evidence.steps import FieldAccount, FieldUse, Step, Steps, Treatment
from sekisho.engine.facts import Text

KIND: Final = "reliance"
_IDA: Final = "OpenID Connect for Identity Assurance 1.0"
_REPORT: Final = "報告書（2025年7月）第2部第2章3"

STEPS: Final = Steps(
    KIND,
    "reliance_result",
    (
        *SIGN_IN_STEPS,
        Step(
            11,
            Text("取り決めた枠組みの確認結果", "a result under the agreed framework"),
            f"{_IDA} §5; jp_mpiupa, jp_aml",
        ),
        Step(12, Text("依拠先の確認方法・法令の版・日時・記録", "method, law, time and record there"), f"{_IDA} §5.1"),
        Step(13, Text("求めた項目がある", "the items asked for are there"), f"{_IDA} §5.5"),
        Step(14, Text("最新の本人特定事項", "the items are up to date"), f"{_REPORT} A3-1"),
        Step(15, Text("依拠元での当人認証", "authentication for the relying side"), f"{_REPORT} A3-1"),
        Step(16, Text("利用者への説明と同意", "explanation and consent"), f"{_REPORT}（構成員の意見）"),
        Step(17, Text("申込みとの比較", "comparison with the application"), "規則1条（氏名・住居・生年月日）"),
    ),
)
"""Numbered 0 to 17."""

_V, _O, _U = Treatment.VERIFIED, Treatment.OPTIONAL, Treatment.UNVERIFIABLE
_VERIFICATION: Final = "verified_claims.verification"
_CLAIMS: Final = "verified_claims.claims"

CLAIMS: Final = FieldAccount(
    STEPS,
    (
        *TOKEN_USES,
        FieldUse(f"{_VERIFICATION}.trust_framework", _V, 11),
        FieldUse(f"{_VERIFICATION}.assurance_level", _O, 12),
        FieldUse(f"{_VERIFICATION}.assurance_process.policy", _V, 12),
        FieldUse(f"{_VERIFICATION}.assurance_process.procedure", _V, 12),
        FieldUse(f"{_VERIFICATION}.time", _V, 12),
        FieldUse(
            f"{_VERIFICATION}.verification_process", _U, reason="its number at the other firm, which alone can look"
        ),
        FieldUse(f"{_VERIFICATION}.evidence", _O, 14),
        *(
            FieldUse(f"{_CLAIMS}.{name}", _O, 17)
            for name in ("name", "family_name", "given_name", "address", "birthdate")
        ),
    ),
)
"""Every claim that a sign-in asks for or the ID token has."""
